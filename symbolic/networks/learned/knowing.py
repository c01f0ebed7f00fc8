"""Which quantities are known of a described type beside those of its weights, and why no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from symbolic.formulas.vocabulary import image_height, image_width, images, tokens
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Kind
from symbolic.networks.learned.description import Description, Module, Tensor
from symbolic.networks.walks import has_experts, weights
from symbolic.networks.walks import symbols as symbols_of

WEIGHTS_ONLY = frozenset({"parameters", "weight-memory", "checkpoint-size", "training-states"})


MODULE = ".weight"


ADAPTERS = frozenset({"lora-parameters", "lora-memory"})


def in_modules(network: Block) -> bool:
    """Return whether each matrix is a module's; beside stacked experts an adapter may stand or not."""
    matrices = (leaf.weight for leaf in weights(network) if leaf.weight.kind is Kind.MATRIX)
    return all(name.endswith(MODULE) for matrix in matrices for name in matrix.tensors or ("",))


MISSING = _(
    "Products without weights, such as the scores of attention, are missing: what the code of this class computes "
    "could not be put into formulas, or does not equal what was counted. The total has the products with matrices, "
    "each matrix once for every token, and of experts those that work on a token."
)


WRITING = _(
    "It counts what the language model computes for its tokens, those that stand for images or sounds among them. What "
    "the parts before it compute, which make these tokens, is missing: it could not be put into formulas."
)


BUFFERS = _(
    "The code also stores tensors that are no parameters (buffers), such as a mask, or the running averages of a batch "
    "norm. Files hold these, too, and their bytes are missing."
)


UNEVEN = (
    "a training step does not multiply three times as much as a forward pass: some products have no gradient (of their "
    "weight, or none at all), are computed again, or are made in one of the two only"
)


PLACES = (
    "how often its matrices work follows from the size of an image or a sound, and the description does not say how"
)


def lacking(description: Description, derives: frozenset[str]) -> str:
    """Return why there is no more than what the weights tell; "" where there is, or nothing is known of the reason."""
    if description.lacks or description.towers or "forward-flops" in derives or reads_text(description.root):
        return description.lacks
    return PLACES


def routing(description: Description, derives: frozenset[str], network: Block) -> str:
    """Return why it is not known which parameters work on one token; "" where it is."""
    if description.routes:
        return (
            "parts of it work on some tokens only, or on none, and its code does not show which parameters work on one "
            "token"
        )
    if description.traced and "forward-flops" not in derives and not has_experts(network):
        return "its forward pass was not followed, and nothing else shows which parameters work on one token"
    return ""


def in_part(description: Description, derives: frozenset[str], values: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the quantities of which not all is known, and why."""
    stored = {"checkpoint-size": BUFFERS} if description.buffers else {}
    if description.partly:
        refused = any(quantity == "forward-flops" and where.holds(values) for quantity, where in description.refuses)
        return stored if refused else {**stored, "forward-flops": WRITING}
    if "forward-flops" in derives or _is_wide(description):
        return stored
    return {**stored, "forward-flops": MISSING}


def _is_wide(description: Description) -> bool:
    """Whether its parts may work on different numbers of tokens (several stacks, an image, a sound), or on none."""
    return description.traced or len(list(_stacks(description.root))) > 1 or not reads_text(description.root)


def reads_text(module: Module) -> bool:
    """Whether there is a table with a row for each token of a vocabulary."""
    return any(
        reads_text(part) if isinstance(part, Module) else isinstance(part, Tensor) and _is_table(part)
        for part in module.parts
    )


def _is_table(tensor: Tensor) -> bool:
    return tensor.owner == "embedding" and any("vocab" in symbol.name for symbol in tensor.axes[0].symbols)


def _stacks(module: Module) -> Iterator[Module]:
    """The outermost stacks."""
    for part in module.parts:
        if isinstance(part, Module):
            if part.repeat:
                yield part
            else:
                yield from _stacks(part)


def derived(description: Description, values: Mapping[str, Any]) -> frozenset[str]:
    """What is known beside the weights for a config's values."""
    refused = {quantity for quantity, where in description.refuses if where.holds(values)}
    found = description.derives - refused
    return found - {"training-flops"} if "forward-flops" in refused else found


def following(derives: frozenset[str], network: Block) -> frozenset[str]:
    """What stands on that: a cache lies beside the weights; a text alone is trained on, and written token by token."""
    found = {"serving-memory"} if "kv-cache" in derives else set()
    of_run = {one for one in symbols_of(network) if one.of_run}
    if of_run.isdisjoint((images, image_height, image_width)) and (tokens in of_run or "kv-cache" in derives):
        found |= {"training-cost"} if "training-flops" in derives else set()
        found |= {"arithmetic-intensity"} if derives >= {"forward-flops", "kv-cache"} else set()
    return frozenset(found)
