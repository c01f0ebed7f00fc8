"""The lines at the top of a page that say what a reader came for: for how many tokens, what fits, how long it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil

from symbolic.formulas.figures import grouped, in_gigabytes, in_short, percent, significant, with_unit
from symbolic.formulas.formula import Exact, Formula, Product, Symbol, exact
from symbolic.formulas.scales import GIGA, MILLI, TERA
from symbolic.formulas.vocabulary import (
    batch_size,
    context,
    context_length,
    device_bandwidth,
    device_flops,
    device_memory,
    expert_parallel,
    hour_price,
    lora_rank,
    pipeline_parallel,
    reserved_memory,
    target_tokens,
    tensor_parallel,
    tokens,
    training_tokens,
    utilisation,
)
from symbolic.language import translate
from symbolic.measuring import quantities
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.for_a_token import FLOPS_FOR_A_NUMBER
from symbolic.measuring.layouts import NAME as DEVICE_MEMORY
from symbolic.measuring.quantities.training_cost import HOURS
from symbolic.measuring.results import DerivedResult, companion, derived_results
from symbolic.measuring.serving import prediction_layers
from symbolic.networks.blocks import Cache
from symbolic.networks.walks import blocks, leaves
from symbolic.pages.cells import Derived, Figured, InShort, Sentence, place_of
from symbolic.pages.page import Paragraph
from symbolic.pages.prose import Markup, Prose
from symbolic.pages.sections.asked import asking
from symbolic.pages.sections.inputs import device_of
from symbolic.pages.sections.layouts import known_layouts
from symbolic.pages.sections.one_device import of_the_fullest
from symbolic.pages.sections.served import served, wanted
from symbolic.pages.sections.serving_holds import what_holds
from symbolic.pages.sections.takeaways import in_kinds
from symbolic.pages.sections.training_in_short import published_training, training_in_short

MASKED = "masked"
LENGTHS = {context, tokens, target_tokens}
ASKED = {tokens: 1, context: 1, lora_rank: 1, device_memory: GIGA, device_bandwidth: GIGA, reserved_memory: GIGA}
"""What a quantity's own sentence says of its inputs, and in which unit."""


def texts(derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
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


def holds(derivation: Derivation, prose: Prose) -> tuple[str, str]:
    """Return for how many tokens the total is, in the words behind it; "" where it hangs on no length, or on two.

    Then the words where the network works on several sequences, of a page that has one.
    """
    asked = LENGTHS & {*derivation.general.formula.symbols}
    # One that follows from another is that one.
    defined = {one: derivation.inputs.definitions.get(one) for one in asked}
    lengths = {other if isinstance(other, Symbol) else one for one, other in defined.items()}
    if len(lengths) != 1 or target_tokens in asked or training_tokens.name in derivation.sizes:
        return "", ""
    [length] = lengths
    several = derivation.sizes.get(pipeline_parallel.name, 1) > 1
    device = ("stage" if several else "one") if derivation.quantity.name == DEVICE_MEMORY else ""
    if derivation.sizes[length.name] == 1:
        return "", ""

    def said(*shown: Symbol) -> str:
        batch = place_of(1) if len(shown) > 1 else ""
        says = prose("holds", tokens=place_of(0), batch=batch, device=device)
        return Sentence(says, tuple(Derived(int(derivation.sizes[one.name]), one) for one in shown))

    if derivation.several is not None:
        return said(length), said(length, batch_size)
    return said(*([length, batch_size] if batch_size.name in derivation.sizes else [length])), ""


def in_short_lines(derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
    """Yield a line with the results that a reader came for."""
    results = derived_results(derivation) if derivation.quantity.results else ()
    if shared := list(_shared(derivation, prose, {one.key: one.value for one in results if one.key})):
        yield from shared
    elif "brief" in prose:
        yield from _brief(derivation, prose, {one.key: one for one in results if one.key and one.formula})
        yield from what_holds(derivation, prose, {one.key: one.value for one in results if one.key and one.formula})
    if any(one.leads for one in results):
        keyed = {one.key or one.title: one for one in results}
        yield from (Paragraph(says, fixed=True) for says in published_training(keyed, derivation, prose))
        yield Paragraph(training_in_short(keyed, derivation, prose), fixed=True)
        yield from _assumed(derivation, prose, keyed)


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
        device_memory=in_gigabytes(derivation.sizes[device_memory.name]),
        device_bandwidth=in_short(exact(layout.bandwidth / GIGA)),
        time=significant(layout.step(1).by_memory * MILLI, 4),
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
        device=device_of(derivation),
        peak=peak,
        share=percent(Fraction(sizes[utilisation.name])),
        price=with_unit(Fraction(sizes[hour_price.name]), hour_price.unit),
    )
    masked = derivation.quantity.conventions.get(MASKED)
    if masked is not None and derivation.convention == derivation.quantity.default:
        more = Fraction(derivation.total, derivation.counted_as(masked).total) - 1
        says += " " + prose("pairs", more=percent(more)) if more else ""
    training = derivation.model.training
    if training_tokens.name in derivation.inputs.assumed - derivation.inputs.published:
        yield Paragraph(prose("example"), tone="note", fixed=True)
    reached = results.get("reached")
    if training is not None and reached is not None:
        own = results.get("reached_in_format")
        says += " " + prose(
            "ratio",
            hours=significant(Fraction(results[HOURS].value), 4),
            times=significant(Fraction(results[HOURS].value) / training.hours, 4),
            share=percent(Fraction(reached.value)),
            own="" if own is None or own.value == reached.value else percent(Fraction(own.value)),
            peak=peak,
        )
        says += f" {translate(training.included)}" if training.included else ""
    yield Paragraph(says, fixed=True)
    if training is not None and training.predicts and reached is not None:
        yield from _with_prediction(derivation, prose, results[HOURS].value, training.hours)


def counts_prediction(derivation: Derivation) -> bool:
    """Return whether the lines say what the layers that predict further tokens add to published hours."""
    training = derivation.model.training
    if training is None or not training.predicts or hour_price.name not in derivation.sizes:
        return False
    return any(one.key == "reached" for one in derived_results(derivation))


def _with_prediction(derivation: Derivation, prose: Prose, hours: Exact, published: int) -> Iterator[Paragraph]:
    """Yield the hours and the utilisation with the layers counted that predict further tokens, which were trained."""
    layer = derive(
        derivation.model,
        derivation.quantity._replace(view=prediction_layers),
        derivation.convention,
        derivation.inputs.given,
    )
    times = Fraction(derivation.total + layer.total, derivation.total)
    share = derivation.sizes[utilisation.name]
    says = prose(
        "predicted",
        more=percent(times - 1),
        hours=significant(hours * times, 4),
        times=significant(hours * times / published, 4),
        share=percent(share * hours * times / published),
        without=percent(share * Fraction(hours) / published),
    )
    yield Paragraph(says, fixed=True)


def _of_all_that_fit(derivation: Derivation, results: Mapping[str, DerivedResult]) -> Mapping[str, str]:
    """Return how long a token takes with all sequences that one device holds, beside the time with one; "" elsewhere.

    Where then the arithmetic is the limit, the reading alone would say too little.
    """
    fits = int(results["sequences"].value) if "sequences" in results else 0
    made = served(derivation) if fits > 1 and derivation.sizes.get(batch_size.name) == 1 else None
    if made is None or made.layout.devices > 1 or made.layout.most != fits:
        return {"time_of_all": ""}
    row = made.layout.step(fits)
    return {"time_of_all": significant(row.time * MILLI, 4) if row.is_bound_by_memory else ""}


def _brief(derivation: Derivation, prose: Prose, results: Mapping[str, DerivedResult]) -> Iterator[Paragraph]:
    """Yield the quantity's own sentence: whole numbers stand in full, others in four digits, bytes in gigabytes."""
    figures: list[Figured] = []

    def place(value: Exact, formula: Formula, scale: int = 1) -> str:
        figures.append(InShort(Fraction(value) / scale, formula / scale if scale > 1 else formula))
        return place_of(len(figures) - 1)

    # What the weights would give is not there where their bytes are unknown.
    whole = quantities.find(derivation.quantity.name)
    said: dict[str, str | Markup] = {one.key: "" for one in whole.results if one.key}
    said |= {choice.name: choice.value for choice in derivation.quantity.choices}
    said["convention"] = derivation.convention.name
    said["of_serving"] = asking(derivation, "serving-memory")
    said |= of_the_fullest(derivation)
    said |= {key: place(one.value, one.formula) for key, one in results.items() if one.formula is not None}
    for symbol, scale in ASKED.items():
        if symbol.name in derivation.inputs.sizes:
            # What is reserved is said where there is something.
            size = derivation.sizes[symbol.name]
            said[symbol.name] = place(size, symbol, scale) if size else ""
    split = [one for one in (tensor_parallel, expert_parallel) if derivation.sizes.get(one.name, 1) > 1]
    among = Product((*split, pipeline_parallel))
    said["many"] = place(among.value(derivation.sizes), among) if len(split) > 1 else ""
    limit = derivation.sizes.get(context_length.name)
    said["limit"] = "" if limit is None else place(limit, context_length)
    said["chosen"] = derivation.device.title if derivation.device is not None and derivation.device_chosen else ""
    said["experts"] = "1" if any(block.active is not None for block in blocks(derivation.model.network)) else ""
    said["caches"] = "1" if any(isinstance(leaf.part, Cache) for leaf in leaves(derivation.model.network)) else ""
    if {"each", "numbers"} <= results.keys():
        operations = (3 if derivation.quantity.of_training else 1) * FLOPS_FOR_A_NUMBER
        said["rest"] = "1" if results["each"].value > operations * results["numbers"].value else ""
    said |= in_kinds(derivation)
    # Where a section says which layouts fit, the first lines are about what is kept.
    said["shared"] = "1" if known_layouts(derivation) is not None else ""
    if derivation.unit == "bytes":
        said["total"] = place(derivation.total, derivation.general.formula, GIGA)
    # A step of one token reads the experts of one token: the same time is said once.
    alike = {"reading", "fewest"} <= results.keys() and results["reading"].value == results["fewest"].value
    if alike:
        said["fewest"] = ""
    if results.get("devices") and results["devices"].value == 1:
        said["devices"] = "1"
    said |= _of_all_that_fit(derivation, results)
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
