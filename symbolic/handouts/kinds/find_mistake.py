"""Find the mistake: a derivation of another model with one wrong line, which all later lines carry on."""

from __future__ import annotations

from collections.abc import Sequence

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Number, Product
from symbolic.handouts import mistakes
from symbolic.handouts.answers import Item, LettersAnswer, NumberAnswer, Proof, Question, told_apart_in_short
from symbolic.handouts.context import Context
from symbolic.handouts.siblings import Walked, sizes_of, walk, worked
from symbolic.handouts.slips import WrongLine, slips
from symbolic.language import capitalised, translate
from symbolic.measuring.derivation import Derivation
from symbolic.pages.page import Answer, Paragraph, Part, Table
from symbolic.pages.prose import Markup, Prose

PLACE = 9
MOST_LINES = 26
"""Each line has a letter."""


def make(context: Context, id: str) -> Question | None:
    """Ask which line is wrong, and what the total should be."""
    say = context.prose
    sibling = context.sibling(context.random)
    right, named = walk(sibling), _named(sibling, say)
    if len(right) > MOST_LINES:
        return None
    # Whichever line it is, each form of a class has its mistake in another, where there are enough.
    first = context.turn(len(right))
    places = (*range(first, len(right)), *range(first))
    chosen = next(filter(None, (_slip(context, sibling, right, named, place) for place in places)), None)
    if chosen is None:
        return None
    slip, index = chosen
    lines = slip.lines
    letter = chr(ord("A") + index)
    which = Item(f"{id}a", say("line_answer"), LettersAnswer(letter), (), (say("find_hint"),))
    mended = Item(
        f"{id}b",
        say("total_answer"),
        NumberAnswer(sibling.total),
        (Proof(sibling.root.formula, sibling.sizes, sibling.total),),
        (say("find_total_hint"),),
    )
    letters = [chr(ord("A") + place) for place, _ in enumerate(lines)]
    # Results alone: the formulas of all parts would answer other questions of the sheet.
    rows = tuple(
        (mark, capitalised(translate(line.name)), line.equation.formula.value(sibling.sizes))
        for mark, line in zip(letters, lines, strict=True)
    )
    columns = tuple(say(f"column_{name}") for name in ("line", "what", "result"))
    stem: tuple[Part, ...] = (
        Paragraph(say("find", **context.asked)),
        Paragraph(say("take", sizes=Markup(sizes_of(sibling)))),
        Table("", columns, rows, frozenset({2})),
        Answer(which.id, f"({which.id}) {which.label}", 3),
        Answer(mended.id, f"({mended.id}) {mended.label}", mended.room),
    )
    says = say("find_why", letter=letter, total=grouped(sibling.total), says=Markup(slip.says))
    solution: tuple[Part, ...] = (
        lines[index].entry(f"line-{id}", letter),
        Paragraph(says),
        *worked(sibling, f"{id}-right"),
    )
    return Question(
        "find-mistake", say("find_title"), stem, (which, mended), solution, points=4, working=6, work=len(right)
    )


def _named(sibling: Derivation, say: Prose) -> list[WrongLine]:
    """Return the mistakes that people are known for, in whichever lines."""
    return [WrongLine(one.name, say(one.block), walk(wrong), wrong.total) for one, wrong in mistakes.found(sibling)]


def _slip(
    context: Context, sibling: Derivation, right: Sequence[Walked], named: Sequence[WrongLine], place: int
) -> tuple[WrongLine, int] | None:
    """Return a slip in the line at a place; the mistakes that people are known for come as often as others."""
    say, random = context.prose, context.random
    known = [one for one in named if _is_at(one, right, sibling.total, place)]
    others = (one for one in slips(sibling, place, random, say) if _is_at(one, right, sibling.total, place))
    first = next(others, None)
    both = [one for one in (random.choice(known) if known else None, first) if one]
    return (random.choice(both), place) if both else None


def _is_at(slip: WrongLine, right: Sequence[Walked], total: int, place: int) -> bool:
    """Return whether just the line at a place is wrong in itself, and does not say so; the total is wrong as well."""
    own = {line.place: line.own for line in right}
    # The sheet prints the wrong total: where four digits are enough, those of the right one are others.
    if [line.place for line in slip.lines] != [*own] or not told_apart_in_short(total, slip.total):
        return False
    wrong = [index for index, line in enumerate(slip.lines) if line.own != own[line.place]]
    return wrong == [place] and not _shows_itself(slip.lines[place])


def _shows_itself(line: Walked) -> bool:
    """Return whether a line says itself that it is wrong: nobody writes "1 × one layer"."""
    formula = line.equation.formula
    return isinstance(formula, Product) and formula.factors[0] == Number(1)
