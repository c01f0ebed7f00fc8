"""GPT-NeoX's own files, as those that Pythia was trained with. https://github.com/EleutherAI/gpt-neox.

Names and defaults: megatron/neox_arguments/neox_args.py; the padded vocabulary: megatron/tokenizer/tokenizer.py.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number
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


def translate(values: Values) -> dict[str, object]:
    """Return a config of transformers' GPT-NeoX; ConfigError where the file makes another network."""
    for key, wanted in WANTED.items():
        if values.get(key) not in wanted:
            raise ConfigError(f"{key} {shown(values.get(key))} makes another network than GPT-NeoX of transformers")
    heads = values["num_attention_heads"]
    if values.get("num_kv_heads", heads) not in (heads, None):
        raise ConfigError("num_kv_heads makes another network than GPT-NeoX of transformers, which shares no keys")
    if any(kind in str(values.get("attention_config") or "") for kind in ("mamba", "rwkv", "gmlp", "amlp")):
        raise ConfigError("attention_config has layers of another kind than attention")
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
