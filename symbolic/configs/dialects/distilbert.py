"""DistilBERT's configs from before they named their type, as its code for training had them.

https://github.com/huggingface/transformers-research-projects, distillation/training_configs
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values


def translate(values: Values) -> dict[str, object]:
    """Return the config with its type; its own `tie_weights_` is today's `tie_word_embeddings`."""
    config = {key: value for key, value in values.items() if key != "tie_weights_"}
    if "tie_weights_" in values:
        config["tie_word_embeddings"] = values["tie_weights_"]
    return {**config, "model_type": "distilbert"}


DIALECT = Dialect(
    title="DistilBERT",
    any_of=frozenset({"sinusoidal_pos_embds"}),
    needed=frozenset({"dim", "n_layers", "n_heads"}),
    translate=translate,
)
