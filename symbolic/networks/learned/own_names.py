"""Sizes of a class whose names stand for something else in a description: it has tokens, and so has a run of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symbolic.formulas.vocabulary import SYMBOLS

TAKEN = frozenset({"i", *(name for name, symbol in SYMBOLS.items() if symbol.of_run)})
"""The numbers that a page asks for, such as tokens and image_height, and the number of a layer."""
OWN = "own_"


def owned(sizes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sizes of a class by names that a description may have: own_tokens for its tokens."""
    return {OWN + name if name in TAKEN else name: value for name, value in sizes.items()}


def given(sizes: Mapping[str, Any]) -> dict[str, Any]:
    """Return them by the names that the class gives them."""
    return {name.removeprefix(OWN) if name.removeprefix(OWN) in TAKEN else name: value for name, value in sizes.items()}
