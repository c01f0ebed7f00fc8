"""The document that derives a quantity: what it says, in order, for every format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import Literal, TypeAlias

from symbolic.configs import models
from symbolic.configs.model import Model
from symbolic.formulas.figures import (
    approximate,
    beside,
    grouped,
    in_short,
    leads_with,
    percent,
    significant,
    with_unit,
)
from symbolic.formulas.formula import Exact, Formula, exact
from symbolic.formulas.vocabulary import (
    batch_size,
    context,
    context_length,
    device_bandwidth,
    device_flops,
    device_memory,
    hour_price,
    n_shared_experts,
    pipeline_parallel,
    reserved_memory,
    target_tokens,
    tokens,
    training_tokens,
    utilisation,
)
from symbolic.language import capitalised, translate
from symbolic.language import gettext as _
from symbolic.measuring import checks, reconciliation
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.measuring.results import DerivedResult, companion, derived_results
from symbolic.measuring.step import Step
from symbolic.networks.blocks import Kind, Leaf, Weight, blocks
from symbolic.pages.cells import Cell, Derived, Figured, InShort, Math, Sentence, place_of
from symbolic.pages.cited import cited, joined
from symbolic.pages.listing import listed
from symbolic.pages.page import Entry, Items, Page, Paragraph, Section, Table
from symbolic.pages.prose import Markup, Prose, plain
from symbolic.pages.sections import cache, configuration, steps, totals
from symbolic.pages.sections.batches import batches_section, served, wanted
from symbolic.pages.sections.cheat_sheet import cheat_sheet
from symbolic.pages.sections.insight import insight
from symbolic.pages.sections.layouts import first_sentence, layouts_section
from symbolic.pages.sections.meaning import in_three_steps, meaning
from symbolic.pages.sections.network import network
from symbolic.pages.sections.notices import notices, too_long
from symbolic.pages.sections.products import backward
from symbolic.pages.sections.training_in_short import training_in_short

Detail: TypeAlias = Literal["brief", "full", "cheat-sheet"]
MOST_AT_A_GLANCE = 3
NEARLY = Fraction(95, 100)
"""Above this share, they are nearly all."""
TERA = 10**12
GIGA = 10**9
ASKED = {tokens: 1, context: 1, device_memory: GIGA, device_bandwidth: GIGA, reserved_memory: GIGA}
"""What a quantity's own sentence says of its inputs, and in which unit."""
SERVED = frozenset({"kv-cache", "arithmetic-intensity"})
"""The quantities whose pages teach how serving pays."""
DETAILS: tuple[Detail, ...] = ("brief", "full", "cheat-sheet")


def explain_page(derivation: Derivation, detail: Detail = "full") -> Page:
    """Return the page of a derivation; `brief` leaves out the sentences, the other counts and what a parameter is.

    A `cheat-sheet` has a diagram, the shapes, the formula with its letters, the other counts, and numbers worth
    remembering, on one sheet of paper or two.
    """
    prose = Prose(derivation.quantity.name)
    if detail == "cheat-sheet":
        sections = tuple(cheat_sheet(derivation, prose))
        return replace(_page(derivation, prose, _short_lead(derivation, prose), sections), dense=True)
    full, parameters = detail == "full", derivation.quantity.name == "parameters"
    derived = steps.steps(derivation, prose, full)
    # The idea first, then where the total is and how it is made; what follows from it, and prices, last.
    told = [
        *(in_three_steps(derivation, prose) if full and parameters else ()),
        *([cache.idea(derivation, prose)] if full and "idea" in prose else []),
        *(layouts_section(derivation) if full else ()),
        *steps.where(derivation, prose, full),
        *([network(derivation, prose)] if full and parameters else []),
        *([meaning(derivation, prose)] if full and "meaning" in prose else []),
        configuration.config(derivation, prose),
        derived,
        *(backward(derivation, prose) if full else ()),
        totals.closed(derivation, prose),
        *([totals.results(derivation, prose)] if derivation.quantity.results else []),
        *(_served(derivation, prose) if full and derivation.quantity.name in SERVED else ()),
        *(insight(derivation, prose) if full and parameters else ()),
    ]
    if full:
        told += [*totals.counts(derivation, prose), _sources(derivation, prose)]
    told.append(_checked(derivation, prose, steps.count(derived.parts)))
    return _page(derivation, prose, _lead(derivation, prose), tuple(told))


def _served(derivation: Derivation, prose: Prose) -> Iterator[Section]:
    """Yield the lesson of serving; on a page that begins with an idea, first what fits."""
    says = tuple(_in_short(derivation, prose)) if "idea" in prose else ()
    for section in batches_section(derivation):
        yield section._replace(parts=(*says, *section.parts))


def _page(derivation: Derivation, prose: Prose, lead: tuple[Paragraph, ...], sections: tuple[Section, ...]) -> Page:
    return Page(
        title=derivation.model.display_name,
        subtitle=_subtitle(derivation, prose),
        total=Derived(derivation.total, derivation.general.formula),
        rounded=beside(derivation.total, derivation.unit),
        unit=translate(derivation.unit),
        leads_with=leads_with(derivation.unit),
        lead=lead,
        sections=sections,
        sizes=derivation.sizes,
    )


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
            # The words above the steps speak of the rest of the page; a total that is a step's says nothing alone.
            steps = (part for part in section.parts if isinstance(part, Entry))
            sections.append(section._replace(parts=tuple(step for step in steps if step.equations or step.before)))
        elif section.id == "closed-form":
            sections.append(section)
    return replace(page, lead=(), sections=tuple(sections))


def model_page(model: Model) -> Page:
    """Return a page with the sizes and options of a model, before anything is measured."""
    prose = Prose("parameters")
    section = Section("config", prose("config_title"), tuple(configuration.config_parts(model, prose, None)))
    return Page(
        model.display_name, model.architecture.title, None, "", "", notices(model, prose), (section,), model.sizes
    )


def _lead(derivation: Derivation, prose: Prose) -> tuple[Paragraph, ...]:
    convention = derivation.convention
    says = prose(
        "convention",
        says=Markup(convention.said(derivation.model.network)),
        chosen=convention != derivation.quantity.default,
        name=convention.name,
    )
    if derivation.left_out and convention != derivation.quantity.default:
        kinds = dict.fromkeys(_kind(leaf) for leaf in derivation.left_out)
        says += " " + prose("left_out", names=listed([_("the {part}", part=kind) for kind in kinds]))
    others = {entry.total for entry in reconciliation.published(derivation) if not entry.mistake}
    return (
        *first_sentence(derivation),
        *_glance(derivation, prose),
        *notices(derivation.model, prose, derivation.quantity.name),
        *too_long(derivation, prose),
        *_texts(derivation, prose),
        *(cache.in_a_line(derivation, prose) if "idea" in prose else _in_short(derivation, prose)),
        Paragraph(says, tone="note"),
        *_others(sorted(others - {derivation.total}), prose),
    )


def _short_lead(derivation: Derivation, prose: Prose) -> tuple[Paragraph, ...]:
    """Return what must be known of the total even on a single sheet: what it leaves out, and what it counts."""
    says = prose("convention", says=Markup(derivation.convention.said(derivation.model.network)), chosen=False, name="")
    return (*notices(derivation.model, prose, derivation.quantity.name), Paragraph(says, tone="note"))


def _others(totals: Sequence[int], prose: Prose) -> Iterator[Paragraph]:
    """Yield the numbers that a reader may have met; who prints them stands further below, with what they count."""
    if totals:
        says = prose("other_totals", totals=Markup(listed([grouped(total) for total in totals])))
        yield Paragraph(says, tone="note", fixed=True)


def _glance(derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
    """Yield where most of the total is, in a line."""
    parts = steps.largest(derivation)
    if derivation.quantity.name != "parameters" or len(parts) < 2:
        return
    named = ", ".join(f"{name} {percent(share)}".replace(" %", "\u00a0%") for name, share in parts[:MOST_AT_A_GLANCE])
    active = derivation.counted_as(derivation.quantity.conventions["active"])
    fewer = active.total < derivation.total and derivation.convention == derivation.quantity.default
    yield Paragraph(
        prose(
            "glance",
            parts=named,
            nearly=sum(share for _name, share in parts[:MOST_AT_A_GLANCE]) > NEARLY,
            **_chosen(derivation),
            active=approximate(active.total, derivation.unit) if fewer else "",
            exactly=grouped(active.total),
        ),
        fixed=True,
    )


def _chosen(derivation: Derivation) -> Mapping[str, str]:
    """Return how many experts a token goes through, of how many, beside how many shared ones; "" if layers differ."""
    found = {(block.active, block.repeat) for block in blocks(derivation.model.network) if block.active is not None}
    if len(found) != 1:
        return {"chosen": "", "every": "", "shared": ""}
    [(active, repeat)] = found
    shared = derivation.sizes.get(n_shared_experts.name, 0)
    chosen, every = (integer_value(one, derivation.sizes) for one in (active, repeat) if one is not None)
    return {"chosen": grouped(chosen), "every": grouped(every), "shared": grouped(shared) if shared else ""}


def _checked(derivation: Derivation, prose: Prose, printed: int) -> Section:
    """Return the section that says what was checked: at the foot, since a reader comes for the count."""
    checks.closed_form(derivation)
    checks.equations(derivation)
    done = [prose("check_lines", count=printed), prose("check_closed")]
    if (verified := models.verified(derivation.model)) is not None:
        done.append(prose("check_verified", tensors=grouped(verified.tensors), code=joined(verified.code)))
    done += [prose("check_published", name=entry.name) for entry in checks.published(derivation)]
    # Reading back takes a third of the time that a page takes: it is done where it is asked for, and in the tests.
    if derivation.read_back:
        done.append(prose("check_read_back"))
    elif _is_tested(derivation):
        done.append(prose("check_tests"))
    says = prose("checked", checks=Markup("; ".join(done)), partial=bool(derivation.model.parts_left_out))
    return Section("checked", prose("checked_title"), (Paragraph(says, tone="checked", fixed=True),))


def _texts(derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
    """Yield for how many tokens the total is, where it hangs on that."""
    sizes = derivation.sizes
    asked = {batch_size.name, tokens.name} <= derivation.inputs.sizes.keys()
    if not asked or tokens not in derivation.general.formula.symbols:
        return
    symbols = [batch_size, tokens]
    if target_tokens in derivation.general.formula.symbols:
        symbols.append(target_tokens)
    said = {target_tokens.name: ""} | {symbol.name: place_of(place) for place, symbol in enumerate(symbols)}
    says = prose("texts", **said)
    yield Paragraph(Sentence(says, tuple(Derived(int(sizes[symbol.name]), symbol) for symbol in symbols)))


def _in_short(derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
    """Yield a line with the results that a reader came for."""
    results = derived_results(derivation) if derivation.quantity.results else ()
    if shared := list(_shared(derivation, prose, {one.key: one.value for one in results if one.key})):
        yield from shared
    elif "brief" in prose:
        yield from _brief(derivation, prose, {one.key: one for one in results if one.key and one.formula})
    if found := [one for one in results if one.leads]:
        yield Paragraph(training_in_short(found, derivation, prose), fixed=True)
        yield from _assumed(derivation, prose, {one.key: one for one in results if one.key})


def _shared(derivation: Derivation, prose: Prose, results: Mapping[str, Exact]) -> Iterator[Paragraph]:
    """Yield the quantity's own sentence where several devices serve: of the layout that the table of serving has."""
    made = served(derivation) if "brief_shared" in prose else None
    if made is None or not made.layout.memory or "each" not in results:
        return
    layout = made.layout
    if layout.devices == 1:
        return
    weights = companion(derivation, "weight-memory").total
    cached = wanted(layout) * Fraction(derivation.total, int(derivation.sizes.get(batch_size.name, 1)))
    says = prose(
        "brief_shared",
        least=ceil((weights + cached) / layout.memory),
        devices=layout.devices,
        sequences=grouped(layout.most),
        wanted=wanted(layout),
        context=grouped(derivation.sizes[context.name]),
        device_memory=in_short(exact(Fraction(derivation.sizes[device_memory.name]) / GIGA)),
        device_bandwidth=in_short(exact(layout.bandwidth / GIGA)),
        time=significant(layout.step(1).by_memory * 1000, 4),
        experts=layout.needs.every > 0,
    )
    yield Paragraph(says, fixed=True)


def _assumed(derivation: Derivation, prose: Prose, results: Mapping[str, DerivedResult]) -> Iterator[Paragraph]:
    """Yield what the time and the price of a training stand on, and what its makers published of them."""
    sizes = derivation.sizes
    if not {utilisation.name, device_flops.name, hour_price.name} <= set(sizes):
        return
    peak = in_short(exact(Fraction(sizes[device_flops.name]) / TERA))
    says = prose(
        "takes",
        device=configuration.device_of(derivation),
        peak=peak,
        share=percent(Fraction(sizes[utilisation.name])),
        price=with_unit(Fraction(sizes[hour_price.name]), hour_price.unit),
    )
    training = derivation.model.training
    if training_tokens.name in derivation.inputs.assumed - derivation.inputs.published:
        yield Paragraph(prose("example"), tone="note", fixed=True)
    if training is not None and (reached := results.get("reached")) is not None:
        own = results.get("reached_in_format")
        says += " " + prose(
            "reached",
            hours=grouped(training.hours),
            source=joined(training.source.partition(";")[0]),
            share=percent(Fraction(reached.value)),
            own="" if own is None or own.value == reached.value else percent(Fraction(own.value)),
            peak=peak,
        )
    yield Paragraph(says, fixed=True)


def _brief(derivation: Derivation, prose: Prose, results: Mapping[str, DerivedResult]) -> Iterator[Paragraph]:
    """Yield the quantity's own sentence: whole numbers stand in full, others in four digits, bytes in gigabytes."""
    figures: list[Figured] = []

    def place(value: Exact, formula: Formula, scale: int = 1) -> str:
        figures.append(InShort(Fraction(value) / scale, formula / scale if scale > 1 else formula))
        return place_of(len(figures) - 1)

    said = {one.key: "" for one in derivation.quantity.results if one.key}
    said["stages"] = "1" if derivation.sizes.get(pipeline_parallel.name, 1) > 1 else ""
    said |= {key: place(one.value, one.formula) for key, one in results.items() if one.formula is not None}
    for symbol, scale in ASKED.items():
        if symbol.name in derivation.inputs.sizes:
            # What is reserved is said where there is something.
            size = derivation.sizes[symbol.name]
            said[symbol.name] = place(size, symbol, scale) if size else ""
    limit = derivation.sizes.get(context_length.name)
    said["limit"] = "" if limit is None else place(limit, context_length)
    said["experts"] = "1" if any(block.active is not None for block in blocks(derivation.model.network)) else ""
    if derivation.unit == "bytes":
        said["total"] = place(derivation.total, derivation.general.formula, GIGA)
    # A step of one token reads the experts of one token: the same time is said once.
    alike = {"reading", "fewest"} <= results.keys() and results["reading"].value == results["fewest"].value
    if alike:
        said["fewest"] = ""
    if results.get("devices") and results["devices"].value == 1:
        said["devices"] = "1"
    says = prose("brief", **said)
    if says:
        # A sentence that says whether something fits is another one where it does not.
        choosing = alike or "idea" in prose or any(one.key and one.never for one in derivation.quantity.results)
        yield Paragraph(Sentence(says, tuple(figures)), fixed=choosing)
    times = [one for one in results.values() if one.unit == "milliseconds"]
    if "brief_longest" in prose and times:
        longest = max(times, key=lambda one: Fraction(one.value)).key
        if binds := prose("brief_longest", longest=longest, **said):
            yield Paragraph(Sentence(binds, tuple(figures)), fixed=True)


def _is_tested(derivation: Derivation) -> bool:
    """Return whether the tests read such a page: each quantity of each bundled model, by default inputs."""
    return (
        derivation.convention == derivation.quantity.default
        and not derivation.inputs.given
        and not derivation.quantity.chosen
        and models.is_bundled(derivation.model)
    )


def _kind(leaf: Leaf) -> str:
    """Return how a sentence names a leaf: a table or matrix by its name, other weights by their kind."""
    small = isinstance(leaf.part, Weight) and leaf.part.kind not in (Kind.TABLE, Kind.MATRIX)
    return leaf.weight.kind.value if small else leaf.part.name


def _sources(derivation: Derivation, prose: Prose) -> Section:
    model = derivation.model
    items = [("", prose("sources_config", source=joined(model.source)))] if model.source else []
    sources = (*model.architecture.sources, *derivation.quantity.sources)
    items += [("", cited(source)) for source in sources]
    known = dict.fromkeys(entry.source for entry in reconciliation.published(derivation))
    if model.training is not None and derivation.inputs.published:
        known[model.training.source] = None
    items += [("", plain(joined(source))) for source in known]
    return Section("sources", prose("sources_title"), (Items(tuple(items)),))
