"""Numbers are read as people write them, exactly, and in one way everywhere."""

from fractions import Fraction

import pytest
from click.testing import CliRunner

from symbolic.cli import main
from symbolic.errors import ConfigError
from symbolic.formulas.amounts import amount
from symbolic.formulas.vocabulary import SYMBOLS


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8192", 8192),
        ("1_000", 1000),
        ("1,000", 1000),
        ("12,345,678.5", Fraction(24_691_357, 2)),
        ("7e9", 7 * 10**9),
        ("1e12", 10**12),
        ("10B", 10**10),
        ("10b", 10**10),
        ("15T", 15 * 10**12),
        ("1.5M", 1_500_000),
        ("350m", 350_000_000),
        ("3 billion", 3 * 10**9),
        ("24GiB", 24 * 2**30),
        ("24Gi", 24 * 2**30),
        ("24 GB", 24 * 10**9),
        ("0.4", Fraction(2, 5)),
        (".5", Fraction(1, 2)),
        ("2/5", Fraction(2, 5)),
        ("40%", Fraction(2, 5)),
        ("1e-3", Fraction(1, 1000)),
        ("-5", -5),
    ],
)
def test_amounts_are_read_exactly(text: str, value: Fraction | int) -> None:
    assert amount(text, "--total") == value


@pytest.mark.parametrize(
    "text",
    [
        *("", "abc", "7 apples", "1e3000", "0x10", "nan", "inf", "1/0", "k", "--5", "1.2.3", "5e", "1" * 50),
        # A comma that parts no groups of three may be a point or part two numbers.
        *("8,16", "1,5", "0,4", "1,000,00", "1,5GB", ",5"),
    ],
)
def test_what_is_no_number_is_an_error(text: str) -> None:
    with pytest.raises(ConfigError, match=r"--total (must be a number|is too long)"):
        amount(text, "--total")


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        # A length of a text is named by the power of two that it is.
        ("128k", "context", 131_072),
        ("8K", "tokens", 8192),
        ("4k", "context_length", 4096),
        ("1k", "sliding_window", 1024),
        # No power of two, so no length of that kind.
        ("200k", "context", 200_000),
        ("1.5k", "context", 1500),
        ("1M", "context", 10**6),
        # No length of a text.
        ("128k", "vocab_size", 128_000),
        ("64k", "training_tokens", 64_000),
    ],
)
def test_a_k_is_what_people_mean_by_it(text: str, name: str, value: int) -> None:
    heard: list[str] = []
    assert amount(text, name, SYMBOLS[name], heard.append) == value
    in_two_ways = name in ("context", "tokens", "context_length", "sliding_window") and text[-1] in "kK"
    assert [f"is taken as {value:,}" in sentence for sentence in heard] == [True] * in_two_ways


def test_bytes_are_only_read_where_bytes_are_meant() -> None:
    assert amount("80GB", "device_memory", SYMBOLS["device_memory"]) == 80 * 10**9
    with pytest.raises(ConfigError, match="write it as 1024, 128k"):
        amount("24GiB", "--context", SYMBOLS["context"])


@pytest.mark.parametrize(
    ("arguments", "prints"),
    [
        (["explain", "llama-3-8b", "--quantity", "kv-cache", "--context", "128k"], "17,179,869,184"),
        (["explain", "llama-3-8b", "--quantity", "training-cost", "--training-tokens", "15T"], "15,000,000,000,000"),
        (["explain", "llama-3-8b", "--quantity", "kv-cache", "--set", "device_memory=141GB"], "141,000,000,000"),
        (["explain", "llama-3-8b", "--quantity", "kv-cache", "--batch", "1_0"], "10,737,418,240"),
        (["solve", "llama-3-8b", "--for", "n_layers", "--total", "10B"], "10,000,000,000"),
        (["solve", "llama-3-8b", "--for", "vocab_size", "--total", "10B", "--multiple-of", "1_000"], "10,000,000,000"),
    ],
)
def test_every_command_reads_numbers_so(arguments: list[str], prints: str) -> None:
    result = CliRunner().invoke(main, [*arguments, "--format", "text", "--output", "-"])
    assert result.exit_code == 0, result.output
    assert prints in result.stdout


def test_a_sweep_reads_numbers_so_and_says_how_a_k_was_taken() -> None:
    result = CliRunner().invoke(
        main, ["sweep", "llama-3-8b", "--quantity", "kv-cache", "--vary", "context=8k:32k:8k", "--csv"]
    )
    assert result.stdout.splitlines()[1:] == [f"{8192 * n},{8192 * n * 131_072}" for n in (1, 2, 3, 4)]
    assert "context 8k is taken as 8,192; for 8,000 write all digits" in result.stderr
