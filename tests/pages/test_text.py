"""The plain text reads well on a terminal 80 columns wide."""

from itertools import product

import pytest
from sampling import sample

from symbolic.api import explain
from symbolic.formulas.figures import grouped
from symbolic.loading import load
from symbolic.measuring.conventions import CONVENTIONS
from symbolic.pages.document import explain_page, model_page
from symbolic.pages.page import Entry
from symbolic.pages.rendering import as_text

MODELS = ("gpt2-124m", "gpt2-1558m", "llama-2-7b")
WIDTH = 80


def too_wide(text: str) -> list[str]:
    """The lines beyond 80 columns, but for an address, which can't be broken."""
    return [line for line in text.splitlines() if len(line) > WIDTH and "://" not in line]


@pytest.mark.parametrize(
    ("model", "convention", "notation", "detail"),
    sample(list(product(MODELS, CONVENTIONS, ["names", "letters"], ["full", "brief"])), 17),
)
def test_no_line_is_wider_than_80_columns(model: str, convention: str, notation: str, detail: str) -> None:
    text = explain(model, convention=convention).to_text(notation=notation, detail=detail)
    assert not too_wide(text)
    assert text.endswith("\n")
    assert not any(line != line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize("model", MODELS)
def test_a_models_sizes_fit_too(model: str) -> None:
    text = as_text.render_page(model_page(load(model)))
    assert not too_wide(text)
    assert "emb_dim" in text


@pytest.mark.parametrize("model", MODELS)
def test_each_step_says_its_number_its_title_and_its_value(model: str) -> None:
    derivation = explain(model)
    text = " ".join(derivation.to_text().split())

    def check(entry: Entry) -> None:
        assert f"{entry.number} {entry.title}".strip() in text
        assert not entry.result or grouped(entry.result) in text
        for below in entry.before:
            check(below)

    for section in explain_page(derivation).sections:
        for part in section.parts:
            if isinstance(part, Entry):
                check(part)


@pytest.mark.parametrize(
    ("notation", "formula"),
    [("names", "vocab_size × emb_dim = 50,257 × 768 = 38,597,376"), ("letters", "V × d = 50,257 × 768 = 38,597,376")],
)
def test_formulas_are_in_the_notation_that_is_asked_for(notation: str, formula: str) -> None:
    assert formula in explain("gpt2-124m").to_text(notation=notation)


@pytest.mark.parametrize("size", [10**30, 10**100])
def test_a_huge_size_is_printed_to_the_last_digit(size: int) -> None:
    config = {"vocab_size": size, "context_length": 1, "emb_dim": 4, "n_heads": 1, "n_layers": 1}
    assert grouped(explain(config).total) in explain(config).to_text()


def test_a_number_that_is_too_long_for_its_column_breaks_between_groups_of_digits() -> None:
    assert as_text.in_lines("722,723,512,320,000,000", 14) == ["722,723,512,", "320,000,000"]
    assert as_text.in_lines("8,192", 14) == ["8,192"]
    assert as_text.in_lines("attention of a layer", 9) == ["attention", "of a", "layer"]
