"""The lists that a config class makes, such as which layers look how far: held against the class at many depths."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from symbolic.networks.learned import catalogue
from symbolic.networks.learned.description import Description, ListMade
from symbolic.networks.learned.values import Undefined, canonical, raw, settled

pytest.importorskip("torch", reason="torch is not installed: pip install symbolic-explainer[verify]")
transformers = pytest.importorskip(
    "transformers", reason="transformers is not installed: pip install symbolic-explainer[verify]"
)
pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]

DEPTH = re.compile(r"(num_hidden_layers|num_layers|n_layers?|num_decoder_layers|depth)$")
DECIDES = re.compile(r"pattern|period|interval|offset|freq|step|replace|every|start|stop|dense|hash|kv_shared")
DEPTHS = (1, 2, 3, 4, 5, 7, 9, 13, 24, 48)
CONFIGS = 8


def patterned() -> list[str]:
    """The types whose config classes make a list item by item."""
    return [
        name
        for name in catalogue.names()
        if name in transformers.CONFIG_MAPPING
        and any(isinstance(let.made, ListMade) for let in catalogue.described(name)[0].lets)
    ]


def drawn(description: Description, draw: random.Random) -> dict[str, int]:
    """Another depth, and other numbers of what decides which layers are of which kind."""
    return {key: draw.choice(DEPTHS) for key in description.keys if DEPTH.search(key)} | {
        key: draw.randint(1, 7)
        for key, value in description.keys.items()
        if type(value) is int and DECIDES.search(key) and draw.random() < 0.4
    }


def nested(values: dict[str, int], part: str) -> dict[str, Any]:
    """The config as its class takes it: a dict for each part."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        *parts, last = [*part.split("."), *key.split(".")] if part else key.split(".")
        place = found
        for one in parts:
            place = place.setdefault(one, {})
        place[last] = value
    return found


def attribute(config: Any, path: str) -> Any:
    """What a config class holds at a path; None for nothing."""
    for name in path.split("."):
        config = getattr(config, name, None)
    return config


@pytest.mark.parametrize("name", patterned())
def test_a_list_with_an_item_for_each_layer_is_that_of_the_class_at_any_depth(name: str) -> None:
    description, draw = catalogue.described(name)[0], random.Random(name)
    for _number in range(CONFIGS):
        given = drawn(description, draw)
        try:
            made, _formulas = settled(description, raw(description, canonical(description, given)))
            config = transformers.CONFIG_MAPPING[name](**nested(given, description.part))
        except Undefined:
            continue
        except Exception:  # the class refuses these numbers, by any error
            continue
        for let in description.lets:
            real = attribute(config, f"{description.part}.{let.key}".removeprefix("."))
            if isinstance(let.made, ListMade) and let.key in description.keys and real is not None:
                assert made[let.key] == list(real), given
