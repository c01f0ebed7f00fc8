"""Our own pages, read back as anybody's: none leaves with an equation that is not read, or not true."""

from __future__ import annotations

from dataclasses import replace

from symbolic.errors import CheckFailed
from symbolic.measuring.derivation import Derivation
from symbolic.proofread.proofreading import READERS, proofread


def proofread_page(derivation: Derivation, format: str, **options: str) -> str | bytes:
    """The page in a format, which says that it was proofread; CheckFailed where something in it doesn't hold.

    JSON has no equations to read, and a PDF no text in order: they are the pages as they are.
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
