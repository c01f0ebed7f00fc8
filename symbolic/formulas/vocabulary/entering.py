"""How a symbol is entered in the vocabulary: its name and its letter once, behind those that were entered before."""

from __future__ import annotations

from symbolic.formulas.formula import Symbol

SYMBOLS: dict[str, Symbol] = {}
"""Every symbol by its name."""
PLACES: dict[str, int] = {}
"""Where each stands among the others: the order in which a product or a sum is written."""


def symbol(
    name: str,
    *,
    letter: str,
    meaning: str,
    spoken: str,
    aliases: tuple[str, ...] = (),
    unit: str = "",
    minimum: int = 1,
    scales: bool = True,
) -> Symbol:
    """Return a new size of a network, entered in the vocabulary; a name or letter that is taken is a ValueError.

    `letter` is TeX, `aliases` are other keys that give it in a config. `scales` says whether the size grows when a
    model is made deeper and wider; numbers of heads and experts, and the like, need not.
    """
    return entered(Symbol(name, letter, meaning, spoken, aliases, unit, minimum, scales=scales))


def run_symbol(
    name: str,
    *,
    letter: str,
    meaning: str,
    spoken: str,
    unit: str = "",
    minimum: int = 1,
    maximum: int | None = None,
    is_integer: bool = True,
) -> Symbol:
    """Return a new input of a quantity, which no config gives, entered in the vocabulary; errors as for `symbol`.

    `is_integer` is not so for a share or for half a byte.
    """
    return entered(
        Symbol(name, letter, meaning, spoken, (), unit, minimum, maximum, is_integer, scales=False, of_run=True)
    )


def entered(symbol: Symbol, *, of_key: bool = False) -> Symbol:
    """Return a symbol, entered. Those of keys may share a letter: no config has two such keys (`keys.of_key`)."""
    name = symbol.name
    if name in SYMBOLS:
        raise ValueError(f"the symbol {name!r} is in the vocabulary already; use that one or choose another name")
    others = () if of_key else SYMBOLS.values()
    if taken := next((other.name for other in others if other.letter == symbol.letter), None):
        raise ValueError(f"the letter {symbol.letter!r} is {taken}'s already; choose another for {name!r}")
    PLACES[name] = len(SYMBOLS)
    SYMBOLS[name] = symbol
    return symbol
