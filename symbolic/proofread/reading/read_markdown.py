"""Markdown and plain text reader: formulas between delimiters, tables, and sentences without their markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from symbolic.proofread.grammar.code import PYTHON
from symbolic.proofread.grammar.code import fence as code_fence
from symbolic.proofread.grammar.text_signs import BARRIER, NOTHING
from symbolic.proofread.reading.delimiters import formulas
from symbolic.proofread.reading.document import Document, DocumentTable, Heading, Stretch, masked, with_signs
from symbolic.proofread.reading.read_latex import tables_of_tex
from symbolic.proofread.reading.rows_of_code import tables_of_code

FENCE = re.compile(
    r"^[ ]{0,3}(?P<fence>`{3,}|~{3,})[ ]*(?P<info>[^\n`]*)\n(?P<body>.*?)(?:^[ ]{0,3}(?P=fence)[`~]*[ ]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
READ_AS_TEXT = frozenset(
    {"", "text", "txt", "plain", "plaintext", "markdown", "md", "ascii", "output", "none", "yaml", "yml", "pre", "raw"}
    | {"nohighlight", "formula", "calculation", "result", "results", "note", "notes", "example", "quote", "pseudocode"}
)
DIRECTIVES = re.compile(
    r"\{(?:admonition|note|tip|hint|warning|caution|attention|important|danger|seealso|dropdown|margin|sidebar|exercise"
    r"|solution|epigraph)\}"
)
"""Fences of MyST whose content is text with formulas."""
LABEL = re.compile(
    r"[\[{(|]\"(?P<quoted>[^\"\n]*\d[^\"\n]*)(?=\")"
    r"|[\[{(|\"](?P<label>[^\[\]{}|\"\n]*?\d[^\[\]{}|\"\n]*?)(?=\)?[\]}|\"]|\)[ ]*(?:$|--|==))",
    re.MULTILINE,
)
LABEL_LINE = re.compile(
    r"(?:\\n|<br ?/?>)?(?P<line>(?=[^=≈]*\d[^=≈]*[-+*/×·⋅÷^x][^=≈]*[=≈]|[^=≈]*[=≈][^=≈]*\d[^=≈]*[=≈])"
    r"(?:(?!\\n|<br ?/?>).)+)"
)
"""What a diagram of Mermaid writes into its boxes and beside its arrows."""
WIDE = "\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff00-\uffef"
"""Signs and letters of scripts that set no space around emphasis."""
NO_OPERATOR = r"(?!(?:(?<=[^\W\d][ ]\*)|(?<=[^\W\d][ ]\*\*))=(?![^*\n]*[^\s*]\*))"
"""No operator of programs, n *= 2: emphasis ends somewhere in the line."""
MARKUP = re.compile(
    # Most signs of a text are none of these, which is quickly seen.
    r"(?=[\\<\[\]`*_])(?:(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<tag><(?:[A-Za-z/!][^<>\n]{0,500})>)"
    r"|(?P<linked>\[(?=[^\[\]\n]{1,200}\]\())"
    r"|(?P<link>\]\((?:[^()\s]|\([^()\s]{0,200}\)){0,500}(?:[ ]\"[^\"\n]{0,200}\")?\))"
    r"|(?P<span>(?<![`=≈*×+/~-])(?<![=≈*×+/~-][ ])`(?=[^`\n]{0,300}\d[ )]?[^`\n]{0,9}[=≈][^`\n=]{0,40}`))"
    r"|(?P<code>`+)"
    rf"|(?P<strong>\*\*(?=\S){NO_OPERATOR}(?<![\d)]\*\*)(?!(?<=\b[A-Za-z]\*\*)\d)|(?<=\S)\*\*(?=[\s.,;:!?)|`]|[{WIDE}]|\Z)|(?<!\w)__(?=[^\s_])|(?<=[^\s_])__(?!\w))"
    rf"|(?P<emphasis>(?<![\w)*])\*{NO_OPERATOR}(?=[^\s*\d]|\d[^*\n]*[^\s*]\*(?![A-Za-z\d_]))|(?<=[^\s\d*])\*(?=[\s.,;:!?)|{WIDE}]|\Z)"
    r"(?!(?<=\)\*)[ ]\d)|(?<=\d)\*(?=\n[ \t]*\n)))"
)
UNDERLINED = re.compile(r"_(?<![A-Za-z\d_\\]_)(?=\S)(?=[^_\n]*\d)(?=[^_\n]*[=≈])[^_\n]{1,300}(?<=\S)_(?![A-Za-z\d_])")
"""Emphasis that Markdown writes so around a formula: _3 × 4 = 12_; beside letters of any script."""
HIGHLIGHTED = re.compile(r"==(?<!\S==)(?=[^\s=])[^\n]{1,300}?(?<=[^\s=])==(?![=\w])")
"""What several dialects mark as with a pen: ==3 × 4 = 12==, or a result alone, 3 × 4 = ==12==."""
PICTURE = re.compile(
    r"<img\b(?=[^<>\n]{0,1500}?(?:latex\?|equation\?tex=|math\?math=))[^<>\n]{0,1500}?"
    r"(?:title|alt)=\"(?P<tex>[^\"<>\n]{1,800})\"[^<>\n]{0,1500}>"
)
"""A formula that a server draws, from before sites set TeX; the title of the picture is its TeX."""
SHORTCODE = re.compile(
    r"(?:\{%|\{\{[<%])[ ]?(?:katex|math)\b[^%<>{}\n]{0,60}(?:%\}|[%>]\}\})(?P<tex>.{1,3000}?)"
    r"(?:\{%|\{\{[<%])[ ]?(?:/|end)[^{}\n]{0,20}\}{1,2}",
    re.DOTALL,
)
"""A formula between the commands of a site generator, {% katex() %} 3 \\times 4 = 12 {% end %}."""
TABULAR = "\\begin{tabular"
RULE = re.compile(r"^[ \t]*\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*$")
HEADING = re.compile(r"^[ ]{0,3}(?:(?P<signs>#{1,6})[ \t]|[^\s|>#-][^\n|]*\n(?P<rule>=+|-{2,})[ \t]*$)", re.MULTILINE)
BAR, DRAWN = re.compile("[│┃║]"), re.compile(r"[ \t]*[├┼┤─━╞╪╡═┣╋┫╠╬╣┌┬┐└┴┘╔╦╗╚╩╝+-]{3,}[ \t]*")
CELL = re.compile(r"(?:\\.|[^|\\\n])+|(?<=\|)(?=\|)")


def read(text: str) -> Document:
    """Return the document of a Markdown or plain text."""
    text = with_signs(text)
    masks: list[tuple[int, int, str]] = []
    math: list[Stretch] = []
    said: list[Stretch] = []
    programs: list[Stretch] = []
    in_code: list[DocumentTable] = []
    unread = position = 0
    for fence in FENCE.finditer(text):
        _formulas(text, position, fence.start(), math, masks)
        position = fence.end()
        if DIRECTIVES.match(fence["info"]):
            masks += _around(fence.span(), [fence.span("body")])
            _formulas(text, *fence.span("body"), math, masks)
            continue
        info = (fence["info"].split() or [""])[0].strip("{}.").lower()
        if info in READ_AS_TEXT:
            masks += [(fence.start(), fence.start("body"), BARRIER), (fence.end("body"), fence.end(), BARRIER)]
            continue
        if info == "mermaid":
            labels = (label.span(label.lastgroup or 0) for label in LABEL.finditer(text, *fence.span("body")))
            masks += _around(
                fence.span(), (line.span("line") for label in labels for line in LABEL_LINE.finditer(text, *label))
            )
            continue
        if info in ("math", "latex", "tex"):
            math.append(fence.span("body"))
        else:
            inside = code_fence(text, *fence.span("body"), python=info in PYTHON)
            said += inside.said
            unread += inside.unread
            programs += [fence.span("body")] if inside.program else []
            in_code += tables_of_code(text, *fence.span("body")) if info in PYTHON else ()
            masks += _around(fence.span(), inside.lines)
            continue
        masks.append((*fence.span(), BARRIER))
    _formulas(text, position, len(text), math, masks)
    clean = masked(text, masks)
    prose = masked(clean, _markup(clean))
    gaps: list[tuple[int, int, str]] = []
    lines = _lines(prose)
    tables = [*_pipe_tables(prose, lines, gaps), *_ruled_tables(prose, lines, gaps), *_drawn_tables(prose, lines, gaps)]
    tables += in_code
    tables += tables_of_tex(clean, 0, len(clean)) if TABULAR in clean else []
    headings = list(_headings(prose))
    return Document(
        text,
        masked(prose, gaps),
        math,
        tables,
        headings=headings,
        comments=said,
        code_lines=unread,
        programs=programs,
    )


def _around(fence: Stretch, inside: Iterable[Stretch]) -> list[tuple[int, int, str]]:
    """Return the masks of a fence in which only some stretches are read."""
    edges = [fence[0], *(edge for stretch in inside for edge in stretch), fence[1]]
    return [(left, right, BARRIER) for left, right in zip(edges[::2], edges[1::2], strict=True)]


def _headings(text: str) -> Iterator[Heading]:
    for match in HEADING.finditer(text):
        yield Heading(match.start(), len(match["signs"]) if match["signs"] else 1 if match["rule"][0] == "=" else 2)


def _formulas(text: str, start: int, end: int, math: list[Stretch], masks: list[tuple[int, int, str]]) -> None:
    for formula in formulas(text, start, end, code=True):
        math.append(formula.inner)
        masks.append((*formula.outer, BARRIER))
    for written in (*PICTURE.finditer(text, start, end), *SHORTCODE.finditer(text, start, end)):
        math.append(written.span("tex"))
        masks.append((*written.span(), BARRIER))


def _markup(text: str) -> Iterator[tuple[int, int, str]]:
    for match in UNDERLINED.finditer(text):
        yield match.start(), match.start() + 1, BARRIER
        yield match.end() - 1, match.end(), BARRIER
    for match in HIGHLIGHTED.finditer(text):
        yield match.start(), match.start() + 2, NOTHING
        yield match.end() - 2, match.end(), NOTHING
    for match in MARKUP.finditer(text):
        kind = match.lastgroup
        if kind == "escape":
            yield match.start(), match.start() + 1 + (match[0] == "\\|"), BARRIER if match[0] == "\\|" else NOTHING
        else:
            yield match.start(), match.end(), BARRIER if kind in ("tag", "link", "span") else NOTHING


def _pipe_tables(text: str, lines: list[Stretch], gaps: list[tuple[int, int, str]]) -> Iterator[DocumentTable]:
    """Yield each table with a row of names, a row of dashes and rows below them; add its bars to `gaps`."""
    index = 1
    while index < len(lines):
        start, end = lines[index]
        if "|" not in text[start:end] or not RULE.match(text[start:end]):
            index += 1
            continue
        first = lines[index - 1][0]
        rows = [_cells(text, *lines[index - 1])]
        index += 1
        while index < len(lines) and "|" in text[lines[index][0] : lines[index][1]]:
            rows.append(_cells(text, *lines[index]))
            index += 1
        bars = re.compile(r"\|").finditer(text, first, lines[index - 1][1])
        gaps += [(*bar.span(), BARRIER) for bar in bars]
        yield DocumentTable(tuple(rows))


def _drawn_tables(text: str, lines: list[Stretch], gaps: list[tuple[int, int, str]]) -> Iterator[DocumentTable]:
    """Yield each table whose columns are set apart by drawn bars, with as many in all of its rows: │ part │ 24 │."""
    rows: list[tuple[tuple[Stretch, ...], ...]] = []
    for start, end in (*lines, (len(text), len(text))):
        bars = (
            [match.start() for match in BAR.finditer(text, start, end)]
            if max(text[start:end], default="") >= "\u2500"
            else []
        )
        row = tuple(((left + 1, right),) for left, right in pairwise(bars))
        if len(row) > 1 and (not rows or len(row) == len(rows[-1])):
            rows.append(row)
            gaps += [(bar, bar + 1, BARRIER) for bar in bars]
        elif not DRAWN.fullmatch(text, start, end):
            if len(rows) > 2:
                yield DocumentTable(tuple(rows))
            rows = []


def _cells(text: str, start: int, end: int) -> tuple[tuple[Stretch, ...], ...]:
    line = text[start:end]
    opening = re.match(r" *\|", line)
    inside_start = start + (opening.end() if opening else 0)
    inside_end = start + len(line.rstrip().removesuffix("|"))
    return tuple(((max(match.start(), start), match.end()),) for match in CELL.finditer(text, inside_start, inside_end))


def _ruled_tables(text: str, lines: list[Stretch], gaps: list[tuple[int, int, str]]) -> Iterator[DocumentTable]:
    """Yield each table with columns set apart by spaces under a rule of dashes: `----  ----`; cells may be wrapped.

    The spaces between the columns are added to `gaps`, so that no formula is read across them.
    """
    for index, (start, end) in enumerate(lines):
        line = text[start:end]
        if index == 0 or "  " not in line.strip() or set(line.strip()) != {"-", " "}:
            continue
        columns = [match.span() for match in re.finditer("-+", line)]
        key = _numeric(text[slice(*lines[index - 1])], columns)
        rows: list[list[list[Stretch]]] = []
        for first, last in (lines[index - 1], *lines[index + 1 :]):
            inside = text[first:last]
            if not inside.strip():
                break
            if set(inside.strip()) == {"-", " "}:
                continue
            cells = [(first + left, min(last, first + right)) for left, right in columns]
            # A short line has no room between its columns: what stands there is the next line's.
            gaps += [(left[1], right[0], BARRIER) for left, right in pairwise(cells) if right[0] <= last]
            if len(rows) > 1 and key >= 0 and not text[slice(*cells[key])].strip():
                for above, (left, right) in zip(rows[-1], cells, strict=True):
                    above.extend([(left, right)] if text[left:right].strip() else [])
            else:
                rows.append([[(left, right)] if left < right else [] for left, right in cells])
        yield DocumentTable(tuple(tuple(tuple(cell) for cell in row) for row in rows))


def _numeric(head: str, columns: list[Stretch]) -> int:
    """Return the last column whose name is set right, so that it has numbers; -1 if there is none."""
    names = [head[left:right] for left, right in columns]
    return max((index for index, name in enumerate(names) if name[:1] == " " and name.strip()), default=-1)


def _lines(text: str) -> list[Stretch]:
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        found.append((start, start + len(line.rstrip("\n"))))
        start += len(line)
    return found
