"""The rule T > 8D for the length from which on attention takes half, and the way from it to this network's length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import NamedTuple

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Number, Quotient, exact
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import batch_size, context, emb_dim, n_layers, tokens
from symbolic.language import unit
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.for_a_token import FLOPS_FOR_A_NUMBER, HALVES, MASKED, MATRICES, added_by_context
from symbolic.measuring.results import companion, derived_results
from symbolic.networks.walks import Leaf, has_experts
from symbolic.pages.cells import Cell
from symbolic.pages.page import Equation, Items, Paragraph, Part, Section, Table
from symbolic.pages.prose import Markup, Prose
from symbolic.pages.sections.why_of_length import why

OF_ATTENTION, OF_FEED_FORWARD = 4, 12
"""Numbers of the rule's matrices in squares of the width: D × D four times, and D × 4D three times."""
ADDED = 2
"""Numbers that each token of the context is multiplied with and mixed by in a layer of the rule, in widths."""
MOST_PLACES = 6
FORWARD = "forward-flops/products"
DERIVED = ("matrices", "context", "same")
KINDS = ("attention", "fed", "layer", "outside")
FED = frozenset({"feed-forward", "experts", "shared-experts", "router"})


class BesideTheRule(NamedTuple):
    """What a part has here and in the rule and why, and how many tokens further away the half is for the difference."""

    name: str
    reason: str
    here: int
    ruled: int
    adds: Fraction


def rule_of_length(derivation: Derivation) -> Iterator[Section]:
    """Yield the section, on pages that count the operations of a token and say where attention takes half of them.

    Austin et al. 2025, How to Scale Your Model, part 4: T / 8D is the ratio of attention's products to the matrices.
    """
    half = next((one for one in derived_results(derivation) if one.key in HALVES), None)
    if half is None or not {emb_dim.name, n_layers.name} <= derivation.sizes.keys():
        return
    added = _added(derivation)
    if not added:
        return
    rows = tuple(_rows(derivation, added))
    rule = 8 * emb_dim
    start, numbers = int(rule.value(derivation.sizes)), sum(row.here for row in rows[1:])
    end = start + sum(row.adds for row in rows)
    # Layers of another kind may take operations that neither grow with the text nor are those of matrices.
    if end != Fraction(FLOPS_FOR_A_NUMBER * numbers, added) or ceil(end) != half.value:
        return
    prose = Prose("rule-of-length", "rule-of-length")
    cells: list[tuple[Cell, ...]] = [(prose("start"), "", "", "", start)]
    sums = [Fraction(start) + sum(row.adds for row in rows[:index]) for index in range(len(rows) + 1)]
    places = _places(sums)
    for row, made in zip(rows, sums[1:], strict=True):
        if row.here != row.ruled:
            named = prose("row", part=Markup(row.name), reason=Markup(row.reason)) if row.reason else row.name
            cells.append((named, row.here, row.ruled, _signed(row.adds, places), grouped(_rounded(made, places))))
    columns = tuple(prose(f"column_{name}") for name in ("part", "here", "rule", "adds", "makes"))
    divided = Labelled(prose("numbers"), Number(numbers)), Labelled(prose("added"), Number(added))
    formula = Quotient(FLOPS_FOR_A_NUMBER * divided[0], divided[1])
    windows = half.key == "half_without_windows"
    masked = context in companion(derivation, MASKED).general.formula.symbols
    parts: tuple[Part, ...] = (
        Paragraph(prose("rule"), fixed=True),
        Equation(rule, start, unit=unit("token", "tokens")),
        Paragraph(prose("sum", half=grouped(half.value), exactly=end == half.value), fixed=True),
        Equation(formula, exact(end), unit=unit("token", "tokens"), sizes=derivation.sizes),
        *([Paragraph(prose("pairs", windows=windows, masked=masked), fixed=True)] if windows or masked else []),
        Paragraph(prose("derived"), fixed=True),
        Items(tuple((prose(f"derived_{name}_term"), prose(f"derived_{name}")) for name in DERIVED), fixed=True),
        Paragraph(_here(rows[0], start, sums[1], places, differs=len(cells) > 1, prose=prose), fixed=True),
        *([Table(prose("table"), columns, tuple(cells), frozenset({1, 2, 3, 4}), fixed=True)] if cells[1:] else []),
    )
    in_sight = next(place for place, part in enumerate(parts) if isinstance(part, Items)) - 1
    yield Section("rule-of-length", prose("title"), parts, below=(in_sight, prose("more")))


def _here(first: BesideTheRule, start: int, made: Fraction, places: int, *, differs: bool, prose: Prose) -> str:
    """Return what the table is, and how its first row comes about, which no difference of numbers makes."""
    shown = _rounded(made, places)
    return prose(
        "here",
        differs=differs,
        context=first.here != first.ruled,
        start=grouped(start),
        ruled=grouped(first.ruled),
        added=grouped(first.here),
        sign="=" if shown == made else "≈",
        makes=grouped(shown),
    )


def _added(derivation: Derivation) -> int:
    """Return the forward operations that a token of the context adds to those of one token; 0 where that is unknown."""
    each = added_by_context(companion(derivation, FORWARD).general.formula)
    value = 0 if each is None else each.value(derivation.sizes)
    return int(value) if Fraction(value).denominator == 1 else 0


def _rows(derivation: Derivation, added: int) -> Iterator[BesideTheRule]:
    """Yield what a token of the context adds, then the numbers of the matrices, each beside those of the rule."""
    prose = Prose("rule-of-length", "rule-of-length")
    width, layers = (int(derivation.sizes[one.name]) for one in (emb_dim, n_layers))
    ruled_added = FLOPS_FOR_A_NUMBER * ADDED * layers * width
    square = layers * width * width
    ruled = {"attention": OF_ATTENTION * square, "fed": OF_FEED_FORWARD * square}
    whole = FLOPS_FOR_A_NUMBER * sum(ruled.values())
    reason = why("context", added, derivation, prose)
    adds = Fraction(whole, added) - Fraction(whole, ruled_added)
    yield BesideTheRule(prose("part_context"), reason, added, ruled_added, adds)
    for kind in KINDS:
        here, there = _numbers(kind, derivation), ruled.get(kind, 0)
        says = prose("part", name=kind, experts=has_experts(derivation.model.network))
        reason = why(kind, here, derivation, prose) if here != there else ""
        yield BesideTheRule(says, reason, here, there, Fraction(FLOPS_FOR_A_NUMBER * (here - there), added))


def _numbers(kind: str, derivation: Derivation) -> int:
    """Return the numbers of the matrices of a kind of part that a token is multiplied with."""
    made = companion(derivation, MATRICES)
    counted = made.convention.counts
    only = made.convention._replace(name=kind, counts=lambda leaf: counted(leaf) and _kind(leaf) == kind)
    if next(made.measuring.counted(only), None) is None:
        return 0
    passes = int(made.sizes[tokens.name] * made.sizes[batch_size.name])
    return made.counted_as(only).total // (FLOPS_FOR_A_NUMBER * passes)


def _kind(leaf: Leaf) -> str:
    roles = {block.role for block in leaf.path}
    if "layer" not in roles:
        return "outside"
    return "attention" if "attention" in roles else "fed" if roles & FED else "layer"


def _places(sums: Sequence[Fraction]) -> int:
    """Return how many decimals the tokens have: so many that the column adds up, and no fraction is whole."""

    def fits(places: int) -> bool:
        shown = [_rounded(one, places) for one in sums]
        adds = all(
            after - before == _rounded(end - start, places)
            for (before, after), (start, end) in zip(pairwise(shown), pairwise(sums), strict=True)
        )
        return adds and (shown[-1].denominator == 1) == (sums[-1].denominator == 1)

    return next(filter(fits, range(1, MOST_PLACES)), MOST_PLACES)


def _rounded(tokens: Fraction, places: int) -> Fraction:
    """Return so many tokens, rounded to some decimals."""
    return Fraction(floor(tokens * 10**places + Fraction(1, 2)), 10**places)


def _signed(tokens: Fraction, places: int) -> str:
    return f"{'−' if tokens < 0 else '+'}{grouped(abs(_rounded(tokens, places)))}"
