"""Exported formulas, run: what each language finds for given sizes, or None where it says that they don't belong."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from symbolic.errors import ConfigError
from symbolic.formulas.formula import Exact, Symbol
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.results import derived_results
from symbolic.proofread.proofreading import proofread

Sizes = Mapping[str, Exact]
Call = tuple[str, str, Sequence[Symbol], Sizes]
"""The code, the function's name, its arguments, and their values."""


def python(code: str, name: str, sizes: Sizes) -> int | None:
    names: dict[str, Any] = {}
    exec(code, names)
    try:
        return int(names[name](**sizes))
    except ValueError:
        return None


def numpy(code: str, name: str, rows: Sequence[Sizes]) -> list[int]:
    names: dict[str, Any] = {}
    exec(code, names)
    columns = {size: np.array([row[size] for row in rows]) for size in rows[0]}
    return [int(total) for total in np.broadcast_to(names[name](**columns), len(rows)).tolist()]


def latex(code: str, derivation: Derivation) -> bool:
    """Whether the proofreader, which knows the letters of this derivation's sizes, gets its total.

    It knows none where what follows from the total has no value: 17/32 bytes for each of an odd number of numbers.
    """
    try:
        derived_results(derivation)
    except ConfigError:
        return True
    report = proofread(f"$${code.strip()} = {derivation.total}$$", derivation=derivation)
    return [finding.verdict for finding in report.findings] == ["holds"]


def spreadsheet(text: str, sizes: Sizes) -> int | None:
    """The last cell of a sheet into which the sizes are put, with a spreadsheet's floats; None for #N/A."""
    rows = [line.split("\t") for line in text.splitlines()]
    given = {**sizes}
    for name, size in sizes.items():
        given[f"{name}_top"], given[f"{name}_bottom"] = Fraction(size).as_integer_ratio()
    names: dict[str, Any] = {
        "IF": lambda test, yes, no: yes() if test else no(),
        "NA": lambda: None,
        "QUOTIENT": lambda a, b: float(int(a / b)),
        "MIN": min,
    }
    for row, (name, value) in enumerate(rows, start=1):
        if not value.startswith("="):
            names[f"B{row}"] = float(given[name])
            continue
        formula = value.removeprefix("=").replace("^", "**")
        formula = re.sub(r"(?<![<>=])=(?!=)", "==", formula.replace(">=", "≥")).replace("≥", ">=")
        # A branch is only looked at when it is chosen, as a spreadsheet does.
        formula = re.sub(r"IF\((.*?), NA\(\), (.*)\)$", r"(None if \1 else \2)", formula)
        formula = re.sub(r"IF\((.*?==.*?), (.*), NA\(\)\)", r"(\2 if \1 else None)", formula)
        names[f"B{row}"] = eval(formula, {}, names)
    found = names[f"B{len(rows)}"]
    return None if found is None else int(found)


def _call(sizes: Sizes, asked: Sequence[Symbol], ending: str, ratio: str) -> str:
    """The arguments of a call: integers, and a size that need not be one as a ratio."""
    return ", ".join(
        f"{sizes[symbol.name]}{ending}"
        if symbol.is_integer
        else ratio.format(*Fraction(sizes[symbol.name]).as_integer_ratio())
        for symbol in asked
    )


def javascript(cases: Sequence[Call], folder: Path) -> list[int]:
    """All cases (code, name, arguments, sizes) in one run of node."""
    ratio = '"{}/{}"'
    script = [
        f"{{ {code}\nconsole.log(String({name}({_call(sizes, asked, 'n', ratio)}))); }}"
        for code, name, asked, sizes in cases
    ]
    (folder / "all.js").write_text("\n".join(script))
    done = subprocess.run(["node", "all.js"], cwd=folder, capture_output=True, text=True, check=True)
    return [int(line) for line in done.stdout.split()]


PRINTING = """\
#include <stdint.h>
#include <stdio.h>
typedef __int128 whole;
static void show(int r, whole t) {
  char s[48]; int i = 47; s[i] = 0;
  do { s[--i] = '0' + (int)(t % 10); t /= 10; } while (t);
  printf("%d %s\\n", r, s + i);
}
"""


def c(cases: Sequence[Call], folder: Path) -> list[tuple[int, int]]:
    """What each case returns, and its total, in one program."""
    sources: list[str] = []
    declared: list[str] = []
    called: list[str] = []
    places: dict[str, int] = {}
    for code, name, asked, sizes in cases:
        place = places.setdefault(code, len(places))
        if place == len(sources):
            (folder / f"f{place}.c").write_text(code.replace(f"int {name}(", f"int f{place}("))
            sources.append(f"f{place}.c")
            kinds = ", ".join("uint64_t" for symbol in asked for _ in range(1 if symbol.is_integer else 2))
            declared.append(f"int f{place}(whole *, {kinds});")
        given = _call(sizes, asked, "ull", "{}ull, {}ull")
        called.append(f"  {{ whole t = 0; int r = f{place}(&t, {given}); show(r, r ? 0 : t); }}")
    text = "\n".join([PRINTING, *declared, "int main(void) {", *called, "  return 0;", "}"])
    (folder / "main.c").write_text(text + "\n")
    subprocess.run(["gcc", "-Wall", "-Werror", "-o", "all", "main.c", *sources], cwd=folder, check=True)
    done = subprocess.run(["./all"], cwd=folder, capture_output=True, text=True, check=True)
    return [(int(code), int(total)) for code, total in (line.split() for line in done.stdout.splitlines())]
