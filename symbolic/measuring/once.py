"""What a step that writes a token works with, and what worked once before it: an encoder, cross-attention's keys."""

from __future__ import annotations

from symbolic.formulas.formula import Formula, Number, Product
from symbolic.formulas.vocabulary import context, target_tokens, tokens
from symbolic.measuring.texts import reads_another
from symbolic.networks.blocks import MULTIPLIED, Block, Cache, Contraction, Kind, Weight
from symbolic.networks.walks import Leaf, leaves

FOR_THE_LAST = Number(1)
"""A matrix that works for one token works for the last of each pass, such as a pooler."""


def in_each_step(leaf: Leaf) -> bool:
    """Return whether a leaf works each time that a token is written, and not once for an input, or never.

    What an encoder does with a sound or a text, and what keys and values cross-attention makes of that, is in the cache
    when a text is written. A bias works with its matrix; a norm with what is multiplied around it.
    """
    if (count := _count(leaf)) is not None:
        return _follows_the_text(count, leaf.path[0])
    if isinstance(leaf.part, Weight) and leaf.kind is Kind.BIAS:
        for part in leaf.path[-1].parts:
            if isinstance(part, Weight) and part.kind in MULTIPLIED and {*part.called} & {*leaf.part.called}:
                return in_each_step(Leaf(part, leaf.path))
    for depth in range(len(leaf.path), 0, -1):
        around = [one for one in leaves(leaf.path[depth - 1], leaf.path[: depth - 1]) if _count(one) is not None]
        if around:
            return any(map(in_each_step, around))
    return True


def reads_once(network: Block) -> bool:
    """Return whether a part of a network that writes works once for what is read: an encoder, a tower."""
    if reads_another(network):
        return True
    if not any(isinstance(leaf.part, Cache) for leaf in leaves(network)):
        return False
    counts = ((leaf, _count(leaf)) for leaf in leaves(network))
    return any(count not in (None, Number(0)) and not in_each_step(leaf) for leaf, count in counts)


def is_of_what_was_read(leaf: Leaf) -> bool:
    """Return whether a cache is of cross-attention: of what an encoder made, which no token changes."""
    return isinstance(leaf.part, Cache) and bool(leaf.path[-1].reads)


def _count(leaf: Leaf) -> Formula | None:
    """Return for how many tokens a leaf is multiplied, with the other axes of a product; None where it is not."""
    match leaf.part:
        case Weight(kind=kind, tokens=own) if kind in MULTIPLIED or own is not None:
            return leaf.tokens or tokens
        case Contraction(axes=axes):
            return Product(axes)
    return leaf.tokens


def _follows_the_text(count: Formula, network: Block) -> bool:
    """Return whether a number of tokens is one of the text that is written; `tokens` are those of another beside it."""
    found = set(count.symbols)
    if found & {context, target_tokens} or count == FOR_THE_LAST:
        return True
    return tokens in found and not reads_another(network)
