"""Qwen2 and Qwen2.5: Llama with biases on queries, keys and values only."""

from __future__ import annotations

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
from symbolic.language import Sentences
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Options, Source
from symbolic.networks.layers.attention import ABOUT, grouped_query_attention
from symbolic.networks.layers.decoder import rms_decoder, tied_head, two_rms_norms
from symbolic.networks.layers.feed_forward import swiglu
from symbolic.networks.layers.heads import BARE, SEQUENCE, SPAN, TOKEN, decoder_classes
from symbolic.networks.layers.tensors import LLAMA
from symbolic.networks.layers.windows import PATTERN, WINDOWS, stack

BIASES = _("Queries, keys and values get a bias in this family; the output projection does not.")


def network(options: Options) -> Block:
    """Yang et al. 2024, arXiv:2407.10671, §2.2."""
    layers = stack(
        options,
        lambda window: grouped_query_attention(
            emb_dim,
            n_heads,
            n_kv_groups,
            head_dim,
            window=window,
            qkv_bias=True,
            about=Sentences(ABOUT, BIASES),
        ),
        swiglu(emb_dim, hidden_dim),
        two_rms_norms(emb_dim),
    )
    return rms_decoder("Qwen2", vocab_size, emb_dim, layers, options)


FAMILY = Family(
    name="qwen2",
    title="Qwen2",
    about="Alibaba's dense Qwen2 and Qwen2.5 models",
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
        n_kv_groups: 32,
        head_dim: emb_dim / n_heads,
    },
    network=network,
    options=(
        WINDOWS,
        tied_head(default=False),
        decoder_classes("Qwen2ForCausalLM", BARE, SEQUENCE, TOKEN, SPAN),
    ),
    marks=frozenset({"use_sliding_window", "max_window_layers"}),
    pattern=PATTERN,
    if_null={n_kv_groups: n_heads, head_dim: Need.REQUIRED},
    multiples=((n_heads, n_kv_groups),),
    model_types=("qwen2",),
    model_class="Qwen2ForCausalLM",
    tensors=LLAMA,
    sources=(
        Source("Yang et al. 2024, Qwen2 Technical Report", "https://arxiv.org/abs/2407.10671"),
        Source("Qwen Team 2024, Qwen2.5 Technical Report", "https://arxiv.org/abs/2412.15115"),
        Source("Ainslie et al. 2023, GQA", "https://arxiv.org/abs/2305.13245"),
    ),
)
