"""Formats: one file each, found by listing this folder for the modules that make a page.

A format's module has `ENDING` (of its files) and `render(derivation, notation, detail)`, which gives text, or bytes
where the format is binary. One that prints any
page, not only a derivation's, has `render_page(page, notation) -> str` as well.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, cast

from symbolic.configs.model import Model
from symbolic.display import Displayed
from symbolic.errors import SymbolicError, UnknownName
from symbolic.extras import installed
from symbolic.language import speaking
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Step, Steps

if TYPE_CHECKING:
    from symbolic.pages.document import Detail
    from symbolic.pages.page import Page

PREFIX = "as_"
PICTURES = ("latex", "docx")
"""Formats that take a plot as a picture, which Typst makes; others show our own SVG, or say what is in it."""


class OtherLanguage(SymbolicError):
    """A page that is made already, asked for in another language."""


@cache
def formats() -> tuple[str, ...]:
    """Return the formats' names, in alphabetical order."""
    found = (module.name for module in iter_modules([str(Path(__file__).parent)]))
    return tuple(sorted(name.removeprefix(PREFIX) for name in found if name.startswith(PREFIX)))


def format_module(name: str) -> Any:
    """Return the module of a format; UnknownName names the nearest."""
    if name not in formats():
        raise UnknownName("format", name, formats())
    return import_module(f"{__name__}.{PREFIX}{name}")


def render(
    derivation: Derivation,
    format: str,
    notation: str = "names",
    detail: str = "full",
    language: str = "en",
    paper: str = "a4",
) -> str | bytes:
    """Return a derivation in a format and a language, for a paper: text, or bytes where the format is binary."""
    from symbolic.pages import paper as papers
    from symbolic.pages.document import DETAILS
    from symbolic.pages.rendering.notation import NOTATIONS

    if notation not in NOTATIONS:
        raise UnknownName("notation", notation, NOTATIONS)
    if detail not in DETAILS:
        raise UnknownName("detail", detail, DETAILS)
    with speaking(language), papers.on(paper):
        return cast("str | bytes", format_module(format).render(derivation, notation, detail))


def render_page(page: Page, format: str, notation: str = "names") -> str:
    """Return any page in a format, as text, in the language that is spoken: that in which the page was made."""
    from symbolic.pages.rendering.notation import NOTATIONS

    if notation not in NOTATIONS:
        raise UnknownName("notation", notation, NOTATIONS)
    module = format_module(format)
    if not hasattr(module, "render_page"):
        raise UnknownName(
            "format of such a page", format, [name for name in formats() if hasattr(format_module(name), "render_page")]
        )
    return cast(str, module.render_page(drawable(page, format), notation))


def attachments(page: Page, format: str) -> dict[str, bytes]:
    """Return the files that lie beside a page in this format: its plots, where the format does not hold them itself."""
    make = getattr(format_module(format), "attachments", None)
    page = drawable(page, format)
    return cast("dict[str, bytes]", make(page)) if make and page.figures else {}


def drawable(page: Page, format: str) -> Page:
    """Return the page without its plots where what makes pictures is not installed: each plot has a table beside it."""
    return page.unplotted if format in PICTURES and not installed("typst") else page


def show(shown: Displayed, format: str, **options: str) -> str | bytes:
    """Return what an object shows of itself in a format: a derivation its page, a model its sizes.

    OtherLanguage where a page is asked for in a language in which it was not made.
    """
    from symbolic.pages.page import Page

    if isinstance(shown, Derivation):
        return render(shown, format, **options)
    language = options.pop("language", _language_of(shown))
    if isinstance(shown, Page) and language != shown.language:
        raise OtherLanguage(
            f"this page was made in {shown.language!r}, got {language!r}; "
            f"make it inside `with symbolic.language.speaking({language!r}):`"
        )
    with speaking(language):
        return render_page(page_of(shown), format, **options)


def _language_of(shown: Displayed) -> str:
    """Return the language of a page, which is made already, and English for what is still to be said."""
    from symbolic.pages.page import Page

    return shown.language if isinstance(shown, Page) else "en"


def bundle(shown: Displayed) -> dict[str, str]:
    """Return what Jupyter may show of an object, by MIME type: HTML on a screen, LaTeX and Markdown of all of it."""
    from symbolic.pages.rendering.tex_fragment import fragment

    with speaking(_language_of(shown)):
        page = page_of(shown)
        return {
            "text/html": format_module("html").page_fragment(drawable(page_of(shown, "brief"), "html")),
            "text/latex": fragment(page),
            "text/markdown": _without_files(render_page(page, "markdown"), page),
            "text/plain": render_page(page_of(shown, "brief"), "text"),
        }


def _without_files(markdown: str, page: Page) -> str:
    """Return Markdown in which the words for a plot stand in its place: a notebook has no file beside it."""
    for figure in page.figures:
        markdown = re.sub(rf"!\[([^\n]*)\]\({re.escape(figure.file)}\.svg\)", r"\1", markdown)
    return markdown


def page_of(shown: Displayed, detail: Detail = "full") -> Page:
    """Return the page of an object that shows itself: a derivation, a step, a model, what has a `page`, or a page."""
    from symbolic.pages import document
    from symbolic.pages.page import Page

    if isinstance(shown, Page):
        return shown
    if isinstance(shown, Model):
        return document.model_page(shown)
    if isinstance(shown, Step):
        return document.step_page(shown)
    if isinstance(shown, Steps):
        return document.steps_page(shown)
    if isinstance(shown, Derivation):
        return document.explain_page(shown, detail)
    return cast("Page", shown.page())  # type: ignore[attr-defined]
