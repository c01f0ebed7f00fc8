"""Trace a callable that builds a module: its sizes go in as numbers that carry formulas, its tensors come out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping
from functools import partial
from types import ModuleType
from typing import Any

from symbolic.errors import ConfigError
from symbolic.formulas.formula import Formula
from symbolic.networks.tracing.asking import TooLong, interrupted
from symbolic.networks.tracing.at_hand import at_hand, for_these_only
from symbolic.networks.tracing.at_hand import held as holds
from symbolic.networks.tracing.backward import with_training
from symbolic.networks.tracing.calling import called
from symbolic.networks.tracing.carried import named
from symbolic.networks.tracing.code_around import modules_around
from symbolic.networks.tracing.comparisons import LOG
from symbolic.networks.tracing.complaints import place, said
from symbolic.networks.tracing.construction import built, stores_more, traced_tensors
from symbolic.networks.tracing.creation import carry_constants
from symbolic.networks.tracing.inputs import PassInputs, left_out, tried
from symbolic.networks.tracing.layer_numbers import of_layers
from symbolic.networks.tracing.lazy_layers import LazyShapes
from symbolic.networks.tracing.listing import described, lengths_of, stacks_of, unfollowed, without_symbols
from symbolic.networks.tracing.lost_sizes import (
    counted_as_built,
    lists_of,
    lost,
    pinned,
    unbound,
    with_lines,
    with_only,
)
from symbolic.networks.tracing.otherwise import otherwise
from symbolic.networks.tracing.pass_math import symbolic_math
from symbolic.networks.tracing.questions import HangsOnValues, Line, ask_otherwise
from symbolic.networks.tracing.sides import OtherwiseInTokens, one_sided
from symbolic.networks.tracing.stack_lengths import stack_lengths
from symbolic.networks.tracing.stepped import one_step, stepped, two_steps
from symbolic.networks.tracing.symbolic_pass import Passed, passed
from symbolic.networks.tracing.symbolic_sizes import TOKENS, Unformulated
from symbolic.networks.tracing.unrolled import unrolled
from symbolic.networks.tracing.witness import agrees, answer, differs_on_numbers, lost_by_pass, with_batch

AT_HAND = 15.0
"""What processor time passes without symbols may take."""


def trace_text(
    build: Callable[..., Any], sizes: Mapping[str, Any], inputs: Mapping[str, Any] | None = None
) -> tuple[str, dict[str, int]]:
    """Return the description of the module that `build` makes of `sizes`, given as `calling.called` gives them.

    `inputs` are the axes of what its forward pass takes, as `inputs.tried` reads them. Beside the description come the
    numbers of sizes that only the inputs have.
    """
    modules = modules_around(build)
    shapes = LazyShapes(inputs)
    module = _module(build, sizes, modules, shapes)
    if not hasattr(module, "named_parameters"):
        raise ConfigError(
            f"{_name(build)} makes a {type(module).__name__}, not a torch.nn.Module; give what builds one"
        )

    def make(changed: Mapping[str, Any]) -> Any:
        return shapes(called(build, changed), changed)

    def held(text: str, one: PassInputs, run: Passed) -> str:
        values = {**sizes, **one.numbers}
        if (same := agrees(text, make, sizes.keys(), one, values)) is None:
            text = with_lines(text, ["untested"])
        if same and differs_on_numbers(text, make, sizes.keys(), one, values):
            raise HangsOnValues("on numbers it multiplies something else than without data")
        if same:
            lines, only = one_sided(run.sizes, values, partial(answer, text, make, sizes.keys(), one))
            text = with_lines(text, lines)
            by_pass.update(only)
        fixed = lost_by_pass(text, make, sizes, one)
        if fixed is None or TOKENS in fixed:
            raise Unformulated("what was followed is not what the code does with plain numbers")
        by_pass.update(fixed)
        taken.append(one)
        return with_training(with_batch(text, make, sizes, one), make, sizes, one)

    def agreed(text: str, changed: Mapping[str, Any]) -> bool:
        return all(agrees(text, make, sizes.keys(), one, {**one.numbers, **changed}) for one in taken)

    by_pass: dict[str, Any] = {}
    taken: list[PassInputs] = []
    known = stack_lengths(stacks_of, of_layers(traced_tensors(module), sizes), make, sizes, list(LOG.ranges))
    text, numbers = _described(module, build, make, sizes, inputs, modules, shapes, held, known)
    beside = ["buffers"] if stores_more(module) else []
    beside += [f"spare {' '.join(spare)}"] if (spare := left_out(module, inputs)) else []
    text = unbound(with_lines(text, beside), make, sizes, agreed)
    counted_as_built(text, module, {**sizes, **numbers})
    held_only = {**lists_of(sizes), **lost(text, make, sizes, numbers), **by_pass, **(numbers if shapes.used else {})}
    return with_only(text, held_only | pinned(text, {**sizes, **numbers}, numbers)), numbers


def _described(
    module: Any,
    build: Callable[..., Any],
    make: Callable[[Mapping[str, Any]], Any],
    sizes: Mapping[str, Any],
    inputs: Mapping[str, Any] | None,
    modules: list[ModuleType],
    shapes: LazyShapes,
    held: Callable[[str, PassInputs, Passed], str],
    known: Mapping[str, Formula],
) -> tuple[str, dict[str, int]]:
    """Return the description with the first inputs that the forward pass takes, of which `held` raises no objection."""
    tensors = of_layers(traced_tensors(module), sizes)
    if not tensors:
        raise ConfigError(f"{_name(build)} makes a module without parameters; there is nothing to count")
    lengths = lengths_of(stacks_of(tensors), sizes, LOG.ranges, known)
    layers = {symbol.name for length in lengths.values() for symbol in length.symbols}
    name, ranges, never = type(module).__name__, list(LOG.ranges), list(otherwise(LOG.compared, sizes))
    why: Exception | str = ""

    def text(sizes: Mapping[str, Any], run: Passed | None, problem: str = "") -> str:
        lacks = unfollowed(problem or why) if run is None else without_symbols(why)
        return described(name.lower(), name, tensors, sizes, ranges, run, lacks, never, known)

    try:
        for one in tried(module, sizes, inputs):
            try:
                numbers = {key: value for key, value in one.numbers.items() if key != TOKENS}

                def followed(run: Passed, one: PassInputs = one, numbers: dict[str, int] = numbers) -> str:
                    text = described(name.lower(), name, tensors, {**sizes, **numbers}, ranges, run, "", never, known)
                    return held(text, one, run)

                with interrupted():
                    try:
                        return followed(_run(build, sizes, modules, shapes, one, layers)), numbers
                    except OtherwiseInTokens:
                        return followed(_run(build, sizes, modules, shapes, one, layers, counted=True)), numbers
            except ConfigError:
                raise
            except TooLong as problem:
                why = str(problem)
                break  # what its inputs hold is not tried otherwise
            except HangsOnValues as problem:
                return text(sizes, None, str(problem)), {}
            except Exception as problem:  # a forward pass may raise anything
                why = why or problem if inputs else problem
    except ConfigError as problem:
        if inputs:
            raise
        why = str(problem)

    return _without_symbols(text, module, make, sizes, inputs) or (text(sizes, None), {})


def _without_symbols(
    described: Callable[[Mapping[str, Any], Passed | None], str],
    module: Any,
    make: Callable[[Mapping[str, Any]], Any],
    sizes: Mapping[str, Any],
    inputs: Mapping[str, Any] | None,
) -> tuple[str, dict[str, int]] | None:
    """Return the description with a pass that has the numbers of its sizes; None where there is none to be had."""
    try:
        for one in tried(module, sizes, inputs):
            numbers = {key: value for key, value in one.numbers.items() if key != TOKENS}
            try:
                with interrupted(AT_HAND):
                    text = described({**sizes, **numbers}, at_hand(make, sizes, one))
                    holds(text, make, sizes, one)
                    lines = for_these_only({**sizes, **numbers})
                    text = with_batch(text, make, sizes, one)
                    return with_lines(with_training(text, make, sizes, one), lines), numbers
            except HangsOnValues:
                return None  # what its inputs hold is not tried otherwise
            except (Exception, TooLong):  # noqa: S112 # a forward pass may raise anything
                continue
    except ConfigError:
        return None  # nothing says what it takes
    return None


def _module(
    build: Callable[..., Any],
    sizes: Mapping[str, Any],
    modules: list[ModuleType],
    shapes: LazyShapes,
) -> Any:
    """The module, built of sizes that carry their names."""

    def make() -> Any:
        return shapes(called(build, {name: named(value, name) for name, value in sizes.items()}), sizes)

    carry_constants(modules)
    LOG.clear()
    try:
        return built(make, modules)
    except ConfigError:
        raise
    except Exception as problem:
        raise ConfigError(f"{_name(build)} can't be built: {said(problem)}{place(problem, modules)}") from problem
    finally:
        carry_constants(modules, carry=False)


def _run(
    build: Callable[..., Any],
    sizes: Mapping[str, Any],
    modules: list[ModuleType],
    shapes: LazyShapes,
    one: PassInputs,
    stacks: Container[str],
    *,
    counted: bool = False,
) -> Passed:
    """A pass on these inputs; where the code fixes the number of tokens, what several numbers of them show.

    A loop `for at in range(1, tokens)` fixes it, too, which is known only when it is `counted` otherwise. `stacks` are
    the sizes that say how many layers there are in a stack.
    """
    sure: set[tuple[str, ...]] = set()

    def run(*, plain: bool = False, no: Collection[Line] = (), **tokens: int) -> Passed:
        module = _module(build, sizes, modules, shapes)
        known = list(LOG.compared)
        carry_constants(modules, carry=False)
        module.eval()
        with symbolic_math(modules, stacks):
            return passed(
                module,
                {**sizes, **one.numbers, **tokens},
                one.call(module),
                known,
                sure=None if plain else sure,
                plain=plain,
                no=no,
                stacks=stacks,
            )

    if counted:
        return unrolled(lambda number: run(tokens=number), one.numbers[TOKENS])
    found = run()
    ask_otherwise(found, lambda no: run(plain=True, no=no))
    if step := found.step({**sizes, **one.numbers}):
        found = run(tokens=two_steps(step))
        if found.step({**sizes, **one.numbers}):
            passes = [run(tokens=one_step(step)), found]
            found = stepped(
                lambda tokens: run(tokens=tokens), lambda tokens: run(tokens=tokens, plain=True), step, sizes, passes
            )
    if TOKENS in found.lost():
        return unrolled(lambda number: run(tokens=number), one.numbers[TOKENS])
    return found


def _name(build: Callable[..., Any]) -> str:
    return getattr(build, "__qualname__", repr(build))
