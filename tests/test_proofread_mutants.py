"""A changed digit, sign or factor in one of our own pages is found; the pages themselves raise no alarm.

Whether a mutant is still true is decided here, by Python's own arithmetic over the changed formula.
"""

import os
import random
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import symbolic
from symbolic.derivation import Step
from symbolic.proofread import proofread

ROOT = Path(__file__).parent.parent
PAGES = sorted(path for path in (ROOT / "output").glob("*/parameters.*") if path.suffix in (".md", ".tex", ".html"))
MUTANTS = int(os.environ.get("SYMBOLIC_MUTANTS", "120"))
"""How many mutants: .ci/run makes 2,000."""


class Place(NamedTuple):
    """An equation of a page: where it is, and what it says, as Python."""

    start: int
    end: int


EQUATIONS = {
    ".md": re.compile(r"\$\$\n((?:(?!\$\$).)*?=(?:(?!\$\$).)*?)\n\$\$", re.DOTALL),
    ".tex": re.compile(r"\\Chain(?:\[\{[^}]*\}\])?\{(.*\\is .*)\}$", re.MULTILINE),
    ".html": re.compile(r'<div class="equation">((?:(?!</div>).)*<mo>=</mo>(?:(?!</div>).)*)</div>'),
}
NUMBER = {".md": r"\d+(?:\{,\}\d{3})*", ".tex": r"\d+(?:\{,\}\d{3})*", ".html": r"(?<=<mn>)[\d,]+(?=</mn>)"}
TIMES = {".md": r"\times", ".tex": r"\times", ".html": "<mo>×</mo>"}
PLUS = {".md": " + ", ".tex": " + ", ".html": "<mo>+</mo>"}


def visible(source: str, ending: str) -> str:
    """An equation without what is not its formula: labels, and the TeX that HTML holds beside what it shows."""
    if ending == ".html":
        return re.sub(r"<annotation.*?</annotation>|aria-label=\"[^\"]*\"", lambda m: " " * len(m[0]), source)
    return re.sub(
        r"_ ?\{\\text\{[^}]*\}\}|(?<=\})\{[a-z][^{}]*\}|\\mathrm\{(?:[^{}]|\{[^{}]*\})*\}|\\size\{[^}]*\}",
        lambda match: " " * len(match[0]),
        source,
    )


def mutated(source: str, ending: str, chance: random.Random) -> str | None:
    """An equation with one digit, sign or factor changed."""
    seen = visible(source, ending)
    numbers = list(re.finditer(NUMBER[ending], seen))
    signs = [match for sign in (TIMES[ending], PLUS[ending]) for match in re.finditer(re.escape(sign), seen)]
    kind = chance.choice(["digit", "digit", "digit", "sign", "factor"])
    if kind == "sign" and signs:
        sign = chance.choice(signs)
        other = PLUS[ending] if sign[0] == TIMES[ending] else f" {TIMES[ending]} "
        return source[: sign.start()] + other + source[sign.end() :]
    if not numbers:
        return None
    number = chance.choice(numbers)
    if kind == "factor":
        factor = chance.choice(["2", "3", "10"])
        inserted = f"{factor}</mn>{TIMES[ending]}<mn>" if ending == ".html" else f"{factor} {TIMES[ending]} "
        return source[: number.start()] + inserted + source[number.start() :]
    places = [number.start() + index for index, letter in enumerate(number[0]) if letter.isdigit()]
    place = chance.choice(places)
    digit = chance.choice([digit for digit in "0123456789" if digit != source[place]])
    return source[:place] + digit + source[place + 1 :]


PYTHON: dict[str, list[tuple[str, str]]] = {
    ".html": [
        (r"<annotation.*?</annotation>", ""),
        (r"<mtext>(?=one )([^<]*)</mtext>", r"<mi>\1</mi>"),
        (r"<mo>⏟</mo>|<mtext>[^<]*</mtext>", ""),
        (r"<mfrac>(<m[in]>[^<]*</m[in]>)(<m[in]>[^<]*</m[in]>)</mfrac>", r"((\1)/(\2))"),
        (r"<mi>([^<]*)</mi>", r"{\1}"),
        (r"<msup>(.*?)<mn>(\d+)</mn></msup>", r"\1**\2"),
        (r"<[^>]*>", ""),
        (",", ""),
    ],
    ".md": [
        (r"\\begin\{aligned\}|\\end\{aligned\}|&|\\cr", ""),
        (r"\\underbrace\{([^{}]*(?:\{,\}[^{}]*)*)\}_ \{\\text\{[^}]*\}\}", r"\1"),
        (r"\\underline\{\\ \}", "_"),
        (r"\\(?:mathrm|text)\{([^}]*)\}", r"<\1>"),
    ],
    ".tex": [
        (r"\\allowbreak", ""),
        (r"\\labelled\{((?:[^{}]|\{,\})*)\}\{[^}]*\}", r"\1"),
        (r"\\_", "_"),
        (r"\\(?:size|text)\{([^}]*)\}", r"<\1>"),
        (r"\\is", "="),
    ],
}
PYTHON[".md"] += (
    common := [(r"\{,\}", ""), (r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))"), (r"\^\{(\d)\}", r"**\1")]
)
PYTHON[".tex"] += common


def is_true(source: str, ending: str, values: Mapping[str, int]) -> bool:
    """Whether every side of an equation has the same value, by Python's arithmetic."""
    for pattern, replacement in PYTHON[ending]:
        source = re.sub(pattern, replacement, source, flags=re.DOTALL)
    source = source.replace(r"\times", "*").replace("×", "*").replace("−", "-")
    opening, closing = ("{", "}") if ending == ".html" else ("<", ">")
    for name in re.findall(rf"{opening}([^{opening}{closing}]*){closing}", source):
        source = source.replace(f"{opening}{name}{closing}", f"({values[name]})")
    source = re.sub(r"(?<![\w.])0*(\d+)", r"Fraction(\1)", source)
    sides = [eval(" ".join(side.split()), {"Fraction": Fraction}) for side in source.split("=")]
    return len(set(sides)) == 1


@cache
def known(name: str) -> dict[str, int]:
    """What names and labels are worth on a page, from the derivation."""
    derivation = symbolic.explain(name)
    return {**derivation.model.sizes, **dict(_labels(derivation.root))}


def _labels(step: Step) -> Iterator[tuple[str, int]]:
    yield f"one {step.name}", step.each
    for below in step.steps:
        yield from _labels(below)


@cache
def page(path: Path) -> tuple[str, tuple[tuple[int, int], ...]]:
    text = path.read_text(encoding="utf-8")
    return text, tuple(match.span(1) for match in EQUATIONS[path.suffix].finditer(text))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}{path.suffix}")
def test_what_decides_about_mutants_reads_every_equation(path: Path) -> None:
    text, places = page(path)
    assert len(places) >= 15
    for start, end in places:
        assert is_true(text[start:end], path.suffix, known(path.parent.name)), text[start:end]


@pytest.mark.parametrize("part", range(4))
def test_each_mutant_is_found_or_still_true(part: int) -> None:
    chance = random.Random(7 + part)
    found = still_true = 0
    missed: list[str] = []
    while found + still_true < MUTANTS // 4:
        path = chance.choice(PAGES)
        text, places = page(path)
        start, end = chance.choice(places)
        changed = mutated(text[start:end], path.suffix, chance)
        if changed is None:
            continue
        model = symbolic.load(path.parent.name)
        report = proofread(text[:start] + changed + text[end:], path.name, model=model)
        if report.count("holds") != len(report.findings):
            found += 1
        elif is_true(changed, path.suffix, known(path.parent.name)):
            still_true += 1
        else:
            missed.append(f"{path.parent.name}{path.suffix}: {changed}")
            found += 1
    assert not missed, "\n".join(missed)
    assert still_true <= MUTANTS / 80
