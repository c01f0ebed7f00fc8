"""gpt-oss: experts with biases, sliding layers between global ones, and a sink in each attention head."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import (
    context_length,
    emb_dim,
    head_dim,
    hidden_dim,
    n_active_experts,
    n_experts,
    n_global_layers,
    n_heads,
    n_kv_groups,
    n_labels,
    n_layers,
    sliding_window,
    vocab_size,
)
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Kind, Weight
from symbolic.networks.family import Family, Need, Option, Options, Pattern, Source
from symbolic.networks.layers.attention import grouped_query_attention
from symbolic.networks.layers.decoder import rms_decoder, sliding_and_global, tied_head, two_rms_norms
from symbolic.networks.layers.experts import BIASED_EXPERT_TENSORS, experts, router
from symbolic.networks.layers.heads import BARE, SEQUENCE, TOKEN, decoder_classes
from symbolic.networks.layers.patterns import FULL, SLIDING, count_types, every
from symbolic.networks.layers.tensors import ATTENTION, LLAMA

SINKS = Weight(
    "attention_sinks",
    _("attention sinks"),
    (n_heads,),
    Kind.VECTOR,
    about=_(
        "A head must share out all of its attention, even where no token has what it looks for. So each of the "
        "`n_heads` heads has one learned number that takes a part of the attention and passes nothing on."
    ),
)


def network(options: Options) -> Block:
    """gpt-oss model card, arXiv:2508.10925, §2."""
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
            extra=(SINKS,),
            window=window,
        ),
        router(emb_dim, n_experts, bias=True),
        experts(emb_dim, hidden_dim, n_experts, n_active_experts, bias=True),
        two_rms_norms(emb_dim),
        every=_("other"),
    )
    return rms_decoder("gpt-oss", vocab_size, emb_dim, stacks, options)


def count(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, int]:
    """Listed, or every second layer is global."""
    listed = count_types(values, sizes, {SLIDING: None, FULL: n_global_layers})
    return listed or {n_global_layers: every(2, sizes["n_layers"])}


FAMILY = Family(
    name="gpt_oss",
    title="gpt-oss",
    about="OpenAI's open-weight models gpt-oss-20b and gpt-oss-120b",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: Need.OPTIONAL,
        emb_dim: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        n_global_layers: Need.PATTERN,
        n_experts: Need.REQUIRED,
        n_active_experts: Need.REQUIRED,
        hidden_dim: Need.REQUIRED,
        sliding_window: 128,
        n_kv_groups: 8,
        head_dim: 64,
    },
    network=network,
    options=(
        Option(
            "attention_bias",
            default=True,
            meaning=_("the attention's matrices get a bias each"),
            without=_("the attention's matrices have no biases"),
        ),
        tied_head(default=False),
        decoder_classes("GptOssForCausalLM", BARE, SEQUENCE, TOKEN),
    ),
    marks=frozenset({"n_experts"}),
    pattern=Pattern(("layer_types",), count),
    multiples=((n_heads, n_kv_groups),),
    at_most=((n_active_experts, n_experts),),
    model_types=("gpt_oss",),
    model_class="GptOssForCausalLM",
    tensors={**LLAMA, **BIASED_EXPERT_TENSORS, "attention_sinks": f"{ATTENTION}.sinks"},
    sources=(
        Source("OpenAI 2025, gpt-oss-120b & gpt-oss-20b Model Card", "https://arxiv.org/abs/2508.10925"),
        Source(
            "Xiao et al. 2023, Efficient Streaming Language Models with Attention Sinks",
            "https://arxiv.org/abs/2309.17453",
        ),
        Source("Ainslie et al. 2023, GQA", "https://arxiv.org/abs/2305.13245"),
    ),
)
