"""A network's parts, by what they do: what each comes to, whatever the family calls it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symbolic.formulas.formula import Formula
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Step
from symbolic.networks.blocks import Contraction, Kind, Weight

NAMES = {
    "embedding": "embeddings",
    "position": "positions",
    "patch-embedding": "patches",
    "class-token": "class token",
    "attention": "attention",
    "linear-attention": "linear attention",
    "state-space": "state space",
    "feed-forward": "feed-forward",
    "experts": "experts",
    "router": "routers",
    "norm": "norms",
    "projection": "projections",
    "pooler": "pooler",
    "head-transform": "head transform",
    "classifier": "classifier",
    "head": "output head",
}
"""The parts by their roles, in the order of a bar."""


PRODUCTS = "products"
"""The kind of a leaf that is a product of two computed tensors."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A leaf of a derivation: the part it belongs to, what kind of weight it is, and all its repeats as a formula."""

    part: str
    kind: str
    step: Step
    formula: Formula
    in_layer: bool


def pieces(derivation: Derivation) -> Iterator[Piece]:
    """Yield every leaf of the general tree, also those that add nothing to this model's total."""
    for visit in derivation.general.leaves():
        if visit.step.part:
            role = _role((*visit.above[1:], visit.step))
            in_layer = any(step.role == "layer" for step in visit.above)
            yield Piece(NAMES.get(role, role), _kind(visit.step), visit.step, visit.formula, in_layer)


def by_part(derivation: Derivation) -> dict[str, int]:
    """Return what each part of this model comes to; the parts sum to the total."""
    found: dict[str, int] = {}
    for piece in pieces(derivation):
        if piece.step.in_total:
            found[piece.part] = found.get(piece.part, 0) + piece.step.in_total
    return {name: found[name] for name in (*NAMES.values(), *found) if name in found}


def _role(steps: Sequence[Step]) -> str:
    """Return the role of the outermost block that is no stack: a norm within the attention is part of the attention."""
    return next((step.role for step in steps if step.role not in ("layer", "model")), steps[-1].role)


def _kind(step: Step) -> str:
    if not isinstance(step.part, Weight):
        return PRODUCTS if isinstance(step.part, Contraction) else type(step.part).__name__.lower()
    kind = step.part.kind
    return {Kind.BIAS: "biases", Kind.SCALE: "scales", Kind.SHIFT: "shifts", Kind.TABLE: "tables"}.get(kind, kind.value)
