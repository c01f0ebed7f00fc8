"""Layers that predict further tokens, in the files of described types: no class of transformers builds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from symbolic.networks.blocks import Block
from symbolic.networks.layers.in_files import prediction_layer
from symbolic.networks.walks import blocks

KEY = "num_nextn_predict_layers"
REPEATS_TABLES = {"deepseek_v32": True, "glm4_moe": True, "glm_moe_dsa": False}
"""Types whose files hold layers behind the last one that are like it, as DeepSeek-V3's do; and whether each has a table
and a head of its own. The Hub's totals of DeepSeek-V3.2, GLM-4.5, GLM-4.5-Air, GLM-4.7 and GLM-5 come out so; GLM-4.6's
files do without the two."""


def predicted(model_type: str, config: Mapping[str, Any]) -> int:
    """Return how many such layers the files of a config's model hold, where we know what these are like."""
    found = config.get(KEY, 0) if model_type in REPEATS_TABLES else 0
    return found if type(found) is int and found > 0 else 0


def with_predicting(network: Block, model_type: str) -> Block:
    """Return the network with those layers beside it, of the parts of its last layer."""
    last = [block for block in blocks(network) if block.role == "layer"][-1]
    parts = tuple(part for part in last.parts if isinstance(part, Block))
    return replace(network, beside=(prediction_layer(*parts, repeats_tables=REPEATS_TABLES[model_type]),))
