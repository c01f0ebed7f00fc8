"""A table and a sweep of the arithmetic intensity have operations for each byte under its name, bytes beside it."""

import csv
import io
from fractions import Fraction
from pathlib import Path

from click.testing import CliRunner

from symbolic.cli import main

# Llama 3 8B in a step of one sequence: 4,096 wide, 32 layers, keys and values of 1,024, hidden 14,336, 128,256 tokens.
MATRICES = 32 * (4096 * (4096 + 2 * 1024) + 4096 * 4096 + 3 * 4096 * 14_336) + 128_256 * 4096
NORMS = 65 * 4096


def expected(context: int) -> tuple[int, Fraction]:
    """Return the bytes at 16 bits, and the operations over them: scores and their sums take 2 each for each token."""
    cache = context * 32 * 2 * 1024 * 2
    operations = 2 * MATRICES + 2 * 2 * 32 * 4096 * context
    read = 2 * (MATRICES + NORMS) + cache
    return read, Fraction(operations, read)


def test_a_sweep_has_the_intensity_and_the_bytes() -> None:
    asked = ["sweep", "llama-3-8b", "--vary", "context=1024,8192", "--quantity", "arithmetic-intensity", "--csv"]
    rows = list(csv.DictReader(io.StringIO(CliRunner().invoke(main, asked).stdout)))
    for row in rows:
        read, intensity = expected(int(row["context"]))
        assert int(row["bytes-read-in-a-step"]) == read
        assert Fraction(row["arithmetic-intensity"]) == intensity


def test_a_table_has_them_too(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    asked = ["table", "llama-3-8b", "--quantity", "arithmetic-intensity", "--output", str(file)]
    assert CliRunner().invoke(main, asked).exit_code == 0
    [row] = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))
    read, intensity = expected(8192)
    assert (int(row["bytes-read-in-a-step"]), Fraction(row["arithmetic-intensity"])) == (read, intensity)
