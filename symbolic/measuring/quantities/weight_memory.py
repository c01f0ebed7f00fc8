"""Weight memory: the bytes that the parameters take where the model is used."""

from __future__ import annotations

from symbolic.formulas.formula import Formula
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring import conventions, fitting
from symbolic.measuring.conventions import named
from symbolic.measuring.quantity import Quantity, Result, Totals
from symbolic.measuring.storage import WEIGHT_FORMAT, in_larger_units, weight_bytes

NAME, PARAMETERS = "weight-memory", "parameters"


def _bits(totals: Totals) -> Formula:
    return 8 * totals[NAME] / totals[PARAMETERS]


QUANTITY = Quantity(
    name=NAME,
    title=_("Weight memory"),
    unit=unit("byte", "bytes"),
    measure=weight_bytes,
    conventions=named(
        *(
            conventions.CONVENTIONS[name]._replace(says=says)
            for name, says in (
                (
                    "trainable",
                    _("the bytes of every trained number, scales and zero points of quantised ones included"),
                ),
                ("untied", _("the bytes of the same, with an output head of its own")),
                ("active", _("the bytes of the trained numbers that work on one token")),
                ("with-buffers", _("the bytes of the same, and of the numbers that correct a router")),
            )
        )
    ),
    inputs={**WEIGHT_FORMAT, **fitting.MEMORY},
    of_serving=True,
    reasons=fitting.REASON,
    results=(
        *in_larger_units(NAME),
        Result(
            _("bits for a parameter"),
            _(
                "The average over all parameters: quantised matrices carry scales with them, and norms are not "
                "quantised."
            ),
            unit("bit", "bits"),
            _bits,
        ),
        fitting.left(NAME),
        fitting.shared_out(
            NAME, _("This many devices hold the weights, if these are shared out evenly and nothing is held twice.")
        ),
    ),
    companions=(PARAMETERS,),
    rules=fitting.rules(),
    fits=fitting.fits(),
)
