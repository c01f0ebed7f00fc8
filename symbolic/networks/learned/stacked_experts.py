"""Experts that are stacked in one tensor."""

from __future__ import annotations

from dataclasses import replace

from symbolic.formulas.formula import Formula, Symbol
from symbolic.networks.blocks import Block, Kind, Part, Weight
from symbolic.networks.learned import roles
from symbolic.networks.learned.building import Building
from symbolic.networks.learned.description import Module
from symbolic.networks.learned.folding import folded

EXPERTS = frozenset(
    ("n_experts", "num_experts", "num_local_experts", "num_routed_experts", "n_routed_experts", "moe_num_experts")
) | {"ffn_config.moe_num_experts"}


def with_experts_apart(module: Module, parts: list[Block | Part], building: Building) -> list[Block | Part]:
    """Return experts that are stacked in one tensor as one expert with a repeat."""
    if "expert" not in module.name.lower():
        return parts
    counts = {part.key: _stacked(part) for part in parts if isinstance(part, Weight)}
    stacked = {key: at for key, at in counts.items() if at is not None}
    if not stacked:
        return parts
    others = [part for part in parts if part.key not in stacked]
    inside: dict[Formula, list[Weight]] = {}
    for part in parts:
        if isinstance(part, Weight) and part.key in stacked:
            at = stacked[part.key]
            shape = _read((*part.shape[:at], *part.shape[at + 1 :]), part.key)
            kind = Kind.BIAS if "bias" in part.key else Kind.MATRIX if len(shape) > 1 else Kind.VECTOR
            inside.setdefault(part.shape[at], []).append(replace(part, shape=shape, kind=kind))
    active = building.symbol(building.active, {}) if building.active else None
    experts = [
        Block(
            "expert" if len(inside) == 1 else f"expert_{number}",
            roles.EXPERT_NAME,
            role="experts",
            about=roles.EXPERT,
            parts=folded(tuple(weights)),
            repeat=count,
            active=active,
        )
        for number, (count, weights) in enumerate(inside.items(), start=1)
    ]
    return [*others, *experts]


def _stacked(part: Weight) -> int | None:
    if len(part.shape) == 3:
        return 0
    return next(
        (at for at, axis in enumerate(part.shape) if isinstance(axis, Symbol) and axis.name in EXPERTS),
        None,
    )


def _read(shape: tuple[Formula, ...], key: str) -> tuple[Formula, ...]:
    """Return an expert's matrix as (inputs, outputs): a down matrix makes the network's width, others start from it."""
    if len(shape) != 2:
        return shape
    down = any(word in key for word in ("down", "w2", "out"))
    width = next((at for at, axis in enumerate(shape) if isinstance(axis, Symbol) and axis.name == "emb_dim"), None)
    return shape[::-1] if width is not None and (width == 1) is not down else shape
