"""The HTML page is valid, whole in itself, small, navigable, and safe with a stranger's words."""

import json
import re
from contextlib import suppress
from fractions import Fraction
from functools import cache
from itertools import pairwise, product
from string import ascii_letters
from xml.etree.ElementTree import Element

import html5lib
import pytest
from sampling import MODELS, ONE_A_FAMILY, sample, thorough

import symbolic
from symbolic.errors import NothingToMeasure
from symbolic.formulas.formula import Formula
from symbolic.formulas.vocabulary import emb_dim, n_layers
from symbolic.measuring.step import Step
from symbolic.pages.document import explain_page, model_page
from symbolic.pages.page import Entry, Page, Paragraph, Section
from symbolic.pages.pictures import Bar
from symbolic.pages.rendering import as_html
from symbolic.pages.rendering.spoken_notation import Spoken

HUGE = {"vocab_size": 10**30, "context_length": 10**30, "emb_dim": 10**30, "n_heads": 10, "n_layers": 10**30}
FORMULA = {"data-said", "aria-hidden"}
SMALL = {"vocab_size": 50, "context_length": 20, "emb_dim": 12, "n_heads": 3, "n_layers": 2}
PAGES = [
    *((name, "trainable", "names", "full") for name in sample(MODELS, 7)),
    ("gpt2-124m", "walkthrough", "names", "full"),
    ("gpt2-124m", "non-embedding", "letters", "full"),
    ("llama-2-7b", "untied", "letters", "brief"),
]
HOSTILE = [
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    "a_b$%\\`*c*[x](javascript:alert(1))",
    '" onmouseover="alert(1)',
    "{{ 7 * 7 }}{% raw %}",
    "🦙 שלום 模型",
]


def parsed(html: str) -> Element:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root: Element = parser.parse(html)
    return root


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


@cache
def page(name: str = "gpt2-124m", convention: str = "trainable", **options: str) -> str:
    return symbolic.explain(name, convention=convention).to_html(**options)


@pytest.mark.parametrize("quantity", ["parameters", "forward-flops"])
def test_the_details_of_a_step_name_its_key_and_the_lines_that_make_it(quantity: str) -> None:
    def check(step: Step) -> None:
        entry = next(part for part in root.iter("section") if part.get("id") == f"step-{step.number.replace('.', '-')}")
        *_, made = [
            text(place)
            for folded in entry.findall("./details/dl")
            for term, place in pairwise(folded)
            if term.get("class") == "made"
        ]
        assert made.startswith(f"{step.key}, networks/")
        assert made.endswith(last(step))
        for below in step.steps:
            check(below)

    def last(step: Step) -> str:
        return f"{step.origin[-1].file}:{step.origin[-1].line}"

    derivation = symbolic.explain("llama-3-8b", quantity)
    root = parsed(derivation.to_html())
    for step in derivation.steps:
        check(step)


@pytest.mark.parametrize(("name", "convention", "notation", "detail"), PAGES)
def test_a_page_is_valid_small_and_needs_nothing_else(name: str, convention: str, notation: str, detail: str) -> None:
    html = page(name, convention, notation=notation, detail=detail)
    root = parsed(html)
    assert len(html.encode()) < 250_000
    assert root.get("lang") == "en"
    assert not [element for element in root.iter() if {"src", "srcset", "action", "data"} & set(element.attrib)]
    assert not root.findall(".//link")
    assert [element.tag for element in root.iter() if "href" in element.attrib and element.tag != "a"] == []
    assert re.findall(r"url\(\"(?!data:font/woff2;base64,)", html) == []
    assert "@import" not in html


@thorough
@pytest.mark.parametrize("name", ONE_A_FAMILY)
def test_the_largest_pages_are_small_in_german_too(name: str) -> None:
    for quantity in ("device-memory", "training-memory", "training-states", "parameters"):
        with suppress(NothingToMeasure):
            derivation = symbolic.explain(name, quantity)
            assert len(derivation.to_html(language="de").encode()) < 250_000, quantity


@pytest.mark.parametrize("quantity", ["parameters", "kv-cache", "training-memory"])
def test_what_holds_for_the_configuration_alone_has_no_number_that_follows_the_reader(quantity: str) -> None:
    root = parsed(symbolic.explain("gpt2-124m", quantity=quantity).to_html())
    held = [paragraph for paragraph in root.iter("p") if "data-fixed" in paragraph.attrib]
    assert held
    assert not [below for paragraph in held for below in paragraph.iter() if "data-of" in below.attrib]


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("sheets/1-A.html", True),
        ("#steps", True),
        ("https://arxiv.org/abs/1706.03762", True),
        ("javascript:alert(1)", False),
        ("../secret.html", False),
        ("/etc/passwd", False),
        ("//host/page", False),
    ],
)
def test_a_page_leads_only_to_the_web_and_to_files_in_its_own_folder(url: str, leads: bool) -> None:
    page = Page("A", "", None, "", "", (Paragraph(f"[words]({url})"),), (), {})
    assert (f'<a href="{url}">words</a>' in as_html.render_page(page)) is leads


@pytest.mark.parametrize(("name", "convention", "notation", "detail"), PAGES)
def test_ids_are_unique_and_links_within_the_page_resolve(
    name: str, convention: str, notation: str, detail: str
) -> None:
    root = parsed(page(name, convention, notation=notation, detail=detail))
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    links = [link.attrib["href"] for link in root.iter("a")]
    assert {link.removeprefix("#") for link in links if link.startswith("#")} <= set(ids)
    assert all(link.startswith(("#", "https://")) for link in links)


@pytest.mark.parametrize(("name", "convention", "notation", "detail"), PAGES)
def test_headings_come_in_order(name: str, convention: str, notation: str, detail: str) -> None:
    root = parsed(page(name, convention, notation=notation, detail=detail))
    levels = [int(element.tag[1]) for element in root.iter() if re.fullmatch("h[1-6]", str(element.tag))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


def test_the_contents_are_the_summary() -> None:
    root = parsed(page())
    nav = root.find(".//nav")
    assert nav is not None
    lines = {text(link.findall("span")[0]): text(link.findall("span")[-1]) for link in nav.iter("a")}
    assert lines["1 Token embedding"] == "38,597,376"
    assert lines["3 Transformer layers"] == "85,026,816"
    assert lines["5 Output head"] == "0"
    assert lines["Total"] == "124,412,160"
    assert "The closed form" in lines


def heard(root: Element) -> list[str]:
    """What each formula says, as the page's script puts it together."""
    words = json.loads(next(script.text or "" for script in root.iter("script") if script.get("id") == "live"))["words"]
    places = [re.findall(r"[a-zA-Z]|\d+", e.attrib["data-said"]) for e in root.iter() if "data-said" in e.attrib]
    return [" ".join(words[int(p) if p.isdecimal() else ascii_letters.index(p)] for p in one) for one in places]


def spoken(formula: Formula) -> str:
    return Spoken()(formula)


@pytest.mark.parametrize(
    ("sentence", "where"),
    [
        ("feed-forward width equals 4 times embedding width equals 4 times 768 equals 3,072", "a definition"),
        ("number of layers times one transformer layer equals 12 times 7,085,568 equals 85,026,816", "a step"),
        ("1,536 for the scales plus 1,536 for the shifts equals 3,072", "a sum"),
        (spoken(12 * n_layers * emb_dim**2), "the leading term"),
        (spoken(6 * n_layers * emb_dim), "a table"),
    ],
)
def test_each_formula_is_said_in_words(sentence: str, where: str) -> None:
    root = parsed(page())
    labels = heard(root)
    assert any(sentence in label for label in labels), where
    assert all(labels)


def test_every_equation_stands_in_an_element_that_says_it() -> None:
    root = parsed(page())
    inside = sum(len(element.findall(".//{*}math")) for element in root.iter() if FORMULA & set(element.attrib))
    formulas = [cell for cell in root.iter() if cell.tag.endswith("td") and cell.find(".//*[@data-said]") is not None]
    letters = [cell for cell in root.iter() if cell.tag.endswith("td") and cell not in formulas]
    letters += [words for words in root.iter() if "shape" in (words.get("class") or "").split()]
    # The words above the boxes, and those below the closed form, say which size a letter stands for.
    for place in ("config", "network", "where", "insight"):
        letters += root.findall(f".//{{*}}section[@id='{place}']/{{*}}p")
    assert inside + sum(len(cell.findall(".//{*}math")) for cell in letters) == len(root.findall(".//{*}math"))


@pytest.mark.parametrize(("name", "notation"), sample(list(product(HOSTILE, ["names", "letters"])), 3))
def test_a_stranger_s_words_stay_words(name: str, notation: str) -> None:
    model = symbolic.load({**SMALL, name: 1}, name=name)
    for html in (
        symbolic.explain(model).to_html(notation=notation),
        as_html.page_fragment(explain_page(symbolic.explain(model), "brief")),
    ):
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        root = parser.parse(html)
        assert parser.errors == [] or html.startswith("<div")
        scripts = [text(script) for script in root.iter("script")]
        assert not any("alert" in script for script in scripts)
        assert not [e for e in root.iter() if any(str(a).startswith("on") for a in e.attrib)]
        assert not list(root.iter("img"))
        assert not [a for a in root.iter("a") if "javascript" in a.attrib["href"]]
        assert " ".join(name.split()) in text(root)


def test_only_the_page_s_own_script_may_run() -> None:
    html = page()
    assert "default-src 'none'" in html
    assert "'unsafe-inline'" not in re.sub("style-src 'unsafe-inline'", "", html)
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/=]{44}'", html)


def test_numbers_of_any_size_are_printed_exactly() -> None:
    derivation = symbolic.explain(HUGE)
    html = derivation.to_html()
    parsed(html)
    assert f"{derivation.total:,}" in html
    assert "× 10<sup>91</sup>" in html


def test_the_bar_has_words_step_numbers_and_parts_that_fill_it() -> None:
    root = parsed(page())
    bar = root.find(".//{*}svg[@role='img']")
    assert bar is not None
    assert bar.attrib["aria-label"].startswith("A bar in 6 parts: token embedding 31.0 %")
    widths = [Fraction(rect.attrib["width"].rstrip("%")) for rect in bar.iterfind("{*}rect")]
    assert 100 <= sum(widths) < 101
    assert [text(mark) for mark in bar.iterfind("{*}text") if text(mark)] == ["1", "3.1", "3.2"]


def test_a_size_without_a_key_has_an_empty_cell_and_a_step_without_a_formula_its_place() -> None:
    """Where a cell is missing, the next ones pass for those of other columns."""
    page = html5lib.parse(symbolic.explain("t5-small").to_html(), namespaceHTMLElements=False)
    rows = page.findall(".//section[@id='config']//table[1]//tr")
    assert {len(row) for row in rows if row[0].findtext(".//code") in {"vocab_size", "n_relative_buckets"}} == {4}
    page = html5lib.parse(symbolic.explain("gpt2-124m").to_html(), namespaceHTMLElements=False)
    assert page.findall(".//section[@id='other-counts']//td[@colspan='2']")


def test_details_can_be_folded_away_and_brief_has_none() -> None:
    folded = [text(details) for details in parsed(page()).iter("details")]
    assert {one.split(":")[0][:12] for one in folded} >= {"What a param", "Every weight"}
    assert any(one.startswith("Details") for one in folded)
    brief = [text(details)[:8] for details in parsed(page(detail="brief")).iter("details")]
    assert brief == ["Contents"]


@pytest.mark.parametrize(("notation", "forms"), [("names", 2), ("letters", 1)])
def test_the_closed_form_stands_in_letters_and_in_the_page_s_notation(notation: str, forms: int) -> None:
    root = parsed(page(notation=notation))
    first = root.find(".//div[@class='statement']")
    assert first is not None
    assert len(first.findall("div[@class='equation']")) == forms
    assert "L(12d2+10d)" in text(first)


def test_the_contents_show_no_figures_that_do_not_add_up() -> None:
    """The steps of a training are those of one sequence, the total is that of all."""
    from symbolic.pages.document import explain_page
    from symbolic.pages.rendering.html_view import View

    for quantity, shown in (("parameters", True), ("training-cost", False)):
        view = View(explain_page(symbolic.explain("llama-3-8b", quantity)), "names", linked=True, top=2)
        [steps] = [line for line in view.contents() if line.id == "steps"]
        assert all(bool(line.figure) is shown for line in steps.below if line.number)
        assert [bool(line.figure) for line in steps.below if not line.number] == [True]


def test_a_notebook_s_snippet_is_small_and_has_neither_ids_nor_contents() -> None:
    derivation = symbolic.explain("gpt2-124m")
    for html in (
        as_html.page_fragment(explain_page(derivation, "brief")),
        as_html.page_fragment(model_page(derivation.model)),
    ):
        root = parsed(f"<!DOCTYPE html><title>notebook</title>{html}")
        assert len(html) < 60_000
        assert not [element for element in root.iter() if "id" in element.attrib]
        assert not list(root.iter("nav"))
        assert not list(root.iter("script"))
    style = html[html.index("<style>") + 7 : html.index("</style>")]
    assert all(rule.strip().startswith(".symbolic") for rule in re.findall(r"([^{}]+)\{", style))


def test_a_page_without_total_bar_or_steps_is_a_page_too() -> None:
    bare = Page("a <b> title", "", None, "", "", (Paragraph("*one* `x` [two](https://example.org/?a&b)"),), (), {})
    root = parsed(as_html.render_page(bare))
    assert text(next(root.iter("h1"))) == "a <b> title"
    assert next(root.iter("em")).text == "one"
    assert [a.attrib["href"] for a in root.iter("a")][1:] == ["https://example.org/?a&b"]


def test_a_link_goes_to_the_web_or_nowhere() -> None:
    bad = Page("t", "", None, "", "", (Paragraph("[two](javascript:alert\\(1\\)) [three](data:x)"),), (), {})
    assert [a.attrib["href"] for a in parsed(as_html.render_page(bad)).iter("a")] == ["#main"]


def test_a_section_s_figure_is_shown_where_no_step_below_says_it() -> None:
    entry = Entry("1", "one", "One", "", (), (), 3)
    sections = (
        Section("a", "A", (entry,), 7),
        Section("b", "B", (), 8),
        Section("c", "C", (Bar((), "nothing", (), ()),)),
    )
    nav = parsed(as_html.render_page(Page("t", "", None, "", "", (), sections, {}))).find(".//nav")
    assert nav is not None
    assert [text(link) for link in nav.iter("a")] == ["A 7", "1 One 3", "B 8", "C"]


def test_it_prints_the_page_that_every_format_prints() -> None:
    derivation = symbolic.explain("gpt2-124m")
    words = text(parsed(derivation.to_html()))
    for section in explain_page(derivation).sections:
        assert section.title in words


def test_names_in_what_a_convention_counts_are_set_as_code() -> None:
    page = symbolic.explain("gpt2-124m", "training-states").to_html()
    assert "This page counts <code>working_bytes</code> + <code>gradient_bytes</code>" in page
    assert "`" not in page.partition("<main")[0].partition("<header")[2]


def test_a_long_path_goes_on_in_the_next_line_behind_a_slash_or_an_underscore() -> None:
    page = symbolic.explain("gpt2-124m", "training-flops").to_html()
    assert "scripts/<wbr>train/<wbr>benchmarking/<wbr>README.md" in page
    assert "calculate_<wbr>tflops_<wbr>training_<wbr>per_<wbr>device" in page


@pytest.mark.parametrize(
    ("model", "quantity", "lead", "exact"),
    [
        ("gpt2-124m", "forward-flops", "≈ 291.6 billion FLOPs for 1,024 tokens", "291,648,307,200 FLOPs"),
        ("llama-3-8b", "kv-cache", "≈ 1.074 GB (= 1 GiB) for 8,192 tokens", "1,073,741,824 bytes"),
        ("deepseek-v3", "training-cost", "≈ 4.161 × 1024 FLOPs", "4,161,052,449,177,600,000,000,000 FLOPs"),
    ],
)
def test_a_total_of_many_digits_is_said_in_short_first(model: str, quantity: str, lead: str, exact: str) -> None:
    root = parsed(symbolic.explain(model, quantity).to_html())
    [total] = [element for element in root.iter() if element.get("class") == "total"]
    # The words for several sequences are hidden while there is one.
    for part in total:
        for hidden in [inside for inside in part if inside.get("hidden") is not None]:
            part.remove(hidden)
    assert [" ".join("".join(part.itertext()).split()) for part in total] == [lead, exact]


@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b"])
def test_a_letter_and_its_number_stand_in_one_line(model: str) -> None:
    """Browsers break a line between `<math>` and a space without a break, so they stand in an element that has none."""
    shown = str(symbolic.explain(model).to("html"))
    says = shown[shown.index('<section class="section" id="where">') :].partition("</p>")[0]
    assert "the total is one formula of the sizes" in says
    assert says.count('<span class="together"><math>') == says.count("</math>\u00a0=\u00a0<span") > 3
    assert ".together{white-space:nowrap" in shown.replace(" ", "")
