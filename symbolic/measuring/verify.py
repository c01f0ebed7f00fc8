"""Our tree against the real model code: built without memory (torch's meta device), compared tensor by tensor.

Tensors are compared by pattern: `model.layers.{}.mlp.up_proj.weight` with a shape, and how many there are of it. So
each name and each shape of each tensor counts, and a tied tensor counts once on both sides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

from symbolic.configs.model import Model
from symbolic.errors import ConfigError, shown
from symbolic.extras import needed
from symbolic.formulas.formula import Formula, Sum, Symbol
from symbolic.networks.blocks import Kind
from symbolic.networks.family import MODEL_CLASS, AsIs, Family, Option
from symbolic.networks.walks import Leaf, weights

Shape: TypeAlias = tuple[int, ...]
Tensors: TypeAlias = "Counter[tuple[str, Shape]]"
"""How many tensors there are of each pattern and shape. Axes of size 1 hold nothing and are left out."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was compared: tensors on our side and theirs, and the patterns that differ."""

    model: str
    code: str
    ours: Tensors
    theirs: Tensors

    @property
    def tensors(self) -> int:
        """How many tensors the real code has."""
        return self.theirs.total()

    @property
    def total(self) -> int:
        """How many trainable parameters the real code has."""
        return sum(prod(shape) * count for (_, shape), count in self.theirs.items())

    @property
    def differences(self) -> tuple[tuple[str, Shape, int, int], ...]:
        """Pattern, shape, our number of tensors, theirs: where they are not equal."""
        return tuple(
            (pattern, shape, self.ours[pattern, shape], self.theirs[pattern, shape])
            for pattern, shape in sorted(self.ours.keys() | self.theirs.keys())
            if self.ours[pattern, shape] != self.theirs[pattern, shape]
        )


def verify(model: Model) -> Verification:
    """Return how a model compares with transformers' class of its family; ConfigError where that can't be built."""
    if not model.architecture.model_class:
        raise ConfigError(_not_compared(model.architecture))
    return Verification(model.name, _code(model), expected(model), built(model))


def _not_compared(family: Family) -> str:
    """Say why there is nothing to compare with."""
    if not family.of_one_config:
        return f"{family.name} has no real model code to compare with; see `symbolic architectures`"
    if family.name.startswith("traced "):
        return f"{family.name} was read off the real code just now, so there is nothing to compare it with"
    return (
        f"{family.name} was read off its code and held against it then (docs/types.md says how); verify is for "
        "families that are written by hand; `symbolic count --trace` reads the installed class now"
    )


@dataclass(frozen=True, slots=True)
class TensorPiece:
    """A tensor of the real code as our tree has it: its pattern, its axes, and how often blocks around it repeat."""

    pattern: str
    axes: tuple[Formula, ...]
    repeats: tuple[Formula, ...]

    def count(self, sizes: Mapping[str, int]) -> int:
        """Return how many tensors there are of it; 0 where it would hold nothing."""
        whole = [_int(axis.value(sizes)) for axis in self.axes]
        return prod(_int(repeat.value(sizes)) for repeat in self.repeats) if all(whole) else 0


def pieces(model: Model) -> Iterator[TensorPiece]:
    """Every tensor that our tree says the real code has, those that lie side by side in one put together."""
    found: dict[tuple[str, tuple[str, ...]], list[tuple[tuple[Formula, ...], tuple[Formula, ...]]]] = {}
    for leaf in weights(model.network):
        if leaf.weight.tied_to or leaf.weight.kind is Kind.BUFFER:
            continue
        repeats = tuple(block.repeat for block in leaf.path if block.repeat is not None)
        blocks = tuple(block.key for block in leaf.path if block.repeat is not None)
        for name in _names(leaf, model):
            found.setdefault((name, blocks), []).append((_axes(leaf, name), repeats))
    for (name, _), parts in found.items():
        places, repeats = name.count("{}"), parts[0][1]
        axes = _side_by_side([axes for axes, _ in parts], last=isinstance(name, AsIs))
        yield TensorPiece(_pattern(name), (*repeats[places:], *axes), repeats[:places])


def expected(model: Model) -> Tensors:
    """Return the tensors that our tree says the real code has."""
    found: Tensors = Counter()
    for piece in pieces(model):
        if count := piece.count(model.sizes):
            shape = tuple(_int(axis.value(model.sizes)) for axis in piece.axes)
            found[piece.pattern, _without_ones(shape)] += count
    return found


def built(model: Model) -> Tensors:
    """Return the tensors that the real code makes of the same sizes and options."""
    network = real_network(model)
    network.tie_weights()
    named = named_as_ours(model, network)
    return Counter((named(name), _without_ones(tuple(tensor.shape))) for name, tensor in network.named_parameters())


def named_as_ours(model: Model, network: Any) -> Callable[[str], str]:
    """Return what makes of the name of a tensor of the real code its pattern, as our tree has it."""
    ours, theirs = _prefix(model), f"{network.base_model_prefix}."
    # A class without a head has at the top what the others have one level down; some call that level otherwise.
    headless = not hasattr(network, network.base_model_prefix)

    def named(name: str) -> str:
        inside = headless or name.startswith(theirs)
        return _pattern(ours + name.removeprefix(theirs) if inside else name)

    return named


def _prefix(model: Model) -> str:
    """Return what the family's usual class puts before the name of each tensor that does not belong to its head."""
    import transformers

    prefix = f"{getattr(transformers, model.architecture.model_class).base_model_prefix}."
    named = (name for names in (model.architecture.tensors or {}).values() for name in _each(names))
    return prefix if any(name.startswith(prefix) for name in named) else ""


def _each(names: str | tuple[str, ...]) -> tuple[str, ...]:
    return names if isinstance(names, tuple) else (names,)


def real_network(model: Model, device: str = "meta") -> Any:
    """Return the real class, built from the same sizes and options; on the meta device it takes no memory."""
    torch = needed("torch", "verify", "verify")
    kind = real_class(model)
    config = real_config(model)
    with torch.device(device):
        return kind(config)


def real_class(model: Model) -> Any:
    """Return the real class; ConfigError where transformers is not installed."""
    return getattr(needed("transformers", "verify", "verify"), _class(model))


def _class(model: Model) -> str:
    """Return the class in transformers: the family's, or the one of several that the config names."""
    return str(model.options.get(MODEL_CLASS, model.architecture.model_class))


def _pattern(name: str) -> str:
    return re.sub(r"(?<=\.)\d+(?=\.|$)", "{}", name)


def real_config(model: Model, number: Callable[[Symbol, int], int] = lambda _, value: value) -> Any:
    """Return the real config: our sizes under its names, the options under theirs, and its own layer pattern.

    `number` makes of a size what the config holds of it.
    """
    family, transformers = model.architecture, needed("transformers", "verify", "verify")
    if not family.model_class or not family.model_types:
        raise ConfigError(_not_compared(family))
    kind = transformers.CONFIG_MAPPING[family.model_types[0]]
    defaults = kind()

    def theirs(keys: tuple[str, ...]) -> str | None:
        return next((key for key in keys if key in defaults.attribute_map or hasattr(defaults, key)), None)

    given: dict[str, Any] = {}
    for symbol in family.sizes:
        if symbol.name in model.sizes and symbol not in model.definitions:
            # Some classes read a size, such as head_dim, that their config class does not declare.
            given[theirs(family.keys(symbol)) or symbol.name] = number(symbol, model.sizes[symbol.name])
    switches: dict[str, bool | str] = {}
    for option in family.options:
        value = model.options[option.name]
        key = theirs((option.name, *option.aliases))
        if option.name == MODEL_CLASS:
            continue
        if option.null:
            given |= {} if value else {theirs(family.keys(option.null)) or option.null.name: None}
        elif key:
            switches[key] = value
        elif value != option.default and not _is_of_files(option, model):
            raise ConfigError(
                f"{family.model_class} has no switch for {option.name} {shown(value)}; "
                "it can't be compared with this model"
            )
    pattern = family.pattern.keys if family.pattern else ()
    given |= {key: model.config[key] for key in pattern if model.config.get(key) is not None}
    # A pad token beyond a small vocabulary is refused by some classes; it has no weights.
    config = kind(**given, **switches, pad_token_id=None)
    for key, value in switches.items():
        if getattr(config, key) != value:
            raise ConfigError(
                f"{_class(model)} sets {key} to {shown(getattr(config, key))} whatever its config says; "
                f"it can't be compared with a model that has {key} {shown(value)}"
            )
    return config


def _is_of_files(option: Option, model: Model) -> bool:
    """Return whether a switch changes no weight of the network, but what files hold beside it."""
    usual = model.architecture.tree({**model.options, option.name: option.default})
    found, others = ([(leaf.key, leaf.weight) for leaf in weights(tree)] for tree in (model.network, usual))
    return found == others


def _names(leaf: Leaf, model: Model) -> tuple[str, ...]:
    """Return the names of a leaf's copies; ConfigError where the family has none."""
    names = leaf.weight.tensors
    if not names:
        place = "/".join(leaf.key)
        raise ConfigError(f"{model.architecture.name} names no tensor for {place}; add it to its `tensors`")
    return names


def _axes(leaf: Leaf, name: str) -> tuple[Formula, ...]:
    shape = leaf.weight.shape
    return shape[::-1] if leaf.weight.kind is Kind.MATRIX and not isinstance(name, AsIs) else shape


def _side_by_side(shapes: list[tuple[Formula, ...]], *, last: bool) -> tuple[Formula, ...]:
    if len(shapes) == 1:
        return shapes[0]
    axis = len(shapes[0]) - 1 if last else 0
    return tuple(
        Sum(tuple(shape[place] for shape in shapes)) if place == axis else size for place, size in enumerate(shapes[0])
    )


def _without_ones(shape: Shape) -> Shape:
    return tuple(size for size in shape if size != 1)


def _int(value: object) -> int:
    if not isinstance(value, int):
        raise ConfigError(f"{value} is not a whole number of tensors; change the sizes that make it")
    return value


def _code(model: Model) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"transformers {version('transformers')}, {_class(model)}"
    except PackageNotFoundError:
        return _class(model)
