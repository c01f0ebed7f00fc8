"""The document that says how a quantity scales: what it says, in order, for every format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from symbolic.analysis import chinchilla_section, closed_section, crossover_section, growth_section
from symbolic.analysis.leading import BOUNDS, Together, alone, error_formula, relative_error, together
from symbolic.analysis.response import Response, response
from symbolic.analysis.room_of_sizes import exists, largest
from symbolic.analysis.sampling import SETS, closed_form_holds
from symbolic.analysis.sizes import chosen_sizes
from symbolic.analysis.terms import is_smooth, powers
from symbolic.analysis.words import TOTAL, decimal, named
from symbolic.formulas.figures import beside, grouped, leads_with, percent
from symbolic.formulas.formula import Exact, Formula, Quotient, Sum, Symbol
from symbolic.formulas.functions import Ceiling, Minimum
from symbolic.formulas.shown import Approximate
from symbolic.language import gettext as _
from symbolic.language import lazy, translate
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import Cell, Letters
from symbolic.pages.listing import listed
from symbolic.pages.page import Items, Page, Paragraph, Part, Relation, Section, Table
from symbolic.pages.prose import Markup, Prose
from symbolic.pages.rendering.text_notation import Text
from symbolic.pages.sections.notices import not_complete

LEAD = Symbol("leading", "N_{lead}", lazy("the leading term"), lazy("the leading term"))
Room = Mapping[Symbol, int | None]
"""The sizes that a page looks at, with the largest that each can have beside the others."""
LONG_FORMULA = 40
MOST_AT_TOP = 3
FAR_OFF = 100
"""More times the size of the page's model is printed as that: nobody asks of such a network."""


def scale_page(derivation: Derivation, vary: Sequence[str] = (), compute: Fraction | None = None) -> Page:
    """Return the page; `compute` is a training budget in operations.

    `vary` are the sizes to look at; by default all that there are in this model and that change its total.
    """
    prose = Prose("scale", "scale")
    symbols = chosen_sizes(derivation, vary) if vary else _with_effect(derivation)
    closed_form_holds(derivation)
    parameters = derivation.quantity.name == "parameters"
    most = {symbol: largest(derivation.model, symbol) for symbol in symbols}
    form, sizes = derivation.general_form, derivation.sizes
    joint = together(form, sizes)
    responses = {one: _can_double(derivation, one) for one in (response(form, symbol, sizes) for symbol in symbols)}
    sections = [
        closed_section.section(derivation, prose),
        _leading(derivation, joint, most, prose),
        _doubling(derivation, responses, most, prose),
        *crossover_section.sections(derivation, symbols, prose),
        *growth_section.section(derivation, prose),
    ]
    if parameters:
        sections.append(chinchilla_section.section(derivation, prose, compute))
    lead = prose("lead") if parameters else prose("lead_other", title=derivation.quantity.title)
    says = prose("convention", says=Markup(derivation.convention.said(derivation.model.network)))
    if derivation.model.architecture.of_one_config:
        says += f" {prose('of_one_config')}"
    return Page(
        title=derivation.model.display_name,
        subtitle=prose("subtitle", unit=derivation.unit),
        total=derivation.total,
        rounded=beside(derivation.total, derivation.unit),
        unit=translate(derivation.unit),
        leads_with=leads_with(derivation.unit),
        says_total=False,
        lead=(
            Paragraph(_answer(derivation, joint, [one for one in responses if responses[one]], prose)),
            *not_complete(derivation.model, derivation.quantity.name),
            Paragraph(f"{lead} {says}"),
            Paragraph(prose("checked", count=SETS), tone="checked"),
        ),
        sections=tuple(sections),
        sizes=derivation.sizes,
    )


def _answer(derivation: Derivation, joint: Together, doubled: Sequence[Response], prose: Prose) -> str:
    """Return how the total scales, in a sentence: the sizes that do most, and how far the leading term is off."""
    most = sorted(doubled, key=lambda one: -abs(one.elasticity))[:MOST_AT_TOP]
    return prose(
        "answer",
        model=derivation.model.display_name,
        total=grouped(derivation.total),
        unit=derivation.unit,
        doubled=Markup(
            "; ".join(
                prose(
                    "answer_doubled",
                    first=one is most[0],
                    size=Markup(f"`{one.symbol.name}`"),
                    times=decimal(one.doubled),
                )
                for one in most
            )
        ),
        error=percent(abs(joint.error)) if joint.symbols and joint.error else "",
    )  # fmt: skip


def _with_effect(derivation: Derivation) -> tuple[Symbol, ...]:
    """Return the sizes of the general form without those of layers that this model has none of."""
    form, sizes = derivation.general_form, derivation.sizes
    return tuple(
        symbol
        for symbol in form.symbols
        if sizes[symbol.name] and (not is_smooth(form, symbol) or any(powers(form, symbol, sizes)))
    )


def _leading(derivation: Derivation, joint: Together, most: Room, prose: Prose) -> Section:
    closed, sizes = derivation.general_form, derivation.sizes
    names = named([symbol.name for symbol in joint.symbols])
    parts: list[Part] = []
    if joint.symbols:
        parts += [Paragraph(prose("leading", sizes=names)), Relation(_approximation(joint.term))]
        parts += _error(derivation, joint.term, prose)
        if joint.error:
            parts += [
                Paragraph(prose("leading_factors", sizes=names)),
                _factors(derivation, joint.symbols, joint.factors, prose),
            ]
    parts.append(Paragraph(prose("alone")))
    columns = (
        _("Size"),
        _("Leading term"),
        _("Error here"),
        *(_("< {bound} from", bound=_bound(bound)) for bound in BOUNDS),
    )
    rows: list[tuple[Cell, ...]] = []
    for symbol, bound in most.items():
        one = alone(closed, symbol, sizes)
        starts = [_from(number, sizes[symbol.name], bound, prose) for number in one.from_size]
        term: Cell = Letters(one.term)
        rows.append((f"`{symbol.name}`", term, _percent(abs(one.error)), *starts))
    parts.append(Table(prose("alone_table"), columns, tuple(rows), frozenset({2, 3, 4, 5})))
    rough = [node for node in closed.walk() if isinstance(node, Ceiling | Minimum)]
    if rough and any(not is_smooth(closed, symbol) for symbol in most):
        from symbolic.pages.rendering.text_notation import Text

        shown = listed([f"``{Text()(node)}``" for node in dict.fromkeys(rough)])
        parts.append(Paragraph(prose("rounded_up", parts=Markup(shown)), tone="note"))
    return Section("leading", prose("leading_title"), tuple(parts))


def _from(number: int | None, here: Exact, most: int | None, prose: Prose) -> str:
    """Return from which size on an error is small; not where no network has that size, or it is far from this one."""
    if number is None:
        return prose("leading_never")
    if most is not None and number > most:
        return prose("no_network")
    return prose("leading_far", times=FAR_OFF) if number > FAR_OFF * here else grouped(number)


def _approximation(term: Formula) -> tuple[tuple[str, Formula], ...]:
    """Return N ≈ the term; a long term gets a letter."""
    return (("", TOTAL), ("≈", LEAD), ("=", term)) if _is_long(term) else (("", TOTAL), ("≈", term))


def _error(derivation: Derivation, term: Formula, prose: Prose) -> list[Part]:
    error = relative_error(derivation.general_form, term, derivation.sizes)
    if not error:
        return [Paragraph(prose("leading_exact"))]
    first = Quotient(TOTAL - (LEAD if _is_long(term) else term), TOTAL)
    whole: tuple[tuple[str, Formula], ...] = ()
    # The total stays below the line, but for a factor: of a very long one it is too long, and takes minutes to find.
    if len(list(derivation.general_form.walk())) <= 5 * LONG_FORMULA:
        left_out = error_formula(derivation.general_form, term)
        if isinstance(left_out, Quotient) and not _is_long(left_out):
            whole = (("=", left_out),)
    return [Paragraph(prose("leading_error")), Relation((("", first), *whole, ("≈", Approximate(error, 3))))]


def _is_long(formula: Formula) -> bool:
    """Return whether a formula is too long to stand in a fraction."""
    return isinstance(formula, Sum) or len(list(formula.walk())) > LONG_FORMULA


def _factors(
    derivation: Derivation, symbols: Sequence[Symbol], factors: Sequence[Fraction | None], prose: Prose
) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for bound, factor in zip(BOUNDS, factors, strict=True):
        if factor is None:
            rows.append((_bound(bound), prose("leading_never"), *("" for _ in symbols[:4])))
            continue
        grown = (grouped(-(-derivation.sizes[symbol.name] * factor // 1)) for symbol in symbols[:4])
        rows.append((_bound(bound), f"{decimal(factor, 3)} ×", *grown))
    columns = (_("Error below"), _("Factor"), *(symbol.name for symbol in symbols[:4]))
    return Table(prose("leading_table"), columns, tuple(rows), frozenset(range(1, len(columns))))


def _doubling(derivation: Derivation, responses: Mapping[Response, bool], most: Room, prose: Prose) -> Section:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"`{one.symbol.name}`",
            grouped(one.size),
            f"{decimal(one.doubled)} ×" if responses[one] else prose("no_network"),
            _limit(one, most[one.symbol], prose),
            decimal(one.elasticity, 3),
        )
        for one in sorted(responses, key=lambda one: -abs(one.elasticity))
    )
    columns = (_("Size"), _("Here"), _("Doubled, N is"), _("In the limit"), _("Elasticity"))
    slopes: tuple[tuple[Cell, ...], ...] = tuple((f"`{one.symbol.name}`", Letters(one.slope)) for one in responses)
    parts: list[Part] = [
        Paragraph(prose("doubling")),
        Table(prose("doubling_table"), columns, rows, frozenset({1, 2, 3, 4})),
        Paragraph(prose("elasticity", unit=derivation.unit)),
        Table(prose("elasticity_table"), (_("Size"), "x ∂N/∂x"), slopes),
    ]
    if silent := _without_effect(derivation, prose):
        parts += [Paragraph(prose("no_effect")), Items(tuple((f"`{name}`", why) for name, why in silent.items()))]
    return Section("doubling", prose("doubling_title"), tuple(parts))


def _can_double(derivation: Derivation, one: Response) -> bool:
    return exists(derivation.model, one.symbol, int(2 * one.size))


def _limit(one: Response, most: int | None, prose: Prose) -> str:
    """Return what doubling does in the limit, where the size has none that other sizes set."""
    if most is not None:
        return prose("no_network")
    return f"{decimal(one.limit)} ×" if one.limit.denominator != 1 else f"{one.limit} ×"


def _without_effect(derivation: Derivation, prose: Prose) -> dict[str, str]:
    """Return the sizes of this model that do not change its total, each with the reason."""
    in_form = {symbol.name for symbol in derivation.general_form.symbols}
    with_effect = {symbol.name for symbol in _with_effect(derivation)}
    absent = {symbol.name for symbol in derivation.model.absent}
    defined = {symbol.name: Text()(formula) for symbol, formula in derivation.definitions.items()}
    counted = {symbol.name for symbol in derivation.general.formula.symbols}
    return {
        name: prose(
            "no_effect_none" if name in in_form
            else "no_effect_defined" if name in defined.keys() & counted
            else "no_effect_cancels",
            formula=Markup(f"`{defined.get(name, '')}`"),
        )
        for name in derivation.sizes
        if name not in with_effect and name not in absent
    }  # fmt: skip


def _bound(bound: Fraction) -> str:
    return f"{decimal(bound * 100, 1)} %"


def _percent(share: Fraction) -> Cell:
    return percent(share) if share else "0"
