"""The tensors of a description as weights: their shapes in reading order, their kinds and names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symbolic.formulas.formula import Formula
from symbolic.language import Sentences
from symbolic.networks.blocks import Block, Kind, Weight
from symbolic.networks.learned import code_names, roles
from symbolic.networks.learned.building import Building
from symbolic.networks.learned.compound_names import worded
from symbolic.networks.learned.description import MODULES, NAMELESS, RUNNING, Module, Tensor
from symbolic.networks.learned.key_value_heads import joined
from symbolic.networks.learned.values import holds

WITHOUT_NAME = (NAMELESS, RUNNING)
"""Modules whose name says nothing to a reader."""
KINDS: Mapping[str, Kind] = {
    "linear": Kind.MATRIX,
    "conv1d": Kind.MATRIX,
    "embedding": Kind.TABLE,
    "conv": Kind.KERNEL,
    "deconv": Kind.KERNEL,
    "norm": Kind.SCALE,
}
AS_STORED = ("embedding", "conv1d", "conv", "deconv", "norm")
"""Owners whose tensors read as they are stored; a linear layer's is (outputs, inputs) and reads the other way."""
MULTIPLIED = ("proj", "weight", "gate", "router", "matrix")
"""Words in the names of tensors that a module holds itself and multiplies with; others of two axes are tables."""


def inline(module: Module, building: Building, place: Mapping[str, int]) -> Iterator[Weight]:
    """Yield a linear layer or convolution: its matrix and its bias stand among the parts of the block around it."""
    for one in module.parts:
        if isinstance(one, Tensor) and holds(one.where, {**building.values, **place}):
            yield weight(one, module.name, building, place)


def norm(module: Module, building: Building, place: Mapping[str, int]) -> Block:
    """Return a norm as a block of its scale and its shift."""
    names = {**building.values, **place}
    parts = []
    for one in module.parts:
        if isinstance(one, Tensor) and holds(one.where, names):
            shape = building.shape(one, place)
            scale = one.name != "bias"
            parts.append(
                Weight(
                    one.name,
                    roles.SCALE if scale else roles.SHIFT,
                    shape,
                    Kind.SCALE if scale else Kind.SHIFT,
                    tensors=one.paths,
                    tied_to=one.tied_to or None,
                    fixed=one.fixed,
                )
            )
    word = code_names.module(module.name)
    name = word.name if word and word.name else readable(module.name)
    about = roles.SHIFTING_NORM if any(part.kind is Kind.SHIFT for part in parts) else roles.NORM
    name = worded(name if "norm" in name else f"{name} norm")
    works = next((_working(one, building, place) for one in module.parts if isinstance(one, Tensor)), None)
    return Block(module.name, name, role="norm", about=about, parts=tuple(parts), tokens=works)


def weight(tensor: Tensor, module: str, building: Building, place: Mapping[str, int]) -> Weight:
    """Return a tensor as a weight; `module` is the name of the module that holds it, or its own."""
    shape = building.shape(tensor, place)
    kind = kind_of(tensor, module)
    word = code_names.tensor(module)
    if word and word.bare and tensor.name != module:
        word = None
    name = str(word.name) if word else readable(module)
    if kind is Kind.MATRIX and tensor.owner not in AS_STORED and len(shape) == 2:
        shape = shape[::-1]
    if module == "weight":
        name = ""
    ending = {
        Kind.MATRIX: "matrix",
        Kind.TABLE: "table",
        Kind.KERNEL: "kernel",
        Kind.BIAS: "bias",
        Kind.VECTOR: "",
    }.get(kind, "")
    if ending and not name.endswith(ending):
        name = f"{name} {ending}".strip()
    about = word.about if word and kind is not Kind.BIAS else ""
    if about == roles.JOINED and kind is Kind.MATRIX and len(shape) == 2:
        about = joined(shape[1], building.used) or about
    if about == roles.CONVOLUTION and len(shape) > 2:
        about = roles.convolution(tuple(int(axis.value(building.sizes)) for axis in shape[2:]))
    if tensor.fixed:
        about = about if about == roles.BY_RULE else Sentences(about, roles.FIXED) if about else roles.FIXED
    if kind is Kind.BIAS and not about:
        about = roles.BIAS
    key = module if tensor.name in ("weight", module) else f"{module}_{tensor.name}"
    return Weight(
        key,
        worded(name or "weight"),
        shape,
        kind,
        about=about,
        tied_to=tensor.tied_to or None,
        tokens=_working(tensor, building, place),
        tensors=tensor.paths,
        fixed=tensor.fixed,
    )


def kind_of(tensor: Tensor, module: str) -> Kind:
    """What a tensor is; `module` is the name of the module that holds it, or its own."""
    if tensor.buffer:
        return Kind.BUFFER
    if tensor.name == "bias" or (tensor.name.endswith("_bias") and tensor.owner in MODULES):
        return Kind.BIAS
    if tensor.owner in KINDS:
        return KINDS[tensor.owner]
    if module.endswith("bias") and len(tensor.axes) < 2:
        return Kind.BIAS
    return Kind.MATRIX if len(tensor.axes) > 1 and _is_multiplied(module) else Kind.VECTOR


def _is_multiplied(module: str) -> bool:
    numbered = module.startswith("w") and module[1:2].isdecimal()
    return numbered or any(word in module for word in MULTIPLIED)


def _working(tensor: Tensor, building: Building, place: Mapping[str, int]) -> Formula | None:
    """For how many tokens it is multiplied; None where that is for all of them."""
    names = {**building.values, **place}
    return next((building.formula(count, place) for count, where in tensor.works if holds(where, names)), None)


def readable(name: str) -> str:
    """Return the name of a module for a reader: a layer where it is a number only in a list."""
    if name in WITHOUT_NAME:
        return "layer"
    return f"part {int(name) + 1}" if name.isdigit() else code_names.readable(name)
