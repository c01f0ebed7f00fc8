"""What a reader types for another page of a model."""

from __future__ import annotations

import re

from symbolic.configs.model import Model
from symbolic.measuring.derivation import Derivation

PLAIN = re.compile(r"[\w.-]+(/[\w.-]+)?")


def named(model: Model) -> str:
    """Return what a command calls a model: its name, or a word in its place where a shell could read more in it."""
    return model.name if PLAIN.fullmatch(model.name) and not model.name.startswith("-") else "MODEL"


def asking(derivation: Derivation, quantity: str) -> str:
    """Return the command for another quantity of a derivation's model, with the format of weights that was named."""
    dtype = f" --dtype {derivation.dtype}" if PLAIN.fullmatch(derivation.dtype) else ""
    return f"symbolic explain {named(derivation.model)} --quantity {quantity}{dtype}"
