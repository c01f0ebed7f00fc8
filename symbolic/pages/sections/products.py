"""Why a product takes so many operations: one is worked out, and one matrix is followed forward and backward."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symbolic.formulas.formula import Formula, Number, Product, total
from symbolic.formulas.vocabulary import tokens
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.measuring.products import OPERATIONS, in_layer
from symbolic.networks.blocks import Kind, Weight
from symbolic.networks.walks import Leaf, blocks, leaves
from symbolic.pages.cells import Cell, Derived, Math, Sentence, place_of
from symbolic.pages.page import Equation, Paragraph, Part, Section, Table
from symbolic.pages.prose import Prose
from symbolic.pages.sections.shapes import shape_of

LEFT = ((1, 8, 6), (9, 4, 3))
"""Made-up numbers of two tokens, in tenths."""
RIGHT = ((2, 1), (1, 3), (0, 2))
"""The numbers of a matrix: a row for each number that goes in, a column for each that comes out."""


def worked_out(prose: Prose) -> Iterator[Part]:
    """Yield a product of 2 × 3 and 3 × 2 numbers, each result of it, and how many operations these take."""
    if "meaning_product" not in prose:
        return
    left = tuple(tuple(Fraction(tenths, 10) for tenths in row) for row in LEFT)
    inner, columns = len(RIGHT), len(RIGHT[0])
    heads = tuple(_("Number {count}", count=count + 1) for count in range(inner))
    yield Paragraph(prose("meaning_product"))
    yield Table(prose("meaning_product_left"), heads, left, frozenset(range(inner)))
    heads = tuple(_("For number {count}", count=count + 1) for count in range(columns))
    yield Table(prose("meaning_product_right"), heads, RIGHT, frozenset(range(columns)))
    yield Paragraph(prose("meaning_product_each"))
    for row in left:
        for column in zip(*RIGHT, strict=True):
            pairs = zip(row, column, strict=True)
            formula = total(tuple(Product((Number(one), Number(times))) for one, times in pairs))
            yield Equation(formula, formula.value({}))
    yield Paragraph(prose("meaning_product_all"))
    formula = Product((Number(OPERATIONS), Number(len(left)), Product((Number(inner), Number(columns)))))
    yield Equation(formula, formula.value({}), unit=_("FLOPs"))


def backward(derivation: Derivation, prose: Prose) -> Iterator[Section]:
    """Yield the section about a matrix forward and backward, where there is a matrix that all tokens pass."""
    leaf = _largest(derivation) if "backward" in prose else None
    if leaf is None:
        return
    rows, columns = leaf.weight.shape
    count = leaf.tokens or tokens
    sizes = derivation.sizes
    lists = tuple(Derived(integer_value(axis, sizes), axis) for axis in (rows, columns))
    says = prose("backward", name=leaf.part.name, block=leaf.path[-1].name, rows=place_of(0), columns=place_of(1))
    products = (
        ("forward", (count, rows, columns)),
        ("of_matrix", (rows, count, columns)),
        ("of_input", (count, columns, rows)),
    )
    table: list[tuple[Cell, ...]] = []
    for name, (left, inner, right) in products:
        formula = Product((Number(OPERATIONS), left, inner, right))
        sides = ((left, inner), (inner, right), (left, right))
        one, two, result = (f"({shape_of(1, side, derivation).letters})" for side in sides)
        table.append((prose(f"backward_{name}"), f"{one} {two} → {result}", Math(formula), _count(formula, derivation)))
    formula = Product((Number(len(products)), Number(OPERATIONS), count, rows, columns))
    table.append((prose("backward_together"), "", Math(formula), _count(formula, derivation)))
    heads = tuple(prose(f"column_{name}") for name in ("product", "shapes", "formula"))
    parts = (
        Paragraph(Sentence(says, lists)),
        Table(prose("backward_table"), (*heads, _("FLOPs")), tuple(table), frozenset({3}), frozenset({len(products)})),
        Paragraph(prose("backward_why", attends=_attends(derivation))),
    )
    yield Section("backward", prose("backward_title"), parts)


def _count(formula: Formula, derivation: Derivation) -> Derived:
    return Derived(integer_value(formula, derivation.sizes), formula)


def _attends(derivation: Derivation) -> bool:
    return any(block.role == "attention" for block in blocks(derivation.model.network))


def _largest(derivation: Derivation) -> Leaf | None:
    """Return the largest matrix in the layers that every token passes; of equal ones, one without copies.

    It is one of a feed-forward network where there is any, so that the page is about the same matrix at other sizes.
    """
    sizes = derivation.sizes
    found = []
    for leaf in leaves(derivation.model.network):
        if not isinstance(leaf.part, Weight) or leaf.part.kind is not Kind.MATRIX or len(leaf.part.shape) != 2:
            continue
        often = (leaf.tokens or tokens, *(block.repeat for block in leaf.path if block.repeat is not None))
        routed = any(block.active is not None for block in leaf.path)
        if in_layer(leaf) and not routed and all(number.value(sizes) for number in often):
            found.append(leaf)
    fed = [leaf for leaf in found if any(block.role == "feed-forward" for block in leaf.path)]
    return max(
        fed or found, key=lambda leaf: (Product(leaf.weight.shape).value(sizes), -leaf.weight.copies), default=None
    )
