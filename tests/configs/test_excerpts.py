"""The configs that ship are excerpts: none leaves out a key for which its family takes a default that changes much."""

import pytest

import symbolic
from symbolic.configs import models
from symbolic.networks.layers.windows import WINDOWS

PHI_3_BYTES = 32 * 2 * 3_072 * 2
"""What a token keeps in all layers: a key and a value, each as wide as the network, at 16 bits."""


@pytest.mark.parametrize("name", models.names())
def test_a_config_that_ships_says_whether_there_is_a_window(name: str) -> None:
    model = symbolic.load(name)
    switches = {option.name for option in model.architecture.options}
    assert WINDOWS.name not in switches or WINDOWS.name not in model.assumed


@pytest.mark.parametrize(("context", "kept"), [(1_000, 1_000), (2_046, 2_046), (4_096, 2_046)])
def test_the_published_window_of_phi_3_mini_ends_its_cache(context: int, kept: int) -> None:
    """A window of 2,047 keeps 2,046 tokens: the next one takes the place that is left."""
    assert symbolic.explain("phi-3-mini", "kv-cache", inputs={"context": context}).total == kept * PHI_3_BYTES
