"""A network whose weights say their bytes: each copy in its scheme, layers that differ in stacks of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from symbolic.configs.model import Model
from symbolic.errors import ConfigError
from symbolic.formulas.formula import Formula, Number, Product, product, total
from symbolic.measuring.formats.schemes import Auxiliary, Registered, Scheme, Sides, one_each
from symbolic.measuring.quantity import copied
from symbolic.networks.blocks import Block, Kind, Part, Weight
from symbolic.networks.family import Need, Wide
from symbolic.networks.walks import Leaf, blocks, changed, leaves

Choice: TypeAlias = Callable[[Leaf, int], Scheme | None]
"""The scheme of a weight's copy, by its number; None for one that is stored as it is."""
NONE = Number(0)
WIDE_BYTES = Number(4)
"""What transformers keeps at 32 bits: numbers that correct a router (`_keep_in_fp32_modules_strict`), and `Wide`."""


def module_of(name: str) -> str:
    """Return the module that holds a tensor: `lm_head` of `lm_head.weight`; of experts, the experts."""
    return name.rpartition(".")[0]


def tensors_of(leaf: Leaf, copy: int, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tensors that a weight's copy is in files, among those of the weight: often one, or two of experts."""
    each = len(names) // leaf.weight.copies
    return names[copy * each : (copy + 1) * each]


def divided(width: Formula, parts: int) -> Formula:
    """Return one of so many equal parts of a width: the factor goes where it is one.

    >>> from symbolic.formulas.vocabulary import expert_dim
    >>> divided(2 * expert_dim, 2) == divided(expert_dim, 1) == expert_dim
    True
    """
    if parts == 1:
        return width
    factors = list(width.factors) if isinstance(width, Product) else [width]
    if Number(parts) not in factors:
        return width / parts
    factors.remove(Number(parts))
    return product(tuple(factors))


def stored(
    network: Block, choose: Choice, names: Callable[[Leaf], tuple[str, ...]], asis: Formula, *, wide: bool = False
) -> Block:
    """Return the network with the bytes of each weight; `asis` are those of a number that has no scheme.

    With `wide`, what transformers keeps at 32 bits has them (`Wide`).
    """
    lying = _lying_together(network, names)

    def change(leaf: Leaf) -> Part:
        if not isinstance(leaf.part, Weight):
            return leaf.part
        kept = leaf.weight.kind is Kind.BUFFER or (wide and any(isinstance(one, Wide) for one in leaf.weight.tensors))
        return _with_bytes(leaf, choose, names, lying, WIDE_BYTES if kept else asis)

    return changed(network, change)


def _lying_together(
    network: Block, names: Callable[[Leaf], tuple[str, ...]]
) -> Mapping[tuple[str, str], list[tuple[Leaf, int]]]:
    """Return the copies that lie side by side in one tensor, by its name and the block that repeats."""
    found: dict[tuple[str, str], list[tuple[Leaf, int]]] = {}
    for leaf in leaves(network):
        if isinstance(leaf.part, Weight) and leaf.part.kind is Kind.MATRIX and leaf.part.tied_to is None:
            for copy, name in enumerate(names(leaf)[: leaf.weight.copies]):
                found.setdefault((_stack(leaf), name), []).append((leaf, copy))
    return found


def _stack(leaf: Leaf) -> str:
    return "/".join(block.key for block in leaf.path if block.repeat is not None)


def _with_bytes(
    leaf: Leaf,
    choose: Choice,
    names: Callable[[Leaf], tuple[str, ...]],
    lying: Mapping[tuple[str, str], list[tuple[Leaf, int]]],
    each: Formula,
) -> Weight:
    """Return a weight with its bytes and elements: of the copies of each scheme, then of the tensors beside them."""
    weight = leaf.weight
    chosen = [choose(leaf, copy) for copy in range(weight.copies)]
    several: dict[int, tuple[Scheme | None, int]] = {}
    for scheme in chosen:
        several[id(scheme)] = (scheme, several.get(id(scheme), (scheme, 0))[1] + 1)
    terms: list[Formula] = [
        Product((copied(count, weight.shape), scheme.each if scheme else each)) for scheme, count in several.values()
    ]
    elements = [
        (scheme.packed if scheme else one_each)(copied(count, weight.shape)) for scheme, count in several.values()
    ]
    loaded = [
        found
        for found, (scheme, _) in zip(elements, several.values(), strict=True)
        if scheme is None or scheme.registered is not Registered.NOTHING
    ]
    beside = _TensorsBeside(leaf, names, lying)
    for copy, scheme in enumerate(chosen):
        if scheme is not None:
            beside.add(copy, scheme)
    terms += [_several(count, tensor.bytes) for tensor, count in beside.tensors.items()]
    elements += [_several(count, one) for (one, _), count in beside.elements.items() if one != NONE]
    loaded += [_several(count, one) for (one, held), count in beside.elements.items() if held and one != NONE]
    return replace(
        weight,
        stored=total(tuple(terms)),
        elements=total(tuple(elements)),
        loaded=total(tuple(loaded)) if loaded else NONE,
        groups=tuple(beside.groups),
    )


class _TensorsBeside:
    """What stands beside a weight's copies: tensors, elements and whether a loaded model has them, groups of inputs."""

    def __init__(
        self,
        leaf: Leaf,
        names: Callable[[Leaf], tuple[str, ...]],
        lying: Mapping[tuple[str, str], list[tuple[Leaf, int]]],
    ) -> None:
        self.leaf, self.names, self.lying = leaf, names, lying
        self.tensors: Counter[Auxiliary] = Counter()
        self.elements: Counter[tuple[Formula, bool]] = Counter()
        self.groups: dict[Formula, None] = {}

    def add(self, copy: int, scheme: Scheme) -> None:
        """Add what a scheme puts beside a copy."""
        weight = self.leaf.weight
        if weight.kind is not Kind.MATRIX:
            rows = Sides(weight.shape[-1], product(weight.shape[:-1]))
            self.groups |= dict.fromkeys(scheme.groups(rows))
            self.elements.update((tensor.elements, True) for tensor in scheme.within(rows))
            return
        held = scheme.registered is Registered.ALL
        own = Sides(weight.shape[0], product(weight.shape[1:]))
        self.groups |= dict.fromkeys(scheme.groups(own))
        together = self._in_one_tensor(copy)
        if together[0] == (self.leaf, copy):
            # Matrices that lie side by side in one tensor have one scale, one order of rows; one that is several
            # tensors in files has them for each.
            width = total(tuple(product(one.weight.shape[1:]) for one, _ in together))
            in_files = len(tensors_of(self.leaf, copy, self.names(self.leaf)))
            tensors = scheme.beside(Sides(own.inputs, divided(width, in_files))) * in_files
            self.tensors.update(tensors)
            self.elements.update((tensor.elements, held) for tensor in tensors)
        self.elements.update((tensor.elements, held) for tensor in scheme.within(own))

    def _in_one_tensor(self, copy: int) -> list[tuple[Leaf, int]]:
        """Return the copies that lie in the tensor of this one, in their order."""
        alone = [(self.leaf, copy)]
        # Files keep each expert's matrices apart, whatever the code does.
        if self.leaf.role == "experts" and self.leaf.path[-1].repeat is not None:
            return alone
        return self.lying.get((_stack(self.leaf), self.names(self.leaf)[copy]), alone)


def _several(count: int, term: Formula) -> Formula:
    return term if count == 1 else _times(count, term)


def _times(count: int, term: Formula) -> Formula:
    factors = term.factors if isinstance(term, Product) else (term,)
    return Product((Number(count), *factors))


@dataclass(frozen=True, slots=True)
class Layers:
    """Layers that are stored alike: `count` of them, with a `key` and a `name` where they differ from the others."""

    count: Formula
    key: str = ""
    name: str = ""

    def named(self, layer: Block) -> Block:
        """Return a stack of these layers."""
        if not self.key:
            return replace(layer, repeat=self.count)
        return replace(layer, key=f"{layer.key}_{self.key}", name=self.name, repeat=self.count)


def in_stacks(network: Block, kinds: Mapping[str, Sequence[Layers]], store: Callable[[Block, Layers], Block]) -> Block:
    """Return the network with stacks of layers, by their keys, in several: so many layers of each kind, stored its way.

    `store` stores a network for one kind; the rest of the network is alike in all.
    """
    trees = {key: [(kind, store(network, kind)) for kind in each] for key, each in kinds.items()}
    first = next(tree for each in trees.values() for _kind, tree in each)

    def made(old: Part | Block) -> list[Part | Block]:
        found = trees.get(old.key, ())
        return [kind.named(_stack_of(tree, old.key)) for kind, tree in found] if found else [old]

    return replace(first, parts=tuple(new for old in first.parts for new in made(old)))


def _stack_of(network: Block, key: str) -> Block:
    return next(block for block in _stacks(network) if block.key == key)


def only_stack(network: Block, sizes: Mapping[str, int]) -> str:
    """Return the key of the network's one stack of layers; ConfigError where it has several."""
    found = present(network, sizes)
    if len(found) != 1:
        raise ConfigError(
            f"this format stores some layers in another way than others, and {network.name} has {len(found)} kinds of "
            "layers, so that we can't tell which is which; choose a format that stores all alike"
        )
    return found[0].key


def present(network: Block, sizes: Mapping[str, int]) -> list[Block]:
    """Return the stacks of layers of which there are some."""
    return [block for block in _stacks(network) if _present(block, sizes)]


def stacks_present(model: Model, sizes: Mapping[str, int]) -> tuple[bool, ...]:
    """Return which stacks of layers a model of these sizes has."""
    return tuple(_present(block, sizes) for block in _stacks(model.architecture.tree(model.options)))


def patterned(model: Model) -> tuple[str, ...]:
    """Return the sizes that say how many layers there are of each kind."""
    needs = model.architecture.sizes.items()
    return ("n_layers", *(symbol.name for symbol, need in needs if need is Need.PATTERN))


def _stacks(network: Block) -> list[Block]:
    return [block for block in blocks(network) if block.role == "layer"]


def _present(block: Block, sizes: Mapping[str, int]) -> bool:
    return block.repeat is None or block.repeat.value(sizes) > 0
