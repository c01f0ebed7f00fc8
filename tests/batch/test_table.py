"""A table has one row a config, exact, in each format; it goes on where it was stopped."""

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sampling import MODELS, by_turns, sample, thorough

import symbolic
from symbolic import api
from symbolic.batch import journal, rows, running
from symbolic.batch.journal import place_beside
from symbolic.batch.request import Request, columns
from symbolic.batch.sources import ConfigSource
from symbolic.cli import main
from symbolic.errors import SymbolicError
from symbolic.measuring import quantities

TINY = {"vocab_size": 100, "context_length": 8, "emb_dim": 4, "n_heads": 2, "n_layers": 3}
HUGE = {**TINY, "vocab_size": 10**30}
ASKED = "parameters,active,kv-cache,arithmetic-intensity"


def table(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["table", *arguments])


@pytest.fixture(autouse=True)
def configs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    lines = [
        json.dumps({"name": "small", **TINY}),
        json.dumps({"name": "=1+1\x1b[2J", **TINY, "colour": "red"}),
        "{broken",
        json.dumps({"name": "large", **HUGE}),
    ]
    (tmp_path / "c.jsonl").write_text("\n".join(lines))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_format_holds_the_same_exact_figures_and_each_error() -> None:
    for name in ("t.csv", "t.jsonl", "t.md", "t.sqlite"):
        made = table("c.jsonl", "gpt2-124m", "--quantity", ASKED, "--output", name)
        assert (made.exit_code, made.stdout) == (2, f"{name}\n"), made.output
        assert "1 of 5 rows have an error" in made.stderr
    with open("t.csv", encoding="utf-8") as file:
        read = list(csv.DictReader(file))
    lines = [json.loads(line) for line in Path("t.jsonl").read_text().splitlines()]
    with closing(sqlite3.connect("t.sqlite")) as database:
        kinds = dict(database.execute("SELECT name, type FROM pragma_table_info('models')"))
        stored = list(database.execute('SELECT parameters, active, "kv-cache", "arithmetic-intensity" FROM models'))
    for place, given in ((0, TINY), (3, HUGE), (4, "gpt2-124m")):
        model = symbolic.load(given)
        counted = symbolic.count(model)
        step = symbolic.explain(model, "arithmetic-intensity")
        seen = {"context": step.sizes["context"], "tokens": 1}
        operations = symbolic.explain(model, "forward-flops", convention="one-step", inputs=seen).total
        cache = symbolic.explain(model, "kv-cache").total
        others = [cache, Fraction(operations, step.total)]
        figures = [str(figure) for figure in (counted["trainable"], counted["active"], *others)]
        assert [read[place][key] for key in ASKED.split(",")] == figures
        assert [str(lines[place][key]) for key in ASKED.split(",")] == figures
        assert list(map(str, stored[place])) == figures
    assert (kinds["kv-cache"], kinds["parameters"]) == ("INTEGER", "TEXT")
    assert read[1]["name"].startswith("'=1+1")
    assert "\x1b" not in Path("t.csv").read_text() + Path("t.md").read_text()
    assert (read[1]["unknown_keys"], "line 3" in read[2]["error"], read[2]["parameters"]) == ("colour", True, "")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("away/", "no file or folder 'away/'"),
        ("away/config.json::one", "no file or folder 'away/config.json'"),
        ("empty", "empty holds no config"),
        ("gpt2-125m", "nearest: gpt2-124m"),
        ("weight-memory", "write --quantity weight-memory"),
        ("broken.json", "no config could be read, so t.csv is left as it was"),
    ],
)
def test_a_table_that_is_there_stays_where_an_argument_stands_for_nothing(given: str, says: str) -> None:
    Path("empty").mkdir()
    Path("broken.json").write_text("{broken")
    Path("t.csv").write_text("kept")
    made = table(given, "--output", "t.csv")
    assert (made.exit_code, made.stdout, Path("t.csv").read_text()) == (2, "", "kept")
    assert says in made.stderr
    assert made.stderr.count("\n") == 1


def test_parquet_says_in_its_schema_what_is_exact_as_text() -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow")
    assert table("c.jsonl", "--quantity", "parameters,kv-cache", "--output", "t.parquet").exit_code == 2
    made = parquet.read_table("t.parquet")
    large = symbolic.count(symbolic.load(HUGE))["trainable"]
    assert made.column("parameters").to_pylist()[3] == str(large)
    cache = symbolic.explain(TINY, "kv-cache").total
    assert made.column("kv-cache").to_pylist() == [cache, cache, None, cache]
    fields = {name: made.schema.field(name) for name in ("parameters", "kv-cache")}
    assert fields["parameters"].metadata[b"exact"].startswith(b"text")
    assert fields["kv-cache"].metadata == {b"unit": b"bytes", b"convention": b"kept", b"exact": b"integer"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["c.jsonl", "--output", "t.xls"], "no table format 'xls'"),
        (["c.jsonl", "--quantity", "prameters"], "no quantity or convention of parameters 'prameters'"),
        (["c.jsonl", "--quantity", "parameters,parameters"], "asked for twice"),
        (["c.jsonl", "--quantity", ","], "no column is asked for"),
        (["c.jsonl", "--quantity", "kv-cache:none"], "no convention 'none'"),
        (["c.jsonl", "--output", "c.jsonl"], "is what was read"),
        (["none/*.json"], "no file matches"),
    ],
)
def test_a_bad_question_is_one_line(configs: Path, arguments: list[str], says: str) -> None:
    made = table(*arguments)
    assert made.exit_code == 2
    assert says in made.stderr
    assert len(made.stderr.splitlines()) == 1
    assert (configs / "c.jsonl").read_text().count("\n") == 3


def test_what_did_not_change_is_not_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def counted(source: ConfigSource, request: Request) -> list[rows.TableRecord]:
        done.append(source.place)
        return before(source, request)

    before = rows.rows
    monkeypatch.setattr(rows, "rows", counted)
    ask = ("c.jsonl", "--output", "t.csv", "--quantity")
    table(*ask, "parameters")
    first = Path("t.csv").read_bytes()
    table(*ask, "parameters")
    assert (len(done), Path("t.csv").read_bytes()) == (4, first)
    table(*ask, "kv-cache")
    assert len(done) == 8
    Path("c.jsonl").write_text(Path("c.jsonl").read_text().replace('"n_layers": 3', '"n_layers": 5', 1))
    table(*ask, "parameters")
    assert done[8:] == ["c.jsonl, line 1"]
    assert Path("t.csv").read_bytes() != first


@pytest.mark.parametrize("command", ["table", "count", "explain"])
def test_a_folder_with_a_bad_config_ends_each_command_with_2(command: str, tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    for name, config in {"good": TINY, "bad": {**TINY, "n_layers": -1}}.items():
        (tmp_path / "m" / f"{name}.json").write_text(json.dumps(config))
    assert CliRunner().invoke(main, [command, str(tmp_path / "m")]).exit_code == 2


def _many(path: Path, count: int) -> None:
    path.write_text("".join(f"{json.dumps({**TINY, 'vocab_size': 100 + n})}\n" for n in range(count)))


@thorough
def test_a_killed_run_keeps_what_it_finished_and_goes_on() -> None:
    _many(Path("many.jsonl"), 1200)
    command = [sys.executable, "-m", "symbolic", "table", "many.jsonl", "--output", "t.csv", "--jobs", "2"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        end = time.monotonic() + 60
        while _kept(place_beside(Path("t.csv"))) < 64 and time.monotonic() < end and process.poll() is None:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
    assert 64 <= _kept(place_beside(Path("t.csv"))) < 1200
    assert not Path("t.csv").exists()
    assert table("many.jsonl", "--output", "t.csv", "--jobs", "1").exit_code == 0
    assert table("many.jsonl", "--output", "afresh.csv", "--jobs", "1").exit_code == 0
    assert Path("t.csv").read_bytes() == Path("afresh.csv").read_bytes()


def _kept(journal: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as database:
            found: int = database.execute("SELECT count(*) FROM done").fetchone()[0]
            return found
    except sqlite3.Error:
        return 0


def _deadly(request: Request, part: list[tuple[str, ConfigSource]]) -> list[str]:
    sources = [source for _, source in part]
    if any("line 30" in source.place for source in sources):
        os.kill(os.getpid(), signal.SIGKILL)
    return rows.rows_of_each(sources, request)


@pytest.mark.thorough
def test_a_config_that_ends_its_process_has_an_error_and_the_others_their_figures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _many(Path("many.jsonl"), 40)
    monkeypatch.setattr(running, "_rows_of", _deadly)
    made = table("many.jsonl", "--output", "t.csv", "--jobs", "2")
    assert "1 of 40 rows have an error" in made.stderr
    with open("t.csv", encoding="utf-8") as file:
        read = list(csv.DictReader(file))
    assert [row["source"] for row in read if row["error"]] == ["many.jsonl, line 30"]
    assert "was ended" in read[29]["error"]
    assert all(row["parameters"] for row in read if not row["error"])


@pytest.mark.thorough
def test_a_dask_cluster_makes_the_same_table_though_a_worker_is_killed() -> None:
    distributed = pytest.importorskip("distributed", reason="a Dask cluster needs distributed")
    _many(Path("many.jsonl"), 3000)
    assert table("many.jsonl", "--output", "here.csv", "--jobs", "1").exit_code == 0
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        command = [sys.executable, "-m", "symbolic", "table", "many.jsonl", "--output", "there.csv"]
        with subprocess.Popen([*command, "--scheduler", cluster.scheduler_address]) as process:
            end = time.monotonic() + 60
            while _kept(place_beside(Path("there.csv"))) < 16 and time.monotonic() < end:
                time.sleep(0.02)
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
            assert process.wait(120) == 0
    assert Path("there.csv").read_bytes() == Path("here.csv").read_bytes()


@thorough
def test_an_absent_scheduler_is_one_line() -> None:
    pytest.importorskip("distributed", reason="a Dask cluster needs distributed")
    made = table("c.jsonl", "--scheduler", "nonsense")
    assert (made.exit_code, "no Dask scheduler answers at 'nonsense'" in made.stderr) == (2, True), made.output


def test_columns_name_the_convention_that_they_have() -> None:
    request = Request(columns(["parameters", "active", "kv-cache:expanded"]))
    said = "parameters=trainable, active=active, kv-cache:expanded=expanded (batch_size=1, context=8192)"
    assert request.conventions(()) == said
    # A row whose text is shorter, or that has a published one, names no text of others.
    assert request.conventions(((), (), ("context",))) == said.replace(", context=8192", "")


@pytest.mark.parametrize(
    ("asked", "without", "footer"),
    [
        # Llama 3 trained on texts of 8,192 tokens, GPT-2 on 1,024: no row has a default
        ("llama-3-8b gpt2 --quantity training-flops", "tokens=1024", "training-flops: batch_size=1\n"),
        ("llama-3-8b --quantity training-cost --training-tokens 15T", "tokens=2048", "training_tokens=15000000000000"),
        ("llama-3-8b gpt2-124m --quantity kv-cache", "as published", "kv-cache: batch_size=1, context=8192\n"),
        ("gpt2-124m --quantity kv-cache", "context=", "kv-cache: batch_size=1\n"),
    ],
)
def test_a_table_names_no_default_that_no_row_has(asked: str, without: str, footer: str) -> None:
    made = CliRunner().invoke(main, ["table", *asked.split()]).stdout
    assert without not in made
    assert footer in made


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ("tensor-elements", ""),
        ("parameters", "without num_nextn_predict_layers"),
        ("parameters,tensor-elements", "parameters: without num_nextn_predict_layers"),
    ],
)
def test_a_figure_that_has_prediction_layers_is_not_said_to_lack_them(columns: str, says: str) -> None:
    made = CliRunner().invoke(main, ["table", "deepseek-v3", "--quantity", columns, "--output", "a.jsonl"])
    row = json.loads(Path("a.jsonl").read_text(encoding="utf-8"))
    assert made.exit_code == 0
    assert bool(row["left_out"]) == (columns == "parameters")
    assert ("predict" in row["notes"]) == (says.startswith("parameters:"))


@pytest.mark.parametrize(
    ("model", "quantity"),
    sample(by_turns(MODELS, [name for name in quantities.names() if name != "tensor-elements"]), 13),
)
def test_a_row_a_page_and_a_sweep_have_one_total(model: str, quantity: str) -> None:
    """What was published of a training is taken by all alike."""
    [row] = rows.rows(ConfigSource(model, model), Request(columns([quantity])))
    try:
        derivation = symbolic.explain(model, quantity)
    except SymbolicError:
        assert set(row.figures) == {None}
        return
    total, sizes = derivation.total, derivation.model.sizes
    assert row.figures[0] == str(total)
    assert json.loads(str(derivation.to("json")))["total"] == total
    if not derivation.model.architecture.of_one_config and "emb_dim" in sizes:
        swept = api.sweep(model, {"emb_dim": [sizes["emb_dim"]]}, quantity)
        assert [list(chunk.totals) for chunk in swept.chunks()] == [[total]]


@pytest.mark.parametrize(
    ("model", "quantity", "note"),
    [
        ("llama-3-8b", "training-flops", "training-flops: as published, tokens=8,192"),
        ("deepseek-v3", "training-states", "training-states: as published, gradient_bytes=4, state_bytes=8"),
        ("mixtral-8x7b", "training-flops", ""),
        (
            "gpt2-124m",
            "device-memory",
            "device-memory: as published, tokens=1,024",
        ),
    ],
)
def test_a_row_says_what_was_published_of_its_model_alone(model: str, quantity: str, note: str) -> None:
    [row] = rows.rows(ConfigSource(model, model), Request(columns([quantity])))
    assert row.notes == note


def test_device_memory_has_a_column_of_what_decides() -> None:
    """GPT-2: 2,521,243,648 bytes are kept, and 2 × 4 × 1,024 × 50,257 more at the loss."""
    asked = Request(columns(["device-memory", "parameters"]))
    assert [one.name for one in asked.columns] == ["device-memory", "device-memory-on-the-fullest-device", "parameters"]
    [row] = rows.rows(ConfigSource("gpt2-124m", "gpt2-124m"), asked)
    assert row.figures == ("2521243648", str(2_521_243_648 + 2 * 4 * 1024 * 50257), "124412160")
    [bad] = rows.rows(ConfigSource("mamba-130m", "mamba-130m"), asked)
    assert bad.figures[:2] == (None, None)
    assert bad.notes.count("device-memory:") == 1


@pytest.mark.parametrize(
    ("model", "asked", "notes", "convention"),
    [
        (
            "gpt2-124m",
            ["--cache-dtype", "int4"],
            "kv-cache: context is 1,024, the most that the model was made for",
            "kv-cache=kept (batch_size=1, cache_dtype=int4)",
        ),
        (
            "gpt2-124m",
            ["--context", "4096"],
            "kv-cache: context 4,096 is more than the model was made for: context_length is 1,024",
            "kv-cache=kept (batch_size=1, context=4096)",
        ),
        ("llama-2-7b", ["--context", "4096"], "", "kv-cache=kept (batch_size=1, context=4096)"),
    ],
)
def test_a_row_says_how_long_its_text_is_where_others_differ(
    model: str, asked: list[str], notes: str, convention: str
) -> None:
    assert table(model, "--quantity", "kv-cache", *asked, "--output", "t.csv").exit_code == 0
    with Path("t.csv").open(newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["notes"], row["convention"]) == (notes, convention)


def test_a_row_says_that_a_length_changes_nothing(tmp_path: Path) -> None:
    # Attention's scores, which hang on the context, are not among what is known of DBRX.
    sizes = {"d_model": 64, "n_heads": 4, "n_layers": 2, "max_seq_len": 4096, "vocab_size": 100}
    (tmp_path / "dbrx.json").write_text(json.dumps({"model_type": "dbrx", **sizes}))
    asked = ("--quantity", "forward-flops", "--context", "2048", "--output", "t.jsonl")
    assert table("gpt2-124m", str(tmp_path / "dbrx.json"), *asked).exit_code == 0
    notes = [json.loads(line)["notes"] for line in Path("t.jsonl").read_text().splitlines()]
    assert ["context 2,048 changes nothing" in one for one in notes] == [False, True]


def test_another_run_that_writes_the_table_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "WAITING", 0)
    made = tmp_path / "new" / "folder" / "models.sqlite"
    assert table("gpt2-124m", "--output", str(made)).exit_code == 0
    with closing(sqlite3.connect(place_beside(made))) as other:
        other.execute("BEGIN EXCLUSIVE")
        result = table("bert-base-uncased", "--output", str(made))
    assert f"another run is writing {made}" in result.output


def test_what_is_said_of_several_columns_is_said_once(tmp_path: Path) -> None:
    source = tmp_path / "config.json"
    source.write_text('{"model_type": "whisper", "max_target_positions": 44}', encoding="utf-8")
    asked = "kv-cache,arithmetic-intensity,lora-parameters,lora-memory"
    printed = table(str(source), "--quantity", asked, "--context", "50").output
    assert printed.count("is more than the model was made for") == 1
    assert printed.count("what was read off the code of") == 1
