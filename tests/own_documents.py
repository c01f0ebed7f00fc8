"""The documents of ours that the tests of the proofreader change: each opened, with what its reader knows."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TypeAlias

from written_equations import Place, equations, has_values, is_about_numbers

import symbolic
from symbolic.configs import models
from symbolic.formulas.formula import Exact
from symbolic.measuring import quantities
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.results import totals
from symbolic.pages.document import explain_page
from symbolic.pages.page import Entry
from symbolic.proofread import Report, proofread
from symbolic.proofread.arithmetic.expression import NumberNode, Operation
from symbolic.proofread.judging.verdicts import Finding
from symbolic.proofread.proofreading import kind_of
from symbolic.proofread.reading.equations import WrittenEquation

Changes: TypeAlias = Mapping[tuple[int, int], str]
"""What is written at places of a document in place of what is there."""


@dataclass(frozen=True, eq=False, repr=False)
class Source:
    """A document of ours: how a reader reads it, what names are worth in it, at least how many equations it has."""

    name: str
    text: str
    kind: str
    read: Callable[[str], Report]
    values: Mapping[str, Exact]
    least: int
    letters: bool = False
    """Whether it has equations in letters, about all sizes or about what nothing says: those stay as they are."""

    @cached_property
    def report(self) -> Report:
        """What is found in it as it is."""
        return self.read(self.text)

    @cached_property
    def equations(self) -> list[Place]:
        """The equations that arithmetic can judge."""
        found = equations(self.text, self.kind)
        if not self.letters:
            return [one for one in found if has_values(self.text[one.start : one.end], one.format, self.values)]
        return [place for place in found if is_about_numbers(self.text, place, self.values)]

    @cached_property
    def links(self) -> list[int]:
        """For each of these, how many of its relations are read as those of one equation."""
        read = [(_start(self.report, found), len(found.equation.relations)) for found in self.report.findings]
        return [max((links for at, links in read if start <= at < end), default=0) for start, end, _ in self.equations]

    @cached_property
    def stated(self) -> list[tuple[int, int]]:
        """Where tables and sums so far state whole numbers.

        Each is a term or the result of an exact sum, or what an exact formula comes to: changed, it is never true.
        """
        judged = [found.equation for found in self.report.findings if found.verdict == "holds"]
        places = [_place(self.report, number) for equation in judged for number in _stated(equation)]
        return sorted({place for place in places if place and re.fullmatch(r"[\d,]+", self.text[place[0] : place[1]])})

    def changed(self, changes: Changes) -> str:
        """The document with other texts in these places."""
        text = self.text
        for (start, end), other in sorted(changes.items(), reverse=True):
            text = text[:start] + other + text[end:]
        return text

    def finds(self, changes: Changes) -> bool:
        """Whether something in a changed document doesn't hold that did before."""
        return _doubts(self.read(self.changed(changes))) > _doubts(self.report)

    def unfound(self, changes: Changes) -> list[tuple[int, int]]:
        """The places of the changes that are not found.

        To read the document once for each would take hours: all are made at once, and those are found at which an
        equation that starts there, or has its number there, does not hold. Each of the others is made alone.
        """
        report = self.read(self.changed(changes))
        # What follows from another change would hold without it.
        doubted = [found for found in report.findings if found.verdict not in ("holds", "carried")]
        starts = {_start(report, found) for found in doubted}
        nodes = (node for found in doubted for side in found.equation.sides for node in side.walk())
        numbers = {_place(report, node) for node in nodes if isinstance(node, NumberNode)}
        alone, moved = [], 0
        for (start, end), other in sorted(changes.items()):
            first, behind = start + moved, start + moved + len(other)
            moved += len(other) - (end - start)
            if (first, behind) not in numbers and not any(first <= at < behind for at in starts):
                alone.append((start, end))
        return [place for place in alone if not self.finds({place: changes[place]})]


def _start(report: Report, found: Finding) -> int:
    """Where an equation starts in the file: its first sign that does not come from the reader."""
    places = (report.document.origin(place) for place in range(found.equation.start, found.equation.end))
    return next(place for place in places if place is not None)


def _place(report: Report, number: NumberNode) -> tuple[int, int] | None:
    """Where a number stands in the file, if all of it does."""
    first, last = (report.document.origin(place) for place in (number.start, number.end - 1))
    return None if first is None or last is None else (first, last + 1)


def _doubts(report: Report) -> int:
    return len(report.findings) - report.count("holds")


def _stated(equation: WrittenEquation) -> Iterator[NumberNode]:
    nodes = [node for side in equation.sides for node in side.walk()]
    rounded = any(isinstance(node, NumberNode) and node.figure.rounded for node in nodes)
    if rounded or equation.kind not in ("row", "total", "running"):
        return
    # What a sum so far is the sum of stands in equations, which are changed as such.
    for side in equation.sides[-1:] if equation.kind == "running" else equation.sides:
        terms = side.parts if isinstance(side, Operation) and side.sign == "+" else (side,)
        for term in terms:
            number = term.parts[0] if isinstance(term, Operation) and term.sign == "-" else term
            if isinstance(number, NumberNode):
                yield number


# The documents, by kind. Another kind is a function that opens one, and a line in GROUPS.

OUTPUT = Path(__file__).parent.parent / "output"


def written(name: str) -> str:
    """A file of output/, HTML without its TeX: a change of what is shown alone is found by comparing the two."""
    return re.sub(r"<annotation.*?</annotation>", "", (OUTPUT / name).read_text(encoding="utf-8"), flags=re.DOTALL)


def lines(derivation: Derivation) -> int:
    """How many equations the steps and results of a page have: a block that repeats another is told once."""
    parts = (part for section in explain_page(derivation).sections for part in section.parts)
    return sum(_lines(part) for part in parts if isinstance(part, Entry))


def _lines(entry: Entry) -> int:
    return len(entry.equations) + sum(_lines(below) for below in entry.before)


@cache
def page(name: str) -> Source:
    """The page of a quantity: MODEL/QUANTITY.ENDING, as .txt not from a file but made here."""
    model, file = name.split("/")
    quantity, ending = file.split(".")
    derivation = symbolic.explain(model, quantity)
    steps = [visit.step for visit in derivation.root.walk()]
    labels = {f"one {step.name}": step.each for step in steps}
    # A long formula that several steps share stands at the first of them, and the others name that one.
    named = {step.name: {other.each for other in steps if other.name == step.name} for step in steps}
    labels |= {name: worth.pop() for name, worth in named.items() if len(worth) == 1}
    results = {label: formula.value(derivation.sizes) for label, formula in totals(derivation).items()}
    text = str(derivation.to("text")) if ending == "txt" else written(name)
    # Those of parameters are read as somebody's document about the model, the others as a page of ours.
    known = {"model": derivation.model} if quantity == "parameters" else {"derivation": derivation}
    read = partial(proofread, kind=kind_of(name), **known)
    return Source(name, text, kind_of(name), read, {**derivation.sizes, **labels, **results}, lines(derivation))


@cache
def analysis(name: str) -> Source:
    """A page that compares models, or says how one scales."""
    about = name.partition("/")[0]
    model = symbolic.load(about) if about in models.names() else None
    read = partial(proofread, kind=kind_of(name), model=model)
    return Source(name, written(name), kind_of(name), read, model.sizes if model else {}, 2, letters=True)


@cache
def handout(name: str) -> Source:
    """A key: several models under the same names, so that only what has no names is changed."""
    return Source(name, written(name), kind_of(name), partial(proofread, kind=kind_of(name)), {}, 5, letters=True)


def files(ending: str, *stems: str) -> list[str]:
    """The files of output/ with such a name."""
    return sorted(f"{path.parent.name}/{path.name}" for path in OUTPUT.glob(f"*/*.{ending}") if path.stem in stems)


OTHERS = tuple(name for name in quantities.names() if name != "parameters")
TEXTS = [
    *(f"gpt2-124m/{quantity}.txt" for quantity in quantities.names() if quantity != "training-memory"),
    *(f"gemma-3-1b/{quantity}.txt" for quantity in ("forward-flops", "kv-cache", "arithmetic-intensity")),
    *(f"deepseek-v3/{quantity}.txt" for quantity in ("parameters", "kv-cache", "weight-memory")),
    "mixtral-8x7b/training-cost.txt",
    "mamba-130m/kv-cache.txt",
    "llama-3-8b/training-memory.txt",
]
ENDINGS = ("md", "tex", "html")
KEYS = sorted(path for path in OUTPUT.glob("*/handout/keys/*") if path.suffix[1:] in ENDINGS)
GROUPS: Mapping[str, list[Callable[[], Source]]] = {
    **{f"parameters.{ending}": [partial(page, name) for name in files(ending, "parameters")] for ending in ENDINGS},
    **{f"others.{ending}": [partial(page, name) for name in files(ending, *OTHERS)] for ending in ENDINGS},
    "analyses": [partial(analysis, name) for ending in ENDINGS for name in files(ending, "scale", "compare")],
    "keys": [partial(handout, str(path.relative_to(OUTPUT))) for path in KEYS],
    "texts": [partial(page, name) for name in TEXTS],
}
"""Each gets as many mutants as the next, and within it each document."""
