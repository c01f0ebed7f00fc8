"""What does doubling a size do? Sizes that follow from it double with it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from symbolic.formulas import algebra
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Symbol
from symbolic.handouts.answers import AnswerOption, Item, Proof, Question
from symbolic.handouts.asked import Placed, measured, places, sizes_used, unlabelled
from symbolic.handouts.context import Context
from symbolic.handouts.variants import with_size
from symbolic.measuring.derivation import Derivation
from symbolic.pages.page import Choices, Equation, Paragraph, Part, Table
from symbolic.pages.prose import Prose

PLACE = 6
MOST = 6
"""So many pairs of a size and a part are tried."""
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
    # Every form asks of a part with several terms that the size stands in: a question of one look is no question.
    blocks = [placed for placed in places(derivation) if len([*placed.step.leaves()]) > 1]
    blocks.append(Placed(derivation.root, (), say("whole_model")))
    asked = [(symbol, placed) for symbol in symbols for placed in blocks if symbol in _sizes(placed, derivation)]
    random.shuffle(asked)
    grown = [found for found in (growth_of(derivation, symbol, placed) for symbol, placed in asked[:MOST]) if found]
    if not grown:
        return None
    # Where some terms grow otherwise than others, none of them decides alone.
    symbol, before, other, after, truth = min(grown, key=lambda found: found.truth not in ("less", "more"))
    doubled, terms = other.model, terms_of(before, derivation, symbol)
    options = tuple(
        AnswerOption(say(f"doubling_{name}"), "" if name == truth else say(f"doubling_{truth}_not_{name}", **terms))
        for name in GROWTH
    )
    proofs = (
        Proof(before.formula, derivation.sizes, before.step.in_total),
        Proof(after.formula, other.sizes, after.step.in_total),
    )
    choice = context.in_order(options)
    item = Item(id, say("answer"), choice, proofs, (say("doubling_hint"),))
    stem = (
        Paragraph(say("doubling", size=symbol.name, part=before.name if before.step.number else "", unit=context.unit)),
        Choices(id, tuple((letter, option.text) for letter, option in choice.lettered)),
    )
    rows = (
        (f"`{symbol.name}`", model.sizes[symbol.name], doubled.sizes[symbol.name]),
        (before.name, before.step.in_total, after.step.in_total),
    )
    columns = tuple(say(f"column_{name}") for name in ("what", "before", "after"))
    solution = (
        Table("", columns, rows, frozenset({1, 2})),
        *_worked(before, derivation, symbol, say),
        *_worked(after, other, symbol, say),
        *((Paragraph(say("doubling_more_why", **terms)),) if truth == "more" else ()),
    )
    return Question("doubling", say("doubling_title"), stem, (item,), solution, working=2)


class Grown(NamedTuple):
    """A part before and after a size doubles, and how it grows."""

    symbol: Symbol
    before: Placed
    other: Derivation
    after: Placed
    truth: str


def growth_of(derivation: Derivation, symbol: Symbol, before: Placed) -> Grown | None:
    """Return how a part grows with a size that doubles; None where it has no name, or no such network exists."""
    doubled = with_size(derivation.model, symbol, 2 * derivation.model.sizes[symbol.name])
    if doubled is None:
        return None
    other = measured(derivation, doubled)
    there = (*places(other), Placed(other.root, (), before.name))
    after = next((placed for placed in there if placed.step.number == before.step.number), None)
    truth = _growth(Fraction(after.step.in_total, before.step.in_total)) if after else None
    return Grown(symbol, before, other, after, truth) if after and truth else None


def terms_of(placed: Placed, derivation: Derivation, symbol: Symbol) -> dict[str, bool | str]:
    """Return the size, whether some terms have it twice, and whether some lack it, read off three values."""
    formula = algebra.primary(unlabelled(placed.formula), derivation.model.definitions)
    size = derivation.sizes[symbol.name]
    one, two, three = (Fraction(formula.value({**derivation.sizes, symbol.name: n * size})) for n in (1, 2, 3))
    return {"size": symbol.name, "squared": three - 2 * two + one > 0, "rest": 3 * one - 3 * two + three > 0}


def _worked(placed: Placed, derivation: Derivation, symbol: Symbol, say: Prose) -> Iterator[Part]:
    """Yield what all copies of a part have, in the sizes that a config gives, behind the size that is doubled."""
    formula = algebra.simplified(unlabelled(placed.formula), derivation.model.definitions)
    yield Paragraph(say("with_size", size=symbol.name, value=grouped(derivation.sizes[symbol.name])))
    yield Equation(formula, placed.step.in_total, sizes=derivation.sizes)


def _sizes(placed: Placed, derivation: Derivation) -> frozenset[Symbol]:
    """Return the sizes in one copy of a part, itself or through a size that follows from them."""
    found, definitions = set(unlabelled(placed.step.one).symbols), derivation.model.definitions
    while more := {part for one in found & definitions.keys() for part in definitions[one].symbols} - found:
        found |= more
    return frozenset(found)


def _growth(ratio: Fraction) -> str | None:
    """Return the name of a growth, or None for one beyond fourfold."""
    exact = {Fraction(1): "stays", Fraction(2): "double", Fraction(4): "fourfold"}
    if ratio in exact:
        return exact[ratio]
    return "less" if 1 < ratio < 2 else "more" if 2 < ratio < 4 else None
