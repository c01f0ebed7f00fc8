"""nanochat's config of a model, `model_config` beside its checkpoints. https://github.com/karpathy/nanochat.

Names and what they make: nanochat/gpt.py, as its first release has it; transformers has the same network.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number, renamed
from symbolic.errors import ConfigError, shown

NAMES = {
    "sequence_len": "max_position_embeddings",
    "n_layer": "num_hidden_layers",
    "n_head": "num_attention_heads",
    "n_kv_head": "num_key_value_heads",
    "n_embd": "hidden_size",
}

PADDED = 64


def translate(values: Values) -> dict[str, object]:
    """Return a config of transformers' nanochat; ConfigError for a later release, which has more weights."""
    if "window_pattern" in values:
        raise ConfigError(
            f"window_pattern {shown(values['window_pattern'])} is of a later release, whose layers have further tables "
            "of tokens and factors of their own, which the config does not say; we read the first release's"
        )
    if (rows := number(values, "vocab_size")) is not None and rows % PADDED:
        raise ConfigError(
            f"vocab_size {rows} is no multiple of {PADDED}, to which later code pads; give the rows of the table"
        )
    width = number(values, "n_embd", 0) or 0
    return {**renamed(values, NAMES), "intermediate_size": 4 * width, "model_type": "nanochat"}


DIALECT = Dialect(
    title="nanochat",
    any_of=frozenset({"sequence_len"}),
    needed=frozenset({"sequence_len", "n_layer", "n_head", "n_kv_head", "n_embd", "vocab_size"}),
    translate=translate,
    guess=True,
)
