"""The passes of serving, measured as programs make them: a prompt at once, then a token of each sequence at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from symbolic.analysis.roofline import Pass, passed
from symbolic.formulas.formula import Exact, Formula, Number
from symbolic.formulas.vocabulary import batch_size, device_bandwidth, device_flops, tokens
from symbolic.measuring.conventions import Convention
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.products import operations
from symbolic.measuring.serving import experts_read
from symbolic.networks.blocks import MULTIPLIED, Block, Leaf, Weight, blocks

EVERY = "all-weights"


def prompt_pass(flops: Derivation, read: Derivation, devices: int) -> Pass:
    """Return the pass of a prompt: each token looks at those before it, and the head scores the last one alone."""
    return passed(_again(flops, flops.convention._replace(measure=_scoring_one), {}), *_shared(read, devices))


def step_pass(flops: Derivation, read: Derivation, devices: int) -> Pass:
    """Return the pass of one token of each sequence."""
    return passed(flops, *_shared(read, devices))


def experts_of(one: Pass) -> tuple[int, int, int, int] | None:
    """Return how many experts a layer has and a token chooses, how many tokens pass, and how many experts they read."""
    sizes = one.bytes.sizes
    for block in blocks(one.bytes.model.network):
        if block.active is not None and block.repeat is not None:
            every, chosen, passing = *_numbers(block, sizes), _passing(sizes)
            return every, chosen, passing, experts_read(every, chosen, passing)
    return None


def _shared(read: Derivation, devices: int) -> tuple[Derivation, Derivation]:
    """Read by so many devices that share everything evenly: of the experts as many as the tokens choose, and all."""
    speeds = {symbol.name: read.sizes[symbol.name] * devices for symbol in (device_flops, device_bandwidth)}

    def often(block: Block, above: tuple[Block, ...]) -> Formula | None:  # noqa: ARG001
        if block.active is None or block.repeat is None:
            return block.repeat
        return Number(experts_read(*_numbers(block, read.sizes), _passing(read.sizes)))

    convention = read.convention._replace(repeats=often, called=read.quantity.called)
    # Where there are experts, two totals stand on one page: each has a name of its own.
    every = read.quantity.convention(EVERY) if _has_experts(read) else read.convention
    return _again(read, convention, speeds), _again(read, every, speeds)


def _has_experts(read: Derivation) -> bool:
    return any(block.active is not None and block.repeat is not None for block in blocks(read.model.network))


def _numbers(block: Block, sizes: Mapping[str, Exact]) -> tuple[int, int]:
    """How many experts there are, and how many a token chooses."""
    every, chosen = block.repeat, block.active
    return (int(every.value(sizes)), int(chosen.value(sizes))) if every is not None and chosen is not None else (1, 1)


def _passing(sizes: Mapping[str, Exact]) -> int:
    return int(sizes[tokens.name] * sizes[batch_size.name])


def _again(made: Derivation, convention: Convention, given: Mapping[str, Any]) -> Derivation:
    return derive(made.model, made.quantity, convention, {**made.inputs.given, **given})


def _scoring_one(leaf: Leaf) -> Formula | None:
    """The operations of a prompt: the head works for the last token of each sequence."""
    if leaf.role == "head" and isinstance(leaf.part, Weight) and leaf.part.kind in MULTIPLIED:
        leaf = leaf._replace(part=replace(leaf.part, tokens=Number(1)))
    return operations(leaf, masked=True)
