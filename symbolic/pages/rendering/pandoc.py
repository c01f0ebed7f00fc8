"""Other programs' formats by pandoc, made of our Markdown: Word's, with native equations."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from symbolic.errors import SymbolicError, shown
from symbolic.extras import command

READ = (
    "markdown+gfm_auto_identifiers-yaml_metadata_block-raw_tex-raw_html-raw_attribute-implicit_figures-citations"
    "-example_lists"
)
"""Pandoc's Markdown without what would read more into a page than stands there."""
SECONDS = 120


def converted(markdown: str, to: str, files: Mapping[str, bytes], *options: str) -> bytes:
    """Return a page's Markdown in another format; `files` are those that it shows, by their names.

    The first heading is the title. The same page gives the same bytes. SymbolicError where there is no pandoc, or it
    finds something that it can't convert.
    """
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        made = Path(folder) / f"page.{to}"
        command = [
            _program(), "--from", READ, "--to", to, "--output", str(made), "--standalone",
            "--shift-heading-level-by=-1", *options,
        ]  # fmt: skip
        run = subprocess.run(  # noqa: S603 - no word of it comes from outside
            command,
            input=markdown.encode("utf-8", "backslashreplace"),
            capture_output=True,
            timeout=SECONDS,
            cwd=folder,
            # Without it, the file would hold the time at which it was made.
            env={**os.environ, "SOURCE_DATE_EPOCH": "315532800"},
            check=False,
        )
        said = run.stderr.decode("utf-8", "replace").strip()
        if run.returncode or said:
            raise SymbolicError(f"pandoc can't make {to} of this page: {shown(said, 200)}")
        return made.read_bytes()


def _program() -> str:
    """Return the pandoc of the extra, or the one that is installed."""
    try:
        from pypandoc import get_pandoc_path

        found: str = get_pandoc_path()
        return found
    except (ImportError, OSError):
        pass
    installed = shutil.which("pandoc")
    if installed is None:
        raise SymbolicError(
            f"Word's format needs pandoc; install it with {command('docx')}, or pandoc itself"
        ) from None
    return installed
