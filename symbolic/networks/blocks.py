"""What a network is: a tree of blocks, every axis of every leaf a formula in the model's sizes.

Its leaves are what a quantity can measure: weights (tensors it learns), contractions (products of two computed
tensors), caches (what it keeps of each token while it writes) and activations (what training keeps for the backward
pass).

Each block and leaf has a `key`, which identifies it among the parts of its block and is the same in every language, a
`name`, which a page prints, and an `origin`, the lines of this package that made it.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, TypeAlias

from symbolic.formulas.formula import Formula
from symbolic.formulas.functions import Minimum
from symbolic.formulas.vocabulary import context, tokens
from symbolic.language import lazy as _
from symbolic.networks.origin import Origin, current_origin

KINDS = ("_matrix", "_bias", "_table", "_scale")
"""How keys end that say what kind of weight it is."""


class Kind(Enum):
    """What a weight is. Conventions select weights by it; its value is how a page names several of them.

    >>> Kind.BIAS.value
    'biases of the linear layers'
    """

    TABLE = _("tables")
    MATRIX = _("matrices")
    KERNEL = _("convolution kernels")
    BIAS = _("biases of the linear layers")
    SCALE = _("norm scales")
    SHIFT = _("norm shifts")
    VECTOR = _("weights outside the matrix products")
    BUFFER = _("buffers")
    COMPUTED = _("tables that the code computes")


MULTIPLIED = (Kind.MATRIX, Kind.KERNEL)
"""The kinds of weight that tokens are multiplied with."""


@dataclass(frozen=True, slots=True)
class Weight:
    """Tensors that the network learns: `copies` of them, all of one shape.

    A shape is (inputs, outputs), as a formula reads it. `key` tells it from its siblings, in English or any other
    language; `name` is what a page calls it, `about` what a page says of it. `tied_to` is the key of the block whose
    table this one uses. `tokens` is how many tokens of a sequence it works on, where that differs from the block around
    it. `stored` are the bytes of all copies, where a number format says them; `groups` must then be whole numbers, as
    the axes must. `elements` are then those of the tensors in a file, `loaded` those that are parameters of the loaded
    model: fewer than the numbers, where several lie in one element. `members` say what each copy is, where these are
    different things: query, key, value. `tensors` are the names that the real code gives the copies; those of one name
    lie side by side in one tensor. One that is `fixed` is a parameter that no training changes: it is counted, and has
    no gradient.

    >>> from symbolic.formulas.vocabulary import emb_dim, hidden_dim
    >>> first = Weight("first_matrix", "first matrix", (emb_dim, hidden_dim), Kind.MATRIX)
    >>> [axis.value({"emb_dim": 768, "hidden_dim": 3072}) for axis in first.shape]
    [768, 3072]
    """

    key: str
    name: str
    shape: tuple[Formula, ...]
    kind: Kind
    about: str = ""
    copies: int = 1
    tied_to: str | None = None
    tokens: Formula | None = None
    stored: Formula | None = None
    elements: Formula | None = None
    loaded: Formula | None = None
    groups: tuple[Formula, ...] = ()
    members: tuple[str, ...] = ()
    tensors: tuple[str, ...] = ()
    fixed: bool = False
    origin: Origin = field(default_factory=current_origin, kw_only=True, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Hold as many members as copies: each of them is one."""
        if self.members and len(self.members) != self.copies:
            raise ValueError(f"{self.key!r} has {self.copies} copies and {len(self.members)} members; name each copy")

    @property
    def called(self) -> tuple[str, ...]:
        """What each copy is: its member, or the key without what kind of weight it is."""
        plain = next((self.key.removesuffix(kind) for kind in KINDS if self.key.endswith(kind)), self.key)
        return self.members or (plain,) * self.copies

    @property
    def written(self) -> Formula | None:
        """How many tokens it works on in a program that writes text: one that pads a text finds those before kept."""
        padded = self.kind is Kind.KERNEL and self.tokens is not None and tokens in self.tokens.symbols
        return tokens if padded else self.tokens


@dataclass(frozen=True, slots=True)
class Contraction:
    """A product of two computed tensors: every axis it runs over, kept or summed, once; `copies` of them.

    `masked` are the axes without the pairs of tokens that a causal mask or a window hides, where it hides any;
    `absorbed` those of a program that works on the latents which it keeps, where there are any. `window` is how many
    tokens of the context a token looks at, where not at all of them.
    """

    key: str
    name: str
    axes: tuple[Formula, ...]
    about: str = ""
    copies: int = 1
    masked: tuple[Formula, ...] = ()
    absorbed: tuple[Formula, ...] = ()
    window: Formula | None = None
    origin: Origin = field(default_factory=current_origin, kw_only=True, repr=False, compare=False)

    @property
    def written(self) -> tuple[Formula, ...]:
        """The axes in a program that writes text: on latents where it keeps them, and on its window only."""
        axes = self.absorbed or self.axes
        if self.window is None:
            return axes
        return tuple(Minimum((axis, self.window)) if axis == context else axis for axis in axes)


@dataclass(frozen=True, slots=True)
class Cache:
    """What is kept of each of `tokens` tokens while a text is written: `copies` lists of `shape` numbers.

    `tokens` is 1 for a memory that does not grow; of a `window` one less is needed, since the next token is in it
    itself. `expanded` is the shape of a program that keeps what could be computed again; `ungrouped` that of a layer in
    which every query head had a key and a value of its own. `as_coded` says that it is what a class was seen to keep,
    which may be more than must be kept.
    """

    key: str
    name: str
    shape: tuple[Formula, ...]
    tokens: Formula
    about: str = ""
    copies: int = 1
    expanded: tuple[Formula, ...] = ()
    ungrouped: tuple[Formula, ...] = ()
    window: Formula | None = None
    as_coded: bool = False
    origin: Origin = field(default_factory=current_origin, kw_only=True, repr=False, compare=False)

    @property
    def needed(self) -> Formula:
        """Of how many tokens something must be kept until the next one comes, which is one of its window itself."""
        return self.tokens if self.window is None else Minimum((self.tokens, self.window - 1))


class Kept(Enum):
    """Which activations a way of recomputing keeps."""

    ALWAYS = "the input of a layer"
    UNLESS_FULL = "what is made inside a layer"
    UNLESS_SELECTIVE = "the table of attention scores"


@dataclass(frozen=True, slots=True)
class Activation:
    """What training keeps of the way forward: a tensor of `shape`, `width` bytes a number at 16-bit precision.

    `kept` says which ways of recomputing still keep it; `split` whether tensor parallelism divides it; `tokens` of how
    many tokens of a sequence it is kept, where that differs from the block around it.
    """

    key: str
    name: str
    shape: tuple[Formula, ...]
    about: str = ""
    width: int = 2
    kept: Kept = Kept.UNLESS_FULL
    split: bool = True
    tokens: Formula | None = None
    origin: Origin = field(default_factory=current_origin, kw_only=True, repr=False, compare=False)


Part: TypeAlias = "Weight | Contraction | Cache | Activation"


def axes(part: Part) -> tuple[Formula, ...]:
    """Return every axis of a leaf."""
    return part.axes if isinstance(part, Contraction) else part.shape


def integer_formulas(part: Part, known: Container[str]) -> tuple[Formula, ...]:
    """Return the formulas that must be whole numbers: axes, and groups that share a scale if their size is known."""
    groups = part.groups if isinstance(part, Weight) else ()
    return (*axes(part), *(one for one in groups if all(symbol.name in known for symbol in one.symbols)))


class Norms(Enum):
    """Where the norms of a sublayer f stand; x is what goes in, to which its result is added."""

    BEFORE = "x + f(norm(x))"
    WITHIN = "x + norm(f(x))"
    AROUND = "x + norm(f(norm(x)))"
    AFTER = "norm(x + f(x))"


class Sublayer(NamedTuple):
    """Parts of a layer, by their keys, whose result is added to what went into them: a residual connection.

    He et al. 2015, arXiv:1512.03385, §3.2.
    """

    parts: tuple[str, ...]
    norms: Norms


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the network with parts of its own, built `repeat` times.

    `role` is what it does, whatever a family calls it: conventions and analyses select by it. `active` is how many of
    the repeats work on one token, where that differs (experts); `tokens` how many tokens of a sequence it works on,
    where that is not all of them; `in_order` says that all its repeats stand before those of the next stack. `beside`
    is what files hold with it though the network does without: `in_files` puts it among the parts, and no other walk
    comes to it. `sublayers` say, of a layer, which of its parts are added to the stream, in order; nothing where that
    is not known, or not so. `within` are pairs of which the first is at most the second, so that what it computes
    holds: code that does something else with longer texts was followed up to there. `reads` is the key of the block
    whose results it works on beside the stream: the end of the encoder that cross-attention looks at. `undivided` says
    why devices can't share its tensors, where they can't. ValueError where two of its parts have the same key.

    >>> from symbolic.formulas.vocabulary import emb_dim, n_layers
    >>> from symbolic.networks.walks import leaves
    >>> scale = Weight("scale", "scale", (emb_dim,), Kind.SCALE)
    >>> norm = Block("norm", "norm", "norm", (scale,), repeat=n_layers)
    >>> ["/".join(leaf.key) for leaf in leaves(Block("model", "Tiny", "model", (norm,)))]
    ['model/norm/scale']
    """

    key: str
    name: str
    role: str
    parts: tuple[Block | Part, ...]
    about: str = ""
    repeat: Formula | None = None
    active: Formula | None = None
    tokens: Formula | None = None
    in_order: bool = False
    beside: tuple[Block | Weight, ...] = ()
    sublayers: tuple[Sublayer, ...] = ()
    reads: str = ""
    within: tuple[tuple[Formula, Formula], ...] = ()
    undivided: str = ""
    origin: Origin = field(default_factory=current_origin, kw_only=True, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Hold keys unique: a leaf is found by them."""
        keys = [part.key for part in (*self.parts, *self.beside)]
        if twice := next((key for key in keys if keys.count(key) > 1), None):
            raise ValueError(f"two parts of {self.key!r} have the key {twice!r}; give one of them another key")
