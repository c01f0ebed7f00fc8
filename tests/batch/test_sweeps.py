"""A sweep into a file has the rows of the printed one, in any number of processes, exact beyond 64 bits."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from symbolic.analysis import sweeping
from symbolic.cli import main

FIVE = ("n_layers", "vocab_size", "emb_dim", "context_length", "hidden_dim")
USUAL_CHUNK = sweeping.CHUNK
SIZES = ["--vary", "n_layers=1:40", "n_heads=1:13", "vocab_size=10,20"]


def sweep(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["sweep", *arguments])


@pytest.fixture(autouse=True)
def small_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sweeping, "CHUNK", 100)


def rows(path: str) -> list[tuple[str, ...]]:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow")
    columns = parquet.read_table(path).to_pydict()
    return list(zip(*(map(str, column) for column in columns.values()), strict=True))


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("gpt2-124m", SIZES),
        ("gpt2-124m", ["--vary", "n_layers=1:3", "vocab_size=4000000000000000000", "emb_dim=12,768000000000"]),
        ("llama-2-7b", ["--vary", "n_layers=1:3", "utilisation=0.3,2/5,1/3", "--quantity", "training-cost"]),
        ("bloom-560m.json", ["--vary", "n_layers=1:5"]),
    ],
)
def test_a_file_has_the_rows_that_are_printed(model: str, options: list[str]) -> None:
    Path("bloom-560m.json").write_text('{"model_type": "bloom", "vocab_size": 100, "hidden_size": 64, "n_head": 8}')
    printed = sweep(model, *options, "--csv")
    assert printed.exit_code == 0, printed.output
    made = [sweep(model, *options, "--output", name, "--jobs", "1") for name in ("s.csv", "s.parquet")]
    assert [one.stderr for one in made] == [printed.stderr] * 2
    assert Path("s.csv").read_text() == printed.stdout
    assert rows("s.parquet") == [tuple(line.split(",")) for line in printed.stdout.splitlines()[1:]]


def test_total_columns_are_text_where_64_bits_may_not_hold_them() -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow")
    kinds = []
    for width in ("12", "768000000000"):
        sweep("gpt2-124m", "--vary", "vocab_size=4000000000000000000", f"emb_dim={width}", "--output", "s.parquet")
        kinds.append(str(parquet.read_schema("s.parquet").field("parameters").type))
    assert kinds == ["string", "string"]
    sweep("gpt2-124m", "--vary", "n_layers=1,2", "--output", "s.parquet")
    assert str(parquet.read_schema("s.parquet").field("parameters").type) == "int64"


@pytest.mark.thorough
@pytest.mark.parametrize("cluster", [False, True])
def test_several_processes_make_the_same_file(cluster: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "CHUNK", USUAL_CHUNK)
    sizes = ["gpt2-124m", "--vary", "n_layers=1:2000", "vocab_size=1000:2500"]
    here, there = Path("here.csv").resolve(), Path("there.csv").resolve()  # a cluster works in another folder
    assert sweep(*sizes, "--output", str(here), "--jobs", "1").exit_code == 0
    if cluster:
        distributed = pytest.importorskip("distributed", reason="a Dask cluster needs distributed")
        with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as machines:
            made = sweep(*sizes, "--output", str(there), "--scheduler", machines.scheduler_address)
    else:
        made = sweep(*sizes, "--output", str(there), "--jobs", "2")
    assert made.exit_code == 0, made.output
    assert here.read_bytes() == there.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["gpt2-124m", "--vary", "n_layers=1", "--output", "s.xls"], "no format of sweeps 'xls'"),
        (["c.json", "--vary", "n_layers=1", "--output", "c.csv"], "no file c.json"),
        (["-", "--vary", "n_layers=1", "--output", "c.csv", "--scheduler", "x"], "standard input"),
        (["gpt2-124m", "--vary", *(f"{name}=1:9999" for name in FIVE)], "can be counted"),
    ],
)
def test_a_bad_question_is_one_line(arguments: list[str], says: str) -> None:
    made = sweep(*arguments)
    assert made.exit_code == 2
    assert says in made.stderr
