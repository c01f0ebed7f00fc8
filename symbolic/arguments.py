"""What Python code gives to our functions, read as the command reads it: texts such as 32k, and no floats."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import wraps
from math import isfinite
from typing import Any, ParamSpec, SupportsIndex, TypeVar

from symbolic.errors import ConfigError, shown
from symbolic.formulas.amounts import amount, near
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Formula, exact
from symbolic.formulas.vocabulary import SYMBOLS, tokens

LENGTHS = {"prompt": tokens, "answer": tokens, "length": tokens}
"""Arguments that are lengths of a text and no input of a quantity: in these a k is read as in tokens."""
Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def reads_arguments(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Let a function read each argument as its annotation says; ConfigError for one that is of no such kind.

    A whole number or a share may also be a text, as on the command line. No float is read: its digits are not those
    that were meant, and counts here are exact.
    """
    signature = inspect.signature(function)
    kinds = {name: str(one.annotation).removesuffix(" | None") for name, one in signature.parameters.items()}
    defaults = {name: one.default for name, one in signature.parameters.items()}

    @wraps(function)
    def reading(*positional: Given.args, **named: Given.kwargs) -> Returned:
        bound = signature.bind(*positional, **named)
        for name, value in bound.arguments.items():
            # A text that may be left out may also be None.
            left_out = value is None and defaults[name] in (None, "")
            if kinds[name] in READERS and not left_out:
                bound.arguments[name] = READERS[kinds[name]](name, value)
            elif left_out:
                bound.arguments[name] = defaults[name]
        return function(*bound.args, **bound.kwargs)

    return reading


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{name} must be a text, got {shown(value)}; give a name in quotes")
    return value


def number(name: str, value: object) -> Exact:
    """Return a number that was given for the input or argument of this name."""
    if isinstance(value, str):
        return amount(value, name, LENGTHS.get(name) or SYMBOLS.get(name))
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return exact(value)
    if isinstance(value, Decimal) and value.is_finite():
        return exact(Fraction(value))
    if isinstance(value, SupportsIndex) and not isinstance(value, bool):
        return operator.index(value)
    if isinstance(value, float):
        written = str(int(value)) if value.is_integer() and abs(value) < 2**53 else f'"{value}" or Fraction("{value}")'
        would_do = f"write {written}" if isfinite(value) else "give a number"
        raise ConfigError(f"{name} must be exact, got the float {value}; {would_do}")
    raise ConfigError(f'{name} must be a number, got {shown(value)}; write it as 1024, "128k" or "2/5"')


def _whole(name: str, value: object) -> int:
    found = number(name, value)
    if not isinstance(found, int):
        raise ConfigError(f"{name} must be a whole number, got {grouped(found)}; give {near(found)}")
    return found


def _share(name: str, value: object) -> Fraction:
    return Fraction(number(name, value))


def _text_or_number(name: str, value: object) -> str | Exact:
    return value if isinstance(value, str) else number(name, value)


def _names(name: str, value: object) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ConfigError(f"{name} must be a list of texts, got {shown(value)}; write [{_example(value)}]")
    return [_text(f"each of {name}", one) for one in value]


def _objects(name: str, value: object) -> list[object]:
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise ConfigError(f"{name} must be a list, got {shown(value)}; write [{_example(value)}, …]")
    return list(value)


def _example(value: object) -> str:
    return shown(value) if isinstance(value, str | Mapping) else "…"


def _mapping(name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigError(f'{name} must be a dict, got {shown(value)}; write {{"name": …}}')
    return {_text(f"each name in {name}", key): one for key, one in value.items()}


def _inputs(name: str, value: object) -> dict[str, Exact | Formula]:
    given = _mapping(name, value)
    return {key: one if isinstance(one, Formula) else number(key, one) for key, one in given.items()}


def _choices(name: str, value: object) -> dict[str, str]:
    # The stage of ZeRO is a word among others, though it is written as a digit.
    given = _mapping(name, value)
    return {key: _text(key, str(one) if type(one) is int else one) for key, one in given.items()}


def _grids(name: str, value: object) -> list[str] | dict[str, list[Exact]]:
    if not isinstance(value, Mapping):
        return _names(name, value)
    return {key: [number(key, one) for one in _objects(key, values)] for key, values in _mapping(name, value).items()}


def _function(name: str, value: object) -> object:
    if not callable(value):
        raise ConfigError(f"{name} must be a function, got {shown(value)}; give one that takes a text")
    return value


READERS: Mapping[str, Callable[[str, object], Any]] = {
    "str": _text,
    "int": _whole,
    "Exact": number,
    "Fraction": _share,
    "str | int": _text_or_number,
    "str | Fraction": _text_or_number,
    "Sequence[str]": _names,
    "Sequence[object]": _objects,
    "Given": _inputs,
    "Mapping[str, object]": _mapping,
    "Mapping[str, str]": _choices,
    "Sequence[str] | Mapping[str, Iterable[Exact]]": _grids,
    "Hears": _function,
}
"""How an argument is read, by its annotation; any other is taken as it is."""
