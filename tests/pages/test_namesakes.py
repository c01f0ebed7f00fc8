"""Published models of the same sizes and other options stand below the headline, with what makes the difference."""

import pytest

import symbolic

BIASES = "query, key and value biases"
SAID = [
    ("gpt2-124m", f"124,439,808 parameters: 27,648 more. It has these in addition: {BIASES} (3 × 12 × 768 = 27,648)."),
    ("gpt2", f"124,412,160 parameters: 27,648 fewer. It does not have these: {BIASES} (3 × 12 × 768 = 27,648)."),
    (
        "gpt2-xl",
        f"1,557,380,800 parameters: 230,400 fewer. It does not have these: {BIASES} (3 × 48 × 1,600 = 230,400).",
    ),
]


def lead(text: str) -> str:
    return " ".join(text.partition("\n\n    ")[2].partition("-----")[0].split())


@pytest.mark.parametrize(("model", "says"), SAID)
def test_a_namesake_stands_at_the_top_with_what_makes_the_difference(model: str, says: str) -> None:
    assert says in lead(symbolic.explain(model).to_text())


def test_a_config_of_the_same_sizes_has_the_namesake_of_the_bundled_one() -> None:
    config = {
        "model_type": "gpt2",
        "n_embd": 768,
        "n_layer": 12,
        "n_head": 12,
        "n_positions": 1024,
        "vocab_size": 50257,
    }
    assert "124,412,160 parameters: 27,648 fewer" in lead(symbolic.explain(config).to_text())


OTHER = {"model_type": "gpt2", "n_embd": 768, "n_layer": 11, "n_head": 12, "n_positions": 1024, "vocab_size": 50257}


@pytest.mark.parametrize("model", ["llama-3-8b", OTHER])
def test_a_model_without_one_says_nothing_of_any(model: str | dict[str, object]) -> None:
    assert "makes its page" not in symbolic.explain(model).to_text()
