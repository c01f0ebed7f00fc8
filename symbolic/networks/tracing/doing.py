"""The lines of a description that say what a traced forward pass multiplies and keeps."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import cache, reduce
from typing import Any, NamedTuple

import sympy

from symbolic.formulas.formula import Formula, Number, Symbol
from symbolic.networks.learned.writing_formulas import written
from symbolic.networks.tracing import arithmetic as make
from symbolic.networks.tracing.cached import KEYS_AND_VALUES, CachedTensor
from symbolic.networks.tracing.forward import Multiplied
from symbolic.networks.tracing.symbolic_pass import ROUTED, Passed
from symbolic.networks.tracing.symbolic_sizes import TOKENS, Unformulated, expression, product

CONTEXT = "context"
MATRICES = 3
"""Axes of a tensor that holds several matrices."""
MIXED = 4
"""Axes of a product in attention: heads, tokens, and two more."""
KERNEL_AXES = 3
"""Those of the weight of a convolution over tokens."""
Pattern = Callable[[str], tuple[str, tuple[int, ...]]]
Layers = Callable[[str, list[tuple[int, ...]]], str]
Stacked = Callable[[str], Formula | None]
"""How many experts the stack has that a weight is in; None where it is in none."""


def does(
    one: Passed,
    pattern: Pattern,
    where: Layers,
    multiplied: Mapping[str, bool],
    tied: Mapping[str, str],
    active: str,
    kernels: Container[str] = (),
    stacked: Stacked = lambda _name: None,
) -> Iterator[str]:
    """Lines for a pass.

    `pattern` makes of a full name one with {} and the layers' numbers, `where` of a pattern and the layers that a line
    is for a condition; `multiplied` says of each tensor whether a description takes it to be multiplied for each token,
    `tied` which other it is, and `active` names the size that says how many experts work on a token. Where there is no
    such size, a line says how many the code chooses, or that it is not known which parameters work on a token.
    `kernels` are the weights of convolutions; those that are `stacked` are in a stack of experts, and the tree says how
    many of them work on a token. Unformulated where an axis has no formula.
    """
    best = chosen(one, stacked) if not active else None
    if best is not None:
        yield f"chooses {written(one.sizes.formula(best))}"
    experts = ExpertsOfToken(one.sizes.formula(best), best) if best is not None else _by_size(one, active)
    if experts is not None and (every := _all_of(one, stacked)) is not None:
        experts = None
        yield f"chooses {written(every)}"
    often = HowOften(one, tied, experts)
    found: dict[tuple[str, str], list[tuple[int, ...]]] = {}
    counts: dict[tuple[str, str], int] = {}
    for what, place, text in (
        *_computes(one, multiplied),
        *_works(one, stacked, multiplied, often),
        *_keeps(one),
    ):
        name, numbers = pattern(place)
        # A module that does the same twice in a layer has two lines.
        again = counts[what + place, text] = counts.get((what + place, text), 0) + 1
        found.setdefault((f"{what} {name}{text}", str(again)), []).append(numbers)
    for (line, _again), layers in found.items():
        name = line.split(" ")[1].removesuffix(":")
        when = where(name, layers)
        yield f"{line} if {when}" if when else line
    if any(_leaves_out(one, name, often, stacked, kernels) for name in multiplied):
        yield "routes"


class ExpertsOfToken(NamedTuple):
    """How many experts work on a token, as a formula and as the pass has it."""

    formula: Formula
    axis: Any


def _by_size(one: Passed, name: str) -> ExpertsOfToken | None:
    return ExpertsOfToken(Symbol(name, name, "", ""), one.sizes.made.get(name)) if name else None


def chosen(one: Passed, stacked: Stacked) -> Any:
    """Return how many experts the code chooses for a token, where its only choice is one of experts; None elsewhere."""
    routes = {(one.sizes.formula(best), one.sizes.formula(of)) for best, of in one.routes}
    routed = any(each.weight and one.is_routed(each.axes) and stacked(each.weight) is not None for each in one.products)
    return one.routes[0][0] if len(routes) == 1 and routed else None


def _all_of(one: Passed, stacked: Stacked) -> Formula | None:
    """Return how many experts there are where code lets all of them work on each token, and then chooses."""
    at_work = [(each, length) for each in one.products if each.weight and (length := stacked(each.weight)) is not None]
    lengths = {length for _each, length in at_work}
    return (
        lengths.pop() if len(lengths) == 1 and not any(one.is_routed(each.axes) for each, _length in at_work) else None
    )


def _leaves_out(one: Passed, name: str, often: HowOften, stacked: Stacked, kernels: Container[str]) -> bool:
    """Return whether a weight works on some tokens only, and the tree does not say on how many."""
    found = often.products.get(name, [])
    if any(one.is_routed(each.axes) for each in found):
        return often.experts is None or stacked(name) is None
    if name in kernels or not found or (often.experts is not None and _of_experts(name)):
        return False
    times = often(name)
    if len(one.shapes[name]) < MATRICES:
        return any(_same(times, expression(best)) for best, _of in one.routes)
    parts = not sympy.fraction(times)[1].is_number
    return parts or bool(one.routes and not _same(times, expression(one.sizes.tokens)))


def _of_experts(name: str) -> bool:
    """Return whether a weight stands in a module that is called so that the tree parts what is stacked in it."""
    return "expert" in _above(name).rpartition(".")[2]


class HowOften:
    """How many times each weight is multiplied in a pass, in symbols; worked out once for weights that are alike."""

    def __init__(self, one: Passed, tied: Mapping[str, str], experts: ExpertsOfToken | None) -> None:
        self.one, self.experts = one, experts
        self.products: dict[str, list[Multiplied]] = {}
        names = {(name.rpartition(".")[0], other): name for name, other in tied.items()}
        for each in one.products:
            # A weight that has two names is at work in the module that it is a part of.
            name = names.get((each.module, each.weight), each.weight)
            self.products.setdefault(name, []).append(each)
        self.known: dict[Any, Any] = {}

    def key(self, name: str) -> Any:
        """Return what weights have in common that are multiplied alike."""
        found = self.products.get(name, [])
        said = ((*each.axes, None, *each.rows) for each in found)
        return tuple(tuple(map(_hashed, one)) for one in (self.one.shapes[name], *said))

    def __call__(self, name: str) -> Any:
        """Return how many times this weight is multiplied."""
        key = self.key(name)
        if key not in self.known:
            found = self.products.get(name, [])
            times = sympy.cancel(
                sum((product(each.axes) for each in found), sympy.Integer(0)) / product(self.one.shapes[name])
            )
            self.known[key] = sympy.cancel(self.one.sizes.divided(times))
        return self.known[key]


@cache
def _same(left: Any, right: Any) -> bool:
    """Return whether two expressions are equal; layers ask it of each of their weights."""
    return bool(left == right or sympy.cancel(left - right) == 0)


def _hashed(axis: Any) -> Any:
    return None if axis is None else expression(axis)


def _holder(module: str, names: Iterable[str]) -> str:
    """The module itself, or the nearest around it that has weights: only such a one stands in the tree."""
    while module and not any(name.startswith(f"{module}.") for name in names):
        module = module.rpartition(".")[0]
    return module


def _computes(one: Passed, names: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    found = [
        (_holder(each.module, names), tuple(one.sizes.formula(axis) for axis in each.axes))
        for each in one.products
        if not each.weight
    ]
    scores = {(place, axes[0], axes[1]) for place, axes in found if _like_scores(axes)}
    mixed = scores & {(place, axes[0], axes[1]) for place, axes in found if _like_mixing(axes)}
    for place, axes in found:
        # A product of things with one another alone is no attention: nothing is mixed by it.
        name = "product"
        if len(axes) == MIXED and (place, axes[0], axes[1]) in mixed:
            name = "scores" if _like_scores(axes) else "mixing" if _like_mixing(axes) else "product"
        yield "computes", place, f" {name}: {_written(list(axes))}"


def _like_scores(axes: tuple[Formula, ...]) -> bool:
    return len(axes) == MIXED and axes[1] == axes[3]


def _like_mixing(axes: tuple[Formula, ...]) -> bool:
    return len(axes) == MIXED and axes[1] == axes[2]


def _written(axes: list[Formula]) -> str:
    """Axes with those of the tokens first, the second of them as the context, and the others in one product."""
    tokens = [axis for axis in axes if _of_run(axis)]
    rest: Formula = Number(1)
    for axis in axes:
        if not _of_run(axis):
            rest = make.times(rest, axis)
    said = [
        CONTEXT if number and axis == Symbol(TOKENS, TOKENS, "", "") else written(axis)
        for number, axis in enumerate(tokens)
    ]
    return ",".join([*said, *([written(rest)] if rest != Number(1) or not said else [])])


def _of_run(axis: Formula) -> bool:
    return any(symbol.name == TOKENS for symbol in axis.symbols)


def _works(
    one: Passed, stacked: Stacked, multiplied: Mapping[str, bool], often: HowOften
) -> Iterator[tuple[str, str, str]]:
    """Weights that are not multiplied once for each token, as a description takes matrices to be."""
    counts: dict[Any, Formula | None] = {}
    for name, usual in multiplied.items():
        times = often(name)
        if times == 0 and usual and one.routes:
            raise Unformulated(f"whether {name} is at work hangs on the data")
        # The tree says of a stack of experts how many work on a token, not of those with names of their own.
        apart, inside = stacked(name) is not None, _of_experts(name)
        key = (often.key(name), apart, inside)
        if key not in counts:
            counts[key] = _count(one, name, often, stacked=apart, inside=inside)
        count = counts[key]
        usually = Symbol(TOKENS, TOKENS, "", "") if usual else Number(0)
        if count is not None and count != usually:
            yield "works", name, f": {written(count)}"


def _count(one: Passed, name: str, often: HowOften, *, stacked: bool, inside: bool) -> Formula | None:
    """Return for how many tokens a weight is multiplied; None where the tree says of experts how many work on one."""
    found, times, experts = often.products.get(name, []), often(name), often.experts
    if experts is not None and len(one.shapes[name]) > 2 and inside:
        share = expression(one.sizes.tokens) * expression(experts.axis)
        if _same(times * expression(one.shapes[name][0]), share):
            return None
    if _is_routed(one, times):
        return _routed(one, times, experts if stacked else None)
    if len(found) == 1 and _same(product(found[0].rows), times):
        # As the axes stand there, not multiplied out.
        once: Formula = Number(1)
        return reduce(make.times, map(one.sizes.formula, found[0].rows), once)
    return one.sizes.read(times)


def _is_routed(one: Passed, times: Any) -> bool:
    return any(one.sizes.names.get(symbol) == ROUTED for symbol in times.free_symbols)


def _routed(one: Passed, times: Any, experts: ExpertsOfToken | None) -> Formula | None:
    """Of a weight of an expert: for how many tokens it is multiplied on average; None where the tree says so itself."""
    chosen = {(one.sizes.formula(best), one.sizes.formula(of)) for best, of in one.routes}
    if len(chosen) != 1 or sympy.diff(times, *(s for s in times.free_symbols if one.sizes.names.get(s) == ROUTED)) != 1:
        raise Unformulated("how many experts work on a token: no choice of the best was seen, or several")
    [(best, of)] = chosen
    if experts is not None and best == experts.formula:
        return None
    return make.over(make.times(Symbol(TOKENS, TOKENS, "", ""), best), of)


def _keeps(one: Passed) -> Iterator[tuple[str, str, str]]:
    """What a cache of transformers holds, each layer's as lines of the stack whose layers have products."""
    for each in one.kept:
        place = _keeper(one, each)
        if place is None:
            raise Unformulated(f"which module keeps layer {each.layer} of the cache")
        said = _written([one.sizes.formula(axis) for axis in each.axes]).replace(TOKENS, CONTEXT)
        yield "keeps", place, f" {each.name}: {said}"


def _keeper(one: Passed, kept: CachedTensor) -> str | None:
    """The module of a layer that keeps a tensor: what a convolution left is where that is, else where states meet."""
    inside = [each for each in one.products if f".{kept.layer}." in f"{each.module}."]
    mixers = [each.module for each in inside if not each.weight]
    convolved = [_above(each.module) for each in inside if each.weight and len(one.shapes[each.weight]) == KERNEL_AXES]
    if kept.name in KEYS_AND_VALUES:
        mixers = [name for name in mixers if name not in convolved] or mixers
    else:
        mixers = convolved or mixers
    return next(iter(mixers), None)


def _above(module: str) -> str:
    return module.rpartition(".")[0]
