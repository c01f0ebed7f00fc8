"""Choose the total of another model; each wrong one comes from a named mistake."""

from __future__ import annotations

from symbolic.formulas.figures import grouped
from symbolic.handouts import mistakes
from symbolic.handouts.answers import AnswerOption, Item, Proof, Question
from symbolic.handouts.context import Context
from symbolic.handouts.siblings import sizes_of, worked
from symbolic.pages.page import Choices, Paragraph
from symbolic.pages.prose import Markup

PLACE = 7
WRONG = 3


def make(context: Context, id: str) -> Question | None:
    """Offer the total of another model of the family and up to three wrong ones."""
    say, random = context.prose, context.random
    sibling = context.sibling(random)
    found = mistakes.found(sibling)
    if len(found) < 2:
        return None
    wrong = random.sample(found, min(WRONG, len(found)))
    options = [AnswerOption(grouped(sibling.total))]
    options += [
        AnswerOption(grouped(other.total), say("mistake", says=Markup(say(mistake.block)))) for mistake, other in wrong
    ]
    choice = context.shuffled(options)
    proofs = tuple(Proof(one.root.formula, one.sizes, one.total) for one in (sibling, *(other for _, other in wrong)))
    item = Item(id, say("answer"), choice, proofs, (say("choice_hint"),))
    stem = (
        Paragraph(say("choice", unit=context.unit)),
        Paragraph(say("take", sizes=Markup(sizes_of(sibling)))),
        Choices(id, tuple((letter, option.text) for letter, option in choice.lettered)),
    )
    return Question("choice", say("choice_title"), stem, (item,), worked(sibling, id), points=2, working=5)
