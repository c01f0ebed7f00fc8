"""Questions and their answers: a number, letters to write, or one of several options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from symbolic.formulas.formula import Exact, Formula
from symbolic.pages.page import Part

SAFE = 2**53
"""Up to here each whole number is a float of its own; a platform that grades in floating point tells them apart."""


@dataclass(frozen=True, slots=True)
class Number:
    """An exact whole number."""

    value: int


@dataclass(frozen=True, slots=True)
class Word:
    """Capital letters in a certain order: BDAC."""

    text: str


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose; `why` says which mistake leads to it, and is empty where it is right."""

    text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Options of which exactly one is right."""

    options: tuple[Option, ...]

    @property
    def right(self) -> str:
        """The letter of the right one."""
        return next(letter for letter, option in self.lettered if not option.why)

    @property
    def lettered(self) -> tuple[tuple[str, Option], ...]:
        """The options with their letters."""
        return tuple((chr(ord("A") + index), option) for index, option in enumerate(self.options))


Answered: TypeAlias = Number | Word | Choice


@dataclass(frozen=True, slots=True)
class Proof:
    """A formula with numbers for its symbols, and what it comes to: what an answer rests on, for SymPy to check."""

    formula: Formula
    sizes: Mapping[str, Exact]
    value: int


@dataclass(frozen=True, slots=True)
class Item:
    """One blank: what stands before it, its answer, what the answer rests on, and hints that don't give it away."""

    id: str
    label: str
    answer: Answered
    proofs: tuple[Proof, ...]
    hints: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The answer as a key prints it."""
        match self.answer:
            case Number(value):
                return f"{value:,}"
            case Word(text):
                return text
        return self.answer.right


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, its blanks, and the worked solution."""

    kind: str
    title: str
    stem: tuple[Part, ...]
    items: tuple[Item, ...]
    solution: tuple[Part, ...]
    points: int = 1
