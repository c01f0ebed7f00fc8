"""The page of serving a model as it was asked for: its devices, passes, batches, and the price of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from symbolic.analysis.drafting_page import Drafting
from symbolic.analysis.passes import prompt_pass, step_pass
from symbolic.analysis.priced_answer import PricedAnswer, cheapest
from symbolic.analysis.serving_page import Draft, Room, serving_page
from symbolic.configs.model import Model
from symbolic.configs.parts import TEXT
from symbolic.errors import ConfigError, NothingToMeasure, listed
from symbolic.explaining import explain
from symbolic.formulas.figures import grouped, in_gigabytes
from symbolic.formulas.formula import Exact
from symbolic.formulas.scales import GIB, GIGA
from symbolic.formulas.vocabulary import device_bandwidth, device_flops, device_flops_16
from symbolic.measuring import formats, hardware, usual
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.fitting import is_sold_in_giga
from symbolic.measuring.longest import longest_text
from symbolic.measuring.once import reads_once
from symbolic.measuring.serving import fitting, held, prediction_layers
from symbolic.measuring.serving import serving as serving_of
from symbolic.measuring.serving_layout import Layout
from symbolic.measuring.serving_stages import in_stages
from symbolic.measuring.spread import Spread, bytes_sent
from symbolic.measuring.texts import of_an_answer
from symbolic.measuring.whole_parts import is_shared_as_known
from symbolic.measuring.written import writing_steps
from symbolic.pages.page import Page
from symbolic.pages.sections.spread import Divided, PublishedDeployment, deployment_of

INTENSITY = "arithmetic-intensity"
LEAST_SHARE = Fraction(1, 1000)
"""Who gives a smaller share of a speed has mistaken its unit."""
MOST_IN_STAGES = 256
"""No more devices are tried in stages where no number holds a batch without."""
USUAL_DRAFT = Draft(4, Fraction(7, 10), Fraction(1, 10))
"""The speculative decoding that a page shows where nobody says another."""


class ServingRequest(NamedTuple):
    """How a model is to be served: the arguments of `api.serving`, in their order."""

    device: str
    devices: int
    prompt: int
    context: int
    answer: int
    batch: int
    dtype: str
    cache_dtype: str
    drafted: int
    accepted: Fraction
    draft_cost: Fraction
    memory_share: Fraction
    hour_price: Fraction
    mfu: Fraction = Fraction(1)
    mbu: Fraction = Fraction(1)
    ep: int = 0
    room_for: int = 0
    """For how many sequences devices are chosen that nobody named; 0 for those of the batch."""

    @property
    def takes_all(self) -> bool:
        """Whether the speeds are those that makers of devices print, and no shares of them."""
        return self.mfu == 1 and self.mbu == 1


def page_of(model: Model, request: ServingRequest) -> Page:
    """Return the page of serving a model; errors as `api.serving` says."""
    _check(model, request)
    prompt, answer = of_an_answer(model, request.prompt, request.answer)
    # Weights in another format than the published one are those of somebody who says on which device.
    chosen = hardware.serving_for("" if request.device or request.dtype else formats.products(model))
    request = request._replace(prompt=prompt, answer=answer, device=request.device or chosen)
    most = longest_text(model)
    seen = request.context or max(prompt, min(usual.CONTEXT, most.tokens if most else usual.CONTEXT))
    flops, read = _measured(model, request, "one-step", 1, seen)
    room = _room(model, read, request, chosen=chosen != usual.DEVICE)
    first = prompt_pass(*_measured(model, request, "masked", prompt, prompt), room.devices)
    step = step_pass(flops, read, room.devices)
    draft = Draft(request.drafted, request.accepted, request.draft_cost)
    priced = PricedAnswer(answer, room.devices, request.hour_price, first, step, None, None)
    if (served := serving_of(read)) is None:
        middle = step_pass(*_measured(model, request, "one-step", 1, prompt + (answer + 1) // 2), room.devices)
        return serving_page(first, step, room, draft, replace(priced, step=middle))
    bandwidth, peak = (Fraction(read.sizes[one.name]) for one in (device_bandwidth, device_flops))
    link = hardware.device(request.device).link
    on_these, on_one = served.on(room.devices), served.on(1)
    layout = Layout(on_these, Fraction(room.memory), bandwidth, peak, request.hour_price, step.attention, link)
    spread = Spread(on_one, 1, *layout[1:-1], sent=bytes_sent(read, on_one.chosen))
    among = _among(model, read, request, spread)
    own = request.dtype or request.cache_dtype or not request.takes_all
    published = None if own else _published_deployment(model, request)
    steps, alone_steps = (writing_steps(served, many, prompt, answer) for many in (room.devices, 1))
    return serving_page(
        first,
        step,
        room,
        draft,
        replace(priced, layout=layout, steps=steps),
        None if room.undivided else Divided(spread, published, among),
        None if room.undivided else cheapest(spread, alone_steps, among),
        _drafting(model, read, layout) if draft == USUAL_DRAFT else None,
    )


def _check(model: Model, request: ServingRequest) -> None:
    only = model.architecture.only
    if only and INTENSITY not in only:
        text = next((part for part in TEXT if isinstance(model.config.get(part), Mapping)), "")
        raise NothingToMeasure(
            f"serve can't take {model.name}: what a step reads and computes is not known of "
            f"{model.architecture.title}; "
            + (
                f"for its language model alone, give a file with what stands under {text} in its config"
                if text
                else f"explain gives {listed(sorted(only))}"
            )
        )
    if reads_once(model.network):
        raise NothingToMeasure(
            f"{model.name} reads what it is given with an encoder, once, and then writes a text; serve takes networks "
            "that go on with the text they read: ask explain for its kv-cache, which has the time for a token"
        )
    least = {"devices": 0, "prompt": 0, "context": 0, "batch": 1, "drafted": 1, "ep": 0}
    for name, smallest in least.items():
        if (given := getattr(request, name)) < smallest:
            raise ConfigError(f"{name} must be at least {smallest}, got {grouped(given)}; give a larger one")
    shares = {
        "accepted": request.accepted,
        "draft-cost": request.draft_cost,
        "memory-share": request.memory_share,
        "mfu": request.mfu,
        "mbu": request.mbu,
    }
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise ConfigError(f"{name} must be between 0 and 1, got {grouped(share)}")
    if request.hour_price < 0:
        raise ConfigError(f"hour-price must be at least 0, got {grouped(request.hour_price)}; give a price in dollars")
    if request.context and request.context < request.prompt:
        raise ConfigError(
            f"context is {grouped(request.context)} and prompt is {grouped(request.prompt)}; the text before a step "
            "holds the prompt: give as many or more, or leave context out"
        )
    if not request.memory_share:
        raise ConfigError("memory-share must be more than 0, got 0; give a larger one")
    for name, share in {"mfu": request.mfu, "mbu": request.mbu}.items():
        if share < LEAST_SHARE:
            raise ConfigError(
                f"{name} must be at least 0.001, got {grouped(share)}; give the share that is used, as 0.5"
            )


def _measured(
    model: Model, request: ServingRequest, convention: str, tokens: int, seen: int
) -> tuple[Derivation, Derivation]:
    """Return the FLOPs and the bytes of a pass over so many tokens, of which each looks at those `seen` before it."""
    inputs: dict[str, Exact] = {"tokens": tokens, "context": seen, "batch_size": request.batch}
    flops = explain(model, "forward-flops", convention=convention, inputs=inputs, idle_inputs=True)

    def read(more: Mapping[str, Exact]) -> Derivation:
        return explain(
            model,
            INTENSITY,
            inputs={**inputs, **more},
            idle_inputs=True,
            device=request.device,
            dtype=request.dtype,
            cache_dtype=request.cache_dtype,
        )

    whole = read({})
    if request.takes_all or whole.device is None:
        return flops, whole
    used = whole.device.used(request.mfu, request.mbu)
    speeds = {device_flops: used.flops, device_flops_16: used.attention, device_bandwidth: used.bandwidth}
    return flops, replace(read({symbol.name: speed for symbol, speed in speeds.items() if speed}), device=used)


def _room(model: Model, read: Derivation, request: ServingRequest, *, chosen: bool) -> Room:
    """Return the devices, as many as were asked for or as are needed, and what they must hold."""
    device, hold = hardware.device(request.device).used(request.mfu, request.mbu), held(read)
    memory = device.memory * request.memory_share
    wanted = dict.fromkeys((request.room_for or request.batch, usual.SEQUENCES, 1))
    devices = request.devices or fitting(hold, memory, wanted) or 1
    needed = fitting(hold, memory, (request.batch,))
    staged = None
    if devices > usual.SERVER or not needed:
        staged = in_stages(read, request.batch, memory, max(devices, 0 if needed else MOST_IN_STAGES))
    return Room(
        devices,
        device,
        int(memory),
        request.memory_share,
        hardware.worked_in(request.device, formats.products(model, request.dtype)),
        hold.stored.total,
        request.batch * hold.cache.total,
        fits=hold.on(devices, request.batch) <= memory,
        nearly=is_sold_in_giga(device.memory) and hold.on(devices, request.batch) <= memory * GIB / GIGA,
        needed=needed,
        chosen=chosen,
        splits=is_shared_as_known(model.network),
        undivided=bool(read.model.network.undivided),
        in_stages=None if read.model.network.undivided else staged,
    )


def _among(model: Model, read: Derivation, request: ServingRequest, spread: Spread) -> int:
    """Return among how many devices experts were asked to be divided; ConfigError where they can't be."""
    many, every = request.ep, spread.needs.every
    if not many:
        return 0
    if undivided := read.model.network.undivided:
        raise ConfigError(f"ep is {many}, and {undivided}; leave ep out, or name another dtype")
    if not every:
        raise ConfigError(f"{model.name} has no experts that devices could divide; leave ep out")
    if many > every:
        raise ConfigError(f"ep is {grouped(many)}, and a layer has {grouped(every)} experts; give at most so many")
    asked = spread._replace(devices=many)
    if not asked.most:
        raise ConfigError(
            f"experts divided among {grouped(many)} devices leave no room for a sequence: each keeps "
            f"{in_gigabytes(asked.stored)} of {in_gigabytes(asked.memory)} GB of weights, and a sequence takes "
            f"{in_gigabytes(asked.needs.cache)}; give a larger ep, or another device"
        )
    return many


def _drafting(model: Model, read: Derivation, layout: Layout) -> Drafting | None:
    """Return the drafting by the model's own further layers; None where nobody published how much is accepted."""
    deployed = model.deployment
    if deployed is None or not deployed.accepted or not layout.most:
        return None
    if (drafts := serving_of(read, prediction_layers)) is None:
        return None
    return Drafting(drafts.on(layout.devices), layout, deployed)


def _published_deployment(model: Model, request: ServingRequest) -> PublishedDeployment | None:
    """Return the layout in which the makers of a model serve it, as they published it, beside what we count of it."""
    if (deployed := model.deployment) is None:
        return None
    inputs: dict[str, Exact] = {"context": deployed.context}
    own = explain(model, INTENSITY, inputs=inputs, device=deployed.device)
    return deployment_of(own, deployed, request.memory_share, request.hour_price)
