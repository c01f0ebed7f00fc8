"""What the fuzzers share: inputs that nobody wrote, made from a seed, and what went wrong with them, each kind once.

SYMBOLIC_FINDINGS names a file to which each new kind is written as it comes, for runs that take hours.
"""

import json
import os
import random
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from described_configs import default_config
from ends import TooLong, ends

from symbolic.configs import models
from symbolic.networks.learned import catalogue

MEGABYTES = 500
"""Memory that one input may take."""
EXTREME: tuple[object, ...] = (
    0, 1, -1, 2, 3, 7, 64, 10**9, 2**63, 10**30, 10**300, 10**997, 10**1200, 1.5, 1e308, True, None, "", "12", [1], {},
)  # fmt: skip
STRANGE: tuple[object, ...] = (
    *EXTREME, float("inf"), float("nan"), [], [0], [[1]], [None, 3], {"a": 1}, {"": {}}, "full_attention",
    ["full_attention", "sliding_attention"] * 3, ["x"] * 2000, [1] * 300, "null", "gelu", "bfloat16", -(2**70), 0.1,
    {"quant_method": "fp8"}, {"quant_method": 3, "bits": "x"}, {"rope_type": []},
)  # fmt: skip
WORDS = (
    "\x1b[2J", "\x1b]52;c;eA==\x07", "\u202e", "\ud800", "<script>", "$(id)", "=1+1", "CON", "../..", "a" * 300, "",
    "\x00", "\n", "`![x](y)", "\\input{x}", "#eval", "https://e.org",
)  # fmt: skip
PIECES: tuple[str, ...] = (
    *'{}[]"\',:=#.\\\n\t -',
    '"""', "A = {", "A[1] = 2\n", "del A", "A |= ", "A = dict(A, n=1)\n", "B = A\n", "def f():\n ",
    "class C:\n a: int = 1\n",
    "<!--", "-->", "```", "$$", "\\frac{", "&a ", "*a", "<<: ", "!!python/name:os.system ", "1e999", "0x", "|---|",
    "1" * 40, "[[a]]\n", "a.b.c = 1\n", "---\n", "\ufeff",
    *WORDS,
)  # fmt: skip


@dataclass
class Findings:
    """What went wrong in a run: how often each kind, and the shortest input that shows it."""

    what: str
    found: dict[str, tuple[int, str]] = field(default_factory=dict)
    tried: int = 0

    def add(self, kind: str, given: object) -> None:
        """Note one; its kind is what makes it another than those before."""
        times, shortest = self.found.get(kind, (0, ""))
        shown = given if isinstance(given, str) else repr(given)
        self.found[kind] = (times + 1, min(shortest or shown, shown, key=len))
        if not times and (log := os.environ.get("SYMBOLIC_FINDINGS")):
            with Path(log).open("a", encoding="utf-8") as file:
                file.write(json.dumps({"run": self.what, "kind": kind, "input": shown[:5000]}) + "\n")

    @contextmanager
    def one(self, given: object) -> Iterator[None]:
        """Try one input: whatever it raises, and more time than it may take, is a finding."""
        self.tried += 1
        try:
            with ends():
                yield
        except TooLong as problem:
            self.add(f"never ends: {_where(problem)}", given)
        except AssertionError as problem:
            self.add(str(problem).partition("\n")[0][:300] or _where(problem), given)
        except Exception as problem:
            self.add(f"{type(problem).__name__} at {_where(problem)}", given)

    def close(self) -> None:
        """End the run: an error that names every kind, where there is one."""
        said = "\n".join(f"{times} × {kind}\n    {shown[:400]}" for kind, (times, shown) in self.found.items())
        assert not self.found, f"{self.what}, of {self.tried}:\n{said}"


def _where(problem: BaseException) -> str:
    frames = traceback.extract_tb(problem.__traceback__)
    ours = [frame for frame in frames if "symbolic" in Path(frame.filename).parts and "tests" not in frame.filename]
    return " < ".join(f"{Path(frame.filename).stem}.{frame.name}:{frame.lineno}" for frame in reversed(ours[-3:]))


@contextmanager
def little_memory(findings: Findings) -> Iterator[None]:
    """See to it that what is done within takes little memory more than there was (Linux only)."""
    status, clear = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if not status.exists() or not os.access(clear, os.W_OK):
        yield
        return

    def kilobytes(name: str) -> int:
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith(name))

    clear.write_text("5")
    before = kilobytes("VmRSS")
    yield
    if (grown := (kilobytes("VmHWM") - before) // 1000) > MEGABYTES:
        findings.add(f"more than {MEGABYTES} megabytes", str(grown))


# Configs.


@cache
def bases() -> tuple[Mapping[str, Any], ...]:
    """The bundled models' configs, each family as often as it has some, and one of each described type."""
    bundled = [models.find(name).config for name in models.names()]
    described = [default_config(catalogue.described(name)[0]) for name in catalogue.names()]
    return (*bundled, *described)


@cache
def sources() -> tuple[tuple[str, str], ...]:
    """Configs in every kind of file, each right as it is."""
    found: list[tuple[str, str]] = []
    for name in ("gpt2-124m", "llama-3-8b", "deepseek-v3", "t5-small", "mamba-130m", "gemma-3-1b"):
        config = dict(models.find(name).config)
        found += [(ending, written(config, ending)) for ending in ENDINGS]
    return tuple(found)


ENDINGS = (".json", ".py", ".md", ".yaml", ".toml", ".ipynb")


def written(config: Mapping[str, Any], ending: str) -> str:
    """A config as a file of a kind."""
    match ending:
        case ".py":
            return f"A = {dict(config)}\n"
        case ".md":
            return f"# Model\n\n```python\nA = {dict(config)}\nA['n_layers'] = 3\n```\n"
        case ".yaml":
            return json.dumps(config, indent=1)
        case ".toml":
            return "\n".join(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in config.items())
        case ".ipynb":
            cell = {"cell_type": "code", "source": f"A = {dict(config)}"}
            return json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
    return json.dumps(config)


def mangled(text: str, chance: random.Random) -> str:
    """A text in which letters are put, taken away or repeated."""
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


def altered(config: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """A config whose keys have other values, some of them strange, and keys of other types; its text is well formed."""
    changed = dict(config)
    for _ in range(chance.randrange(1, 5)):
        key = chance.choice(sorted(changed)) if changed else "n_layers"
        match chance.randrange(8):
            case 0:
                changed.pop(key, None)
            case 1:
                changed[key] = chance.choice(STRANGE)
            case 2 | 3:
                changed[key] = chance.choice((1, 2, 3, 4, 8, 12, 64, 100, 10**6, 10**12))
            case 4:
                other = chance.choice(bases())
                changed |= {key: other[key] for key in chance.sample(sorted(other), min(3, len(other)))}
            case 5:
                changed = {chance.choice(("config", "text_config", "model", "decoder", "A")): changed}
            case 6:
                changed[chance.choice(WORDS)] = chance.choice((*STRANGE, *WORDS))
            case _:
                value = changed.get(key)
                changed[key] = (
                    not value if isinstance(value, bool) else value * 2 if isinstance(value, int) else [value]
                )
    return changed


def any_config(chance: random.Random) -> tuple[str, str]:
    """The ending and the text of a config: half of them mangled as text, half of them altered as data."""
    if chance.random() < 0.5:
        ending, text = chance.choice(sources())
        return ending, mangled(text, chance)
    ending = chance.choice((".json", ".json", *ENDINGS))
    return ending, written(altered(chance.choice(bases()), chance), ending)


def extreme(config: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """A config with sizes at the ends of what can be written; now and then a key that acts."""
    changed = dict(config)
    sizes = sorted(key for key, value in config.items() if isinstance(value, int) and not isinstance(value, bool))
    for key in chance.sample(sizes, min(len(sizes), chance.randrange(1, 4))):
        # Multiples keep the sizes fit for one another, so that more of them get as far as a page.
        value = int(config[key])
        changed[key] = chance.choice(
            (value, value * 2**61, value * 10**30, value * 10**300, value * 10**990, 1, value * 3)
        )
    if chance.random() < 0.3:
        changed[chance.choice(sorted(config))] = chance.choice(EXTREME)
    if chance.random() < 0.3:
        changed[chance.choice(WORDS)] = chance.choice((*EXTREME, *WORDS))
    return changed
