"""Conventions: which leaves a count counts. Most "wrong" parameter counts are another convention.

`CONVENTIONS` are those of weights; a quantity that measures other leaves has its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from symbolic.errors import UnknownName
from symbolic.formulas.formula import Formula, Number, Symbol
from symbolic.formulas.vocabulary import n_kv_groups, sliding_window
from symbolic.language import lazy as _
from symbolic.language import translate
from symbolic.measuring.once import reads_once
from symbolic.networks.blocks import Block, Cache, Contraction, Kind, Weight
from symbolic.networks.walks import Leaf, attends, leaves, symbols, weights

NOTHING: Mapping[Symbol, int] = {}


class Convention(NamedTuple):
    """A named selection of leaves. `says` completes "This page counts …".

    `measure` is what it takes a leaf for, where that is not the quantity's own measure (a rule of thumb); `unit` the
    word behind its total, where that is another than the quantity's: such a total can't be reconciled with the others.
    `repeats` says how often a block counts below those above it, where that is not how often it is built; `source` says
    who counts so. `of_experts`, `of_attention`, `of_windows`, `of_all_tokens` (attention without a mask), `of_cache`
    (keys and values, or latents), `of_state` (a memory that does not grow), `of_buffers` (they correct a router),
    `of_fixed` (parameters that no training changes, which it counts) and `of_two_texts` (an encoder beside a decoder)
    are clauses that end `says` where a network has such parts, and so is `of_copies` (keys and values that heads share,
    kept for each head); `of_code` stands for `says` where what is kept was read off code, and `without_tokens` where a
    network has no table of tokens;
    `without_attention` ends it where a rule that speaks of attention meets a network that has none. `called` is
    what a later equation calls the total, where that is not the name. `sets` are the inputs that it has numbers of its
    own for, whatever a page gives.
    """

    name: str
    says: str
    counts: Callable[[Leaf], bool]
    active_only: bool = False
    measure: Callable[[Leaf], Formula | None] | None = None
    unit: str = ""
    source: str = ""
    repeats: Callable[[Block, tuple[Block, ...]], Formula | None] | None = None
    of_experts: str = ""
    of_attention: str = ""
    of_windows: str = ""
    of_all_tokens: str = ""
    of_two_texts: str = ""
    of_cache: str = ""
    of_state: str = ""
    of_buffers: str = ""
    of_fixed: str = ""
    without_attention: str = ""
    of_code: str = ""
    without_tokens: str = ""
    of_copies: str = ""
    of_head: str = ""
    of_own_head: str = ""
    of_shared: str = ""
    called: str = ""
    alone: str = ""
    alone_of_cache: str = ""
    sets: Mapping[Symbol, int] = NOTHING

    def said(self, network: Block, *, alone: bool = False) -> str:
        """Return what it counts, without the clauses about parts that this network lacks.

        Where one device has it all, `alone`, there are no stages and nothing is copied.
        """
        alone = alone and bool(self.alone)
        clauses = (
            (self.of_head, _shares_head),
            (self.of_own_head, _has_own_head),
            (self.of_shared, _shares_others),
            (self.of_experts, _chooses),
            (self.of_attention, _has_attention),
            (self.without_attention, lambda block: not attends(block)),
            (self.of_state, lambda block: not all(_caches(block))),
            (self.alone_of_cache if alone else self.of_cache, lambda block: any(_caches(block))),
            (self.of_buffers, _has_buffers),
            (self.of_fixed, self._counts_fixed),
            (self.of_all_tokens, _looks_at_all),
            (self.of_windows, _has_windows),
            (self.of_two_texts, reads_once),
            (self.of_copies, _keeps_copies),
        )
        says = self.of_code if self.of_code and _keeps_as_coded(network) else self.alone if alone else self.says
        says = self.without_tokens if self.without_tokens and not _has_tokens(network) else says
        return translate(says) + "".join(translate(says) for says, holds in clauses if says and holds(network))

    def _counts_fixed(self, network: Block) -> bool:
        return any(self.counts(leaf) for leaf in leaves(network) if is_fixed(leaf))

    def fixed(self, formula: Formula) -> Formula:
        """Return a formula with the numbers that the convention sets."""
        return formula.replace(
            lambda node: Number(self.sets[node]) if isinstance(node, Symbol) and node in self.sets else None
        )

    def times(self, block: Block, above: tuple[Block, ...]) -> Formula | None:
        """Return how often a block counts; None for once."""
        if self.repeats is not None:
            return self.repeats(block, above)
        return block.active if self.active_only and block.active is not None else block.repeat


def is_fixed(leaf: Leaf) -> bool:
    """Return whether a leaf is a parameter that no training changes."""
    return isinstance(leaf.part, Weight) and leaf.part.fixed


def _chooses(block: Block) -> bool:
    """Return whether a network chooses some of its experts for each token."""
    return block.active is not None or any(_chooses(part) for part in block.parts if isinstance(part, Block))


def _has_tokens(network: Block) -> bool:
    """Return whether a network has a table of tokens, of which each takes a row."""
    return any(leaf.role == "embedding" and leaf.weight.kind is Kind.TABLE for leaf in weights(network))


def _has_windows(network: Block) -> bool:
    """Return whether attention looks at a window anywhere."""
    parts = (leaf.part for leaf in leaves(network))
    return any(
        any(sliding_window in axis.symbols for axis in part.masked)
        if isinstance(part, Contraction)
        else isinstance(part, Cache) and part.window is not None
        for part in parts
    )


def _has_attention(network: Block) -> bool:
    """Return whether tokens are multiplied with tokens anywhere."""
    return any(isinstance(leaf.part, Contraction) and leaf.role == "attention" for leaf in leaves(network))


def _caches(network: Block) -> Iterator[bool]:
    """Yield of each thing that is kept while a text is written whether it is kept of tokens."""
    yield from (bool(leaf.part.tokens.symbols) for leaf in leaves(network) if isinstance(leaf.part, Cache))


def _keeps_as_coded(network: Block) -> bool:
    """Return whether what is kept was read off code, which may keep more than it must."""
    return any(isinstance(leaf.part, Cache) and leaf.part.as_coded for leaf in leaves(network))


def _keeps_copies(network: Block) -> bool:
    """Return whether heads share keys and values, and what is kept does not have fewer for it."""
    kept = [leaf.part for leaf in leaves(network) if isinstance(leaf.part, Cache) and leaf.part.as_coded]
    shared = n_kv_groups in symbols(network)
    return shared and bool(kept) and not any(n_kv_groups in axis.symbols for one in kept for axis in one.shape)


def _has_buffers(network: Block) -> bool:
    return any(isinstance(leaf.part, Weight) and leaf.part.kind is Kind.BUFFER for leaf in leaves(network))


def _shares_head(network: Block) -> bool:
    return any(leaf.weight.tied_to is not None and leaf.role == "head" for leaf in weights(network))


def _has_own_head(network: Block) -> bool:
    return any(_is_head(leaf) and leaf.weight.tied_to is None for leaf in weights(network))


def _shares_others(network: Block) -> bool:
    """Return whether anything but the output head uses numbers of another part."""
    return any(leaf.weight.tied_to is not None and leaf.role != "head" for leaf in weights(network))


def _looks_at_all(network: Block) -> bool:
    """Return whether attention looks at all tokens anywhere, later ones too."""
    return any(
        isinstance(leaf.part, Contraction) and leaf.role == "attention" and not leaf.part.masked
        for leaf in leaves(network)
    )


def _stored_once(leaf: Leaf) -> bool:
    return leaf.weight.tied_to is None and leaf.weight.kind is not Kind.BUFFER


def _is_head(leaf: Leaf) -> bool:
    return leaf.role == "head" and leaf.weight.kind is Kind.MATRIX


def named(*conventions: Convention) -> Mapping[str, Convention]:
    """Return conventions by their names, in the order given: the default first."""
    return {convention.name: convention for convention in conventions}


def everything(leaf: Leaf) -> bool:  # noqa: ARG001
    """Return True: every leaf counts."""
    return True


NO_ATTENTION = _("; this network has no attention")
CHOSEN = _("; of the experts, only those that are chosen")

FIXED = _("; fixed numbers, which training leaves as they are, count too")

CONVENTIONS = named(
    Convention(
        "trainable",
        _("every number learned in small steps (gradient descent)"),
        _stored_once,
        of_head=_("; token table and head are one"),
        of_shared=_("; what is used in several places counts once"),
        of_fixed=_("; fixed numbers, which training leaves as they are, count too: `learned` leaves them out"),
    ),
    Convention(
        "learned",
        _("every number learned in small steps, and no fixed ones: parameters whose `requires_grad` is false"),
        lambda leaf: _stored_once(leaf) and not is_fixed(leaf),
    ),
    Convention(
        "tied",
        _("every trainable number, with the output head sharing the token embedding's table"),
        lambda leaf: _stored_once(leaf) and not _is_head(leaf),
        of_fixed=FIXED,
    ),
    Convention(
        "untied",
        _("every trainable number, with an output head of its own"),
        lambda leaf: _stored_once(leaf) or _is_head(leaf),
        of_fixed=FIXED,
    ),
    Convention(
        "non-embedding",
        _("every trainable number outside the embeddings and the output head"),
        lambda leaf: _stored_once(leaf) and leaf.role not in ("embedding", "position", "head"),
        of_fixed=FIXED,
        without_tokens=_("every trainable number outside the table of positions"),
    ),
    Convention(
        "active",
        _("the trainable numbers that work on one token"),
        _stored_once,
        active_only=True,
        of_experts=CHOSEN,
        of_fixed=FIXED,
    ),
    Convention(
        "active-without-lookup",
        _("the trainable numbers that work on one token, but no lookup tables"),
        lambda leaf: (_stored_once(leaf) or _is_head(leaf)) and leaf.role not in ("embedding", "position"),
        active_only=True,
        of_head=_("; the token table counts as the output head"),
        of_own_head=_("; the output head is among them"),
        of_experts=CHOSEN,
        of_fixed=FIXED,
    ),
    Convention(
        "active-non-embedding",
        _("the trainable numbers outside the embeddings and the output head that work on one token"),
        lambda leaf: _stored_once(leaf) and leaf.role not in ("embedding", "position", "head"),
        active_only=True,
        of_experts=CHOSEN,
        of_fixed=FIXED,
    ),
    Convention(
        "with-buffers",
        _("every trainable number, and the numbers that correct a router: stored beside them, but set by a rule"),
        lambda leaf: leaf.weight.tied_to is None,
        of_fixed=FIXED,
    ),
    Convention(
        "walkthrough",
        _(
            "a short count by hand, as we call it: the token table, the matrices and the scales of norms; no position "
            "table, no biases, no shifts, no output head of its own"
        ),
        lambda leaf: (
            _stored_once(leaf)
            and leaf.role not in ("position", "head")
            and leaf.weight.kind in (Kind.TABLE, Kind.MATRIX, Kind.KERNEL, Kind.SCALE)
        ),
        of_fixed=FIXED,
        without_tokens=_(
            "a short count by hand, as we call it: the matrices, the kernels and the scales of norms; no positions, no "
            "biases, no shifts of norms"
        ),
    ),
)


def find(name: str, among: Mapping[str, Convention] = CONVENTIONS) -> Convention:
    """Return the convention of that name; UnknownName names the nearest."""
    if name not in among:
        raise UnknownName("convention", name, among)
    return among[name]
