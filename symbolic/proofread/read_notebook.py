"""Notebooks: the Markdown cells, one after the other; code is never run and not read for equations."""

from __future__ import annotations

import json

from symbolic.errors import SymbolicError
from symbolic.proofread import read_markdown
from symbolic.proofread.document import Document, Heading, Table


def read(source: str) -> Document:
    """The document of an .ipynb file; SymbolicError where it is none."""
    cells = markdown_cells(source)
    parts, starts, math, tables, position = [], [], [], [], 0
    prose, headings = [], []
    for number, text in cells:
        cell = read_markdown.read(text)
        starts.append((position, number))
        math += [(start + position, end + position) for start, end in cell.math]
        headings += [Heading(start + position, level) for start, level in cell.headings]
        tables += [_moved(table, position) for table in cell.tables]
        parts.append(text)
        prose.append(cell.prose)
        position += len(text) + 2
    text = "\n\n".join(parts)
    return Document(text, "\n\n".join(prose), math, tables, source=source, cells=starts, headings=headings)


def markdown_cells(source: str) -> list[tuple[int, str]]:
    """The number and text of each Markdown cell."""
    cells = notebook(source)["cells"]
    found = []
    for number, cell in enumerate(cells, start=1):
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown":
            text = cell.get("source", "")
            found.append((number, "".join(map(str, text)) if isinstance(text, list) else str(text)))
    return found


def notebook(source: str) -> dict[str, list[dict[str, object]]]:
    """The notebook as data; SymbolicError where it is none."""
    try:
        data = json.loads(source)
    except (ValueError, RecursionError):
        raise SymbolicError("not a notebook: its JSON can't be read; save it again from Jupyter") from None
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
        raise SymbolicError("not a notebook of format 4: it has no list of cells; save it again from Jupyter")
    return data


def _moved(table: Table, by: int) -> Table:
    return Table(tuple(tuple(tuple((a + by, b + by) for a, b in cell) for cell in row) for row in table.rows))
