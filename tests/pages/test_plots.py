"""Plots: the same bytes each time, a page's own colours, words for those who don't see them, a table beside them."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from sampling import sample, thorough

from symbolic import api
from symbolic.cli import main
from symbolic.pages.colours import COLOURS, LIGHTER, SHADES
from symbolic.pages.page import Page, Table
from symbolic.pages.pictures import Bars, Figure
from symbolic.pages.rendering import attachments, render_page
from symbolic.pages.rendering.plot import PAGE, PAPER, inline_svg, pdf_file, svg_file


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    return [api.scale("gpt2-124m"), api.compare(["gpt2-124m", "gpt2-1558m", "llama-2-7b"])]


@pytest.mark.parametrize("colours", [PAGE, PAPER])
def test_a_plot_has_each_colour_that_parts_have_and_its_shades(colours: dict[str | int, str]) -> None:
    """DeepSeek-V3 has two kinds of layers, whose attentions are of one kind and stand beside each other."""
    every = [one + shade for one in range(1, COLOURS + 1) for shade in SHADES]
    assert len({colours[one] for one in every}) == len(every)
    [figure, *_] = api.compare(["deepseek-v3", "llama-3-8b"]).figures
    assert isinstance(figure.plot, Bars)
    assert any(colour > LIGHTER for colour in figure.plot.colours)
    assert inline_svg(figure).count("<rect") == svg_file(figure).count(b"<rect") > len(figure.plot.colours)


def test_a_plot_has_the_same_bytes_each_time(pages: list[Page]) -> None:
    for page in pages:
        for figure in sample(page.figures, 2):
            for make in (inline_svg, svg_file, pdf_file):
                assert make(figure) == make(figure)
            assert not re.search(rb"(Creation|Mod)Date", pdf_file(figure))


def test_an_inline_plot_takes_the_page_s_colours_and_brings_no_style_sheet(pages: list[Page]) -> None:
    for page in pages:
        for figure in page.figures:
            svg = inline_svg(figure)
            assert "currentColor" in svg
            assert "var(--c1)" in svg
            assert "<style" not in svg
            assert not re.search(r"#[0-9a-f]{6}", re.sub(r'"[^"]*url\(#[^"]*"|href="#[^"]*"', "", svg))
            ElementTree.fromstring(
                svg.replace(
                    "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ', 1
                )
            )


def test_a_plot_is_told_in_words_and_a_table_follows_it_or_another_plot(pages: list[Page]) -> None:
    for page in pages:
        html = render_page(page, "html")
        for section in page.sections:
            for place, part in enumerate(section.parts):
                if isinstance(part, Figure):
                    assert len(part.alt) > 80
                    assert re.search(r'<svg class="plot"[^>]*role="img" aria-label="[^"]{80}', html)
                    assert isinstance(section.parts[place + 1], (Figure, Table))


def test_latex_and_markdown_have_the_plot_beside_them(pages: list[Page], tmp_path: Path) -> None:
    assert list(attachments(pages[0], "latex")) == ["growth.pdf"]
    assert list(attachments(pages[0], "markdown")) == ["growth.svg"]
    assert attachments(pages[0], "html") == {}
    result = CliRunner().invoke(main, ["scale", "gpt2-124m", "--format", "latex,markdown", "--output", str(tmp_path)])
    assert result.exit_code == 0, result.output
    folder = tmp_path / "gpt2-124m"
    assert sorted(file.name for file in folder.iterdir()) == [
        "scale-growth.pdf",
        "scale-growth.svg",
        "scale.md",
        "scale.tex",
    ]
    assert "scale-growth.pdf" in (folder / "scale.tex").read_text()
    assert "](scale-growth.svg)" in (folder / "scale.md").read_text()
    assert b"prefers-color-scheme" in (folder / "scale-growth.svg").read_bytes()


def test_series_differ_by_marker_and_hatching_and_not_by_colour_alone(pages: list[Page]) -> None:
    from symbolic.pages.rendering.drawing import DASHES, HATCHES, MARKERS

    for signs in (list(HATCHES.values()), list(MARKERS.values()), DASHES):
        assert len(set(signs)) == len(signs)
    assert "<pattern" in inline_svg(pages[1].figures[0])


@pytest.mark.parametrize(
    "name",
    [
        "$x$ & <b>",
        pytest.param("font-family: serif; fill: #010203", marks=thorough),
        pytest.param("模型", marks=thorough),
        pytest.param("a\nb\x00c", marks=thorough),
        pytest.param("x" * 300, marks=thorough),
        pytest.param("%_{}\\^~#", marks=thorough),
        '"><script>alert(1)</script>',
        pytest.param("$\\frac{1", marks=thorough),
    ],
)
def test_a_stranger_s_model_name_stands_in_a_plot_as_it_is(name: str) -> None:
    import symbolic

    config = {"model_type": "gpt2", **symbolic.load("gpt2-124m").sizes}
    page = api.compare([symbolic.load(config, name=name), "gpt2-124m"])
    [figure] = page.figures
    ElementTree.fromstring(svg_file(figure))
    assert pdf_file(figure).startswith(b"%PDF")
    html = render_page(page, "html")
    assert "<script>alert" not in html
    for kind in ("latex", "markdown", "text", "json"):
        assert render_page(page, kind)
