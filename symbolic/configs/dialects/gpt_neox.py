"""GPT-NeoX's own files, as those that Pythia was trained with. https://github.com/EleutherAI/gpt-neox.

Names and defaults: megatron/neox_arguments/neox_args.py; the padded vocabulary: megatron/tokenizer/tokenizer.py.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number, switch
from symbolic.errors import ConfigError, shown

WANTED: dict[str, tuple[object, ...]] = {
    "norm": ("layernorm", "te_layernorm", None),
    "pos_emb": ("rotary",),
    "no_weight_tying": (True,),
    "activation": ("gelu", "relu", "silu", None),
    "use_bias_in_norms": (True, None),
    "use_bias_in_attn_linear": (True, None),
    "use_bias_in_mlp": (True, None),
    "use_qk_layernorm": (False, None),
    "moe_num_experts": (1, None),
    "mlp_multiple_of": (1, None),
    "expansion_factor": (None,),
    "sliding_window_width": (None,),
    "num_unique_layers": (None,),
    "gpt_j_tied": (False, None),
    "soft_prompt_tuning": (None, {}),
}
"""What makes the network that transformers calls GPT-NeoX; none is the default, where it is the same."""
USED = frozenset(
    {
        "num_kv_heads",
        "attention_config",
        "num_layers",
        "padded_vocab_size",
        "make_vocab_size_divisible_by",
        "seq_length",
    }
    | {"model_parallel_size", "pipe_parallel_size", "gpt_j_residual", *WANTED}
)
SIZES = ("num_layers", "hidden_size", "num_attention_heads")
GATED = {"norm": ("rmsnorm",), "activation": ("swiglu",), "gpt_j_residual": (False, None)}
"""What makes the network that transformers calls Llama, beside what both have."""
OF_BOTH = ("pos_emb", "use_qk_layernorm", "moe_num_experts", "num_unique_layers", "gpt_j_tied", "soft_prompt_tuning")
OF_LLAMA = frozenset(
    {"use_bias_in_norms", "mlp_multiple_of", "expansion_factor", "intermediate_size", "sliding_window_width", *GATED}
)


def translate(values: Values) -> dict[str, object]:
    """Return a config of transformers' GPT-NeoX or Llama; ConfigError where the file makes another network."""
    if values.get("norm") == "rmsnorm" and values.get("activation") == "swiglu":
        return _llama(values)
    for key, wanted in WANTED.items():
        if values.get(key) not in wanted:
            raise ConfigError(f"{key} {shown(values.get(key))} makes another network than GPT-NeoX of transformers")
    heads = values["num_attention_heads"]
    if values.get("num_kv_heads", heads) not in (heads, None):
        raise ConfigError("num_kv_heads makes another network than GPT-NeoX of transformers, which shares no keys")
    _check_attention(values)
    width = number(values, "hidden_size", 0) or 0
    return {
        **{key: value for key, value in values.items() if key not in USED},
        "model_type": "gpt_neox",
        "vocab_size": _vocabulary(values),
        "num_hidden_layers": values["num_layers"],
        "intermediate_size": values.get("intermediate_size") or 4 * width,
        "max_position_embeddings": values.get("max_position_embeddings") or values.get("seq_length"),
        "tie_word_embeddings": False,
    }


def _llama(values: Values) -> dict[str, object]:
    """Return a config of Llama's network: RMSNorm, a gate, and biases unless the file says that there are none."""
    for key in (*OF_BOTH, *GATED):
        wanted = WANTED[key] if key in OF_BOTH else GATED[key]
        if values.get(key) not in wanted:
            raise ConfigError(f"{key} {shown(values.get(key))} makes another network than Llama's")
    _check_attention(values)
    passed = {key: value for key, value in values.items() if key not in USED | OF_LLAMA}
    config = {
        **passed,
        "vocab_size": _vocabulary(values),
        "num_hidden_layers": values["num_layers"],
        "num_key_value_heads": values.get("num_kv_heads") or values["num_attention_heads"],
        "intermediate_size": _gated(values),
        "max_position_embeddings": values.get("max_position_embeddings") or values.get("seq_length"),
        "tie_word_embeddings": not switch(values, "no_weight_tying", default=False),
    }
    attention, feed = (switch(values, key, default=True) for key in ("use_bias_in_attn_linear", "use_bias_in_mlp"))
    if (window := values.get("sliding_window_width")) is None:
        return {**config, "model_type": "llama", "attention_bias": attention, "mlp_bias": feed}
    if attention or feed:
        raise ConfigError(f"sliding_window_width {shown(window)} beside biases makes another network than Mistral's")
    return {**config, "model_type": "mistral", "sliding_window": window}


def _gated(values: Values) -> int:
    """Return the width behind the gate: gate and values are one matrix, of two thirds of the width that is said."""
    width, step = number(values, "hidden_size", 0) or 0, number(values, "mlp_multiple_of", 1) or 0
    if values.get("expansion_factor") is not None:
        raise ConfigError("expansion_factor is not read beside swiglu; write intermediate_size in its place")
    both = 2 * (number(values, "intermediate_size") or 4 * width) // 3
    half = -(-(both // 2) // step) * step if step > 0 else 0
    if half < 1 or -(-both // (2 * step)) * step != half:
        raise ConfigError(
            f"intermediate_size {shown(values.get('intermediate_size'))} and mlp_multiple_of "
            f"{shown(values.get('mlp_multiple_of', 1))} make a gate of another width than what it multiplies"
        )
    return half


def _check_attention(values: Values) -> None:
    if any(kind in str(values.get("attention_config") or "") for kind in ("mamba", "rwkv", "gmlp", "amlp")):
        raise ConfigError("attention_config has layers of another kind than attention")


def _vocabulary(values: Values) -> int:
    padded, given = number(values, "padded_vocab_size"), number(values, "vocab_size")
    if padded is not None:
        return padded
    step = (number(values, "make_vocab_size_divisible_by", 128) or 0) * (number(values, "model_parallel_size", 1) or 0)
    if given is None or step < 1:
        raise ConfigError(
            "they leave the vocabulary to the tokenizer: add the key vocab_size, its number of tokens, such as 50277"
        )
    return -(-given // step) * step


DIALECT = Dialect(
    title="GPT-NeoX",
    any_of=frozenset({"pos_emb", "no_weight_tying", "gpt_j_residual", "pipe_parallel_size", "attention_config"}),
    needed=frozenset(SIZES),
    translate=translate,
)
