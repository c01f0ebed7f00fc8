"""Handouts: sheets with blanks, keys that are certainly right, a config for each student, files for learning platforms.

A form (`form.py`) is one student's derivation with some lines blank (`fading.py`) and questions about it (`kinds/`, one
file each). `sheet.py` and `key.py` make pages of it, `exports/` files, one module a format.
"""

from __future__ import annotations

from symbolic.pages.templating import templates


def languages() -> tuple[str, ...]:
    """The languages that there are words in, by listing their files."""
    return tuple(sorted(path.stem for path in (templates() / "prose" / "handout").glob("*.md")))
