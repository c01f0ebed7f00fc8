"""`symbolic table`: one row of figures for each of many configs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import click

from symbolic.batch import writing
from symbolic.batch.journal import Journal, journal
from symbolic.batch.request import Column, Request, columns
from symbolic.batch.rows import TableRecord
from symbolic.batch.running import fill
from symbolic.batch.sources import refuse_missing, sources
from symbolic.commands._inputs import (
    as_layout,
    for_quantity,
    given_choices,
    given_inputs,
    keeps_its_bytes,
    named_inputs,
    quantity_inputs,
    warn_of_dtype,
)
from symbolic.commands._models import STRICT, given_family, given_strict
from symbolic.commands._output import joined, new_file, process_options, split_names
from symbolic.commands._table import print_table
from symbolic.errors import ConfigError
from symbolic.formulas.figures import grouped
from symbolic.processes import processors
from symbolic.terminal import echo

SHOWN = 200
FEW = 64
"""So few configs are done before other processes have started."""


@click.command()
@click.argument("configs", nargs=-1, required=True)
@click.option(
    "--quantity",
    multiple=True,
    default=("parameters",),
    show_default=True,
    metavar="LIST",
    callback=joined,
    help="The columns: quantities, QUANTITY:CONVENTION, or conventions of parameters such as active.",
)
@click.option(
    "--output",
    default="-",
    show_default=True,
    metavar="FILE",
    help=f"A file that ends in .{', .'.join(writing.WRITERS)}; - prints a table.",
)
@process_options()
@quantity_inputs
@given_family
@given_strict
def table(
    configs: tuple[str, ...],
    quantity: str,
    output: str,
    jobs: int | None,
    scheduler: str,
    architecture: str | None,
    others: tuple[str, ...],
    dtype: str,
    cache_dtype: str,
    device: str,
    **options: Any,
) -> None:
    """Make a table with one row for each of CONFIGS.

    CONFIGS are folders (searched for configs), patterns ('models/**/config.json'), JSON Lines or Parquet files (a
    config a row), .txt files that list ids of the Hugging Face Hub, and all that MODEL may be elsewhere.

    What is done is kept in .FILE.journal beside the output: a run that was stopped goes on, and configs that did not
    change are not worked out again. A config that can't be read has its error in its row, and the exit code is then 2.

    \b
    Examples:
      symbolic table configs/ --quantity parameters,active,kv-cache --output models.parquet
      symbolic table hub.jsonl 'more/*.json' --quantity parameters,weight-memory --dtype int4 --output models.csv
    """
    asked = columns(split_names(quantity))
    given = given_inputs(others, options)
    names = tuple(dict.fromkeys(one.quantity for one in asked))

    def with_inputs(one: Column) -> Column:
        # Weights in another format are no other cache: a label that named it would say so.
        of_weights = "" if keeps_its_bytes(one.quantity) else dtype
        named = named_inputs(one.quantity, names, dtype=of_weights, cache_dtype=cache_dtype, device=device)
        layout = as_layout(given, one.quantity, names)
        inputs, choices = for_quantity(one.quantity, layout, names), given_choices(one.quantity, options, names)
        return replace(one, inputs=inputs, named=named, choices=choices)

    warn_of_dtype(names, dtype, cache_dtype)
    strict = bool(click.get_current_context().meta.get(STRICT))
    request = Request(tuple(map(with_inputs, asked)), architecture, strict)
    path = None if output == "-" else Path(output)
    kind = "" if path is None else writing.ending(path)
    refuse_missing(configs)
    with journal(path, request) as done:
        with _progress(configs) as made:
            few = jobs is None and sum(1 for _ in islice(sources(configs), FEW + 1)) <= FEW
            fill(done, sources(configs), request, 1 if few else jobs or processors(), scheduler, made)
        if path is not None and path.exists():
            _keep_from_errors(path, done)
        if path is None:
            _print(done, request)
        else:
            with new_file(path) as beside:
                writing.write(beside, kind, done.rows, request)
        errors = [bool(row.error) for row in done.rows()]
        total, bad = len(errors), sum(errors)
    if bad:
        echo(f"{grouped(bad)} of {grouped(total)} rows have an error; see the column error", err=True)
        click.get_current_context().exit(2)


def _keep_from_errors(path: Path, done: Journal) -> None:
    """Raise ConfigError where no config could be read: a table of errors does not take the place of an older one."""
    first = ""
    for row in done.rows():
        if not row.error or any(row.figures):
            return
        first = first or row.error
    if first:
        raise ConfigError(f"no config could be read, so {path} is left as it was; the first error: {first}")


def _print(done: Journal, request: Request) -> None:
    rows = list(islice(done.rows(), SHOWN + 1))
    names = ("model", "family", *(column.name for column in request.columns), "remarks")
    shown = [(row.name, row.family, *writing.as_text(row), writing.remarks(row)) for row in rows[:SHOWN]]
    print_table("", names, shown, numeric=frozenset(range(2, 2 + len(request.columns))))
    for place, column in enumerate(request.columns):
        if not column.decides and (asks := column.asks(_other_in_all(rows, place))):
            echo(f"{column.name}: {asks}")
    if len(rows) > SHOWN:
        echo(f"the first {SHOWN} rows; --output models.csv has them all", err=True)


def _other_in_all(rows: list[TableRecord], place: int) -> set[str]:
    """Return the inputs of a column whose value is not the usual one in any row that has a figure."""
    others = [set(row.others[place]) for row in rows if row.others and row.figures[place] is not None]
    return set.intersection(*others) if others else set()


@contextmanager
def _progress(configs: tuple[str, ...]) -> Iterator[Callable[[int], object]]:
    """Yield what to call with how many more are done; a bar with rate and time left, on a terminal."""
    if not sys.stderr.isatty():
        yield lambda count: None  # noqa: ARG005
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
    from rich.text import Text

    class Speed(ProgressColumn):
        """Says how many are done in a second, once that is known."""

        def render(self, task: Task) -> Text:
            return Text("" if task.speed is None else f"{task.speed:,.0f} a second", style="progress.data.speed")

    total = sum(1 for _ in sources(configs))
    shown = (
        BarColumn(),
        MofNCompleteColumn(),
        Speed(),
        TimeRemainingColumn(),
    )
    with Progress(*shown, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("configs", total=total)
        yield lambda count: bar.advance(task, count)


COMMAND = table
