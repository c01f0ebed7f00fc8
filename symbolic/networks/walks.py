"""Walks over a tree of blocks: its leaves with their places, its sizes, and the tree with its leaves changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import is_
from typing import NamedTuple

from symbolic.formulas.formula import Formula, Symbol
from symbolic.networks.blocks import Activation, Block, Cache, Contraction, Kind, Part, Weight, axes


class Leaf(NamedTuple):
    """A leaf with its place in the tree: the blocks above it, outermost first.

    >>> import symbolic
    >>> leaf = next(weights(symbolic.load("gpt2-124m").network))
    >>> leaf.key, leaf.role, leaf.weight.kind.name
    (('model', 'token_embedding', 'token_table'), 'embedding', 'TABLE')
    """

    part: Part
    path: tuple[Block, ...]

    @property
    def weight(self) -> Weight:
        """The weight that it is; TypeError for another kind of leaf."""
        if not isinstance(self.part, Weight):
            raise TypeError(f"{'/'.join(self.key)} is a {type(self.part).__name__}, not a weight")
        return self.part

    @property
    def kind(self) -> Kind | None:
        """What kind of weight it is; None for another kind of leaf."""
        return self.part.kind if isinstance(self.part, Weight) else None

    @property
    def is_shared(self) -> bool:
        """Whether it is a weight that uses the numbers of another block, such as a head that uses the token table."""
        return isinstance(self.part, Weight) and self.part.tied_to is not None

    @property
    def key(self) -> tuple[str, ...]:
        """The keys from the root down: the same for the same tensor in two trees of one family."""
        return (*(block.key for block in self.path), self.part.key)

    @property
    def role(self) -> str:
        """The role of the block that holds it."""
        return self.path[-1].role

    @property
    def tokens(self) -> Formula | None:
        """How many tokens of a sequence it works on, where the network says so: the innermost word counts."""
        own = (self.part.tokens,) if isinstance(self.part, Weight | Activation) else ()
        said = (*own, *(block.tokens for block in reversed(self.path)))
        return next((tokens for tokens in said if tokens is not None), None)


def blocks(block: Block) -> Iterator[Block]:
    """Yield the block and every block in it, outermost first."""
    yield block
    for part in block.parts:
        if isinstance(part, Block):
            yield from blocks(part)


def has_experts(network: Block) -> bool:
    """Return whether a token goes through some of many parts only, which are chosen for it."""
    return any(block.active is not None for block in blocks(network))


def attends(network: Block) -> bool:
    """Return whether tokens are multiplied with tokens somewhere."""
    return any(isinstance(leaf.part, Contraction) and "attention" in leaf.role for leaf in leaves(network))


def reads_tokens(network: Block) -> bool:
    """Return whether a network has a table of tokens or mixes tokens: a convnet does neither."""
    mixes = {"attention", "linear-attention", "state-space"}
    table = any(leaf.role == "embedding" and leaf.kind is Kind.TABLE for leaf in leaves(network))
    return table or any(block.role in mixes for block in blocks(network))


def changed(block: Block, change: Callable[[Leaf], Part], above: tuple[Block, ...] = ()) -> Block:
    """Return the block with each leaf as `change` makes it; the shape of the tree stays, and what is not changed."""
    path = (*above, block)
    parts = tuple(
        changed(part, change, path) if isinstance(part, Block) else change(Leaf(part, path)) for part in block.parts
    )
    if not block.beside:
        return block if all(map(is_, parts, block.parts)) else replace(block, parts=parts)
    more = replace(block, parts=block.beside, beside=())
    return replace(block, parts=parts, beside=tuple(_kept(part) for part in changed(more, change, above).parts))


def _kept(part: Block | Part) -> Block | Weight:
    if not isinstance(part, Block | Weight):
        raise TypeError(f"{part.key} is a {type(part).__name__}; files hold weights")
    return part


def in_files(block: Block) -> Block:
    """Return the block with what files hold beside it among its parts, and so for every block in it.

    >>> import symbolic
    >>> from symbolic.networks.blocks import Kind
    >>> network = symbolic.load("gpt2-124m").network
    >>> [leaf.weight.key for leaf in weights(in_files(network)) if leaf.weight.kind is Kind.COMPUTED]
    ['causal_mask']
    """
    parts = (in_files(part) if isinstance(part, Block) else part for part in (*block.parts, *block.beside))
    return replace(block, parts=tuple(parts), beside=())


def leaves(block: Block, above: tuple[Block, ...] = ()) -> Iterator[Leaf]:
    """Return every leaf once, however often its blocks repeat."""
    found: list[Leaf] = []
    _add_leaves(block, above, found)
    return iter(found)


def _add_leaves(block: Block, above: tuple[Block, ...], found: list[Leaf]) -> None:
    # Into one list: through nested generators each leaf would be handed up block by block.
    path = (*above, block)
    for part in block.parts:
        if isinstance(part, Block):
            _add_leaves(part, path, found)
        else:
            found.append(Leaf(part, path))


def weights(block: Block) -> Iterator[Leaf]:
    """Yield every leaf that is a weight."""
    return (leaf for leaf in leaves(block) if isinstance(leaf.part, Weight))


def symbols(block: Block) -> frozenset[Symbol]:
    """Return the sizes that the network depends on."""
    found = {symbol for repeat in (block.repeat, block.active, block.tokens) if repeat for symbol in repeat.symbols}
    for part in block.parts:
        if isinstance(part, Block):
            found |= symbols(part)
        else:
            found |= {symbol for axis in (*axes(part), *_others(part)) for symbol in axis.symbols}
    return frozenset(found)


def _others(part: Part) -> tuple[Formula, ...]:
    """Return the formulas of a leaf that are no axis of it."""
    if isinstance(part, Weight | Activation):
        return (part.tokens,) if part.tokens is not None else ()
    if isinstance(part, Cache):
        return (part.needed, *part.expanded, *part.ungrouped)
    return part.masked if isinstance(part, Contraction) else ()
