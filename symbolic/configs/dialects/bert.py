"""The bert_config.json of BERT's first release, which names no type. https://github.com/google-research/bert.

RoBERTa, ALBERT and ELECTRA once left out their type as well: only what has exactly BERT's keys is BERT.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values

SIZES = frozenset(
    {"vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "type_vocab_size"}
    | {"max_position_embeddings"}
)
ELSE = frozenset(
    {"attention_probs_dropout_prob", "hidden_dropout_prob", "hidden_act", "initializer_range", "directionality"}
    | {"pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers", "pooler_size_per_head", "pooler_type"}
    | {"layer_norm_eps"}
)
OF_ROBERTA = 1


def translate(values: Values) -> dict[str, object]:
    """Return BERT; where more is said, or as many kinds of segment as RoBERTa has, the config as it is."""
    if values.keys() <= SIZES | ELSE and values["type_vocab_size"] != OF_ROBERTA:
        return {**values, "model_type": "bert"}
    return dict(values)


DIALECT = Dialect(
    title="BERT's first release",
    any_of=frozenset({"type_vocab_size"}),
    needed=SIZES,
    translate=translate,
)
