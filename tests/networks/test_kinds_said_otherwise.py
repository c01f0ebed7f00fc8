"""Layers that a config asks for in another way than the default one does: the totals are those of the real classes."""

from __future__ import annotations

import pytest

from symbolic import explain
from symbolic.networks.learned import catalogue

GRIFFIN = {
    "model_type": "recurrent_gemma", "architectures": ["RecurrentGemmaForCausalLM"], "num_hidden_layers": 5,
    "vocab_size": 97, "hidden_size": 48, "intermediate_size": 80, "num_attention_heads": 4, "lru_width": 56,
    "head_dim": 12,
}  # fmt: skip
BYTES = {
    "model_type": "blt", "architectures": ["BltForCausalLM"], "vocab_size": 97, "encoder_hash_byte_group_vocab": 50,
    "global_config": {"num_hidden_layers": 2}, "patcher_config": {"num_hidden_layers": 1},
}  # fmt: skip


# What the real class of transformers 5.24 has, built without memory: a layer that is not recurrent is of attention.
@pytest.mark.parametrize(
    ("kinds", "total"),
    [
        (["recurrent", "attention"], 83_872),
        (["full_attention", "recurrent", "recurrent"], 83_872),
        (["full_attention"], 80_944),
        (["attention"], 80_944),
        (["recurrent"], 85_824),
    ],
)
def test_attention_has_two_names(kinds: list[str], total: int) -> None:
    assert explain({**GRIFFIN, "block_types": kinds}).total == total


# The same of BLT, of whose encoder and decoder each layer looks across, or only one does.
@pytest.mark.parametrize(
    ("encoder", "decoder", "total"),
    [
        (True, True, 235_725_056),
        (True, False, 223_136_000),
        (False, True, 227_332_352),
        (False, False, 214_743_296),
        (None, None, 214_743_296),
    ],
)
def test_all_layers_look_across_or_one_of_them(encoder: bool | None, decoder: bool | None, total: int) -> None:
    config = {
        **BYTES,
        "encoder_config": {"num_hidden_layers": 3, "cross_attn_all_layers": encoder},
        "decoder_config": {"num_hidden_layers": 4, "cross_attn_all_layers": decoder},
    }
    assert explain(config).total == total
    assert explain({**config, "num_labels": 5}).total == total


@pytest.mark.parametrize(("sizes", "total"), [([], 227_332_352), (None, 227_332_352), ([2, 3], 227_127_552)])
def test_no_sizes_of_groups_are_the_usual_ones(sizes: list[int] | None, total: int) -> None:
    parts = {"encoder_config": {"num_hidden_layers": 3}, "decoder_config": {"num_hidden_layers": 4}}
    assert explain({**BYTES, **parts, "encoder_hash_byte_group_size": sizes}).total == total


def test_no_number_of_layers_hangs_on_how_many_classes_there_are() -> None:
    stacks = (line for name in catalogue.names() for line in catalogue.text_of(name).split("\n"))
    assert [line for line in stacks if " × " in line and "num_labels" in line] == []
