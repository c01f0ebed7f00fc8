"""The gallery in output/ is what the commands make today: each page a snapshot, and what a visitor sees first."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from sampling import sample, thorough

from symbolic.cli import main

ROOT = Path(__file__).parents[2]
FORMATS = "html,latex,markdown"
GALLERY = [
    # Pages that one command makes lead to each other: that of README's first command stands alone.
    ("gpt2-124m", "parameters"),
    ("gpt2-124m", "forward-flops,kv-cache"),
    ("gpt2-1558m", "parameters"),
    ("llama-2-7b", "parameters"),
    ("llama-2-7b", "forward-flops,kv-cache"),
    ("llama-3-8b", "parameters"),
    ("qwen3-30b-a3b", "parameters"),
    ("deepseek-v3", "parameters"),
    ("gemma-3-1b", "parameters"),
]


ANALYSES = [
    ("gpt2-124m", ["scale", "gpt2-124m"]),
    ("gpt2-124m-to-gpt2-1558m-to-llama-2-7b", ["compare", "gpt2-124m", "gpt2-1558m", "llama-2-7b"]),
]
PLOTS = (".svg", ".pdf")


@pytest.mark.parametrize(("model", "quantities"), sample(GALLERY, 2))
def test_a_page_of_the_gallery_is_fresh(model: str, quantities: str, tmp_path: Path) -> None:
    command = ["explain", model, "--quantity", quantities, "--format", FORMATS, "--output", str(tmp_path)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    for page in sorted((tmp_path / model).iterdir()):
        kept = ROOT / "output" / model / page.name
        assert kept.exists(), f"{kept.relative_to(ROOT)} is missing; make it with `symbolic explain {model}`"
        made, there = (without_lines(path.read_text(encoding="utf-8")) for path in (page, kept))
        assert made == there, f"{kept.name} is stale"


def test_no_sign_of_ours_is_shown_by_its_number() -> None:
    """A sign that TeX's fonts lack would stand there as [U+230A]: keys round down."""
    files = sorted((ROOT / "output").rglob("*.tex"))
    assert files
    assert [file.name for file in files if "[U+" in file.read_text(encoding="utf-8")] == []


def test_the_german_page_of_the_gallery_is_fresh(tmp_path: Path) -> None:
    command = ["explain", "gpt2-124m", "--language", "de", "--format", FORMATS, "--output", str(tmp_path)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    for ending in ("html", "tex", "md"):
        made, there = (
            without_lines((folder / "gpt2-124m" / f"parameters.de.{ending}").read_text(encoding="utf-8"))
            for folder in (tmp_path, ROOT / "output")
        )
        assert made == there, f"parameters.de.{ending} is stale"


@thorough
@pytest.mark.usefixtures("all_rounds")
def test_the_german_handout_of_the_gallery_is_fresh(tmp_path: Path) -> None:
    settings = ["--language", "de", "--fade", "5", "--seed", "7", "--format", "html,markdown"]
    result = CliRunner().invoke(main, ["handout", "gpt2-124m", *settings, "--output", str(tmp_path / "handout.de")])
    assert result.exit_code == 0, result.output
    kept = ROOT / "output" / "gpt2-124m" / "handout.de"
    made, there = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "handout.de", kept)
    )
    assert made == there


def without_lines(page: str) -> str:
    """A page without the line numbers of its origins: they move when a file is edited, and change nothing else."""
    return re.sub(r"(?<=\.py:)\d+", "", page)


@pytest.mark.parametrize(("folder", "command"), ANALYSES)
def test_an_analysis_of_the_gallery_is_fresh(folder: str, command: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [*command, "--format", FORMATS, "--output", str(tmp_path)])
    assert result.exit_code == 0, result.output
    for page in sorted((tmp_path / folder).iterdir()):
        kept = ROOT / "output" / folder / page.name
        assert kept.exists(), f"{kept.relative_to(ROOT)} is missing; make it with `symbolic {' '.join(command)}`"
        if page.suffix not in PLOTS:
            assert without_plots(page.read_text(encoding="utf-8")) == without_plots(kept.read_text(encoding="utf-8"))


def without_plots(page: str) -> str:
    return re.sub(r'(<svg class="plot"[^>]*>).*?</svg>', r"\1", page, flags=re.DOTALL)


@thorough
@pytest.mark.usefixtures("all_rounds")
def test_the_handout_of_the_gallery_is_fresh(tmp_path: Path) -> None:
    target = tmp_path / "gpt2-124m" / "handout"
    settings = ["--fade", "5", "--variants", "3", "--seed", "7", "--format", "all", "--output", str(target)]
    result = CliRunner().invoke(main, ["handout", "gpt2-124m", *settings])
    assert result.exit_code == 0, result.output
    kept = ROOT / "output" / "gpt2-124m" / "handout"
    made, there = (
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (target, kept)
    )
    assert made.keys() == there.keys()
    stale = [name for name in made if made[name] != there[name]]
    assert not stale, "make it with `symbolic handout gpt2-124m --fade 5 --variants 3 --seed 7 --format all`"


def test_the_gallery_holds_nothing_else() -> None:
    kept = {folder.name for folder in (ROOT / "output").iterdir() if folder.is_dir()}
    assert kept == {model for model, _ in GALLERY} | {folder for folder, _ in ANALYSES}


@pytest.mark.parametrize(
    ("model", "config"),
    [
        ("gpt2-124m", "GPT_CONFIG_124M"),
        ("gpt2-1558m", "GPT_CONFIG_1558M"),
        ("llama-2-7b", "LLAMA2_CONFIG_7B"),
    ],
)
def test_the_walkthrough_s_dict_is_the_gallery_s_model(model: str, config: str, walkthrough: Path) -> None:
    import symbolic

    ours, theirs = symbolic.load(model), symbolic.load(f"{walkthrough}::{config}")
    assert (ours.sizes, ours.options) == (theirs.sizes, theirs.options)
    assert symbolic.explain(ours).total == symbolic.explain(theirs).total
