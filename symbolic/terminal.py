"""What a terminal shows: all text for one goes through `visible`, and all that a command prints through `echo`.

A name from a stranger's file may hold signs that move the cursor, fill the clipboard, or turn the order of letters
round. They are shown as escapes, `\\u001b`, which is the sign itself where the text is JSON.
"""

from __future__ import annotations

import io
import os
import re
import sys
from typing import TextIO

from symbolic.errors import SymbolicError

ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
"""Control characters but for the newline and the tab, marks of direction, unseen tags, halves of a letter."""
LONGEST = 500


def visible(text: str) -> str:
    """Return a text with each sign that acts on a terminal as an escape."""
    # Nothing that can be printed acts. That all can, but for breaks and wide spaces, is found out in half the time.
    if text.replace("\n", "").replace("\u00a0", "").replace("\u2009", "").isprintable():
        return text
    return ACTING.sub(lambda match: _escape(ord(match[0])), text)


def _escape(code: int) -> str:
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\u{0xD800 + (code - 0x10000 >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def one_line(message: str) -> str:
    """Return a message on one line, cut where it is long."""
    line = visible(" ".join(message.split()))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def echo(text: object = "", *, err: bool = False, nl: bool = True) -> None:
    """Print a text, or a binary file such as a PDF if the output is no terminal, where it would act."""
    import click

    if not isinstance(text, bytes):
        click.echo(visible(str(text)), err=err, nl=nl)
    elif sys.stdout.isatty():
        raise SymbolicError("a terminal can't show this file; name a folder with --output, or send it to a program")
    else:
        click.echo(text, nl=False)


def ready() -> None:
    """Prepare the standard streams: a character that they can't encode is escaped and stops no command."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open to the end
    sys.stdout, sys.stderr = _whole(sys.stdout), _whole(sys.stderr)


def _whole(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.reconfigure(errors="backslashreplace")
    raw = stream.buffer
    if isinstance(raw, io.RawIOBase):
        # Without a buffer (python -u) what a full disk did not take would be lost without a word.
        buffered = io.BufferedWriter(raw)
        return io.TextIOWrapper(buffered, stream.encoding, stream.errors, write_through=True)
    return stream


def give_up(stream: TextIO) -> None:
    """Point a stream that can't be written to nowhere, so that Python does not try again at its end."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass
