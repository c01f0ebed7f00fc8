"""torchtune's `model` with sizes of its own: the arguments of a builder. https://github.com/pytorch/torchtune.

Names and defaults: torchtune/models/llama3/_component_builders.py and those beside it.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number, renamed
from symbolic.configs.dialects.meta import width_of
from symbolic.errors import ConfigError, shown

TIED = {"llama2.llama2": False, "llama3.llama3": False, "llama3_1.llama3_1": False, "llama3_2.llama3_2": True}
"""The builders of Llama's network that are read, and whether the head is the token table."""
NAMES = {
    "embed_dim": "hidden_size",
    "num_layers": "num_hidden_layers",
    "num_heads": "num_attention_heads",
    "num_kv_heads": "num_key_value_heads",
    "intermediate_dim": "intermediate_size",
    "max_seq_len": "max_position_embeddings",
}
WITHOUT_EFFECT = frozenset({"_component_", "attn_dropout", "norm_eps", "rope_base", "scale_factor"})


def translate(values: Values) -> dict[str, object]:
    """Return a config of Llama; ConfigError for a builder of another network."""
    built = str(values["_component_"]).removeprefix("torchtune.models.")
    if built not in TIED:
        raise ConfigError(
            f"{shown(values['_component_'])} builds a network that we do not read from these keys; we read "
            f"{', '.join(TIED)}; give the config.json of the model"
        )
    config = renamed({key: value for key, value in values.items() if key not in WITHOUT_EFFECT}, NAMES)
    if values.get("intermediate_dim") is None:
        config["intermediate_size"] = width_of({"dim": number(values, "embed_dim")})
    return {**config, "model_type": "llama", "tie_word_embeddings": TIED[built]}


DIALECT = Dialect(
    title="torchtune",
    any_of=frozenset({"_component_"}),
    needed=frozenset({"_component_", "vocab_size", "num_layers", "num_heads", "embed_dim"}),
    translate=translate,
    guess=True,
)
