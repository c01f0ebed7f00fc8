"""Phi-3 and Phi-4: Llama whose code keeps query, key and value in one tensor, and gate and up in another."""

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
    sliding_window,
    vocab_size,
)
from symbolic.language import Sentences
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Options, Source
from symbolic.networks.layers.attention import ABOUT, grouped_query_attention
from symbolic.networks.layers.decoder import WINDOWED, layer, rms_decoder, tied_head, two_rms_norms
from symbolic.networks.layers.feed_forward import GATED, swiglu
from symbolic.networks.layers.heads import BARE, SEQUENCE, TOKEN, decoder_classes
from symbolic.networks.layers.tensors import ATTENTION, FEED_FORWARD, LLAMA

FUSED_ATTENTION = _(
    "Phi's code stores the query, key and value matrices as one tensor, `qkv_proj`, in which they lie side by side. "
    "The numbers are the same, so we count them one by one."
)
FUSED_FEED_FORWARD = _("Phi's code stores the gate and up matrices as one tensor too, `gate_up_proj`.")


def network(options: Options) -> Block:
    """Abdin et al. 2024, arXiv:2404.14219, §2."""
    window = sliding_window if options["windowed"] else None
    transformer_layer = layer(
        n_layers,
        grouped_query_attention(
            emb_dim, n_heads, n_kv_groups, head_dim, window=window, about=Sentences(ABOUT, FUSED_ATTENTION)
        ),
        swiglu(emb_dim, hidden_dim, about=Sentences(GATED, FUSED_FEED_FORWARD)),
        two_rms_norms(emb_dim),
    )
    return rms_decoder("Phi-3", vocab_size, emb_dim, (transformer_layer,), options)


FAMILY = Family(
    name="phi3",
    title="Phi-3",
    about="Microsoft's dense Phi-3, Phi-3.5 and Phi-4 models",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: Need.OPTIONAL,
        emb_dim: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        hidden_dim: Need.REQUIRED,
        sliding_window: Need.OPTIONAL,
        n_kv_groups: n_heads,
        head_dim: emb_dim / n_heads,
    },
    network=network,
    options=(
        WINDOWED,
        tied_head(default=False),
        decoder_classes("Phi3ForCausalLM", BARE, SEQUENCE, TOKEN),
    ),
    if_null={head_dim: Need.REQUIRED},
    multiples=((n_heads, n_kv_groups),),
    model_types=("phi3",),
    model_class="Phi3ForCausalLM",
    tensors={
        **LLAMA,
        "query_matrix": f"{ATTENTION}.qkv_proj.weight",
        "key_value_matrices": f"{ATTENTION}.qkv_proj.weight",
        "gate_up_matrices": f"{FEED_FORWARD}.gate_up_proj.weight",
    },
    sources=(
        Source("Abdin et al. 2024, Phi-3 Technical Report", "https://arxiv.org/abs/2404.14219"),
        Source("Abdin et al. 2024, Phi-4 Technical Report", "https://arxiv.org/abs/2412.08905"),
        Source("Shazeer 2020, GLU Variants Improve Transformer", "https://arxiv.org/abs/2002.05202"),
    ),
)
