"""Which values a size may have beside the others of a model: no more query heads than numbers in the width."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.configs.model import Model
from symbolic.configs.variants import valid
from symbolic.formulas.formula import Symbol
from symbolic.networks.blocks import Block
from symbolic.networks.walks import blocks

FAR = 1 << 10
"""A size that a network has so many times is taken to have no bound."""

FAR_LAYERS = 1 << 7
"""So too a number of layers, each of which may differ: a longer stack takes seconds to build."""


def exists(model: Model, symbol: Symbol, size: int) -> bool:
    """Return whether a network has this size beside the others; True of what is no size of a network, such as a batch.

    >>> import symbolic
    >>> from symbolic.formulas.vocabulary import n_kv_groups
    >>> model = symbolic.load("llama-3-8b")
    >>> exists(model, n_kv_groups, 32), exists(model, n_kv_groups, 64)
    (True, False)
    """
    if symbol.name not in model.sizes:
        return True
    made = valid(model, {symbol.name: size})
    return made is not None and all(_may_repeat(block, made.sizes) for block in blocks(made.network))


def largest(model: Model, symbol: Symbol) -> int | None:
    """Return the largest size that a network is found to have beside the others of a model; None where none is known.

    What bounds a size is another one, or a multiple of it: these are tried.
    """
    here = model.sizes.get(symbol.name)
    if here is None:
        return None
    stacked = _layer_counts(model)
    far = FAR * here
    if symbol.name in stacked:
        far = max(FAR_LAYERS * here, 2 * max(stacked.values()))
    if exists(model, symbol, far):
        return None
    tried = {here << power for power in range(FAR.bit_length())} | {
        size for size in model.sizes.values() if size > here
    }
    tried = {size for size in tried if symbol.name not in stacked or size <= far}
    return next((size for size in sorted(tried, reverse=True) if exists(model, symbol, size)), here)


def _layer_counts(model: Model) -> dict[str, int]:
    """The sizes that say how often a part of the network is there."""
    often = [block.repeat for block in blocks(model.network) if block.repeat is not None]
    names = {symbol.name for one in often for symbol in one.symbols}
    return {name: size for name, size in model.sizes.items() if name in names}


def _may_repeat(block: Block, sizes: Mapping[str, int]) -> bool:
    """Return whether a block is there no less than never: more dense layers than layers are no network."""
    often = block.repeat
    if often is None or any(symbol.name not in sizes for symbol in often.symbols):
        return True
    return often.value(sizes) >= 0
