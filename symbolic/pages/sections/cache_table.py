"""What one sequence keeps, by its length and the bits of a number: the table that a deployment is planned with."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symbolic.formulas.figures import BYTES, grouped, in_short
from symbolic.formulas.formula import Exact, Formula, Number, exact
from symbolic.formulas.vocabulary import cached_bytes, context, context_length, target_tokens, tokens
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import Cell
from symbolic.pages.page import Paragraph, Part, Table
from symbolic.pages.prose import Prose

LENGTHS = tuple(2**power for power in range(7, 24, 2))
"""128, 512, 2,048, 8,192, 32,768, 131,072 and so on: the lengths that are named most, each four times the last."""
USUAL = 131_072
"""The last row where nobody says how long a text may be: 128k."""
ROWS = 4
BITS = (16, 8)


def by_context(
    sequence: Formula, in_full: Formula, token: Formula | None, derivation: Derivation, prose: Prose, *, latent: bool
) -> Iterator[Part]:
    """Yield the table, and above it the bytes of one token in KiB where each token keeps as much.

    `sequence` is what a sequence keeps, `in_full` what it would with a key and a value for each head, `token` what a
    token keeps.
    """
    lengths = _lengths(derivation)
    if context not in sequence.symbols or {tokens, target_tokens} & {*sequence.symbols}:
        return
    more = in_full.value(derivation.sizes) != sequence.value(derivation.sizes)
    most = max(_at(formula, lengths[-1], BITS[0], derivation) for formula in (sequence, in_full))
    power = max((power for power in range(1, len(BYTES) + 1) if most >= 1000**power), default=1)
    unit = BYTES[power - 1][1]
    shown = [(sequence, bits) for bits in BITS] + ([(in_full, BITS[0])] if more else [])
    rows: list[tuple[Cell, ...]] = [
        (
            grouped(length),
            *(in_short(Fraction(_at(formula, length, bits, derivation), 1000**power)) for formula, bits in shown),
        )
        for length in lengths
    ]
    columns = [prose("idea_by_context_length"), *(prose("idea_by_context_bits", bits=bits, unit=unit) for bits in BITS)]
    columns += [prose("idea_by_context_in_full", bits=BITS[0], unit=unit, latent=latent)] if more else []
    each = [in_short(Fraction(_at(token, 1, bits, derivation), 1024)) for bits in BITS] if token else ["", ""]
    known = context_length.name in derivation.sizes
    yield Paragraph(prose("idea_by_context", first=each[0], second=each[1], known=known), fixed=True)
    numeric = frozenset(range(len(columns)))
    yield Table(prose("idea_by_context_table"), tuple(columns), tuple(rows), numeric, fixed=True)


def _lengths(derivation: Derivation) -> tuple[int, ...]:
    """Return up to four lengths, the last of them the longest that the model was made for, where it says so."""
    longest = int(derivation.sizes.get(context_length.name, USUAL))
    return (*(length for length in LENGTHS if length < longest), longest)[-ROWS:]


def _at(formula: Formula, length: int, bits: int, derivation: Derivation) -> Exact:
    """Return the bytes of a sequence of so many tokens, in numbers of so many bits."""
    put: dict[Formula, Formula] = {context: Number(length), cached_bytes: Number(exact(Fraction(bits, 8)))}
    return formula.replace(put.get).value(derivation.sizes)
