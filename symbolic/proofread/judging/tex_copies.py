"""Formulas that a page holds twice, as MathML and as TeX, and the differences between the two."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.grammar.tex_lexer import TexLexer
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

MOST = 20_000


def differing(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield an unread equation for each formula whose TeX differs from the formula that is shown."""
    lexer = TexLexer(reader.document.style)
    for copy in reader.document.tex_copies:
        start, end = copy.shown
        if _signs(lexer, reader.document.text[start:end]) != _signs(lexer, copy.tex):
            says = f"what is shown and its TeX differ: the TeX is {' '.join(copy.tex.split())[:80]}"
            yield WrittenEquation("chain", start, end, unread=says)


def _signs(lexer: TexLexer, tex: str) -> list[object]:
    """Return the numbers, names and signs of a formula in order, independent of how it is written."""
    try:
        tokens = lexer.tokens(tex, 0, min(len(tex), MOST))
    except Unread:
        return [tex]
    kept = [token for token in tokens if token.type not in ("OPEN", "CLOSE", "ANNOTATION", "ROW")]
    return [getattr(token.value, "value", None) or re.sub(r"\W", "", str(token.value)) or token.type for token in kept]
