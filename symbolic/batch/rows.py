"""A row for each model: its figures under each column, or why there is none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from fractions import Fraction
from typing import Any

from symbolic import api
from symbolic.batch.request import Column, Request
from symbolic.batch.sources import ConfigSource
from symbolic.configs.model import Model
from symbolic.errors import NothingToMeasure, SymbolicError
from symbolic.formulas.figures import grouped, in_gigabytes
from symbolic.formulas.vocabulary import device_memory, n_predict_layers
from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.fitting import LEFT
from symbolic.measuring.idle import unread_lengths
from symbolic.measuring.inputs import shortened, too_long
from symbolic.measuring.results import deciding, derived_results
from symbolic.terminal import one_line


@dataclass(frozen=True, slots=True)
class TableRecord:
    """A model's line in a table. `figures` are exact, as text: whole numbers, or fractions such as 1/3.

    A column is empty where the network has nothing of it; `notes` says so, and where a row takes what was published of
    its model's training, or a text that is shorter than in other rows or longer than the model was made for; and what a
    config that names no type or class was taken for. `unknown` are keys that we don't know and that may change the
    network, `left_out` parts that all figures leave out. With an `error`, figures may be missing. `others` are the
    inputs of each column whose value here is not the usual one.
    """

    name: str
    source: str
    family: str = ""
    figures: tuple[str | None, ...] = ()
    unknown: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    notes: str = ""
    error: str = ""
    others: tuple[tuple[str, ...], ...] = ()


def rows(source: ConfigSource, request: Request) -> list[TableRecord]:
    """Return the rows of a source: one a model, or one that says what is wrong with it. Raises nothing of an input."""
    try:
        models = source.models(request.architecture, strict=request.strict)
    except Exception as problem:
        return [failed(source, request, problem)]
    return [_row(model, source, request) for model in models]


def failed(source: ConfigSource, request: Request, problem: Exception) -> TableRecord:
    """Return the row of a source of which nothing is known but what is wrong with it."""
    return TableRecord(source.given, source.place, figures=(None,) * len(request.columns), error=_message(problem))


COLUMNS = "\0"
"""Stands for the columns that a note is of: no note has such a sign."""


def _row(model: Model, source: ConfigSource, request: Request) -> TableRecord:
    figures: list[str | None] = []
    notes: dict[str, list[str]] = {}
    errors: list[str] = []
    others: list[tuple[str, ...]] = []
    predicts: dict[str, bool] = {}
    for column in request.columns:
        figures.append(None)
        others.append(())
        try:
            derived = api.explain(
                model,
                column.quantity,
                convention=column.convention,
                inputs=column.inputs,
                choices=column.choices,
                idle_inputs=True,
                **dict[str, Any](column.named),
            )
            figures[-1] = str(Fraction(deciding(derived).value if column.decides else derived.total))
            others[-1] = column.other(derived.inputs)
            predicts[column.name] = n_predict_layers in derived.general.formula.symbols
            # The column before has said it.
            said = () if column.decides else (*_remarks(derived, column), *_unread(derived, column.inputs))
            for line in said:
                notes.setdefault(line, []).append(column.name)
        except NothingToMeasure as nothing:
            if not column.decides:
                line = _clause(one_line(str(nothing))).replace(f" {column.quantity} ", f" {COLUMNS} ")
                notes.setdefault(line, []).append(column.name)
        except Exception as problem:
            if not (column.decides and figures[-2] is None):
                errors.append(f"{column.name}: {_message(problem)}")
    some = any(predicts.values())
    if some and model.predicting and (without := [name for name, counted in predicts.items() if not counted]):
        notes[f"without {', '.join(model.predicting)}"] = without
    return TableRecord(
        model.name,
        source.place,
        model.architecture.name,
        tuple(figures),
        tuple(model.unknown),
        tuple(model.parts_left_out if some else model.left_out),
        "; ".join((*model.taken_for, *(_of_columns(line, names) for line, names in notes.items()))),
        "; ".join(errors),
        tuple(others),
    )


def _clause(line: str) -> str:
    """Return the first clause of a reason: a row is for many columns, and a page has the rest.

    >>> _clause("forward FLOPs count products alone. Attention's scores are not among them; give --convention")
    'forward FLOPs count products alone'
    """
    return re.split(r"[;:.] ", line, maxsplit=1)[0].removesuffix(".")


def _of_columns(line: str, names: list[str]) -> str:
    """Return a note with the columns that it is of: what holds of several is said once."""
    columns = ", ".join(names)
    return f"{columns}: {line.replace(COLUMNS, columns)}"


def _remarks(derived: Derivation, column: Column) -> tuple[str, ...]:
    """Return what there is to say of a figure: what was published of its training, of its text, and of its device."""
    lacks = [f"not complete: {_clause(translate(derived.lacks))}"] if derived.lacks else []
    lacks += [_clause(translate(derived.untested))] if derived.untested else []
    texts = (*shortened(derived.inputs), *too_long(derived.model, derived.inputs))
    return (*lacks, *_published(derived), *texts, *_beyond_device(derived, column))


def _beyond_device(derived: Derivation, column: Column) -> Iterator[str]:
    """Yield a line where a figure is more than the device holds that was asked for."""
    if not column.named.get("device") and device_memory.name not in column.inputs:
        return
    if any(result.title == LEFT and result.value < 0 for result in derived_results(derived)):
        memory = in_gigabytes(derived.sizes[device_memory.name])
        yield f"does not fit on a device of {memory} GB, of which a program keeps some"


def _unread(derived: Derivation, given: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each length that was asked for and that this figure does not hang on."""
    for name in unread_lengths(derived, given):
        yield f"{name} {grouped(derived.sizes[name])} changes nothing: no formula of this figure has it"


def _published(derived: Derivation) -> list[str]:
    """Return a line with what is not asked of other rows, since the makers of this model published it."""
    hangs = {symbol.name for symbol in derived.general.formula.symbols}
    taken = [name for name in derived.inputs.sizes if name in derived.inputs.published and name in hangs]
    return [f"as published, {', '.join(f'{name}={grouped(derived.sizes[name])}' for name in taken)}"] if taken else []


def _message(problem: Exception) -> str:
    """Return an error in one line; one that is none of ours is a fault of this program."""
    if isinstance(problem, SymbolicError):
        return one_line(str(problem))
    if isinstance(problem, RecursionError | MemoryError):
        return "too deep or too large to work out; give something smaller"
    return one_line(f"a fault of this program, please report it ({type(problem).__name__}: {problem})")


def rows_of_each(sources: Sequence[ConfigSource], request: Request) -> list[str]:
    """Return the rows of each source as a text of JSON, which a journal keeps: what another process works on."""
    return [written(rows(source, request)) for source in sources]


def written(made: Iterable[TableRecord]) -> str:
    """Return rows as a text."""
    return json.dumps([astuple(row) for row in made])


def read(text: str) -> list[TableRecord]:
    """Return the rows that were written as a text.

    >>> made = [TableRecord("tiny", "a.json", "gpt2", ("12", None))]
    >>> read(written(made)) == made
    True
    """
    return [_read(row) for row in json.loads(text)]


def _read(row: list[Any]) -> TableRecord:
    *cells, others = (tuple(cell) if isinstance(cell, list) else cell for cell in row)
    made: list[Any] = [*cells, tuple(map(tuple, others))]
    return TableRecord(*made)
