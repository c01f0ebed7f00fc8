"""DeepSeek-V3: latent attention, many small experts, and shared ones that work on every token."""

from __future__ import annotations

from dataclasses import replace

from symbolic.formulas.formula import Number
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
    n_predict_layers,
    n_shared_experts,
    q_lora_rank,
    qk_nope_head_dim,
    qk_rope_head_dim,
    v_head_dim,
    vocab_size,
)
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Options, Source
from symbolic.networks.layers.decoder import ATTENTION_BIAS, rms_decoder, tied_head, two_rms_norms
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
from symbolic.networks.layers.heads import BARE, SEQUENCE, TOKEN, decoder_classes
from symbolic.networks.layers.in_files import prediction_layer
from symbolic.networks.layers.latent_attention import (
    LATENT_HARMLESS,
    LATENT_TENSORS,
    PREDICTING_KEYS,
    SQUEEZED_QUERIES,
    latent_attention,
)
from symbolic.networks.layers.tensors import LLAMA


def network(options: Options) -> Block:
    """DeepSeek-AI 2024, DeepSeek-V3 Technical Report, §2.1."""
    attention = latent_attention(
        squeezed_queries=bool(options["squeezed_queries"]), bias=bool(options["attention_bias"])
    )
    expert_parts = (
        router(emb_dim, n_experts, correction=True),
        experts(emb_dim, expert_dim, n_experts, n_active_experts),
        shared_experts(emb_dim, expert_dim, n_shared_experts),
    )
    dense = dense_feed_forward(emb_dim, hidden_dim)
    stacks = dense_and_expert_layers(attention, dense, *expert_parts, dense_first=True)
    model = rms_decoder("DeepSeek-V3", vocab_size, emb_dim, stacks, options)
    further = prediction_layer(attention, *expert_parts, two_rms_norms(emb_dim))
    return replace(model, beside=(further,))


FAMILY = Family(
    name="deepseek_v3",
    title="DeepSeek-V3",
    about="DeepSeek-V3 and R1, and the models that use its config, such as Kimi K2",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: Need.OPTIONAL,
        emb_dim: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        n_dense_layers: Need.PATTERN,
        n_predict_layers: 0,
        n_experts: Need.REQUIRED,
        n_active_experts: Need.REQUIRED,
        n_shared_experts: 1,
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
        tied_head(default=False),
        decoder_classes("DeepseekV3ForCausalLM", BARE, SEQUENCE, TOKEN),
    ),
    marks=frozenset({"kv_lora_rank", "n_experts"}),
    fixed={"moe_layer_freq": 1},
    aliases={n_predict_layers: PREDICTING_KEYS},
    if_null={n_predict_layers: Number(0)},
    harmless={key: why for key, why in LATENT_HARMLESS.items() if key not in PREDICTING_KEYS},
    pattern=behind_the_first(3),
    at_most=((n_active_experts, n_experts),),
    model_types=("deepseek_v3", "kimi_k2"),
    model_class="DeepseekV3ForCausalLM",
    tensors={**LLAMA, **LATENT_TENSORS, **EXPERT_TENSORS, **shared_tensors("shared_experts")},
    sources=(
        Source("DeepSeek-AI 2024, DeepSeek-V3 Technical Report", "https://arxiv.org/abs/2412.19437"),
        Source(
            "DeepSeek-AI 2024, DeepSeek-V2: A Strong, Economical, and Efficient Mixture-of-Experts Language Model",
            "https://arxiv.org/abs/2405.04434",
        ),
        Source("Dai et al. 2024, DeepSeekMoE", "https://arxiv.org/abs/2401.06066"),
    ),
)
