"""Experts that are stacked in one tensor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from symbolic.formulas.formula import Formula, Product, Sum, Symbol, product
from symbolic.language import Sentences
from symbolic.networks.blocks import Block, Kind, Part, Weight
from symbolic.networks.learned import roles
from symbolic.networks.learned.building import Building
from symbolic.networks.learned.description import Module, Tensor
from symbolic.networks.learned.folding import folded

EXPERTS = frozenset(
    ("n_experts", "num_experts", "num_local_experts", "num_routed_experts", "n_routed_experts", "moe_num_experts")
)
"""What keys are called that say how many experts there are."""
Keys: TypeAlias = Mapping[Symbol, str]
"""Which key of a config each symbol stands for."""
NOTHING: Keys = {}
OF_TOKENS = ("linear", "embedding", "conv", "deconv", "conv1d", "norm")
"""Owners whose tensors of two axes are no experts': a router is a linear layer with an output for each."""


def with_experts_apart(module: Module, parts: list[Block | Part], building: Building) -> list[Block | Part]:
    """Return experts that are stacked in one tensor as one expert with a repeat."""
    owners = {part.name: part.owner for part in module.parts if isinstance(part, Tensor)}
    if building.traced and not _named(module.name):
        return parts  # what a trace saw is multiplied as its own lines say
    others: list[Block | Part] = []
    inside: dict[Formula, list[Weight]] = {}
    for part in parts:
        own = isinstance(part, Weight) and owners.get(part.key)
        if own and isinstance(part, Weight) and (found := _of_one(part, module.name, own, building)):
            inside.setdefault(found[0], []).append(found[1])
        else:
            others.append(part)
    experts = [
        Block(
            "expert" if len(inside) == 1 else f"expert_{number}",
            roles.EXPERT_NAME,
            role="experts",
            # A sum counts those that the code has beside the networks.
            about=Sentences(roles.EXPERT, roles.WITHOUT_WORK) if isinstance(count, Sum) else roles.EXPERT,
            parts=folded(tuple(weights)),
            repeat=count,
            # Through those that are shared every token passes.
            active=None if "shared" in module.name.lower() else building.active(count),
        )
        for number, (count, weights) in enumerate(inside.items(), start=1)
    ]
    return [*others, *experts]


def has_stacked(tensor: Tensor) -> bool:
    """Return whether a tensor of a description holds a matrix for each of several experts."""
    return tensor.owner == "linear" and len(tensor.axes) == 3 and _counted(tensor.axes[0]) is not None


def counts_experts(length: Formula | None, used: Keys = NOTHING) -> bool:
    """Return whether the length of a stack is what a key calls the number of experts."""
    return isinstance(length, Symbol) and _is_of_experts(used.get(length, length.name))


def _of_one(part: Weight, module: str, owner: str, building: Building) -> tuple[Formula, Weight] | None:
    """Return how many experts a weight holds, and what it is of one; None where it holds none."""
    at = _place(part.shape, _named(module), owner, building.used)
    if at is None or (building.traced and len(part.shape) < 3 and isinstance(part.shape[at], Product)):
        return None
    axis = part.shape[at]
    count = _counted(axis, building.used) or axis
    left = tuple(one for one in axis.factors if one != count) if isinstance(axis, Product) and count != axis else ()
    shape = (*part.shape[:at], *((product(left),) if left else ()), *part.shape[at + 1 :])
    kind = Kind.BIAS if "bias" in part.key else Kind.MATRIX if len(shape) > 1 else Kind.VECTOR
    return count, replace(part, shape=_read(shape, f"{module}.{part.key}"), kind=kind)


def _named(module: str) -> bool:
    return "expert" in module.lower()


def _place(axes: tuple[Formula, ...], named: bool, owner: str, used: Keys = NOTHING) -> int | None:
    """Return which axis counts the experts: in a module called so, or of a tensor that can be nothing else."""
    if len(axes) == 3:
        return 0 if named or (owner in ("own", "linear") and _counted(axes[0], used) is not None) else None
    found = next((at for at, axis in enumerate(axes) if _counted(axis, used) is not None), None)
    if found == 0 and owner == "embedding" and len(axes) == 2:
        return 0  # a table with a row for each expert
    if found is None or owner in OF_TOKENS:
        return None
    return found if named or isinstance(axes[found], Product) else None


def _counted(axis: Formula, used: Keys = NOTHING) -> Formula | None:
    """Return what counts experts in an axis: the axis, or a factor of it; None where nothing does."""
    factors = axis.factors if isinstance(axis, Product) else (axis,)
    return next((one for one in factors if isinstance(one, Symbol) and _is_of_experts(used.get(one, one.name))), None)


def _is_of_experts(key: str) -> bool:
    return key.rpartition(".")[2] in EXPERTS


def _read(shape: tuple[Formula, ...], key: str) -> tuple[Formula, ...]:
    """Return an expert's matrix as (inputs, outputs): a down matrix makes the network's width, others start from it."""
    if len(shape) != 2:
        return shape
    down = any(word in key for word in ("down", "w2", "out"))
    width = next((at for at, axis in enumerate(shape) if isinstance(axis, Symbol) and axis.name == "emb_dim"), None)
    return shape[::-1] if width is not None and (width == 1) is not down else shape
