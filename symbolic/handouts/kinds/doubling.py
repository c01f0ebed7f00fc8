"""What does doubling a size do? Sizes that follow from it double with it."""

from __future__ import annotations

from fractions import Fraction

from symbolic.handouts.answers import AnswerOption, ChoiceAnswer, Item, Proof, Question
from symbolic.handouts.asked import is_computed, measured, places, sizes_used, unlabelled
from symbolic.handouts.context import Context
from symbolic.handouts.variants import with_size
from symbolic.pages.page import Choices, Paragraph, Table

PLACE = 6
GROWTH = ("stays", "less", "double", "more", "fourfold")


def make(context: Context, id: str) -> Question | None:
    """Ask in which of five ways a part grows with a size."""
    derivation, say, random = context.derivation, context.prose, context.random
    model = derivation.model
    given = sizes_used(derivation)
    symbols = [s for s in model.architecture.sizes if s.name in given and s not in model.definitions]
    symbols = [s for s in symbols if model.sizes[s.name] > 1]
    if not symbols:
        return None
    symbol = random.choice(symbols)
    doubled = with_size(model, symbol, 2 * model.sizes[symbol.name])
    if doubled is None:
        return None
    other = measured(derivation, doubled)
    later = {placed.step.number: placed for placed in places(other)}
    pairs = [(one, later[one.step.number]) for one in places(derivation) if one.step.number in later]
    pairs = [(one, two) for one, two in pairs if is_computed(unlabelled(one.step.one))]
    if not pairs:
        return None
    before, after = random.choice(pairs)
    truth = _growth(Fraction(after.step.in_total, before.step.in_total))
    if truth is None:
        return None
    options = tuple(
        AnswerOption(say(f"doubling_{name}"), "" if name == truth else say(f"doubling_{truth}_not_{name}"))
        for name in GROWTH
    )
    proofs = (
        Proof(before.formula, derivation.sizes, before.step.in_total),
        Proof(after.formula, other.sizes, after.step.in_total),
    )
    choice = ChoiceAnswer(options)
    item = Item(id, say("answer"), choice, proofs, (say("doubling_hint"),))
    stem = (
        Paragraph(say("doubling", size=symbol.name, part=before.name, unit=context.unit)),
        Choices(id, tuple((letter, option.text) for letter, option in choice.lettered)),
    )
    rows = (
        (f"`{symbol.name}`", model.sizes[symbol.name], doubled.sizes[symbol.name]),
        (before.name, before.step.in_total, after.step.in_total),
    )
    columns = tuple(say(f"column_{name}") for name in ("what", "before", "after"))
    table = Table("", columns, rows, frozenset({1, 2}))
    return Question("doubling", say("doubling_title"), stem, (item,), (table,))


def _growth(ratio: Fraction) -> str | None:
    """Return the name of a growth, or None for one beyond fourfold."""
    exact = {Fraction(1): "stays", Fraction(2): "double", Fraction(4): "fourfold"}
    if ratio in exact:
        return exact[ratio]
    return "less" if 1 < ratio < 2 else "more" if 2 < ratio < 4 else None
