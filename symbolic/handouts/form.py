"""A form: one student's model, its derivation with blanks, and its questions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from unicodedata import normalize

from symbolic.configs.model import Model
from symbolic.handouts.answers import Item, Question
from symbolic.handouts.fading import Faded
from symbolic.handouts.from_derivation import Asked
from symbolic.handouts.prompts import IN_SHORT, prompts
from symbolic.handouts.seeds import Seed
from symbolic.measuring.derivation import Derivation
from symbolic.pages.prose import Prose


@cache
def words() -> Prose:
    """Return the words of a handout."""
    return Prose("handout", "handout")


@dataclass(frozen=True, slots=True)
class Settings:
    """What all forms of a handout share. `questions` are kinds; with `strict`, one that can't be asked is an error.

    With `check`, sheets hold fingerprints of the answers, to check what is typed. A `short` sheet has a line for each
    part, and asks for a sentence only where a product or the total is blank.
    """

    like: Derivation
    seed: Seed
    fade: str
    questions: tuple[str, ...] = ()
    strict: bool = False
    varied: bool = True
    easy: bool = False
    language: str = "en"
    paper: str = "a4"
    check: bool = True
    short: bool = False

    @property
    def prose(self) -> Prose:
        """Return the words of a handout, in the language that is spoken."""
        return words()


def asked_of(faded: Faded, settings: Settings) -> tuple[str, ...]:
    """Return the question behind each blank; "" where there is none."""
    return prompts(faded, settings.prose, IN_SHORT if settings.short else None)


@dataclass(frozen=True, slots=True)
class Form:
    """What a sheet and its key are made from. `who` identifies the form; `student` is a name to print, or empty."""

    id: str
    who: str
    student: str
    settings: Settings
    derivation: Derivation
    faded: Faded
    blanks: tuple[Item, ...]
    questions: tuple[Question, ...]

    @property
    def stem(self) -> str:
        """Return the name of its files: whose form it is, and its id."""
        # An accented letter is its letter and a mark, which goes.
        plain = re.sub(r"[\u0300-\u036f]", "", normalize("NFKD", self.who))
        safe = re.sub(r"[^\w.-]+", "-", plain, flags=re.ASCII).strip(".-")[:60]
        return f"{safe}-{self.id}" if safe else self.id

    @property
    def named(self) -> str:
        """Return the name to print, with the student's id where the roster has one; "" where no name is printed."""
        return f"{self.student} ({self.who})" if self.student and self.who != self.student else self.student

    @property
    def foot(self) -> str:
        """Return whose form it is and its id, as plain words: the foot of each sheet, and its title elsewhere."""
        return self.settings.prose("foot", form=self.id, student=self.named).replace("\\", "")

    @property
    def model(self) -> Model:
        """Return the form's model."""
        return self.derivation.model

    @property
    def items(self) -> tuple[Item, ...]:
        """Return every blank of the sheet, in reading order."""
        return (*self.blanks, *(item for question in self.questions for item in question.items))

    @property
    def points(self) -> int:
        """Return the sum of the points: one for each blank of the example and sentence, and those of each question."""
        return sum(points for _, points in self.points_of) + self.by_hand

    @property
    def by_hand(self) -> int:
        """Return the points that a person has to give: for sentences and formulas."""
        return sum(map(bool, self.prompts)) + sum(each.by_hand for each in self.questions)

    @property
    def prompts(self) -> tuple[str, ...]:
        """Return the question behind each blank, which a sentence answers; "" where there is none."""
        return asked_of(self.faded, self.settings)

    def prompt(self, asked: Asked) -> str:
        """Return the question behind a line's blank, or ""."""
        number = self.faded.number(asked)
        return self.prompts[number - 1] if number else ""

    def blank_id(self, asked: Asked) -> str:
        """Return the id of a line's blank, or ""."""
        number = self.faded.number(asked)
        return self.blanks[number - 1].id if number else ""

    def sentence_id(self, asked: Asked) -> str:
        """Return the id of the sentence that a line's blank asks for."""
        return f"{self.faded.number(asked)}b"

    @property
    def points_of(self) -> tuple[tuple[Item, int], ...]:
        """Return every blank with its points; what a person has to mark is not among them."""
        asked = ((item, each.points // len(each.items)) for each in self.questions for item in each.items)
        return (*((item, 1) for item in self.blanks), *asked)
