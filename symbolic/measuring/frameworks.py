"""Training operations as frameworks report them: what each takes a leaf for, in its own formula's terms.

Six operations are three times two: a product forward and two backward, a multiplication and an addition each.
"""

from __future__ import annotations

from symbolic.formulas.formula import Formula, Negative, Number, Product, Sum
from symbolic.formulas.functions import Ceiling, Minimum
from symbolic.formulas.vocabulary import target_tokens, tokens, vocab_multiple
from symbolic.measuring.products import is_of_latent, is_parameter, per_parameter
from symbolic.measuring.quantity import copied, numbers
from symbolic.networks.blocks import MULTIPLIED, Block, Contraction, Kind, Weight
from symbolic.networks.walks import Leaf, blocks, leaves, weights

SIX, FOUR, THREE = Number(6), Number(4), Number(3)
OUTSIDE = ("embedding", "position", "head")


def palm(leaf: Leaf) -> Formula | None:
    """6N + 12 L H Q T a token: N without the position table, attention's products with all pairs.

    Chowdhery et al. 2022, arXiv:2204.02311, appendix B; nanoGPT, model.py, estimate_mfu.
    """
    if _is_attention(leaf):
        return _pairs(leaf.part)
    return None if isinstance(leaf.part, Contraction) or leaf.role == "position" else per_parameter(leaf, 6)


def llm_foundry(leaf: Leaf) -> Formula | None:
    """The same with the position table among the parameters.

    MosaicML llm-foundry, scripts/train/benchmarking/README.md, MFU: 3 × (2 n_params T + 4 n_layers d_model T²).
    """
    return _pairs(leaf.part) if _is_attention(leaf) else per_parameter(leaf, 6)


def kaplan(leaf: Leaf) -> Formula | None:
    """6N a token: N are the matrices without embeddings and head. Kaplan et al. 2020, arXiv:2001.08361, §2.1."""
    matrix = isinstance(leaf.part, Weight) and leaf.part.kind is Kind.MATRIX
    return per_parameter(leaf, 6) if matrix and leaf.role not in OUTSIDE else None


def megatron(leaf: Leaf) -> Formula | None:
    """The products with the mask, whatever the window; no router; the vocabulary padded; norms of latents.

    NVIDIA Megatron-LM, training.py, num_floating_point_operations.
    """
    if isinstance(leaf.part, Contraction):
        if _is_attention(leaf):
            return _half(leaf.part)
        if leaf.role == "linear-attention" and len(leaf.part.axes) == 4:
            own, heads, _key, value = leaf.part.axes
            return Product((SIX, FOUR, own, heads, value, value))
        return _pairs(leaf.part)
    if not isinstance(leaf.part, Weight) or leaf.role == "router":
        return None
    if leaf.role == "head" and leaf.part.kind is Kind.MATRIX:
        width, vocabulary = leaf.part.shape
        padded = Product((vocab_multiple, Ceiling(vocabulary / vocab_multiple)))
        return Product((SIX, leaf.tokens or tokens, width, padded))
    latent = leaf.role == "attention" and leaf.part.kind is Kind.SCALE and is_of_latent(leaf)
    return _products(leaf) if leaf.part.kind in MULTIPLIED or latent else None


def torchtitan(leaf: Leaf) -> Formula | None:
    """6 (N − N_emb) + 6 L H (Q + V) T a token, all pairs; with a shared table, 6N.

    PyTorch torchtitan, models/utils.py, get_moe_model_nparams_and_flops.
    """
    if isinstance(leaf.part, Contraction):
        return _pairs(leaf.part) if _is_attention(leaf) else None
    is_table = leaf.role in ("embedding", "position") and not _is_tied(leaf.path[0])
    return None if is_table else per_parameter(leaf, 6)


def maxtext(leaf: Leaf) -> Formula | None:
    """The products with weights, router and head among them, and attention with the mask; windows beside full layers.

    MaxText, maxtext_utils.py, calculate_tflops_training_per_device.
    """
    if isinstance(leaf.part, Weight):
        return _products(leaf) if leaf.part.kind in MULTIPLIED else None
    if not isinstance(leaf.part, Contraction):
        return None
    if leaf.role == "linear-attention":
        return Product((SIX, FOUR, *leaf.part.axes))
    if not _is_attention(leaf):
        return _pairs(leaf.part)
    window = _window(leaf)
    if window is None:
        return _half(leaf.part)
    own, seen, width = leaf.part.axes
    near = Minimum((window, seen))
    return Product((SIX, Sum((Product((own, near)), Negative(Product((near, near)) / 2))), width))


def verl(leaf: Leaf) -> Formula | None:
    """6 for each number of the matrices, the table and the head, and attention with the mask; windows beside full.

    volcengine verl, utils/flops_counter.py.
    """
    if not isinstance(leaf.part, Contraction):
        return _products(leaf) if _is_token_table(leaf) or _is_matrix(leaf) else None
    if not _is_attention(leaf):
        return _pairs(leaf.part)
    window = _window(leaf)
    own, seen, width = leaf.part.axes
    return Product((THREE, own, seen if window is None else Minimum((seen, window)), width))


def transformers(leaf: Leaf) -> Formula | None:
    """6 for each parameter outside the tables and each token of the input: all experts, no products of attention.

    Hugging Face transformers, Trainer.floating_point_ops.
    """
    if not isinstance(leaf.part, Weight) or not is_parameter(leaf.part) or leaf.part.kind is Kind.TABLE:
        return None
    return Product((SIX, tokens, numbers(leaf.part)))


def _is_attention(leaf: Leaf) -> bool:
    """Return whether a leaf is a product of a text's attention; what attends within an image has no mask, or window."""
    return isinstance(leaf.part, Contraction) and leaf.role == "attention" and _of_text(leaf.part)


def _of_text(part: Contraction) -> bool:
    return len(part.axes) == 3 and any(axis in (tokens, target_tokens) for axis in part.axes)


def _pairs(part: object) -> Formula | None:
    """Six for each place of a product of two computed tensors."""
    return Product((SIX, copied(part.copies, part.axes))) if isinstance(part, Contraction) else None


def _half(part: Contraction) -> Formula:
    """The same with half of the pairs of tokens: three for each place."""
    return Product((THREE, copied(part.copies, part.axes)))


def _products(leaf: Leaf) -> Formula:
    return Product((SIX, leaf.tokens or tokens, numbers(leaf.weight)))


def _is_matrix(leaf: Leaf) -> bool:
    return isinstance(leaf.part, Weight) and leaf.part.kind is Kind.MATRIX


def _is_token_table(leaf: Leaf) -> bool:
    table = isinstance(leaf.part, Weight) and leaf.part.kind is Kind.TABLE and leaf.part.tied_to is None
    return table and leaf.role == "embedding"


def _is_tied(network: Block) -> bool:
    """Return whether the head has the numbers of a table; an encoder and a decoder may share one that it has not."""
    return any(leaf.weight.tied_to and leaf.weight.kind is not Kind.TABLE for leaf in weights(network))


def _window(leaf: Leaf) -> Formula | None:
    """Return how far back a layer looks, in a network that has layers without a window too."""
    own = next((one for one in _windows(leaf.path[-1])), None)
    others = (list(_windows(block)) for block in blocks(leaf.path[0]) if block.role == "attention")
    return own if own is not None and any(not found for found in others) else None


def _windows(block: Block) -> list[Formula]:
    caches = (leaf.part for leaf in leaves(block))
    return [window for cache in caches if (window := getattr(cache, "window", None)) is not None]
