"""A quantity of one of several devices that share each matrix, and what it comes to on more or fewer of them."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.configs.sizes import check_at_most, check_multiples
from symbolic.formulas.formula import Exact, exact
from symbolic.formulas.vocabulary import tensor_parallel, vocab_multiple
from symbolic.measuring import inputs, parallel, whole_parts
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.inputs import Given
from symbolic.measuring.quantity import Quantity
from symbolic.networks.blocks import Block
from symbolic.networks.family import Pairs


def shared(quantity: Quantity) -> Quantity:
    """Return a quantity as one of `tensor_parallel` devices has it: its part of what is split, and what is whole."""

    def rules(network: Block) -> tuple[Pairs, Pairs]:
        own = ((), ()) if quantity.rules is None else quantity.rules(network)
        split = whole_parts.rules(network)
        return (*own[0], *split[0]), (*own[1], *split[1])

    def fits(network: Block, sizes: Mapping[str, Exact]) -> None:
        if quantity.fits is not None:
            quantity.fits(network, sizes)
        whole_parts.splits(network, sizes)

    among = {**quantity.inputs, **{one: parallel.SINGLE[one] for one in (tensor_parallel, vocab_multiple)}}
    return quantity._replace(view=parallel.of_one_device, inputs=among, rules=rules, fits=fits)


def revalued(made: Derivation, given: Given) -> Exact:
    """Return a total with other inputs: the formula stays, and only its sizes change; ConfigError where they can't."""
    model, quantity = made.model, made.quantity
    sizes = {**model.sizes, **inputs.resolve(quantity, model, {**made.inputs.given, **given}).sizes}
    network = made.measuring.network
    if quantity.fits is not None:
        quantity.fits(network, sizes)
    multiples, at_most = quantity.pairs(network, sizes)
    check_multiples(multiples, sizes)
    check_at_most(at_most, sizes)
    return exact(made.measured.formula.value(sizes))
