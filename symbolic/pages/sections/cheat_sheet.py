"""A sheet to hand out: a diagram, the shapes, the formula with its letters, other counts, and numbers to remember."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from symbolic.errors import SymbolicError
from symbolic.formulas import algebra
from symbolic.formulas.figures import grouped, in_bytes, with_unit
from symbolic.formulas.formula import Exact, Formula, Number, Product, Symbol, product
from symbolic.formulas.rational import Rational
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import cached_bytes, context, tokens
from symbolic.language import capitalised, lazy, translate
from symbolic.language import gettext as _
from symbolic.measuring import quantities
from symbolic.measuring.closed_form import MOST_LETTERS, closed_form, letters
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.integers import integer_value
from symbolic.measuring.step import Visit
from symbolic.pages.cells import Cell, Derived, Letters, Share
from symbolic.pages.nouns import BYTES
from symbolic.pages.page import Part, Relation, Section, Table
from symbolic.pages.pictures import Diagram
from symbolic.pages.prose import Prose, plain
from symbolic.pages.sections.network import network
from symbolic.pages.sections.shapes import shape_of
from symbolic.pages.sections.steps import share_of, whole_of
from symbolic.pages.sections.totals import conventions, of_block
from symbolic.pages.sections.where import named_parts

BYTES_EACH = 2
"""What a number takes at 16 bits."""


def cheat_sheet(derivation: Derivation, prose: Prose) -> Iterator[Section]:
    """Yield the sections of the sheet: of parameters also a diagram, the shapes, and numbers worth remembering."""
    if derivation.quantity.name == "parameters":
        drawn = next(part for part in network(derivation, prose).parts if isinstance(part, Diagram))
        yield Section("network", prose("diagram_title"), (drawn.outline,))
        yield Section("parts", prose("where_title", unit=derivation.unit), (_weights(derivation),))
    else:
        yield Section("parts", prose("where_title", unit=derivation.unit), (_parts(derivation),))
    yield Section("closed-form", prose("closed_title"), tuple(_formula(derivation, prose)))
    counts = conventions(derivation, prose)
    if counts:
        yield Section("counts", prose("counts_title"), (counts[0]._replace(caption=""),))
    if derivation.quantity.name == "parameters":
        columns = (_("What"), _("Formula"), _("Value"))
        table = Table("", columns, tuple(_numbers(derivation, prose)), frozenset({2}), fixed=True)
        yield Section("insight", prose("insight_title"), (table,))


def _formula(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the closed form, and what its letters stand for."""
    form = closed_form(derivation)
    yield Relation((("", form.whole),))
    yield from (of_block(block, derivation, prose) for block in form.blocks)
    used = {symbol for formula in (form.whole, *form.blocks) for symbol in formula.symbols}
    kept = [symbol for symbol in derivation.sizes if any(one.name == symbol for one in used)]
    by_name = {symbol.name: symbol for symbol in used}
    rows = tuple(_size(by_name[name], derivation) for name in kept)
    yield Table("", (_("Name"), _("Letter"), _("Value"), _("Meaning")), rows, frozenset({2}))


def _size(symbol: Symbol, derivation: Derivation) -> tuple[Cell, ...]:
    value = derivation.sizes[symbol.name]
    shown = Derived(value, symbol) if isinstance(value, int) else value
    return (f"``{symbol.name}``", f"${symbol.name}$", shown, translate(symbol.meaning))


def _parts(derivation: Derivation) -> Table:
    """Return the table of the parts, all layers together, each with its formula in letters."""
    rows: list[tuple[Cell, ...]] = []
    parts, names = named_parts(derivation)
    for name, (_name, _short, step, layers, repeat) in zip(names, parts, strict=True):
        formula = _collected(step.formula, derivation)
        if layers != 1:
            formula = Product((algebra.primary(repeat, derivation.page_definitions), formula))
        rows.append((plain(name), Letters(formula), whole_of(step, derivation), share_of(step, derivation)))
    rows.append((_("total"), "", Derived(derivation.total, derivation.general.formula), Share(Fraction(1))))
    columns = (_("Part"), _("Formula"), capitalised(derivation.unit), _("Share"))
    return Table("", columns, tuple(rows), frozenset({2, 3}), frozenset({len(rows) - 1}))


def _weights(derivation: Derivation) -> Table:
    """Return the table of the weights: each part with its formula in letters, and below it the shapes it adds up.

    A part that is made as another one before it names that one instead of its weights.
    """
    rows: list[tuple[Cell, ...]] = []
    strong: list[int] = []
    seen: dict[tuple[object, ...], str] = {}
    parts, names = named_parts(derivation)
    for name, (_name, _short, part, layers, repeat) in zip(names, parts, strict=True):
        weights = [visit for visit in part.walk() if visit.step.weight is not None and visit.step.value]
        made = tuple((visit.step.name, visit.step.formula) for visit in weights)
        again = len(made) > 1 and made in seen
        each: tuple[Cell, ...] = ("", "")
        if layers != 1:
            each = (Derived(part.value, part.formula), Derived(int(layers), repeat))
        formula: Cell = Letters(_collected(part.formula, derivation))
        if again:
            formula = _("as in {number}", number=seen[made])
        strong.append(len(rows))
        every = (whole_of(part, derivation), share_of(part, derivation))
        rows.append((f"{part.number} {plain(name)}", formula, *each, *every))
        if not again and (len(made) > 1 or any(visit.above for visit in weights)):
            rows += (_weight(visit, derivation, alone=layers == 1) for visit in weights)
        seen.setdefault(made, part.number)
    strong.append(len(rows))
    rows.append((_("total"), "", "", "", Derived(derivation.total, derivation.general.formula), Share(Fraction(1))))
    called = (_("Part"), _("Formula, shape"), _("In one layer"), _("Layers"), capitalised(derivation.unit), _("Share"))
    return Table("", called, tuple(rows), frozenset({2, 3, 4, 5}), frozenset(strong))


def _weight(visit: Visit, derivation: Derivation, *, alone: bool) -> tuple[Cell, ...]:
    """Return a weight's row: its shape in letters, behind how many blocks of its kind a layer has, and its numbers.

    Those of a part that is there once, `alone`, stand among the numbers of all layers together.
    """
    step, weight = visit.step, visit.step.weight
    assert weight is not None  # noqa: S101 - only weights have rows
    blocks = tuple(block.repeat for block in visit.above if block.repeat is not None)
    formula = product((*blocks, step.formula))
    # In the letters of the closed form: the sheet has no place for what others stand for.
    axes = tuple(_collected(axis, derivation) if isinstance(axis, Symbol) else axis for axis in weight.shape)
    shape = shape_of(weight.copies, axes, derivation)
    several = [grouped(integer_value(block, derivation.sizes)) for block in blocks]
    several += [grouped(shape.copies)] if shape.copies > 1 else []
    bare = len(axes) == 1 and not (several and " " in shape.letters)
    letters = shape.letters if bare else f"({shape.letters})"
    number = Derived(integer_value(formula, derivation.sizes), formula)
    place: tuple[Cell, ...] = ("", "", number, "") if alone else (number, "", "", "")
    return plain(translate(step.label)), " × ".join((*several, letters)), *place


def _collected(formula: Formula, derivation: Derivation) -> Formula:
    return Rational.of(algebra.primary(formula, derivation.page_definitions)).collected()


def _numbers(derivation: Derivation, prose: Prose) -> Iterator[tuple[Cell, ...]]:
    """Yield what is worth remembering: the bytes, and what a token costs."""
    count = Labelled(lazy("parameters"), derivation.root.formula)
    yield (
        prose("cheat_weights"),
        Letters(Product((Number(BYTES_EACH), count))),
        _in_bytes(BYTES_EACH * derivation.total),
    )
    if (cache := _derived(derivation, "kv-cache", {context.name: 1, cached_bytes.name: BYTES_EACH})) is not None:
        yield prose("cheat_cache"), Letters(_of_a_token(cache)), _in_bytes(cache.total)
    flops = _derived(derivation, "forward-flops", {tokens.name: 1}, "without-attention-products")
    if flops is not None:
        formula = _of_a_token(flops)
        yield prose("cheat_forward"), _short(formula), with_unit(flops.total, flops.unit)
        trained = Rational.of(Product((Number(3), formula))).collected()
        yield prose("cheat_training"), _short(trained), with_unit(3 * flops.total, flops.unit)


def _short(formula: Formula) -> Cell:
    """Return a formula in letters; a long one says nothing at a glance."""
    return Letters(formula) if letters(formula) <= MOST_LETTERS else ""


def _in_bytes(value: int) -> str:
    return f"{with_unit(value, BYTES)} ≈ {in_bytes(value)}"


def _derived(derivation: Derivation, name: str, given: Mapping[str, Exact], convention: str = "") -> Derivation | None:
    """Return another quantity of the model; None where the network has none of it, or it can't be said of one token."""
    quantity = quantities.find(name)
    try:
        return derive(derivation.model, quantity, quantity.convention(convention), given)
    except SymbolicError:
        return None


def _of_a_token(derivation: Derivation) -> Formula:
    """Return a total as a formula in the sizes of the model, with numbers for the quantity's inputs."""
    given = derivation.inputs.sizes

    def change(node: Formula) -> Formula | None:
        return Number(given[node.name]) if isinstance(node, Symbol) and node.name in given else None

    return Rational.of(algebra.primary(derivation.closed, derivation.page_definitions).replace(change)).collected()
