"""A class without a head stands in the described one, and another head is a few tensors on what is described."""

from __future__ import annotations

from typing import Any

import pytest
from sampling import thorough

import symbolic
from symbolic.networks.learned.bodies import body
from symbolic.networks.learned.reading import parsed

BLOOM = {"model_type": "bloom", "vocab_size": 50, "hidden_size": 24, "n_layer": 2, "n_head": 3}
FALCON = {"model_type": "falcon", "vocab_size": 60, "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4}
QWEN = {
    "model_type": "qwen2_moe",
    "vocab_size": 70,
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_experts": 3,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "num_experts_per_tok": 2,
    "moe_intermediate_size": 8,
    "shared_expert_intermediate_size": 10,
}
MT5 = {"model_type": "mt5", "vocab_size": 40, "d_model": 16, "d_kv": 4, "d_ff": 20, "num_layers": 2, "num_heads": 3}
SMALL = {"vocab_size": 50, "hidden_size": 24, "num_attention_heads": 3, "intermediate_size": 30}
ERNIE = {"model_type": "ernie", "num_hidden_layers": 2, "max_position_embeddings": 20, **SMALL}
ALBERT = {"model_type": "albert", "embedding_size": 12, "max_position_embeddings": 20, **SMALL}
XLNET = {"model_type": "xlnet", "vocab_size": 40, "d_model": 24, "n_layer": 2, "n_head": 3, "d_inner": 30}
MOBILE = {"model_type": "mobilebert", "num_hidden_layers": 2, "vocab_size": 50}


# The totals are those of the classes of transformers 5.24.
@pytest.mark.parametrize(
    ("config", "model_class", "total"),
    [
        (BLOOM, "BloomModel", 15_744),
        ({**BLOOM, "num_labels": 7}, "BloomForSequenceClassification", 15_744 + 7 * 24),
        ({**FALCON, "id2label": dict.fromkeys("abcde", "")}, "FalconForTokenClassification", 34_597),
        (QWEN, "Qwen2MoeModel", 6_192),
        (QWEN, "Qwen2MoeForCausalLM", 6_192 + 70 * 16),
        (MT5, "MT5EncoderModel", 4_272),
        (ALBERT, "AlbertForPreTraining", 6_214),
        (ERNIE, "ErnieForNextSentencePrediction", 10_406),
        ({**XLNET, "num_labels": 4}, "XLNetForSequenceClassification", 10_864),
        ({**XLNET, "num_labels": 4, "summary_use_proj": False}, "XLNetForSequenceClassification", 10_864 - 25 * 24),
        ({**MOBILE, "classifier_activation": False}, "MobileBertModel", 2_152_192),
    ],
)
def test_a_head_and_none_have_the_total_of_their_class(config: dict[str, Any], model_class: str, total: int) -> None:
    model = symbolic.load({**config, "architectures": [model_class]})
    assert (symbolic.explain(model).total, model.unknown) == (total, ())


def test_what_only_the_head_hangs_on_changes_nothing_without_it() -> None:
    totals = {
        tied: symbolic.load({**QWEN, "architectures": ["Qwen2MoeModel"], "tie_word_embeddings": tied})
        for tied in (False, True)
    }
    assert symbolic.explain(totals[True]).total == symbolic.explain(totals[False]).total
    assert "tie_word_embeddings" in totals[True].harmless


def test_a_body_computes_and_keeps_what_the_whole_does_but_for_the_head() -> None:
    body, whole = ({**FALCON, "architectures": [name]} for name in ("FalconModel", "FalconForCausalLM"))
    flops = [symbolic.explain(one, "forward-flops", inputs={"tokens": 9}).total for one in (body, whole)]
    assert flops[1] - flops[0] == 2 * 9 * 60 * 32
    assert symbolic.explain(body, "kv-cache").total == symbolic.explain(whole, "kv-cache").total


WHOLE = """
tiny TinyForCausalLM
keys size=4 words=9 tied=false
model
 table: embedding words,size
 last: linear size,size
head: linear words,size if not tied
head: linear words,size; tied to model.table if tied
"""


def test_a_body_has_the_keys_that_it_hangs_on_and_what_it_adds() -> None:
    own = "tiny TinyModel\nkeys more=3\ninside TinyForCausalLM model; without last\nadded: linear more,size"
    made = body(parsed(WHOLE.strip()), parsed(own))
    assert [one.name for one in made.root.parts] == ["table", "added"]
    assert made.keys == {"size": 4, "words": 9, "more": 3}
    assert "tied" in made.harmless


def test_a_place_that_is_not_in_the_whole_is_an_error() -> None:
    with pytest.raises(ValueError, match="body is no part of TinyForCausalLM"):
        body(parsed(WHOLE.strip()), parsed("tiny TinyModel\ninside TinyForCausalLM body"))


@thorough
@pytest.mark.torch
@pytest.mark.parametrize("name", ["bloom", "albert", "xlnet"])
def test_each_head_of_a_type_is_that_of_the_class_or_refused(name: str) -> None:
    pytest.importorskip("transformers", reason="transformers is not installed: pip install symbolic-explainer[verify]")
    from tools.learning import heading  # imports torch

    states = {line: state for _task, line, state in heading.held(name)}
    assert not [line for line, state in states.items() if state == "wrong"]
    assert "equal" in states.values()


@pytest.mark.parametrize("model_type", ["roberta", "xlm-roberta", "camembert"])
@pytest.mark.parametrize(
    "head",
    ["Model", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering", "ForMultipleChoice"],
)
def test_a_described_encoder_takes_the_flops_of_bert_which_is_written_by_hand(model_type: str, head: str) -> None:
    sizes = {"vocab_size": 100, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2}
    sizes |= {"num_attention_heads": 2, "max_position_embeddings": 40, "type_vocab_size": 2, "num_labels": 2}
    stem = {"roberta": "Roberta", "xlm-roberta": "XLMRoberta", "camembert": "Camembert"}[model_type]
    flops = [
        symbolic.explain(
            {**sizes, "model_type": name, "architectures": [first + head]}, "forward-flops", inputs={"tokens": 9}
        )
        for name, first in ((model_type, stem), ("bert", "Bert"))
    ]
    assert flops[0].total == flops[1].total
    assert not flops[0].model.architecture.partly


ENCODER = {"vocab_size": 61, "max_position_embeddings": 40, "num_labels": 2}
USUAL = {"hidden_size": 24, "num_attention_heads": 4, "intermediate_size": 20, "num_hidden_layers": 3}


@thorough
@pytest.mark.torch
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("model_type", "stem", "sizes"),
    [
        ("electra", "Electra", {**USUAL, "embedding_size": 10}),
        ("distilbert", "DistilBert", {"dim": 24, "n_heads": 4, "hidden_dim": 20, "n_layers": 3}),
        ("modernbert", "ModernBert", {**USUAL, "pad_token_id": 0, "local_attention": 4}),
        ("albert", "Albert", {**USUAL, "embedding_size": 10, "num_hidden_layers": 6, "num_hidden_groups": 3}),
        ("albert", "Albert", {**USUAL, "embedding_size": 10, "inner_group_num": 2}),
    ],
)
@pytest.mark.parametrize(
    "head", ["Model", "ForMaskedLM", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering"]
)
def test_a_described_encoder_takes_the_flops_that_torch_counts(
    model_type: str, stem: str, sizes: dict[str, Any], head: str
) -> None:
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    kind = getattr(transformers, stem + head)
    module = kind(kind.config_class(**ENCODER, **sizes, attn_implementation="eager")).eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module(input_ids=torch.ones(1, 9, dtype=torch.long))
    config = {**ENCODER, **sizes, "model_type": model_type, "architectures": [stem + head]}
    made = symbolic.explain(config, "forward-flops", inputs={"tokens": 9})
    assert made.total == counter.get_total_flops()
    assert not made.model.architecture.partly


@thorough
@pytest.mark.torch
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("model_type", "stem", "sizes"),
    [
        ("electra", "Electra", {**USUAL, "embedding_size": 10}),
        ("electra", "Electra", {**USUAL, "embedding_size": 10, "summary_use_proj": False}),
        ("distilbert", "DistilBert", {"dim": 24, "n_heads": 4, "hidden_dim": 20, "n_layers": 3}),
        ("albert", "Albert", {**USUAL, "embedding_size": 10}),
        ("camembert", "Camembert", USUAL),
    ],
)
def test_a_head_that_chooses_among_answers_takes_the_flops_that_torch_counts(
    model_type: str, stem: str, sizes: dict[str, Any]
) -> None:
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from symbolic.configs.making import make_model
    from symbolic.networks.learned import catalogue
    from symbolic.networks.tracing.transformers_class import trace_config

    kind = getattr(transformers, f"{stem}ForMultipleChoice")
    config = {**ENCODER, **sizes, "model_type": model_type, "architectures": [kind.__name__]}
    module = kind(kind.config_class(**ENCODER, **sizes, attn_implementation="eager")).eval()
    traced = make_model("it", config, "x", catalogue.register(trace_config(config)))
    for tokens in (9, 31):
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            module(input_ids=torch.full((1, 1, tokens), 5))
        for model in (symbolic.load(config), traced):
            made = symbolic.explain(model, "forward-flops", inputs={"tokens": tokens})
            assert made.total == counter.get_total_flops()
            assert not made.model.architecture.partly


def test_an_encoder_whose_groups_of_layers_are_not_of_one_length_says_that_products_are_missing() -> None:
    sizes = {**ENCODER, **USUAL, "num_hidden_layers": 5, "num_hidden_groups": 2}
    made = symbolic.explain({**sizes, "model_type": "albert", "architectures": ["AlbertModel"]}, "forward-flops")
    assert made.model.architecture.partly
