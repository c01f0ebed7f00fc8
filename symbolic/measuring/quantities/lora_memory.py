"""LoRA memory: the frozen weights in their format, the adapters, and what training keeps of the adapters alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symbolic.errors import NothingToMeasure
from symbolic.formulas.formula import Exact, Formula, Number, Product, Sum
from symbolic.formulas.vocabulary import (
    adapter_bytes,
    batch_size,
    context,
    gradient_bytes,
    lora_rank,
    state_bytes,
    target_tokens,
    tokens,
    value_bytes,
)
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring import adapters, texts, usual
from symbolic.measuring.adapters import Adapting, Reach
from symbolic.measuring.conventions import Convention, named
from symbolic.measuring.kept_for_backward import UNKNOWN, kept
from symbolic.measuring.quantity import Choice, Quantity, Result
from symbolic.measuring.storage import WEIGHT_FORMAT, in_larger_units, weight_bytes
from symbolic.networks.blocks import Activation, Block, Kept, Weight
from symbolic.networks.family import QUOTED, Source
from symbolic.networks.walks import Leaf

HEAD_INPUT = "head_input"
NAME, ADAPTERS = "lora-memory", "lora-parameters"
SAVED = _("modules of which a copy is trained in full and saved beside the adapters, at their precision")
FP32, ADAM_STATES = 4, 8
"""PEFT casts adapters to 32 bits (`autocast_adapter_dtype`); AdamW keeps two more numbers of 32 bits for each."""


def _cast(leaf: Leaf) -> Formula | None:
    """A weight's bytes, where numbers that are not quantised take four."""
    frozen = weight_bytes(leaf)
    return None if frozen is None else frozen.replace(lambda node: Number(FP32) if node == value_bytes else None)


def _with(
    adapting: Adapting, kept: Callable[[Leaf], Formula | None] = weight_bytes
) -> Callable[[Leaf], Formula | None]:
    """A weight's bytes; where it has an adapter, also the bytes that training takes for each number of that."""

    def measure(leaf: Leaf) -> Formula | None:
        frozen, added = kept(leaf), adapting(leaf)
        if frozen is None or added is None:
            return frozen
        trained = Product((added, adapter_bytes + gradient_bytes + state_bytes))
        return Sum((frozen, trained)) if _once(leaf) else trained

    return measure


def _with_adapter(adapting: Adapting) -> Callable[[Leaf], bool]:
    """A shared table counts once, and what is trained beside each of its two places counts for both."""
    return lambda leaf: _once(leaf) or adapting(leaf) is not None


def _with_inputs(adapting: Adapting) -> Callable[[Leaf], Formula | None]:
    """The same, and what the backward pass needs where the layers are computed again: their inputs, and what is behind.

    A matrix that is not trained and has no adapter needs no input of its own to be kept: the head's is left out.
    """
    alone = _with(adapting)

    def measure(leaf: Leaf) -> Formula | None:
        _check_known(leaf)
        if not isinstance(leaf.part, Activation):
            return alone(leaf)
        return None if leaf.part.key == HEAD_INPUT and not _trains(adapting, leaf) else kept(leaf, (Kept.ALWAYS,))

    return measure


def _trains(adapting: Adapting, leaf: Leaf) -> bool:
    """Return whether a matrix of the block around a leaf is trained, or has an adapter."""
    beside = (leaf._replace(part=part) for part in leaf.path[-1].parts if isinstance(part, Weight))
    return any(adapting(one) is not None for one in beside)


def _check_known(leaf: Leaf) -> None:
    """Raise NothingToMeasure where the inputs of the layers around a leaf are not known."""
    layers = (block for block in leaf.path if block.role == "layer")
    unknown = any(not any(isinstance(part, Activation) for part in layer.parts) for layer in layers)
    if (
        unknown
        or leaf.role in UNKNOWN
        or not any(isinstance(part, Block) and part.role == "layer" for part in leaf.path[0].parts)
    ):
        raise NothingToMeasure("what the backward pass needs of this network is not known; the convention peft is")


def _counts_inputs(adapting: Adapting) -> Callable[[Leaf], bool]:
    weights = _with_adapter(adapting)
    return lambda leaf: isinstance(leaf.part, Activation) or weights(leaf)


def _once(leaf: Leaf) -> bool:
    return leaf.weight.tied_to is None


def _beside(targets: tuple[str, ...]) -> str:
    """Say beside which matrices the adapters stand: PEFT's own default is another for most types."""
    if targets == (adapters.ALL,):
        return _(
            "the bytes of all weights, which are kept and not trained, and of the adapters, their gradients and their "
            "optimizer's numbers. Adapters stand beside all linear layers but the output head (all-linear); where no "
            "target is given, PEFT takes only some: of Llama, Mistral and Qwen q_proj and v_proj (`--target "
            "query,value`). The activations that the backward pass needs are not counted here"
        )
    return _(
        "the bytes of all weights, which are kept and not trained, and of the adapters, their gradients and their "
        "optimizer's numbers. Adapters stand only beside the matrices that were asked for (target, below). The "
        "activations that the backward pass needs are not counted here"
    )


def _conventions(targets: tuple[str, ...], saved: tuple[str, ...]) -> Mapping[str, Convention]:
    """Return the conventions: which modules get an adapter, and what is cast to 32 bits."""
    peft = Adapting(targets, Reach.CONVERTED, saved=saved)
    plain = Adapting(targets, Reach.MODULES, saved=saved)
    each = Adapting(targets, Reach.MATRICES, by_module=False, saved=saved)
    dora = Adapting(targets, Reach.MODULES, magnitudes=True, saved=saved)
    return named(
        Convention(
            "peft",
            _beside(targets),
            _with_adapter(peft),
            source=_("Hugging Face PEFT 0.21 with transformers 5"),
        ),
        Convention(
            "recomputed",
            _(
                "as peft, and what the backward pass needs of `batch_size` × `tokens` tokens where each layer is "
                "computed again (gradient checkpointing): the layers' inputs, the last norm's, and the scores at 32 "
                "bits. What one layer or the loss needs meanwhile is not counted"
            ),
            _counts_inputs(peft),
            measure=_with_inputs(peft),
            source=_("Korthikanti et al. 2022, arXiv:2205.05198, §5"),
        ),
        Convention(
            "modules",
            _("as peft, without adapters of routers and stacked experts"),
            _with_adapter(plain),
            measure=_with(plain),
        ),
        Convention(
            "each-matrix",
            _("as peft, with an adapter for each matrix asked for by itself"),
            _with_adapter(each),
            measure=_with(each),
            source=_("Hu et al. 2021, arXiv:2106.09685, table 5"),
        ),
        Convention(
            "dora",
            _("as peft beside linear modules alone, and for each of their outputs a magnitude that is trained too"),
            _with_adapter(dora),
            measure=_with(dora),
            source=_("Liu et al. 2024, arXiv:2402.09353; Hugging Face PEFT, dora.py"),
        ),
        Convention(
            "cast-to-32-bits",
            _("as peft, with tables, biases, norms and the output head cast to 32 bits"),
            _with_adapter(peft),
            measure=_with(peft, _cast),
            source=_("Hugging Face PEFT, prepare_model_for_kbit_training"),
        ),
        Convention("frozen", _("the bytes of the weights alone"), _once, measure=weight_bytes),
    )


RESULTS = (
    *in_larger_units(NAME),
    Result(
        _("of these, for the adapters"),
        _("Their numbers, gradients and optimizer states."),
        unit("byte", "bytes"),
        lambda totals: totals[ADAPTERS] * (adapter_bytes + gradient_bytes + state_bytes),
        key="training",
    ),
    Result(
        _("numbers that are trained"),
        _(
            "Those of the adapters, and of modules that are trained in full. The quantity `lora-parameters` "
            "counts them in steps."
        ),
        unit("parameter", "parameters"),
        lambda totals: totals[ADAPTERS],
        key="trained",
    ),
    Result(
        _("the file of the adapters"),
        _("What is saved after the training; the file's header of a few kB comes on top."),
        unit("byte", "bytes"),
        lambda totals: totals[ADAPTERS] * adapter_bytes,
    ),
)


SOURCES = (
    Source("Hu et al. 2021, LoRA", "https://arxiv.org/abs/2106.09685", QUOTED),
    Source("Dettmers et al. 2023, QLoRA", "https://arxiv.org/abs/2305.14314", QUOTED),
    Source("Liu et al. 2024, DoRA", "https://arxiv.org/abs/2402.09353", QUOTED),
    Source("Korthikanti et al. 2022, Reducing Activation Recomputation", "https://arxiv.org/abs/2205.05198", QUOTED),
    Source("Hugging Face PEFT", "https://github.com/huggingface/peft/tree/main/src/peft", "0.21.2"),
)


def _fits(check: Callable[[Block, Mapping[str, Exact]], None]) -> Callable[[Block, Mapping[str, Exact]], None]:
    """Return what raises ConfigError where a target or a module is not there, or the context is not the sequence."""

    def fits(network: Block, sizes: Mapping[str, Exact]) -> None:
        check(network, sizes)
        texts.trains(network, sizes)

    return fits


def quantity(target: str = adapters.ALL, modules_to_save: str = adapters.NONE) -> Quantity:
    """Return the quantity for adapters beside these targets, and modules that are trained in full."""
    targets, saved = adapters.split(target), adapters.modules(modules_to_save)
    return Quantity(
        name=NAME,
        title=_("LoRA memory"),
        called=_("bytes of the training"),
        unit=unit("byte", "bytes"),
        measure=_with(Adapting(targets, Reach.CONVERTED, saved=saved)),
        conventions=_conventions(targets, saved),
        inputs={
            lora_rank: 8,
            adapter_bytes: FP32,
            gradient_bytes: FP32,
            state_bytes: ADAM_STATES,
            **WEIGHT_FORMAT,
            batch_size: 1,
            tokens: usual.SEQUENCE,
            context: tokens,
            target_tokens: tokens,
        },
        results=RESULTS,
        companions=(ADAPTERS,),
        lacking=_("no weights"),
        sources=SOURCES,
        choices=(
            Choice("target", ",".join(targets), adapters.ALL, adapters.TARGET),
            Choice("modules_to_save", ",".join(saved) or adapters.NONE, adapters.NONE, SAVED),
        ),
        making=quantity,
        fits=_fits(adapters.check(targets, saved)),
        rules=texts.rules_of_training,
        reasons={tokens: usual.SEQUENCE_CALLED},
    )


QUANTITY = quantity()
