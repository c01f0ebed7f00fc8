"""LoRA parameters: what the adapters of a fine-tuning train, the network itself kept as it is."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import adapter_bytes, lora_rank
from symbolic.language import gettext, unit
from symbolic.language import lazy as _
from symbolic.measuring import adapters
from symbolic.measuring.adapters import Adapting, Reach
from symbolic.measuring.conventions import Convention, everything, named
from symbolic.measuring.quantity import Choice, Quantity, Result
from symbolic.networks.family import QUOTED, Source

NAME, PARAMETERS = "lora-parameters", "parameters"
ALL_PARAMETERS = _("all parameters")
SAVED = _("modules of which a copy is trained in full and saved beside the adapters")
PEFT = "https://github.com/huggingface/peft/blob/main/src/peft"
SOURCES = (
    Source(
        "Hu et al. 2021, LoRA: Low-Rank Adaptation of Large Language Models", "https://arxiv.org/abs/2106.09685", QUOTED
    ),
    Source("Liu et al. 2024, DoRA: Weight-Decomposed Low-Rank Adaptation", "https://arxiv.org/abs/2402.09353", QUOTED),
    Source("Hugging Face PEFT 0.21, all-linear", f"{PEFT}/tuners/tuners_utils.py", "0.21.2"),
    Source(_("Hugging Face PEFT 0.21, stacked experts"), f"{PEFT}/utils/transformers_weight_conversion.py", "0.21.2"),
    Source(_("Hugging Face PEFT 0.21, the magnitudes of DoRA"), f"{PEFT}/tuners/lora/dora.py", "0.21.2"),
)


def _remarks(totals: Mapping[str, Exact]) -> tuple[tuple[str, str], ...]:
    """What else changes an adapter, and not its size; first whether they are larger than what they adapt."""
    larger = (
        gettext("a rank of that size"),
        gettext(
            "has adapters with as many numbers as the network, or more: training the network itself trains no more"
        ),
    )
    return (
        *([larger] if totals[NAME] >= totals[PARAMETERS] else []),
        (
            "rsLoRA",
            gettext(
                "has the same numbers: the adapter's result is multiplied by α/√rank in place of α/rank "
                "(Kalajdzievski 2023, arXiv:2312.03732)"
            ),
        ),
    )


def _conventions(targets: tuple[str, ...], saved: tuple[str, ...]) -> Mapping[str, Convention]:
    """Return the conventions: which modules get an adapter, and whether magnitudes are trained too."""
    return named(
        Convention(
            "peft",
            _(
                "an adapter beside each module that holds a matrix asked for, as PEFT places them: matrices that "
                "the code keeps side by side in one tensor share an adapter. All-linear are all linear modules but "
                "the output head"
            ),
            everything,
            of_experts=_(
                ", and routers and experts that were such before they were stacked; beside a stack of gates and "
                "ups the rank is twice as large, and where there are stacks, other modules with the names of their "
                "matrices (gate_proj, up_proj, down_proj) get none"
            ),
            source=_("Hugging Face PEFT 0.21 with transformers 5"),
        ),
        Convention(
            "modules",
            _("the same without routers and stacked experts: what is a linear module in transformers 5"),
            everything,
            measure=Adapting(targets, Reach.MODULES, saved=saved),
        ),
        Convention(
            "each-matrix",
            _(
                "an adapter for each matrix asked for by itself, also where the code keeps several in one tensor; "
                "all-linear are all matrices but the output head"
            ),
            everything,
            measure=Adapting(targets, Reach.MATRICES, by_module=False, saved=saved),
            source=_("Hu et al. 2021, arXiv:2106.09685, table 5"),
        ),
        Convention(
            "dora",
            _("an adapter beside each linear module, and for each of its outputs a magnitude that is trained too"),
            everything,
            measure=Adapting(targets, Reach.MODULES, magnitudes=True, saved=saved),
            source=_("Liu et al. 2024, arXiv:2402.09353; Hugging Face PEFT, dora.py"),
        ),
    )


RESULTS = (
    Result(
        ALL_PARAMETERS,
        _("Those of the network, which stay as they are, and those that are trained beside it."),
        unit("parameter", "parameters"),
        lambda totals: totals[PARAMETERS] + totals[NAME],
    ),
    Result(
        _("trained share of all parameters"),
        "",
        _("percent"),
        lambda totals: 100 * totals[NAME] / totals[ALL_PARAMETERS],
    ),
    Result(
        _("the file of the adapters"),
        _(
            "Each number takes `adapter_bytes` bytes; PEFT trains and saves adapters at 32 bits, unless it is "
            "told otherwise. The file's header of a few kB comes on top."
        ),
        unit("byte", "bytes"),
        lambda totals: totals[NAME] * adapter_bytes,
    ),
)


def quantity(target: str = adapters.ALL, modules_to_save: str = adapters.NONE) -> Quantity:
    """Return the quantity for adapters beside these targets, and modules that are trained in full."""
    targets, saved = adapters.split(target), adapters.modules(modules_to_save)
    return Quantity(
        name=NAME,
        title=_("LoRA parameters"),
        called=_("parameters of the adapters"),
        unit=unit("parameter", "parameters"),
        measure=Adapting(targets, Reach.CONVERTED, saved=saved),
        conventions=_conventions(targets, saved),
        inputs={lora_rank: 8, adapter_bytes: 4},
        results=RESULTS,
        companions=(PARAMETERS,),
        unit_in_steps=False,
        lacking=_("no matrix that an adapter could stand beside"),
        sources=SOURCES,
        remarks=_remarks,
        choices=(
            Choice("target", ",".join(targets), adapters.ALL, adapters.TARGET),
            Choice("modules_to_save", ",".join(saved) or adapters.NONE, adapters.NONE, SAVED),
        ),
        making=quantity,
        fits=adapters.check(targets, saved),
    )


QUANTITY = quantity()
