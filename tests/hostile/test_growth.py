"""Nothing grows more steeply than its input: eight times the size takes at most sixteen times as long."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from growth import ERRORS, GROWN, KINDS, document, ratio
from sampling import thorough

import symbolic
from symbolic.cli import main
from symbolic.pages.document import explain_page
from symbolic.pages.rendering import render_page
from symbolic.proofread import proofread
from symbolic.proofread.mending import mended

TINY = {"vocab_size": 100, "context_length": 8, "emb_dim": 4, "n_heads": 2}
GEMMA = dict(symbolic.load("gemma-3-1b").config)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_wrong_in_a_document_of_any_length_is_found(kind: str) -> None:
    """So that the times below are those of judging, not of passing over."""
    for errors in ERRORS.values():
        report = proofread(document(kind, 3000, errors), kind=kind)
        assert report.count("holds") >= 10
        assert (report.count("wrong") > 0) == bool(errors)
        assert not {"unread", "unknown", "doubtful"} & {finding.verdict for finding in report.findings}


@thorough
@pytest.mark.parametrize("errors", ERRORS)
@pytest.mark.parametrize("kind", KINDS)
def test_reading_and_mending_a_document_is_linear(kind: str, errors: str) -> None:
    texts = {size: document(kind, size, ERRORS[errors]) for size in (6_000, 6_000 * GROWN)}

    def work(size: int) -> None:
        report = proofread(texts[size], kind=kind)
        for _ in range(10):
            mended(report.document, report.changes)

    assert ratio(work, 6_000) < 2 * GROWN


def layers(number: int) -> dict[str, object]:
    kinds = ["sliding_attention", "full_attention", "sliding_attention"]
    return {**GEMMA, "num_hidden_layers": number, "layer_types": [kinds[place % 3] for place in range(number)]}


def test_a_pattern_of_any_length_makes_the_same_page() -> None:
    """The cost of a page does not depend on the depth, and the counts of both kinds of layer are right."""
    short, long = (symbolic.explain(symbolic.load(layers(number))) for number in (9, 900))
    counted = [{name: made.sizes[name] for name in made.sizes if name.startswith("n_")} for made in (short, long)]
    assert [one["n_layers"] for one in counted] == [9, 900]
    pages = [render_page(explain_page(one), "text") for one in (short, long)]
    assert abs(len(pages[0].splitlines()) - len(pages[1].splitlines())) < 10


@thorough
def test_a_pattern_of_a_hundred_thousand_layers_is_linear() -> None:
    small = 100_000 // GROWN
    texts = {size: json.dumps(layers(size)) for size in (small, small * GROWN)}
    assert ratio(lambda size: symbolic.explain(symbolic.load(json.loads(texts[size]))).to("text"), small) < 2 * GROWN


@thorough
@pytest.mark.parametrize("command", ["count", "table"])
def test_many_configs_in_one_command_are_linear(command: str, tmp_path: Path) -> None:
    small = 100
    for size in (small, small * GROWN):
        lines = (json.dumps({**TINY, "n_layers": number + 1}) for number in range(size))
        (tmp_path / f"{size}.jsonl").write_text("\n".join(lines))

    def work(size: int) -> None:
        output = ["--output", str(tmp_path / f"{size}.csv")] if command == "table" else []
        assert CliRunner().invoke(main, [command, str(tmp_path / f"{size}.jsonl"), *output]).exit_code == 0

    assert ratio(work, small, runs=1) < 2 * GROWN
