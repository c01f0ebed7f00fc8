"""What a spreadsheet shows: a name from outside never becomes a formula."""

from __future__ import annotations

import re
import unicodedata

FORMULA = re.compile(r"(^|[;|\t\n])(?=[^\w;|\t\n]*[=+@-])")
"""Before what a spreadsheet may take for a formula, at the start of a cell or where it may split one."""


def safe_cell(text: str) -> str:
    """Return a text with an apostrophe before what a spreadsheet would read as a formula, in signs of any width.

    >>> safe_cell("=1+1"), safe_cell("gpt2-124m")
    ("'=1+1", 'gpt2-124m')
    """
    usual = "".join(unicodedata.normalize("NFKC", sign) if sign in "＝＋－＠；｜﹣﹢" else sign for sign in text)
    return FORMULA.sub(r"\1'", usual)
