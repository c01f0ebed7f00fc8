"""The commands do what their help says, and lose nothing."""

import atexit
import io
import json
import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

import symbolic
from symbolic.__main__ import leave
from symbolic.cli import main
from symbolic.configs import models
from symbolic.measuring import quantities
from symbolic.networks import families


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize(
    "command",
    [
        "explain",
        "count",
        "models",
        "architectures",
        "scale",
        "solve",
        "compare",
        "formula",
        "sweep",
        "proofread",
        "handout",
        "mfu",
        "serve",
    ],
)
def test_each_command_s_help_has_an_example(command: str) -> None:
    text = run(command, "--help")
    assert "Example" in text
    assert f"symbolic {command}" in text.split("Example", 1)[1]


def test_explain_writes_each_format_and_prints_each_path(tmp_path: Path) -> None:
    formats = {"html": "html", "latex": "tex", "markdown": "md", "text": "txt", "json": "json"}
    printed = run("explain", "gpt2-124m", "--format", ",".join(formats), "--output", str(tmp_path))
    expected = [str(tmp_path / "gpt2-124m" / f"parameters.{ending}") for ending in formats.values()]
    assert printed.split() == expected
    for path in expected:
        page = Path(path).read_text().replace("{,}", ",")
        assert ("124412160" if path.endswith("json") else "124,412,160") in page


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        (["explain", "gpt2-124m", "--output", "page.pdf"], ["page.pdf"]),
        (["explain", "gpt2-124m", "--output", "new/page.HTML", "--language", "de"], ["new/page.HTML"]),
        (["explain", "gpt2-124m", "--output", "page.tex", "--format", "latex"], ["page.tex"]),
        (["scale", "gpt2-124m", "--output", "growth.md"], ["growth-growth.svg", "growth.md"]),
        (["compare", "gpt2-124m", "llama-3-8b", "--output", "two.json"], ["two.json"]),
        (["explain", "gpt2-124m", "--output", "v1.2", "--format", "text"], ["v1.2/gpt2-124m/parameters.txt"]),
        (
            ["explain", "gpt2-124m", "--output", "o", "--format", "text", "--format", "json"],
            ["o/gpt2-124m/parameters.json", "o/gpt2-124m/parameters.txt"],
        ),
    ],
)
def test_a_file_is_written_where_its_name_says_so(
    arguments: list[str], written: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sorted(run(*arguments).split()) == written
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()) == written


def test_count_prints_data_of_the_documented_form() -> None:
    data = json.loads(run("count", "gpt2-124m", "--json"))
    assert list(data) == [
        "model",
        "architecture",
        "parameters",
        "conventions",
        "unknown",
        "harmless",
        "left_out",
        "taken_for",
    ]
    assert data["parameters"] == data["conventions"]["trainable"] == 124_412_160
    assert data["conventions"]["walkthrough"] == 123_551_232
    assert list(data["harmless"]) == ["drop_rate"]
    assert len(json.loads(run("count", "gpt2-124m", "llama-2-7b", "--json"))) == 2


def test_models_and_architectures_list_all_there_are() -> None:
    listed = run("models")
    assert all(name in listed for name in models.names())
    assert "llama" not in run("models", "gpt2")
    assert all(name in run("architectures") for name in families.names())


@pytest.mark.parametrize("name", ["../../evil", "a/b", "..", "", "x" * 500, "CON:\0fig", "模型"])
def test_a_stranger_s_model_name_stays_in_the_folder(name: str, tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps({name: {**symbolic.load("gpt2-124m").sizes, "qkv_bias": False}}))
    [path] = run(
        "explain", str(file), "--architecture", "gpt2", "--format", "text", "--output", str(tmp_path / "out")
    ).split()
    assert Path(path).resolve().parent.parent == (tmp_path / "out").resolve()


def test_two_models_of_one_name_get_a_folder_each(tmp_path: Path) -> None:
    paths = run("explain", "gpt2-124m", "gpt2-124m", "--format", "text", "--output", str(tmp_path)).split()
    assert len(set(paths)) == 2


def test_a_failure_leaves_the_earlier_pages_as_they_were(tmp_path: Path) -> None:
    run("explain", "gpt2-124m", "--format", "text", "--output", str(tmp_path))
    [page] = (tmp_path / "gpt2-124m").iterdir()
    before = page.read_bytes()
    result = CliRunner().invoke(
        main, ["explain", "gpt2-124m", "nothing-of-that-name", "--format", "text", "--output", str(tmp_path)]
    )
    assert result.exit_code == 2
    assert page.read_bytes() == before
    assert [file.name for file in (tmp_path / "gpt2-124m").iterdir()] == ["parameters.txt"]


def test_a_terminal_gets_colour_and_a_pipe_plain_text() -> None:
    command = [sys.executable, "-m", "symbolic", "count", "gpt2-124m"]
    assert "\x1b[" not in subprocess.run(command, capture_output=True, text=True, check=True).stdout
    reader, writer = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(command, stdout=writer, env=environment) as process:
        os.close(writer)
        shown = b""
        try:
            while chunk := os.read(reader, 4096):
                shown += chunk
        except OSError:  # Linux says so when the other end is closed
            pass
    os.close(reader)
    assert process.returncode == 0
    assert b"\x1b[" in shown
    assert b"124,412,160" in shown


def test_counting_imports_nothing_heavy() -> None:
    code = (
        "import sys; from symbolic.cli import main; main(['count', 'gpt2-124m'], standalone_mode=False);"
        "heavy = {'sympy', 'jinja2', 'latex2mathml', 'rich'} & sys.modules.keys(); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize(("argument", "code"), [("--version", 0), ("nothing", 2)])
def test_a_process_that_ends_at_once_does_what_was_left_for_its_end(argument: str, code: int) -> None:
    left = "import atexit, sys; atexit.register(print, 'tidied'); from symbolic.__main__ import main; main()"
    ended = subprocess.run([sys.executable, "-c", left, argument], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout.endswith("tidied\n")) == (code, True)


def test_a_process_that_is_watched_or_still_at_work_ends_in_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    monkeypatch.setattr(sys, "gettrace", lambda: None)
    monkeypatch.setattr(atexit, "_run_exitfuncs", lambda: None)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    leave(0)
    leave(None)
    leave("words, which Python prints itself")
    for module, name, value in (
        (sys, "gettrace", lambda: print),
        (threading, "active_count", lambda: 2),
        (sys, "stdout", None),
    ):
        with monkeypatch.context() as changed:
            changed.setattr(module, name, value)
            leave(0)
    assert ended == [0, 0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--quantity", "forward-flops", "--tokens", "0"], "tokens must be at least 1, got 0"),
        (["--quantity", "forward-flops", "--tokens", "many"], "--tokens must be a number, got 'many'"),
        (["--quantity", "forward-flops", "--tokens", "1e999999999"], "is too long"),
        (["--quantity", "training-cost", "--mfu", "1.5"], "utilisation must be at most 1, got 1.5"),
        (["--quantity", "training-cost", "--set", "price=3"], "no input 'price'"),
        (["--quantity", "parameters", "--context", "5"], "quantities that have it: arithmetic-intensity"),
        (["--quantity", "kv-cache", "--dtype", "int5"], "no dtype 'int5'"),
        (["--quantity", "kv-cache", "--device", "gtx"], "no device 'gtx'"),
        (["--quantity", "kv-cahce"], "nearest: kv-cache"),
    ],
)
def test_a_wrong_input_of_a_quantity_is_one_line(arguments: list[str], says: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["explain", "gpt2-124m", *arguments, "--output", str(tmp_path)])
    assert result.exit_code == 2
    assert says in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("model", "asked", "page", "linked"),
    [
        ("gpt2-124m", "parameters,kv-cache", "kv-cache.html", ["parameters.html"]),
        ("gpt2-124m", "kv-cache", "kv-cache.html", []),
        # BERT has no cache, and what has no page has no link.
        ("bert-base-uncased", "parameters,kv-cache,weight-memory", "parameters.html", ["weight-memory.html"]),
    ],
)
def test_pages_made_together_lead_to_each_other(
    model: str, asked: str, page: str, linked: list[str], tmp_path: Path
) -> None:
    result = CliRunner().invoke(main, ["explain", model, "--quantity", asked, "--output", str(tmp_path)])
    assert result.exit_code == 0, result.output
    html = (tmp_path / model / page).read_text(encoding="utf-8")
    assert re.findall(r'<a href="([^"#:]+)">', html) == linked


def test_all_quantities_are_derived_and_what_a_network_lacks_is_said(tmp_path: Path) -> None:
    asked = ["bert-base-uncased", "--quantity", "all", "--format", "json", "--output", str(tmp_path)]
    result = CliRunner().invoke(main, ["explain", *asked])
    assert result.exit_code == 0
    assert "left out kv-cache: bert-base-uncased has no cache" in result.output
    made = {path.stem for path in (tmp_path / "bert-base-uncased").iterdir()}
    assert made == set(quantities.names()) - {"kv-cache", "arithmetic-intensity"}


def test_quantities_that_are_asked_one_by_one_are_all_derived(tmp_path: Path) -> None:
    asked = ["explain", "gpt2-124m", "--quantity", "parameters", "--quantity", "kv-cache,training-flops"]
    made = CliRunner().invoke(main, [*asked, "--format", "json", "--output", str(tmp_path)])
    assert made.exit_code == 0
    names = {path.stem for path in (tmp_path / "gpt2-124m").iterdir()}
    assert names == {"parameters", "kv-cache", "training-flops"}


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", ["0", "40", "80"])
def test_a_table_on_a_terminal_keeps_its_digits(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    out, err = Terminal(), Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    main(["table", "gpt2-124m", "llama-2-7b", "--jobs", "1"], standalone_mode=False)
    assert "6,738,415,616" in out.getvalue()
    assert ("2/2" in err.getvalue()) is (columns != "0")
