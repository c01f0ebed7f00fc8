"""Signs, words and patterns of plain text: operators, units, notes, and the text that may stand beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from symbolic.proofread.arithmetic.numbers import ALSO, BINARY, DECIMAL, LETTERS
from symbolic.proofread.grammar.tokens import FUNCTIONS

BARRIER, NOTHING = "\x00", "\x01"

SIGNS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("×", "·", "⋅", "∙", "✕", "✖", "*", "＊", "times"), ("TIMES", "×")),
    **dict.fromkeys(("÷", "/", "∕", "／"), ("DIVIDE", "/")),
    **dict.fromkeys(("+", "＋", "plus"), ("PLUS", "+")),
    **dict.fromkeys(("-", "−", "–", "－", "minus"), ("MINUS", "-")),
    **dict.fromkeys(("^", "**"), ("POWER", "^")),
    **dict.fromkeys(("=", "＝", "equals"), ("RELATION", "=")),
    **dict.fromkeys(("≈", "≃", "≅", "≒", "~"), ("RELATION", "≈")),
    **dict.fromkeys(("<", "≤", ">", "≥", "≠"), ("RELATION", "")),
    **dict.fromkeys(("→", "->", "=>", "⇒", "⟶", "➔"), ("RELATION", "→")),
    **dict.fromkeys(("(", "[", "（", "【"), ("OPEN", "(")),
    **dict.fromkeys((")", "]", "）", "】"), ("CLOSE", ")")),
    ",": ("COMMA", ","),
    "⌈": ("CEIL", "⌈"),
    "⌉": ("ENDCEIL", "⌉"),
    "⌊": ("FLOOR", "⌊"),
    "⌋": ("ENDFLOOR", "⌋"),
    **{sign: ("ROOT", sign) for sign in "√∛∜"},
    **dict.fromkeys((r"\times", r"\cdot"), ("TIMES", "×")),
    r"\div": ("DIVIDE", "/"),
    r"\approx": ("RELATION", "≈"),
}
SPOKEN: Mapping[str, tuple[str, str]] = {
    "multiplied by": ("TIMES", "×"),
    "divided by": ("DIVIDE", "/"),
    "to the power of": ("POWER", "^"),
    "open bracket": ("OPEN", "("),
    "close bracket": ("CLOSE", ")"),
}
"""Signs that are written in several words, as formulas are read aloud."""
FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
MOST_WORDS = 10
"""The largest number of words in a label; more words are a sentence."""
CEILING_OF_QUOTIENT = "cdiv"
CALLED: Mapping[str, tuple[str, str]] = {
    **{name: ("FUNCTION", name) for name in ("min", "max", "ceil", "floor", "round")},
    **dict.fromkeys(("cdiv", "ceil_div", "ceildiv", "div_ceil", "CEIL_DIV"), ("FUNCTION", CEILING_OF_QUOTIENT)),
    **{name: ("PREFIX", name) for name in (*FUNCTIONS, "log")},
    **{name: ("PREFIX", name.lower()) for name in ("ReLU", "Sigmoid", "Tanh")},
    "sqrt": ("ROOT", "√"),
    "cbrt": ("ROOT", "∛"),
}
"""Functions that need an opening bracket directly behind them."""
FACTOR = re.compile(r"[$€£¥]?[\w(\[√]|[-−]\d+(?:\.\d+)?(?![\d.]*[×x])|[ \x01\n]+(?:[\d(\[√]|\w(?!\w)|\w+_)|[*\x00]")
"""The text behind a × that is a sign, although it stands close to the number before it."""
NOT_LATIN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Characters of scripts without spaces between words; letters and digits beside them are words of their own."""
HANGUL = "\uac00-\ud7a3"
"""Korean has spaces between its words, but sets particles close behind a number: 150GB라는."""
ENDS_WORD = rf"(?![^\W{NOT_LATIN}{HANGUL}])"
"""The end of a word: no letter and no digit of the same word follows."""
SCRIPT_SIGNS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("约等于", "约为"), ("RELATION", "≈")),
    **dict.fromkeys(("等于",), ("RELATION", "=")),
    "乘以": ("TIMES", "×"),
    "除以": ("DIVIDE", "/"),
    "加": ("PLUS", "+"),
    "减": ("MINUS", "-"),
}
"""Signs that are written as words in Chinese."""
SCALES = "|".join(sorted((*ALSO, *BINARY, *(word for word in DECIMAL if word not in LETTERS)), key=len, reverse=True))
