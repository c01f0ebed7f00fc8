"""The page as a browser shows it: quiet, without a request, laid out as mathematics, on screen, phone and paper."""

import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest
from browsing import IN_A_BROWSER, Watched
from playwright.sync_api import Browser
from sampling import EVERYTHING, ONE_A_FAMILY, by_turns, count, sample, thorough

import symbolic
from symbolic import api
from symbolic.errors import NothingToMeasure
from symbolic.measuring import quantities
from symbolic.pages.document import explain_page
from symbolic.pages.page import Entry, Equation, Part
from symbolic.pages.rendering.as_html import render_page
from symbolic.pages.rendering.equations import chained, sides
from symbolic.pages.rendering.spoken_notation import Spoken
from symbolic.pages.rendering.tex_notation import Latex

pytestmark = IN_A_BROWSER

HUGE = {"vocab_size": 10**30, "context_length": 10**30, "emb_dim": 10**30, "n_heads": 10, "n_layers": 10**30}
MODELS: dict[str, object] = {"gpt2-124m": "gpt2-124m", "llama-2-7b": "llama-2-7b", "huge": HUGE}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    paths = {}
    for name, given in MODELS.items():
        paths[name] = folder / f"{name}.html"
        paths[name].write_text(symbolic.explain(given).to_html(), encoding="utf-8")
    return paths


@pytest.mark.parametrize("model", sample(list(MODELS), 3))
def test_it_opens_without_a_complaint_or_a_request(watched: Watched, pages: dict[str, Path], model: str) -> None:
    watched.open(pages[model]).evaluate("document.fonts.ready")
    assert watched.complaints == []
    assert [url for url in watched.requests if not url.startswith("data:")] == [pages[model].as_uri()]
    loaded = watched.tab.evaluate("[...document.fonts].map((font) => [font.family, font.status])")
    assert len(loaded) == 3
    assert {status for _, status in loaded} == {"loaded"}


@pytest.mark.parametrize("model", sample(list(MODELS), 3, 2))
def test_the_mathematics_is_laid_out(watched: Watched, pages: dict[str, Path], model: str) -> None:
    tab = watched.open(pages[model])
    boxes = tab.evaluate(
        "[...document.querySelectorAll('math')].map((m) => m.getBoundingClientRect()).map((b) => [b.width, b.height])"
    )
    assert boxes
    assert all(width > 3 and height > 8 for width, height in boxes)
    above = tab.evaluate(
        "[...document.querySelectorAll('mfrac')].every((f) =>"
        " f.children[0].getBoundingClientRect().bottom <= f.children[1].getBoundingClientRect().top + 1)"
    )
    assert above


INK = """async (png) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, image.width, image.height);
  const dark = [];
  for (let i = 0; i < data.length; i += 4) if (data[i] < 128) dark.push((i / 4) % image.width);
  return dark.length ? [Math.min(...dark), Math.max(...dark)] : [0, 0];
}"""


@thorough
def test_a_row_has_the_colour_that_its_part_has_in_the_bar(watched: Watched, pages: dict[str, Path]) -> None:
    tab = watched.open(pages["gpt2-124m"])
    style = "(one) => getComputedStyle(one)"
    rows = tab.evaluate(
        f"[...document.querySelectorAll('tr[class^=k] td:first-child')].map({style}).map((s) => s.backgroundImage)"
    )
    bar = tab.evaluate(f"[...document.querySelectorAll('.bar li svg rect')].map({style}).map((s) => s.fill)")
    assert rows == [f"linear-gradient({colour}, {colour})" for colour in bar]


@thorough
def test_a_brace_is_painted_as_wide_as_its_number(browser: Browser, watched: Watched, tmp_path: Path) -> None:
    # The box of a stretched brace keeps the width of a small one, so only the picture tells.
    path = tmp_path / "page.html"
    path.write_text(symbolic.explain({**HUGE, "vocab_size": 10**9, "emb_dim": 1000}).to_html(), encoding="utf-8")
    tab = watched.open(path)
    reader = browser.new_page()
    braced = tab.locator("munder > munder > mn")
    assert braced.count() > 10
    for index in range(0, braced.count(), count(1, 3)):
        number = braced.nth(index)
        number.evaluate("(n) => n.scrollIntoView({block: 'center'})")
        box = number.bounding_box()
        assert box
        strip = {"x": box["x"] - 2, "y": box["y"] + box["height"], "width": box["width"] + 4, "height": 6}
        png = b64encode(tab.screenshot(clip=strip)).decode()  # type: ignore[arg-type]
        left, right = reader.evaluate(INK, png)
        assert right - left == pytest.approx(box["width"], abs=6), number.text_content()


@thorough
def test_the_links_of_the_contents_work(watched: Watched, pages: dict[str, Path]) -> None:
    tab = watched.open(pages["gpt2-124m"])
    for index in range(tab.locator("nav a").count()):
        link = tab.locator("nav a").nth(index)
        target = (link.get_attribute("href") or "").removeprefix("#")
        link.click()
        assert tab.evaluate("location.hash") == f"#{target}"
        top = tab.evaluate("(id) => document.getElementById(id).getBoundingClientRect().top", target)
        at_the_end = tab.evaluate("innerHeight + scrollY >= document.documentElement.scrollHeight - 2")
        assert 0 <= top < 60 or at_the_end
        assert tab.locator("nav").bounding_box()["y"] >= 0  # type: ignore[index]


@pytest.mark.parametrize(("model", "width"), sample(list(product(MODELS, [320, 390, 700, 1000, 1280])), 8))
def test_nothing_hangs_over_the_edge(watched: Watched, pages: dict[str, Path], model: str, width: int) -> None:
    tab = watched.open(pages[model], width)
    tab.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


# A page that is too wide is so in print, too, where the other half of them is looked at (test_pdf.py).
SEEN = (
    by_turns(ONE_A_FAMILY, quantities.names())
    if EVERYTHING
    else [("gpt2-124m", "training-memory"), ("llama-2-7b", "training-cost"), ("deepseek-v3", "parameters")]
)
CUT = """() => [...document.querySelectorAll(".scroll, .equation")]
  .filter((box) => box.scrollWidth > box.clientWidth + 1)
  .filter((box) => innerWidth > 400 || !(box.tabIndex === 0 && box.matches(".scrolls")
    && (box.querySelector("mfrac, munder, table") || box.innerText.includes("min"))))
  .map((box) => [box.scrollWidth, box.clientWidth, box.innerText.slice(0, 40)])"""
"""Boxes that cut off what they hold. On a phone a long fraction, minimum, sum or table may scroll, if keys reach it."""
BROKEN = """() => [...document.querySelectorAll(".num")]
  .filter((cell) => new Set([...cell.querySelectorAll("span:not(:has(span))")]
    .flatMap((span) => [...span.getClientRects()]).map((line) => Math.round(line.bottom))).size > 1)
  .map((cell) => cell.textContent)"""
"""Numbers that go on in another line."""
UNNAMED = """() => [...document.querySelectorAll(".stacks thead")]
  .filter((head) => getComputedStyle(head).position === "absolute")
  .flatMap((head) => [...head.parentElement.querySelectorAll("tbody td:not(:empty, :first-child)")])
  .filter((cell) => ['none', 'normal', '""'].includes(getComputedStyle(cell, "::before").content))
  .map((cell) => cell.closest("tr").textContent)"""
"""Cells of cards, which have no head, without the name of their column; the first is the heading of its card."""


@pytest.mark.parametrize(("model", "quantity"), SEEN)
def test_no_table_and_no_formula_is_cut(watched: Watched, tmp_path: Path, model: str, quantity: str) -> None:
    path = tmp_path / "page.html"
    tab = watched.tab
    with suppress(NothingToMeasure):
        path.write_text(symbolic.explain(model, quantity=quantity).to_html(), encoding="utf-8")
        tab.goto(path.as_uri())
        for width in (390, 1280, 1920):
            tab.set_viewport_size({"width": width, "height": 900})
            tab.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
            assert tab.evaluate(CUT) == [], width
            assert tab.evaluate(BROKEN) == [], width
            assert tab.evaluate(UNNAMED) == [], width


ROWS = """() => [...document.querySelectorAll(".grid tbody tr")].map((row) => [
  new Set([...row.cells].map((cell) => cell.getBoundingClientRect().top)).size,
  getComputedStyle(row.cells[0]).position])"""
"""Of each row of numbers: in how many lines its cells stand, and whether its first one moves with the others."""


def test_rows_of_many_numbers_stay_rows_on_a_phone_and_are_not_cut_on_a_screen(
    watched: Watched, tmp_path: Path
) -> None:
    path = tmp_path / "page.html"
    path.write_text(render_page(api.serving(symbolic.load("deepseek-v3"))), encoding="utf-8")
    tab = watched.open(path, 390)
    assert tab.evaluate(CUT) == []
    rows = tab.evaluate(ROWS)
    assert len(rows) > 20
    assert all(row == [1, "sticky"] for row in rows)
    tab.set_viewport_size({"width": 1280, "height": 900})
    tab.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    assert tab.evaluate(CUT) == []


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The checker's script, by npm."""
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("axe")
    command = [str(npm), "install", "--silent", "--no-audit", "--no-fund", "axe-core@4"]
    if npm is None or subprocess.run(command, cwd=folder, check=False).returncode:
        pytest.skip("axe-core can't be installed by npm")
    return (folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


@thorough
@pytest.mark.parametrize("model", sample(list(MODELS), 3))
@pytest.mark.parametrize(("width", "dark"), sample([(390, False), (1280, True), (390, True), (1280, False)], 5))
def test_axe_finds_nothing(
    browser: Browser, pages: dict[str, Path], axe: str, model: str, width: int, dark: bool
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", bypass_csp=True
    )
    tab = context.new_page()
    tab.goto(pages[model].as_uri())
    tab.evaluate("document.fonts.ready")
    tab.evaluate(axe)
    found = tab.evaluate("axe.run().then((run) => run.violations.map((v) => [v.id, v.nodes.map((node) => node.html)]))")
    assert found == []


def test_dark_is_dark_and_both_are_legible(watched: Watched, pages: dict[str, Path]) -> None:
    seen = []
    for dark in (False, True):
        tab = watched.open(pages["gpt2-124m"], dark=dark)
        style = "(name) => getComputedStyle(document.querySelector('{}'))[name].match(/\\d+/g).map(Number)"
        paper = luminance(tab.evaluate(style.format("body"), "backgroundColor"))
        for element in ("body", ".checked", "nav a", ".entry summary", "main a[href^=http]"):
            ink = luminance(tab.evaluate(style.format(element), "color"))
            assert (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05) >= 4.5
        seen.append(paper)
    assert seen[0] > 0.9
    assert seen[1] < 0.05


def luminance(colour: list[int]) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [part / 255 for part in colour[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_button_copies_the_tex(watched: Watched, pages: dict[str, Path]) -> None:
    tab = watched.open(pages["gpt2-124m"])
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    row = tab.locator("#step-3-1-1 .copied").first
    row.hover()
    row.locator("button").click()
    expected = r"3 \times (\mathrm{emb\_dim} \times \mathrm{emb\_dim}) = 3 \times (768 \times 768) = 1{,}769{,}472"
    assert tab.evaluate("navigator.clipboard.readText()") == expected


@pytest.mark.parametrize(("model", "quantity"), [("gpt2-124m", "parameters"), ("gemma-2-2b", "training-cost")])
def test_the_tex_and_the_words_of_each_equation_are_those_of_its_formula(
    watched: Watched, tmp_path: Path, model: str, quantity: str
) -> None:
    derivation = symbolic.explain(model, quantity=quantity)
    path = tmp_path / "page.html"
    path.write_text(derivation.to_html(), encoding="utf-8")
    tab = watched.open(path)
    copied = "(e) => [...e.querySelectorAll('math')].map(texOf).join('').trim()"
    found = [element.evaluate(copied) for element in tab.locator(".entry .equation").element_handles()]
    parts = [part for section in explain_page(derivation).sections for part in section.parts]
    printer = Latex()
    expected = [chained(printer, sides(printer, equation, derivation.sizes)) for equation in equations(parts)]
    assert [re.sub(r"\s", "", tex) for tex in found] == [re.sub(r"\s", "", tex) for tex in expected]
    heard = tab.locator(".entry .equation [role=math]").evaluate_all("all => all.map((one) => one.ariaLabel)")
    spoken = Spoken()
    assert heard == [chained(spoken, sides(spoken, one, derivation.sizes)) for one in equations(parts)]


def equations(parts: Iterable[Part]) -> Iterator[Equation]:
    """Those of steps and results, in the order in which a page has them."""
    for part in parts:
        if isinstance(part, Entry):
            yield from equations(part.before)
            yield from part.equations
            yield from [part.several] if part.several else []


def test_without_a_script_it_is_whole(browser: Browser, pages: dict[str, Path]) -> None:
    tab = browser.new_page(java_script_enabled=False)
    tab.goto(pages["gpt2-124m"].as_uri())
    assert tab.locator("button").count() == 0
    assert tab.locator("#total .equation").is_visible()
    tab.locator("#step-1 summary").click()
    assert tab.locator("#step-1 dl").is_visible()


@pytest.mark.parametrize("script", sample([False, True], 2))
def test_on_paper_details_are_open_and_buttons_gone(browser: Browser, pages: dict[str, Path], script: bool) -> None:
    tab = browser.new_page(java_script_enabled=script)
    tab.goto(pages["gpt2-124m"].as_uri())
    tab.emulate_media(media="print")
    details = tab.locator("#step-1 dl").bounding_box()
    assert details
    assert details["height"] > 5
    assert not tab.locator(".anchor").first.is_visible()
    assert tab.locator(".copy:visible").count() == 0
    assert not tab.locator("nav").is_visible()
    assert tab.locator(".meaning p").first.is_visible()
    for paper in ("A4", "Letter") if EVERYTHING else ("A4",):
        assert tab.pdf(format=paper).startswith(b"%PDF")
