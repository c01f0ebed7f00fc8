"""Forms are made in several processes, or on a cluster, and are the same files."""

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sampling import thorough

from symbolic.cli import main
from symbolic.errors import SymbolicError, UnknownName
from symbolic.executing import executor
from symbolic.handouts import handout as handouts
from symbolic.handouts.making import make_form


def handout(output: Path, *arguments: str) -> Result:
    made = CliRunner().invoke(
        main,
        ["handout", "gpt2-124m", "--seed", "7", "--format", "csv,markdown,qti", "--output", str(output), *arguments],
    )
    assert made.exit_code == 0, made.output
    return made


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@thorough
def test_several_processes_make_the_same_files(tmp_path: Path) -> None:
    for jobs in ("1", "2"):
        handout(tmp_path / jobs, "--variants", "6", "--jobs", jobs)
    assert files(tmp_path / "1") == files(tmp_path / "2")


def test_a_form_whose_id_is_taken_is_made_again_with_a_longer_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alike = make_form

    def same_id(settings, who, student="", taken=()):  # type: ignore[no-untyped-def]
        form = alike(settings, who, student)
        return form if taken else type(form)("SAME", *[getattr(form, name) for name in form.__slots__[1:]])

    monkeypatch.setattr(handouts, "make_form", same_id)
    handout(tmp_path / "out", "--variants", "2", "--jobs", "1")
    names = {path.name.partition(".")[0] for path in (tmp_path / "out/sheets").iterdir()}
    assert len(names) == 2
    assert len([name for name in names if name.endswith("SAME")]) == 1


@pytest.mark.parametrize("problem", [UnknownName("model", "gpt9", ["gpt2"]), SymbolicError("no")])
def test_a_problem_of_another_process_is_the_same_line_here(problem: SymbolicError) -> None:
    again = pickle.loads(pickle.dumps(problem))
    assert (type(again), str(again)) == (type(problem), str(problem))


@thorough
def test_a_dask_cluster_makes_the_same_files_though_a_worker_is_killed(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="a Dask cluster needs distributed")
    handout(tmp_path / "here", "--variants", "60", "--jobs", "1")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        command = [sys.executable, "-m", "symbolic", "handout", "gpt2-124m", "--seed", "7", "--variants", "60"]
        command += ["--format", "csv,markdown,qti", "--output", str(tmp_path / "there")]
        with subprocess.Popen([*command, "--scheduler", cluster.scheduler_address], stdout=subprocess.DEVNULL) as made:
            time.sleep(4)
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
            assert made.wait(120) == 0
    assert files(tmp_path / "there") == files(tmp_path / "here")


@thorough
def test_a_result_that_is_lost_with_its_worker_is_worked_out_again() -> None:
    distributed = pytest.importorskip("distributed", reason="a Dask cluster needs distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        executor(0, cluster.scheduler_address) as (submit, workers),
    ):
        futures = [submit(divmod_of_7, part) for part in range(20)]
        while not all(future.done() for future in futures):
            time.sleep(0.05)
        os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
        assert [future.result() for future in futures] == [divmod(part, 7) for part in range(20)]
    assert workers == 2


def divmod_of_7(part: int) -> tuple[int, int]:
    return divmod(part, 7)


@thorough
def test_a_cluster_that_ends_is_named_and_leaves_no_folder(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="a Dask cluster needs distributed")
    command = [sys.executable, "-m", "symbolic", "handout", "gpt2-124m", "--variants", "200", "--format", "csv"]
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        command += ["--output", str(tmp_path / "there"), "--scheduler", cluster.scheduler_address]
        made = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        time.sleep(4)
    said = made.communicate(timeout=120)[1].splitlines()[-1]
    assert made.returncode == 2
    assert f"the Dask cluster at '{cluster.scheduler_address}' gave no result" in said
    assert not list(tmp_path.iterdir())
