"""Where the templates are, and Jinja set up for them: compiled once, kept beside Python's own compiled code."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

PACKAGE = Path(__file__).parents[1]


def templates() -> Path:
    """The folder of templates: inside the package where it is installed, beside it in a checkout."""
    inside = PACKAGE / "templates"
    return inside if inside.is_dir() else PACKAGE.parent / "templates"


def environment(folder: str = "", **options: Any) -> Environment:
    """Jinja over a folder of the templates; a name that a template doesn't get is an error."""
    # autoescape is the caller's to choose: HTML needs it, TeX has an escape of its own, prose is markup.
    return Environment(  # noqa: S701
        loader=FileSystemLoader(templates() / folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_compiled(),
        **options,
    )


def _compiled() -> FileSystemBytecodeCache | None:
    """Compiling the templates costs more than filling them; where Python can't keep its own code, neither do we."""
    folder = PACKAGE / "__pycache__"
    usable = folder.is_dir() and os.access(folder, os.W_OK)
    return FileSystemBytecodeCache(str(folder), "%s.jinja") if usable else None
