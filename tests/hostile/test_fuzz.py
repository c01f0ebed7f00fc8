"""Inputs that nobody wrote: every command ends soon, in a page or an error of one line, and nothing in its output acts.

A few by default; as many as SYMBOLIC_HOSTILE (configs) and SYMBOLIC_COMMANDS (runs of each command) say. The same
number makes the same inputs.
"""

import json
import os
import random
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fuzzing import Findings, any_config, bases, extreme, little_memory
from hypothesis import given
from hypothesis import strategies as st
from sampling import thorough

import symbolic
from symbolic.cli import main
from symbolic.errors import SymbolicError
from symbolic.measuring import quantities
from symbolic.terminal import ACTING, LONGEST, one_line

CONFIGS = int(os.environ.get("SYMBOLIC_HOSTILE", "120"))
RUNS = int(os.environ.get("SYMBOLIC_COMMANDS", "1"))
PARTS = 4


@pytest.fixture
def quick_folder() -> Iterator[Path]:
    """A folder in memory where there is one: a new file on a disk takes as long as reading a config."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def findings(what: str) -> Iterator[Findings]:
    found = Findings(what)
    with little_memory(found):
        yield found
    found.close()


@pytest.mark.parametrize("part", range(PARTS))
def test_any_config_is_counted_or_is_an_error_of_one_line(part: int, quick_folder: Path) -> None:
    chance = random.Random(f"configs {part}")
    with findings("configs") as found:
        for _ in range(CONFIGS // PARTS):
            ending, text = any_config(chance)
            with found.one((ending, text)):
                file = quick_folder / f"m{ending}"
                file.write_text(text, encoding="utf-8", errors="surrogatepass")
                try:
                    for model in symbolic.load_all(str(file)):
                        total = symbolic.explain(model).total
                        assert total > 0, "a total of nothing"
                        if not chance.randrange(10):
                            assert next(iter(symbolic.api.count(model).values())) == total, "two totals"
                except SymbolicError as problem:
                    said = one_line(str(problem))
                    assert said, "an empty line"
                    assert len(said) <= LONGEST, "a long line"


SHEETS = ("--seed", "1", "--no-check", "--force")
"""A seed of chance would make other sheets in each run."""
COMMANDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "count": (("count", "FILE"), ("count", "--json", "FILE"), ("count", "FILE", "FILE", "gpt2-124m", "--strict")),
    "explain": (
        *(("explain", "FILE", "--quantity", name, "--format", "text", "--output", "-") for name in quantities.names()),
        ("explain", "FILE", "--format", "html,latex,markdown,json", "--output", "OUT"),
        ("explain", "FILE", "--quantity", "kv-cache", "--format", "json", "--output", "-", "--context", "TOTAL"),
    ),
    "scale": (
        ("scale", "FILE", "--format", "text", "--output", "-"),
        ("scale", "FILE", "--vary", "SIZE", "--format", "markdown", "--output", "-"),
    ),
    "serve": (("serve", "FILE", "--device", "h100", "--format", "text", "--output", "-"),),
    "compare": (
        ("compare", "FILE", "gpt2-124m", "--format", "text", "--output", "-"),
        ("compare", "llama-3-8b", "FILE", "--format", "html", "--output", "OUT"),
    ),
    "solve": (
        ("solve", "FILE", "--for", "SIZE", "--total", "TOTAL", "--format", "text", "--output", "-"),
        ("solve", "FILE", "--for", "SIZE", "--memory", "24GiB", "--format", "text", "--output", "-"),
    ),
    "sweep": (("sweep", "FILE", "--vary", "SIZE=1:9"), ("sweep", "FILE", "--vary", "SIZE=1,TOTAL", "--csv")),
    "formula": tuple(("formula", "FILE", "--as", name) for name in ("c", "python", "latex", "javascript")),
    "handout": (
        ("handout", "FILE", *SHEETS, "--variants", "1", "--format", "csv", "--output", "OUT/h"),
        ("handout", "FILE", *SHEETS, "--easy", "--format", "markdown", "--output", "OUT/h"),
    ),
    "proofread": (
        ("proofread", "FILE"),
        ("proofread", "FILE", "--model", "gpt2-124m", "--format", "json", "--all"),
        ("proofread", "WALKTHROUGH", "--model", "FILE", "--format", "sarif"),
    ),
    "mfu": (("mfu", "FILE", "--step-time", "TOTAL", "--device", "h100", "--format", "text", "--output", "-"),),
    "models": (("models",), ("architectures",)),
}
"""Each command as a stranger may call it, with words that are replaced."""


# A handout at extreme sizes takes twice as long as all the others.
DEAREST = ("handout", "scale")


@pytest.mark.parametrize("command", [pytest.param(one, marks=[thorough] if one in DEAREST else []) for one in COMMANDS])
def test_a_command_at_extreme_sizes_ends_in_a_page_or_an_error_of_one_line(command: str, quick_folder: Path) -> None:
    chance = random.Random(f"commands {command}")
    walkthrough = quick_folder / "walkthrough.md"
    walkthrough.write_text("emb_dim = 768\n\n768 × 768 = 589,824\n\nIn total 124,412,160 parameters.\n")
    pages = ("o", "h")
    with findings(command) as found:
        for number in range(RUNS):
            config = extreme(chance.choice(bases()), chance)
            file = quick_folder / f"{chance.choice(('config', chr(27) + '[31m', 'CON', 'a b', 'ü'))}.json"
            file.write_text(json.dumps(config), encoding="utf-8")
            size = chance.choice(_sizes(file) or ["emb_dim"])
            words = {
                "FILE": str(file),
                "OUT": str(quick_folder / "o"),
                "OUT/h": str(quick_folder / "h"),
                "WALKTHROUGH": str(walkthrough),
                "SIZE": size,
                "TOTAL": chance.choice(("1", "7e9", "1e30", "10**9", "1e2000", "0", "-1", "1/3", "124M")),
            }
            given = COMMANDS[command][number % len(COMMANDS[command])]
            with found.one((given, words["SIZE"], words["TOTAL"], config)):
                run(
                    *(
                        words.get(word, word.replace("SIZE", words["SIZE"]).replace("TOTAL", words["TOTAL"]))
                        for word in given
                    )
                )
                for page in (page for name in pages for page in (quick_folder / name).rglob("*")):
                    if page.suffix in (".html", ".md", ".tex", ".txt", ".csv"):
                        assert not ACTING.search(page.read_text(encoding="utf-8")), "a page with what acts"
            for name in pages:
                shutil.rmtree(quick_folder / name, ignore_errors=True)


def _sizes(file: Path) -> list[str]:
    """The names that the sizes of a config have, where it is one."""
    try:
        return sorted(symbolic.load(str(file)).sizes)
    except SymbolicError:
        return []


def run(*command: str, given: bytes | None = None) -> Result:
    done = CliRunner().invoke(main, list(command), input=given, env={"SYMBOLIC_TRACEBACK": "1"})
    # 3 is a fault of ours, with its traceback; what is no line of ours is a traceback too.
    assert done.exit_code in (0, 1, 2), _fault(done)
    assert not ACTING.search(done.output), "what acts in what is printed"
    assert "Traceback" not in done.output, "a traceback"
    if done.exit_code == 2 and "Usage:" not in done.stderr:
        assert all(len(line) <= LONGEST + 10 for line in done.stderr.splitlines()), "a long line"
    return done


def _fault(done: Result) -> str:
    where = re.findall(r"(\w+)\.py\", line (\d+), in (\w+)", done.stderr)[-3:]
    return f"{done.stderr.strip().splitlines()[-1]} {' < '.join(':'.join(frame) for frame in reversed(where))}"


@given(
    st.dictionaries(st.text(max_size=12), st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()))
)
def test_any_object_is_counted_or_is_an_error_of_one_line(config: dict[str, object]) -> None:
    done = run("count", "-", given=json.dumps(config).encode("utf-8", "surrogatepass"))
    assert done.exit_code in (0, 2)


@given(st.binary(max_size=200))
def test_any_bytes_are_counted_and_proofread_or_are_an_error_of_one_line(data: bytes) -> None:
    assert run("count", "-", given=data).exit_code in (0, 2)
    assert run("proofread", "-", given=data).exit_code in (0, 1, 2)
