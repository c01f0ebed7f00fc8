"""A page as PDF: what is set on it can be read."""

import re
import shutil
import subprocess
from itertools import combinations
from pathlib import Path

import pytest
from sampling import sample

import symbolic

pytest.importorskip("typst", reason="Typst is in the extra [pdf]")
pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed (poppler-utils)")

WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]{3,})</word>')


@pytest.mark.parametrize(
    ("name", "quantity"),
    sample([("deepseek-v3", "kv-cache"), ("llama-3-8b", "kv-cache"), ("llama-3-8b", "serving-memory")], 3),
)
def test_no_word_lies_over_another_one(name: str, quantity: str, tmp_path: Path) -> None:
    file = tmp_path / "page.pdf"
    made = symbolic.explain(name, quantity).to("pdf")
    assert isinstance(made, bytes)
    file.write_bytes(made)
    placed = subprocess.run(["pdftotext", "-bbox", str(file), "-"], capture_output=True, text=True, check=True).stdout
    over = []
    words = 0
    for sheet in placed.split("<page ")[1:]:
        found = [(*map(float, match[:4]), match[4]) for match in WORD.findall(sheet)]
        words += len(found)
        for (left, top, right, bottom, one), (start, above, end, below, other) in combinations(found, 2):
            least = min(bottom - top, below - above)
            if min(right, end) - max(left, start) > 1 and min(bottom, below) - max(top, above) > least / 2:
                over.append(f"{one} and {other}")
    assert words > 500
    assert over == []
