"""A page as PDF: what is set on it can be read."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from time import process_time

import pytest
from babel.messages.pofile import read_po
from sampling import EVERYTHING, ONE_A_FAMILY, by_turns, sample

import symbolic
from symbolic.errors import NothingToMeasure
from symbolic.measuring import quantities
from symbolic.pages.document import explain_page
from symbolic.pages.page import Page, Paragraph, Section, Table
from symbolic.pages.rendering.as_pdf import source
from symbolic.pages.rendering.typesetting import compiled
from symbolic.pages.rendering.typst_words import words

pytest.importorskip("typst", reason="Typst is in the extra [pdf]")

WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<\u200b⏟]+)</word>')
"""Not a brace below a number, nor a word that goes on in the next line."""
MISSING = re.compile(r"\[U\+[0-9A-F]+\]")
"""What is printed in the place of a sign that the faces lack."""
MARGIN = 71
GERMAN = Path("symbolic/locale/de/LC_MESSAGES/symbolic.po")
# A page that is too wide is so in a browser, too, where the other half of them is looked at (test_browser.py).
PRINTED = (
    by_turns(ONE_A_FAMILY, quantities.names(), 1)
    if EVERYTHING
    else [("deepseek-v3", "kv-cache"), ("gpt2-124m", "training-cost")]
)


def page_of(name: str, quantity: str) -> Page | None:
    try:
        return explain_page(symbolic.explain(name, quantity))
    except NothingToMeasure:
        return None


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed (poppler-utils)")
@pytest.mark.parametrize(("name", "quantity"), PRINTED)
def test_no_word_lies_over_another_one_or_over_the_edge(name: str, quantity: str, tmp_path: Path) -> None:
    file = tmp_path / "page.pdf"
    page = page_of(name, quantity)
    if page is None:
        return
    made = page.to("pdf")
    assert isinstance(made, bytes)
    file.write_bytes(made)
    placed = subprocess.run(["pdftotext", "-bbox", str(file), "-"], capture_output=True, text=True, check=True).stdout
    assert len(WORD.findall(placed)) > 500
    assert list(collisions(placed)) == []


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed (poppler-utils)")
def test_each_document_has_its_own_title_and_foot_whatever_was_set_before_it(tmp_path: Path) -> None:
    for name in ("first", "second", "first"):
        page = Page(
            name, "", None, "", "", (), (Section("", "Same", (Paragraph("Words."),)),), {}, foot=f"foot of {name}"
        )
        file = tmp_path / "page.pdf"
        made = page.to("pdf")
        assert isinstance(made, bytes)
        file.write_bytes(made)
        about = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout
        seen = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
        assert re.search(rf"Title: +{name}$", about, re.MULTILINE)
        assert f"foot of {name}" in seen


def test_what_documents_have_in_common_is_set_once() -> None:
    rows = tuple((f"row {number}", str(number)) for number in range(300))
    sections = tuple(Section(str(one), f"Section {one}", (Table("", ("a", "b"), rows[one:]),)) for one in range(3))

    def seconds(title: str) -> float:
        text = source(Page(title, "", None, "", "", (), sections, {}, foot=f"foot of {title}"))
        start = process_time()
        compiled(text)
        return process_time() - start

    alone = seconds("alone")
    assert min(seconds(f"title {one}, of any length" + "!" * one) for one in range(3)) < 0.6 * alone


HEADED = r"(?s)How it grows with the text.*What one sequence keeps, by its length.*The configuration"


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed (poppler-utils)")
def test_a_plot_stands_between_the_heading_of_its_section_and_the_next_one(tmp_path: Path) -> None:
    page = page_of("llama-3-8b", "kv-cache")
    assert page is not None
    made = page.to("pdf")
    assert isinstance(made, bytes)
    (tmp_path / "page.pdf").write_bytes(made)
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "page.pdf"), "-"], capture_output=True, text=True, check=True
    )
    assert re.search(HEADED, text.stdout)


def test_tables_of_one_section_with_the_same_heads_have_the_same_columns() -> None:
    page = page_of("gpt2-124m", "parameters")
    assert page is not None
    heads = set(re.findall(r'\(\[#"Step"\],.*?\)', source(page)))
    assert len(heads) == 1


def collisions(placed: str) -> Iterator[str]:
    """Yield which words of the sheets lie over one another, or end outside the margin."""
    for number, sheet in enumerate(placed.split("<page ")[1:], start=1):
        edge = float(sheet.split('"')[1]) - MARGIN + 2
        found = [(*map(float, match[:4]), match[4]) for match in WORD.findall(sheet)]
        found.sort(key=lambda word: word[1])
        for index, (left, top, right, bottom, one) in enumerate(found):
            if right > edge:
                yield f"{number}: {one}"
            for start, above, end, below, other in found[index + 1 :]:
                if above > bottom:
                    break
                # Of letters in a fraction, the boxes are much higher than what is printed.
                least = min(bottom - top, below - above)
                over = min(bottom, below) - above > least / 2 and min(right, end) - max(left, start) > 1
                if over and len(one) + len(other) > 3:
                    yield f"{number}: {one} and {other}"


def test_brackets_of_rounding_are_those_of_formulas() -> None:
    """The faces for words lack them, and a key says 50,257 + ⌊(35,000,000 − (5a)) / 192⌋."""
    assert "U+" not in words("1 + ⌊(a − b) / 192⌋ and ⌈c⌉")


def test_the_faces_have_every_sign_of_our_words() -> None:
    with GERMAN.open("rb") as file:
        # What a page in a browser says is not printed.
        printed = [one for one in read_po(file) if not all("html/" in place for place, _ in one.locations)]
    said = [text for one in printed for text in (one.id, one.string or "")]
    texts = [text for one in said for text in ([one] if isinstance(one, str) else one)]
    assert len(texts) > 3000
    assert [text for text in texts if MISSING.search(words(text))] == []


@pytest.mark.parametrize(("name", "quantity"), sample(list(product(ONE_A_FAMILY, quantities.names())), 67))
def test_the_faces_have_every_sign_of_a_page(name: str, quantity: str) -> None:
    page = page_of(name, quantity)
    assert page is None or MISSING.findall(source(page)) == []
