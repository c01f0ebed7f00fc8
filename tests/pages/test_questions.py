"""Questions to try: what is said to be added is what a config with the larger size has more."""

import re

import pytest
from sampling import MODELS, ONE_A_FAMILY

import symbolic
from symbolic.configs import models
from symbolic.pages.cells import Derived, Sentence
from symbolic.pages.document import explain_page
from symbolic.pages.page import Folded, Paragraph

KEYS = {
    "vocab_size": ("vocab_size",),
    "context_length": ("context_length", "max_position_embeddings", "n_positions", "n_ctx"),
    "n_heads": ("n_heads", "num_attention_heads", "n_head", "num_heads"),
    "n_kv_groups": ("n_kv_groups", "num_key_value_heads"),
    "n_layers": ("n_layers", "num_hidden_layers", "n_layer", "num_layers"),
    "n_experts": ("num_experts", "num_local_experts", "n_routed_experts"),
    "hidden_dim": ("hidden_dim", "intermediate_size", "d_ff", "n_inner"),
}
"""What configs call these sizes."""


def asked(name: str) -> list[tuple[str, Sentence]]:
    """Each size that the page of a model asks about, and the answer."""
    parts = [
        part for one in explain_page(symbolic.explain(name)).sections if one.id == "questions" for part in one.parts
    ]
    found = []
    for question, answer in zip(parts[1::2], parts[2::2], strict=True):
        assert isinstance(question, Paragraph)
        assert isinstance(answer, Folded)
        [said] = answer.parts
        assert isinstance(said, Paragraph)
        assert isinstance(said.text, Sentence)
        found.append((re.findall(r"`(\w+)`", question.text)[0], said.text))
    return found


@pytest.mark.parametrize("name", MODELS)
def test_the_answer_is_what_a_config_with_the_larger_size_counts(name: str) -> None:
    bundled = models.find(name)
    before = symbolic.explain(name).total
    questions = asked(name)
    assert questions
    for size, answer in questions:
        [key] = [key for key in KEYS[size] if key in bundled.config]
        old = bundled.config[key]
        assert isinstance(old, int)
        larger = old + 1 if size == "n_layers" else 2 * old
        after = bundled._replace(config={**bundled.config, key: larger}).model()
        added = sorted(int(figure) for figure in answer.figures if isinstance(figure, Derived)) or [0]
        assert added[-1] == symbolic.explain(after).total - before, (size, answer)
        # With more experts only the router has more to do for a token.
        if len(added) == 2:
            assert added[0] == symbolic.count(after)["active"] - symbolic.count(name)["active"]


def test_most_pages_ask_three() -> None:
    few = [name for name in ONE_A_FAMILY if len(asked(name)) < 3]
    assert few == ["mamba-1.4b"]


def test_where_a_table_is_not_counted_nothing_is_asked_about_it() -> None:
    page = explain_page(symbolic.explain("gpt2-124m", convention="walkthrough"))
    assert "questions" not in [section.id for section in page.sections]
    assert "position embedding" in dict(asked("gpt2-124m"))["context_length"]
