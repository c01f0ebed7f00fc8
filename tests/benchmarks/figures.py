"""Figures beside their aims: what missed one is remembered, so that a run of all parts can end with a list of them."""

from __future__ import annotations

import os
from pathlib import Path

MISSED = "SYMBOLIC_BENCHMARKS_MISSED"
"""Names the file in which the parts of one run write down what missed its aim."""


class Figures:
    """The figures of one part of the benchmarks."""

    def __init__(self, part: str) -> None:
        """`part` is the name of its file."""
        self.part = part

    def most(self, name: str, figure: float, aim: float | None) -> None:
        """Remember a figure that is larger than its aim."""
        if aim is not None and round(figure, 2) > aim:
            self.note(f"{name}: {figure:.2f}, aim at most {aim:g}")

    def least(self, name: str, figure: float, aim: float | None) -> None:
        """Remember a figure that is smaller than its aim."""
        if aim is not None and round(figure, 1) < aim:
            self.note(f"{name}: {figure:.1f}, aim at least {aim:g}")

    def note(self, line: str, *, missed: bool = True) -> None:
        """Remember a line if something was missed."""
        if missed and MISSED in os.environ:
            with Path(os.environ[MISSED]).open("a", encoding="utf-8") as file:
                file.write(f"{self.part}: {line}\n")
