"""`symbolic sweep`: a total at every combination of sizes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import click

from symbolic import api
from symbolic.commands._inputs import say
from symbolic.commands._models import given_architecture, loaded_model
from symbolic.commands._quantity import how, quantity_options
from symbolic.commands._table import print_table
from symbolic.formulas.figures import grouped
from symbolic.terminal import echo

SHOWN = 200


@click.command()
@click.argument("model")
@click.option("--vary", multiple=True, metavar="NAME=VALUES", help="Values: 12:96:12 (first:last:step) or 768,1024.")
@click.argument("more", nargs=-1, metavar="[NAME=VALUES]...")
@click.option("--csv", "as_csv", is_flag=True, help="Print every row, with commas; without it, a table of the first.")
@quantity_options
@given_architecture
def sweep(
    model: str,
    vary: tuple[str, ...],
    more: tuple[str, ...],
    as_csv: bool,
    quantity: str,
    architecture: str | None,
    **options: Any,
) -> None:
    """Evaluate a quantity of MODEL at every combination of sizes, exactly.

    Combinations that make no valid config are left out, and counted on standard error.

    \b
    Example:
      symbolic sweep gpt2-124m --vary n_layers=12:96:12 emb_dim=768,1024,1536 --csv
    """
    loaded = loaded_model(model, architecture)
    made = api.sweep(loaded, [*vary, *more], quantity, hears=say, **how(quantity, options))
    names = [*made.values, quantity]
    if as_csv:
        echo(",".join(names))
        line = ",".join(["%s" if any(value.denominator > 1 for value in values) else "%d"
                         for values in (*made.values.values(), ())])  # fmt: skip
        for chunk in _shown(made):
            columns = [_printed(column) for column in chunk.columns.values()]
            numbers = zip(*columns, chunk.totals.tolist(), strict=True)
            if text := "\n".join(map(line.__mod__, numbers)):
                echo(text)
    else:
        rows: list[tuple[str, ...]] = []
        valid = 0
        for chunk in _shown(made):
            valid += len(chunk.totals)
            columns = [column[: SHOWN - len(rows)].tolist() for column in (*chunk.columns.values(), chunk.totals)]
            rows += [tuple(map(grouped, row)) for row in zip(*columns, strict=True)]
        print_table(loaded.name, names, rows, numeric=frozenset(range(len(names))))
        if valid > len(rows):
            echo(f"{grouped(valid - len(rows))} more rows; --csv prints them all", err=True)
    _say(made)


def _printed(column: Any) -> list[Any]:
    """A column as a program reads it: 0.5, where there are fractions."""
    numbers = column.tolist()
    return [grouped(number).replace(",", "") for number in numbers] if column.dtype == object else numbers


def _shown(made: Any) -> Iterator[Any]:
    """The chunks, with a bar on a terminal."""
    if not sys.stderr.isatty():
        yield from made.chunks()
        return
    from rich.console import Console
    from rich.progress import track

    from symbolic.analysis.sweeping import CHUNK

    chunks = -(-made.combinations // CHUNK)
    yield from track(made.chunks(), "sweeping", chunks, console=Console(stderr=True), transient=True)


def _say(made: Any) -> None:
    if made.wide:
        echo("64 bits might be too few for these sizes: counted with Python's integers", err=True)
    for rule, rows in made.left_out.most_common():
        echo(f"{grouped(rows)} of {grouped(made.combinations)} combinations left out: {rule}", err=True)


COMMAND = sweep
