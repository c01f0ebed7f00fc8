"""The options for what a quantity takes beside the model: how many tokens, how numbers are stored, on which device."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

import click

from symbolic.errors import ConfigError, UnknownName, shown
from symbolic.formulas.formula import Exact, exact
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.measuring import quantities

Given: TypeAlias = dict[str, Exact]
LONGEST = 40

OPTIONS = {
    "tokens": ("tokens", "Tokens that pass through the network together."),
    "context": ("context", "Tokens in the context."),
    "batch": ("batch_size", "Sequences that are worked on together."),
    "training-tokens": ("training_tokens", "Tokens of the whole training, such as 15e12."),
    "mfu": ("utilisation", "The share of a device's operations that is really used, such as 0.4."),
}


class _Number(click.ParamType[Exact]):
    """A number without rounding: 1024, 0.4, 2/5, 15e12."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Exact:  # noqa: ARG002
        return exact(_number(str(value), param.opts[0] if param else "the number"))


def _number(text: str, name: str) -> Fraction:
    mantissa, _, power = text.replace("_", "").replace(",", "").lower().partition("e")
    # A power with many digits would make a number that no memory holds.
    if len(text) > LONGEST or len(power.lstrip("+-")) > 2:
        raise ConfigError(f"{name} is too long, got {shown(text)}; give at most {LONGEST} characters and an e99")
    try:
        return Fraction(mantissa) * Fraction(10) ** int(power or 0)
    except (ValueError, ZeroDivisionError):
        raise ConfigError(f"{name} must be a number, got {shown(text)}; write it as 1024, 0.4 or 15e12") from None


def quantity_inputs(command: Any) -> Any:
    """The options that set a quantity's inputs: the command gets `given`, `dtype` and `device`."""
    for option, (name, meaning) in reversed(OPTIONS.items()):
        command = click.option(f"--{option}", f"input_{name}", type=_Number(), metavar="N", help=meaning)(command)
    decorators: tuple[Callable[[Any], Any], ...] = (
        click.option("--set", "others", multiple=True, metavar="NAME=N", help="Any other input of a quantity."),
        click.option("--dtype", default="", metavar="NAME", help="How numbers are stored: bf16, int8, int4, nf4, …"),
        click.option("--device", default="", metavar="NAME", help="An accelerator: a100-80gb, h100, rtx-4090, …"),
    )
    for decorator in reversed(decorators):
        command = decorator(command)
    return command


def given_inputs(others: tuple[str, ...], options: dict[str, Any]) -> Given:
    """The inputs that were given, by their symbols' names."""
    given = {name.removeprefix("input_"): value for name, value in options.items() if value is not None}
    for other in others:
        name, sign, value = other.partition("=")
        if not sign or name not in SYMBOLS:
            known = [symbol.name for symbol in SYMBOLS.values() if symbol.of_run]
            raise UnknownName("input (write NAME=N)", other, known)
        given[name] = exact(_number(value, name))
    return given


def for_quantity(quantity: str, given: Given, asked: tuple[str, ...]) -> Given:
    """Of the given inputs those that a quantity has; an error where no quantity that is asked for has one."""
    inputs = {name: {symbol.name for symbol in quantities.find(name).inputs} for name in asked}
    for name in given:
        if not any(name in known for known in inputs.values()):
            having = [other for other in quantities.names() if SYMBOLS[name] in quantities.find(other).inputs]
            raise ConfigError(
                f"{', '.join(asked)} has no {name}; quantities that have it: {', '.join(having) or 'none'}"
            )
    return {name: value for name, value in given.items() if name in inputs[quantity]}


def named_inputs(quantity: str, asked: tuple[str, ...], dtype: str, device: str) -> dict[str, str]:
    """The format and the device for one of several quantities: those that it depends on; all for a single one."""
    if not dtype and not device:
        return {}
    from symbolic.measuring.hardware import of_those_asked

    return of_those_asked(quantity, asked, dtype, device)
