"""Devices of several servers: those of one split each matrix, and each server has some of the layers."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import NamedTuple

from symbolic.errors import SymbolicError
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import batch_size, context, pipeline_parallel, tensor_parallel
from symbolic.measuring import quantities, usual
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.stages import stacks_of

NAME = "serving-memory"
ENDS = ("first-stage", "last-stage")
"""Where layers are alike, no stage between these holds more than the fuller one of them."""


class InStages(NamedTuple):
    """So many devices that split each matrix, in each of so many stages."""

    tensor: int
    stages: int

    @property
    def devices(self) -> int:
        """All of them."""
        return self.tensor * self.stages


def in_stages(derivation: Derivation, batch: int, memory: Fraction, most: int) -> InStages | None:
    """Return the fewest whole servers that hold the weights and a batch in stages, at most so many devices.

    None where no number does, where layers differ, or where it is not known how devices share the matrices. The
    derivation has the context and the number formats.
    """
    if len(stacks_of(derivation.model.network)) != 1:
        return None
    quantity = quantities.find(NAME)
    known = {symbol.name for symbol in quantity.inputs}
    given = {name: value for name, value in derivation.inputs.given.items() if name in known}
    with suppress(SymbolicError):
        for stages in range(2, most // usual.SERVER + 1):
            asked: dict[str, Exact] = {
                context.name: derivation.sizes[context.name],
                batch_size.name: batch,
                tensor_parallel.name: usual.SERVER,
                pipeline_parallel.name: stages,
            }
            ends = (derive(derivation.model, quantity, quantity.convention(end), {**given, **asked}) for end in ENDS)
            if all(end.total <= memory for end in ends):
                return InStages(usual.SERVER, stages)
    return None
