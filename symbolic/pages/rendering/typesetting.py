"""Typst: what it makes of a document, the same bytes for the same source."""

from __future__ import annotations

from threading import local
from typing import Any

from symbolic.extras import needed

_kept = local()


def compiled(document: str) -> bytes:
    """Return the PDF of a document, with Typst's own fonts and no clock: PDF/UA-1, so that it can be read aloud."""
    return _made(document, format="pdf", pdf_standards="ua-1", timestamp=0)


def picture(document: str, *, dots_per_inch: int | None = None) -> bytes:
    """Return a picture for other documents: as PDF, or with so many dots as PNG; the document around it has words."""
    if dots_per_inch is None:
        # The newest version that pdfTeX includes without a warning.
        return _made(document, format="pdf", pdf_standards="1.5")
    return _made(document, format="png", ppi=dots_per_inch)


def _made(document: str, **how: Any) -> bytes:
    typst = needed("typst", "pdf", "a PDF")
    # A compiler finds its fonts once; each thread has its own.
    if not hasattr(_kept, "compiler"):
        _kept.compiler = typst.Compiler(ignore_system_fonts=True)
    return bytes(_kept.compiler.compile(input=document.encode(), **how))
