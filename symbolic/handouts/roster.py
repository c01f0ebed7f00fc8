"""Rosters: a CSV with one student a line."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from symbolic.errors import SymbolicError, shown
from symbolic.outside import read_file

NAMES = ("student", "name", "full name", "student name")
FIRST = ("first name", "firstname", "given name", "vorname")
LAST = ("last name", "lastname", "surname", "family name", "nachname", "familienname", "name")
IDS = (
    "student id",
    "id number",
    "idnumber",
    "student number",
    "matrikelnummer",
    "sis user id",
    "sis id",
    "id",
    "username",
    "sis login id",
    "anmeldename",
    "email",
    "email address",
    "e mail",
    "e mail address",
    "e mail adresse",
)
"""Headers of the lists that Moodle, Canvas and offices export: ids of a school, then of a platform, then addresses."""
NO_STUDENT = "points possible"
"""What Canvas writes in the place of a name in the row below its header."""
MOST = 10_000
LARGEST = 5_000_000


class RosterError(SymbolicError):
    """A roster that names no students, or names them ambiguously."""


def read(path: str | Path) -> tuple[tuple[str, str], ...]:
    """Return each student's id, which tells students of one name apart, and name.

    A column `student` or `name`, or columns of first and last names, are needed if there is a header; a file of one
    column needs none. The first column of ids, or else of addresses, that is not empty tells namesakes apart.
    RosterError names the line.
    """
    data = read_file(path, LARGEST, "a roster")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise RosterError(f"{path}: not UTF-8 at byte {problem.start}; save the roster as CSV in UTF-8") from None
    # A name is the same, whether its é is one sign or two, as some systems write it.
    lines = unicodedata.normalize("NFC", text).splitlines(keepends=True)
    delimiter = max(",;\t|", key=lines[0].count) if lines else ","
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows = []
    try:
        rows += [
            (reader.line_num, [" ".join(cell.split()) for cell in row]) for row in reader if any(map(str.strip, row))
        ]
    except csv.Error as problem:
        raise RosterError(f"{path}, line {reader.line_num}: {problem}; close the quotation marks") from None
    if not rows:
        raise RosterError(f"{path}: the roster is empty; put one student on each line")
    columns = _columns(path, rows)
    return _students(path, columns)


class _Columns(NamedTuple):
    """Where the parts of a name stand, in their order, and the id; and the rows without the header."""

    name: tuple[int, ...]
    key: int | None
    rows: list[tuple[int, list[str]]]

    def student(self, row: list[str]) -> tuple[str, str]:
        """Return the id and the name in a row, each "" where it is missing."""
        name = " ".join(filter(None, (_cell(row, index) for index in self.name)))
        return name if self.key is None else _cell(row, self.key), name


def _cell(row: list[str], index: int) -> str:
    return row[index] if index < len(row) else ""


def _columns(path: str | Path, rows: list[tuple[int, list[str]]]) -> _Columns:
    """Return where the name and the id stand, and the rows without the header."""
    head = [re.sub(r"[_-]", " ", cell.lower()) for cell in rows[0][1]]
    first, last, whole = (_places(head, names) for names in (FIRST, LAST, NAMES))
    name = (first[0], last[0]) if first and last else tuple(whole[:1])
    if name:
        below = [one for one in rows[1:] if _cell(one[1], name[-1]).lower() != NO_STUDENT]
        # Moodle has a column of ids that many courses leave empty.
        keys = [at for at in _places(head, IDS) if any(_cell(row, at) for _line, row in below)]
        return _Columns(name, keys[0] if keys else None, below)
    if len(head) == 1:
        return _Columns((0,), None, rows)
    given = ", ".join(shown(cell, 20) for cell in rows[0][1][:6])
    raise RosterError(
        f"{path}, line {rows[0][0]}: no column called student or name, and none of first and last names, among "
        f"{given}; add a header"
    )


def _places(head: list[str], names: tuple[str, ...]) -> list[int]:
    """Return where columns of these names stand, in the order of the names."""
    return [head.index(name) for name in names if name in head]


def _students(path: str | Path, columns: _Columns) -> tuple[tuple[str, str], ...]:
    students: dict[str, tuple[int, str]] = {}
    for line, row in columns.rows:
        key, name = columns.student(row)
        if not name:
            raise RosterError(f"{path}, line {line}: no name of a student; give one in column {columns.name[-1] + 1}")
        if not key:
            where = (columns.key or 0) + 1
            raise RosterError(
                f"{path}, line {line}: no id of {shown(name)}; give one in column {where}, as the others have"
            )
        if key in students:
            first = students[key][0]
            raise RosterError(
                f"{path}, line {line}: {shown(key)} stands in line {first} already; "
                "tell namesakes apart by a column id, or take one out"
            )
        students[key] = (line, name)
    if not students:
        raise RosterError(f"{path}: the roster has a header and no student; put one on each line")
    if len(students) > MOST:
        raise RosterError(f"{path}: {len(students)} students; at most {MOST} fit one handout")
    return tuple((key_of, name_of) for key_of, (_, name_of) in students.items())
