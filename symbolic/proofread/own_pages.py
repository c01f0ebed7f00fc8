"""Check of our own pages: each is read back like any document; no equation in it may be unread or wrong."""

from __future__ import annotations

from dataclasses import replace

from symbolic.errors import CheckFailed
from symbolic.measuring.derivation import Derivation
from symbolic.proofread.proofreading import READERS, proofread


def proofread_page(derivation: Derivation, format: str, **options: str) -> str | bytes:
    """Return the page in a format, with a note that it was proofread; raise CheckFailed if an equation doesn't hold.

    JSON and PDF pages are returned as they are: they are not read back.
    """
    if format not in READERS:
        return derivation.to(format, **options)
    page = replace(derivation, read_back=True).to(format, **options)
    report = proofread(str(page), kind=format, derivation=derivation)
    bad = [finding for finding in report.findings if finding.verdict not in ("holds", "unknown")]
    if bad:
        place = report.place(bad[0].start)
        raise CheckFailed(f"the {format} page of {derivation.model.name}, {place}: {bad[0].says} Please report this")
    return page
