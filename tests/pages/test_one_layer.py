"""What a layer keeps for the backward pass, in letters, beside the formula of Korthikanti et al. 2022."""

from __future__ import annotations

from functools import cache

import pytest

import symbolic
from symbolic.pages.document import explain_page
from symbolic.pages.page import Items, Page, Paragraph, Relation, Table

THE_PAPERS = "That is the *sbh* (34 + 5 *as*/*h*) of Korthikanti"


@pytest.mark.parametrize(
    ("model", "same", "none"),
    [("gpt2-124m", True, ""), ("llama-3-8b", False, "Dropout, which is not counted here"), ("t5-small", False, "")],
)
def test_a_layer_of_gpt_is_said_to_be_that_of_the_paper_and_no_other(model: str, same: bool, none: str) -> None:
    [parts] = [one.parts for one in _page(model).sections if one.id == "layouts"]
    said = " ".join(part.text for part in parts if isinstance(part, Paragraph))
    assert (THE_PAPERS in said) is same
    assert none in said
    assert any(isinstance(part, Relation) for part in parts)


def test_gpt_2_keeps_34_bytes_of_each_place_of_a_layer_beside_the_table_of_shares() -> None:
    [section] = [one for one in _page("gpt2-124m").sections if one.id == "layouts"]
    [relation] = [part for part in section.parts if isinstance(part, Relation)]
    batch, tokens, width, heads = 2, 10, 24, 3
    sizes = {"batch_size": batch, "tokens": tokens, "emb_dim": width, "n_heads": heads}
    assert relation.sides[-1][1].value(sizes) == tokens * batch * width * 34 + 5 * heads * tokens**2 * batch


def test_a_formula_of_too_many_letters_is_left_out() -> None:
    [section] = [one for one in _page("deepseek-v3").sections if one.id == "layouts"]
    assert not any(isinstance(part, Relation) for part in section.parts)


def test_what_was_published_of_a_parameters_bytes_stands_where_they_are_first_said() -> None:
    assert "(§3.3.3): 4 bytes, and 4 + 2 + 2" in _page("deepseek-v3").lead[1].text + _page("deepseek-v3").lead[0].text


def test_the_equations_of_what_fits_stand_behind_serving() -> None:
    names = [one.id for one in explain_page(symbolic.explain("gpt2-124m", quantity="kv-cache")).sections]
    assert names.index("results") < names.index("batches") < names.index("equations")


def test_who_prints_a_figure_is_cited_by_the_number_of_its_source() -> None:
    page = explain_page(symbolic.explain("gpt2-124m"))
    lists = [part for one in page.sections if one.id == "sources" for part in one.parts if isinstance(part, Items)]
    [nanogpt] = [text for _, text in lists[0].items if "transformer_sizing" in text]
    ways = [part for one in page.sections if one.id == "other-counts" for part in one.parts if isinstance(part, Table)]
    cells = [str(row[-1]) for way in ways for row in way.rows]
    assert any("nanoGPT" in cell and nanogpt[:3] in cell for cell in cells)


@cache
def _page(model: str) -> Page:
    return explain_page(symbolic.explain(model, quantity="training-memory"))


def test_a_page_of_the_cache_on_which_nothing_else_follows_has_no_empty_section() -> None:
    page = explain_page(symbolic.explain("t5-small", quantity="kv-cache"))
    assert all(section.parts for section in page.sections)
    assert "equations" not in [section.id for section in page.sections]


def test_patches_look_at_patches_and_a_text_that_is_written_has_a_length_of_its_own() -> None:
    vit = symbolic.explain("vit-base-patch16-224", "training-memory", convention="all-kept")
    without = symbolic.explain("vit-base-patch16-224", "training-memory")
    # 12 layers, 12 heads, 197 patches: shares at 2 bytes, after dropout again, and a mask.
    assert vit.total - without.total == 12 * 12 * 197**2 * 5
    page = explain_page(symbolic.explain("t5-small", "training-memory", inputs={"target_tokens": 128}))
    [parts] = [one.parts for one in page.sections if one.id == "layouts"]
    _encoder, decoder = [part for part in parts if isinstance(part, Relation)]
    assert "target_tokens" in {symbol.name for symbol in decoder.sides[-1][1].symbols}
