"""Pages of models with another head than the usual one hold, as they are printed."""

import pytest
from sampling import sample

import symbolic
from symbolic.configs import models
from symbolic.proofread.own_pages import proofread_page


@pytest.mark.parametrize(
    ("name", "model_class", "quantity"),
    sample(
        [
            ("gpt2", "GPT2DoubleHeadsModel", "parameters"),
            ("bert-base-uncased", "BertForMultipleChoice", "parameters"),
            ("bert-base-uncased", "BertForNextSentencePrediction", "forward-flops"),
            ("bert-base-uncased", "BertForQuestionAnswering", "parameters"),
            ("llama-3.2-1b", "LlamaForQuestionAnswering", "parameters"),
            ("vit-base-patch16-224", "ViTForMaskedImageModeling", "forward-flops"),
            ("vit-base-patch16-224", "ViTModel", "parameters"),
            ("t5-small", "T5ForSequenceClassification", "parameters"),
            ("t5-small", "T5EncoderModel", "training-memory"),
        ],
        3,
    ),
)
def test_a_page_of_another_head_is_read_back(name: str, model_class: str, quantity: str) -> None:
    config = {**models.find(name).config, "architectures": [model_class]}
    derivation = symbolic.explain(config, quantity)
    assert model_class in str(proofread_page(derivation, "text"))
