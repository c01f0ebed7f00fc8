"""PDF by Typst: PDF/UA-1, so each equation says in words what it shows, and the same bytes for the same page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import takewhile, zip_longest

from symbolic.formulas.figures import SUPERSCRIPTS, grouped
from symbolic.language import ENGLISH, current
from symbolic.measuring.derivation import Derivation
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
    Section,
    Table,
)
from symbolic.pages.pictures import Bar, Diagram, Matrices
from symbolic.pages.rendering.notation import Notation
from symbolic.pages.rendering.typesetting import compiled
from symbolic.pages.rendering.typst_pictures import PictureWriter
from symbolic.pages.rendering.typst_tables import TableWriter
from symbolic.pages.rendering.typst_words import string
from symbolic.pages.rendering.writer import sum_title
from symbolic.pages.templating import templates

ENDING = "pdf"
PAPERS = {"a4": "a4", "letter": "us-letter"}
DEEPEST = 3
MOST_ROWS = 14
SHORT_CHOICE = 16
SHORT = 40
"""A detail of fewer letters stands in one line."""
MOST_TOGETHER = 8
MOST_LETTERS = 500
"""Of formulas that stand on one sheet with what is around them."""
LAST_TOGETHER = 3
"""So many last steps stand on one sheet: no sheet holds less."""
MOST_STEPS = 12
"""So many lines of a question stand on one sheet with it."""


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


class TypstWriter(TableWriter, PictureWriter):
    """Writes the parts of a page with the functions of `page.typ`."""

    show = "page-of"
    """The function that sets the sheets."""

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
        if page.headline is not None:
            rounded = re.sub(r"\^(\d+)", lambda power: power[1].translate(SUPERSCRIPTS), page.rounded)
            exact = f"{string(grouped(page.headline))}, {string(page.unit)}"
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
        parts = _explained_first(section.parts)
        self.tables_alike(parts)
        for part, after in zip_longest(parts, parts[1:]):
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
        if lines and not entry.before and not entry.equations:
            yield from self.with_steps(entry, depth)
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

    def with_steps(self, entry: Entry, depth: int) -> Iterator[str]:
        """Yield words, which stand on the sheet of the first step after them, and the steps, the last ones together."""
        words = list(takewhile(lambda part: isinstance(part, Paragraph), entry.after))
        steps = entry.after[len(words) :]
        last = max(len(steps) - LAST_TOGETHER, 0)
        yield from ("#introduced[", *self.opening(entry, depth), *self.parts(words, depth + 1), "]")
        yield from self.parts(steps[:last], depth + 1)
        yield from ("#whole[", *self.parts(steps[last:], depth + 1), "]")

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

    def code(self, lines: list[str]) -> Iterator[str]:
        yield f'#raw(({", ".join(map(string, lines))},).join("\\n"), block: true)'

    def answer(self, answer: Answer) -> Iterator[str]:
        yield f"#answer([{self.words(answer.label)}], {answer.room})"

    def choices(self, choices: Choices) -> Iterator[str]:
        options = ", ".join(f"({string(letter)}, [{self.words(text)}])" for letter, text in choices.options)
        across = max(len(text) for _, text in choices.options) <= SHORT_CHOICE
        yield f"#choices(({options},){', across: true' if across else ''})"

    def lines(self, lines: Lines) -> Iterator[str]:
        yield f"#{'room' if lines.working else 'lines'}({lines.count})"


def without_room(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return what a question says, without its room to work."""
    return tuple(part for part in parts if not (isinstance(part, Lines) and part.working))


def _leads(part: Part, after: Part | None) -> bool:
    """Return whether a paragraph says what the next part shows, and so stands on its sheet; a diagram finds its own."""
    if not isinstance(part, Paragraph) or after is None or isinstance(after, Diagram):
        return False
    return part.text.endswith(":") or isinstance(after, Bar | Matrices | Table)


def _explained_first(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return parts with the notes on a diagram before it: where it begins a sheet, they fill the one before."""
    ordered: list[Part] = []
    for part in parts:
        if isinstance(part, Paragraph) and part.tone == "note" and ordered and isinstance(ordered[-1], Diagram):
            ordered.insert(-1, part)
        else:
            ordered.append(part)
    return tuple(ordered)
