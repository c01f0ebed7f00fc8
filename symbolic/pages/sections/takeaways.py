"""The question that a page about sizing answers, and two or three sentences of its own numbers to remember."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from math import ceil

from symbolic.errors import SymbolicError
from symbolic.formulas.figures import grouped, in_gigabytes, in_short, percent, significant, unit_of, with_unit
from symbolic.formulas.formula import Exact, exact
from symbolic.formulas.scales import BILLION, GIGA
from symbolic.formulas.vocabulary import (
    batch_size,
    gradient_bytes,
    hour_price,
    n_devices,
    state_bytes,
    training_tokens,
    vocab_size,
    working_bytes,
)
from symbolic.language import translate
from symbolic.measuring import optimizers, quantities
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.layouts import kept_inputs, tokens_at_work
from symbolic.measuring.quantities.training_cost import DEVICES, HOURS, MONTH
from symbolic.measuring.results import companion, derived_results
from symbolic.measuring.texts import reads_another
from symbolic.pages.page import Items, Paragraph, Section, Table
from symbolic.pages.prose import Markup, Prose
from symbolic.pages.sections import one_device
from symbolic.pages.sections.layouts import Known, answers, known_layouts, shared_evenly

SIX = 6
TRAINING, COST = "training-memory", "training-cost"
ADAM = 12
"""Bytes that Adam usually keeps of a parameter: a copy of the weight and two averages, 4 each."""
PARTS = ("states", "activations")
"""The conventions of training memory that count a part of it."""


def takeaways(derivation: Derivation) -> tuple[Section, ...]:
    """Return the section, where a page is about the memory or the cost of a training."""
    prose = Prose("takeaways", "takeaways")
    found = known_layouts(derivation)
    if found is not None:
        said = tuple(_of_memory(derivation, found, prose))
        tables = (
            *one_device.table(derivation, found.shared, found.staged, prose),
            *_table_of_kinds(derivation, prose),
        )
        return section("kept" if derivation.quantity.name == TRAINING else "memory", said, prose, tables)
    if derivation.quantity.name == COST:
        return section("cost", tuple(_of_cost(derivation, prose)), prose)
    tables = tuple(one_device.table_of_serving(derivation, prose))
    return (Section("takeaways", prose("title"), (Paragraph(prose("question_room")), *tables)),) if tables else ()


def section(question: str, said: tuple[str, ...], prose: Prose, tables: tuple[Table, ...] = ()) -> tuple[Section, ...]:
    """Return the question, and tables and sentences that answer it; nothing where there is no sentence."""
    if not said:
        return ()
    items = Items(tuple(("", text) for text in said), fixed=True)
    return (Section("takeaways", prose("title"), (Paragraph(prose(f"question_{question}")), *tables, items)),)


STATES = "training-states"
EACH = {"weights": working_bytes, "gradients": gradient_bytes, "states": state_bytes}


def _kinds(derivation: Derivation) -> dict[str, Exact]:
    """Return the bytes that training keeps, by what they are; {} where this division is not that of the page."""
    if derivation.quantity.name != TRAINING or derivation.convention.name in PARTS:
        return {}
    parameters = companion(derivation, "parameters").total
    kinds = {name: parameters * derivation.sizes[one.name] for name, one in EACH.items()}
    kinds["activations"] = derivation.total - sum(kinds.values())
    # Where something is kept of what is no parameter, or of a parameter not all, the states are others.
    states = derivation.counted_as(derivation.quantity.convention("states")).total
    return kinds if states + kinds["activations"] == derivation.total else {}


def in_kinds(derivation: Derivation) -> dict[str, str | Markup]:
    """Return what the first lines of a page say of training memory: that of a parameter, and of the tokens."""
    if derivation.quantity.name == STATES:
        return _of_a_parameter(derivation)
    if derivation.quantity.name != TRAINING:
        return {}
    kinds, sizes = _kinds(derivation), derivation.sizes
    if not kinds:
        return {"parameters": ""}
    return _of_each(derivation) | {
        "text": "1" if vocab_size.name in derivation.model.sizes else "",
        "states": in_gigabytes(derivation.total - kinds["activations"]),
        "activations": in_gigabytes(kinds["activations"]),
        "batch_size": grouped(sizes[batch_size.name]),
        "tokens": grouped(tokens_at_work(derivation)),
    }


def _of_a_parameter(derivation: Derivation) -> dict[str, str | Markup]:
    """Return what the first lines of a page of training states say, where its total is so much for each parameter."""
    parameters = companion(derivation, "parameters").total
    each = sum(derivation.sizes[one.name] for one in EACH.values())
    same = derivation.convention == derivation.quantity.default and parameters * each == derivation.total
    return _of_each(derivation) if same else {"parameters": ""}


def _of_each(derivation: Derivation) -> dict[str, str | Markup]:
    """Return what training keeps of a parameter, and whose numbers these are."""
    of_each = {one.name: derivation.sizes[one.name] for one in EACH.values()}
    return {name: grouped(size) for name, size in of_each.items()} | {
        "parameters": grouped(companion(derivation, "parameters").total),
        "each": grouped(sum(of_each.values())),
        "usual": "1" if of_each[state_bytes.name] == ADAM else "",
        "why": _why(derivation),
    }


def _why(derivation: Derivation) -> str | Markup:
    """Return what was published of the bytes of a parameter; "" where they are ours or somebody's own."""
    training = derivation.model.training
    published = {one.name for one in EACH.values()} & derivation.inputs.published
    return Markup(translate(training.kept)) if training is not None and published else ""


def _table_of_kinds(derivation: Derivation, prose: Prose) -> Iterator[Table]:
    """Yield the table of what training keeps: of each parameter three things, and activations."""
    if not (kinds := _kinds(derivation)):
        return
    kinds["all"] = derivation.total
    rows = tuple(
        (prose(f"kind_{name}"), in_gigabytes(size), percent(Fraction(size, derivation.total)))
        for name, size in kinds.items()
    )
    columns = tuple(prose(f"column_{name}") for name in ("kind", "giga", "share"))
    yield Table(prose("kinds"), columns, rows, frozenset({1, 2}), frozenset({len(rows) - 1}), fixed=True)


def _of_memory(derivation: Derivation, found: Known, prose: Prose) -> Iterator[str]:
    """Yield what fills the memory, what computing again spares, and what sharing out does not divide."""
    quantity = quantities.find(TRAINING).choosing(optimizers.chosen(derivation.quantity))
    kept = kept_inputs(derivation)
    with suppress(SymbolicError):
        whole, states, again = (
            derive(derivation.model, quantity, quantity.convention(name), kept).total
            for name in ("", "states", "full-recomputation")
        )
        alone = found.shared.rows[1]["whole"]
        # A page of training memory has a table of it, and that of a device says it at its top.
        said_above = derivation.quantity.name == TRAINING or answers(derivation)
        yield prose(
            "filled",
            alone=derivation.quantity.name != TRAINING,
            loss=in_gigabytes(alone - whole) if alone > whole and not said_above else "",
            all=in_gigabytes(alone),
            share=percent(Fraction(states, whole)),
            whole=in_gigabytes(whole),
            batch=grouped(derivation.sizes[batch_size.name]),
            tokens=grouped(tokens_at_work(derivation)),
        )
        activations, less = whole - states, again - states + found.shared.again
        if less < activations:
            yield prose(
                "again",
                all=in_gigabytes(activations),
                less=in_gigabytes(less),
                share=percent(Fraction(less, activations)),
            )
        if derivation.quantity.name != TRAINING:
            yield from shared_evenly(whole, found, derivation, prose)


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
