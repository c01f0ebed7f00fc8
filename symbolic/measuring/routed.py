"""Networks of which parts work on some tokens only, and a count of what works on one token."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from symbolic.configs.model import Model
from symbolic.errors import NothingToMeasure
from symbolic.measuring.conventions import Convention
from symbolic.measuring.quantity import Quantity
from symbolic.networks.blocks import Block, Weight
from symbolic.networks.walks import leaves

if TYPE_CHECKING:
    from symbolic.measuring.derivation import Derivation


def refuse_routed(model: Model, quantity: Quantity, convention: Convention, network: Block) -> None:
    """NothingToMeasure where a convention wants the parameters of one token, and the network does not say which.

    Operations are known all the same: a pass shows for how many tokens each matrix works.
    """
    reason = model.architecture.routes
    if reason and convention.active_only and _counts_parameters(model, quantity, convention, network):
        raise NothingToMeasure(
            f"{model.name} has no {quantity.name} by the convention {convention.name}: {reason}. It is known where "
            "the parts are called experts, and one choice of the best says how many of them work"
        )


def _counts_parameters(model: Model, quantity: Quantity, convention: Convention, network: Block) -> bool:
    """Return whether a weight that works on some tokens counts as one that works on all."""
    if "forward-flops" not in model.architecture.only:
        return True  # there are no operations
    for leaf in leaves(network):
        if isinstance(leaf.part, Weight) and leaf.part.tokens is not None and convention.counts(leaf):
            usual = leaf._replace(part=replace(leaf.part, tokens=None))
            if quantity.of(leaf, convention) == quantity.of(usual, convention) is not None:
                return True
    return False


def of_one_token(derivation: Derivation, name: str = "active") -> Derivation | None:
    """Return what works on one token, by a convention of parameters; None where the network does not say what does."""
    with suppress(NothingToMeasure):
        return derivation.counted_as(derivation.quantity.conventions[name])
    return None
