"""Training FLOPs: forward, and backward at twice the cost, for one step of training."""

from __future__ import annotations

from collections.abc import Callable

from symbolic.formulas.formula import Formula
from symbolic.formulas.vocabulary import batch_size, context, target_tokens, tokens, vocab_multiple
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring import for_a_token, frameworks, images, texts, usual
from symbolic.measuring.conventions import CHOSEN, NO_ATTENTION, Convention, everything, named
from symbolic.measuring.products import in_layer, is_product, operations, per_parameter, with_mask
from symbolic.measuring.quantity import Quantity
from symbolic.networks.family import QUOTED, Source
from symbolic.networks.walks import Leaf, has_experts

NAME = "training-flops"
PASSES, AGAIN = 3, 4
"""The backward pass takes two products for each one of the forward pass; what is computed again is one more."""


def _framework(name: str, says: str, measure: Callable[[Leaf], Formula | None], source: str) -> Convention:
    return Convention(
        name,
        says,
        everything,
        active_only=True,
        measure=measure,
        source=source,
        without_attention=NO_ATTENTION,
    )


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
        with_mask((PASSES, 2)),
        Convention(
            "selective-recomputation",
            _("the products, with those without weights computed a second time in the backward pass"),
            everything,
            active_only=True,
            of_attention=_(", such as attention's scores and mixing"),
            measure=lambda leaf: operations(leaf, (AGAIN if is_product(leaf) else PASSES, 2)),
        ),
        Convention(
            "full-recomputation",
            _("the products, with those of all layers computed a second time in the backward pass"),
            everything,
            active_only=True,
            measure=lambda leaf: operations(leaf, (AGAIN if in_layer(leaf) else PASSES, 2)),
            source=_("Narayanan et al. 2021, arXiv:2104.04473, appendix"),
        ),
        Convention(
            "6N",
            _(
                "six operations for each parameter and token, tables in which rows are only looked up among them: the "
                "rule of thumb"
            ),
            everything,
            active_only=True,
            of_experts=CHOSEN,
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
            measure=frameworks.palm,
            without_attention=NO_ATTENTION,
            source=_("Chowdhery et al. 2022, arXiv:2204.02311, appendix B; nanoGPT, estimate_mfu"),
        ),
        _framework(
            "llm-foundry",
            _(
                "six for each parameter, the position table among them, and three times attention's products with all "
                "pairs"
            ),
            frameworks.llm_foundry,
            _("MosaicML llm-foundry, scripts/train/benchmarking/README.md"),
        ),
        _framework(
            "kaplan",
            _("six for each number of a matrix outside the embeddings and the head, and no products of attention"),
            frameworks.kaplan,
            _("Kaplan et al. 2020, arXiv:2001.08361, §2.1 and table 1"),
        ),
        _framework(
            "megatron",
            _(
                "the products, in attention half of the pairs of tokens whatever the window; no router, the head with "
                "the vocabulary padded to a multiple of `vocab_multiple`, and six for each number of a latent's norm"
            ),
            frameworks.megatron,
            _("NVIDIA Megatron-LM, training.py, num_floating_point_operations"),
        ),
        _framework(
            "torchtitan",
            _(
                "six for each parameter but those of an embedding that the head does not share, and attention's "
                "products with all pairs, whatever the mask"
            ),
            frameworks.torchtitan,
            _("PyTorch torchtitan, models/utils.py"),
        ),
        _framework(
            "maxtext",
            _(
                "the products with matrices, routers and the head among them, and attention's with the mask; windows "
                "where other layers have none"
            ),
            frameworks.maxtext,
            _("MaxText, maxtext_utils.py, calculate_tflops_training_per_device"),
        ),
        _framework(
            "verl",
            _(
                "six for each number of the matrices, of the token table and of the head, as if a row were multiplied "
                "when it is looked up, and attention's products with the mask; windows where other layers have none"
            ),
            frameworks.verl,
            _("volcengine verl, utils/flops_counter.py at commit b178a3c; at d8ecee0, attention with all pairs"),
        ),
        Convention(
            "transformers",
            _(
                "six for each parameter outside the tables, and no products of tokens with tokens: what Trainer logs "
                "as total_flos"
            ),
            everything,
            of_experts=_("; all experts are among them"),
            measure=frameworks.transformers,
            source=_("Hugging Face transformers, Trainer.floating_point_ops"),
        ),
    ),
    inputs={
        batch_size: 1,
        tokens: usual.PASSING,
        context: tokens,
        target_tokens: tokens,
        **images.IMAGES,
        vocab_multiple: 128,
    },
    times=batch_size,
    of_training=True,
    results=(
        *images.results(NAME, _("For each token that the model is trained on.")),
        *for_a_token.results(
            NAME,
            lambda network: (
                _(
                    "Forward, a matrix takes 2 FLOPs for each of its numbers and each token; in training three times "
                    "as many. So all matrices together take six times this number for a token: with the output head, "
                    "and without tables in which rows are only looked up, biases and norms; of experts, those that a "
                    "token chooses. Products without weights (in attention: of tokens with tokens) come on top."
                )
                if has_experts(network)
                else _(
                    "Forward, a matrix takes 2 FLOPs for each of its numbers and each token; in training three times "
                    "as many. So all matrices together take six times this number for a token: with the output head, "
                    "and without tables in which rows are only looked up, biases and norms. Products without weights "
                    "(in attention: of tokens with tokens) come on top."
                )
            ),
        ),
    ),
    companions=for_a_token.COMPANIONS,
    lacking=_("no matrix that tokens are multiplied by"),
    fits=texts.trains,
    rules=texts.rules_of_training,
    sources=texts.works(
        Source(
            "Kaplan et al. 2020, Scaling Laws for Neural Language Models", "https://arxiv.org/abs/2001.08361", QUOTED
        ),
        Source(
            "Chowdhery et al. 2022, PaLM: Scaling Language Modeling with Pathways, appendix B",
            "https://arxiv.org/abs/2204.02311",
            QUOTED,
        ),
        Source(
            "Narayanan et al. 2021, Efficient Large-Scale Language Model Training on GPU Clusters Using Megatron-LM",
            "https://arxiv.org/abs/2104.04473",
            QUOTED,
        ),
        Source(
            "Korthikanti et al. 2022, Reducing Activation Recomputation in Large Transformer Models",
            "https://arxiv.org/abs/2205.05198",
            QUOTED,
        ),
        Source(
            "Austin et al. 2025, How to Scale Your Model, part 4",
            "https://jax-ml.github.io/scaling-book/transformers/",
            _("commit {commit}", commit="0819a7d"),
        ),
        Source(
            "llm-foundry, MPT Training Benchmarks",
            "https://github.com/mosaicml/llm-foundry/blob/main/scripts/train/benchmarking/README.md",
            _("commit {commit}", commit="061f2c7"),
            of="llm-foundry",
        ),
        Source(
            "nanoGPT, model.py",
            "https://github.com/karpathy/nanoGPT/blob/master/model.py",
            _("commit {commit}", commit="0011cd4"),
            of="palm",
        ),
        Source(
            "Megatron-LM, training.py",
            "https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/training/training.py",
            _("commit {commit}, {year}", commit="d98e8a6", year=2026),
            of="megatron",
        ),
        Source(
            "torchtitan, models/utils.py",
            "https://github.com/pytorch/torchtitan/blob/main/torchtitan/models/utils.py",
            _("commit {commit}, {year}", commit="b5bcd76", year=2026),
            of="torchtitan",
        ),
        Source(
            "MaxText, maxtext_utils.py",
            "https://github.com/AI-Hypercomputer/maxtext/blob/main/src/maxtext/utils/maxtext_utils.py",
            _("commit {commit}, {year}", commit="e591f30", year=2026),
            of="maxtext",
        ),
        Source(
            "verl, flops_counter.py",
            "https://github.com/volcengine/verl/blob/main/verl/utils/flops_counter.py",
            _("commit {commit}, {year}", commit="b178a3c", year=2026),
            of="verl",
        ),
        Source(
            "transformers, trainer.py",
            "https://github.com/huggingface/transformers/blob/main/src/transformers/trainer.py",
            "5.24.0",
            of="transformers",
        ),
    ),
)
