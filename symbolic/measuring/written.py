"""The steps that write an answer: each has one token more before it, so what they need is an average over them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from symbolic.formulas.formula import Exact, exact
from symbolic.formulas.vocabulary import context, tensor_parallel
from symbolic.measuring.serving import Needs, Serving, in_short_format
from symbolic.measuring.sharing import revalued


class WritingSteps(NamedTuple):
    """What the steps of an answer need on each device: on average, the first and the last of them.

    `full` is what a sequence takes whose answer is whole: its cache holds the prompt and all of the answer.
    """

    average: Needs
    first: Needs
    last: Needs
    full: Needs


def contexts(prompt: int, answer: int) -> tuple[int, int]:
    """Return how many tokens stand before the first and the last step: the prompt's pass gives the first token.

    >>> contexts(1024, 256)
    (1025, 1279)
    """
    return prompt + 1, prompt + answer - 1


def writing_steps(made: Serving, devices: int, prompt: int, answer: int) -> WritingSteps:
    """Return what the steps of an answer of 2 tokens or more need; ConfigError as for `Serving`."""
    needs = made.on(devices)
    derivations = (made.cache, made.flops, in_short_format(made.flops))
    known: dict[int, tuple[Exact, ...]] = {}

    def at(seen: int) -> tuple[Exact, ...]:
        if seen not in known:
            given = {tensor_parallel.name: devices, context.name: seen}
            known[seen] = tuple(revalued(derivation, given) for derivation in derivations)
        return known[seen]

    def needed(numbers: tuple[Exact, ...]) -> Needs:
        cache, flops, short = numbers
        return needs._replace(cache=cache, flops=flops, short=short)

    first, last = contexts(prompt, answer)
    steps = last - first + 1
    average = tuple(exact(one / steps) for one in summed(at, first, last))
    return WritingSteps(needed(average), needed(at(first)), needed(at(last)), needed(at(prompt + answer)))


def summed(at: Callable[[int], tuple[Exact, ...]], first: int, last: int) -> tuple[Fraction, ...]:
    """Return the sums of numbers from a first place to a last one; where they lie on a line, their ends are enough.

    Caches and operations grow with the context on a line, or on one up to each window. Such a line bends nowhere
    where it is as steep at its beginning as at its end.

    >>> summed(lambda seen: (seen, min(seen, 10)), 1, 100) == (5050, 955)
    True
    """
    if first == last or _is_straight(at, first, last):
        return tuple(
            (last - first + 1) * Fraction(low + high, 2) for low, high in zip(at(first), at(last), strict=True)
        )
    middle = (first + last) // 2
    return tuple(a + b for a, b in zip(summed(at, first, middle), summed(at, middle + 1, last), strict=True))


def _is_straight(at: Callable[[int], tuple[Exact, ...]], first: int, last: int) -> bool:
    """Return whether the numbers rise equally at the beginning, at the end, and between them."""
    low, next_one, middle, before, high = (at(one) for one in (first, first + 1, (first + last) // 2, last - 1, last))
    return all(
        b - a == e - d and e - a == (last - first) * (b - a) and c - a == ((first + last) // 2 - first) * (b - a)
        for a, b, c, d, e in zip(low, next_one, middle, before, high, strict=True)
    )
