"""The files of the command: the document that is read, the mended copy beside it."""

from __future__ import annotations

import sys
from pathlib import Path

from symbolic.errors import SymbolicError
from symbolic.pages.files import OutputError, write_all
from symbolic.proofread.judging.verdicts import Report
from symbolic.proofread.mending import mended
from symbolic.proofread.reports import as_text

LARGEST = 20_000_000


class DocumentError(SymbolicError):
    """A document that can't be read."""


def text_of(given: str) -> tuple[str, str]:
    """The name and the text of a file, or of standard input (`-`); DocumentError where there is none."""
    if given == "-":
        return "standard input", sys.stdin.buffer.read(LARGEST).decode("utf-8", "replace")
    path = Path(given)
    try:
        if path.is_dir():
            raise DocumentError(f"{given} is a folder; name a document in it")
        if path.stat().st_size > LARGEST:
            raise DocumentError(f"{given} has {path.stat().st_size:,} bytes; a document has at most {LARGEST:,}")
        return path.name, path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentError(f"{given} is not text (UTF-8); give a .md, .txt, .tex, .html or .ipynb file") from None
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise DocumentError(f"can't read {given}: {reason}; check its name and permissions") from None


def mended_copy(given: str, report: Report) -> tuple[Path, list[str]]:
    """Write the copy, if there is something to mend; its path and a line for each change."""
    path = Path("document.md" if given == "-" else given)
    copy = path.with_name(f"{path.stem}.mended{path.suffix}")
    if not report.changes:
        return copy, []
    if copy.exists():
        raise OutputError(f"{copy} is there already; move it away first")
    write_all({copy: mended(report.document, report.changes)})
    return copy, as_text.changes(report).splitlines()
