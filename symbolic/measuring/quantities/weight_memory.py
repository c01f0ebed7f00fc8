"""Weight memory: the bytes that the parameters take where the model is used."""

from __future__ import annotations

from dataclasses import replace

from symbolic.formulas.formula import Formula
from symbolic.measuring import conventions
from symbolic.measuring.conventions import named
from symbolic.measuring.quantity import Quantity, Result, Totals
from symbolic.measuring.storage import WEIGHT_FORMAT, in_gigabytes, weight_bytes

NAME, PARAMETERS = "weight-memory", "parameters"


def _bits(totals: Totals) -> Formula:
    return 8 * totals[NAME] / totals[PARAMETERS]


QUANTITY = Quantity(
    name=NAME,
    title="Weight memory",
    unit="bytes",
    measure=weight_bytes,
    conventions=named(
        *(
            replace(conventions.CONVENTIONS[name], says=f"the bytes of {says}")
            for name, says in (
                ("trainable", "every trained number, scales and zero points of quantised ones included"),
                ("untied", "the same, with an output head of its own"),
                ("active", "the same, of the experts only those that are chosen for one token"),
                ("with-buffers", "the same, and of the numbers that correct a router"),
            )
        )
    ),
    inputs=WEIGHT_FORMAT,
    results=(
        *in_gigabytes(NAME),
        Result(
            "bits for a parameter",
            "The average over all parameters: quantised matrices carry scales with them, and tables and norms are not "
            "quantised.",
            "bits",
            _bits,
        ),
    ),
    companions=(PARAMETERS,),
)
