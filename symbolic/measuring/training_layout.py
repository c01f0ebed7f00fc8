"""What a device keeps for training: its part of the weights, gradients and states, and of the activations.

What training keeps of a number is divided among the devices that hold it (ZeRO: Rajbhandari et al. 2020,
arXiv:1910.02054).
"""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.formulas import vocabulary as v
from symbolic.formulas.formula import Formula, Number, Product, product, total
from symbolic.formulas.functions import Ceiling
from symbolic.measuring.optimizers import OPTIMIZERS, USUAL, Optimizer
from symbolic.measuring.parallel import local
from symbolic.measuring.products import in_layer, is_parameter, routed
from symbolic.measuring.quantity import numbers
from symbolic.networks.blocks import Activation, Kept, Weight
from symbolic.networks.walks import Leaf

LATENT = (v.q_lora_rank, v.kv_lora_rank)


@dataclass(frozen=True, slots=True)
class TrainingLayout:
    """What a device keeps for training; `zero` is the stage of ZeRO, `keeps` are the activations that are kept.

    `optimizer` says what is kept of a number. `flight` is for how many batches: the last stage works backward on each
    at once (Narayanan et al. 2021, §2.2).
    """

    zero: int
    keeps: tuple[Kept, ...]
    sequence: bool
    optimizer: Optimizer = OPTIMIZERS[USUAL]
    flight: Formula = v.in_flight

    def __call__(self, leaf: Leaf) -> Formula | None:
        """Return the bytes of a weight's part with its gradient and states, or of an activation's part."""
        if isinstance(leaf.part, Weight):
            return self._of_weight(leaf) if is_parameter(leaf.part) or leaf.role == "head" else None
        if isinstance(leaf.part, Activation) and (leaf.part.kept in self.keeps or not in_layer(leaf)):
            return self._of_activation(leaf, leaf.part)
        return None

    def _of_weight(self, leaf: Leaf) -> Formula:
        bytes_of = (self.optimizer.each(leaf), v.gradient_bytes, v.working_bytes)
        one = product(leaf.weight.shape)
        shared, whole = bytes_of[: self.zero], bytes_of[self.zero :]
        if leaf.weight.fixed:
            # It has no gradient, so no state either; what is shared out first is not there.
            shared, whole = shared[2:], whole[-1:]
        terms: list[Formula] = []
        if whole:
            terms.append(Product((numbers(leaf.weight), total(whole[::-1]))))
        if shared:
            part = Ceiling(one / holders(leaf))
            copies = () if leaf.weight.copies == 1 else (Number(leaf.weight.copies),)
            terms.append(Product((part, *copies, total(shared[::-1]))))
        if (beside := self.optimizer.beside(leaf)) is not None:
            terms.append(Ceiling(beside / holders(leaf)) if self.zero else beside)
        return total(tuple(terms))

    def _of_activation(self, leaf: Leaf, part: Activation) -> Formula:
        split = is_divided(leaf, part)
        found = tuple(map(local, part.shape)) if split else part.shape
        divided = split and found == part.shape
        width = () if part.width == 1 else (Number(part.width),)
        flight = () if self.flight == Number(1) else (self.flight,)
        kept = Product((*width, *flight, v.batch_size, self._tokens(leaf, split=split), *found))
        return kept / v.tensor_parallel if divided else kept

    def _tokens(self, leaf: Leaf, *, split: bool) -> Formula:
        tokens = routed(leaf, leaf.tokens or v.tokens, v.expert_parallel)
        parts: Formula = v.context_parallel
        if self.sequence and not split:
            parts = v.context_parallel * v.tensor_parallel
        return Ceiling(tokens / parts)


def is_divided(leaf: Leaf, part: Activation) -> bool:
    """Return whether tensor parallelism alone divides an activation: by heads, inner numbers or the vocabulary.

    The scores of the head lie with its columns (Korthikanti et al. 2022, arXiv:2205.05198, §4.3); latents are whole.
    """
    symbols = {symbol for axis in part.shape for symbol in axis.symbols}
    return part.split and not symbols & {*LATENT} and (in_layer(leaf) or v.vocab_size in symbols)


def holders(leaf: Leaf) -> Formula:
    """Return how many devices hold the same part: those of other sequences, or of other tokens of the same ones.

    Of experts there are fewer, as they differ. What is kept of a number is divided among all of these: Megatron-LM's
    distributed optimizer takes the group of data and context parallelism (megatron/core/optimizer), as torchtitan does.
    """
    return v.expert_data_parallel if is_routed(leaf) else v.data_parallel * v.context_parallel


def is_routed(leaf: Leaf) -> bool:
    """Return whether a leaf is an expert's, of which a token chooses some."""
    return any(block.active is not None for block in leaf.path)
