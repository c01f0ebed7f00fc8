"""The bytes that Megatron-LM's own report gives a device: what it leaves out and divides otherwise."""

from __future__ import annotations

from symbolic.formulas import vocabulary as v
from symbolic.formulas.formula import Formula, Number, Product, Sum
from symbolic.formulas.functions import Ceiling
from symbolic.measuring.products import in_layer, is_of_latent, is_parameter
from symbolic.measuring.quantity import numbers
from symbolic.measuring.stages import on_stage
from symbolic.measuring.training_layout import is_routed
from symbolic.networks.blocks import Block, Kind, Weight
from symbolic.networks.walks import Leaf

PADDED = Number(128)
"""Megatron-LM fills the vocabulary up to a multiple of this for each device: --make-vocab-size-divisible-by."""


def reported(leaf: Leaf) -> Formula | None:
    """Return the bytes that Megatron-LM's report gives a weight with its gradient, and its states, shared out.

    What is split is divided evenly by `tensor_parallel`, latents too; norms and routers are copied. Neither biases nor
    positions are in it, nor norms of queries and keys. theoretical_memory_usage.py of Megatron Core 0.19,
    compute_weight_and_optimizer_memory.
    """
    weight = leaf.part
    if not isinstance(weight, Weight) or not is_parameter(weight) or leaf.role == "position":
        return None
    if weight.kind is Kind.BIAS and leaf.role != "router":
        return None
    of_norm = weight.kind in (Kind.SCALE, Kind.SHIFT)
    if of_norm and leaf.role == "attention" and not is_of_latent(leaf):
        return None
    held = numbers(weight).replace(lambda node: PADDED if node == v.vocab_multiple else None)
    if of_norm and not in_layer(leaf):
        held = Ceiling(held / v.pipeline_parallel)
    elif not _is_copied(leaf) and v.tensor_parallel not in held.symbols:
        held = Ceiling(held / v.tensor_parallel)
    # This report knows nothing of devices that divide the tokens of a sequence.
    shared = Ceiling(held / (v.data_parallel / v.expert_parallel if is_routed(leaf) else v.data_parallel))
    return Sum((Product((held, v.working_bytes + v.gradient_bytes)), Product((shared, v.state_bytes))))


def _is_copied(leaf: Leaf) -> bool:
    """Return whether each device of that report has it whole."""
    norm = leaf.weight.kind in (Kind.SCALE, Kind.SHIFT) and leaf.role != "attention"
    return norm or leaf.role in ("router", "classifier")


def as_reported(block: Block, above: tuple[Block, ...]) -> Formula | None:
    """Return how often a block counts in that report: as on the first stage, the last norm's part of it too."""
    scales = any(isinstance(part, Weight) and part.kind is Kind.SCALE for part in block.parts)
    return block.repeat if len(above) == 1 and scales else on_stage("first")(block, above)
