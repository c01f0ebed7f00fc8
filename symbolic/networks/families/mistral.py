"""Mistral: Llama with fewer key-value heads; in the first version a token looks only at a window of tokens."""

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
from symbolic.networks.layers.attention import grouped_query_attention
from symbolic.networks.layers.decoder import (
    NO_POSITIONS,
    SAME_SHAPE,
    WINDOWED,
    layer,
    rms_decoder,
    tied_head,
    two_rms_norms,
)
from symbolic.networks.layers.feed_forward import swiglu
from symbolic.networks.layers.heads import BARE, SEQUENCE, SPAN, TOKEN, decoder_classes
from symbolic.networks.layers.tensors import LLAMA

WINDOW = _(
    "Where the config sets a `sliding_window`, a token looks back only that far in each layer; that saves computing, "
    "not weights."
)


def network(options: Options) -> Block:
    """Jiang et al. 2023, arXiv:2310.06825, §2."""
    window = sliding_window if options["windowed"] else None
    transformer_layer = layer(
        n_layers,
        grouped_query_attention(emb_dim, n_heads, n_kv_groups, head_dim, window=window),
        swiglu(emb_dim, hidden_dim),
        two_rms_norms(emb_dim),
        about=Sentences(SAME_SHAPE, NO_POSITIONS, WINDOW),
    )
    return rms_decoder("Mistral", vocab_size, emb_dim, (transformer_layer,), options)


FAMILY = Family(
    name="mistral",
    title="Mistral",
    about="Mistral AI's dense models: Mistral 7B, Ministral, Mistral Small",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: Need.OPTIONAL,
        emb_dim: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        hidden_dim: Need.REQUIRED,
        sliding_window: 4096,
        n_kv_groups: 8,
        head_dim: emb_dim / n_heads,
    },
    network=network,
    options=(
        WINDOWED._replace(default=True),
        tied_head(default=False),
        decoder_classes("MistralForCausalLM", BARE, SEQUENCE, TOKEN, SPAN),
    ),
    multiples=((n_heads, n_kv_groups),),
    model_types=("mistral",),
    model_class="MistralForCausalLM",
    tensors=LLAMA,
    sources=(
        Source("Jiang et al. 2023, Mistral 7B", "https://arxiv.org/abs/2310.06825"),
        Source("Ainslie et al. 2023, GQA", "https://arxiv.org/abs/2305.13245"),
        Source("Shazeer 2020, GLU Variants Improve Transformer", "https://arxiv.org/abs/2002.05202"),
    ),
)
