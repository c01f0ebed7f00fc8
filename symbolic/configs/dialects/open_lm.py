"""OpenLM's config of a model, without the norms that its command gives. https://github.com/mlfoundations/open_lm.

Names and defaults: open_lm/model.py, create_params; what they make: the classes Block and Transformer there.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number
from symbolic.errors import ConfigError, shown

NORMS = {
    "rms_norm": "llama",
    **dict.fromkeys(("default_layer_norm", "lp_layer_norm"), "stablelm"),
}
"""The type of transformers that has the same weights, by the norm: StableLM's norms shift as well as scale."""
FEED_FORWARD = ("swiglu", "swiglu_torch")
FIXED = {"post_embed_norm": False, "qk_norm": False, "moe_freq": 0}
NAMES = ("hidden_dim", "n_layers", "n_heads", "seq_len", "vocab_size", "weight_tying")
USED = frozenset({*NAMES, *FIXED, "model_norm", "ffn_type", "positional_embedding_type"})


def translate(values: Values) -> dict[str, object]:
    """Return a config of Llama, or of StableLM; ConfigError where neither has these weights."""
    unsaid = [key for key in ("model_norm", "qk_norm") if key not in values]
    if unsaid:
        raise ConfigError(
            f"{' and '.join(unsaid)} are said by the command, not by this file; add what it says, or the program's "
            'defaults, "model_norm": "default_layer_norm" and "qk_norm": false'
        )
    norm, kind = values["model_norm"], values.get("ffn_type", FEED_FORWARD[0])
    if not isinstance(norm, str) or norm not in NORMS:
        raise ConfigError(f"model_norm {shown(norm)} makes another network than any known type; known: {list(NORMS)}")
    if kind not in FEED_FORWARD:
        raise ConfigError(f"ffn_type {shown(kind)} makes another network than any known type")
    for key, wanted in FIXED.items():
        if values.get(key, wanted) != wanted:
            raise ConfigError(f"{key} {shown(values[key])} makes another network than any known type")
    width = number(values, "hidden_dim")
    if width is None:
        raise ConfigError(f"hidden_dim must be a whole number, got {shown(values['hidden_dim'])}")
    return {
        **{key: value for key, value in values.items() if key not in USED},
        "model_type": NORMS[norm],
        "vocab_size": values["vocab_size"],
        "hidden_size": width,
        "num_hidden_layers": values["n_layers"],
        "num_attention_heads": values["n_heads"],
        "num_key_value_heads": values["n_heads"],
        "max_position_embeddings": values.get("seq_len", 2048),
        "intermediate_size": -(-(8 * width // 3) // 256) * 256,
        "tie_word_embeddings": values.get("weight_tying", False),
    }


DIALECT = Dialect(
    title="OpenLM",
    any_of=frozenset({"post_embed_norm"}),
    needed=frozenset({"hidden_dim", "n_layers", "n_heads", "vocab_size"}),
    never=frozenset({"emb_dim", "hidden_size", "d_model", "n_embd"}),
    translate=translate,
)
