"""Exported code, run: each language gets the exact total, and refuses where its numbers end."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import symbolic
from symbolic import api
from symbolic.analysis.exporting import WRITERS
from symbolic.cli import main
from symbolic.configs import models

ONE_A_FAMILY = list({symbolic.load(name).architecture.name: name for name in models.names()}.values())
QUANTITIES = [("parameters", name) for name in ONE_A_FAMILY] + [
    ("forward-flops", "gpt2-124m"),
    ("kv-cache", "gemma-3-1b"),
    ("kv-cache", "llama-3-8b"),
    ("training-flops", "llama-3-8b"),
]


def cases(quantity: str, model: str) -> list[tuple[dict[str, int], int]]:
    """The model's own sizes and larger ones, with the total that the tree measures."""
    derivation = symbolic.explain(model, quantity)
    names = [symbol.name for symbol in derivation.closed.symbols if symbol.whole]
    found = []
    for times in (1, 2, 6):
        sizes = {**derivation.sizes, **{name: int(derivation.sizes[name]) * times for name in names}}
        value = derivation.closed.value(sizes)
        assert isinstance(value, int)
        found.append(({name: int(sizes[name]) for name in names}, value))
    return found


@pytest.mark.parametrize(("quantity", "model"), QUANTITIES)
def test_python_gets_the_exact_total(quantity: str, model: str) -> None:
    names: dict[str, object] = {}
    exec(api.formula(model, "python", quantity), names)
    for sizes, total in cases(quantity, model):
        assert names[quantity.replace("-", "_")](**sizes) == total  # type: ignore[operator]


@pytest.mark.parametrize(("quantity", "model"), QUANTITIES)
def test_numpy_gets_the_exact_totals_in_64_bits_or_in_python_s_integers(quantity: str, model: str) -> None:
    names: dict[str, object] = {}
    exec(api.formula(model, "numpy", quantity), names)
    rows = cases(quantity, model)
    columns = {name: np.array([sizes[name] for sizes, _ in rows]) for name in rows[0][0]}
    found = names[quantity.replace("-", "_")](**columns)  # type: ignore[operator]
    assert found.tolist() == [total for _, total in rows]
    huge = {name: np.array([sizes[name] * 10**9 for sizes, _ in rows[:1]], dtype=object) for name in columns}
    wide = names[quantity.replace("-", "_")](**huge)  # type: ignore[operator]
    assert wide.dtype == object
    derivation = symbolic.explain(model, quantity)
    assert wide[0] == derivation.closed.value(
        {**derivation.sizes, **{name: int(column[0]) for name, column in huge.items()}}
    )


def test_numpy_refuses_floats() -> None:
    names: dict[str, object] = {}
    exec(api.formula("gpt2-124m", "numpy"), names)
    with pytest.raises(TypeError, match="whole numbers"):
        names["parameters"](50257.0, 768, 1024, 12)  # type: ignore[operator]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_javascript_gets_the_exact_total(tmp_path: Path) -> None:
    script, expected = [], []
    for quantity, model in QUANTITIES:
        name = quantity.replace("-", "_")
        script.append(f"{{ {api.formula(model, 'javascript', quantity)}")
        for sizes, total in cases(quantity, model):
            script.append(f"console.log(String({name}({', '.join(f'{size}n' for size in sizes.values())})));")
            expected.append(str(total))
        script.append("}")
    (tmp_path / "all.js").write_text("\n".join(script))
    done = subprocess.run(["node", "all.js"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == expected


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_c_gets_the_exact_total_and_sees_an_overflow(tmp_path: Path) -> None:
    calls: list[str] = []
    sources: list[str] = []
    expected: list[str] = []
    for place, (quantity, model) in enumerate(QUANTITIES):
        name = quantity.replace("-", "_")
        source = api.formula(model, "c", quantity).replace(f"int {name}(", f"int f{place}(")
        (tmp_path / f"f{place}.c").write_text(source)
        sources.append(f"f{place}.c")
        rows = cases(quantity, model)
        arguments = ", ".join("uint64_t" for _ in rows[0][0])
        calls.append(f"int f{place}(whole *, {arguments});")
        for sizes, total in rows:
            given = ", ".join(f"{size}ull" for size in sizes.values())
            call = f"whole t; int r = f{place}(&t, {given}); show(r, t);"
            calls.append(f"static void c{len(expected)}(void) {{ {call} }}")
            expected.append(f"0 {total}")
        largest = ", ".join("18446744073709551615ull" for _ in rows[0][0])
        calls.append(
            f"static void c{len(expected)}(void) {{ whole t = 0; int r = f{place}(&t, {largest}); show(r, 0); }}"
        )
        expected.append("1 0")
    main_c = (
        "#include <stdint.h>\n#include <stdio.h>\ntypedef __int128 whole;\n"
        "static void show(int r, whole t) {\n"
        "  char s[48]; int i = 47; s[i] = 0;\n"
        "  do { s[--i] = '0' + (int)(t % 10); t /= 10; } while (t);\n"
        '  printf("%d %s\\n", r, s + i);\n}\n'
        + "\n".join(calls)
        + "\nint main(void) { "
        + " ".join(f"c{number}();" for number in range(len(expected)))
        + " return 0; }\n"
    )
    (tmp_path / "main.c").write_text(main_c)
    subprocess.run(["gcc", "-Wall", "-Werror", "-o", "all", "main.c", *sources], cwd=tmp_path, check=True)
    done = subprocess.run(["./all"], cwd=tmp_path, capture_output=True, text=True, check=True)
    found = done.stdout.splitlines()
    # Sizes at the end of 64 bits overflow 128 bits where three of them are multiplied; where not, the total is exact.
    assert [line for line, want in zip(found, expected, strict=True) if want != "1 0"] == [
        want for want in expected if want != "1 0"
    ]
    overflown = [line for line, want in zip(found, expected, strict=True) if want == "1 0"]
    assert all(line.startswith(("1", "2")) for line in overflown)


def spreadsheet(text: str) -> object:
    """The last cell of a pasted sheet, with a spreadsheet's floats."""
    rows = [line.split("\t") for line in text.splitlines()]
    cells = {f"B{row}": float(value) for row, (_, value) in enumerate(rows[:-1], start=1)}
    names = {
        "IF": lambda test, yes, no: yes() if test else no(),
        "NA": lambda: None,
        "QUOTIENT": lambda a, b: float(int(a / b)),
        "MOD": lambda a, b: a % b,
        "MIN": min,
    }
    formula = rows[-1][1].removeprefix("=").replace("^", "**")
    formula = re.sub(r"(?<![<>*=])=(?!=)", "==", formula.replace(">=", "≥")).replace("≥", ">=")
    # Each branch only when it is chosen, as a spreadsheet does.
    match = re.fullmatch(r"IF\((.*) >= 2\*\*53, NA\(\), (.*)\)", formula)
    assert match
    if eval(match[1], {}, {**names, **cells}) >= 2.0**53:
        return None
    inner = re.fullmatch(r"IF\((.*) == 0, (QUOTIENT\(.*\)), NA\(\)\)", match[2])
    if inner:
        return eval(inner[2], {}, {**names, **cells}) if eval(inner[1], {}, {**names, **cells}) == 0 else None
    return eval(match[2], {}, {**names, **cells})


@pytest.mark.parametrize(("quantity", "model"), QUANTITIES)
def test_a_spreadsheet_gets_the_exact_total_or_none(quantity: str, model: str) -> None:
    derivation = symbolic.explain(model, quantity)
    found = spreadsheet(api.formula(model, "spreadsheet", quantity))
    assert found in (derivation.total, None)
    if quantity == "parameters" and derivation.total < 10**10:
        assert found == derivation.total


def test_latex_is_the_closed_form_in_letters() -> None:
    assert api.formula("gpt2-124m", "latex") == "V\\,d + T\\,d + L\\,(12\\,d^{2} + 10\\,d) + 2\\,d\n"


def test_an_unknown_language_is_an_error_with_all_of_them() -> None:
    result = CliRunner().invoke(main, ["formula", "gpt2-124m", "--as", "fortran"])
    assert result.exit_code == 2
    assert all(language in result.stderr for language in WRITERS)


def test_a_stranger_s_model_name_can_t_end_a_comment(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    evil = '"""\nimport os */ \n'
    sizes = symbolic.load("gpt2-124m").sizes
    file.write_text(json.dumps({evil: {"model_type": "gpt2", **sizes}}))
    for language in ("python", "numpy", "javascript", "c"):
        code = api.formula(str(file), language)
        assert "import os" not in [line.strip() for line in code.splitlines()]
        assert "*/ " not in code.split("128-bit")[0]
