"""All benchmarks in one run: `python tests/benchmarks`, about ten minutes on an idle machine.

Sizes are those at which a run ends soon; what grows shows by a ratio of two of them that it grows in a line. `--full`
takes the sizes that the aims name: a sweep of 10⁹ rows, documents of 10 MB, 100,000 pages, a class of 1,000.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
PARTS: dict[str, str] = {
    "processes": "",
    "warm": "100000",
    "steepness": "1250000",
    "sweeps": "1000000000",
    "handouts": "1000",
    "peers": "",
}
"""The parts in their order, and what makes each full."""


def main() -> None:
    """Run the parts, each in a process of its own: what one has imported is no cost of the next one."""
    paths = os.pathsep.join((str(HERE.parent), str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")))
    environment = {**os.environ, "PYTHONPATH": paths}
    # What is compiled is kept, as where it is installed: else each run would compile all modules.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    for part, full in PARTS.items():
        print(f"\n{part}\n", flush=True)
        further = [full] if full and "--full" in sys.argv[1:] else []
        subprocess.run([sys.executable, str(HERE / f"{part}.py"), *further], env=environment, check=True)
    print(f"\nall in {(time.perf_counter() - start) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
