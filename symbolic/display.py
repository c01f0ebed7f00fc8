"""How objects show themselves without knowing any format: the rooms above register who prints them.

A derivation is made below the pages, so it can't import them. The package itself registers a printer once; the
printer imports the formats when something is shown, not before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

Show: TypeAlias = "Callable[..., str | bytes]"
"""Takes an object, a format's name and options; returns the object's page."""
Bundle: TypeAlias = "Callable[[Displayed], Mapping[str, str]]"
"""Takes an object; returns what Jupyter may show of it, by MIME type."""

_printers: list[tuple[Show, Bundle]] = []


def register(show: Show, bundle: Bundle) -> None:
    """Let these two functions show every `Displayed` object from now on."""
    _printers[:] = [(show, bundle)]


class Displayed:
    """Base of the objects that show themselves in Jupyter and as pages: derivations, models."""

    __slots__ = ()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, str]:  # noqa: ARG002
        """Return how Jupyter shows it: as HTML, LaTeX, Markdown or plain text."""
        return _printers[0][1](self)

    def to(self, format: str, **options: str) -> str | bytes:
        """Return the page in a format: html, latex, markdown, text or json as text, pdf as bytes.

        Options are notation ("names", "letters"), detail ("full", "brief", "short", "cheat-sheet"), language
        ("en", "de") and of a derivation paper ("a4", "letter"). Raises UnknownName for one that does not exist.
        """
        return _printers[0][0](self, format, **options)

    def _text(self, format: str, **options: str) -> str:
        page = self.to(format, **options)
        assert isinstance(page, str)  # noqa: S101 - the formats below are text
        return page

    def to_html(self, **options: str) -> str:
        """Return the page as one HTML file."""
        return self._text("html", **options)

    def to_latex(self, **options: str) -> str:
        """Return the page as a LaTeX document."""
        return self._text("latex", **options)

    def to_markdown(self, **options: str) -> str:
        """Return the page as GitHub-flavoured Markdown."""
        return self._text("markdown", **options)

    def to_text(self, **options: str) -> str:
        """Return the page as plain text, 80 columns wide."""
        return self._text("text", **options)

    def to_pdf(self, **options: str) -> bytes:
        """Return the page as a PDF."""
        page = self.to("pdf", **options)
        assert isinstance(page, bytes)  # noqa: S101 - a PDF is no text
        return page

    def to_json(self, **options: str) -> str:
        """Return the whole derivation as data."""
        return self._text("json", **options)
