"""How many devices hold a network that one does not hold, and how many sequences they have room for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction

from symbolic.errors import SymbolicError
from symbolic.formulas.figures import grouped, in_gigabytes
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import (
    batch_size,
    context,
    device_memory,
    expert_parallel,
    pipeline_parallel,
    reserved_memory,
)
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.serving import fitting, held
from symbolic.pages.page import Paragraph
from symbolic.pages.prose import Prose


def what_holds(derivation: Derivation, prose: Prose, results: Mapping[str, Exact]) -> Iterator[Paragraph]:
    """Yield a sentence where a device does not hold its part, and more devices that split the matrices would."""
    sizes = derivation.sizes
    if "brief_holds" not in prose or "left" in results or context.name not in sizes:
        return
    if sizes.get(pipeline_parallel.name, 1) > 1 or sizes.get(expert_parallel.name, 1) > 1:
        return
    room = Fraction(sizes[device_memory.name] - sizes[reserved_memory.name])
    with suppress(SymbolicError):
        kept = held(derivation)
        devices = fitting(kept, room, (int(sizes[batch_size.name]),))
        if not devices:
            return
        weights, with_one = (kept.on(devices, many) for many in (0, 1))
        says = prose(
            "brief_holds",
            devices=grouped(devices),
            memory=in_gigabytes(sizes[device_memory.name]),
            sequences=grouped(int((room - weights) / (with_one - weights))) if with_one > weights else "",
            context=grouped(sizes[context.name]),
        )
        yield Paragraph(says, fixed=True)
