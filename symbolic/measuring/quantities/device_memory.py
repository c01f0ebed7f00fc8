"""Device memory: what one of several devices holds while they train a network together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from symbolic.errors import NothingToMeasure, UnknownName
from symbolic.formulas.formula import Formula, Number, Product, Symbol
from symbolic.formulas.functions import Floor
from symbolic.formulas.vocabulary import (
    context_parallel,
    data_parallel,
    expert_data_parallel,
    expert_parallel,
    gradient_bytes,
    in_flight,
    pipeline_parallel,
    state_bytes,
    tokens,
    working_bytes,
)
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring import (
    fitting,
    megatron_report,
    optimizers,
    parallel,
    stages,
    training_inputs,
    usual,
    whole_parts,
)
from symbolic.measuring.conventions import Convention, named
from symbolic.measuring.quantity import AT_WORK, EACH, FIXED, STAGE_KEEPS, Choice, Default, Quantity, Result, Totals
from symbolic.measuring.storage import in_larger_units
from symbolic.measuring.training_layout import TrainingLayout
from symbolic.networks.blocks import Activation, Kept, Weight
from symbolic.networks.family import QUOTED, Source
from symbolic.networks.walks import Leaf

NAME = "device-memory"
STATES, ALL_STATES = "states", "training-states"
FULLEST = _("on the fullest device")
UNKNOWN = ("state-space", "linear-attention")
RECOMPUTE = {
    "none": tuple(Kept),
    "selective": (Kept.ALWAYS, Kept.UNLESS_FULL),
    "full": (Kept.ALWAYS,),
}
SEQUENCE = ("no", "yes")
ZERO = ("0", "1", "2", "3")
SHARED = _(
    "what devices that hold the same part share out (ZeRO): 0 nothing, 1 the optimizer's states, 2 the gradients too, "
    "3 the weights too"
)
AGAIN = _(
    "what is computed again in the backward pass: none, full, or selective, as in training-memory: attention's "
    "softmax alone, which kernels such as FlashAttention do not keep"
)
BY_TOKENS = _(
    "sequence parallelism: whether devices share out, by tokens, what tensor parallelism leaves whole: yes or no"
)


def _counts(leaf: Leaf) -> bool:
    return not leaf.is_shared


def _with_copy(training: Callable[[Leaf], Formula | None]) -> Callable[[Leaf], Formula | None]:
    """On the last stage the head's table is a copy of the first stage's, where a network shares it."""

    def measure(leaf: Leaf) -> Formula | None:
        formula, again = training(leaf), stages.tied_apart(leaf)
        return formula if formula is None or again is None else Product((again, formula))

    return measure


def _known(training: TrainingLayout) -> Callable[[Leaf], Formula | None]:
    def measure(leaf: Leaf) -> Formula | None:
        if leaf.role in UNKNOWN:
            raise NothingToMeasure(
                f"what training keeps of a {leaf.path[-1].name} depends on the program that runs it; "
                f"{NAME} has no formula for this network yet; training-states has what it keeps of the weights, "
                "serving-memory is for writing"
            )
        return training(leaf)

    return measure


def _sequences(totals: Totals) -> Formula | None:
    return Floor((fitting.ROOM - totals[FIXED]) / totals[EACH]) if FIXED in totals else None


def _fitting() -> tuple[Result, ...]:
    """Whether it fits, and what does."""
    return (
        Result(
            FULLEST,
            _(
                "What the fullest device of this layout takes when it has most: what its stage keeps, and what the "
                "loss or the part at work adds at the peak. The first stage has the token table and the most batches "
                "in flight, the last one the head and the loss. Whether it fits is judged by this."
            ),
            unit("byte", "bytes"),
            lambda totals: totals[STAGE_KEEPS] + totals[AT_WORK],
        ),
        fitting.left(FULLEST),
        Result(
            _("sequences that fit"),
            _(
                "What is left of the device beside the bytes that no sequence adds, divided by what each sequence "
                "adds, on the stage on which the fewest fit."
            ),
            unit("sequence", "sequences"),
            _sequences,
            never=_("Not one sequence fits beside the weights, gradients and optimizer states of the fullest device."),
            key="sequences",
        ),
        DEVICES,
    )


DEVICES = fitting.shared_out(
    ALL_STATES,
    _(
        "This many devices hold the weights, gradients and optimizer states of the whole network, if these are shared "
        "out evenly and nothing is held twice; what the backward pass needs comes on top."
    ),
)


def _conventions(training: TrainingLayout) -> Mapping[str, Convention]:
    """Return the conventions: the stages of a pipeline, the states of the first one, and what Megatron-LM reports."""
    return named(
        Convention(
            "first-stage",
            _(
                "the bytes on a device of the first stage: its part of the weights, their gradients and optimizer "
                "states, and what the backward pass needs of the batches in flight"
            ),
            _counts,
            alone=_(
                "the bytes on the device: the weights, their gradients and optimizer states, and what the backward "
                "pass needs"
            ),
            repeats=stages.on_stage("first"),
        ),
        Convention(
            "middle-stage",
            _("the same on a stage that has layers and nothing else"),
            _counts,
            repeats=stages.on_stage("middle"),
        ),
        Convention(
            "last-stage",
            _("the same on the last stage, with the head; a table that is shared with the first stage is copied"),
            lambda leaf: True,  # noqa: ARG005
            measure=_with_copy(_known(replace(training, flight=Number(1)))),
            repeats=stages.on_stage("last"),
        ),
        Convention(
            "states",
            _("the weights, gradients and optimizer states of the first stage alone"),
            lambda leaf: _counts(leaf) and not isinstance(leaf.part, Activation),
            repeats=stages.on_stage("first"),
        ),
        Convention(
            "megatron-report",
            _(
                "what Megatron-LM prints as its theoretical footprint of weight and optimizer: 2 bytes for a "
                "number and 4 for its gradient, whatever this page takes, and 12 for the optimizer's states, "
                "divided by `data_parallel`; latents divided by `tensor_parallel`, the vocabulary filled up to a "
                "multiple of 128 for each of these devices, no biases, no positions, no norms of queries and keys. "
                "Releases before Core 0.16 gave each norm as many shifts as scales, and those before 0.18 divided "
                "all weights by `tensor_parallel`"
            ),
            lambda leaf: isinstance(leaf.part, Weight) and leaf.part.tied_to is None,
            measure=megatron_report.reported,
            repeats=megatron_report.as_reported,
            source=_("NVIDIA Megatron-LM, Core 0.19, theoretical_memory_usage.py"),
            sets={working_bytes: 2, gradient_bytes: 4, state_bytes: 12},
            of_experts=_(" and none by `expert_parallel`"),
        ),
    )


INPUTS: Mapping[Symbol, Default] = {
    **parallel.SINGLE,
    data_parallel: 1,
    context_parallel: 1,
    expert_data_parallel: data_parallel * context_parallel / expert_parallel,
    in_flight: pipeline_parallel,
    **training_inputs.ON_DEVICES,
}


SOURCES = (
    Source("Shoeybi et al. 2019, Megatron-LM", "https://arxiv.org/abs/1909.08053", QUOTED),
    Source("Rajbhandari et al. 2020, ZeRO", "https://arxiv.org/abs/1910.02054", QUOTED),
    Source("Korthikanti et al. 2022, Reducing Activation Recomputation", "https://arxiv.org/abs/2205.05198", QUOTED),
    Source(
        "Megatron-LM, theoretical_memory_usage.py",
        "https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/training/theoretical_memory_usage.py",
        "Core 0.19.0",
    ),
)


def quantity(
    zero: str = "1", recompute: str = "selective", sequence: str = "yes", optimizer: str = optimizers.USUAL
) -> Quantity:
    """Return the quantity for a stage of ZeRO, a way of recomputing, sequence parallelism or none, and an optimizer."""
    for name, value, known in (
        ("zero", zero, ZERO),
        ("recompute", recompute, RECOMPUTE),
        ("sequence", sequence, SEQUENCE),
    ):
        if value not in known:
            raise UnknownName(name, value, known)
    kept = optimizers.find(optimizer)
    training = TrainingLayout(int(zero), RECOMPUTE[recompute], sequence == "yes", kept)
    # A report that sets bytes of its own knows no other optimizer.
    found = _conventions(training)
    measure = _known(training)
    return Quantity(
        name=NAME,
        title=_("Device memory"),
        called=_("bytes on the device"),
        unit=unit("byte", "bytes"),
        measure=measure,
        conventions={name: one for name, one in found.items() if optimizer == optimizers.USUAL or not one.sets},
        inputs={**INPUTS, state_bytes: kept.usual},
        own=() if optimizer == optimizers.USUAL else (state_bytes,),
        of_training=True,
        reasons={tokens: usual.SEQUENCE_CALLED, **fitting.REASON},
        results=(*in_larger_units(NAME), *_fitting()),
        companions=(ALL_STATES,),
        instead=(
            "what the backward pass needs is not known; training-states has weights, gradients and optimizer states, "
            "serving-memory weights and cache"
        ),
        decides=FULLEST,
        lacking=_("nothing that a device would hold"),
        sources=(*SOURCES, *kept.sources),
        choices=(
            Choice("zero", zero, "1", SHARED),
            Choice("recompute", recompute, "selective", AGAIN),
            Choice("sequence", sequence, "yes", BY_TOKENS),
            optimizers.choice(optimizer),
        ),
        making=quantity,
        view=parallel.of_one_device,
        rules=fitting.rules(whole_parts.rules),
        fits=fitting.fits(whole_parts.fits),
    )


QUANTITY = quantity()
