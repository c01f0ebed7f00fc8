"""The pieces of a text that are Python as they stand: its fences, or all of it."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Iterable, Iterator

from symbolic.configs.python.values import LONGEST

FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*\{?[ \t]*\.?([\w+-]*)[^\n`]*$", re.MULTILINE)
PYTHON = {"", "python", "py", "python3", "ipython", "ipython3", "code-cell", "pycon"}
MAGIC = re.compile(r"^[ \t]*[%!?][^\n]*$", re.MULTILINE)
"""What a notebook does beside Python."""


def python_in(text: str, cells: Iterable[str] | None = None) -> tuple[ast.Module, str]:
    """Return the Python in a text as one module with the text's own lines, and the text without it.

    `cells` are pieces that make up the text, each a line below the one before; without them fences are looked for.
    """
    found = list(_cells(cells) if cells is not None else _fences(text))
    body: list[ast.stmt] = []
    rest = text.split("\n")
    for line, piece in found:
        statements = _statements(piece)
        if statements is None:
            continue
        body += [ast.increment_lineno(statement, line) for statement in statements]
        height = piece.count("\n") + 1
        rest[line : line + height] = [""] * height
    return ast.Module(body, []), "\n".join(rest)


def _cells(cells: Iterable[str]) -> Iterator[tuple[int, str]]:
    line = 0
    for cell in cells:
        yield line, cell
        line += cell.count("\n") + 1


def fences(text: str) -> Iterator[tuple[str, str]]:
    """Yield each fence of a text: its language, in small letters, and what it holds."""
    for opened, mark in _fenced(text):
        yield opened[2].lower(), text[opened.end() + 1 : mark.start() - 1]


def _fences(text: str) -> Iterator[tuple[int, str]]:
    """Yield the fences of Python, each with the number of lines above it; the whole text where there is no fence."""
    line, seen = 0, 0
    for opened, mark in _fenced(text):
        if opened[2].lower() in PYTHON:
            line, seen = line + text.count("\n", seen, opened.end() + 1), opened.end() + 1
            yield line, text[opened.end() + 1 : mark.start() - 1]
    if FENCE.search(text) is None:
        yield 0, text


def _fenced(text: str) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Yield the line that opens each fence which holds something, and the line that closes it."""
    opened: re.Match[str] | None = None
    for mark in FENCE.finditer(text):
        if opened is None:
            opened = mark
            continue
        if mark[1][0] != opened[1][0] or len(mark[1]) < len(opened[1]) or mark[2]:
            continue
        if opened.end() + 1 < mark.start():
            yield opened, mark
        opened = None


def _statements(piece: str) -> list[ast.stmt] | None:
    """Return the statements of a piece of Python; None where it is none, or holds nothing that could be a config."""
    if len(piece) > LONGEST or not ("{" in piece or "(" in piece or "=" in piece):
        return None
    code = MAGIC.sub("", textwrap.dedent(piece))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
