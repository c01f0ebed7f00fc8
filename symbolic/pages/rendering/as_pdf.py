"""PDF by Typst: PDF/UA-1, so each equation says in words what it shows, and the same bytes for the same page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import takewhile

from symbolic.formulas.figures import SUPERSCRIPTS, grouped, percent, with_unit
from symbolic.formulas.formula import Exact, Formula, Quotient
from symbolic.language import ENGLISH, current
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import Amount, Cell, InShort, Letters, Math, Ratio, Share, Signed
from symbolic.pages.colours import ON_DARK, on_paper
from symbolic.pages.document import Detail, explain_page
from symbolic.pages.page import (
    Answer,
    Choices,
    Entry,
    Equation,
    Items,
    Lines,
    Page,
    Paragraph,
    Part,
    Relation,
    Section,
    Table,
)
from symbolic.pages.pictures import Bar, Box, Diagram, Figure, Matrices, Matrix
from symbolic.pages.rendering.equations import chained
from symbolic.pages.rendering.markup import Span, spans
from symbolic.pages.rendering.notation import Notation, Printer
from symbolic.pages.rendering.picture_words import box_figure, box_words, drawn_copies, flow_words, matrix_words
from symbolic.pages.rendering.spoken_notation import Spoken
from symbolic.pages.rendering.text_notation import Text
from symbolic.pages.rendering.typesetting import compiled
from symbolic.pages.rendering.typst_notation import Typst
from symbolic.pages.rendering.typst_words import string, words
from symbolic.pages.rendering.writer import Writer, sum_title
from symbolic.pages.templating import templates

ENDING = "pdf"
PAPERS = {"a4": "a4", "letter": "us-letter"}
LONG_CELL = 26
MANY_COLUMNS = 5
DEEPEST = 3
MOST_ROWS = 14
SHORT_CHOICE = 16
SHORT = 40
"""A detail of fewer letters stands in one line."""
LINE = 78
"""About so many letters of a formula stand on a line."""
ONE_PIECE = 1.3
"""A side that is so many lines long is set smaller at most, so that it ends in its line."""
TABLE_LINE = {"dense": 104, "small": 96, "large": 87}
"""About so many letters stand beside one another in a table, by the size of its type."""
COLUMN_GAP = 2
INDENT = 8
TALL_LINES = 3
"""So many lines does a line of a formula with fractions take below a row of a table."""
MOST_LINES = 24
"""A table of more lines may go on on the next sheet."""
SHORT_SIDE = 55
"""What has fewer letters is shorter than a line: nothing is measured to know it."""
TALL = ", tall: true"
NEAR = ", near: true"
BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|frac\(|[()]')
"""What opens and closes in a formula, and strings, in which brackets are letters."""
MOST_TOGETHER = 8
MOST_LETTERS = 500
"""Of formulas that stand on one sheet with what is around them."""
MOST_STEPS = 12
"""So many lines of a question stand on one sheet with it."""
ROOM_FOR_SHARE = Fraction(1, 9)
ROOM_FOR_LETTER = Fraction(1, 40)


def render(derivation: Derivation, notation: Notation = "names", detail: Detail = "full") -> bytes:
    """Return the page of a derivation as a PDF."""
    return render_page(explain_page(derivation, detail), notation)


def render_page(page: Page, notation: Notation = "names") -> bytes:
    """Return any page as a PDF, on its paper."""
    return compiled(source(page, notation))


def source(page: Page, notation: Notation = "names") -> str:
    """Return any page as Typst's source."""
    return "\n".join((blocks("page", MOST_ROWS), *TypstWriter(page.sizes, notation).page(page))) + "\n"


@cache
def blocks(name: str, most_rows: int) -> str:
    """Return one of our files of Typst's functions; a table of at most so many rows stands on one sheet."""
    values = {
        "most-rows": str(most_rows),
        "kinds": f"({', '.join(map(string, on_paper()))})",
        "on-dark": f"({', '.join(map(str, sorted(ON_DARK)))})",
    }
    text = (templates() / "typst" / f"{name}.typ").read_text(encoding="utf-8")
    return "".join(f"#let {key} = {value}\n" for key, value in values.items()) + text


class TypstWriter(Writer):
    """Writes the parts of a page with the functions of `page.typ`."""

    show = "page-of"
    """The function that sets the sheets."""

    printed_by = Typst

    def __init__(self, sizes: Mapping[str, Exact], notation: Notation) -> None:
        super().__init__(sizes, notation)
        self.spoken = Spoken()
        self.width = _Width(notation)
        self.dense = ""

    def page(self, page: Page) -> Iterator[str]:
        """Yield the lines of a whole document."""
        name = f"{page.title}: {page.subtitle}" if page.subtitle else page.title
        self.dense = ", dense: true" if page.dense else ""
        lang = "" if current() is ENGLISH else f", lang: {string(current().code)}"
        yield (
            f"#show: {self.show}.with(paper: {string(PAPERS[page.paper])}, title: {string(name)}, "
            f"foot: {string(page.foot or name)}{self.dense}{lang})"
        )
        yield f"#heading(level: 1, {string(page.title)})"
        if page.subtitle:
            yield f"#subtitle({string(page.subtitle)})"
        if page.total is not None:
            rounded = re.sub(r"\^(\d+)", lambda power: power[1].translate(SUPERSCRIPTS), page.rounded)
            exact = f"{string(grouped(page.total))}, {string(page.unit)}"
            if page.leads:
                lead = rounded.removeprefix("= ")
                called = " ".join(filter(None, (page.leads_with, page.holds)))
                yield f"#short-total({string(lead)}, {string(called)}, {exact})"
            else:
                yield f"#total({exact}, {string(rounded) if rounded else 'none'})"
        yield from self.lead(page)
        for section in page.sections:
            yield from self.section(section)

    def lead(self, page: Page) -> Iterator[str]:
        """Yield what stands before the first section."""
        yield from self.parts(page.lead)

    def section(self, section: Section) -> Iterator[str]:
        """Yield the lines of a section, its heading first."""
        yield self.turned(f"#heading(level: 2, {string(section.title)})")
        if section.id == "sources":
            yield from ("#small[", *self.parts(section.parts), "]")
            return
        for part, after in zip(section.parts, (*section.parts[1:], None), strict=True):
            if isinstance(part, Equation) and isinstance(after, Paragraph) and after.tone == "note":
                yield from self.equation(part, keep=True)
            else:
                yield from (["#leading[", *self.part(part), "]"] if _leads(part, after) else self.part(part))

    def turned(self, line: str) -> str:
        """Return a line that may begin a sheet: on paper, where the one before ends."""
        return line

    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        inside = self.words(paragraph.text)
        command = {"checked": "aside", "note": "note"}.get(paragraph.tone)
        yield f"#{command}[{inside}]\n" if command else f"{inside}\n"

    def equation(
        self, equation: Equation, running: tuple[str, int] | None = None, *, keep: bool = False
    ) -> Iterator[str]:
        formula = self.chain(equation, self.printer)
        tall = self.height(equation, formula) if running is None else TALL if _is_tall(formula) else ""
        sofar = f", sofar: {string(f'{running[0]}: {with_unit(running[1], equation.unit)}')}" if running else ""
        yield f"#chain({formula}{sofar}{tall}{', keep: true' if keep else ''})"

    def relation(self, relation: Relation) -> Iterator[str]:
        formula = self.chain(relation, self.letters)
        yield f"#chain({formula}{self.height(relation, formula)})"

    def chain(self, part: Equation | Relation, printer: Printer) -> str:
        sides, spoken = self.sides(part), self.sides(part, self.spoken)
        lengths = self.lengths(part)
        whole = _math(chained(printer, sides), chained(self.spoken, spoken))
        # No line ends in a fraction; a sum or product that is longer than a line ends where it may.
        longest = LINE * ONE_PIECE if "frac(" in whole else LINE
        fits = not _is_nested(whole) and (sum(lengths) < LINE or max(lengths) >= longest)
        if "labelled(" in whole or fits or len(sides) != len(spoken):
            return whole
        # A line that is too long ends before a sign of equality, not within a product.
        pairs = zip(sides, spoken, strict=True)
        inside = (_math(chained(printer, [one]), chained(self.spoken, [said]).strip()) for one, said in pairs)
        kinds = ("piece" if length < SHORT_SIDE else "measured-piece" for length in lengths)
        return f"[{' '.join(f'#{kind}({one})' for kind, one in zip(kinds, inside, strict=True))}]"

    def height(self, part: Equation | Relation, written: str) -> str:
        """Return what says that a formula reaches out of its line, and that it may be about as long as one."""
        if not _is_tall(written):
            return ""
        return TALL + NEAR if sum(self.lengths(part)) > SHORT_SIDE else TALL

    def lengths(self, part: Equation | Relation) -> list[int]:
        """Return about how many letters the sides of a formula take beside one another."""
        return [len(side.text) for side in self.sides(part, self.width)]

    def closed(self, formula: Formula, printer: Printer) -> Iterator[str]:
        written = self.math(formula, printer)
        # In letters, it stands on the sheet of the same formula in names.
        keep = ", keep: true" if printer.notation != self.notation else ""
        yield f"#chain({written}{f'{TALL}, breaks: true' if _is_tall(written) else ''}{keep})"

    def math(self, formula: Formula, printer: Printer) -> str:
        return _math(printer(formula), self.spoken(formula))

    def boxes(self, boxes: Sequence[Box]) -> str:
        return "".join(f"({self.box(box)})," for box in boxes)

    def box(self, box: Box) -> str:
        lines = "".join(f"[{self.words(text)}]," for text in box_words(box))
        if box.choice:
            lines += f"choice({box.choice.every}, ({''.join(f'{place},' for place in box.choice.places)})),"
        count = box_figure(box) if box.title else ""
        into = f"[{self.words(flow_words(box.into))}]" if box.into else "none"
        place = "beside" if box.beside else "added" if box.added else ""
        out = "".join(f"[{self.words(flow_words(flow))}]," for flow in box.out)
        inside = f"({lines}), ({self.boxes(box.boxes)}), ({out})"
        return f"{string(box.title)}, {string(count)}, {inside}, {into}, {string(place)}, {box.colour}"

    def diagram(self, diagram: Diagram) -> Iterator[str]:
        out = f"[{self.words(flow_words(diagram.out))}]" if diagram.out else "none"
        yield f"#diagram(({self.boxes(diagram.boxes)}), {out}, {string(diagram.alt)}{self.dense})"

    def matrices(self, matrices: Matrices) -> Iterator[str]:
        for title, group in matrices.groups:
            drawn = "".join(f"({self.matrix(one, matrices.longest)})," for one in group)
            yield f"#matrices({string(title)}, ({drawn}))"

    def matrix(self, matrix: Matrix, longest: int) -> str:
        """Return a matrix's name, its shape, how often it is drawn, and its sides as parts of the longest axis."""
        high, wide = (round(float(Fraction(int(axis), longest)), 5) for axis in matrix.shape.axes)
        named = f"{string(matrix.title)}, [{self.words(matrix_words(matrix))}]"
        return f"{named}, {drawn_copies(matrix)}, {high:f}, {wide:f}, {matrix.colour}"

    def figure(self, figure: Figure) -> Iterator[str]:
        from symbolic.pages.rendering.plot import paper_svg

        alt = re.sub(r"[`*$]", "", figure.alt)
        yield f"#plot({string(paper_svg(figure))}, {string(alt)}, [{self.words(figure.caption)}])"

    def table(self, table: Table) -> Iterator[str]:
        many = len(table.columns) >= MANY_COLUMNS
        room = TABLE_LINE["dense" if self.dense else "small" if many else "large"]
        longest = [max(map(len, map(self.length, column))) for column in zip(table.columns, *table.rows, strict=True)]
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
            high += max((1 + len(self.length(row[place])) // wide for place, wide in letters.items()), default=1)
            below = "" if formulas is None else row[formulas]
            if isinstance(below, Math):
                written = self.formula_below(below.formula, room)
                tall = _is_tall(written)
                high += (TALL_LINES if tall else 1) * (1 + len(self.width(below.formula)) // room)
                line.append(f"below-its-row({len(kept)}, {'true' if tall else 'false'}, [{written}])")
            rows.append(f"({', '.join(line)},)")
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
        if not _is_nested(written) and max(fractions, default=0) < room - INDENT:
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
        return index if others + longest[index] + COLUMN_GAP * len(longest) > room else None

    def length(self, cell: Cell) -> str:
        """Return a cell as text, to measure."""
        match cell:
            case int() | Fraction():
                return grouped(cell)
            case Math():
                return self.width(cell.formula)
            case Letters():
                return Text("letters", compact=True)(cell.formula)
            case Share() | Ratio() | Signed() | InShort():
                return str(cell.value)
            case Amount():
                return with_unit(cell.value, cell.unit)
        return "".join(map(_shown, spans(cell)))

    def bar(self, bar: Bar) -> Iterator[str]:
        pieces = []
        for index, ((name, _, share), colour) in enumerate(zip(bar.parts, bar.colours, strict=True)):
            letter, shown = chr(ord("A") + index % 26), _unbroken(percent(share.value))
            inside = f"{letter} {shown}" if share.value > ROOM_FOR_SHARE else letter
            inside = inside if share.value > ROOM_FOR_LETTER else ""
            width = max(round(share.value * 10_000), 15)
            pieces.append(f"({width}, {string(inside)}, {string(letter)}, {string(name)}, {string(shown)}, {colour})")
        yield f"#bar(({', '.join(pieces)},), {string(bar.alt)})"

    def parts(self, parts: Iterable[Part], depth: int = 1) -> Iterator[str]:
        """Yield the blocks of these parts; the last step before what the reader answers stands on its sheet."""
        several = tuple(parts)
        asked = sum(1 for _ in takewhile(lambda part: isinstance(part, Answer | Lines), reversed(several)))
        last = len(several) - asked - 1
        if not asked or last < 0 or not isinstance(several[last], Entry):
            yield from super().parts(several, depth)
            return
        yield from super().parts(several[:last], depth)
        yield from ("#whole[", *super().parts(several[last:], depth), "]")

    def entry(self, entry: Entry, depth: int = 1) -> Iterator[str]:
        lines = any(isinstance(part, Entry) for part in entry.after)
        if lines and not entry.before and any(isinstance(part, Answer) for part in entry.after):
            yield from self.about_lines(entry, depth)
            return
        letters = sum(sum(self.lengths(part)) for part in entry.after if isinstance(part, Equation))
        # A step, or what is asked, stays together, unless it is long or holds steps of its own.
        short = len(entry.after) <= MOST_TOGETHER and not lines and letters < MOST_LETTERS
        together = short and bool(entry.after or not entry.before)
        room = sum(part.count for part in entry.after if isinstance(part, Lines) and part.working)
        if together and room:
            # Room to work stays with its question by half: at the foot of a sheet the other half makes way.
            halved = (Lines(room // 2, working=True),)
            entry = entry._replace(after=(*without_room(entry.after), *halved))
        closing = list(self.closing(entry, depth))
        if together and not entry.before:
            yield from ("#whole[", *self.opening(entry, depth), *closing, "]")
        else:
            yield from self.opening(entry, depth)
            yield from self.below(entry, depth)
            yield from ("#whole[", *closing, "]") if together else closing
        if together and room:
            yield f"#v({room - room // 2} * 1.9em + 1.4em, weak: true)"

    def about_lines(self, entry: Entry, depth: int) -> Iterator[str]:
        """Yield a question about lines that stand in it, and room to work, for which no further sheet is begun."""
        room = sum(part.count for part in entry.after if isinstance(part, Lines))
        asked = entry._replace(after=without_room(entry.after))
        few = sum(isinstance(part, Entry) for part in asked.after) <= MOST_STEPS
        yield from ("#whole[" if few else "#with-lines[", *self.opening(asked, depth), *self.closing(asked, depth), "]")
        yield f"#v({room} * 1.9em, weak: true)"

    def heading(self, entry: Entry, depth: int) -> Iterator[str]:
        number = string(entry.number) if entry.number else "none"
        result = string(grouped(entry.result)) if entry.before and entry.result is not None else "none"
        yield f"#step({min(depth, DEEPEST)}, {number}, {string(entry.title)}, {result})"

    def sum_heading(self, entry: Entry) -> Iterator[str]:
        yield f"#sum-of({string(entry.number) if entry.number else 'none'}, {string(sum_title(entry))})"

    def equations(self, entry: Entry) -> Iterator[str]:
        last = len(entry.equations) - 1
        for index, equation in enumerate(entry.equations):
            keep = index != last or bool(entry.detail)
            yield from self.equation(equation, entry.running if index == last else None, keep=keep)
        if entry.detail:
            said = (
                f"([{self.words(term)}: {self.cell(cell)}], {'true' if len(self.length(cell)) < SHORT else 'false'})"
                for term, cell in entry.detail
            )
            yield f"#details({', '.join(said)})"

    def items(self, items: Items) -> Iterator[str]:
        for term, text in items.items:
            label = f'{self.words(term)}#": "' if term else ""
            yield f"- {label}{self.words(text)}"
        yield ""

    def answer(self, answer: Answer) -> Iterator[str]:
        yield f"#answer([{self.words(answer.label)}], {answer.room})"

    def choices(self, choices: Choices) -> Iterator[str]:
        options = ", ".join(f"({string(letter)}, [{self.words(text)}])" for letter, text in choices.options)
        across = max(len(text) for _, text in choices.options) <= SHORT_CHOICE
        yield f"#choices(({options},){', across: true' if across else ''})"

    def lines(self, lines: Lines) -> Iterator[str]:
        yield f"#{'room' if lines.working else 'lines'}({lines.count})"

    def plain(self, text: str) -> str:
        return f"#{string(_unbroken(text))}"

    def formula(self, formula: Formula, printer: Printer) -> str:
        return f"#{self.math(formula, printer)}"

    def span(self, span: Span, inside: str) -> str:
        if span.symbol is not None and (span.style == "letter" or self.notation == "letters"):
            return f"#{self.math(span.symbol, self.letters)}"
        if span.style == "link" and span.url and not span.url.startswith("#"):
            return f"#link({string(span.url)})[{inside}]"
        if span.style in ("code", "name"):
            return f"#raw({string(span.text)})"
        command = {"strong": "strong", "emphasis": "emph"}.get(span.style)
        return f"#{command}[{inside}]" if command else inside or words(span.text)


def without_room(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return what a question says, without its room to work."""
    return tuple(part for part in parts if not (isinstance(part, Lines) and part.working))


def _leads(part: Part, after: Part | None) -> bool:
    """Return whether a paragraph says what the next part shows, and so stands on its sheet; a diagram finds its own."""
    if not isinstance(part, Paragraph) or after is None or isinstance(after, Diagram):
        return False
    return part.text.endswith(":") or isinstance(after, Bar | Figure | Matrices | Table)


class _Width(Text):
    """Writes what stands beside one another in a line: of a fraction, the longer of its two sides."""

    def fraction(self, top: Formula, bottom: Formula) -> str:
        return max(self(top), self(bottom), key=len)

    def labelled(self, value: str, text: str) -> str:
        # Words below a brace are small.
        return max(value, text[: round(0.7 * len(text))], key=len)


def _shown(span: Span) -> str:
    if span.style == "letter" and span.symbol is not None:
        return Text("letters")(span.symbol)
    return span.text or "".join(map(_shown, span.inside))


def _is_nested(formula: str) -> bool:
    """Return whether a fraction stands in a fraction: no line ends in it, and it reaches far out of its line."""
    fractions: list[bool] = []
    for sign in BRACKET.findall(formula):
        if sign == ")":
            fractions.pop()
        elif sign == "frac(" and any(fractions):
            return True
        elif sign in {"frac(", "("}:
            fractions.append(sign == "frac(")
    return False


def _is_tall(formula: str) -> bool:
    """Return whether fractions or braces reach out of a line; pieces have lines as high as they are."""
    return not formula.startswith("[") and ("frac(" in formula or "labelled(" in formula)


def _math(formula: str, spoken: str) -> str:
    """Return an equation in the line, which may break at its signs, and what it says."""
    return f"math.equation(alt: {string(spoken)}, ${formula}$)"


def _unbroken(text: str) -> str:
    """Return a figure with its signs and unit, in one line."""
    return text.replace(" ", "\N{NARROW NO-BREAK SPACE}")
