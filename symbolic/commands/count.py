"""`symbolic count`: the figures alone."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias

import click

from symbolic import api
from symbolic.commands._checkpoints import print_stored, stored, stored_data
from symbolic.commands._models import each_source, given_architecture, skipping_errors
from symbolic.commands._table import print_table
from symbolic.configs.model import Model
from symbolic.errors import listed
from symbolic.formulas.figures import grouped
from symbolic.terminal import echo

if TYPE_CHECKING:
    from symbolic.measuring.stored import StoredTotal

Figures: TypeAlias = Mapping[str, int]
SEVERAL = 200
"""After so many models garbage is collected."""


@click.command()
@click.argument("model", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print data: an object, or a list of them for several models.")
@given_architecture
def count(model: tuple[str, ...], as_json: bool, architecture: str | None) -> None:
    """Print the number of parameters of each MODEL, one figure for each convention.

    \b
    Examples:
      symbolic count gpt2-124m llama-2-7b
      symbolic count config.json --json
      symbolic count checkpoint-folder/   (its tensors are counted too)
    """
    # A short count ends before collecting garbage pays; with many models it runs now and then.
    gc.disable()
    counted = _counted(model, architecture)
    first = list(islice(counted, 2))
    if as_json:
        alone = len(first) == len(model) == 1
        _print_json((_data(*one) for one in chain(first, counted)), alone)
        return
    for one in chain(first, counted):
        _print(*one)


def _counted(given: Sequence[str], architecture: str | None) -> Iterator[tuple[Model, Figures, StoredTotal | None]]:
    """Yield each model with its figures, and what its checkpoint stores; an error of one of several is printed."""
    loaded = each_source(given, architecture)
    first = list(islice(loaded, 2))
    for number, (source, one) in enumerate(chain(first, loaded), 1):
        made = []
        with skipping_errors(len(first)):
            figures = api.count(one)
            made.append((one, figures, stored(source, one, figures)))
        yield from made
        if number % SEVERAL == 0:
            gc.collect()


def _print(model: Model, figures: Figures, checkpoint: StoredTotal | None) -> None:
    rows = [(name, grouped(figure)) for name, figure in figures.items()]
    only = ", the language model only" if model.parts_left_out else ""
    print_table(f"{model.name} ({model.architecture.title}{only})", ("convention", "parameters"), rows, numeric={1})
    if model.left_out:
        parts = (f"{listed([key])} ({what})" for key, what in model.left_out.items())
        echo(f"parts that are not counted: {', '.join(parts)}")
    if model.unknown:
        echo(f"unknown keys, which may change the network: {listed(model.unknown)}")
    if model.harmless:
        echo(f"keys that change nothing: {listed(model.harmless)}")
    if checkpoint:
        print_stored(checkpoint)


def _print_json(found: Iterable[Mapping[str, object]], alone: bool) -> None:
    """Print one object alone, or a list of them, each as soon as it is there."""
    from textwrap import indent

    if alone:
        [data] = found
        echo(_json(data))
        return
    before = "["
    for data in found:
        echo(f"{before}\n{indent(_json(data), '  ')}", nl=False)
        before = ","
    echo("[]" if before == "[" else "\n]")


def _json(data: Mapping[str, object]) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False)


def _data(model: Model, figures: Figures, checkpoint: StoredTotal | None) -> dict[str, object]:
    return {
        "model": model.name,
        "architecture": model.architecture.name,
        "parameters": next(iter(figures.values())),
        "conventions": figures,
        "unknown": list(model.unknown),
        "harmless": dict(model.harmless),
        "left_out": dict(model.left_out),
        "taken_for": list(model.taken_for),
        **stored_data(checkpoint),
    }


COMMAND = count
