"""Fill in the value: a weight's count over all layers, which the steps never print."""

from __future__ import annotations

from fractions import Fraction

from symbolic.formulas.figures import grouped
from symbolic.handouts.answers import Item, NumberAnswer, Proof, Question
from symbolic.handouts.context import Context
from symbolic.handouts.from_derivation import weights
from symbolic.language import translate
from symbolic.pages.page import Answer, Equation, Paragraph

PLACE = 1
BOTH = 2
"""Of so many nobody says "all"."""


def make(context: Context, id: str) -> Question | None:
    """Ask how many parameters all copies of a weight have."""
    derivation, say = context.derivation, context.prose
    candidates = [placed for placed in weights(derivation) if placed.repeats]
    if not candidates:
        return None
    chosen = context.random.choice(candidates)
    step, formula = chosen.step, chosen.formula
    layers = chosen.layers
    where: dict[str, object] = {"layers": ""}
    if layers:
        where = {"layers": translate(layers.label), "count": grouped(layers.times), "both": layers.times == BOTH}
    each = grouped(Fraction(step.in_total, int(layers.times))) if layers and len(chosen.repeats) == 1 else ""
    item = Item(
        id,
        say("answer"),
        NumberAnswer(step.in_total),
        (Proof(formula, derivation.sizes, step.in_total),),
        (say("value_hint"),),
    )
    return Question(
        "value",
        say("value_title"),
        (
            Paragraph(say("value", part=chosen.name, unit=context.unit, **where)),
            Answer(id, say("answer"), item.room),
        ),
        (item,),
        (Equation(formula, step.in_total), Paragraph(say("value_why", each=each, count=where.get("count", "")))),
        working=2,
    )
