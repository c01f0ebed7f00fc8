"""Configs that other programs write: the same network in our keys, or a line that says what would do."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

import symbolic

ROWS, WIDTH, LAYERS, HEADS = 70, 24, 3, 4
LAYER = 4 * WIDTH * WIDTH + 3 * WIDTH * 40 + 2 * WIDTH
"""A layer of Llama's network with as many keys as heads, and 40 between its matrices."""
LLAMA = 2 * ROWS * WIDTH + LAYERS * LAYER + WIDTH
"""A network of such layers, whose head is a matrix of its own."""

LEVANTER = {"type": "llama", "hidden_dim": 24, "intermediate_dim": 40, "num_layers": 3, "num_heads": 4,
            "num_kv_heads": 4, "seq_len": 16, "vocab_size": 70, "gradient_checkpointing": True}  # fmt: skip
EXECUTORCH = {"dim": 24, "n_layers": 3, "n_heads": 4, "n_kv_heads": 4, "hidden_dim": 40, "vocab_size": 70,
              "use_hf_rope": True, "attention_qkv_bias": False, "norm_eps": 1e-6}  # fmt: skip
TENSORRT = {"architecture": "LlamaForCausalLM", "dtype": "float16", "num_hidden_layers": 3, "num_attention_heads": 4,
            "hidden_size": 24, "intermediate_size": 40, "num_key_value_heads": 4, "vocab_size": 70, "head_size": 6,
            "position_embedding_type": "rope_gpt_neox", "norm_epsilon": 1e-5, "mapping": {"tp_size": 1},
            "quantization": {"quant_algo": None}, "attn_bias": False, "mlp_bias": False}  # fmt: skip
TORCHTUNE = {"_component_": "torchtune.models.llama3.llama3", "vocab_size": 70, "num_layers": 3, "num_heads": 4,
             "num_kv_heads": 4, "embed_dim": 24, "max_seq_len": 16, "intermediate_dim": 40}  # fmt: skip
NANOCHAT = {"sequence_len": 16, "vocab_size": 64, "n_layer": 3, "n_head": 4, "n_kv_head": 4, "n_embd": 24}
NEOX = {"num_layers": 3, "hidden_size": 24, "num_attention_heads": 4, "seq_length": 16, "vocab_size": 70,
        "make_vocab_size_divisible_by": 1, "pos_emb": "rotary", "no_weight_tying": True, "norm": "rmsnorm",
        "activation": "swiglu", "intermediate_size": 120, "mlp_multiple_of": 8, "use_bias_in_attn_linear": False,
        "use_bias_in_mlp": False}  # fmt: skip
PYTHIA = {"num_layers": 3, "hidden_size": 24, "num_attention_heads": 4, "vocab_size": 70, "pos_emb": "rotary",
          "no_weight_tying": True, "gpt_j_residual": True}  # fmt: skip
MEGATRON = {"num-layers": 3, "hidden-size": 24, "num-attention-heads": 4, "ffn-hidden-size": 40, "swiglu": True,
            "normalization": "RMSNorm", "position-embedding-type": "rope", "disable-bias-linear": True,
            "untie-embeddings-and-output-weights": True, "padded-vocab-size": 70}  # fmt: skip
MIXTRAL = {"decoder_block": "mistral", "base_emb_dim": 24, "base_num_query_heads": 4, "base_num_kv_heads": 4,
           "base_mlp_dim": 40, "base_num_decoder_layers": 3, "head_dim": 6, "vocab_size": 70, "num_experts": 2,
           "num_experts_per_tok": 1}  # fmt: skip
MPT = {"name": "mpt_causal_lm", "d_model": 24, "n_heads": 4, "n_layers": 3, "max_seq_len": 16, "vocab_size": 70,
       "attn_config": {"attn_impl": "torch"}}  # fmt: skip

RMS = {"name": "rms", "eps": 1e-6, "bias": False}
OLMO: dict[str, object] = {
    "d_model": 24, "vocab_size": 70, "n_layers": 3, "dtype": "float32", "lm_head": {"bias": False, "layer_norm": RMS},
    "block": {"name": "default", "layer_norm": RMS, "feed_forward": {"hidden_size": 40, "bias": False},
              "attention": {"n_heads": 4, "bias": False, "rope": {"name": "default"}}},
}  # fmt: skip


def _olmo(name: str, **attention: object) -> dict[str, object]:
    """Return OLMo-core's config with another kind of block, and other keys of its attention."""
    block: dict[str, object] = {**OLMO["block"], "name": name}  # type: ignore[dict-item]
    return {**OLMO, "block": {**block, "attention": {**block["attention"], **attention}}}  # type: ignore[dict-item]


def _without(config: Mapping[str, object], *keys: str) -> dict[str, object]:
    return {key: value for key, value in config.items() if key not in keys}


def _mpt(hidden: int) -> int:
    """MPT with biases and a table of positions, and so many numbers between two matrices."""
    layer = 4 * WIDTH * WIDTH + 2 * WIDTH * hidden + (4 + 1 + 4) * WIDTH + hidden
    return (ROWS + 16) * WIDTH + LAYERS * layer + 2 * WIDTH


@pytest.mark.parametrize(
    ("config", "family", "total"),
    [
        (LEVANTER, "llama", LLAMA),
        (LEVANTER | {"tie_word_embeddings": True}, "llama", LLAMA - ROWS * WIDTH),
        (LEVANTER | {"type": "mistral"}, "mistral", LLAMA),
        (LEVANTER | {"type": "qwen"}, "qwen2", LLAMA + LAYERS * 3 * WIDTH),
        (LEVANTER | {"type": "qwen3"}, "qwen3", LLAMA + LAYERS * 2 * 6),
        # The width between the matrices is 4 times the stream, and positions have a table of 16.
        ({"type": "gpt2", "hidden_dim": 24, "num_layers": 3, "num_heads": 4, "seq_len": 16, "vocab_size": 70},
         "gpt2", 70 * 24 + 16 * 24 + 3 * (12 * 24 * 24 + 13 * 24) + 2 * 24),
        (EXECUTORCH, "llama", LLAMA),
        (EXECUTORCH | {"attention_qkv_bias": True}, "qwen2", LLAMA + LAYERS * 3 * WIDTH),
        (EXECUTORCH | {"use_qk_norm": True, "qk_norm_before_rope": True}, "qwen3", LLAMA + LAYERS * 2 * 6),
        # Without a width of its own it is Meta's: two thirds of 4 × 24, up to a multiple of 8.
        (_without(EXECUTORCH, "hidden_dim") | {"multiple_of": 8}, "llama", LLAMA + LAYERS * 3 * WIDTH * 24),
        (TENSORRT, "llama", LLAMA),
        (TENSORRT | {"share_embedding_table": True}, "llama", LLAMA - ROWS * WIDTH),
        (TENSORRT | {"attn_bias": True}, "llama", LLAMA + LAYERS * 4 * WIDTH),
        (TENSORRT | {"moe": {"num_experts": 2, "top_k": 1}}, "mixtral",
         LLAMA + LAYERS * (3 * WIDTH * 40 + 2 * WIDTH)),
        (TENSORRT | {"architecture": "QWenForCausalLM", "qwen_type": "qwen2", "attn_bias": True},
         "qwen2", LLAMA + LAYERS * 3 * WIDTH),
        (TORCHTUNE, "llama", LLAMA),
        (TORCHTUNE | {"_component_": "torchtune.models.llama3_2.llama3_2"}, "llama", LLAMA - ROWS * WIDTH),
        (NANOCHAT, "nanochat", 2 * 64 * 24 + 3 * 12 * 24 * 24),
        (OLMO, "llama", LLAMA),
        (OLMO | {"tie_word_embeddings": True}, "llama", LLAMA - ROWS * WIDTH),
        (_olmo("default", n_kv_heads=2), "llama", LLAMA - LAYERS * WIDTH * WIDTH),
        (_olmo("default", qk_norm=RMS, use_head_qk_norm=True), "qwen3", LLAMA + LAYERS * 2 * 6),
        (_olmo("reordered_norm", qk_norm=RMS), "olmo2", LLAMA + LAYERS * 2 * WIDTH),
        (_olmo("reordered_norm", qk_norm=RMS, sliding_window={"pattern": [8, 8, 8, -1]}), "olmo3",
         LLAMA + LAYERS * 2 * WIDTH),
        # Gate and values are a matrix of two thirds of 120.
        (NEOX, "llama", LLAMA),
        (_without(NEOX, "use_bias_in_mlp"), "llama", LLAMA + LAYERS * (2 * 40 + WIDTH)),
        (NEOX | {"num_kv_heads": 2}, "llama", LLAMA - LAYERS * WIDTH * WIDTH),
        (_without(NEOX, "no_weight_tying"), "llama", LLAMA - ROWS * WIDTH),
        (NEOX | {"sliding_window_width": 8}, "mistral", LLAMA),
        (MEGATRON, "llama", LLAMA),
        # Each head has its own keys where no groups are said: 8 and 32 are what Mixtral's and Qwen's classes take.
        (MEGATRON | {"num-experts": 2, "moe-router-topk": 1}, "mixtral", LLAMA + LAYERS * (3 * WIDTH * 40 + 2 * WIDTH)),
        (MEGATRON | {"qk-layernorm": True}, "qwen3", LLAMA + LAYERS * 2 * 6),
        (MEGATRON | {"add-qkv-bias": True}, "qwen2", LLAMA + LAYERS * 3 * WIDTH),
        ({"dim": 24, "n_layers": 3, "n_heads": 4, "head_dim": 6, "hidden_dim": 40, "vocab_size": 70,
          "yarn": {"factor": 4}, "llama_4_scaling": {"beta": 0.1}}, "mistral", LLAMA),
        ({f"--{key}": value for key, value in MEGATRON.items()}, "llama", LLAMA),
        (MIXTRAL, "mixtral", LLAMA + LAYERS * (3 * WIDTH * 40 + 2 * WIDTH)),
        # What ffn_config says goes before the ratio, which the first releases called mlp_ratio.
        (MPT, "gpt2", _mpt(96)),
        (MPT | {"ffn_config": {"ffn_hidden_size": 50}}, "gpt2", _mpt(50)),
        (MPT | {"mlp_ratio": 2}, "gpt2", _mpt(48)),
    ],
)  # fmt: skip
def test_a_program_s_own_keys_are_the_same_network(config: dict[str, object], family: str, total: int) -> None:
    model = symbolic.load(config)
    assert (model.architecture.name, symbolic.count(model)["trainable"], model.unknown) == (family, total, ())


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (_without(LEVANTER, "vocab_size"), "Levanter; they leave the vocabulary to the tokenizer: add the key vo"),
        (LEVANTER | {"type": "backpack"}, "type 'backpack' is none that we read; we read llama, qwen"),
        # A key of another program's makes these keys another program's, too.
        (LEVANTER | {"norm": "layernorm"}, "look like those of llama, but norm 'layernorm' says layer norms"),
        (TENSORRT | {"num_medusa_heads": 4}, "look like those of llama, which has no num_medusa_heads"),
        (LEVANTER | {"use_layer_norm_weight": False}, "use_layer_norm_weight False makes another network"),
        (EXECUTORCH | {"use_qk_norm": True, "attention_qkv_bias": True}, "together make another network"),
        (EXECUTORCH | {"attention_qkv_bias": 1}, "attention_qkv_bias must be true or false, got 1"),
        (NEOX | {"no_weight_tying": "yes"}, "no_weight_tying must be true or false, got 'yes'"),
        (EXECUTORCH | {"layer_types": ["conv"] * 3}, "layers of another kind than full_attention"),
        (EXECUTORCH | {"post_attention_norm": True}, "ExecuTorch; post_attention_norm True makes another network"),
        (TENSORRT | {"architecture": "GPTForCausalLM"}, "TensorRT-LLM; architecture 'GPTForCausalLM' is none that we"),
        (TENSORRT | {"qk_layernorm": True}, "qk_layernorm True makes another network than that of llama"),
        (TORCHTUNE | {"_component_": "torchtune.models.phi3.phi3"}, "builds a network that we do not read"),
        (NANOCHAT | {"window_pattern": "SSSL"}, "window_pattern 'SSSL' is of a later release"),
        (NANOCHAT | {"vocab_size": 70}, "vocab_size 70 is no multiple of 64"),
        (_olmo("default", bias=None), r"block.attention.bias None makes another network"),
        (_olmo("default", qk_norm={"name": "rms"}, use_head_qk_norm=True), r"attention.qk_norm .* is no RMS norm"),
        (_olmo("peri_norm"), "block.name 'peri_norm', .* together make none of Llama"),
        (_olmo("reordered_norm", qk_norm=RMS, sliding_window={"pattern": [8, 4]}), "than OLMo 3, of one window"),
        (NEOX | {"gpt_j_residual": True}, "gpt_j_residual True makes another network than Llama's"),
        (NEOX | {"sliding_window_width": 8, "use_bias_in_mlp": True}, "beside biases makes another network"),
        (NEOX | {"num_unique_layers": 2}, "num_unique_layers 2 makes another network"),
        (NEOX | {"soft_prompt_tuning": {"enabled": True}}, "soft_prompt_tuning .* makes another network"),
        (PYTHIA | {"expansion_factor": 2}, "expansion_factor 2 makes another"),
        (PYTHIA | {"gpt_j_tied": True}, "gpt_j_tied True makes another network"),
        (MPT | {"attn_qk_ln": True}, "llm-foundry; attn_config qk_ln True makes another network"),
        (MPT | {"no_bias": True, "learned_pos_emb": False, "ffn_config": {"ffn_hidden_size": 50}},
         "is no expansion_ratio"),
        (MEGATRON | {"hybrid-layer-pattern": "M*M"}, "hybrid_layer_pattern makes another network"),
        (MEGATRON | {"heterogeneous-layers-config-path": "a.json"}, "heterogeneous_layers_config_path makes another"),
        (MEGATRON | {"window-size": [8, 0]}, "window_size makes another network"),
        (MEGATRON | {"swiglu": False, "quick-geglu": True, "position-embedding-type": "learned_absolute"},
         "swiglu True, rotary positions False"),
        (_without(MEGATRON, "padded-vocab-size"), "add the key padded_vocab_size"),
        (_without(MEGATRON, "disable-bias-linear"), r"there are some where disable_bias_linear is not said"),
        ({"dim": 24, "n_layers": 3, "n_heads": 4, "multiple_of": 8, "vocab_size": 70, "moe_args": {"top_k": 1}},
         "moe_args is of Llama 4.*; give the config.json of that model"),
        ({"dim": 24, "n_layers": 3, "n_heads": 4, "hidden_dim": 40, "vocab_size": 70, "kv_lora_rank": 8, "moe": {}},
         "kv_lora_rank is of Mistral Large 3"),
        ({"dim": 24, "n_layers": 3, "n_heads": 4, "multiple_of": 8, "vocab_size": 70, "lora_args": {"rank": 4}},
         "lora_args .* makes a network that we don't derive .adapters"),
        ({"model": "org/name", "num_layers": 16, "train": True}, "its model names a model, 'org/name'; give the"),
        ({"metadata": {"general.architecture": "llama", "llama.block_count": 3}}, "a GGUF file's metadata"),
        ({"model": {"_component_": "torchtune.models.llama3_1.llama3_1_8b"}, "seed": 1}, "stand in the code of"),
    ],
)  # fmt: skip
def test_what_a_program_s_keys_do_not_say_is_named(config: dict[str, object], message: str) -> None:
    with pytest.raises(symbolic.ConfigError, match=message):
        symbolic.load(config)


def test_the_first_and_the_last_layer_of_olmo_core_look_at_all_tokens_unless_it_says_otherwise() -> None:
    # Of three layers only the middle one has the window of 8, and keeps the 7 tokens before the new one.
    windowed = _olmo("reordered_norm", qk_norm=RMS, sliding_window={"pattern": [8, 8, 8, -1]})
    kept = symbolic.explain(windowed, "kv-cache", inputs={"context": 100}).total
    assert kept == 2 * 24 * (100 + 7 + 100) * 4
