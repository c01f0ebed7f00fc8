"""Where the templates are, and Jinja's settings for them: compiled once, kept in `__pycache__`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

from symbolic import language

PACKAGE = Path(__file__).parents[1]


def templates() -> Path:
    """Return the folder of templates: inside the package where it is installed, beside it in a checkout."""
    inside = PACKAGE / "templates"
    return inside if inside.is_dir() else PACKAGE.parent / "templates"


def environment(folder: str = "", **options: Any) -> Environment:
    """Return Jinja for a folder of the templates; a missing name is an error."""
    # autoescape is the caller's to choose: HTML needs it, TeX has an escape of its own, prose is markup.
    made = Environment(  # noqa: S701
        loader=FileSystemLoader(templates() / folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Templates don't change while a process runs: none is looked at again for each page.
        auto_reload=False,
        bytecode_cache=_compiled(),
        extensions=["jinja2.ext.i18n"],
        **options,
    )
    # {% trans %} asks for its words when it is filled, so one environment speaks all languages.
    made.install_gettext_callables(language.gettext, language.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return made


def _compiled() -> FileSystemBytecodeCache | None:
    """Return a cache of compiled templates, or None where Python can't write its own."""
    folder = PACKAGE / "__pycache__"
    usable = folder.is_dir() and os.access(folder, os.W_OK)
    return FileSystemBytecodeCache(str(folder), "%s.jinja") if usable else None
