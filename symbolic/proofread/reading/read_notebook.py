"""Notebook reader: Markdown cells, comments of code and printed text, one after the other; code is never run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from symbolic.errors import SymbolicError
from symbolic.proofread.grammar.code import comments
from symbolic.proofread.grammar.text_signs import BARRIER
from symbolic.proofread.reading import read_markdown
from symbolic.proofread.reading.document import Document, DocumentTable, Heading, Stretch, with_newlines
from symbolic.proofread.reading.rows_of_code import COMMENTED, tables_of_code

OUTPUT = "output"
LONGEST_OUTPUT = 20_000


def read(source: str) -> Document:
    """Return the document of an .ipynb file; raise SymbolicError if it isn't a notebook."""
    parts, starts, math, tables, said, position = [], [], [], [], [], 0
    prose, headings, unread = [], [], 0
    for number, kind, text in cells(source):
        if kind not in CELLS:
            continue
        cell = CELLS[kind](with_newlines(text))
        starts.append((position, -number if kind == OUTPUT else number))
        math += [(start + position, end + position) for start, end in cell.math]
        said += [(start + position, end + position) for start, end in cell.comments]
        headings += [Heading(start + position, level) for start, level in cell.headings]
        tables += [_moved(table, position) for table in cell.tables]
        parts.append(cell.text)
        prose.append(cell.prose)
        unread += cell.code_lines
        position += len(text) + 2
    text = "\n\n".join(parts)
    prose_text = "\n\n".join(prose)
    return Document(
        text, prose_text, math, tables, source=source, cells=starts, headings=headings, comments=said, code_lines=unread
    )


def code(text: str) -> Document:
    """Return a cell of code as its comments, each at its place, with the code blanked out."""
    said, tables = list(comments(text)), list(tables_of_code(text, 0, len(text)))
    rows = [(row[0][0][0], row[-1][0][1]) for table in tables for row in table.rows[1:]]
    rows += [match.span() for match in COMMENTED.finditer(text)]
    blank = re.sub(r"[^\n]", " ", text)
    shown = [
        blank[start:end] if odd else text[start:end] for odd, start, end in _between(_merged((*said, *rows)), len(text))
    ]
    return Document("".join(shown), re.sub(r"[^\n]", BARRIER, text), comments=said, tables=tables)


def _merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return stretches in order, with those that overlap as one."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _between(said: list[Stretch], length: int) -> Iterator[tuple[bool, int, int]]:
    """Yield the stretches of code (True) and of comments (False) in turn."""
    position = 0
    for start, end in (*said, (length, length)):
        yield True, position, start
        yield False, start, end
        position = end


CELLS: Mapping[str, Callable[[str], Document]] = {
    "markdown": read_markdown.read,
    "code": code,
    OUTPUT: read_markdown.read,
}


def cells(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield the number, the kind and the text of each cell and of its output; raise SymbolicError for no notebook."""
    for number, cell in enumerate(notebook(source)["cells"], start=1):
        if isinstance(cell, dict):
            yield number, str(cell.get("cell_type")), cell_text(cell)
            outputs = cell.get("outputs")
            for output in outputs if isinstance(outputs, list) else ():
                if isinstance(output, dict) and (text := _printed(output)):
                    yield number, OUTPUT, text


def _printed(output: Mapping[str, object]) -> str:
    """Return the text that a cell printed, or "" if there is none or it is too long for people to read."""
    data = output.get("data")
    text = output.get("text") or (data.get("text/plain") if isinstance(data, dict) else None) or ""
    text = "".join(map(str, text)) if isinstance(text, list) else str(text)
    return text if len(text) <= LONGEST_OUTPUT else ""


def cell_text(cell: Mapping[str, object]) -> str:
    """Return the text of a cell, which is stored as lines or in one piece."""
    text = cell.get("source", "")
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def notebook(source: str) -> dict[str, list[dict[str, object]]]:
    """Return the notebook as data; raise SymbolicError if it isn't one."""
    try:
        data = json.loads(source)
    except (ValueError, RecursionError):
        raise SymbolicError("not a notebook: its JSON can't be read; save it again from Jupyter") from None
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
        raise SymbolicError("not a notebook of format 4: it has no list of cells; save it again from Jupyter")
    return data


def _moved(table: DocumentTable, by: int) -> DocumentTable:
    return DocumentTable(tuple(tuple(tuple((a + by, b + by) for a, b in cell) for cell in row) for row in table.rows))
