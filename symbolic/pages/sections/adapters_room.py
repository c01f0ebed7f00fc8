"""Which device a fine-tuning with adapters fits on, and how large activations would be that come on top."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from math import ceil, floor

from symbolic.errors import SymbolicError
from symbolic.formulas.figures import grouped, in_short
from symbolic.formulas.formula import Exact, exact
from symbolic.formulas.vocabulary import batch_size
from symbolic.measuring import quantities, usual
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.hardware import table
from symbolic.measuring.layouts import tokens_at_work
from symbolic.pages.page import Paragraph
from symbolic.pages.prose import Prose

NAME, TRAINING = "lora-memory", "training-memory"
GIGA = 10**9


def room_for_adapters(derivation: Derivation) -> Iterator[Paragraph]:
    """Yield the smallest device that holds the total, and the activations of a training of all weights beside it."""
    if derivation.quantity.name != NAME:
        return
    prose = Prose("adapters-room", "adapters-room")
    devices = sorted(table("accelerators").values(), key=lambda one: int(one["memory"]))
    holding = next((one for one in devices if room(one["memory"]) >= derivation.total), None)
    memory = usual.MEMORY if holding is None else holding["memory"]
    says = prose(
        "room",
        total=_giga(derivation.total),
        title="" if holding is None else holding["title"],
        memory=_giga(memory),
        room=_giga(room(memory)),
        devices=grouped(ceil(Fraction(derivation.total, room(memory)))),
    )
    if derivation.convention.name != "frozen":
        says = " ".join((says, *_activations(derivation, prose)))
    yield Paragraph(says, fixed=True)


def room(memory: int) -> int:
    """Return what a program can use of a device's memory."""
    return memory - floor((1 - usual.MEMORY_SHARE) * memory)


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
            all=_giga(kept.total),
            less=_giga(again.total - states.total),
            batch=grouped(kept.sizes[batch_size.name]),
            tokens=grouped(tokens_at_work(kept)),
        )


def _giga(size: Exact) -> str:
    return in_short(exact(Fraction(size) / GIGA))
