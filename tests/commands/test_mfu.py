"""`symbolic mfu` says what each convention makes of one run, exactly."""

from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

import symbolic
from symbolic import api
from symbolic.analysis.utilisation import TrainingRun, run_of, utilisation, utilisations
from symbolic.cli import main
from symbolic.measuring.derivation import Derivation
from symbolic.pages.page import Equation, Paragraph

PLAIN = ["mfu", "gpt2-124m", "--format", "text", "--output", "-"]


def test_a_share_is_operations_by_what_could_be_done() -> None:
    derivation = symbolic.explain("llama-3-8b", "training-flops", inputs={"tokens": 8192, "batch_size": 2})
    found = utilisation(derivation, TrainingRun(10_000, 4, 10**15))
    assert found.share == Fraction(derivation.total, 2 * 8192) * 10_000 / (4 * 10**15)
    assert found.formula.value({**derivation.sizes, **TrainingRun(10_000, 4, 10**15).sizes}) == 100 * found.share


def test_a_step_and_its_speed_say_the_same() -> None:
    derivation = symbolic.explain("deepseek-v2-lite", "training-flops", inputs={"tokens": 2048, "batch_size": 24})
    seconds = Fraction(5667, 1000)
    by_time = run_of(derivation, rate=None, seconds=seconds, devices=1, peak=459 * 10**12)
    by_rate = run_of(derivation, rate=24 * 2048 / seconds, seconds=None, devices=1, peak=459 * 10**12)
    assert [one.share for one in utilisations(derivation, by_time)] == [
        one.share for one in utilisations(derivation, by_rate)
    ]
    # MaxText, understand_logs_and_metrics.md: 29.40 % on a TPU v5p
    [maxtext] = [one for one in utilisations(derivation, by_time) if one.convention.name == "maxtext"]
    assert round(float(100 * maxtext.share), 2) == 29.40


def test_every_equation_of_the_page_holds() -> None:
    page = api.mfu("gpt2-124m", rate=170_000, length=1024, batch=12, device="a100-40gb")
    equations = [part for section in page.sections for part in section.parts if isinstance(part, Equation)]
    assert len(equations) > 10
    for equation in equations:
        assert equation.formula.value(page.sizes) == equation.value


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--device", "h100"], "the run's speed is said once"),
        (["--tokens-per-second", "1", "--step-time", "1", "--device", "h100"], "the run's speed is said once"),
        (["--tokens-per-second", "1"], "the peak is said once"),
        (["--tokens-per-second", "1", "--device", "h100", "--peak", "1e15"], "the peak is said once"),
        (["--tokens-per-second", "0", "--device", "h100"], "tokens-per-second must be more than 0"),
        (["--step-time", "0", "--device", "h100"], "step-time must be more than 0"),
        (["--tokens-per-second", "1", "--device", "h1000"], "no device 'h1000'"),
        (["--tokens-per-second", "1", "--device", "v100", "--dtype", "fp8"], "V100 SXM2 32GB has no peak for fp8"),
    ],
)
def test_a_bad_question_gets_a_clear_line(arguments: list[str], says: str) -> None:
    result = CliRunner().invoke(main, [*PLAIN, *arguments])
    assert result.exit_code == 2
    assert says in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_a_run_that_can_t_be_is_doubted() -> None:
    result = CliRunner().invoke(main, [*PLAIN, "--tokens-per-second", "1e9", "--device", "h100"])
    assert "More than 100 % is impossible" in result.output


@pytest.mark.parametrize(
    ("model", "rate", "doubted"),
    [("deepseek-v3", 2000, False), ("mixtral-8x7b", 6000, False), ("mixtral-8x7b", 60_000, True)],
)
def test_a_count_of_all_experts_says_nothing_of_the_run(model: str, rate: int, doubted: bool) -> None:
    """What transformers logs counts every expert: far more than 100 % of a run that is right."""
    page = api.mfu(model, rate=rate, length=4096, device="h100")
    found = {one.convention.name: one for one in utilisations(*page_of(model, rate))}
    assert found["transformers"].has_idle_experts
    assert not found["products"].has_idle_experts
    lead = " ".join(part.text for part in page.lead if isinstance(part, Paragraph))
    assert ("More than 100 % is impossible" in lead) is doubted
    assert "`transformers` counts all experts" in lead
    assert "by `transformers`" not in lead
    assert "recomputation`" not in lead


def page_of(model: str, rate: int) -> tuple[Derivation, TrainingRun]:
    derivation = symbolic.explain(model, "training-flops", inputs={"tokens": 4096})
    return derivation, TrainingRun(rate, 1, 989_500 * 10**9)


def test_a_count_of_a_dense_network_has_no_idle_experts() -> None:
    lead = str(api.mfu("llama-3-8b", rate=4376, length=8192, device="h100").lead)
    assert "experts" not in lead
    assert "impossible" not in lead


def test_a_speed_that_follows_from_a_time_is_readable() -> None:
    """629,145,600 / 199 tokens in a second: the nearest whole number, and the quotient in the equation."""
    page = api.mfu("gpt2-124m", seconds=Fraction(199, 1000), batch=614, length=1024, devices=8, device="h100")
    assert "here 3,159,477." in str(page.lead)
    text = str(page.to("markdown"))
    assert "about 3,159,477 tokens/s" in text


@pytest.mark.parametrize("ending", ["html", "latex", "markdown", "text", "json", "pdf"])
def test_the_page_is_made_in_every_format(ending: str, tmp_path: Path) -> None:
    arguments = ["mfu", "gpt2-124m", "--step-time", "0.25", "--batch", "12", "--device", "a100-40gb"]
    result = CliRunner().invoke(main, [*arguments, "--format", ending, "--output", str(tmp_path)])
    assert result.exit_code == 0, result.output
    [made] = (tmp_path / "gpt2-124m").iterdir()
    assert made.stat().st_size > 1000
