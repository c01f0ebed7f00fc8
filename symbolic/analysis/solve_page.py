"""The document that solves for a size: the equation, its exact solution, and the configs that can be built."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor

from symbolic.analysis.goals import Budget
from symbolic.analysis.sizes import chosen_sizes, settable
from symbolic.analysis.solve_answer import answer, better_heads, changed, head_width, heads, reasons
from symbolic.analysis.solve_equation import equation_section, solution_section
from symbolic.analysis.solving import Candidate, Feasible, Solved, solve_many, solve_one
from symbolic.analysis.words import TOTAL, decimal, named
from symbolic.formulas.figures import beside, grouped, leads_with, percent
from symbolic.formulas.formula import Exact, Symbol
from symbolic.language import capitalised, translate
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import Cell, Signed
from symbolic.pages.listing import listed
from symbolic.pages.page import Equation, NamedValue, Page, Paragraph, Part, Relation, Section, Table
from symbolic.pages.prose import Markup, Prose
from symbolic.pages.sections.notices import not_complete, too_long

SHOWN = 20


def solve_page(
    derivation: Derivation,
    names: Sequence[str],
    target: Fraction,
    keep: Sequence[str] = (),
    multiple: int = 1,
    budget: Budget | None = None,
) -> Page:
    """Return the page; several names give a list of configs. With a budget, the total must not exceed the target."""
    unknowns = chosen_sizes(derivation, names)
    settable(derivation, [symbol.name for symbol in unknowns])
    at_most = budget is not None
    prose = Prose("solve", "solve")
    if len(unknowns) == 1:
        solved = solve_one(derivation, unknowns[0], target, keep, multiple, at_most=at_most)
        return _one(solved, keep, prose, budget)
    return _many(solve_many(derivation, unknowns, target, keep, multiple, at_most=at_most), unknowns, prose, budget)


def _one(solved: Solved, keep: Sequence[str], prose: Prose, budget: Budget | None) -> Page:
    best, derivation = solved.best, solved.derivation
    how = "" if solved.solution.radical is not None else prose("checked_sign")
    unknown = solved.constraints.unknown.name
    sections = (equation_section(solved, prose), solution_section(solved, prose), _nearby(solved, keep, prose))
    lead = [
        prose(
            "lead",
            model=derivation.model.display_name,
            unknown=named([unknown]),
            kept=bool(solved.constraints.kept),
            **_target(solved.target, derivation),
        )
    ]
    first = [answer(best, [unknown], solved.target, derivation.unit, prose), *reasons(solved, prose)]
    first += filter(None, [changed(derivation, best, prose)])
    return _page(derivation, best, first, [unknown], solved.target, lead, how, sections, prose, budget)


def _with_inputs(derivation: Derivation, best: Candidate) -> Derivation:
    """Return the derivation with the inputs that were solved for: a text may be longer than the model was made for."""
    inputs = derivation.inputs
    found = {name: best.sizes.get(name, size) for name, size in inputs.sizes.items()}
    return replace(derivation, model=best.model, inputs=inputs._replace(sizes=found))


def _page(
    derivation: Derivation,
    best: Candidate,
    first: list[str],
    unknowns: Sequence[str],
    target: Fraction,
    lead: list[str],
    how: str,
    sections: tuple[Section, ...],
    prose: Prose,
    budget: Budget | None,
) -> Page:
    lead += [prose("convention", says=Markup(derivation.convention.said(derivation.model.network)))]
    if derivation.model.architecture.of_one_config:
        lead.append(prose("of_one_config"))
    paragraphs = [
        Paragraph(" ".join(first)),
        *not_complete(derivation.model, derivation.quantity.name),
        *too_long(_with_inputs(derivation, best), Prose("parameters")),
        Paragraph(" ".join(lead)),
    ]
    if budget:
        used = {symbol.name for symbol in derivation.general_form.symbols} - set(unknowns)
        stored = [f"`{name}` {grouped(size)}" for name, size in derivation.inputs.sizes.items()
                  if name in used and ("bytes" in name or "bits" in name)]  # fmt: skip
        reserved = grouped(budget.reserved) if budget.reserved else ""
        words = {
            "memory": budget.written,
            "reserved": reserved,
            "inputs": Markup(listed(stored)) if stored else "",
        }
        weights = derivation.quantity.name == "weight-memory"
        paragraphs.append(Paragraph(prose("budget", weights=weights, **words, **_target(target, derivation))))
    paragraphs.append(Paragraph(prose("checked", how=how), tone="checked"))
    about = prose(
        "subtitle_most" if budget else "subtitle", unknown=listed(list(unknowns)), **_target(target, derivation)
    )
    return Page(
        title=derivation.model.display_name,
        subtitle=about,
        total=best.total,
        rounded=beside(best.total, derivation.unit),
        unit=translate(derivation.unit),
        leads_with=leads_with(derivation.unit),
        lead=tuple(paragraphs),
        says_total=False,
        sections=sections,
        # A size of the equation may be none of the found network, such as the number of a kind of layer that it lacks.
        sizes={**derivation.sizes, **best.model.sizes, **derivation.inputs.sizes, **best.sizes},
        values={
            **{name: NamedValue(best.sizes[name], "", grouped(best.sizes[name])) for name in unknowns},
            "total": NamedValue(best.total, derivation.unit, grouped(best.total)),
        },
    )


def _target(target: Fraction, derivation: Derivation) -> dict[str, str]:
    return {"target": grouped(floor(target)), "unit": derivation.unit}


def _nearby(solved: Solved, keep: Sequence[str], prose: Prose) -> Section:
    unknown, best = solved.constraints.unknown, solved.best
    step = solved.constraints.step
    rule = prose("rule_whole") if step == 1 else prose("rule_multiple", step=grouped(step))
    rule += prose("rule_valid")
    candidates = [*reversed(solved.below), *(solved.above[:1] if solved.at_most else solved.above)]
    strong = frozenset({candidates.index(best)})
    which = prose("largest" if solved.at_most else "nearest")
    awkward = heads(solved.derivation, candidates, prose)
    return Section(
        "nearby",
        prose("nearby_title"),
        (
            Paragraph(prose("nearby_most" if solved.at_most else "nearby", unknown=named([unknown.name]), rule=rule)),
            _candidates(candidates, solved.target, prose("nearby_table"), solved.derivation, strong),
            *_note(awkward, better_heads(solved, keep, prose) if awkward else ""),
            Paragraph(prose("put_in", which=which)),
            Equation(solved.derivation.general_form, best.total, TOTAL),
        ),
    )


def _note(*said: str) -> Iterator[Paragraph]:
    """Yield sentences as a note, if there are any."""
    if text := " ".join(filter(None, said)):
        yield Paragraph(text, tone="note")


def _candidates(
    candidates: Sequence[Candidate], target: Fraction, caption: str, derivation: Derivation, strong: frozenset[int]
) -> Table:
    names = list(candidates[0].sizes)
    widths = [head_width(derivation, one) for one in candidates]
    with_heads = all(widths) and len(set(widths)) > 1
    with_aspect = bool({"emb_dim", "n_layers"} & set(names))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            *(_cell(one.sizes[name]) for name in names),
            *((width or 0,) if with_heads else ()),
            one.total,
            Signed(one.total - floor(target)),
            percent(abs(one.off)),
            *((_aspect(one),) if with_aspect else ()),
        )
        for one, width in zip(candidates, widths, strict=True)
    )
    aspect = ("emb_dim / n_layers",) if with_aspect else ()
    columns = (
        *names,
        *(("head_dim",) if with_heads else ()),
        capitalised(derivation.unit),
        _("From the target"),
        _("Off by"),
        *aspect,
    )
    return Table(caption, columns, rows, frozenset(range(len(columns))), strong)


def _cell(size: Exact) -> Cell:
    return size if isinstance(size, int) else grouped(size)


def _aspect(one: Candidate) -> str:
    return decimal(Fraction(one.model.sizes.get("emb_dim", 1), one.model.sizes.get("n_layers", 1)), 3)


def _many(feasible: Feasible, unknowns: Sequence[Symbol], prose: Prose, budget: Budget | None) -> Page:
    derivation = feasible.derivation
    shown = feasible.candidates[:SHOWN]
    names = [symbol.name for symbol in unknowns]
    aspect = Fraction(derivation.model.sizes["emb_dim"], derivation.model.sizes["n_layers"])
    others = named([symbol.name for symbol in feasible.others]) if feasible.others else Markup(_("nothing else"))
    parts: list[Part] = [
        Paragraph(prose("equation", unit=derivation.unit)),
        Relation((("", TOTAL), ("=", derivation.general_form))),
    ]
    parts += [
        Relation((("", symbol), ("=", feasible.constraints.formula(symbol)))) for symbol in feasible.constraints.factors
    ]
    feasible_parts: tuple[Part, ...] = (
        Paragraph(
            prose("feasible", others=others, model=derivation.model.display_name, unknown=named([names[0]]),
                  count=feasible.found, shown=len(shown))
        ),
        _candidates(shown, feasible.target, prose("feasible_table"), derivation, frozenset({0})),
        *_note(heads(derivation, shown, prose)),
        Paragraph(prose("order", model=derivation.model.display_name, aspect=decimal(aspect, 3))),
    )  # fmt: skip
    sections = (
        Section("equation", prose("equation_title"), tuple(parts)),
        Section("feasible", prose("feasible_title"), feasible_parts),
    )
    lead = [
        prose(
            "lead_many",
            model=derivation.model.display_name,
            unknown=named(names),
            **_target(feasible.target, derivation),
        )
    ]
    first = [answer(shown[0], names, feasible.target, derivation.unit, prose)]
    first += filter(None, [changed(derivation, shown[0], prose)])
    return _page(derivation, shown[0], first, names, feasible.target, lead, "", sections, prose, budget)
