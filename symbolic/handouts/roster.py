"""Rosters: a CSV with one student a line."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

from symbolic.errors import SymbolicError, shown
from symbolic.outside import read_file

NAMES = ("student", "name", "full name", "student name")
IDS = ("id", "student id", "email", "username", "sis id")
MOST = 10_000
LARGEST = 5_000_000


class RosterError(SymbolicError):
    """A roster that names no students, or names them ambiguously."""


def read(path: str | Path) -> tuple[tuple[str, str], ...]:
    """Return each student's id, which tells students of one name apart, and name.

    A column `student` or `name` is needed if there is a header; a file of one column needs none. A column `id` or
    `email` may tell namesakes apart. RosterError names the line.
    """
    data = read_file(path, LARGEST, "a roster")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise RosterError(f"{path}: not UTF-8 at byte {problem.start}; save the roster as CSV in UTF-8") from None
    # A name is the same, whether its é is one sign or two, as some systems write it.
    lines = unicodedata.normalize("NFC", text).splitlines(keepends=True)
    delimiter = max(",;\t", key=lines[0].count) if lines else ","
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
    name, key, rows = _columns(path, rows)
    return _students(path, rows, name, key)


def _columns(path: str | Path, rows: list[tuple[int, list[str]]]) -> tuple[int, int, list[tuple[int, list[str]]]]:
    """Return where the name and the id stand, and the rows without the header."""
    head = [cell.lower().replace("_", " ") for cell in rows[0][1]]
    names = [index for index, cell in enumerate(head) if cell in NAMES]
    if names:
        ids = [index for index, cell in enumerate(head) if cell in IDS]
        return names[0], ids[0] if ids else names[0], rows[1:]
    if len(head) == 1:
        return 0, 0, rows
    given = ", ".join(shown(cell, 20) for cell in rows[0][1][:6])
    raise RosterError(f"{path}, line {rows[0][0]}: no column called student or name among {given}; add a header")


def _students(path: str | Path, rows: list[tuple[int, list[str]]], name: int, key: int) -> tuple[tuple[str, str], ...]:
    students: dict[str, tuple[int, str]] = {}
    for line, row in rows:
        if len(row) <= max(name, key) or not row[name] or not row[key]:
            raise RosterError(f"{path}, line {line}: no name of a student; give one in column {max(name, key) + 1}")
        if row[key] in students:
            first = students[row[key]][0]
            raise RosterError(
                f"{path}, line {line}: {shown(row[key])} stands in line {first} already; "
                "tell namesakes apart by a column id, or take one out"
            )
        students[row[key]] = (line, row[name])
    if not students:
        raise RosterError(f"{path}: the roster has a header and no student; put one on each line")
    if len(students) > MOST:
        raise RosterError(f"{path}: {len(students)} students; at most {MOST} fit one handout")
    return tuple((key_of, name_of) for key_of, (_, name_of) in students.items())
