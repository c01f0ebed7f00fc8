"""Our tree against the real model code as formulas: each axis of each tensor, in letters, not only in numbers.

The real class is built with sizes that carry our names. What it makes of them, the shapes of its tensors, must be the
formulas of our tree: 4 * emb_dim and hidden_dim are two things, even where the numbers at hand are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from symbolic.configs.model import Model
from symbolic.formulas.formula import Formula, Number, Quotient, Symbol
from symbolic.formulas.functions import Floor
from symbolic.formulas.in_sympy import in_sympy
from symbolic.formulas.vocabulary import SYMBOLS, n_labels
from symbolic.measuring.verify import named_as_ours, pieces, real_class, real_config

Axes: TypeAlias = tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class FormulaVerification:
    """What was compared: the number of patterns, those whose formulas differ (ours, theirs), those without one."""

    model: str
    patterns: int
    differences: tuple[tuple[str, str, str], ...]
    unread: tuple[str, ...]


def verify_formulas(model: Model) -> FormulaVerification:
    """Return how the formulas of a model's tensors compare with those that the real code makes.

    ConfigError where the code can't be built. A pattern whose size the code makes in a way that loses its formula is
    `unread`: there, only the numbers can be compared.
    """
    ours, theirs = _ours(model), dict(_theirs(model))
    different: list[tuple[str, str, str]] = []
    unread: list[str] = []
    for pattern in sorted(ours.keys() & theirs.keys()):
        mine, real = ours[pattern], theirs[pattern]
        if None in real:
            unread.append(pattern)
        elif not all(any(_equal(model, one, other) for other in mine) for one in real if one is not None):
            different.append((pattern, _said(mine), _said([one for one in real if one is not None])))
    return FormulaVerification(model.name, len(ours.keys() & theirs.keys()), tuple(different), tuple(unread))


def _ours(model: Model) -> dict[str, list[Axes]]:
    """Each pattern of tensors with the shapes of our tree."""
    found: dict[str, list[Axes]] = {}

    def counted(node: Formula) -> Formula | None:
        # The code keeps the labels' names and counts them: their number has no formula there.
        return Number(model.sizes[n_labels.name]) if node == n_labels else None

    for piece in pieces(model):
        if piece.count(model.sizes):
            axes = _without_ones(tuple(axis.replace(counted) for axis in piece.axes))
            if axes not in found.setdefault(piece.pattern, []):
                found[piece.pattern].append(axes)
    return found


def _theirs(model: Model) -> Iterator[tuple[str, list[Axes | None]]]:
    """Each pattern of tensors with the shapes that the real code makes, a place of None where a formula is lost."""
    import torch
    from transformers.initialization import no_init_weights

    from symbolic.networks.tracing.carried import CarriedInt, symbol
    from symbolic.networks.tracing.comparisons import LOG
    from symbolic.networks.tracing.construction import built, traced_tensors
    from symbolic.networks.tracing.creation import carry_constants, modules_of

    kind = real_class(model)
    modules = modules_of(kind, kind.config_class)
    carry_constants(modules)
    LOG.clear()

    def make() -> Any:
        config = real_config(model, lambda one, value: CarriedInt(value, symbol(one.name)))
        with no_init_weights(), torch.no_grad():
            network = kind(config)
        network.tie_weights()
        return network

    try:
        network = built(make, modules)
    finally:
        carry_constants(modules, carry=False)
    named = named_as_ours(model, network)
    found: dict[str, list[Axes | None]] = {}
    for tensor in traced_tensors(network):
        if tensor.tied_to or tensor.buffer:
            continue
        axes = None if tensor.axes is None else _without_ones(tuple(map(_in_our_symbols, tensor.axes)))
        shapes = found.setdefault(named(tensor.name), [])
        if axes not in shapes:
            shapes.append(axes)
    yield from found.items()


def _in_our_symbols(formula: Formula) -> Formula:
    """Return a formula in our symbols; a quotient that is rounded down comes out even, so it is a plain one."""

    def change(node: Formula) -> Formula | None:
        if isinstance(node, Symbol):
            return SYMBOLS.get(node.name)
        if isinstance(node, Floor) and isinstance(node.part, Quotient):
            return Quotient(_in_our_symbols(node.part.numerator), _in_our_symbols(node.part.denominator))
        return None

    return formula.replace(change)


def _equal(model: Model, one: Axes, other: Axes) -> bool:
    return len(one) == len(other) and all(_same(model, left, right) for left, right in zip(one, other, strict=True))


def _same(model: Model, left: Formula, right: Formula) -> bool:
    """Whether two formulas are the same for all sizes, each definition put in its place."""
    import sympy

    def primary(formula: Formula) -> Any:
        for _ in range(len(model.definitions)):
            formula = formula.replace(lambda node: model.definitions.get(node) if isinstance(node, Symbol) else None)
        return in_sympy(formula)

    return bool(sympy.simplify(primary(left) - primary(right)) == 0)


def _without_ones(axes: Axes) -> Axes:
    return tuple(axis for axis in axes if axis != Number(1))


def _said(shapes: list[Axes]) -> str:
    from symbolic.networks.learned.writing_formulas import written

    return " or ".join(" × ".join(written(axis) for axis in axes) for axes in shapes)
