"""The tables that have a row for each token, by their shape and role: families call them differently."""

from __future__ import annotations

from symbolic.formulas.vocabulary import vocab_size
from symbolic.networks.blocks import Block, Kind
from symbolic.networks.walks import Leaf, weights

OF_TEXTS = "type_vocab_size"
"""Rows that say to which of two texts a token belongs: llama.cpp keeps this table as it keeps that of positions."""


def is_token_table(leaf: Leaf) -> bool:
    """Return whether a weight is a table with a row for each token of a vocabulary; a network may have several."""
    weight = leaf.weight
    if weight.kind is not Kind.TABLE or leaf.role != "embedding" or len(weight.shape) != 2:
        return False
    names = [symbol.name for symbol in weight.shape[0].symbols]
    return any(vocab_size.name in name and OF_TEXTS not in name for name in names)


def heads_table(network: Block) -> tuple[str, ...] | None:
    """Return the key of the token table that is also the output head; None where a head has a matrix of its own.

    A network without a head counts as llama.cpp counts it: its first token table is taken for one.
    """
    found = tuple(weights(network))
    heads = [leaf.weight for leaf in found if leaf.role == "head" and leaf.weight.kind is Kind.MATRIX]
    tied = [head.shape[-1] for head in heads if head.tied_to]
    if heads and not tied:
        return None
    tables = [leaf for leaf in found if is_token_table(leaf) and not leaf.weight.tied_to]
    rows = [leaf for leaf in tables if leaf.weight.shape[0] in tied]
    return next((leaf.key for leaf in rows or tables), None)
