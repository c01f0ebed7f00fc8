"""The passes of serving, measured as programs make them: a prompt at once, then a token of each sequence at a time."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

from symbolic.analysis.roofline import Pass, passed
from symbolic.errors import NothingToMeasure
from symbolic.formulas.formula import Exact, Formula, Number
from symbolic.formulas.vocabulary import batch_size, tensor_parallel, tokens
from symbolic.measuring import quantities
from symbolic.measuring.conventions import Convention
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.products import operations
from symbolic.measuring.serving import experts_read
from symbolic.measuring.sharing import shared
from symbolic.networks.blocks import MULTIPLIED, Block, Weight
from symbolic.networks.walks import Leaf, blocks

EVERY = "all-weights"


def prompt_pass(flops: Derivation, read: Derivation, devices: int) -> Pass:
    """Return the pass of a prompt: each token looks at those before it, and the head scores the last one alone."""
    scoring = flops.convention._replace(measure=_scoring_one)
    return passed(_again(_stored_as(flops, read), scoring, devices), *_shared(read, devices), _peak_of_attention(read))


def step_pass(flops: Derivation, read: Derivation, devices: int) -> Pass:
    """Return the pass of one token of each sequence."""
    return passed(
        _again(_stored_as(flops, read), flops.convention, devices), *_shared(read, devices), _peak_of_attention(read)
    )


def _stored_as(flops: Derivation, read: Derivation) -> Derivation:
    """Return the operations of the network as it is stored, which says the format that each product works in."""
    return replace(flops, model=replace(flops.model, stored=read.model.stored))


def experts_of(one: Pass) -> tuple[int, int, int, int] | None:
    """Return how many experts a layer has and a token chooses, how many tokens pass, and how many experts they read."""
    sizes = one.bytes.sizes
    for block in blocks(one.bytes.model.network):
        if block.active is not None and block.repeat is not None:
            every, chosen, passing = *_numbers(block, sizes), _passing(sizes)
            return every, chosen, passing, experts_read(every, chosen, passing)
    return None


def _shared(read: Derivation, devices: int) -> tuple[Derivation, Derivation]:
    """Read by each of so many devices that share the matrices: of the experts as many as the tokens choose, and all."""

    def often(block: Block, above: tuple[Block, ...]) -> Formula | None:  # noqa: ARG001
        if block.active is None or block.repeat is None:
            return block.repeat
        return Number(experts_read(*_numbers(block, read.sizes), _passing(read.sizes)))

    convention = read.convention._replace(repeats=often, called=read.quantity.called)
    # Where there are experts, two totals stand on one page: each has a name of its own.
    every = read.quantity.convention(EVERY) if _has_experts(read) else read.convention
    return _again(read, convention, devices), _again(read, every, devices)


def _peak_of_attention(read: Derivation) -> Fraction:
    return Fraction(0 if read.device is None else read.device.attention)


def _has_experts(read: Derivation) -> bool:
    return any(block.active is not None and block.repeat is not None for block in blocks(read.model.network))


def _numbers(block: Block, sizes: Mapping[str, Exact]) -> tuple[int, int]:
    """How many experts there are, and how many a token chooses."""
    every, chosen = block.repeat, block.active
    return (int(every.value(sizes)), int(chosen.value(sizes))) if every is not None and chosen is not None else (1, 1)


def _passing(sizes: Mapping[str, Exact]) -> int:
    return int(sizes[tokens.name] * sizes[batch_size.name])


def _again(made: Derivation, convention: Convention, devices: int) -> Derivation:
    """Return the same of one of so many devices, and the totals that its results use, too."""
    given = {**made.inputs.given, tensor_parallel.name: devices}
    one = replace(derive(made.model, shared(made.quantity), convention, given), device=made.device)
    for name in (*made.quantity.companions, *made.quantity.optional):
        other, _, chosen = name.partition("/")
        quantity = shared(quantities.find(other))
        known = {symbol.name for symbol in quantity.inputs}
        sizes = {size: value for size, value in one.sizes.items() if size in known}
        with suppress(NothingToMeasure):
            one.others[name] = derive(made.model, quantity, quantity.convention(chosen), sizes)
    return one


def _scoring_one(leaf: Leaf) -> Formula | None:
    """The operations of a prompt: the head works for the last token of each sequence."""
    if leaf.role == "head" and isinstance(leaf.part, Weight) and leaf.part.kind in MULTIPLIED:
        leaf = leaf._replace(part=replace(leaf.part, tokens=Number(1)))
    return operations(leaf, masked=True)
