"""How one matrix is stored in a format: the bytes of a number, and what each matrix has beside its numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, TypeAlias

from symbolic.formulas.formula import Exact, Formula, Number, Product, Quotient, Sum, product
from symbolic.formulas.functions import Ceiling
from symbolic.formulas.vocabulary import group_size, matrix_bytes, scale_bits, value_bits, zero_bits
from symbolic.measuring.storage import GROUPED_BYTES


class Sides(NamedTuple):
    """The shape of a matrix: its rows are as long as its inputs."""

    inputs: Formula
    outputs: Formula


ONE = Number(1)


@dataclass(frozen=True, slots=True)
class Auxiliary:
    """A tensor beside the numbers of a matrix: its shape, the bytes of an entry, and the elements that hold an entry.

    An entry may lie in two tensors, a scale and a zero point, or share an element with others: 32 / 4 zero points of
    4 bits lie in one of 32.
    """

    shape: tuple[Formula, ...]
    size: Formula
    each: Formula = ONE

    @property
    def bytes(self) -> Formula:
        """What it takes."""
        return product((*self.shape, self.size))

    @property
    def elements(self) -> Formula:
        """How many elements a library counts."""
        factors = (*self.shape, self.each) if self.each != ONE else self.shape
        return product(factors) if factors else ONE


Beside: TypeAlias = Callable[[Sides], tuple[Auxiliary, ...]]
"""What a matrix has beside its numbers: scales, zero points, an order of its rows."""

WORD, HALF = 32, 2
"""The bits of an element in which most libraries pack numbers; how many of 4 bits lie in an element of 8."""
FLOAT32, INT32, INT64 = Number(4), Number(4), Number(8)


def nothing(matrix: Sides) -> tuple[Auxiliary, ...]:  # noqa: ARG001
    """Return no tensor: nothing stands beside the numbers."""
    return ()


class Registered(Enum):
    """Which of a matrix' tensors a loaded model has as parameters: others are buffers, or kept aside."""

    ALL = "all"
    NUMBERS = "its numbers"
    NOTHING = "none"


def one_each(numbers: Formula) -> Formula:
    """Return as many elements as numbers."""
    return numbers


def in_halves(numbers: Formula) -> Formula:
    """Return the elements of 8 bits that hold numbers of 4 bits."""
    return numbers / HALF


def in_words(numbers: Formula) -> Formula:
    """Return the elements of 32 bits that hold numbers of `value_bits` bits."""
    return Product((numbers, value_bits)) / WORD


def no_groups(matrix: Sides) -> tuple[Formula, ...]:  # noqa: ARG001
    """Return no group: any matrix is as good."""
    return ()


@dataclass(frozen=True, slots=True)
class Scheme:
    """`each` are the bytes of a number, `beside` the tensors that a matrix has beside its numbers.

    `given` are the inputs that it sets. `groups` of a matrix must be whole numbers. `packed` makes of numbers the
    elements that hold them; `within` are tensors whose bytes `each` has already; `registered` says which of all these a
    loaded model has as parameters.
    """

    each: Formula
    beside: Beside = nothing
    groups: Callable[[Sides], tuple[Formula, ...]] = no_groups
    given: dict[str, Exact | Formula] = field(default_factory=dict)
    packed: Callable[[Formula], Formula] = one_each
    within: Beside = nothing
    registered: Registered = Registered.ALL


def grouped(
    bits: int,
    group: int,
    scale: int,
    zero: int,
    beside: Beside = nothing,
    packed: Callable[[Formula], Formula] = in_words,
    registered: Registered = Registered.ALL,
    within: Formula | None = None,
) -> Scheme:
    """Return groups of numbers along the inputs that share a scale and a zero point of so many bits.

    `within` are the elements that hold both, where zero points do not lie side by side in words.
    """
    held = with_zeros(zero) if within is None else within
    given = {value_bits.name: bits, group_size.name: group, scale_bits.name: scale, zero_bits.name: zero}

    def shared(matrix: Sides) -> tuple[Auxiliary, ...]:
        return (Auxiliary((matrix.inputs / group_size, matrix.outputs), Number(0), held),)

    return Scheme(
        matrix_bytes,
        beside,
        lambda matrix: (matrix.inputs / group_size,),
        {**given, matrix_bytes.name: GROUPED_BYTES},
        packed,
        shared,
        registered,
    )


def with_zeros(bits: int) -> Formula:
    """Return the elements of a scale, and its part of one in which zero points of so many bits lie side by side."""
    return Sum((Number(1), Quotient(Number(bits), Number(WORD)))) if bits else Number(1)


def plain(
    bits: int,
    beside: Beside,
    packed: Callable[[Formula], Formula] = one_each,
    registered: Registered = Registered.ALL,
) -> Scheme:
    """Return numbers of so many bits, and what stands beside them."""
    given: dict[str, Exact | Formula] = {value_bits.name: bits, matrix_bytes.name: value_bits / 8}
    return Scheme(matrix_bytes, beside, given=given, packed=packed, registered=registered)


def blocks(numbers: int, size: int) -> Scheme:
    """Return blocks of `numbers` along the inputs that take `size` bytes each, scales included: llama.cpp's types."""
    each = Quotient(Number(size), Number(numbers)) if numbers > 1 else Number(size)
    return Scheme(each, groups=(lambda matrix: (matrix.inputs / numbers,)) if numbers > 1 else no_groups)


def for_each_output(size: Formula, each: Formula = ONE) -> Beside:
    """Return a scale of `size` bytes for each output; `each` are the elements that hold it."""
    return lambda matrix: (Auxiliary((matrix.outputs,), size, each),)


def for_each_matrix(*sizes: Formula, each: Formula = ONE) -> Beside:
    """Return scales of these bytes for each matrix; `each` are the elements that hold one."""
    return lambda matrix: tuple(Auxiliary((), size, each) for size in sizes)  # noqa: ARG005


def for_each_block(rows: int, columns: int, size: Formula) -> Beside:
    """Return a scale of `size` bytes for each block of (outputs, inputs) = (rows, columns), begun ones included."""
    return lambda matrix: (Auxiliary((Ceiling(matrix.outputs / rows), Ceiling(matrix.inputs / columns)), size),)


def for_each_run(*runs: tuple[int, Formula]) -> Beside:
    """Return for each run of so many numbers, the matrix read as one list, so many bytes."""
    return lambda matrix: tuple(Auxiliary((Ceiling(matrix.inputs * matrix.outputs / run),), size) for run, size in runs)


def together(*besides: Beside) -> Beside:
    """Return all of these."""
    return lambda matrix: tuple(term for beside in besides for term in beside(matrix))


def for_each_input(size: Formula) -> Beside:
    """Return so many bytes for each input: GPTQ's `g_idx`, which says the group of each."""
    return lambda matrix: (Auxiliary((matrix.inputs,), size),)
