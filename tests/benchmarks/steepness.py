"""How cost grows with size, as t(8n)/t(n): `python tests/benchmarks/steepness.py [CHARACTERS]`.

Linear is 8; tests/hostile/test_growth.py fails from 16 on. The default is up to 800 kB; 1250000 goes up to 10 MB.
"""

from __future__ import annotations

import sys

from growth import ERRORS, GROWN, KINDS, document, seconds

from symbolic.proofread import Report, proofread
from symbolic.proofread.mending import mended

CHARACTERS = 100_000


def main(characters: int = CHARACTERS) -> None:
    """Print for each kind of document, with no, few and many errors, what reading and mending take."""
    print(f"{'proofread':26}{'t(n)':>8}{'t(8n)':>8}{'ratio':>7}{'--fix':>9}{'ratio':>7}")
    for kind in KINDS:
        for called, errors in ERRORS.items():
            reading, mending = zip(
                *(_spent(kind, size, errors) for size in (characters, characters * GROWN)), strict=True
            )
            print(
                f"{kind + ', ' + called:26}{reading[0]:8.2f}{reading[1]:8.2f}{reading[1] / reading[0]:7.1f}"
                f"{mending[1]:9.4f}{mending[1] / max(mending[0], 1e-6):7.1f}",
                flush=True,
            )


def _spent(kind: str, size: int, errors: int) -> tuple[float, float]:
    """Processor seconds of reading a document, and of mending it."""
    text, reports = document(kind, size, errors), list[Report]()
    reading = seconds(lambda: reports.append(proofread(text, kind=kind)))
    return reading, seconds(lambda: mended(reports[0].document, reports[0].changes))


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
