"""All benchmarks in one run: `python tests/benchmarks`, about a quarter of an hour on an idle machine."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import handouts
import peers
import processes
import steepness
import warm

for part in (processes, warm, steepness, handouts, peers):
    print(f"\n{part.__doc__.splitlines()[0] if part.__doc__ else ''}\n", flush=True)
    part.main()
