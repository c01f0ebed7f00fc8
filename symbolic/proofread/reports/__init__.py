"""Formats of a report: a module `as_NAME.py` each, with `render(report, every) -> str`; found by listing the folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import cast

from symbolic.errors import SymbolicError, UnknownName
from symbolic.proofread.judging.verdicts import Report
from symbolic.terminal import visible

PREFIX = "as_"


@cache
def formats() -> tuple[str, ...]:
    """Return the names of the formats, in alphabetical order."""
    found = (module.name for module in iter_modules([str(Path(__file__).parent)]))
    return tuple(sorted(name.removeprefix(PREFIX) for name in found if name.startswith(PREFIX)))


def render(report: Report, format: str = "text", *, every: bool = False) -> str:
    """Return a report in a format; with `every`, equations that hold are listed too.

    Raises UnknownName for an unknown format.
    """
    if format not in formats():
        raise UnknownName("format", format, formats())
    return visible(cast(str, import_module(f"{__name__}.{PREFIX}{format}").render(report, every=every)))


def render_all(reports: Sequence[Report], format: str = "text", *, every: bool = False, several: bool = False) -> str:
    """Return several reports as one text: one after the other for reading, a list in JSON, one run in SARIF.

    `several` makes one report a list, too: of several documents one alone could be read.
    Raises SymbolicError for several reports in HTML.
    """
    if len(reports) == 1 and not several:
        return render(reports[0], format, every=every)
    if format == "sarif":
        from symbolic.proofread.reports import as_sarif

        return visible(as_sarif.render_all(reports, every=every))
    if format == "json":
        from symbolic.proofread.reports import as_json

        return visible(json.dumps([as_json.data(report) for report in reports], indent=2, ensure_ascii=False) + "\n")
    if format == "html":
        raise SymbolicError("a page in HTML is of one document; name one, or ask for text, markdown, json or sarif")
    return "\n".join(render(report, format, every=every) for report in reports)
