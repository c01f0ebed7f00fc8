"""DeepSeek's own format, the ModelArgs of its code for inference. https://github.com/deepseek-ai/DeepSeek-V3.

Names, defaults and what they make: inference/model.py; the files: inference/configs.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, renamed
from symbolic.errors import ConfigError, shown

NAMES = {
    "dim": "hidden_size",
    "inter_dim": "intermediate_size",
    "moe_inter_dim": "moe_intermediate_size",
    "n_layers": "num_hidden_layers",
    "n_dense_layers": "first_k_dense_replace",
    "n_heads": "num_attention_heads",
    "n_activated_experts": "num_experts_per_tok",
    "n_expert_groups": "n_group",
    "n_limited_groups": "topk_group",
    "score_func": "scoring_func",
    "route_scale": "routed_scaling_factor",
    "max_seq_len": "max_position_embeddings",
}
DEFAULTS = {
    "vocab_size": 102400,
    "dim": 2048,
    "inter_dim": 10944,
    "moe_inter_dim": 1408,
    "n_layers": 27,
    "n_heads": 16,
    "n_dense_layers": 1,
    "n_routed_experts": 64,
    "n_shared_experts": 2,
    "n_activated_experts": 6,
    "n_expert_groups": 1,
    "n_limited_groups": 1,
    "score_func": "softmax",
    "q_lora_rank": 0,
    "kv_lora_rank": 512,
    "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64,
    "v_head_dim": 128,
    "max_seq_len": 4 * 4096,
}
INDEXER = ("index_n_heads", "index_head_dim", "index_topk")
"""What version 3.2 has more."""
WITHOUT_WEIGHTS = frozenset({"rope_factor", "original_seq_len", "beta_fast", "beta_slow", "mscale", "scale_fmt"})
BLOCKS = {"quant_method": "fp8", "fmt": "e4m3", "weight_block_size": [128, 128]}
NUMBERS: dict[str, dict[str, object]] = {
    "fp8": {"quantization_config": BLOCKS},
    "bf16": {"torch_dtype": "bfloat16"},
}


def translate(values: Values) -> dict[str, object]:
    """Return DeepSeek-V2, V3 or V3.2: by its indexer, and by how it scores experts."""
    stored = values.get("dtype")
    if stored is not None and not (isinstance(stored, str) and stored in NUMBERS):
        raise ConfigError(f"dtype {shown(stored)} is none of its code's, fp8 and bf16")
    said = {**DEFAULTS, **values}
    kept = {key: value for key, value in said.items() if key not in WITHOUT_WEIGHTS and key != "dtype"}
    family = "deepseek_v3" if said["score_func"] == "sigmoid" else "deepseek_v2"
    return {
        **renamed(kept, NAMES),
        "q_lora_rank": said["q_lora_rank"] or None,
        "num_key_value_heads": said["n_heads"],
        "model_type": "deepseek_v32" if any(values.get(key) for key in INDEXER) else family,
        **(NUMBERS[stored] if isinstance(stored, str) else {}),
    }


DIALECT = Dialect(
    title="DeepSeek's code for inference",
    any_of=frozenset({"moe_inter_dim", "n_activated_experts", "n_dense_layers"}),
    needed=frozenset({"dim", "inter_dim", "n_layers", "n_heads", "kv_lora_rank"}),
    translate=translate,
)
