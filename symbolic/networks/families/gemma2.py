"""Gemma 2: four norms a layer, and every second layer looks at all tokens, the others at a window."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import (
    context_length,
    emb_dim,
    head_dim,
    hidden_dim,
    n_global_layers,
    n_heads,
    n_kv_groups,
    n_labels,
    n_layers,
    sliding_window,
    vocab_size,
)
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Norms
from symbolic.networks.family import Family, Need, Options, Pattern, Place, Source
from symbolic.networks.layers.attention import grouped_query_attention
from symbolic.networks.layers.decoder import ATTENTION_BIAS, four_rms_norms, rms_decoder, sliding_and_global, tied_head
from symbolic.networks.layers.feed_forward import swiglu
from symbolic.networks.layers.heads import BARE, SEQUENCE, TOKEN, decoder_classes
from symbolic.networks.layers.patterns import FULL, SLIDING, count_types, every, listed_place
from symbolic.networks.layers.tensors import FOUR_NORMS, LLAMA


def network(options: Options) -> Block:
    """Gemma Team 2024, arXiv:2408.00118, §2."""
    bias = bool(options["attention_bias"])
    stacks = sliding_and_global(
        n_layers,
        n_global_layers,
        lambda window: grouped_query_attention(
            emb_dim, n_heads, n_kv_groups, head_dim, qkv_bias=bias, output_bias=bias, window=window
        ),
        swiglu(emb_dim, hidden_dim),
        four_rms_norms(emb_dim),
        every=_("other"),
        norms=Norms.AROUND,
    )
    return rms_decoder("Gemma 2", vocab_size, emb_dim, stacks, options)


def count(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, int]:
    """Return how many layers are global: as listed, or every second one."""
    listed = count_types(values, sizes, {SLIDING: None, FULL: n_global_layers})
    return listed or {n_global_layers: every(2, sizes["n_layers"])}


def places(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, Place]:  # noqa: ARG001
    """Return which layers are global: as `count` reads the config."""
    return {n_global_layers: listed_place(values, FULL) or (lambda layer: (layer + 1) % 2 == 0)}


FAMILY = Family(
    name="gemma2",
    title="Gemma 2",
    about="Google's Gemma 2 models",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: Need.OPTIONAL,
        emb_dim: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        n_global_layers: Need.PATTERN,
        hidden_dim: Need.REQUIRED,
        sliding_window: 4096,
        n_kv_groups: 4,
        head_dim: 256,
    },
    network=network,
    options=(
        ATTENTION_BIAS,
        tied_head(default=True),
        decoder_classes("Gemma2ForCausalLM", BARE, SEQUENCE, TOKEN),
    ),
    marks=frozenset({"query_pre_attn_scalar", "attn_logit_softcapping", "final_logit_softcapping"}),
    pattern=Pattern(("layer_types",), count, places),
    fixed={"use_bidirectional_attention": False},
    # The class asks for it even beside a head width of its own.
    multiples=((n_heads, n_kv_groups), (emb_dim, n_heads)),
    model_types=("gemma2",),
    model_class="Gemma2ForCausalLM",
    tensors={**LLAMA, **FOUR_NORMS},
    sources=(
        Source(
            "Gemma Team 2024, Gemma 2: Improving Open Language Models at a Practical Size",
            "https://arxiv.org/abs/2408.00118",
        ),
        Source("Beltagy et al. 2020, Longformer: The Long-Document Transformer", "https://arxiv.org/abs/2004.05150"),
        Source("Ainslie et al. 2023, GQA", "https://arxiv.org/abs/2305.13245"),
    ),
)
