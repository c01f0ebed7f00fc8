"""Fill in the formula: in words on paper, and as a number that only the right formula gives."""

from __future__ import annotations

from symbolic.formulas import algebra
from symbolic.formulas.formula import Symbol
from symbolic.handouts.answers import Item, NumberAnswer, Proof, Question
from symbolic.handouts.asked import is_computed, steps, unlabelled
from symbolic.handouts.context import Context
from symbolic.language import gettext as _
from symbolic.pages.page import Answer, Equation, Lines, Paragraph
from symbolic.pages.prose import Markup

PLACE = 2
LEAST = 1000


def make(context: Context, id: str) -> Question | None:
    """Ask for a part's formula in the sizes that a config gives, and for its value with small ones."""
    derivation, say, random = context.derivation, context.prose, context.random
    blocks = [step for step in steps(derivation) if step.steps and step.value and is_computed(unlabelled(step.one))]
    if not blocks:
        return None
    step = random.choice(blocks)
    formula = algebra.primary(unlabelled(step.one), derivation.model.definitions)
    symbols = formula.symbols
    sizes = _small(symbols, [random.randint(3, 30) for _ in symbols])
    value = formula.value(sizes)
    if not isinstance(value, int) or value < LEAST:
        return None
    simple = algebra.simplified(formula, {})
    item = Item(id, say("formula_answer"), NumberAnswer(value), (Proof(simple, sizes, value),), (say("formula_hint"),))
    with_names = ", ".join(f"`{symbol.name}`" for symbol in symbols)
    numbers = ", ".join(f"`{name}`\u00a0=\u00a0{size}" for name, size in sizes.items())
    stem = (
        Paragraph(
            say("formula", one=step.repeat is not None, part=step.name, unit=context.unit, sizes=Markup(with_names))
        ),
        Lines(2),
        Paragraph(_("Then test it with small numbers: take {sizes}.", sizes=numbers)),
        Answer(id, say("formula_answer"), len(item.shown)),
    )
    return Question("formula", say("formula_title"), stem, (item,), (Equation(simple, value, sizes=sizes),))


def _small(symbols: tuple[Symbol, ...], sizes: list[int]) -> dict[str, int]:
    return {symbol.name: size for symbol, size in zip(symbols, sizes, strict=True)}
