"""The options for what a quantity takes beside the model: how many tokens, how numbers are stored, on which device."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import prod
from typing import Any, TypeAlias

import click

from symbolic.errors import ConfigError, UnknownName, shown
from symbolic.formulas.amounts import amount, whole_amount
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Symbol, exact
from symbolic.formulas.vocabulary import (
    SYMBOLS,
    cached_bytes,
    context_parallel,
    data_parallel,
    n_devices,
    pipeline_parallel,
    tensor_parallel,
    value_bytes,
)
from symbolic.formulas.vocabulary.options import BY_OPTION
from symbolic.measuring import quantities
from symbolic.measuring.inputs import check
from symbolic.networks.blocks import Block, Kind, Weight
from symbolic.networks.walks import Leaf
from symbolic.terminal import echo

Given: TypeAlias = dict[str, Exact]

MEANINGS = {
    "tokens": "Tokens that pass through the network together.",
    "context": "Tokens in the context, such as 8192 or 128k.",
    "batch": "Sequences that are worked on together.",
    "training-tokens": "Tokens of the whole training, such as 15T.",
    "tp": "Devices that split each layer's matrices.",
    "pp": "Stages of the pipeline.",
    "ep": "Devices that divide the experts of a layer.",
    "devices": "Devices that work together; of device-memory, DP is what TP, PP and CP leave of them.",
    "cp": "Devices that divide the tokens of a sequence.",
    "dp": "Devices that hold the same part and work on other sequences.",
    "rank": "Rank of the adapters of a fine-tuning.",
    "reserved": "Bytes of a device that a program keeps for itself, such as 2GB.",
    "mfu": "The share of a device's operations that is really used, such as 0.4.",
}
OPTIONS = {option: (BY_OPTION[option].name, meaning) for option, meaning in MEANINGS.items()}
"""The input that each option sets, and what the option's help says."""


CHOICES = {
    "zero": "What devices that hold the same part share out: 0, 1, 2 or 3, the stage of ZeRO.",
    "recompute": "What is computed again in the backward pass: none, selective or full.",
    "optimizer": "What trains: adamw, adamw-8bit, lion, sgd, sgd-momentum, adafactor or muon.",
    "sequence": "Sequence parallelism beside tensor parallelism: yes or no.",
    "modules_to_save": "Modules that are trained in full beside the adapters: embed_tokens,lm_head.",
    "target": "Which matrices get adapters: query,value, all-linear, names of modules, or a pattern: '*/attention/*'.",
}
"""What quantities take in words, by the option's name."""


class AmountType(click.ParamType[Exact]):
    """A number without rounding: 1024, 0.4, 2/5, 15e12, 128k, 7B. `symbol` is the input that it is for."""

    name = "number"

    def __init__(self, symbol: Symbol | None = None) -> None:
        self.symbol = symbol

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Exact:  # noqa: ARG002
        return amount(str(value), param.opts[0] if param else "the number", self.symbol, print_understood)


class Count(click.ParamType[int]):
    """A whole number, between two others; `symbol` is what it is for, where a k may be 1,024."""

    name = "integer"

    def __init__(self, least: int = 0, most: int | None = None, symbol: Symbol | None = None) -> None:
        self.least, self.most, self.symbol = least, most, symbol

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ARG002
        name = param.opts[0] if param else "the number"
        number = whole_amount(str(value), name, self.symbol, print_understood)
        if number < self.least or (self.most is not None and number > self.most):
            most = "" if self.most is None else f" and at most {grouped(self.most)}"
            raise ConfigError(f"{name} must be at least {self.least}{most}, got {shown(value)}")
        return number


def print_understood(sentence: str) -> None:
    """Print on standard error how a number was understood."""
    echo(sentence, err=True)


def quantity_inputs(command: Any) -> Any:
    """Add the options that set a quantity's inputs; the command gets `others`, `dtype`, `cache_dtype`, `device`."""
    for name, meaning in reversed(CHOICES.items()):
        option = name.replace("_", "-")
        command = click.option(f"--{option}", f"choice_{name}", metavar="WORDS", help=meaning)(command)
    for option, (name, meaning) in reversed(OPTIONS.items()):
        command = click.option(
            f"--{option}", f"input_{name}", type=AmountType(SYMBOLS[name]), metavar="N", help=meaning
        )(command)
    decorators: tuple[Callable[[Any], Any], ...] = (
        click.option("--set", "others", multiple=True, metavar="NAME=N", help="Any other input of a quantity."),
        click.option(
            "--dtype",
            default="",
            metavar="NAME",
            help="How numbers are stored: bf16, fp8, int4, nf4, q4_k_m, …; without it, as the config says.",
        ),
        click.option(
            "--cache-dtype",
            default="",
            metavar="NAME",
            help="How numbers of the cache are stored: bf16, fp8, int8, int4, q8_0, …",
        ),
        click.option(
            "--device",
            default="",
            metavar="NAME",
            help="An accelerator: a100-80gb, …; or your own: 'NAME: memory=96GB, bandwidth=1.8TB/s, flops=500T'.",
        ),
    )
    for decorator in reversed(decorators):
        command = decorator(command)
    return command


def given_inputs(others: tuple[str, ...], options: dict[str, Any]) -> Given:
    """Return the inputs that were given, by their symbols' names."""
    given = {
        name.removeprefix("input_"): value
        for name, value in options.items()
        if value is not None and not name.startswith("choice_")
    }
    for other in others:
        name, sign, value = other.partition("=")
        if not sign:
            raise ConfigError(f"--set {shown(other)} has no number; write NAME=N")
        if name not in SYMBOLS:
            raise UnknownName("input", name, [symbol.name for symbol in SYMBOLS.values() if symbol.of_run])
        number = amount(value, name, SYMBOLS[name], print_understood)
        if given.get(name, number) != number:
            raise ConfigError(
                f"{name} is given twice, as {grouped(given[name])} and as {grouped(number)}; give it once"
            )
        given[name] = number
    return given


def given_choices(quantity: str, options: dict[str, Any], asked: tuple[str, ...]) -> dict[str, str]:
    """Return the choices in words that a quantity takes; UsageError if no wanted quantity takes one of them."""
    given = {
        name.removeprefix("choice_"): str(value)
        for name, value in options.items()
        if value is not None and name.startswith("choice_")
    }
    for name in given:
        if not any(name in _choices_of(other) for other in asked):
            having = [other for other in quantities.names() if name in _choices_of(other)]
            raise _not_taken(asked, f"--{name.replace('_', '-')}", having)
    return {name: value for name, value in given.items() if name in _choices_of(quantity)}


def _choices_of(quantity: str) -> set[str]:
    return {choice.name for choice in quantities.find(quantity).choices}


def for_quantity(quantity: str, given: Given, asked: tuple[str, ...]) -> Given:
    """Return the given inputs that a quantity has; UsageError if no wanted quantity has one of them."""
    inputs = {name: {symbol.name for symbol in quantities.find(name).inputs} for name in asked}
    for name in given:
        taken = any(name in known for known in inputs.values())
        if not taken and name == n_devices.name and any(data_parallel.name in known for known in inputs.values()):
            raise ConfigError(
                "--devices is divided by explain and table alone; here give --dp, what is left of "
                f"{grouped(given[name])} devices beside TP, PP and CP"
            )
        if not taken:
            having = [other for other in quantities.names() if SYMBOLS[name] in quantities.find(other).inputs]
            option = next((f"--{option} ({name})" for option, (of, _) in OPTIONS.items() if of == name), name)
            raise _not_taken(asked, option, having)
    return {name: value for name, value in given.items() if name in inputs[quantity]}


def as_layout(given: Given, quantity: str, asked: tuple[str, ...]) -> Given:
    """Return the inputs of a quantity that counts devices by what they divide, with so many devices as a layout.

    For one document: where a size of the layout takes several values, the devices would be others with each.
    """
    if n_devices.name not in given:
        return given
    inputs = {name: quantities.find(name).inputs for name in asked}
    divides = data_parallel in inputs[quantity]
    if not divides and (
        any(n_devices in one for one in inputs.values()) or not any(data_parallel in one for one in inputs.values())
    ):
        return given
    check(n_devices, given[n_devices.name])
    devices, kept = given[n_devices.name], {name: size for name, size in given.items() if name != n_devices.name}
    split = [one for one in (tensor_parallel, pipeline_parallel, context_parallel) if one.name in given]
    data = exact(Fraction(devices) / prod(given[one.name] for one in split))
    if not isinstance(data, int):
        divided = " × ".join(f"{one.name} {grouped(given[one.name])}" for one in split)
        raise ConfigError(f"{grouped(devices)} devices can't be divided by {divided}; give a multiple of it")
    if given.get(data_parallel.name, data) != data:
        raise ConfigError(
            f"{grouped(devices)} devices leave {data} for data_parallel, and {grouped(given[data_parallel.name])} is "
            "given; leave one of the two out"
        )
    return {**kept, data_parallel.name: data}


def _not_taken(asked: tuple[str, ...], option: str, having: list[str]) -> ConfigError:
    """Return the error about what no wanted quantity takes: as it is typed, and which quantities take it."""
    return ConfigError(f"{', '.join(asked)} has no {option}; quantities that have it: {', '.join(having) or 'none'}")


def warn_of_dtype(asked: Iterable[str], dtype: str, cache_dtype: str) -> None:
    """Print on standard error which quantities --dtype leaves as they are: those of a cache.

    UnknownName for a format that is none: where no weights are measured, nobody else would look.
    """
    left = [name for name in asked if dtype and keeps_its_bytes(name)]
    if not left:
        return
    from symbolic.measuring import formats

    if dtype not in formats.names():
        raise UnknownName("dtype", dtype, formats.names())
    if not cache_dtype:
        echo(
            f"--dtype {dtype} sets how weights are stored, and leaves {', '.join(left)} as it is; --cache-dtype sets "
            "how the cache is stored",
            err=True,
        )


def keeps_its_bytes(quantity: str) -> bool:
    """Return whether a quantity measures a cache and no weights: how these are stored changes no total of it."""
    found = quantities.find(quantity)
    weight = Leaf(Weight("weight", "weight", (value_bytes,), Kind.MATRIX), (Block("model", "model", "model", ()),))
    return cached_bytes in found.inputs and found.measure(weight) is None


def named_inputs(quantity: str, asked: tuple[str, ...], **named: str) -> dict[str, str]:
    """Return the formats and device that a quantity depends on; for a single wanted quantity, all that were given."""
    if not any(named.values()):
        return {}
    from symbolic.measuring.hardware import of_those_asked

    return of_those_asked(quantity, asked, **named)
