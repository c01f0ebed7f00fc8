"""Llama: RMSNorm, rotary positions (computed, not learned), SwiGLU, no biases, a head of its own."""

from __future__ import annotations

from symbolic.architecture import Architecture, Block, Need, Option, Options, Source
from symbolic.layers.attention import grouped_query_attention
from symbolic.layers.embedding import output_head, token_embedding
from symbolic.layers.feed_forward import swiglu
from symbolic.layers.norm import rms_norm
from symbolic.vocabulary import (
    context_length,
    emb_dim,
    head_dim,
    hidden_dim,
    n_heads,
    n_kv_groups,
    n_layers,
    vocab_size,
)


def network(options: Options) -> Block:
    """Touvron et al. 2023, arXiv:2307.09288, §2.2."""
    return Block(
        "Llama",
        role="model",
        parts=(
            token_embedding(vocab_size, emb_dim),
            Block(
                "transformer layer",
                role="layer",
                about="The `n_layers` layers all have the same shape, and each has weights of its own. "
                "So we count one layer and multiply. Positions need no table here: "
                "they are worked into queries and keys by a fixed rotation.",
                repeat=n_layers,
                parts=(
                    grouped_query_attention(emb_dim, n_heads, n_kv_groups, head_dim),
                    swiglu(emb_dim, hidden_dim),
                    rms_norm(
                        "RMS norms",
                        emb_dim,
                        about="Two norms keep the numbers at a common size: one before the attention, one before the "
                        "feed-forward network. An RMS norm has one factor for each of the `emb_dim` numbers and no "
                        "shift.",
                        copies=2,
                    ),
                ),
            ),
            rms_norm("final RMS norm", emb_dim, about="One more norm behind the last layer."),
            output_head(emb_dim, vocab_size, tied=bool(options["tied_head"])),
        ),
    )


ARCHITECTURE = Architecture(
    name="llama",
    title="Llama",
    about="Meta's Llama 1, 2 and 3, and the many models that use its config",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: Need.OPTIONAL,
        emb_dim: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        hidden_dim: Need.REQUIRED,
        n_kv_groups: n_heads,
        head_dim: emb_dim / n_heads,
    },
    network=network,
    options=(
        Option(
            "tied_head",
            default=False,
            meaning="the output head uses the token embedding's table",
            aliases=("tie_word_embeddings",),
        ),
    ),
    marks=frozenset({"hidden_dim"}),
    fixed={"attention_bias": False, "mlp_bias": False},
    model_types=("llama",),
    sources=(
        Source(
            "Touvron et al. 2023, Llama 2: Open Foundation and Fine-Tuned Chat Models",
            "https://arxiv.org/abs/2307.09288",
        ),
        Source("Shazeer 2020, GLU Variants Improve Transformer", "https://arxiv.org/abs/2002.05202"),
        Source("Zhang and Sennrich 2019, Root Mean Square Layer Normalization", "https://arxiv.org/abs/1910.07467"),
        Source("Ainslie et al. 2023, GQA", "https://arxiv.org/abs/2305.13245"),
        Source(
            "Raschka 2024, Converting a From-Scratch GPT Architecture to Llama 2",
            "https://github.com/rasbt/LLMs-from-scratch",
        ),
    ),
)
