"""How much a run of the tests tries: a sample by default, everything where SYMBOLIC_EVERYTHING is set (.ci/run)."""

import os
from collections.abc import Sequence
from typing import TypeVar

import pytest

import symbolic
from symbolic.configs import models

Case = TypeVar("Case")
Other = TypeVar("Other")

EVERYTHING = bool(os.environ.get("SYMBOLIC_EVERYTHING"))

thorough = pytest.mark.thorough
"""A test that only a run of everything makes: it costs much, and another test would find most of what it finds."""

ONE_A_FAMILY = list({symbolic.load(name).architecture.name: name for name in reversed(models.names())}.values())[::-1]
"""The first bundled model of each family."""

MODELS = models.names() if EVERYTHING else tuple(ONE_A_FAMILY)
"""The models that a test of every model tries."""


def sample(cases: Sequence[Case], step: int, start: int = 0) -> list[Case]:
    """Every so many of the cases; choose a step that has no divisor in common with the length of an inner loop."""
    return list(cases if EVERYTHING else cases[start::step])


def by_turns(rows: Sequence[Case], columns: Sequence[Other], start: int = 0) -> list[tuple[Case, Other]]:
    """Every second pair, as a chessboard has its fields: a row has half of the columns, and the next row the rest."""
    pairs = [(first + second, row, column) for first, row in enumerate(rows) for second, column in enumerate(columns)]
    return [(row, column) for place, row, column in pairs if place % 2 == start]


def count(everything: int, usually: int) -> int:
    """How many examples, or how large one."""
    return everything if EVERYTHING else usually
