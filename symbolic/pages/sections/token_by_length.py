"""How the cost of a token grows with the text: the rule of thumb 2N, the exact number, and what lies between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from symbolic.formulas.algebra import simplified
from symbolic.formulas.figures import grouped, in_short, percent
from symbolic.formulas.formula import Exact, Formula, Number, Product, Sum, Symbol, exact
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import batch_size, context, context_length, tokens
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.for_a_token import HALVES, MATRICES, added_by_context
from symbolic.measuring.products import OPERATIONS
from symbolic.measuring.results import companion, derived_results
from symbolic.networks.walks import blocks
from symbolic.pages.cells import Cell
from symbolic.pages.page import Equation, Paragraph, Part, Section, Table
from symbolic.pages.pictures import Curves, Figure, Series
from symbolic.pages.prose import Markup, Prose

LENGTHS = (128, 512, 2048, 8192, 32_768, 131_072, 524_288)
"""Lengths that are named most, each four times the last."""
USUAL = 131_072
"""Up to here where nobody says how long a text may be."""
PARTS = 48
"""A line is drawn through so many lengths."""
PARAMETERS = "2N"


class OfAToken(NamedTuple):
    """What one token takes, as formulas: by the rule of thumb, in the matrices, and for each token of the context.

    `parameters` and `numbers` are what the first two are twice of; `exactly` is the whole, and `grows` the symbol of
    the text's length in it.
    """

    parameters: Formula
    numbers: Formula
    each: Formula
    grows: Symbol

    @property
    def rule(self) -> Formula:
        """Two operations for each parameter."""
        return Product((Number(OPERATIONS), self.parameters))

    @property
    def exactly(self) -> Formula:
        """Two operations for each number of the matrices, and for each token of the context some more."""
        return Sum((Product((Number(OPERATIONS), self.numbers)), Product((self.each, self.grows))))


def token_by_length(derivation: Derivation, prose: Prose) -> Iterator[Section]:
    """Yield the section, where a token takes some operations in the matrices and as many more for each other token."""
    found = _of_a_token(derivation, prose)
    if found is None:
        return
    sizes, unit = derivation.sizes, derivation.unit
    here, longest = int(sizes[tokens.name]), int(sizes.get(context_length.name, 0))
    windows = any(one.key == "half_without_windows" for one in derived_results(derivation))
    experts = any(block.active is not None for block in blocks(derivation.model.network))

    def at(length: int) -> Exact:
        return found.exactly.value({**sizes, tokens.name: length, context.name: length})

    rule = found.rule.value(sizes)
    said = [
        (length, percent(Fraction(rule) / Fraction(at(length)))) for length in dict.fromkeys((here, longest or here))
    ]
    marked = prose(
        "by_length_says",
        **dict(zip(("tokens", "share"), (grouped(said[0][0]), said[0][1]), strict=True)),
        **dict(zip(("longest", "least"), (grouped(said[-1][0]), said[-1][1]), strict=True)),
        several=len(said) > 1,
        more=rule > at(here),
    )
    each = Labelled(prose("by_length_each"), found.each)
    parts: tuple[Part, ...] = (
        Paragraph(prose("by_length_rule", experts=experts)),
        Equation(found.rule, int(rule), unit=unit),
        Paragraph(prose("by_length_exact")),
        Equation(found.each, int(found.each.value(sizes)), each, unit=unit),
        Equation(found._replace(each=each).exactly, int(found.exactly.value(sizes)), unit=unit),
        Paragraph(marked, fixed=True),
        *([Paragraph(prose("by_length_windows"))] if windows else []),
        _table(found, at, derivation, prose),
        _plot(found, at, windows, derivation, prose),
    )
    yield Section("by-length", prose("by_length_title"), parts)


def _of_a_token(derivation: Derivation, prose: Prose) -> OfAToken | None:
    """Return what a token takes; None where that is not so simple, or one text is not as long as its context."""
    results = {one.key: one.formula for one in derived_results(derivation) if one.key}
    numbers, sizes = results.get("numbers"), derivation.sizes
    if derivation.convention != derivation.quantity.default or numbers is None or not results.keys() & set(HALVES):
        return None
    grows = context if context in derivation.general.formula.symbols else tokens
    each = added_by_context(derivation.general.formula)
    if each is None or sizes.get(grows.name) != sizes[tokens.name] or tokens in derivation.model.definitions:
        return None
    rule = derivation.counted_as(derivation.quantity.conventions[PARAMETERS]).general.formula
    found = OfAToken(
        Labelled(prose("by_length_parameters"), rule / (OPERATIONS * batch_size * tokens)),
        Labelled(
            prose("by_length_numbers"),
            companion(derivation, MATRICES).general.formula / (OPERATIONS * batch_size * tokens),
        ),
        simplified(each, {}),
        grows,
    )
    whole = Fraction(derivation.total, int(sizes[batch_size.name]) * int(sizes[tokens.name]))
    values = (found.parameters.value(sizes), found.numbers.value(sizes), found.each.value(sizes))
    fits = all(isinstance(value, int) for value in values) and found.exactly.value(sizes) == whole
    return found if fits else None


def _longest(derivation: Derivation) -> int:
    sizes = derivation.sizes
    return max(int(sizes.get(context_length.name, USUAL)), int(sizes[tokens.name]))


def _plot(found: OfAToken, at: Callable[[int], Exact], windows: bool, derivation: Derivation, prose: Prose) -> Figure:
    """Return the drawing: this page's count over the length and that with the mask, and the rule beside them."""
    sizes, end, here = derivation.sizes, _longest(derivation), int(derivation.sizes[tokens.name])
    masked = derivation.counted_as(derivation.quantity.conventions["masked"]).general.formula

    def with_mask(length: int) -> Exact:
        put = {batch_size.name: 1, tokens.name: length, context.name: length}
        return exact(Fraction(masked.value({**sizes, **put}), length))

    scale = max((power for power in range(5) if at(end) >= 1000**power), default=0)

    def short(value: Exact) -> str:
        return in_short(exact(Fraction(value) / 1000**scale))

    drawn = [("here", at), *([("masked", with_mask)] if with_mask(here) != at(here) else [])]
    lengths = [max(1, end * part // PARTS) for part in range(PARTS + 1)]
    lines, ends = [], []
    for name, line in drawn:
        title = prose("by_length_line", name=name, amount=short(line(here)), tokens=grouped(here), windows=windows)
        points = tuple((length, exact(Fraction(line(length)) / 1000**scale)) for length in lengths)
        lines.append(Series(title, points, line=True))
        ends.append(prose("by_length_end", line=Markup(title), amount=short(line(end)), tokens=grouped(end)))
    rule = found.rule.value(sizes)
    level = exact(Fraction(rule) / 1000**scale), prose("by_length_line", name="rule")
    longest = derivation.sizes.get(context_length.name)
    marks = [(here, prose("by_length_mark", tokens=grouped(here), longest=here == longest, here=True))]
    if longest is not None and here != longest:
        marks.append((int(longest), prose("by_length_mark", tokens=grouped(int(longest)), longest=True, here=False)))
    unit = prose("by_length_unit", power=scale)
    words = Markup("; ".join([*ends, level[1]]))
    return Figure(
        "by-length",
        prose("by_length_caption"),
        prose("by_length_alt", unit=unit, lines=words),
        Curves(prose("by_length_x"), unit, tuple(lines), (), tuple(marks), (level,)),
        fixed=True,
    )


def _table(found: OfAToken, at: Callable[[int], Exact], derivation: Derivation, prose: Prose) -> Table:
    """Return the table of lengths: attention's products, the whole, and their share of it."""
    matrices = OPERATIONS * found.numbers.value(derivation.sizes)
    rows: list[tuple[Cell, ...]] = []
    for length in _lengths(derivation):
        whole = at(length)
        share = percent(Fraction(whole - matrices) / Fraction(whole))
        rows.append((grouped(length), int(whole - matrices), int(whole), share))
    columns = tuple(prose(f"by_length_column_{name}") for name in ("length", "products", "whole", "share"))
    caption = prose("by_length_table", matrices=grouped(matrices))
    return Table(caption, columns, tuple(rows), frozenset(range(len(columns))), fixed=True)


def _lengths(derivation: Derivation) -> Sequence[int]:
    """Return the lengths of the table: usual ones, that of the page, where attention takes half, and the longest."""
    end = _longest(derivation)
    half = next((int(one.value) for one in derived_results(derivation) if one.key in HALVES), end)
    found = {*(length for length in LENGTHS if length < end), int(derivation.sizes[tokens.name]), end}
    return sorted(found | ({half} if half < end else set()))
