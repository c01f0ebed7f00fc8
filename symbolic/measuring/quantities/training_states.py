"""Training states: the bytes of weights, gradients and what an optimizer keeps, by mixture of formats and optimizer."""

from __future__ import annotations

from collections.abc import Callable

from symbolic.formulas.formula import Formula, Number, Product, Sum
from symbolic.formulas.vocabulary import state_bytes
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring import optimizers
from symbolic.measuring.conventions import Convention, named
from symbolic.measuring.optimizers import is_hidden
from symbolic.measuring.products import for_training, is_parameter
from symbolic.measuring.quantity import Quantity, Result, copied, numbers
from symbolic.measuring.storage import in_larger_units
from symbolic.measuring.training_inputs import BYTES_EACH
from symbolic.networks.blocks import Kind, Weight
from symbolic.networks.family import QUOTED, Source
from symbolic.networks.walks import Leaf

NAME, PARAMETERS, MIXED = "training-states", "parameters", "mixed"
HALF, FULL = Number(2), Number(4)
BEFORE_OPTIMIZER = (HALF, FULL, FULL)
"""A weight at 16 bits, its gradient at 32, and the copy at 32 bits that the optimizer changes."""
FIXED = _("; of fixed numbers, which have no gradient, the weights alone")
ADAM = Number(8)
"""Two averages of 32 bits: of the gradients, and of their squares."""


def _each(*parts: Formula) -> Callable[[Leaf], Formula | None]:
    """Return a measure: so many bytes for each trained number, said as the sum of what they are, the weight first."""

    def measure(leaf: Leaf) -> Formula | None:
        part = leaf.part
        return Product((numbers(part), for_training(part, *parts))) if isinstance(part, Weight) else None

    return measure


def _adafactor(leaf: Leaf) -> Formula | None:
    """A number for each row and each column of a matrix or a table; for other weights one for each of theirs."""
    weight = leaf.part
    factored = isinstance(weight, Weight) and weight.kind in (Kind.MATRIX, Kind.TABLE) and len(weight.shape) == 2
    if not isinstance(weight, Weight) or weight.fixed or not factored:
        return _each(*BEFORE_OPTIMIZER, FULL)(leaf)
    kept = Product((FULL, copied(weight.copies, (Sum(weight.shape),))))
    return Sum((Product((numbers(weight), Sum(BEFORE_OPTIMIZER))), kept))


def _muon(leaf: Leaf) -> Formula | None:
    """One average for the matrices of the layers; Adam's two for all other weights."""
    return _each(*BEFORE_OPTIMIZER, FULL if is_hidden(leaf) else ADAM)(leaf)


def _counts(leaf: Leaf) -> bool:
    return isinstance(leaf.part, Weight) and is_parameter(leaf.part)


def _convention(name: str, says: str, measure: Callable[[Leaf], Formula | None] | None, source: str) -> Convention:
    return Convention(name, says, _counts, measure=measure, source=source, of_fixed=FIXED)


CONVENTIONS = named(
    _convention(
        MIXED,
        _(
            "`working_bytes` + `gradient_bytes` + `state_bytes` for each parameter: the weight that the passes "
            "compute with, its gradient, and what the optimizer keeps of it"
        ),
        None,
        _("Rajbhandari et al. 2020, ZeRO, arXiv:1910.02054, §3.1"),
    ),
    _convention(
        "fp32-gradients",
        _("18 bytes for each parameter: gradients at 32 bits (2 + 4 + 4 + 8)"),
        _each(*BEFORE_OPTIMIZER, ADAM),
        _("NVIDIA Megatron-LM, issue 654; Hugging Face transformers, Model training anatomy"),
    ),
    _convention(
        "both-gradients",
        _("20 bytes: gradients at 16 bits, and their sum at 32 bits too (2 + 2 + 4 + 4 + 8)"),
        _each(HALF, *BEFORE_OPTIMIZER, ADAM),
        _("Smith et al. 2022, MT-NLG 530B, arXiv:2201.11990, as quoted in Azure MS-AMP, issue 173"),
    ),
    _convention(
        "fp32",
        _("16 bytes: weights, gradients and Adam's averages at 32 bits, and no copy (4 + 4 + 8)"),
        _each(FULL, FULL, ADAM),
        _("Stanford CS336, lecture 2, issue 3 of its lectures"),
    ),
    _convention(
        "gradients-not-kept",
        _(
            "12 bytes: weights and Adam's averages at 32 bits (4 + 8); weights at 16 bits and gradients are made "
            "where they are needed and not kept"
        ),
        _each(FULL, ADAM),
        _("MaxText, issue 606"),
    ),
    _convention(
        "adam-8bit",
        _(
            "12 bytes: Adam's averages take a byte each (2 + 4 + 4 + 2); scales, and small tensors that stay at "
            "32 bits, come on top"
        ),
        _each(*BEFORE_OPTIMIZER, HALF),
        _("Hugging Face transformers, Model training anatomy; bitsandbytes, optim/adam.py"),
    ),
    _convention(
        "sgd-momentum",
        _("14 bytes: stochastic gradient descent with one average in place of Adam (2 + 4 + 4 + 4)"),
        _each(*BEFORE_OPTIMIZER, FULL),
        _("Hugging Face transformers, Model training anatomy"),
    ),
    _convention(
        "sgd",
        _("10 bytes: plain stochastic gradient descent, which keeps nothing but the copy (2 + 4 + 4)"),
        _each(*BEFORE_OPTIMIZER),
        "",
    ),
    _convention(
        "adafactor",
        _(
            "10 bytes, and 4 for each row and each column of a matrix or a table; of other weights 4 for each "
            "number. Matrices that the code keeps side by side in one tensor are taken one by one"
        ),
        _adafactor,
        _("Shazeer and Stern 2018, arXiv:1804.04235, without momentum"),
    ),
    _convention(
        "muon",
        _("14 bytes for a number of a matrix in the layers, which has one average, and 18 for all others, as Adam"),
        _muon,
        _("Jordan et al. 2024, Muon; its repository's README says which weights it is for"),
    ),
)


def quantity(optimizer: str = optimizers.USUAL) -> Quantity:
    """Return the quantity for an optimizer; UnknownName for one that we don't know."""
    kept = optimizers.find(optimizer)
    return Quantity(
        name=NAME,
        title=_("Training states"),
        unit=unit("byte", "bytes"),
        measure=lambda leaf: optimizers.trained(leaf, kept) if isinstance(leaf.part, Weight) else None,
        # The others count what one optimizer keeps, whatever was chosen.
        conventions=CONVENTIONS if optimizer == optimizers.USUAL else {MIXED: CONVENTIONS[MIXED]},
        inputs={**BYTES_EACH, state_bytes: kept.usual},
        own=() if optimizer == optimizers.USUAL else (state_bytes,),
        choices=(optimizers.choice(optimizer),),
        making=quantity,
        of_training=True,
        results=(
            *in_larger_units(NAME),
            Result(
                _("bytes for a parameter"),
                _("What the activations take comes on top: training-memory."),
                unit("byte", "bytes"),
                lambda totals: totals[NAME] / totals[PARAMETERS],
            ),
        ),
        companions=(PARAMETERS,),
        sources=(
            Source(
                "Rajbhandari et al. 2020, ZeRO: Memory Optimizations Toward Training Trillion Parameter Models",
                "https://arxiv.org/abs/1910.02054",
                QUOTED,
            ),
            Source(
                "Hugging Face transformers, Model training anatomy",
                "https://huggingface.co/docs/transformers/model_memory_anatomy",
                _("commit {commit}", commit="249ef81"),
            ),
            Source(
                "NVIDIA Megatron-LM, issue 654", "https://github.com/NVIDIA/Megatron-LM/issues/654", _("the thread")
            ),
            Source(
                "Smith et al. 2022, Using DeepSpeed and Megatron to Train MT-NLG 530B",
                "https://arxiv.org/abs/2201.11990",
                QUOTED,
            ),
            Source("Azure MS-AMP, issue 173", "https://github.com/Azure/MS-AMP/issues/173", _("the thread")),
            Source(
                "Stanford CS336, lectures, issue 3",
                "https://github.com/stanford-cs336/lectures/issues/3",
                _("the thread"),
            ),
            Source("MaxText, issue 606", "https://github.com/AI-Hypercomputer/maxtext/issues/606", _("the thread")),
            Source("bitsandbytes, Adam", "https://huggingface.co/docs/bitsandbytes/reference/optim/adam", _("in part")),
            Source("Shazeer and Stern 2018, Adafactor", "https://arxiv.org/abs/1804.04235", QUOTED),
            Source(
                "Jordan et al. 2024, Muon",
                "https://github.com/KellerJordan/Muon",
                _("commit {commit}", commit="50c4225"),
            ),
        ),
    )


QUANTITY = quantity()
