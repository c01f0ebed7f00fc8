"""Options that take names: models, quantities, conventions, devices, formats. A shell completes them, in any case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Names = Callable[[click.Context], Iterable[str]]


class NameType(click.ParamType[str]):
    """A name, or several with commas between them, in capitals or not: H100 is h100."""

    name = "text"

    def __init__(self, names: Names) -> None:
        self.names = names

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        given = str(value)
        # Most are typed as they are called, and to know all names takes imports.
        if ctx is None or given == given.lower():
            return given
        known = {name.lower(): name for name in self.names(ctx)}
        return ",".join(known.get(piece.lower(), piece) for piece in given.split(","))


def with_names(command: click.Command) -> click.Command:
    """Return the command, its parameters completing the names that they take, and taking them in any case."""
    for parameter in command.params:
        names = NAMES.get(parameter.name or "")
        if names is not None and not isinstance(parameter.type, click.Choice):
            parameter.shell_complete = _completes(names, files=parameter.name in FILES)  # type: ignore[method-assign, assignment]
            if parameter.name not in FILES:
                parameter.type = NameType(ALL_NAMES.get(parameter.name or "", names))
    return command


def _completes(names: Names, *, files: bool) -> Callable[[click.Context, str], list[CompletionItem]]:
    def complete(context: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        # Of a list, the last piece: parameters,kv-c
        before, comma, piece = incomplete.rpartition(",")
        found = [CompletionItem(f"{before}{comma}{name}") for name in names(context) if name.startswith(piece)]
        return [*([CompletionItem(incomplete, type="file")] if files else []), *found]

    return complete


def _models(_: click.Context) -> Iterable[str]:
    from symbolic.configs import models

    return models.names()


def _quantities(_: click.Context) -> Iterable[str]:
    from symbolic.measuring import quantities

    return quantities.names()


def _conventions(context: click.Context) -> Iterable[str]:
    from symbolic.errors import UnknownName
    from symbolic.measuring import quantities

    asked = str(context.params.get("quantity") or "parameters").partition(",")[0]
    try:
        return quantities.find(asked).conventions
    except UnknownName:
        return ()


def _all_conventions(_: click.Context) -> Iterable[str]:
    from symbolic.measuring import quantities

    return (name for quantity in quantities.names() for name in quantities.find(quantity).conventions)


def _devices(_: click.Context) -> Iterable[str]:
    from symbolic.measuring.hardware import table

    return table("accelerators")


def _dtypes(_: click.Context) -> Iterable[str]:
    from symbolic.measuring import formats

    return formats.names()


def _cache_dtypes(_: click.Context) -> Iterable[str]:
    from symbolic.measuring import formats

    return formats.cache_names()


def _formats(context: click.Context) -> Iterable[str]:
    if context.info_name == "handout":
        from symbolic.handouts import exports

        return exports.names()
    if context.info_name == "proofread":
        from symbolic.proofread import reports

        return reports.formats()
    from symbolic.pages import rendering

    return rendering.formats()


def _families(_: click.Context) -> Iterable[str]:
    from symbolic.networks import families

    return families.names()


def _languages(_: click.Context) -> Iterable[str]:
    from symbolic.analysis.exporting import WRITERS

    return WRITERS


FILES = ("model", "configs", "documents")
NAMES: dict[str, Names] = {
    "architecture": _families,
    "asked": _formats,
    "cache_dtype": _cache_dtypes,
    "configs": _models,
    "convention": _conventions,
    "device": _devices,
    "documents": lambda _: (),
    "dtype": _dtypes,
    "language": _languages,
    "model": _models,
    "quantity": _quantities,
}
ALL_NAMES: dict[str, Names] = {"convention": _all_conventions}
"""Of an option whose names depend on another one, which may be typed behind it, all names that there are."""
