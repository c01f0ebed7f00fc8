"""A plain installation does the main job, and what needs an extra names it in one line."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from symbolic.cli import main

EXTRAS = ("numpy", "typst", "nbformat", "pyarrow", "distributed", "mcp", "pydantic", "huggingface_hub")


@pytest.fixture(autouse=True)
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if none of the extras were installed."""
    monkeypatch.chdir(tmp_path)
    for library in EXTRAS:
        for name in [name for name in sys.modules if name.partition(".")[0] == library]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.setattr("symbolic.pages.rendering.installed", lambda module: module not in EXTRAS)


def run(command: str) -> Result:
    return CliRunner().invoke(main, command.split())


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("explain gpt2-124m --format pdf", "pdf"),
        ("handout gpt2-124m --format pdf,csv", "pdf"),
        ("handout gpt2-124m --format notebook", "notebook"),
        ("sweep gpt2-124m --vary n_layers=1:3", "sweep"),
        ("sweep gpt2-124m --vary n_layers=1:3 --csv", "sweep"),
        ("table gpt2-124m --output t.parquet", "tables"),
        ("table gpt2-124m --scheduler tcp://127.0.0.1:1", "dask"),
        ("mcp", "mcp"),
        ("count org/name", "hub"),
    ],
)
def test_what_needs_an_extra_names_it(command: str, extra: str) -> None:
    made = run(command)
    assert made.exit_code == 2
    assert f'pip install "symbolic-explainer[{extra}]"' in made.stderr
    assert (made.stdout, len(made.stderr.splitlines())) == ("", 1)


@pytest.mark.parametrize(
    "command",
    [
        "explain gpt2-124m --format html,latex,markdown,text,json",
        "count gpt2-124m",
        "table gpt2-124m --output t.csv",
        "solve gpt2-124m --for emb_dim --total 7e9",
        "formula gpt2-124m --as numpy",
        "handout gpt2-124m --format html,csv,markdown,latex,moodle,qti",
    ],
)
def test_the_main_job_needs_none(command: str) -> None:
    made = run(command)
    assert (made.exit_code, made.stderr) == (0, "")


@pytest.mark.parametrize("command", ["scale gpt2-124m", "compare gpt2-124m llama-2-7b"])
def test_a_page_without_its_plots_says_so(command: str) -> None:
    made = run(f"{command} --format html,markdown,latex,text")
    assert (made.exit_code, made.stderr) == (
        0,
        "plots are left out: this format takes pictures, which need typst; "
        'install it with pip install "symbolic-explainer[pdf]"\n',
    )
    pages = {path.suffix: path.read_text() for path in Path("output").rglob("*.*")}
    assert sorted(pages) == [".html", ".md", ".svg", ".tex", ".txt"]
    assert '<svg class="plot"' in pages[".html"]
    assert ".svg)" in pages[".md"]
    assert "includegraphics" not in pages[".tex"]
    assert "Plot{" not in pages[".tex"].partition("begin{document}")[2]


def test_the_usual_handout_does_without_its_pdfs_and_says_so() -> None:
    made = run("handout gpt2-124m")
    assert (made.exit_code, made.stderr) == (
        0,
        'PDFs are left out: they need typst; install it with pip install "symbolic-explainer[pdf]"\n',
    )
    assert {path.suffix for path in Path("output").rglob("*.*")} >= {".html", ".csv"}
    assert not list(Path("output").rglob("*.pdf"))


@pytest.mark.parametrize("command", ["explain gpt2-124m --quantity parameters,kv-cache", "explain gpt2-124m"])
def test_formats_that_can_be_written_are(command: str) -> None:
    made = run(f"{command} --format pdf,text,slides")
    assert made.exit_code == 2
    assert [line.split()[:5] for line in made.stderr.splitlines()] == [
        ["Error:", name, "is", "left", "out:"] for name in ("pdf", "slides")
    ]
    assert {path.suffix for path in Path("output").rglob("*.*")} == {".txt"}
