"""The document that says how long serving takes at least: the first token, each further one, and what binds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symbolic.analysis.answer_page import answer_section, answered
from symbolic.analysis.drafting_page import Drafting, drafting_section
from symbolic.analysis.passes import experts_of
from symbolic.analysis.passes_page import batch_of, is_expected, pass_section, roofline_section, turn_section
from symbolic.analysis.priced_answer import Cheapest, PricedAnswer, batches_of
from symbolic.analysis.roofline import Pass, expected_tokens, least_accepted
from symbolic.analysis.serving_foot import checked_section, sources_section
from symbolic.analysis.serving_glance import glance_section, rate, sent, shortest
from symbolic.analysis.serving_room import room_section
from symbolic.analysis.serving_values import records_of, values_of
from symbolic.analysis.step_time import changing, step_time_section
from symbolic.formulas.figures import grouped, in_bytes, in_short, near, percent, significant
from symbolic.formulas.scales import GIGA, TERA
from symbolic.formulas.vocabulary import batch_size, cached_bytes, context, device_bandwidth, device_flops, tokens
from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.hardware import Device
from symbolic.measuring.results import companion
from symbolic.measuring.serving import kept_long
from symbolic.measuring.serving_layout import Layout
from symbolic.measuring.serving_stages import InStages
from symbolic.measuring.usual import SERVER
from symbolic.pages.listing import listed
from symbolic.pages.page import Items, Page, Paragraph, Section
from symbolic.pages.prose import Markup, Prose
from symbolic.pages.sections.asked import named
from symbolic.pages.sections.batches import lesson
from symbolic.pages.sections.notices import too_long
from symbolic.pages.sections.serving_takeaways import Turn, serving_takeaways
from symbolic.pages.sections.spread import Divided, divided


@dataclass(frozen=True, slots=True)
class Room:
    """The devices, and what they must hold: the bytes of all weights and of the cache.

    `memory` are the bytes that an engine takes of one `device`, `share` the part that these are of its bytes, as its
    maker prints them. `products` is the format that products with weights work in, where it is not the
    usual one of 16 bits. `fits` says whether each device holds its part, `nearly` whether it would if each GB of its
    memory were a GiB; `needed` is how many would, a power of two; 0 where none is known. `splits` says whether it is
    known how devices share the matrices. `chosen` are devices that nobody named, and that are not the usual ones.
    `undivided` says that the format of the weights is one for a single device. `in_stages` are whole servers that hold
    the batch where layers are divided among them, if each matrix is split among more devices than a server has.
    """

    devices: int
    device: Device
    memory: int
    share: Fraction
    products: str
    weights: int
    cache: int
    fits: bool
    nearly: bool
    needed: int
    chosen: bool = False
    splits: bool = True
    undivided: bool = False
    in_stages: InStages | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """Speculative decoding: the drafted tokens, the share of them that is accepted, and the cost of one in steps."""

    tokens: int
    accepted: Fraction
    cost: Fraction


def serving_page(
    prompt: Pass,
    step: Pass,
    room: Room,
    draft: Draft,
    answer: PricedAnswer,
    found: Divided | None = None,
    cheap: Cheapest | None = None,
    own: Drafting | None = None,
) -> Page:
    """Return the page: the time of a step, batches, the passes, where the limit turns, drafts, what is left out."""
    prose, layout = Prose("serving", "serving"), answer.layout
    derivation = step.bytes
    seen = int(derivation.sizes[context.name])
    remembered = serving_takeaways(
        answered(answer, prose), layout, found, _turn(prompt), _turn(step), batch_of(step), grouped(seen)
    )
    sections = (
        answer_section(answer, cheap, seen, prose),
        *room_section(answer, room.share, room.device, seen, prose),
        *_lesson(layout, derivation, room),
        *(divided(found, layout, derivation) if layout is not None and found is not None else ()),
        roofline_section(prompt, step, prose),
        pass_section("prompt", prompt, prose),
        pass_section("step", step, prose),
        turn_section(step, prose),
        _speculative(step, draft, prose) if own is None else _drafted(own, step, prose),
    )
    left_out = tuple(("", prose(f"left_out_{n}", devices=room.devices)) for n in "1234")
    about = (
        Section("left-out", prose("left_out_title"), (Items(left_out),)),
        sources_section(step, room.device, prose),
    )
    checked = checked_section(step, room.weights, room.cache, prose)
    lead = _lead(prompt, step, room, layout, prose)
    return Page(
        title=derivation.model.display_name,
        subtitle=prose("subtitle_of_shares" if room.device.is_shared else "subtitle"),
        total=None,
        rounded="",
        unit="",
        lead=tuple(paragraph._replace(fixed=not paragraph.tone) for paragraph in lead),
        sections=(
            step_time_section(step, layout, prose),
            glance_section(prompt, step, layout, _given(step, room, prose), seen, prose)._replace(fixed=True),
            *(section._replace(fixed=True) for section in remembered),
            *(section._replace(fixed=True) for section in sections),
            *about,
            checked._replace(fixed=True),
        ),
        sizes=derivation.sizes,
        values=values_of(prompt, step, room.devices, layout, room.in_stages),
        records=records_of(prompt, step, layout, found),
        changing=changing(step, prose),
    )


def _lead(prompt: Pass, step: Pass, room: Room, layout: Layout | None, prose: Prose) -> tuple[Paragraph, ...]:
    """Return what stands at the top: whether it fits, the times, the speeds, and that these are estimates."""
    derivation = step.bytes
    more = sent(prompt, step, layout)
    return (
        Paragraph(prose("what_is_read", **_read(step, room.devices))),
        *_room(room, prose),
        # One notice is enough: the prompt is the beginning of the context.
        *[*too_long(prompt.flops, Prose("parameters")), *too_long(derivation, Prose("parameters"))][:1],
        Paragraph(
            prose(
                "lead",
                devices=room.devices,
                device=room.device.title,
                reading=prose("reading", batch=batch_of(prompt), prompt=grouped(int(prompt.flops.sizes[tokens.name]))),
                first=shortest(prompt, more.prompt, prose),
                rate=rate(step, more.step, prose),
                together=prose("together_one" if batch_of(step) == "1" else "together_all"),
                sent=more.step > 0,
                most=grouped(layout.most) if layout is not None and layout.most else "",
                context=grouped(int(derivation.sizes[context.name])),
            )
        ),
        *_in_stages(room, derivation, prose),
        *_shares(room.device, prose),
        Paragraph(
            prose(
                "speeds",
                shared=room.device.is_shared,
                devices=room.devices,
                operations=significant(Fraction(derivation.sizes[device_flops.name]) / TERA, 4),
                bandwidth=significant(Fraction(derivation.sizes[device_bandwidth.name]) / TERA, 4),
                products=room.products,
                attention=significant(step.attention / TERA, 4) if step.attention else "",
                kept=_kept(step) if step.attention else "",
            )
        ),
        *([Paragraph(prose("chosen", device=room.device.title), tone="note")] if room.chosen else []),
        Paragraph(
            prose("estimate", expected=is_expected(prompt) or is_expected(step), shared=room.device.is_shared),
            tone="note",
        ),
    )


def _in_stages(room: Room, derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
    """Yield how servers that divide the layers hold the batch, where the page splits matrices across servers."""
    if room.in_stages is not None:
        tensor, stages = room.in_stages
        asked = f"symbolic explain {named(derivation.model)} --quantity serving-memory --tp {tensor} --pp {stages}"
        yield Paragraph(
            prose(
                "in_stages",
                devices=room.devices,
                server=SERVER,
                tensor=tensor,
                stages=stages,
                all=grouped(room.in_stages.devices),
                batch=grouped(derivation.sizes[batch_size.name]),
                asked=asked,
            ),
            tone="note",
        )


def _shares(device: Device, prose: Prose) -> Iterator[Paragraph]:
    """Yield which shares of the speeds are taken, where they are not whole."""
    if device.is_shared:
        yield Paragraph(prose("shares", mfu=percent(device.mfu), mbu=percent(device.mbu)), tone="note")


def _read(step: Pass, devices: int) -> dict[str, object]:
    """Return what a device reads in a step, in gigabytes, and how many billion operations it does."""
    sizes, cache = step.bytes.sizes, companion(step.bytes, "kv-cache").total
    return {
        "weights": in_short(Fraction(step.bytes.total - cache, GIGA)),
        "cache": in_short(Fraction(cache, GIGA)) if cache else "",
        "operations": in_short(Fraction(step.flops.total, GIGA)),
        "context": grouped(int(sizes[context.name])),
        "batch": batch_of(step),
        "devices": devices,
    }


def _drafted(own: Drafting, step: Pass, prose: Prose) -> Section:
    """Return the section of the model's own drafts, for the page's batch and the largest that fits at its context."""
    sizes = step.bytes.sizes
    batches = batches_of(int(sizes[batch_size.name]), own.layout.most)
    return drafting_section(own, batches, grouped(int(sizes[context.name])), prose)


def _lesson(layout: Layout | None, derivation: Derivation, room: Room) -> tuple[Section, ...]:
    """Return what a larger batch costs and brings, where a sequence fits."""
    if layout is None or not layout.most:
        return ()
    return (lesson(layout, derivation, room.device, room.share, drawn=True),)


def _turn(one: Pass) -> Turn:
    return Turn(one.intensity, one.ridge)


def _kept(step: Pass) -> Markup:
    """Return the names of the matrices that stay at 16 bits."""
    return Markup(listed([translate(name) for name in kept_long(step.flops)]))


def _given(step: Pass, room: Room, prose: Prose) -> str:
    """Return what the rate holds for: the batch, the context, and the bits of a number of the weights and the cache."""
    sizes = step.bytes.sizes
    return prose(
        "given",
        batch=batch_of(step),
        context=grouped(int(sizes[context.name])),
        weights=near(Fraction(8 * room.weights, companion(step.bytes, "parameters").total)),
        cache=near(8 * Fraction(sizes[cached_bytes.name])) if room.cache else "",
    )


def _room(room: Room, prose: Prose) -> tuple[Paragraph, ...]:
    """Say that weights and cache do not fit, where they do not."""
    if room.fits:
        return ()
    says = prose(
        "does_not_fit",
        devices=room.devices,
        weights=in_bytes(room.weights),
        cache=in_bytes(room.cache),
        memory=in_bytes(room.memory),
        share=percent(room.share),
        needed=room.needed,
        splits=room.splits,
        undivided=room.undivided,
        nearly=near(Fraction(room.device.memory, GIGA)) if room.nearly else "",
    )
    return (Paragraph(says, tone="note"),)


def _speculative(step: Pass, draft: Draft, prose: Prose) -> Section:
    made = expected_tokens(draft.accepted, draft.tokens)
    faster = made / (1 + draft.tokens * draft.cost)
    least = least_accepted(draft.cost, draft.tokens)
    # While the memory binds, a step checks this many tokens of each sequence in the same time.
    room = Fraction(step.bytes.total) / step.bytes.sizes[device_bandwidth.name]
    each = step.by_arithmetic
    says = prose(
        "speculative",
        drafted=draft.tokens,
        accepted=percent(draft.accepted),
        cost=percent(draft.cost),
        made=significant(made, 4),
        faster=significant(faster, 4),
    )
    pays = prose("pays", least=percent(least)) if least is not None else prose("never")
    experts = experts_of(step)
    if experts is not None and experts[3] < experts[0]:
        checks = prose("checks_experts")
    else:
        checks = prose("checks", many=int(room / each) if each else 0, batch=batch_of(step))
    return Section(
        "speculative",
        prose("speculative_title"),
        (Paragraph(says), Paragraph(pays), Paragraph(checks)),
    )
