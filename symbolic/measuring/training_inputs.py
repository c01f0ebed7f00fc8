"""What is asked of every training run, and what is taken where nobody says otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import (
    batch_size,
    context,
    gradient_bytes,
    state_bytes,
    target_tokens,
    tokens,
    working_bytes,
)
from symbolic.measuring import fitting, usual
from symbolic.measuring.quantity import Default

BYTES_EACH: Mapping[Symbol, Default] = {working_bytes: 2, gradient_bytes: 2, state_bytes: 12}
"""The bytes of a parameter, of its gradient and of its optimizer states: Adam in mixed precision."""
ON_DEVICES: Mapping[Symbol, Default] = {
    batch_size: 1,
    tokens: usual.SEQUENCE,
    context: tokens,
    target_tokens: tokens,
    **BYTES_EACH,
    **fitting.MEMORY,
}
"""The sequences that devices train on at once, what they keep of each parameter, and their memory."""
