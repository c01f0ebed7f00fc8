"""What does doubling a size do? Sizes that follow from it double with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from symbolic.formulas import algebra
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Formula, Quotient, Symbol
from symbolic.formulas.functions import OfOnePart
from symbolic.handouts.answers import AnswerOption, Item, Proof, Question
from symbolic.handouts.context import Context
from symbolic.handouts.from_derivation import Placed, definitions, measured, places, sizes_used, told_apart, unlabelled
from symbolic.handouts.one_size import in_one_size, is_long
from symbolic.handouts.variants import with_size
from symbolic.measuring.derivation import Derivation
from symbolic.pages.page import Choices, Equation, Paragraph, Part, Table
from symbolic.pages.prose import Prose

PLACE = 6
GROWTH = ("stays", "less", "double", "more", "fourfold")
EXACT = {"stays": 1, "double": 2, "fourfold": 4}


def make(context: Context, id: str) -> Question | None:
    """Ask in which of five ways a part grows with a size; each way that there is comes as often as another."""
    derivation, say, random = context.derivation, context.prose, context.random
    model = derivation.model
    given = sizes_used(derivation)
    symbols = [s for s in model.architecture.sizes if s.name in given and s not in model.definitions]
    symbols = [s for s in symbols if model.sizes[s.name] > 1]
    whole = say("whole_model")
    parts = [*told_apart(places(derivation)), Placed(derivation.root, (), whole, apart=whole)]
    cases = _cases(derivation, symbols, parts)
    there = [name for name in GROWTH if cases[name]]
    if not there:
        return None
    symbol, before, other, after, truth = random.choice(cases[there[context.turn(len(there))]])
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
        Paragraph(
            say(
                "doubling",
                size=symbol.name,
                part=before.apart if before.step.number else "",
                layers=bool(before.repeats) or before.step.repeat is not None,
                defines=any(symbol in formula.symbols for formula in definitions(derivation).values()),
                unit=context.unit,
            )
        ),
        Choices(id, tuple((letter, option.text) for letter, option in choice.lettered)),
    )
    rows = (
        (f"`{symbol.name}`", model.sizes[symbol.name], doubled.sizes[symbol.name]),
        (before.apart, before.step.in_total, after.step.in_total),
    )
    columns = tuple(say(f"column_{name}") for name in ("what", "before", "after"))
    solution = (
        Table("", columns, rows, frozenset({1, 2})),
        *_worked(before, derivation, symbol, say),
        *(_worked(after, other, symbol, say) if truth != "stays" else ()),
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
    return next((found for found in _grown(derivation, symbol, [before])), None)


def _grown(derivation: Derivation, symbol: Symbol, parts: Iterable[Placed]) -> Iterator[Grown]:
    """Yield how parts grow with a size that doubles, those that do so in a way that has a name."""
    doubled = with_size(derivation.model, symbol, 2 * derivation.model.sizes[symbol.name])
    if doubled is None:
        return
    other = measured(derivation, doubled)
    there = {placed.step.number: placed for placed in places(other)}
    for before in parts:
        after = (
            there.get(before.step.number)
            if before.step.number
            else Placed(other.root, (), before.name, apart=before.apart)
        )
        truth = _growth(Fraction(after.step.in_total, before.step.in_total)) if after else None
        if after and truth:
            yield Grown(symbol, before, other, after, truth)


def _cases(derivation: Derivation, symbols: Iterable[Symbol], parts: Sequence[Placed]) -> dict[str, list[Grown]]:
    """Return the pairs of a size and a part that are worth asking about, by how the part grows.

    One whose terms happen to come to twice or four times together is none: its reasons would not hold.
    """
    cases: dict[str, list[Grown]] = {name: [] for name in GROWTH}
    for symbol in symbols:
        for grown in _grown(derivation, symbol, parts):
            if _is_telling(grown, derivation):
                cases[grown.truth].append(grown)
    return {name: _hardest(found, derivation) for name, found in cases.items()}


def _hardest(cases: list[Grown], derivation: Derivation) -> list[Grown]:
    """Return the pairs where several sizes act on the part; of a size that changes nothing, where heads share the part.

    All of them, where there is none such: each form of a class shall have to think about as much.
    """

    def is_hard(grown: Grown) -> bool:
        definitions = derivation.model.definitions
        symbols = algebra.primary(unlabelled(grown.before.formula), definitions).symbols
        if grown.truth != "stays":
            return len(symbols) > 1
        roles = {visit.step.role for visit in grown.before.step.walk(parents_first=False)}
        near = any(grown.symbol in formula.symbols for formula in definitions.values())
        return near and len(symbols) > 1 and "attention" in {grown.before.within, *roles}

    return [one for one in cases if is_hard(one)] or cases


def _is_telling(grown: Grown, derivation: Derivation) -> bool:
    """Return whether a part grows in one way whatever the numbers are, and it takes more than a look to see that."""
    symbol, before = grown.symbol, grown.before
    formula = algebra.primary(unlabelled(before.formula), derivation.model.definitions)
    if _divides_by_whole(formula, symbol):
        return False
    if grown.truth not in EXACT:
        return _is_sum_of_powers(formula, symbol, derivation, squared=grown.truth == "more")
    if grown.truth == "stays":
        # A size that only divides heads, or that another part of the same layer has.
        near = any(symbol in part.symbols for part in derivation.model.definitions.values())
        return symbol not in formula.symbols and (near or bool(before.repeats)) and not _is_said(symbol, before)
    one, three = (formula.value({**derivation.sizes, symbol.name: n * derivation.sizes[symbol.name]}) for n in (1, 3))
    power = 1 if grown.truth == "double" else 2
    return bool(three == 3**power * one)


def _is_said(symbol: Symbol, placed: Placed) -> bool:
    """Return whether the text of a step in a part names a size that its formula lacks: it says why, as a rule."""
    steps = (visit.step for visit in placed.step.walk(parents_first=False))
    return any(f"`{symbol.name}`" in step.about and symbol not in unlabelled(step.one).symbols for step in steps)


def _divides_by_whole(formula: Formula, symbol: Symbol) -> bool:
    """Return whether a formula divides by what a size makes, rounded: a RegNet's groups of channels, one or none."""
    bottoms = (part for node in formula.walk() if isinstance(node, Quotient) for part in node.denominator.walk())
    return any(isinstance(part, OfOnePart) and symbol in part.symbols for part in bottoms)


def terms_of(placed: Placed, derivation: Derivation, symbol: Symbol) -> dict[str, bool | str]:
    """Return the size, whether some terms have it twice, and whether some lack it, read off three values."""
    formula = algebra.primary(unlabelled(placed.formula), derivation.model.definitions)
    size = derivation.sizes[symbol.name]
    one, two, three = (Fraction(formula.value({**derivation.sizes, symbol.name: n * size})) for n in (1, 2, 3))
    return {"size": symbol.name, "squared": three - 2 * two + one > 0, "rest": 3 * one - 3 * two + three > 0}


def _worked(placed: Placed, derivation: Derivation, symbol: Symbol, say: Prose) -> Iterator[Part]:
    """Yield what all copies of a part have, in the sizes that a config gives, behind the size that is doubled."""
    formula = algebra.simplified(unlabelled(placed.formula), derivation.model.definitions)
    if is_long(formula) and symbol in formula.symbols:
        for short in in_one_size(unlabelled(placed.formula), symbol, derivation):
            yield Paragraph(say("short_formula", size=symbol.name))
            formula = short
    yield Paragraph(say("with_size", size=symbol.name, value=grouped(derivation.sizes[symbol.name])))
    yield Equation(formula, placed.step.in_total, sizes=derivation.sizes)


def _is_sum_of_powers(formula: Formula, symbol: Symbol, derivation: Derivation, *, squared: bool) -> bool:
    """Return whether a part is a sum of terms that have a size twice, once or not at all, some of them twice or not.

    Layers that others leave, `n_layers` - `n_dense_layers`, more than double for another reason.
    """
    size = derivation.sizes[symbol.name]
    values = (formula.value({**derivation.sizes, symbol.name: n * size}) for n in (1, 2, 3, 4))
    one, two, three, four = map(Fraction, values)
    rest, square = 3 * one - 3 * two + three, three - 2 * two + one
    if four - 3 * three + 3 * two != one or rest < 0 or square < 0:
        return False
    return square > 0 if squared else rest > 0


def _growth(ratio: Fraction) -> str | None:
    """Return the name of a growth, or None for one beyond fourfold."""
    exact = {Fraction(times): name for name, times in EXACT.items()}
    if ratio in exact:
        return exact[ratio]
    return "less" if 1 < ratio < 2 else "more" if 2 < ratio < 4 else None
