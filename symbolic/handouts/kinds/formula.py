"""Fill in the formula: in words on paper, and as a number that only the right formula gives."""

from __future__ import annotations

from random import Random

from symbolic.formulas import algebra
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Symbol
from symbolic.formulas.rational import Rational
from symbolic.handouts.answers import Item, NumberAnswer, Proof, Question
from symbolic.handouts.asked import is_computed, lines, measured, unlabelled
from symbolic.handouts.context import Context
from symbolic.handouts.variants import small
from symbolic.language import One, translate
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Step
from symbolic.pages.page import Answer, Equation, Lines, Paragraph
from symbolic.pages.prose import Markup
from symbolic.pages.rendering.text_notation import Text

PLACE = 2
LEAST = 1000
SMALL_INPUT = 9


def make(context: Context, id: str) -> Question | None:
    """Ask for a part's formula in the sizes that a config gives, and for its value with small ones."""
    derivation, say, random = context.derivation, context.prose, context.random
    visits = [visit for visit in derivation.root.walk(parents_first=False) if visit.above]
    blocks = [one for one in visits if one.step.steps and one.step.value and is_computed(unlabelled(one.step.one))]
    if context.short:
        # A short sheet prints the formula of each of its lines in letters, but a sum of lines in their names.
        every = (asked.line.formula for asked in lines(derivation, short=True))
        printed = {algebra.simplified(one, {}) for one in every if unlabelled(one) == one}
        blocks = [one for one in blocks if algebra.simplified(unlabelled(one.step.one), {}) not in printed]
    if not blocks:
        return None
    step, above = random.choice(blocks)
    layer = next((one for one in reversed(above) if one.repeat is not None), None)
    formula = algebra.primary(unlabelled(step.one), derivation.model.definitions)
    symbols = formula.symbols
    model = small(derivation.model, random)
    if model is None or not _is_in(measured(derivation, model), step):
        return None
    # What no config gives, such as a number of tokens, is drawn by itself.
    sizes = {
        one.name: model.sizes[one.name] if one.name in model.sizes else _input(one, derivation, random)
        for one in symbols
    }
    value = formula.value(sizes)
    if not isinstance(value, int) or value < LEAST:
        return None
    simple = algebra.simplified(formula, {})
    item = Item(
        f"{id}b", say("formula_answer"), NumberAnswer(value), (Proof(simple, sizes, value),), (say("formula_hint"),)
    )
    with_names = ", ".join(f"`{symbol.name}`" for symbol in symbols)
    numbers = ", ".join(f"`{name}`\u00a0=\u00a0{grouped(size)}" for name, size in sizes.items())
    stem = (
        Paragraph(
            f"({id}a) "
            + say(
                "formula",
                layer="" if layer is None else translate(One(layer.name)),
                one=step.repeat is not None,
                part=step.name,
                unit=context.unit,
                count=len(symbols),
                sizes=Markup(with_names),
            )
        ),
        Lines(2),
        Paragraph(f"({item.id}) " + _("Then test it with small numbers: take {sizes}.", sizes=numbers)),
        Answer(item.id, item.label, len(item.shown)),
    )
    expanded = Rational.of(formula).expanded()
    solution = (Equation(simple, value, sizes=sizes), Paragraph(say("formula_marked")))
    written = say(
        "written",
        formula=Markup(f"`{Text()(simple)}`"),
        expanded=Markup(f"`{Text()(expanded)}`") if expanded != simple else "",
    )
    return Question("formula", say("formula_title"), stem, (item,), solution, by_hand=1, written=written)


def _is_in(derivation: Derivation, step: Step) -> bool:
    """Return whether another model has a step with the same formula.

    A network that was read off code may be built otherwise with small sizes: a RegNet's without groups.
    """
    others = (visit.step for visit in derivation.root.walk(parents_first=False) if visit.step.number == step.number)
    return any(unlabelled(other.one) == unlabelled(step.one) for other in others)


def _input(symbol: Symbol, derivation: Derivation, random: Random) -> Exact:
    """Return a small number for an input, or the given one where that is smaller still or no whole number."""
    given = derivation.sizes[symbol.name]
    return random.randint(3, 9) if symbol.is_integer and given > SMALL_INPUT else given
