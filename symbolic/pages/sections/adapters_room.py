"""How large a device a fine-tuning with adapters needs, and how large activations would be that come on top."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from math import ceil

from symbolic.errors import SymbolicError
from symbolic.formulas.figures import grouped, in_gigabytes, percent
from symbolic.formulas.vocabulary import batch_size
from symbolic.measuring import quantities, usual
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.layouts import tokens_at_work
from symbolic.pages.page import Paragraph
from symbolic.pages.prose import Prose

NAME, TRAINING = "lora-memory", "training-memory"


def room_for_adapters(derivation: Derivation) -> Iterator[Paragraph]:
    """Yield how much memory a device needs for the total, and the activations of a training of all weights."""
    if derivation.quantity.name != NAME:
        return
    prose = Prose("adapters-room", "adapters-room")
    least, devices = derivation.total / usual.MEMORY_SHARE, usual.MEMORY_SHARE * usual.MEMORY
    says = prose(
        "room",
        total=in_gigabytes(derivation.total),
        share=percent(usual.MEMORY_SHARE),
        least=in_gigabytes(least),
        devices=grouped(ceil(derivation.total / devices)) if derivation.total > devices else "",
        memory=in_gigabytes(usual.MEMORY),
    )
    if derivation.convention.name != "frozen":
        says = " ".join((says, *_activations(derivation, prose)))
    yield Paragraph(says, fixed=True)


def _activations(derivation: Derivation, prose: Prose) -> Iterator[str]:
    """Yield the activations of a training of all weights, kept and computed again; nothing where they are unknown."""
    quantity = quantities.find(TRAINING)
    with suppress(SymbolicError):
        kept, again, states = (
            derive(derivation.model, quantity, quantity.convention(name))
            for name in ("activations", "full-recomputation", "states")
        )
        yield prose(
            "activations",
            all=in_gigabytes(kept.total),
            less=in_gigabytes(again.total - states.total),
            batch=grouped(kept.sizes[batch_size.name]),
            tokens=grouped(tokens_at_work(kept)),
        )
