"""Slides: a block on each, with its equations and what it makes so far; no number of the steps is lost."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from sampling import EVERYTHING, thorough

import symbolic
from symbolic import api
from symbolic.configs import models
from symbolic.errors import SymbolicError
from symbolic.language import speaking
from symbolic.measuring import quantities
from symbolic.pages.document import explain_page
from symbolic.pages.page import Entry, Page, Paragraph, Table
from symbolic.pages.rendering import as_slides, talk
from symbolic.pages.templating import templates

pytest.importorskip("typst", reason="Typst is in the extra [pdf]")
pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed (poppler-utils)")

NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+")
PAGES = [(model, quantity) for model in models.names() for quantity in quantities.names()]


def slides(made: bytes, folder: Path) -> list[str]:
    """The text of each slide."""
    file = folder / "made.pdf"
    file.write_bytes(made)
    said = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout
    [(width, height)] = re.findall(r"Page size: +([\d.]+) x ([\d.]+)", said)
    assert 16 * float(height) == pytest.approx(9 * float(width), rel=1e-3)
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout
    return text.split("\f")[:-1]


@cache
def deck(model: str, quantity: str = "parameters", language: str = "en") -> bytes:
    with speaking(language):
        return as_slides.render(symbolic.explain(model, quantity))


def steps(entries: tuple[Entry, ...]) -> Iterator[Entry]:
    for entry in entries:
        yield entry
        yield from steps(entry.before)


def entries(page: Page) -> Iterator[Entry]:
    for section in page.sections:
        yield from steps(tuple(part for part in section.parts if isinstance(part, Entry)))


def test_a_resnet_has_slides_too() -> None:
    """Its stages open others and have no sum of their own: they ended in an error."""
    assert as_slides.render(symbolic.explain({"model_type": "resnet", "depths": [1, 2], "hidden_sizes": [8, 16]}))


@pytest.mark.parametrize(("model", "quantity"), [("gpt2-124m", "parameters"), *(PAGES[5::61] if EVERYTHING else [])])
def test_each_step_has_a_slide_and_no_number_is_lost(model: str, quantity: str, tmp_path: Path) -> None:
    try:
        derivation = symbolic.explain(model, quantity)
    except SymbolicError:
        return
    found = slides(deck(model, quantity), tmp_path)
    for entry in entries(explain_page(derivation)):
        heading = rf"(?m)^\s*{re.escape(entry.number)}\s+{re.escape(entry.title)}"
        assert any(re.search(heading, text) for text in found) or len(entry.title) > 40 or not entry.number, entry.title
    # No call of a function stands there as words.
    source = "".join((templates() / "typst" / f"{name}.typ").read_text("utf-8") for name in ("page", "slides"))
    functions = set(re.findall(r"(?m)^#let ([\w-]+)\(", source))
    assert len(functions) > 10
    assert [call for call in re.findall(r"([\w-]+)\(", "".join(found)) if call in functions] == []
    shown = re.sub(r"\s", "", "".join(found))
    of_steps = str(derivation.to("text")).partition("STEP BY STEP")[2].partition("THE CLOSED FORM")[0]
    assert [number for number in NUMBER.findall(of_steps) if number not in shown] == []


def test_the_diagram_comes_first_and_the_sum_so_far_stands_on_its_slide(tmp_path: Path) -> None:
    found = slides(deck("gpt2-124m"), tmp_path)
    assert "124,412,160" in found[0]
    network, matrices = [text for text in found if "The network" in text]
    assert "Attention: 2,359,296 parameters in matrices, 33.3 % of the" in " ".join(matrices.split())
    assert "12 × 7,085,568 = 85,026,816" in network
    layer = found[found.index(network) + 1]
    assert re.findall(r"(?m)^ *(?:\+ *)?(Norm|Attention|Feed-forward network) ", layer) == [
        *("Norm", "Attention"),
        *("Norm", "Feed-forward network"),
    ], "one below the other"
    assert layer.count("+") == 2, "what is added to the stream"
    [step] = [text for text in found if re.search(r"(?m)^\s*2\s+Position embedding", text)]
    assert "so far: 39,383,808" in step
    assert "Token embedding" in step
    assert 14 <= len(found) <= 27


@pytest.mark.parametrize(
    ("model", "language"), [("gpt2-124m", "en"), *([("t5-small", "de"), ("deepseek-v3", "en")] if EVERYTHING else [])]
)
def test_each_slide_has_a_title_and_whole_sentences_about_what_is_in_the_deck(
    model: str, language: str, tmp_path: Path
) -> None:
    with speaking(language):
        derivation = symbolic.explain(model)
        page = explain_page(derivation)
        found = slides(deck(model, language=language), tmp_path)
    for text in found:
        title, *rest = text.strip().splitlines()
        title = re.split(r"\s{3,}\d", title)[0]
        assert len(title) < 70, title
        assert not title.endswith((".", ",")), title
        assert len("".join(rest)) > 100, text
        assert not re.search(r"[“„](What a parameter is|Was ein Parameter ist|Other counts|Andere Zählungen)", text)
    sections = [section.title for section in page.sections]
    assert sum(text.strip().startswith(tuple(sections)) for text in found) > 5


def test_a_sentence_that_fits_beside_others_has_no_slide_of_its_own() -> None:
    word, few, many = (Paragraph("word " * count) for count in (10, 60, 180))
    for parts, together in [
        ((few, few), [2]),
        ((many, many), [1, 1]),
        ((many, few, word), [1, 2]),
        ((many, word), [2]),
        ((word, many), [2]),
    ]:
        assert [len(slide) for slide in talk.together(parts)] == together


def test_a_long_table_is_several_of_about_as_many_rows_and_keeps_its_marks() -> None:
    rows = tuple((f"part {row}", row) for row in range(20))
    table = Table("The parts", ("Part", "Count"), rows, strong=frozenset({19}), colours=tuple(range(20)))
    pieces = list(talk.with_short_tables([table]))
    assert [len(piece.rows) for piece in pieces if isinstance(piece, Table)] == [10, 10]
    assert [(piece.strong, piece.colours[0]) for piece in pieces if isinstance(piece, Table)] == [
        (frozenset(), 0),
        (frozenset({9}), 10),
    ]


@pytest.mark.parametrize(("model", "most"), [("gpt2-124m", 26), *([("deepseek-v3", 42)] if EVERYTHING else [])])
def test_a_talk_is_short_and_no_slide_points_below_itself(model: str, most: int, tmp_path: Path) -> None:
    found = slides(deck(model), tmp_path)
    assert len(found) <= most
    assert [text for text in found if re.search(r"”, below|explained below", " ".join(text.split()))] == []


@thorough
def test_any_page_has_slides_the_same_bytes_each_time(tmp_path: Path) -> None:
    made = as_slides.render_page(api.scale("gpt2-124m"))
    assert not EVERYTHING or made == as_slides.render_page(api.scale("gpt2-124m"))
    assert len(slides(made, tmp_path)) > 5
