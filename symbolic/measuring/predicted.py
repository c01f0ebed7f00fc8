"""The numbers of layers that predict further tokens: files hold them beside the network, and totals count them."""

from __future__ import annotations

from contextlib import suppress

from symbolic.configs.model import Model
from symbolic.errors import SymbolicError
from symbolic.formulas.formula import Formula, Number, Product, product, total
from symbolic.formulas.vocabulary import n_predict_layers
from symbolic.language import lazy as _
from symbolic.measuring import quantities
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.integers import integer_value
from symbolic.networks.blocks import Block, Kind, Part, Weight
from symbolic.networks.layers.in_files import PREDICTING
from symbolic.networks.learned.predicting import REPEATS_TABLES, with_predicting

NAME = _("a count of files that also hold the layers that predict further tokens")
WEIGHTS = "weight-memory"
CONVENTION = "with-buffers"
"""What files hold of the network itself."""


def prediction_rows(model: Model) -> tuple[tuple[str, Formula], ...]:
    """Return the parts of those layers, each with its name and the formula of its numbers; none where files pack them.

    They are those that the config names (`n_predict_layers`).
    """
    block = next((one for one in model.network.beside if one.key == PREDICTING), None)
    if not isinstance(block, Block) or model.stored or not model.sizes.get(n_predict_layers.name):
        return ()
    times = block.repeat or Number(1)
    parts = ((part, _numbers(part)) for part in block.parts)
    return tuple((part.name, Product((times, formula))) for part, formula in parts if formula is not None)


def with_one_more(derivation: Derivation) -> int:
    """Return what files would hold with one such layer, where those of its type may; 0 where the config has its own."""
    model = derivation.model
    if model.architecture.name not in REPEATS_TABLES or model.stored or model.sizes.get(n_predict_layers.name):
        return 0
    [layer] = with_predicting(model.network, model.architecture.name).beside
    formula = _numbers(layer)
    sizes = {**derivation.sizes, n_predict_layers.name: 1}
    return 0 if formula is None else _of_the_network(derivation) + integer_value(formula, sizes)


def with_predicted(derivation: Derivation) -> int:
    """Return what files hold with such layers; 0 where there are none, or their numbers are not known."""
    rows = prediction_rows(derivation.model)
    if not rows:
        return 0
    return _of_the_network(derivation) + sum(integer_value(formula, derivation.sizes) for _name, formula in rows)


def bytes_of_prediction(model: Model) -> int:
    """Return the bytes of such layers as the model is stored; 0 where they are not described, or nothing is known."""
    # Imported where they are used: few models have such layers.
    from symbolic.measuring import formats
    from symbolic.measuring.serving import prediction_layers

    with suppress(SymbolicError):
        stored, given = formats.applied(model, quantities.find(WEIGHTS))
        quantity = quantities.find(WEIGHTS)._replace(view=prediction_layers)
        return int(derive(stored, quantity, quantity.default, given).total)
    return 0


def _of_the_network(derivation: Derivation) -> int:
    return derivation.counted_as(derivation.quantity.convention(CONVENTION)).total


def _numbers(part: Block | Part) -> Formula | None:
    """Return the numbers that files hold of a part; None for one that has none."""
    if isinstance(part, Weight):
        if part.tied_to is not None or part.kind is Kind.COMPUTED:
            return None
        return product((Number(part.copies), *part.shape) if part.copies > 1 else part.shape)
    if not isinstance(part, Block):
        return None
    found = tuple(formula for one in part.parts if (formula := _numbers(one)) is not None)
    if not found:
        return None
    return total(found) if part.repeat is None else product((part.repeat, total(found)))
