"""The drawing of latent attention from inside."""

import pytest

import symbolic
from symbolic.pages.document import explain_page
from symbolic.pages.pictures import Box, Diagram, every_box

SMALL = {
    "model_type": "deepseek_v3", "vocab_size": 90, "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "intermediate_size": 32, "moe_intermediate_size": 8, "n_routed_experts": 4, "num_experts_per_tok": 2, "n_group": 1,
    "topk_group": 1, "n_shared_experts": 1, "first_k_dense_replace": 1, "kv_lora_rank": 16, "qk_nope_head_dim": 8,
    "qk_rope_head_dim": 4, "v_head_dim": 8, "max_position_embeddings": 100,
}  # fmt: skip


def ways(model: object, quantity: str = "parameters") -> tuple[Box, ...]:
    page = explain_page(symbolic.explain(model, quantity))
    found = [part for section in page.sections for part in section.parts if isinstance(part, Diagram)]
    return next((one.boxes for one in found if one.side_by_side), ())


@pytest.mark.parametrize(
    ("model", "queries", "keys"),
    [
        ("deepseek-v3", 7168 * 1536 + 1536 + 1536 * 128 * 192, 7168 * 576 + 512 + 512 * 128 * 256),
        (SMALL | {"q_lora_rank": 12}, 64 * 12 + 12 + 12 * 4 * 12, 64 * 20 + 16 + 16 * 4 * 16),
        (SMALL | {"q_lora_rank": None}, 64 * 4 * 12, 64 * 20 + 16 + 16 * 4 * 16),
        (SMALL | {"q_lora_rank": 12, "attention_bias": True}, None, None),
    ],
)
def test_the_boxes_on_a_way_add_up_to_its_number(model: object, queries: int | None, keys: int | None) -> None:
    first, second, meeting, output = ways(model)
    for way, whole in ((first, queries), (second, keys)):
        assert sum(box.count or 0 for box in way.boxes) == way.count
        assert whole in (None, way.count)
    assert not output.boxes
    assert all(box.into is not None for box in every_box(ways(model)) if not box.boxes and box != meeting)
    # The rotated numbers of the key go past the matrix that makes the others.
    assert [len(way.out) for way in (first, second)] == [1, 2]
    assert meeting.count is None


def test_each_list_is_as_long_as_the_rows_of_the_matrix_that_it_goes_into() -> None:
    for box in every_box(ways("deepseek-v3")):
        if not box.boxes and box.into and box.into.shape and len(box.shapes[0].axes) == 2:
            assert box.into.shape.axes[1] == box.shapes[0].axes[0]


def test_the_page_of_the_cache_has_a_box_for_what_is_kept() -> None:
    """Its boxes lead nowhere: the steps of the weights stand on another page."""
    boxes = [box for box in every_box(ways("deepseek-v3", "kv-cache")) if not box.boxes]
    assert [box.count for box in boxes] == [box.count for box in every_box(ways("deepseek-v3")) if not box.boxes]
    assert {box.step for box in boxes} == {""}
    [kept] = (box for box in boxes if box.colour)
    assert (kept.title, kept.count, kept.shapes[0].axes) == ("Kept in the cache", None, (512 + 64,))


@pytest.mark.parametrize("quantity", ["parameters", "kv-cache"])
@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b"])
def test_other_attention_has_no_such_drawing(model: str, quantity: str) -> None:
    assert ways(model, quantity) == ()
