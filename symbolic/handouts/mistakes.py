"""Named mistakes that people make. Each measures the network in a wrong way; its result is a wrong answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import TypeAlias

from symbolic.formulas.formula import Number
from symbolic.handouts.from_derivation import convention, measured
from symbolic.language import lazy as _
from symbolic.measuring.derivation import Derivation
from symbolic.networks.blocks import Block, Kind, Part, Weight
from symbolic.networks.family import Options
from symbolic.networks.walks import Leaf, leaves, weights

Wrong: TypeAlias = Callable[[Derivation], Derivation | None]
MOST_KEPT = 64
"""Of so many families, what a mistake makes of the network is kept."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake; `wrong` measures with it, or returns None where it can't be made.

    Its words stand in the prose of handouts, in a block that has its name.
    """

    name: str
    wrong: Wrong

    @property
    def block(self) -> str:
        """Return the name of the block that completes "This …"."""
        return f"mistake_{re.sub(r'[^a-z]+', '_', self.name)}"


def found(derivation: Derivation) -> tuple[tuple[Mistake, Derivation], ...]:
    """Return the mistakes that change this derivation's total, with their results, no two alike."""
    totals, made = {derivation.total, 0}, []
    for mistake in MISTAKES:
        wrong = mistake.wrong(derivation)
        if wrong is not None and wrong.total not in totals:
            totals.add(wrong.total)
            made.append((mistake, wrong))
    return tuple(made)


def _without(forgotten: Callable[[Leaf], bool]) -> Wrong:
    """Return a mistake that leaves some weights out."""

    def wrong(derivation: Derivation) -> Derivation | None:
        right = derivation.convention
        if not any(forgotten(leaf) for leaf in leaves(derivation.model.network)):
            return None
        counted = right._replace(counts=lambda leaf: right.counts(leaf) and not forgotten(leaf))
        return measured(derivation, convention=counted)

    return wrong


def _with_size(name: str, taken: str) -> Wrong:
    """Return a mistake that takes one size for another."""

    def wrong(derivation: Derivation) -> Derivation | None:
        model = derivation.model
        right, other = model.sizes.get(name), model.sizes.get(taken)
        if right is None or other is None or right == other:
            return None
        return measured(derivation, replace(model, sizes={**model.sizes, name: other}))

    return wrong


def _rebuilt(change: Callable[[Block | Part], Block | Part]) -> Wrong:
    """Return a mistake that builds the network in another way."""

    def block(old: Block) -> Block:
        parts = tuple(block(part) if isinstance(part, Block) else change(part) for part in old.parts)
        changed = change(replace(old, parts=parts))
        assert isinstance(changed, Block)  # noqa: S101 - a change keeps the kind of part
        return changed

    networks: dict[Hashable, Callable[[Options], Block]] = {}

    def wrong(derivation: Derivation) -> Derivation | None:
        model, family = derivation.model, derivation.model.architecture
        # The same function for the same family: its trees are kept, and a class has a thousand forms of one.
        asked = family.network, tuple((family.tensors or {}).items())
        if len(networks) > MOST_KEPT:
            networks.clear()
        network = networks.setdefault(asked, lambda options: block(family.tree(options)))
        other = family._replace(network=network, tensors=None)
        if other.tree(model.options) == family.tree(model.options):
            return None
        return measured(derivation, replace(model, architecture=other))

    return wrong


def _copies(part: Block | Part, key: str, copies: int) -> Block | Part:
    # A matrix that is there once, not as often as it should be.
    if not isinstance(part, Weight) or part.key != key or part.copies <= copies:
        return part
    return replace(part, copies=copies, members=part.members[:copies], tensors=part.tensors[:copies])


def _one_norm(part: Block | Part) -> Block | Part:
    if not isinstance(part, Block) or part.role != "norm":
        return part
    return replace(part, parts=tuple(_copies(one, one.key, 1) if _twice(one) else one for one in part.parts))


def _twice(part: Block | Part) -> bool:
    return isinstance(part, Weight) and part.copies == 2


def _once(part: Block | Part, role: str) -> Block | Part:
    return replace(part, repeat=Number(1), active=None) if _repeated(part, role) and isinstance(part, Block) else part


def _repeated(part: Block | Part, role: str) -> bool:
    return isinstance(part, Block) and part.role == role and part.repeat is not None


def _taken_for(name: str) -> Wrong:
    """Return a mistake that takes another convention of the quantity for the given one."""

    def wrong(derivation: Derivation) -> Derivation | None:
        other = convention(derivation, name)
        return None if other is None else measured(derivation, convention=other)

    return wrong


def _every_expert(derivation: Derivation) -> Derivation | None:
    right = derivation.convention
    return measured(derivation, convention=right._replace(active_only=False)) if right.active_only else None


def _chosen_experts(derivation: Derivation) -> Derivation | None:
    right = derivation.convention
    return None if right.active_only else measured(derivation, convention=right._replace(active_only=True))


def _tied_twice(derivation: Derivation) -> Derivation | None:
    tied = any(leaf.role == "head" and leaf.weight.tied_to for leaf in weights(derivation.model.network))
    return _taken_for("untied")(derivation) if tied and derivation.convention.name == "trainable" else None


def _no_head(derivation: Derivation) -> Derivation | None:
    return _taken_for("tied")(derivation) if derivation.convention.name == "trainable" else None


MISTAKES = (
    Mistake(_("forgot the biases"), _without(lambda at: at.kind is Kind.BIAS)),
    Mistake(_("counted the tied head twice"), _tied_twice),
    Mistake(_("two matrices in the gated network"), _rebuilt(lambda part: _copies(part, "gate_up_matrices", 1))),
    Mistake(
        _("one matrix for query, key and value"), _rebuilt(lambda part: _copies(part, "query_key_value_matrices", 1))
    ),
    Mistake(_("forgot the grouping"), _with_size("n_kv_groups", "n_heads")),
    Mistake(_("cache without grouping"), _taken_for("ungrouped")),
    Mistake(_("attention's own products left out"), _taken_for("without-attention-products")),
    Mistake(_("all experts as active"), _every_expert),
    Mistake(_("only the chosen experts"), _chosen_experts),
    Mistake(_("one expert"), _rebuilt(lambda part: _once(part, "experts"))),
    Mistake(_("multiply-adds for operations"), _taken_for("multiply-adds")),
    Mistake(_("forgot the position table"), _without(lambda at: at.role == "position")),
    Mistake(_("forgot the norm shifts"), _without(lambda at: at.kind is Kind.SHIFT)),
    Mistake(_("feed-forward as narrow as the model"), _with_size("hidden_dim", "emb_dim")),
    Mistake(_("one norm in each layer"), _rebuilt(_one_norm)),
    Mistake(_("forgot the norms"), _without(lambda at: at.role == "norm")),
    Mistake(_("forgot the output head"), _no_head),
    Mistake(_("forgot the embeddings"), _without(lambda at: at.role == "embedding")),
    Mistake(_("one layer only"), _rebuilt(lambda part: _once(part, "layer"))),
    Mistake(_("forgot the output projection"), _without(lambda at: at.part.key == "output_projection_matrix")),
)
