"""The steps of a derivation, to put into somebody's own paper, README or web page."""

from __future__ import annotations

from symbolic.errors import UnknownName
from symbolic.language import speaking
from symbolic.measuring.derivation import Derivation
from symbolic.pages.document import Detail, explain_page, steps_alone
from symbolic.pages.files import folder_name
from symbolic.pages.rendering import as_html, as_markdown, tex_fragment
from symbolic.pages.rendering.notation import Notation

FORMATS = ("html", "latex", "markdown")


def fragment_of(
    derivation: Derivation,
    format: str,
    notation: Notation = "names",
    detail: Detail = "full",
    language: str = "en",
    columns: int = 1,
) -> str:
    """Return the steps and the closed form alone, in html, latex or markdown; UnknownName for another format.

    In LaTeX equations are numbered, and have labels: gpt2-124m-parameters-step-3-1-1. Its lines are
    those of a paper in one or two `columns`.
    """
    if format not in FORMATS:
        raise UnknownName("format of fragments", format, FORMATS)
    with speaking(language):
        page = steps_alone(explain_page(derivation, detail))
        if format == "html":
            return as_html.page_fragment(page, notation)
        if format == "markdown":
            return as_markdown.fragment(page, notation)
        labels = f"{folder_name(derivation.model.name, set())}-{derivation.quantity.name}"
        return tex_fragment.fragment(page, notation, labels, title=False, columns=columns)
