"""How many a second a process makes that is warm, and whether its memory stays flat: `python tests/benchmarks/warm.py`.

The aims, for one processor: 50 HTML pages a second, 120 JSON documents, 600 counts, 15 PDFs. Garbage is collected as
`symbolic explain` does it for many models: now and then, and what is left then is not looked through again.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from figures import Figures
from growth import TINY

import symbolic
from symbolic.configs import models

PAGES = 2_000
FEW = 20
"""After so many things made, garbage is collected."""
FLAT = 1.5
"""How much more memory ten times as many pages may take: what is kept has bounds, which the first pages don't reach."""
MADE: dict[str, tuple[int, Callable[[str], object]]] = {
    "HTML pages": (50, lambda name: symbolic.explain(name).to("html")),
    "JSON documents": (120, lambda name: symbolic.explain(name).to("json")),
    "LaTeX documents": (0, lambda name: symbolic.explain(name).to("latex")),
    "texts": (0, lambda name: symbolic.explain(name).to("text")),
    "counts": (600, lambda name: symbolic.count(symbolic.load(name))),
    "PDFs": (15, lambda name: symbolic.explain(name).to("pdf")),
}


def rate(make: Callable[[str], object]) -> float:
    """How many a processor's second, over all bundled models; each was made once before."""
    for name in models.names():
        make(name)
    start = time.process_time()
    done = 0
    while (spent := time.process_time() - start) < 4 or done % len(models.names()):
        make(models.names()[done % len(models.names())])
        done += 1
        free(done)
    return done / spent


def free(done: int) -> None:
    """Collect garbage now and then."""
    if done % FEW == 0:
        gc.collect()
        gc.freeze()


def resident() -> float:
    """The megabytes that this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def flat(pages: int) -> tuple[float, float]:
    """The megabytes after a tenth of so many different pages, and after all."""
    sizes = []
    for number in range(pages):
        model = symbolic.load({**TINY, "n_layers": number + 1, "vocab_size": 100 + 7 * number})
        symbolic.explain(model).to("html")
        free(number)
        if number + 1 in (pages // 10, pages):
            sizes.append(resident())
    return sizes[0], sizes[-1]


def main(pages: int = PAGES) -> None:
    """Print the rates, and the memory of many pages."""
    gc.disable()
    figures = Figures("warm")
    print(f"{'warm':24}{'a second':>10}{'aim':>7}{'÷ aim':>7}")
    for name, (aim, make) in MADE.items():
        found = rate(make)
        figures.least(f"{name} a second", found, aim or None)
        print(f"{name:24}{found:10.1f}{aim or '':>7}{f'{found / aim:.2f}' if aim else '':>7}", flush=True)
    before, behind = flat(pages)
    figures.most(f"memory of {pages:,} HTML pages by that of a tenth of them", behind / before, FLAT)
    print(
        f"{pages:,} HTML pages: {behind / before:.2f} × the memory after a tenth of them (aim {FLAT:g}), "
        f"{behind:.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
