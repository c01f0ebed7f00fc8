"""A described type that names the tensors of its files has the bytes that transformers' own quantiser makes."""

from __future__ import annotations

import pytest
from sampling import sample, thorough

from symbolic.networks.learned import catalogue

pytest.importorskip("torch", reason="torch is not installed: pip install symbolic-explainer[verify]")
pytest.importorskip("transformers", reason="transformers is not installed: pip install symbolic-explainer[verify]")
pytestmark = [pytest.mark.torch, thorough, pytest.mark.filterwarnings("ignore")]

NAMED = [name for name in catalogue.names() if "\nnamed in files" in catalogue.text_of(name)]


@pytest.mark.parametrize("name", sample(["phi", "stablelm", "glm4", "minimax_m2", "glm4_moe", "deepseek_v32"], 1))
def test_bytes_in_fp8_are_those_of_the_real_quantiser(name: str) -> None:
    from tools.learning import storing  # imports torch

    found = next(one for one in catalogue.described(name) if one.named)
    assert storing.problem(found) == ""
    assert name in NAMED
