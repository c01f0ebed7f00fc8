"""The inputs of a forward pass: given as text, "batch_size, 3, height=224, width=224", or guessed from the module.

A text names the axes of one tensor, with `:int`, `:float` or `:bool` behind them for what it holds where that can't be
guessed. Several with semicolons between them are a tuple of tensors, such as the states of an LSTM; `none`, `true`,
`false` and numbers with a point are themselves, and so is `3:number`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import lcm
from typing import Any

import torch
from torch import nn

from symbolic.errors import ConfigError, listed
from symbolic.formulas.formula import Formula, Number
from symbolic.networks.learned.notation import formula
from symbolic.networks.learned.own_names import TAKEN
from symbolic.networks.tracing.carried import formula_of
from symbolic.networks.tracing.symbolic_sizes import TOKENS

BATCH = "batch_size"
SEEN = 13
"""How many tokens a pass has whose formula is wanted; where a table of positions is shorter, as many as it has."""
IMAGE = ("image_size", "img_size", "image", "resolution", "input_size")
CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
KINDS = {"int": torch.long, "float": torch.float32, "bool": torch.bool}
WORDS = {"none": None, "true": True, "false": False}
POINT = re.compile(r"-?\d*\.\d+|-?\d+\.\d*")
INDICES = re.compile(
    r"(^|_)(idx|ids?|index|indices|tokens?|text|words?|labels?|targets?|captions?|src|tgt|trg|lengths?|time|timesteps?)$"
)
"""Names of arguments that hold whole numbers, as places in a table."""
ATTEMPTS = 6
STEP = re.compile(r"chunk|bucket|segment|window|block_len")
"""Sizes of pieces that a text is cut into; some code takes whole ones only."""
STEPS, MOST_TOKENS = 4, 4096
"""So many pieces are no special case, and a pass over so many tokens at most is tried."""


class Sequences(int):
    """How many sequences or images a pass has: one, where no pass is made with another number of them."""


ONE = Sequences(1)
Axis = int | str | Formula


@dataclass(frozen=True)
class Filled:
    """A tensor of an input: its axes, and what it holds, "" where that is to be guessed."""

    axes: tuple[Axis, ...]
    kind: str = ""


@dataclass(frozen=True)
class PassInputs:
    """The arguments of a forward pass by name, and the numbers of those axes that are no size of the module."""

    arguments: Mapping[str, Any]
    numbers: Mapping[str, int] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Return whether an axis of an argument is of that name, or has it in its formula."""
        return any(_names(one, name) for one in self.arguments.values())

    @property
    def in_batch(self) -> bool:
        """Whether an argument has an axis for several sequences or images."""
        return any(isinstance(axis, Sequences) for one in self.arguments.values() for axis in _axes(one))

    def call(self, module: Any) -> Callable[[Callable[..., Any]], Any]:
        """What runs the module on inputs that its argument makes of axes and a type."""
        return lambda made: module(**{name: _made(one, made) for name, one in self.arguments.items()})


def numbers_of(axes: Iterable[Axis], values: Mapping[str, int]) -> list[int]:
    """Return the lengths of axes with these values."""
    return [_number(axis, values) for axis in axes]


def _number(axis: Axis, values: Mapping[str, int]) -> int:
    if isinstance(axis, Formula):
        return int(axis.value(values))
    if isinstance(axis, Sequences):
        return values.get(BATCH, axis)
    return values[axis] if isinstance(axis, str) else axis


def _axes(one: Any) -> tuple[Axis, ...]:
    """The axes of an argument, of all its tensors where it is a tuple."""
    if isinstance(one, tuple):
        return tuple(axis for part in one for axis in _axes(part))
    return one.axes if isinstance(one, Filled) else ()


def _names(one: Any, name: str) -> bool:
    return any(
        axis == name
        if isinstance(axis, str)
        else isinstance(axis, Formula) and name in (one.name for one in axis.symbols)
        for axis in _axes(one)
    )


def _made(one: Any, made: Callable[..., Any]) -> Any:
    if isinstance(one, tuple):
        return tuple(_made(part, made) for part in one)
    return made(one.axes, KINDS[one.kind]) if isinstance(one, Filled) else one


def tried(module: Any, sizes: Mapping[str, Any], given: Mapping[str, Any] | None) -> Iterator[PassInputs]:
    """The inputs to try: those given, with what they hold as it is guessed, else what the first layer takes."""
    first = next((one for one in module.modules() if isinstance(one, (nn.Embedding, nn.Linear, *CONVOLUTIONS))), None)
    tokens_first = isinstance(first, nn.Embedding)
    numbers = {TOKENS: _tokens(sizes)}
    names = _needed(module)
    if given:
        if (strange := _strange(module, given)) and names:
            raise ConfigError(f"forward has no argument {listed(strange)}; it takes {listed(names)}")
        if missing := [name for name in names if name not in given]:
            raise ConfigError(
                f"forward takes {listed(missing)}, too; say what {missing[0]} is, or {missing[0]}=none for nothing"
            )
        arguments = {name: _argument(text, name, sizes, numbers) for name, text in given.items()}
        ways = [PassInputs(one, numbers) for one in _guessed(module, arguments, tokens_first)]
        yield from ways
        yield from _whole_steps(ways[:1], sizes)
        return
    if len(names) != 1 or first is None:
        raise ConfigError(f"forward takes {listed(names) if names else 'nothing'}; say its inputs, as NAME=AXES")
    if tokens_first:
        text = PassInputs({names[0]: Filled((ONE, TOKENS), "int")}, numbers)
        yield text
        yield from _whole_steps([text], sizes)
        return
    side = next((name for name in IMAGE if isinstance(sizes.get(name), int)), None)
    if isinstance(first, nn.Linear):
        yield PassInputs({names[0]: Filled((ONE, TOKENS, _followed(first.in_features)), "float")}, numbers)
        if side is not None:
            # Patches of an image, cut by a layer without weights.
            channels = "channels" if isinstance(sizes.get("channels"), int) else 3
            yield PassInputs({names[0]: Filled((ONE, channels, side, side), "float")}, numbers)
    else:
        if side is None:
            raise ConfigError(
                f"nothing says how large {names[0]} is; give it, such as {names[0]}=batch_size,3,height=224,width=224"
            )
        sides = (side,) * (len(first.kernel_size))
        yield PassInputs({names[0]: Filled((ONE, _followed(first.in_channels), *sides), "float")}, numbers)


def _whole_steps(ways: list[PassInputs], sizes: Mapping[str, Any]) -> Iterator[PassInputs]:
    """Yield inputs again with tokens for whole steps, where sizes say how many the code works on at a time."""
    steps = [value for name, value in sizes.items() if STEP.search(name) and type(value) is int and value > 1]
    whole = STEPS * lcm(*steps)
    for one in ways if steps and whole <= MOST_TOKENS else ():
        if one.has(TOKENS):
            yield replace(one, numbers={**one.numbers, TOKENS: whole})


def _followed(size: Any) -> Axis:
    """A size of a layer as its formula, so that it stays open in what the layer takes."""
    made = formula_of(size)
    return int(size) if made is None or isinstance(made, Number) else made


def _needed(module: Any) -> list[str]:
    """The arguments of a forward pass that have no default."""
    return [
        one.name
        for one in inspect.signature(module.forward).parameters.values()
        if one.default is inspect.Parameter.empty
        and one.kind not in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    ]


def left_out(module: Any, given: Mapping[str, Any] | None) -> list[str]:
    """Return the arguments of a forward pass that are None unless they are given, and are not."""
    names = inspect.signature(module.forward).parameters.values()
    return [one.name for one in names if one.default is None and one.name not in (given or ())]


def _strange(module: Any, given: Mapping[str, Any]) -> list[str]:
    """The names given that are no argument of the forward pass."""
    known = inspect.signature(module.forward).parameters
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in known.values()):
        return []
    return [name for name in given if name not in known]


def _tokens(sizes: Mapping[str, Any]) -> int:
    shortest = [value for name, value in sizes.items() if re.search(r"context|max_.*pos|block_size|seq_len", name)]
    return min([SEEN, *(one for one in shortest if isinstance(one, int) and one > 1)])


def _argument(text: Any, name: str, sizes: Mapping[str, Any], numbers: dict[str, int]) -> Any:
    """One argument: a tensor, a tuple of them, or the value itself."""
    if not isinstance(text, str):
        return text
    text = text.strip()
    if text in WORDS:
        return WORDS[text]
    if POINT.fullmatch(text):
        return float(text)
    if ";" in text:
        return tuple(_argument(one, name, sizes, numbers) for one in text.split(";"))
    axes, _, kind = text.partition(":")
    if kind.strip() == "number" and axes.strip().isdigit():
        return int(axes)
    if kind.strip() not in ("", *KINDS):
        raise ConfigError(f"input {name} holds {kind.strip()!r}; write int, float or bool behind its axes, or number")
    return Filled(tuple(_axis(one.strip(), name, sizes, numbers) for one in axes.split(",")), kind.strip())


def _axis(text: str, name: str, sizes: Mapping[str, Any], numbers: dict[str, int]) -> Axis:
    """One axis: a number, the name of a size, a name with a number of its own, or a formula of sizes."""
    word, sign, value = text.partition("=")
    if text.isdigit():
        return int(text)
    if sign and (word in sizes or word in TAKEN):
        is_what = "a size of the module" if word in sizes else "a number that a page asks for"
        raise ConfigError(f"input {name} has an axis {text!r}, and {word} is {is_what}; give the axis another name")
    if sign and word.isidentifier() and value.strip().isdigit():
        numbers[word] = int(value)
        return word
    if not sign and text == BATCH:
        return ONE

    def known(word: str) -> bool:
        return word == TOKENS or word in numbers or isinstance(sizes.get(word), int)

    if not sign and known(text):
        return text
    try:
        made = formula(text)
        if not sign and not text.isidentifier() and all(known(one.name) for one in made.symbols):
            return made
    except ValueError:
        pass
    raise ConfigError(
        f"input {name} has an axis {text!r}; write a number, batch_size, tokens, a size of the module, or NAME=NUMBER"
    )


def _guessed(module: Any, arguments: Mapping[str, Any], tokens_first: bool) -> Iterator[Mapping[str, Any]]:
    """Yield the arguments with what their tensors hold: as names and annotations tell, then with one changed."""
    open_ones = [name for name, one in arguments.items() if isinstance(one, Filled) and not one.kind]
    notes = getattr(module.forward, "__annotations__", {})
    whole = {
        name: bool(INDICES.search(name) or re.search("Long|Int", str(notes.get(name, ""))))
        and len(arguments[name].axes) <= 2
        for name in open_ones
    }
    if len(arguments) == 1 and open_ones:
        whole = {open_ones[0]: tokens_first}
    changes = [(), *((name,) for name in open_ones)]
    if len(open_ones) > 1:
        changes.append(tuple(open_ones))
    for changed in changes[:ATTEMPTS]:
        yield {
            name: _with_kind(one, "int" if whole.get(name, False) != (name in changed) else "float")
            for name, one in arguments.items()
        }


def _with_kind(one: Any, kind: str) -> Any:
    if isinstance(one, tuple):
        return tuple(_with_kind(part, "float") for part in one)
    return replace(one, kind=kind) if isinstance(one, Filled) and not one.kind else one
