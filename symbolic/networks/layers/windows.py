"""Layers that look at a window of tokens, behind some that look at all: the pattern of Qwen2 and Qwen3."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symbolic.errors import ConfigError
from symbolic.formulas.formula import Formula, Symbol
from symbolic.formulas.vocabulary import n_global_layers, n_layers, sliding_window
from symbolic.language import Sentences
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block
from symbolic.networks.family import Option, Options, Pattern, Place
from symbolic.networks.layers.decoder import NO_POSITIONS, layer, sliding_and_global
from symbolic.networks.layers.patterns import FULL, SLIDING, count_types, listed_place, whole_number

FIRST = "max_window_layers"
DEFAULT = 28
"""How many layers look at all tokens where a config with windows doesn't say: transformers' number."""

WINDOWS = Option(
    "windowed",
    default=False,
    meaning=_("a token looks back only `sliding_window` tokens in some layers, or in all"),
    without=_("a token looks at all tokens before it in every layer"),
    aliases=("use_sliding_window",),
    size=sliding_window,
)
GLOBAL = Sentences(
    _("In these layers a token looks at all tokens before it. They come first in the stack."), NO_POSITIONS
)


def stack(options: Options, attention: Callable[[Formula | None], Block], *parts: Block) -> tuple[Block, ...]:
    """One kind of layer, or two where windows are on; `attention` makes that of a window, or without one."""
    if not options["windowed"]:
        return (layer(n_layers, attention(None), *parts),)
    return sliding_and_global(n_layers, n_global_layers, attention, *parts, about_global=GLOBAL)


def _count(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, int]:
    """Count layers with a window: as listed, or all but the first few where windows are on."""
    listed = count_types(values, sizes, {SLIDING: None, FULL: n_global_layers})
    if sliding_window.name in sizes:
        first = min(whole_number(values, FIRST, DEFAULT, minimum=0), sizes[n_layers.name])
        return listed or {n_global_layers: first}
    if listed and listed[n_global_layers] != sizes[n_layers.name]:
        raise ConfigError(
            "layer_types has sliding layers and use_sliding_window is not true; set it, or list full_attention only"
        )
    return {}


def _places(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, Place]:  # noqa: ARG001
    first = whole_number(values, FIRST, DEFAULT, minimum=0)
    return {n_global_layers: listed_place(values, FULL) or (lambda layer: layer < first)}


PATTERN = Pattern(("layer_types", FIRST), _count, _places)
