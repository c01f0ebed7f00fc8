"""What a kind of question may draw from: the form's derivation, and models like it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from symbolic.measuring.derivation import Derivation
from symbolic.pages.prose import Prose


@dataclass(frozen=True, slots=True)
class Context:
    """`sister` gives the derivation of another model of the family, whose numbers stand nowhere else on the sheet."""

    derivation: Derivation
    sister: Callable[[Random], Derivation]
    prose: Prose
    random: Random
    easy: bool = False

    @property
    def unit(self) -> str:
        """The word behind a number."""
        return self.derivation.unit
