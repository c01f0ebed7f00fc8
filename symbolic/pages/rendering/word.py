"""What pandoc leaves to be done in a document for Word: widths of columns, filled contents, braces, whole numbers.

LibreOffice shows all of it too: it fills no contents, takes a bare sign for a fault, and draws a brace only where the
document says that it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from symbolic.pages.rendering.tex_lines import breadth, broken

DOCUMENT = "word/document.xml"
TYPES, LINKS, FOOTER = "[Content_Types].xml", "word/_rels/document.xml.rels", "word/footer1.xml"
PAPERS = {"a4": (11906, 16838), "letter": (12240, 15840)}
"""Papers, in twentieths of a point; without one each program takes paper of its own."""
MARGINS = (
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="709" w:footer="709" w:gutter="0" />'
)
WIDTHS = {paper: wide - 2 * 1134 for paper, (wide, _high) in PAPERS.items()}
"""How long a line is on each paper."""
LINE = 62
"""So many wide characters stand in a line of the page, in the size of its text."""
SIZES = (24, 22, 20, 18, 16, 14)
"""The sizes of a table, in half points: that of the text, and smaller ones."""
TALLEST, SMALL = 4, 18
"""A table whose cells have more lines is set smaller, down to nine points."""
LETTER = WIDTHS["a4"] // LINE
"""What fits on the narrowest paper fits on each."""
CLOSE = '<w:tblCellMar><w:left w:w="70" w:type="dxa" /><w:right w:w="70" w:type="dxa" /></w:tblCellMar>'
"""What stands beside the words of a cell where the table is set smaller."""
LONGEST = 28
"""A word that is longer may break; a number never does."""
SIGN = '<m:r><m:rPr><m:sty m:val="p" /></m:rPr><m:t>{}</m:t></m:r>'
UNDERLINE = "\\underline{\\ }"
"""An underscore as GitHub's Markdown needs it."""
NAME = re.compile(r"\\mathrm\{((?:[^{}\\]|\\underline\{\\ \}|\\_)*)\}")
ALIGNED = re.compile(r"\\begin\{aligned\}(.*?)\\end\{aligned\}", re.DOTALL)
DISPLAY = re.compile(r"(?<=\$\$\n)(?!\\begin\{array\})(.*)(?=\n\$\$)")
RELATION = re.compile(r" (?=(?:=|\\approx) )")
TABLE = re.compile(r"<w:tbl>.*?</w:tbl>", re.DOTALL)
NUMBER = re.compile(r"[\d.,]+")
RUN = re.compile(r"<w:r>(?:<w:rPr>(.*?)</w:rPr>)?(?=<w:t)")
RAISED = "<w:vertAlign"
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
COLUMN = re.compile(r'(<m:mcJc m:val="\w+" />)(<m:count m:val="\d+" />)')
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
    """Return a page's Markdown with formulas that programs for Word read: names as words, lines without alignment.

    What is wider than the page has more lines: in LibreOffice no equation breaks, in Word none that has lines already.
    """
    text = ALIGNED.sub(lambda found: _in_lines(found[1].split("\\\\")), NAME.sub(_as_words, markdown))
    return DISPLAY.sub(lambda found: found[1] if breadth(found[1]) <= LINE else _in_lines(_sides(found[1])), text)


def _sides(equation: str) -> list[str]:
    """Return an equation's sides, those that are short beside the one before."""
    first, *others = RELATION.split(equation)
    made = [first]
    for side in others:
        if breadth(made[-1]) + breadth(side) < LINE:
            made[-1] += f" {side}"
        else:
            made.append(side)
    return made


def _as_words(found: re.Match[str]) -> str:
    return "\\text{" + found[1].replace(UNDERLINE, "\\_") + "}"


def _in_lines(rows: Sequence[str]) -> str:
    made = []
    for row in rows:
        # Pandoc reads no line that ends within brackets.
        first, *others = broken(row.replace("&", "", 1).strip(), LINE, brackets=False)
        made += [first, *(rf"\quad {line}" for line in others)]
    if len(made) == 1:
        return made[0]
    # A sign at the beginning wants something before it, and LibreOffice sets no line at the left but one of words.
    return "\\begin{array}{l}\n" + " \\\\\n".join(rf"\text{{ }} {line}" for line in made) + "\n\\end{array}"


FOOT_ID = "foot"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FOOT = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:pPr><w:tabs>'
    '<w:tab w:val="right" w:pos="{width}" /></w:tabs></w:pPr><w:r><w:t xml:space="preserve">{words}</w:t></w:r>'
    '<w:r><w:tab /></w:r><w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
)
"""The foot of each sheet of paper: what it is, and its number."""
ITS_TYPE = (
    f'<Override PartName="/{FOOTER}" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml" />'
)
ITS_LINK = f'<Relationship Type="{OFFICE}/footer" Id="{FOOT_ID}" Target="footer1.xml" />'


def mended(file: bytes, foot: str = "", paper: str = "a4") -> bytes:
    """Return a document with all that, and its foot, on this paper; the same document gives the same bytes."""
    made = BytesIO()
    with ZipFile(BytesIO(file)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == DOCUMENT:
                content = _document(content.decode(), paper).encode()
            elif part.filename == TYPES:
                content = content.replace(b"</Types>", f"{ITS_TYPE}</Types>".encode())
            elif part.filename == LINKS:
                content = content.replace(b"</Relationships>", f"{ITS_LINK}</Relationships>".encode())
            new.writestr(part, content)
        last = ZipInfo(FOOTER, part.date_time)
        last.compress_type = ZIP_DEFLATED
        new.writestr(last, FOOT.format(words=escape(foot), width=WIDTHS[paper]).encode())
    return made.getvalue()


def _document(text: str, paper: str) -> str:
    text = TABLE.sub(lambda found: _with_widths(found[0], WIDTHS[paper]), text)
    text = text.replace("<w:tr><w:tc>", "<w:tr><w:trPr><w:cantSplit /></w:trPr><w:tc>")
    text = text.replace("<w:trPr><w:tblHeader", "<w:trPr><w:cantSplit /><w:tblHeader")
    wide, high = PAPERS[paper]
    text = text.replace("</w:footnotePr>", f'</w:footnotePr><w:pgSz w:w="{wide}" w:h="{high}" />{MARGINS}')
    text = text.replace("<w:sectPr>", f'<w:sectPr><w:footerReference w:type="default" r:id="{FOOT_ID}" />')
    # The standard's order; and a word has no style of mathematics.
    text = text.replace('<m:nor /><m:sty m:val="p" />', "<m:nor />")
    text = COLUMN.sub(r"\2\1", text)
    text = CAPTION.sub(r"\1<w:keepNext />\2", text)
    text = POINTS.sub(_in_one, GROUPS.sub(_in_one, text))
    if text.count(BRACED[0]) == text.count(BRACED[1]):
        text = text.replace(BRACED[0], GROUPED[0]).replace(BRACED[1], GROUPED[1])
    return FIELD.sub(lambda found: _contents(found[1], list(HEADING.finditer(text))), text, count=1)


def _in_one(found: re.Match[str]) -> str:
    return f"<m:r><m:t>{found[1]}{''.join(re.findall(r'<m:t>([^<]*)</m:t>', found[2]))}</m:t></m:r>"


def _with_widths(table: str, line: int) -> str:
    """Return a table whose columns are as wide as their words need; smaller where it would be wider than the page."""
    grid = GRID.findall(table)
    rows = [[_said(cell) for cell in CELL.findall(row)] for row in table.split("<w:tr>")[1:]]
    columns = list(zip(*(row for row in rows if len(row) == len(grid)), strict=True))
    if not columns:
        return table
    size, widths = _fitted(columns)
    # Word measures a table that pandoc gave no width itself; LibreOffice would make all columns equal.
    unit = line / sum(widths) if 'w:tblLayout w:type="fixed"' in table else LETTER
    shares = iter(widths)
    table = GRID.sub(lambda _: f'<w:gridCol w:w="{int(unit * next(shares))}" />', table)
    if size == SIZES[0]:
        return table
    table = table.replace("<w:tblLook", f"{CLOSE}<w:tblLook", 1)
    return RUN.sub(lambda found: _sized(found[1] or "", size), table)


def _sized(properties: str, size: int) -> str:
    before, raised, after = properties.partition(RAISED)
    return f'<w:r><w:rPr>{before}<w:sz w:val="{size}" /><w:szCs w:val="{size}" />{raised}{after}</w:rPr>'


def _fitted(columns: Sequence[Sequence[str]]) -> tuple[int, list[int]]:
    """Return the largest size in which no word breaks and no cell is tall, and how wide the columns are, in letters."""
    small = SIZES[-1]
    for size in SIZES:
        line = LINE * SIZES[0] // size
        widths = _shares(columns, line, LONGEST)
        tall = max(-(-len(cell) // width) for width, column in zip(widths, columns, strict=True) for cell in column)
        if sum(widths) <= line and (tall <= TALLEST or size <= SMALL):
            return size, widths
    line = LINE * SIZES[0] // small
    tried = (_shares(columns, line, longest) for longest in range(LONGEST, 3, -1))
    return small, next((widths for widths in tried if sum(widths) <= line), _shares(columns, line, 3))


def _shares(columns: Sequence[Sequence[str]], line: int, longest: int) -> list[int]:
    """Return how many letters each column gets: room for its longest word at least, and of the rest as it has text."""
    # Bold letters and those of code are wider than others.
    words = [[len(word) if NUMBER.fullmatch(word) else min(longest, len(word)) for cell in column
              for word in BREAK.split(cell)] for column in columns]  # fmt: skip
    least = [max(lengths) * 8 // 7 + 2 for lengths in words]
    most = [max(least[index], *(len(cell) + 2 for cell in column)) for index, column in enumerate(columns)]
    room, wanted = max(0, line - sum(least)), sum(most) - sum(least)
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
