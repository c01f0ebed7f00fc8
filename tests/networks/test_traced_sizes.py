"""Sizes as they are written on the command line: what the class of a stranger gets of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click import UsageError
from click.testing import CliRunner

from symbolic.cli import main
from symbolic.commands.trace import _sizes
from symbolic.networks.tracing.calling import received, sent

WRITTEN = [
    ("64", 64),
    ("[16, 32]", [16, 32]),
    ("(16,12)", (16, 12)),
    ("(16,)", (16,)),
    ("[[16,16],[32]]", [[16, 16], [32]]),
    ("((1,2),[3],gelu,none)", ((1, 2), [3], "gelu", None)),
    ("[]", []),
    ("False", False),
    ("(True,None)", (True, None)),
    ("net-b0", "net-b0"),
    ("'1'", "1"),
]


@pytest.mark.parametrize(("text", "value"), WRITTEN)
def test_a_size_may_be_a_list_or_a_tuple_and_stays_one_on_its_way(text: str, value: object) -> None:
    found = _sizes((f"side={text}",))["side"]
    assert found == value
    assert received(sent(found)) == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", ["[16,32", "(1,2", "16)", "[1,,2]", "64,128"])
def test_brackets_that_do_not_close_and_lists_without_them_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"\[list\], \(tuple\) or"):
        _sizes((f"side={text}",))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["config.json", "--size", "width=64"], "a config has its own sizes"),
        (["--module", "nets:Net", "--size", "width=64", "--size", "width=96"], "--size width is given twice"),
    ],
)
def test_no_size_is_passed_over(given: list[str], says: str) -> None:
    said = CliRunner().invoke(main, ["trace", *given])
    assert says in " ".join(said.output.split())
    assert said.exit_code == 2


CODE = """
from torch import nn

class Net(nn.Module):
    def __init__(self, sides, width):
        super().__init__()
        rows, columns = sides if isinstance(sides, tuple) else (sides, sides)
        self.out = nn.Linear(rows * columns, width)
"""


@pytest.mark.torch
def test_a_class_gets_the_tuple_and_code_that_fails_at_import_says_its_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch", exc_type=ImportError)
    (tmp_path / "sided.py").write_text(CODE)
    (tmp_path / "fails.py").write_text("version = None\nmajor = version.split('.')\n")
    monkeypatch.chdir(tmp_path)
    asked = ["trace", "--size", "sides=(6,4)", "--size", "width=10", "--module"]
    said = CliRunner().invoke(main, [*asked, "sided:Net"])
    assert "250" in said.output, said.output
    said = CliRunner().invoke(main, [*asked, "fails:Net"])
    assert "fails can't be imported: AttributeError: 'NoneType' object has no attribute 'split'" in said.output


def test_a_number_of_numpy_has_the_formula_of_its_value() -> None:
    numpy = pytest.importorskip("numpy")
    from symbolic.formulas.formula import Number
    from symbolic.networks.tracing.carried import formula_of

    assert formula_of(numpy.float64(1.0)) == Number(1)
