"""Qwen3: Llama with a head width of its own, and norms on each head's query and key. The book's Qwen3Model too."""

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
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Option, Options, Source
from symbolic.networks.layers.attention import grouped_query_attention, head_norms
from symbolic.networks.layers.decoder import ATTENTION_BIAS, rms_decoder, tied_head, two_rms_norms
from symbolic.networks.layers.feed_forward import swiglu
from symbolic.networks.layers.heads import BARE, SEQUENCE, SPAN, TOKEN, decoder_classes
from symbolic.networks.layers.tensors import LLAMA
from symbolic.networks.layers.windows import PATTERN, WINDOWS, stack


def network(options: Options) -> Block:
    """Qwen3 technical report, arXiv:2505.09388, §2."""
    bias = bool(options["attention_bias"])
    layers = stack(
        options,
        lambda window: grouped_query_attention(
            emb_dim,
            n_heads,
            n_kv_groups,
            head_dim,
            window=window,
            qkv_bias=bias,
            output_bias=bias,
            norms=head_norms(head_dim) if options["qk_norm"] else (),
        ),
        swiglu(emb_dim, hidden_dim),
        two_rms_norms(emb_dim),
    )
    return rms_decoder("Qwen3", vocab_size, emb_dim, layers, options)


FAMILY = Family(
    name="qwen3",
    title="Qwen3",
    about="Alibaba's dense Qwen3 models, and the book's Qwen3Model",
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
        head_dim: 128,
    },
    network=network,
    options=(
        WINDOWS,
        ATTENTION_BIAS,
        Option(
            "qk_norm",
            default=True,
            meaning=_("queries and keys are normalised before they are compared"),
            without=_("queries and keys are compared as they are, without a norm"),
            aliases=("use_qk_norm",),
            in_class=False,
        ),
        tied_head(default=False),
        decoder_classes("Qwen3ForCausalLM", BARE, SEQUENCE, TOKEN, SPAN),
    ),
    marks=frozenset({"qk_norm", "head_dim", "use_sliding_window", "max_window_layers"}),
    pattern=PATTERN,
    if_null={n_kv_groups: n_heads},
    multiples=((n_heads, n_kv_groups),),
    model_types=("qwen3",),
    model_class="Qwen3ForCausalLM",
    tensors=LLAMA,
    sources=(
        Source("Qwen Team 2025, Qwen3 Technical Report", "https://arxiv.org/abs/2505.09388"),
        Source("Ainslie et al. 2023, GQA", "https://arxiv.org/abs/2305.13245"),
        Source(
            "Raschka 2025, Qwen3 From Scratch, QWEN3_CONFIG",
            "https://github.com/rasbt/LLMs-from-scratch",
        ),
    ),
)
