"""What is found of an equation, and of the whole document."""

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
    """Whether a wrong number is large enough to be known again further down, and no round one: 15,000."""
    return (value >= SMALLEST or value <= -SMALLEST) and value % SMALLEST != 0


class Replacement(NamedTuple):
    """A number in the text to be written anew."""

    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on an equation, in one sentence; `start` to `end` is what it is about.

    `figure` is the number as written, `correct` what should stand there, where that is known; `by_numbers` says that
    no name of the equation has a part in that. `instead` is what should stand there once numbers that are wrong further
    up are right, where that is another one.
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

    @property
    def right(self) -> Exact | None:
        """What should stand there in a document whose errors are mended."""
        return self.correct if self.instead is None else self.instead

    @property
    def is_definition(self) -> bool:
        """Whether the equation gives a name its number, d = 768, and there is nothing to say of it."""
        kinds = {type(side) for side in self.equation.sides}
        plain = self.verdict in ("holds", "unknown") and not (self.says and self.verdict == "holds")
        return plain and kinds == {Name, NumberNode} and len(self.equation.sides) == 2


class Part(NamedTuple):
    """A part of the model's count: whether a document has it, once, twice or not at all."""

    name: str
    formula: str
    size: int
    times: int
    convention: str = ""


@dataclass(frozen=True)
class TotalComparison:
    """A document's total beside the model's: `convention` is the one that gives it, "" where none does.

    `written` is the total as it stands there (`written_fits` if some way of counting gives it), `mended` with its
    errors mended; `quantity` is what it counts, where that is not parameters; `parts` are those in which it differs
    from the true total, `present` those that it has.
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
    """All that was found, in the order of the document; `path` is where the file was read from."""

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
        """How many equations have a verdict."""
        return sum(finding.verdict == verdict for finding in self.findings)

    @property
    def equations(self) -> tuple[Finding, ...]:
        """What is found of its equations; what only gives a name its number is none."""
        return tuple(finding for finding in self.findings if not finding.is_definition)

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        bad = any(finding.verdict in ERRORS for finding in self.findings)
        return not bad and not (self.comparison is not None and self.comparison.unexplained)

    def place(self, offset: int) -> Position:
        """Where something stands in the file."""
        return self.document.place(offset)
