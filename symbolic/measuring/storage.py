"""How many bytes numbers take: what the quantities of memory stand on."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.figures import BYTES
from symbolic.formulas.formula import Exact, Formula, Number, Product, Symbol
from symbolic.formulas.vocabulary import (
    cached_bytes,
    group_size,
    matrix_bytes,
    scale_bits,
    value_bits,
    value_bytes,
    zero_bits,
)
from symbolic.language import lazy as _
from symbolic.measuring.quantity import Result, copied, numbers
from symbolic.networks.blocks import Cache, Kind, Weight
from symbolic.networks.walks import Leaf

FORMAT: Mapping[Symbol, Exact | Formula] = {
    value_bytes: 2,
    value_bits: 16,
    scale_bits: 0,
    zero_bits: 0,
    group_size: 1,
}
"""The inputs that say how a number is stored: 16 bits where nobody says otherwise."""
CACHE_FORMAT: Mapping[Symbol, Exact | Formula] = {cached_bytes: value_bytes}
"""The input that says how a number of the cache is stored: as the others, where nobody says otherwise."""
WEIGHT_FORMAT: Mapping[Symbol, Exact | Formula] = {matrix_bytes: value_bytes, **FORMAT}
"""The inputs of `FORMAT`, with matrices that may be stored in another way than the rest."""
GROUPED_BYTES = (value_bits + (scale_bits + zero_bits) / group_size) / 8
"""The bytes of a number where a group of numbers shares a scale and a zero point."""


def weight_bytes(leaf: Leaf) -> Formula | None:
    """Return the bytes that a format says, or numbers × the bytes of each: those of a matrix outside the head."""
    if not isinstance(leaf.part, Weight):
        return None
    if leaf.part.stored is not None:
        return leaf.part.stored
    quantised = leaf.part.kind is Kind.MATRIX and leaf.role != "head"
    return Product((numbers(leaf.part), matrix_bytes if quantised else value_bytes))


def cache_bytes(cache: Cache, shape: tuple[Formula, ...], tokens: Formula | None = None) -> Formula:
    """The numbers kept of a token × the tokens that are kept × the bytes of each; `tokens` where not those needed."""
    kept = tokens or cache.needed
    return Product((copied(cache.copies, shape), *(() if kept == Number(1) else (kept,)), cached_bytes))


BINARY = tuple((binary, 1024**power) for power, (binary, _decimal) in enumerate(BYTES, 1))
DECIMAL = tuple((decimal, 1000**power) for power, (_binary, decimal) in enumerate(BYTES, 1))


def in_larger_units(name: str) -> tuple[Result, Result]:
    """Return a total of bytes in the largest unit of each kind that it fills: GB and GiB, or MB and MiB."""
    return (
        Result(
            _("in larger units"),
            _(
                "Labels of disks use these units, and so do most data sheets, though a device that is sold with 80 GB "
                "often has nearer to 80 GiB."
            ),
            "",
            lambda totals: totals[name],
            units=DECIMAL,
        ),
        Result(
            _("in larger units"),
            _("Many programs count in these units, even where they write MB and GB."),
            "",
            lambda totals: totals[name],
            units=BINARY,
        ),
    )
