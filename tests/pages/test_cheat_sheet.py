"""A cheat sheet: what stands on it is what the other pages derive, and it is one sheet of paper or two."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from sampling import EVERYTHING, sample

import symbolic
from symbolic.cli import main
from symbolic.configs import models
from symbolic.errors import NothingToMeasure
from symbolic.proofread.proofreading import proofread

MODELS = ["gpt2-124m", "llama-3-8b", "qwen3-30b-a3b", "deepseek-v3", "t5-small", "mamba-130m", "vit-base-patch16-224"]
EVERY = [name for name in models.names() if EVERYTHING and name not in ("deepseek-v3", "t5-small")]
FORMULAS = [
    ("gpt2-124m", "KV cache of one token at 16 bits a number", "4 L d"),
    ("gpt2-124m", "One token forward: its products with weights", "24 L d² + 2 V d"),
    ("gpt2-124m", "One token of training: forward, and twice that backward", "72 L d² + 6 V d"),
    ("llama-3-8b", "KV cache of one token at 16 bits a number", "4 L G h"),
    ("gpt2-124m", "3.1 attention", "4 d² + d"),
    ("gpt2-124m", "query, key and value matrices", "3 × (d × d)"),
    ("deepseek-v3", "3.1 attention (expert layers)", "as in 2.1"),
    ("deepseek-v3", "gate and up matrices", "2 × (d × (S × m))"),
]


def rows(model: str) -> dict[str, tuple[str, str]]:
    """What stands in the tables of the sheet: a formula and a figure, by what they are of."""
    sheet = str(symbolic.explain(model).to("markdown", detail="cheat-sheet"))
    cells = ([cell.strip(" *`") for cell in line.split("|")[1:-1]] for line in sheet.splitlines() if "|" in line)
    return {first: (formula, figure) for first, formula, figure, *_ in cells if figure}


def number(figure: str) -> int:
    return int(re.sub(r"\D", "", figure.partition("≈")[0]))


@pytest.mark.parametrize(("model", "row", "formula"), FORMULAS)
def test_a_number_has_its_formula(model: str, row: str, formula: str) -> None:
    assert rows(model)[row][0].replace("*", "") == formula


@pytest.mark.parametrize("model", sample(MODELS, 3))
def test_its_numbers_are_those_of_the_quantities(model: str) -> None:
    found = rows(model)
    total = symbolic.explain(model).total
    assert number(found["Weights at 16 bits a number"][1]) == 2 * total
    flops = ("forward-flops", "without-attention-products", {"tokens": 1})
    expected = {
        "KV cache of one token at 16 bits a number": (("kv-cache", "", {"context": 1, "cached_bytes": 2}), 1),
        "One token forward: its products with weights": (flops, 1),
        "One token of training: forward, and twice that backward": (flops, 3),
    }
    for row, ((quantity, convention, inputs), times) in expected.items():
        try:
            value = symbolic.explain(model, quantity, convention=convention, inputs=inputs).total
        except (NothingToMeasure, symbolic.ConfigError):
            assert row not in found
            continue
        assert number(found[row][1]) == times * value


@pytest.mark.parametrize("model", sample(MODELS, 7))
def test_every_equation_of_it_holds(model: str) -> None:
    derivation = symbolic.explain(model)
    for kind in ("html", "markdown", "latex", "text"):
        report = proofread(str(derivation.to(kind, detail="cheat-sheet")), kind=kind, model=derivation.model)
        assert {one.verdict for one in report.findings} <= {"holds", "unknown"}


def test_it_has_all_that_a_teacher_prints() -> None:
    sheet = str(symbolic.explain("gpt2-124m").to("text", detail="cheat-sheet"))
    parts = ("THE NETWORK", "WHERE THE PARAMETERS ARE", "THE CLOSED FORM", "OTHER COUNTS YOU WILL MEET", "walkthrough")
    places = [sheet.index(part) for part in parts]
    assert places == sorted(places)


def sheets(model: str, paper: str) -> int:
    pypdf = pytest.importorskip("pypdf", reason="it counts pages of a PDF")
    pytest.importorskip("typst", reason="PDFs are in the extra [pdf]")
    made = symbolic.explain(model).to("pdf", detail="cheat-sheet", paper=paper)
    assert isinstance(made, bytes)
    return len(pypdf.PdfReader(BytesIO(made)).pages)


@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b"])
def test_it_is_one_page(model: str) -> None:
    assert sheets(model, "a4") == 1


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("model", ["deepseek-v3", "t5-small", *EVERY])
def test_it_is_two_pages_at_most(model: str, paper: str) -> None:
    assert sheets(model, paper) <= 2


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("letter", 612)])
def test_a_page_is_for_the_paper_that_is_asked_for(paper: str, width: int, tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf", reason="it measures the pages of a PDF")
    command = ["explain", "gpt2-124m", "--paper", paper, "--format", "pdf,latex,html", "--output", str(tmp_path)]
    result = CliRunner().invoke(main, [*command, "--detail", "brief"])
    assert result.exit_code == 0, result.output
    made = {path.suffix: path for path in tmp_path.rglob("parameters*")}
    assert round(pypdf.PdfReader(made[".pdf"]).pages[0].mediabox.width) == width
    assert f"{paper}paper" in made[".tex"].read_text()
    assert ("size: letter" in made[".html"].read_text()) is (paper == "letter")


def test_its_file_stands_beside_that_of_the_page(tmp_path: Path) -> None:
    command = ["explain", "gpt2-124m", "--detail", "cheat-sheet", "--format", "markdown", "--output", str(tmp_path)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    assert [path.name for path in tmp_path.rglob("*.md")] == ["parameters.cheat-sheet.md"]
