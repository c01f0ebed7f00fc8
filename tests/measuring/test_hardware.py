"""Devices are what their makers print, dense operations only, and formats take the bytes that their definitions say."""

from fractions import Fraction

import pytest

import symbolic
from symbolic.analysis.utilisation import peak_of
from symbolic.errors import ConfigError
from symbolic.measuring import hardware

DEVICES = hardware.table("accelerators")
T, G, GIB = 10**12, 10**9, 2**30


@pytest.mark.parametrize(
    ("device", "memory", "bandwidth", "peaks"),
    [
        # AWS Neuron documentation: 667 BF16, 1,299 FP8; 96 GiB with 2.9 TB/s. Its 2,563 are with sparsity.
        ("trainium2", 96 * GIB, 2_900 * G, {"bf16": 667, "fp8": 1_299}),
        ("trainium3", 144 * GIB, 4_900 * G, {"bf16": 671, "mxfp4": 2_517}),
        ("inferentia2", 32 * GIB, 820 * GIB, {"bf16": 190, "int8": 380}),
        # Google Cloud documentation
        ("tpu-v6e", 32 * G, 1_638 * G, {"bf16": 918, "int8": 1_836}),
        ("tpu-v7x", 192 * GIB, 7_300 * G, {"bf16": 2_307, "fp8": 4_614}),
        # NVIDIA 2025, Introducing NVFP4: dense / sparse are 9 / 18 PFLOPS (B200), 10 / 20 (GB200), 15 / 20 (GB300)
        ("b200", 1_440 * G // 8, 64 * T // 8, {"nvfp4": 9_000, "fp8": 72_000 // 8 // 2}),
        ("gb200", 186 * G, 8 * T, {"nvfp4": 10_000}),
        ("gb300", 288 * G, 8 * T, {"nvfp4": 15_000}),
        # HGX B300: 36 PFLOPS of 16 bits and 72 of 8 with sparsity, 105 of 4 bits without, for eight
        ("b300", 288 * G, 8 * T, {"bf16": 36_000 // 2 // 8, "fp8": 72_000 // 2 // 8, "nvfp4": 105_000 // 8}),
        # Quoted by others: as an H100 with a slower link, and with a sixth of its operations and more memory
        ("h800", 80 * G, 3_350 * G, {"bf16": Fraction(1_979, 2), "fp8": 1_979}),
        ("h20", 96 * G, 4_000 * G, {"bf16": 148, "fp8": 296}),
        # Intel at Hot Chips 2024
        ("gaudi3", 128 * G, 3_670 * G, {"bf16": 1_835, "fp8": 1_835}),
    ],
)
def test_a_device_is_what_its_maker_prints(
    device: str, memory: int, bandwidth: int, peaks: dict[str, Fraction | int]
) -> None:
    found = DEVICES[device]
    assert (found.get("label", found["memory"]), found["bandwidth"]) == (memory, bandwidth)
    assert {name: found["peak"][name] for name in peaks} == {name: peak * T for name, peak in peaks.items()}


@pytest.mark.parametrize(
    ("device", "hundredths"),
    # PyTorch's message where memory runs out, "GPU 0 has a total capacity of 79.10 GiB", in hundredths of a GiB
    [("h100", 7910), ("a100-80gb", 7914), ("a100-40gb", 3950), ("rtx-4090", 2364), ("mi300x", 19198), ("h200", 13980)],
)
def test_a_memory_is_what_its_driver_reports(device: str, hundredths: int) -> None:
    assert round(Fraction(100 * hardware.device(device).memory, GIB)) == hundredths
    assert hardware.device(device).reported


@pytest.mark.parametrize("name", sorted(DEVICES))
def test_a_report_says_where_it_was_read_and_is_near_the_label(name: str) -> None:
    """About between what the label says in GB and the same number of GiB; TPUs keep a GiB for themselves."""
    found = DEVICES[name]
    if "reported" not in found:
        assert not {"label", "report"} & found.keys()
        return
    assert found["memory"] == int(Fraction(found["reported"]) * GIB)
    assert found["report"]
    assert Fraction(95, 100) < Fraction(found["memory"], found["label"]) < Fraction(109, 100)


@pytest.mark.parametrize(
    ("device", "clock", "bits", "operations"),
    [
        # AMD CDNA 4: 256 compute units, 8,192 operations per clock at 8 bits
        ("mi350x", 2_200, "fp8", 8_192),
        ("mi350x", 2_200, "bf16", 4_096),
        ("mi355x", 2_400, "fp8", 8_192),
        ("mi355x", 2_400, "mxfp4", 16_384),
    ],
)
def test_a_peak_is_units_times_clock_times_operations(device: str, clock: int, bits: str, operations: int) -> None:
    peak = Fraction(DEVICES[device]["peak"][bits], T)
    assert round(float(peak), 1) == round(256 * clock * 10**6 * operations / T, 1)


@pytest.mark.parametrize("device", DEVICES)
def test_each_device_has_its_source_and_no_sparse_figure(device: str) -> None:
    found = DEVICES[device]
    assert found["title"]
    assert "http" in found["source"]
    peaks = found.get("peak", {})
    assert all(isinstance(peak, int) and peak > 0 for peak in (found["memory"], found["bandwidth"], *peaks.values()))
    half = peaks.get("bf16", peaks.get("fp16", 0))
    # A maker's sparse figure is twice the dense one: then 8 bits would be four times 16.
    assert peaks.get("fp8", 0) <= 3 * half or device == "trainium3"
    assert peaks.get("tf32", 0) <= half


def test_a_device_without_printed_operations_is_refused_where_they_are_needed() -> None:
    with pytest.raises(
        ConfigError, match="of Apple M3 Ultra 512GB no operations per second are known; leave --device out"
    ):
        symbolic.explain("llama-3-8b", "arithmetic-intensity", device="m3-ultra")
    with pytest.raises(ConfigError, match="no operations per second are known; give --peak"):
        peak_of("m3-ultra", "bf16")
    assert symbolic.explain("llama-3-8b", "kv-cache", device="m3-ultra").total
    # Its figures for 16 bits and below may be those with sparsity, so that we have none.
    with pytest.raises(ConfigError, match="RTX PRO 6000 Blackwell 96GB we know operations per second for fp32 alone"):
        symbolic.explain("llama-3-8b", "arithmetic-intensity", device="rtx-pro-6000")


MATRICES = 6_979_321_856
"""The numbers of Llama 3 8B's matrices inside its layers."""


@pytest.mark.parametrize(
    ("dtype", "bits", "beside"),
    [
        ("nvfp4", Fraction(4) + Fraction(8, 16), 7 * 32 * 4),
        ("mxfp4", Fraction(4) + Fraction(8, 32), 0),
        ("mxfp8", Fraction(8) + Fraction(8, 32), 0),
        ("fp8-block", Fraction(8) + Fraction(32, 128 * 128), 0),
        ("awq", Fraction(4) + Fraction(16 + 4, 128), 0),
        ("gptq", Fraction(4) + Fraction(16 + 4, 128), 4 * 32 * (6 * 4_096 + 14_336)),
        ("int8", Fraction(8), 0),
    ],
)
def test_a_format_takes_its_bits_and_its_scales(dtype: str, bits: Fraction, beside: int) -> None:
    rest = 2 * (8_030_261_248 - MATRICES)
    assert symbolic.explain("llama-3-8b", "weight-memory", dtype=dtype).total == MATRICES * bits / 8 + beside + rest


def test_a_library_s_tensors_are_not_guessed() -> None:
    with pytest.raises(ConfigError, match="we don't know in which tensors a library keeps mxfp8 and its scales"):
        symbolic.explain("llama-3-8b", "tensor-elements", dtype="mxfp8")
