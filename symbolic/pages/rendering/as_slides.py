"""Slides: a PDF of 16 : 9 by Typst, the network first, then a step on each with what it makes so far."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.measuring.derivation import Derivation
from symbolic.pages.document import Detail, explain_page
from symbolic.pages.page import Entry, Page
from symbolic.pages.rendering.as_pdf import TypstWriter, blocks
from symbolic.pages.rendering.notation import Notation
from symbolic.pages.rendering.typesetting import compiled

ENDING = "slides.pdf"


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

    def entry(self, entry: Entry, depth: int = 1) -> Iterator[str]:
        yield self.turned("")
        yield from self.opening(entry, depth)
        if entry.before:
            yield from self.below(entry, depth)
            yield self.turned("")
        yield from self.closing(entry, depth)
