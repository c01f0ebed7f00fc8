"""KV cache: what is kept of the tokens read so far, so that the next one needs no second look at all of them."""

from __future__ import annotations

from fractions import Fraction

from symbolic.formulas.formula import Formula, Number
from symbolic.formulas.functions import Ceiling, Floor, Minimum
from symbolic.formulas.vocabulary import (
    batch_size,
    block_tokens,
    context,
    device_bandwidth,
    device_memory,
    group_layers,
    memory_share,
    prompt_chunk,
    spare_share,
    target_tokens,
    tokens,
)
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring import reserved, usual
from symbolic.measuring.conventions import NO_ATTENTION, Convention, everything, named
from symbolic.measuring.once import is_of_what_was_read
from symbolic.measuring.quantity import Quantity, Result, Totals
from symbolic.measuring.storage import CACHE_FORMAT, FORMAT, WEIGHT_FORMAT, cache_bytes, in_larger_units
from symbolic.networks.blocks import Block, Cache
from symbolic.networks.family import QUOTED, Source
from symbolic.networks.walks import Leaf, has_experts, leaves

NAME, WEIGHTS = "kv-cache", "weight-memory"
USEFUL = _("fewest devices for the weights and {sequences} sequences", sequences=usual.SEQUENCES)
DEVICES, ALL_DEVICES = _("fewest devices for the weights"), _("fewest devices for weights and cache")
READ = "arithmetic-intensity/chosen-experts"


def measure(leaf: Leaf) -> Formula | None:
    """The numbers kept of a token × the tokens × the bytes of each."""
    return cache_bytes(leaf.part, leaf.part.shape) if isinstance(leaf.part, Cache) else None


def _expanded(leaf: Leaf) -> Formula | None:
    return cache_bytes(leaf.part, leaf.part.expanded or leaf.part.shape) if isinstance(leaf.part, Cache) else None


def _ungrouped(leaf: Leaf) -> Formula | None:
    return cache_bytes(leaf.part, leaf.part.ungrouped or leaf.part.shape) if isinstance(leaf.part, Cache) else None


def _keeps_less(network: Block) -> bool:
    """Return whether some layer keeps a window of the text or a state, and not all of it."""
    kept = [found for leaf in leaves(network) if (found := measure(leaf)) is not None]
    lengths = {context, tokens, target_tokens}
    return any(
        not lengths & {*found.symbols} or any(isinstance(node, Minimum) for node in found.walk()) for found in kept
    )


ROOM = memory_share * device_memory
"""The bytes of a device that an engine may fill."""


def _free(totals: Totals) -> Formula:
    """Return the bytes for caches beside the weights."""
    return totals[DEVICES] * ROOM - totals[WEIGHTS]


def _for_a_token(totals: Totals) -> Formula | None:
    return totals[NAME] / (batch_size * context) if context in totals[NAME].symbols else None


def _sequences(totals: Totals, free: Formula) -> Formula:
    return Floor(free / (totals[NAME] / batch_size))


def _time(totals: Totals) -> Formula | None:
    """Return the milliseconds in which the device reads what a step reads."""
    return 1000 * totals[READ] / (totals[ALL_DEVICES] * device_bandwidth) if READ in totals else None


QUANTITY = Quantity(
    name=NAME,
    title=_("KV cache"),
    unit=unit("byte", "bytes"),
    measure=measure,
    conventions=named(
        Convention(
            "kept",
            _("the bytes of the numbers that must be kept while a text is written, and no more"),
            everything,
            of_code=_(
                "the bytes of the numbers that the code of this class keeps while a text is written; another program "
                "may do with fewer"
            ),
            of_copies=_(
                ": heads share keys and values, and this code copies them for each query head before it keeps them. "
                "Only those of `n_kv_groups` heads must be kept, which is `n_kv_groups` ÷ `n_heads` of these bytes"
            ),
        ),
        Convention(
            "expanded",
            _(
                "the keys and values in full, even where they could be made again from a shorter list: what a program "
                "keeps that does not use the trick of latent attention"
            ),
            everything,
            measure=_expanded,
        ),
        Convention(
            "ungrouped",
            _(
                "a key and a value for each query head, as if none were shared: a common mistake, and what multi-head "
                "attention would keep"
            ),
            everything,
            measure=_ungrouped,
            without_attention=NO_ATTENTION,
        ),
        Convention(
            "paged",
            _(
                "whole blocks of `block_tokens` tokens: a sequence seldom fills its last block, and a window seldom "
                "begins with one"
            ),
            everything,
            measure=reserved.in_blocks,
            source=_("vLLM, blocks of 16; TensorRT-LLM, tokens_per_block of 32; SGLang, page_size of 1"),
        ),
        Convention(
            "hybrid-groups",
            _(
                "the same where one pool serves layers with and without a window: layers of a kind form groups of one "
                "size, that of the rarer kind, and the last group of a kind is filled up"
            ),
            everything,
            measure=reserved.in_blocks,
            repeats=reserved.grouped,
            source=_("vLLM, Hybrid KV Cache Manager, cases 2 and 3"),
        ),
        Convention(
            "sliding-as-full",
            _("all tokens in every layer, also where a window needs only the last ones"),
            everything,
            measure=reserved.of_all_tokens,
            source=_("vLLM without its hybrid manager; llama.cpp with --swa-full"),
        ),
        Convention(
            "llama-cpp",
            _(
                "what is set aside for one sequence when a program starts: the whole context, and in sliding layers "
                "the window and `prompt_chunk` more, each rounded up to a multiple of 256"
            ),
            everything,
            measure=reserved.in_cells,
            source=_("llama.cpp, llama-kv-cache-iswa.cpp"),
        ),
    ),
    inputs={
        batch_size: 1,
        context: usual.CONTEXT,
        tokens: context,
        target_tokens: context,
        **FORMAT,
        **WEIGHT_FORMAT,
        **CACHE_FORMAT,
        block_tokens: 16,
        group_layers: reserved.rarer,
        prompt_chunk: 512,
        spare_share: Fraction(1, 100),
        device_memory: usual.MEMORY,
        memory_share: usual.MEMORY_SHARE,
        device_bandwidth: usual.BANDWIDTH,
    },
    reasons={
        device_memory: usual.MEMORY_CALLED,
        device_bandwidth: usual.CALLED,
        memory_share: usual.SHARE_CALLED,
    },
    times=batch_size,
    of_serving=True,
    results=(
        *in_larger_units(NAME),
        Result(
            _("bytes for a token"),
            lambda network: (
                _("The total, divided among the tokens of the context.")
                if not _keeps_less(network)
                else _(
                    "The total, divided among the tokens of the context: an average, since what the encoder read is "
                    "kept once for all of them."
                )
                if any(map(is_of_what_was_read, leaves(network)))
                else _(
                    "The total, divided among the tokens of the context: an average, since some layers keep only a "
                    "window or a state."
                )
            ),
            unit("byte", "bytes"),
            _for_a_token,
            key="each",
        ),
        Result(
            _("bytes of the weights"),
            _(
                "All parameters, each with the bytes of its number. The quantity `weight-memory` derives this total "
                "in steps."
            ),
            unit("byte", "bytes"),
            lambda totals: totals[WEIGHTS],
        ),
        Result(
            DEVICES,
            _(
                "Some models need several for their weights alone. An engine takes the share `memory_share` of each. "
                "This is a lower bound: where several share the matrices, their number must divide the heads, and each "
                "keeps some weights whole."
            ),
            unit("device", "devices"),
            lambda totals: Ceiling(totals[WEIGHTS] / ROOM),
            key="devices",
        ),
        Result(
            USEFUL,
            _(
                "With few sequences, a device spends most of its time reading weights: for each token, all that work "
                "on it. Where this is more than one device, `symbolic serve` says what fits: it takes the next power "
                "of two that can share the matrices and holds all this."
            ),
            unit("device", "devices"),
            lambda totals: Ceiling((totals[WEIGHTS] + Number(usual.SEQUENCES) * (totals[NAME] / batch_size)) / ROOM),
        ),
        Result(
            _("sequences that fit beside the weights"),
            _(
                "What the weights leave of the memory of the device, divided by what one sequence keeps. Only whole "
                "sequences count. This is an upper bound: it keeps no memory for intermediate results."
            ),
            unit("sequence", "sequences"),
            lambda totals: _sequences(totals, _free(totals)),
            key="sequences",
            alone=USEFUL,
        ),
        Result(
            _("tokens that fit beside the weights"),
            _(
                "The same bytes under the same conditions, divided by those of a token: what an engine prints as the "
                "size of its cache in tokens."
            ),
            unit("token", "tokens"),
            lambda totals: Floor(_free(totals) / each) if (each := _for_a_token(totals)) is not None else None,
            key="fit",
            alone=USEFUL,
        ),
        Result(
            _("sequences that fit while a share is kept free"),
            _(
                "The same, where an engine (the program that serves the model) admits no sequence that would leave "
                "less free; vLLM, version 0, called this share its watermark."
            ),
            unit("sequence", "sequences"),
            lambda totals: _sequences(totals, (1 - spare_share) * _free(totals)),
            alone=USEFUL,
        ),
        Result(
            ALL_DEVICES,
            _(
                "The weights once, and the cache of all sequences of the batch. This is a lower bound: it takes both "
                "to be divided evenly among the devices."
            ),
            unit("device", "devices"),
            lambda totals: Ceiling((totals[WEIGHTS] + totals[NAME]) / ROOM),
        ),
        Result(
            _("shortest time for a token"),
            lambda network: (
                _(
                    "To write the next token of each sequence, the device reads all matrices that work on it (of "
                    "experts, at least those that a token chooses: the tokens of a batch choose others too, and then "
                    "it takes longer) and the whole cache, once. So the time for it grows with the cache, and even at "
                    "the full bandwidth it is no shorter than this. The quantity `arithmetic-intensity` derives these "
                    "bytes in steps."
                )
                if has_experts(network)
                else _(
                    "To write the next token of each sequence, the device reads all matrices that work on it and the "
                    "whole cache, once. So the time for it grows with the cache, and even at the full bandwidth it is "
                    "no shorter than this. The quantity `arithmetic-intensity` derives these bytes in steps."
                )
            ),
            unit("millisecond", "milliseconds"),
            _time,
            key="time",
            alone=ALL_DEVICES,
        ),
    ),
    companions=(WEIGHTS,),
    optional=(READ,),
    lacking=_("no cache: it reads a whole text at once and does not write one"),
    sources=(
        Source(
            "Shazeer 2019, Fast Transformer Decoding: One Write-Head is All You Need",
            "https://arxiv.org/abs/1911.02150",
            QUOTED,
        ),
        Source(
            "Pope et al. 2022, Efficiently Scaling Transformer Inference", "https://arxiv.org/abs/2211.05102", QUOTED
        ),
        Source(
            "vLLM, Hybrid KV Cache Manager",
            "https://github.com/vllm-project/vllm/blob/main/docs/design/hybrid_kv_cache_manager.md",
            _("commit {commit}", commit="1153c0c"),
        ),
        Source(
            "vLLM, CacheConfig, 2026",
            "https://github.com/vllm-project/vllm/blob/002f10e0cfa1373a19a0d2756598a34b700d20e5/vllm/config/cache.py",
            _("commit {commit}, {year}", commit="002f10e", year=2026),
        ),
        Source(
            "TensorRT-LLM, KvCacheConfig",
            "https://nvidia.github.io/TensorRT-LLM/llm-api/reference/KvCacheConfig.html",
            "1.4.0rc4",
        ),
        Source(
            "SGLang, server arguments",
            "https://github.com/sgl-project/sglang/blob/main/docs/advanced_features/server_arguments.md",
            _("commit {commit}", commit="004813e"),
        ),
        Source(
            _("llama.cpp, the cache of models with sliding windows"),
            "https://github.com/ggml-org/llama.cpp/blob/master/src/llama-kv-cache-iswa.cpp",
            _("commit {commit}, {year}", commit="02c28f5", year=2026),
        ),
    ),
)
