"""PDFs: accessible, the same bytes each time, and pages that a teacher hands out as they are."""

import re
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import product

import pytest
import sampling
from handout_forms import form, short_form
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sampling import count, thorough

import symbolic
from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.handouts.key import key
from symbolic.handouts.sheet import sheet
from symbolic.language import speaking
from symbolic.pages.page import Entry, Page, Paragraph
from symbolic.pages.rendering.as_pdf import PAPERS, render_page, source
from symbolic.pages.rendering.notation import NOTATIONS
from symbolic.pages.rendering.typesetting import has_letter
from symbolic.pages.rendering.typst_notation import Typst
from symbolic.pages.rendering.typst_words import string

HOSTILE = 'a_b $x$ & 50% #set {c} ~d ^e \\u{41} <b> "q" // /* `t` [g] @x *s* = + - 中文 \u202e é ħ \x07 \U0001f600'


@cache
def pdf(model: str, what: str, paper: str = "a4", fade: str = "5") -> bytes:
    made = form(model, fade=fade)
    return render_page(replace({"sheet": sheet, "key": key}[what](made), paper=paper))


def pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]


@pytest.mark.parametrize("code", ["en", "de"])
def test_a_short_sheet_has_two_pages_and_the_room_for_the_total_stands_behind_its_sum(code: str) -> None:
    with speaking(code):
        texts = pages(render_page(sheet(short_form())))
    assert len(texts) == 2
    [total] = [line for line in texts[1].splitlines() if "(5a)" in line]
    assert "=" in total


MODELS = ["gpt2-124m", "qwen3-30b-a3b", "t5-small"]


@pytest.mark.parametrize(("model", "what"), sampling.sample(list(product(MODELS, ["sheet", "key"])), 3))
def test_a_pdf_is_tagged_and_says_that_it_is_accessible(model: str, what: str) -> None:
    reader = PdfReader(BytesIO(pdf(model, what)))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert str(root["/Lang"]) == "en"
    assert "/StructTreeRoot" in root
    assert reader.xmp_metadata is not None
    assert b"pdfuaid" in reader.xmp_metadata.stream.get_data()
    assert reader.metadata is not None
    assert "Count the parameters" in str(reader.metadata.title)


@pytest.mark.parametrize(
    ("model", "paper", "size"),
    sampling.sample([(model, *paper) for model in MODELS for paper in (("a4", (595, 842)), ("letter", (612, 792)))], 5),
)
def test_the_paper_is_the_one_that_was_asked_for_and_has_the_form_on_each_page(
    model: str, paper: str, size: tuple[int, int]
) -> None:
    reader = PdfReader(BytesIO(pdf(model, "sheet", paper)))
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages} == {size}
    texts = [page.extract_text() for page in reader.pages]
    assert all(f"Form {form(model).id}" in text for text in texts)
    assert all(f"{index} / {len(texts)}" in text for index, text in enumerate(texts, start=1))


@pytest.mark.parametrize(("model", "paper", "fade"), sampling.sample(list(product(MODELS, PAPERS, ["5", "all"])), 7))
def test_no_blank_is_parted_from_its_question(model: str, paper: str, fade: str) -> None:
    made = form(model, fade=fade)
    texts = [" ".join(text.split()) for text in pages(pdf(model, "sheet", paper, fade))]
    for blank in made.blanks:
        # The blank, (1a), and the sentence, (1b).
        ids = [blank.id, f"{blank.id[:-1]}b"] if blank.id.endswith("a") else [blank.id]
        assert any(all(f"({one})" in text for one in ids) for text in texts), blank.id
    for question in made.questions:
        if sum(isinstance(part, Entry) for part in question.stem) > MOST_LINES_ON_A_SHEET:
            continue
        [page] = [text for text in texts if question.title + " (" in text]
        last = LAST.get(question.kind)
        assert last is None or last in page[page.index(question.title) :]


@pytest.mark.parametrize("who", [str(who) for who in range(1, count(9, 3))])
def test_a_key_s_question_stands_with_its_sizes_and_the_last_sheet_holds_more_than_a_line(who: str) -> None:
    texts = pages(render_page(key(form(who=who))))
    for title, last in (("Another model", "Token embedding"), ("Find the mistake", "The right total:")):
        # The table of all answers names it first.
        page = [text for text in texts if re.search(rf"\(\d+\) {title}\s", text)][-1]
        after = page[page.rindex(title) :]
        assert "Take vocab_size" in " ".join(after.split())
        assert last in after
    assert len(texts[-1].split()) > LEAST_ON_A_SHEET


LEAST_ON_A_SHEET = 30
"""Words and numbers of three steps, beside the foot."""
LAST = {
    "formula": "It gives:",
    "value": "Answer:",
    "convention": "Letters:",
    "find-mistake": "The right total:",
}
"""The last words of a question."""
MOST_LINES_ON_A_SHEET = 12


@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b"])
def test_a_sheet_has_no_more_than_six_pages(model: str) -> None:
    assert len(pages(pdf(model, "sheet"))) <= 6


def test_equations_can_be_copied() -> None:
    text = " ".join(" ".join(pages(symbolic.explain("gpt2-124m").to_pdf())).split())
    assert "38,597,376" in text
    assert "vocab_size × emb_dim = 50,257 × 768 = 38,597,376" in text
    assert "124,412,160" in text


def test_the_same_page_is_the_same_bytes() -> None:
    assert symbolic.explain("gpt2-124m").to_pdf() == symbolic.explain("gpt2-124m").to_pdf()
    assert pdf("gpt2-124m", "sheet") == render_page(sheet(form()))
    assert b"CreationDate" not in pdf("gpt2-124m", "sheet")


@thorough
@pytest.mark.parametrize(("model", "notation"), sampling.sample(list(product(sampling.MODELS, NOTATIONS)), 53))
def test_every_bundled_model_prints(model: str, notation: str) -> None:
    derivation = symbolic.explain(model)
    first = PdfReader(BytesIO(derivation.to_pdf(notation=notation))).pages[0]
    assert f"{derivation.total:,}" in "".join(first.extract_text().split("\n"))


def test_a_strangers_name_is_set_letter_by_letter() -> None:
    sizes = {"vocab_size": 100, "context_length": 10, "emb_dim": 8, "n_heads": 2, "n_layers": 2, HOSTILE: 1}
    data = symbolic.explain(symbolic.load(sizes, name=HOSTILE)).to_pdf()
    text = " ".join(" ".join(pages(data)).split())
    unseen = ("[U+202E]", "[U+0007]", "[U+1F600]")
    for piece in ("a_b $x$ & 50% #set {c} ~d", '\\u{41} <b> "q" // /*', *unseen):
        assert piece in text


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("Анна Петрова", True),
        ("Nguyễn Văn Anh", True),
        ("דוד כהן", True),
        ("अनिता", True),
        ("李雷", False),
        ("김민수", False),
    ],
)
def test_a_student_s_name_is_set_in_its_script_where_a_font_has_it(name: str, own: bool) -> None:
    """Typst's own fonts have some scripts; of the others the machine may have a font, or the numbers are shown."""
    letters = {letter: has_letter(letter, machine=True) for letter in name if letter != " "}
    assert all(has_letter(letter, machine=False) for letter in letters) or not own
    shown = "".join(letter if letters.get(letter, True) else f"[U+{ord(letter):04X}]" for letter in name)
    assert shown in string(name)
    data = render_page(Page(name, "", None, "", "", (Paragraph("Points: 12 of 20"),), (), {}, name))
    assert "12 of 20" in " ".join(" ".join(pages(data)).split())


@thorough
@settings(max_examples=count(60, 4))
@given(st.text(min_size=1))
def test_any_text_can_be_set(text: str) -> None:
    escaped = "".join(f"\\{letter}" for letter in text)
    page = Page(text, text, None, "", "", (Paragraph(escaped),), (), {}, text)
    assert source(page).count(string(text)) >= 2
    assert render_page(page).startswith(b"%PDF")


@pytest.mark.parametrize("symbol", SYMBOLS.values(), ids=lambda symbol: symbol.name)
def test_a_letter_has_its_subscript(symbol: Symbol) -> None:
    letter, _, below = symbol.letter.replace("{", "").replace("}", "").partition("_")
    written = Typst("letters")(symbol)
    assert written.replace('"', "") == (f"{letter}_{below}" if below else letter)


def test_the_command_writes_a_pdf(tmp_path: object) -> None:
    from click.testing import CliRunner

    from symbolic.cli import main

    done = CliRunner().invoke(main, ["explain", "gpt2-124m", "--format", "pdf", "--output", str(tmp_path)])
    assert done.exit_code == 0, done.output
    piped = CliRunner().invoke(main, ["explain", "gpt2-124m", "--format", "pdf", "--output", "-"])
    assert piped.stdout_bytes.startswith(b"%PDF")
