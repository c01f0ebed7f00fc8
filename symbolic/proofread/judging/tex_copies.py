"""Formulas that a page holds twice, as MathML and as TeX: where the two say different things, both are read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.grammar.tex_lexer import TexLexer
from symbolic.proofread.reading.equations import FormulaReader, WrittenEquation

MOST = 20_000


def differing(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """For each formula whose TeX is not what is shown, an equation that is unread for that reason."""
    lexer = TexLexer(reader.document.style)
    for copy in reader.document.tex_copies:
        start, end = copy.shown
        if _signs(lexer, reader.document.text[start:end]) != _signs(lexer, copy.tex):
            says = f"what is shown and its TeX differ: the TeX is {' '.join(copy.tex.split())[:80]}"
            yield WrittenEquation("chain", start, end, unread=says)


def _signs(lexer: TexLexer, tex: str) -> list[object]:
    """What a formula says, however it is written: its numbers, names and signs in order."""
    try:
        tokens = lexer.tokens(tex, 0, min(len(tex), MOST))
    except Unread:
        return [tex]
    kept = [token for token in tokens if token.type not in ("OPEN", "CLOSE", "ANNOTATION", "ROW")]
    return [getattr(token.value, "value", None) or re.sub(r"\W", "", str(token.value)) or token.type for token in kept]
