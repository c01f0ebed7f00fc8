"""The base of the writers of all formats: how the parts of a page are visited, and the parts of a step."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator

from symbolic.formulas.formula import Formula
from symbolic.language import gettext
from symbolic.pages.functions import Function, Typed
from symbolic.pages.page import (
    Answer,
    Choices,
    Entry,
    Equation,
    Folded,
    Items,
    Lines,
    Paragraph,
    Part,
    Relation,
    Statement,
    Table,
)
from symbolic.pages.pictures import Bar, Diagram, Figure, Matrices
from symbolic.pages.rendering.inline import Inline
from symbolic.pages.rendering.notation import Printer
from symbolic.pages.rendering.python_notation import typed


class Writer(Inline):
    """Writes the parts of a page as blocks of text, one method for each kind of part."""

    def parts(self, parts: Iterable[Part], depth: int = 1) -> Iterator[str]:
        """Yield the blocks of these parts; a step among them is `depth` steps deep."""
        for part in parts:
            yield from self.part(part, depth)

    def part(self, part: Part, depth: int = 1) -> Iterator[str]:  # noqa: PLR0912 - one line for each kind
        """Yield the blocks of one part."""
        match part:
            case Paragraph():
                return self.paragraph(part)
            case Equation():
                return self.equation(part)
            case Statement():
                return self.statement(part)
            case Relation():
                return self.relation(part)
            case Table():
                return self.table(part)
            case Bar():
                return self.bar(part)
            case Diagram():
                return self.diagram(part)
            case Matrices():
                return self.matrices(part)
            case Figure():
                return self.figure(part)
            case Entry():
                return self.entry(part, depth)
            case Items():
                return self.items(part)
            case Folded():
                return self.folded(part)
            case Function():
                return self.function(part)
            case Typed():
                return self.code(typed(part))
            case Answer():
                return self.answer(part)
            case Choices():
                return self.choices(part)
            case Lines():
                return self.lines(part)

    @abstractmethod
    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        """Yield a paragraph of words."""

    @abstractmethod
    def equation(self, equation: Equation, running: tuple[str, int] | None = None) -> Iterator[str]:
        """Yield an equation; `running` is what the steps up to it add up to, with the words before it."""

    @abstractmethod
    def relation(self, relation: Relation) -> Iterator[str]:
        """Yield formulas in letters with signs between them."""

    def statement(self, statement: Statement) -> Iterator[str]:
        """Yield a closed form, in each of its notations."""
        for printer in self.printers_of(statement.formula):
            yield from self.closed(statement.formula, printer)

    @abstractmethod
    def closed(self, formula: Formula, printer: Printer) -> Iterator[str]:
        """Yield a closed form as this printer writes it."""

    @abstractmethod
    def table(self, table: Table) -> Iterator[str]:
        """Yield a table."""

    @abstractmethod
    def bar(self, bar: Bar) -> Iterator[str]:
        """Yield a stacked bar."""

    @abstractmethod
    def diagram(self, diagram: Diagram) -> Iterator[str]:
        """Yield the boxes of a network."""

    @abstractmethod
    def matrices(self, matrices: Matrices) -> Iterator[str]:
        """Yield matrices, drawn to scale."""

    @abstractmethod
    def figure(self, figure: Figure) -> Iterator[str]:
        """Yield a plot, or the words that say what it shows."""

    def entry(self, entry: Entry, depth: int = 1) -> Iterator[str]:
        """Yield a step: its heading and words, the steps below it, its equations, what the reader is asked."""
        yield from self.opening(entry, depth)
        yield from self.below(entry, depth)
        yield from self.closing(entry, depth)

    def opening(self, entry: Entry, depth: int) -> Iterator[str]:
        """Yield a step's heading and words."""
        yield from self.heading(entry, depth)
        if entry.text:
            yield from self.paragraph(Paragraph(entry.text))

    def below(self, entry: Entry, depth: int) -> Iterator[str]:
        """Yield the steps below a step."""
        yield from self.parts(entry.before, depth + 1)

    def closing(self, entry: Entry, depth: int) -> Iterator[str]:
        """Yield a step's equations, under a heading if steps stand before them, and what the reader is asked."""
        if entry.before and entry.equations:
            yield from self.sum_heading(entry)
        yield from self.equations(entry)
        yield from self.parts(entry.after, depth + 1)

    def equations(self, entry: Entry) -> Iterator[str]:
        """Yield a step's equations, with what is reached so far at the last."""
        last = len(entry.equations) - 1
        for index, equation in enumerate(entry.equations):
            yield from self.equation(equation, entry.running if index == last else None)

    @abstractmethod
    def heading(self, entry: Entry, depth: int) -> Iterator[str]:
        """Yield the heading of a step."""

    @abstractmethod
    def sum_heading(self, entry: Entry) -> Iterator[str]:
        """Yield the heading of a sum that stands below the steps that it adds up."""

    @abstractmethod
    def items(self, items: Items) -> Iterator[str]:
        """Yield a list."""

    def folded(self, folded: Folded) -> Iterator[str]:
        """Yield what a reader can unfold: where nothing can be folded, what is printed all the same."""
        if folded.printed:
            yield from self.parts(folded.parts)

    def function(self, function: Function) -> Iterator[str]:  # noqa: ARG002
        """Yield code: nothing, since it stands in what a reader unfolds."""
        yield from ()

    @abstractmethod
    def code(self, lines: list[str]) -> Iterator[str]:
        """Yield lines of a program, as a reader copies them."""

    def labelled(self, term: str, words: str) -> str:
        """Return a list's item: its term, if it has one, and what there is to say of it."""
        return f"{self.words(term)}: {self.words(words)}" if term else self.words(words)

    @abstractmethod
    def answer(self, answer: Answer) -> Iterator[str]:
        """Yield room for an answer, behind its label."""

    @abstractmethod
    def choices(self, choices: Choices) -> Iterator[str]:
        """Yield answers of which the reader chooses one."""

    @abstractmethod
    def lines(self, lines: Lines) -> Iterator[str]:
        """Yield empty lines to write on."""


def sum_title(entry: Entry) -> str:
    """Return the heading of the sum that closes a step with steps below it."""
    return gettext("{title}: the sum", title=entry.title)
