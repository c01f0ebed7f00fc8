"""A network's parts, by what they do: what each comes to, whatever the family calls it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symbolic.formulas.formula import Formula
from symbolic.language import lazy as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Step
from symbolic.networks.blocks import Activation, Cache, Contraction, Kind, Part, Weight
from symbolic.pages.colours import LIGHTER, colour_of

NAMES = {
    "embedding": _("embeddings"),
    "position": _("positions"),
    "patch-embedding": _("patches"),
    "class-token": _("class token"),
    "attention": _("attention"),
    "linear-attention": _("linear attention"),
    "state-space": _("state space"),
    "feed-forward": _("feed-forward"),
    "experts": _("experts"),
    "shared-experts": _("shared experts"),
    "router": _("routers"),
    "norm": _("norms"),
    "projection": _("projections"),
    "pooler": _("pooler"),
    "head-transform": _("head transform"),
    "classifier": _("classifier"),
    "head": _("output head"),
}
"""The parts by their roles, in the order of a bar."""

COLOURS: dict[str, int] = {
    **{name: colour_of(role) for role, name in NAMES.items()},
    NAMES["shared-experts"]: colour_of("experts") + LIGHTER,
}
"""Their colours, by their names."""

EXPERTS, SHARED_EXPERTS, SHARED = "experts", "shared-experts", "share"
"""The role of experts, and how the keys begin of those that every token passes: a part of their own, as on a page."""
PRODUCTS = _("products")
"""The kind of a leaf that is a product of two computed tensors."""
LEAVES = {Contraction: PRODUCTS, Cache: _("cache"), Activation: _("activations")}
SHORT_KINDS = {Kind.BIAS: _("biases"), Kind.SCALE: _("scales"), Kind.SHIFT: _("shifts")}
"""What weights are called beside the name of their part."""


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
            steps = (*visit.above[1:], visit.step)
            role = outermost([step.role for step in steps])
            if role == EXPERTS and any(step.role == EXPERTS and step.key.startswith(SHARED) for step in steps):
                role = SHARED_EXPERTS
            in_layer = any(step.role == "layer" for step in visit.above)
            yield Piece(NAMES.get(role, role), kind_of(visit.step.part), visit.step, visit.formula, in_layer)


def by_part(derivation: Derivation) -> dict[str, int]:
    """Return what each part of this model comes to; the parts sum to the total."""
    found: dict[str, int] = {}
    for piece in pieces(derivation):
        if piece.step.in_total:
            found[piece.part] = found.get(piece.part, 0) + piece.step.in_total
    return {name: found[name] for name in (*NAMES.values(), *found) if name in found}


def outermost(roles: Sequence[str]) -> str:
    """Return the role of the outermost block that is no stack: a norm within the attention is part of the attention."""
    return next((role for role in roles if role not in ("layer", "model")), roles[-1] if roles else "")


def kind_of(part: Part | None) -> str:
    """Return what a page calls leaves of this kind."""
    if isinstance(part, Weight):
        return SHORT_KINDS.get(part.kind, part.kind.value)
    return LEAVES[type(part)] if part else ""
