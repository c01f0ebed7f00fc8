"""Whether a sweep has a ceiling: `python tests/benchmarks/sweeps.py [ROWS]`.

The aim: 10⁹ rows in less than 500 MB. Rows a second and memory of a run and of one with ten times the rows say what
more would take: ten times as long, in the same memory.
"""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec

from figures import Figures
from processes import SYMBOLIC, measured

ROWS = 10_000_000
LAYERS = 1000
MEMORY = 500


def main(rows: int = ROWS) -> None:
    """Print for each way of writing what so many rows take, and how many times longer than a tenth of them."""
    figures = Figures("sweeps")
    print(f"{'sweep':24}{'rows a s':>11}{'s':>8}{'t(10n)/t(n)':>13}{'MB of n':>9}{'of 10n':>8}{'aim':>7}")
    with tempfile.TemporaryDirectory() as folder:
        ways = {"CSV, printed": ["--csv"], "CSV file": ["--output", f"{folder}/all.csv"]}
        if find_spec("pyarrow"):
            ways["Parquet file"] = ["--output", f"{folder}/all.parquet"]
        for name, how in ways.items():
            few, many = (measured([*_sweep(size), *how]) for size in (rows // 10, rows))
            print(
                f"{f'{name}, {rows:.0e} rows':24}{rows / many.wall:11,.0f}{many.wall:8.1f}{many.wall / few.wall:13.1f}"
                f"{few.megabytes:9.0f}{many.megabytes:8.0f}{MEMORY:7}",
                flush=True,
            )
            figures.most(f"{name}, {rows:.0e} rows, MB", many.megabytes, MEMORY)


def _sweep(rows: int) -> list[str]:
    """The command that makes so many rows."""
    widths = rows // LAYERS
    return [*SYMBOLIC, "sweep", "gpt2-124m", "--vary", f"n_layers=1:{LAYERS}", "--vary", f"emb_dim=12:{12 * widths}:12"]


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
