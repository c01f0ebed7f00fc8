"""Findings about an equation, and the report about the whole document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import Name, NumberNode
from symbolic.proofread.arithmetic.numbers import WrittenNumber
from symbolic.proofread.reading.document import Document, Position
from symbolic.proofread.reading.equations import WrittenEquation

Verdict: TypeAlias = Literal["holds", "wrong", "carried", "doubtful", "rounding", "unknown", "unread"]
VERDICTS: tuple[Verdict, ...] = ("wrong", "carried", "doubtful", "rounding", "unread", "unknown", "holds")
"""From what is wrong to what holds: `doubtful` may be read in two ways, `rounding` is off in its last digit."""
ERRORS = frozenset({"wrong", "carried"})
"""The verdicts that say that something is to be corrected."""
MILD = frozenset({"doubtful", "rounding"})
"""Those that say that something is to be looked at."""


SMALLEST = 1000
"""Smaller numbers than this come up again by chance: errors are not traced by them."""


def is_traced(value: Exact) -> bool:
    """Return whether a wrong number can be recognised further down: it is large, and not round like 15,000."""
    return (value >= SMALLEST or value <= -SMALLEST) and value % SMALLEST != 0


class Replacement(NamedTuple):
    """A number in the text and the number to write in its place."""

    start: int
    end: int
    before: str
    after: str


class Finding(NamedTuple):
    """The verdict on an equation, in one sentence; `start` to `end` is the place that it is about.

    `figure` is the number as written, and `correct` the number that should stand there, if it is known; `by_numbers` is
    true if no name was needed to work that out. `instead` is the number that should stand there once wrong numbers
    further up are corrected, if it differs from `correct`. `slip` is what somebody may have done, as a sentence without
    its end; `in_result` is true if only the result is to be corrected then. `alone` is true of an error that is certain
    only if the rest of the document is read rightly.
    """

    verdict: Verdict
    equation: WrittenEquation
    start: int
    end: int
    says: str
    figure: WrittenNumber | None = None
    correct: Exact | None = None
    by_numbers: bool = False
    instead: Exact | None = None
    slip: str = ""
    in_result: bool = False
    alone: bool = False

    @property
    def right(self) -> Exact | None:
        """Return the number that should stand there once all errors are mended; None if it is unknown."""
        return self.correct if self.instead is None else self.instead

    @property
    def is_definition(self) -> bool:
        """Return whether the equation only gives a name its number, d = 768, and there is nothing to report."""
        kinds = {type(side) for side in self.equation.sides}
        plain = self.verdict in ("holds", "unknown") and not (self.says and self.verdict == "holds")
        return plain and kinds == {Name, NumberNode} and len(self.equation.sides) == 2


class Part(NamedTuple):
    """A part of the model's count, and how many times a document counts it: once, twice or not at all."""

    name: str
    formula: str
    size: int
    times: int
    convention: str = ""


@dataclass(frozen=True)
class TotalComparison:
    """A document's total beside the model's; `convention` is the one that gives this total, "" if none does.

    `written` is the total in the document (`written_fits` if some way of counting gives it), `mended` the total once
    its errors are mended; `quantity` is the quantity that it counts, if that is not parameters; `parts` are the parts
    in which it differs from the true total, `present` the parts that it has.
    """

    model: str
    family: str
    total: int
    written: int
    written_fits: bool
    mended: int
    convention: str
    unexplained: bool = False
    parts: tuple[Part, ...] = ()
    present: tuple[str, ...] = ()
    at: int = 0
    quantity: str = ""


@dataclass(frozen=True)
class Report:
    """All findings, in the order of the document; `path` is the path that the file was read from."""

    name: str
    document: Document
    findings: tuple[Finding, ...]
    model: str = ""
    recognised: bool = False
    note: str = ""
    comparison: TotalComparison | None = None
    changes: tuple[Replacement, ...] = field(default=())
    path: str = ""

    def count(self, verdict: Verdict) -> int:
        """Return how many equations have a verdict."""
        return sum(finding.verdict == verdict for finding in self.findings)

    @property
    def equations(self) -> tuple[Finding, ...]:
        """Return the findings about equations, without definitions such as d = 768."""
        return tuple(finding for finding in self.findings if not finding.is_definition)

    @property
    def holds(self) -> bool:
        """Return whether nothing is wrong: no equation, and no unexplained total."""
        bad = any(finding.verdict in ERRORS for finding in self.findings)
        return not bad and not (self.comparison is not None and self.comparison.unexplained)

    def place(self, offset: int) -> Position:
        """Return the position in the file of a place in the text."""
        return self.document.place(offset)
