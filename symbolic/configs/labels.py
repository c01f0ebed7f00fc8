"""How many classes a config names: what a head that classifies has one score each for."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.configs.given import Given
from symbolic.errors import shown

NAMES = "id2label"
DEFAULT = 2
"""Hugging Face's, for a config that says nothing."""


def count_labels(given: Given, number: int | None) -> int:
    """Return the number of classes: given, or that of the names in the config, or two."""
    given.use(NAMES)
    names = given.values.get(NAMES)
    if names is None:
        return DEFAULT if number is None else number
    if not isinstance(names, Mapping) or not names:
        raise given.error(f"{NAMES} must name each class, got {shown(names)}; give a dict of names")
    if number is not None and number != len(names):
        raise given.error(f"num_labels is {shown(number)} and {NAMES} names {len(names)} classes; keep one")
    return len(names)
