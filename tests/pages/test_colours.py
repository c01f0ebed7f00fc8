"""A kind of part has one colour, wherever it is drawn."""

import re
from itertools import pairwise

import pytest

import symbolic
from symbolic.pages.colours import DARK, KINDS, LIGHT, colour_of
from symbolic.pages.document import explain_page
from symbolic.pages.page import Part, Table
from symbolic.pages.pictures import Bar, Diagram, Matrices, every_box
from symbolic.pages.rendering.as_latex import render_page
from symbolic.pages.templating import templates

MODELS = ("gpt2-124m", "deepseek-v3", "gemma-3-1b")
NEIGHBOURS = (("embedding", "attention"), ("attention", "feed-forward"), ("feed-forward", "head"))


def parts_of(model: str) -> list[Part]:
    return [part for section in explain_page(symbolic.explain(model)).sections for part in section.parts]


@pytest.mark.parametrize("model", MODELS)
def test_the_bar_the_table_and_the_boxes_have_the_colours_of_the_kinds(model: str) -> None:
    parts = parts_of(model)
    attention, experts = colour_of("attention"), colour_of("feed-forward")
    table = next(part for part in parts if isinstance(part, Table) and part.colours)
    for row, colour in zip(table.rows, table.colours, strict=True):
        assert ("attention" in str(row[0])) == (colour % 8 == attention)
        assert ("feed-forward" in str(row[0]) or "experts" in str(row[0])) == (colour % 8 == experts)
    for bar in (part for part in parts if isinstance(part, Bar)):
        assert bar.colours == table.colours[:-1]
        assert all(one != other for one, other in pairwise(bar.colours))
    diagram = next(part for part in parts if isinstance(part, Diagram))
    assert {box.colour % 8 for box in every_box(diagram.boxes) if "ttention" in box.title} == {attention}
    drawn = [one for part in parts if isinstance(part, Matrices) for _says, group in part.groups for one in group]
    assert {attention, experts} <= {one.colour for one in drawn}


@pytest.mark.parametrize("model", MODELS)
def test_a_box_has_the_shade_that_its_part_has_in_the_table(model: str) -> None:
    """GPT-2's position table stands behind the token table, and so is lighter, in the drawing too."""
    parts = parts_of(model)
    table = next(part for part in parts if isinstance(part, Table) and part.colours)
    shades = {
        str(row[1]).partition("(")[2].rstrip(")").lstrip("#"): colour
        for row, colour in zip(table.rows, table.colours, strict=True)
    }
    diagram = next(part for part in parts if isinstance(part, Diagram))
    drawn = {box.step: box.colour for box in every_box(diagram.boxes) if box.step and box.colour and box.step in shades}
    assert drawn == {step: shades[step] for step in drawn}
    assert len(drawn) > 5 or model != "gpt2-124m"


def test_three_parts_of_one_kind_have_three_shades() -> None:
    table = next(part for part in parts_of("deepseek-v3") if isinstance(part, Table) and part.colours)
    rows = zip(table.rows, table.colours, strict=True)
    assert len({colour for row, colour in rows if "norm" in str(row[0])}) == 3


def test_stages_without_a_kind_have_a_colour_each() -> None:
    """A ResNet's bar was grey all over."""
    drawn = symbolic.explain(
        {"model_type": "resnet", "depths": [1, 2, 1], "hidden_sizes": [8, 16, 24], "layer_type": "basic"}
    )
    bar = next(part for section in explain_page(drawn).sections for part in section.parts if isinstance(part, Bar))
    assert len({*bar.colours}) == len(bar.colours)
    of_stage = {mark.partition(".")[0]: colour % 8 for mark, colour in zip(bar.marks, bar.colours, strict=True)}
    assert len({*of_stage.values()}) == len(of_stage)


def test_style_sheet_and_paper_have_the_same_colours() -> None:
    style = (templates() / "html" / "style.css").read_text(encoding="utf-8")
    light, dark = (re.findall(r"--c\d: (#\w+);", line) for line in style.splitlines() if "--c1: #" in line)
    assert (tuple(light), tuple(dark)) == (LIGHT, DARK)
    written = render_page(explain_page(symbolic.explain("gpt2-124m")).unplotted)
    for place, colour in enumerate(LIGHT, 1):
        assert rf"\definecolor{{part{place}}}{{HTML}}{{{colour[1:].upper()}}}" in written


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_neighbours_in_a_layer_differ_in_grey(colours: tuple[str, ...]) -> None:
    grey = {}
    for place, roles in KINDS.items():
        shares = zip((0.2126, 0.7152, 0.0722), re.findall("[0-9a-f]{2}", colours[place - 1]), strict=True)
        grey[roles[0]] = sum(weight * (int(share, 16) / 255) ** 2.2 for weight, share in shares) + 0.05
    for one, other in NEIGHBOURS:
        assert not 1 / 1.7 < grey[one] / grey[other] < 1.7
