"""The lesson of serving: its rows are those of the pages' own totals, and its limits turn where it says."""

import json
import re
from fractions import Fraction

import pytest
from sampling import MODELS, sample

import symbolic
from symbolic import api
from symbolic.errors import ConfigError
from symbolic.measuring import hardware, usual
from symbolic.measuring.results import derived_results
from symbolic.measuring.serving import fitting, serving
from symbolic.measuring.serving_layout import Layout, batches
from symbolic.pages.document import explain_page
from symbolic.pages.page import Equation, Table
from symbolic.pages.pictures import Figure, Points


def layout(model: str, context: int = 8192, devices: int = 0) -> Layout:
    read = symbolic.explain(model, "arithmetic-intensity", inputs={"context": context})
    served = serving(read)
    assert served is not None
    memory = usual.MEMORY_SHARE * usual.MEMORY
    speeds = (Fraction(usual.BANDWIDTH), Fraction(usual.FLOPS), Fraction(usual.HOUR_PRICE))
    return Layout(served.on(devices or fitting(served.held, memory)), memory, *speeds)


NAMED = ("time_to_first_token", "time_per_output_token", "tokens_per_second")


def test_the_usual_device_is_that_of_the_table() -> None:
    assert hardware.device()[1:4] == (usual.MEMORY, usual.BANDWIDTH, usual.FLOPS)
    assert hardware.table("accelerators")[usual.DEVICE]["power"] == usual.WATTS


def test_the_rows_of_llama_3_8b_are_those_worked_out_by_hand() -> None:
    """Weights without the token table: 2 × (8,030,261,248 − 128,256 × 4,096) bytes; a cache of 2 × 8 × 128 numbers."""
    made = layout("llama-3-8b")
    weights, cache = 15_009_849_344, 32 * 2 * 8 * 128 * 2 * 8192
    assert [row.batch for row in batches(made)] == [1, 8, 32, 57]
    for row in batches(made):
        assert (row.weights, row.cache) == (weights, row.batch * cache)
        assert row.time == Fraction(weights + row.batch * cache, 2_039 * 10**9)
    # 1,000,000 tokens at 32 in each 24.21 ms, at 2 dollars an hour
    assert made.dollars(made.step(32)) == Fraction(10**6, 32) * made.step(32).time * Fraction(2, 3600)
    assert made.overtaken == 14
    assert 13 * cache < weights <= 14 * cache
    assert made.turned is None


def test_each_device_reads_the_latents_whole_and_the_experts_that_are_chosen() -> None:
    """DeepSeek-V3 on 16 devices: 61 layers keep 512 + 64 numbers of 2 bytes of each token, on every device."""
    made, cache = layout("deepseek-v3"), 61 * 576 * 2 * 8192
    one, many = made.step(1), made.step(32)
    assert (made.devices, made.needs.cache) == (16, cache)
    assert one.by_memory == Fraction(one.weights + cache) / (2_039 * 10**9)
    # 256 (1 − (31/32)^32) = 163.3, so 164 of them for 32 tokens, where one chooses 8
    assert many.weights - one.weights == (164 - 8) * made.needs.expert


def test_what_tensor_parallelism_does_not_split_is_kept_by_each_device() -> None:
    """Of DeepSeek-V3, in each of 61 layers the matrices that make the latents, the routers of 58, and all norms.

    Blocks of 128 × 128 of the matrices that make the latents have a scale of 4 bytes beside bytes of one.
    """
    down, scales = 7168 * (1536 + 576), 56 * (12 + 5)
    norms = 61 * (2 * 7168 + 1536 + 512) + 7168
    one, many = layout("deepseek-v3", devices=1).needs, layout("deepseek-v3").needs
    assert many.whole == 61 * (down + 4 * scales) + 2 * (norms + 58 * 7168 * 256)
    assert many.stored == many.whole + Fraction(one.stored - many.whole, 16)
    assert set(many.names) == {"query down matrix", "key-value down matrix", "router matrix"}


@pytest.mark.parametrize(
    ("model", "devices", "whole"),
    [
        # Two norms in each of 32 layers, and one behind them
        ("llama-3-8b", 4, 2 * 65 * 4096),
        # Two norms with shifts, and the biases behind attention and feed-forward network; a table of 1,024 places
        ("gpt2-124m", 4, 2 * 768 * (12 * (4 + 2) + 2 + 1024)),
        # A norm in each of 24 layers, and one behind them
        ("mamba-130m", 2, 2 * 768 * 25),
    ],
)
def test_a_device_has_its_part_of_what_is_split_and_all_of_the_rest(model: str, devices: int, whole: int) -> None:
    one, many = layout(model, devices=1).needs, layout(model, devices=devices).needs
    assert many.whole == whole
    # Of the vocabulary's 50,257 rows the last device has fewer.
    assert 0 <= devices * (many.stored - whole) - (one.stored - whole) < devices * 2 * 768 * devices
    assert many.cache * devices == one.cache
    assert many.flops * devices >= one.flops


def test_fewer_key_value_heads_than_devices_are_copied() -> None:
    """Llama 3 8B has 8 of them: 16 devices have one each, in pairs the same, of 2 × 128 columns in a layer."""
    eight, sixteen = (layout("llama-3-8b", devices=devices).needs for devices in (8, 16))
    assert eight.cache == sixteen.cache
    copied = 32 * 2 * 4096 * 2 * 128
    assert sixteen.stored - sixteen.whole == Fraction(eight.stored - eight.whole - copied, 2) + copied


def test_without_a_cache_the_arithmetic_limits_where_it_takes_as_long_as_the_weights() -> None:
    """312 / 2.039 = 153.02 FLOPs a byte, and 2 for each number of 2 bytes: 154 sequences, whatever the context."""
    assert {layout("llama-3-8b", context).balanced for context in (16, 8192)} == {154}


@pytest.mark.parametrize(
    ("model", "devices", "sums", "summed"),
    [
        ("llama-3-8b", 2, 64, 2 * 4096),
        ("deepseek-v3", 16, 122, 2 * 7168),
        ("llama-3-8b", 1, 0, 2 * 4096),
        # What its inner numbers are split into is added up elsewhere, too.
        ("mamba-130m", 2, 0, 2 * 768),
    ],
)
def test_devices_add_up_their_results_twice_in_a_layer(model: str, devices: int, sums: int, summed: int) -> None:
    needs = layout(model, devices=devices).needs
    assert (needs.sums, needs.summed) == (sums, summed)


@pytest.mark.parametrize(
    ("model", "words", "is_there"),
    [
        ("deepseek-v3", "122 sums (all-reduces) in a step, each of 14,336 bytes", True),
        ("deepseek-v3", "No device was given. The weights are published in FP8", True),
        ("deepseek-v3", "no arithmetic in the 8-bit format of these weights", False),
        ("llama-3-8b", "no arithmetic in the 8-bit format", False),
        ("deepseek-v3", "each of the 8 devices reads the whole cache for its part of the heads", True),
    ],
)
def test_a_page_says_what_its_layout_stands_on(model: str, words: str, is_there: bool) -> None:
    assert (words in " ".join(symbolic.explain(model, "kv-cache").to_text().split())) is is_there


def test_a_device_that_is_named_stays() -> None:
    page = " ".join(symbolic.explain("deepseek-v3", "kv-cache", device="a100-80gb").to_text().split())
    assert "no arithmetic in the 8-bit format of these weights" in page
    assert "No device was given" not in page


@pytest.mark.parametrize(("model", "devices"), [("llama-3-8b", 1), ("llama-3-8b", 2), ("mamba-130m", 1)])
def test_programs_find_the_figures_of_a_page_by_name(model: str, devices: int) -> None:
    page = api.serving(model, device="h100", devices=devices)
    values = json.loads(str(page.to("json")))["values"]
    assert {name: one["unit"] for name, one in values.items()}["time_per_output_token"] == "seconds"
    text = " ".join(str(page.to("text")).split())
    first, each, rate = (values[f"{name}"]["printed"] for name in NAMED)
    assert re.search(rf"(at least|about) {re.escape(first)}[^.]*: the time to the first token", text)
    assert f"{rate} tokens per second" in text
    assert each in text
    exact = Fraction(str(values["tokens_per_second"]["value"]))
    assert exact * Fraction(values["time_per_output_token"]["value"]) == 1
    assert values["devices"]["value"] == devices


@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b", "deepseek-v3", "gemma-3-1b", "mixtral-8x7b"])
@pytest.mark.parametrize("context", [16, 1000])
def test_limits_turn_where_it_says(model: str, context: int) -> None:
    made = layout(model, context)
    first = made.overtaken
    cache = made.needs.cache
    assert first * cache >= made.needs.read(first)
    assert first == 1 or (first - 1) * cache < made.needs.read(first - 1)
    if (turned := made.turned) is not None:
        assert not made.step(turned).is_bound_by_memory
        assert turned == 1 or made.step(turned - 1).is_bound_by_memory
    assert made.needs.stored + made.most * cache <= made.memory < made.needs.stored + (made.most + 1) * cache


@pytest.mark.parametrize("dtype", ["", "fp8", "int4"])
def test_pages_of_serving_agree(dtype: str) -> None:
    """The sequences that fit, and the time of a token, are the same on each page of a model."""
    cache, memory = (
        {one.key: one.value for one in derived_results(symbolic.explain("llama-3-8b", name, dtype=dtype))}
        for name in ("kv-cache", "serving-memory")
    )
    read = symbolic.explain("llama-3-8b", "arithmetic-intensity", dtype=dtype)
    served = serving(read)
    assert served is not None
    needed = served.on(1)
    assert needed.stored == symbolic.explain("llama-3-8b", "weight-memory", dtype=dtype).total
    assert needed.read(1) + needed.cache == read.total
    room = usual.MEMORY_SHARE * usual.MEMORY
    assert cache["sequences"] == memory["sequences"] == (room - needed.stored) // needed.cache
    pages = [
        explain_page(symbolic.explain("llama-3-8b", name, dtype=dtype)) for name in ("kv-cache", read.quantity.name)
    ]
    pages.append(api.serving("llama-3-8b", dtype=dtype))
    lessons = [section for page in pages for section in page.sections if section.id == "batches"]
    assert len({str(part.rows) for lesson in lessons for part in lesson.parts if isinstance(part, Table)}) == 1
    assert len(lessons) == len(pages)


@pytest.mark.parametrize("model", sample(MODELS, 3))
def test_the_row_that_is_worked_out_holds(model: str) -> None:
    try:
        page = explain_page(symbolic.explain(model, "kv-cache"))
    except symbolic.SymbolicError:
        return
    for section in page.sections:
        if section.id == "batches":
            for part in section.parts:
                if isinstance(part, Equation):
                    assert part.formula.value(part.sizes or {}) == part.value


@pytest.mark.parametrize(
    ("device", "inputs", "says"),
    [
        ("h100", {}, "one NVIDIA H100 SXM5 80GB"),
        ("m3-ultra", {}, "one Apple"),
        ("", {"device_bandwidth": 10**12}, "one device of these numbers"),
    ],
)
def test_the_lesson_is_of_the_device_that_is_named(device: str, inputs: dict[str, int], says: str) -> None:
    text = str(symbolic.explain("llama-3-8b", "kv-cache", device=device, inputs=inputs).to("text"))
    words = " ".join(text.split())
    assert f"Taken for all numbers of this section: {says}" in words
    assert ("TFLOP/s" in words) is (device == "h100")
    assert ("arithmetic" in words.split("Why a larger batch")[-1].split("The row of")[0]) is (device == "h100")


@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b", "deepseek-v3"])
def test_the_curve_goes_through_the_rows_of_the_table(model: str) -> None:
    """Latency from left to right, throughput upwards; each point is a step of the layout, of more sequences each."""
    [section] = [one for one in api.serving(model).sections if one.id == "batches"]
    [figure] = [part for part in section.parts if isinstance(part, Figure)]
    [table] = [part for part in section.parts if isinstance(part, Table)]
    assert isinstance(figure.plot, Points)
    line, points = figure.plot.series
    assert set(points.points) <= set(line.points)
    assert [name in str(row[0]) for name, row in zip(points.names, table.rows, strict=True)] == [True] * len(table.rows)
    assert list(line.points) == sorted(line.points)
    assert all(f"{row[1]} ms, {row[2]} tokens/s" in figure.alt for row in table.rows)


def test_one_device_serves_what_llama_cpp_stores() -> None:
    """Gemma 3 27B in Q4_K_M on 24 GB: one device has it all, and several are refused in a sentence."""
    page = api.serving("gemma-3-27b-text", device="rtx-4090", dtype="q4_k_m", context=32_768)
    assert "It does not fit" not in page.to_text()
    large = api.serving("llama-3-70b", device="rtx-4090", dtype="q4_k_m").to_text()
    assert "Only one device is counted here: llama.cpp chooses types for whole tensors" in large.replace("\n", " ")
    experts = api.serving("qwen3-30b-a3b", device="rtx-4090", dtype="q4_k_m").to_text()
    assert "divided among" not in experts
    with pytest.raises(ConfigError, match=r"llama\.cpp chooses types for whole tensors; leave it 1"):
        api.serving("llama-3-8b", device="rtx-4090", dtype="q4_k_m", devices=2)
    with pytest.raises(ConfigError, match="leave ep out"):
        api.serving("qwen3-30b-a3b", device="rtx-4090", dtype="q4_k_m", ep=4)
