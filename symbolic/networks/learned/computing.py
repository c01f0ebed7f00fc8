"""What attention computes and keeps, told from its weights: scores, mixing, and the cache of keys and values.

This is what a layer of queries, keys and values usually does. A description says for which quantities it was held
against the real forward pass; for others it is not used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symbolic.formulas.algebra import simplified
from symbolic.formulas.formula import Formula, Negative, Sum
from symbolic.networks.blocks import Block, Part, Weight
from symbolic.networks.layers.attended import keys_and_values, products

QUERY = r"q_proj|query|q_lin|wq|q|to_q|linear_q|query_proj|q_b_proj"
KEY = r"k_proj|key|k_lin|wk|k|to_k|linear_k|key_proj"
VALUE = r"v_proj|value|v_lin|wv|v|to_v|linear_v|value_proj"
FUSED = r"query_key_value|qkv_proj|c_attn|qkv|w_pack|wqkv|att_proj"
OUTPUT = r"o_proj|out_proj|out_lin|wo|o|dense|c_proj|output_proj|linear_out|attn_out|output"


def computed(parts: Sequence[Block | Part]) -> list[Part]:
    """Return the products and the cache of an attention with these weights; none where they are of another kind."""
    matrices = {part.key: part for part in parts if isinstance(part, Weight) and len(part.shape) == 2}
    output = _one(OUTPUT, matrices)
    if output is None:
        return []
    heads = output.shape[0]
    query, key, value, fused = (_one(pattern, matrices) for pattern in (QUERY, KEY, VALUE, FUSED))
    if query is not None and key is not None and value is not None:
        if key.shape[1] != value.shape[1]:
            return []
        return [*products(query.shape[1], heads), keys_and_values(key.shape[1], all_heads=heads)]
    if fused is not None:
        width = _half(fused.shape[1], heads)
        return [*products(heads, heads), keys_and_values(width, all_heads=heads)]
    return []


def _one(pattern: str, matrices: dict[str, Weight]) -> Weight | None:
    found = [weight for key, weight in matrices.items() if re.fullmatch(pattern, key.lower())]
    return found[0] if len(found) == 1 else None


def _half(fused: Formula, heads: Formula) -> Formula:
    """Return the width of the keys in a fused matrix: half of what the queries leave, the values have the rest."""
    return simplified(Sum((fused, Negative(heads))) / 2, {})
