"""Forward FLOPs: the multiplications and additions of one pass through the network."""

from __future__ import annotations

from symbolic.formulas.formula import Formula
from symbolic.formulas.vocabulary import batch_size, context, target_tokens, tokens
from symbolic.measuring.conventions import Convention, everything, named
from symbolic.measuring.products import is_product, operations, per_parameter
from symbolic.measuring.quantity import Quantity, Result
from symbolic.networks.blocks import Kind, Leaf, Weight
from symbolic.networks.family import Source

NAME = "forward-flops"


def _kaplan(leaf: Leaf) -> Formula | None:
    """2N + 2 n_layer n_ctx d_attn a token: N are the matrices without embeddings and head."""
    if leaf.role in ("embedding", "position", "head"):
        return None
    counted = is_product(leaf) or (isinstance(leaf.part, Weight) and leaf.part.kind is Kind.MATRIX)
    return operations(leaf, masked=True) if counted else None


QUANTITY = Quantity(
    name=NAME,
    title="Forward FLOPs",
    unit="FLOPs",
    measure=operations,
    conventions=named(
        Convention(
            "products",
            "two operations, a multiplication and an addition, for each step of each matrix product, with all pairs of "
            "tokens in attention",
            everything,
            active_only=True,
        ),
        Convention(
            "masked",
            "the same, but in attention only half of the pairs of tokens, since no token looks at those behind it, and "
            "in a sliding layer at most as many for each token as the window has",
            everything,
            active_only=True,
            measure=lambda leaf: operations(leaf, masked=True),
        ),
        Convention(
            "without-attention-products",
            "the products with weights only; some tools leave the others out and do not say so",
            lambda leaf: not is_product(leaf),
            active_only=True,
        ),
        Convention(
            "without-head",
            "all products but that of the output head",
            lambda leaf: leaf.role != "head",
            active_only=True,
        ),
        Convention(
            "2N",
            "two operations for each parameter and token: the rule of thumb",
            everything,
            active_only=True,
            measure=lambda leaf: per_parameter(leaf, 2),
        ),
        Convention(
            "kaplan",
            "two for each number of a matrix outside the embeddings and the head, and attention's products with the "
            "mask",
            everything,
            active_only=True,
            measure=_kaplan,
            source="Kaplan et al. 2020, arXiv:2001.08361, table 1",
        ),
        Convention(
            "multiply-adds",
            "each multiplication with its addition as one operation (MAC)",
            everything,
            active_only=True,
            measure=lambda leaf: operations(leaf, ()),
            unit="multiply-adds",
        ),
    ),
    inputs={batch_size: 1, tokens: 1024, context: tokens, target_tokens: tokens},
    times=batch_size,
    results=(
        Result(
            "FLOPs for a token",
            "On average; a later token of a text has more tokens to look at, and costs more.",
            "FLOPs",
            lambda totals: totals[NAME] / (batch_size * tokens),
        ),
    ),
    lacking="no matrix that tokens are multiplied with",
    sources=(
        Source("Kaplan et al. 2020, Scaling Laws for Neural Language Models", "https://arxiv.org/abs/2001.08361"),
        Source("Karpathy, nanoGPT, transformer_sizing.ipynb", "https://github.com/karpathy/nanoGPT"),
    ),
)
