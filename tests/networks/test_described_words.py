"""Words that choose another network are read, and what a class writes of itself into a config is no unknown key."""

from __future__ import annotations

from typing import Any

import pytest

import symbolic
from symbolic.errors import SymbolicError

T5 = {"vocab_size": 30, "d_model": 12, "d_kv": 4, "d_ff": 20, "num_layers": 2, "num_heads": 3}
APERTUS = {"model_type": "apertus", "hidden_size": 24, "num_attention_heads": 3, "num_hidden_layers": 5}
FALCON_MAMBA = {"model_type": "falcon_mamba", "hidden_size": 8, "num_hidden_layers": 1, "vocab_size": 9, "expand": 4}


@pytest.mark.parametrize("model_type", ["mt5", "umt5", "longt5", "udop", "pop2piano"])
@pytest.mark.parametrize("word", ["gelu", "silu"])
def test_a_gate_is_one_more_matrix_in_each_layer(model_type: str, word: str) -> None:
    totals = [
        int(symbolic.explain({"model_type": model_type, **T5, "feed_forward_proj": said}).total)
        for said in (word, f"gated-{word}")
    ]
    assert totals[1] - totals[0] == 4 * 20 * 12


def test_an_activation_that_learns_is_counted_where_it_is_the_types_own() -> None:
    totals = [int(symbolic.explain({**APERTUS, "hidden_act": word}).total) for word in ("silu", "xielu")]
    assert totals[1] - totals[0] == 2 * 5


@pytest.mark.parametrize(
    ("config", "key", "agrees", "other"),
    [
        ({"model_type": "mt5", **T5}, "is_gated_act", True, False),
        ({"model_type": "longt5", **T5}, "is_gated_act", False, True),
        ({"model_type": "swin", "embed_dim": 8, "depths": [1, 1], "num_heads": [2, 2]}, "hidden_size", 16, 32),
        ({"model_type": "swin", "embed_dim": 8, "depths": [1, 1], "num_heads": [2, 2]}, "num_layers", 2, 4),
        ({"model_type": "hubert", "vocab_size": 40}, "num_feat_extract_layers", 7, 6),
        ({"model_type": "jetmoe", "num_key_value_heads": 4}, "num_attention_heads", 8, 4),
        ({"model_type": "switch_transformers", "num_layers": 12}, "encoder_sparse_step", 4, 2),
    ],
)
def test_what_a_class_works_out_and_writes_must_agree(
    config: dict[str, Any], key: str, agrees: Any, other: Any
) -> None:
    assert symbolic.load({**config, key: agrees}).unknown == ()
    with pytest.raises(SymbolicError, match="makes a network that our description"):
        symbolic.load({**config, key: other})


@pytest.mark.parametrize("model_type", ["deepseek_v32", "glm_moe_dsa", "minicpm3", "youtu"])
def test_the_width_of_a_query_that_a_file_kept_from_other_sizes_changes_nothing(model_type: str) -> None:
    # The class takes the sum of the two widths that it is of, whatever the file says.
    config = {"model_type": model_type, "qk_nope_head_dim": 48, "qk_rope_head_dim": 16}
    stale, fresh = (symbolic.load({**config, "qk_head_dim": size}) for size in (192, 64))
    assert symbolic.explain(stale).total == symbolic.explain(fresh).total
    assert stale.unknown == ()


def test_a_width_that_a_file_gives_stands_for_the_one_that_is_worked_out() -> None:
    # embedding 9 × 8; two norms of 8; conv 5 w; in 16 w; x 33 w; dt 2 w; out 8 w; A 16 w and D w
    assert symbolic.explain({**FALCON_MAMBA, "intermediate_size": 10}).total == 72 + 16 + 81 * 10
    assert symbolic.explain(FALCON_MAMBA).total == 72 + 16 + 81 * 32


@pytest.mark.parametrize("word", ["prelu", "xielu"])
def test_another_activation_that_learns_is_refused(word: str) -> None:
    with pytest.raises(SymbolicError, match="not an activation function that we know to have no weights"):
        symbolic.load({"model_type": "llava", "projector_hidden_act": word, "text_config": {"model_type": "llama"}})


@pytest.mark.parametrize("model_type", ["exaone4", "kolibri1", "olmo3"])
def test_no_window_is_no_fault_where_no_layer_slides(model_type: str) -> None:
    config = {"model_type": model_type, "num_hidden_layers": 2, "sliding_window": None, "head_dim": 16}
    config |= {"hidden_size": 32, "num_attention_heads": 2, "num_key_value_heads": 1}
    layers = {"layer_types": ["full_attention", "full_attention"]}
    cached = symbolic.explain({**config, **layers}, "kv-cache", inputs={"context": 50, "value_bytes": 2})
    assert cached.total == 2 * 2 * 16 * 50 * 2
    for sliding in ({}, {"layer_types": ["full_attention", "sliding_attention"]}):
        with pytest.raises(SymbolicError, match="sliding_window"):
            symbolic.explain({**config, **sliding}, "kv-cache")


SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
EYE = {"model_type": "clip_vision_model", **SMALL, "intermediate_size": 40, "image_size": 28, "patch_size": 14}
WRITER = {"model_type": "llama", **SMALL, "intermediate_size": 40, "vocab_size": 60}


# The totals are those of the classes of transformers 5.24.
@pytest.mark.parametrize(
    ("config", "model_class", "total"),
    [
        ({"model_type": "dinov2", **SMALL, "image_size": 28, "patch_size": 14}, "Dinov2Model", 44_672),
        ({"model_type": "swin", "embed_dim": 8, "depths": [1, 1], "num_heads": [2, 2]}, "SwinModel", 5_844),
        ({"model_type": "llava", "text_config": WRITER, "vision_config": EYE}, "LlavaModel", 53_168),
    ],
)
def test_a_class_without_a_head_is_what_stands_in_the_one_with_it(
    config: dict[str, Any], model_class: str, total: int
) -> None:
    model = symbolic.load({**config, "architectures": [model_class]})
    assert (symbolic.explain(model).total, model.unknown) == (total, ())


@pytest.mark.parametrize(
    ("model_type", "english", "german"),
    [
        ("glm4_moe", "Expert layers", "Expertenschichten"),
        ("jamba", "Dense state-space layers", "Dichte Zustandsraumschichten"),
        ("bloom", "Layers", "Schichten"),
        ("gemma3n_text", "[one of layers 1 to 20]", "[eine der Schichten 1 bis 20]"),
    ],
)
def test_layers_that_are_several_are_named_so_in_both_languages(model_type: str, english: str, german: str) -> None:
    derivation = symbolic.explain({"model_type": model_type})
    assert english in str(derivation.to("text"))
    assert german in str(derivation.to("text", language="de"))


def test_a_number_of_layers_that_another_key_gives_is_not_said_to_be_left_out() -> None:
    page = str(symbolic.explain({"model_type": "glm4_moe", "first_k_dense_replace": 2}).to("markdown"))
    [row] = (line for line in page.splitlines() if line.startswith("| `n_dense_layers`"))
    assert "It follows from the pattern of the layers" in row
    assert "leaves it out" not in row


@pytest.mark.parametrize("model_type", ["mt5", "umt5"])
def test_a_page_says_that_the_class_ties_a_head_that_files_hold_apart(model_type: str) -> None:
    page = str(symbolic.explain({"model_type": model_type, "tie_word_embeddings": False}).to("markdown"))
    assert "as it always does in a network that transformers 5 makes of the config alone" in page
