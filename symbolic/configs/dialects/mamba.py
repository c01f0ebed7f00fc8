"""Mamba's own format: the config of the package mamba_ssm. https://github.com/state-spaces/mamba."""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number
from symbolic.errors import ConfigError, shown

SSM = {
    "d_state": "state_size",
    "d_conv": "conv_kernel",
    "expand": "expand",
    "dt_rank": "time_step_rank",
    "bias": "use_bias",
    "conv_bias": "use_conv_bias",
}
DEFAULTS: dict[str, object] = {"rms_norm": True, "d_intermediate": 0, "attn_layer_idx": [], "attn_cfg": {}}
PASSED = ("ssm_cfg", "pad_vocab_size_multiple", "tie_embeddings", *DEFAULTS)
OWN = frozenset({"d_model", "n_layer", "vocab_size", "residual_in_fp32", "fused_add_norm", *PASSED})
"""Every key of the package's config."""


def translate(values: Values) -> dict[str, object]:
    """Return the first Mamba; its vocabulary is padded to a multiple."""
    if "ssm_cfg" not in values and (other := next((key for key in values if key not in OWN), None)) is not None:
        raise ConfigError(
            f"{other} is no key of its config, and without ssm_cfg the other keys are those of many networks; add the "
            "key model_type"
        )
    for key, wanted in DEFAULTS.items():
        if values.get(key, wanted) not in (wanted, None):
            raise ConfigError(f"{key} {shown(values[key])} makes another network than the first Mamba")
    inner = values.get("ssm_cfg") or {}
    if not isinstance(inner, dict):
        raise ConfigError(f"ssm_cfg must be a table, got {shown(inner)}")
    if inner.get("layer", "Mamba1") != "Mamba1":
        raise ConfigError(f"ssm_cfg layer {shown(inner['layer'])} is another network than the first Mamba")
    step, vocabulary = number(values, "pad_vocab_size_multiple", 8), values.get("vocab_size")
    if isinstance(vocabulary, int) and step:
        vocabulary = -(-vocabulary // step) * step
    return {
        **{key: value for key, value in values.items() if key not in PASSED},
        "vocab_size": vocabulary,
        "state_size": 16,
        **{SSM.get(key, f"ssm_cfg.{key}"): value for key, value in inner.items() if key != "layer"},
        "tied_head": values.get("tie_embeddings", True),
        "model_type": "mamba",
    }


DIALECT = Dialect(
    title="Mamba's own format",
    any_of=frozenset({"ssm_cfg", "pad_vocab_size_multiple", "rms_norm"}),
    needed=frozenset({"d_model", "n_layer"}),
    translate=translate,
    # Others build on its package: Caduceus reads in both directions.
    guess=True,
)
