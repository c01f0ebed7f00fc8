"""Optimizers: the bytes that each keeps of a weight beside the weight and its gradient, in mixed precision.

Each keeps a copy of the weight at 32 bits, which it changes, and averages of earlier gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from symbolic.errors import UnknownName
from symbolic.formulas.formula import Formula, Number, Product, Sum
from symbolic.formulas.vocabulary import gradient_bytes, state_bytes, working_bytes
from symbolic.language import lazy as _
from symbolic.measuring.products import for_training, in_layer
from symbolic.measuring.quantity import Choice, Quantity, copied, numbers
from symbolic.networks.blocks import Kind, Weight
from symbolic.networks.family import QUOTED, Source
from symbolic.networks.walks import Leaf

NAME, USUAL = "optimizer", "adamw"
COPY, AVERAGE, SHORT_AVERAGE = 4, 4, 1
"""Bytes of a number of the copy, of an average at 32 bits, and of one at 8."""


class Optimizer(NamedTuple):
    """What an optimizer keeps of each number of a weight, and, `beside`, of a weight as a whole.

    `usual` is what `state_bytes` is where nobody says otherwise. `says` is what these bytes are, in a clause; `sources`
    are the works that say so. One that `differs` keeps other bytes of some weights than of others.
    """

    says: str
    usual: int
    sources: tuple[Source, ...] = ()
    differs: bool = False
    each: Callable[[Leaf], Formula] = lambda leaf: state_bytes  # noqa: ARG005
    beside: Callable[[Leaf], Formula | None] = lambda leaf: None  # noqa: ARG005


def is_hidden(leaf: Leaf) -> bool:
    """Return whether a weight is a matrix in a layer, which Muon is for."""
    return isinstance(leaf.part, Weight) and leaf.part.kind is Kind.MATRIX and in_layer(leaf)


def _is_factored(leaf: Leaf) -> bool:
    """Return whether Adafactor keeps a number for each row and column of a weight, in place of each number."""
    return isinstance(leaf.part, Weight) and leaf.part.kind in (Kind.MATRIX, Kind.TABLE) and len(leaf.part.shape) == 2


def _rows_and_columns(leaf: Leaf) -> Formula | None:
    if not _is_factored(leaf) or leaf.weight.fixed:
        return None
    return Product((Number(AVERAGE), copied(leaf.weight.copies, (Sum(leaf.weight.shape),))))


OPTIMIZERS: Mapping[str, Optimizer] = {
    USUAL: Optimizer(
        _("AdamW: a copy of the weight at 32 bits, and two averages at 32 bits, of its gradients and of their squares"),
        COPY + 2 * AVERAGE,
    ),
    "adamw-8bit": Optimizer(
        _(
            "AdamW with averages of 8 bits beside the copy at 32; their scales, and small tensors that stay at 32 "
            "bits, come on top"
        ),
        COPY + 2 * SHORT_AVERAGE,
        (
            Source(
                "Dettmers et al. 2021, 8-bit Optimizers via Block-wise Quantization",
                "https://arxiv.org/abs/2110.02861",
                QUOTED,
            ),
        ),
    ),
    "lion": Optimizer(
        _("Lion: a copy of the weight at 32 bits, and one average"),
        COPY + AVERAGE,
        (
            Source(
                "Chen et al. 2023, Symbolic Discovery of Optimization Algorithms",
                "https://arxiv.org/abs/2302.06675",
                QUOTED,
            ),
        ),
    ),
    "sgd-momentum": Optimizer(
        _("stochastic gradient descent with momentum: a copy of the weight at 32 bits, and one average"),
        COPY + AVERAGE,
    ),
    "sgd": Optimizer(_("plain stochastic gradient descent: a copy of the weight at 32 bits, and nothing else"), COPY),
    "adafactor": Optimizer(
        _(
            "Adafactor without momentum: a copy of the weight at 32 bits, and an average of 4 bytes for each row and "
            "each column of a matrix or a table, and for each number of any other weight"
        ),
        COPY,
        (Source("Shazeer and Stern 2018, Adafactor", "https://arxiv.org/abs/1804.04235", QUOTED),),
        differs=True,
        each=lambda leaf: state_bytes if _is_factored(leaf) else state_bytes + AVERAGE,
        beside=_rows_and_columns,
    ),
    "muon": Optimizer(
        _(
            "Muon: 8 bytes for each number of a matrix in a layer (a copy at 32 bits and one average), and "
            "`state_bytes` for each other number, which AdamW changes"
        ),
        COPY + 2 * AVERAGE,
        (
            Source(
                "Jordan et al. 2024, Muon",
                "https://github.com/KellerJordan/Muon",
                _("commit {commit}", commit="50c4225"),
            ),
        ),
        differs=True,
        each=lambda leaf: Number(COPY + AVERAGE) if is_hidden(leaf) else state_bytes,
    ),
}


def trained(leaf: Leaf, optimizer: Optimizer) -> Formula:
    """Return the bytes of a weight with its gradient and what an optimizer keeps of it."""
    each = Product(
        (numbers(leaf.weight), for_training(leaf.weight, working_bytes, gradient_bytes, optimizer.each(leaf)))
    )
    beside = optimizer.beside(leaf)
    return each if beside is None else Sum((each, beside))


def find(name: str) -> Optimizer:
    """Return an optimizer by its name; UnknownName names the nearest."""
    if name not in OPTIMIZERS:
        raise UnknownName(NAME, name, OPTIMIZERS)
    return OPTIMIZERS[name]


def choice(name: str) -> Choice:
    """Return the choice of a quantity that takes an optimizer."""
    return Choice(NAME, name, USUAL, OPTIMIZERS[name].says, of_layout=False)


def chosen(quantity: Quantity) -> dict[str, str]:
    """Return the optimizer that a quantity was asked for, as a choice for another one; {} for the usual one."""
    return {name: value for name, value in quantity.chosen.items() if name == NAME}
