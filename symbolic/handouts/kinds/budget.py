"""Design a config under a budget: the largest size with which the total stays within it."""

from __future__ import annotations

from symbolic.errors import ConfigError
from symbolic.formulas import algebra
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Quotient, Sum, Symbol
from symbolic.formulas.functions import Floor
from symbolic.formulas.rational import Rational
from symbolic.formulas.shown import Labelled
from symbolic.handouts.answers import Item, NumberAnswer, Proof, Question
from symbolic.handouts.context import Context
from symbolic.handouts.one_size import in_one_size
from symbolic.handouts.variants import with_size
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.pages.page import Answer, Equation, Paragraph, Part, Table

PLACE = 8
LEAST, MOST = 100, 10**12
DOUBLINGS = 20
FAR = 4
"""So many times its size nothing of a network is: whoever finds more than that has nothing to hold it against."""
OFTEN_SMALL = frozenset({"head", "rank"})
"""Words in the names of sizes that some forms draw below the least: those would lack the question."""


def make(context: Context, id: str) -> Question | None:
    """Ask for the largest whole-number size under a round budget above this model's total."""
    derivation, random = context.derivation, context.random
    model = derivation.model
    symbols = [
        symbol
        for symbol in model.architecture.sizes
        if LEAST <= model.sizes.get(symbol.name, 0) <= MOST
        and symbol not in model.definitions
        and not OFTEN_SMALL.intersection(symbol.name.split("_"))
        and _grows(derivation, symbol)
    ]
    if not symbols:
        return None
    random.shuffle(symbols)
    # Of a deep model a table is a small part: a budget that is hardly larger is enough for it.
    larger = [_round(derivation.total * percent // 100, digits=3) for percent in (105, 102)]
    for budget in (_round(derivation.total * random.randint(11, 16) // 10), *larger):
        for symbol in symbols:
            size = _largest(derivation, symbol, budget)
            if size and model.sizes[symbol.name] < size < FAR * model.sizes[symbol.name]:
                return _question(context, id, symbol, size, budget)
    return None


def _largest(derivation: Derivation, symbol: Symbol, budget: int) -> int | None:
    """Return the largest size within a budget; None where the total never comes to it."""
    # The total rises with the size, so halving finds the largest one within the budget.
    low = derivation.model.sizes[symbol.name]
    high = 2 * low
    for _ in range(DOUBLINGS):
        total = _total(derivation, symbol, high)
        if total is None or total > budget:
            break
        low, high = high, 2 * high
    else:
        # The total nears a bound, as an intensity does, and never comes to the budget.
        return None
    while high - low > 1:
        middle = (low + high) // 2
        total = _total(derivation, symbol, middle)
        low, high = (middle, high) if total is not None and total <= budget else (low, middle)
    return low


def _question(context: Context, id: str, symbol: Symbol, low: int, budget: int) -> Question | None:
    derivation, say = context.derivation, context.prose
    within, beyond = (_sizes(derivation, symbol, size) for size in (low, low + 1))
    if within is None or beyond is None:
        return None
    formula = derivation.root.formula
    totals = [integer_value(formula, sizes) for sizes in (within, beyond)]
    proofs = tuple(Proof(formula, sizes, one) for sizes, one in zip((within, beyond), totals, strict=True))
    follows = _from_total(derivation, symbol, budget)
    item = Item(id, f"`{symbol.name}` =", NumberAnswer(low), proofs, (say("budget_hint"),), follows, half=low + 1)
    stem = (
        Paragraph(say("budget", size=symbol.name, budget=grouped(budget), unit=context.unit)),
        Answer(id, item.label, item.room),
    )
    lines = in_one_size(formula, symbol, derivation)
    worked: list[Part] = [Paragraph(say("short_formula", size=symbol.name)) for _ in lines]
    for size, one, sizes in ((low, totals[0], within), (low + 1, totals[1], beyond)):
        for line in lines:
            worked += [Paragraph(say("with_size", size=symbol.name, value=grouped(size)))]
            worked += [Equation(line, one, sizes=sizes)]
    rows = ((low, totals[0], say("budget_within")), (low + 1, totals[1], say("budget_beyond")))
    columns = (symbol.name, say("column_total"), say("column_budget", budget=grouped(budget)))
    half = Paragraph(say("budget_half", value=grouped(low + 1)))
    solution = (*worked, Table("", columns, rows, frozenset({0, 1})), half)
    return Question("budget", say("budget_title"), stem, (item,), solution, points=2, working=3)


def _from_total(derivation: Derivation, symbol: Symbol, budget: int) -> Formula | None:
    """Return the largest size as what the total leaves of the budget gives, where each more adds as much."""
    formula = Rational.of(algebra.primary(derivation.root.formula, derivation.definitions))
    alone = all(symbol not in atom.symbols for atom in formula.atoms if atom != symbol)
    if not (alone and formula.is_integral() and max(formula.powers(symbol)) == 1):
        return None
    rise = formula.powers(symbol)[1]
    value = rise.value(derivation.sizes)
    # Of a number of layers it is what one of them has, which may be a blank.
    steps = (visit.step for visit in derivation.root.walk())
    layer = next((one for one in steps if one.repeat and symbol in one.repeat.symbols and one.each == value), None)
    each = Labelled(layer.label, layer.one) if layer else rise
    left = Sum((Number(budget), Negative(Labelled(derivation.root.label, derivation.root.formula))))
    return Sum((symbol, Floor(Quotient(left, each))))


def _grows(derivation: Derivation, symbol: Symbol) -> bool:
    """Return whether each next whole number is a valid config too, with a larger total."""
    size = derivation.model.sizes[symbol.name]
    totals = [_total(derivation, symbol, size + more) for more in (1, 2)]
    return None not in totals and derivation.total < (totals[0] or 0) < (totals[1] or 0)


def _sizes(derivation: Derivation, symbol: Symbol, size: int) -> dict[str, Exact] | None:
    model = with_size(derivation.model, symbol, size)
    return None if model is None else {**derivation.sizes, **model.sizes}


def _total(derivation: Derivation, symbol: Symbol, size: int) -> int | None:
    """Return the total with another size, or None if no such config is valid. The formula stays the same."""
    sizes = _sizes(derivation, symbol, size)
    try:
        return None if sizes is None else integer_value(derivation.root.formula, sizes)
    except ConfigError:
        # A group wider than the channels that it divides: the code builds another network then, with another formula.
        return None


def _round(value: int, digits: int = 2) -> int:
    """Return a number rounded up to a few digits and zeros."""
    step = int("1" + "0" * max(len(str(value)) - digits, 0))
    return (value + step - 1) // step * step
