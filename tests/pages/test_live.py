"""A reader changes sizes: what the page then shows is what Python prints for a config with these sizes."""

import random
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from browsing import IN_A_BROWSER, Watched
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab
from sampling import by_turns, count, sample, thorough

import symbolic
from symbolic import api
from symbolic.analysis.variants import derived
from symbolic.errors import ConfigError, NothingToMeasure
from symbolic.formulas.figures import grouped
from symbolic.language import speaking
from symbolic.measuring.derivation import Derivation
from symbolic.pages.page import Page
from symbolic.pages.rendering import render_page

pytestmark = IN_A_BROWSER

WHAT = """([several, left, unlike]) => {
  const shown = [];
  const blocks = ".title .total, .title > p:has([data-of], [data-rounded]), nav a, "
    + "main :is(p, h2, h3, h4, h5, .equation, td, th, dd, li), .diagram b";
  // What a new config says otherwise: a size's key and source, the unit of the total, the total's own words.
  const other = "#config :is(th, td:first-child, td:last-child, p, li)"
    + ", #result-1, #result-2, #total > p, #sources";
  for (const block of document.querySelectorAll(blocks)) {
    if (block.closest("[data-fixed], [hidden]") || block.closest(other)) continue;
    if (unlike && block.closest(unlike)) continue;
    const result = block.closest(":is(#results, #equations) section");
    if (left.includes(result?.querySelector("h3, h4")?.textContent)) continue;
    // A config for which no convention makes a difference has no such section; its numbers are in ROWS and WAYS.
    if (block.closest("#other-counts, nav a[href='#other-counts']")) continue;
    // The lesson about batches holds for the config only; where a batch of one does not fit there is none.
    if (block.closest("#batches, nav a[href='#batches']")) continue;
    // All layouts of so many devices stand on a page of several devices alone.
    if (block.closest("nav a[href='#all-layouts']")) continue;
    // For several sequences Python's page has them in the closed form, at the top too, and a line more in details.
    const lines = "#closed-form, dd, #where > :is(h2, .equation, .copied, .note), nav a[href='#where']";
    if (several && block.closest(lines)) continue;
    const copy = block.cloneNode(true);
    copy.querySelectorAll("[hidden]").forEach((unseen) => unseen.remove());
    // Whether the middle of such an equation can be printed without rounding hangs on its numbers.
    if (block.closest("#results, #equations"))
      copy.querySelectorAll("span > :is(math, span):not(:last-child)").forEach((side) => side.remove());
    // Where the last formula that rounds is left out, so are the examples of the signs.
    if (/Someformulasbelowround|^[\u2308\u230a]100/.test(block.textContent.replace(/[\\s\u00a0]/g, ""))) continue;
    // Whether a quotient stands on a line or one above the other hangs on the room that its numbers take.
    shown.push(copy.textContent.replace(/[\\s\\u00a0/]/g, ""));
  }
  const bars = [...document.querySelectorAll("figure.bar rect")].filter((rect) => !(unlike && rect.closest(unlike)));
  const widths = bars.map((rect) => `${rect.getAttribute("x")} ${rect.getAttribute("width")}`);
  return [...shown.filter((text) => text), ...widths];
}"""
ROWS = """() => Object.fromEntries([...document.querySelectorAll("#other-counts [data-of]")]
  .map((number) => number.closest("tr")).filter((row) => row && !row.closest("[data-fixed], [data-equal]"))
  .map((row) => {
    const copy = row.cloneNode(true);
    copy.querySelectorAll("[hidden]").forEach((unseen) => unseen.remove());
    return [...copy.cells].map((cell) => cell.textContent.replace(/[\\s\\u00a0]/g, ""));
  })
  .map(([name, ...others]) => [name, others]))"""
WAYS = """() => Object.fromEntries([...document.querySelectorAll("[data-equal]:not([data-fixed])")]
  .map((way) => [way.querySelector("caption").textContent, [...way.querySelectorAll("tbody tr")]
    .map((row) => [...row.cells].slice(-3, -1).map((cell) => cell.textContent))]))"""
"""What each row on the way from one total to another adds, and what it makes."""
SVG = re.compile("<svg.*?</svg>", re.DOTALL)
FIXED = """() => [...document.querySelectorAll(":is(#results, #equations) section[data-fixed]")]
  .map((section) => section.querySelector("h3, h4").textContent)"""
HEADS = """() => [...document.querySelectorAll("#idea > p strong")].map((head) => head.textContent)"""
"""What the lesson of the cache has a paragraph for: heads that share, a window."""
BARS = """() => document.querySelectorAll("figure.bar").length"""
MOVED = "#results, #equations, nav a[href='#equations']"
EQUATIONS = """() => document.querySelectorAll("#equations").length"""
OTHER_PARTS = "other parts"


class Changed:
    """A page in a tab."""

    def __init__(self, tab: Tab, folder: Path) -> None:
        self.path = folder / "page.html"
        self.tab = tab

    def open(self, derivation: Derivation, sizes: object = "") -> None:
        self.path.write_text(str(derivation.to("html")), encoding="utf-8")
        self.go(sizes)

    def go(self, sizes: object = "") -> None:
        address = "&".join(f"{name}={size}" for name, size in sizes.items()) if isinstance(sizes, dict) else sizes
        self.tab.goto("about:blank")
        self.tab.goto(f"{self.path.as_uri()}#{address}")

    @property
    def names(self) -> list[str]:
        found: list[str] = self.tab.evaluate("[...document.querySelectorAll('.dock .field')].map((f) => f.id.slice(5))")
        return found

    @property
    def problem(self) -> str:
        return self.tab.locator(".dock .problem").text_content() or ""

    @property
    def total(self) -> str:
        return self.tab.locator(".title .total strong").text_content() or ""

    def set(self, name: str, text: str) -> None:
        field = self.tab.locator(f"#size-{name}")
        field.fill(text)
        field.dispatch_event("change")


@pytest.fixture
def page(watched: Watched, tmp_path: Path) -> Iterator[Changed]:
    yield Changed(watched.tab, tmp_path)
    assert watched.complaints == []


QUANTITIES = (
    "parameters",
    "kv-cache",
    "training-memory",
    "training-cost",
    "arithmetic-intensity",
    "forward-flops",
    "device-memory",
)
DESCRIBED = {
    "bloom": {"hidden_size": 1024, "n_layer": 24, "n_head": 16},
    "glm4_moe": {},
    "clip": {},
    "dinov2": {},
    "falcon": {},
    "stablelm": {},
}
"""Configs of types that nobody wrote by hand; a size that decides which parts they have stays as it is."""
FEW = ("gpt2-124m", "llama-3-8b", "deepseek-v3", "vit-base-patch16-224", "t5-small", "mamba-130m", "gemma-2-2b")


CASES = [*sample(by_turns(FEW, QUANTITIES), 19), *sample(by_turns(tuple(DESCRIBED), QUANTITIES), 10)]


@pytest.mark.parametrize(("model", "quantity"), CASES)
def test_every_number_follows_as_python_prints_it(
    browser: Browser, page: Changed, tmp_path: Path, model: str, quantity: str
) -> None:
    given = {"model_type": model, **DESCRIBED[model]} if model in DESCRIBED else model
    try:
        derivation = symbolic.explain(given, quantity=quantity)
        page.open(derivation)
    except (NothingToMeasure, ConfigError):
        assert quantity != "parameters"
        return
    draw = random.Random(f"{model} {quantity}")  # drawn anew, so that a case that fails fails again
    names, python = page.names, Changed(browser.new_page(), tmp_path / "python")
    python.path.parent.mkdir()
    compared = 0
    for _ in range(count(60, 20)):
        sizes = {
            name: _other(derivation.sizes[name], draw)
            for name in draw.sample(names, draw.randint(1, min(3, len(names))))
        }
        sizes = {name: size for name, size in sizes.items() if size != derivation.sizes[name]}
        # A stack of one layer has no line for their number on Python's page, and here one of 1.
        if not sizes or sizes.get("n_dense_layers") == 1 or compared == count(3, 1):
            continue
        page.go(sizes)
        try:
            expected = derived(derivation, sizes)
        except ConfigError:
            assert page.problem, sizes
            assert page.total == grouped(derivation.total)
            continue
        if OTHER_PARTS in page.problem:
            continue
        assert page.problem == "", sizes
        python.open(expected)
        # A result that has no equation for some sizes is said to hold for those of the config only.
        left = [*page.tab.evaluate(FIXED), *python.tab.evaluate(FIXED)]
        # What saves nothing with these sizes is no part of Python's lesson, and a bar of a single part no picture.
        unlike = [
            *(["#idea"] if page.tab.evaluate(HEADS) != python.tab.evaluate(HEADS) else []),
            *(["figure.bar, #where > .note"] if page.tab.evaluate(BARS) != python.tab.evaluate(BARS) else []),
            # Where no number of devices that can share the matrices holds them, the equations stand with the results.
            *([MOVED] if page.tab.evaluate(EQUATIONS) != python.tab.evaluate(EQUATIONS) else []),
        ]
        asked = ["batch_size" in sizes, left, ", ".join(unlike)]
        assert page.tab.evaluate(WHAT, asked) == python.tab.evaluate(WHAT, asked), sizes
        # A convention that makes no difference for a config has no row in its page.
        ours, theirs = page.tab.evaluate(ROWS), python.tab.evaluate(ROWS)
        both = ours.keys() & theirs.keys()
        assert {name: ours[name] for name in both} == {name: theirs[name] for name in both}, sizes
        ours, theirs = page.tab.evaluate(WAYS), python.tab.evaluate(WAYS)
        both = ours.keys() & theirs.keys()
        assert {name: ours[name] for name in both} == {name: theirs[name] for name in both}, sizes
        compared += 1
    assert compared


SERVED = {
    "llama-3-8b": ({"batch_size": 32}, {"batch_size": 8, "context": 1024, "tensor_parallel": 4}),
    "gpt2-124m": ({"context": 512, "batch_size": 64},),
    "deepseek-v3": ({"batch_size": 2}, {"batch_size": 3000, "context": 100}, {"batch_size": 7, "tensor_parallel": 16}),
}
TIMES = """() => [...document.querySelectorAll("#time :is(.equation, p:has([data-rounded]), td:nth-child(3))")]
  .map((shown) => shown.textContent.replace(/[\\s\\u00a0/()]/g, ""))"""
"""Where a quotient stands on a line, and what is then in brackets, hangs on the room that its numbers take."""


@pytest.mark.parametrize(
    ("model", "sizes"), sample([(name, one) for name, every in SERVED.items() for one in every], 5)
)
def test_the_time_of_a_step_follows_as_python_computes_it(page: Changed, model: str, sizes: dict[str, int]) -> None:
    def shown(made: Page) -> list[str]:
        page.path.write_text(render_page(made, "html"), encoding="utf-8")
        page.go()
        return page.tab.evaluate(TIMES)  # type: ignore[no-any-return]

    context, devices = sizes.get("context", 0), sizes.get("tensor_parallel", 0)
    expected = shown(api.serving(model, batch=sizes["batch_size"], context=context, devices=devices))
    shown(api.serving(model))
    page.go(sizes)
    assert page.problem == ""
    assert page.tab.evaluate(TIMES) == expected


def _other(size: int | Fraction, draw: random.Random) -> int | Fraction:
    """Another size; a share has a decimal, since Python's page can't compute an equation with 1/150 in it again."""
    if not isinstance(size, int):
        return Fraction(draw.randint(1, 20), 20)
    return max(1, int(size * Fraction(draw.choice((1, 2, 3, 5, 7)), draw.choice((1, 2, 3, 4)))))


IMPOSSIBLE = {
    "gpt2-124m": (
        {"emb_dim": 770},
        "emb_dim 770 is not a multiple of n_heads (12). Nearest that work: emb_dim 768, 780; n_heads 11, 14.",
    ),
    "llama-3-8b": (
        {"n_kv_groups": 5},
        "n_heads is 32 and must be a multiple of n_kv_groups, which is 5. Nearest that work: n_kv_groups 4, 8.",
    ),
    "mixtral-8x7b": (
        {"n_active_experts": 9},
        "n_active_experts is 9 and can't be more than n_experts, which is 8. "
        "Nearest that work: n_active_experts 8; n_experts 9.",
    ),
    "gemma-3-1b": ({"n_layers": 900}, "The configuration says nothing of such sizes."),
}


@pytest.mark.parametrize("model", sample(list(IMPOSSIBLE), 4))
def test_impossible_sizes_are_refused_and_the_numbers_stay(page: Changed, model: str) -> None:
    sizes, says = IMPOSSIBLE[model]
    derivation = symbolic.explain(model)
    page.open(derivation, sizes)
    assert page.problem == f"{says} The page still shows the numbers of the last sizes that worked."
    assert page.total == grouped(derivation.total)
    assert not page.tab.evaluate("document.body.classList.contains('changed')")


TYPED = {
    "1024": "",
    "1,024": "",
    " 1 024 ": "",
    "0": "emb_dim must be at least 1.",
    "-1": "emb_dim must be at least 1.",
    "1e3": "emb_dim must be a whole number.",
    "alert(1)": "emb_dim must be a whole number.",
    "9" * 16: "emb_dim must be a whole number.",
    "": "emb_dim must be a whole number.",
}


def test_what_is_typed_is_a_number_or_refused(page: Changed) -> None:
    config = {**symbolic.load("gpt2-124m").config, "n_heads": 16}
    totals = {width: grouped(symbolic.explain({**config, "emb_dim": width}).total) for width in (768, 1024)}
    page.open(symbolic.explain("gpt2-124m"))
    page.tab.locator("button.open").click()
    for text, says in TYPED.items():
        page.tab.locator("button.reset").click()
        page.set("n_heads", "16")
        page.set("emb_dim", text)
        assert page.problem.startswith(says) if says else page.problem == ""
        assert page.total == totals[768 if says else 1024], text


@thorough
def test_a_size_that_is_changed_is_no_default_any_more(page: Changed) -> None:
    page.open(symbolic.explain("gpt2-124m", quantity="kv-cache"), {"context": 512, "device_memory": 24 * 10**9})
    rows = "[...document.querySelectorAll('tr:has([data-own]:not([hidden])) code')].map((name) => name.textContent)"
    noted = page.tab.evaluate(rows)
    assert {"batch_size", "device_bandwidth"} <= set(noted)
    assert {"context", "device_memory"}.isdisjoint(noted)
    page.go()
    assert {"context", "device_memory"} <= set(page.tab.evaluate(rows))


@thorough
def test_two_sizes_that_are_possible_only_together_may_be_set_one_after_the_other(page: Changed) -> None:
    page.open(symbolic.explain("gpt2-124m"))
    page.tab.locator("button.open").click()
    page.set("emb_dim", "1000")
    assert "not a multiple" in page.problem
    page.set("n_heads", "10")
    assert page.problem == ""
    assert "emb_dim = 1000; " in page.tab.locator("#closed-form .code").first.inner_text()
    assert page.total == grouped(
        symbolic.explain({**symbolic.load("gpt2-124m").config, "emb_dim": 1000, "n_heads": 10}).total
    )


@thorough
def test_a_refused_size_holds_up_no_other_and_one_that_must_stay_has_no_field(page: Changed) -> None:
    """With a second stage the head would go; heads that 3 devices can't share are named."""
    page.open(symbolic.explain("gpt2-124m", "device-memory"))
    page.tab.locator("button.open").click()
    assert "pipeline_parallel" not in page.names
    assert "pipeline_parallel" in (page.tab.locator(".dock .held").text_content() or "")
    page.set("tensor_parallel", "5")
    assert page.problem.startswith("n_heads is 12 and must be a multiple of tensor_parallel, which is 5.")
    page.set("tokens", "512")
    assert page.total == grouped(symbolic.explain("gpt2-124m", "device-memory", inputs={"tokens": 512}).total)
    assert page.tab.locator("#size-tensor_parallel").input_value() == "5"
    page.set("tensor_parallel", "1")
    assert page.problem == ""


@thorough
def test_a_slider_goes_through_possible_sizes_only(page: Changed) -> None:
    page.open(symbolic.explain("llama-3-8b"))
    page.tab.locator("button.open").click()
    for name in page.names:
        slider = page.tab.locator(f"#size-{name} + .slider")
        for place in (0, 10, int(slider.get_attribute("max") or 0)):
            slider.evaluate("(s, place) => { s.value = place; s.dispatchEvent(new Event('input')); }", place)
            assert page.problem == "", (name, place)
    page.tab.locator("button.reset").click()
    assert page.total == grouped(symbolic.explain("llama-3-8b").total)


def test_reset_makes_the_page_as_it_was(page: Changed) -> None:
    page.open(symbolic.explain("gpt2-124m", quantity="kv-cache"))
    before = page.tab.locator("main").inner_html()
    page.go({"n_layers": 24, "batch_size": 8, "context": 1})
    assert page.tab.locator("main").inner_html() != before
    page.tab.locator("button.open").click()
    page.tab.locator("button.reset").click()
    page.tab.locator("button.close").click()
    after = page.tab.locator("main").inner_html()
    assert _plain(after) == _plain(before)
    assert page.tab.evaluate("location.hash") == ""


def _plain(html: str) -> str:
    """Without what has no look: empty classes, and where a number may break."""
    return html.replace(' class=""', "").replace("<wbr>", "").replace(' hidden=""', "").replace("&nbsp;", " ")


def test_the_address_keeps_sizes_and_place(page: Changed) -> None:
    page.open(symbolic.explain("gpt2-124m"))
    page.tab.locator("button.open").click()
    page.set("n_layers", "24")
    assert page.tab.evaluate("location.hash") == "#n_layers=24"
    total = page.total
    page.tab.locator("nav a[href='#step-3']").click()
    page.tab.wait_for_function("location.hash === '#step-3&n_layers=24'")
    page.tab.reload()
    assert page.total == total
    assert 0 <= page.tab.evaluate("document.getElementById('step-3').getBoundingClientRect().top") < 100


@pytest.mark.parametrize(
    "address", sample(["n_layers=x", "nothing=1", "__proto__=1", "n_layers=0", "n_layers=%3Cb%3E", "=", "a=b=c"], 5)
)
def test_an_address_with_anything_else_changes_nothing(page: Changed, address: str) -> None:
    derivation = symbolic.explain("gpt2-124m")
    page.open(derivation, address)
    assert page.total == grouped(derivation.total)


def test_what_can_not_follow_says_so(page: Changed) -> None:
    page.open(symbolic.explain("gpt2-124m"), {"n_layers": 24})
    says = "getComputedStyle(document.querySelector('{}'), '::before').content"
    assert "For the sizes of the configuration" in page.tab.evaluate(says.format(".checked"))
    assert page.tab.locator(".of-reader").text_content() == (
        "Sizes changed by the reader, those of the configuration in brackets: n_layers 24 (12)."
    )
    page.tab.emulate_media(media="print")
    assert page.tab.locator(".of-reader").is_visible()
    assert not page.tab.locator(".dock").is_visible()


def test_the_way_to_another_count_follows_and_drops_who_prints_it(page: Changed) -> None:
    page.open(symbolic.explain("gpt2-124m"), {"n_layers": 24})
    ways = page.tab.evaluate(WAYS)
    other = symbolic.explain({**symbolic.load("gpt2-124m").config, "n_layers": 24})
    untied = other.counted_as(other.quantity.convention("untied"))
    steps = ways["From this page’s count to untied"]
    assert [row[1] for row in steps] == [grouped(other.total), grouped(untied.total)]
    assert not page.tab.get_by_text("what the book’s code prints", exact=False).last.is_visible()
    assert page.tab.locator("[data-equal] tbody tr:last-child td:last-child").last.inner_text() == "this page"


@thorough
def test_a_way_whose_rows_no_longer_lead_to_the_other_count_keeps_its_numbers_and_says_so(page: Changed) -> None:
    """The rows between two counts of one sequence are not those of two."""
    page.open(symbolic.explain("gpt2-124m", quantity="forward-flops"))
    ways = page.tab.evaluate(WAYS)
    assert len(ways) == 4
    page.tab.locator("button.open").click()
    page.set("batch_size", "2")
    assert page.tab.evaluate(WAYS) == {}
    assert page.tab.locator("[data-equal][data-fixed]").count() == 4
    page.set("batch_size", "1")
    assert page.tab.evaluate(WAYS) == ways


def test_a_model_read_off_code_keeps_the_sizes_that_decide_its_parts(page: Changed) -> None:
    page.open(symbolic.explain({"model_type": "glm4_moe"}))
    assert "n_experts" in page.names
    assert "n_layers" not in page.names
    assert "n_layers: with another value the code may make a network with other parts." in (
        page.tab.locator(".dock").text_content() or ""
    )


def test_the_copied_tex_and_the_words_read_aloud_are_not_those_of_other_sizes(page: Changed) -> None:
    page.open(symbolic.explain("gpt2-124m"), {"emb_dim": 1536})
    equation = page.tab.locator("#step-3-1-1 .equation").first
    tex = equation.evaluate("(e) => [...e.querySelectorAll('math')].map(texOf).join('').trim()")
    assert r"3 \times (1{,}536 \times 1{,}536)" in tex
    assert equation.locator("[aria-label]").count() == 0


@thorough
def test_numbers_are_printed_as_python_prints_them(page: Changed) -> None:
    """Many values of one input, in the signs of another language."""
    with speaking("de"):
        derivation = symbolic.explain("gpt2-124m", quantity="training-cost")
        page.open(derivation)
        shown = []
        values = (Fraction(1, 3), Fraction(1), Fraction(7, 1000))
        for mfu in values:
            page.go({"utilisation": mfu})
            shown.append(page.tab.evaluate(WHAT, [False, []]))
        for mfu, texts in zip(values, shown, strict=True):
            page.open(derived(derivation, {"utilisation": mfu}))
            assert texts == page.tab.evaluate(WHAT, [False, []])


def test_what_has_changed_is_marked_and_stands_in_a_table_with_its_difference(page: Changed) -> None:
    page.open(symbolic.explain("gpt2-124m"), {"n_layers": 24})
    cells = r"[...row.cells].map((cell) => cell.textContent)"
    rows = f"[...document.querySelectorAll('.of-reader + div tbody tr')].map((row) => {cells})"
    assert page.tab.evaluate(rows) == [
        ["attention", "28,320,768", "56,641,536", "+\u00a028,320,768"],
        ["feed-forward network", "56,669,184", "113,338,368", "+\u00a056,669,184"],
        ["layer norms", "36,864", "73,728", "+\u00a036,864"],
        ["total", "124,412,160", "209,438,976", "+\u00a085,026,816"],
    ]
    marked = "[...document.querySelectorAll('nav .changed')].map((number) => number.textContent)"
    assert page.tab.evaluate(marked) == ["170,053,632", "209,438,976"]
    assert "alone gives 169,869,312, which is 81.1 %" in page.tab.locator("#closed-form").inner_text().replace(
        "\u00a0", " "
    )
    page.tab.locator("button.open").click()
    page.tab.locator("button.reset").click()
    assert not page.tab.locator(".of-reader + div").is_visible()
    assert page.tab.evaluate(marked) == []


@thorough
def test_sizes_are_written_as_letters_and_as_names_again(page: Changed) -> None:
    page.open(symbolic.explain("gpt2-124m"))
    before = page.tab.locator("main").inner_html()
    switch = page.tab.get_by_role("button", name="Sizes as letters")
    switch.click()
    assert "Widens each token from d to f numbers." in (page.tab.locator("#step-3-2-1").text_content() or "")
    tex = "(e) => [...e.querySelectorAll('math')].map(texOf).join('').trim()"
    equation = page.tab.locator("#step-3-2-1 .equation")
    assert equation.evaluate(tex) == r"d \times f = 768 \times 3{,}072 = 2{,}359{,}296"
    assert "6 × L × d" in (page.tab.locator("#other-counts").text_content() or "")
    page.tab.locator("button.open").click()
    page.set("emb_dim", "1536")
    assert equation.evaluate(tex) == r"d \times f = 1{,}536 \times 6{,}144 = 9{,}437{,}184"
    page.set("emb_dim", "768")
    page.tab.locator("button.close").click()
    switch.click()
    # A bar that was drawn again differs in its last digits.
    assert SVG.sub("", _plain(page.tab.locator("main").inner_html())) == SVG.sub("", _plain(before))
