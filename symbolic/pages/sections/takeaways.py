"""The question that a page about sizing answers, and two or three sentences of its own numbers to remember."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from math import ceil

from symbolic.errors import SymbolicError
from symbolic.formulas.figures import grouped, in_short, percent, significant, unit_of, with_unit
from symbolic.formulas.formula import Exact, exact
from symbolic.formulas.vocabulary import batch_size, hour_price, n_devices, tokens, training_tokens
from symbolic.measuring import quantities
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.layouts import kept_inputs
from symbolic.measuring.quantities.training_cost import DEVICES, HOURS, MONTH
from symbolic.measuring.results import companion, derived_results
from symbolic.measuring.texts import reads_another
from symbolic.pages.page import Items, Paragraph, Section
from symbolic.pages.prose import Prose
from symbolic.pages.sections.layouts import Known, known_layouts

GIGA, BILLION, SIX = 10**9, 10**9, 6
TRAINING, COST = "training-memory", "training-cost"


def takeaways(derivation: Derivation) -> tuple[Section, ...]:
    """Return the section, where a page is about the memory or the cost of a training."""
    prose = Prose("takeaways", "takeaways")
    found = known_layouts(derivation)
    if found is not None:
        return section("memory", tuple(_of_memory(derivation, found, prose)), prose)
    if derivation.quantity.name == COST:
        return section("cost", tuple(_of_cost(derivation, prose)), prose)
    return ()


def section(question: str, said: tuple[str, ...], prose: Prose) -> tuple[Section, ...]:
    """Return the question and the sentences that answer it; nothing where there is none."""
    if not said:
        return ()
    items = Items(tuple(("", text) for text in said), fixed=True)
    return (Section("takeaways", prose("title"), (Paragraph(prose(f"question_{question}")), items)),)


def _of_memory(derivation: Derivation, found: Known, prose: Prose) -> Iterator[str]:
    """Yield what fills a device, what computing again spares, and what sharing out does not divide."""
    quantity, kept = quantities.find(TRAINING), kept_inputs(derivation)
    with suppress(SymbolicError):
        whole, states, again = (
            derive(derivation.model, quantity, quantity.convention(name), kept).total
            for name in ("", "states", "full-recomputation")
        )
        yield prose(
            "filled",
            share=percent(Fraction(states, whole)),
            whole=_giga(whole),
            batch=grouped(derivation.sizes[batch_size.name]),
            tokens=grouped(derivation.sizes[tokens.name]),
        )
        activations, less = whole - states, again - states + found.shared.again
        if less < activations:
            yield prose(
                "again", all=_giga(activations), less=_giga(less), times=significant(Fraction(activations, less), 2)
            )
        first, staged = found.shared.first, found.staged.first
        devices = first.devices if first is not None else staged.shared.devices if staged is not None else 0
        if devices:
            least = ceil(Fraction(whole) / found.shared.room)
            yield prose(
                "shared",
                least=grouped(least) if least > 1 else 1,
                devices=grouped(devices) if devices > 1 else 1,
                more=devices > least,
            )


def _of_cost(derivation: Derivation, prose: Prose) -> Iterator[str]:
    """Yield what a token takes, what a billion of them cost, and that more devices change the days alone."""
    results = {one.key or one.title: one.value for one in derived_results(derivation)}
    many = Fraction(derivation.sizes[training_tokens.name])
    # Of two texts, no parameter works on the tokens of both.
    if not reads_another(derivation.model.network):
        each = Fraction(SIX * derivation.total, companion(derivation, f"{COST}/6ND").total)
        flops = in_short(exact(derivation.total / many / GIGA))
        yield prose("token", flops=flops, each=significant(each, 3), six=SIX)
    hours = Fraction(results[HOURS])
    if price := hours * Fraction(derivation.sizes[hour_price.name]) / many * BILLION:
        yield prose("billion", price=f"{significant(price, 4)} {unit_of(price, hour_price.unit)}")
    month, half = int(results[DEVICES]), ceil(hours / (MONTH * 12))
    yield prose("devices", month=MONTH, half=MONTH // 2, devices=_devices(month), twice=_devices(half), one=half == 1)


def _devices(many: int) -> str:
    return with_unit(Fraction(many), n_devices.unit)


def _giga(size: Exact) -> str:
    return in_short(exact(Fraction(size) / GIGA))
