"""A sweep of any length, chunk by chunk, to a CSV or Parquet file, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from symbolic import api, loading
from symbolic.analysis.sweeping import Chunk, Sweep
from symbolic.errors import UnknownName
from symbolic.executing import executor, in_order
from symbolic.extras import needed
from symbolic.formulas.figures import grouped


@dataclass(frozen=True, slots=True)
class Recipe:
    """What makes a sweep in any process: the model as it was named, what varies, and what `api.explain` takes."""

    given: str
    architecture: str | None
    vary: tuple[str, ...]
    quantity: str
    how: tuple[tuple[str, Any], ...]


def recipe(given: str, architecture: str | None, vary: Iterable[str], quantity: str, how: Mapping[str, Any]) -> Recipe:
    """Return the recipe of a sweep; `how` is what `api.explain` takes."""
    frozen = tuple((key, tuple(value.items()) if isinstance(value, dict) else value) for key, value in how.items())
    return Recipe(given, architecture, tuple(vary), quantity, frozen)


@cache
def _sweep(recipe: Recipe) -> Sweep:
    how: dict[str, Any] = {key: dict(value) if isinstance(value, tuple) else value for key, value in recipe.how}
    model = loading.load(recipe.given, architecture=recipe.architecture)
    return api.sweep(model, recipe.vary, recipe.quantity, **how)


class Made(NamedTuple):
    """A chunk as it is written: lines of CSV, or columns; and what the sweep says of it (see `Sweep`)."""

    rows: Any
    left_out: Counter[str]


def csv_lines(chunk: Chunk) -> str:
    """Return the rows of a chunk as lines of CSV."""
    columns = [_as_read(column) for column in chunk.all]
    return "".join(f"{','.join(map(str, row))}\n" for row in zip(*columns, strict=True))


def columns(chunk: Chunk) -> list[Any]:
    """Return the columns of a chunk: sizes, totals and results."""
    return list(chunk.all)


def _as_read(column: Any) -> list[Any]:
    """Return a column as a program reads it: 0.5, where there are fractions."""
    numbers: list[Any] = column.tolist()
    return (
        ["" if number is None else grouped(number).replace(",", "") for number in numbers]
        if column.dtype == object
        else numbers
    )


WRITTEN: Mapping[str, Callable[[Chunk], Any]] = {"csv": csv_lines, "parquet": columns}
"""What is made of a chunk, by the ending of the file that it goes into."""


def made_here(sweep: Sweep, ending: str) -> Iterator[Made]:
    """Yield what each chunk is made into, one after the other, in this process."""
    for start in sweep.starts:
        yield _made(sweep, ending, start)


def made_elsewhere(recipe: Recipe, ending: str, starts: range, workers: int, scheduler: str) -> Iterator[Made]:
    """Yield the same from so many processes of this machine, or from those of the cluster of a `scheduler`."""
    with executor(workers, scheduler) as (submit, count):
        for _, made in in_order(partial(_made_by, recipe, ending), starts, submit, count):
            yield made


def _made_by(recipe: Recipe, ending: str, start: int) -> Made:
    return _made(_sweep(recipe), ending, start)


def _made(sweep: Sweep, ending: str, start: int) -> Made:
    sweep.left_out.clear()
    rows = WRITTEN[ending](sweep.chunk(start))
    return Made(rows, sweep.left_out.copy())


def write(path: Path, ending: str, sweep: Sweep, parts: Iterable[Made]) -> Iterator[Made]:
    """Write the parts of a sweep to a new file, and yield each when it is written."""
    with _WRITERS[ending](path, sweep) as put:
        for made in parts:
            put(made.rows)
            yield made


def ending_of(path: Path) -> str:
    """Return the format that a file's name asks for; UnknownName where we have none."""
    found = path.suffix.lower().removeprefix(".")
    if found not in WRITTEN:
        raise UnknownName("format of sweeps", found or path.name, WRITTEN)
    return found


@contextmanager
def _csv(path: Path, sweep: Sweep) -> Iterator[Callable[[Any], object]]:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"{','.join(sweep.names)}\n")
        yield file.write


@contextmanager
def _parquet(path: Path, sweep: Sweep) -> Iterator[Callable[[Any], object]]:
    pyarrow, parquet = needed("pyarrow", "tables", "Parquet"), needed("pyarrow.parquet", "tables", "Parquet")
    whole = [all(value.denominator == 1 for value in values) for values in sweep.values.values()]
    whole.append(not sweep.may_be_wide)
    whole += [False for _result in sweep.results]
    fields = [
        pyarrow.field(
            name,
            pyarrow.int64() if fits else pyarrow.string(),
            metadata={"exact": "integer" if fits else "text: 64 bits might not hold them all, or some are fractions"},
        )
        for name, fits in zip(sweep.names, whole, strict=True)
    ]
    schema = pyarrow.schema(fields, metadata={"unit": sweep.derivation.unit})

    def put(found: list[Any]) -> None:
        arrays = [
            pyarrow.array(column.astype("int64") if fits else list(map(str, _as_read(column))))
            for column, fits in zip(found, whole, strict=True)
        ]
        file.write_table(pyarrow.table(arrays, schema=schema))

    with parquet.ParquetWriter(path, schema) as file:
        yield put


_WRITERS = {"csv": _csv, "parquet": _parquet}
