"""What works on one token is a sum on the page: a column of the parts, and all but the experts not chosen."""

from __future__ import annotations

import re

import pytest

import symbolic
from symbolic.configs.model import Model
from symbolic.pages.document import explain_page
from symbolic.pages.page import Equation, Section, Table
from symbolic.pages.pictures import Bar
from symbolic.pages.sections.meaning import SMALL, TENTHS
from symbolic.pages.sections.one_head import QUERY

# 7 layers, of which 2 are dense, with 5 experts of 3 × 8 × 6 numbers, of which 2 are chosen.
OWN = {
    "model_type": "deepseek_v3",
    "vocab_size": 40,
    "hidden_size": 8,
    "intermediate_size": 12,
    "moe_intermediate_size": 6,
    "num_hidden_layers": 7,
    "num_attention_heads": 2,
    "n_routed_experts": 5,
    "n_shared_experts": 1,
    "num_experts_per_tok": 2,
    "first_k_dense_replace": 2,
    "kv_lora_rank": 4,
    "q_lora_rank": 4,
    "qk_rope_head_dim": 2,
    "qk_nope_head_dim": 2,
    "v_head_dim": 2,
}
ROUTED = [
    (OWN, 5 * 3 * 144),
    ("deepseek-v3", 58 * 248 * 44_040_192),
    ("mixtral-8x7b", 32 * 6 * 3 * 4_096 * 14_336),
    ("qwen3-next-80b-a3b", 48 * 502 * 3 * 2_048 * 512),
]


def where(model: str | dict[str, object]) -> Section:
    loaded = symbolic.load(model) if isinstance(model, str) else symbolic.load(model, name="own")
    assert isinstance(loaded, Model)
    return next(one for one in explain_page(symbolic.explain(loaded)).sections if one.id == "where")


@pytest.mark.parametrize(("model", "idle"), ROUTED)
def test_the_active_parameters_are_all_but_the_experts_not_chosen(model: str | dict[str, object], idle: int) -> None:
    parts = where(model).parts
    [table] = (part for part in parts if isinstance(part, Table))
    *rows, last = ([int(row[place]) for place in (-2, -1)] for row in table.rows)  # type: ignore[arg-type]
    assert [sum(column) for column in zip(*rows, strict=True)] == last
    assert last[0] - last[1] == idle
    [line] = (part for part in parts if isinstance(part, Equation))
    assert line.value == last[1]


def test_the_bar_of_all_stands_above_that_of_what_is_active() -> None:
    """By hand: 58 × 256 and 58 × 8 experts of 44,040,192, of 671,026,404,352 and of 37,552,282,624."""
    bars = [part for part in where("deepseek-v3").parts if isinstance(part, Bar)]
    experts = [next(float(share.value) for name, _whole, share in bar.parts if name == "experts") for bar in bars]
    assert [round(share, 3) for share in experts] == [0.974, 0.544]


@pytest.mark.parametrize("model", ["gpt2-124m", "mamba-130m"])
def test_a_network_without_experts_has_no_column_of_them(model: str) -> None:
    parts = where(model).parts
    assert not any(isinstance(part, Equation) for part in parts)
    assert all("Active" not in part.columns for part in parts if isinstance(part, Table))


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (
            "deepseek-v3",
            "Without the token table, of which a token only takes its row, they are 36,625,603,584: the 37B",
        ),
        ("mixtral-8x7b", "This is the 12.9B of Mistral AI’s announcement."),
        ("qwen3-next-80b-a3b", "Without embeddings and output head they are"),
    ],
)
def test_the_beginning_says_which_count_is_the_known_one(model: str, says: str) -> None:
    assert says in " ".join(symbolic.explain(model).to_text().split()).partition("WHERE THE PARAMETERS")[0]


@pytest.mark.parametrize(
    ("model", "quantity", "letter"), [("gpt2-124m", "parameters", "f = 4 d"), ("llama-3-8b", "kv-cache", "u_c = u")]
)
def test_the_closed_form_says_what_letters_of_the_steps_it_lacks(model: str, quantity: str, letter: str) -> None:
    page = " ".join(symbolic.explain(model, quantity).to_text().split())
    assert f"A size that follows from others is written with these: {letter}" in page


def test_the_small_matrix_makes_the_query_that_the_head_works_with() -> None:
    made = [
        sum(tenths * column for tenths, column in zip(TENTHS[2], one, strict=True)) for one in zip(*SMALL, strict=True)
    ]
    assert made == [10 * number for number in QUERY]
    page = " ".join(symbolic.explain("llama-3-8b").to_text().split())
    assert (
        page.index("A token table of 5 × 3") < page.index("What a matrix does.") < page.index("One head, worked out.")
    )


@pytest.mark.parametrize(
    ("model", "quantity", "says"),
    [
        # By hand: 2 × 7,168 × 2,048 numbers in each of 256 experts of 58 layers.
        ("deepseek-v3", "parameters", "58 × 256 × 29,360,128 = 435,939,180,544"),
        ("gpt2-124m", "parameters", "12 × 1,769,472 = 21,233,664"),
        ("gpt2-124m", "parameters", "transformer.h.{}.attn.c_attn.weight (side by side)"),
    ],
)
def test_what_stands_on_a_page_can_be_made_again_from_it(model: str, quantity: str, says: str) -> None:
    shown = re.sub(r"<[^>]*>", "", symbolic.explain(model, quantity).to_html())
    assert says in " ".join(shown.split())
