"""All benchmarks in one run: `python tests/benchmarks`, about a quarter of an hour on an idle machine.

Sizes are those at which a run ends soon; what grows shows by a ratio of two of them that it grows in a line. `--full`
takes the sizes that the aims name: a sweep of 10⁹ rows, documents of 10 MB, 100,000 pages, a class of 1,000. A part
that fails does not stop the others; the run ends with a list of what missed its aim or did not run. Parts can be named:
`python tests/benchmarks warm peers`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from figures import MISSED

HERE = Path(__file__).parent
PARTS: dict[str, str] = {
    "processes": "",
    "warm": "100000",
    "steepness": "1250000",
    "tables": "10000",
    "sweeps": "1000000000",
    "handouts": "1000",
    "cluster": "1000",
    "peers": "",
}
"""The parts in their order, and what makes each full."""


def main() -> None:
    """Run the parts, each in a process of its own: what one has imported is no cost of the next one."""
    asked = argparse.ArgumentParser(prog="python tests/benchmarks", description="All benchmarks in one run.")
    asked.add_argument(
        "parts", nargs="*", metavar="part", help=f"any of {', '.join(PARTS)}; all of them if none is named"
    )
    asked.add_argument("--full", action="store_true", help="the sizes that the aims name, which take hours")
    options = asked.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        asked.error(f"no part is named {', '.join(sorted(unknown))}: there are {', '.join(PARTS)}")
    paths = os.pathsep.join((str(HERE.parent), str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")))
    environment = {**os.environ, "PYTHONPATH": paths}
    # What is compiled is kept, as where it is installed: else each run would compile all modules.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    with tempfile.NamedTemporaryFile("a+", encoding="utf-8") as missed:
        environment[MISSED] = missed.name
        for part in options.parts or PARTS:
            began = time.perf_counter()
            print(f"\n{part}\n", flush=True)
            further = [PARTS[part]] if PARTS[part] and options.full else []
            ended = subprocess.run([sys.executable, str(HERE / f"{part}.py"), *further], env=environment, check=False)
            if ended.returncode:
                with Path(missed.name).open("a", encoding="utf-8") as file:
                    file.write(f"{part}: ended with code {ended.returncode}\n")
            print(f"\n({(time.perf_counter() - began) / 60:.1f} minutes)", flush=True)
        lines = Path(missed.name).read_text(encoding="utf-8").splitlines()
    print(f"\nall in {(time.perf_counter() - start) / 60:.0f} minutes")
    print("\nmissed:\n" + "\n".join(f"- {line}" for line in lines) if lines else "\nnothing missed its aim")


if __name__ == "__main__":
    main()
