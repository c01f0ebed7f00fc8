"""How many bytes numbers take: what the quantities of memory stand on."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Exact, Formula, Number, Product, Symbol
from symbolic.formulas.vocabulary import group_size, matrix_bytes, scale_bits, value_bits, value_bytes, zero_bits
from symbolic.language import lazy as _
from symbolic.measuring.quantity import Result, copied, numbers
from symbolic.networks.blocks import Cache, Kind, Leaf, Weight

FORMAT: Mapping[Symbol, Exact | Formula] = {
    value_bytes: 2,
    value_bits: 16,
    scale_bits: 0,
    zero_bits: 0,
    group_size: 1,
}
"""The inputs that say how a number is stored: 16 bits where nobody says otherwise."""
WEIGHT_FORMAT: Mapping[Symbol, Exact | Formula] = {matrix_bytes: value_bytes, **FORMAT}
"""The same, with matrices that may be stored in another way than the rest."""


def weight_bytes(leaf: Leaf) -> Formula | None:
    """The numbers of a weight × the bytes of each; matrices may be quantised, but those of the head are not."""
    if not isinstance(leaf.part, Weight):
        return None
    quantised = leaf.part.kind is Kind.MATRIX and leaf.role != "head"
    return Product((numbers(leaf.part), matrix_bytes if quantised else value_bytes))


def cache_bytes(cache: Cache, shape: tuple[Formula, ...]) -> Formula:
    """The numbers kept of a token × the tokens that are kept × the bytes of each."""
    tokens = () if cache.tokens == Number(1) else (cache.tokens,)
    return Product((copied(cache.copies, shape), *tokens, value_bytes))


def in_gigabytes(name: str) -> tuple[Result, Result]:
    """A total of bytes in the two units that are both called gigabytes."""
    return (
        Result(
            _("in GB"),
            _("A gigabyte is a billion bytes: so makers of disks count."),
            _("GB"),
            lambda totals: totals[name],
            scale=10**9,
        ),
        Result(
            _("in GiB"),
            _("A gibibyte is 1,024 × 1,024 × 1,024 bytes: so most programs count, whatever they call it."),
            _("GiB"),
            lambda totals: totals[name],
            scale=1024**3,
        ),
    )
