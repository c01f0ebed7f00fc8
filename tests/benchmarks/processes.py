"""What a whole command costs beside importing its libraries: `python tests/benchmarks/processes.py`.

Commands run in turn with the floor, pair by pair, so that a ratio holds where the machine's speed drifts. The aims:
explain at most 1.4 × the floor, scale 3 ×, count 0.5 ×, memory under 120 MB, the same cost for 12 layers
and 12,000. A sweep of 10⁶ configs: at most 5 seconds.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

FLOOR = [sys.executable, "-c", "import sympy, jinja2, latex2mathml.converter"]
SYMBOLIC = [sys.executable, "-m", "symbolic"]
RUNS = 11
GPT = {"vocab_size": 50257, "context_length": 1024, "emb_dim": 768, "n_heads": 12, "qkv_bias": False}


def measured(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak megabytes of a process."""
    start = time.perf_counter()
    pid = os.posix_spawn(
        command[0],
        command,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    return seconds, usage.ru_maxrss / 1024


def main() -> None:
    """Measure each command against the floor and print medians and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        deep = Path(folder) / "deep.json"
        deep.write_text(json.dumps({**GPT, "n_layers": 12_000}), encoding="utf-8")
        output = ["--output", folder]
        commands = {
            "explain gpt2-124m": [*SYMBOLIC, "explain", "gpt2-124m", *output],
            "explain, 12,000 layers": [*SYMBOLIC, "explain", str(deep), *output],
            "explain, text": [*SYMBOLIC, "explain", "gpt2-124m", "--format", "text", *output],
            "explain, latex": [*SYMBOLIC, "explain", "gpt2-124m", "--format", "latex", *output],
            "scale gpt2-124m": [*SYMBOLIC, "scale", "gpt2-124m", *output],
            "solve": [*SYMBOLIC, "solve", "gpt2-124m", "--for", "emb_dim", "--total", "7e9", *output],
            "compare": [*SYMBOLIC, "compare", "gpt2-124m", "gpt2-1558m", "llama-2-7b", *output],
            "sweep, 10^6 configs": [
                *(*SYMBOLIC, "sweep", "gpt2-124m", "--csv"),
                *("--vary", "n_layers=1:100", "--vary", "emb_dim=12:120000:12"),
            ],
            "count gpt2-124m": [*SYMBOLIC, "count", "gpt2-124m"],
        }
        print(f"{'command':28}{'seconds':>9}{'floor':>9}{'ratio':>7}{'MB':>7}")  # noqa: T201
        for name, command in commands.items():
            measured(command)
            pairs = [(measured(command), measured(FLOOR)) for _ in range(RUNS)]
            seconds = statistics.median(run[0] for run, _ in pairs)
            floor = statistics.median(run[0] for _, run in pairs)
            ratio = statistics.median(run[0] / base[0] for run, base in pairs)
            memory = max(run[1] for run, _ in pairs)
            print(f"{name:28}{seconds:9.3f}{floor:9.3f}{ratio:7.2f}{memory:7.0f}")  # noqa: T201


if __name__ == "__main__":
    main()
