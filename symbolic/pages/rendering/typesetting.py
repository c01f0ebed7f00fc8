"""Typst: what it makes of a document, the same bytes for the same source.

It brings fonts of its own, for Latin, Greek, Cyrillic, Hebrew, Devanagari and a few scripts more. A letter that these
lack is set in a font of the machine; only then do the bytes depend on it.
"""

from __future__ import annotations

import re
from functools import cache
from threading import local
from typing import Any

from symbolic.extras import needed

_kept = local()
USUAL = (
    r" -~\u00a0-\u00ac\u00ae-\u024f\u0391-\u03a1\u03a3-\u03c9\u2010-\u2026\u202f\u2030\u20ac\u2122\u2190-\u2193"
    r"\u2200-\u22ff⁰¹²³⁴-⁹"
)
"""The characters of our own pages, as a class of a pattern has them: Typst's own fonts have all."""
UNUSUAL = re.compile(f"[^{USUAL}\n]")


def quoted(text: str) -> str:
    """Return text as a string of Typst, whatever characters it has."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def compiled(document: str) -> bytes:
    """Return the PDF of a document, with Typst's own fonts and no clock: PDF/UA-1, so that it can be read aloud."""
    return _made(document, format="pdf", pdf_standards="ua-1", timestamp=0)


def picture(document: str, *, dots_per_inch: int | None = None) -> bytes:
    """Return a picture for other documents: as PDF, or with so many dots as PNG; the document around it has words."""
    if dots_per_inch is None:
        # The newest version that pdfTeX includes without a warning.
        return _made(document, format="pdf", pdf_standards="1.5")
    return _made(document, format="png", ppi=dots_per_inch)


@cache
def has_letter(letter: str, *, machine: bool) -> bool:
    """Return whether a font has a letter: one of Typst's own, or one of the machine.

    Typst makes no PDF that can be read aloud of a letter that no font has.
    """
    document = f'#set document(title: "a letter")\n#"\\u{{{ord(letter):x}}}"'
    typst = needed("typst", "pdf", "a PDF")
    try:
        _compiler(machine).compile(input=document.encode(), format="pdf", pdf_standards="ua-1", timestamp=0)
    except typst.TypstError:
        return False
    return True


def _made(document: str, **how: Any) -> bytes:
    needed("typst", "pdf", "a PDF")
    machine = any(not has_letter(letter, machine=False) for letter in {*UNUSUAL.findall(document)})
    # Typst keeps what it set for the last documents, by what it is and by its place in the source. All of a text that
    # is evaluated has one place, whatever stands before it: so the sheets of a class share what they have in common.
    source = f'#eval({quoted(document)}, mode: "markup")'
    return bytes(_compiler(machine).compile(input=source.encode(), **how))


def _compiler(machine: bool) -> Any:
    """Return a compiler with Typst's own fonts, or with those of the machine, too. It finds its fonts once.

    Each thread has its own.
    """
    import typst

    kept: dict[bool, Any] = _kept.__dict__.setdefault("compilers", {})
    if machine not in kept:
        kept[machine] = typst.Compiler(ignore_system_fonts=not machine)
    return kept[machine]
