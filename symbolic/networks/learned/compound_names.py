"""Names of weights that are put together from words of code, as messages: those that many types have."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.language import lazy as _

NAMES = (
    _("table"),
    _("matrix"),
    _("bias"),
    _("kernel"),
    _("scale"),
    _("scales"),
    _("shifts"),
    _("norm"),
    _("layer norm"),
    _("query matrix"),
    _("query bias"),
    _("key matrix"),
    _("value matrix"),
    _("query and key matrices"),
    _("query and value biases"),
    _("key and value matrices"),
    _("key and value biases"),
    _("query, key and value matrix"),
    _("query, key and value bias"),
    _("query, key and value matrices"),
    _("query, key and value biases"),
    _("query compression matrix"),
    _("query expansion matrix"),
    _("key and value compression matrix"),
    _("key and value expansion matrix"),
    _("output matrix"),
    _("output bias"),
    _("input matrix"),
    _("input bias"),
    _("first matrix"),
    _("first bias"),
    _("second matrix"),
    _("second bias"),
    _("up matrix"),
    _("gate matrix"),
    _("gate and up matrix"),
    _("gate and up matrices"),
    _("gate and up biases"),
    _("down matrix"),
    _("down bias"),
    _("projection matrix"),
    _("projection bias"),
    _("output projection matrix"),
    _("input-dependent matrix"),
    _("time step matrix"),
    _("time step bias"),
    _("decay"),
    _("skip"),
    _("convolution kernel"),
    _("convolution bias"),
    _("first convolution kernel"),
    _("first convolution bias"),
    _("second convolution kernel"),
    _("second convolution bias"),
    _("position embeddings table"),
    _("position embedding table"),
    _("class token"),
    _("class token table"),
    _("mask token"),
    _("image projection matrix"),
    _("text projection matrix"),
    _("similarity scale"),
    _("lengths"),
    _("directions"),
    _("attention sinks"),
    _("router correction bias"),
)
WORDED: Mapping[str, str] = {str(name): name for name in NAMES}


def worded(name: str) -> str:
    """Return a name as a message that each language has words for, where many types have it; else the name itself."""
    return WORDED.get(name, name)
