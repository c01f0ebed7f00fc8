"""A cheat sheet: what stands on it is what the other pages derive, and it is one page where the network is plain."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from sampling import sample

import symbolic
from symbolic.cli import main
from symbolic.errors import NothingToMeasure
from symbolic.proofread.proofreading import proofread

MODELS = ["gpt2-124m", "llama-3-8b", "qwen3-30b-a3b", "deepseek-v3", "t5-small", "mamba-130m", "vit-base-patch16-224"]
FORMULAS = [
    ("gpt2-124m", "KV cache of one token at 16 bits a number", "4 L d"),
    ("gpt2-124m", "One token forward: its products with weights", "24 L d² + 2 V d"),
    ("gpt2-124m", "One token of training: forward, and twice that backward", "72 L d² + 6 V d"),
    ("llama-3-8b", "KV cache of one token at 16 bits a number", "4 L G h"),
    ("gpt2-124m", "attention", "L (4 d² + d)"),
]


def rows(model: str) -> dict[str, tuple[str, str]]:
    """What stands in the tables of the sheet: a formula and a figure, by what they are of."""
    sheet = str(symbolic.explain(model).to("markdown", detail="cheat-sheet"))
    cells = ([cell.strip(" *`") for cell in line.split("|")[1:-1]] for line in sheet.splitlines() if "|" in line)
    return {first: (formula, figure) for first, formula, figure, *_ in cells if formula}


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


@pytest.mark.parametrize("model", sample(MODELS, 3))
def test_every_equation_of_it_holds(model: str) -> None:
    derivation = symbolic.explain(model)
    for kind in ("html", "markdown", "latex", "text"):
        report = proofread(str(derivation.to(kind, detail="cheat-sheet")), kind=kind, model=derivation.model)
        assert {one.verdict for one in report.findings} <= {"holds", "unknown"}


@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b"])
def test_it_is_one_page(model: str) -> None:
    pypdf = pytest.importorskip("pypdf", reason="it counts pages of a PDF")
    pytest.importorskip("typst", reason="PDFs are in the extra [pdf]")
    made = symbolic.explain(model).to("pdf", detail="cheat-sheet")
    assert isinstance(made, bytes)
    assert len(pypdf.PdfReader(BytesIO(made)).pages) == 1


def test_its_file_stands_beside_that_of_the_page(tmp_path: Path) -> None:
    command = ["explain", "gpt2-124m", "--detail", "cheat-sheet", "--format", "markdown", "--output", str(tmp_path)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    assert [path.name for path in tmp_path.rglob("*.md")] == ["parameters.cheat-sheet.md"]
