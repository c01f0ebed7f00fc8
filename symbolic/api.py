"""What Python code and the command ask of a model: a quantity's derivation, and the pages and code made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symbolic.configs.model import Model
from symbolic.errors import ConfigError, NothingToMeasure, shown
from symbolic.formulas.amounts import Hears
from symbolic.formulas.formula import Exact, Formula
from symbolic.formulas.vocabulary import device_bandwidth, device_flops, device_memory, value_bytes
from symbolic.loading import load
from symbolic.measuring import quantities, usual
from symbolic.measuring.derivation import Derivation, derive, derive_each
from symbolic.measuring.inputs import Given

if TYPE_CHECKING:
    from symbolic.analysis.sweeping import Sweep
    from symbolic.pages.page import Page
    from symbolic.pages.sections.spread import PublishedDeployment


def explain(
    model: object,
    quantity: str = "parameters",
    *,
    convention: str = "",
    inputs: Given | None = None,
    dtype: str = "",
    cache_dtype: str = "",
    device: str = "",
    choices: Mapping[str, str] | None = None,
    idle_inputs: bool = False,
    **options: Any,
) -> Derivation:
    """Return the derivation of a quantity of a model (or of what `load` takes, with its options).

    `convention` is the quantity's default where it is not given; `inputs` are the quantity's own symbols, such as
    `tokens`, each with a default; `dtype`, `cache_dtype` and `device` set several of them by a name from our
    tables. Without `dtype`, numbers are stored as the config says, and at 16 bits where it says nothing; without
    `device`, a model that is published in FP8 is served on one that has arithmetic for it. `choices`
    are what a quantity takes in words, such as `target`. ConfigError where an input changes nothing; with
    `idle_inputs` it may, since of another model it does not.
    """
    loaded = model if isinstance(model, Model) else load(model, **options)
    found = quantities.find(quantity).choosing(choices or {})
    given: dict[str, Exact | Formula] = {}
    products = dtype
    works_in = dtype if device_flops in found.inputs and value_bytes not in found.inputs else ""
    if works_in and not device:
        raise ConfigError(f"{found.name} takes {dtype} as the format that a device works in; give a device, too")
    if (dtype and not works_in) or cache_dtype or found.packs or value_bytes in found.inputs:
        from symbolic.measuring import formats

        loaded, given = formats.applied(loaded, found, dtype, cache_dtype)
        products = formats.products(loaded, dtype)
        formats.refuse_both(given, inputs or {}, dtype, cache_dtype)
    chosen = "" if device or dtype or not found.of_serving else _device_of_its_format(products, inputs or {})
    device = device or chosen
    if device:
        from symbolic.measuring import hardware

        given |= hardware.given_by_device(device, found, products)
        named = hardware.device(device, products)
    if works_in:
        from symbolic.analysis.utilisation import peak_of

        given[device_flops.name] = peak_of(device, works_in)[1]
    made = derive(loaded, found, found.convention(convention), given | dict(inputs or {}))
    if device:
        made = replace(made, device=named, device_chosen=bool(chosen))
    if inputs and not idle_inputs:
        from symbolic.measuring.idle import refuse_idle

        refuse_idle([made], inputs)
    return made


def _device_of_its_format(products: str, inputs: Given) -> str:
    """Return the device that serves products of a format, where that is not the usual one and no device is given."""
    from symbolic.measuring import hardware

    if inputs.keys() & {device_memory.name, device_bandwidth.name, device_flops.name}:
        return ""
    chosen = hardware.serving_for(products)
    return chosen if chosen != usual.DEVICE else ""


def count(model: Model) -> dict[str, int]:
    """Return the number of parameters under each convention."""
    quantity = quantities.find("parameters")
    return {derivation.convention.name: derivation.total for derivation in derive_each(model, quantity)}


def scale(
    model: object,
    quantity: str = "parameters",
    *,
    vary: Sequence[str] = (),
    compute: str | Fraction | None = None,
    **how: Any,
) -> Page:
    """Return the page that says how a quantity scales; `vary` are the sizes to look at, `compute` a training budget.

    `how` is what `explain` takes: `convention`, `inputs`, `dtype`, `device`, `choices`.
    """
    from symbolic.analysis.goals import compute_budget
    from symbolic.analysis.scale_page import scale_page

    budget = compute_budget(compute) if isinstance(compute, str) else compute
    return scale_page(explain(model, quantity, **how), vary, budget)


def solve(
    model: object,
    unknowns: Sequence[str],
    quantity: str = "parameters",
    *,
    total: str | int | None = None,
    memory: str | None = None,
    keep: Sequence[str] = (),
    multiple_of: int = 1,
    **how: Any,
) -> Page:
    """Return the page that solves for sizes: of a `total`, or of a `memory` to fill, such as "24GiB".

    A memory is filled by the weights, unless `quantity` is another one in bytes. `how` is what `explain` takes.
    """
    from symbolic.analysis.goals import goal
    from symbolic.analysis.solve_page import solve_page

    target, measured, budget = goal(total, memory, quantity)
    return solve_page(explain(model, measured, **how), unknowns, target, keep, multiple_of, budget)


def formula(
    model: object,
    language: str = "python",
    quantity: str = "parameters",
    **how: Any,
) -> str:
    """Return the closed form as code: python, numpy, latex, javascript, c or spreadsheet; `how` is for `explain`."""
    from symbolic.analysis.exporting import export

    return export(explain(model, quantity, **how), language)


def sweep(
    model: object,
    vary: Sequence[str] | Mapping[str, Iterable[Exact]],
    quantity: str = "parameters",
    *,
    hears: Hears | None = None,
    **how: Any,
) -> Sweep:
    """Return a sweep over combinations of sizes: iterate over its `chunks()`.

    `vary` says which: `["n_layers=12:96:12", "emb_dim=768,1536"]`, or `{"n_layers": range(12, 97, 12)}`.

    `hears` is told how a number was understood that could be read in two ways, such as a context of 128k.
    """
    from symbolic.analysis.grids import grids
    from symbolic.analysis.sweeping import Sweep

    derivation = explain(model, quantity, **how)
    if isinstance(vary, Mapping):
        vary = [f"{name}={','.join(map(str, values))}" for name, values in vary.items()]
    return Sweep(derivation, grids(vary, derivation, hears))


def compare(models: Sequence[object], quantity: str = "parameters", **how: Any) -> Page:
    """Return the page that compares each model with the next; the contributions sum exactly to the difference."""
    if isinstance(models, str):
        raise ConfigError(f"compare takes a list of models, got {shown(models)}; give [{models!r}, …]")
    from symbolic.analysis.compare_page import compare_page
    from symbolic.measuring.idle import refuse_idle

    made = [explain(model, quantity, idle_inputs=True, **how) for model in models]
    refuse_idle(made, how.get("inputs") or {})
    return compare_page(made)


def mfu(
    model: object,
    *,
    rate: Exact | None = None,
    seconds: Exact | None = None,
    batch: int = 1,
    length: Exact | None = None,
    device: str = "",
    devices: int = 1,
    dtype: str = "bf16",
    peak: Exact | None = None,
) -> Page:
    """Return the page that says which utilisation a run has, by each convention of training FLOPs.

    The run is `rate` tokens a second on all `devices`, or a step of `batch` sequences of `length` tokens in `seconds`;
    `peak` is what one device can do in a second, unless `device` names it.
    """
    from symbolic.analysis.mfu_page import mfu_page
    from symbolic.analysis.utilisation import peak_of, run_of

    if bool(device) == (peak is not None):
        raise ConfigError("the peak is said once: give a device, such as h100, or a peak in operations per second")
    title, most = (peak_of(device, dtype)) if peak is None else ("", peak)
    inputs: dict[str, Exact] = {"batch_size": batch}
    inputs |= {} if length is None else {"tokens": length}
    derivation = explain(model, "training-flops", inputs=inputs)
    return mfu_page(
        derivation, run_of(derivation, rate=rate, seconds=seconds, devices=devices, peak=most, device=title)
    )


def serving(
    model: object,
    *,
    device: str = "",
    devices: int = 0,
    prompt: int = 0,
    context: int = 0,
    answer: int = 0,
    batch: int = 1,
    dtype: str = "",
    cache_dtype: str = "",
    drafted: int = 4,
    accepted: Fraction = Fraction(7, 10),
    draft_cost: Fraction = Fraction(1, 10),
    memory_share: Fraction = usual.MEMORY_SHARE,
    hour_price: Fraction = Fraction(usual.HOUR_PRICE),
) -> Page:
    """Return the page that says how long a prompt and each further token take at least, and what binds.

    Where no `device` is named, it is one that has arithmetic for the format in which the model is published.
    `devices` share the matrices (tensor parallelism), and what they send to each other takes no time. Where they are
    not given, they are the fewest that hold a useful batch, as on other pages. Tokens choose experts evenly.
    Where `prompt` and `answer` are not given, they are the usual ones, or as long as the model's positions allow;
    ConfigError where both are more than it has learned positions.
    `context` is how many tokens stand before the next one: where it is not given, as many as on other pages of
    serving, and those of the prompt at least. `drafted`, `accepted` and `draft_cost` are those of speculative
    decoding. `memory_share` is what an engine takes of a device's
    memory: vLLM's `gpu_memory_utilization`; `hour_price` are dollars for an hour of a device. `answer` is how many
    tokens an answer has whose price the page says; each of its steps has the prompt and what is written before it.
    """
    from symbolic.analysis.answer_page import PricedAnswer, cheapest
    from symbolic.analysis.drafting_page import Drafting
    from symbolic.analysis.passes import prompt_pass, step_pass
    from symbolic.analysis.serving_page import Draft, Room, serving_page
    from symbolic.formulas.figures import grouped
    from symbolic.measuring import formats, hardware
    from symbolic.measuring.serving import fitting, held, prediction_layers
    from symbolic.measuring.serving import serving as serving_of
    from symbolic.measuring.serving_layout import Layout
    from symbolic.measuring.spread import Spread, bytes_sent
    from symbolic.measuring.texts import of_an_answer, reads_another
    from symbolic.measuring.written import writing_steps
    from symbolic.pages.sections.spread import Divided

    loaded = load(model) if not isinstance(model, Model) else model
    if reads_another(loaded.network):
        raise NothingToMeasure(
            f"{loaded.name} reads one text with an encoder and writes another; serve takes networks that go on with "
            "the text they read: ask explain for its kv-cache, which has the time for a token"
        )
    for name, share in (("accepted", accepted), ("draft-cost", draft_cost), ("memory-share", memory_share)):
        if not 0 <= share <= 1:
            raise ConfigError(f"{name} must be between 0 and 1, got {grouped(share)}")
    prompt, answer = of_an_answer(loaded, prompt, answer)
    if not memory_share:
        raise ConfigError("memory-share must be more than 0, got 0; give a larger one")
    stored: dict[str, Any] = {"dtype": dtype, "cache_dtype": cache_dtype}
    # Weights in another format than the published one are those of somebody who says on which device.
    chosen = hardware.serving_for("" if device or dtype else formats.products(loaded))
    device = device or chosen

    def asked(convention: str, tokens: int, seen: int) -> tuple[Derivation, Derivation]:
        inputs: dict[str, Exact] = {"tokens": tokens, "context": seen, "batch_size": batch}
        return (
            explain(loaded, "forward-flops", convention=convention, inputs=inputs, idle_inputs=True),
            explain(loaded, "arithmetic-intensity", inputs=inputs, idle_inputs=True, device=device, **stored),
        )

    seen = context or max(prompt, min(usual.CONTEXT, loaded.sizes.get("context_length", usual.CONTEXT)))
    flops, read = asked("absorbed", 1, seen)
    accelerator, hold = hardware.table("accelerators")[device], held(read)
    memory = accelerator["memory"] * memory_share
    devices = devices or fitting(hold, memory) or 1
    first = prompt_pass(*asked("masked", prompt, prompt), devices)
    step = step_pass(flops, read, devices)
    room = Room(
        devices,
        str(accelerator["title"]),
        int(memory),
        memory_share,
        hardware.worked_in(device, formats.products(loaded, dtype)),
        hold.stored.total,
        batch * hold.cache.total,
        fits=hold.on(devices, batch) <= memory,
        needed=fitting(hold, memory, (batch,)),
        chosen=chosen != usual.DEVICE,
    )
    draft = Draft(drafted, accepted, draft_cost)
    if (served := serving_of(read)) is not None:
        bandwidth, peak = (Fraction(read.sizes[one.name]) for one in (device_bandwidth, device_flops))
        layout = Layout(served.on(devices), Fraction(room.memory), bandwidth, peak, hour_price, step.attention)
        one = served.on(1)
        spread = Spread(one, 1, *layout[1:], sent=bytes_sent(read, one.chosen))
        published = None if dtype or cache_dtype else _published_deployment(loaded, memory_share, hour_price)
        steps, alone_steps = (writing_steps(served, many, prompt, answer) for many in (devices, 1))
        priced = PricedAnswer(answer, devices, hour_price, first, step, layout, steps)
        # Somebody's own numbers are those of a model beside it that drafts.
        alone = (
            (deployed := loaded.deployment) is not None
            and deployed.accepted
            and draft == Draft(4, Fraction(7, 10), Fraction(1, 10))
        )
        drafts = serving_of(read, prediction_layers) if alone and layout.most else None
        further = (
            Drafting(drafts.on(devices), layout, deployed) if drafts is not None and deployed is not None else None
        )
        found = Divided(spread, published)
        return serving_page(first, step, room, draft, priced, found, cheapest(spread, alone_steps), further)
    middle = step_pass(*asked("absorbed", 1, prompt + (answer + 1) // 2), devices)
    return serving_page(first, step, room, draft, PricedAnswer(answer, devices, hour_price, first, middle, None, None))


def _published_deployment(model: Model, share: Fraction, price: Fraction) -> PublishedDeployment | None:
    """Return the layout in which the makers of a model serve it, as they published it, beside what we count of it."""
    from symbolic.pages.sections.spread import deployment_of

    if (deployed := model.deployment) is None:
        return None
    inputs: dict[str, Exact] = {"context": deployed.context}
    own = explain(model, "arithmetic-intensity", inputs=inputs, device=deployed.device)
    return deployment_of(own, deployed, share, price)
