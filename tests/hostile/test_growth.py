"""Nothing grows more steeply than its input: eight times the size takes at most sixteen times as long."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from growth import ERRORS, GROWN, KINDS, document, many_configs, patterned, ratio
from sampling import thorough

import symbolic
from symbolic.cli import main
from symbolic.pages.document import explain_page
from symbolic.pages.rendering import render_page
from symbolic.proofread import proofread
from symbolic.proofread.mending import mended


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


def test_a_pattern_of_any_length_makes_the_same_page() -> None:
    """The cost of a page does not depend on the depth, and the counts of both kinds of layer are right."""
    short, long = (symbolic.explain(symbolic.load(patterned(number))) for number in (9, 900))
    counted = [{name: made.sizes[name] for name in made.sizes if name.startswith("n_")} for made in (short, long)]
    assert [one["n_layers"] for one in counted] == [9, 900]
    pages = [render_page(explain_page(one), "text") for one in (short, long)]
    assert abs(len(pages[0].splitlines()) - len(pages[1].splitlines())) < 10


@thorough
def test_a_pattern_of_a_hundred_thousand_layers_is_linear() -> None:
    small = 100_000 // GROWN
    texts = {size: json.dumps(patterned(size)) for size in (small, small * GROWN)}
    assert ratio(lambda size: symbolic.explain(symbolic.load(json.loads(texts[size]))).to("text"), small) < 2 * GROWN


@thorough
@pytest.mark.parametrize(
    ("command", "small"),
    [
        (["count"], 100),
        (["table", "--output", "all.csv", "--jobs", "1"], 50),
        (["explain", "--format", "json"], 20),
        (["compare", "--format", "text"], 20),
    ],
)
def test_many_configs_in_one_command_are_linear(
    command: list[str], small: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = {size: many_configs(tmp_path, size) for size in (small, small * GROWN)}

    def work(size: int) -> None:
        name, *options = command
        # The journal of a table holds its rows, so a second run would find each of them done.
        (tmp_path / ".all.csv.journal").unlink(missing_ok=True)
        assert CliRunner().invoke(main, [name, files[size], *options]).exit_code == 0

    assert ratio(work, small) < 2 * GROWN


@thorough
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_counting_many_configs_takes_the_memory_of_few(options: list[str], tmp_path: Path) -> None:
    """When each was kept to the end, a config took three kilobytes."""
    few, many = (
        _peak([sys.executable, "-m", "symbolic", "count", many_configs(tmp_path, number), *options])
        for number in (200, 2_000)
    )
    assert many - few < 2_000


SMALL_PARENT = """
import os, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,
                     file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
_, status, usage = os.wait4(pid, 0)
assert os.waitstatus_to_exitcode(status) == 0
print(usage.ru_maxrss)
"""
"""The system counts what its parent held as a process's own: this one holds little."""


def _peak(command: list[str]) -> int:
    """The most kilobytes that a process held."""
    made = subprocess.run([sys.executable, "-c", SMALL_PARENT, *command], check=True, capture_output=True, text=True)
    return int(made.stdout)
