"""The document that derives a quantity: what it says, in order, for every format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from symbolic.configs.model import Model
from symbolic.formulas.figures import beside, leads_with
from symbolic.language import capitalised, translate
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Step
from symbolic.pages.cells import Cell, Derived, Math
from symbolic.pages.page import Entry, Page, Paragraph, Section, Table
from symbolic.pages.prose import Prose, plain
from symbolic.pages.sections import configuration, steps, totals
from symbolic.pages.sections.foot import checked, sources
from symbolic.pages.sections.insight import insight
from symbolic.pages.sections.lead import first_lead, lead, short_lead
from symbolic.pages.sections.meaning import meaning
from symbolic.pages.sections.network import network
from symbolic.pages.sections.notices import notices, predicting
from symbolic.pages.sections.questions import questions
from symbolic.pages.sections.three_steps import in_three_steps
from symbolic.pages.sections.where import where

Detail: TypeAlias = Literal["brief", "full", "short", "cheat-sheet"]
SAYS_NOTHING = 2
"""A name of so many letters or fewer says nothing of a model."""
DETAILS: tuple[Detail, ...] = ("brief", "full", "short", "cheat-sheet")


def explain_page(derivation: Derivation, detail: Detail = "full") -> Page:
    """Return the page of a derivation; `brief` leaves out the sentences, the other counts and what a parameter is.

    A `short` one is for a first reading: the idea, where the total is, the network, and one block worked out. A
    `cheat-sheet` has a diagram, the shapes, the formula with its letters, the other counts, and numbers worth
    remembering, on one sheet of paper or two.
    """
    prose = Prose(derivation.quantity.name)
    # Each edition is imported where it is used, and so is what only other quantities teach: a page of parameters costs
    # little more than the libraries that it needs.
    if detail == "cheat-sheet":
        from symbolic.pages.sections.cheat_sheet import cheat_sheet

        short = tuple(cheat_sheet(derivation, prose))
        return replace(_page(derivation, prose, short_lead(derivation, prose), short), dense=True)
    if detail == "short":
        from symbolic.pages.sections.short import short_edition

        return _page(derivation, prose, first_lead(derivation, prose), tuple(short_edition(derivation, prose)))
    full = detail == "full"
    derived = steps.steps(derivation, prose, full)
    sections: list[Section] = []
    if derivation.quantity.name == "parameters":
        sections += _of_parameters(derivation, prose, full, derived)
    else:
        from symbolic.pages.lessons import with_lessons

        sections += with_lessons(derivation, prose, full, derived)
    if full:
        sections += [*totals.counts(derivation, prose), sources(derivation, prose)]
    sections.append(checked(derivation, prose, steps.count(derived.parts)))
    return _page(derivation, prose, lead(derivation, prose, full), tuple(sections))


def _of_parameters(derivation: Derivation, prose: Prose, full: bool, derived: Section) -> Iterator[Section]:
    """Yield the sections: the idea first, then where the total is and how it is made; what follows from it last."""
    if full:
        yield from in_three_steps(derivation, prose)
    yield from where(derivation, prose, full)
    if full:
        yield meaning(derivation, prose)
        yield network(derivation, prose)
    yield configuration.config(derivation, prose)
    yield derived
    yield totals.closed(derivation, prose, full)
    if full:
        yield from insight(derivation, prose)
        yield from questions(derivation, prose)


def _page(derivation: Derivation, prose: Prose, lead: tuple[Paragraph, ...], sections: tuple[Section, ...]) -> Page:
    one = several = ""
    if derivation.quantity.name != "parameters":
        # Imported where it is used: parameters are the same for a text of any length.
        from symbolic.pages.sections.in_short import holds

        one, several = holds(derivation, prose)
    return Page(
        title=_title(derivation),
        subtitle=_subtitle(derivation, prose),
        total=Derived(derivation.total, derivation.general.formula),
        rounded=beside(derivation.total, derivation.unit),
        unit=translate(derivation.unit),
        leads_with=leads_with(derivation.unit),
        beside=(
            *((translate(quantity.title), file) for quantity, file in derivation.beside),
            *([(Prose("serving", "serving")("subtitle"), derivation.served)] if derivation.served else ()),
        ),
        holds=one,
        holds_several=several,
        lead=lead,
        sections=sections,
        sizes=derivation.sizes,
    )


def _title(derivation: Derivation) -> str:
    """Return the model's name; a letter or two, as a folder may be called, say what it is of only with the code's."""
    name = derivation.model.display_name
    return name if len(name) > SAYS_NOTHING else f"{name} ({derivation.model.architecture.title})"


def _subtitle(derivation: Derivation, prose: Prose) -> str:
    subtitle = prose("subtitle", title=derivation.quantity.title)
    return prose("subtitle_partial", subtitle=subtitle) if derivation.model.parts_left_out else subtitle


def step_page(step: Step) -> Page:
    """Return a page with a step and those below it: what each is, its formula, and its value."""
    return steps_page((step,), f"{step.number} {capitalised(step.label)}")


def steps_page(steps: Sequence[Step], title: str = "") -> Page:
    """Return a page with steps and those below each of them."""
    rows: list[tuple[Cell, ...]] = []
    for visit in (visit for step in steps for visit in step.walk()):
        lines = visit.step.lines[-1:]
        formula: Cell = Math(lines[0].formula) if lines else ""
        rows.append((visit.step.number, plain(translate(visit.step.label)), formula, visit.step.value))
    heads = (_("Step"), _("Part"), _("Formula"), _("Value"))
    table = Table("", heads, tuple(rows), frozenset({3}))
    section = Section("steps", _("Steps"), (table,))
    return Page(title or _("Step by step"), "", None, "", "", (), (section,), {})


def steps_alone(page: Page) -> Page:
    """Return the steps of a derivation's page and its closed form: what goes into somebody's own document."""
    sections = []
    for section in page.sections:
        if section.id == "steps":
            # The words above the steps are about the rest of the page; a total that only repeats a step adds nothing.
            steps = (part for part in section.parts if isinstance(part, Entry))
            sections.append(section._replace(parts=tuple(step for step in steps if step.equations or step.before)))
        elif section.id == "closed-form":
            sections.append(section)
    return replace(page, lead=(), sections=tuple(sections))


def model_page(model: Model) -> Page:
    """Return a page with the sizes and options of a model, before anything is measured."""
    prose = Prose("parameters")
    section = Section("config", prose("config_title"), tuple(configuration.config_parts(model, prose, None)))
    lead = (*notices(model, prose), *predicting(model, prose))
    return Page(model.display_name, model.architecture.title, None, "", "", lead, (section,), model.sizes)
