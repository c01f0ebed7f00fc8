"""What a size is solved for: a total to reach, or a memory to fill."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from symbolic.errors import SymbolicError, shown
from symbolic.formulas.amounts import amount
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Number
from symbolic.formulas.vocabulary import device_memory, reserved_memory
from symbolic.measuring import quantities
from symbolic.measuring.inputs import Inputs


class GoalError(SymbolicError):
    """A total or a memory that can't be aimed at."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A memory that must hold the total: so many bytes, as it was written, and what of it a program keeps."""

    written: str
    reserved: int = 0


def goal(total: str | int | None, memory: str | None, quantity: str) -> tuple[Fraction, str, Budget | None]:
    """Return what the total is to come to, of which quantity, and the memory that it may fill.

    A memory is filled by the weights, or by the quantity that is asked for. GoalError where both are given or none,
    where a memory is to hold no bytes, and where the number is not above zero.
    """
    if (total is None) == (memory is None):
        raise GoalError("give either a total to reach (--total 7e9) or a memory to fill (--budget-memory 24GiB)")
    if memory is None:
        of_bytes = quantities.find(quantity).unit == "bytes"
        return _above_zero("total", str(total), of_bytes), quantity, None
    measured = "weight-memory" if quantity == "parameters" else quantity
    if (unit := quantities.find(measured).unit) != "bytes":
        raise GoalError(f"a memory holds bytes, and {measured} are {unit}; leave --quantity out, or give --total")
    return _above_zero("budget-memory", memory, of_bytes=True), measured, Budget(memory)


def left_by_program(memory: Fraction, budget: Budget, inputs: Inputs) -> tuple[Fraction, Budget]:
    """Return what a program leaves of a memory, where the quantity has it as an input: pages of devices do the same.

    GoalError where nothing is left.
    """
    if reserved_memory.name not in inputs.sizes:
        return memory, budget
    by_memory = inputs.definitions.get(reserved_memory, Number(int(inputs.sizes[reserved_memory.name])))
    reserved = int(by_memory.value({**inputs.sizes, device_memory.name: floor(memory)}))
    if reserved >= memory:
        raise GoalError(
            f"budget-memory is {grouped(floor(memory))} bytes and reserved_memory is {grouped(reserved)}; nothing is "
            "left: give a larger memory, or --set reserved_memory=0"
        )
    return memory - reserved, replace(budget, reserved=reserved)


def compute_budget(text: str) -> Fraction:
    """Return a training budget in operations."""
    return _above_zero("compute", text, of_bytes=False)


def _above_zero(name: str, text: str, of_bytes: bool) -> Fraction:
    number = Fraction(amount(text, name, device_memory if of_bytes else None))
    if number <= 0:
        raise GoalError(f"{name} must be above zero, got {shown(text)}")
    return number
