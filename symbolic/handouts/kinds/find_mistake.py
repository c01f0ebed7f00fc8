"""Find the mistake: a derivation of another model with one wrong line, which all later lines carry on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Number, Product
from symbolic.handouts import mistakes
from symbolic.handouts.answers import Item, LettersAnswer, NumberAnswer, Proof, Question
from symbolic.handouts.context import Context
from symbolic.handouts.siblings import Walked, sizes_of, walk, worked
from symbolic.pages.page import Answer, Paragraph, Part
from symbolic.pages.prose import Markup

PLACE = 9
MOST_LINES = 26
"""Each line has a letter."""


def make(context: Context, id: str) -> Question | None:
    """Ask which line is wrong, and what the total should be."""
    say, random = context.prose, context.random
    sibling = context.sibling(random)
    right = {line.place: line for line in walk(sibling)}
    own = {place: line.own for place, line in right.items()}
    seeded = ((mistake, walk(wrong)) for mistake, wrong in mistakes.found(sibling))
    # One line is wrong by itself; the rest only carry it on.
    found = [(mistake, lines, list(islice(_wrong(lines, own), 2))) for mistake, lines in seeded]
    alone = [(mistake, lines, wrong[0]) for mistake, lines, wrong in found if len(wrong) == 1]
    telling = [each for each in alone if len(each[1]) <= MOST_LINES and not _shows_itself(each[1][each[2]])]
    # A line that is missing is a riddle: better one that is wrong.
    complete = [each for each in telling if len(each[1]) == len(right) and each[1][each[2] + 1 :]]
    if not telling:
        return None
    mistake, lines, index = random.choice(complete or telling)
    letter = chr(ord("A") + index)
    which = Item(f"{id}a", say("line_answer"), LettersAnswer(letter), (), (say("find_hint"),))
    mended = Item(
        f"{id}b",
        say("total_answer"),
        NumberAnswer(sibling.total),
        (Proof(sibling.root.formula, sibling.sizes, sibling.total),),
        (say("find_total_hint"),),
    )
    shown = tuple(line.entry(f"line-{id}-{place}", chr(ord("A") + place)) for place, line in enumerate(lines))
    stem: tuple[Part, ...] = (
        Paragraph(say("find", unit=context.unit, last=index == len(lines) - 1)),
        Paragraph(say("take", sizes=Markup(sizes_of(sibling)))),
        *shown,
        Answer(which.id, which.label, 3),
        Answer(mended.id, mended.label, len(mended.shown)),
    )
    says = say(
        "find_why", letter=letter, total=grouped(sibling.total), mistake=mistake.name, says=Markup(say(mistake.block))
    )
    solution: tuple[Part, ...] = (shown[index], Paragraph(says), *worked(sibling, f"{id}-right"))
    return Question("find-mistake", say("find_title"), stem, (which, mended), solution, points=2, working=5)


def _shows_itself(line: Walked) -> bool:
    """Return whether a line says itself that it is wrong: nobody writes "1 × one layer"."""
    formula = line.equation.formula
    return isinstance(formula, Product) and formula.factors[0] == Number(1)


def _wrong(lines: tuple[Walked, ...], right: dict[tuple[str, ...], tuple[str, str]]) -> Iterator[int]:
    """Yield which lines are not those of the right derivation, of which `right` has each by its place."""
    return (index for index, line in enumerate(lines) if line.own != right.get(line.place))
