"""A page to keep beside one: the formula with its letters, the parts, what to learn, and numbers worth remembering."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from symbolic.errors import SymbolicError
from symbolic.formulas import algebra
from symbolic.formulas.figures import in_bytes, with_unit
from symbolic.formulas.formula import Exact, Formula, Number, Product, Symbol
from symbolic.formulas.rational import Rational
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import cached_bytes, context, tokens
from symbolic.language import capitalised, lazy, translate, unit
from symbolic.language import gettext as _
from symbolic.measuring import quantities
from symbolic.measuring.closed_form import closed_form
from symbolic.measuring.derivation import Derivation, derive
from symbolic.pages.cells import Cell, Derived, Letters, Share
from symbolic.pages.page import Part, Relation, Section, Table
from symbolic.pages.prose import Prose, plain
from symbolic.pages.sections.insight import doubled, squares
from symbolic.pages.sections.matrices import stacks_of
from symbolic.pages.sections.steps import named_parts, share_of, whole_of
from symbolic.pages.sections.totals import of_block

UNIT = unit("byte", "bytes")
BYTES = 2
"""What a number takes at 16 bits."""


def cheat_sheet(derivation: Derivation, prose: Prose) -> Iterator[Section]:
    """Yield the sections of the page; what follows them is for parameters alone."""
    yield Section("closed-form", prose("closed_title"), tuple(_formula(derivation, prose)))
    yield Section("parts", prose("where_title", unit=derivation.unit), (_parts(derivation),))
    if derivation.quantity.name == "parameters":
        stacks = stacks_of(derivation)
        learnt = (*squares(stacks, derivation, prose), *doubled(stacks, derivation, prose)) if stacks else ()
        rows = tuple(_numbers(derivation, prose))
        columns = (_("What"), _("Formula"), _("Value"))
        table = Table("", columns, rows, frozenset({2}), fixed=True)
        yield Section("insight", prose("insight_title"), (*learnt, table))


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
    for name, (_name, step, layers, repeat) in zip(names, parts, strict=True):
        formula = _collected(step.formula, derivation)
        if layers != 1:
            formula = Product((algebra.primary(repeat, derivation.page_definitions), formula))
        rows.append((plain(name), Letters(formula), whole_of(step, derivation), share_of(step, derivation)))
    rows.append((_("total"), "", Derived(derivation.total, derivation.general.formula), Share(Fraction(1))))
    columns = (_("Part"), _("Formula"), capitalised(derivation.unit), _("Share"))
    return Table("", columns, tuple(rows), frozenset({2, 3}), frozenset({len(rows) - 1}))


def _collected(formula: Formula, derivation: Derivation) -> Formula:
    return Rational.of(algebra.primary(formula, derivation.page_definitions)).collected()


def _numbers(derivation: Derivation, prose: Prose) -> Iterator[tuple[Cell, ...]]:
    """Yield what is worth remembering: the parameters of a layer, the bytes, and what a token costs."""
    for stack in stacks_of(derivation):
        step = stack.visit.step
        amount = with_unit(step.each, derivation.unit)
        yield prose("cheat_layer", layer=stack.name), Letters(_collected(step.one, derivation)), amount
    count = Labelled(lazy("parameters"), derivation.root.formula)
    yield prose("cheat_weights"), Letters(Product((Number(BYTES), count))), _in_bytes(BYTES * derivation.total)
    if (cache := _derived(derivation, "kv-cache", {context.name: 1, cached_bytes.name: BYTES})) is not None:
        yield prose("cheat_cache"), Letters(_of_a_token(cache)), _in_bytes(cache.total)
    flops = _derived(derivation, "forward-flops", {tokens.name: 1}, "without-attention-products")
    if flops is not None:
        formula = _of_a_token(flops)
        yield prose("cheat_forward"), Letters(formula), with_unit(flops.total, flops.unit)
        trained = Rational.of(Product((Number(3), formula))).collected()
        yield prose("cheat_training"), Letters(trained), with_unit(3 * flops.total, flops.unit)


def _in_bytes(value: int) -> str:
    return f"{with_unit(value, UNIT)} ≈ {in_bytes(value)}"


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
