"""How cost grows with size, as t(8n)/t(n): `python tests/benchmarks/steepness.py [CHARACTERS]`.

Documents with no, few and many errors and what mends them, patterns of layers, many configs in one command.
Linear is 8; tests/hostile/test_growth.py fails from 16 on. The default is up to 800 kB; 1250000 goes up to 10 MB.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from figures import Figures
from growth import ERRORS, GROWN, KINDS, document, many_configs, patterned, seconds
from processes import SYMBOLIC, measured

import symbolic
from symbolic.proofread import Report, proofread
from symbolic.proofread.mending import mended

CHARACTERS = 100_000
STEEPEST = 16
"""The ratio from which on cost grows more steeply than the input."""
MENDED = 400
"""Mending is too short to be timed once: the clock of processes has steps of a hundredth of a second."""
LAYERS = 100_000
CONFIGS = 10_000
COMMANDS = {
    "count": ([], 1),
    "table": (["--output", "{folder}/{number}.csv"], 1),
    "explain": (["--format", "json", "--output", "{folder}/{number}"], 10),
    "compare": (["--format", "text", "--output", "{folder}/{number}"], 10),
}
"""Commands of many configs: their options, and by how much fewer configs they take here, since each makes pages."""


def main(characters: int = CHARACTERS) -> None:
    """Print for each kind of document, with no, few and many errors, what reading and mending take."""
    figures = Figures("steepness")
    print(f"{'proofread':26}{'t(n)':>8}{'t(8n)':>8}{'ratio':>7}{'--fix':>9}{'ratio':>7}{'aim':>6}")
    for kind in KINDS:
        for called, errors in ERRORS.items():
            reading, mending = zip(
                *(_spent(kind, size, errors) for size in (characters, characters * GROWN)), strict=True
            )
            print(
                f"{kind + ', ' + called:26}{reading[0]:8.2f}{reading[1]:8.2f}{reading[1] / reading[0]:7.1f}"
                f"{mending[1]:9.4f}{f'{mending[1] / mending[0]:.1f}' if mending[0] else '':>7}{f'<{STEEPEST}':>6}",
                flush=True,
            )
            figures.most(f"{kind}, {called}, proofread", reading[1] / reading[0], STEEPEST)
            if mending[0]:
                figures.most(f"{kind}, {called}, --fix", mending[1] / mending[0], STEEPEST)


def configs() -> None:
    """Print what a long pattern of layers, and many configs in one command, take beside an eighth of them."""
    figures = Figures("steepness")
    print(f"\n{'configs':36}{'t(n)':>8}{'t(8n)':>8}{'ratio':>7}{'aim':>6}{'MB of n':>9}{'of 8n':>8}")
    # The commands first: the system counts what their parent held when it started them as theirs.
    with tempfile.TemporaryDirectory() as folder:
        for command, (options, fewer) in COMMANDS.items():
            costs = []
            for number in (CONFIGS // fewer // GROWN, CONFIGS // fewer):
                further = [option.format(folder=folder, number=number) for option in options]
                costs.append(measured([*SYMBOLIC, command, many_configs(Path(folder), number), *further]))
            few, many = costs
            print(
                f"{f'{command} of {CONFIGS // fewer:,} configs':36}{few.seconds:8.2f}{many.seconds:8.2f}"
                f"{many.seconds / few.seconds:7.1f}{f'<{STEEPEST}':>6}{few.megabytes:9.0f}{many.megabytes:8.0f}",
                flush=True,
            )
            figures.most(f"{command} of {CONFIGS // fewer:,} configs", many.seconds / few.seconds, STEEPEST)
    # The first page imports what the others need.
    _, short, long = map(_page_of, (1, LAYERS // GROWN, LAYERS))
    print(f"{f'a page of {LAYERS:,} listed layers':36}{short:8.2f}{long:8.2f}{long / short:7.1f}{f'<{STEEPEST}':>6}")
    figures.most(f"a page of {LAYERS:,} listed layers", long / short, STEEPEST)


def _page_of(layers: int) -> float:
    """Processor seconds of a page with so many layers, from its text on."""
    text = json.dumps(patterned(layers))
    return seconds(lambda: symbolic.explain(json.loads(text)).to("text"))


def _spent(kind: str, size: int, errors: int) -> tuple[float, float]:
    """Processor seconds of reading a document, and of mending it."""
    text, reports = document(kind, size, errors), list[Report]()
    reading = seconds(lambda: reports.append(proofread(text, kind=kind)))
    return reading, seconds(lambda: [mended(reports[0].document, reports[0].changes) for _ in range(MENDED)]) / MENDED


if __name__ == "__main__":
    configs()
    main(*(int(one) for one in sys.argv[1:]))
