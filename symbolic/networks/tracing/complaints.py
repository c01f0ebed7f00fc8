"""What an error of a stranger's code says, and where it was raised, in words that its author knows."""

from __future__ import annotations

import linecache
import re
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from symbolic.errors import shown

OURS = re.compile(r"\bCarried(Int|Float|List)\b|\bSymInt\b")
"""Our classes and torch's that stand for numbers and lists of a network."""
LONGEST = 90
"""So many characters of a line of code are repeated."""


def said(problem: Exception) -> str:
    """Return the class of an error and the first line of what it says; torch's other lines name files."""
    first = next((line for line in str(problem).splitlines() if line.strip()), "")
    text = f"{type(problem).__name__}: {' '.join(first.split())}".removesuffix(": ")
    return OURS.sub(lambda found: (found[1] or "int").lower(), text)


def place(problem: Exception, modules: Iterable[ModuleType]) -> str:
    """Return the line of these modules at which it was raised, in brackets; nothing where it was raised elsewhere."""
    files = {file for module in modules if (file := getattr(module, "__file__", None))}
    for frame in reversed(traceback.extract_tb(problem.__traceback__)):
        if frame.filename in files and (line := linecache.getline(frame.filename, frame.lineno or 0).strip()):
            return f" (line {frame.lineno} of {shown(Path(frame.filename).name)[1:-1]}: {shown(line, LONGEST)[1:-1]})"
    return ""
