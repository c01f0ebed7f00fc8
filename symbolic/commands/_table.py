"""A table in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from symbolic.terminal import echo, visible

NARROWEST = 40
"""Columns of the narrowest terminal that a table is made for; of one with 0, as some say they have, none would stay."""


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], numeric: set[int] | frozenset[int] = frozenset()
) -> None:
    """Print a table: in colour on a terminal, plain where a program reads it."""
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        table = Table(title=escape(visible(title)) or None, title_justify="left", box=None, header_style="bold cyan")
        for index, column in enumerate(columns):
            number = index in numeric
            # Where there is little room, words take two lines: digits and names are never cut.
            table.add_column(column, justify="right" if number else "left", no_wrap=number, overflow="fold")
        for row in rows:
            table.add_row(*(escape(visible(cell)) for cell in row))
        console = Console()
        console.width = max(console.width, NARROWEST)
        console.print(table)
        return
    if title:
        echo(title)
    widths = [max(len(row[index]) for row in (columns, *rows)) for index in range(len(columns))]
    for row in (columns, *rows):
        cells = (
            cell.rjust(width) if index in numeric else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        echo("  ".join(cells).rstrip())
