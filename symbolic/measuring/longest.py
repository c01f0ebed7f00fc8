"""How long a text may be that a model was made for: what limits its positions, or what its config says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from symbolic.configs.model import Model
from symbolic.formulas.formula import Formula, Number
from symbolic.formulas.vocabulary import context_length
from symbolic.networks.blocks import Block, Kind, Weight
from symbolic.networks.learned.naming import TEXTS
from symbolic.networks.walks import blocks, weights

SAID = ("max_position_embeddings", "n_positions", "max_seq_len")
"""Keys that say it in configs of described types, most of which change no weight. `n_ctx` and `block_size` are other
sizes in some of them."""


class Longest(NamedTuple):
    """The most tokens that a model was made for: the key that says so, and their number as a formula of its sizes.

    Where it `ends`, the network has a table with a row for each position, and none behind them.
    """

    name: str
    formula: Formula
    tokens: int
    ends: bool


def longest_text(model: Model) -> Longest | None:
    """Return the most tokens that a model was made for; None where nothing says so."""
    if (known := model.sizes.get(context_length.name)) is not None:
        return Longest(context_length.name, context_length, known, _has_rows(model.network, context_length))
    if not model.architecture.of_one_config:
        return None
    for axis in _rows_beside_tokens(model.network):
        size = next(iter(axis.symbols), None)
        if size == axis and size is not None and size.name in model.sizes:
            return Longest(size.name, axis, model.sizes[size.name], ends=True)
    said = next(_said(model.config), None)
    return None if said is None else Longest(said[0], Number(said[1]), said[1], ends=False)


def _has_rows(network: Block, length: Formula) -> bool:
    """Return whether a network has a table with a row for each position, behind which there is none."""
    return any(leaf.role == "position" and length in leaf.weight.shape for leaf in weights(network))


def _rows_beside_tokens(network: Block) -> Iterator[Formula]:
    """Yield the rows of a position table that stands beside a token table: that of an image or a sound does not."""
    for block in blocks(network):
        parts = [part for part in block.parts if isinstance(part, Block)]
        if any(part.role == "embedding" for part in parts):
            tables = (one for part in parts if part.role == "position" for one in part.parts)
            yield from (one.shape[0] for one in tables if isinstance(one, Weight) and one.kind is Kind.TABLE)


def _said(config: Mapping[str, object]) -> Iterator[tuple[str, int]]:
    """Yield what a config, or its part of the language model, says under a key of a text's length."""
    for part in TEXTS:
        values = config.get(part) if part else config
        for key in SAID if isinstance(values, Mapping) else ():
            said = values[key] if isinstance(values, Mapping) and key in values else None
            if isinstance(said, int) and not isinstance(said, bool) and said > 0:
                yield f"{part}.{key}" if part else key, said
