"""Sizes that a part of a document supposes: "Take d = 512", up to the end of its section."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import Name, NumberNode
from symbolic.proofread.grammar.tokens import BLANK
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.document import Document
from symbolic.proofread.reading.equations import WrittenEquation

SUPPOSES = re.compile(
    r"\b(?:suppos(?:e|ing)|tak(?:e|ing)|assum(?:e|ing)|imagine|consider|let(?!\s+(?:us|me)\b|['’]s)"
    r"|setzen?(?:\s+(?:Sie|wir))?|angenommen)\b[^:]{0,60}\Z",
    re.IGNORECASE,
)
ENDS = re.compile(r"[.!?][\s\x00\x01]|\n[ \t\x01]*\n")
LONGEST = 400
MOST = 200
"""A document of more models than these is no derivation: the further ones are read as statements."""


@dataclass
class Supposition:
    """Sizes that hold from `start` to `end`."""

    start: int
    end: int
    sizes: dict[str, Exact]


@dataclass
class Suppositions:
    """The suppositions of a document, and the values that names have under them."""

    values: Values
    found: list[Supposition] = field(default_factory=list)
    made: dict[int, Values] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Document, chains: Iterable[WrittenEquation], values: Values) -> Suppositions:
        """Return the suppositions of a document, its equations given in order; known sizes are left out."""
        found: list[Supposition] = []
        sentence = -1
        for equation in chains:
            sizes = _sizes(equation)
            if not sizes:
                continue
            start = _sentence(document.prose, equation.start)
            if start == sentence:
                found[-1].sizes.update(sizes)
            elif SUPPOSES.search(document.prose[start : equation.start]):
                if found:
                    found[-1].end = min(found[-1].end, equation.start)
                found.append(Supposition(equation.start, document.section_end(equation.start), sizes))
                sentence = start
        other = [one for one in found if any(values.of(name) != (size,) for name, size in one.sizes.items())]
        return cls(values, other[:MOST])

    def at(self, place: int) -> Values:
        """Return the values of names at a place."""
        index = bisect_right(self.found, place, key=lambda one: one.start) - 1
        if index < 0 or place >= self.found[index].end:
            return self.values
        if index not in self.made:
            self.made[index] = self.values.supposing(self.found[index].sizes)
        return self.made[index]


def _sizes(equation: WrittenEquation) -> dict[str, Exact]:
    """Return the names that an equation gives a number, if it says nothing else; otherwise nothing."""
    names = [side.text for side in equation.sides if isinstance(side, Name) and side.text != BLANK]
    numbers = [side.figure.value for side in equation.sides if isinstance(side, NumberNode)]
    given = set(equation.relations) == {"="} and len(numbers) == 1 and len(names) == len(equation.sides) - 1
    return dict.fromkeys(names, numbers[0]) if given else {}


def _sentence(prose: str, place: int) -> int:
    """Return the start of the sentence around a place."""
    first = max(0, place - LONGEST)
    return max((match.end() for match in ENDS.finditer(prose, first, place)), default=first)
