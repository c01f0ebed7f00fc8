"""How large a device a fine-tuning with adapters needs, and how large activations would be that come on top."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from math import ceil

from symbolic.errors import SymbolicError
from symbolic.formulas.figures import grouped, in_gigabytes, percent
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import batch_size, target_tokens, tokens
from symbolic.measuring import quantities, usual
from symbolic.measuring.conventions import Convention
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.layouts import tokens_at_work
from symbolic.pages.page import Paragraph
from symbolic.pages.prose import Prose

NAME, TRAINING, RECOMPUTED = "lora-memory", "training-memory", "recomputed"


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
        recomputed=derivation.convention.name == RECOMPUTED,
    )
    if derivation.convention.name not in ("frozen", RECOMPUTED):
        says = " ".join((says, *_activations(derivation, prose)))
    yield Paragraph(says, fixed=True)


def _activations(derivation: Derivation, prose: Prose) -> Iterator[str]:
    """Yield the activations where layers are computed again, and those of a training of all weights, where known."""
    quantity = quantities.find(TRAINING)
    with suppress(SymbolicError):
        kept = derive(derivation.model, quantity, quantity.convention("activations"), _lengths(derivation))
        usually, again = (derivation.counted_as(_convention(derivation, name)) for name in ("peft", RECOMPUTED))
        yield prose(
            "activations",
            all=in_gigabytes(kept.total),
            less=in_gigabytes(again.total - usually.total),
            batch=grouped(kept.sizes[batch_size.name]),
            tokens=grouped(tokens_at_work(kept)),
            sum=in_gigabytes(derivation.total + again.total - usually.total),
        )


def _lengths(derivation: Derivation) -> dict[str, Exact]:
    return {symbol.name: derivation.sizes[symbol.name] for symbol in (batch_size, tokens, target_tokens)}


def _convention(derivation: Derivation, name: str) -> Convention:
    return derivation.quantity.convention(name)
