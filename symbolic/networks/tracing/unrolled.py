"""A pass whose code fixes the number of tokens, as a loop over them does: its counts as polynomials in that number.

It runs with several numbers of tokens. What each weight is multiplied for, and each product of computed tensors, is a
polynomial of small degree through all but the last of them; one that misses the last is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from math import prod
from typing import Any

import sympy
import torch

from symbolic.networks.tracing.cached import CachedTensor
from symbolic.networks.tracing.forward import Multiplied
from symbolic.networks.tracing.symbolic_pass import Passed
from symbolic.networks.tracing.symbolic_sizes import TOKENS, Unformulated, expression, product

FIRST = 4
MORE = (0, 1, 2, 4)
"""By so many tokens passes are longer than the first: two fix what grows with each token, three what grows with the
square, and one more tests it."""
FEWEST = 3
Key = tuple[str, str]


def unrolled(
    run: Callable[[int], Passed],
    most: int,
    fewest: int = FIRST,
    plain: Callable[[int], Passed] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Passed:
    """Return the pass in tokens of `run`, which makes it with a number of them; Unformulated where it is no polynomial.

    `most` is how many tokens the network takes, `fewest` how many are no special case. `plain` makes it with the
    numbers of sizes, `values`: where it does with the most tokens what the formulas say, two passes are enough.
    """
    if most < fewest + MORE[-1]:
        raise Unformulated(f"the code fixes the number of tokens, and more than {most} it does not take")
    passes: dict[int, Passed] = {}
    once: Passed | None = None
    for more in MORE:
        passes[fewest + more] = run(fewest + more)
        if len(passes) < (FEWEST if plain is None else FEWEST - 1):
            continue
        try:
            made = _of_all(passes)
            if plain is not None:
                once = once or plain(most)
                _compared(made, once, {**(values or {}), TOKENS: most})
        except Unformulated:
            if more == MORE[-1]:
                raise
        else:
            return made
    raise AssertionError


def _compared(made: Passed, once: Passed, values: Mapping[str, Any]) -> None:
    """Unformulated where a pass with plain numbers multiplies or keeps something else than its formulas say."""
    said = total(made, values), _numbers_kept(made, values)
    if said != (multiplied(once), _numbers_kept(once, values)):
        raise Unformulated("what it does with many tokens is not what it does with few")


def _numbers_kept(one: Passed, values: Mapping[str, Any]) -> list[Any]:
    known = _known(one, values)
    return [(each.layer, each.name, product(each.axes).xreplace(known)) for each in one.kept]


def multiplied(one: Passed) -> int:
    """How many multiplications a pass has with the numbers of its sizes."""
    return sum(prod(map(_at_hand, each.axes)) for each in one.products)


def _at_hand(size: Any) -> int:
    return size.node.hint if isinstance(size, torch.SymInt) else int(size)


def _of_all(passes: Mapping[int, Passed]) -> Passed:
    """The pass that these with some tokens, one more and so on are cases of."""
    first = next(iter(passes.values()))
    if first.sizes.of_tokens is None:
        first.sizes.of_tokens = sympy.Symbol(TOKENS, integer=True, positive=True)
        first.sizes.names[first.sizes.of_tokens] = TOKENS
    found = {number: by_place(one, first) for number, one in passes.items()}
    if len({tuple(one) for one in found.values()}) > 1:
        raise Unformulated("which products there are hangs on the number of tokens")
    made = [
        one
        for place in next(iter(found.values()))
        for one in fitted(place, {number: of[place] for number, of in found.items()}, first, first.sizes.of_tokens)
    ]
    return replace(first, products=made, kept=list(_kept(passes, first)))


def _kept(passes: Mapping[int, Passed], first: Passed) -> Iterator[CachedTensor]:
    """What the cache keeps, with the numbers of tokens."""
    found = {number: cached(one, first) for number, one in passes.items()}
    if len({tuple((each.layer, each.name, len(each.axes)) for each in row) for row in found.values()}) > 1:
        raise Unformulated("what is kept for later tokens hangs on their number")
    for at, each in enumerate(first.kept):
        axes = zip(*(row[at].axes for row in found.values()), strict=True)
        made = (polynomial(dict(zip(found, axis, strict=True)), first.sizes.of_tokens) for axis in axes)
        yield replace(each, axes=tuple(made))


def cached(one: Passed, first: Passed) -> tuple[CachedTensor, ...]:
    """What a pass keeps, its axes in the symbols of the first."""
    same = as_in(one, first)
    return tuple(
        replace(each, axes=tuple(one.sizes.whole(expression(axis)).xreplace(same) for axis in each.axes))
        for each in one.kept
    )


def total(one: Passed, values: Mapping[str, Any]) -> Any:
    """How many multiplications a pass has with these sizes."""
    known = _known(one, values)
    return sum(product(each.axes).xreplace(known) for each in one.products)


def _known(one: Passed, values: Mapping[str, Any]) -> dict[Any, Any]:
    return {symbol: sympy.Integer(values[name]) for symbol, name in one.sizes.names.items() if name in values}


def as_in(one: Passed, first: Passed) -> dict[Any, Any]:
    """The symbols of the first pass by those of another with the same names."""
    return {symbol: first.sizes.symbol(name) for symbol, name in one.sizes.names.items() if name in first.sizes.made}


def by_place(one: Passed, first: Passed) -> dict[Key, list[Multiplied]]:
    """The products of a pass by module and weight, their axes in the symbols of the first."""
    mine = as_in(one, first)
    found: dict[Key, list[Multiplied]] = {}
    for each in one.products:
        axes = tuple(one.sizes.whole(expression(axis)).xreplace(mine) for axis in each.axes)
        rows = tuple(one.sizes.whole(expression(axis)).xreplace(mine) for axis in each.rows)
        found.setdefault((each.module, each.weight), []).append(replace(each, axes=axes, rows=rows))
    return found


def fitted(place: Key, found: Mapping[int, list[Multiplied]], first: Passed, symbol: Any) -> Iterable[Multiplied]:
    """The products of one place, with the numbers of `symbol`: each for itself where there are as many each time.

    Else all are in one.
    """
    ranks = {tuple(len(one.axes) for one in products) for products in found.values()}
    if len(ranks) == 1:
        for number, one in enumerate(next(iter(found.values()))):
            each = {count: products[number] for count, products in found.items()}
            axes = tuple(
                polynomial({count: other.axes[at] for count, other in each.items()}, symbol)
                for at in range(len(one.axes))
            )
            rows = tuple(
                polynomial({count: other.rows[at] for count, other in each.items()}, symbol)
                for at in range(len(one.rows))
            )
            yield replace(one, axes=axes, rows=rows)
        return
    module, weight = place
    size = product(first.shapes[weight]) if weight else sympy.Integer(1)
    totals = {
        count: sympy.cancel(sum((product(one.axes) for one in products), sympy.Integer(0)) / size)
        for count, products in found.items()
    }
    rows = polynomial(totals, symbol)
    if weight:
        yield Multiplied(module, weight, (rows, *first.shapes[weight]), (rows,))
        return
    terms = sympy.Add.make_args(sympy.expand(rows))
    if any(term.could_extract_minus_sign() for term in terms):
        # All but the first token meet all of them: tokens × (tokens - 1), and no product of less than nothing.
        terms = (sympy.factor(rows),)
    for term in terms:
        powers = (one.as_base_exp() for one in sympy.Mul.make_args(term) if one.has(symbol))
        grows = [base for base, power in powers for _time in range(power)]
        yield Multiplied(module, "", (*grows, sympy.cancel(term / sympy.Mul(*grows))))


def polynomial(values: Mapping[int, Any], symbol: Any) -> Any:
    """The polynomial through all values but the last, which it must meet, too; through both where there are two."""
    *points, last = values.items()
    if all(value == last[1] for _count, value in points):
        return last[1]
    points = [*points, last] if len(points) == 1 else points
    made = sympy.expand(sympy.interpolate(points, symbol))
    if sympy.expand(made.subs(symbol, last[0]) - last[1]) != 0:
        raise Unformulated("how the products grow with the number of tokens")
    return made
