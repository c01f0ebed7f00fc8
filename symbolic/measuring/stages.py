"""The stages of a pipeline: how many layers of each kind lie on one, and what stands before and behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from symbolic.formulas import vocabulary as v
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Product, Sum, product, total
from symbolic.formulas.functions import Floor, Minimum
from symbolic.networks.blocks import Block, Weight
from symbolic.networks.walks import Leaf

ONLY_STAGE = Floor(1 / v.pipeline_parallel)
"""1 where one stage has all layers, and so what stands before and behind them; else 0."""

LAYERS = {"first": v.stage_layers, "middle": v.middle_stage_layers, "last": v.last_stage_layers}


def on_stage(stage: str) -> Callable[[Block, tuple[Block, ...]], Formula | None]:
    """Return how often a block counts on the first, a middle or the last stage of the pipeline."""

    def times(block: Block, above: tuple[Block, ...]) -> Formula | None:
        if block.active is not None and block.repeat is not None:
            return block.repeat / v.expert_parallel
        if len(above) != 1:
            return block.repeat
        stacks = stacks_of(above[0])
        if block in stacks:
            return _layers_here(block, stacks, stage)
        before = above[0].parts.index(block) < above[0].parts.index(stacks[0]) if stacks else stage == "first"
        here = stage == ("first" if before else "last")
        repeat = () if block.repeat is None else (block.repeat,)
        return block.repeat if here else product((*repeat, ONLY_STAGE))

    return times


def _layers_here(block: Block, stacks: list[Block], stage: str) -> Formula:
    """Return how many layers of a stack lie on a stage: stacks in their order, from the front or from the back."""
    order = stacks if stage == "first" else stacks[::-1]
    left: Formula = LAYERS[stage]
    for stack in order:
        assert stack.repeat is not None  # noqa: S101 - a stack repeats
        # No stage has more layers than there are: those that no other stack has are of the last one.
        here = left if stack == order[-1] else Minimum((left, stack.repeat))
        if stack == block:
            return here
        left = Sum((left, Negative(here)))
    raise ValueError(f"{block.key} is no stack of the network")


def layers_left(network: Block) -> Formula:
    """Return how many layers each stage behind the first one has if these are alike; no whole number where they aren't.

    An only stage has all layers.
    """
    others = Minimum((v.pipeline_parallel - 1, Number(1)))
    return (all_layers(network) - Product((others, v.stage_layers))) / (v.pipeline_parallel - others)


def tied_apart(leaf: Leaf) -> Formula | None:
    """Return how often a shared table counts a second time, in the head: on another stage it is a copy."""
    return 1 - ONLY_STAGE if isinstance(leaf.part, Weight) and leaf.part.tied_to else None


def stacks_of(network: Block) -> list[Block]:
    """Return the stacks of layers that stand in the network itself."""
    return [part for part in network.parts if isinstance(part, Block) and part.role == "layer" and part.repeat]


def unknown_order(network: Block) -> Formula:
    """Return a number that is above 0 where we don't know which layers come first.

    A stack's layers stand behind one another, or among those of later stacks, if both have any.
    """
    stacks = stacks_of(network)
    mixed = (
        Minimum((stack.repeat, layers_of(stacks[place:])))
        for place, stack in enumerate(stacks[:-1], 1)
        if not stack.in_order and stack.repeat is not None
    )
    return total(found) if (found := tuple(mixed)) else Number(0)


def kinds_of(network: Block, sizes: Mapping[str, Exact]) -> int:
    """Return how many kinds of layers a network has at its sizes."""
    return sum(stack.repeat is not None and stack.repeat.value(sizes) > 0 for stack in stacks_of(network))


def all_layers(network: Block) -> Formula:
    """Return how many layers all stacks have together."""
    return layers_of(stacks_of(network))


def layers_of(stacks: Sequence[Block]) -> Formula:
    """Return how many layers some stacks have together."""
    repeats = [stack.repeat for stack in stacks if stack.repeat is not None]
    terms = [term for repeat in repeats for term in (repeat.terms if isinstance(repeat, Sum) else (repeat,))]
    # n_dense_layers + (n_layers − n_dense_layers) is n_layers.
    taken = [term.term for term in terms if isinstance(term, Negative) and term.term in terms]
    left = tuple(term for term in terms if (term.term if isinstance(term, Negative) else term) not in taken)
    # Where no stack stands in the network itself, all of it is one.
    return total(left) if left else Number(1)
