"""The inputs of a quantity: their values, where these come from, and the equations of those that follow from others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symbolic.configs.training import Training
from symbolic.formulas import algebra
from symbolic.formulas.figures import grouped, percent
from symbolic.formulas.formula import Formula, Number, Symbol
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import (
    SYMBOLS,
    context,
    device_bandwidth,
    device_flops,
    device_flops_16,
    state_bytes,
    tokens,
    value_bytes,
)
from symbolic.language import gettext as _
from symbolic.language import translate
from symbolic.measuring import usual
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.results import derived_results
from symbolic.networks.blocks import Cache
from symbolic.networks.walks import leaves
from symbolic.pages.cells import Amount, Cell, NotedWords
from symbolic.pages.cited import joined
from symbolic.pages.page import Equation, Items, Paragraph, Part, Table
from symbolic.pages.prose import Prose, plain


def names_used(derivation: Derivation) -> set[str]:
    """Return the names of the sizes and inputs in the formulas of the total."""
    formulas = (derivation.root.formula, algebra.primary(derivation.root.formula, derivation.inputs.definitions))
    # A batch of one is no factor of the formula here, and is one as soon as somebody changes it on the page.
    asked = {symbol.name for symbol in derivation.general.formula.symbols} & derivation.inputs.sizes.keys()
    return asked | {symbol.name for formula in formulas for symbol in formula.symbols}


def input_parts(derivation: Derivation, prose: Prose, used: set[str]) -> Iterator[Part]:
    """Yield the quantity's inputs that the total uses, each with its value and whether it is a default."""
    inputs, shown = derivation.inputs, _shown_inputs(derivation, used, results=False)
    rows = _input_rows([symbol for symbol in shown if symbol not in inputs.definitions], derivation, prose)
    if choices := derivation.quantity.choices:
        columns = tuple(prose(f"column_{name}") for name in ("option", "meaning", "set"))
        chosen = tuple((f"`{one.name}`", translate(one.meaning), plain(one.value)) for one in choices)
        yield Table(prose("choices"), columns, chosen)
    if derivation.model.stored and (derivation.quantity.packs or value_bytes in derivation.quantity.inputs):
        yield Paragraph(prose("stored"))
        yield Items(tuple(("", translate(sentence)) for sentence in derivation.model.stored.says))
    if rows:
        yield Paragraph(prose("inputs"))
        training = derivation.model.training
        if training is not None and inputs.published & {symbol.name for symbol in shown}:
            yield Paragraph(
                prose("published", source=joined(training.source.partition(";")[0]), note=_noted(training, derivation)),
                fixed=True,
            )
        yield _input_table(rows, prose)
        if {context, tokens} & {*shown} and not {context.name, tokens.name} & inputs.given.keys() - inputs.published:
            lengths = {"passing": usual.PASSING, "context": usual.CONTEXT, "sequence": usual.SEQUENCE}
            cached = any(isinstance(leaf.part, Cache) for leaf in leaves(derivation.model.network))
            said = {name: grouped(size) for name, size in lengths.items()}
            yield Paragraph(prose("lengths", cached=cached, **said), tone="note")
    yield from _input_definitions(shown, derivation)


def _noted(training: Training, derivation: Derivation) -> str:
    """Return what a reader must know of the published figures: of the memory on a page of it, else of the rest."""
    return training.kept or training.note if state_bytes.name in derivation.inputs.sizes else training.note


def _input_definitions(symbols: Iterable[Symbol], derivation: Derivation) -> Iterator[Part]:
    """Yield the equation of each input that follows from others, and what it is."""
    for symbol in symbols:
        if symbol in derivation.inputs.definitions:
            formula, value = derivation.inputs.definitions[symbol], derivation.inputs.sizes[symbol.name]
            yield Equation(formula, value, symbol, symbol.unit)
            yield definition_note(symbol)


def definition_note(symbol: Symbol) -> Paragraph:
    """Return a note that says what a size with an equation is, and its letter."""
    return Paragraph(
        _("`{name}` ({letter}) is {meaning}.", name=symbol.name, letter=f"${symbol.name}$", meaning=symbol.meaning),
        tone="note",
    )


def _shown_inputs(derivation: Derivation, used: set[str], *, results: bool = True) -> list[Symbol]:
    """Return the inputs that the total and their definitions use, and those of its results."""
    inputs, asked = derivation.inputs, set(used)
    for symbol, formula in inputs.definitions.items():
        asked |= {part.name for part in formula.symbols} if symbol.name in used else set()
    of_results = [result.formula for result in derived_results(derivation) if result.formula] if results else []
    asked |= {symbol.name for formula in of_results for symbol in formula.symbols}
    for symbol, formula in inputs.definitions.items() if results else ():
        asked |= {part.name for part in formula.symbols} if symbol.name in asked else set()
    return [SYMBOLS[name] for name in inputs.sizes if name in asked]


def _input_rows(symbols: Iterable[Symbol], derivation: Derivation, prose: Prose) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (
            f"``{symbol.name}``",
            f"${symbol.name}$",
            Amount(derivation.inputs.sizes[symbol.name], symbol.unit, symbol),
            _input_meaning(symbol, derivation, prose),
        )
        for symbol in symbols
    )


def _input_table(rows: tuple[tuple[Cell, ...], ...], prose: Prose) -> Table:
    return Table(prose("inputs_table"), (_("Name"), _("Letter"), _("Value"), _("Meaning")), rows, frozenset({2}))


def result_inputs(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the inputs that the results use and the total does not; what follows from others only where it is seen."""
    used = names_used(derivation)
    shown = set(_shown_inputs(derivation, used, results=False))
    formulas = [result.formula for result in derived_results(derivation) if result.formula]
    seen = {symbol for formula in formulas for symbol in formula.replace(_hidden).symbols}
    unseen = {symbol for symbol in derivation.inputs.definitions if symbol not in seen}
    further = [one for one in _shown_inputs(derivation, used) if one not in shown | unseen]
    yield from _tables(further, derivation, prose)


def inputs_table(inputs: Iterable[Symbol], derivation: Derivation) -> Table:
    """Return a table of some inputs: name, letter, value and meaning."""
    prose = Prose(derivation.quantity.name)
    return _input_table(_input_rows(inputs, derivation, prose), prose)


def _hidden(node: Formula) -> Formula | None:
    """Return a number for what a page calls by a name: its formula stands on a page of its own."""
    return Number(1) if isinstance(node, Labelled) else None


def _tables(inputs: list[Symbol], derivation: Derivation, prose: Prose) -> Iterator[Part]:
    given = [symbol for symbol in inputs if symbol not in derivation.inputs.definitions]
    if given:
        yield _input_table(_input_rows(given, derivation, prose), prose)
    yield from _input_definitions(inputs, derivation)


def further_inputs(derivation: Derivation, formulas: Iterable[Formula], prose: Prose) -> Iterator[Part]:
    """Yield the inputs that these formulas use and the total does not: no other table has them."""
    if not derivation.inputs.sizes:
        # Then what the formulas are, which takes long to find out, does not matter.
        return
    shown = _shown_inputs(derivation, {symbol.name for symbol in derivation.root.formula.symbols})
    found = {symbol for formula in formulas for symbol in formula.symbols}
    further = [SYMBOLS[name] for name in derivation.inputs.sizes if SYMBOLS[name] in found - set(shown)]
    yield from _tables(further, derivation, prose)


def _input_meaning(symbol: Symbol, derivation: Derivation, prose: Prose) -> str:
    """Return what an input means, and where its value comes from."""
    inputs, reason = derivation.inputs, derivation.quantity.reasons.get(symbol, "")
    meaning = translate(symbol.meaning)
    if symbol.name in inputs.published:
        return NotedWords(meaning, _published_by(symbol, derivation, prose), symbol)
    if symbol.name in inputs.assumed:
        return NotedWords(meaning, prose("default_input", reason=translate(reason)), symbol)
    if share := _share_taken(symbol, derivation):
        return NotedWords(meaning, prose("share_input", share=share), symbol)
    return f"{meaning}."


def _share_taken(symbol: Symbol, derivation: Derivation) -> str:
    """Return the share of a device's speed that somebody said is used; "" where it is all of it."""
    device = derivation.device
    if device is None or not device.is_shared:
        return ""
    shares = {device_flops: device.mfu, device_flops_16: device.mfu, device_bandwidth: device.mbu}
    return percent(shares[symbol]) if symbol in shares else ""


def _published_by(symbol: Symbol, derivation: Derivation, prose: Prose) -> str:
    """Return whether the makers of the model published a number, or those of the device that they used."""
    training = derivation.model.training
    if training is None or symbol.name in training.inputs:
        return prose("published_input")
    return prose("device_input", device=_device_title(training.device))


def device_of(derivation: Derivation) -> str:
    """Return what a page calls the device whose peak it takes: the makers', or that of our default; else nothing."""
    training, inputs = derivation.model.training, derivation.inputs
    if device_flops.name in inputs.published and training is not None and training.device:
        return _device_title(training.device)
    return translate(derivation.quantity.reasons[device_flops]) if device_flops.name in inputs.assumed else ""


def _device_title(device: str) -> str:
    from symbolic.measuring.hardware import table

    return str(table("accelerators")[device]["title"])
