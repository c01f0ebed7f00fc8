"""KerasHub's config.json of a backbone, and KerasNLP's before. https://github.com/keras-team/keras-hub.

Names and networks: keras_hub/src/models/NAME/NAME_backbone.py. Its `hidden_dim` is the width of the stream.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number, renamed
from symbolic.errors import ConfigError, shown

NAMES = {
    "vocabulary_size": "vocab_size",
    "num_query_heads": "num_attention_heads",
    "num_heads": "num_attention_heads",
    "num_layers": "num_hidden_layers",
    "hidden_dim": "hidden_size",
    "intermediate_dim": "intermediate_size",
    "max_sequence_length": "max_position_embeddings",
    "num_segments": "type_vocab_size",
}
TYPES = {
    "GPT2Backbone": "gpt2",
    "GemmaBackbone": "gemma",
    "LlamaBackbone": "llama",
    "Llama3Backbone": "llama",
    "MistralBackbone": "mistral",
    "BertBackbone": "bert",
}
AROUND = ("use_post_ffw_norm", "use_post_attention_norm")
"""Norms behind the parts of a layer, which Gemma 2 has."""
WITHOUT_WEIGHTS = frozenset(
    {"name", "trainable", "dtype", "dropout", "query_head_dim_normalize", "use_sliding_window_attention"}
    | {"sliding_window_size", "sliding_window", "final_logit_soft_cap", "attention_logit_soft_cap", *AROUND}
    | {"rope_max_wavelength", "rope_scaling_factor", "rope_position_scaling_factor", "rope_low_freq_factor"}
    | {"rope_frequency_adjustment_factor", "rope_high_freq_factor", "rope_pretraining_sequence_length"}
)


def translate(values: Values) -> dict[str, object]:
    """Return the same network of transformers; ConfigError for a class that is not read."""
    named, said = values["class_name"], values["config"]
    if not isinstance(said, dict) or not isinstance(named, str) or named not in TYPES:
        raise ConfigError(f"class_name {shown(named)} is none that we read; we read {', '.join(TYPES)}")
    kept = renamed({key: value for key, value in said.items() if key not in WITHOUT_WEIGHTS}, NAMES)
    kept = {key: value for key, value in kept.items() if value is not None}
    family = TYPES[named]
    if family == "gemma":
        return {**kept, **_gemma(said)}
    if family == "mistral":
        kept["sliding_window"] = said.get("sliding_window", 512)
    if family == "bert":
        kept["architectures"] = ["BertModel"]
    return {**kept, "model_type": family}


def _gemma(said: Values) -> dict[str, object]:
    """Return which Gemma it is: of its two gates' width the config says the sum."""
    around = [said.get(key) is True for key in AROUND]
    if around[0] != around[1]:
        raise ConfigError(f"{AROUND[0]} and {AROUND[1]} must be the same: Gemma 2 has both norms, Gemma none")
    both = number(said, "intermediate_dim")
    if both is None or both % 2:
        raise ConfigError(f"intermediate_dim must be an even number, got {shown(said.get('intermediate_dim'))}")
    if said.get("use_sliding_window_attention", False) is not around[0]:
        raise ConfigError(
            "Gemma 2 has windows and norms behind the parts of a layer, Gemma neither; the config has one"
        )
    made: dict[str, object] = {"intermediate_size": both // 2, "model_type": "gemma2" if around[0] else "gemma"}
    return {**made, "sliding_window": said.get("sliding_window_size", 4096)} if around[0] else made


DIALECT = Dialect(
    title="KerasHub",
    any_of=frozenset({"class_name"}),
    needed=frozenset({"class_name", "config"}),
    translate=translate,
)
