"""A Dask cluster beside local processes, and whether both write the same: `python tests/benchmarks/cluster.py [PARTS]`.

The cluster is a local one: a scheduler and two workers, each a process of its own, beside the command's. So a ratio
of 1 says that handing the parts out over the network costs nothing; several machines are not measured here.
"""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from figures import Figures
from growth import many_configs
from processes import SYMBOLIC, measured

PARTS = 300
"""Handouts; of configs there are ten times as many, of a sweep's rows ten thousand times."""
WORKERS = 2


def main(parts: int = PARTS) -> None:
    """Print for each kind of work what both ways take, and whether the files are equal byte for byte."""
    figures = Figures("cluster")
    if find_spec("distributed") is None:
        print("not measured: no distributed; pip install symbolic-explainer[dask]")
        figures.note("not measured: no distributed")
        return
    from distributed import LocalCluster

    with (
        tempfile.TemporaryDirectory() as folder,
        LocalCluster(
            n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
    ):
        ways = {"here": ["--jobs", str(WORKERS)], "there": ["--scheduler", cluster.scheduler_address]}
        # Each worker imports what it works with once, in its first part.
        for name, work in _works(Path(folder), 20).items():
            _run(Path(folder) / name, work, ways["there"])
        print(f"{'on a cluster':32}{'here, wall s':>14}{'cluster, wall s':>17}{'ratio':>7}{'aim':>7}{'files':>8}")
        for name, work in _works(Path(folder), parts).items():
            here, there = (_run(Path(folder) / name / way, work, how) for way, how in ways.items())
            same = _files(Path(folder) / name / "here") == _files(Path(folder) / name / "there")
            print(
                f"{name:32}{here:14.1f}{there:17.1f}{there / here:7.2f}{'':>7}{'equal' if same else 'UNEQUAL':>8}",
                flush=True,
            )
            figures.note(f"{name}: the files of a cluster differ from the local ones", missed=not same)


def _works(folder: Path, parts: int) -> dict[str, list[str]]:
    """Commands without their output and how they are worked out."""
    configs = many_configs(folder, parts * 10)
    return {
        f"table of {parts * 10:,} configs": ["table", configs, "--quantity", "parameters,kv-cache"],
        f"sweep of {parts * 10_000:,} rows": [
            *("sweep", "gpt2-124m", "--vary", "n_layers=1:1000", "--vary", f"emb_dim=12:{120 * parts}:12")
        ],
        f"{parts:,} sheets and keys": [
            *("handout", "gpt2-124m", "--seed", "7", "--format", "markdown", "--variants", str(parts))
        ],
    }


def _run(target: Path, work: list[str], how: list[str]) -> float:
    """Wall seconds of a command that writes into a folder."""
    target.mkdir(parents=True, exist_ok=True)
    output = target if work[0] == "handout" else target / "all.csv"
    return measured([*SYMBOLIC, *work, *how, "--output", str(output)]).wall


def _files(folder: Path) -> dict[str, bytes]:
    """What was written, by its place in the folder; a journal is no result."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
