"""A German handout: the same forms and answers as the English one, in German words and numbers, and typed so."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from symbolic.cli import main
from symbolic.proofread.proofreading import proofread

SETTINGS = ["gpt2-124m", "--fade", "5", "--seed", "7", "--variants", "1"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The handout in both languages."""
    made = {}
    for code in ("en", "de"):
        made[code] = tmp_path_factory.mktemp(code) / "handout"
        formats = "html,markdown,latex,csv,qti,moodle,notebook"
        command = ["handout", *SETTINGS, "--language", code, "--format", formats, "--output", str(made[code])]
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 0, result.output
    return made


def only(folder: Path, pattern: str) -> str:
    [path] = folder.glob(pattern)
    return path.read_text(encoding="utf-8")


def test_the_answers_are_those_of_the_english_forms(folders: dict[str, Path]) -> None:
    rows = {code: only(folder, "keys/key.csv").splitlines() for code, folder in folders.items()}
    assert rows["de"][0] == "Name,Kennung,Bogen,Frage,Antwort,Punkte"
    exact = {code: [row for row in found[1:] if " " not in row] for code, found in rows.items()}
    assert exact["de"] == exact["en"]
    assert len(rows["de"]) == len(rows["en"]) > len(exact["en"]), "sentences are in the language of the form"


@pytest.mark.parametrize(
    ("pattern", "kind"), [("keys/*.md", "markdown"), ("keys/*.html", "html"), ("keys/*.tex", "latex")]
)
def test_the_proofreader_reads_a_german_key(folders: dict[str, Path], pattern: str, kind: str) -> None:
    reports = {code: proofread(only(folder, pattern), kind=kind) for code, folder in folders.items()}
    assert not [one.says for one in reports["de"].findings if one.verdict in ("carried", "unread")]
    wrong = {code: sum(one.verdict == "wrong" for one in report.findings) for code, report in reports.items()}
    assert wrong["de"] == wrong["en"]
    assert len(reports["de"].findings) == len(reports["en"].findings)


def test_a_german_key_says_its_unit_in_german(folders: dict[str, Path]) -> None:
    assert " Parameter\n" in only(folders["de"], "keys/*.md").replace("**", "")
    assert "parameters" not in only(folders["de"], "keys/*.md")


def test_a_platform_takes_a_number_with_points_and_without(folders: dict[str, Path]) -> None:
    number = next(row.split(",")[4] for row in only(folders["de"], "keys/key.csv").splitlines() if row.endswith(",1"))
    grouped = f"{int(number):,}".replace(",", ".")
    [archive] = folders["de"].glob("keys/qti-2.1.zip")
    with zipfile.ZipFile(BytesIO(archive.read_bytes())) as files:
        items = "".join(files.read(name).decode() for name in files.namelist())
    assert f'mapKey="{number}"' in items
    assert f'mapKey="{grouped}"' in items


def function(name: str, script: str) -> str:
    """A function of a script, up to the brace that closes it."""
    start = script.index(f"function {name}(")
    depth = 0
    for end in range(script.index("{", start), len(script)):
        depth += (script[end] == "{") - (script[end] == "}")
        if not depth:
            return script[start : end + 1]
    raise AssertionError(f"{name} has no end")


TYPED = [
    ("7.226.688", "7226688"),
    ("7226688", "7226688"),
    ("7 226 688", "7226688"),
    ("7,226688e6", "7226688"),
    ("7,226,688", "7226688"),  # two commas can only part groups
    ("7,5", None),
    ("7226688,0", "7226688"),
    ("= 7.226.688", "7226688"),
    ("7,226688 × 10^6", "7226688"),
    ("7.226688e6", "7226688"),  # as calculators print it
    ("7,226688 * 10**6", "7226688"),
    ("7,226688·10⁶", "7226688"),
    ("7,2 Millionen", None),
]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
@pytest.mark.parametrize(("typed", "number"), TYPED)
def test_a_sheet_takes_numbers_as_germans_type_them(folders: dict[str, Path], typed: str, number: str | None) -> None:
    forms = function("forms", only(folders["de"], "sheets/*.html"))
    code = f"{forms}\nconsole.log(JSON.stringify(forms('number', {json.dumps(typed)})[0] ?? null))"
    found = subprocess.run(["node", "-e", code], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(found.stdout) == number


def test_the_notebook_s_check_speaks_german_and_takes_points(folders: dict[str, Path]) -> None:
    cells = json.loads(only(folders["de"], "sheets/*.ipynb"))["cells"]
    check = next("".join(cell["source"]) for cell in cells if "def check" in "".join(cell["source"]))
    assert '.replace(".", "")' in check
    assert '"noch nicht"' in check
