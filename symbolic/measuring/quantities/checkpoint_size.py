"""Checkpoint size: the bytes of the stored tensors, the file's own header aside."""

from __future__ import annotations

from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring import conventions
from symbolic.measuring.conventions import Convention, named
from symbolic.measuring.quantity import Quantity
from symbolic.measuring.storage import WEIGHT_FORMAT, in_larger_units, weight_bytes

NAME = "checkpoint-size"

QUANTITY = Quantity(
    name=NAME,
    title=_("Checkpoint size"),
    unit=unit("byte", "bytes"),
    measure=weight_bytes,
    conventions=named(
        Convention(
            "stored",
            _("the bytes of every stored tensor; a table that is used in two places is stored once"),
            conventions.CONVENTIONS["with-buffers"].counts,
            of_buffers=_("; the numbers that correct a router are stored, too"),
        ),
        Convention(
            "stored-untied",
            _("the same, with an output head of its own: some programs write a shared table twice"),
            conventions.CONVENTIONS["untied"].counts,
        ),
    ),
    inputs=WEIGHT_FORMAT,
    results=in_larger_units(NAME),
)
