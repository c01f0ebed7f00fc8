"""Gemma 3's language model: five sliding layers to each global one, and norms on queries and keys. The book's too."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.errors import ConfigError
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
from symbolic.networks.family import Family, Need, Option, Options, Pattern, Place, Source
from symbolic.networks.layers.attention import grouped_query_attention, head_norms
from symbolic.networks.layers.decoder import ATTENTION_BIAS, four_rms_norms, rms_decoder, sliding_and_global, tied_head
from symbolic.networks.layers.feed_forward import swiglu
from symbolic.networks.layers.heads import classes
from symbolic.networks.layers.patterns import FULL, SLIDING, count_types, every, listed_place, whole_number
from symbolic.networks.layers.tensors import FOUR_NORMS, LLAMA

STEP = "sliding_window_pattern"


def network(options: Options) -> Block:
    """Gemma Team 2025, arXiv:2503.19786, §2."""
    bias = bool(options["attention_bias"])
    stacks = sliding_and_global(
        n_layers,
        n_global_layers,
        lambda window: grouped_query_attention(
            emb_dim,
            n_heads,
            n_kv_groups,
            head_dim,
            qkv_bias=bias,
            output_bias=bias,
            norms=head_norms(head_dim) if options["qk_norm"] else (),
            window=window,
        ),
        swiglu(emb_dim, hidden_dim),
        four_rms_norms(emb_dim),
        every=_("sixth"),
        norms=Norms.AROUND,
    )
    return rms_decoder("Gemma 3", vocab_size, emb_dim, stacks, options)


def count(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, int]:
    """Listed, or every sixth layer is global, or every nth as the config says."""
    if "vocab_size" not in values and "model_type" not in values:
        # Only a config of Hugging Face's leaves sizes to this family's defaults; without its model_type we would guess.
        raise ConfigError("neither vocab_size nor model_type is there; give one of them")
    listed = count_types(values, sizes, {SLIDING: None, FULL: n_global_layers})
    return listed or {n_global_layers: every(whole_number(values, STEP, 6), sizes["n_layers"])}


def places(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, Place]:  # noqa: ARG001
    """Return which layers are global: as `count` reads the config."""
    step = whole_number(values, STEP, 6)
    return {n_global_layers: listed_place(values, FULL) or (lambda layer: (layer + 1) % step == 0)}


FAMILY = Family(
    name="gemma3_text",
    title="Gemma 3",
    about="the language model of Google's Gemma 3, and the book's Gemma3Model",
    sizes={
        vocab_size: 262_208,
        context_length: Need.OPTIONAL,
        emb_dim: Need.REQUIRED,
        n_heads: 8,
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
        Option(
            "qk_norm",
            default=True,
            meaning=_("queries and keys are normalised before they are compared"),
            without=_("queries and keys are compared as they are, without a norm"),
            in_class=False,
        ),
        tied_head(default=True),
        classes("Gemma3ForCausalLM", "Gemma3TextModel", "Gemma3TextForSequenceClassification"),
    ),
    marks=frozenset(
        {"layer_types", "sliding_window", STEP, "query_pre_attn_scalar", "rope_local_base", "rope_local_base_freq"}
    ),
    pattern=Pattern(("layer_types", STEP, f"_{STEP}"), count, places),
    fixed={"use_bidirectional_attention": False},
    # The class asks for it even beside a head width of its own.
    multiples=((n_heads, n_kv_groups), (emb_dim, n_heads)),
    model_types=("gemma3_text",),
    model_class="Gemma3ForCausalLM",
    tensors={**LLAMA, **FOUR_NORMS},
    sources=(
        Source("Gemma Team 2025, Gemma 3 Technical Report", "https://arxiv.org/abs/2503.19786"),
        Source("Beltagy et al. 2020, Longformer: The Long-Document Transformer", "https://arxiv.org/abs/2004.05150"),
        Source("Ainslie et al. 2023, GQA", "https://arxiv.org/abs/2305.13245"),
        Source(
            "Raschka 2025, Gemma 3 270M From Scratch, GEMMA3_CONFIG_270M",
            "https://github.com/rasbt/LLMs-from-scratch",
        ),
    ),
)
