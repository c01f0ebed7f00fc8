"""The page of the cache draws it over the text's length, with a table, and says where no longest text is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest

import symbolic
from symbolic.configs import models
from symbolic.formulas.figures import in_short
from symbolic.pages.document import explain_page
from symbolic.pages.page import Paragraph, Table
from symbolic.pages.pictures import Curves, Figure
from symbolic.pages.rendering.curves import curves_drawn

GPT2 = 2 * 12 * 768  # numbers of a token: a key and a value in each layer
LLAMA, LLAMA_IN_FULL = 2 * 32 * 8 * 128, 2 * 32 * 32 * 128
DEEPSEEK, DEEPSEEK_IN_FULL = 61 * (512 + 64), 61 * 128 * ((128 + 64) + 128)
GEMMA = 2 * 4 * 256
"""Of a layer: 4 heads share keys and values. 5 layers see all tokens; 29 keep 1,023 of the last 1,024."""
UNLIMITED = {key: value for key, value in models.find("llama-3-8b").config.items() if key != "max_position_embeddings"}


@pytest.mark.parametrize(
    ("model", "unit", "numbers", "in_full", "lengths", "known"),
    [
        ("gpt2-124m", 10**6, lambda length: GPT2 * length, None, (128, 512, 1024), True),
        ("llama-3-8b", 10**9, lambda n: LLAMA * n, lambda n: LLAMA_IN_FULL * n, (128, 512, 2048, 8192), True),
        (UNLIMITED, 10**9, lambda n: LLAMA * n, lambda n: LLAMA_IN_FULL * n, (2048, 8192, 32768, 131072), False),
        (
            "deepseek-v3",
            10**9,
            lambda n: DEEPSEEK * n,
            lambda n: DEEPSEEK_IN_FULL * n,
            (8192, 32768, 131072, 163840),
            True,
        ),
        (
            "gemma-3-4b-text",
            10**9,
            lambda n: GEMMA * (5 * n + 29 * 1023),
            lambda n: 2 * GEMMA * (5 * n + 29 * 1023),
            (2048, 8192, 32768, 131072),
            True,
        ),
    ],
)
def test_a_sequence_is_as_large_as_its_length_and_the_bits_of_a_number_say(
    model: str | dict[str, object],
    unit: int,
    numbers: Callable[[int], int],
    in_full: Callable[[int], int] | None,
    lengths: Sequence[int],
    known: bool,
) -> None:
    page = explain_page(symbolic.explain(model, "kv-cache"))
    parts = next(section.parts for section in page.sections if section.id == "length")
    table = next(part for part in parts if isinstance(part, Table) and part.columns[1].startswith("16 bits"))
    assert table.rows == tuple(
        tuple(
            [f"{length:,}", *(in_short(Fraction(numbers(length) * size, unit)) for size in (2, 1))]
            + ([in_short(Fraction(in_full(length) * 2, unit))] if in_full else [])
        )
        for length in lengths
    )
    words = next(part.text for part in parts if isinstance(part, Paragraph) and "length and bits" in part.text)
    assert ("does not say for how long" not in words) is known


@pytest.mark.parametrize("model", ["t5-small", "mamba-130m"])
def test_there_is_no_such_table_where_the_context_is_not_the_one_length(model: str) -> None:
    assert "length and bits" not in symbolic.explain(model, "kv-cache").to_text()


def plotted(model: str | dict[str, object], **inputs: int) -> Figure:
    """Return the plot of a model's cache."""
    page = explain_page(symbolic.explain(model, "kv-cache", inputs=inputs))
    [parts] = [section.parts for section in page.sections if section.id == "length"]
    return next(part for part in parts if isinstance(part, Figure))


@pytest.mark.parametrize(
    ("model", "numbers", "names"),
    [
        ("gpt2-124m", (lambda n: GPT2 * n, lambda n: GPT2 * n / 2), ("this model", "in numbers of 8 bits")),
        (
            "llama-3-8b",
            (lambda n: LLAMA * n, lambda n: LLAMA_IN_FULL * n),
            ("this model", "a key and a value for each"),
        ),
        (
            "deepseek-v3",
            (lambda n: DEEPSEEK * n, lambda n: DEEPSEEK_IN_FULL * n),
            ("this model", "keys and values in full"),
        ),
        (
            "gemma-3-4b-text",
            (
                lambda n: GEMMA * (5 * n + 29 * min(n, 1023)),
                lambda n: GEMMA * 34 * n,
                lambda n: 2 * GEMMA * (5 * n + 29 * min(n, 1023)),
            ),
            ("this model", "without windows", "a key and a value for each"),
        ),
    ],
)
def test_the_plot_goes_through_what_a_text_of_each_length_keeps(
    model: str, numbers: Sequence[Callable[[int], int]], names: Sequence[str]
) -> None:
    figure = plotted(model)
    assert isinstance(figure.plot, Curves)
    unit = {"GB": 10**9, "MB": 10**6}[figure.plot.y]
    for line, of_length, name in zip(figure.plot.lines, numbers, names, strict=True):
        assert line.name.startswith(name)
        assert line.points == tuple((n, Fraction(of_length(int(n))) * 2 / unit) for n, _amount in line.points)
        assert len(line.points) < 5 or figure.plot.logarithmic
    [(length, amount)] = figure.plot.dots
    assert Fraction(amount) * unit == symbolic.explain(model, "kv-cache").total == 2 * numbers[0](int(length))


@pytest.mark.parametrize(("model", "logarithmic"), [("deepseek-v3", True), ("llama-3-8b", False), ("gpt2-124m", False)])
def test_axes_are_logarithmic_where_one_line_would_lie_on_the_ground(model: str, logarithmic: bool) -> None:
    figure = plotted(model)
    assert isinstance(figure.plot, Curves)
    ends = [line.points[-1][1] for line in figure.plot.lines]
    assert (max(ends) > 10 * ends[0]) == figure.plot.logarithmic == logarithmic
    assert ("logarithmic" in figure.caption) == logarithmic
    if logarithmic:
        assert min(x for line in figure.plot.lines for x, _ in line.points) > 0
        places = [stroke.points for stroke in curves_drawn(figure.plot).strokes if stroke.width == 2]
        ours, other = (points for points in places if len(points) > 2)
        gaps = [round(high - low, 6) for (_, high), (_, low) in zip(ours, other, strict=True)]
        assert len(set(gaps)) == 1


@pytest.mark.parametrize(
    ("model", "inputs", "marks"),
    [
        ("llama-3-8b", {}, ((8192, "8,192: this page, and the longest allowed"),)),
        ("llama-3-8b", {"context": 1024}, ((1024, "1,024: this page"), (8192, "8,192: the longest allowed"))),
        ("llama-3-8b", {"context": 9000}, ((9000, "9,000: this page"), (8192, "8,192: the longest allowed"))),
        (UNLIMITED, {}, ((8192, "8,192: this page"),)),
    ],
)
def test_the_plot_marks_the_length_of_the_page_and_the_longest(
    model: str | dict[str, object], inputs: dict[str, int], marks: tuple[tuple[int, str], ...]
) -> None:
    plot = plotted(model, **inputs).plot
    assert isinstance(plot, Curves)
    assert plot.marks == marks


@pytest.mark.parametrize("model", ["t5-small", "mamba-130m"])
def test_there_is_no_plot_where_the_context_is_not_the_one_length(model: str) -> None:
    assert explain_page(symbolic.explain(model, "kv-cache")).figures == ()


def test_formats_without_a_place_for_a_plot_have_the_table_alone() -> None:
    derivation = symbolic.explain("llama-3-8b", "kv-cache")
    assert 'class="plot" viewBox' in derivation.to_html()
    for text in (derivation.to_markdown(), derivation.to_latex(), derivation.to_text()):
        assert "0.2684" in text
        assert "this model" not in text


@pytest.mark.parametrize(
    ("model", "device", "devices", "fit"),
    [
        # (0.92 × what the driver reports − weights) / bytes of a token
        ("llama-3-8b", "NVIDIA A100 80GB SXM (this page)", 1, (78_177_853_714 - 16_060_522_496) // 131_072),
        ("llama-3-8b", "NVIDIA L40S 48GB", 1, (43_879_962_876 - 16_060_522_496) // 131_072),
        ("gpt2-124m", "NVIDIA H200 SXM 141GB", 1, (138_100_378_435 - 248_824_320) // 36_864),
        ("gpt2-124m", "NVIDIA GeForce RTX 4090, 24 GB", 1, (23_352_596_181 - 248_824_320) // 36_864),
        ("deepseek-v3", "NVIDIA H200 SXM 141GB (this page)", 8, 753_647),
        # Sequences, where a longer one does not keep as many bytes more.
        ("gemma-3-4b-text", "NVIDIA A100 80GB SXM (this page)", 1, 243),
    ],
)
def test_a_table_says_what_fits_on_other_devices(model: str, device: str, devices: int, fit: int) -> None:
    page = explain_page(symbolic.explain(model, "kv-cache"))
    [parts] = [section.parts for section in page.sections if section.id == "results"]
    [table] = [part for part in parts if isinstance(part, Table) and part.columns[0] == "Device"]
    assert (device, f"{devices:,}", f"{fit:,}") in table.rows
    assert table.columns[2].startswith("Sequences" if model.startswith("gemma") else "Tokens")


@pytest.mark.parametrize("model", ["llama-3-8b", "deepseek-v3", "gemma-3-4b-text"])
def test_no_line_of_what_fits_goes_beyond_the_memory(model: str) -> None:
    page = explain_page(symbolic.explain(model, "kv-cache"))
    [figure] = [
        part
        for section in page.sections
        if section.id == "results"
        for part in section.parts[:3]
        if isinstance(part, Figure)
    ]
    assert isinstance(figure.plot, Curves)
    (most, _taken), (weights, _alone) = figure.plot.levels
    for line in figure.plot.lines:
        assert line.points[0] == (0, weights)
        assert max(amount for _length, amount in line.points) <= most
        assert line.points[-1][0] == figure.plot.marks[-1][0] or line.points[-1][1] == most


def test_the_equations_of_what_fits_are_folded_where_they_can_be() -> None:
    derivation = symbolic.explain("llama-3-8b", "kv-cache")
    assert '<details class="below"><summary>' in derivation.to_html()
    assert "Each of these results" not in derivation.to_text()
    assert "Tokens that fit beside the weights" in derivation.to_text()
