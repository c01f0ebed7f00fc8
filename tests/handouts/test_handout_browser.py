"""The HTML sheet in a browser: it checks what is typed, from a file, without a request, and is quiet on paper."""

from hashlib import pbkdf2_hmac
from pathlib import Path

import pytest
from browsing import IN_A_BROWSER, Watched
from handout_forms import form
from playwright.sync_api import Browser, Locator, expect
from playwright.sync_api import Page as Tab
from sampling import sample, thorough
from test_handout_platforms import long_form

from symbolic.formulas.formula import Number, Symbol
from symbolic.handouts import exports
from symbolic.handouts.answers import ChoiceAnswer, Item, NumberAnswer
from symbolic.handouts.carried import blanks, follows
from symbolic.handouts.form import Form
from symbolic.handouts.sheet import hides_factors
from symbolic.pages.rendering.markup import written

pytestmark = IN_A_BROWSER


def page_of(made: Form) -> str:
    return next(str(text) for path, text in exports.of_form("html", made) if path.startswith("sheets/"))


def opened(watched: Watched, made: Form, folder: Path, width: int = 1280) -> Tab:
    path = folder / f"{made.stem}.html"
    path.write_text(str(dict(exports.of_form("html", made))[f"sheets/{made.stem}.html"]), encoding="utf-8")
    return watched.open(path, width)


def is_quiet(watched: Watched) -> bool:
    """Whether a page complained of nothing and asked for nothing but itself."""
    return not watched.complaints and all(url.startswith("file") for url in watched.requests)


def answer(tab: Tab, item: Item, text: str) -> str:
    """What the page says to an answer."""
    if isinstance(item.answer, ChoiceAnswer):
        tab.locator(f'input[name="{item.id}"][value="{text}"]').check()
        return said(tab.locator(f'.choices[data-answer="{item.id}"] > output'))
    box = tab.locator(f'input[data-answer="{item.id}"]')
    box.fill(text)
    box.blur()
    return said(box.locator("xpath=following-sibling::output"))


def said(output: Locator) -> str:
    """What stands in an output once the answer is worked out."""
    expect(output).not_to_have_attribute("aria-busy", "true", timeout=20_000)
    return output.inner_text()


def wrong(item: Item) -> str:
    if isinstance(item.answer, ChoiceAnswer):
        return next(letter for letter, option in item.answer.lettered if option.why)
    return str(item.answer.value + 1) if isinstance(item.answer, NumberAnswer) else item.shown[1:] + "Z"


def test_a_wrong_number_that_is_used_rightly_counts_further_down(watched: Watched, tmp_path: Path) -> None:
    made = form()
    rules = follows(made)
    later, tree = next((one, tree) for one, tree in rules.items() if tree[0] == "+" and len(blanks(tree)) == 1)
    [first] = blanks(tree)
    by_id = {item.id: item for item in made.items}
    right = {one: by_id[one].answer for one in (first, later)}
    values = {key: one.value for key, one in right.items() if isinstance(one, NumberAnswer)}
    tab = opened(watched, made, tmp_path)
    assert answer(tab, by_id[first], str(values[first] + 7)) == "not yet"
    assert answer(tab, by_id[later], f"{values[later] + 7:,}") == "✓ follows from what you wrote above"
    most = made.points - made.by_hand
    says = f"0 of {len(made.items)} answers are right; 1 more are right for your earlier numbers: "
    says += f"1 of {most} points that can be checked here."
    assert tab.locator(".score output").inner_text() == says
    # Mended above, it is wrong below.
    assert answer(tab, by_id[first], str(values[first])) == "✓ right"
    output = tab.locator(f'input[data-answer="{later}"]').locator("xpath=following-sibling::output")
    assert said(output) == "not yet"
    assert answer(tab, by_id[later], str(values[later])) == "✓ right"


@pytest.mark.parametrize("model", ["gpt2-124m", pytest.param("qwen3-30b-a3b", marks=thorough)])
def test_right_answers_are_right_and_wrong_ones_are_not(watched: Watched, model: str, tmp_path: Path) -> None:
    made = form(model)
    tab = opened(watched, made, tmp_path)
    for item in made.items:
        assert answer(tab, item, wrong(item)).startswith("not yet"), item.id
        assert answer(tab, item, item.shown) == "✓ right", item.id
    every, most = len(made.items), made.points - made.by_hand
    says = f"{every} of {every} answers are right: {most} of {most} points that can be checked here."
    assert tab.locator(".score output").inner_text() == says
    assert is_quiet(watched)


def test_a_wrong_option_says_what_is_wrong_with_it_and_no_source_shows_it(watched: Watched, tmp_path: Path) -> None:
    made = form()
    tab = opened(watched, made, tmp_path)
    choices = [item for item in made.items if isinstance(item.answer, ChoiceAnswer)]
    assert choices
    for item in choices:
        assert isinstance(item.answer, ChoiceAnswer)
        for letter, option in item.answer.lettered:
            if option.why:
                says = written(option.why, lambda span, inside: inside or span.text)
                assert says not in tab.content()
                answer(tab, item, letter)
                output = tab.locator(f'.choices[data-answer="{item.id}"] > output')
                expect(output).to_have_text(f"not yet. {says}", timeout=20_000)
    assert is_quiet(watched)


def test_a_number_may_be_written_in_the_ways_that_people_write_it(watched: Watched, tmp_path: Path) -> None:
    made = form()
    tab = opened(watched, made, tmp_path)
    item = made.blanks[0]
    assert isinstance(item.answer, NumberAnswer)
    value = item.answer.value
    for text in (
        f"{value:,}",
        str(value),
        f"{value:,}".replace(",", " "),
        f" {value:_} ",
        f"{value}e0",
        f"{value * 10}e-1",
    ):
        assert answer(tab, item, text) == ("✓ right" if "e-" not in text else "whole numbers only")
    rounded = f"{value // 1000 / 1000}e6"
    for text in (rounded, str(value)[:-1], f"-{value}"):
        assert answer(tab, item, text) != "✓ right"
    assert answer(tab, item, "seven") == "whole numbers only"
    assert answer(tab, item, "") == ""


def test_the_groups_of_a_number_may_be_those_of_another_language(watched: Watched, tmp_path: Path) -> None:
    made = form()
    item = max(made.blanks, key=lambda item: len(item.shown))
    assert isinstance(item.answer, NumberAnswer)
    assert item.answer.value > 10**6
    tab = opened(watched, made, tmp_path)
    for between in (",", ".", " ", "_", "’", "\u202f"):
        assert answer(tab, item, "") == ""
        assert answer(tab, item, f"{item.answer.value:,}".replace(",", between)) == "✓ right", between


def test_what_was_typed_survives_a_reload(watched: Watched, tmp_path: Path) -> None:
    made = form()
    tab = opened(watched, made, tmp_path)
    first = made.blanks[0]
    assert answer(tab, first, first.shown) == "✓ right"
    tab.locator("textarea").first.fill("because it is so")
    tab.reload()
    output = tab.locator(f'input[data-answer="{first.id}"]').locator("xpath=following-sibling::output")
    expect(output).to_have_text("✓ right", timeout=20_000)
    assert tab.locator("textarea").first.input_value() == "because it is so"
    assert is_quiet(watched)


@thorough
def test_each_box_for_words_is_named_after_its_question(watched: Watched, tmp_path: Path) -> None:
    made = form()
    tab = opened(watched, made, tmp_path)
    labels = tab.locator("textarea").evaluate_all("boxes => boxes.map((box) => box.getAttribute('aria-label'))")
    asked = [label for label in labels if label.startswith("(")]
    assert len(asked) == len(set(asked)) == len(made.blanks)


def test_a_long_number_may_be_rounded(watched: Watched, tmp_path: Path) -> None:
    made = long_form()
    tab = opened(watched, made, tmp_path)
    [item, *_] = made.blanks
    for text in ("100,000,000,000,000,000,001", "1.000e20", "1.0000E+20", "10.00e19"):
        assert answer(tab, item, text) == "✓ right", text
    for text in ("1e20", "1.001e20", "1.000e19", "100000000000000000000"):
        # The last is another number, although a float could not tell.
        assert answer(tab, item, text) == "not yet", text


def test_the_page_s_own_slow_hash_is_the_standard_s_and_the_browser_s(watched: Watched, tmp_path: Path) -> None:
    tab = opened(watched, form(), tmp_path)
    script = (Path(__file__).parents[2] / "templates" / "html" / "sheet.js").read_text(encoding="utf-8")
    body = script.split("async function fingerprint")[0].replace('"DATA"', '{salt: "", answers: {}}')
    assert tab.evaluate("isSecureContext && crypto.subtle !== undefined")
    for text in ("1", "abc", "a" * 55, "a" * 64, "a" * 65, "ü" * 100):
        for rounds, own in ((1, "null"), (2, "null"), (300, "null"), (300, "crypto.subtle")):
            call = f"derived(new TextEncoder().encode(text), new TextEncoder().encode('x|' + text), {rounds}, {own})"
            found = tab.evaluate(f"async (text) => {{ {body}; return await {call}; }}", text)
            assert bytes(found) == pbkdf2_hmac("sha256", text.encode(), f"x|{text}".encode(), rounds)


def test_blank_factors_are_right_as_numbers_or_names_in_any_order(watched: Watched, tmp_path: Path) -> None:
    made = form()
    tab = opened(watched, made, tmp_path)
    group = tab.locator(".factors").first
    boxes, output = group.locator("input"), group.locator("output")
    sizes = [str(node) for node in asked_of(made)]
    assert boxes.count() == len(sizes) == 2
    for typed, says in (([], ""), (sizes[:1], ""), (["1", "2"], "not yet"), (sizes[::-1], "✓ right")):
        for place, text in enumerate(typed):
            boxes.nth(place).fill(text)
            boxes.nth(place).blur()
        assert said(output) == says
    boxes.first.fill("emb_dim")
    boxes.first.blur()
    assert said(output) == "✓ right"
    # Without the product they have half of its point.
    assert tab.locator(".score output").inner_text().startswith(f"0 of {len(made.items)} answers are right: 0.5 of ")
    tab.reload()
    expect(output).to_have_text("✓ right", timeout=20_000)


def asked_of(made: Form) -> list[int]:
    """The factors of the first line whose factors are blank."""
    line = next(one for one in made.faded.lines if hides_factors(one, made)).line
    return [int(one.value(made.derivation.sizes)) for one in line.formula.walk() if isinstance(one, Symbol | Number)]


def test_right_factors_and_a_size_rounded_the_wrong_way_have_half_of_the_points(
    watched: Watched, tmp_path: Path
) -> None:
    forms = (form(who=str(who), fade="mixed") for who in range(1, 20))
    made, item = next((one, item) for one in forms for item in one.items if item.half is not None)
    tab, most = opened(watched, made, tmp_path), made.points - made.by_hand
    assert answer(tab, item, str(item.half)) == "not yet: rounded the wrong way, half of the points"
    assert f": 1 of {most} points" in tab.locator(".score output").inner_text()
    group = tab.locator(".factors").first
    for box, factor in zip(group.locator("input").all(), asked_of(made), strict=True):
        box.fill(str(factor))
        box.blur()
    assert said(group.locator("output")) == "✓ right"
    assert f": 1.5 of {most} points" in tab.locator(".score output").inner_text()
    assert is_quiet(watched)


def test_hints_come_one_after_another_and_not_on_paper(watched: Watched, tmp_path: Path) -> None:
    tab = opened(watched, form(), tmp_path)
    hints = tab.locator(".hint")
    assert hints.count() >= 10
    assert not hints.first.locator("p").is_visible()
    hints.first.locator("summary").click()
    assert hints.first.locator("p").is_visible()
    answer(tab, form().blanks[0], "12345")
    tab.emulate_media(media="print")
    assert not tab.locator(".hint:not(.explains)").first.is_visible()
    # What a weight is for stands on paper, too, and so it does where the sheet is printed by the browser.
    assert tab.locator(".explains p").first.is_visible()
    assert not tab.locator(".score").is_visible()
    assert not tab.locator("output").first.is_visible()
    colour = tab.locator("input[data-answer]").nth(1).evaluate("it => getComputedStyle(it).color")
    assert colour == "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("width", sample([360, 1280], 2))
def test_nothing_sticks_out(watched: Watched, width: int, tmp_path: Path) -> None:
    tab = opened(watched, form("qwen3-30b-a3b"), tmp_path, width)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_a_script_the_sheet_is_whole(browser: Browser, tmp_path: Path) -> None:
    made = form()
    path = tmp_path / "sheet.html"
    path.write_text(page_of(made), encoding="utf-8")
    tab = browser.new_context(java_script_enabled=False).new_page()
    tab.goto(path.as_uri())
    assert tab.locator("input[data-answer]").count() == 1 + sum(
        not isinstance(i.answer, ChoiceAnswer) for i in made.items
    )
