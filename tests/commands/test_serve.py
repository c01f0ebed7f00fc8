"""`symbolic serve` estimates times part by part; its parts are those of the derivations, and sum to them."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from symbolic import api
from symbolic.analysis.roofline import Pass, expected_tokens, least_accepted, passed
from symbolic.cli import main
from symbolic.errors import ConfigError, UnknownName
from symbolic.pages.page import Equation


def step(model: str, *, tokens: int = 1, context: int = 4096, batch: int = 8, **how: Any) -> Pass:
    inputs = {"tokens": tokens, "context": context, "batch_size": batch}
    flops = api.explain(model, "forward-flops", inputs=inputs, idle_inputs=True)
    bytes_moved = api.explain(model, "arithmetic-intensity", inputs=inputs, device="h100", idle_inputs=True, **how)
    return passed(flops, bytes_moved)


@pytest.mark.parametrize(
    "model", ["gpt2", "llama-3-8b", "deepseek-v3", "gemma-3-1b", "qwen3-next-80b-a3b", "mamba-130m"]
)
def test_the_parts_are_all_operations_and_bytes(model: str) -> None:
    one = step(model)
    assert sum(part.layers * part.flops for part in one.parts) == one.flops.total
    assert sum(part.layers * part.bytes for part in one.parts) == one.bytes.total
    peak, bandwidth = (Fraction(one.bytes.sizes[name]) for name in ("device_flops", "device_bandwidth"))
    assert one.time >= max(one.flops.total / peak, one.bytes.total / bandwidth)
    assert one.time <= one.flops.total / peak + one.bytes.total / bandwidth


def test_a_token_of_a_16_bit_model_takes_the_time_of_its_weights() -> None:
    """Llama 3 8B on an H100, one sequence: its weights without the token table in 16 bits, at 3.35 TB/s."""
    one = step("llama-3-8b", context=1, batch=1)
    weights = 2 * (8_030_261_248 - 128_256 * 4096)
    assert one.time == Fraction(weights + 131_072, 3_350 * 10**9)
    assert all(part.is_bound_by_memory for part in one.parts)


def test_a_long_prompt_is_bound_by_the_arithmetic() -> None:
    one = step("llama-3-8b", tokens=4096, batch=1)
    assert not any(part.is_bound_by_memory for part in one.parts if part.flops)


@given(st.fractions(0, 1, max_denominator=50), st.integers(1, 8))
def test_drafting_pays_from_the_least_acceptance_on(cost: Fraction, drafted: int) -> None:
    least = least_accepted(cost, drafted)
    if least is None:
        assert cost == 1
        return
    assert expected_tokens(least, drafted) >= 1 + drafted * cost
    assert expected_tokens(max(least - Fraction(2, 10**6), Fraction(0)), drafted) < 1 + drafted * cost or cost == 0
    if drafted == 1:
        assert abs(least - cost) <= Fraction(1, 10**6)


def test_every_equation_of_the_page_holds() -> None:
    page = api.serving("llama-3-8b", device="a100-80gb", prompt=512, context=4096, batch=4, dtype="int4")
    equations = [part for section in page.sections for part in section.parts if isinstance(part, Equation)]
    assert len(equations) == 5
    for equation in equations:
        assert equation.formula.value(equation.sizes or page.sizes) == equation.value


def test_a_bad_question_gets_a_clear_line() -> None:
    with pytest.raises(UnknownName, match="no device 'h1000'"):
        api.serving("gpt2", device="h1000")
    with pytest.raises(ConfigError, match="accepted must be between 0 and 1"):
        api.serving("gpt2", device="h100", accepted=Fraction(3, 2))


@pytest.mark.parametrize("ending", ["html", "latex", "markdown", "json", "pdf"])
def test_the_page_is_made_in_every_format(ending: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main, ["serve", "gpt2-124m", "--device", "h100", "--format", ending, "--output", str(tmp_path)]
    )
    assert result.exit_code == 0, result.output
    assert "leave" not in result.output
    [made] = (tmp_path / "gpt2-124m").iterdir()
    assert made.stat().st_size > 1000
