"""Files of the command: the document to read and the mended copy beside it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from symbolic import outside
from symbolic.errors import SymbolicError
from symbolic.pages.files import OutputError, write_all
from symbolic.proofread.judging.verdicts import Report
from symbolic.proofread.mending import mended
from symbolic.proofread.reports import as_text

LARGEST = 20_000_000


class DocumentError(SymbolicError):
    """Error for a document that can't be read."""


def text_of(given: str) -> tuple[str, str]:
    """Return the name and the text of a file, or of standard input (`-`).

    Raises DocumentError for a folder, and Unreadable for a file that can't be read.
    """
    kinds = "a .md, .txt, .tex, .html or .ipynb file"
    if given == "-":
        return "standard input", outside.text_of(outside.read_stdin(LARGEST, "a document"), "standard input", kinds)
    path = Path(given)
    with suppress(OSError, ValueError):
        if path.is_dir():
            raise DocumentError(f"{given} is a folder; name a document in it")
    return path.name, outside.text_of(outside.read_file(path, LARGEST, "a document"), given, kinds)


def mended_copy(given: str, report: Report) -> tuple[Path, list[str]]:
    """Write the mended copy, if there is anything to mend; return its path and one line for each change.

    Raises OutputError if the copy exists already.
    """
    path = Path("document.md" if given == "-" else given)
    copy = path.with_name(f"{path.stem}.mended{path.suffix}")
    if not report.changes:
        return copy, []
    if copy.exists():
        raise OutputError(f"{copy} is there already; move it away first")
    write_all({copy: mended(report.document, report.changes).encode("utf-8", "surrogatepass")})
    return copy, as_text.changes(report).splitlines()
