"""Writing pages: each beside its target first, then renamed, so that a failure leaves the old file."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from symbolic.errors import SymbolicError


class OutputError(SymbolicError):
    """A page that can't be written where it was asked for."""


def folder_name(model: str, taken: set[str]) -> str:
    """Return a model's name as a folder's: letters, digits, dot, dash and underscore, and not `taken` yet."""
    safe = re.sub(r"[^\w.-]+", "-", model, flags=re.ASCII).strip(".-")[:100] or "model"
    name, copy = safe, 1
    while name in taken:
        copy += 1
        name = f"{safe}-{copy}"
    taken.add(name)
    return name


def write_all(pages: Mapping[Path, str | bytes]) -> None:
    """Write every page, and raise OutputError if one can't be written; each old file is either kept or replaced."""
    for path, content in pages.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, content)
        except OSError as problem:
            raise OutputError(f"can't write {path}: {problem.strerror}; choose another folder with --output") from None


def _replace(path: Path, content: str | bytes) -> None:
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
        umask = os.umask(0)
        os.umask(umask)
        Path(beside).chmod(0o666 & ~umask)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def in_language(name: str, language: str) -> str:
    """Return the name of a file or folder in a language: English ones stand beside those in others, parameters.de."""
    return name if language == "en" else f"{name}.{language}"
