"""Serving memory: weights and cache of one of several devices that serve a network together."""

from __future__ import annotations

from symbolic.formulas.vocabulary import batch_size, context, target_tokens, tokens
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring import fitting, parallel, stages, usual, whole_parts
from symbolic.measuring.conventions import Convention, named
from symbolic.measuring.quantity import Quantity
from symbolic.measuring.storage import CACHE_FORMAT, WEIGHT_FORMAT, in_larger_units
from symbolic.networks.blocks import Cache
from symbolic.networks.family import QUOTED, Source
from symbolic.networks.walks import Leaf

NAME, WEIGHTS = "serving-memory", "weights"


def _counts(leaf: Leaf) -> bool:
    return not leaf.is_shared


QUANTITY = Quantity(
    name=NAME,
    title=_("Serving memory"),
    unit=unit("byte", "bytes"),
    measure=parallel.serving,
    conventions=named(
        Convention(
            "first-stage",
            _("the bytes on a device of the first stage: its part of the weights"),
            _counts,
            alone=_("the bytes on the device: the weights"),
            alone_of_cache=_(", and the cache of all sequences"),
            of_cache=_(
                ", and the cache of its heads for all sequences; where there are fewer key-value heads than devices, a "
                "head is copied"
            ),
            of_state=_(", and the state of all sequences, which does not grow with their tokens"),
            repeats=stages.on_stage("first"),
        ),
        Convention(
            "last-stage",
            _("the same on the last stage, with the head"),
            _counts,
            repeats=stages.on_stage("last"),
        ),
        Convention(
            WEIGHTS,
            _("the weights of the first stage alone"),
            lambda leaf: _counts(leaf) and not isinstance(leaf.part, Cache),
            repeats=stages.on_stage("first"),
        ),
    ),
    inputs={
        **parallel.SINGLE,
        batch_size: 1,
        context: usual.CONTEXT,
        tokens: context,
        target_tokens: context,
        **WEIGHT_FORMAT,
        **CACHE_FORMAT,
        **fitting.MEMORY,
    },
    reasons=fitting.REASON,
    results=(
        *in_larger_units(NAME),
        *fitting.results(
            NAME,
            WEIGHTS,
            _(
                "What its part of the weights (`weights`) leaves of the device, divided by what each sequence keeps on "
                "it: the largest batch."
            ),
            _("Not one sequence fits beside the weights of this device."),
        ),
    ),
    companions=fitting.companions(NAME, WEIGHTS),
    sources=(
        Source("Shoeybi et al. 2019, Megatron-LM", "https://arxiv.org/abs/1909.08053", QUOTED),
        Source(
            "Pope et al. 2022, Efficiently Scaling Transformer Inference", "https://arxiv.org/abs/2211.05102", QUOTED
        ),
    ),
    view=parallel.of_one_device,
    rules=fitting.rules(whole_parts.rules),
    fits=fitting.fits(whole_parts.fits),
)
