"""Libraries that not everybody needs: imported where they are used; where one is missing, its extra is named."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from symbolic.errors import SymbolicError


class MissingExtra(SymbolicError):
    """A library of an extra that is not installed. Its message says how to install it."""


def needed(module: str, extra: str, what: str) -> Any:
    """Return a library's module; MissingExtra where it is not installed. `what` is what needs it, in the singular.

    >>> needed("fractions", "none", "this").Fraction(1, 2)
    Fraction(1, 2)
    >>> needed("absent", "tables", "Parquet")
    Traceback (most recent call last):
    symbolic.extras.MissingExtra: Parquet needs absent; install it with pip install "symbolic-explainer[tables]"
    """
    try:
        return import_module(module)
    except ImportError:
        library = module.partition(".")[0]
        raise MissingExtra(f"{what} needs {library}; install it with {command(extra)}") from None


def command(extra: str) -> str:
    """Return the command that installs an extra."""
    return f'pip install "symbolic-explainer[{extra}]"'


def installed(module: str) -> bool:
    """Return whether a library is installed, without importing it."""
    return find_spec(module) is not None
