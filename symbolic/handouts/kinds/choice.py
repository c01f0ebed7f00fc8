"""Choose the total of another model; each wrong one comes from a named mistake."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from symbolic.formulas.figures import grouped
from symbolic.handouts import mistakes
from symbolic.handouts.answers import AnswerOption, Item, Proof, Question
from symbolic.handouts.context import Context
from symbolic.handouts.siblings import sizes_of, walk, worked
from symbolic.handouts.slips import slips
from symbolic.measuring.derivation import Derivation
from symbolic.pages.page import Choices, Paragraph
from symbolic.pages.prose import Markup

PLACE = 7
WRONG, LEAST = 3, 2
ENOUGH = 6
FAR = 4
"""A total that is so many times too large or too small is seen to be wrong without counting."""


def make(context: Context, id: str) -> Question | None:
    """Offer the total of another model of the family and up to three wrong ones, each as often smaller as larger."""
    say, random = context.prose, context.random
    sibling = context.sibling(random)
    wrong = _chosen(context, sibling)
    if len(wrong) < LEAST:
        return None
    options = [AnswerOption(grouped(sibling.total))]
    options += [AnswerOption(grouped(total), say("mistake", says=Markup(says))) for total, says in wrong.items()]
    choice = context.shuffled(options)
    proofs = (Proof(sibling.root.formula, sibling.sizes, sibling.total),)
    item = Item(id, say("answer"), choice, proofs, (say("choice_hint"),))
    stem = (
        Paragraph(say("choice", **context.asked)),
        Paragraph(say("take", sizes=Markup(sizes_of(sibling)))),
        Choices(id, tuple((letter, option.text) for letter, option in choice.lettered)),
    )
    return Question(
        "choice", say("choice_title"), stem, (item,), worked(sibling, id), points=3, working=5, work=len(walk(sibling))
    )


def _chosen(context: Context, sibling: Derivation) -> dict[int, str]:
    """Return wrong totals, each with what it does: so many too small that the right one has any place among them."""
    right, lines = sibling.total, len(walk(sibling))
    known = [(other.total, context.prose(mistake.block)) for mistake, other in mistakes.found(sibling)]
    below, above = (
        _wrong(context, sibling, known, lines, low, high) for low, high in ((right // FAR, right), (right, FAR * right))
    )
    fewer = context.turn(WRONG + 1)
    fewer = max(min(fewer, len(below)), WRONG - len(above))
    return dict((*below[:fewer], *above[: WRONG - fewer]))


def _wrong(
    context: Context, sibling: Derivation, known: Sequence[tuple[int, str]], lines: int, low: int, high: int
) -> list[tuple[int, str]]:
    """Return totals between two numbers that mistakes lead to: first `known` ones, then slips in any of the lines."""
    random, say = context.random, context.prose
    found = [one for one in known if low < one[0] < high]
    random.shuffle(found)
    places = list(range(lines))
    random.shuffle(places)
    for place in places:
        totals = {sibling.total, *(total for total, _ in found)}
        if len(found) >= ENOUGH:
            break
        others = ((slip.total, slip.says) for slip in slips(sibling, place, random, say))
        found += islice((one for one in others if low < one[0] < high and one[0] not in totals), 1)
    return found
