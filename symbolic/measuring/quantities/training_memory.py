"""Training memory: weights, gradients, the optimizer's numbers, and what is kept for the backward pass."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from symbolic.errors import NothingToMeasure
from symbolic.formulas.formula import Formula
from symbolic.formulas.vocabulary import state_bytes, tokens
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring import fitting, kept_for_backward, optimizers, texts, training_inputs, usual
from symbolic.measuring.conventions import Convention, everything, named
from symbolic.measuring.optimizers import Optimizer, trained
from symbolic.measuring.products import is_parameter
from symbolic.measuring.quantity import Quantity
from symbolic.measuring.storage import in_larger_units
from symbolic.networks.blocks import Activation, Kept, Weight
from symbolic.networks.family import QUOTED, Source
from symbolic.networks.walks import Leaf

NAME = "training-memory"
INSTEAD = "what the backward pass needs is not known; training-states has weights, gradients and optimizer states"


@dataclass(frozen=True, slots=True)
class Keeping:
    """What training keeps of a leaf, with an optimizer: of activations those that `keeps` names."""

    optimizer: Optimizer
    keeps: tuple[Kept, ...]

    def __call__(self, leaf: Leaf) -> Formula | None:
        """Return a weight's bytes, gradient and optimizer state included; a kept activation's bytes for all tokens."""
        return _kept(leaf, self.keeps, self.optimizer)


def _kept(leaf: Leaf, keeps: Collection[Kept], optimizer: Optimizer) -> Formula | None:
    part = leaf.part
    if leaf.role in kept_for_backward.UNKNOWN:
        raise NothingToMeasure(
            f"what training keeps of a {leaf.path[-1].name} depends on the program that runs it; "
            "training-memory has no formula for this network yet; training-states has what it keeps of the weights"
        )
    if isinstance(part, Weight):
        return trained(leaf, optimizer) if is_parameter(part) else None
    return kept_for_backward.kept(leaf, keeps)


def _activations(leaf: Leaf) -> bool:
    return isinstance(leaf.part, Activation)


def _conventions(kept: Optimizer) -> Mapping[str, Convention]:
    """Return the conventions: what is kept for the backward pass, or a part of all this."""
    return named(
        Convention(
            "selective-recomputation",
            _(
                "the bytes of weights, gradients and optimizer states, and of what the backward pass needs: all that a "
                "product, a norm or an activation function worked on, at 16 bits, the scores of the head at 32, and "
                "where there is dropout its masks at 8, but not the table of attention shares, which kernels such as "
                "FlashAttention compute again (the one number that they keep for each of its rows is not counted)"
            ),
            everything,
            source=_("Korthikanti et al. 2022, arXiv:2205.05198, §5; Dao et al. 2022, arXiv:2205.14135"),
        ),
        Convention(
            "all-kept",
            _("the same with the table of attention shares, as programs without such a kernel keep it"),
            everything,
            measure=Keeping(kept, tuple(Kept)),
            source=_("Korthikanti et al. 2022, arXiv:2205.05198, §4.1"),
        ),
        Convention(
            "full-recomputation",
            _(
                "weights, gradients, optimizer states, what lies outside the layers, and the input of each layer; all "
                "else in the layers is computed again, one layer at a time; what that layer needs meanwhile is not "
                "counted"
            ),
            everything,
            measure=Keeping(kept, (Kept.ALWAYS,)),
        ),
        Convention("activations", _("what the backward pass needs, and nothing else"), _activations),
        Convention("states", _("weights, gradients and optimizer states alone"), lambda leaf: not _activations(leaf)),
    )


def quantity(optimizer: str = optimizers.USUAL) -> Quantity:
    """Return the quantity for an optimizer; UnknownName for one that we don't know."""
    kept = optimizers.find(optimizer)
    return Quantity(
        name=NAME,
        title=_("Training memory"),
        unit=unit("byte", "bytes"),
        measure=Keeping(kept, (Kept.ALWAYS, Kept.UNLESS_FULL)),
        conventions=_conventions(kept),
        inputs={**training_inputs.ON_DEVICES, state_bytes: kept.usual},
        own=() if optimizer == optimizers.USUAL else (state_bytes,),
        choices=(optimizers.choice(optimizer),),
        making=quantity,
        of_training=True,
        reasons={tokens: usual.SEQUENCE_CALLED, **fitting.REASON},
        results=(
            *in_larger_units(NAME),
            fitting.left(NAME),
            fitting.shared_out(
                NAME,
                _(
                    "This many devices hold all this, if it is shared out evenly and nothing is held twice: "
                    "`symbolic explain MODEL --quantity device-memory` says what really lies on each."
                ),
            ),
        ),
        instead=INSTEAD,
        fits=fitting.fits(texts.trains),
        rules=fitting.rules(texts.rules_of_training),
        sources=(
            Source(
                "Rajbhandari et al. 2020, ZeRO: Memory Optimizations Toward Training Trillion Parameter Models",
                "https://arxiv.org/abs/1910.02054",
                QUOTED,
            ),
            Source(
                "Korthikanti et al. 2022, Reducing Activation Recomputation in Large Transformer Models",
                "https://arxiv.org/abs/2205.05198",
                QUOTED,
            ),
            Source(
                "Dao et al. 2022, FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness",
                "https://arxiv.org/abs/2205.14135",
                QUOTED,
            ),
            *kept.sources,
        ),
    )


QUANTITY = quantity()
