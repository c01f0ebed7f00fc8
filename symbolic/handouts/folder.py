"""A handout's folder: made beside its target and renamed, so that it is complete, or stays as it was.

`keys/handout.json`, the manifest, holds the settings and the hash of every file that was written. Only a file that
still has its hash is replaced or removed; whatever else lies in the folder stays. One process at a time works on a
folder.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from symbolic.errors import SymbolicError, shown
from symbolic.handouts.locking import locked
from symbolic.outside import read_file
from symbolic.pages.files import OutputError, leftovers, undisturbed, unfinished

MANIFEST = "keys/handout.json"
LARGEST_MANIFEST = 20_000_000
LARGEST_KEPT = 1 << 30


@dataclass(slots=True)
class Folder:
    """A folder that is being made. `kept` are files of somebody else where one of ours would have been."""

    place: Path
    ours: dict[str, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    foreign: frozenset[str] = frozenset()

    def put(self, path: str, data: bytes) -> bool:
        """Write one file, unless somebody else's is there; return whether it was written."""
        if path in self.foreign:
            self.kept.append(path)
            return False
        file = self.place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        # A link there would lead elsewhere.
        file.unlink(missing_ok=True)
        file.write_bytes(data)
        self.ours[path] = _hash(data)
        return True


@contextmanager
def replaced(target: Path, same: Mapping[str, object], *, force: bool) -> Iterator[Folder]:
    """Yield a folder to write to, which replaces the target if nothing fails.

    `same` identifies the forms. A target that holds the same forms keeps them; one that holds others is refused unless
    forced; one that no handout wrote is always refused.
    """
    try:
        # A link to a folder stays one: its folder is replaced.
        target = target.resolve()
    except (OSError, ValueError, RuntimeError) as problem:
        raise OutputError(f"can't write {target}: {problem}; choose another folder with --output") from None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with locked(target):
            _recovered(target)
            place = target.with_name(unfinished(target.name))
            try:
                folder = _begun(place, target, same, force=force)
                yield folder
                folder.put(MANIFEST, _manifest(same, folder.ours))
                with undisturbed():
                    _swapped(place, target)
            finally:
                with undisturbed():
                    shutil.rmtree(place, ignore_errors=True)
    except OSError as problem:
        raise OutputError(f"can't write {target}: {problem.strerror}; choose another folder with --output") from None


def settings_of(target: Path) -> Mapping[str, Any]:
    """Return what a folder's manifest says; nothing where there is none that can be read."""
    try:
        found = json.loads(read_file(target / MANIFEST, LARGEST_MANIFEST, "a handout's manifest"))
    except (SymbolicError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("files"), dict) else {}


def _begun(place: Path, target: Path, same: Mapping[str, object], *, force: bool) -> Folder:
    there = _checked(target, same, force=force)
    place.mkdir()
    if not there:
        return Folder(place)
    shutil.copytree(target, place, dirs_exist_ok=True, symlinks=True)
    known = {str(path): str(print_) for path, print_ in there["files"].items()}
    ours = {path: known[path] for path in known if _untouched(place / path, known[path])}
    (place / MANIFEST).unlink()
    if there["settings"] != same:
        for path in ours:
            (place / path).unlink()
        ours = {}
    files = {str(path.relative_to(place).as_posix()) for path in place.rglob("*") if not _is_folder(path)}
    return Folder(place, ours, foreign=frozenset(files - ours.keys()))


def _checked(target: Path, same: Mapping[str, object], *, force: bool) -> Mapping[str, Any]:
    """Return the target's manifest, or nothing for an empty place; raise OutputError where it must not be touched."""
    if not target.exists():
        return {}
    if not target.is_dir():
        raise OutputError(f"{target} is a file; choose another folder with --output")
    if not any(target.iterdir()):
        return {}
    there = settings_of(target)
    if not there:
        raise OutputError(f"{target} holds files that no handout wrote; choose another folder with --output")
    known = there.get("settings")
    if known == same or force:
        return {"settings": known, "files": there["files"]}
    known = known if isinstance(known, dict) else {}
    first = next((name for name in same if known.get(name) != same[name]), "settings")
    raise OutputError(
        f"{target} holds forms with {first} {shown(known.get(first))}, not {shown(same.get(first))}; "
        "choose another --output, or --force to replace them"
    )


def _untouched(file: Path, known: str) -> bool:
    """Return whether a file is the one that was written: no link, no other content."""
    if file.is_symlink() or ".." in file.parts:
        return False
    try:
        return _hash(read_file(file, LARGEST_KEPT, "a file")) == known
    except SymbolicError:
        return False


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _manifest(same: Mapping[str, object], files: Mapping[str, str]) -> bytes:
    found = {"settings": dict(same), "files": dict(sorted(files.items()))}
    return (json.dumps(found, indent=2, ensure_ascii=True) + "\n").encode()


def _recovered(target: Path) -> None:
    """Tidy up after a process that was killed: put back a folder that it had moved away, remove what it began."""
    for left in leftovers(target):
        old = left / "old"
        if old.is_dir() and not target.exists():
            old.replace(target)
        shutil.rmtree(left, ignore_errors=True)


def _swapped(made: Path, target: Path) -> None:
    if not target.exists():
        made.replace(target)
        return
    aside = target.with_name(unfinished(target.name))
    aside.mkdir()
    target.replace(aside / "old")
    try:
        made.replace(target)
    except BaseException:
        (aside / "old").replace(target)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def listed(paths: Iterable[str], most: int = 5) -> str:
    """Return some paths and how many more there are."""
    found = sorted(set(paths))
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more
