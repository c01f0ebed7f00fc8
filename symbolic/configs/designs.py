"""What a config that names no type says of how its network is built, against the family that its keys look like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from symbolic.errors import shown
from symbolic.formulas.vocabulary import emb_dim, hidden_dim
from symbolic.networks.blocks import Block

ROTARY, TABLE = "rotary positions", "a table of positions"
NOT_ROTARY, OTHER = "that positions are not rotary", "positions of another kind"
RMS, LAYER, NO_NORMS, OTHER_NORMS = "RMS norms", "layer norms", "that there are no norms", "norms of another kind"
GATED, PLAIN = "a gated feed-forward network", "a feed-forward network of two matrices"

PAIRS, OTHER_PAIRS = "attention between all tokens", "attention of another kind"

_OF_ROTARY = re.compile(r"^(rope|rotary)_|^theta(_base)?$")
"""Numbers that only rotary positions have."""
_POSITIONS = re.compile(r"^(pos|position|positional|pe)(_?(emb|embed|embeddings?|enc|encodings?))?(_?(type|kind))?$")
_NORMS = re.compile(r"^norm(alization)?(_(type|kind|layer|class|name))?$")
_FEED = re.compile(
    r"^((ffn?|mlp|feed_?forward)_?)?(act|activation|act_fn|hidden_act|activation_(type|name|fn|function))$"
)
_KIND_OF_FEED = re.compile(r"^(ffn?|mlp|feed_?forward)(_(type|kind))?$")
"""Where only an activation is named, there is no gate: `ffn_type: silu` is the one without, beside swiglu."""
_ATTENTION = re.compile(
    r"^((self_)?attention|attn|mixer|token_mixer|sequence_mixer)(_(type|kind|variant|class|name))?$"
)
_USUAL = (
    "^(mha|gqa|mqa|multi|group|full|self|causal|dot|scaled|global|softmax|dense|default|standard|vanilla|regular|normal|"
    "naive|none|sdpa|flash|eager|xformers|mem|efficient|triton|fused|native|torch|math|cudnn|xla|ring|paged)"
)
"""How programs call attention with these weights, and how it is computed."""
_SWITCHES: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("use_rope", "rope", "use_rotary", "rotary", "apply_rope"), (ROTARY, NOT_ROTARY)),
    **dict.fromkeys(("remove_rope", "no_rope"), (NOT_ROTARY, ROTARY)),
    **dict.fromkeys(("remove_rmsnorm", "remove_norm", "no_norm"), (NO_NORMS, "")),
    **dict.fromkeys(("use_rmsnorm", "use_rms_norm", "rms_norm", "rmsnorm"), (RMS, LAYER)),
    **dict.fromkeys(("use_swiglu", "swiglu", "use_glu", "gated_mlp", "use_gated_mlp"), (GATED, PLAIN)),
}
_RATIO = re.compile(r"^((mlp|ffn?|feed_?forward|hidden|intermediate)_)?(ratio|mult|multiplier|expansion(_\w+)?)$")
_PLAIN = (("^(gelu|relu|gelu_new|quick_gelu)$", PLAIN),)
_SIGNS: tuple[tuple[re.Pattern[str], tuple[tuple[str, str], ...]], ...] = (
    (_POSITIONS, (("rope|rotary", ROTARY), ("learn|absolute|table", TABLE), ("", OTHER))),
    (_NORMS, (("rms", RMS), ("layer|^ln", LAYER), ("^(none|no|group|batch|instance|dyt|scale)", OTHER_NORMS))),
    (_KIND_OF_FEED, (("glu", GATED), ("^(silu|swish|mish)$", PLAIN), *_PLAIN)),
    (_FEED, (("glu", GATED), *_PLAIN)),
    (_ATTENTION, ((_USUAL, PAIRS), ("", OTHER_PAIRS))),
)
_KINDS = ({ROTARY, TABLE, NOT_ROTARY, OTHER}, {RMS, LAYER, NO_NORMS, OTHER_NORMS}, {GATED, PLAIN}, {PAIRS, OTHER_PAIRS})
_FITTING: Mapping[str, set[str]] = {NOT_ROTARY: {TABLE}}
"""What fits words that name no design themselves."""


class Said(NamedTuple):
    """A key of a config, and what it says that the network has."""

    key: str
    what: str


def denied(network: Block, values: Mapping[str, object], sizes: Mapping[str, int]) -> Said | None:
    """Return a key that says another design than a network's, and which; None where none does."""
    has = frozenset(_design(network))
    for said in _said(values):
        if not has & _FITTING.get(said.what, {said.what}) and has & next(kind for kind in _KINDS if said.what in kind):
            return said
    for key, value in values.items():
        width, given = sizes.get(hidden_dim.name), sizes.get(emb_dim.name)
        if _RATIO.match(key) and type(value) in (int, float) and width and given and value * given != width:  # type: ignore[operator]
            return Said(key, f"a feed-forward network {shown(value)} times as wide as the stream")
    return None


def keys_said(values: Mapping[str, object]) -> frozenset[str]:
    """Return the keys of a config that say how the network is built, in words that are known."""
    return frozenset(said.key for said in _said(values)) | {key for key in values if _RATIO.match(key)}


def _said(values: Mapping[str, object]) -> Iterator[Said]:
    for key, value in values.items():
        if isinstance(value, str):
            words = next((words for pattern, words in _SIGNS if pattern.match(key)), ())
            what = next((what for word, what in words if re.search(word, value.lower())), None)
        elif isinstance(value, bool):
            what = _SWITCHES[key][not value] if key in _SWITCHES else None
        elif key.startswith(("rms_norm_eps", "rms_eps")) and value is not None:
            what = RMS
        else:
            what = ROTARY if value and _OF_ROTARY.match(key) else None
        if what:
            yield Said(key, what)


def _design(network: Block) -> Iterator[str]:
    """Yield what a network has of each kind; of a kind that decides nothing in it, nothing."""
    blocks = [*_blocks(network)]
    keys, roles = {block.key for block in blocks}, {block.role for block in blocks}
    if "position_embedding" in keys:
        yield TABLE
    elif "attention" in roles and "position" not in roles:
        yield ROTARY
    if any("rms_norm" in key for key in keys):
        yield RMS
    elif any("layer_norm" in key for key in keys):
        yield LAYER
    if "attention" in roles:
        yield PAIRS
    leaves = {leaf.key for block in blocks for leaf in block.parts if not isinstance(leaf, Block)}
    if "gate_up_matrices" in leaves:
        yield GATED
    elif "feed-forward" in roles:
        yield PLAIN


def _blocks(network: Block) -> Iterator[Block]:
    yield network
    for part in network.parts:
        if isinstance(part, Block):
            yield from _blocks(part)
