"""llm-foundry's config of MPT, `model` in its files for training. https://github.com/mosaicml/llm-foundry.

Names and defaults: llmfoundry/models/mpt/configuration_mpt.py; what they make: llmfoundry/models/mpt/modeling_mpt.py.
"""

from __future__ import annotations

from fractions import Fraction
from math import isfinite

from symbolic.configs.dialect import Dialect, Values, number
from symbolic.errors import ConfigError, shown

OWN = frozenset({"attn_config", "ffn_config"})
DEFAULTS = {"max_seq_len": 2048, "vocab_size": 50368, "expansion_ratio": 4, "tie_word_embeddings": True}
ATTENTION: dict[str, tuple[object, ...]] = {
    "attn_type": ("multihead_attention",),
    "qk_ln": (False,),
    "qk_gn": (False,),
    "sliding_window_size": (-1,),
    "kv_n_heads": (None,),
    "kv_dim": (None,),
}
"""What makes MPT's own attention, in `attn_config`; the first is the default."""
FIRST = {"attn_type": "attn_type", "attn_qk_ln": "qk_ln"}
"""Where the first releases said that: beside the other sizes."""
NORMS = ("low_precision_layernorm", "layernorm", "triton_layernorm")
USED = frozenset(
    {"name", "attn_config", "ffn_config", "no_bias", "attention_bias", "learned_pos_emb", "norm_type", "head_dim"}
    | {"d_model", "n_heads", "n_layers", "block_overrides", "mlp_ratio", *DEFAULTS}
)
WITHOUT_EFFECT = frozenset(
    {"init_device", "init_config", "resid_pdrop", "emb_pdrop", "logit_scale", "embedding_fraction", "norm_eps"}
    | {"use_cache", "fc_type", "use_pad_tok_in_ffn", "final_logit_softcapping", "loss_fn", "pretrained"}
)
"""Keys that make no weight, under names that only this code has."""


def translate(values: Values) -> dict[str, object]:
    """Return a config of MPT, or of GPT-2 where positions have a table; ConfigError where neither is it.

    Other programs have an expansion_ratio, too: what neither has MPT's tables nor is called so is left as it is.
    """
    if not OWN & values.keys() and not str(values.get("name", "")).startswith("mpt"):
        return dict(values)
    said = {**DEFAULTS, **values}
    if "expansion_ratio" not in values and values.get("mlp_ratio") is not None:
        said["expansion_ratio"] = values["mlp_ratio"]
    attention, feed = (_table(said, key) for key in ("attn_config", "ffn_config"))
    attention = {**{new: values[old] for old, new in FIRST.items() if values.get(old) is not None}, **attention}
    for key, wanted in ATTENTION.items():
        if attention.get(key, wanted[0]) not in wanted:
            raise ConfigError(f"attn_config {key} {shown(attention[key])} makes another network than MPT's")
    if (kind := feed.get("ffn_type", "mptmlp")) != "mptmlp":
        raise ConfigError(f"ffn_config ffn_type {shown(kind)} makes another network than MPT's")
    if (norm := said.get("norm_type", NORMS[0])) not in NORMS:
        raise ConfigError(f"norm_type {shown(norm)} makes another network than MPT's")
    for key in ("head_dim", "block_overrides"):
        if said.get(key) is not None:
            raise ConfigError(f"{key} {shown(said[key])} makes another network than MPT's")
    biased = said.get("no_bias") is not True
    if said.get("attention_bias") not in (None, biased):
        raise ConfigError(f"attention_bias {shown(said['attention_bias'])} beside no_bias makes another network")
    passed = {key: value for key, value in values.items() if key not in USED | WITHOUT_EFFECT | FIRST.keys()}
    hidden = feed.get("ffn_hidden_size")
    sizes = {key: said[key] for key in ("vocab_size", "d_model", "n_heads", "n_layers")}
    tied = {"tie_word_embeddings": said["tie_word_embeddings"]}
    if attention.get("alibi") is True or attention.get("rope") is True or said.get("learned_pos_emb") is False:
        if biased:
            raise ConfigError(
                "without no_bias true and without a table of positions it makes a network that no known type has"
            )
        if hidden is not None and hidden != _hidden(said):
            raise ConfigError(f"ffn_config ffn_hidden_size {shown(hidden)} is no expansion_ratio, which MPT has alone")
        ratio = {"expansion_ratio": said["expansion_ratio"], "max_seq_len": said["max_seq_len"]}
        return {**passed, **sizes, **tied, **ratio, "model_type": "mpt", "no_bias": True}
    return {
        **passed,
        "model_type": "gpt2",
        "vocab_size": sizes["vocab_size"],
        "n_embd": sizes["d_model"],
        "n_head": sizes["n_heads"],
        "n_layer": sizes["n_layers"],
        "n_positions": said["max_seq_len"],
        "n_inner": _hidden(said) if hidden is None else hidden,
        **dict.fromkeys(("qkv_bias", "linear_bias", "norm_shift"), biased),
        **tied,
    }


def _table(said: Values, key: str) -> Values:
    value = said.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigError(f"{key} must be a table, got {shown(value)}")
    return value


def _hidden(said: Values) -> int:
    width, ratio = number(said, "d_model"), said["expansion_ratio"]
    if width is None or isinstance(ratio, bool) or not isinstance(ratio, int | float) or not isfinite(ratio):
        raise ConfigError(
            f"d_model and expansion_ratio must be numbers, got {shown(ratio)} of {shown(said['d_model'])}"
        )
    hidden = Fraction(str(ratio)) * width
    if hidden.denominator != 1:
        raise ConfigError(f"expansion_ratio {shown(ratio)} times d_model {width} is no whole number")
    return int(hidden)


DIALECT = Dialect(
    title="llm-foundry",
    any_of=frozenset({"expansion_ratio", *OWN}),
    needed=frozenset({"d_model", "n_heads", "n_layers"}),
    translate=translate,
)
