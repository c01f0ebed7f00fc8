"""How many parameters is that, and why: derivations of a neural network's sizes, exact and in steps.

>>> import symbolic
>>> symbolic.explain(symbolic.load("gpt2-124m")).total
124412160
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from symbolic import display

if TYPE_CHECKING:
    from symbolic.api import count, explain
    from symbolic.configs.model import Model
    from symbolic.errors import ConfigError, SymbolicError, UnknownName
    from symbolic.loading import load, load_all, trace
    from symbolic.measuring.derivation import Derivation
    from symbolic.measuring.step import Step

__all__ = [
    "ConfigError",
    "Derivation",
    "Model",
    "Step",
    "SymbolicError",
    "UnknownName",
    "count",
    "explain",
    "load",
    "load_all",
    "trace",
]
__version__ = "0.1.0"
_PLACES = {
    **dict.fromkeys(("count", "explain"), "symbolic.api"),
    **dict.fromkeys(("load", "load_all", "trace"), "symbolic.loading"),
    **dict.fromkeys(("ConfigError", "SymbolicError", "UnknownName"), "symbolic.errors"),
    "Derivation": "symbolic.measuring.derivation",
    "Model": "symbolic.configs.model",
    "Step": "symbolic.measuring.step",
}
"""Where each name is: imported when it is asked for, so that the command can start before all of it is there."""


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_PLACES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _show(shown: display.Displayed, format: str, **options: str) -> str | bytes:
    from symbolic.pages import rendering

    return rendering.show(shown, format, **options)


def _bundle(shown: display.Displayed) -> Mapping[str, str]:
    from symbolic.pages import rendering

    return rendering.bundle(shown)


# Derivations and models show themselves; only from up here are the formats in sight.
display.register(_show, _bundle)
