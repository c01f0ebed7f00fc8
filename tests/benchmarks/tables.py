"""A table of many configs: `python tests/benchmarks/tables.py [CONFIGS]`.

What a row costs from each kind of input, whether all of them make the same table, and what a run that was killed in
the middle (SIGKILL) leaves to be done: it goes on where it was, and the table is the same. There are no aims in
seconds; that the time grows in a line is for `steepness.py`.
"""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from figures import Figures
from growth import many_configs
from processes import SYMBOLIC, measured

CONFIGS = 2_000
QUANTITIES = "parameters,active,kv-cache,forward-flops,weight-memory"


def main(configs: int = CONFIGS) -> None:
    """Print for each kind of input what its table takes, and then what is left of a killed run."""
    figures = Figures("tables")
    print(f"{f'a table of {configs:,}':28}{'rows a s':>10}{'wall s':>8}{'s':>8}{'MB':>7}{'table':>9}")
    with tempfile.TemporaryDirectory() as folder:
        tables: list[list[list[str]]] = []
        for name, source in _sources(Path(folder), configs).items():
            output = Path(folder) / f"{len(tables)}.csv"
            cost = measured(_table(source, output))
            tables.append(_figures(output))
            same = tables[-1] == tables[0]
            print(
                f"{name:28}{configs / cost.seconds:10.0f}{cost.wall:8.1f}{cost.seconds:8.1f}{cost.megabytes:7.0f}"
                f"{'equal' if same else 'UNEQUAL':>9}",
                flush=True,
            )
            figures.note(f"the table from {name} differs", missed=not same)
        _killed(Path(folder), configs, tables[0], cost.wall / 2, figures)


def _killed(folder: Path, configs: int, whole: list[list[str]], after: float, figures: Figures) -> None:
    """Print what a run takes that goes on where another was killed, and one that finds all done."""
    command = _table(many_configs(folder, configs), folder / "killed.csv")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    time.sleep(after)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for name in ("goes on after SIGKILL", "finds all done"):
        cost = measured(command)
        same = _figures(folder / "killed.csv") == whole
        print(
            f"{name:28}{'':10}{cost.wall:8.1f}{cost.seconds:8.1f}{cost.megabytes:7.0f}"
            f"{'equal' if same else 'UNEQUAL':>9}",
            flush=True,
        )
        figures.note(f"the table of a run that {name} differs", missed=not same)


def _sources(folder: Path, configs: int) -> dict[str, str]:
    """The same configs in each kind of input, by its name."""
    lines = many_configs(folder, configs)
    found = {"JSON Lines": lines}
    records = [json.loads(line) for line in Path(lines).read_text(encoding="utf-8").splitlines()]
    each = folder / "each"
    each.mkdir()
    for number, record in enumerate(records):
        (each / f"{number:06}.json").write_text(json.dumps(record), encoding="utf-8")
    found["a folder of files"] = str(each)
    if find_spec("pyarrow"):
        import pyarrow
        import pyarrow.parquet

        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(records), folder / "all.parquet")
        found["Parquet"] = str(folder / "all.parquet")
    return found


def _table(source: str, output: Path) -> list[str]:
    """The command that makes a table of a source."""
    return [*SYMBOLIC, "table", source, "--quantity", QUANTITIES, "--jobs", "2", "--output", str(output)]


def _figures(table: Path) -> list[list[str]]:
    """Return the rows without the name and the place of each config, which differ from input to input."""
    with table.open(encoding="utf-8", newline="") as file:
        return [row[2:] for row in csv.reader(file)]


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
