"""What a kind of question may draw from: the form's derivation, and other models of the family."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from symbolic.handouts.answers import AnswerOption, ChoiceAnswer
from symbolic.handouts.variants import Turn
from symbolic.language import Inside
from symbolic.measuring.derivation import Derivation
from symbolic.pages.prose import Prose

T = TypeVar("T")


class NoSmallSizes(Exception):
    """A kind of question needs sizes of one or two digits, and no such sizes were found that belong together."""


@dataclass(frozen=True, slots=True)
class Context:
    """The form's derivation, and `sibling`, which derives another model of the family with numbers of its own.

    The sheet is `short` where it prints one line for each part. `taken` says how often each letter is the right one
    in the questions before: who guesses one letter throughout gets no more than another. `turns` says which of so many
    sizes or cases a form takes: forms that follow each other in a class ask about others.
    """

    derivation: Derivation
    sibling: Callable[[Random], Derivation]
    prose: Prose
    random: Random
    turns: Turn
    easy: bool = False
    short: bool = False
    taken: Counter[str] = field(default_factory=Counter)

    def turn(self, several: int) -> int:
        """Return which of so many cases the form asks about."""
        return self.turns("case", several)

    def shuffled(self, options: Sequence[AnswerOption]) -> ChoiceAnswer:
        """Return the options in any order, the right one at a letter that is seldom right."""
        right = next(option for option in options if not option.why)
        wrong = [option for option in options if option is not right]
        self.random.shuffle(wrong)
        place = self.seldom(range(len(options)), lambda place: chr(ord("A") + place))
        return ChoiceAnswer((*wrong[:place], right, *wrong[place:]))

    def in_order(self, options: Sequence[AnswerOption]) -> ChoiceAnswer:
        """Return options in their order or its reverse, whichever has the right one at a letter seldom right."""
        both = (ChoiceAnswer(tuple(options), scale=True), ChoiceAnswer(tuple(reversed(options)), scale=True))
        return self.seldom(both, lambda choice: choice.right)

    def seldom(self, several: Iterable[T], letter: Callable[[T], str]) -> T:
        """Return one of those whose letter is right the fewest times so far."""
        found = [(self.taken[letter(one)], one) for one in several]
        least = min(count for count, _ in found)
        return self.random.choice([one for count, one in found if count == least])

    @property
    def asked(self) -> dict[str, object]:
        """Return what a question calls the total: parameters are counted, bytes are those of something."""
        quantity = self.derivation.quantity
        counted = quantity.name == quantity.unit
        return {"unit": self.unit, "count": counted, "title": Inside(quantity.title)}

    @property
    def unit(self) -> str:
        """Return the unit of the numbers."""
        return self.derivation.unit
