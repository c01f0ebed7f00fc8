"""Slides: a PDF of 16 : 9 by Typst for a talk: the network, the sizes, a block on each slide, and what they make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from symbolic.measuring.derivation import Derivation
from symbolic.pages.document import Detail, explain_page
from symbolic.pages.page import Entry, Equation, Items, Page, Paragraph, Part, Relation, Section, Statement
from symbolic.pages.pictures import Box, Diagram, Matrices
from symbolic.pages.rendering.as_pdf import TypstWriter, blocks
from symbolic.pages.rendering.notation import Notation
from symbolic.pages.rendering.picture_words import box_figure
from symbolic.pages.rendering.talk import below_title, for_a_talk, slides_of, together, with_short_tables
from symbolic.pages.rendering.typesetting import compiled
from symbolic.pages.rendering.typst_pictures import height_of
from symbolic.pages.rendering.typst_words import string

ENDING = "slides.pdf"
MOST_BOXES = 6
MOST_MATRICES, MOST_GROUPS = 5, 2
"""So many matrices, of so many parts, stand on a slide."""
WORDS = (Entry, Equation, Items, Paragraph, Relation, Statement)
"""What is set larger where the slide has room; a table or a picture is as wide as the slide."""
HIGHEST = 230
"""A drawing that is higher, in points, has more slides than one."""


def render(derivation: Derivation, notation: Notation = "names", detail: Detail = "full") -> bytes:
    """Return the page of a derivation as slides, a PDF."""
    return render_page(explain_page(derivation, detail), notation)


def render_page(page: Page, notation: Notation = "names") -> bytes:
    """Return any page as slides, a PDF."""
    return compiled(source(page, notation))


def source(page: Page, notation: Notation = "names") -> str:
    """Return any page as Typst's source of slides."""
    # On so small a sheet few tables fit, so each may go on over its end.
    return "\n".join((blocks("page", 0), blocks("slides", 0), *_Slides(page.sizes, notation).page(page))) + "\n"


class _Slides(TypstWriter):
    show = "slides-of"

    def page(self, page: Page) -> Iterator[str]:
        return super().page(replace(for_a_talk(page), dense=False))

    def turned(self, line: str) -> str:
        return f"#pagebreak(weak: true)\n{line}"

    def section(self, section: Section) -> Iterator[str]:
        title = self.turned(f"#heading(level: 2, {string(section.title)})")
        if section.id == "steps":
            yield from self.steps(section, title)
        elif section.id == "network":
            yield from self.network(section, title)
        else:
            self.tables_alike(section.parts)
            for slide in together(tuple(with_short_tables(section.parts))):
                yield from (title, *self.fitted(slide))

    def lead(self, page: Page) -> Iterator[str]:
        if page.lead:
            first, *others = below_title(page.lead)
            yield from self.fitted(first)
            for slide in others:
                yield from (self.turned(f"#heading(level: 2, {string(page.title)})"), *self.fitted(slide))

    def fitted(self, parts: Sequence[Part]) -> Iterator[str]:
        """Yield parts that are set smaller where the slide would not hold them; words and equations larger."""
        words = all(isinstance(part, WORDS) for part in parts)
        yield from ("#fitted(large: true)[" if words else "#fitted[", *self.parts(parts), "]")

    def network(self, section: Section, title: str) -> Iterator[str]:
        """Yield a slide with the blocks of the network, and one for each block that has others in it."""
        for diagram in (part for part in section.parts if isinstance(part, Diagram)):
            opened = [box for box in diagram.boxes if box.boxes]
            yield from (title, *self.fitted([_at_a_glance(diagram)]))
            for box in opened:
                for drawn in _in_pieces(box):
                    yield self.turned(f"#heading(level: 2, {string(box.title)})")
                    yield f"#subtitle({string(box_figure(box))})"
                    yield from self.fitted([drawn])
        for before, part in pairwise(section.parts):
            if isinstance(part, Matrices):
                first, *others = part.in_pieces(MOST_MATRICES, MOST_GROUPS)
                yield from (title, *self.fitted((before, first)))
                for piece in others:
                    yield from (title, *self.fitted((piece,)))

    def steps(self, section: Section, title: str) -> Iterator[str]:
        """Yield the slides of the steps: parts of one weight together, and each block with its weights and its sum."""
        for slide in slides_of(section):
            # A step has its own title.
            yield from (self.turned("") if isinstance(slide[0], Entry) else title, *self.fitted(slide))

    def matrices(self, matrices: Matrices) -> Iterator[str]:
        yield f"#side-by-side({', '.join(self.groups(matrices))})"

    def entry(self, entry: Entry, depth: int = 1) -> Iterator[str]:
        # Shapes and shares are for who reads; a slide has the equations.
        yield from super().entry(entry._replace(detail=()), depth)

    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        # No sentence goes on on the next slide.
        yield from ("#unbroken[", *super().paragraph(paragraph), "]")


def _at_a_glance(diagram: Diagram) -> Diagram:
    """Return a diagram with nothing in its boxes; of many boxes it shows neither shapes nor what flows between them."""
    boxes = tuple(replace(box, boxes=(), notes=()) for box in diagram.boxes)
    if len(boxes) > MOST_BOXES:
        return Diagram(tuple(replace(box, shapes=(), into=None) for box in boxes), "")
    return Diagram(boxes, "", diagram.out)


def _in_pieces(box: Box) -> Iterator[Diagram]:
    """Yield the drawings of what is in a box: one, or as many as it takes to be read from afar."""
    piece: tuple[Box, ...] = ()
    for inner in box.boxes:
        if piece and height_of(Diagram((*piece, inner), "")) > HIGHEST:
            yield Diagram(piece, "")
            piece = ()
        piece = (*piece, inner)
    yield Diagram(piece, "")
