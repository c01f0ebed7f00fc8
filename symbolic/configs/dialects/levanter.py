"""Levanter's config of a model, `model` in its files for training. https://github.com/stanford-crfm/levanter.

Names and defaults: src/levanter/models, a file for each type; what they make stands there, too.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number, switch
from symbolic.errors import ConfigError, shown

LLAMA: dict[str, object] = {"seq_len": 2048, "intermediate_dim": 11008, "num_kv_heads": 32, "head_dim": None}
DEFAULTS: dict[str, dict[str, object]] = {
    "llama": LLAMA,
    "qwen": LLAMA,
    "qwen3": LLAMA,
    "mistral": {"seq_len": 8192, "intermediate_dim": 14336, "num_kv_heads": 8, "sliding_window": 4096},
    "gpt2": {"seq_len": 1024, "mlp_scale": 4},
}
"""The types that are read, and what a file that leaves a key out has."""
TYPES = {"qwen": "qwen2"}
PLAIN = {"use_bias": False, "use_layer_norm_weight": True, "hybrid_norm": False, "input_embedding_norm": False}
"""What a network like Llama's has; the same are the defaults."""
USED = frozenset({"type", "seq_len", "hidden_dim", "intermediate_dim", "num_layers", "num_heads", "num_kv_heads"})
OWN = frozenset({"head_dim", "sliding_window", "mlp_scale", "tie_word_embeddings", "use_sliding_window", *PLAIN})
WITHOUT_EFFECT = frozenset(
    {"scan_layers", "upcast_attn", "attn_backend", "flash_attention_block_size", "cross_entropy_block_size", "rope"}
    | {"reference_checkpoint", "scale_attn_by_inverse_layer_idx", "embed_pdrop", "tokenizer", "max_window_layers"}
)
"""Keys that make no weight, under names that only this code has."""


def translate(values: Values) -> dict[str, object]:
    """Return a config of the type of transformers with the same blocks; ConfigError where none has them."""
    kind = values["type"]
    if not isinstance(kind, str) or kind not in DEFAULTS:
        raise ConfigError(f"type {shown(kind)} is none that we read; we read {', '.join(DEFAULTS)}")
    if values.get("vocab_size") is None:
        raise ConfigError("they leave the vocabulary to the tokenizer: add the key vocab_size, such as 50257")
    said = {**DEFAULTS[kind], **values}
    passed = {key: value for key, value in values.items() if key not in USED | OWN | WITHOUT_EFFECT}
    sizes = {
        "model_type": TYPES.get(kind, kind),
        "hidden_size": said["hidden_dim"],
        "num_hidden_layers": said["num_layers"],
        "num_attention_heads": said["num_heads"],
        "max_position_embeddings": said["seq_len"],
    }
    if kind == "gpt2":
        width, scale = (number(said, key, 0) or 0 for key in ("hidden_dim", "mlp_scale"))
        biases = dict.fromkeys(("qkv_bias", "linear_bias", "norm_shift"), switch(said, "use_bias", default=True))
        return {**passed, **sizes, **biases, "n_inner": scale * width}
    for key, wanted in PLAIN.items():
        if said.get(key, wanted) is not wanted:
            raise ConfigError(f"{key} {shown(said[key])} makes another network than any known type")
    if kind != "mistral" and said.get("use_sliding_window"):
        raise ConfigError("use_sliding_window makes a window in some layers, which we do not read from these files")
    head, heads = said.get("head_dim"), number(said, "num_heads")
    if head is None and kind == "qwen3" and heads:
        head = (number(said, "hidden_dim", 0) or 0) // heads
    if kind == "qwen" and head is not None:
        raise ConfigError(f"head_dim {shown(head)} makes another network than Qwen2's")
    return {
        **passed,
        **sizes,
        "intermediate_size": said["intermediate_dim"],
        "num_key_value_heads": said["num_kv_heads"],
        "tie_word_embeddings": kind != "mistral" and said.get("tie_word_embeddings", False),
        **({} if head is None else {"head_dim": head}),
        **({"sliding_window": said["sliding_window"]} if kind == "mistral" else {}),
    }


DIALECT = Dialect(
    title="Levanter",
    any_of=frozenset({"type"}),
    needed=frozenset({"type", "hidden_dim", "num_layers", "num_heads"}),
    never=frozenset({"d_model", "dim", "emb_dim", "embed_dim", "hidden_size", "n_embd"}),
    translate=translate,
    guess=True,
)
