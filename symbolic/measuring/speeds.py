"""Products in the format of the weights, and those at 16 bits: a device may have a peak for each."""

from __future__ import annotations

from symbolic.formulas.vocabulary import value_bytes
from symbolic.language import lazy as _
from symbolic.measuring.conventions import Convention
from symbolic.measuring.products import is_product
from symbolic.measuring.storage import weight_bytes
from symbolic.networks.walks import Leaf

SHORT, LONG = "in-short-format", "at-16-bits"


def is_long(leaf: Leaf) -> bool:
    """Return whether a product works at 16 bits: one without weights, or with weights that no format shortens."""
    size = weight_bytes(leaf)
    return is_product(leaf) or (size is not None and value_bytes in size.symbols)


def short_alone(convention: Convention) -> Convention:
    """Return a convention of operations that counts only those that work in the format of the weights."""
    counted = convention.counts
    called = _("FLOPs of the step in the format of the weights")
    return convention._replace(name=SHORT, counts=lambda leaf: counted(leaf) and not is_long(leaf), called=called)


def long_alone(convention: Convention) -> Convention:
    """Return the one that counts only the others: attention's without weights, and those of weights that stay."""
    counted = convention.counts
    called = _("FLOPs of the step at 16 bits")
    return convention._replace(name=LONG, counts=lambda leaf: counted(leaf) and is_long(leaf), called=called)
