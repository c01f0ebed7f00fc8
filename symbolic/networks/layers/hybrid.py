"""Decoders that mix gated delta nets with full attention: every nth layer looks at all tokens before it.

Qwen3-Next, https://qwenlm.github.io/blog/qwen3_next/.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import lcm

from symbolic.formulas.formula import Formula
from symbolic.formulas.vocabulary import n_full_layers
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Kind, Weight
from symbolic.networks.layers.attention import grouped_query_attention, head_norms
from symbolic.networks.layers.expert_pattern import ONLY_DENSE, STEP
from symbolic.networks.layers.patterns import FULL, count_types, every, listed_layers, whole_number
from symbolic.networks.layers.tensors import ATTENTION, LAYER

LINEAR = "linear_attention"
INTERVAL = "full_attention_interval"
DELTA_NET = f"{LAYER}.linear_attn"

LINEAR_LAYER = _(
    "The network mixes two kinds of layer. In this kind a gated delta net takes the place of attention; it costs the "
    "same for every token, however long the text is. The layers of this kind are built alike, and each has "
    "numbers of its own, so all add the same amount. We count one and multiply. Positions need no table here: the "
    "delta net reads the tokens in their order."
)
FULL_LAYER = _(
    "In this kind of layer each token looks at all tokens before it; that is called full attention. Unless the config "
    "says otherwise, every fourth layer is of this kind. Positions need no table: part of each query and key is "
    "rotated by its position."
)


def gated_full_attention(
    emb_dim: Formula, n_heads: Formula, n_kv_groups: Formula, head_dim: Formula, *, bias: bool, qk_norm: bool
) -> Block:
    """Grouped-query attention whose result passes a gate of (emb_dim, n_heads × head_dim)."""
    gate = Weight(
        "attention_gate_matrix",
        _("attention gate matrix"),
        (emb_dim, n_heads * head_dim),
        Kind.MATRIX,
        about=_("Makes a gate for each number of the heads' results: how much of it passes."),
    )
    gate_bias = Weight(
        "attention_gate_bias",
        _("attention gate bias"),
        (n_heads * head_dim,),
        Kind.BIAS,
        about=_("One number added to each output."),
    )
    return grouped_query_attention(
        emb_dim,
        n_heads,
        n_kv_groups,
        head_dim,
        qkv_bias=bias,
        output_bias=bias,
        norms=head_norms(head_dim) if qk_norm else (),
        extra=(gate, gate_bias) if bias else (gate,),
    )


def count_full(values: Mapping[str, object], sizes: Mapping[str, int]) -> int:
    """Return how many layers have full attention: listed, or every nth."""
    listed = count_types(values, sizes, {LINEAR: None, FULL: n_full_layers})
    return listed[n_full_layers] if listed else every(whole_number(values, INTERVAL, 4), sizes["n_layers"])


def count_full_sparse(values: Mapping[str, object], sizes: Mapping[str, int]) -> int:
    """Return how many layers have full attention and experts."""
    step, n_layers = whole_number(values, STEP, 1), sizes["n_layers"]
    dense = listed_layers(values, ONLY_DENSE, n_layers)
    kinds = values.get("layer_types")
    if isinstance(kinds, list | tuple):
        return sum(
            kind == FULL and number % step == 0 and number - 1 not in dense for number, kind in enumerate(kinds, 1)
        )
    both = lcm(step, whole_number(values, INTERVAL, 4))
    return every(both, n_layers) - sum((layer + 1) % both == 0 for layer in dense)


DELTA_NET_TENSORS: Mapping[str, str | tuple[str, ...]] = {
    "decay_bias": f"{DELTA_NET}.dt_bias",
    "decay_rates": f"{DELTA_NET}.A_log",
    "convolution_kernels": f"{DELTA_NET}.conv1d.weight",
    "gated_delta_net/norm_scale": f"{DELTA_NET}.norm.weight",
    "gated_delta_net/output_projection_matrix": f"{DELTA_NET}.out_proj.weight",
    "attention_gate_matrix": f"{ATTENTION}.q_proj.weight",
    "attention_gate_bias": f"{ATTENTION}.q_proj.bias",
}
"""Where transformers keeps them; the gate of the full attention lies beside its query."""
