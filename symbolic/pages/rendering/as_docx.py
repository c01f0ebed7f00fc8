"""Word: native equations, headings, a table of contents, and words for each plot; made of the Markdown by pandoc."""

from __future__ import annotations

from symbolic.language import current
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.pages.document import Detail, explain_page
from symbolic.pages.page import Page
from symbolic.pages.rendering import as_markdown
from symbolic.pages.rendering.notation import Notation
from symbolic.pages.rendering.pandoc import converted
from symbolic.pages.rendering.word import mended, simplified

ENDING = "docx"


def render(derivation: Derivation, notation: Notation = "names", detail: Detail = "full") -> bytes:
    """The page of a derivation as a document for Word or LibreOffice; SymbolicError without pandoc."""
    return render_page(explain_page(derivation, detail).unplotted, notation)


def render_page(page: Page, notation: Notation = "names") -> bytes:
    """Return any page likewise; its plots are in the document."""
    text = as_markdown.render_page(page, notation)
    files: dict[str, bytes] = {}
    for figure in page.figures:
        from symbolic.pages.rendering.plot import png_file

        files[f"{figure.file}.png"] = png_file(figure)
        text = text.replace(f"]({figure.file}.svg)", f"]({figure.file}.png)")
    contents = ("--toc", "--toc-depth=2", f"--metadata=toc-title:{_('Contents')}")
    # A sheet to fill in has a foot of its own, and a few sections.
    options = () if page.foot else contents
    made = converted(simplified(text), "docx", files, *options, f"--metadata=lang:{current().code}")
    return mended(made, page.foot, page.paper)
