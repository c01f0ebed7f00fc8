"""The document that says how long serving takes at least: the first token, each further one, and what binds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symbolic.analysis.passes import experts_of
from symbolic.analysis.roofline import Pass, expected_tokens, least_accepted
from symbolic.formulas.figures import grouped, in_bytes, in_short, near, percent, significant
from symbolic.formulas.formula import Formula, Quotient, exact
from symbolic.formulas.functions import Ceiling, Minimum
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import (
    batch_size,
    cached_bytes,
    context,
    context_length,
    device_bandwidth,
    device_flops,
    kv_lora_rank,
    tokens,
)
from symbolic.language import capitalised, translate
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.results import companion, derived_results
from symbolic.measuring.serving import Layout
from symbolic.networks.blocks import Cache, Contraction, leaves
from symbolic.pages.cells import Cell
from symbolic.pages.cited import cited
from symbolic.pages.page import Entry, Equation, Items, Page, Paragraph, Section, Table
from symbolic.pages.page import Part as PagePart
from symbolic.pages.prose import Prose
from symbolic.pages.sections import totals
from symbolic.pages.sections.batches import lesson
from symbolic.pages.sections.notices import too_long
from symbolic.pages.sections.spread import Divided, divided

MILLI, TERA = 1000, 10**12


@dataclass(frozen=True, slots=True)
class Room:
    """The devices, and what they must hold: the bytes of all weights and of the cache.

    `memory` are the bytes that an engine takes of one device, `share` the part of its memory that these are. `products`
    is the format that products with weights work in, where it is not the usual one of 16 bits. `fits` says whether each
    device holds its part, `needed` how many of them would, a power of two; 0 where none is known. `chosen` are devices
    that nobody named, and that are not the usual ones.
    """

    devices: int
    title: str
    memory: int
    share: Fraction
    products: str
    weights: int
    cache: int
    fits: bool
    needed: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """Speculative decoding: so many drafted tokens, the share that is accepted, and what a draft costs of a step."""

    tokens: int
    accepted: Fraction
    cost: Fraction


def serving_page(
    prompt: Pass, step: Pass, room: Room, draft: Draft, layout: Layout | None = None, found: Divided | None = None
) -> Page:
    """Return the page: batches, the prompt, a step, where the limit turns, speculative decoding, what is left out."""
    prose = Prose("serving", "serving")
    derivation = step.bytes
    return Page(
        title=derivation.model.display_name,
        subtitle=prose("subtitle"),
        total=None,
        rounded="",
        unit="",
        lead=(
            *_room(room, prose),
            # A prompt and the context behind it are one text.
            *[*too_long(prompt.flops, Prose("parameters")), *too_long(derivation, Prose("parameters"))][:1],
            Paragraph(
                prose(
                    "lead",
                    devices=room.devices,
                    device=room.title,
                    reading=prose(
                        "reading", batch=_batch(prompt), prompt=grouped(int(prompt.flops.sizes[tokens.name]))
                    ),
                    first=_bound(prompt, prose),
                    each=_bound(step, prose),
                    rate=_rate(step, prose),
                    together=prose("together_one" if _batch(step) == "1" else "together_all"),
                    given=_given(step, room, prose),
                )
            ),
            Paragraph(
                prose(
                    "speeds",
                    devices=room.devices,
                    operations=significant(Fraction(derivation.sizes[device_flops.name]) / TERA, 4),
                    bandwidth=significant(Fraction(derivation.sizes[device_bandwidth.name]) / TERA, 4),
                    products=room.products,
                )
            ),
            *([Paragraph(prose("chosen", device=room.title), tone="note")] if room.chosen else []),
            Paragraph(prose("estimate", expected=is_expected(prompt) or is_expected(step)), tone="note"),
        ),
        sections=(
            *(
                [lesson(layout, derivation, room.title, room.share, drawn=True)]
                if layout is not None and layout.most
                else []
            ),
            *(divided(found, layout, derivation) if layout is not None and found is not None else ()),
            _roofline(prompt, step, prose),
            _pass("prompt", prompt, prose),
            _pass("step", step, prose),
            _turn(step, prose),
            _speculative(step, draft, prose),
            Section("left-out", prose("left_out_title"), (Items(tuple(("", prose(f"left_out_{n}")) for n in "1234")),)),
            _sources(step, prose),
        ),
        sizes=derivation.sizes,
    )


def milliseconds(time: Fraction) -> str:
    """Return a time in milliseconds, in four digits."""
    return significant(time * MILLI, 4)


def is_expected(one: Pass) -> bool:
    """Return whether it reads as many experts as are expected: several tokens may choose fewer of them, or more."""
    experts = experts_of(one)
    return experts is not None and experts[2] > 1


def _bound(one: Pass, prose: Prose) -> str:
    """Return the time of a pass: a bound, or about so much where the experts that it reads are those expected.

    What the parts take one after the other is no bound, since they may overlap.
    """
    bound = prose("about" if is_expected(one) else "at_least", time=milliseconds(one.bound))
    in_turn = milliseconds(one.time)
    return bound if in_turn == milliseconds(one.bound) else prose("in_turn", bound=bound, time=in_turn)


def _rate(step: Pass, prose: Prose) -> str:
    """Return how many tokens a second all sequences get together."""
    rate = in_short(int(step.bytes.sizes[batch_size.name]) / step.bound)
    return prose("rate_about" if is_expected(step) else "rate_most", rate=rate)


def _given(step: Pass, room: Room, prose: Prose) -> str:
    """Return what the rate holds for: the batch, the context, and the bits of a number of the weights and the cache."""
    sizes = step.bytes.sizes
    return prose(
        "given",
        batch=_batch(step),
        context=grouped(int(sizes[context.name])),
        weights=near(Fraction(8 * room.weights, companion(step.bytes, "parameters").total)),
        cache=near(8 * Fraction(sizes[cached_bytes.name])) if room.cache else "",
    )


def _short(time: Fraction) -> str:
    """Return milliseconds in at most four digits; a part of a microsecond is next to nothing."""
    return _least(time * MILLI)


def _least(number: Fraction) -> str:
    """Return a number in at most four digits; less than a thousandth is next to nothing."""
    least = Fraction(1, 1000)
    return f"< {significant(least, 1)}" if 0 < number < least else significant(number, 4)


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
    )
    return (Paragraph(says, tone="note"),)


def _pass(name: str, one: Pass, prose: Prose) -> Section:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            translate(part.name),
            part.layers,
            _short(part.layers * part.time),
            prose("memory" if part.is_bound_by_memory else "arithmetic"),
            _short(part.by_arithmetic),
            _short(part.by_memory),
            _least(Fraction(part.flops, 10**9)),
            _least(Fraction(part.bytes, 10**6)),
        )
        for part in one.parts
    )
    totals_row = (prose("all"), "", _short(one.time), "", "", "", "", "")
    names = ("part", "layers", "time", "binds", "by_arithmetic", "by_memory", "flops", "bytes")
    columns = tuple(prose(f"column_{column}") for column in names)
    experts = experts_of(one)
    chosen = (
        prose("experts", **dict(zip(("every", "chosen", "tokens", "read"), map(grouped, experts), strict=True)))
        if experts
        else ""
    )
    parts: list[PagePart] = [
        Paragraph(prose(name, **_counted(one))),
        *([Paragraph(chosen)] if chosen else []),
        Table(
            prose(f"{name}_table"), columns, (*rows, totals_row), frozenset({1, 2, 4, 5, 6, 7}), frozenset({len(rows)})
        ),
        Paragraph(prose("whole")),
    ]
    operations = Labelled(prose("operations"), one.flops.root.formula)
    read = Labelled(prose("bytes"), one.bytes.root.formula)
    by_arithmetic: Formula = Quotient(MILLI * operations, device_flops)
    by_memory: Formula = Quotient(MILLI * read, device_bandwidth)
    sizes = one.bytes.sizes
    parts += [
        Equation(formula, exact(Fraction(formula.value(sizes))), unit=prose("milliseconds"), sizes=sizes)
        for formula in (by_arithmetic, by_memory)
    ]
    return Section(name, prose(f"{name}_title"), tuple(parts))


def _counted(one: Pass) -> dict[str, bool]:
    """Return what binds the pass, and which kinds of attention its operations are counted of."""
    parts = [leaf.part for leaf in leaves(one.flops.model.network)]
    return {
        "arithmetic": one.intensity >= one.ridge,
        "attention": any(isinstance(part, Contraction) and bool(part.masked) for part in parts),
        "latent": any(kv_lora_rank in axis.symbols for part in parts if isinstance(part, Cache) for axis in part.shape),
    }


def _roofline(prompt: Pass, step: Pass, prose: Prose) -> Section:
    """The operations of each pass for a byte that it reads, beside what the devices can do: what binds it."""
    rows: list[tuple[Cell, ...]] = []
    for name, one in (("prompt", prompt), ("step", step)):
        least, most = sorted((one.intensity, one.ridge))
        binds = "memory" if one.intensity < one.ridge else "arithmetic"
        rows.append(
            (
                prose(f"of_{name}", tokens=grouped(int(one.flops.sizes[tokens.name])), sequences=_batch(one)),
                _least(Fraction(one.flops.total, 10**9)),
                _least(Fraction(one.bytes.total, 10**9)),
                _least(one.intensity),
                _least(one.ridge),
                prose(f"binds_{binds}", times=significant(most / least, 3) if least else ""),
            )
        )
    names = ("pass", "all_flops", "all_bytes", "intensity", "ridge", "binds")
    columns = tuple(prose(f"column_{name}") for name in names)
    table = Table(prose("roofline_table"), columns, tuple(rows), frozenset({1, 2, 3, 4}))
    return Section("roofline", prose("roofline_title"), (Paragraph(prose("roofline")), table))


def _batch(one: Pass) -> str:
    return grouped(int(one.flops.sizes[batch_size.name]))


def _turn(step: Pass, prose: Prose) -> Section:
    """Where the limit turns: the equations of the intensity, and the context whose cache takes as long to read."""
    parts: list[PagePart] = [Paragraph(prose("turn", experts=experts_of(step) is not None)), *_intensity(step, prose)]
    cache = companion(step.bytes, "kv-cache")
    kept = Labelled(prose("cache"), cache.root.formula)
    read = Labelled(prose("bytes"), step.bytes.root.formula)
    limited = any(isinstance(node, Minimum) for node in cache.root.formula.walk())
    if cache.total and not limited:
        formula = Ceiling((read - kept) / (kept / context))
        value = exact(Fraction(formula.value(step.bytes.sizes)))
        made_for = step.bytes.sizes.get(context_length.name)
        limit = grouped(made_for) if made_for is not None and value > made_for else ""
        parts += [Paragraph(prose("context", limit=limit)), Equation(formula, value, unit=prose("tokens"))]
    return Section("turn", prose("turn_title"), tuple(parts))


def _intensity(step: Pass, prose: Prose) -> Iterator[PagePart]:
    """Yield the results of the step; the batch at which the limit turns is one whose tokens choose every expert."""
    own, every = (_results(made) for made in (step.bytes, step.all_bytes))
    for entry, of_every in zip(own, every, strict=True):
        if not isinstance(entry, Entry) or not isinstance(of_every, Entry) or experts_of(step) is None:
            yield entry
        elif entry.title == _title(step.bytes, "fewest") and not is_expected(step):
            continue  # A single token reads no others.
        elif not of_every.equations:
            yield of_every
        elif isinstance(of_every.equations[0].formula, Ceiling):
            yield of_every._replace(text=f"{of_every.text} {prose('turn_every')}")
        else:
            says = (
                prose("turn_expected")
                if is_expected(step) and entry.title == _title(step.bytes, "reading")
                else entry.text
            )
            yield entry._replace(text=says)


def _results(derivation: Derivation) -> tuple[PagePart, ...]:
    """Return the parts of the section of results behind its first sentence."""
    return totals.results(derivation, Prose(derivation.quantity.name), units=False).parts[1:]


def _title(derivation: Derivation, key: str) -> str:
    """Return the title of the entry of a result."""
    return next((capitalised(one.title) for one in derived_results(derivation) if one.key == key), "")


def _speculative(step: Pass, draft: Draft, prose: Prose) -> Section:
    made = expected_tokens(draft.accepted, draft.tokens)
    faster = made / (1 + draft.tokens * draft.cost)
    least = least_accepted(draft.cost, draft.tokens)
    # While the memory binds, a step checks this many tokens of each sequence in the same time.
    room = Fraction(step.bytes.total) / step.bytes.sizes[device_bandwidth.name]
    each = Fraction(step.flops.total) / step.bytes.sizes[device_flops.name]
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
        checks = prose("checks", many=int(room / each) if each else 0)
    return Section(
        "speculative",
        prose("speculative_title"),
        (Paragraph(says), Paragraph(pays), Paragraph(checks)),
    )


def _sources(step: Pass, prose: Prose) -> Section:
    sources = (*step.bytes.model.architecture.sources, *step.bytes.quantity.sources)
    items = [("", cited(source)) for source in sources]
    return Section("sources", prose("sources_title"), (Items(tuple(items)),))
