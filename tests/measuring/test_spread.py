"""Serving with the experts divided: each device has sequences of its own, and a part of the experts."""

from fractions import Fraction
from math import ceil

import pytest

import symbolic
from symbolic import api
from symbolic.formulas.figures import in_short
from symbolic.measuring import usual
from symbolic.measuring.serving import experts_read, serving
from symbolic.measuring.serving_layout import Layout
from symbolic.measuring.spread import Spread, bytes_sent, expert_layers, spreads
from symbolic.pages.page import Page, Table
from symbolic.pages.sections.spread import deployment_of

SPEEDS = (Fraction(usual.BANDWIDTH), Fraction(usual.FLOPS), Fraction(usual.HOUR_PRICE))
MEMORY = usual.MEMORY_SHARE * usual.MEMORY


def spread(model: str, devices: int, copies: int = 0) -> Spread:
    served = serving(symbolic.explain(model, "arithmetic-intensity", inputs={"context": 8192}))
    assert served is not None
    return Spread(served.on(1), devices, MEMORY, *SPEEDS, copies=copies)


@pytest.mark.parametrize("model", ["mixtral-8x7b", "qwen3-30b-a3b", "deepseek-v3"])
def test_one_device_with_all_experts_is_that_of_the_other_layout(model: str) -> None:
    """Nothing is divided then: the two count the same step."""
    made = spread(model, 1)
    alone = Layout(made.needs, made.memory, *SPEEDS)
    assert made.stored == made.needs.stored
    assert [made.step(batch) for batch in (1, 8, 300)] == [alone.step(batch) for batch in (1, 8, 300)]
    assert made.dollars(made.step(8)) == alone.dollars(alone.step(8))


@pytest.mark.parametrize(
    ("devices", "copies", "held"), [(8, 0, 32), (32, 32, 9), (144, 32, 2), (128, 0, 2), (7, 0, 37)]
)
def test_a_device_keeps_its_part_of_the_experts_and_all_else(devices: int, copies: int, held: int) -> None:
    """An expert in 58 layers: three matrices of 7,168 × 2,048 bytes, and a scale of 4 for each 128 × 128."""
    made = spread("deepseek-v3", devices, copies)
    expert = 58 * 3 * 7168 * 2048 * (1 + Fraction(4, 128 * 128))
    assert (made.held, made.needs.expert) == (held, expert)
    assert made.needs.stored - made.stored == (256 - held) * expert


def test_a_step_reads_the_experts_that_all_tokens_choose_and_the_latents_of_its_own() -> None:
    """8 tokens on 8 devices choose 57.4 of 256 experts, 58 rounded up: 8 of the 32 that a device has."""
    made = spread("deepseek-v3", 8)
    assert experts_read(256, 8, 8) == 58
    step = made.step(1)
    assert step.weights == made.needs.weights + ceil(Fraction(32 * 58, 256)) * made.needs.expert
    assert step.cache == 61 * 576 * 2 * 8192
    assert made.step(128).weights == made.needs.weights + 32 * made.needs.expert
    assert step.by_arithmetic == Fraction(made.needs.flops, usual.FLOPS)


@pytest.mark.parametrize(("model", "devices"), [("mixtral-8x7b", [8]), ("deepseek-v3", [32, 128]), ("llama-3-8b", [])])
def test_rows_are_those_of_layouts_that_fit(model: str, devices: list[int]) -> None:
    assert [one.devices for one in spreads(spread(model, 1))] == devices


@pytest.mark.parametrize(
    ("devices", "sequences", "milliseconds"), [(32, 171, Fraction("30.56")), (128, 197, Fraction("35.21"))]
)
def test_attention_the_head_and_routers_work_at_16_bits(devices: int, sequences: int, milliseconds: Fraction) -> None:
    """On an H200 DeepSeek-V3's products with weights of 8 bits work at 1,979 TFLOP/s, and all others at 989.5.

    Its head and its 58 routers are stored at 16 bits: of the 3,918,786,560 such numbers in its files, 1,033,109,504.

    Attention over 8,192 tokens: 128 heads, scores over 512 + 64 numbers of each latent, mixing over 512, in 61 layers.
    For each byte of a latent that is 2 × 128 × 1,088 / 1,152 = 241.8 FLOPs; in the time of a byte at 4.8 TB/s the
    device does 206.1 of them. So the arithmetic is the limit.
    """
    read = symbolic.explain("deepseek-v3", "arithmetic-intensity", inputs={"context": 8192}, device="h200")
    served = serving(read)
    assert served is not None
    assert read.device is not None
    peak, attention, bandwidth = Fraction(1_979 * 10**12), Fraction(9895 * 10**11), Fraction(48 * 10**11)
    assert read.device.flops == peak
    assert read.device.attention == attention
    memory = usual.MEMORY_SHARE * read.device.memory
    made = Spread(served.on(1), devices, memory, bandwidth, peak, Fraction(2), attention)
    products = 61 * 2 * 128 * (512 + 64 + 512) * 8192
    assert made.needs.flops - made.needs.matrices == products
    stay = 2 * (129_280 * 7168 + 58 * 256 * 7168)
    assert made.needs.matrices - made.needs.short == stay == 2 * 1_033_109_504
    step = made.step(made.most)
    assert step.batch == sequences
    assert step.by_arithmetic == sequences * (made.needs.short / peak + (products + stay) / attention)
    assert round(1000 * step.time, 2) == milliseconds
    assert not step.is_bound_by_memory


@pytest.mark.parametrize(
    ("model", "device", "attention"),
    [("deepseek-v3", "a100-80gb", 0), ("llama-3-8b", "h200", 0), ("deepseek-v3", "h800", 9895 * 10**11)],
)
def test_a_second_peak_is_only_where_products_have_a_format_of_their_own(
    model: str, device: str, attention: int
) -> None:
    read = symbolic.explain(model, "arithmetic-intensity", device=device)
    assert read.device is not None
    assert read.device.attention == attention


@pytest.mark.parametrize(
    ("devices", "sequences", "bound"), [(32, 156, "network"), (128, 183, "network"), (32, 32, "memory"), (8, 50, "")]
)
def test_sending_to_experts_takes_its_time_on_the_network(devices: int, sequences: int, bound: str) -> None:
    """58 layers × 8 experts × 7,168 numbers × (1 + 2) bytes a token, at 50 GB/s: 31.13 ms for 156 sequences.

    The arithmetic alone would take 27.72 ms. Eight devices are one server, and send nothing over the network.
    """
    read = symbolic.explain("deepseek-v3", "arithmetic-intensity", inputs={"context": 8192}, device="h200")
    sent = 58 * 8 * 7168 * 3
    assert bytes_sent(read, 8) == sent
    served = serving(read)
    assert served is not None
    speeds = (Fraction(48 * 10**11), Fraction(1_979 * 10**12), Fraction(2), Fraction(9895 * 10**11))
    step = Spread(served.on(1), devices, MEMORY, *speeds, sent=sent).step(sequences)
    assert step.by_network == (Fraction(sequences * sent, 50 * 10**9) if bound else 0)
    assert step.is_bound_by_network is (bound == "network")
    assert step.time == max(step.by_network, step.by_memory, step.by_arithmetic)


def test_only_layers_with_experts_send() -> None:
    for model, layers in (("deepseek-v3", 58), ("mixtral-8x7b", 32), ("llama-3-8b", 0)):
        loaded = symbolic.load(model)
        assert expert_layers(loaded.network, loaded.sizes) == layers


def test_what_deepseek_published_stands_beside_what_the_formula_gives() -> None:
    """14,800 tokens a second on 8 devices, 21 for a sequence: 88 on each, with 4,989 tokens of 61 × 576 numbers.

    The formula gives a shorter time than any that was reached, and what a sequence gets is not less than published.
    """
    loaded = symbolic.load("deepseek-v3")
    said = loaded.deployment
    assert said is not None
    read = symbolic.explain(loaded, "arithmetic-intensity", inputs={"context": said.context}, device=said.device)
    made = deployment_of(read, said, usual.MEMORY_SHARE, Fraction(2))
    assert made is not None
    step = made.ours.step(said.sequences)
    assert said.sequences == 88
    assert step.cache == 88 * 61 * 576 * 2 * 4989
    assert step.is_bound_by_memory
    assert step.time < Fraction(1, said.each)
    assert said.server * step.batch / step.time > said.rate
    text = " ".join(str(api.serving("deepseek-v3").to("text")).split())
    assert "are about 88 sequences on a device" in text
    # 58 layers × 8 experts × 7,168 numbers × (1 + 2) bytes
    moved = 58 * 8 * 7168 * 3
    assert f": {moved / 10**6:.3f} MB ({moved / 2**20:.3f} MiB) a token in a step" in text
    # 88 × 9.978 MB at 50 GB/s, and 15.88 ms of memory before or after
    assert "at 50 GB/s that takes 17.56 ms. One after the other the two take 33.44 ms" in text
    # 14,800 tokens a second cost 8 × 2 dollars an hour
    paid, ours = (Fraction(8 * 2 * 10**6, 3600) / rate for rate in (14_800, 8 * 88 / step.time))
    assert f"14,800 tokens a second on 8 devices cost {in_short(paid)} dollars a million" in text
    assert f"the formula gives {in_short(ours)} dollars" in text
    assert in_short(paid) == "0.3003"
    assert "91, shared" in str(api.serving("deepseek-v3").to("markdown"))


def table(page: Page, section: str) -> Table | None:
    found = [part for one in page.sections if one.id == section for part in one.parts if isinstance(part, Table)]
    return found[0] if found else None


@pytest.mark.parametrize(("model", "there"), [("deepseek-v3", True), ("mixtral-8x7b", True), ("llama-3-8b", False)])
def test_only_a_page_of_experts_has_the_section(model: str, there: bool) -> None:
    assert (table(api.serving(model), "divided") is not None) is there


def test_formats_of_somebody_else_have_no_published_deployment() -> None:
    text = str(api.serving("deepseek-v3", dtype="bf16").to("text"))
    assert "a server of 8 H800 wrote" not in text
