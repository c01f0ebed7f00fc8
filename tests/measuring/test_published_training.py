"""Tests: a published model has the tokens, sequences and devices of its own training, and its page says so."""

from fractions import Fraction

import pytest
from sampling import EVERYTHING

import symbolic
from symbolic.configs import models
from symbolic.errors import ConfigError
from symbolic.measuring import quantities
from symbolic.measuring.inputs import resolve
from symbolic.measuring.results import derived_results
from symbolic.pages.document import explain_page
from symbolic.pages.page import Table

TRAINED = [name for name in models.names() if models.find(name).training]
COST = quantities.find("training-cost")


@pytest.mark.parametrize("name", TRAINED)
def test_every_published_number_is_an_input_of_the_training_cost_with_its_source(name: str) -> None:
    """A name that no input has would be left out without a word."""
    training = models.find(name).training
    assert training is not None
    known = {symbol.name for quantity in (COST, quantities.find("training-memory")) for symbol in quantity.inputs}
    assert set(training.inputs) <= known
    assert "https://" in training.source


# Tokens of a training, device-hours as printed, and the utilisation that both come to: worked out by hand from
# 6 x parameters x tokens, to which attention's products with all pairs add up to a quarter at these lengths.
REACHED = [
    ("llama-2-7b", 2 * 10**12, 184_320, Fraction(39, 100), Fraction(48, 100)),
    ("llama-3-8b", 15 * 10**12, 1_300_000, Fraction(155, 1000), Fraction(20, 100)),
    ("llama-3-70b", 15 * 10**12, 6_400_000, Fraction(278, 1000), Fraction(33, 100)),
    ("deepseek-v3", 14_800 * 10**9, 2_664_000, Fraction(34, 100), Fraction(45, 100)),
    ("tinyllama-1.1b", 3 * 10**12, 34_560, Fraction(50, 100), Fraction(62, 100)),
]


@pytest.mark.parametrize(("name", "tokens", "hours", "least", "most"), REACHED)
def test_the_published_hours_give_the_utilisation_that_was_reached(
    name: str, tokens: int, hours: int, least: Fraction, most: Fraction
) -> None:
    """The operations, divided by what the devices could have done in the published hours."""
    derivation = symbolic.explain(name, "training-cost")
    assert derivation.sizes["training_tokens"] == tokens
    [reached] = [one for one in derived_results(derivation) if one.title == "utilisation reached"]
    assert least < reached.value < most
    assert reached.value == Fraction(derivation.total, hours * 3600 * int(derivation.sizes["device_flops"]))


def test_another_training_than_the_published_one_has_no_published_hours() -> None:
    """Half the tokens would seem to have been trained at half the utilisation."""
    derivation = symbolic.explain("llama-3-8b", "training-cost", inputs={"training_tokens": 10**12})
    assert "utilisation reached" not in [one.title for one in derived_results(derivation)]
    assert "training_tokens" not in derivation.inputs.published


def test_a_config_of_the_same_sizes_is_not_taken_for_the_published_model() -> None:
    """Llama 3 and 3.1 have one shape and two trainings."""
    config = dict(models.find("llama-3-8b").config)
    derivation = symbolic.explain(config, "training-cost")
    assert derivation.total != symbolic.explain("llama-3-8b", "training-cost").total
    assert not derivation.inputs.published


def test_a_sequence_is_as_long_as_the_published_ones_where_training_is_measured() -> None:
    """Of what is no training, nothing was published."""
    model = symbolic.load("llama-3-8b")
    assert symbolic.explain(model, "training-flops").sizes["tokens"] == 8192
    assert not resolve(quantities.find("forward-flops"), model, {}).published


def test_a_page_says_whose_each_number_is() -> None:
    """The makers', those of the device, or our default with its reason."""
    text = " ".join(str(symbolic.explain("deepseek-v3", "training-cost").to("markdown")).split())
    for words in (
        "**As published:** DeepSeek-AI 2024, DeepSeek-V3 Technical Report",
        "how many tokens the model is trained on, in all (as published)",
        "(NVIDIA H800 SXM5 80GB)",
        "(our default: a middling value; above one half is very good)",
        "**By the formula:** with 2,048 devices, about 59.41 days, about 5,841,000 dollars and about 2,044,000 kWh",
        "With 2,048 devices these are 54.20 days. At 2 dollars for an hour of a device they cost 5,328,000 dollars.",
        "formula’s 2,920,000 device-hours are 1.096 times the published ones.",
        "989.5 TFLOP/s (NVIDIA H800 SXM5 80GB), 40.0 % of whose speed is used (utilisation, MFU), and a price of",
        "2,664,000 device-hours of NVIDIA H800 SXM5 80GB, for 14.8 trillion tokens (DeepSeek-AI 2024, DeepSeek-V3 "
        "Technical Report, table 1 and §4.2)",
        "a utilisation of 43.8 % of these 989.5 TFLOP/s, which is 21.9 % of the peak in the format of the training",
        # Its 1,615 million numbers and attention's products: 3 × 3,565,027,328 × 14.8 × 10¹² more operations.
        "3.8 % more operations. With them the formula gives 3,031,000 device-hours, 1.138 times the published ones, "
        "and the published hours mean a utilisation of 45.5 %, not 43.8 %.",
        "All were fitted to dense networks",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("model", "quantity", "words", "is_there"),
    [
        ("mixtral-8x7b", "training-cost", "An example, not what its training cost", True),
        ("llama-3-8b", "training-cost", "An example, not what its training cost", False),
        # 868.69 × 10²¹ operations ÷ (0.4 × 989.5 × 10¹² × 3,600) = 609,660.3 hours; ÷ 24 ÷ 30 = 846.75 devices
        (
            "llama-3-8b",
            "training-cost",
            "about 609,700 device-hours, about 1,219,000 dollars and about 426,800 kWh. To be done within 30 days, "
            "it takes 847 devices.",
            True,
        ),
        ("pythia-1b", "training-cost", "To be done within 30 days", False),
        (
            "gpt2-124m",
            "training-cost",
            "of NVIDIA A100 40GB SXM, for 295 billion tokens (Karpathy 2023, nanoGPT",
            True,
        ),
        ("mixtral-8x7b", "training-memory", "Of the experts’ results nothing is kept", True),
        ("mixtral-8x7b", "device-memory", "Experts’ results are not kept", True),
        ("llama-3-8b", "device-memory", "Experts’ results are not kept", False),
        ("deepseek-v3", "training-flops", "their operations come on top of this count", True),
        ("mixtral-8x7b", "training-flops", "of the experts, only those that are chosen", True),
        ("llama-3-8b", "training-flops", "of the experts, only those that are chosen", False),
    ][:: 1 if EVERYTHING else 2],
)
def test_a_page_of_a_training_says_what_is_known_of_it(model: str, quantity: str, words: str, is_there: bool) -> None:
    text = " ".join(symbolic.explain(model, quantity).to_text().split())
    assert (words in text) is is_there


@pytest.mark.parametrize(("peak", "share"), [(Fraction(1979, 2), "0.391"), (1979, "0.195")])
def test_the_note_s_utilisation_with_the_mask_is_so(peak: Fraction, share: str) -> None:
    masked = symbolic.explain("deepseek-v3", "training-flops", convention="masked")
    reached = Fraction(masked.total, 4096) * 14_800 * 10**9 / (2_664_000 * 3600 * peak * 10**12)
    training = models.find("deepseek-v3").training
    assert training is not None
    assert f"{float(reached):.3f}" == share
    assert share in training.note


def test_the_published_hours_are_those_of_their_own_device() -> None:
    """Another device would have taken other hours; a format of the same one is another peak."""
    for device, dtype, is_said in (("a100-80gb", "", False), ("h100", "", True), ("h100", "fp8", True)):
        made = symbolic.explain("llama-3-8b", "training-cost", device=device, dtype=dtype)
        assert ("utilisation reached" in [one.title for one in derived_results(made)]) is is_said


def test_a_format_sets_the_peak_of_a_device_and_is_refused_without_one() -> None:
    made = symbolic.explain("llama-3-8b", "training-cost", device="h100", dtype="fp8")
    assert made.sizes["device_flops"] == 1979 * 10**12
    with pytest.raises(ConfigError, match="as the format that a device works in; give a device, too"):
        symbolic.explain("llama-3-8b", "training-cost", dtype="fp8")
    with pytest.raises(ConfigError, match="NVIDIA A100 80GB SXM has no peak for fp8"):
        symbolic.explain("llama-3-8b", "training-cost", device="a100-80gb", dtype="fp8")


def test_a_table_goes_from_hours_to_devices_and_days() -> None:
    """2,336,226.6 hours at one half of the peak: ÷ 2,048 ÷ 24 days, ÷ 720 and ÷ 360 devices; as published 2,664,000."""
    page = explain_page(symbolic.explain("deepseek-v3", "training-cost"))
    [section] = (one for one in page.sections if one.id == "days")
    [table] = (part for part in section.parts if isinstance(part, Table))
    assert table.rows[2:] == (
        ("43.8 % (published hours)", "2,664,000", "5,328,000", "54.20", "3,700", "7,400"),
        ("50.0 %", "2,336,000", "4,672,000", "47.53", "3,245", "6,490"),
    )
    assert "For 30 days at 40.0 % it takes 16 groups: 4,096 devices." in section.parts[-1].text  # type: ignore[union-attr]
