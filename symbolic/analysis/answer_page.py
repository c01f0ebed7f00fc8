"""The section of the price of one answer: reading the prompt (prefill) and writing (decode), in dollars and seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import partial

from symbolic.analysis.passes_page import longest
from symbolic.analysis.priced_answer import Cheapest, PricedAnswer
from symbolic.formulas.figures import grouped, in_short, lasting, significant
from symbolic.formulas.formula import exact
from symbolic.formulas.scales import HOUR, MILLI, MILLION, THOUSAND
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import context, device_bandwidth, device_flops
from symbolic.language import unit
from symbolic.measuring import usual
from symbolic.measuring.longest import longest_text
from symbolic.measuring.written import contexts
from symbolic.pages.labels import labelled_number
from symbolic.pages.page import Equation, Paragraph, Section, Table
from symbolic.pages.prose import Prose
from symbolic.pages.sections.batches import in_turn
from symbolic.pages.sections.worked_batch import step_time

COLUMNS = ("together", "before", "each", "answer", "prompt_price", "written_price", "ratio", "thousand")


def answer_section(answer: PricedAnswer, divided: Cheapest | None, page: int, prose: Prose) -> Section:
    """Return the section: what is taken, a row for each batch, and the equations of the largest.

    `divided` is the layout with divided experts that writes at the lowest price, `page` the context of other sections.
    """
    batch = answer.batches[-1]
    counts = {
        "prompt": grouped(answer.read),
        "written": grouped(answer.tokens),
        "steps": grouped(answer.tokens - 1),
        "prompts": grouped(answer.prompts),
        "batch": grouped(batch),
    }
    price = in_short(exact(answer.price))
    return Section(
        "answer",
        prose("answer_title"),
        (
            Paragraph(prose("answer", price=price, usual=answer.price == usual.HOUR_PRICE, **counts)),
            _passes(answer, page, counts, prose),
            Table(
                prose("answer_table", **counts),
                tuple(prose(f"column_{name}") for name in COLUMNS),
                tuple(_row(answer, one) for one in answer.batches),
                frozenset(range(len(COLUMNS))),
            ),
            *(() if answer.written is None else in_turn(answer.written.step(batch), answer.written)),
            Paragraph(prose("answer_worked", averaged=answer.written is not None, **counts)),
            *_worked(answer, batch, prose),
            _floor(answer, divided, prose),
        ),
    )


def _row(answer: PricedAnswer, batch: int) -> tuple[str, ...]:
    return (
        grouped(batch),
        answer.before,
        in_short(answer.step_time(batch) * MILLI),
        in_short(answer.seconds(batch)),
        in_short(answer.for_prompt),
        in_short(answer.for_written(batch)),
        in_short(answer.for_written(batch) / answer.for_prompt) if answer.for_prompt else "–",
        in_short(answer.for_thousand(batch)),
    )


def _passes(answer: PricedAnswer, page: int, counts: Mapping[str, str], prose: Prose) -> Paragraph:
    """Return what the passes of an answer are; `page` is the context of other sections."""
    batch, most, whole = answer.batches[-1], answer.most, answer.read + answer.tokens
    first, last = contexts(answer.read, answer.tokens)
    limit = longest_text(answer.step.bytes.model)
    return Paragraph(
        prose(
            "answer_passes",
            first=lasting(answer.prompt.bound),
            least=grouped(first),
            last=grouped(last),
            middle="" if answer.layout is not None else grouped(int(answer.step.bytes.sizes[context.name])),
            page=grouped(page),
            whole=grouped(whole),
            limit=grouped(limit.tokens) if limit is not None and whole > limit.tokens else "",
            full=batch == most,
            room=most is None or batch <= most,
            costlier=all(answer.for_written(one) > answer.for_prompt for one in answer.batches),
            cached=answer.cached(batch),
            turns=any(map(answer.turns, answer.batches)),
            **counts,
        )
    )


def _floor(answer: PricedAnswer, divided: Cheapest | None, prose: Prose) -> Paragraph:
    """Return why the prices are the lowest that there are, and where divided experts write at a lower one still."""
    batch = answer.batches[-1]
    cheaper = divided if divided is not None and divided.dollars < answer.for_written(batch) else None
    return Paragraph(
        prose(
            "answer_floor",
            batch=grouped(batch),
            waiting=in_short(answer.waiting(batch)),
            alone=in_short(answer.for_prompt) if answer.for_many < answer.for_prompt else "",
            arithmetic=in_short(answer.for_many),
            divided=grouped(cheaper.devices) if cheaper else "",
            price=in_short(cheaper.dollars) if cheaper else "",
        )
    )


def answered(answer: PricedAnswer, prose: Prose) -> str:
    """Return in a sentence what an answer takes and costs: with the page's batch, and with the largest that fits."""
    first, *more = answer.batches
    return prose(
        "answered",
        expected=answer.is_expected,
        prompt=grouped(answer.read),
        written=grouped(answer.tokens),
        together=grouped(first),
        seconds=in_short(answer.seconds(first)),
        dollars=in_short(answer.for_thousand(first)),
        most=grouped(more[-1]) if more else "",
        room=grouped(answer.read + answer.tokens),
        sent=significant(answer.seconds(first) + answer.sending(first), 3) if answer.sending(first) else "",
        longer=in_short(answer.seconds(more[-1])) if more else "",
        waiting=in_short(answer.waiting(more[-1])) if more else "",
        less=in_short(answer.for_thousand(more[-1])) if more else "",
    )


def _worked(answer: PricedAnswer, batch: int, prose: Prose) -> Iterator[Equation]:
    """Yield the price of a million tokens of prompts and of written ones, the time of an answer, and its price."""
    sizes = dict(answer.prompt.bytes.sizes)
    written = answer.written
    if written is not None:
        sizes |= {device_bandwidth.name: exact(written.bandwidth), device_flops.name: exact(written.flops)}
    said = partial(labelled_number, prose)
    hour = said("hour_price", exact(answer.price))
    devices = said("devices_named", answer.devices) * hour if answer.devices > 1 else hour
    reading = longest(answer.prompt, prose)
    step = longest(answer.step, prose) if written is None else step_time(batch, written)
    steps, together = said("steps", answer.tokens - 1), said("together", batch)
    prompts, read = said("prompts", answer.prompts), said("prompt_tokens", answer.read)
    several = answer.prompts > 1
    money, seconds = unit("dollar", "dollars"), unit("second", "seconds")
    # What an answer takes of the devices: its part of the prompts' pass, and of each step.
    own = reading.scaled(1, prompts if several else None) + step.scaled(steps, together)
    first, last = contexts(answer.read, answer.tokens)
    before = (said("before_first", first) + said("before_last", last)) / 2
    for formula, named in (
        *(() if written is None else ((before, prose("tokens")),)),
        (reading.scaled(MILLION * devices, HOUR * (prompts * read if several else read)), money),
        (step.scaled(MILLION * devices, HOUR * together), money),
        (reading.scaled(1) + step.scaled(steps), seconds),
        (own, seconds),
        (THOUSAND * devices * Labelled(prose("own_seconds"), own) / HOUR, money),
    ):
        yield Equation(formula, exact(Fraction(formula.value(sizes))), unit=named, sizes=sizes)
