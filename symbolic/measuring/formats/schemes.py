"""How one matrix is stored in a format: the bytes of a number, and what each matrix has beside its numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from symbolic.formulas.formula import Ceiling, Exact, Formula, Number, Product, Quotient
from symbolic.formulas.vocabulary import group_size, matrix_bytes, scale_bits, value_bits, zero_bits


class Matrix(NamedTuple):
    """The shape of a matrix: its rows are as long as its inputs."""

    inputs: Formula
    outputs: Formula


Beside: TypeAlias = Callable[[Matrix], tuple[Formula, ...]]
"""What a matrix has beside its numbers, in bytes: scales, zero points, an order of its rows."""

FLOAT32, INT32, INT64 = Number(4), Number(4), Number(8)
GROUPED: Formula = (value_bits + (scale_bits + zero_bits) / group_size) / 8
"""The bytes of a number where a group shares a scale and a zero point."""


def nothing(matrix: Matrix) -> tuple[Formula, ...]:  # noqa: ARG001
    """Return no bytes: nothing stands beside the numbers."""
    return ()


@dataclass(frozen=True, slots=True)
class Scheme:
    """`each` are the bytes of a number, `beside` those of a matrix beside its numbers, `given` the inputs that it sets.

    `groups` of a matrix must be whole numbers.
    """

    each: Formula
    beside: Beside = nothing
    groups: Beside = nothing
    given: dict[str, Exact | Formula] = field(default_factory=dict)


def grouped(bits: int, group: int, scale: int, zero: int, beside: Beside = nothing) -> Scheme:
    """Return groups of numbers along the inputs that share a scale and a zero point of so many bits."""
    given = {value_bits.name: bits, group_size.name: group, scale_bits.name: scale, zero_bits.name: zero}
    return Scheme(
        matrix_bytes, beside, lambda matrix: (matrix.inputs / group_size,), {**given, matrix_bytes.name: GROUPED}
    )  # fmt: skip


def plain(bits: int, beside: Beside) -> Scheme:
    """Return numbers of so many bits, and what stands beside them."""
    return Scheme(matrix_bytes, beside, given={value_bits.name: bits, matrix_bytes.name: value_bits / 8})


def blocks(numbers: int, size: int) -> Scheme:
    """Return blocks of `numbers` along the inputs that take `size` bytes each, scales included: llama.cpp's types."""
    each = Quotient(Number(size), Number(numbers)) if numbers > 1 else Number(size)
    return Scheme(each, groups=(lambda matrix: (matrix.inputs / numbers,)) if numbers > 1 else nothing)


def for_each_output(size: Formula) -> Beside:
    """Return a scale of `size` bytes for each output."""
    return lambda matrix: (Product((matrix.outputs, size)),)


def for_each_matrix(*sizes: Formula) -> Beside:
    """Return scales of these bytes for each matrix."""
    return lambda matrix: sizes  # noqa: ARG005


def for_each_block(rows: int, columns: int, size: Formula) -> Beside:
    """Return a scale of `size` bytes for each block of (outputs, inputs) = (rows, columns), begun ones included."""
    return lambda matrix: (Product((Ceiling(matrix.outputs / rows), Ceiling(matrix.inputs / columns), size)),)


def for_each_run(*runs: tuple[int, Formula]) -> Beside:
    """Return for each run of so many numbers, the matrix read as one list, so many bytes."""
    return lambda matrix: tuple(Product((Ceiling(matrix.inputs * matrix.outputs / run), size)) for run, size in runs)


def together(*besides: Beside) -> Beside:
    """Return all of these."""
    return lambda matrix: tuple(term for beside in besides for term in beside(matrix))


def for_each_input(size: Formula) -> Beside:
    """Return so many bytes for each input: GPTQ's `g_idx`, which says the group of each."""
    return lambda matrix: (Product((matrix.inputs, size)),)
