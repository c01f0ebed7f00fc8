"""What a kind of question may draw from: the form's derivation, and other models of the family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from symbolic.measuring.derivation import Derivation
from symbolic.pages.prose import Prose


@dataclass(frozen=True, slots=True)
class Context:
    """The form's derivation, and `sibling`, which derives another model of the family with numbers of its own.

    The sheet is `short` where it prints one line for each part.
    """

    derivation: Derivation
    sibling: Callable[[Random], Derivation]
    prose: Prose
    random: Random
    easy: bool = False
    short: bool = False

    @property
    def unit(self) -> str:
        """Return the unit of the numbers."""
        return self.derivation.unit
