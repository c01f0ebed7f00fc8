"""Training FLOPs: forward, and backward at twice the cost, for one step of training."""

from __future__ import annotations

from symbolic.formulas.formula import Formula, Number, Product
from symbolic.formulas.vocabulary import batch_size, context, target_tokens, tokens
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring.conventions import Convention, everything, named
from symbolic.measuring.products import in_layer, is_product, operations, per_parameter
from symbolic.measuring.quantity import Quantity, Result, copied
from symbolic.networks.blocks import Contraction, Leaf
from symbolic.networks.family import Source

NAME = "training-flops"
PASSES, AGAIN = 3, 4
"""The backward pass takes two products for each one of the forward pass; what is computed again is one more."""


def _palm(leaf: Leaf) -> Formula | None:
    """6N + 12 L H Q T a token: N without the position table, attention's products with all pairs."""
    if isinstance(leaf.part, Contraction):
        return Product((Number(6), copied(leaf.part.copies, leaf.part.axes))) if leaf.role == "attention" else None
    return None if leaf.role == "position" else per_parameter(leaf, 6)


QUANTITY = Quantity(
    name=NAME,
    title=_("Training FLOPs"),
    unit=unit("FLOP", "FLOPs"),
    measure=lambda leaf: operations(leaf, (PASSES, 2)),
    conventions=named(
        Convention(
            "products",
            _(
                "three times the forward products: once forward, and twice backward, for the gradients of the two "
                "things that were multiplied"
            ),
            everything,
            active_only=True,
        ),
        Convention(
            "masked",
            _(
                "the same, but in attention only half of the pairs of tokens, since no token looks at later ones, "
                "and in a sliding layer at most as many for each token as the window has"
            ),
            everything,
            active_only=True,
            measure=lambda leaf: operations(leaf, (PASSES, 2), masked=True),
        ),
        Convention(
            "selective-recomputation",
            _("the products, with attention's scores and mixing computed a second time on the way back"),
            everything,
            active_only=True,
            measure=lambda leaf: operations(leaf, (AGAIN if is_product(leaf) else PASSES, 2)),
        ),
        Convention(
            "full-recomputation",
            _("the products, with all those of the layers computed a second time on the way back"),
            everything,
            active_only=True,
            measure=lambda leaf: operations(leaf, (AGAIN if in_layer(leaf) else PASSES, 2)),
            source=_("Narayanan et al. 2021, arXiv:2104.04473, appendix"),
        ),
        Convention(
            "6N",
            _("six operations for each parameter and token: the rule of thumb"),
            everything,
            active_only=True,
            measure=lambda leaf: per_parameter(leaf, 6),
            source=_("Kaplan et al. 2020, arXiv:2001.08361, §2.1, there without embeddings"),
        ),
        Convention(
            "palm",
            _(
                "six for each parameter outside the position table, and three times attention's products with all "
                "pairs: 6N + 12LHQT for a token, in the letters of the paper"
            ),
            everything,
            active_only=True,
            measure=_palm,
            source=_("Chowdhery et al. 2022, arXiv:2204.02311, appendix B"),
        ),
    ),
    inputs={batch_size: 1, tokens: 1024, context: tokens, target_tokens: tokens},
    times=batch_size,
    of_training=True,
    results=(
        Result(
            _("FLOPs for a token"),
            _("For each token that the model is trained on."),
            unit("FLOP", "FLOPs"),
            lambda totals: totals[NAME] / (batch_size * tokens),
        ),
    ),
    lacking=_("no matrix that tokens are multiplied with"),
    sources=(
        Source("Kaplan et al. 2020, Scaling Laws for Neural Language Models", "https://arxiv.org/abs/2001.08361"),
        Source(
            "Chowdhery et al. 2022, PaLM: Scaling Language Modeling with Pathways, appendix B",
            "https://arxiv.org/abs/2204.02311",
        ),
        Source(
            "Narayanan et al. 2021, Efficient Large-Scale Language Model Training on GPU Clusters Using Megatron-LM",
            "https://arxiv.org/abs/2104.04473",
        ),
        Source(
            "Korthikanti et al. 2022, Reducing Activation Recomputation in Large Transformer Models",
            "https://arxiv.org/abs/2205.05198",
        ),
    ),
)
