"""Tables of a page in Typst: how wide their columns are, and which formulas stand below their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from symbolic.formulas.figures import grouped, with_unit
from symbolic.formulas.formula import Exact, Formula, Quotient
from symbolic.pages.cells import Amount, Cell, InShort, Letters, Math, Ratio, Share, Signed, Typable
from symbolic.pages.page import Part, Table
from symbolic.pages.rendering.markup import Span, spans
from symbolic.pages.rendering.notation import Notation
from symbolic.pages.rendering.text_notation import Text
from symbolic.pages.rendering.typst_equations import ONE_PIECE, EquationWriter, is_nested, is_tall

LONG_CELL = 26
MANY_COLUMNS = 5
TABLE_LINE = {"dense": 104, "small": 96, "large": 87}
"""About so many letters stand beside one another in a table, by the size of its type."""
COLUMN_GAP = 2
INDENT = 8
TALL_LINES = 3
"""So many lines does a line of a formula with fractions take below a row of a table."""
MOST_LINES = 16
"""A table of more lines may go on on the next sheet."""


class TableWriter(EquationWriter):
    """Writes tables with the functions of `page.typ`."""

    def __init__(self, sizes: Mapping[str, Exact], notation: Notation) -> None:
        super().__init__(sizes, notation)
        self.alike: frozenset[tuple[str, ...]] = frozenset()
        """The heads of tables whose formulas all stand below their rows, since those of one of them must."""

    def tables_alike(self, parts: Iterable[Part]) -> None:
        """Note which tables of a section have formulas below their rows."""
        tables = [part for part in parts if isinstance(part, Table)]
        self.alike = frozenset()
        self.alike = frozenset(
            one.columns for one in tables if self.below_its_row(one, *self.measured(one)) is not None
        )

    def measured(self, table: Table) -> tuple[list[int], int]:
        """Return how long the longest cell of each column is, and how many letters stand in a line of the table."""
        many = len(table.columns) >= MANY_COLUMNS
        room = TABLE_LINE["dense" if self.dense else "small" if many else "large"]
        columns = zip(table.columns, *table.rows, strict=True)
        return [max(map(len, map(self.length, column))) for column in columns], room

    def table(self, table: Table) -> Iterator[str]:
        many = len(table.columns) >= MANY_COLUMNS
        longest, room = self.measured(table)
        formulas = self.below_its_row(table, longest, room)
        kept = [index for index in range(len(longest)) if index != formulas]
        # A column of words gets room by how much it holds, within bounds.
        words = [index for index in kept if index not in table.numeric and longest[index] > LONG_CELL]
        weights = {index: min(max(longest[index], 12), 60) for index in words}
        widths = (f"{weights[index]}fr" if index in weights else "auto" for index in kept)
        aligned = ("true" if index in table.numeric else "false" for index in kept)
        left = room - sum(longest[index] + COLUMN_GAP for index in kept if index not in weights)
        letters = {index: max(left * weight // sum(weights.values()), 1) for index, weight in weights.items()}
        rows, high = [], 0
        for index, row in enumerate(table.rows):
            strong, cells = index in table.strong, [self.cell(cell) for cell in row]
            line = ["table.hline(stroke: 0.4pt)"] if strong and index == len(table.rows) - 1 else []
            if table.colours and table.colours[index]:
                cells[0] = f"#swatch({table.colours[index]})#h(0.5em){cells[0]}"
            line += [f"strong[{cells[place]}]" if strong else f"[{cells[place]}]" for place in kept]
            # A fraction reaches out of its line: its row has room for it, and the others stand at its middle.
            reaches = any("frac(" in cells[place] for place in kept)
            lines = max((1 + len(self.length(row[place])) // wide for place, wide in letters.items()), default=1)
            high += lines * TALL_LINES if reaches else lines
            below = "" if formulas is None else row[formulas]
            if isinstance(below, Math):
                written = self.formula_below(below.formula, room)
                tall = is_tall(written)
                high += (TALL_LINES if tall else 1) * (1 + len(self.width(below.formula)) // room)
                line.append(f"below-its-row({len(kept)}, {'true' if tall else 'false'}, [{written}])")
            rows.append(f"{'tall-row' if reaches else ''}({', '.join(line)},)")
        head = ", ".join(f"[{self.words(table.columns[place])}]" for place in kept)
        caption = f"[{self.words(table.caption)}]" if table.caption else "none"
        yield (
            f"#grid-of({caption}, ({', '.join(widths)},), ({', '.join(aligned)},), ({head},), ({', '.join(rows)},), "
            f"{'true' if many else 'false'}{self.dense}{', long: true' if high > MOST_LINES else ''})"
        )

    def formula_below(self, formula: Formula, room: int) -> str:
        """Return a formula that stands below its row: no line ends in a fraction, so a long one is set smaller.

        In names, one that is longer still would be too small to be read.
        """
        written = self.math(formula, self.printer)
        fractions = [len(self.width(node)) for node in formula.walk() if isinstance(node, Quotient)]
        if not is_nested(written) and max(fractions, default=0) < room - INDENT:
            return f"#{written}"
        short = len(self.width(formula)) < ONE_PIECE * room
        return f"#measured-piece({written if short else self.math(formula, self.letters)})"

    def below_its_row(self, table: Table, longest: Sequence[int], room: int) -> int | None:
        """Return which column holds formulas that would be ribbons beside the others: each stands below its row."""
        columns = list(enumerate(zip(*table.rows, strict=True)))
        of_formulas = [index for index, cells in columns if any(isinstance(cell, Math) for cell in cells)]
        if len(of_formulas) != 1:
            return None
        [index] = of_formulas
        others = sum(
            length if place in table.numeric else min(length, LONG_CELL) for place, length in enumerate(longest)
        )
        others -= min(longest[index], LONG_CELL)
        ribbon = others + longest[index] + COLUMN_GAP * len(longest) > room
        return index if ribbon or table.columns in self.alike else None

    def length(self, cell: Cell) -> str:
        """Return a cell as text, to measure."""
        match cell:
            case int() | Fraction():
                return grouped(cell)
            case Math():
                return self.width(cell.formula)
            case Letters():
                return Text("letters", compact=True)(cell.formula)
            case Share() | Ratio() | Signed() | InShort() | Typable():
                return str(cell.value)
            case Amount():
                return with_unit(cell.value, cell.unit)
        return "".join(map(_shown, spans(cell)))


def _shown(span: Span) -> str:
    if span.style == "letter" and span.symbol is not None:
        return Text("letters")(span.symbol)
    return span.text or "".join(map(_shown, span.inside))
