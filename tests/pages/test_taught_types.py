"""Pages of types that no one wrote by hand teach as those of the families do, and say of a switch what it changes."""

from __future__ import annotations

from typing import Any

import pytest

import symbolic
from symbolic.language import speaking
from symbolic.pages.document import explain_page
from symbolic.pages.page import Items

SMALL: dict[str, Any] = {"vocab_size": 96, "hidden_size": 16, "num_attention_heads": 4}
BLOOM = {"model_type": "bloom", "vocab_size": 96, "hidden_size": 16, "n_layer": 2, "n_head": 4}
COHERE = {"model_type": "cohere", **SMALL, "num_key_value_heads": 2, "num_hidden_layers": 3, "intermediate_size": 24}
GLM: dict[str, Any] = {
    "model_type": "glm4_moe",
    "architectures": ["Glm4MoeForCausalLM"],
    **SMALL,
    "head_dim": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 24,
    "moe_intermediate_size": 8,
    "num_hidden_layers": 3,
    "n_routed_experts": 4,
    "num_experts_per_tok": 2,
    "first_k_dense_replace": 1,
    "attention_bias": True,
}
ROBERTA = {"model_type": "roberta", **SMALL, "num_hidden_layers": 2, "intermediate_size": 24}
WHISPER = {"model_type": "whisper", "vocab_size": 96, "d_model": 24}
MAMBA_2 = {"model_type": "mamba2", "vocab_size": 96, "hidden_size": 16, "num_heads": 4, "head_dim": 8}


def words(model: Any, quantity: str = "parameters", **options: Any) -> str:
    """The page as text, in one line."""
    return " ".join(str(symbolic.explain(model, quantity).to("text", **options)).replace("\u00a0", " ").split())


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (
            BLOOM,
            "pass through 2 layers (step 3); each works on what the one before it made. In each, attention gives",
        ),
        (COHERE, "A feed-forward network works on each row alone. 5 rows of 16 numbers come out again."),
        (GLM, "Feed-forward networks (where a layer has experts, a few chosen ones) work on each row alone."),
        (GLM, "a layer has 4 heads. Each head has 4 numbers of every query (4 × 4 = 16)"),
        (GLM, "Of keys and values a layer has 2 heads, one for every 2 heads of queries."),
        (BLOOM, "A token is a word of a text, or a piece of one."),
        (ROBERTA, "A token is a word of a text, or a piece of one."),
        (BLOOM, "Each matrix in the layers has a bias"),
        (GLM, "only these matrices have a bias (a list of learned numbers, one added to each output): query matrix,"),
        (GLM, "In place of one feed-forward network there are several, called experts."),
        (BLOOM, "then scales and shifts each"),
        (COHERE, "That need not be the order in which they work"),
        (GLM, "Three sizes are so many matrices of rows × columns."),
    ],
)
def test_a_page_of_a_described_type_teaches(model: Any, says: str) -> None:
    assert says in words(model)


@pytest.mark.parametrize(
    ("model", "quantity", "says"),
    [
        (MAMBA_2, "forward-flops", True),
        (MAMBA_2, "parameters", False),  # its kernel has as many numbers, wherever it is used
        ("mamba-130m", "forward-flops", False),  # counted for the tokens alone
    ],
)
def test_more_places_than_tokens_are_explained_where_they_are_counted(model: Any, quantity: str, says: bool) -> None:
    assert ("1 places more than there are tokens: zeros stand beside the text" in words(model, quantity)) is says


@pytest.mark.parametrize(
    "model",
    [
        ROBERTA,  # its head guesses hidden words, and each token sees those behind it
        {**ROBERTA, "architectures": ["RobertaForCausalLM"]},  # no decoder: nothing of a token is kept
        WHISPER,  # one network reads, another writes
        MAMBA_2,  # no attention
        {"model_type": "resnet"},
    ],
)
def test_what_reads_both_ways_or_has_no_attention_is_not_said_to_write_from_rows_before(model: Any) -> None:
    assert "transformer" not in {section.id for section in explain_page(symbolic.explain(model)).sections}


def test_that_one_part_follows_another_is_said_only_where_it_is_known() -> None:
    """GPT-2's feed-forward network reads attention's result; Command-R's reads the same as attention."""
    for model, then in (("gpt2-124m", True), (COHERE, False)):
        sections = {section.id: section.parts for section in explain_page(symbolic.explain(model)).sections}
        [steps] = [part for part in sections["transformer"] if isinstance(part, Items)]
        assert (" Then a feed-forward network" in dict(steps.items)["Through"]) is then


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (GLM, "attention_bias each of these matrices adds a list of numbers, its bias: "),
        ({**GLM, "use_qk_norm": True}, "use_qk_norm the network has these in addition: norms (attention)"),
        ({**COHERE, "use_qk_norm": True}, "in addition: "),
        ({**ROBERTA, "is_decoder": True}, "is decoder is switched on; that changes no weight"),
    ],
)
def test_an_option_says_what_it_changes(model: Any, says: str) -> None:
    assert says in words(model)


def test_a_layer_that_predicts_further_is_counted_apart_and_so_is_one_that_a_config_does_not_name() -> None:
    """The way leads to what files hold: `tensor-elements` counts them by other code."""
    model = {**GLM, "num_nextn_predict_layers": 1}
    files = symbolic.explain(model, "tensor-elements").total
    assert files > symbolic.explain(model).total == symbolic.explain(GLM).total
    assert f"A count of files that hold these layers too gives {files:,}" in words(model)
    assert f"A count of files with one such layer gives {files:,}." in words(GLM)
    assert "To a count of files that also hold the layers that predict further tokens" in words(model)
    assert "count of files" not in words(COHERE)


@pytest.mark.parametrize("quantity", ["parameters", "kv-cache", "forward-flops"])
def test_layers_are_said_to_be_built_alike_whatever_is_counted(quantity: str) -> None:
    for model in (BLOOM, "gpt2-124m", "llama-3.2-1b"):
        assert "built alike, and each has numbers of its own, so all add the same amount" in words(model, quantity)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ({"model_type": "wav2vec2"}, "Position convolution"),
        ({"model_type": "wav2vec2"}, "Weight normalisation"),
        ({"model_type": "clip"}, "Image projection matrix"),
        ({"model_type": "clip"}, "how many layers are stacked (in the part that sees)"),
        ({"model_type": "qwen2_vl"}, "Joins neighbouring patches to one token"),
        (MAMBA_2, "how many heads a layer has"),
    ],
)
def test_parts_with_names_of_code_are_named_in_words(model: Any, says: str) -> None:
    assert says in words(model)


def test_a_norm_in_a_layer_is_not_the_final_one() -> None:
    assert "Final norm" not in words({"model_type": "wav2vec2"}).partition("Closed form")[0].replace("Encoder", "")


def test_two_parts_that_are_called_alike_are_told_apart() -> None:
    """Qwen2-VL's vision tower and its language model both have attention, under two names of code."""
    says = words({"model_type": "qwen2_vl"})
    assert "Attention, layers (vision tower)" in says
    assert "Attention, layers (language model)" in says


def test_a_short_edition_says_what_a_head_is_wide_and_what_the_sign_means() -> None:
    says = words("gpt2-124m", detail="short")
    assert "head_dim = emb_dim / n_heads = 768 / 12 = 64" in says
    assert "At a plus in a circle (⊕), what the box beside it gives is added to that list." in says
    assert "The program that made this page, symbolic, makes the whole one" in says


def test_german_pages_have_one_word_for_a_norm() -> None:
    with speaking("de"):
        for model in (BLOOM, "gpt2-124m"):
            page = str(symbolic.explain(model).to("text", language="de"))
            assert not {"Norm", "Normen", "Norm."} & set(page.split())
            assert "Normalisierung" in page


@pytest.mark.parametrize(
    ("model", "names"),
    [
        ({"model_type": "wav2vec2"}, ["Kern der Faltung", "Erste Matrix", "Maskentoken"]),
        ({"model_type": "clip"}, ["Matrix zur Projektion des Bildes", "Skalierung der Ähnlichkeit"]),
        (BLOOM, ["Ausgabematrix", "Bias für Abfrage, Schlüssel und Wert", "Skalierungen"]),
    ],
)
def test_weights_of_described_types_have_german_names(model: Any, names: list[str]) -> None:
    with speaking("de"):
        says = words(model, language="de")
    assert [name for name in names if name not in says] == []
