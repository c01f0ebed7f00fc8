"""What a network is: a tree of blocks, every axis of every leaf a formula in the model's sizes.

Its leaves are what a quantity can measure: weights (tensors it learns), contractions (products of two computed
tensors), caches (what it keeps of each token while it writes) and activations (what training keeps for the way back).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from symbolic.formula import Formula, Symbol

Options: TypeAlias = Mapping[str, bool | str]


class Kind(Enum):
    """What a weight is. Conventions select by it; its value is how a page names several of them."""

    TABLE = "tables"
    MATRIX = "matrices"
    KERNEL = "convolution kernels"
    BIAS = "biases of the linear layers"
    SCALE = "norm scales"
    SHIFT = "norm shifts"
    VECTOR = "single vectors"
    BUFFER = "buffers"


@dataclass(frozen=True, slots=True)
class Weight:
    """Tensors that the network learns: `copies` of them, all of one shape.

    Shapes are (inputs, outputs), as a formula reads them. `tied_to` names the weight whose numbers this one uses.
    `tokens` is how many tokens of a sequence it works on, where that differs from the block around it.
    """

    name: str
    shape: tuple[Formula, ...]
    kind: Kind
    about: str = ""
    copies: int = 1
    tied_to: str | None = None
    tokens: Formula | None = None


@dataclass(frozen=True, slots=True)
class Contraction:
    """A product of two computed tensors: every axis it runs over, kept or summed, once; `copies` of them.

    `masked` are the axes without the pairs of tokens that a causal mask or a window hides, where it hides any.
    """

    name: str
    axes: tuple[Formula, ...]
    about: str = ""
    copies: int = 1
    masked: tuple[Formula, ...] = ()


@dataclass(frozen=True, slots=True)
class Cache:
    """What is kept of each of `tokens` tokens while a text is written: `copies` lists of `shape` numbers.

    `tokens` is 1 for a memory that does not grow. `expanded` is the shape of a program that keeps what could be
    computed again; `ungrouped` that of a layer in which every query head had a key and a value of its own.
    """

    name: str
    shape: tuple[Formula, ...]
    tokens: Formula
    about: str = ""
    copies: int = 1
    expanded: tuple[Formula, ...] = ()
    ungrouped: tuple[Formula, ...] = ()


class Kept(Enum):
    """Which activations a way of recomputing keeps."""

    ALWAYS = "the input of a layer"
    UNLESS_FULL = "what is made inside a layer"
    UNLESS_SELECTIVE = "the table of attention scores"


@dataclass(frozen=True, slots=True)
class Activation:
    """What training keeps of the way forward: a tensor of `shape`, `width` bytes a number at 16-bit precision.

    `kept` says which ways of recomputing still keep it; `split` whether tensor parallelism divides it.
    """

    name: str
    shape: tuple[Formula, ...]
    about: str = ""
    width: int = 2
    kept: Kept = Kept.UNLESS_FULL
    split: bool = True


Part: TypeAlias = "Weight | Contraction | Cache | Activation"


def axes(part: Part) -> tuple[Formula, ...]:
    """Every axis of a leaf: all must be whole numbers."""
    return part.axes if isinstance(part, Contraction) else part.shape


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the network with parts of its own, built `repeat` times.

    `active` is how many of the repeats work on one token, where that differs (experts); `tokens` how many tokens of a
    sequence it works on, where that is not all of them.
    """

    name: str
    role: str
    parts: tuple[Block | Part, ...]
    about: str = ""
    repeat: Formula | None = None
    active: Formula | None = None
    tokens: Formula | None = None


class Need(Enum):
    """What a family asks of a size for which it has no default."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    PATTERN = "read off the layer pattern"


@dataclass(frozen=True, slots=True)
class Option:
    """A switch of a family: what a config may say beside its sizes.

    `null` is a size that a config may give as null: then the switch is off, and there is no such size; where the
    config gives a number, the switch is on.
    """

    name: str
    default: bool | str
    meaning: str
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    null: Symbol | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from."""

    title: str
    url: str = ""


class AsIs(str):
    """The name of a tensor that is stored as our shapes read, (inputs, outputs), unlike torch.nn.Linear's."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a config says which layers are of which kind.

    `count` takes the config and the sizes so far and gives the number of layers of each kind; it raises ConfigError
    where the pattern contradicts the sizes. `keys` are the keys that it reads.
    """

    keys: tuple[str, ...]
    count: Callable[[Mapping[str, object], Mapping[str, int]], Mapping[Symbol, int]]


@dataclass(frozen=True, slots=True)
class Architecture:
    """A family of models: the sizes and options that its configs give, and the tree that they make.

    `sizes` maps each symbol to a `Need`, a number (the default of a config that leaves it out) or a formula of other
    symbols (a definition). `aliases` are this family's own keys for a size. `marks` are keys that only this family's
    configs have. `fixed` are keys that must have the given value, since we don't know the network that another one
    makes. `equal`, `multiples` (of the second) and `at_most` are pairs that must be so. `model_class` is the real model
    code, in transformers, and `tensors` says under which names it keeps each weight: by the weight's name, or, where
    that is not enough, by `block/weight`; `{}` stands for a layer's number; one name a copy, and copies or weights
    that share a name lie side by side in one tensor.
    """

    name: str
    title: str
    about: str
    sizes: Mapping[Symbol, Need | int | Formula]
    network: Callable[[Options], Block]
    options: tuple[Option, ...] = ()
    marks: frozenset[str] = frozenset()
    fixed: Mapping[str, object] | None = None
    aliases: Mapping[Symbol, tuple[str, ...]] | None = None
    pattern: Pattern | None = None
    equal: tuple[tuple[Formula, Formula], ...] = ()
    multiples: tuple[tuple[Formula, Formula], ...] = ()
    at_most: tuple[tuple[Formula, Formula], ...] = ()
    model_class: str = ""
    tensors: Mapping[str, str | tuple[str, ...]] | None = None
    model_types: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()

    def keys(self, symbol: Symbol) -> tuple[str, ...]:
        """Every key that a config of this family may use for a size, ours first."""
        own = (self.aliases or {}).get(symbol)
        return (symbol.name, *(symbol.aliases if own is None else own))


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf with its place in the tree: the blocks above it, outermost first."""

    part: Part
    path: tuple[Block, ...]

    @property
    def weight(self) -> Weight:
        """The weight that it is; TypeError for another kind of leaf."""
        if not isinstance(self.part, Weight):
            raise TypeError(f"{'/'.join(self.key)} is a {type(self.part).__name__}, not a weight")
        return self.part

    @property
    def key(self) -> tuple[str, ...]:
        """The names from the root down: the same for the same tensor in two trees of one family."""
        return (*(block.name for block in self.path), self.part.name)

    @property
    def role(self) -> str:
        """The role of the block that holds it."""
        return self.path[-1].role

    @property
    def tokens(self) -> Formula | None:
        """How many tokens of a sequence it works on, where the network says so: the innermost word counts."""
        own = (self.part.tokens,) if isinstance(self.part, Weight) else ()
        said = (*own, *(block.tokens for block in reversed(self.path)))
        return next((tokens for tokens in said if tokens is not None), None)


def leaves(block: Block, above: tuple[Block, ...] = ()) -> Iterator[Leaf]:
    """Every leaf once, however often its blocks repeat."""
    path = (*above, block)
    for part in block.parts:
        if isinstance(part, Block):
            yield from leaves(part, path)
        else:
            yield Leaf(part, path)


def weights(block: Block) -> Iterator[Leaf]:
    """Every leaf that is a weight."""
    return (leaf for leaf in leaves(block) if isinstance(leaf.part, Weight))
