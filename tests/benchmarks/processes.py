"""What a whole command costs beside importing its libraries: `python tests/benchmarks/processes.py`.

Commands run in turn with the floor, pair by pair, so that a ratio holds where the machine's speed drifts. What is
compared is processor time: other programs change it least. `ratio` is the median of the pairs', `lowest` that of the
least of each. The floor beside itself shows how much noise is left.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from figures import Figures

FLOOR = [sys.executable, "-c", "import sympy, jinja2, latex2mathml.converter"]
SYMBOLIC = [sys.executable, "-m", "symbolic"]
RUNS = 7
GPT = {"vocab_size": 50257, "context_length": 1024, "emb_dim": 768, "n_heads": 12, "qkv_bias": False}


class Cost(NamedTuple):
    """What a process took."""

    wall: float
    seconds: float
    megabytes: float


def measured(command: list[str], codes: tuple[int, ...] = (0,)) -> Cost:
    """Wall seconds, processor seconds and peak megabytes of a process; those of its own processes count, too."""
    start = time.perf_counter()
    pid = os.posix_spawn(
        command[0],
        command,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)],
    )
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in codes:
        raise SystemExit(f"{' '.join(command)} failed")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def main() -> None:
    """Measure each command against the floor and print medians, ratios and their aims."""
    with tempfile.TemporaryDirectory() as folder:
        deep, notes = Path(folder) / "deep.json", Path(folder) / "notes.md"
        deep.write_text(json.dumps({**GPT, "n_layers": 12_000}), encoding="utf-8")
        notes.write_text("# Notes\n\n768 × 3072 = 2,359,296\n", encoding="utf-8")
        output = ["--output", folder]
        page = [*SYMBOLIC, "explain", "gpt2-124m", *output]
        commands: dict[str, tuple[float | None, list[str]]] = {
            "the floor itself": (None, FLOOR),
            "explain, html": (1.15, page),
            "explain, html, 12,000 layers": (1.15, [*SYMBOLIC, "explain", str(deep), *output]),
            "explain, latex": (1.08, [*page, "--format", "latex"]),
            "explain, markdown": (1.08, [*page, "--format", "markdown"]),
            "explain, text": (1.08, [*page, "--format", "text"]),
            "explain, json": (1.06, [*page, "--format", "json"]),
            "count": (0.22, [*SYMBOLIC, "count", "gpt2-124m"]),
            "scale": (1.5, [*SYMBOLIC, "scale", "gpt2-124m", *output]),
            "compare": (1.5, [*SYMBOLIC, "compare", "gpt2-124m", "gpt2-1558m", "llama-2-7b", *output]),
            "solve": (None, [*SYMBOLIC, "solve", "gpt2-124m", "--for", "emb_dim", "--total", "7e9", *output]),
            "proofread": (1.4, [*SYMBOLIC, "proofread", str(notes)]),
        }
        figures = Figures("processes")
        print(f"{'command':30}{'seconds':>9}{'floor':>9}{'ratio':>7}{'lowest':>8}{'aim':>7}{'MB':>7}")
        for name, (aim, command) in commands.items():
            measured(command)
            pairs = [(measured(command), measured(FLOOR)) for _ in range(RUNS)]
            seconds = statistics.median(run.seconds for run, _ in pairs)
            floor = statistics.median(run.seconds for _, run in pairs)
            ratio = statistics.median(run.seconds / base.seconds for run, base in pairs)
            lowest = min(run.seconds for run, _ in pairs) / min(run.seconds for _, run in pairs)
            memory = max(run.megabytes for run, _ in pairs)
            figures.most(name, ratio, aim)
            print(
                f"{name:30}{seconds:9.3f}{floor:9.3f}{ratio:7.2f}{lowest:8.2f}{aim or '':>7}{memory:7.0f}", flush=True
            )


if __name__ == "__main__":
    main()
