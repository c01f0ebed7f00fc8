"""Choose the total of another model; each wrong one comes from a mistake with a name."""

from __future__ import annotations

from symbolic.formulas.figures import grouped
from symbolic.handouts import mistakes
from symbolic.handouts.answers import Choice, Item, Option, Proof, Question
from symbolic.handouts.context import Context
from symbolic.handouts.sisters import sizes_of, walk
from symbolic.pages.page import Choices, Paragraph
from symbolic.pages.prose import Markup

PLACE = 7
WRONG = 3


def make(context: Context, id: str) -> Question | None:
    """The total of a sister model, and up to three wrong ones."""
    say, random = context.prose, context.random
    sister = context.sister(random)
    found = mistakes.found(sister)
    if len(found) < 2:
        return None
    wrong = random.sample(found, min(WRONG, len(found)))
    options = [Option(grouped(sister.total))]
    options += [
        Option(grouped(other.total), say("mistake", says=Markup(say(mistake.block)))) for mistake, other in wrong
    ]
    random.shuffle(options)
    choice = Choice(tuple(options))
    proofs = tuple(Proof(one.root.formula, one.sizes, one.total) for one in (sister, *(other for _, other in wrong)))
    item = Item(id, say("answer"), choice, proofs, (say("choice_hint"),))
    stem = (
        Paragraph(say("choice", unit=context.unit)),
        Paragraph(say("take", sizes=Markup(sizes_of(sister)))),
        Choices(id, tuple((letter, option.text) for letter, option in choice.lettered)),
    )
    return Question("choice", say("choice_title"), stem, (item,), tuple(line.equation for line in walk(sister)))
