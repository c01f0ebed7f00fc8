"""Design a config under a budget: the largest size with which the total stays within it."""

from __future__ import annotations

from symbolic.derivation import Derivation
from symbolic.figures import grouped
from symbolic.formula import Symbol
from symbolic.handouts.answers import Item, Number, Proof, Question
from symbolic.handouts.asked import measured
from symbolic.handouts.context import Context
from symbolic.handouts.variants import with_size
from symbolic.page import Answer, Paragraph, Table

PLACE = 9
LEAST = 100


def make(context: Context, id: str) -> Question | None:
    """A size that may be any whole number, and a round budget above this model's total."""
    derivation, say, random = context.derivation, context.prose, context.random
    model = derivation.model
    symbols = [
        symbol
        for symbol in model.architecture.sizes
        if model.sizes.get(symbol.name, 0) >= LEAST and symbol not in model.definitions and _grows(derivation, symbol)
    ]
    if not symbols:
        return None
    symbol = random.choice(symbols)
    budget = _round(derivation.total * random.randint(11, 16) // 10)
    # The total rises with the size, so halving finds the largest one within the budget.
    low = model.sizes[symbol.name]
    high = 2 * low
    while _total(derivation, symbol, high) <= budget:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _total(derivation, symbol, middle) <= budget else (low, middle)
    within, beyond = _with(derivation, symbol, low), _with(derivation, symbol, low + 1)
    proofs = tuple(Proof(one.root.one, one.sizes, one.total) for one in (within, beyond))
    item = Item(id, f"`{symbol.name}` =", Number(low), proofs, (say("budget_hint"),))
    stem = (
        Paragraph(say("budget", size=symbol.name, budget=grouped(budget), unit=context.unit)),
        Answer(id, item.label, len(item.shown)),
    )
    both = ((within, "within"), (beyond, "beyond"))
    rows = tuple((one.sizes[symbol.name], one.total, say(f"budget_{where}")) for one, where in both)
    columns = (f"`{symbol.name}`", say("column_total"), say("column_budget", budget=grouped(budget)))
    return Question("budget", say("budget_title"), stem, (item,), (Table("", columns, rows, frozenset({0, 1})),))


def _grows(derivation: Derivation, symbol: Symbol) -> bool:
    """Whether each next whole number is a config too, and its total larger."""
    size = derivation.model.sizes[symbol.name]
    models = [with_size(derivation.model, symbol, size + more) for more in (1, 2)]
    totals = [measured(derivation, model).total for model in models if model is not None]
    return len(totals) == 2 and derivation.total < totals[0] < totals[1]


def _with(derivation: Derivation, symbol: Symbol, size: int) -> Derivation:
    model = with_size(derivation.model, symbol, size)
    assert model is not None  # noqa: S101 - _grows has seen to it
    return measured(derivation, model)


def _total(derivation: Derivation, symbol: Symbol, size: int) -> int:
    return _with(derivation, symbol, size).total


def _round(value: int) -> int:
    """Two digits and zeros."""
    step = int("1" + "0" * max(len(str(value)) - 2, 0))
    return (value + step - 1) // step * step
