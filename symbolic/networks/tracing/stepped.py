"""A pass whose code works on some tokens at a time: its counts as polynomials in the number of these steps.

A loop over chunks of 64 tokens shows a pass how many chunks it has as a plain number. The pass runs with two of them
and three; what the code asked for that number becomes the size in its place. Passes with the numbers of all sizes,
which take a fraction of the time, tell whether as much is multiplied with one chunk, and with four.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import sympy

from symbolic.networks.tracing.forward import Multiplied
from symbolic.networks.tracing.guards import EACH_DIFFERENT
from symbolic.networks.tracing.symbolic_pass import Passed
from symbolic.networks.tracing.symbolic_sizes import RESTS, TOKENS, Unformulated, expression
from symbolic.networks.tracing.unrolled import Key, as_in, by_place, cached, fitted, multiplied, polynomial, total

FEWEST, MOST = 2, 4
"""Passes with several steps: two fix what grows by as much with each, four test what grows with the square."""
STEPS = sympy.Symbol("steps", integer=True, positive=True)


def stepped(
    run: Callable[[int], Passed],
    plain: Callable[[int], Passed],
    step: int,
    values: Mapping[str, Any],
    passes: Sequence[Passed],
) -> Passed:
    """Return the pass for any number of steps of `run`, which makes it with a number of tokens.

    `passes` are those with `one_step` and with `two_steps`, and `plain` makes it with the numbers of sizes, which are
    `values`. Unformulated where it is no polynomial in the steps, or hangs on more than their number.
    """
    passes = list(passes)
    while True:
        try:
            made = _of_all(passes, step, values)
            if not _multiplies(made, plain, _tokens(len(passes) + 1, step), values):
                raise Unformulated("how the products grow with the number of steps")
            break
        except Unformulated:
            if len(passes) == MOST:
                raise
        passes.append(run(_tokens(len(passes) + 1, step)))
    # Torch writes sizes of a single step otherwise: only how much is multiplied can be compared.
    if not _multiplies(made, plain, _tokens(0, step), values):
        raise Unformulated("it does something else with one step than with several")
    return made


def one_step(step: int) -> int:
    """Return tokens that make a whole step and a part of the next."""
    return _tokens(1, step)


def two_steps(step: int) -> int:
    """Return tokens that make two whole steps and a part of the next."""
    return _tokens(2, step)


def _multiplies(made: Passed, plain: Callable[[int], Passed], tokens: int, values: Mapping[str, Any]) -> bool:
    """Return whether a pass with plain numbers multiplies as much as its formulas say."""
    return bool(total(made, {**values, TOKENS: tokens}) == multiplied(plain(tokens)))


def _tokens(whole: int, step: int) -> int:
    """Tokens that make so many whole steps, and each time another part of the next."""
    return step * whole + max(1, step * (whole + 3) // (whole + 5))


def _of_all(passes: Sequence[Passed], step: int, values: Mapping[str, Any]) -> Passed:
    """The pass that those with some steps, one more and so on are cases of."""
    first = passes[0]
    asked = [_asked(one, first) for one in passes]
    rows = {size: [one[size] for one in asked] for size in asked[0] if all(size in one for one in asked)}
    size = _number_of_steps(rows)
    for whole, one in enumerate(asked, 1):
        _holds(one, size, range(step * whole, step * (whole + 1) + 1), {**values, TOKENS: 0}, first)
    if len({cached(one, first) for one in passes}) > 1:
        raise Unformulated("what it keeps for later tokens hangs on the number of its steps")
    numbers = [number if size is None else int(one[size]) for number, one in enumerate(asked)]
    found = {number: by_place(one, first) for number, one in zip(numbers, passes, strict=True)}
    known = {one: row[0] for one, row in rows.items() if len(set(row)) == 1 and not isinstance(one, RESTS)}
    known |= {} if size is None else {STEPS: size}

    def said(axes: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(expression(axis).xreplace(known) for axis in axes)

    made = [
        replace(one, axes=said(one.axes), rows=said(one.rows))
        for place in dict.fromkeys(place for of in found.values() for place in of)
        for one in _products(place, {number: of.get(place, []) for number, of in found.items()}, first)
    ]
    if any(expression(axis).has(STEPS) for one in made for axis in one.axes):
        raise Unformulated("it works on some tokens at a time, and how many times has no formula")
    return replace(first, products=made)


def _asked(one: Passed, first: Passed) -> dict[Any, Any]:
    """The sizes with the tokens in them of which a pass was told that they are some number, with that."""
    tokens, same = first.sizes.symbol(TOKENS), as_in(one, first)
    found = (each.xreplace(same) for each in one.sizes.asked() if isinstance(each, sympy.Eq))
    return {each.lhs: each.rhs for each in found if each.has(tokens)}


def _number_of_steps(rows: Mapping[Any, Sequence[Any]]) -> Any:
    """The smallest size that grows by as much with each step; None where nothing that was asked differs."""
    varying = {size: row for size, row in rows.items() if all(one.is_number for one in row) and len(set(row)) > 1}
    growing = [size for size, row in varying.items() if len({then - now for now, then in pairwise(row)}) == 1]
    if varying and not growing:
        raise Unformulated("it works on some tokens at a time, and how many times has no formula")
    return min(growing, key=lambda size: (varying[size][0], size.count_ops()), default=None)


def _holds(asked: Mapping[Any, Any], size: Any, numbers: range, values: Mapping[str, Any], first: Passed) -> None:
    """Unformulated where what a pass was told does not hold for other numbers of tokens with as many steps."""
    known = {symbol: values[name] for symbol, name in first.sizes.names.items() if type(values.get(name)) is int}
    tokens = first.sizes.symbol(TOKENS)
    for number in {*numbers[:3], *numbers[-3:], numbers[len(numbers) // 2]} - {0}:
        here = known | {tokens: sympy.Integer(number)}
        if size is None or size.subs(here) == asked[size]:
            for left, right in asked.items():
                if (left - right).subs(here) != 0:
                    raise Unformulated(EACH_DIFFERENT)


def _products(place: Key, found: Mapping[int, list[Multiplied]], first: Passed) -> Iterator[Multiplied]:
    """The products of one place: those of each step once, with their number; the others as they grow."""
    counts = {number: Counter((one.axes, one.rows) for one in products) for number, products in found.items()}
    for axes, rows in dict.fromkeys(key for of in counts.values() for key in of):
        times = {number: sympy.Integer(of[axes, rows]) for number, of in counts.items()}
        if len(times) == FEWEST and not all(times.values()):
            continue  # two numbers don't test whether what is missing in one grows
        try:
            often = polynomial(times, STEPS)
        except Unformulated:
            continue
        for of in counts.values():
            del of[axes, rows]
        if often.is_number:
            yield from [Multiplied(*place, axes, rows)] * int(often)
        else:
            yield Multiplied(*place, (often, *axes), (often, *rows))
    rest = {number: [one for one in found[number] if (one.axes, one.rows) in of] for number, of in counts.items()}
    if any(rest.values()):
        yield from fitted(place, rest, first, STEPS)
