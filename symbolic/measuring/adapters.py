"""Adapters of a fine-tuning: beside which matrices one stands, and how many numbers it has.

An adapter of a matrix (inputs, outputs) is two matrices, (inputs, rank) and (rank, outputs): Hu et al. 2021,
arXiv:2106.09685, §4.1. In code it stands beside a module, which may hold several matrices side by side in one tensor:
these share the first of the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from itertools import accumulate

from symbolic.errors import ConfigError, listed
from symbolic.formulas.formula import Exact, Formula, Number, Product, Sum, product, total
from symbolic.formulas.vocabulary import lora_rank
from symbolic.language import lazy as _
from symbolic.measuring.quantity import numbers
from symbolic.networks.blocks import Block, Kind, Weight
from symbolic.networks.family import AsIs
from symbolic.networks.walks import Leaf, weights

ALL = "all-linear"
TARGET = _("which matrices get an adapter: what they do, names of modules, patterns, or all-linear")
"""What is chosen by naming targets."""
MODULE = ".weight"
"""How the tensor of a module is called; a stack of experts is a parameter of its own, beside which none stands."""
OF_STACKS = (".gate_proj.weight", ".up_proj.weight", ".down_proj.weight")
"""Names that PEFT 0.21 takes for those of stacked experts, wherever it meets them in a network that has such: it looks
for stacks under these names, and the modules get no adapter (utils/transformers_weight_conversion.py)."""
NONE = "none"
HEADS = ("head", "classifier")
TABLES = ("embedding", "position")
SHOWN = 12


class Reach(Enum):
    """What all linear modules are."""

    MODULES = "what is a linear module"
    CONVERTED = "what is one, or was one before the experts were stacked in one tensor"
    MATRICES = "every matrix"


@dataclass(frozen=True, slots=True)
class Adapting:
    """Which matrices get an adapter, and what it is like.

    `targets` are names of matrices, of modules, patterns of either, or all linear modules, whose `reach` says what
    counts as one. `by_module` has one for what lies together in a tensor; `magnitudes` adds a number an output. `saved`
    are modules of which a copy is trained in full.
    """

    targets: tuple[str, ...]
    reach: Reach
    by_module: bool = True
    magnitudes: bool = False
    saved: tuple[str, ...] = ()

    def __call__(self, leaf: Leaf) -> Formula | None:
        """Return the numbers that are trained beside a weight; None for a leaf that stays alone."""
        if any(_is_module(name, leaf) for name in self.saved):
            return numbers(leaf.part) if isinstance(leaf.part, Weight) else None
        return self.adapter(leaf)

    def adapter(self, leaf: Leaf) -> Formula | None:
        """Return the numbers of the adapters beside a weight; None for a leaf that gets none."""
        copies = [copy for copy in _copies(leaf) if self._is_adapted(leaf, copy)]
        if not copies:
            return None
        inputs, outputs = leaf.weight.shape[0], product(leaf.weight.shape[1:] or (Number(1),))
        beginning = [copy for copy in copies if not self.by_module or _together(leaf, copy)[0] == (leaf.part, copy)]
        if self.by_module and _is_stacked(leaf.weight, copies[0]) and len(copies) > 1:
            # Beside a stack stands one adapter whose rank is that of all the modules that it was.
            pairs: Formula = Product((Number(len(copies)), lora_rank, Sum((inputs, _times(len(copies), outputs)))))
        elif len(beginning) == len(copies):
            pairs = _times(len(copies), Product((lora_rank, Sum((inputs, outputs)))))
        else:
            first = (_times(len(beginning), inputs),) if beginning else ()
            pairs = Product((lora_rank, total((*first, _times(len(copies), outputs)))))
        return Sum((pairs, _times(len(copies), outputs))) if self.magnitudes else pairs

    def _is_adapted(self, leaf: Leaf, copy: int) -> bool:
        if not self.by_module:
            return self._is_asked_for(leaf, leaf.weight, copy)
        return any(self._is_asked_for(leaf, weight, other) for weight, other in _together(leaf, copy))

    def _is_asked_for(self, leaf: Leaf, weight: Weight, copy: int) -> bool:
        return any(
            self._is_linear(leaf, weight, copy) if target == ALL else _is(target, leaf, weight, copy)
            for target in self.targets
        )

    def _is_linear(self, leaf: Leaf, weight: Weight, copy: int) -> bool:
        if _is_at_an_end(leaf):
            return False
        if self.reach is Reach.MATRICES or not weight.tensors:
            return True
        tensor = weight.tensors[copy]
        if _is_stacked(weight, copy):
            return self.reach is Reach.CONVERTED and not isinstance(tensor, AsIs)
        if self.reach is Reach.CONVERTED and _has_stacks(leaf.path[0]):
            return leaf.role == "router" or not tensor.endswith(OF_STACKS)
        return leaf.role != "router"


def split(text: str) -> tuple[str, ...]:
    """Return the targets in a list with commas; ConfigError where there is none."""
    targets = _listed(text)
    if not targets:
        raise ConfigError(f"target names no matrix; give {ALL}, query,value or a pattern such as */attention/*")
    return targets


def modules(text: str) -> tuple[str, ...]:
    """Return the modules in a list with commas that are trained in full; ConfigError where there is none."""
    if text == NONE:
        return ()
    if not _listed(text):
        raise ConfigError(
            f"modules_to_save names no module; give embed_tokens,lm_head, another module's name, or {NONE}"
        )
    return _listed(text)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def check(targets: tuple[str, ...], saved: tuple[str, ...] = ()) -> Callable[[Block, Mapping[str, Exact]], None]:
    """Return what raises ConfigError where a target matches no matrix of a network, or a name no module."""

    def fits(network: Block, sizes: Mapping[str, Exact]) -> None:  # noqa: ARG001
        for name in saved:
            if not any(_is_module(name, leaf) for leaf in weights(network)):
                raise ConfigError(
                    f"modules_to_save {name!r} matches no module of this network; give the name of one as the code "
                    "has it, such as embed_tokens or lm_head"
                )
            if name in targets:
                raise ConfigError(f"{name} is a target and among modules_to_save; give it once")
        found = [(leaf, copy) for leaf in weights(network) for copy in _copies(leaf)]
        for target in targets:
            if target != ALL and not any(_is(target, leaf, leaf.weight, copy) for leaf, copy in found):
                inner = [leaf.weight.called[copy] for leaf, copy in found if not _is_at_an_end(leaf)]
                ends = [_module(leaf.weight, copy) for leaf, copy in found if _is_at_an_end(leaf)]
                names = dict.fromkeys((*inner, *ends))
                raise ConfigError(
                    f"target {target!r} matches no matrix of this network; there are {listed(list(names)[:SHOWN])}; "
                    f"or give {ALL}, a module's name such as q_proj, or a pattern such as */attention/*"
                )

    return fits


def _copies(leaf: Leaf) -> Iterator[int]:
    """Yield the numbers of a weight's copies, where an adapter could stand beside them."""
    part = leaf.part
    if isinstance(part, Weight) and _is_at_an_end(leaf):
        yield from range(part.copies if part.kind in (Kind.TABLE, Kind.MATRIX) else 0)
    elif isinstance(part, Weight) and part.tied_to is None:
        # A vector that is a module's weight is a linear module with one output.
        is_gate = part.kind is Kind.VECTOR and part.tensors and part.tensors[0].endswith(MODULE)
        if part.kind is Kind.MATRIX or is_gate:
            yield from range(part.copies)


def _is_at_an_end(leaf: Leaf) -> bool:
    """Return whether a weight is a table or belongs to a head: an adapter stands there where its name is given."""
    is_table = isinstance(leaf.part, Weight) and leaf.part.kind is Kind.TABLE
    return leaf.role in HEADS or (leaf.role in TABLES and is_table)


def _module(weight: Weight, copy: int) -> str:
    """Return how the code calls the module of a weight; without a name of it, what it is here."""
    return weight.tensors[copy].removesuffix(MODULE).rpartition(".")[2] if weight.tensors else weight.called[copy]


def _is_module(name: str, leaf: Leaf) -> bool:
    """Return whether a weight's module, or one around it, has a name that ends so: PEFT takes `norm` for all norms."""
    part = leaf.part
    if not isinstance(part, Weight) or part.kind in (Kind.BUFFER, Kind.COMPUTED):
        return False
    return any(place.endswith(name) for tensor in part.tensors for place in _places(tensor))


def _places(tensor: str) -> Iterator[str]:
    """Yield the modules that a tensor lies in: of `model.norm.weight` model and model.norm."""
    return accumulate(tensor.split(".")[:-1], "{}.{}".format)


def _together(leaf: Leaf, copy: int) -> list[tuple[Weight, int]]:
    """Return the copies that lie in the same tensor, this one among them."""
    if not leaf.weight.tensors:
        return [(leaf.weight, copy)]
    tensor = leaf.weight.tensors[copy]
    beside = (part for part in leaf.path[-1].parts if isinstance(part, Weight))
    return [(part, place) for part in beside for place, name in enumerate(part.tensors) if name == tensor]


def _is_stacked(weight: Weight, copy: int) -> bool:
    """Return whether a matrix lies in a tensor that is no module's: the experts of a layer in one."""
    return bool(weight.tensors) and not weight.tensors[copy].endswith(MODULE)


def _has_stacks(network: Block) -> bool:
    """Return whether experts of a network are stacked that were modules of their own in transformers 4."""
    return any(
        _is_stacked(leaf.weight, 0) and not isinstance(leaf.weight.tensors[0], AsIs)
        for leaf in weights(network)
        if leaf.role == "experts" and leaf.weight.kind is Kind.MATRIX
    )


def _is(target: str, leaf: Leaf, weight: Weight, copy: int) -> bool:
    """Return whether a target names a copy: by what it is, by its module, or by a pattern of its place or module."""
    called = weight.called[copy]
    module = weight.tensors[copy].removesuffix(MODULE) if weight.tensors else ""
    if "*" in target or "?" in target:
        if _is_at_an_end(leaf):
            return False
        place = "/".join((*(block.key for block in leaf.path), called))
        return fnmatchcase(place, target) or fnmatchcase(module, target)
    return target in (called, module) or module.endswith(f".{target}")


def _times(copies: int, formula: Formula) -> Formula:
    return formula if copies == 1 else Product((Number(copies), formula))
