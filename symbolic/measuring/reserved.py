"""The cache as engines reserve it: whole blocks of tokens, layers in groups of one size, windows that are not used."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.formulas.formula import Formula, Negative, Number, Product, total
from symbolic.formulas.functions import Ceiling, Floor, Minimum
from symbolic.formulas.vocabulary import block_tokens, group_layers, prompt_chunk
from symbolic.measuring.storage import cache_bytes
from symbolic.networks.blocks import Block, Cache
from symbolic.networks.walks import Leaf, blocks, leaves

CELLS = 256
"""llama.cpp rounds the cells of a cache up to a multiple of this: src/llama-kv-cache-iswa.cpp, GGML_PAD."""


def in_blocks(leaf: Leaf) -> Formula | None:
    """Return the bytes of whole blocks: the last one is seldom full, nor is the first that a window reaches into."""
    cache = leaf.part
    if not isinstance(cache, Cache):
        return None
    return cache_bytes(cache, cache.shape, Product((block_tokens, _blocks(cache))) if _grows(cache) else None)


def _blocks(cache: Cache) -> Formula:
    """Return all blocks that the tokens fill or begin, less those whose tokens all lie before the window.

    An engine holds the whole window: while a token is computed, its own key and value are there too. vLLM,
    docs/design/hybrid_kv_cache_manager.md: a window of 32 in 112 tokens takes the last 2 of 7 blocks of 16.
    """
    begun = Ceiling(cache.tokens / block_tokens)
    if cache.window is None:
        return begun
    passed = cache.tokens - Minimum((cache.tokens, cache.window))
    return begun - Floor(passed / block_tokens)


def in_cells(leaf: Leaf) -> Formula | None:
    """Return the bytes that llama.cpp allots to one sequence: a window, and a chunk of the prompt, in whole 256s."""
    cache = leaf.part
    if not isinstance(cache, Cache):
        return None
    if not _grows(cache):
        return cache_bytes(cache, cache.shape)
    cells = CELLS * Ceiling(cache.tokens / CELLS)
    if cache.window is not None:
        cells = CELLS * Ceiling(Minimum((cells, cache.window + prompt_chunk)) / CELLS)
    return cache_bytes(cache, cache.shape, cells)


def of_all_tokens(leaf: Leaf) -> Formula | None:
    """Return the bytes of a cache that keeps all tokens, also where a window needs only the last ones."""
    return cache_bytes(leaf.part, leaf.part.shape, leaf.part.tokens) if isinstance(leaf.part, Cache) else None


def grouped(block: Block, above: tuple[Block, ...]) -> Formula | None:
    """Return how many layers of a stack a pool with one size of page reserves for: whole groups of layers of a kind."""
    kinds = _kinds(above[0] if above else block)
    own = next((stacks for stacks in kinds if block in stacks), [])
    if len(kinds) < 2 or not own or own[-1] != block:
        return block.repeat
    others = tuple(Negative(stack.repeat) for stack in own[:-1] if stack.repeat is not None)
    return total((Product((group_layers, Ceiling(_layers(own) / group_layers))), *others))


def rarer(network: Block) -> Formula:
    """Return how many layers a group has: as many as there are of the rarer kind, and one where there is none of it.

    vLLM, docs/design/hybrid_kv_cache_manager.md, cases 2 and 3.
    """
    kinds = _kinds(network)
    if len(kinds) < 2:
        return Number(1)
    fewest = Minimum(tuple(map(_layers, kinds)))
    return fewest + Floor(1 / (fewest + 1))


def _kinds(network: Block) -> list[list[Block]]:
    """Return the stacks of layers that keep something of each token: those with a window, and those without."""
    kinds: dict[bool, list[Block]] = {}
    for stack in _stacks(network):
        kinds.setdefault(_is_windowed(stack), []).append(stack)
    return list(kinds.values())


def _layers(stacks: list[Block]) -> Formula:
    return total(tuple(stack.repeat for stack in stacks if stack.repeat is not None))


def _stacks(network: Block) -> Iterator[Block]:
    """Yield the stacks of layers that keep something of each token."""
    for block in blocks(network):
        if block.role == "layer" and block.repeat is not None and any(map(_grows, _caches(block))):
            yield block


def _caches(block: Block) -> Iterator[Cache]:
    return (leaf.part for leaf in leaves(block) if isinstance(leaf.part, Cache))


def _is_windowed(block: Block) -> bool:
    return any(cache.window is not None for cache in _caches(block))


def _grows(cache: Cache) -> bool:
    return cache.tokens != Number(1)
