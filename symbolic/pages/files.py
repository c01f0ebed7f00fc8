"""Writing pages: each beside its target first, then renamed, so that a failure leaves the old file."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from symbolic.errors import SymbolicError
from symbolic.outside import was_read

UNFINISHED = re.compile(r"\.(?P<name>.+)\.(?P<process>\d+)-[0-9a-f]{8}\.part")
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""What Windows keeps for devices, with any ending."""


class OutputError(SymbolicError):
    """A page that can't be written where it was asked for."""


def folder_name(model: str, taken: set[str]) -> str:
    """Return a model's name as a folder's: letters, digits, dot, dash and underscore, and not `taken` yet."""
    safe = re.sub(r"[^\w.-]+", "-", model, flags=re.ASCII).strip(".-")[:100].rstrip(".-") or "model"
    if RESERVED.fullmatch(safe):
        safe = f"model-{safe}"
    name, copy = safe, 1
    # Some file systems take small and capital letters for the same.
    while name.lower() in taken:
        copy += 1
        name = f"{safe}-{copy}"
    taken.add(name.lower())
    return name


def write_all(pages: Mapping[Path, str | bytes]) -> None:
    """Write every page, and raise OutputError if one can't be written; each old file is either kept or replaced.

    None is written where one of them would replace a file that was read.
    """
    for path in pages:
        if was_read(path):
            raise OutputError(f"{path} is what was read; choose another file or folder with --output")
    for path, content in pages.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace(path, content)
        except OSError as problem:
            raise OutputError(f"can't write {path}: {problem.strerror}; choose another folder with --output") from None
        except (ValueError, RuntimeError) as problem:
            raise OutputError(f"can't write {path}: {problem}; choose another folder with --output") from None


def replace(path: Path, content: str | bytes) -> None:
    """Write one file whole, or leave what is there; raises OSError. A link leads to the file that is replaced."""
    with making(path) as beside:
        # Only a file of our own is opened: nobody's link or pipe.
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content)


@contextmanager
def making(path: Path) -> Iterator[Path]:
    """Yield where to make a file that takes the place of `path` once it is whole; nothing of it stays otherwise.

    OutputError where a device or a pipe stands there: a file in its place would be the end of it.
    """
    path = path.resolve()
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OutputError(f"can't write {path}: it is a device or a pipe; choose a file, or - to print")
    sweep(path)
    beside = path.with_name(unfinished(path.name))
    try:
        yield beside
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let Ctrl-C and a request to end wait until this is done; SIGKILL waits for nothing."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows: there a Ctrl-C may leave what the next run sweeps.
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def unfinished(name: str) -> str:
    """Return the name under which a file or folder is made: it says of which process it is."""
    return f".{name[:100]}.{os.getpid()}-{os.urandom(4).hex()}.part"


def sweep(path: Path) -> None:
    """Remove what a process that was killed left beside a page."""
    for left in leftovers(path):
        left.unlink(missing_ok=True)


def leftovers(path: Path) -> list[Path]:
    """Return the unfinished files and folders beside a path that no process makes any longer."""
    found = []
    with os.scandir(path.parent) as entries:
        for entry in entries:
            match = UNFINISHED.fullmatch(entry.name) if entry.name.startswith(".") else None
            if match and match["name"] == path.name[:100] and not _alive(int(match["process"])):
                found.append(Path(entry.path))
    return found


def _alive(process: int) -> bool:
    if sys.platform == "win32" or process == os.getpid():
        # There no signal asks without ending it.
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def in_language(name: str, language: str) -> str:
    """Return the name of a file or folder in a language: English ones stand beside those in others, parameters.de."""
    return name if language == "en" else f"{name}.{language}"
