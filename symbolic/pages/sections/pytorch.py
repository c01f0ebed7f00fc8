"""The line of PyTorch that makes a weight."""

from __future__ import annotations

from symbolic.formulas.formula import Formula, Number, Product, Symbol
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Step
from symbolic.networks.blocks import Kind, Weight
from symbolic.networks.walks import blocks


def in_pytorch(step: Step, derivation: Derivation) -> str:
    """Return the line of PyTorch that makes a table or a matrix, with its bias if it has one, as markup.

    Nothing where the tree does not say to which matrix a bias belongs, and for what was read off other code.
    """
    weight, model = step.weight, derivation.model
    if weight is None or model.architecture.only or not all(map(_is_product, weight.shape)):
        return ""
    around = next((block for block in blocks(model.network) if any(part is weight for part in block.parts)), None)
    if around is None:
        return ""
    beside = [part for part in around.parts if isinstance(part, Weight) and part is not weight]
    shape = ", ".join(map(_in_python, weight.shape))
    if weight.key in ("token_table", "position_table") and weight.kind is Kind.TABLE:
        return f"``nn.Embedding({shape})``"
    if weight.kind is not Kind.MATRIX:
        return ""
    biases = {_stem(part) for part in beside if part.kind is Kind.BIAS}
    stems = {_stem(part) for part in (*beside, weight) if part.kind is Kind.MATRIX}
    if not biases <= stems:
        return ""
    code = f"``nn.Linear({shape}{'' if _stem(weight) in biases else ', bias=False'})``"
    return _("{count} of {shape}", count=weight.copies, shape=code) if weight.copies > 1 else code


def _is_product(axis: Formula) -> bool:
    """Return whether an axis is a size, or a product of sizes and numbers."""
    return all(isinstance(node, Symbol | Number | Product) for node in axis.walk())


def _in_python(axis: Formula) -> str:
    match axis:
        case Product(factors=factors):
            return " * ".join(map(_in_python, factors))
        case Number(number=number):
            return str(number)
        case Symbol(name=name):
            return name
    raise TypeError(axis)


def _stem(weight: Weight) -> str:
    """Return the key of a weight without what kind it is: a matrix and its bias have the same."""
    return weight.key.removesuffix("_matrices").removesuffix("_matrix").removesuffix("_biases").removesuffix("_bias")
