"""The LaTeX of sheets and keys compiles as it is, and has room where the reader is to write."""

from itertools import product
from pathlib import Path

import pytest
from handout_forms import form
from sampling import sample, thorough
from tex_documents import compiled

from symbolic.handouts import exports

HOSTILE = 'a_b $x$ & 50% #1 {c} \\input{f} <b> "q" 中文 \u202e'

pytestmark = pytest.mark.tex


@thorough
@pytest.mark.parametrize(
    ("model", "part"), sample(list(product(["gpt2-124m", "qwen3-30b-a3b", "hostile"], ["sheets", "keys"])), 7, 4)
)
def test_a_sheet_and_a_key_compile_without_a_line_that_sticks_out(model: str, part: str, tmp_path: Path) -> None:
    made = form(student=HOSTILE, who=HOSTILE) if model == "hostile" else form(model)
    document = str(dict(exports.of_form("latex", made))[f"{part}/{made.stem}.tex"])
    log, text = compiled(document, tmp_path)
    assert "Overfull" not in log
    assert "Missing character" not in log
    assert f"orm {made.id}" in text
    assert all((item.shown in text) == (part == "keys") for item in made.blanks)
