"""What a shell completes: models, quantities, conventions, devices, formats; by the names of a command's parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

Names = Callable[[click.Context], Iterable[str]]


def with_completions(command: click.Command) -> click.Command:
    """Return the command, its parameters completing what they take."""
    for parameter in command.params:
        names = NAMES.get(parameter.name or "")
        if names is not None and not isinstance(parameter.type, click.Choice):
            parameter.shell_complete = _completes(names, files=parameter.name in FILES)  # type: ignore[method-assign, assignment]
    return command


def _completes(names: Names, *, files: bool) -> Callable[[click.Context, str], list[CompletionItem]]:
    def complete(context: click.Context, incomplete: str) -> list[CompletionItem]:
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
