"""All benchmarks in one run: `python tests/benchmarks`, about a quarter of an hour on an idle machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PARTS = ("processes", "warm", "steepness", "handouts", "peers")

paths = os.pathsep.join((str(HERE.parent), str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")))
for part in PARTS:
    print(f"\n{part}\n", flush=True)
    # Each in a process of its own: what one has imported is no cost of the next one.
    subprocess.run([sys.executable, str(HERE / f"{part}.py")], env={**os.environ, "PYTHONPATH": paths}, check=True)
