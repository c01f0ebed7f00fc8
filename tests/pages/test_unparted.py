"""No line ends between a number and the sign of its unit, or its last factor; where a unit is a word, it may."""

from __future__ import annotations

import pytest

from symbolic.pages.rendering.html_inline import HtmlInline
from symbolic.pages.rendering.tex_words import escaped, prose
from symbolic.pages.rendering.typst_words import words as typst

SENTENCES = [
    ("It takes 16 GB of 80 GB.", "It takes 16~GB of 80~GB."),
    ("A device writes 15.40 / s.", "A device writes 15.40~/~s."),
    ("It reads 3.35 TB/s in 5 ms.", "It reads 3.35~TB/s in 5~ms."),
    ("A layer takes 2 × 10²⁴ FLOPs.", "A layer takes 2~×~10²⁴~FLOPs."),
    ("It reads 1 × 8,192 tokens, and 61 × 576 × 2 bytes.", "It reads 1~×~8,192 tokens, and 61 × 576~×~2 bytes."),
    ("They are 5 × 3 = 15 numbers.", "They are 5 × 3 = 15 numbers."),
    ("All 4,096 tokens and 7 Bees are words.", "All 4,096 tokens and 7 Bees are words."),
]


@pytest.mark.parametrize(("sentence", "kept"), SENTENCES)
def test_a_number_stays_with_the_sign_of_its_unit(sentence: str, kept: str) -> None:
    kept = kept.replace("~", "\N{NO-BREAK SPACE}")
    assert HtmlInline({}, "names", linked=False).words(sentence) == kept
    assert typst(sentence) == f'#"{kept}"'
    assert prose(sentence) == escaped(kept)
