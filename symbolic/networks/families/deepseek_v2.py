"""DeepSeek-V2: latent attention, many small experts, and shared ones that work on every token."""

from __future__ import annotations

from symbolic.formulas.vocabulary import (
    context_length,
    emb_dim,
    expert_dim,
    hidden_dim,
    kv_lora_rank,
    n_active_experts,
    n_dense_layers,
    n_experts,
    n_heads,
    n_labels,
    n_layers,
    n_shared_experts,
    q_lora_rank,
    qk_nope_head_dim,
    qk_rope_head_dim,
    v_head_dim,
    vocab_size,
)
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Option, Options, Source
from symbolic.networks.layers.decoder import ATTENTION_BIAS, rms_decoder, tied_head
from symbolic.networks.layers.expert_pattern import behind_the_first
from symbolic.networks.layers.expert_stack import dense_and_expert_layers
from symbolic.networks.layers.experts import (
    EXPERT_TENSORS,
    dense_feed_forward,
    experts,
    router,
    shared_experts,
    shared_tensors,
)
from symbolic.networks.layers.heads import BARE, SEQUENCE, decoder_classes
from symbolic.networks.layers.latent_attention import (
    LATENT_HARMLESS,
    LATENT_TENSORS,
    SQUEEZED_QUERIES,
    latent_attention,
)
from symbolic.networks.layers.tensors import LLAMA


def network(options: Options) -> Block:
    """DeepSeek-AI 2024, DeepSeek-V2: A Strong, Economical, and Efficient Mixture-of-Experts Language Model, §2."""
    bias = bool(options["mlp_bias"])
    stacks = dense_and_expert_layers(
        latent_attention(squeezed_queries=bool(options["squeezed_queries"]), bias=bool(options["attention_bias"])),
        dense_feed_forward(emb_dim, hidden_dim, bias=bias),
        router(emb_dim, n_experts),
        experts(emb_dim, expert_dim, n_experts, n_active_experts),
        shared_experts(emb_dim, expert_dim, n_shared_experts, bias=bias),
        dense_first=True,
    )
    return rms_decoder("DeepSeek-V2", vocab_size, emb_dim, stacks, options)


FAMILY = Family(
    name="deepseek_v2",
    title="DeepSeek-V2",
    about="DeepSeek-V2 and its Lite version",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: Need.OPTIONAL,
        emb_dim: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        n_dense_layers: Need.PATTERN,
        n_experts: Need.REQUIRED,
        n_active_experts: Need.REQUIRED,
        n_shared_experts: 2,
        hidden_dim: Need.REQUIRED,
        expert_dim: Need.REQUIRED,
        q_lora_rank: 1536,
        kv_lora_rank: Need.REQUIRED,
        qk_nope_head_dim: 128,
        qk_rope_head_dim: 64,
        v_head_dim: 128,
    },
    network=network,
    options=(
        SQUEEZED_QUERIES,
        ATTENTION_BIAS,
        Option(
            "mlp_bias",
            default=False,
            meaning=_("the feed-forward matrices get a bias each, the experts' do not"),
            without=_("the feed-forward matrices have no biases"),
        ),
        tied_head(default=False),
        decoder_classes("DeepseekV2ForCausalLM", BARE, SEQUENCE),
    ),
    marks=frozenset({"kv_lora_rank", "n_experts"}),
    fixed={"moe_layer_freq": 1},
    harmless=LATENT_HARMLESS,
    pattern=behind_the_first(0),
    at_most=((n_active_experts, n_experts),),
    model_types=("deepseek_v2",),
    model_class="DeepseekV2ForCausalLM",
    tensors={**LLAMA, **LATENT_TENSORS, **EXPERT_TENSORS, **shared_tensors("shared_experts")},
    sources=(
        Source(
            "DeepSeek-AI 2024, DeepSeek-V2: A Strong, Economical, and Efficient Mixture-of-Experts Language Model",
            "https://arxiv.org/abs/2405.04434",
        ),
        Source("Dai et al. 2024, DeepSeekMoE", "https://arxiv.org/abs/2401.06066"),
    ),
)
