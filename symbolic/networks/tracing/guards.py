"""What a pass asked of its sizes: which are fixed to their numbers, and how many tokens the code works on at a time.

Torch notes each question to a symbolic size, as it came out, among the guards of its ShapeEnv.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sympy

from symbolic.networks.tracing.symbolic_sizes import RESTS, TOKENS, SymbolicSizes, Unformulated

EACH_DIFFERENT = "it works on some tokens at a time, and does not do the same with each number"
WITHIN = 3
"""Of so many numbers of tokens within a step the number of steps takes two values at most."""


class Stepped(Exception):
    """The code works on some tokens at a time, `step` of them at most so far; no more were given."""

    def __init__(self, step: int) -> None:
        super().__init__(step)
        self.step = step


class OneNumber(Unformulated):
    """The code fixes the number of tokens."""

    def __init__(self) -> None:
        super().__init__("it holds for one number of tokens only")


def fixed(sizes: SymbolicSizes, asked: Iterable[Any]) -> Iterator[str]:
    """Yield the sizes that the code compared with a number so that only this number is known to be right."""
    for one in asked:
        if isinstance(one, sympy.Eq) and one.rhs.is_number and one.lhs in sizes.names:
            yield sizes.names[one.lhs]


def step(sizes: SymbolicSizes, asked: Iterable[Any], values: Mapping[str, Any]) -> int:
    """Return how many tokens the code works on at a time, where it was seen with one such step only, else 0.

    Then the number of steps is known as a number, and what is computed for each of them holds for no more tokens.
    It is the largest number that the tokens were divided by, of what `values` the sizes have.
    """
    found = [0]
    for one in asked:
        if not isinstance(one, sympy.Eq) or not one.rhs.is_number or one.lhs in sizes.names:
            continue
        names = {sizes.names[symbol] for symbol in one.lhs.free_symbols if symbol in sizes.names}
        # That a rest is 0 says only that a size can be divided.
        if TOKENS in names and not isinstance(one.lhs, RESTS):
            found += [int(number) for number in one.lhs.atoms(sympy.Integer)]
            found += [int(values[name]) for name in names - {TOKENS} if type(values.get(name)) is int]
    return max(found)


class Watch:
    """Ends a pass that will not hold for other numbers of tokens as soon as a guard says so.

    It goes on where the code works on `steps` tokens at a time, or on fewer.
    """

    def __init__(self, sizes: SymbolicSizes, values: Mapping[str, Any], steps: int = 0) -> None:
        self.sizes, self.values, self.steps, self.seen = sizes, values, steps, 0

    def __call__(self) -> None:
        """Look at the guards since the last time."""
        new = list(self.sizes.asked(self.seen))
        self.seen += len(new)
        if (found := step(self.sizes, new, self.values)) > self.steps:
            raise Stepped(found)
        if TOKENS in fixed(self.sizes, new):
            raise OneNumber
        if self.steps and any(self._grows_within(one) for one in new):
            raise Unformulated(EACH_DIFFERENT)

    def _grows_within(self, guard: Any) -> bool:
        """Return whether a size that is known as a number is another for each of several tokens within a step.

        Then a loop goes over the tokens that are left of the last step. The number of steps grows once at most.
        """
        tokens = self.sizes.symbol(TOKENS)
        if not isinstance(guard, sympy.Eq) or not guard.rhs.is_number or not guard.lhs.has(tokens):
            return False
        values = {**self.values, TOKENS: 0}
        known = {symbol: values[name] for symbol, name in self.sizes.names.items() if type(values.get(name)) is int}
        within = range(self.steps + 1, 2 * self.steps)[:WITHIN]
        return len({guard.lhs.subs({**known, tokens: each}) for each in within}) == WITHIN
