"""A device that is in no table is said by its numbers, and pages take these and no others."""

from fractions import Fraction

import pytest
from click.testing import CliRunner

import symbolic
from symbolic import api
from symbolic.cli import main
from symbolic.errors import ConfigError, UnknownName
from symbolic.measuring import hardware

SOLD = "Mine: memory=80GB, bandwidth=3TB/s, flops=900T"
CARD = "My card: memory=96GB, bandwidth=1,792GB/s, flops=503.8 TFLOPS, fp8=1P, link=64GB/s, power=600W"
GIB, T = 2**30, 10**12


def test_its_numbers_are_read_with_their_units() -> None:
    card = hardware.device(CARD, "fp8")
    assert (card.title, card.memory, card.bandwidth, card.link) == ("My card", 96 * 10**9, 1_792 * 10**9, 64 * 10**9)
    assert (card.flops, card.attention) == (1_000 * T, 503_800 * 10**9)
    assert hardware.device("A: bandwidth=2e12, memory=24GiB").memory == 24 * GIB


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("memory=96GB, bandwidth=1TB/s", "has no name before a colon; write"),
        (": memory=96GB, bandwidth=1TB/s", "has no name before a colon"),
        ("A: memory=96GB", "has no bandwidth; write"),
        ("A: flops=1T", "has no memory and no bandwidth"),
        ("A: memory=96GB, bandwidth=400Gb/s", "which are bits; give bytes"),
        ("A: memory=96GB, bandwidth=1TB/s, flops=1T, bf16=1T", "flops of the device A is bf16"),
        ("A: memory=96GB, memory=96GB, bandwidth=1TB/s", "memory of the device A is given twice"),
        ("A: memory=0, bandwidth=1TB/s", "memory of the device A is too small, got '0'; give it with its unit"),
        ("A: memory=-5GB, bandwidth=1TB/s", "is too small"),
        ("A: memory=80, bandwidth=1TB/s", "memory of the device A is too small, got '80'; give it with its unit"),
        ("A: memory=80GB, bandwidth=1TB/s, flops=500", "flops of the device A is too small"),
        ("A: memory=80GB, bandwidth=1TB/s, fp8=1P", "has no flops, its operations at 16 bits; give them, too"),
        ("A: memory=lots, bandwidth=1TB/s", "memory of the device A must be a number, got 'lots'"),
        ("A: memory=0.3, bandwidth=1TB/s", "must be a whole number"),
        ("A: memory=, bandwidth=1TB/s", "must be a number"),
        ("A: memory=96GB, bandwidth=1TB/s,", "must be a number"),
        (f"{'A' * 41}: memory=96GB, bandwidth=1TB/s", "has at most 40 letters"),
        ("A\n: memory=96GB, bandwidth=1TB/s, B", "must be a number"),
    ],
)
def test_what_is_no_device_is_an_error_in_one_line(said: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        hardware.accelerator(said)
    ran = CliRunner().invoke(main, ["serve", "gpt2", "--device", said])
    assert ran.exit_code == 2
    assert len(ran.stderr.splitlines()) == 1


def test_unknown_names_say_how_a_device_is_said() -> None:
    with pytest.raises(UnknownName, match="no number of a device 'clock'; nearest: link"):
        hardware.accelerator("A: memory=96GB, clock=2")
    with pytest.raises(UnknownName, match='or say one: "My card: memory=96GB'):
        symbolic.explain("gpt2", "kv-cache", device="h1000")


def test_serving_stands_on_its_numbers() -> None:
    """Llama 3 8B at 1 TB/s: the weights without the token table, 15,009,845,248 bytes, and a cache of 1,024 tokens."""
    page = api.serving("llama-3-8b", device="Slow one: memory=32GB, bandwidth=1TB/s, flops=100T", context=1024)
    # A token keeps 2 × 8 × 128 numbers in each of 32 layers, 2 bytes each.
    read = 2 * (8_030_261_248 - 128_256 * 4_096) + 2 * 4_096 + 1_024 * 131_072 - 2 * 4_096
    assert page.values["time_per_output_token"].value == Fraction(read, T)
    text = " ".join(str(page.to("text")).split())
    assert "Speeds and memory of Slow one are those that were given." in text
    assert "A100" not in text.split("Sources")[0]


def test_a_cache_counts_what_fits_on_it() -> None:
    """Of 40 GB an engine takes 36.8; beside 16,060,522,496 bytes of weights there is room for 158,229 tokens."""
    derivation = symbolic.explain("llama-3-8b", "kv-cache", device="Mine: memory=40GB, bandwidth=1TB/s")
    assert (Fraction(92, 100) * 40 * 10**9 - 2 * 8_030_261_248) // 131_072 == 158_229
    assert "158,229" in derivation.to("text")


def test_names_are_escaped() -> None:
    page = api.serving("gpt2", device="<b>_*& $x$: memory=40GB, bandwidth=1TB/s, flops=100T")
    assert "<b>_" not in page.to("html")
    assert r"\textless{}b\textgreater{}\_" in page.to("latex")


@pytest.mark.parametrize(("device", "watts"), [("tpu-v6e", None), ("h100", 700), (CARD, 600)])
def test_energy_is_that_of_a_power_that_is_known(device: str, watts: int | None) -> None:
    made = symbolic.explain("llama-3-8b", "training-cost", device=device)
    assert made.sizes.get("device_power") == watts
    assert ("kWh" in made.to("text")) is (watts is not None)


def test_a_power_that_is_given_is_taken() -> None:
    """Llama 3 8B on TPU v6e: 868,692,787,200 × 10^12 operations at 0.4 × 918 × 10^12, 300 W."""
    made = symbolic.explain("llama-3-8b", "training-cost", device="tpu-v6e", inputs={"device_power": 300})
    hours = Fraction(made.total) / (918 * T * Fraction(2, 5) * 3600)
    assert f"{round(hours * 300 / 1000):,} kWh" in made.to("text")


@pytest.mark.parametrize(
    ("model", "quantity", "inputs", "says"),
    [
        # 8,600 tokens: 78.68 GB; of 80 GB a program takes 73.6, of 80 GiB 79.03.
        ("llama-3-70b", "device-memory", {"tensor_parallel": 8, "data_parallel": 8, "tokens": 8_600}, True),
        ("llama-3-70b", "device-memory", {"tensor_parallel": 8, "data_parallel": 8, "tokens": 9_000}, False),
        ("llama-3-70b", "device-memory", {"tensor_parallel": 8, "data_parallel": 8, "tokens": 7_000}, False),
        # 70.55 GB of weights on each of two devices, and 1.342 GB a sequence.
        ("llama-3-70b", "serving-memory", {"tensor_parallel": 2, "context": 8_192, "batch_size": 3}, True),
        ("llama-3-70b", "serving-memory", {"tensor_parallel": 2, "context": 8_192, "batch_size": 2}, False),
    ],
)
def test_pages_say_where_as_many_gib_would_hold_it(
    model: str, quantity: str, inputs: dict[str, int], says: bool
) -> None:
    text = " ".join(str(symbolic.explain(model, quantity, inputs=inputs, device=SOLD).to("text")).split())
    assert ("With 80 GiB instead of 80 GB it would fit" in text) is says


def test_a_memory_in_gib_is_not_taken_for_one_in_gb() -> None:
    """A TPU7x has 192 GiB: Llama 3 70B with 160,000 tokens, 193.5 GB, is more than 0.92 of it, and no GB hide more."""
    text = " ".join(str(api.serving("llama-3-70b", device="tpu-v7x", devices=1, context=160_000).to("text")).split())
    assert "It does not fit" in text
    assert "it would fit" not in text
