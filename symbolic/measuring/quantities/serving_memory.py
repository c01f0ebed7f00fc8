"""Serving memory: weights and cache of one of several devices that serve a network together."""

from __future__ import annotations

from symbolic.formulas.vocabulary import batch_size, context, device_memory, target_tokens, tokens
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring import parallel, texts
from symbolic.measuring.conventions import Convention, named
from symbolic.measuring.quantity import Quantity, Result
from symbolic.measuring.storage import CACHE_FORMAT, WEIGHT_FORMAT, in_larger_units
from symbolic.networks.blocks import Leaf, Weight
from symbolic.networks.family import QUOTED, Source

NAME = "serving-memory"


def _counts(leaf: Leaf) -> bool:
    return not isinstance(leaf.part, Weight) or leaf.part.tied_to is None


QUANTITY = Quantity(
    name=NAME,
    title=_("Serving memory"),
    unit=unit("byte", "bytes"),
    measure=parallel.serving,
    conventions=named(
        Convention(
            "first-stage",
            _(
                "the bytes on a device of the first stage: its part of the weights, and the cache of its heads for all "
                "sequences; where there are fewer key-value heads than devices, a head is copied"
            ),
            _counts,
            repeats=parallel.on_stage("first"),
        ),
        Convention(
            "last-stage",
            _("the same on the last stage, with the head"),
            _counts,
            repeats=parallel.on_stage("last"),
        ),
    ),
    inputs={
        **parallel.SINGLE,
        batch_size: 1,
        context: texts.LONG,
        tokens: context,
        target_tokens: context,
        **WEIGHT_FORMAT,
        **CACHE_FORMAT,
        device_memory: 80 * 10**9,
    },
    reasons={device_memory: _("an NVIDIA A100 or H100")},
    results=(
        *in_larger_units(NAME),
        Result(
            _("left on the device"),
            _("What the memory of the device has beyond that. A program needs some of it for itself."),
            unit("byte", "bytes"),
            lambda totals: device_memory - totals[NAME],
            never=_("It does not fit: this is more than the `device_memory` bytes of the device."),
            key="left",
        ),
    ),
    sources=(
        Source("Shoeybi et al. 2019, Megatron-LM", "https://arxiv.org/abs/1909.08053", QUOTED),
        Source(
            "Pope et al. 2022, Efficiently Scaling Transformer Inference", "https://arxiv.org/abs/2211.05102", QUOTED
        ),
    ),
    view=parallel.of_one_device,
    rules=parallel.rules,
    fits=parallel.fits,
)
