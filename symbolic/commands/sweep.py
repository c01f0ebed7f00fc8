"""`symbolic sweep`: a total at every combination of sizes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from symbolic import api
from symbolic.analysis.swept_results import MOST_ROWS, known
from symbolic.batch.sweeps import Made, csv_lines, ending_of, made_elsewhere, made_here, recipe, write
from symbolic.commands._inputs import print_understood
from symbolic.commands._models import given_architecture, loaded_model, refuse_other_sizes, warn_of_total
from symbolic.commands._output import new_file, process_options, split_names
from symbolic.commands._quantity import explain_arguments, quantity_options
from symbolic.commands._table import print_table
from symbolic.errors import listed
from symbolic.formulas.figures import grouped, in_a_cell
from symbolic.formulas.formula import Exact
from symbolic.processes import processors
from symbolic.terminal import echo

if TYPE_CHECKING:
    from symbolic.analysis.sweeping import Sweep

T = TypeVar("T")
FEW = 16
"""So few chunks are made before other processes have started."""
SHOWN = 200


@click.command()
@click.argument("model")
@click.option("--vary", multiple=True, metavar="NAME=VALUES", help="Values: 12:96:12 (first:last:step) or 768,1024.")
@click.argument("more", nargs=-1, metavar="[NAME=VALUES]...")
@click.option("--csv", "as_csv", is_flag=True, help="Print every row, with commas; without it, a table of the first.")
@click.option("--output", default="", metavar="FILE", help="A .csv or .parquet file for every row.")
@click.option("--result", default="", metavar="LIST", help="Columns of what follows: device-hours,price of a training.")
@process_options()
@quantity_options
@given_architecture
def sweep(
    model: str,
    vary: tuple[str, ...],
    more: tuple[str, ...],
    as_csv: bool,
    output: str,
    result: str,
    jobs: int | None,
    scheduler: str,
    quantity: str,
    architecture: str | None,
    **options: Any,
) -> None:
    """Evaluate a quantity of MODEL at every combination of sizes, exactly.

    Combinations that make no valid config are left out, and counted on standard error. Rows go to the file as they are
    made, in bounded memory, however many there are.

    \b
    Examples:
      symbolic sweep gpt2-124m --vary n_layers=12:96:12 emb_dim=768,1024,1536 --csv
      symbolic sweep gpt2-124m --vary n_layers=1:1000 vocab_size=1000:100000:1000 --output all.parquet
    """
    refuse_other_sizes()
    loaded = warn_of_total(loaded_model(model, architecture), quantity)
    given = explain_arguments(quantity, options)
    given["results"] = tuple(split_names(result))
    made = api.sweep(loaded, [*vary, *more], quantity, hears=print_understood, **given)
    names = made.names
    if output:
        path = Path(output)
        ending = ending_of(path)
        alone = model == "-"
        if scheduler and alone:
            raise click.UsageError("a cluster takes a model that it can read itself; give a file or a name")
        parts = made_here(made, ending)
        if scheduler or not (alone or jobs == 1 or len(made.starts) < FEW):
            wanted = recipe(model, architecture, [*vary, *more], quantity, given)
            parts = made_elsewhere(wanted, ending, made.starts, jobs or processors(), scheduler)
        _write(path, ending, made, parts)
    elif as_csv:
        echo(",".join(names))
        for chunk in _with_bar(made.chunks(), made):
            if text := csv_lines(chunk):
                echo(text, nl=False)
    else:
        rows: list[tuple[str, ...]] = []
        valid = 0
        for chunk in _with_bar(made.chunks(), made):
            valid += len(chunk.totals)
            columns = [column[: SHOWN - len(rows)].tolist() for column in chunk.all]
            rows += [tuple(map(_cell, row)) for row in zip(*columns, strict=True)]
        print_table(loaded.name, names, rows, numeric=frozenset(range(len(names))))
        if valid > len(rows):
            echo(f"{grouped(valid - len(rows))} more rows; --csv prints them all", err=True)
    _print_notes(made)


def _cell(value: Exact | None) -> str:
    """Return a number as people write it: a fraction of a result in four digits, which --csv has in more."""
    return "" if value is None else in_a_cell(value)


def _write(path: Path, ending: str, made: Sweep, parts: Iterator[Made]) -> None:
    """Write all rows to a file, and count in `made` what was left out."""
    left_out: Counter[str] = Counter()
    with new_file(path) as beside:
        for part in _with_bar(write(beside, ending, made, parts), made):
            left_out.update(part.left_out)
    made.left_out = left_out


def _with_bar(parts: Iterable[T], made: Sweep) -> Iterator[T]:
    """Yield the parts, with a bar on a terminal."""
    if not sys.stderr.isatty():
        yield from parts
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(parts, "sweeping", len(made.starts), console=Console(stderr=True), transient=True)


def _print_notes(made: Sweep) -> None:
    quantity = made.derivation.quantity
    for name in made.idle:
        echo(
            f"{name} is in no formula of {quantity.name}: its values give the same {quantity.unit}"
            + (f"; --result takes {listed(list(known(quantity)))}" if known(quantity) and not made.results else ""),
            err=True,
        )
    if quantity.decides and not made.results:
        echo(
            f"{quantity.name} is of the stage that its convention names; what is {quantity.decides} is derived for at "
            f"most {MOST_ROWS:,} combinations",
            err=True,
        )
    for rule, rows in made.left_out.most_common():
        echo(f"{grouped(rows)} of {grouped(made.combinations)} combinations left out: {rule}", err=True)
    if sum(made.left_out.values()) == made.combinations:
        echo("no combination makes a valid config, so there is no row; give other sizes", err=True)
        click.get_current_context().exit(1)


COMMAND = sweep
