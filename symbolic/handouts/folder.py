"""A handout's folder: written beside its target and renamed, so that it is complete, or stays as it was."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from symbolic.errors import shown
from symbolic.pages.files import OutputError

MARK = "handout.json"


@contextmanager
def replaced(target: Path, same: dict[str, object], *, force: bool) -> Iterator[Path]:
    """Yield a folder to write to, which replaces the target if nothing fails.

    `same` identifies the forms. A target that holds the same forms keeps its other files; one that holds others is
    refused unless forced; one that no handout wrote is always refused.
    """
    keep = _kept(target, same, force=force)
    beside = Path()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        beside.chmod(0o755)
        if keep:
            shutil.copytree(target, beside, dirs_exist_ok=True)
        yield beside
        (beside / MARK).write_text(json.dumps(same, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        _renamed(beside, target)
    except OSError as problem:
        raise OutputError(f"can't write {target}: {problem.strerror}; choose another folder with --output") from None
    finally:
        if beside.name and beside.exists():
            shutil.rmtree(beside, ignore_errors=True)


def _kept(target: Path, same: dict[str, object], *, force: bool) -> bool:
    """Return whether the target's files stay; raise OutputError where they must not be touched."""
    if not target.exists():
        return False
    if not target.is_dir():
        raise OutputError(f"{target} is a file; choose another folder with --output")
    if not any(target.iterdir()):
        return False
    try:
        there = json.loads((target / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise OutputError(f"{target} holds files that no handout wrote; choose another folder with --output") from None
    if there == same:
        return True
    if force:
        return False
    known = there if isinstance(there, dict) else {}
    differ = [name for name in same if known.get(name) != same[name]]
    first = differ[0] if differ else "settings"
    raise OutputError(
        f"{target} holds forms with {first} {shown(known.get(first))}, not {shown(same.get(first))}; "
        "choose another --output, or --force to replace them"
    )


def _renamed(beside: Path, target: Path) -> None:
    if not target.exists():
        beside.replace(target)
        return
    old = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.old."))
    target.replace(old / target.name)
    try:
        beside.replace(target)
    except OSError:
        (old / target.name).replace(target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
