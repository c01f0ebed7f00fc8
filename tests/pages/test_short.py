"""The short edition: what stands in it stands on the whole page too, it adds up, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from sampling import EVERYTHING, MODELS, sample

import symbolic
from symbolic.cli import main
from symbolic.errors import NothingToMeasure
from symbolic.language import speaking
from symbolic.measuring import quantities
from symbolic.pages.document import explain_page
from symbolic.pages.page import Entry
from symbolic.proofread.proofreading import proofread

QUANTITIES = quantities.names() if EVERYTHING else ["parameters", "kv-cache"]
SOME = ["gpt2-124m", "deepseek-v3", "t5-small", "mamba-130m", "vit-base-patch16-224"]
RESNET = {"model_type": "resnet", "depths": [1, 2], "hidden_sizes": [8, 16]}


def equations(text: str) -> set[str]:
    """Lines with an equation, as they are printed, without the places of longer ones."""
    return {line.strip() for line in text.splitlines() if line.startswith("    ") and " = " in line}


@pytest.mark.parametrize("model", sample(MODELS, 4))
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_its_equations_are_those_of_the_whole_page_and_its_links_lead_somewhere(model: str, quantity: str) -> None:
    try:
        derivation = symbolic.explain(model, quantity)
    except NothingToMeasure:
        return
    short, whole = (str(derivation.to("text", detail=detail)) for detail in ("short", "full"))
    assert equations(short) <= equations(whole)
    html = str(derivation.to("html", detail="short"))
    ids = set(re.findall(r' id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= ids


@pytest.mark.parametrize("model", [*SOME, RESNET])
def test_its_top_steps_add_up_to_the_total_and_it_is_shorter(model: str | dict[str, object]) -> None:
    derivation = symbolic.explain(model)
    page = explain_page(derivation, "short")
    [steps] = [section for section in page.sections if section.id == "steps"]
    entries = [part for part in steps.parts if isinstance(part, Entry)]
    assert sum(int(entry.result or 0) for entry in entries[:-1]) == entries[-1].result == derivation.total
    whole = len(str(derivation.to("text")))
    assert len(str(derivation.to("text", detail="short"))) < 0.6 * whole


@pytest.mark.parametrize("model", sample(SOME, 2))
@pytest.mark.parametrize("language", ["en", "de"])
def test_proofread_agrees_with_it(model: str, language: str) -> None:
    with speaking(language):
        derivation = symbolic.explain(model)
        report = proofread(str(derivation.to("markdown", detail="short")), kind="markdown", model=derivation.model)
    assert {one.verdict for one in report.findings} <= {"holds", "unknown"}


def test_the_command_names_its_file_so(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["explain", "gpt2-124m", "--detail", "short", "--format", "text", "--output", str(tmp_path)]
    )
    assert done.exit_code == 0
    assert (tmp_path / "gpt2-124m" / "parameters.short.txt").exists()
