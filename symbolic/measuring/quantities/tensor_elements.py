"""Tensor elements: what libraries and the Hub count. Several numbers may lie in one element, and more be stored."""

from __future__ import annotations

from collections.abc import Callable

from symbolic.formulas.formula import Formula, Number, Product
from symbolic.formulas.functions import Ceiling
from symbolic.formulas.vocabulary import group_size, tensor_parallel, value_bits, vocab_multiple, vocab_size
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring import conventions
from symbolic.measuring.conventions import Convention, named
from symbolic.measuring.quantity import Quantity, Result, copied, numbers
from symbolic.networks.blocks import Kind, Weight
from symbolic.networks.family import Source
from symbolic.networks.layers.in_files import PREDICTING
from symbolic.networks.walks import Leaf, in_files

NAME, PARAMETERS = "tensor-elements", "parameters"
NONE = Number(0)
_trained = conventions.CONVENTIONS["trainable"].counts
_untied = conventions.CONVENTIONS["untied"].counts
_with_buffers = conventions.CONVENTIONS["with-buffers"].counts


def _predicts(leaf: Leaf) -> bool:
    return any(block.key == PREDICTING for block in leaf.path)


def _is_computed(leaf: Leaf) -> bool:
    return leaf.weight.kind is Kind.COMPUTED


def _of_weights(found: Callable[[Weight], Formula | None]) -> Callable[[Leaf], Formula | None]:
    def measure(leaf: Leaf) -> Formula | None:
        formula = found(leaf.part) if isinstance(leaf.part, Weight) else None
        return None if formula == NONE else formula

    return measure


def _elements(weight: Weight) -> Formula:
    """Those of its tensors, as the format packs them; a number each without a format."""
    return numbers(weight) if weight.elements is None else weight.elements


def _loaded(weight: Weight) -> Formula:
    return numbers(weight) if weight.loaded is None else weight.loaded


def padded(formula: Formula) -> Formula:
    """Return an axis with the vocabulary filled up to a multiple of `vocab_multiple` for each of the devices."""
    multiple = Product((vocab_multiple, tensor_parallel))
    return formula.replace(
        lambda node: (
            Product((vocab_multiple, tensor_parallel, Ceiling(node / multiple))) if node == vocab_size else None
        )
    )


def _padded(weight: Weight) -> Formula:
    return copied(weight.copies, tuple(map(padded, weight.shape)))


QUANTITY = Quantity(
    name=NAME,
    title=_("Tensor elements"),
    unit=unit("element", "elements"),
    measure=_of_weights(_elements),
    conventions=named(
        Convention(
            "files",
            _(
                "every element of the tensors in the model's files: numbers that the format packs into one element "
                "count once, scales and zero points count too, and so do, in the families whose files we know "
                "(DeepSeek-V3 and V3.2, GLM-4.5 and 5, Qwen3-Next), layers that predict further tokens; a shared table "
                "is stored once"
            ),
            lambda leaf: _with_buffers(leaf) and not _is_computed(leaf),
            of_buffers=_("; the numbers that correct a router count, too"),
            source=_("the Hub's count until September 2025: Hugging Face, huggingface.js #1770"),
        ),
        Convention(
            "files-with-tables",
            _(
                "the same, and the tables that the code computes: older releases of GPT-2's code saved its causal "
                "masks, of Llama's its rotary frequencies, and of GPT-NeoX's both"
            ),
            _with_buffers,
            source=_("nanoGPT, model.py, on GPT-2's `attn.bias`; EleutherAI, gpt-neox #1168, on `inv_freq`"),
        ),
        Convention(
            "unpacked",
            _(
                "the same numbers unpacked and without their scales and zero points, as the Hub counts a quantised "
                "model since September 2025"
            ),
            lambda leaf: _with_buffers(leaf) and not _is_computed(leaf),
            measure=_of_weights(numbers),
            source=_("Hugging Face, huggingface.js #1770 and #2323, parse-safetensors-metadata.ts"),
        ),
        Convention(
            "loaded",
            _(
                "`sum(p.numel() for p in model.parameters())` of the model that transformers has loaded: bitsandbytes "
                "keeps two numbers of 4 bits in an element, and scales are not among them; GPTQ, AWQ and MXFP4 keep "
                "their matrices as buffers, so that none of these count"
            ),
            lambda leaf: _trained(leaf) and not _is_computed(leaf) and not _predicts(leaf),
            measure=_of_weights(_loaded),
            source=_("bitsandbytes, nn/modules.py: Params4bit; AutoGPTQ, QuantLinear: register_buffer"),
        ),
        Convention(
            "trainable",
            _("every trainable number of the network once: its parameters"),
            lambda leaf: _trained(leaf) and not _is_computed(leaf) and not _predicts(leaf),
            measure=_of_weights(numbers),
        ),
        Convention(
            "padded",
            _(
                "its parameters with more rows for the vocabulary, which no token uses: up to a multiple of "
                "`vocab_multiple` × `tensor_parallel`, as Megatron-LM trains it; nanoGPT's 50,304 rows are GPT-2's "
                "50,257 so filled up"
            ),
            lambda leaf: _trained(leaf) and not _is_computed(leaf) and not _predicts(leaf),
            measure=_of_weights(_padded),
            source=_("Megatron-LM, tokenizer.py: _vocab_size_with_padding; nanoGPT, model.py: GPTConfig"),
        ),
        Convention(
            "files-untied",
            _(
                "what `files` counts, with an output head of its own: some files hold a shared table twice, as those "
                "of Qwen3 0.6B do"
            ),
            lambda leaf: (_with_buffers(leaf) or _untied(leaf)) and not _is_computed(leaf),
            source=_("the Hub's count of Qwen/Qwen3-0.6B, 751,632,384"),
        ),
    ),
    inputs={value_bits: 16, group_size: 1, vocab_multiple: 128, tensor_parallel: 1},
    results=(
        Result(
            _("elements for a parameter"),
            _("Less than 1 where several numbers lie in one element, more where files hold more than the network."),
            "",
            lambda totals: totals[NAME] / totals[PARAMETERS],
        ),
    ),
    companions=(PARAMETERS,),
    unit_in_steps=False,
    sources=(
        Source(
            "bitsandbytes, nn/modules.py",
            "https://github.com/bitsandbytes-foundation/bitsandbytes/blob/main/bitsandbytes/nn/modules.py",
            _("commit {commit}", commit="005a63c"),
        ),
        Source(
            "AutoGPTQ, qlinear_cuda.py",
            "https://github.com/AutoGPTQ/AutoGPTQ/blob/main/auto_gptq/nn_modules/qlinear/qlinear_cuda.py",
            _("commit {commit}", commit="058fd80"),
        ),
        Source(
            "Megatron-LM, megatron/training/tokenizer",
            "https://github.com/NVIDIA/Megatron-LM",
            _("commit {commit}, {year}", commit="d98e8a6", year=2026),
        ),
        Source(
            "EleutherAI, gpt-neox: Make rotary freqs buffer non-persistent",
            "https://github.com/EleutherAI/gpt-neox/pull/1168",
            _("the thread"),
        ),
        Source(
            "nanoGPT, model.py",
            "https://github.com/karpathy/nanoGPT/blob/master/model.py",
            _("commit {commit}", commit="0011cd4"),
        ),
        Source(
            "Hugging Face, huggingface.js: Fix GPTQ/AWQ quantized model parameter counting",
            "https://github.com/huggingface/huggingface.js/pull/1770",
            _("the thread"),
        ),
    ),
    view=in_files,
    packs=True,
)
