"""LoRA memory: the frozen weights in their format, the adapters, and what training keeps of the adapters alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symbolic.formulas.formula import Formula, Number, Product, Sum
from symbolic.formulas.vocabulary import adapter_bytes, gradient_bytes, lora_rank, state_bytes, value_bytes
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring import adapters
from symbolic.measuring.adapters import Adapting, Reach
from symbolic.measuring.conventions import Convention, named
from symbolic.measuring.quantity import Choice, Quantity, Result
from symbolic.measuring.storage import WEIGHT_FORMAT, in_larger_units, weight_bytes
from symbolic.networks.family import QUOTED, Source
from symbolic.networks.walks import Leaf

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
    Source("Hugging Face PEFT", "https://github.com/huggingface/peft/tree/main/src/peft", "0.21.2"),
)


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
        fits=adapters.check(targets, saved),
    )


QUANTITY = quantity()
