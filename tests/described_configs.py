"""Configs of types that are described from their code."""

from __future__ import annotations

from symbolic.networks.learned.description import Description


def default_config(description: Description) -> dict[str, object]:
    """Its keys that change weights, with their defaults; null is left out where the config class would refuse it."""
    given = {key: value for key, value in description.keys.items() if value is not None or key not in description.unset}
    return {"model_type": description.model_type, **given, **description.fixed}
