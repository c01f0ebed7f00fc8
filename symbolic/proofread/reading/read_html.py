"""HTML reader: the text that a page shows, its MathML as TeX, and the place of each piece; nothing is run or loaded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from symbolic.proofread.grammar.text_signs import BARRIER
from symbolic.proofread.reading.delimiters import formulas
from symbolic.proofread.reading.document import Document, DocumentTable, Heading, Stretch, TexCopy, masked
from symbolic.proofread.reading.mathml import Element, written

TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style|template|svg|title|head"
    # The slides of remark and reveal.js stand in one.
    r"|textarea(?![^<>]{0,200}\b(?:id=[\"']?source|data-template))"
    r")\b[^<>]*>.*?(?:</(?P=raw)\s*>|\Z)"
    r"|<[!?][^<>]*>?"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][\w:-]*)(?P<attributes>(?:[^<>\"']|\"[^\"<>]{0,4000}\"|'[^'<>]{0,4000}')*)>"
    r"|&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|\w{1,31});|(?P<space>\s+)|(?P<text>[^<&\s]+)|.",
    re.DOTALL,
)
EMPTY = re.compile(r"\s*</")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|\w{1,31});|[^&]+|&")
BLOCKS = frozenset(
    {"p", "div", "section", "article", "header", "footer", "main", "nav", "aside", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "pre", "textarea", "blockquote"}
    | {"figure", "figcaption", "hr", "details", "summary", "form", "fieldset", "body"}
)
HEADING = re.compile("h[1-6]")
HIDDEN = re.compile(
    r"""(?:^|\s)hidden(?=[\s=]|$)|aria-hidden\s*=\s*["']?true|class\s*=\s*["'][^"']*(?:katex-html|MathJax_Preview)"""
)
WRITTEN_BY_SCRIPT = re.compile(
    r"""(?:^|\s)data-(?:expr|tex|latex|katex|math|formula|equation)\s*=\s*(?:"([^"]+)"|'([^']+)')""", re.IGNORECASE
)
"""The TeX of a formula that a page's own script will write into an empty element."""
LINES = re.compile(r"""style\s*=\s*["'][^"']*white-space\s*:\s*(?:pre|break-spaces)""", re.IGNORECASE)
CODE = re.compile(
    r"""class\s*=\s*(?:["'][^"']*|)(?<![\w-])(?:code[-_]?(?:block|box|area|snippet)?|listing|terminal)(?![\w-])"""
)
STYLE = re.compile(r"<style\b[^<>]*>(.*?)(?:</style|\Z)", re.DOTALL | re.IGNORECASE)
KEEPS_LINES = re.compile(r"\.([\w-]{1,60})\s*[,{](?:[^{}]{0,4000}[;{\s])?\s*white-space\s*:\s*(?:pre|break-spaces)")
CLASSES = re.compile(r"""class\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))""")
"""What says that a block keeps the lines of the source: its style, its class's style, or a class of code blocks."""
SPAN = re.compile(r"""colspan\s*=\s*["']?(\d{1,2})""")


def read(source: str) -> Document:
    """Return the document of an HTML page."""
    kept = (name for style in STYLE.finditer(source) for name in KEEPS_LINES.findall(style[1]))
    page = _Page(source, frozenset(kept))
    for match in TAG.finditer(source):
        page.take(match)
    text = "".join(page.parts)
    page.end_table()
    masks = [(start, end, BARRIER) for start, end in page.math]
    plain = masked(text, masks)
    found = list(formulas(plain, 0, len(plain)))
    prose = masked(plain, ((*formula.outer, BARRIER) for formula in found))
    math = sorted([*page.math, *(formula.inner for formula in found)])
    return Document(
        text, prose, math, page.tables, {}, page.tex_copies, page.headings, source=source, origins=page.origins
    )


@dataclass
class _Page:
    source: str
    keeps_lines: frozenset[str] = frozenset()
    parts: list[str] = field(default_factory=list)
    length: int = 0
    origins: list[tuple[int, int, int]] = field(default_factory=list)
    math: list[Stretch] = field(default_factory=list)
    tex_copies: list[TexCopy] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    tables: list[DocumentTable] = field(default_factory=list)
    rows: list[list[tuple[Stretch, ...]]] = field(default_factory=list)
    cell: int = -1
    wide: int = 1
    hidden: str = ""
    depth: int = 0
    pre: bool = False
    lines: list[str] = field(default_factory=list)
    stack: list[Element] = field(default_factory=list)
    last_math: int = -1

    def add(self, text: str, source: int | None) -> None:
        if source is not None:
            self.origins.append((self.length, source, len(text)))
        self.parts.append(text)
        self.length += len(text)

    def take(self, match: re.Match[str]) -> None:
        if match["raw"]:
            return
        if match["name"]:
            self.tag(match)
        elif self.hidden:
            return
        elif self.stack:
            if not match["space"] or self.stack[-1].tag in ("mtext", "annotation"):
                self.stack[-1].text.append((unescape(match[0]), match.start()))
        elif match["space"]:
            self.space(match)
        elif match["text"]:
            self.add(match[0], match.start())
        elif match[0].startswith("&"):
            self.add(unescape(match[0]), match.start())

    def space(self, match: re.Match[str]) -> None:
        if self.pre or self.lines:
            self.add(match[0], match.start())
        elif self.parts and not self.parts[-1][-1:].isspace():
            self.add(" ", match.start())

    def tag(self, match: re.Match[str]) -> None:
        name, closes = match["name"].lower(), bool(match["close"])
        if self.hidden:
            if name == self.hidden:
                self.depth += -1 if closes else 1
                self.hidden = "" if self.depth == 0 else self.hidden
            return
        if self.stack or name == "math":
            self.mathematics(name, closes, match)
        elif not closes and HIDDEN.search(match["attributes"]) and not match["attributes"].endswith("/"):
            if name not in ("img", "br", "input", "hr"):
                self.hidden, self.depth = name, 1
        elif name in ("td", "th"):
            self.boundary(closes, match)
        elif name in ("sup", "sub"):
            self.add(")" if closes else "^(" if name == "sup" else "_(", None)
        elif name == "br":
            self.add("\n", None)
        elif name in BLOCKS:
            self.block(name, closes)
            if name in ("div", "p", "section", "figure"):
                self.line_block(name, closes, match["attributes"])
        if not closes and (tex := WRITTEN_BY_SCRIPT.search(match["attributes"])):
            self.script(match, tex)

    def line_block(self, name: str, closes: bool, attributes: str) -> None:
        """Note the start or the end of a block that keeps the lines of the source, or of a block in one."""
        if closes:
            if self.lines and name in self.lines:
                while self.lines.pop() != name:
                    pass
        elif self.lines or self.is_of_lines(attributes):
            self.lines.append(name)

    def is_of_lines(self, attributes: str) -> bool:
        """Return whether a block's attributes say that it keeps the lines of the source."""
        if LINES.search(attributes) or CODE.search(attributes):
            return True
        found = CLASSES.search(attributes) if self.keeps_lines else None
        return found is not None and not self.keeps_lines.isdisjoint((found[1] or found[2] or found[3] or "").split())

    def script(self, match: re.Match[str], tex: re.Match[str]) -> None:
        """Add a formula whose TeX is in an attribute of an empty element."""
        if EMPTY.match(self.source, match.end()) is None:
            return
        start, place = self.length, match.start("attributes") + tex.start(tex.lastindex or 1)
        for part in ENTITY.finditer(tex[tex.lastindex or 1]):
            self.add(unescape(part[0]), place + part.start())
        self.math.append((start, self.length))
        self.last_math = -1

    def block(self, name: str, closes: bool) -> None:
        if name in ("pre", "textarea"):
            self.pre = not closes
        elif name == "table":
            self.end_table()
        elif name == "tr" and not closes:
            self.rows.append([])
        if HEADING.fullmatch(name) and not closes:
            self.headings.append(Heading(self.length, int(name[1])))
        if name == "li" and not closes:
            self.add("\n\n- ", None)
        elif self.parts and not self.parts[-1].endswith("\n\n"):
            self.add("\n" if name == "tr" and not closes else "\n\n", None)

    def boundary(self, closes: bool, match: re.Match[str]) -> None:
        if not closes:
            self.cell = self.length
            wide = SPAN.search(match["attributes"])
            self.wide = int(wide[1]) if wide else 1
            return
        if self.cell >= 0 and self.rows:
            self.rows[-1] += [((self.cell, self.length),), *[()] * (self.wide - 1)]
            self.cell = -1
        self.add(" | ", None)

    def end_table(self) -> None:
        rows = [row for row in self.rows if row]
        if len(rows) > 1:
            self.tables.append(DocumentTable(tuple(tuple(row) for row in rows)))
        self.rows = []

    def mathematics(self, name: str, closes: bool, match: re.Match[str]) -> None:
        name = name.removeprefix("m:")
        if not closes:
            element = Element(name, match["attributes"], match.start())
            if len(self.stack) > 60:
                return
            if self.stack:
                self.stack[-1].children.append(element)
            if not match["attributes"].rstrip().endswith("/"):
                self.stack.append(element)
            return
        if not any(element.tag == name for element in self.stack):
            return
        element = self.stack.pop()
        while element.tag != name:
            element = self.stack.pop()
        if not self.stack:
            self.formula(element)

    def formula(self, element: Element) -> None:
        """Add a `<math>` as TeX; one that follows another with only a space between them continues its formula."""
        goes_on = self.math and self.last_math >= 0 and set("".join(self.parts[self.last_math :])) <= {" "}
        start = self.math.pop()[0] if goes_on else self.length
        here = self.length
        tex = element.annotation()
        for text, source in written(element):
            self.add(text, source)
        if self.length == here and tex:
            # Nothing but its TeX: that is what the page's own script will show.
            self.add(*tex)
            tex = None
        self.math.append((start, self.length))
        self.last_math = len(self.parts)
        if tex:
            self.tex_copies.append(TexCopy((here, self.length), *tex))
