"""Questions and their answers: a number, letters to write, or one of several options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import TypeAlias

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Formula
from symbolic.pages.page import Part

LONG = 10**10
"""From here on a number has more digits than an ordinary calculator shows, and four of them are enough."""
SHORT = 2000
"""Four digits are right to one part in so many."""
CLEAR = 4
"""A wrong number is so many times as far from the right one as what is taken for it."""
UNORDERED, ORDERED = (" ", ",", ", "), ("-", " - ", "<", " < ")
"""What stands between letters where somebody writes them apart."""
MOST_PLACES, MORE_PLACES = 11, 16
"""The room of a blank, in signs: one for all numbers up to ten digits, and one for longer ones."""


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """An exact whole number."""

    value: int


@dataclass(frozen=True, slots=True)
class LettersAnswer:
    """Capital letters: BDAC. With `any_order`, they are a set, which `text` has in alphabetical order."""

    text: str
    any_order: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        """Return every way to write it that is right.

        >>> LettersAnswer("BA").spellings
        ('BA', 'B A', 'B,A', 'B, A', 'B-A', 'B - A', 'B<A', 'B < A')
        """
        orders = tuple("".join(letters) for letters in permutations(self.text)) if self.any_order else (self.text,)
        signs = UNORDERED if self.any_order else (*UNORDERED, *ORDERED)
        return tuple(dict.fromkeys((*orders, *(sign.join(self.text) for sign in signs))))


@dataclass(frozen=True, slots=True)
class AnswerOption:
    """One answer to choose from; `why` says which mistake leads to it, and is empty for the right one."""

    text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceAnswer:
    """Options of which exactly one is right; those of a `scale` stay in their order wherever they are shown.

    >>> ChoiceAnswer((AnswerOption("5", "a digit is missing"), AnswerOption("50"))).right
    'B'
    """

    options: tuple[AnswerOption, ...]
    scale: bool = False

    @property
    def right(self) -> str:
        """Return the letter of the right option."""
        return next(letter for letter, option in self.lettered if not option.why)

    @property
    def lettered(self) -> tuple[tuple[str, AnswerOption], ...]:
        """Return the options with their letters."""
        return tuple((chr(ord("A") + index), option) for index, option in enumerate(self.options))


Answered: TypeAlias = NumberAnswer | LettersAnswer | ChoiceAnswer


@dataclass(frozen=True, slots=True)
class Proof:
    """An equation that an answer rests on, for SymPy to check: a formula, the symbols' values, the result."""

    formula: Formula
    sizes: Mapping[str, Exact]
    value: int


@dataclass(frozen=True, slots=True)
class Item:
    """One blank: the label before it, its answer, the proofs of the answer, and hints that don't give it away.

    `follows` is what the answer is of numbers that the sheet has, where these are not its formula's; `half` is a wrong
    number that gets half of the points.

    >>> Item("a1", "Answer:", NumberAnswer(1536), ()).shown
    '1,536'
    """

    id: str
    label: str
    answer: Answered
    proofs: tuple[Proof, ...]
    hints: tuple[str, ...] = ()
    follows: Formula | None = None
    half: int | None = None

    @property
    def shown(self) -> str:
        """Return the answer as a key prints it."""
        match self.answer:
            case NumberAnswer(value):
                return grouped(value)
            case LettersAnswer(text):
                return text
        return self.answer.right

    @property
    def room(self) -> int:
        """Return how many signs of room a sheet leaves for a number."""
        return room(self.answer.value) if isinstance(self.answer, NumberAnswer) else len(self.shown)


def room(value: int) -> int:
    """Return the room for a number, which does not tell how many digits it has."""
    return MOST_PLACES if abs(value) < LONG else MORE_PLACES


def is_long(answer: Answered) -> bool:
    """Return whether a number is one of which four digits are enough."""
    return isinstance(answer, NumberAnswer) and abs(answer.value) >= LONG


def told_apart_in_short(right: int, wrong: int) -> bool:
    """Return whether nobody who writes a wrong number in as few digits as are enough is taken to be right.

    >>> told_apart_in_short(32_663_879_488, 32_663_877_888), told_apart_in_short(24_832, 24_831)
    (False, True)
    """
    return abs(right - wrong) * SHORT > CLEAR * right if abs(right) >= LONG else right != wrong


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its title, what is asked, its blanks, and the worked solution.

    `points` are those of its blanks; `by_hand` those of what is written beside them, which `written` gives. On paper it
    has so many lines of room for `working`; `work` is how many lines are worked out or thought through for it.
    """

    kind: str
    title: str
    stem: tuple[Part, ...]
    items: tuple[Item, ...]
    solution: tuple[Part, ...]
    points: int = 1
    by_hand: int = 0
    written: str = ""
    working: int = 0
    work: int = 3
