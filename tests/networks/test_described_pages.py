"""Every described type has its page: with the sizes that its class has by default, in any of its switches."""

from typing import Any

import pytest
from sampling import sample

import symbolic
from symbolic.errors import SymbolicError
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.description import Description

FOUND = ("swin", "clip", "qwen2_moe", "gemma4_text")
"""Types whose page once failed: a power, a single number, a switch that needs more sizes."""


def config(description: Description) -> dict[str, Any]:
    """The values of the keys as a config gives them, parts in their tables."""
    made: dict[str, Any] = {"model_type": description.model_type, "architectures": [description.model_class]}
    for key, value in description.keys.items():
        *parts, last = key.split(".")
        place = made
        for part in parts:
            place = place.setdefault(part, {})
        if value is not None:
            place[last] = value
    return made


@pytest.mark.parametrize("model_type", [*sample(FOUND, 5), *sample(sorted(set(catalogue.names()) - set(FOUND)), 250)])
def test_a_described_type_has_its_page(model_type: str) -> None:
    for description in catalogue.described(model_type):
        for quantity in ("parameters", "forward-flops"):
            try:
                derivation = symbolic.explain(config(description), quantity)
            except SymbolicError:
                continue
            assert derivation.to("text")
