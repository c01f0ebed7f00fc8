"""Inputs that nobody wrote: every command ends soon, in a page or a line, and nothing in its output acts.

A few by default; as many as SYMBOLIC_HOSTILE says, in .ci/run. The same number makes the same inputs.
"""

import json
import os
import random
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import symbolic
from symbolic.cli import main
from symbolic.configs import models
from symbolic.errors import SymbolicError
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.measuring import quantities
from symbolic.terminal import ACTING, LONGEST

INPUTS = int(os.environ.get("SYMBOLIC_HOSTILE", "120"))
SECONDS = 5
EXTREME: tuple[object, ...] = (
    0,
    1,
    -1,
    2,
    3,
    7,
    64,
    10**9,
    2**63,
    10**30,
    10**300,
    10**997,
    10**1200,
    1.5,
    1e308,
    True,
    None,
    "",
    "12",
    [1],
    {},
)
WORDS = (
    "\x1b[2J",
    "\x1b]52;c;eA==\x07",
    "\u202e",
    "\ud800",
    "<script>",
    "$(id)",
    "=1+1",
    "CON",
    "../..",
    "a" * 300,
    "",
    "\x00",
    "\n",
)
PIECES: tuple[str, ...] = (
    *'{}[]"\',:=#.\\\n\t -',
    '"""', "A = {", "A[1] = 2\n", "del A", "<!--", "-->", "```", "$$", "\\frac{", "&a ", "*a", "1e999",
    "0x", "|---|", "1" * 40,
    *WORDS,
)  # fmt: skip


def sources() -> list[tuple[str, str]]:
    """Configs in every kind of file, each right as it is."""
    made = []
    for name in ("gpt2-124m", "llama-3-8b", "deepseek-v3", "t5-small", "mamba-130m", "gemma-3-1b"):
        config = dict(models.find(name).config)
        toml = "\n".join(f"{key} = {json.dumps(value)}" for key, value in config.items() if value is not None)
        cell = {"cell_type": "code", "source": f"A = {config}"}
        made += [
            (".json", json.dumps(config)),
            (".py", f"A = {config}\n"),
            (".md", f"# Model\n\n```python\nA = {config}\nA['n_layers'] = 3\n```\n"),
            (".yaml", json.dumps(config, indent=1)),
            (".toml", toml),
            (".ipynb", json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5, "metadata": {}})),
        ]
    return made


def mangled(text: str, chance: random.Random) -> str:
    letters = list(text)
    for _ in range(chance.randrange(1, 6)):
        start = chance.randrange(len(letters) + 1)
        end = start + chance.choice((0, 0, 1, 3, 30))
        match chance.randrange(4):
            case 0:
                letters[start:end] = chance.choice(PIECES)
            case 1:
                letters[start:end] = letters[start:end] * chance.choice((2, 50))
            case 2:
                letters[start:end] = str(chance.choice(EXTREME))
            case _:
                del letters[start:end]
    return "".join(letters)


def extreme(config: dict[str, object], chance: random.Random) -> dict[str, object]:
    """Return a config with sizes at the ends of what can be written, and keys that act."""
    changed = dict(config)
    for key in chance.sample(sorted(config), min(len(config), chance.randrange(1, 4))):
        changed[key] = chance.choice(EXTREME)
    if chance.random() < 0.4:
        changed[chance.choice(WORDS)] = chance.choice((*EXTREME, *WORDS))
    return changed


def run(*command: str, given: bytes | None = None) -> Result:
    start = time.process_time()
    done = CliRunner().invoke(main, list(command), input=given)
    seconds = time.process_time() - start
    said = f"{command}: {done.output[-300:]}"
    # 3 is a fault of ours; what is no line of ours is a traceback.
    assert done.exit_code in (0, 1, 2), said
    assert seconds < SECONDS, f"{seconds} s: {said}"
    assert not ACTING.search(done.output), said
    assert "Traceback" not in done.output
    if done.exit_code == 2 and "Usage:" not in done.stderr:
        assert all(len(line) <= LONGEST + 10 for line in done.stderr.splitlines()), said
    return done


@pytest.mark.parametrize("part", range(4))
def test_a_mangled_config_is_read_or_is_a_line(part: int, tmp_path: Path) -> None:
    chance, made = random.Random(f"configs {part}"), sources()
    for _ in range(INPUTS // 4):
        ending, text = chance.choice(made)
        file = tmp_path / f"m{ending}"
        file.write_text(mangled(text, chance), encoding="utf-8", errors="surrogatepass")
        start = time.process_time()
        try:
            for model in symbolic.api.load_all(str(file)):
                symbolic.api.count(model)
        except SymbolicError as problem:
            said = str(problem)
            assert said, ending
        except Exception as problem:
            raise AssertionError(f"{ending}: {file.read_bytes()!r}") from problem
        assert time.process_time() - start < SECONDS, file.read_bytes()[:2000]


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("count", "FILE"),
    ("count", "--json", "FILE"),
    *(("explain", "FILE", "--quantity", name, "--format", "text", "--output", "-") for name in quantities.names()),
    ("explain", "FILE", "--format", "html,latex,markdown,json", "--output", "OUT"),
    ("scale", "FILE", "--format", "text", "--output", "-"),
    ("mfu", "FILE", "--step-time", "TOTAL", "--device", "h100", "--format", "text", "--output", "-"),
    ("compare", "FILE", "gpt2-124m", "--format", "text", "--output", "-"),
    ("solve", "FILE", "--for", "SIZE", "--total", "TOTAL", "--format", "text", "--output", "-"),
    ("sweep", "FILE", "--vary", "SIZE=1:9"),
    ("sweep", "FILE", "--vary", "SIZE=1,TOTAL", "--csv"),
    ("formula", "FILE", "--as", "c"),
    ("formula", "FILE", "--as", "python"),
    ("handout", "FILE", "--variants", "1", "--format", "csv,markdown", "--no-check", "--output", "OUT/h", "--force"),
    ("proofread", "FILE"),
)


@pytest.mark.parametrize("part", range(4))
def test_a_command_at_extreme_sizes_ends_in_a_page_or_a_line(part: int, tmp_path: Path) -> None:
    chance = random.Random(f"commands {part}")
    bases = [dict(models.find(name).config) for name in models.names()[::5]]
    for number in range(INPUTS // 4):
        name = chance.choice(("config", "\x1b[31m", "CON", "a b", "ü"))
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(extreme(chance.choice(bases), chance)), encoding="utf-8")
        words = {
            "FILE": str(file),
            "OUT": str(tmp_path / "o"),
            "OUT/h": str(tmp_path / f"h{number}"),
            "SIZE": chance.choice(sorted(SYMBOLS)),
            "TOTAL": chance.choice(("1", "7e9", "1e30", "10**9", "1e2000", "0", "-1", "1/3")),
        }
        command = chance.choice(COMMANDS)
        run(
            *(words.get(word, word.replace("SIZE", words["SIZE"]).replace("TOTAL", words["TOTAL"])) for word in command)
        )
    for page in tmp_path.rglob("*"):
        if page.suffix in (".html", ".md", ".tex", ".txt", ".csv"):
            assert not ACTING.search(page.read_text(encoding="utf-8")), page


@given(
    st.dictionaries(st.text(max_size=12), st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()))
)
def test_any_object_is_a_config_or_a_line(config: dict[str, object]) -> None:
    done = run("count", "-", given=json.dumps(config).encode("utf-8", "surrogatepass"))
    assert done.exit_code in (0, 2)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_config_or_a_line_and_a_document_or_a_line(data: bytes) -> None:
    assert run("count", "-", given=data).exit_code in (0, 2)
    assert run("proofread", "-", given=data).exit_code in (0, 1, 2)
