"""LaTeX reader: formulas, also in arguments of the document's own commands; tables; sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from symbolic.proofread.grammar.tex_arguments import Macro, braces_end
from symbolic.proofread.grammar.text_signs import BARRIER, NOTHING
from symbolic.proofread.reading.delimiters import formulas
from symbolic.proofread.reading.document import Document, DocumentTable, Heading, Stretch, masked

DEFINITION = re.compile(r"\\(?:re)?newcommand\*?\s*\{?(\\[A-Za-z]+)\}?(?:\[(\d)\])?(\[[^\]]*\])?\s*(?=\{)")
SECTIONS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph")
OPENS = re.compile(rf"\{{\s*\\({'|'.join(SECTIONS)})\*?\{{")
"""A definition that begins with a heading."""
COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)(%[^\n]*)")
IN_MATH = re.compile(r"(?s)\$[^$]*?#(\d)[^$]*\$|\\\[(?:(?!\\\]).)*?#(\d)(?:(?!\\\]).)*\\\]")
GOES_ON = re.compile(r"(?:\s|\\(?:begin|end)\{\w+\*?\}(?:\{[^{}]*\})?)*")
"""What stands between the pieces of a table that no page holds."""
FAR = 200
TABULAR = re.compile(r"\\begin\{(tabular\w*|longtable|array)\*?\}(.*?)\\end\{\1\*?\}", re.DOTALL)
TOKEN = re.compile(
    r"(?P<sign>\\(?:texttimes|times|cdot)(?![A-Za-z])(?:\{\})?)|(?P<minus>\\textminus(?![A-Za-z])(?:\{\})?)"
    r"|(?P<less>\\textless(?![A-Za-z])(?:\{\})?)|(?P<about>\\(?:approx|almost)(?![A-Za-z])(?:\{\})?)"
    r"|(?P<root>\\ensuremath\{\\sqrt\{\}\}|\\surd(?![A-Za-z])(?:\{\})?)"
    r"|(?P<blank>\\(?:par|item|quad|qquad|newline|hline)(?![A-Za-z])\s?)|(?P<row>\\\\(?:\[[^\]\n]{0,20}\])?)"
    r"|(?P<soft>\\allowbreak(?:\{\}| )?"
    r"|\\(?:bfseries|boldmath|bold|itshape|small|footnotesize|centering|noindent)(?![A-Za-z]) ?)"
    r"|(?P<dropped>\\(?:href|label|ref|cite|vspace|hspace|begin|end|includegraphics|url|usepackage|input)\*?(?:\[[^\]\n]*\])?\{[^{}\n]*\}"
    r"(?:\[[^\]\n]*\])?(?:\{@\{\}[^\n]*\})?)"
    r"|(?P<power>(?<=\d)\\textsuperscript(?=\{\d+\}))|(?P<number>\\(?!text|emph|math)[A-Za-z]+\{\d+\})"
    r"|(?P<tie>~)"
    r"|(?P<thin>\\[,;: ])|(?P<escape>\\(?=[%&_#$]))|(?P<command>\\[A-Za-z]+\*?|\\.)|(?P<cell>&)|(?P<brace>[{}])",
    re.DOTALL,
)
MASKS = {
    **dict.fromkeys(("blank", "row", "dropped", "number", "cell"), BARRIER),
    **dict.fromkeys(("soft", "escape", "command", "brace"), NOTHING),
    "sign": "×",
    "minus": "−",
    "less": "<",
    "about": "≈",
    "root": "√",
    "power": "^",
    "tie": "\u00a0",
    "thin": "\u2009",
}


def read(text: str) -> Document:
    """Return the document of a LaTeX file, or of a piece of one."""
    body = re.search(r"\\begin\{document\}", text)
    start = body.end() if body else 0
    end = text.find(r"\end{document}", start)
    end = len(text) if end < 0 else end
    visible = masked(text, ((match.start(2), match.end(2), NOTHING) for match in COMMENT.finditer(text)))
    macros, in_math, count = _definitions(visible)
    masks = [(0, start, BARRIER), (end, len(text), BARRIER)]
    math: list[Stretch] = []
    for formula in formulas(visible, start, end):
        math.append(formula.inner)
        masks.append((*formula.outer, BARRIER))
    for outer, inner in _called(visible, start, end, in_math, count):
        math.append(inner)
        masks.append((*outer, BARRIER))
    clean = masked(visible, masks)
    commands = ((match.start(), match.end(), MASKS[str(match.lastgroup)]) for match in TOKEN.finditer(clean))
    prose = masked(clean, commands)
    headings = list(_headings(visible, start, end))
    tables = list(tables_of_tex(visible, start, end))
    # The percent sign of a comment behind a formula is none of the formula's.
    shown = COMMENT.sub(lambda match: match[1] + " " * len(match[2]), text)
    return Document(shown, prose, sorted(math), tables, macros, headings=headings, source=text)


def _headings(text: str, start: int, end: int) -> Iterator[Heading]:
    """Yield the headings, from LaTeX's commands and from the document's own commands that begin with one."""
    levels = {name: level for level, name in enumerate(SECTIONS)}
    for match in DEFINITION.finditer(text, 0, start):
        if found := OPENS.match(text, match.end()):
            levels[match[1].removeprefix("\\")] = SECTIONS.index(found[1])
    pattern = re.compile(rf"\\({'|'.join(map(re.escape, levels))})\*?(?=[\[{{])")
    for match in pattern.finditer(text, start, end):
        yield Heading(match.start(), levels[match[1]])


def _definitions(text: str) -> tuple[dict[str, Macro], Mapping[str, int], Mapping[str, tuple[int, bool]]]:
    """Return the macros, the argument that each other command sets as mathematics, and the commands' signatures."""
    macros: dict[str, Macro] = {}
    in_math: dict[str, int] = {}
    count: dict[str, tuple[int, bool]] = {}
    for match in DEFINITION.finditer(text):
        stop = braces_end(text, match.end(), min(len(text), match.end() + 5000))
        body = text[match.end() + 1 : stop - 1]
        count[match[1]] = (int(match[2] or 0), match[3] is not None)
        if found := IN_MATH.search(body):
            in_math[match[1]] = int(found[1] or found[2])
        elif match[3] is None and not re.search(
            r"\\(?:if|def|let|par|vskip|begin|hskip|rule|penalty|color)(?![a-z])", body
        ):
            macros[match[1]] = Macro(int(match[2] or 0), re.sub(r"\x01+", "", body))
    return macros, in_math, count


def _called(
    text: str, start: int, end: int, in_math: Mapping[str, int], count: Mapping[str, tuple[int, bool]]
) -> Iterator[tuple[Stretch, Stretch]]:
    """Yield each argument that a command of the document sets as mathematics, with its braces and without them."""
    if not in_math:
        return
    names = "|".join(re.escape(name) for name in in_math)
    for match in re.compile(rf"({names})(?![A-Za-z])").finditer(text, start, end):
        wanted, (arguments, optional) = in_math[match[1]], count[match[1]]
        position, index = match.end(), 1
        if optional:
            index = 2
            if text[position : position + 1] == "[":
                position = text.find("]", position, min(end, position + 1000)) + 1 or end
        while index <= arguments and text[position : position + 1] == "{":
            stop = braces_end(text, position, min(end, position + 50_000))
            if index == wanted:
                yield (position, stop), (position + 1, stop - 1)
            position, index = stop, index + 1


def tables_of_tex(text: str, start: int, end: int) -> Iterator[DocumentTable]:
    """Yield the tables; one that follows another with the same head, and no word between, goes on with it."""
    last: DocumentTable | None = None
    behind = start
    for match in TABULAR.finditer(text, start, end):
        rows: list[tuple[tuple[Stretch, ...], ...]] = []
        position, headed = match.start(2), False
        for row in re.finditer(
            r"\\\\(?:\[[^\]\n]*\])?|\\(?:toprule|midrule|bottomrule|hline)|\Z", text[match.start(2) : match.end(2)]
        ):
            stop = match.start(2) + row.start()
            piece = text[position:stop]
            if row[0].startswith("\\\\") and "&" in piece:
                ends = [found.start() for found in re.finditer(r"(?<!\\)&", piece)]
                edges = [-1, *ends, len(piece)]
                rows.append(tuple(((position + a + 1, position + b),) for a, b in pairwise(edges)))
            if row[0] == r"\midrule" and not headed:
                headed, rows = True, [_in_lines(text, rows)] if len({len(one) for one in rows}) == 1 else rows
            position = match.start(2) + row.end()
        if len(rows) < 2:
            continue
        table, between = DocumentTable(tuple(rows)), text[behind : match.start()]
        if (
            last is not None
            and len(between) < FAR
            and GOES_ON.fullmatch(between)
            and _head(text, last) == _head(text, table)
        ):
            last = DocumentTable((*last.rows, *table.rows[1:]))
        else:
            if last is not None:
                yield last
            last = table
        behind = match.end()
    if last is not None:
        yield last


def _in_lines(text: str, rows: list[tuple[tuple[Stretch, ...], ...]]) -> tuple[tuple[Stretch, ...], ...]:
    """Return the head of a table that is set in several lines as one row, whose cells have a stretch for each line."""
    cells = (tuple(line for (line,) in column if text[slice(*line)].strip()) for column in zip(*rows, strict=True))
    return tuple(cell or column for cell, column in zip(cells, rows[-1], strict=True))


def _head(text: str, table: DocumentTable) -> list[str]:
    return [" ".join(text[start:end].strip() for start, end in cell) for cell in table.rows[0]]
