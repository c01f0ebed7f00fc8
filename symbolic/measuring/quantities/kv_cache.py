"""KV cache: what is kept of the tokens read so far, so that the next one needs no second look at all of them."""

from __future__ import annotations

from symbolic.formulas.formula import Ceiling, Floor, Formula
from symbolic.formulas.vocabulary import batch_size, context, device_memory, target_tokens, tokens
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring.conventions import Convention, everything, named
from symbolic.measuring.quantity import Quantity, Result, Totals
from symbolic.measuring.storage import CACHE_FORMAT, FORMAT, WEIGHT_FORMAT, cache_bytes, in_larger_units
from symbolic.networks.blocks import Cache, Leaf
from symbolic.networks.family import Source

NAME, WEIGHTS, DEVICES = "kv-cache", "weight-memory", _("devices that hold the weights")


def measure(leaf: Leaf) -> Formula | None:
    """The numbers kept of a token × the tokens × the bytes of each."""
    return cache_bytes(leaf.part, leaf.part.shape) if isinstance(leaf.part, Cache) else None


def _expanded(leaf: Leaf) -> Formula | None:
    return cache_bytes(leaf.part, leaf.part.expanded or leaf.part.shape) if isinstance(leaf.part, Cache) else None


def _ungrouped(leaf: Leaf) -> Formula | None:
    return cache_bytes(leaf.part, leaf.part.ungrouped or leaf.part.shape) if isinstance(leaf.part, Cache) else None


def _for_a_token(totals: Totals) -> Formula | None:
    return totals[NAME] / (batch_size * context) if context in totals[NAME].symbols else None


QUANTITY = Quantity(
    name=NAME,
    title=_("KV cache"),
    unit=unit("byte", "bytes"),
    measure=measure,
    conventions=named(
        Convention("kept", _("the bytes of the numbers that must be kept of each token, and no more"), everything),
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
        ),
    ),
    inputs={
        batch_size: 1,
        context: 1024,
        tokens: context,
        target_tokens: context,
        **FORMAT,
        **WEIGHT_FORMAT,
        **CACHE_FORMAT,
        device_memory: 80 * 10**9,
    },
    times=batch_size,
    results=(
        *in_larger_units(NAME),
        Result(
            _("bytes for a token"),
            _("On average over the tokens of the context."),
            unit("byte", "bytes"),
            _for_a_token,
        ),
        Result(
            DEVICES,
            _(
                "Some models need several for their weights alone. A device that is sold with 80 GB often has nearer "
                "to 80 GiB; we take the smaller number."
            ),
            unit("device", "devices"),
            lambda totals: Ceiling(totals[WEIGHTS] / device_memory),
        ),
        Result(
            _("sequences that fit beside the weights"),
            _(
                "What the weights leave of the memory of these devices, divided by what one sequence keeps. Only whole "
                "sequences count. This is an upper bound: it takes each sequence's cache to lie in one place, and sets "
                "nothing aside for what is computed on the way."
            ),
            unit("sequence", "sequences"),
            lambda totals: Floor((totals[DEVICES] * device_memory - totals[WEIGHTS]) / (totals[NAME] / batch_size)),
        ),
        Result(
            _("devices that hold the weights and the cache"),
            _(
                "The weights once, and the cache of all sequences of the batch. This is a lower bound: it takes both "
                "to be divided evenly among the devices."
            ),
            unit("device", "devices"),
            lambda totals: Ceiling((totals[WEIGHTS] + totals[NAME]) / device_memory),
        ),
    ),
    companions=(WEIGHTS,),
    lacking=_("no cache: it reads a whole text at once and writes none"),
    sources=(
        Source(
            "Shazeer 2019, Fast Transformer Decoding: One Write-Head is All You Need",
            "https://arxiv.org/abs/1911.02150",
        ),
        Source("Pope et al. 2022, Efficiently Scaling Transformer Inference", "https://arxiv.org/abs/2211.05102"),
    ),
)
