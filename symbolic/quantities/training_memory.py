"""Training memory: weights, gradients, the optimizer's numbers, and what is kept for the way back."""

from __future__ import annotations

from collections.abc import Collection

from symbolic.architecture import Activation, Kept, Leaf, Weight
from symbolic.conventions import Convention, named
from symbolic.errors import NothingToMeasure
from symbolic.formula import Formula, Number, Product
from symbolic.products import is_trained
from symbolic.quantity import Quantity, Result, Totals, numbers
from symbolic.storage import in_gigabytes
from symbolic.vocabulary import (
    batch_size,
    context,
    data_parallel,
    gradient_bytes,
    state_bytes,
    target_tokens,
    tensor_parallel,
    tokens,
    value_bytes,
)

NAME, PARAMETERS = "training-memory", "parameters"
UNKNOWN = ("state-space", "linear-attention")


def _kept(leaf: Leaf, keeps: Collection[Kept], *, split: bool = False) -> Formula | None:
    """A weight's bytes, gradient and optimizer state included; a kept activation's bytes for all tokens."""
    part = leaf.part
    if leaf.role in UNKNOWN:
        raise NothingToMeasure(
            f"what training keeps of a {leaf.path[-1].name} depends on the program that runs it; "
            "training-memory has no formula for this network yet, weight-memory has"
        )
    if isinstance(part, Weight):
        return Product((numbers(part), value_bytes + gradient_bytes + state_bytes)) if is_trained(part) else None
    if not isinstance(part, Activation) or part.kept not in keeps:
        return None
    width = () if part.width == 1 else (Number(part.width),)
    whole = Product((*width, batch_size, leaf.tokens or tokens, *part.shape))
    return whole / tensor_parallel if split and part.split else whole


def measure(leaf: Leaf) -> Formula | None:
    """Everything kept."""
    return _kept(leaf, tuple(Kept))


def _selective(leaf: Leaf) -> Formula | None:
    return _kept(leaf, (Kept.ALWAYS, Kept.UNLESS_FULL))


def _full(leaf: Leaf) -> Formula | None:
    return _kept(leaf, (Kept.ALWAYS,))


def _split(leaf: Leaf) -> Formula | None:
    return _kept(leaf, tuple(Kept), split=True)


def _everything(leaf: Leaf) -> bool:  # noqa: ARG001
    return True


def _activations(leaf: Leaf) -> bool:
    return isinstance(leaf.part, Activation)


def _sharded(part: Formula) -> Formula:
    return part / data_parallel


def _zero(stage: int) -> Result:
    """What one device holds of weights, gradients and optimizer states: stage 1 shares out the last, 2 and 3 more."""
    shared = ("the optimizer's numbers", "the gradients too", "the weights too")[stage - 1]
    parts = (state_bytes, gradient_bytes, value_bytes)

    def each(totals: Totals) -> Formula:
        kept = [_sharded(part) if index < stage else part for index, part in enumerate(parts)]
        return totals[PARAMETERS] * (kept[2] + kept[1] + kept[0])

    return Result(
        f"ZeRO stage {stage}, on each device",
        f"Weights, gradients and optimizer states where the groups of devices share out {shared} "
        "(Rajbhandari et al. 2020, arXiv:1910.02054).",
        "bytes",
        each,
    )


QUANTITY = Quantity(
    name=NAME,
    title="Training memory",
    unit="bytes",
    measure=measure,
    conventions=named(
        Convention(
            "all-kept",
            "the bytes of weights, gradients and optimizer states, and of all that the way back needs, at 16-bit "
            "precision (Korthikanti et al. 2022, arXiv:2205.05198, there without embedding, head and loss)",
            _everything,
            active_only=False,
        ),
        Convention(
            "selective-recomputation",
            "the same without the table of attention scores, which is computed again (as FlashAttention does too)",
            _everything,
            measure=_selective,
        ),
        Convention(
            "full-recomputation",
            "weights, gradients, optimizer states and the input of each layer; all else is computed again",
            _everything,
            measure=_full,
        ),
        Convention(
            "tensor-parallel",
            "the share of one of `tensor_parallel` devices in what is kept inside the layers, all weights counted",
            _everything,
            measure=_split,
        ),
        Convention("activations", "what the way back needs, and nothing else", _activations),
        Convention("states", "weights, gradients and optimizer states alone", lambda leaf: not _activations(leaf)),
    ),
    inputs={
        batch_size: 1,
        tokens: 1024,
        context: tokens,
        target_tokens: tokens,
        value_bytes: 2,
        gradient_bytes: 2,
        state_bytes: 12,
        tensor_parallel: 1,
        data_parallel: 8,
    },
    results=(*in_gigabytes(NAME), *(_zero(stage) for stage in (1, 2, 3))),
    companions=(PARAMETERS,),
)
