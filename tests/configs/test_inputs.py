"""Configs in the files, formats and objects that people hold: Meta's, Megatron's, YAML, Python calls, dataclasses."""

import json
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import symbolic
from symbolic.cli import main

GPT2 = {"n_layer": 12, "n_head": 12, "n_embd": 768, "block_size": 1024, "vocab_size": 50257}
LLAMA = {
    "model_type": "llama",
    "vocab_size": 32000,
    "hidden_size": 4096,
    "intermediate_size": 11008,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
}
META = {"dim": 4096, "multiple_of": 256, "n_heads": 32, "n_layers": 32, "norm_eps": 1e-05, "vocab_size": 32000}
MISTRAL = {
    "dim": 4096,
    "n_layers": 32,
    "head_dim": 128,
    "hidden_dim": 14336,
    "n_heads": 32,
    "n_kv_heads": 8,
    "norm_eps": 1e-05,
    "vocab_size": 32000,
}
MAMBA = {"d_model": 768, "n_layer": 24, "vocab_size": 50277, "ssm_cfg": {}, "rms_norm": True, "fused_add_norm": True}
MEGATRON = {
    "num-layers": 32,
    "hidden-size": 4096,
    "ffn-hidden-size": 11008,
    "num-attention-heads": 32,
    "vocab-size": 32000,
    "swiglu": True,
    "normalization": "RMSNorm",
    "position-embedding-type": "rope",
    "untie-embeddings-and-output-weights": True,
    "disable-bias-linear": True,
}
GPT2_AS_MEGATRON = {
    "num_layers": 12,
    "hidden_size": 768,
    "ffn_hidden_size": 3072,
    "num_attention_heads": 12,
    "max_position_embeddings": 1024,
    "vocab_size": 50257,
}
FALCON_40B = {
    "model_type": "RefinedWeb",
    "architectures": ["RWForCausalLM"],
    "hidden_size": 8192,
    "n_layer": 60,
    "n_head": 128,
    "n_head_kv": 8,
    "vocab_size": 65024,
    "parallel_attn": True,
    "bias": False,
}
FALCON_7B = {
    "model_type": "RefinedWebModel",
    "hidden_size": 4544,
    "n_layer": 32,
    "n_head": 71,
    "vocab_size": 65024,
    "multi_query": True,
    "parallel_attn": True,
    "bias": False,
}
DISTILBERT = {
    "dim": 768,
    "hidden_dim": 3072,
    "n_layers": 6,
    "n_heads": 12,
    "max_position_embeddings": 512,
    "sinusoidal_pos_embds": True,
    "tie_weights_": True,
    "vocab_size": 28996,
}
NEOX = {
    "num-layers": 12,
    "hidden-size": 768,
    "num-attention-heads": 12,
    "vocab-size": 50277,
    "max-position-embeddings": 2048,
    "pos-emb": "rotary",
    "no-weight-tying": True,
    "gpt-j-residual": True,
}
OLMO = {
    "d_model": 4096,
    "n_heads": 32,
    "n_layers": 32,
    "mlp_hidden_size": 22016,
    "weight_tying": False,
    "rope": True,
    "include_bias": False,
    "layer_norm_type": "default",
    "layer_norm_with_affine": False,
    "vocab_size": 50280,
    "embedding_size": 50304,
}
OLMO_2 = {
    **OLMO,
    "layer_norm_type": "rms",
    "layer_norm_with_affine": True,
    "attention_layer_norm": True,
    "norm_after": True,
    "vocab_size": 100278,
    "embedding_size": 100352,
}
OPEN_LM = {
    "hidden_dim": 96, "n_layers": 8, "n_heads": 4, "seq_len": 2048, "vocab_size": 50432, "post_embed_norm": False,
    "weight_tying": False, "model_norm": "rms_norm", "qk_norm": False,
}  # fmt: skip
LENS = {
    "d_model": 768,
    "d_head": 64,
    "n_layers": 12,
    "n_ctx": 1024,
    "n_heads": 12,
    "d_mlp": 3072,
    "d_vocab": 50257,
    "act_fn": "gelu_new",
    "normalization_type": "LN",
    "positional_embedding_type": "standard",
}
GATED_LENS: dict[str, object] = {
    **LENS, "d_model": 4096, "d_head": 128, "n_layers": 32, "n_heads": 32, "d_mlp": 11008, "d_vocab": 32000,
    "act_fn": "silu", "normalization_type": "RMSPre", "positional_embedding_type": "rotary", "gated_mlp": True,
}  # fmt: skip

OPEN_CLIP = {"embed_dim": 512, "vision_cfg": {"patch_size": 32}, "text_cfg": {"layers": 12}}
DEEPSEEK: dict[str, object] = {
    # DeepSeek-V3 as the code beside its weights has it.
    "vocab_size": 129280, "dim": 7168, "inter_dim": 18432, "moe_inter_dim": 2048, "n_layers": 61, "n_dense_layers": 3,
    "n_heads": 128, "n_routed_experts": 256, "n_shared_experts": 1, "n_activated_experts": 8, "n_expert_groups": 8,
    "n_limited_groups": 4, "route_scale": 2.5, "score_func": "sigmoid", "q_lora_rank": 1536, "kv_lora_rank": 512,
    "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128, "dtype": "fp8",
}  # fmt: skip
MLC: dict[str, object] = {
    "version": "0.1.0", "model_type": "llama", "quantization": "q0f16", "vocab_size": 32000,
    "model_config": {**LLAMA, "position_embedding_base": 10000, "context_window_size": 4096, "head_dim": 128,
                     "prefill_chunk_size": 1024, "tensor_parallel_shards": 1, "max_batch_size": 80},
    "context_window_size": 4096, "prefill_chunk_size": 1024, "temperature": 0.6, "conv_template": {"name": "x"},
}  # fmt: skip
HPARAMS = {"n_vocab": 50257, "n_ctx": 1024, "n_embd": 768, "n_head": 12, "n_layer": 12}
DIMS = {"n_mels": 80, "n_audio_ctx": 1500, "n_audio_state": 384, "n_audio_head": 6, "n_audio_layer": 4,
        "n_vocab": 51865, "n_text_ctx": 448, "n_text_state": 384, "n_text_head": 6, "n_text_layer": 4}  # fmt: skip
FIRST_BERT = {"hidden_act": "gelu", "hidden_dropout_prob": 0.1, "hidden_size": 768, "initializer_range": 0.02,
              "intermediate_size": 3072, "max_position_embeddings": 512, "num_attention_heads": 12,
              "num_hidden_layers": 12, "type_vocab_size": 2, "vocab_size": 30522}  # fmt: skip
TIMM: dict[str, object] = {
    "architecture": "vit_base_patch16_224.augreg_in21k", "num_classes": 1000, "num_features": 768,
    "global_pool": "token", "pretrained_cfg": {"tag": "augreg_in21k", "input_size": [3, 224, 224]},
}  # fmt: skip


def keras(name: str, **config: object) -> dict[str, object]:
    """Return a config as KerasHub writes it."""
    shared = {"name": "backbone", "trainable": True, "dropout": 0, "layer_norm_epsilon": 1e-6}
    return {
        "module": "keras_hub.src.models",
        "class_name": name,
        "config": {**shared, **config},
        "registered_name": "x",
    }


KERAS_GPT2 = {"vocabulary_size": 50257, "num_layers": 12, "num_heads": 12, "hidden_dim": 768,
              "intermediate_dim": 3072, "max_sequence_length": 1024}  # fmt: skip
KERAS_GEMMA = {"vocabulary_size": 256000, "num_layers": 18, "num_query_heads": 8, "num_key_value_heads": 1,
               "hidden_dim": 2048, "intermediate_dim": 32768, "head_dim": 256}  # fmt: skip
KERAS_GEMMA_2 = {**KERAS_GEMMA, "num_layers": 26, "num_key_value_heads": 4, "hidden_dim": 2304,
                 "intermediate_dim": 18432, "use_post_ffw_norm": True, "use_post_attention_norm": True,
                 "use_sliding_window_attention": True, "sliding_window_size": 4096}  # fmt: skip
FOUNDRY: dict[str, object] = {
    # MPT 125M as llm-foundry trains it, with a table of positions, and the published MPT 7B.
    "name": "mpt_causal_lm", "init_device": "meta", "d_model": 768, "n_heads": 12, "n_layers": 12,
    "expansion_ratio": 4, "max_seq_len": 2048, "vocab_size": 50368, "attn_config": {"attn_impl": "flash"},
}  # fmt: skip
MPT = {**FOUNDRY, "d_model": 4096, "n_heads": 32, "n_layers": 32, "vocab_size": 50432, "no_bias": True,
       "attn_config": {"alibi": True}}  # fmt: skip
NANOTRON: dict[str, object] = {
    "is_llama_config": True, "hidden_size": 2048, "intermediate_size": 8192, "num_hidden_layers": 16,
    "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256, "tie_word_embeddings": True,
    "rope_interleaved": False, "z_loss_enabled": False,
}  # fmt: skip
NANOTRON_QWEN = {**{key: value for key, value in NANOTRON.items() if key != "is_llama_config"}, "is_qwen2_config": True}
LITGPT: dict[str, object] = {
    # What LitGPT writes of Llama 3.2 1B, without what it has as its code has it.
    "block_size": 131072, "vocab_size": 128000, "padded_vocab_size": 128256, "n_layer": 16, "n_embd": 2048,
    "n_head": 32, "n_query_groups": 8, "rotary_percentage": 1.0, "parallel_residual": False, "bias": False,
    "norm_class_name": "RMSNorm", "mlp_class_name": "LLaMAMLP", "intermediate_size": 8192,
}  # fmt: skip
LITGPT_NEOX: dict[str, object] = {
    "name": "pythia-14m", "hf_config": {"org": "EleutherAI", "name": "pythia-14m"}, "block_size": 512, "n_layer": 6,
    "n_embd": 128, "n_head": 4, "padding_multiple": 128,
}  # fmt: skip
MAXTEXT = {
    "decoder_block": "llama2",
    "base_emb_dim": 4096,
    "base_num_query_heads": 32,
    "base_num_kv_heads": 32,
    "base_mlp_dim": 11008,
    "base_num_decoder_layers": 32,
    "vocab_size": 32000,
}
MAXTEXT_GEMMA = {
    "decoder_block": "gemma2",
    "base_emb_dim": 2304,
    "base_num_query_heads": 8,
    "base_num_kv_heads": 4,
    "base_mlp_dim": 9216,
    "base_num_decoder_layers": 13,
    "head_dim": 256,
    "vocab_size": 256_000,
    "logits_via_embedding": True,
    "use_post_attn_norm": True,
    "use_post_ffw_norm": True,
}
MAXTEXT_DEEPSEEK = {
    "decoder_block": "deepseek",
    "attention_type": "mla",
    "base_emb_dim": 2048,
    "base_num_query_heads": 16,
    "base_num_kv_heads": 16,
    "base_mlp_dim": 10944,
    "base_moe_mlp_dim": 1408,
    "base_num_decoder_layers": 27,
    "first_num_dense_layers": 1,
    "num_experts": 64,
    "num_experts_per_tok": 6,
    "shared_experts": 2,
    "q_lora_rank": 0,
    "kv_lora_rank": 512,
    "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64,
    "v_head_dim": 128,
    "vocab_size": 102_400,
}


@pytest.mark.parametrize(
    ("config", "family", "total"),
    [
        (META, "llama", 6_738_415_616),
        ({**META, "dim": 8192, "n_layers": 80, "n_heads": 64, "n_kv_heads": 8, "multiple_of": 4096,
          "ffn_dim_multiplier": 1.3}, "llama", 68_976_648_192),
        ({**META, "dim": 16384, "n_layers": 126, "n_heads": 128, "n_kv_heads": 8, "multiple_of": 4096,
          "ffn_dim_multiplier": 1.2, "vocab_size": 128256}, "llama", 405_853_388_800),
        # llama2.c's smallest: its head is the token table.
        # What MLX made of it says its type, too.
        ({**META, "model_type": "llama"}, "llama", 6_738_415_616),
        ({"dim": 288, "n_layers": 6, "n_heads": 6, "vocab_size": 32000, "multiple_of": 32, "dropout": 0.0}, "llama",
         15_191_712),
        (MISTRAL, "mistral", 7_241_732_096),
        ({**MISTRAL, "moe": {"num_experts_per_tok": 2, "num_experts": 8}}, "mixtral", 46_702_792_704),
        (MAMBA, "mamba", 129_135_360),
        (MEGATRON, "llama", 6_738_415_616),
        ({**MEGATRON, "make-vocab-size-divisible-by": 128, "tensor-model-parallel-size": 8}, "llama",
         6_738_415_616 + 2 * 4096 * 768),
        # Where heads share keys and nothing says in how many groups, its command has one.
        ({**MEGATRON, "group-query-attention": True}, "llama", 6_738_415_616 - 32 * 2 * 4096 * (4096 - 128)),
        ({"num_layers": 12, "hidden_size": 768, "num_attention_heads": 12, "max_position_embeddings": 1024,
          "padded_vocab_size": 50304}, "gpt2", 124_475_904),
        ({**MEGATRON, "qk-layernorm": True, "num-query-groups": 8, "kv-channels": 128}, "qwen3",
         6_738_415_616 - 32 * (2 * 4096 * 3072 - 256)),
        ({**MEGATRON, "num-experts": 8, "moe-router-topk": 2, "ffn-hidden-size": 14336, "num-query-groups": 8},
         "mixtral", 46_702_792_704),
        ({"num_layers": 4, "hidden_size": 256, "num_attention_heads": 8, "num_query_groups": 2, "vocab_size": 1000,
          "ffn_hidden_size": 512, "activation": "fast-swiglu", "normalization": "rmsnorm", "bias": False,
          "share_embeddings_and_output_weights": False, "position_embedding_type": "rope"}, "llama", 2_742_528),
        # ChatGLM2 and Gemma 7B in NeMo's names: the published totals.
        ({"num_layers": 28, "hidden_size": 4096, "ffn_hidden_size": 13696, "num_attention_heads": 32,
          "num_query_groups": 2, "vocab_size": 65024, "normalization": "rmsnorm", "activation": "fast-swiglu",
          "bias": False, "qkv_bias": True, "position_embedding_type": "rope", "rotary_percentage": 0.5,
          "share_embeddings_and_output_weights": False}, "qwen2", 6_243_584_000),
        ({"num_layers": 28, "hidden_size": 3072, "ffn_hidden_size": 24576, "num_attention_heads": 16,
          "num_query_groups": 16, "kv_channels": 256, "vocab_size": 256000, "normalization": "rmsnorm",
          "activation": "geglu", "bias": False, "position_embedding_type": "rope",
          "transformer_block_type": "pre_ln"}, "llama", 8_537_680_896),
        # A network of TransformerLens's own has a head and its bias besides: GPT-2's sizes make 163,087,441 numbers.
        (LENS, "gpt2", 124_439_808 + 768 * 50257 + 50257),
        # One that was loaded is what was trained, whatever the file says of its head.
        ({**LENS, "original_architecture": "GPT2LMHeadModel", "tie_word_embeddings": False}, "gpt2", 124_439_808),
        ({**LENS, "act_fn": "relu", "original_architecture": "OPTForCausalLM"}, "opt", 124_439_808 + 2 * 768),
        ({**GATED_LENS, "original_architecture": "LlamaForCausalLM"}, "llama", 6_738_415_616),
        ({**GATED_LENS, "original_architecture": "MistralForCausalLM", "n_key_value_heads": 8, "d_mlp": 14336,
          "use_local_attn": True, "window_size": 4096}, "mistral", 7_241_732_096),
        ({**GATED_LENS, "original_architecture": "MixtralForCausalLM", "n_key_value_heads": 8, "d_mlp": 14336,
          "num_experts": 8, "experts_per_token": 2}, "mixtral", 46_702_792_704),
        ({**GATED_LENS, "d_model": 3072, "n_layers": 28, "n_heads": 16, "d_head": 256, "d_mlp": 24576,
          "d_vocab": 256000, "original_architecture": "GemmaForCausalLM"}, "gemma", 8_537_680_896),
        ({**GATED_LENS, "d_model": 2048, "n_layers": 16, "d_head": 64, "n_key_value_heads": 8, "d_mlp": 8192,
          "d_vocab": 128256, "original_architecture": "LlamaForCausalLM"}, "llama", 1_235_814_400),
        ({**LENS, "normalization_type": "LNPre", "original_architecture": "GPT2LMHeadModel"}, "gpt2", 124_439_808),
        # Published totals; their params.json doesn't say that the head is the token table.
        ({**META, "dim": 2048, "n_layers": 16, "n_kv_heads": 8, "ffn_dim_multiplier": 1.5, "vocab_size": 128256},
         "llama", 1_235_814_400),
        ({**META, "dim": 3072, "n_layers": 28, "n_heads": 24, "n_kv_heads": 8, "ffn_dim_multiplier": 1.0,
          "vocab_size": 128256}, "llama", 3_212_749_824),
        ({**MISTRAL, "tied_embeddings": True}, "mistral", 7_241_732_096 - 32000 * 4096),
        # What transformers' own classes have, FalconForCausalLM and DistilBertForMaskedLM.
        (FALCON_40B, "falcon", 41_303_293_952),
        (FALCON_7B, "falcon", 6_921_720_704),
        (DISTILBERT, "distilbert", 65_812_036),
        # Pythia 160M, OLMo 7B and OLMo 2 7B as published.
        (NEOX, "gpt_neox", 162_322_944),
        (OLMO, "olmo", 6_888_095_744),
        (OLMO_2, "olmo2", 7_298_617_344),
        # MLX's name for how numbers are stored.
        ({**OLMO_2, "quantization": {"bits": 4, "group_size": 64}}, "olmo2", 7_298_617_344),
        # OpenCLIP's own table of its models: 151.28, 4,581.09 and 427.94 million.
        (OPEN_CLIP, "clip", 151_277_313),
        ({"embed_dim": 1280, "vision_cfg": {"layers": 56, "width": 1792, "head_width": 112, "mlp_ratio": 8.5715,
          "patch_size": 14}, "text_cfg": {"width": 1280, "heads": 20, "layers": 36}}, "clip", 4_581_086_465),
        ({"embed_dim": 768, "quick_gelu": True, "vision_cfg": {"image_size": 336, "layers": 24, "width": 1024,
          "patch_size": 14}, "text_cfg": {"width": 768, "heads": 12}}, "clip", 427_944_193),
        (MAXTEXT, "llama", 6_738_415_616),
        # A whole file has what is off, too.
        ({**MAXTEXT, "base_moe_mlp_dim": -1, "attention_output_dim": -1, "mhc_expansion_rate": 1, "use_indexer": False,
          "num_experts": 1, "sliding_window_size": 0, "attention_type": "global"}, "llama", 6_738_415_616),
        (MAXTEXT_GEMMA, "gemma2", 2_614_341_888),
        (MAXTEXT_DEEPSEEK, "deepseek_v2", 15_706_484_224),
        ({**MAXTEXT, "decoder_block": "mixtral", "base_num_kv_heads": 8, "base_mlp_dim": 14336,
          "base_moe_mlp_dim": 14336, "num_experts": 8, "num_experts_per_tok": 2}, "mixtral", 46_702_792_704),
        # The totals of transformers' classes of the same models; OpenAI's own of Whisper has no table in its encoder.
        (DEEPSEEK, "deepseek_v3", 671_026_404_352),
        ({"dim": 2048, "inter_dim": 10944, "n_layers": 27, "n_heads": 16, "moe_inter_dim": 1408, "kv_lora_rank": 512,
          "mscale": 0.707}, "deepseek_v2", 15_706_484_224),
        (MLC, "llama", 6_738_415_616),
        ({**MLC, "model_type": "mistral", "sliding_window_size": -1}, "mistral", 6_738_415_616),
        (HPARAMS, "gpt2", 124_439_808),
        (DIMS, "whisper", 37_760_640),
        ({**DIMS, "model_type": "whisper", "quantization": {"bits": 4, "group_size": 64}}, "whisper", 37_760_640),
        (FIRST_BERT, "bert", 109_514_298),
        ({**FIRST_BERT, "pooler_type": "first_token_transform", "directionality": "bidi"}, "bert", 109_514_298),
        # timm's own table: 86.57, 22.05 and 304.72 million.
        (TIMM, "vit", 86_567_656),
        ({**TIMM, "architecture": "deit_small_patch16_224"}, "vit", 22_050_664),
        ({**TIMM, "architecture": "vit_large_patch16_224", "model_args": {"img_size": 384}}, "vit", 304_715_752),
        # The totals that KerasHub publishes with its presets.
        (keras("GPT2Backbone", **KERAS_GPT2), "gpt2", 124_439_808),
        (keras("GemmaBackbone", **KERAS_GEMMA), "gemma", 2_506_172_416),
        (keras("GemmaBackbone", **KERAS_GEMMA_2), "gemma2", 2_614_341_888),
        (keras("MistralBackbone", vocabulary_size=32000, num_layers=32, num_query_heads=32, num_key_value_heads=8,
               hidden_dim=4096, intermediate_dim=14336, rope_max_wavelength=10000), "mistral", 7_241_732_096),
        (keras("LlamaBackbone", vocabulary_size=32000, num_layers=32, num_query_heads=32, num_key_value_heads=32,
               hidden_dim=4096, intermediate_dim=11008), "llama", 6_738_415_616),
        (keras("BertBackbone", vocabulary_size=30522, num_layers=2, num_heads=2, hidden_dim=128, intermediate_dim=512,
               max_sequence_length=512, num_segments=2), "bert", 4_385_920),
        (FOUNDRY, "gpt2", 125_311_488),
        ({**FOUNDRY, "no_bias": True}, "gpt2", 125_209_344),
        ({key: value for key, value in FOUNDRY.items() if key != "attn_config"}, "gpt2", 125_311_488),
        (MPT, "mpt", 6_649_286_656),
        ({**MPT, "tie_word_embeddings": False}, "mpt", 6_649_286_656 + 50432 * 4096),
        # nanotron's code of Llama has no bias, whatever the config says; that of Qwen2 has what it says.
        (NANOTRON, "llama", 1_235_814_400),
        ({**NANOTRON, "attention_bias": True, "num_key_value_heads": None}, "llama", 1_235_814_400 + 16 * 6291456),
        ({**NANOTRON_QWEN, "attention_bias": False, "moe_config": None}, "llama", 1_235_814_400),
        ({**NANOTRON_QWEN, "attention_bias": True}, "qwen2", 1_235_814_400 + 16 * 3072),
        ({**NANOTRON_QWEN, "sliding_window_size": 4096}, "mistral", 1_235_814_400),
        # By hand: 2·50432·96 + 8·(4·96² + 3·96·256 + 2·96) + 96, and as many again where norms shift, too.
        (OPEN_LM, "llama", 10_569_312),
        ({**OPEN_LM, "model_norm": "default_layer_norm", "ffn_type": "swiglu_torch"}, "stablelm", 10_569_312 + 17 * 96),
        ({**OPEN_LM, "weight_tying": True}, "llama", 10_569_312 - 50432 * 96),
        # What LitGPT's own GPT has, of which the head is never the token table.
        (LITGPT, "llama", 1_235_814_400 + 128256 * 2048),
        ({**LITGPT, "attn_bias": True}, "qwen2", 1_235_814_400 + 128256 * 2048 + 16 * 3072),
        ({**LITGPT, "norm_qk": True}, "qwen3", 1_235_814_400 + 128256 * 2048 + 16 * 2 * 64),
        ({**LITGPT, "norm_class_name": "LayerNorm"}, "stablelm", 1_235_814_400 + 128256 * 2048 + 33 * 2048),
        ({**LITGPT, "norm_class_name": "LayerNorm", "name": "OLMo-x"}, "olmo",
         1_235_814_400 + 128256 * 2048 - 33 * 2048),
        ({**LITGPT, "sliding_window_size": 4096}, "mistral", 1_235_814_400 + 128256 * 2048),
        ({**LITGPT, "mlp_class_name": "LLaMAMoE", "n_expert": 4, "n_expert_per_token": 2}, "mixtral",
         1_235_814_400 + 128256 * 2048 + 16 * (3 * 3 * 2048 * 8192 + 4 * 2048)),
        (LITGPT_NEOX, "gpt_neox", 14_067_712),
        ({**LITGPT_NEOX, "shared_attention_norm": True, "lm_head_bias": True}, "phi", 14_067_712 - 6 * 256 + 50304),
        ({**LITGPT_NEOX, "bias": False}, "falcon", 14_067_712 - 6 * (3 * 128 + 128 + 512 + 128)),
    ],
)  # fmt: skip
def test_the_keys_of_other_programs_are_read(config: dict[str, object], family: str, total: int) -> None:
    model = symbolic.load(config, strict=True)
    assert (model.architecture.name, symbolic.explain(model).total) == (family, total)


def test_the_part_of_a_config_of_maxtext_that_sees_is_left_out_by_name() -> None:
    model = symbolic.load({**MAXTEXT, "hidden_size_for_vit": 1152, "num_hidden_layers_for_vit": 27})
    assert (symbolic.explain(model).total, list(model.left_out)) == (6_738_415_616, ["vision_config"])


def test_mistral_s_window_is_off_unless_it_is_given() -> None:
    cache = {
        window: symbolic.explain({**MISTRAL, **given}, "kv-cache", inputs={"context": 8192}).total
        for window, given in ((None, {}), (4096, {"sliding_window": 4096}))
    }
    assert cache == {None: 32 * 2 * 8 * 128 * 8192 * 2, 4096: 32 * 2 * 8 * 128 * 4095 * 2}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({**META, "vocab_size": -1}, "-1 leaves it to the tokenizer: give the number of tokens of its tokenizer.model"),
        ({**META, "ffn_dim_multiplier": "1.3"}, "ffn_dim_multiplier must be a number such as 1.3, got '1.3'"),
        ({**META, "multiple_of": 0}, "which must be whole numbers from 1 on"),
        ({**MAMBA, "ssm_cfg": {"layer": "Mamba2"}}, "these are the keys of Mamba's own format; ssm_cfg layer 'Mamba2'"),
        ({**MAMBA, "attn_layer_idx": [3]}, "these are the keys of Mamba's own format; attn_layer_idx [3]"),
        ({**MEGATRON, "normalization": "LayerNorm"}, "these are the keys of Megatron-LM; swiglu True"),
        (
            {**MEGATRON, "num-experts": 8, "moe-shared-expert-intermediate-size": 64},
            "moe_shared_expert_intermediate_size",
        ),
        ({**MEGATRON, "position-embedding-type": "alibi"}, "position_embedding_type 'alibi'"),
        ({**GPT2_AS_MEGATRON, "bias": False}, "biases False together are neither"),
        ({**GPT2_AS_MEGATRON, "activation": "fast-geglu"}, "swiglu True, rotary positions False"),
        ({**GPT2_AS_MEGATRON, "qk_layernorm": True}, "with norms on queries, together are neither"),
        ({**LENS, "normalization_type": "LNPre"}, "normalization_type 'LNPre' without original_architecture makes"),
        ({**LENS, "normalization_type": None}, "normalization_type None without original_architecture makes"),
        (GATED_LENS, "normalization_type 'RMSPre' without original_architecture makes"),
        ({**LENS, "original_architecture": "BertForMaskedLM"}, "'BertForMaskedLM' is none that we read from these"),
        ({**LENS, "original_architecture": "GPTJForCausalLM"}, "'GPTJForCausalLM' is none that we read from these"),
        # Whether its head is the token table, these keys don't say.
        ({**GATED_LENS, "original_architecture": "Qwen2ForCausalLM"}, "'Qwen2ForCausalLM' is none that we read from"),
        ({**LENS, "use_local_attn": True, "original_architecture": "GPT2LMHeadModel"}, "layers of two kinds"),
        ({**LENS, "use_local_attn": True}, "use_local_attn True without original_architecture makes a network"),
        ({**LENS, "gated_mlp": True, "original_architecture": "GPT2LMHeadModel"}, "gated_mlp True makes another"),
        (
            {**GATED_LENS, "use_qk_norm": True, "original_architecture": "LlamaForCausalLM"},
            "use_qk_norm True makes another network than LlamaForCausalLM",
        ),
        ({**LITGPT, "mlp_class_name": "DeepseekMoE"}, "mlp_class_name 'DeepseekMoE' is none of its classes"),
        ({**MEGATRON, "hybrid-override-pattern": "M-M*"}, "hybrid_override_pattern makes another network"),
        ({**LENS, "d_vocab_out": 10}, "d_vocab_out 10 is not d_vocab, 50257"),
        ({**LENS, "positional_embedding_type": "shortformer"}, "positional_embedding_type 'shortformer' without"),
        ({**LENS, "attn_only": True}, "these are the keys of TransformerLens; attn_only true"),
        ({key: size for key, size in GPT2.items() if key != "vocab_size"}, "gpt2 needs vocab_size; the config has"),
        ({"peft_type": "LORA", "r": 32, "base_model_name_or_path": "base"}, "of the model that they adapt ('base')"),
        ({"colour": 1, "shape": 2}, "none of its keys is a size of a network; the config has colour, shape"),
        (
            {"architectures": ["Unheard"], "hidden_size": 64},
            "no family's class is called 'Unheard', and these keys are",
        ),
        (
            {"_class_name": "FluxTransformer2DModel", "num_attention_heads": 24, "num_layers": 19},
            "is a class of diffusers",
        ),
        (
            {"hidden_dim": 768, "intermediate_dim": 3072, "num_layers": 12, "num_heads": 12, "vocabulary_size": 50257},
            "no family has these keys; the config has hidden_dim, intermediate_dim",
        ),
        ({"hidden_size": 1, "n_embd": 2}, "no family has these keys; the config has hidden_size, n_embd"),
        ({**FALCON_40B, "parallel_attn": False}, "the code of RefinedWeb knows parallel_attn true only, got False"),
        (
            {key: value for key, value in FALCON_7B.items() if key != "bias"},
            "these are the keys of the first Falcons; say what bias is",
        ),
        # The original transformer's sizes, whose feed-forward network has two matrices, not Llama's three.
        (
            {"vocab_size": 32000, "d_model": 256, "n_layers": 4, "n_heads": 4, "d_ff": 1024},
            "these keys are those of many families",
        ),
        ({key: value for key, value in NEOX.items() if key != "vocab-size"}, "GPT-NeoX; they leave the vocabulary to"),
        ({**NEOX, "pos-emb": "learned"}, "pos_emb 'learned' makes another network than GPT-NeoX"),
        ({**NEOX, "attention-config": [[["mamba"], 12]]}, "attention_config has layers of another kind"),
        ({**OLMO, "activation_type": "gelu"}, "activation_type 'gelu' makes another network than OLMo's"),
        ({**OLMO, "attention_layer_norm": True}, "neither OLMo's norms (default, false, false) nor OLMo 2's"),
        (
            {**LITGPT, "bias": True, "norm_qk": True},
            "these are the keys of LitGPT; bias or attn_bias makes",
        ),
        ({**LITGPT, "post_mlp_norm": True}, "post_mlp_norm True beside the other keys makes a network that no known"),
        (
            {**LITGPT, "attn_bias": True, "head_size": 128},
            "head_size 128 times n_head 32 is not n_embd 2048",
        ),
        ({**LITGPT, "intermediate_size": None}, "mlp_class_name 'LLaMAMLP' needs intermediate_size"),
        (
            {**LITGPT, "n_layer": "16", "sliding_window_size": 8, "sliding_window_indices": [1]},
            "n_layer must be a whole",
        ),
        (
            {**LITGPT_NEOX, "parallel_residual": False, "bias": False},
            "are neither GPT-NeoX's blocks nor Phi's",
        ),
        ({**OPEN_CLIP, "vision_cfg": {"layers": [3, 4, 6, 3]}}, "vision_cfg: layers [3, 4, 6, 3] make a ResNet"),
        ({**OPEN_CLIP, "text_cfg": {"hf_model_name": "roberta-base"}}, "text_cfg: hf_model_name 'roberta-base' makes"),
        ({**OPEN_CLIP, "multimodal_cfg": {"layers": 12}}, "these are the keys of OpenCLIP; multimodal_cfg makes CoCa"),
        ({**MAXTEXT, "decoder_block": "llama4"}, "these are the keys of MaxText; decoder_block 'llama4' is none that"),
        ({**MAXTEXT, "use_qk_norm": True}, "use_qk_norm True makes another network than that of llama2"),
        ({**MAXTEXT, "decoder_block": "qwen3"}, "use_qk_norm False, which MaxText takes where nothing is said, makes"),
        ({**MAXTEXT, "mlp_activations": ["gelu"]}, "mlp_activations ['gelu'] has no gate"),
        ({**MAXTEXT, "attention_type": "mla"}, "attention_type 'mla' makes another network than that of llama2"),
        ({**MAXTEXT, "trainable_position_size": 2048}, "trainable_position_size 2048 makes weights that the network"),
        ({**MAXTEXT_GEMMA, "base_num_decoder_layers": "13"}, "must be a whole number, got '13'"),
        (
            {**OPEN_CLIP, "text_cfg": {"mlp_ratio": float("inf")}},
            "width and mlp_ratio must be numbers, got 512 and inf",
        ),
        ({**MAXTEXT, "num_experts": 8}, "num_experts 8 makes another network than that of llama2"),
        ({**MAXTEXT_DEEPSEEK, "use_indexer": True}, "use_indexer True makes weights that the network of deepseek"),
        (
            {"d_model": 8, "n_heads": 2, "n_layers": 1, "vocab_size": 9, "expansion_ratio": 2},
            "no family has these",
        ),
        ({**MEGATRON, "mcore_bert": True}, "these are the keys of Megatron-LM; mcore_bert makes another network"),
        ({**MEGATRON, "retro": {"retro_encoder_num_layers": 2}}, "retro makes another network than Llama's or GPT-2's"),
        ({**MEGATRON, "transformer_block_type": "post_ln"}, "transformer_block_type 'post_ln' has its norms elsewhere"),
        # NeMo also has LitGPT's rotary_percentage.
        (
            {
                "num_layers": 2,
                "hidden_size": 32,
                "num_attention_heads": 2,
                "ffn_hidden_size": 90,
                "bias": True,
                "max_position_embeddings": 8,
                "rotary_percentage": 1.0,
                "position_embedding_type": "learned_absolute",
            },
            "add the key padded_vocab_size",
        ),
        ({"_class_name": "UNet2DConditionModel", "in_channels": 4}, "'UNet2DConditionModel' is a class of diffusers"),
        ({**TIMM, "architecture": "resnet50.a1"}, "these are the keys of timm; architecture 'resnet50.a1' is a name"),
        ({**TIMM, "architecture": "vit_base_patch16_clip_224"}, "is a name whose sizes stand in timm's code"),
        ({**TIMM, "num_classes": 0}, "num_classes 0 leaves out the classifier"),
        ({**TIMM, "model_args": {"depth": 3}}, "model_args changes 'depth'"),
        (
            keras("Functional", layers=[]),
            "these are the keys of KerasHub; class_name 'Functional' is none that we read",
        ),
        (keras("GemmaBackbone", **KERAS_GEMMA, use_post_ffw_norm=True), "must be the same: Gemma 2 has both norms"),
        (keras("GemmaBackbone", **{**KERAS_GEMMA, "intermediate_dim": 7}), "intermediate_dim must be an even number"),
        ({**DEEPSEEK, "dtype": "int3"}, "these are the keys of DeepSeek's code for inference; dtype 'int3' is none"),
        ({**MLC, "model_type": "phi-msft"}, "these are the keys of MLC; model_type 'phi-msft' is none that we read"),
        ({**HPARAMS, "mesh_shape": "x:4"}, "are those of GPT-Neo in Mesh TensorFlow, another network"),
        ({**DIMS, "n_text_state": 512}, "n_text_state must be n_audio_state"),
        ({**FIRST_BERT, "type_vocab_size": 1}, "these keys are those of many families; add the key model_type"),
        ({**FIRST_BERT, "embedding_size": 128}, "these keys are those of many families; add the key model_type"),
        (
            {"base_model": "a/b", "lora_r": 8, "sequence_len": 90},
            "its base_model names a model, 'a/b'; give the config",
        ),
        ({"vocab_size": 9, "decoder": {"head_size": 8, "hidden_size": 16}}, "a genai_config.json of ONNX Runtime does"),
        ({"vocab_size": 9, "n_layer": 2, "n_head": 2, "n_embd": 8}, "no family has these keys"),
        ({**OPEN_LM, "ffn_type": "gelu"}, "these are the keys of OpenLM; ffn_type 'gelu' makes another network"),
        ({**OPEN_LM, "qk_norm": True}, "qk_norm True makes another network"),
        ({key: value for key, value in OPEN_LM.items() if key != "model_norm"}, "model_norm are said by the command"),
        ({"d_model": 8, "n_heads": 2, "n_layers": 2, "vocab_size": 9, "mlp_ratio": 4}, "no family has these"),
    ],
)
def test_an_error_names_the_format_that_was_recognised(config: dict[str, object], message: str) -> None:
    with pytest.raises(symbolic.ConfigError) as problem:
        symbolic.load(config)
    assert message in str(problem.value)


YAML = "\n".join(f"{key}: {json.dumps(value)}" for key, value in LLAMA.items())


@pytest.mark.parametrize(
    ("name", "text", "total"),
    [
        ("a.yaml", YAML, 6_738_415_616),
        ("a.yml", "model:\n" + "\n".join(f"  {line}" for line in YAML.splitlines()) + "\ndata:\n  path: x\n",
         6_738_415_616),
        ("a.yaml", "lr: 0.1\nmodel:\n" + "\n".join(f"  {line}" for line in YAML.splitlines()), 6_738_415_616),
        ("params.json", json.dumps(META), 6_738_415_616),
        ("a.json", "{ // as published\n" + json.dumps(META)[1:-1] + ", /* and\n no more */ }", 6_738_415_616),
        ("a.jsonc", json.dumps({**META, "note": "a // b, ]"})[:-1] + ", # here\n}", 6_738_415_616),
        ("README.md", "Use it:\n```sh\npip install x\n```\nIts config:\n```json\n" + json.dumps(META, indent=1)
         + "\n```\n", 6_738_415_616),
        ("README.md", "```yaml\n" + YAML + "\n```\n```json\n{\"lr\": 0.1}\n```\n", 6_738_415_616),
        ("a.yaml", "data: !include data.yaml\nmodel:\n" + "\n".join(f"  {line}" for line in YAML.splitlines()),
         6_738_415_616),
        # How long the texts are that it is trained on is no size of the network, which says its own.
        ("a.json", json.dumps({"model": {**GPT2, "block_size": 1024}, "tokenizer": {"max_seq_len": 512}}), 124_439_808),
        ("config.json", json.dumps(keras("GPT2Backbone", **KERAS_GPT2)), 124_439_808),
        # As Weights & Biases writes it.
        ("a.yaml", "_wandb:\n  value: {t: 1}\n" + "\n".join(f"{key}:\n  desc: null\n  value: {json.dumps(value)}"
         for key, value in LLAMA.items()), 6_738_415_616),
        ("a.py", f"config = dict({', '.join(f'{key}={value}' for key, value in GPT2.items())})", 124_439_808),
        ("a.py", f"model = GPT(GPTConfig({', '.join(f'{key}={value}' for key, value in GPT2.items())}))", 124_439_808),
        ("a.py", "\n".join(f"{key} = {value}" for key, value in GPT2.items()), 124_439_808),
        ("a.py", "import time\nout_dir = 'out'\n" + "\n".join(f"{key} = {value}" for key, value in GPT2.items())
         + "\nlearning_rate = 6e-4\nbias = False\nbeta2 = 0.95\n", 124_337_664),
        ("a.py", "@dataclass\nclass GPTConfig:\n" + "\n".join(f"    {key}: int = {size}" for key, size in GPT2.items())
         + "\n    bias: bool = True\n\nclass GPT(nn.Module):\n    def __init__(self, config):\n"
         + "        self.x = nn.Linear(in_features=config.n_embd, out_features=3)\n", 124_439_808),
        ("a.txt", "LlamaConfig " + json.dumps({**LLAMA, "use_cache": True, "pad_token_id": None}, indent=2) + "\n",
         6_738_415_616),
        ("a.md", "I printed it:\n\n    >>> model.config\nLlamaConfig " + json.dumps(LLAMA) + "\n", 6_738_415_616),
    ],
)  # fmt: skip
def test_a_config_is_read_in_the_file_that_people_have(tmp_path: Path, name: str, text: str, total: int) -> None:
    (tmp_path / name).write_text(text)
    assert symbolic.explain(tmp_path / name).total == total


def test_of_a_file_with_several_calls_each_is_called_by_its_key(tmp_path: Path) -> None:
    sizes = "block_size=1024, vocab_size=50257, n_layer={}, n_head=12, n_embd=768"
    entries = ", ".join(f'"d{layers}": GPTConfig({sizes.format(layers)})' for layers in (12, 24))
    (tmp_path / "a.py").write_text(f"model_config = {{{entries}}}[args.model]\nprint(sep='', end='')\n")
    found = symbolic.load_all(str(tmp_path / "a.py"))
    assert [model.sizes["n_layers"] for model in found] == [12, 24]


def test_a_checkpoint_s_folder_is_its_config(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(LLAMA))
    model = symbolic.load(tmp_path)
    assert (model.name, symbolic.explain(model).total) == (tmp_path.name, 6_738_415_616)


def test_a_layer_behind_the_network_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert", **FIRST_BERT}))
    modules = [{"path": "", "type": "a.models.Transformer"}, {"path": "2_Dense", "type": "a.models.Dense"}]
    (tmp_path / "modules.json").write_text(json.dumps(modules[:1]))
    assert symbolic.load(tmp_path).unknown == ()
    (tmp_path / "modules.json").write_text(json.dumps(modules))
    assert symbolic.load(tmp_path).unknown == ("modules.json: 2_Dense",)


def test_how_mlc_stores_numbers_is_known_where_it_stores_them_whole() -> None:
    assert symbolic.explain(MLC, "weight-memory").total == 2 * 6_738_415_616
    with pytest.raises(symbolic.ConfigError, match="the method \"MLC's 'q4f16_1'\", whose bytes we don't know"):
        symbolic.explain({**MLC, "quantization": "q4f16_1"}, "weight-memory")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", "from line 1: 'a' is given twice; keep one"),
        ("a: [1, 2\n", "not YAML"),
        ("a: !!python/object/apply:os.system ['true']\n", "not YAML"),
        ("a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
            f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
        ), "aliases stand for more than"),
        ("a: " + "[" * 60 + "]" * 60, "nested too deeply"),
        ("a: &a [*a]\n", "aliases stand for more than"),
        ("just words\n", "not a table of sizes"),
    ],
)  # fmt: skip
def test_a_bad_yaml_file_gets_one_line(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    result = CliRunner().invoke(main, ["count", str(file)])
    assert (result.exit_code, len(result.stderr.strip().splitlines())) == (2, 1)
    assert message in result.stderr


@dataclass
class Sizes:
    n_layer: int = 12
    n_head: int = 12
    n_embd: int = 768
    block_size: int = 1024
    vocab_size: int = 50257


class Saying:
    """Like transformers' configs and pydantic's models: an object with a method that says what it is."""

    def __init__(self, **values: object) -> None:
        self.values = values

    def to_dict(self) -> Mapping[str, object]:
        return {**self.values, "model_type": "gpt2", "transformers_version": "5.0.0"}


@pytest.mark.parametrize("given", [Sizes(), Namespace(**GPT2), Saying(**GPT2), type("Odd", (), {})()])
def test_an_object_is_taken_at_its_own_word(given: Any) -> None:
    if type(given).__name__ == "Odd":
        given.__dict__ |= GPT2
    assert symbolic.explain(given).total == 124_439_808


@pytest.mark.parametrize("given", [3, None, 4.5])
def test_what_is_no_config_is_refused_in_one_line(given: Any) -> None:
    with pytest.raises(symbolic.ConfigError, match="is no config; give a dict"):
        symbolic.load(given)


ARGS = """
from dataclasses import dataclass

@dataclass
class ModelArgs:
    dim: int = 512
    n_layers: int = 4
    n_heads: int = 8
    n_kv_heads: int = None
    head_dim: int = None
    hidden_dim: int = None
    vocab_size: int = 1000
    multiple_of: int = 256

    def __post_init__(self):
        {}
"""


@pytest.mark.parametrize(
    "line",
    [
        "assert self.dim % self.n_heads == 0",
        "self.n_kv_heads = self.n_kv_heads or self.n_heads",
        "self.n_kv_heads = self.n_heads if self.n_kv_heads is None else self.n_kv_heads",
        "self.head_dim = self.dim // self.n_heads",
        "self.dim = self.dim or 4 * 128",
    ],
)
def test_what_a_dataclass_fills_in_as_families_do_changes_nothing(tmp_path: Path, line: str) -> None:
    (tmp_path / "args.py").write_text(ARGS.format(line))
    assert symbolic.explain(tmp_path / "args.py").total == 14_660_096


@pytest.mark.parametrize(
    ("line", "width"),
    [
        ("n_inner: int = field(default=44)", 44),
        ("n_inner: int = pydantic.Field(44, ge=1)", 44),
        ("n_inner, other = 44, 2", 44),
        ("n_inner: int = field()", 96),
        ("other = len('abc')", 96),
        ("n_inner = int(8 / 3 * n_embd)", "'n_inner' is a call"),
        ("n_inner: int = field(default_factory=width)", "'n_inner' is a call"),
        ("n_inner: int = 2 * n_embd", "'n_inner' is an expression"),
    ],
)
def test_the_default_of_a_class_is_read_however_it_is_written(tmp_path: Path, line: str, width: int | str) -> None:
    sizes = (
        "vocab_size = 60\n    n_embd = 24\n    n_layer = 1\n    n_head = 3\n    block_size = 8\n    model_type = 'gpt2'"
    )
    (tmp_path / "config.py").write_text(f"class Config:\n    {sizes}\n    {line}\n")
    if isinstance(width, str):
        with pytest.raises(symbolic.ConfigError, match=width):
            symbolic.load(tmp_path / "config.py")
    else:
        assert symbolic.load(tmp_path / "config.py").sizes["hidden_dim"] == width


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("self.dim = self.dim * 2", "dim"),
        ("self.dim *= 2", "dim"),
        ("self.n_layers = 6", "n_layers"),
        ("self.hidden_dim = self.hidden_dim or 4 * self.dim", "hidden_dim"),
        ("self.dim = self.dim // self.n_heads", "dim"),
    ],
)
def test_what_a_dataclass_computes_is_refused(tmp_path: Path, line: str, name: str) -> None:
    (tmp_path / "args.py").write_text(ARGS.format(line))
    with pytest.raises(symbolic.ConfigError, match=f"__post_init__ computes {name}, and a config is read, never run"):
        symbolic.load(tmp_path / "args.py")
