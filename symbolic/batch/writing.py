"""A table of rows as a file: CSV, JSON Lines, Markdown, SQLite or Parquet, written row by row."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from symbolic.batch.request import Request
from symbolic.batch.rows import TableRecord
from symbolic.errors import UnknownName
from symbolic.extras import needed
from symbolic.formulas.figures import in_a_cell
from symbolic.spreadsheets import safe_cell
from symbolic.terminal import visible

Rows: TypeAlias = Callable[[], Iterable[TableRecord]]
LARGEST = 2**63 - 1
AT_ONCE = 4096
BESIDE = ("name", "source", "family")
BEHIND = ("convention", "unknown_keys", "left_out", "notes", "error")


def headings(request: Request) -> tuple[str, ...]:
    """Return the names of a table's columns."""
    return (*BESIDE, *(column.name for column in request.columns), *BEHIND)


def cells(row: TableRecord, request: Request) -> tuple[str | None, ...]:
    """Return the cells of a row, figures as exact text."""
    behind = (", ".join(row.unknown), ", ".join(row.left_out), row.notes, row.error)
    return (row.name, row.source, row.family, *row.figures, request.conventions(row.others), *behind)


def ending(path: Path) -> str:
    """Return the format that a file's name asks for; UnknownName where we have none."""
    found = path.suffix.lower().removeprefix(".")
    if found not in WRITERS:
        raise UnknownName("table format", found or path.name, WRITERS)
    return found


def write(path: Path, name: str, rows: Rows, request: Request) -> None:
    """Write the table to a new file at `path`, in the format of that `name`; `rows` may be called twice."""
    WRITERS[name](path, rows, request)


def integral(rows: Iterable[TableRecord], request: Request) -> list[bool]:
    """Return for each column of figures whether 64 bits hold all of them: else they are text."""
    fine = [True] * len(request.columns)
    for row in rows:
        for place, figure in enumerate(row.figures):
            if figure is not None and ("/" in figure or abs(int(figure)) > LARGEST):
                fine[place] = False
    return fine


def as_text(row: TableRecord) -> list[str]:
    """Return a row's figures for a reader, digits grouped."""
    return ["–" if figure is None else in_a_cell(Fraction(figure)) for figure in row.figures]


def remarks(row: TableRecord) -> str:
    """Return what a reader must know of a row beside its figures."""
    unknown = f"unknown keys: {', '.join(row.unknown)}" if row.unknown else ""
    left_out = f"without {', '.join(row.left_out)}" if row.left_out else ""
    return "; ".join(filter(None, (row.error, unknown, left_out, row.notes)))


def _csv(path: Path, rows: Rows, request: Request) -> None:
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headings(request))
        figures = range(len(BESIDE), len(BESIDE) + len(request.columns))
        for row in rows():
            writer.writerow(
                cell if place in figures else safe_cell(visible(cell or ""))
                for place, cell in enumerate(cells(row, request))
            )


def _json_lines(path: Path, rows: Rows, request: Request) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in rows():
            figures = [figure if figure is None or "/" in figure else int(figure) for figure in row.figures]
            behind = (request.conventions(row.others), row.unknown, row.left_out, row.notes, row.error)
            values = {
                **dict(zip(BESIDE, (row.name, row.source, row.family), strict=True)),
                **dict(zip((column.name for column in request.columns), figures, strict=True)),
                **dict(zip(BEHIND, behind, strict=True)),
            }
            file.write(f"{json.dumps(values)}\n")


def _markdown(path: Path, rows: Rows, request: Request) -> None:
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        titles = [
            f"{column.name} ({column.unit})" if column.unit not in column.quantity else column.name
            for column in request.columns
        ]
        file.write(_line(["model", "family", *titles, "remarks"]))
        file.write(_line(["---", "---", *["---:"] * len(titles), "---"]))
        for row in rows():
            file.write(_line([_plain(row.name), row.family, *as_text(row), _plain(remarks(row))]))


def _line(parts: Iterable[str]) -> str:
    return f"| {' | '.join(parts)} |\n"


def _plain(text: str) -> str:
    """Return a text in which Markdown reads no mark."""
    signs = "\\`*_[]<>|#!&~$"
    return "".join(f"\\{sign}" if sign in signs else sign for sign in visible(" ".join(text.split())))


def _sqlite(path: Path, rows: Rows, request: Request) -> None:
    kinds = ["INTEGER" if fine else "TEXT" for fine in integral(rows(), request)]
    names = [f'"{name.replace(chr(34), "")}"' for name in headings(request)]
    types = [*["TEXT NOT NULL"] * len(BESIDE), *kinds, *["TEXT NOT NULL"] * len(BEHIND)]
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"CREATE TABLE models ({', '.join(map(' '.join, zip(names, types, strict=True)))})")
        marks = ", ".join("?" * len(names))
        database.executemany(
            f"INSERT INTO models VALUES ({marks})",  # noqa: S608 - marks are question marks
            (tuple(None if cell is None else visible(cell) for cell in cells(row, request)) for row in rows()),
        )


def _parquet(path: Path, rows: Rows, request: Request) -> None:
    pyarrow, parquet = needed("pyarrow", "tables", "Parquet"), needed("pyarrow.parquet", "tables", "Parquet")
    fine = integral(rows(), request)
    figures = [
        pyarrow.field(
            column.name,
            pyarrow.int64() if whole else pyarrow.string(),
            metadata={
                "unit": column.unit,
                "convention": column.convention,
                "exact": "integer" if whole else "text: digits, or a fraction such as 1/3; 64 bits don't hold them all",
            },
        )
        for column, whole in zip(request.columns, fine, strict=True)
    ]
    text = {name: pyarrow.field(name, pyarrow.string()) for name in (*BESIDE, *BEHIND)}
    schema = pyarrow.schema([*(text[name] for name in BESIDE), *figures, *(text[name] for name in BEHIND)])
    whole_places = {len(BESIDE) + place for place, whole in enumerate(fine) if whole}
    with parquet.ParquetWriter(path, schema) as file:
        for part in _some(rows()):
            columns = zip(*(cells(row, request) for row in part), strict=True)
            arrays = [
                [None if cell is None else int(cell) if place in whole_places else visible(cell) for cell in column]
                for place, column in enumerate(columns)
            ]
            file.write_table(pyarrow.table(arrays, schema=schema))


def _some(rows: Iterable[TableRecord]) -> Iterator[list[TableRecord]]:
    iterator = iter(rows)
    while part := list(islice(iterator, AT_ONCE)):
        yield part


WRITERS: dict[str, Callable[[Path, Rows, Request], None]] = {
    "csv": _csv,
    "jsonl": _json_lines,
    "md": _markdown,
    "parquet": _parquet,
    "sqlite": _sqlite,
}
"""The formats of tables, by the endings of their files."""
