"""Formats of a report: a module `as_NAME.py` each, with `render(report, every) -> str`; found by listing the folder."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import cast

from symbolic.errors import UnknownName
from symbolic.proofread.judging.verdicts import Report
from symbolic.terminal import visible

PREFIX = "as_"


@cache
def formats() -> tuple[str, ...]:
    """The formats' names, in alphabetical order."""
    found = (module.name for module in iter_modules([str(Path(__file__).parent)]))
    return tuple(sorted(name.removeprefix(PREFIX) for name in found if name.startswith(PREFIX)))


def render(report: Report, format: str = "text", *, every: bool = False) -> str:
    """A report in a format; `every` lists the equations that hold as well."""
    if format not in formats():
        raise UnknownName("format", format, formats())
    return visible(cast(str, import_module(f"{__name__}.{PREFIX}{format}").render(report, every=every)))
