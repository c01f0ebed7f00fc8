"""Weight memory: the bytes that the parameters take where the model is used."""

from __future__ import annotations

from symbolic import conventions
from symbolic.formula import Formula
from symbolic.quantity import Quantity, Result, Totals
from symbolic.storage import WEIGHT_FORMAT, in_gigabytes, weight_bytes

NAME, PARAMETERS = "weight-memory", "parameters"


def _bits(totals: Totals) -> Formula:
    return 8 * totals[NAME] / totals[PARAMETERS]


QUANTITY = Quantity(
    name=NAME,
    title="Weight memory",
    unit="bytes",
    measure=weight_bytes,
    conventions={name: conventions.CONVENTIONS[name] for name in ("trainable", "untied", "active", "with-buffers")},
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
