"""The names that a description's tensors have in the whole network."""

from __future__ import annotations

from symbolic.networks.learned.description import NAMELESS, RUNNING, Module, Part, Tensor


def with_paths(module: Module, above: str = "") -> Module:
    """Return a tree whose tensors know their names in the whole network: `model.layers.{}.mlp.fc1.weight`."""
    parts: list[Part] = []
    for part in module.parts:
        if isinstance(part, Tensor):
            parts.append(part.but(path=above + part.name))
        elif isinstance(part, Module):
            own = above if part.name in (NAMELESS, RUNNING) else f"{above}{part.name}."
            numbered = own.removesuffix(".") if own.endswith("_.") else own
            inside = "" if part.name == RUNNING else "{}."
            parts.append(with_paths(part, numbered + inside if part.repeat else own))
        else:
            parts.append(part)
    return module.but(parts=tuple(parts))
