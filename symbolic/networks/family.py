"""What a family of models is: the sizes and options that its configs give, and the tree that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from symbolic.formulas.formula import Formula, Symbol
from symbolic.networks.blocks import Block

Options: TypeAlias = Mapping[str, bool | str]


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
class Family:
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
