"""OLMo 2: Llama whose norms stand behind attention and feed-forward network, with norms on queries and keys."""

from __future__ import annotations

from symbolic.formulas.vocabulary import (
    context_length,
    emb_dim,
    head_dim,
    hidden_dim,
    n_heads,
    n_kv_groups,
    n_labels,
    n_layers,
    vocab_size,
)
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Norms
from symbolic.networks.family import Family, Need, Options, Source
from symbolic.networks.layers.attention import grouped_query_attention, projection_norms
from symbolic.networks.layers.decoder import ATTENTION_BIAS, layer, rms_decoder, tied_head
from symbolic.networks.layers.feed_forward import swiglu
from symbolic.networks.layers.heads import BARE, SEQUENCE, decoder_classes
from symbolic.networks.layers.norm import rms_norm
from symbolic.networks.layers.tensors import LAYER, LLAMA

NORMS_BEHIND = _(
    "Two norms keep the numbers at a common size. Here one comes after the attention and one after the "
    "feed-forward network; most models have them before. "
    "An RMS norm has one factor for each of the `emb_dim` numbers and no shift."
)


def network(options: Options) -> Block:
    """OLMo Team 2025, arXiv:2501.00656."""
    bias = bool(options["attention_bias"])
    transformer_layer = layer(
        n_layers,
        grouped_query_attention(
            emb_dim,
            n_heads,
            n_kv_groups,
            head_dim,
            qkv_bias=bias,
            output_bias=bias,
            norms=projection_norms(n_heads, n_kv_groups, head_dim),
        ),
        swiglu(emb_dim, hidden_dim),
        rms_norm("rms_norms", _("RMS norms"), emb_dim, about=NORMS_BEHIND, copies=2),
        norms=Norms.WITHIN,
    )
    return rms_decoder("OLMo 2", vocab_size, emb_dim, (transformer_layer,), options)


FAMILY = Family(
    name="olmo2",
    title="OLMo 2",
    about="the Allen Institute's OLMo 2 models",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: Need.OPTIONAL,
        emb_dim: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        hidden_dim: Need.REQUIRED,
        n_kv_groups: n_heads,
        head_dim: emb_dim / n_heads,
    },
    network=network,
    options=(
        ATTENTION_BIAS,
        tied_head(default=False),
        decoder_classes("Olmo2ForCausalLM", BARE, SEQUENCE),
    ),
    if_null={head_dim: Need.REQUIRED},
    multiples=((n_heads, n_kv_groups),),
    model_types=("olmo2",),
    model_class="Olmo2ForCausalLM",
    tensors={
        **LLAMA,
        "query_norm_scale": f"{LAYER}.self_attn.q_norm.weight",
        "key_norm_scale": f"{LAYER}.self_attn.k_norm.weight",
        "rms_norms/scale": (
            f"{LAYER}.post_attention_layernorm.weight",
            f"{LAYER}.post_feedforward_layernorm.weight",
        ),
    },
    sources=(
        Source("OLMo Team 2025, 2 OLMo 2 Furious", "https://arxiv.org/abs/2501.00656"),
        Source("Shazeer 2020, GLU Variants Improve Transformer", "https://arxiv.org/abs/2002.05202"),
        Source("Zhang and Sennrich 2019, Root Mean Square Layer Normalization", "https://arxiv.org/abs/1910.07467"),
    ),
)
