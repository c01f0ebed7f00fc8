"""Forward FLOPs: the multiplications and additions of one pass through the network."""

from __future__ import annotations

from symbolic.formulas.formula import Formula
from symbolic.formulas.vocabulary import batch_size, context, kv_lora_rank, target_tokens, tokens
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring import for_a_token, images, texts, usual
from symbolic.measuring.conventions import CHOSEN, NO_ATTENTION, Convention, everything, named
from symbolic.measuring.once import in_each_step
from symbolic.measuring.products import is_product, operations, per_parameter, with_mask
from symbolic.measuring.quantity import Quantity
from symbolic.networks.blocks import Kind, Weight
from symbolic.networks.family import QUOTED, Source
from symbolic.networks.walks import Leaf, has_experts, symbols

NAME = "forward-flops"
ABSORBED = "absorbed"
STEP = "one-step"


def _kaplan(leaf: Leaf) -> Formula | None:
    """2N + 2 n_layer n_ctx d_attn a token: N are the matrices without embeddings and head."""
    if leaf.role in ("embedding", "position", "head"):
        return None
    counted = is_product(leaf) or (isinstance(leaf.part, Weight) and leaf.part.kind is Kind.MATRIX)
    return operations(leaf, masked=True) if counted else None


QUANTITY = Quantity(
    name=NAME,
    title=_("Forward FLOPs"),
    unit=unit("FLOP", "FLOPs"),
    measure=operations,
    conventions=named(
        Convention(
            "products",
            _("two operations, a multiplication and an addition, for each step of each matrix product"),
            everything,
            active_only=True,
            of_attention=_(", with all pairs of tokens in attention"),
        ),
        with_mask(),
        Convention(
            ABSORBED,
            _(
                "the same, but where a latent is kept of each token, scores and mixing work on the latents themselves, "
                "as programs do that write text: keys and values of earlier tokens are not made again"
            ),
            everything,
            active_only=True,
            measure=lambda leaf: operations(leaf, absorbed=True),
            source=_("DeepSeek-AI 2024, arXiv:2405.04434, §2.1.2"),
            called=_("FLOPs of the step"),
        ),
        Convention(
            "without-attention-products",
            _("the products with weights only; some tools leave the others out and do not say so"),
            lambda leaf: not is_product(leaf),
            active_only=True,
            called=_("FLOPs of the matrices"),
        ),
        Convention(
            "without-head",
            _("all products but that of the output head"),
            lambda leaf: leaf.role != "head",
            active_only=True,
        ),
        Convention(
            "2N",
            _(
                "two operations for each parameter and token, tables in which rows are only looked up among them: the "
                "rule of thumb"
            ),
            everything,
            active_only=True,
            of_experts=CHOSEN,
            measure=lambda leaf: per_parameter(leaf, 2),
        ),
        Convention(
            "kaplan",
            _(
                "two for each number of a matrix outside the embeddings and the head, and attention's products with "
                "the mask"
            ),
            everything,
            active_only=True,
            measure=_kaplan,
            without_attention=NO_ATTENTION,
            source=_("Kaplan et al. 2020, arXiv:2001.08361, table 1"),
        ),
        Convention(
            "multiply-adds",
            _("each multiplication with its addition as one operation (MAC)"),
            everything,
            active_only=True,
            measure=lambda leaf: operations(leaf, ()),
            unit=unit("multiply-add", "multiply-adds"),
        ),
    ),
    unlisted=named(
        Convention(
            STEP,
            _(
                "the products of a step that writes text: it works on the latents where they are kept, and in a "
                "sliding layer on the tokens of the window alone"
            ),
            in_each_step,
            active_only=True,
            measure=lambda leaf: operations(leaf, written=True),
            called=_("FLOPs of the step"),
        ),
    ),
    inputs={
        batch_size: 1,
        tokens: usual.PASSING,
        context: tokens,
        target_tokens: tokens,
        **images.IMAGES,
    },
    times=batch_size,
    results=(
        *images.results(
            NAME,
            _(
                "On average over the tokens; where masked pairs are left out, a later token costs more than an earlier "
                "one."
            ),
        ),
        *for_a_token.results(
            NAME,
            lambda network: (
                _(
                    "A matrix takes 2 FLOPs for each of its numbers and each token, so all matrices together take "
                    "twice this number for a token: with the output head, and without tables in which rows are only "
                    "looked up, biases and norms; of experts, those that a token chooses. In training they take six "
                    "times this number for a token. Products without weights (in attention: of tokens with tokens) "
                    "come on top."
                )
                if has_experts(network)
                else _(
                    "A matrix takes 2 FLOPs for each of its numbers and each token, so all matrices together take "
                    "twice this number for a token: with the output head, and without tables in which rows are only "
                    "looked up, biases and norms. In training they take six times this number for a token. "
                    "Products without weights (in attention: of tokens with tokens) come on top."
                )
            ),
        ),
    ),
    companions=for_a_token.COMPANIONS,
    lacking=_("no matrix that tokens are multiplied by"),
    fits=texts.passes,
    rules=texts.rules_of_passing,
    sources=(
        *texts.works(
            Source(
                "Kaplan et al. 2020, Scaling Laws for Neural Language Models",
                "https://arxiv.org/abs/2001.08361",
                QUOTED,
            ),
            Source(
                "Austin et al. 2025, How to Scale Your Model, part 4",
                "https://jax-ml.github.io/scaling-book/transformers/",
                _("commit {commit}", commit="0819a7d"),
            ),
            Source("Karpathy, nanoGPT, transformer_sizing.ipynb", "https://github.com/karpathy/nanoGPT", _("in part")),
        ),
        Source(
            "DeepSeek-AI 2024, DeepSeek-V2: A Strong, Economical, and Efficient Mixture-of-Experts Language Model",
            "https://arxiv.org/abs/2405.04434",
            QUOTED,
            on=lambda network: kv_lora_rank in symbols(network),
        ),
    ),
)
