"""The products of a network, and the operations that they take: what several quantities stand on.

Two operations, a multiplication and an addition, for each number of a matrix and each token, and two for each place of
a product of two computed tensors. Norms, activation functions, biases and sums go number by number; they are not
counted, here or in the usual counts. Kaplan et al. 2020, arXiv:2001.08361, §2.1.
"""

from __future__ import annotations

from symbolic.formulas.formula import Formula, Number, Product, Sum
from symbolic.formulas.functions import Ceiling
from symbolic.formulas.vocabulary import tokens
from symbolic.language import lazy as _
from symbolic.measuring.conventions import NO_ATTENTION, Convention, everything
from symbolic.measuring.quantity import copied, numbers
from symbolic.networks.blocks import MULTIPLIED, Contraction, Kind, Weight
from symbolic.networks.walks import Leaf

OPERATIONS = 2


def operations(
    leaf: Leaf,
    each: tuple[int, ...] = (OPERATIONS,),
    *,
    masked: bool = False,
    absorbed: bool = False,
    written: bool = False,
) -> Formula | None:
    """Return the operations of a matrix for all tokens, or of a product of two tensors; None for another leaf.

    A weight of another kind is multiplied where its network says for how many tokens.

    `masked` leaves out the pairs of tokens that a mask hides; `absorbed` works on latents where they are kept;
    `written` does so too, and looks at the tokens of a window alone, as a program does that writes text; a convolution
    over tokens then finds those before it kept, and works on none that are padded.
    """
    factors = tuple(Number(factor) for factor in each)
    match leaf.part:
        case Weight(kind=kind, tokens=own) if kind in MULTIPLIED or own is not None:
            worked = (leaf.part.written if written else None) or leaf.tokens or tokens
            return None if worked == Number(0) else Product((*factors, worked, numbers(leaf.part)))
        case Contraction(copies=copies, axes=axes, masked=left, absorbed=on_latents):
            chosen = (leaf.part.written if written else on_latents if absorbed else left if masked else ()) or axes
            return Product((*factors, copied(copies, chosen)))
    return None


def per_parameter(leaf: Leaf, each: int) -> Formula | None:
    """Return the rule of thumb: `each` operations for each parameter and token, whatever the parameter does."""
    if isinstance(leaf.part, Weight) and is_parameter(leaf.part):
        return Product((Number(each), leaf.tokens or tokens, numbers(leaf.part)))
    return None


def is_parameter(weight: Weight) -> bool:
    """Return whether a weight is a parameter that counts here: no buffer, and no other's table."""
    return weight.tied_to is None and weight.kind is not Kind.BUFFER


def for_training(weight: Weight, stored: Formula, *more: Formula) -> Formula:
    """Return the bytes of a number of a weight that is trained, stored ones first; a fixed one is stored and no more.

    Autograd makes no gradient for a parameter whose `requires_grad` is false, so an optimizer keeps nothing of it.
    """
    return stored if weight.fixed or not more else Sum((stored, *more))


def in_layer(leaf: Leaf) -> bool:
    """Return whether a leaf stands in a stack of layers."""
    return any(block.role == "layer" for block in leaf.path)


def is_of_latent(leaf: Leaf) -> bool:
    """Return whether a leaf stands in an attention that makes keys and values of a latent."""
    return any(part.key == "key_value_down_matrix" for part in leaf.path[-1].parts)


def routed(leaf: Leaf, tokens: Formula, devices: Formula | None = None) -> Formula:
    """Return how many tokens one expert gets on average, rounded up: those of all `devices` that share the experts."""
    for block in leaf.path:
        if block.active is not None and block.repeat is not None:
            factors = (tokens, block.active) if devices is None else (tokens, devices, block.active)
            return Ceiling(Product(factors) / block.repeat)
    return tokens


def is_product(leaf: Leaf) -> bool:
    """Return whether a leaf is a product of two computed tensors."""
    return isinstance(leaf.part, Contraction)


def with_mask(each: tuple[int, ...] = (OPERATIONS,)) -> Convention:
    """Return the convention that leaves out the pairs of tokens that a mask hides; `each` is as for `operations`."""
    return Convention(
        "masked",
        _(
            "the same, but half of attention's pairs of tokens where no token looks at later ones (a mask leaves "
            "t (t + 1) / 2 of the t × t pairs of t tokens, a little more than the half that is counted here)"
        ),
        everything,
        active_only=True,
        of_all_tokens=_("; attention without such a mask (an encoder's, cross-attention) counts all its pairs"),
        without_attention=NO_ATTENTION,
        of_windows=_("; in a sliding layer at most as many for each token as the window has"),
        measure=lambda leaf: operations(leaf, each, masked=True),
    )
