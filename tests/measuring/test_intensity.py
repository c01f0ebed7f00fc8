"""The page of the arithmetic intensity: what a device waits for, where some products work at another speed."""

from fractions import Fraction

import pytest

import symbolic
from symbolic.measuring.inputs import Given
from symbolic.measuring.results import DerivedResult, companion, derived_results
from symbolic.measuring.serving import with_weights

PEAK, PEAK_16, BANDWIDTH = 1_979 * 10**12, 9_895 * 10**11, 48 * 10**11
LAYERS, HEADS, CONTEXT = 61, 128, 8192
CACHE = LAYERS * CONTEXT * (512 + 64) * 2
"""DeepSeek-V3's latent and rotated key at 16 bits, in bytes."""
LONG = LAYERS * 2 * HEADS * (512 + 64 + 512) * CONTEXT + 2 * (129_280 * 7168 + 58 * 256 * 7168)
"""Attention on the latents, the output head and the routers: they work at 16 bits."""


def results(model: str, device: str = "", inputs: Given | None = None) -> dict[str, DerivedResult]:
    """Return the results of a page, by their keys, or by their titles."""
    made = symbolic.explain(model, "arithmetic-intensity", device=device, inputs=inputs)
    return {one.key or one.title: one for one in derived_results(made)}


def test_products_in_8_bits_and_at_16_take_the_time_of_each() -> None:
    """DeepSeek-V3 on an H200, from the sizes of its config alone: matrices of 8 bits at 1,979 TFLOP/s, the rest half.

    With weights of 8 bits work, of each layer, queries (down, up), key-value down and up, and output; and three
    feed-forward matrices: of 18,432 in 3 layers, of 2,048 for 8 experts and 1 shared in 58.
    """
    attention = 7168 * 1536 + 1536 * HEADS * 192 + 7168 * 576 + 512 * HEADS * 256 + HEADS * 128 * 7168
    short = 2 * (LAYERS * attention + 3 * 3 * 7168 * 18_432 + 58 * 9 * 3 * 7168 * 2048)
    seconds = Fraction(short, PEAK) + Fraction(LONG, PEAK_16)
    found = results("deepseek-v3")
    assert found["computing"].value == 1000 * seconds
    assert found["ridge"].value == (short + LONG) / seconds / BANDWIDTH
    assert round(Fraction(found["computing"].value), 4) == Fraction("0.1787")
    assert round(Fraction(found["ridge"].value), 1) == Fraction("247.6")
    every = symbolic.explain("deepseek-v3", "arithmetic-intensity", convention="all-weights").total - CACHE
    # Each sequence adds its operations' time, and takes off what its own cache takes to be read.
    batch = -(-Fraction(every) // (BANDWIDTH * seconds - CACHE))
    assert found["batch from which on the arithmetic is the limit"].value == batch == 2379
    # Attention alone does 2 × 128 × 1,088 / 1,152 = 241.8 FLOPs for a byte of the cache; the device 206.1 at 16 bits.
    assert Fraction(2 * HEADS * 1088, 1152) > Fraction(PEAK_16, BANDWIDTH)


@pytest.mark.parametrize(
    ("model", "device", "batch"),
    [
        ("deepseek-v3", "", 2379),
        ("deepseek-v3", "h100", 29_140),
        # No format of its own is worked in: one speed
        ("deepseek-v3", "a100-80gb", 827),
        ("deepseek-v2-lite", "", 0),
        ("llama-3-8b", "", 0),
        ("mixtral-8x7b", "h100", 0),
    ],
)
def test_the_batch_from_which_the_arithmetic_takes_longer_follows_from_the_two_times(
    model: str, device: str, batch: int
) -> None:
    """At that batch computing takes as long as reading or longer, and before not.

    Where the page says that there is none, since attention over the cache is never limited by the arithmetic, its
    FLOPs for each byte of the cache are fewer than the device can do meanwhile at the speed of these products.
    """
    said = results(model, device)["batch from which on the arithmetic is the limit"]
    if batch:
        assert said.value == batch
        times = (results(model, device, {"batch_size": many}) for many in (batch, batch - 1))
        assert [one["computing"].value >= one["reading"].value for one in times] == [True, False]
        return
    assert said.formula is None
    assert "attention over the cache never is" in said.about
    made = symbolic.explain(model, "arithmetic-intensity", device=device)
    flops = companion(made, "forward-flops/one-step")
    of_attention = Fraction(flops.total - with_weights(flops).total, companion(made, "kv-cache").total)
    assert of_attention < Fraction(made.sizes["device_flops_16"]) / Fraction(made.sizes["device_bandwidth"])


def test_a_page_at_one_speed_says_nothing_of_a_second() -> None:
    page = str(symbolic.explain("llama-3-8b", "arithmetic-intensity").to("text"))
    assert "device_flops_16" not in page
    assert "two speeds" not in page


def test_a_second_speed_may_be_given() -> None:
    """Llama 3 8B at 8,192 tokens: 32 heads of 128 in 32 layers, scores and mixing, and the head, at 16 bits."""
    at_16_bits, peak = 32 * 2 * 2 * 32 * 128 * 8192 + 2 * 128_256 * 4096, 624 * 10**12
    one, two = (results("llama-3-8b", inputs=given) for given in ({}, {"device_flops_16": peak}))
    saved = Fraction(at_16_bits, 312 * 10**12) - Fraction(at_16_bits, peak)
    assert Fraction(one["computing"].value) - Fraction(two["computing"].value) == 1000 * saved


@pytest.mark.parametrize(
    ("model", "device", "dtype", "head"),
    [
        ("llama-3-8b", "h200", "int8", 128_256 * 4096),
        ("mixtral-8x7b", "h100", "fp8", 32_000 * 4096),
        ("qwen2.5-7b", "l4", "int8", 152_064 * 3584),
    ],
)
def test_the_head_works_at_16_bits_where_a_format_leaves_it_there(
    model: str, device: str, dtype: str, head: int
) -> None:
    """The peak at 16 bits is half of the other one: attention and head take twice the time, all else the same."""
    made = symbolic.explain(model, "arithmetic-intensity", device=device, dtype=dtype, inputs={"context": 1000})
    flops = companion(made, "forward-flops/one-step")
    long = flops.total - with_weights(flops).total + 2 * head
    [taken] = (one.value for one in derived_results(made) if one.key == "computing")
    fast, slow = (Fraction(made.sizes[name]) for name in ("device_flops", "device_flops_16"))
    assert fast > slow
    assert Fraction(taken) == 1000 * (Fraction(flops.total - long) / fast + long / slow)


@pytest.mark.parametrize(
    ("model", "sliding", "window", "width", "full"),
    [
        # Gemma 3 1B: 22 of 26 layers look at 512 tokens, with 4 heads of 256; gpt-oss: 12 of 24 at 128, 64 heads of 64.
        ("gemma-3-1b", 22, 512, 4 * 256, 4),
        ("gpt-oss-20b", 12, 128, 64 * 64, 12),
    ],
)
@pytest.mark.parametrize("context", [32_768, 513, 100])
def test_a_step_looks_at_the_window_in_sliding_layers(
    model: str, sliding: int, window: int, width: int, full: int, context: int
) -> None:
    made = symbolic.explain(model, "arithmetic-intensity", inputs={"context": context})
    flops = companion(made, "forward-flops/one-step")
    attention = 2 * 2 * width * (sliding * min(window, context) + full * context)
    assert flops.total - with_weights(flops).total == attention


def test_without_windows_a_step_takes_what_absorbed_counts() -> None:
    """Where all of the text is in the window too."""
    for model, context in (("gemma-3-1b", 512), ("llama-3-8b", 5000), ("deepseek-v3", 5000)):
        made = symbolic.explain(model, "arithmetic-intensity", inputs={"context": context})
        one, other = (companion(made, f"forward-flops/{name}") for name in ("one-step", "absorbed"))
        assert one.total == other.total


@pytest.mark.parametrize(("device", "says"), [("", "so this is NVIDIA H200"), ("h100", "If you name no device")])
def test_the_page_says_which_device_it_takes(device: str, says: str) -> None:
    page = symbolic.explain("deepseek-v3", "arithmetic-intensity", device=device).to("text")
    assert says in " ".join(str(page).split())


def test_experts_that_are_chosen_are_said_once() -> None:
    made = symbolic.explain("deepseek-v3", "weight-memory", convention="active")
    assert made.convention.said(made.model.network).count("expert") == 1


def test_beside_weights_of_32_bits_nothing_works_at_16() -> None:
    made = symbolic.explain("llama-3-8b", "arithmetic-intensity", device="h100", dtype="fp32")
    assert made.sizes["device_flops_16"] == made.sizes["device_flops"] == 67 * 10**12


def test_a_step_runs_no_encoder() -> None:
    """A small Whisper: its decoder's layers, biases and norms too, and the head; what reads the sound ran before."""
    width, middle, layers, words, heard, said = 8, 32, 3, 50, 6, 5
    config = {
        "model_type": "whisper",
        "architectures": ["WhisperForConditionalGeneration"],
        "d_model": width,
        "encoder_attention_heads": 2,
        "decoder_attention_heads": 2,
        "num_mel_bins": 4,
        "encoder_layers": 7,
        "encoder_ffn_dim": 40,
        "decoder_layers": layers,
        "decoder_ffn_dim": middle,
        "vocab_size": words,
        "max_source_positions": heard,
        "max_target_positions": 9,
    }
    own, across, fed = 4 * width * width + 3 * width, 2 * width * width + 2 * width, 2 * width * middle + middle + width
    kept = layers * 2 * width * (heard + said)
    read = layers * (own + across + fed + 3 * 2 * width) + 2 * width + words * width + kept
    assert symbolic.explain(config, "arithmetic-intensity", inputs={"context": said}).total == 2 * read
    worked = layers * (6 * width * width + 2 * width * middle) + words * width + kept
    inputs = {"tokens": 1, "context": said}
    assert symbolic.explain(config, "forward-flops", convention="one-step", inputs=inputs).total == 2 * worked


@pytest.mark.parametrize("tokens", [1, 3])
def test_a_step_does_not_convolve_the_padding_of_a_first_pass(tokens: int) -> None:
    """LFM2 keeps the places before those that it writes: its short convolution takes what one place takes for each."""
    config = {"model_type": "lfm2", "num_hidden_layers": 10, "full_attn_idxs": [3], "hidden_size": 256}
    made = symbolic.explain(
        config, "forward-flops", convention="one-step", inputs={"tokens": tokens, "context": 100}, idle_inputs=True
    )
    whole = symbolic.explain(config, "forward-flops", inputs={"tokens": tokens})
    found = [[leaf.step.each for leaf in one.root.leaves() if leaf.step.key == "conv"] for one in (made, whole)]
    assert found == [[2 * tokens * 256 * 3], [2 * (tokens + 2) * 256 * 3]]
