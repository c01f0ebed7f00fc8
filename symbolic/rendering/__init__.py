"""Formats: one file each, found by listing this folder for the modules that make a page.

A format's module has `ENDING` (of its files) and `render(derivation, notation, detail)`, which gives text, or bytes
where the format is binary. One that prints any
page, not only a derivation's, has `render_page(page, notation) -> str` as well.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, cast

from symbolic.errors import UnknownName

if TYPE_CHECKING:
    from symbolic.derivation import Derivation
    from symbolic.model import Model
    from symbolic.page import Page

PREFIX = "as_"


@cache
def formats() -> tuple[str, ...]:
    """The formats' names, in alphabetical order."""
    found = (module.name for module in iter_modules([str(Path(__file__).parent)]))
    return tuple(sorted(name.removeprefix(PREFIX) for name in found if name.startswith(PREFIX)))


def format_module(name: str) -> Any:
    """The module of a format; UnknownName names the nearest."""
    if name not in formats():
        raise UnknownName("format", name, formats())
    return import_module(f"{__name__}.{PREFIX}{name}")


def render(derivation: Derivation, format: str, notation: str = "names", detail: str = "full") -> str | bytes:
    """A derivation in a format: text, or bytes where the format is binary."""
    from symbolic.document import DETAILS
    from symbolic.rendering.notation import NOTATIONS

    if notation not in NOTATIONS:
        raise UnknownName("notation", notation, NOTATIONS)
    if detail not in DETAILS:
        raise UnknownName("detail", detail, DETAILS)
    return cast("str | bytes", format_module(format).render(derivation, notation, detail))


def render_page(page: Page, format: str, notation: str = "names") -> str:
    """Any page in a format, as text."""
    from symbolic.rendering.notation import NOTATIONS

    if notation not in NOTATIONS:
        raise UnknownName("notation", notation, NOTATIONS)
    module = format_module(format)
    if not hasattr(module, "render_page"):
        raise UnknownName(
            "format of such a page", format, [name for name in formats() if hasattr(format_module(name), "render_page")]
        )
    return cast(str, module.render_page(page, notation))


def attachments(page: Page, format: str) -> dict[str, bytes]:
    """The files that lie beside a page in this format: its plots, where the format does not hold them itself."""
    make = getattr(format_module(format), "attachments", None)
    return cast("dict[str, bytes]", make(page)) if make and page.figures else {}


def bundle(derivation: Derivation) -> dict[str, str]:
    """What Jupyter may show of a derivation, by MIME type."""
    return {
        "text/html": format_module("html").fragment(derivation),
        "text/latex": format_module("latex").fragment(derivation),
        "text/markdown": derivation.to_markdown(detail="brief"),
        "text/plain": derivation.to_text(detail="brief"),
    }


def model_bundle(model: Model) -> dict[str, str]:
    """What Jupyter may show of a model: its sizes."""
    from symbolic.document import model_page

    page = model_page(model)
    return {
        "text/html": format_module("html").page_fragment(page),
        "text/latex": format_module("latex").page_fragment(page),
        "text/markdown": format_module("markdown").render_page(page, "names"),
        "text/plain": format_module("text").render_page(page, "names"),
    }
