"""Comparisons of sizes in a forward pass, and what the code does where they come out the other way.

A pass is followed with the sizes at hand. Where it asked whether a width is larger than another, and went on since it
is, what was followed may hold on that side only. Passes of the code itself with sizes on the other side tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping
from functools import partial
from itertools import islice
from time import process_time
from typing import Any

import sympy
from torch.utils._sympy.functions import Mod

from symbolic.formulas.formula import Formula, Number
from symbolic.networks.learned.writing_formulas import written
from symbolic.networks.tracing.lost_sizes import SECONDS
from symbolic.networks.tracing.otherwise import otherwise
from symbolic.networks.tracing.symbolic_sizes import TOKENS, SymbolicSizes, Unformulated
from symbolic.networks.tracing.witness import Agreement

DOUBLINGS = 40
"""So many times a size is doubled in search of the other side."""
ENOUGH = 2
"""With so many values on the other side of a comparison, where the code takes them, it is asked what it does."""
RESTS = 8
"""So many of each size are tried where a rest decides: strides round down, so that both ways agree at some sizes."""
FURTHER = 64
"""Rests are looked for at so many sizes behind the one that was followed."""
LARGEST, MANIFOLD = 2**10, 16
"""A size that is larger, and so many times what it was, is not tried: so many layers would take too long."""
SIGNS = {
    sympy.Eq: "==",
    sympy.Ne: "!=",
    sympy.Gt: ">",
    sympy.Ge: ">=",
    sympy.Lt: "<",
    sympy.Le: "<=",
}
Values = Mapping[str, Any]


class OtherwiseInTokens(Unformulated):
    """The number of tokens decides what the code does, in a way for which there are no words."""

    def __init__(self) -> None:
        super().__init__("it does something else with other numbers of tokens")


def one_sided(
    sizes: SymbolicSizes, values: Values, answer: Callable[[Values], Agreement]
) -> tuple[list[str], dict[str, Any]]:
    """Return the lines of a description that say where the code does what was followed.

    Beside them come the sizes of comparisons for which a description has no words: they hold for their values only.
    `answer` is what a pass of the code says of values. OtherwiseInTokens where the number of tokens decides in a way
    for which there are no words.
    """
    compared = dict.fromkeys(map(_apart, sizes.compared()))
    relations = [one for one in compared if all(type(values.get(name)) is int for name in _names(one, sizes))]
    lines: list[str] = []
    only: dict[str, Any] = {}
    differs, refused, agreed = _tried(relations, sizes, values, answer)
    for relation in _deciding(relations, differs, agreed):
        names = _names(relation, sizes)
        if TOKENS in names:
            lines.append("within {} <= {}".format(*map(written, _ordered(relation, sizes))))
        else:
            found = [f"never {condition}" for condition in otherwise(_compared(relation, sizes), values)]
            lines += found
            only |= {} if found else {name: values[name] for name in names}
    # What the code refuses, such as a reshape of an odd side, is told by what it never took on the other side.
    words = {relation: _words(relation, sizes, values) for relation in relations if relation not in agreed}
    asked = [one for one in relations if words.get(one) and any(_turns(one, numbers) for numbers in refused)]
    # A rest that has to be 0 is asked for itself: an axis that is halved twice may be cut once and not again.
    found = [one for one in asked if one.has(Mod)]
    left = [numbers for numbers in refused if not any(_turns(one, numbers) for one in found)]
    left = [numbers for numbers in left if any(_turns(one, numbers) for one in asked)]
    lines += (line for relation in (*found, *_deciding(asked, left, agreed)) for line in words[relation])
    return list(dict.fromkeys(lines)), only


def _apart(relation: Any) -> Any:
    """An equation without what both sides have in common: a text that a window leaves as long as it is, say."""
    if isinstance(relation, sympy.Eq):
        left = sympy.expand(relation.lhs - relation.rhs)
        if left.free_symbols and left.free_symbols < relation.free_symbols:
            return sympy.Eq(left, 0)
    return relation


def _tried(
    relations: list[Any], sizes: SymbolicSizes, values: Values, answer: Callable[[Values], Agreement]
) -> tuple[list[Mapping[Any, Any]], list[Mapping[Any, Any]], Counter[Any]]:
    """Return the sizes with which the code differs, those that it refuses, and how often it agreed beyond each."""
    began = process_time()
    differs: list[Mapping[Any, Any]] = []
    refused: list[Mapping[Any, Any]] = []
    agreed: Counter[Any] = Counter()
    tried: list[Values] = []
    for relation in relations:
        for changed in _beyond(relation, _names(relation, sizes), values):
            if (agreed[relation] >= ENOUGH and not relation.has(Mod)) or changed in tried:
                continue
            tried.append(changed)
            numbers = {symbol: sympy.Integer(changed[name]) for symbol, name in sizes.names.items() if name in changed}
            far = any(
                one > max(LARGEST, MANIFOLD * values[name]) for name, one in changed.items() if name in sizes.made
            )
            if far or process_time() - began >= SECONDS:
                # What is not tried counts as something else.
                differs.append(numbers)
                continue
            match answer(changed):
                case Agreement.OTHER:
                    differs.append(numbers)
                case Agreement.REFUSED:
                    refused.append(numbers)
                case Agreement.SAME:
                    agreed.update(
                        one
                        for one in relations
                        if _turns(one, numbers) and not _is_spread(_names(one, sizes), values, changed)
                    )
    return differs, refused, agreed


def _words(relation: Any, sizes: SymbolicSizes, values: Values) -> list[str]:
    """The lines of a description that a relation holds; none where there are no words for it."""
    if TOKENS not in _names(relation, sizes):
        return [f"never {condition}" for condition in otherwise(_compared(relation, sizes), values)]
    try:
        return ["within {} <= {}".format(*map(written, _ordered(relation, sizes)))]
    except Unformulated:
        return []


def _ordered(relation: Any, sizes: SymbolicSizes) -> tuple[Formula, Formula]:
    """What is at most what where a relation with tokens in it holds."""
    left, right = relation.lhs, relation.rhs
    if isinstance(relation, sympy.Ne) and right == 1 and left in sizes.names:
        return Number(2), sizes.formula(left)
    if not isinstance(relation, (sympy.Lt, sympy.Le, sympy.Gt, sympy.Ge)):
        raise OtherwiseInTokens
    more = left - right if isinstance(relation, (sympy.Lt, sympy.Le)) else right - left
    terms = sympy.Add.make_args(sympy.expand(more + int(isinstance(relation, (sympy.Lt, sympy.Gt)))))
    taken = [term for term in terms if term.could_extract_minus_sign()]
    added = [term for term in terms if not term.could_extract_minus_sign()]
    return sizes.formula(sympy.Add(*added)), sizes.formula(-sympy.Add(*taken))


def _deciding(relations: list[Any], differs: list[Mapping[Any, Any]], agreed: Container[Any]) -> Iterator[Any]:
    """Yield the few relations that came out the other way wherever the code differs.

    First come those for which it never agreed on the other side, then those that tell the most, then simple ones.
    """
    while differs:
        turned = {one: sum(_turns(one, numbers) for numbers in differs) for one in relations}
        turning = (one for one in relations if turned[one])
        best = max(turning, key=lambda one: (one not in agreed, turned[one], -one.count_ops()))
        yield best
        differs = [numbers for numbers in differs if not _turns(best, numbers)]


def _names(relation: Any, sizes: SymbolicSizes) -> dict[str, Any]:
    """The symbols of a relation by the names of their sizes; one that is of no size under ""."""
    return {sizes.names.get(symbol, ""): symbol for symbol in relation.free_symbols}


def _is_spread(names: Container[str], values: Values, changed: Values) -> bool:
    """Return whether one of several sizes was made 1: an axis of 1 goes with any other, and what is larger may not."""
    made_one = [name for name in changed if name in names and changed[name] == 1 != values[name]]
    return bool(made_one) and any(name in names for name in changed if name not in made_one)


def _turns(relation: Any, numbers: Mapping[Any, Any]) -> bool:
    """Return whether a relation does not hold for these numbers."""
    try:
        return bool(relation.xreplace(numbers) == sympy.false)
    except (ArithmeticError, AssertionError, ValueError):
        return False


def _beyond(relation: Any, names: Mapping[str, Any], values: Values) -> Iterator[Values]:
    """Yield values of the sizes for which a relation turns: one of them is changed, else all are 1."""
    at_hand = {symbol: sympy.Integer(values[name]) for name, symbol in names.items()}

    def turns(name: str, value: int) -> bool:
        return _turns(relation, {**at_hand, names[name]: sympy.Integer(value)})

    def first(name: str, tried: Iterator[int]) -> Iterator[int]:
        """The first of some values at which it turns, and the nearest one to the size that is found from there."""
        holds = values[name]
        for value in tried:
            if turns(name, value):
                yield value
                yield _nearest(partial(turns, name), value, holds)
                return
            holds = value

    found: dict[tuple[str, int], None] = {}
    for name, symbol in names.items():
        value = values[name]
        larger, smaller = range(1, DOUBLINGS), range(1, value.bit_length())
        # A rest of what was halved several times may stay 0 for all doubled sizes.
        further = range(value + 1, value + FURTHER) if relation.has(Mod) else ()
        for one in (
            *first(name, (value << times for times in larger)),
            *first(name, (value >> times for times in smaller)),
            *(near for near in (*_roots(relation, symbol, at_hand), value + 1, value - 1) if near > 0),
            *islice((near for near in further if turns(name, near)), RESTS),
        ):
            if turns(name, one):
                found[name, one] = None
    yield from ({**values, name: one} for name, one in found)
    if not found and _turns(relation, dict.fromkeys(at_hand, sympy.Integer(1))):
        yield {**values, **dict.fromkeys(names, 1)}


def _nearest(turns: Callable[[int], bool], beyond: int, holds: int) -> int:
    """The value nearest to one that holds at which it turns, found by halves."""
    while abs(beyond - holds) > 1:
        middle = (beyond + holds) // 2
        if turns(middle):
            beyond = middle
        else:
            holds = middle
    return beyond


def _roots(relation: Any, symbol: Any, at_hand: Mapping[Any, Any]) -> list[int]:
    """The whole values of a size at which both sides of a relation are equal."""
    rest = {one: value for one, value in at_hand.items() if one != symbol}
    try:
        polynomial = sympy.Poly((relation.lhs - relation.rhs).xreplace(rest), symbol)
        return [int(root) for root in sympy.ground_roots(polynomial) if root.is_integer]
    except (sympy.PolynomialError, ArithmeticError, ValueError):
        return []


def _compared(relation: Any, sizes: SymbolicSizes) -> Iterator[tuple[Formula, str, Formula]]:
    """A relation as two formulas and the sign between them; none where a description has no words for it."""
    try:
        yield sizes.formula(relation.lhs), SIGNS[type(relation)], sizes.formula(relation.rhs)
    except (Unformulated, KeyError):
        return
