"""Slides: a PDF of 16 : 9 by Typst for a talk: the network, the sizes, a block on each slide, and what they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symbolic.measuring.derivation import Derivation
from symbolic.pages.document import Detail, explain_page
from symbolic.pages.page import Diagram, Entry, Equation, Matrices, Page, Paragraph, Part, Section, Table
from symbolic.pages.rendering.as_pdf import TypstWriter, blocks
from symbolic.pages.rendering.notation import Notation
from symbolic.pages.rendering.typesetting import compiled
from symbolic.pages.rendering.typst_words import string

ENDING = "slides.pdf"
MOST_TOGETHER = 4
"""So many weights stand on one slide."""
FEW = 2
IN_ONE = frozenset({"where", "closed-form", "sources"})
"""Sections that stand on one slide, made smaller if need be."""
TO_READ = frozenset({"meaning", "checked"})
"""Sections of a page that a talk does without: they are there to be read."""


def render(derivation: Derivation, notation: Notation = "names", detail: Detail = "full") -> bytes:
    """Return the page of a derivation as slides, a PDF."""
    return render_page(explain_page(derivation, detail), notation)


def render_page(page: Page, notation: Notation = "names") -> bytes:
    """Return any page as slides, a PDF."""
    return compiled(source(page, notation))


def source(page: Page, notation: Notation = "names") -> str:
    """Return any page as Typst's source of slides."""
    # On so small a sheet few tables fit, so each may go on over its end.
    return "\n".join((blocks("page", 0), blocks("slides", 0), *_Slides(page.sizes, notation).page(page, "a4"))) + "\n"


class _Slides(TypstWriter):
    show = "slides-of"

    def turned(self, line: str) -> str:
        return f"#pagebreak(weak: true)\n{line}"

    def section(self, section: Section) -> Iterator[str]:
        if section.id in TO_READ:
            return
        if section.id == "steps":
            yield from self.steps(section)
            return
        if any(isinstance(part, Matrices) for part in section.parts):
            for part in _with_matrices(section):
                yield self.turned(f"#heading(level: 2, {string(section.title)})")
                yield from self.fitted(self.parts(part))
            return
        parts = tuple(_shown(section))
        if parts == section.parts and section.id not in IN_ONE:
            yield from super().section(section)
            return
        yield self.turned(f"#heading(level: 2, {string(section.title)})")
        # The network takes what room there is itself.
        whole = any(isinstance(part, Diagram) for part in parts)
        yield from self.parts(parts) if whole else self.fitted(self.parts(parts))

    def lead(self, page: Page) -> Iterator[str]:
        if page.lead:
            yield from self.fitted(self.parts(page.lead))

    def fitted(self, lines: Iterable[str]) -> Iterator[str]:
        """Yield lines that are set smaller where the slide would not hold them."""
        yield from ("#fitted[", *lines, "]")

    def steps(self, section: Section) -> Iterator[str]:
        """Yield the slides of the steps: parts of one weight together, and each block with its weights and its sum."""
        for slide in _slides_of(section):
            lines = [line for part in slide for line in self.part(part)]
            yield from (self.turned(""), *self.fitted(lines))

    def entry(self, entry: Entry, depth: int = 1) -> Iterator[str]:
        # Shapes and shares are for who reads; a slide has the equations.
        yield from super().entry(entry._replace(detail=()), depth)


def _with_matrices(section: Section) -> Iterator[tuple[Part, ...]]:
    """Yield the two slides of a section with matrices: its words, and the matrices with what is said of them."""
    place = next(place for place, part in enumerate(section.parts) if isinstance(part, Matrices))
    yield (*section.parts[: place - 1], *section.parts[place + 1 :])
    yield section.parts[place - 1 : place + 1]


def _shown(section: Section) -> Iterator[Part]:
    """Yield the parts of a section that a slide shows: pictures, the first table, equations."""
    first = next((part for part in section.parts if isinstance(part, Table)), None)
    for part in section.parts:
        match section.id:
            case "network" if not isinstance(part, Diagram):
                continue
            case "config" if not (part is first or isinstance(part, Equation)):
                continue
            case "other-counts" if isinstance(part, Table | Paragraph) and part is not first:
                continue
        yield part


def _slides_of(section: Section) -> Iterator[tuple[Part, ...]]:
    """Yield what stands on each slide of the steps."""
    loose: list[Part] = []
    for part in section.parts:
        if isinstance(part, Entry) and part.before:
            yield from _flushed(loose)
            yield from _block(part)
            continue
        loose.append(part)
        if len(loose) == MOST_TOGETHER:
            yield from _flushed(loose)
    yield from _flushed(loose)


def _flushed(loose: list[Part]) -> Iterator[tuple[Part, ...]]:
    if loose:
        yield tuple(loose)
        loose.clear()


def _block(entry: Entry) -> Iterator[tuple[Part, ...]]:
    """Yield the slides of a block: all of its weights and its sum, or, where blocks are in it, each by itself."""
    if any(below.before for below in entry.before):
        opened: list[Part] = [entry._replace(before=(), equations=(), running=None, after=())]
        for below in entry.before:
            if below.before:
                first, *others = _block(below)
                if len(opened) > 1:
                    yield tuple(opened)
                    opened = []
                yield (*opened, *first)
                yield from others
                opened = []
            else:
                opened.append(below)
        yield (*opened, entry._replace(text="", before=())) if entry.equations else tuple(opened)
        return
    weights = entry.before
    pieces = [weights[at : at + MOST_TOGETHER] for at in range(0, len(weights), MOST_TOGETHER)]
    for index, piece in enumerate(pieces):
        last = index == len(pieces) - 1
        yield (
            entry._replace(
                text=entry.text if index == 0 else "",
                # Of several weights the equations speak, and who gives the talk.
                before=tuple(one._replace(text="") for one in piece) if len(piece) > FEW else piece,
                equations=entry.equations if last else (),
                running=entry.running if last else None,
                after=entry.after if last else (),
            ),
        )
