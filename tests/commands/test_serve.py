"""`symbolic serve` estimates times part by part; its parts are those of the derivations, and sum to them."""

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sampling import sample

from symbolic import api
from symbolic.analysis.passes import experts_of, prompt_pass, step_pass
from symbolic.analysis.roofline import Pass, expected_tokens, least_accepted
from symbolic.cli import main
from symbolic.errors import ConfigError, SymbolicError, UnknownName
from symbolic.formulas.figures import in_short
from symbolic.measuring import hardware, usual
from symbolic.measuring.serving import experts_read, serving
from symbolic.measuring.serving_layout import Layout
from symbolic.measuring.written import summed, writing_steps
from symbolic.pages.page import Equation, Table


@cache
def in_words(model: str, **asked: Any) -> str:
    """The page in words; several tests read one."""
    return " ".join(str(api.serving(model, **asked).to("text")).split())


def step(model: str, *, tokens: int = 1, context: int = 4096, batch: int = 8, devices: int = 1, **how: Any) -> Pass:
    inputs = {"tokens": tokens, "context": context, "batch_size": batch}
    made = "masked" if tokens > 1 else "one-step"
    flops = api.explain(model, "forward-flops", convention=made, inputs=inputs, idle_inputs=True)
    bytes_moved = api.explain(model, "arithmetic-intensity", inputs=inputs, device="h100", idle_inputs=True, **how)
    return (prompt_pass if tokens > 1 else step_pass)(flops, bytes_moved, devices)


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
    assert not any(part.is_bound_by_memory for part in one.parts if part.flops and part.name != "output head")


def test_the_head_scores_the_last_token_of_a_prompt_only() -> None:
    one = step("llama-3-8b", tokens=4096, batch=2)
    [head] = (part for part in one.parts if part.name == "output head")
    assert head.flops == 2 * 2 * 128_256 * 4096


@pytest.mark.parametrize(("batch", "read"), [(1, 2), (2, 4), (4, 6), (64, 8)])
def test_so_many_experts_are_read_as_the_tokens_choose(batch: int, read: int) -> None:
    """Mixtral has 8 in each of 32 layers, of three matrices, and a token chooses 2: 3.5 on average of two tokens."""
    one = step("mixtral-8x7b", context=16, batch=batch)
    assert experts_of(one) == (8, 2, batch, read)
    all_experts = one.all_bytes.total - one.bytes.total
    assert all_experts == (8 - read) * 32 * 2 * 3 * 4096 * 14336


@pytest.mark.parametrize(
    ("model", "devices", "batch", "bound", "milliseconds", "for_each_byte"),
    [
        ("deepseek-v3", 16, 64, "about", "12.64", "11.48"),
        ("deepseek-v3", 1, 1, "at least", "11.27", "2.402"),
        ("mixtral-8x7b", 1, 1, "at least", "7.651", "1.016"),
    ],
)
def test_one_rule_for_experts_holds_on_the_whole_page(
    model: str, devices: int, batch: int, bound: str, milliseconds: str, for_each_byte: str
) -> None:
    """The first sentence and the section about the limit stand on the same bytes: those of the experts that are read.

    A batch of one reads just those that its token chooses, which is sure; more tokens may choose the same.
    """
    text = api.serving(model, device="h100", devices=devices, batch=batch, context=1024).to("text")
    words = " ".join(str(text).split())
    assert f"{bound} {milliseconds} ms" in words
    assert f"≈ {milliseconds} milliseconds" in words.split("Shortest time for the step, by the memory")[1]
    assert f"≈ {for_each_byte} FLOPs per byte" in words
    assert ("A step that reads them is not faster" in words) is (batch == 1)
    assert ("if no experts are read but those that one token chooses" in words) is (batch > 1)
    assert "choose experts of their own" in words


@pytest.mark.parametrize(
    ("every", "chosen", "tokens", "read"),
    [(256, 8, 16, 102), (256, 8, 10**12, 256), (10**300, 1, 10**9, 10**9), (1, 1, 5, 1), (8, 8, 3, 8)],
)
def test_experts_that_tokens_choose(every: int, chosen: int, tokens: int, read: int) -> None:
    assert experts_read(every, chosen, tokens) == read


def test_a_step_works_on_the_latents_that_are_kept() -> None:
    """DeepSeek-V3 at 4,096 tokens: 128 heads, scores over 512 + 64 numbers of each, mixing over 512, in 61 layers."""
    few, many = (step("deepseek-v3", context=context, batch=1).flops.total for context in (1, 4096))
    assert many - few == 2 * 61 * 128 * (512 + 64 + 512) * 4095


@pytest.mark.parametrize(
    ("model", "dtype", "device", "peak"),
    [
        # Both factors are rounded: DeepSeek-V3's own FP8, and formats that are named
        ("deepseek-v3", "", "h100", 1979),
        ("deepseek-v3", "fp8-block", "h100", 1979),
        ("llama-3-8b", "nvfp4", "b200", 9000),
        # A device without a peak for it, and weights that are unpacked to 16 bits before they are multiplied
        ("deepseek-v3", "", "a100-80gb", 312),
        ("llama-3-8b", "int4", "a100-80gb", 312),
        ("llama-3-8b", "awq", "a100-80gb", 312),
        ("llama-3-8b", "", "h100", Fraction(9895, 10)),
    ],
)
def test_products_work_in_the_format_that_rounds_both_factors(
    model: str, dtype: str, device: str, peak: Fraction | int
) -> None:
    found = api.explain(model, "arithmetic-intensity", dtype=dtype, device=device)
    assert found.sizes["device_flops"] == peak * 10**12


@pytest.mark.parametrize(("share", "fits"), [(Fraction(1, 5), False), (Fraction(1), True)])
def test_a_share_of_the_memory_is_the_engine_s(share: Fraction, fits: bool) -> None:
    """Llama 3 8B has 16.06 GB of weights: 85 GB hold it, but a fifth of them does not."""
    page = api.serving("llama-3-8b", device="h100", devices=1, memory_share=share)
    assert ("It does not fit" in page.to("text")) is not fits


@pytest.mark.parametrize(
    ("context", "says"), [(8_192, (False, False)), (32_768, (True, True)), (131_072, (True, False))]
)
def test_what_would_fit_into_as_many_gib_is_said_to(context: int, says: tuple[bool, bool]) -> None:
    """Llama 3 70B on two of 80 GB: 141.1 GB and 0.3277 MB a token; 92 % of 160 GB are 147.2 GB, of 160 GiB 158.1."""
    page = str(api.serving("llama-3-70b", device=SOLD, devices=2, context=context).to("text"))
    assert ("It does not fit" in page, "With 80 GiB instead of 80 GB it would fit" in " ".join(page.split())) == says


def test_a_share_of_more_than_all_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"memory-share must be between 0 and 1, got 1\.2"):
        api.serving("gpt2", device="h100", memory_share=Fraction(6, 5))


def test_devices_share_what_they_can_split() -> None:
    """Each of four reads a quarter of what one reads, and all norms: 2 of 4,096 numbers in 32 layers, one behind."""
    alone, together = (step("llama-3-8b", devices=devices) for devices in (1, 4))
    norms = 2 * 65 * 4096
    assert 4 * (together.bytes.total - norms) == alone.bytes.total - norms
    assert 4 * together.flops.total == alone.flops.total


def test_devices_that_can_t_share_the_heads_are_refused() -> None:
    with pytest.raises(ConfigError, match="n_heads is 128 and tensor_parallel is 10"):
        api.serving("deepseek-v3", device="h100", devices=10)


@pytest.mark.parametrize(("devices", "fits"), sample([(1, False), (8, False), (16, True)], 2))
def test_a_page_says_where_the_network_does_not_fit(devices: int, fits: bool) -> None:
    """DeepSeek-V3 at 8 bits: 673 GB of weights, and devices of 80, of which an engine takes 92 %."""
    says = api.serving("deepseek-v3", device="h100", devices=devices).to("text")
    assert ("It does not fit" in says) is not fits
    assert fits or "of powers of two: 16" in " ".join(str(says).split())


@pytest.mark.parametrize(
    ("model", "says", "says_not"),
    [
        (
            "llama-3-8b",
            "reading a prompt of 1,024 tokens takes at least 14.72 ms: the time to the first token. With 1,024 "
            "tokens before each step, it then writes at most 221.2 tokens per second of this one sequence, and larger "
            "batches make more.",
            "kept latents",
        ),
        ("llama-3-8b", "the arithmetic is the limit of the pass", "memory is the limit of the pass"),
        ("deepseek-v3", "Even so, the memory is the limit", "arithmetic is the limit of the pass"),
        (
            "deepseek-v3",
            "all 16 devices keep the same latents, and the cache of a sequence takes 16 times its bytes",
            "a lower bound",
        ),
        ("llama-3-8b", "price of a million tokens", "What makes this layout costly"),
        ("deepseek-v3", "convention absorbed of forward-flops", "a lower bound"),
        ("mamba-130m", "weights of 16 bits", "Attention is counted with its mask"),
    ],
)
def test_sentences_say_what_their_numbers_stand_on(model: str, says: str, says_not: str) -> None:
    words = in_words(model, device="h100", context=1024)
    assert says in words
    assert says_not not in words


@pytest.mark.parametrize(
    ("model", "named", "said"),
    [
        # 673.2 GB of weights: eight of 141 GB hold them, and SGLang's guide recommends as many
        ("deepseek-v3", {}, "On 8 × NVIDIA H200 SXM 141GB"),
        ("deepseek-v3", {"device": "a100-80gb"}, "On 16 × NVIDIA A100 80GB SXM"),
        ("deepseek-v3", {"dtype": "bf16"}, "× NVIDIA A100 80GB SXM"),
        ("llama-3-8b", {}, "On one NVIDIA A100 80GB SXM"),
    ],
)
def test_a_model_in_fp8_is_served_on_a_device_that_has_arithmetic_for_it(
    model: str, named: Mapping[str, Any], said: str
) -> None:
    words = in_words(model, **named)
    assert said in words
    assert ("No device was given." in words) is ("H200" in said)


@pytest.mark.parametrize(("seen", "is_said"), [(1024, False), (4096, True)])
def test_a_text_that_is_longer_than_the_model_was_made_for_is_said_to_be(seen: int, is_said: bool) -> None:
    words = in_words("gpt2-124m", device="h100", context=seen)
    assert ("The text is longer than the model was made for." in words) is is_said
    # (285,000,192 − 37,748,736) / 36,864 = 6,707.1; it says for how many tokens the model was made
    assert "It is more than the 1,024 tokens that the configuration allows." in words
    assert "= 6,708 tokens" in words


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
    assert len(equations) == 21
    for equation in equations:
        assert equation.formula.value(equation.sizes or page.sizes) == equation.value


def test_a_bad_question_gets_a_clear_line() -> None:
    with pytest.raises(UnknownName, match="no device 'h1000'"):
        api.serving("gpt2", device="h1000")
    with pytest.raises(ConfigError, match="accepted must be between 0 and 1"):
        api.serving("gpt2", device="h100", accepted=Fraction(3, 2))


ENGINE = 92 * hardware.device("h100").memory // 100
SOLD = "Mine: memory=80GB, bandwidth=3TB/s, flops=900T"
ENDINGS = {"latex": "tex", "markdown": "md"}


@pytest.mark.parametrize("ending", ["html", "latex", "markdown", "json", "pdf"])
def test_the_page_is_made_in_every_format(ending: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main, ["serve", "gpt2-124m", "--device", "h100", "--format", ending, "--output", str(tmp_path)]
    )
    assert result.exit_code == 0, result.output
    assert "leave" not in result.output
    made = {file.name: file.stat().st_size for file in (tmp_path / "gpt2-124m").iterdir()}
    # The curve lies beside a page whose format does not hold pictures.
    assert set(made) - {"serving-batches.svg", "serving-batches.pdf"} == {f"serving.{ENDINGS.get(ending, ending)}"}
    assert min(made.values()) > 1000


def table_of(section: str, model: str = "llama-3-8b", **asked: Any) -> tuple[tuple[Any, ...], ...]:
    """The rows of a section's table."""
    page = api.serving(model, **asked)
    [found] = (one for one in page.sections if one.id == section)
    [table] = (part for part in found.parts if isinstance(part, Table))
    return table.rows


def test_the_price_of_an_answer_of_llama_3_8b_by_hand() -> None:
    """One A100 at 2 dollars: 2 n d_in d_out for 1,024 tokens at 312 TFLOP/s; 15,009,849,344 bytes of weights a step.

    131,072 bytes of cache a token: 1,280 of each of 370 sequences fit, and step by step 1,025 to 1,279 are read.
    """
    first = Fraction(14_569_579_741_184, 312 * 10**12)
    rows = []
    for batch in (1, (92 * usual.MEMORY // 100 - 2 * 8_030_261_248) // (131_072 * 1280)):
        read = sum(15_009_849_344 + batch * 131_072 * seen for seen in range(1025, 1280))
        writing = Fraction(read, 2039 * 10**9)
        prompts, written = (Fraction(2 * 10**6, 3600) * each for each in (first / 1024, writing / 255 / batch))
        thousand = Fraction(2000, 3600) * (first + writing / batch)
        numbers = (writing / 255 * 1000, first + writing, prompts, written, written / prompts, thousand)
        rows.append((str(batch), "1,152", *map(in_short, numbers)))
    assert table_of("answer", device="a100-80gb") == tuple(rows)
    assert rows == [
        ("1", "1,152", "7.435", "1.943", "0.02533", "4.131", "163.0", "1.079"),
        ("370", "1,152", "34.76", "8.911", "0.02533", "0.05219", "2.060", "0.03925"),
    ]


def test_the_price_of_an_answer_of_deepseek_v3_by_hand() -> None:
    """Eight H200: of each further token that one of 61 layers keeps, all read 1,152 bytes; 248 experts more of 256.

    One sequence alone reads the weights that its row at 8,192 tokens reads, too.
    """
    [alone, full] = table_of("answer", "deepseek-v3")
    assert (alone, full) == (
        ("1", "1,152", "1.205", "0.3251", "0.07684", "5.357", "69.72", "1.445"),
        ("588", "1,152", "27.61", "7.057", "0.07684", "0.2087", "2.715", "0.1319"),
    )
    # 58 layers; an expert is three matrices of 7,168 × 2,048 bytes and their scales, of which a device has an eighth
    expert = 58 * 3 * (7168 * 2048 + 4 * 56 * 16) // 8
    caches = [batch * 61 * 1152 * sum(range(1025, 1280)) for batch in (1, 588)]
    experts = experts_read(256, 8, 588) - 8
    times = [Fraction(row[2]) * 255 * 48 * 10**8 for row in (alone, full)]
    assert abs(times[1] - times[0] - (caches[1] - caches[0] + 255 * experts * expert)) < 2 * times[1] / 10**4


def test_a_step_of_an_answer_reads_what_stands_before_it_and_no_more_than_a_window() -> None:
    """Gemma 3 1B keeps 1,024 bytes of a token in 26 layers; 22 of these look at 511 tokens before, others at all."""
    read = api.explain("gemma-3-1b", "arithmetic-intensity", inputs={"context": 8192})
    served = serving(read)
    assert served is not None
    for prompt, answer in ((300, 1001), (1024, 256), (500, 30), (7, 2), (509, 4)):
        seen = range(prompt + 1, prompt + answer)
        made = writing_steps(served, 1, prompt, answer)
        cache = Fraction(sum(1024 * (4 * one + 22 * min(one, 511)) for one in seen), len(seen))
        assert (made.average.cache, made.last.cache) == (cache, 1024 * (4 * seen[-1] + 22 * min(seen[-1], 511)))
        # Scores and mixing of 4 heads of 256: a token looks at itself too, so at 512.
        for needs, at in ((made.first, seen[0]), (made.last, seen[-1])):
            assert needs.flops - needs.matrices == 2 * 2 * 1024 * (4 * at + 22 * min(at, 512))


@given(st.integers(1, 60), st.integers(0, 200), st.lists(st.integers(1, 200), max_size=3), st.integers(1, 5))
def test_sums_over_steps_are_those_of_each(first: int, more: int, windows: list[int], kept: int) -> None:
    """Of numbers that grow on a line, up to windows, or by one for so many tokens."""

    def at(seen: int) -> tuple[int, ...]:
        return (3 * seen, sum(min(seen, window) for window in windows), seen // kept)

    places = range(first, first + more + 1)
    assert summed(at, first, first + more) == tuple(map(sum, zip(*map(at, places), strict=True)))


@pytest.mark.parametrize(
    ("model", "asked", "says", "says_not"),
    [
        ("llama-3-8b", {}, "The first step has 1,025 tokens before it", "at best"),
        ("llama-3-8b", {}, "takes at least 1.943 s where it is written alone", "do not fit"),
        (
            "llama-3-8b",
            {},
            "The steps in the other tables of this page have 8,192 tokens before them.",
            "the limit turns between",
        ),
        ("llama-3-8b", {}, "With a context of 8,192 tokens, a batch of 57, the largest that fits", "at best"),
        ("llama-3-8b", {"answer": 2}, "The step has 1,025 tokens before it.", "The first step has"),
        ("llama-3-8b", {"batch": 1000}, "So many sequences of 1,280 tokens do not fit", "with room for 1,280"),
        ("llama-3-8b", {"prompt": 16, "answer": 64, "device": "h100"}, "a context of 8,192", "providers have two"),
        ("llama-3-8b", {"prompt": 8000}, "Prompt and answer are 8,256 tokens, more than the 8,192", "at best"),
        ("gpt2-124m", {}, "An answer of 256 tokens to a prompt of 768 takes", "Prompt and answer are"),
        ("gpt2-124m", {"prompt": 1000}, "An answer of 24 tokens to a prompt of 1,000 takes", "Prompt and answer are"),
        ("gpt2-124m", {"answer": 1000}, "An answer of 1,000 tokens to a prompt of 24 takes", "Prompt and answer are"),
        ("llama-3-8b", {}, "a step of a batch of 370 takes 45.20 ms, not 34.76: 17.80 ms for", "many prompts are read"),
        # What the price is of: 370 × 0.02929 s of the device
        (
            "llama-3-8b",
            {"device": "h100"},
            "With 370 written together, an answer takes 10.84 s where the prompts",
            "With 1 written",
        ),
        ("llama-3-8b", {}, "Nothing is sent: one device does everything.", "each other"),
        (
            "deepseek-v3",
            {},
            "a million of their tokens cost about 0.02601 dollars; read as in this table, 0.07684",
            "cost no more",
        ),
        # 122 sums of 10 µs, and 14,336 bytes × 14 / 8 at 450 GB/s, a step; of 1,024 tokens, 122 × (10 + 57.1) µs
        (
            "deepseek-v3",
            {},
            "about 25.89 ms at best: the time to the first token. With 8,192 tokens before "
            "each step, they then write about 394.4 tokens per second",
            "cost no more",
        ),
        ("deepseek-v3", {}, "takes about 0.3251 s where it is written alone", "takes at least 0.3251"),
        ("gemma-3-1b", {"prompt": 300, "answer": 1001}, "Within the answer the limit turns between", "at best"),
    ],
)
def test_an_answer_s_steps_are_said_to_be_what_they_are(
    model: str, asked: dict[str, Any], says: str, says_not: str
) -> None:
    words = in_words(model, **asked)
    assert says in words
    price = words.split("What limits a pass")[0].split("What published")[0]
    assert says_not not in price


@pytest.mark.parametrize(
    ("devices", "says"),
    [
        (8, False),
        # 164 tokens × 14,336 bytes × 30 / 16 at 50 GB/s are 88.17 µs, and 122 × 98.17 µs are 11.98 ms
        (16, True),
    ],
)
def test_sums_across_servers_have_their_time_on_the_network_s_cards(devices: int, says: bool) -> None:
    words = in_words("deepseek-v3", devices=devices)
    assert ("164 tokens take 88 µs more for each sum: 11.98 ms a step, not 2.415" in words) is says
    assert ("Across servers it is slower" in words) is says


@pytest.mark.parametrize("asked", [{"prompt": 1024}, {"prompt": 800, "answer": 225}, {"answer": 1024}])
def test_a_text_that_has_no_learned_positions_is_refused(asked: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="do not fit into the 1,024 positions that gpt2-124m has; give shorter ones"):
        api.serving("gpt2-124m", **asked)  # type: ignore[arg-type]


def test_an_answer_of_one_token_is_refused() -> None:
    """The prompt's pass gives it: there is no step to price."""
    with pytest.raises(ConfigError, match="answer must be 2 tokens or more, got 1"):
        api.serving("llama-3-8b", answer=1)


@pytest.mark.parametrize(
    ("asked", "columns"),
    [
        ({"hour_price": Fraction(4)}, {4: "0.05067", 5: "8.262", 7: "2.159"}),
        # 1,279.5 tokens before a step on average: 510 times 7.444 ms
        ({"answer": 511}, {1: "1,279.5", 3: "3.843", 7: "2.135"}),
        ({"batch": 2}, {0: "2", 5: "2.086"}),
    ],
)
def test_an_answer_has_the_price_and_the_length_that_are_asked_for(
    asked: dict[str, Any], columns: dict[int, str]
) -> None:
    row = table_of("answer", device="a100-80gb", **asked)[0]
    assert {place: row[place] for place in columns} == columns


def test_deepseek_v3_drafts_with_its_own_layer() -> None:
    """(1 + 0.85) × 122.2 GB of a step of 77 ÷ (128.9 of one that checks + 2.498 of a draft); the report says 1.8 times.

    A draft reads 483,086,496 bytes on each of 8 devices, 77 latents of 9,437,184, and 234 experts of 5,506,368.
    """
    rows = table_of("speculative", "deepseek-v3")
    assert rows == (
        ("1", "1.308", "1.841", "0.1118", "1.24", "1.27"),
        ("91", "27.67", "28.60", "0.5572", "1.76", "1.80"),
    )
    draft = 483_086_496 + 91 * 9_437_184 + experts_read(256, 8, 91) * 5_506_368
    assert rows[1][3] == f"{1000 * draft / 4.8e12:.4f}"


def test_somebody_s_own_draft_is_that_of_a_model_beside_it() -> None:
    page = api.serving("deepseek-v3", drafted=2)
    [section] = (one for one in page.sections if one.id == "speculative")
    assert not [part for part in section.parts if isinstance(part, Table)]


def test_a_page_leads_to_those_that_lie_beside_it(tmp_path: Path) -> None:
    made = CliRunner().invoke(main, ["explain", "gpt2-124m", "--quantity", "kv-cache", "--output", str(tmp_path)])
    assert made.exit_code == 0, made.output
    assert CliRunner().invoke(main, ["serve", "gpt2-124m", "--output", str(tmp_path)]).exit_code == 0
    page = (tmp_path / "gpt2-124m" / "serving.html").read_text(encoding="utf-8")
    assert 'href="kv-cache.html"' in page
    assert 'href="weight-memory.html"' not in page
    # And they lead to it, where they are made after it.
    again = CliRunner().invoke(main, ["explain", "gpt2-124m", "--quantity", "kv-cache", "--output", str(tmp_path)])
    assert again.exit_code == 0, again.output
    assert 'href="serving.html"' in (tmp_path / "gpt2-124m" / "kv-cache.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("model", "asked", "fit"),
    [
        # 79.10 GiB of which 92 % are taken, 16-bit weights, and 131,072 bytes of cache a token
        ("llama-3-8b", {}, [(ENGINE - 2 * 8_030_261_248) // (131_072 * seen) for seen in (8192, 1280)]),
        ("llama-3-8b", {"context": 2000, "answer": 100}, [(ENGINE - 16_060_522_496) // (131_072 * 2000), 421]),
        # once, where the whole text is as long as what a step sees, or a state has the same bytes at every length
        ("llama-3-8b", {"context": 1280}, [370]),
        ("mamba-130m", {}, [(ENGINE - 2 * 129_135_360) // (2 * 24 * 1536 * (16 + 4))]),
    ],
)
def test_how_many_sequences_fit_is_an_equation_in_exact_bytes(
    model: str, asked: dict[str, Any], fit: list[int]
) -> None:
    """The memory that an engine takes without the weights, over a cache; activations are said not to be taken off."""
    page = api.serving(model, device="h100", **asked)
    [room] = (section for section in page.sections if section.id == "room")
    assert [part.value for part in room.parts if isinstance(part, Equation)] == fit
    assert "Activations are not taken off this" in " ".join(str(page.to("text")).split())


def test_each_price_names_how_many_tokens_stand_before_what_is_written() -> None:
    """The two prices of a page differ: in one table 8,192 tokens stand before each, in the other 1,152 on average."""
    words = in_words("llama-3-8b", device="h100")
    assert "With 8,192 tokens before each step, it then writes at most 208.3 tokens per second" in words
    assert "a batch of 1, 8,192 2.667 tokens before each" in words
    assert table_of("answer", device="h100")[0][1:6:4] == ("1,152", "2.514")


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("gpt2-124m", {}),
        ("llama-3-8b", {"device": "h100", "dtype": "fp8"}),
        ("mamba-130m", {}),
        ("deepseek-v3", {"device": "h200"}),
    ],
)
def test_a_page_says_nothing_of_an_empty_list(model: str, asked: Mapping[str, Any]) -> None:
    """GPT-2 has no check against a model's code here, and fp8 leaves no matrix at 16 bits: no "Of this model, ."."""
    says = in_words(model, **asked)
    assert not re.search(r"\(\s*\)|[:,] \.|, ,", says), says


def test_sequences_with_a_whole_answer_follow_only_where_it_is_longer() -> None:
    assert "First with 8,192 tokens of each sequence:" in in_words("llama-3-8b")
    assert "With 1,024 tokens of each sequence:" in in_words("gpt2-124m")


@pytest.mark.parametrize(
    ("device", "speed"),
    [("a100-80gb", "At 300 GB/s"), ("h100", "At 450 GB/s"), ("l40s", "At 32 GB/s"), ("rtx-4090", "")],
)
def test_devices_send_at_the_speed_of_their_own_links(device: str, speed: str) -> None:
    """Half of what is printed for both directions; where it is not known, no time counts what is sent: it is said."""
    says = in_words("llama-3-8b", device=device, devices=4)
    assert ("These times leave out what the devices send each other." in says) is (not speed)
    assert (f"{speed}, which this device’s links have in each direction" if speed else "are not known here") in says


def test_a_sum_of_results_takes_the_time_of_what_a_ring_sends() -> None:
    """Llama 3 8B: 2 sums in each of 32 layers, of 2 × 4,096 bytes a token; 3/2 of them go over a link of 32 GB/s."""
    layout = serving(api.explain("llama-3-8b", "arithmetic-intensity", idle_inputs=True)).on(4)  # type: ignore[union-attr]
    made = Layout(layout, Fraction(1), Fraction(1), Fraction(1), Fraction(1), link=32 * 10**9)
    assert made.adding_up(100) == 64 * (Fraction(10, 10**6) + Fraction(3, 2) * 100 * 8192 / (32 * 10**9))
    assert made._replace(link=0).adding_up(100) == 0


@pytest.mark.parametrize(("model", "sums"), [("llama-3-8b", 64), ("qwen3-next-80b-a3b", 96), ("mamba-130m", 0)])
def test_devices_add_up_behind_each_part_that_they_share(model: str, sums: int) -> None:
    """Twice in each layer, behind attention or a delta net and behind what follows; of a state space we don't know."""
    found = serving(api.explain(model, "arithmetic-intensity", idle_inputs=True))
    assert found is not None
    assert found.on(2).sums == sums


def test_the_devices_hold_the_batch_that_was_asked_for() -> None:
    """Llama 3 70B: its 16 bits leave four of 48 GB no room for 16 sequences of 8,192 tokens, which eight have."""
    assert "On 8 × NVIDIA L40S" in in_words("llama-3-70b", device="l40s", batch=16, context=8192)


def test_a_page_says_where_the_memory_and_the_speeds_of_its_device_were_read() -> None:
    says = in_words("llama-3-8b", device="h100", devices=2)
    assert "Memory of NVIDIA H100 SXM5 80GB: 79.10 GiB by its driver, as programs print it." in says
    assert "Speeds: NVIDIA H100 Tensor Core GPU Datasheet" in says
    assert "NVLink at 900 GB/s in both directions, as quoted at https://" in says


@pytest.mark.parametrize(
    ("model", "asked", "says"),
    [
        ({"model_type": "whisper", "architectures": ["WhisperForConditionalGeneration"]}, {}, "with an encoder, once"),
        ({"model_type": "gemma3", "text_config": {}, "vision_config": {}}, {}, "what stands under text_config"),
        ("llama-3-8b", {"hour_price": -1}, "hour-price must be at least 0"),
        ("llama-3-8b", {"prompt": 4096, "context": 2048}, "the text before a step holds the prompt"),
    ],
)
def test_what_cannot_be_served_is_refused(model: Any, asked: dict[str, Any], says: str) -> None:
    with pytest.raises(SymbolicError, match=says):
        api.serving(model, **asked)


def test_shares_of_the_speeds_are_taken_and_named() -> None:
    """Llama 3 8B alone on an H100, 1,024 tokens before the step: half of its 3.35 TB/s doubles the time of reading."""
    asked: dict[str, Any] = {"device": "h100", "context": 1024, "prompt": 1024, "batch": 1}
    whole, half = (
        api.serving("llama-3-8b", mbu=Fraction(mbu), mfu=Fraction("0.4"), **asked).values for mbu in ("1", "1/2")
    )
    # The weights without the token table, and 131,072 bytes of each of 1,024 tokens.
    read = 2 * (8_030_261_248 - 128_256 * 4_096) + 1_024 * 131_072
    assert whole["time_per_output_token"].value == Fraction(read, 3_350 * 10**9)
    assert half["time_per_output_token"].value == 2 * whole["time_per_output_token"].value
    # The prompt is bound by the arithmetic: 0.4 of the peak takes 2.5 times as long.
    full = api.serving("llama-3-8b", **asked).values["time_to_first_token"].value
    assert whole["time_to_first_token"].value == Fraction(5, 2) * full
    says = in_words("llama-3-8b", mbu=Fraction(1, 2), mfu=Fraction(2, 5), **asked)
    assert "40.0 % are taken (--mfu), and of its bandwidth 50.0 % (--mbu)" in says
    assert "With these shares the device does" in says
    assert not any(
        bound in says for bound in ("How long serving takes at least", "TB/s at most", "Real programs reach")
    )
    assert says.count("the share that was given") == 2
    assert "takes at least" not in says.split("TO REMEMBER")[1].split("THE PRICE")[0]
    assert "Shares of the speeds" not in in_words("llama-3-8b", **asked)


def test_shares_slow_the_products_at_16_bits_too() -> None:
    """DeepSeek-V3's attention works at 16 bits beside FP8: both peaks of an H100 are halved."""
    asked: dict[str, Any] = {"device": "h100", "devices": 16, "context": 1024, "batch": 512}
    whole, half = (api.serving("deepseek-v3", mfu=Fraction(mfu), **asked) for mfu in ("1", "0.5"))
    says = " ".join(str(half.to("text")).split())
    assert "989.5 TFLOP/s is the speed in fp8" in says
    assert "work at 16 bits: 494.8 TFLOP/s" in says
    assert whole.values["time_to_first_token"].value < half.values["time_to_first_token"].value


@pytest.mark.parametrize(
    ("share", "says"),
    [("0", "must be at least 0.001"), ("1e-30", "must be at least 0.001"), ("50", "must be between 0 and 1, got 50")],
)
@pytest.mark.parametrize("option", ["--mfu", "--mbu"])
def test_a_share_that_is_none_is_refused(option: str, share: str, says: str) -> None:
    ran = CliRunner().invoke(main, ["serve", "gpt2", option, share])
    assert (ran.exit_code, len(ran.stderr.splitlines())) == (2, 1)
    assert says in ran.stderr


def test_a_line_for_each_model_and_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Llama 3 8B alone on an H100 with 1,024 tokens before the step: 15.14 GB at 3.35 TB/s."""
    asked = "--device h100 --context 1024 --prompt 1024 --line"
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(main, ["serve", "llama-3-8b", "qwen3-0.6b", *asked.split()])
    assert not list(tmp_path.iterdir())
    assert ran.exit_code == 0
    first, second = ran.stdout.splitlines()
    name, *pairs = first.split()
    values = dict(pair.split("=") for pair in pairs)
    seconds = (2 * (8_030_261_248 - 128_256 * 4_096) + 1_024 * 131_072) / 3_350e9
    assert (name, values["batch_size"], values["devices"]) == ("llama-3-8b", "1", "1")
    assert float(values["time_per_output_token"]) == pytest.approx(seconds, rel=1e-5)
    assert second.startswith("qwen3-0.6b batch_size=1 context=1024 time_to_first_token=")
    divided = CliRunner().invoke(main, ["serve", "deepseek-v3", "--line", "--ep", "64"])
    assert (divided.exit_code, "--ep changes nothing" in divided.stderr) == (2, True)
    beside = CliRunner().invoke(main, ["serve", "gpt2", "--line", "--format", "json"])
    assert (beside.exit_code, "--format changes nothing" in beside.stderr) == (2, True)


def test_records_are_the_rows_of_the_tables() -> None:
    """Llama 3 8B on an H100, 8,192 tokens each: a batch of b reads 15.01 GB of weights and b × 1.074 GB of caches."""
    rows = api.serving("llama-3-8b", device="h100", context=8192).records["batches"]
    weights, cache = 2 * (8_030_261_248 - 128_256 * 4_096), 8_192 * 131_072
    for row in rows:
        many = row["batch"].value  # type: ignore[union-attr]
        assert row["time_per_output_token"].value == Fraction(weights + many * cache, 3_350 * 10**9)  # type: ignore[union-attr]
        assert row["bytes_of_cache"].value == many * cache  # type: ignore[union-attr]
        assert row["limit"] == "memory"
    # Of 78.14 GB, 62.08 are left for caches.
    assert [row["batch"].value for row in rows] == [1, 8, 32, 57]  # type: ignore[union-attr]


def test_experts_are_divided_among_as_many_devices_as_are_asked_for() -> None:
    """DeepSeek-V3 among 64 devices: four experts of each layer lie on each."""
    page = api.serving("deepseek-v3", device="h200", ep=64)
    rows = page.records["experts_divided"]
    assert {row["devices"].value for row in rows} == {64}  # type: ignore[union-attr]
    says = " ".join(str(page.to("text")).split())
    assert "divided among 64 devices that have sequences of their own" in says
    assert "among 128 devices" not in says


@pytest.mark.parametrize(
    ("model", "ep", "says"),
    [
        ("llama-3-8b", 4, "has no experts that devices could divide"),
        ("deepseek-v3", 300, "a layer has 256 experts"),
        ("deepseek-v3", 2, "leave no room for a sequence"),
        ("deepseek-v3", -1, "ep must be at least 0"),
    ],
)
def test_experts_that_can_not_be_divided_so_are_refused(model: str, ep: int, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        api.serving(model, ep=ep)
