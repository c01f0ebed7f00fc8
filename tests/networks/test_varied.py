"""A described type is right, or says no, when one key of its config is another: held against the real class."""

from __future__ import annotations

import os

import pytest
from sampling import thorough

from symbolic.networks.learned import catalogue

pytest.importorskip("torch", reason="torch is not installed: pip install symbolic-explainer[verify]")
pytest.importorskip("transformers", reason="transformers is not installed: pip install symbolic-explainer[verify]")
pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]

# Every type where SYMBOLIC_VARIED is set, for who maintains the descriptions: ten minutes.
NAMES = catalogue.names() if os.environ.get("SYMBOLIC_VARIED") else ("bloom", "gpt_neo")


@thorough
@pytest.mark.parametrize("name", NAMES)
def test_no_key_varied_alone_gives_a_wrong_total_without_a_word(name: str) -> None:
    from tools.learning import varying  # imports torch

    for description in (one for one in catalogue.described(name) if not one.code):
        found = varying.varied(description)
        assert found.get("keys"), found
        assert not varying.wrong(found)
