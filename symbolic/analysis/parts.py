"""A network's parts, by what they do: what each comes to, whatever the family calls it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symbolic.formulas.formula import Formula, Product
from symbolic.measuring.derivation import Derivation, Step
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
    """Every leaf that adds to the total."""
    root = derivation.root
    for below in root.steps:
        yield from _pieces(below, () if root.repeat is None else (root.repeat,), below.role, in_layer=False)


def by_part(derivation: Derivation) -> dict[str, int]:
    """What each part comes to; the parts sum to the total."""
    found: dict[str, int] = {}
    for piece in pieces(derivation):
        found[piece.part] = found.get(piece.part, 0) + piece.step.whole
    return {name: found[name] for name in (*NAMES.values(), *found) if name in found}


def _pieces(step: Step, above: tuple[Formula, ...], role: str, *, in_layer: bool) -> Iterator[Piece]:
    in_layer = in_layer or role == "layer"
    repeats = above if step.repeat is None else (*above, step.repeat)
    if step.steps:
        for below in step.steps:
            # A norm within the attention is a part of the attention; a part of a layer has a role of its own.
            yield from _pieces(below, repeats, below.role if role in ("layer", "model") else role, in_layer=in_layer)
    elif step.value:
        formula = Product((*repeats, step.one)) if repeats else step.one
        yield Piece(NAMES.get(role, role), _kind(step), step, formula, in_layer)


def _kind(step: Step) -> str:
    if not isinstance(step.part, Weight):
        return PRODUCTS if isinstance(step.part, Contraction) else type(step.part).__name__.lower()
    kind = step.part.kind
    return {Kind.BIAS: "biases", Kind.SCALE: "scales", Kind.SHIFT: "shifts", Kind.TABLE: "tables"}.get(kind, kind.value)
