"""How many work on one token: all but the experts that the router does not choose."""

from __future__ import annotations

from symbolic.formulas.formula import Formula, Negative, Product, Sum
from symbolic.formulas.shown import Labelled
from symbolic.handouts.answers import Item, NumberAnswer, Proof, Question
from symbolic.handouts.context import Context
from symbolic.handouts.from_derivation import convention, measured
from symbolic.language import One
from symbolic.language import lazy as _
from symbolic.measuring.derivation import Derivation
from symbolic.pages.page import Answer, Equation, Paragraph

PLACE = 6


def make(context: Context, id: str) -> Question | None:
    """Ask for the active count of a mixture of experts, which follows from the total of the sheet."""
    derivation, say = context.derivation, context.prose
    one = convention(derivation, "active")
    if one is None or derivation.convention.active_only:
        return None
    active = measured(derivation, convention=one)
    left_out = _left_out(derivation, active)
    formula = Sum((Labelled(_("total"), derivation.root.formula), *map(Negative, left_out)))
    if not left_out or formula.value(derivation.sizes) != active.total:
        return None
    proof = Proof(active.root.formula, active.sizes, active.total)
    item = Item(id, say("answer"), NumberAnswer(active.total), (proof,), (say("active_hint"),), follows=formula)
    stem = (Paragraph(say("active", unit=context.unit)), Answer(id, item.label, item.room))
    solution = (Equation(formula, active.total), Paragraph(say("active_why")))
    return Question("active", say("active_title"), stem, (item,), solution, points=2, working=3)


def _left_out(derivation: Derivation, active: Derivation) -> tuple[Formula, ...]:
    """Return what the experts have that are not chosen, in all layers, for each kind of layer that has experts."""
    chosen = {visit.step.number: visit.step.repeat for visit in active.root.walk()}
    found = []
    for visit in derivation.root.walk():
        step, some = visit.step, chosen.get(visit.step.number)
        if step.role == "experts" and step.repeat is not None and some is not None and some != step.repeat:
            rest = Sum((step.repeat, Negative(some)))
            found.append(Product((*visit.repeats, rest, Labelled(One(step.name), step.one))))
    return tuple(found)
