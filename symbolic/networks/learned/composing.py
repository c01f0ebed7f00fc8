"""The description of a whole, with those of its towers in their places.

A whole such as LLaVA is made of networks that have descriptions of their own: what sees, what writes, and a few layers
between them. Which ones, a config says with the model_type of each part; so any pair of described types can be put
together.

What the whole computes and keeps is what its towers do: each knows that of itself. A tower that reads images does it
for each image. Where the whole or one of its towers does not know what it computes, what the one computes that reads
and writes a text is still known, and the whole is known `partly`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symbolic.networks.learned import catalogue
from symbolic.networks.learned.description import Description, Tower
from symbolic.networks.learned.placing import OWN, with_tower
from symbolic.networks.learned.values import Undefined, with_parts_named
from symbolic.networks.learned.wholes import deriving

DEEPEST = 4


def composed(description: Description, values: Mapping[str, Any], depth: int = 0) -> Description:
    """Return the description with every tower in its place; values.Undefined where one is not described."""
    if depth > DEEPEST:
        raise Undefined(f"the parts of a {description.model_type} are nested deeper than {DEEPEST}")
    values = with_parts_named(description, values)
    # A part that a config may leave out, and of which the tree has more than a tower.
    there = {key: _part_of(values, key) is not None for key in description.keys if key.endswith("_config")}
    made = description.but(keys={**description.keys, **there})
    inner: dict[str, Description] = {}
    for tower in description.towers:
        part = _part_of(values, tower.part)
        if tower.optional:
            made = made.but(keys={**made.keys, tower.part: part is not None})
        if part is not None or not tower.optional:
            own = values if tower.part == OWN else part or {}
            inner[tower.part] = composed(_inner(made, tower, part), own, depth + 1)
    made = deriving(made, inner)
    for tower in description.towers:
        if tower.part in inner:
            made = with_tower(made, tower, _part_of(values, tower.part), inner[tower.part])
    return made.but(towers=())


def _part_of(values: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    """Return a part of a config; None where it is left out."""
    if path == OWN:
        return values
    found: Any = values
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else None


def _inner(whole: Description, tower: Tower, part: Mapping[str, Any] | None) -> Description:
    """Return the description of what a part makes."""
    named = (part or {}).get("model_type") if tower.auto else None
    model_type = named if isinstance(named, str) and named not in tower.also else tower.model_type
    for one in catalogue.each(model_type):
        if one.part:
            continue
        if makes(tower, one):
            return one
    raise Undefined(
        f"{tower.part} of a {whole.model_type} is of model_type {model_type}, and what that makes there is not "
        "described; --trace reads the whole off its code, where transformers has it"
    )


def makes(tower: Tower, one: Description) -> bool:
    """Whether a description is of the class that stands there; older ones don't say which auto class makes them."""
    if not tower.auto:
        return one.model_class == tower.model_class
    writes = tower.auto == "causal" and one.model_class.endswith(("ForCausalLM", "LMHeadModel"))
    return tower.auto in one.auto or (writes and not one.auto)
