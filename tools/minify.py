"""The scripts of pages without what only their authors read: `templates/html/min/`, made of `templates/html/*.js`.

A maintainer runs it when a script has changed, and commits what it writes; it needs Node:

    python tools/minify.py

A page carries its scripts, and the names in them are a third of their bytes. The first line of each file says of which
text it was made, and a test compares it.
"""

from __future__ import annotations

import subprocess
from hashlib import sha256
from pathlib import Path

SOURCES = Path(__file__).parent.parent / "templates" / "html"
TARGET = SOURCES / "min"
COMMAND = ("npx", "--yes", "esbuild@0.28.2", "--minify", "--charset=utf8", "--target=es2022")


def made_of(text: str) -> str:
    """Return the first line of the file that is made of a script: a comment with the fingerprint of its text."""
    return f"// {sha256(text.encode()).hexdigest()}\n"


def main() -> None:
    """Write each script."""
    TARGET.mkdir(exist_ok=True)
    for source in sorted(SOURCES.glob("*.js")):
        text = source.read_text(encoding="utf-8")
        made = subprocess.run(COMMAND, input=text, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own command
        (TARGET / source.name).write_text(made_of(text) + made, encoding="utf-8")


if __name__ == "__main__":
    main()
