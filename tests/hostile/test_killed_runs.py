"""Runs that are killed and runs that work on one folder at once: no file is lost, and none is half of one.

SYMBOLIC_KILLS says how many runs are killed, SYMBOLIC_PAIRS how many pairs of runs write one folder.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from forking import Runs, runs
from sampling import sample, thorough

from symbolic.handouts import seeds

PAIRS = int(os.environ.get("SYMBOLIC_PAIRS", "3"))
KILLS = int(os.environ.get("SYMBOLIC_KILLS", "9"))
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="runs are forked")


@pytest.fixture(scope="module")
def started() -> Iterator[Runs]:
    with runs() as made:
        yield made


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def handout(folder: Path, formats: str, *more: str) -> tuple[str, ...]:
    return ("handout", "gpt2-124m", "--seed", "7", "--format", formats, "--output", str(folder), *more)


def seconds(started: Runs, command: tuple[str, ...]) -> float:
    start = time.monotonic()
    assert started.run(*command) == 0
    return time.monotonic() - start


def killed(started: Runs, command: tuple[str, ...], number: int, after: float) -> int:
    process = started.start(*command)
    time.sleep(after)
    os.kill(process, number)
    return started.wait(process)


LISTS = {"keys/handout.json", "index.html", "index.md"}
"""What lists the files that a run has made: a later run with other formats lists others."""


@pytest.mark.parametrize("number", sample(SIGNALS, 3))
def test_a_handout_that_is_killed_leaves_its_folder_whole(
    number: signal.Signals, started: Runs, tmp_path: Path
) -> None:
    chance = random.Random(number)
    target = tmp_path / "o"
    started.run(*handout(target, "csv"))
    (target / "grades.xlsx").write_bytes(b"grades")
    before = files(target)
    whole = seconds(started, handout(tmp_path / "o2", "csv,markdown"))
    formats = ("csv,markdown", "csv,latex", "markdown")
    for turn in range(KILLS // 9):
        killed(started, handout(target, chance.choice(formats)), number, chance.uniform(0, 1.1 * whole))
        if not target.exists():
            # Between two renames: the next run puts it back.
            assert number == signal.SIGKILL
            assert started.run(*handout(target, "csv")) == 0
        after = files(target)
        # The old folder or the new one, with all that was somebody's in it.
        kept = before.keys() - LISTS
        assert {path: after[path] for path in kept} == {path: before[path] for path in kept}
        assert json.loads(after["keys/handout.json"])["files"].keys() <= after.keys()
        assert seeds.FILE not in after or after[seeds.FILE] == before[seeds.FILE]
        if number != signal.SIGKILL:
            assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")], turn
    assert started.run(*handout(target, "csv,markdown")) == 0
    assert files(target)["grades.xlsx"] == b"grades"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o", "o2"]


@pytest.mark.parametrize("number", sample(SIGNALS, 3, 1))
def test_a_page_is_the_old_one_or_the_new_one(number: signal.Signals, started: Runs, tmp_path: Path) -> None:
    chance = random.Random(number)
    several = ("--quantity", "parameters,kv-cache", "--format", "text,json,markdown")
    command = ("explain", "gpt2-124m", *several, "--output", str(tmp_path / "pages"))
    whole = seconds(started, command)
    new = files(tmp_path / "pages")
    old = {path: f"old {path}".encode() for path in new}
    for _ in range(KILLS // 9):
        for path, data in old.items():
            (tmp_path / "pages" / path).write_bytes(data)
        killed(started, command, number, chance.uniform(0, 1.1 * whole))
        found = files(tmp_path / "pages")
        assert all(found[path] in (old[path], new[path]) for path in new)
        left = found.keys() - new.keys()
        assert not left if number != signal.SIGKILL else all(path.endswith(".part") for path in left)
    assert started.run(*command) == 0
    assert files(tmp_path / "pages") == new


@thorough
@pytest.mark.parametrize("number", sample(SIGNALS, 3, 2))
def test_a_document_that_is_mended_stays_as_it_is(number: signal.Signals, started: Runs, tmp_path: Path) -> None:
    chance = random.Random(number)
    document, copy, report = (tmp_path / name for name in ("d.md", "d.mended.md", "report.json"))
    document.write_text("768 × 768 = 589,825\n\n" * 40)
    command = ("proofread", str(document), "--fix", "--format", "json", "--output", str(report))
    start = time.monotonic()
    assert started.run(*command) == 1
    whole = time.monotonic() - start
    before, mended, reported = (path.read_bytes() for path in (document, copy, report))
    for _ in range(KILLS // 9):
        copy.unlink(missing_ok=True)
        report.write_bytes(b"old")
        killed(started, command, number, chance.uniform(0, 1.1 * whole))
        assert document.read_bytes() == before
        assert not copy.exists() or copy.read_bytes() == mended
        assert report.read_bytes() in (b"old", reported)
    copy.unlink(missing_ok=True)
    assert started.run(*command) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d.md", "d.mended.md", "report.json"]


@thorough
def test_two_writers_of_one_folder_lose_nothing_of_each_other(started: Runs, tmp_path: Path) -> None:
    chance = random.Random("pairs")
    for _ in range(PAIRS // 2):
        target = tmp_path / "o"
        shutil.rmtree(target, ignore_errors=True)
        both = []
        for name in ("csv", "markdown"):
            both.append(started.start(*handout(target, name)))
            time.sleep(chance.choice((0, 0, 0.02, 0.1)))
        assert [started.wait(one) for one in both] == [0, 0]
        found = files(target)
        assert {"keys/key.csv", "index.md", "keys/handout.json"} < found.keys()
        assert len([path for path in found if path.endswith(".md")]) == 3
        assert json.loads(found["keys/handout.json"])["files"].keys() <= found.keys()
        assert [path.name for path in tmp_path.iterdir()] == ["o"]


@thorough
def test_two_writers_of_one_page_leave_one_of_them_whole(started: Runs, tmp_path: Path) -> None:
    chance = random.Random("pages")
    pages = []
    for notation in ("names", "letters"):
        command = ("explain", "gpt2-124m", "--format", "text", "--notation", notation, "--output", str(tmp_path))
        assert started.run(*command) == 0
        pages.append((command, files(tmp_path)))
    for _ in range(PAIRS // 2):
        both = []
        for command, _page in pages:
            both.append(started.start(*command))
            time.sleep(chance.choice((0, 0, 0.01)))
        assert [started.wait(one) for one in both] == [0, 0]
        assert files(tmp_path) in [page for _command, page in pages]


@thorough
@pytest.mark.skipif(sys.platform == "win32", reason="a run is killed by a signal")
def test_a_killed_writer_holds_up_nobody(started: Runs, tmp_path: Path) -> None:
    process = started.start(*handout(tmp_path / "o", "csv"))
    time.sleep(0.05)
    os.kill(process, signal.SIGKILL)
    assert started.run(*handout(tmp_path / "o", "csv")) == 0
    started.wait(process)
