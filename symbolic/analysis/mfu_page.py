"""The document that says which utilisation (MFU) a run has, by each way of counting its operations."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from symbolic.analysis.utilisation import TrainingRun, Utilisation, rate_formula, utilisations
from symbolic.formulas.figures import grouped, is_quotient, percent, significant, unit_of, with_unit
from symbolic.formulas.formula import Exact, exact
from symbolic.formulas.scales import TERA
from symbolic.formulas.vocabulary import SYMBOLS, tokens_per_second
from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import Cell
from symbolic.pages.cited import cited
from symbolic.pages.listing import listed
from symbolic.pages.page import Equation, Items, NamedValue, Page, Paragraph, Part, Section, Table
from symbolic.pages.prose import Markup, Prose
from symbolic.pages.sections import totals

RUN = ("batch_size", "tokens", "tokens_per_second", "n_devices", "device_flops")
NEEDED = "masked"
"""The convention that counts no more than what a model with a causal mask needs."""
WHOLE_FROM = 1000


def mfu_page(derivation: Derivation, run: TrainingRun) -> Page:
    """Return the page: the run, a row for each convention, their equations, and the way from each to each."""
    prose = Prose("mfu", "mfu")
    found = tuple(utilisations(derivation, run))
    sizes = {**derivation.sizes, **run.sizes}
    return Page(
        title=derivation.model.display_name,
        subtitle=prose("subtitle"),
        total=None,
        rounded="",
        unit="",
        lead=_lead(found, run, prose),
        sections=(
            _shares(found, prose),
            _run(run, sizes, prose),
            _equations(found, prose),
            *totals.counts(derivation, Prose(derivation.quantity.name)),
            _sources(derivation, prose),
        ),
        sizes=sizes,
        values={
            "tokens_per_second": NamedValue(run.rate, "tokens per second", speed(run.rate)),
            **{f"utilisation_{_key(one)}": NamedValue(exact(one.share), "", percent(one.share)) for one in found},
        },
    )


def _key(found: Utilisation) -> str:
    """Return the name of a convention as programs have it among the values."""
    return found.convention.name.replace("-", "_")


def _lead(found: tuple[Utilisation, ...], run: TrainingRun, prose: Prose) -> tuple[Paragraph, ...]:
    """Say the least and the most utilisation that a count of what the model needs gives, and what is not to be trusted.

    With the mask, no count of what is really needed is smaller: what it makes more than 100 % of can't have been.
    """
    model = [one for one in found if not one.is_of_hardware and not one.has_idle_experts]
    idle = [one for one in found if one.has_idle_experts and not one.is_of_hardware]
    least, most = (choose(model, key=lambda one: one.share) for choose in (min, max))
    lead = [
        Paragraph(
            prose(
                "lead",
                rate=speed(run.rate),
                least=percent(least.share),
                most=percent(most.share),
                low=least.convention.name,
                high=most.convention.name,
            )
        )
    ]
    needed = next((one for one in found if one.convention.name == NEEDED), least)
    if needed.share < found[0].share:
        every, half = percent(found[0].share), percent(needed.share)
        lead.append(Paragraph(prose("causal", every=every, half=half, name=NEEDED)))
    if needed.share > 1:
        lead.append(Paragraph(prose("too_much", share=percent(needed.share), name=NEEDED), tone="note"))
    lead += [
        Paragraph(prose("idle_experts", name=one.convention.name, share=percent(one.share)), tone="note")
        for one in idle
    ]
    if needed.share <= 1 < most.share:
        over = listed([f"`{one.convention.name}`" for one in model if one.share > 1])
        lead.append(Paragraph(prose("over", names=Markup(over)), tone="note"))
    return tuple(lead)


def _run(run: TrainingRun, sizes: dict[str, Exact], prose: Prose) -> Section:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"``{name}``", f"${name}$", _value(name, sizes[name], prose), translate(SYMBOLS[name].meaning)) for name in RUN
    )
    columns = tuple(prose(f"column_{name}") for name in ("name", "letter", "value", "meaning"))
    parts: list[Part] = [Paragraph(prose("run", device=run.device) if run.device else prose("run_unnamed"))]
    parts.append(Table(prose("run_table"), columns, rows, frozenset({2})))
    if run.seconds is not None:
        parts.append(Paragraph(prose("from_step")))
        parts.append(Equation(rate_formula(), run.rate, tokens_per_second, tokens_per_second.unit))
    return Section("run", prose("run_title"), tuple(parts))


def _shares(found: tuple[Utilisation, ...], prose: Prose) -> Section:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"`{one.convention.name}`",
            decimal(one.each),
            decimal(exact_tera(one.rate)),
            percent(one.share),
            translate(one.convention.source)
            + (f" {prose('of_hardware')}" if one.is_of_hardware else "")
            + (f" {prose('of_all_experts')}" if one.has_idle_experts else ""),
        )
        for one in found
    )
    columns = tuple(prose(f"column_{name}") for name in ("convention", "each", "tera", "share", "who"))
    parts = (
        Paragraph(prose("shares")),
        Table(prose("shares_table"), columns, rows, frozenset({1, 2, 3}), frozenset({0})),
        Paragraph(prose("hardware")),
    )
    return Section("utilisation", prose("shares_title"), parts)


def _equations(found: tuple[Utilisation, ...], prose: Prose) -> Section:
    parts: list[Part] = [Paragraph(prose("equations"))]
    parts += [Equation(one.formula, 100 * one.share, unit=prose("percent")) for one in found]
    return Section("equations", prose("equations_title"), tuple(parts))


def _sources(derivation: Derivation, prose: Prose) -> Section:
    sources = (*derivation.model.architecture.sources, *derivation.quantity.sources)
    items = tuple(("", cited(source)) for source in sources)
    return Section("sources", prose("sources_title"), (Items(items),))


def _value(name: str, value: Exact, prose: Prose) -> str:
    """Return a size with its unit; a speed that follows from a time is rounded here: its equation has the quotient."""
    unit = SYMBOLS[name].unit
    if name == tokens_per_second.name and is_quotient(value):
        return prose("near", amount=f"{speed(value)} {unit_of(value, unit)}")
    return with_unit(value, unit)


def speed(rate: Exact) -> str:
    """Return tokens in a second: as given, or, of a quotient, whole ones from a thousand on, else in six digits."""
    if not is_quotient(rate):
        return grouped(rate)
    return grouped(floor(rate + Fraction(1, 2))) if rate >= WHOLE_FROM else decimal(rate)


def exact_tera(rate: Exact) -> Fraction:
    """Return operations per second in units of 10¹²."""
    return Fraction(rate) / TERA


def decimal(value: Exact) -> str:
    """Return a number in six digits at most, as a cell has it."""
    return with_unit(value, "").strip() if isinstance(value, int) else significant(Fraction(value), 6)
