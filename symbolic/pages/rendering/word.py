"""What pandoc leaves to be done in a document for Word: widths of columns, filled contents, braces, whole numbers.

LibreOffice shows all of it too: it fills no contents, takes a bare sign for a fault, and draws a brace only where the
document says that it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

DOCUMENT = "word/document.xml"
LINE = 62
"""So many wide characters stand in a line of the page."""
LONGEST = 28
"""A word that is longer may break."""
SIGN = '<m:r><m:rPr><m:sty m:val="p" /></m:rPr><m:t>{}</m:t></m:r>'
UNDERLINE = "\\underline{\\ }"
"""An underscore as GitHub's Markdown needs it."""
NAME = re.compile(r"\\mathrm\{((?:[^{}\\]|\\underline\{\\ \}|\\_)*)\}")
ALIGNED = re.compile(r"\\begin\{aligned\}(.*?)\\end\{aligned\}", re.DOTALL)
BEGINNING = re.compile(r"\s*(?:[=+−-]|\\(?:times|cdot|approx|le|ge|leq|geq|to)\b)")
TABLE = re.compile(r"<w:tbl>.*?</w:tbl>", re.DOTALL)
GRID = re.compile(r'<w:gridCol w:w="(\d+)" />')
CELL = re.compile(r"<w:tc>(.*?)</w:tc>", re.DOTALL)
WORDS = re.compile(r"<[wm]:t(?: [^>]*)?>([^<]*)</[wm]:t>|(</w:p>)")
BREAK = re.compile(r"\s+(?!%)|(?<=[-/])")
HEADING = re.compile(
    r'<w:bookmarkStart w:id="\d+" w:name="([^"]+)" />\s*'
    r'<w:p><w:pPr><w:pStyle w:val="Heading([12])" /></w:pPr>(.*?)</w:p>',
    re.DOTALL,
)
FIELD = re.compile(r'<w:p><w:r>(<w:fldChar w:fldCharType="begin".*?<w:fldChar w:fldCharType="separate" />).*?</w:p>')
GROUPS = re.compile(
    r"<m:r><m:t>(\d{1,3})</m:t></m:r>((?:" + SIGN.format("[.,]") + r"<m:r><m:t>\d{3}</m:t></m:r>)+)(?!<m:r><m:t>\d)"
)
POINTS = re.compile(r"<m:r><m:t>(\d{1,3}\.\d{3})</m:t></m:r>((?:<m:r><m:t>\.\d{3}</m:t></m:r>)+)")
"""A number with points between its groups: pandoc takes the first for a decimal point."""
CAPTION = re.compile(
    r'(<w:p><w:pPr><w:pStyle w:val="\w+" />)'
    r"(</w:pPr><w:r><w:rPr><w:b /><w:bCs /></w:rPr><w:t[^>]*>[^<]*</w:t></w:r></w:p>)"
)
BRACED = ("<m:limLow><m:e><m:limLow><m:e>", f"</m:e><m:lim>{SIGN.format('⏟')}</m:lim></m:limLow>")
GROUPED = (
    '<m:limLow><m:e><m:groupChr><m:groupChrPr><m:chr m:val="⏟" /></m:groupChrPr><m:e>',
    "</m:e></m:groupChr>",
)


def simplified(markdown: str) -> str:
    """Return a page's Markdown with formulas that programs for Word read: names as words, lines without alignment."""
    return ALIGNED.sub(lambda found: _in_lines(found[1]), NAME.sub(_as_words, markdown))


def _as_words(found: re.Match[str]) -> str:
    return "\\text{" + found[1].replace(UNDERLINE, "\\_") + "}"


def _in_lines(rows: str) -> str:
    made = [row.replace("&", "", 1).strip() for row in rows.split("\\\\")]
    # A sign at the beginning wants something before it.
    made = [f"\\text{{ }} {row}" if BEGINNING.match(row) else row for row in made]
    return "\\begin{array}{l}\n" + " \\\\\n".join(made) + "\n\\end{array}"


def mended(file: bytes) -> bytes:
    """Return a document with all that; the same document gives the same bytes."""
    made = BytesIO()
    with ZipFile(BytesIO(file)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part, _document(content.decode()).encode() if part.filename == DOCUMENT else content)
    return made.getvalue()


def _document(text: str) -> str:
    text = TABLE.sub(lambda found: _with_widths(found[0]), text)
    text = CAPTION.sub(r"\1<w:keepNext />\2", text)
    text = POINTS.sub(_in_one, GROUPS.sub(_in_one, text))
    if text.count(BRACED[0]) == text.count(BRACED[1]):
        text = text.replace(BRACED[0], GROUPED[0]).replace(BRACED[1], GROUPED[1])
    return FIELD.sub(lambda found: _contents(found[1], list(HEADING.finditer(text))), text, count=1)


def _in_one(found: re.Match[str]) -> str:
    return f"<m:r><m:t>{found[1]}{''.join(re.findall(r'<m:t>([^<]*)</m:t>', found[2]))}</m:t></m:r>"


def _with_widths(table: str) -> str:
    """Return a table whose columns are as wide as their words need, where pandoc gave them widths."""
    grid = [int(width) for width in GRID.findall(table)]
    if 'w:tblLayout w:type="fixed"' not in table or not grid:
        return table
    rows = [[_said(cell) for cell in CELL.findall(row)] for row in table.split("<w:tr>")[1:]]
    columns = list(zip(*(row for row in rows if len(row) == len(grid)), strict=True))
    if not columns:
        return table
    shares = iter(_shares(columns))
    total = sum(grid)
    whole = sum(_shares(columns))
    return GRID.sub(lambda _: f'<w:gridCol w:w="{total * next(shares) // whole}" />', table)


def _shares(columns: Sequence[Sequence[str]]) -> list[int]:
    # Bold letters and those of code are wider than others.
    longest = (max(len(word) for cell in column for word in BREAK.split(cell)) for column in columns)
    least = [min(LONGEST, word) * 8 // 7 + 2 for word in longest]
    most = [max(least[index], *(len(cell) + 2 for cell in column)) for index, column in enumerate(columns)]
    room, wanted = max(0, LINE - sum(least)), sum(most) - sum(least)
    if wanted <= room:
        return most
    return [one + room * (more - one) // wanted for one, more in zip(least, most, strict=True)]


def _said(cell: str) -> str:
    """Return what stands in a cell; a space between paragraphs."""
    return "".join(unescape(words) if not end else " " for words, end in WORDS.findall(cell)).strip()


def _contents(field: str, headings: Sequence[re.Match[str]]) -> str:
    """Return the contents with an entry for each heading, which leads to it; Word adds the pages."""
    return "".join(_entries(field, headings)) + '<w:p><w:r><w:fldChar w:fldCharType="end" /></w:r></w:p>'


def _entries(field: str, headings: Sequence[re.Match[str]]) -> Iterator[str]:
    begin = f"<w:r>{field}</w:r>"
    for heading in headings:
        name, depth, title = heading.groups()
        words = "".join(text for text, _ in WORDS.findall(title))
        yield (
            f'<w:p><w:pPr><w:pStyle w:val="Compact" /><w:ind w:left="{360 * (int(depth) - 1)}" /></w:pPr>{begin}'
            f'<w:hyperlink w:anchor="{name}"><w:r><w:t xml:space="preserve">{words}</w:t></w:r></w:hyperlink></w:p>'
        )
        begin = ""
    if begin:
        yield f"<w:p>{begin}</w:p>"
