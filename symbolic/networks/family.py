"""What a family of models is: the sizes and options that its configs give, and the tree that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeAlias

from symbolic.formulas.formula import Formula, Symbol
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Part, Weight
from symbolic.networks.walks import Leaf, changed, symbols

Options: TypeAlias = Mapping[str, bool | str]
Pairs: TypeAlias = tuple[tuple[Formula, Formula], ...]
"""Pairs of sizes that must be so, such as multiples of each other."""


MODEL_CLASS = "model_class"
"""The option that says which class of transformers a config is of, and so which head stands on the network."""


OURS_TOO = frozenset(
    {
        *("vocab_size", "type_vocab_size", "sliding_window", "n_shared_experts", "expand", "conv_kernel"),
        *("time_step_rank", "encoder_stride", "q_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim"),
        *("head_dim", "linear_key_head_dim", "linear_value_head_dim"),
    }
)
"""Sizes that classes of transformers call as we do."""


class Need(Enum):
    """What a family asks of a size for which it has no default number and no formula.

    >>> from symbolic.networks.families import find
    >>> [symbol.name for symbol, need in find("gpt2").sizes.items() if need is Need.REQUIRED]
    ['vocab_size', 'context_length', 'emb_dim', 'n_heads', 'n_layers']
    """

    REQUIRED = "required"
    OPTIONAL = "optional"
    PATTERN = "read off the layer pattern"
    LABELS = "the number of classes that the config names"


class Option(NamedTuple):
    """A switch of a family: what a config may say beside its sizes.

    `meaning` says what is so where the switch is on, `without` what is so where it is off. `null` is a size that a
    config may give as null: then the switch is off, and there is no such size; where the config gives a number, the
    switch is on. `size` is one that there is only where the switch is on. A page leaves a `quiet` option out while it
    has its default. `otherwise` is what a config without these keys says of it by others. One that is not `in_class` is
    a switch of other code than the family's class in transformers, which does not read it. Null stands for the default
    only where it `takes_null`, as its class does; code that takes any value would read it as off. The words of one that
    is `by_key` say no more than its key and its value.

    >>> from symbolic.networks.families import find
    >>> [option.keys for option in find("gpt2").options if option.name == "linear_bias"]
    [('linear_bias', 'bias')]
    """

    name: str
    default: bool | str
    meaning: str
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    null: Symbol | None = None
    size: Symbol | None = None
    quiet: bool = False
    otherwise: Callable[[Mapping[str, object]], bool | str | None] | None = None
    without: str = ""
    in_class: bool = True
    takes_null: bool = False
    by_key: bool = False

    def says(self, *, on: bool) -> str:
        """Return what is so where the switch is on, or off."""
        return self.meaning if on else self.without

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that a config may use for it, ours first."""
        return (self.name, *self.aliases)

    @property
    def needs(self) -> Symbol | None:
        """The size that there is only where the switch is on."""
        return self.null or self.size


class Source(NamedTuple):
    """Where a fact comes from: a work's title, with authors and year, and its address.

    `read` is the version that was read, such as a release or a commit, or says that it was known from others only. `on`
    says whether a network has what the work is about; without it the work is about any. `of` is the convention whose
    counting it is, "" where it is about more than one.

    >>> Source("Shazeer 2020, GLU Variants Improve Transformer", "https://arxiv.org/abs/2002.05202").title
    'Shazeer 2020, GLU Variants Improve Transformer'
    """

    title: str
    url: str = ""
    read: str = ""
    on: Callable[[Block], bool] | None = None
    of: str = ""


QUOTED = _("excerpts only")
"""How a work was read that is at hand in parts only."""


class AsIs(str):
    """The name of a tensor that is stored as our shapes read, (inputs, outputs), unlike torch.nn.Linear's."""

    __slots__ = ()


class Unpacked(str):
    """The name of a tensor that no method of quantisation packs."""

    __slots__ = ()


class Wide(str):
    """The name of a tensor that transformers keeps at 32 bits where it packs others (`_keep_in_fp32_modules`).

    Files of other libraries, such as those of GPTQ, have it packed, too.
    """

    __slots__ = ()


Place: TypeAlias = Callable[[int], bool]
"""Whether the layer of a number, counted from 0, is of a kind."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a config says which layers are of which kind.

    `count` takes the config and the sizes so far and gives the number of layers of each kind; it raises ConfigError
    where the pattern contradicts the sizes. `keys` are the keys that it reads. `places` takes the same and gives what
    says of a layer's number, from 0, whether it is of a kind; None where nobody asks.
    """

    keys: tuple[str, ...]
    count: Callable[[Mapping[str, object], Mapping[str, int]], Mapping[Symbol, int]]
    places: Callable[[Mapping[str, object], Mapping[str, int]], Mapping[Symbol, Place]] | None = None


class Family(NamedTuple):
    """A family of models: the sizes and options that its configs give, and the tree that they make.

    `sizes` maps each symbol to a `Need`, a number (the default of a config that leaves it out) or a formula of
    other symbols (a definition); `if_null` says what a null stands for where that is something else, and has
    `Need.REQUIRED` for a size that may be left out but not be null. `head_sizes` are sizes that there are only
    where the tree has them. `aliases` are this family's own keys for a size. `marks` are keys that tell a dict
    without a `model_type` from those of other families; a family without marks is recognised by its `model_type` or
    class only. `any_of` are keys of which such a dict must have one, where other networks have the same sizes.
    `fixed` are keys that must have the given value, or that of a formula, since we don't know the network that
    another one makes; `harmless` are keys that change nothing in this family, and why; both may name a size.
    `class_keys` are the keys by which its class in transformers reads a size that has a default, where these are
    not its name (`OURS_TOO`), or else the first alias or this family's own. `equal`, `multiples` (of the second)
    and `at_most` are pairs that must be so. `model_class` is the real model code, in transformers, and `tensors`
    says under which names it keeps each weight: by the weight's name, or, where that is not enough, by
    `block/weight`; `{}` stands for a layer's number; one name a copy, and copies or weights that share a name lie
    side by side in one tensor. `of_one_config` says that the tree was read off code for one config: with other
    sizes it may have other parts. `only` are the quantities that its tree has all leaves of, where these are not
    all; `partly` those that it has some leaves of, with the reason why not all; `lacks` says why there are no
    others, `instead` why there is none of one quantity, and `routes` why it is not known which parameters work on
    one token. Of one that is `untested`, no pass of its code was compared with what it computes; the passes that
    were followed left out the arguments `spare`. `written_out` are
    sizes that say how many layers there are where each is a part of the tree of its own: no formula has them, and yet
    they change every count. `deciding` are sizes of one config with other values of which its tree may have other
    parts.

    >>> from symbolic.formulas.vocabulary import n_kv_groups
    >>> from symbolic.networks.families import find
    >>> find("llama").keys(n_kv_groups)
    ('n_kv_groups', 'num_key_value_heads', 'n_kv_heads', 'n_kv_head', 'num_kv_heads')
    """

    name: str
    title: str
    about: str
    sizes: Mapping[Symbol, Need | int | Formula]
    network: Callable[[Options], Block]
    options: tuple[Option, ...] = ()
    marks: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()
    fixed: Mapping[str, object] | None = None
    harmless: Mapping[str, str] | None = None
    if_null: Mapping[Symbol, Formula | Need] | None = None
    head_sizes: frozenset[Symbol] = frozenset()
    aliases: Mapping[Symbol, tuple[str, ...]] | None = None
    pattern: Pattern | None = None
    class_keys: Mapping[Symbol, tuple[str, ...]] | None = None
    equal: Pairs = ()
    multiples: Pairs = ()
    at_most: Pairs = ()
    model_class: str = ""
    tensors: Mapping[str, str | tuple[str, ...]] | None = None
    model_types: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    of_one_config: bool = False
    only: frozenset[str] = frozenset()
    partly: Mapping[str, str] | None = None
    lacks: str = ""
    instead: Mapping[str, str] | None = None
    routes: str = ""
    untested: bool = False
    spare: frozenset[str] = frozenset()
    written_out: frozenset[Symbol] = frozenset()
    deciding: frozenset[Symbol] = frozenset()

    @property
    def classes(self) -> frozenset[str]:
        """The classes of transformers that it derives."""
        named = (option.choices for option in self.options if option.name == MODEL_CLASS)
        return frozenset(next(named, (self.model_class,))) - {""}

    def tree(self, options: Options, *views: Callable[[Block], Block]) -> Block:
        """Return the network with these options, each weight with the names of its tensors; made once and kept.

        Each of `views` in turn makes it another one: a part of it, say, or one whose weights say their bytes.
        """
        asked = self._asked(options)
        return _seen(asked, views) if views else _tree(*asked)

    def used(self, options: Options) -> frozenset[Symbol]:
        """Return the sizes that the network with these options depends on; found once and kept."""
        return _used(*self._asked(options))

    def _asked(self, options: Options) -> _Asked:
        return self.network, tuple((self.tensors or {}).items()), tuple(options.items())

    def keys(self, symbol: Symbol) -> tuple[str, ...]:
        """Return every key that a config of this family may use for a size, ours first."""
        own = (self.aliases or {}).get(symbol)
        return (symbol.name, *(symbol.aliases if own is None else own))

    def read_by_class(self, symbol: Symbol) -> tuple[str, ...]:
        """Return the keys by which its class in transformers reads a size that has a default; none where by no key."""
        keys = self.keys(symbol)
        others = keys[1:] if symbol in (self.aliases or {}) else keys[1:2]
        return (self.class_keys or {}).get(symbol, keys[:1] if symbol.name in OURS_TOO else others)


_Asked: TypeAlias = tuple[
    Callable[[Options], Block],
    tuple[tuple[str, str | tuple[str, ...]], ...],
    tuple[tuple[str, bool | str], ...],
]
"""What makes a tree: the family's network, the names of its tensors, and the options."""


@lru_cache(maxsize=256)
def _tree(
    network: Callable[[Options], Block],
    tensors: tuple[tuple[str, str | tuple[str, ...]], ...],
    options: tuple[tuple[str, bool | str], ...],
) -> Block:
    # A handout asks for the same tree a thousand times, and each part looks for the line that makes it.
    tree = network(dict(options))
    return changed(tree, partial(_named, dict(tensors))) if tensors else tree


@lru_cache(maxsize=64)
def _seen(asked: _Asked, views: tuple[Callable[[Block], Block], ...]) -> Block:
    # A page of quantities of one device asks three hundred times for the same view.
    network = _tree(*asked)
    for view in views:
        network = view(network)
    return network


@lru_cache(maxsize=256)
def _used(*asked: Any) -> frozenset[Symbol]:
    return symbols(_tree(*asked))


def _named(names: Mapping[str, str | tuple[str, ...]], leaf: Leaf) -> Part:
    """Return a weight with its tensors' names, one a copy: by the longest part of its place that has one."""
    if not isinstance(leaf.part, Weight):
        return leaf.part
    for start in range(len(leaf.key)):
        name = names.get("/".join(leaf.key[start:]))
        if name is not None:
            tensors = name if isinstance(name, tuple) else (name,) * leaf.weight.copies
            return replace(leaf.part, tensors=tensors)
    return leaf.part
