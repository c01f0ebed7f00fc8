"""The configuration: sizes, definitions, options, keys without effect, and the quantity's inputs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from symbolic.configs import labels
from symbolic.configs.harmless import DROPOUT, MASKED
from symbolic.configs.model import Model
from symbolic.configs.training import Training
from symbolic.formulas import algebra
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Formula, Number, Symbol
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import (
    SYMBOLS,
    context,
    device_flops,
    n_heads,
    n_kv_groups,
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
from symbolic.networks.family import Need
from symbolic.networks.walks import leaves
from symbolic.pages.cells import Amount, Cell, Derived, NotedWords, Ratio, Sentence, place_of
from symbolic.pages.cited import joined
from symbolic.pages.page import Equation, Items, Paragraph, Part, Section, Table
from symbolic.pages.prose import Markup, Prose, plain

OTHER_NAMES: Mapping[str, str] = {
    "emb_dim": "(`d_model`, `hidden_size`)",
    "hidden_dim": "(`d_ff`, `intermediate_size`)",
    "n_kv_groups": "(`n_kv_heads`, `num_key_value_heads`)",
}
"""What papers and config files call a size whose name here may be taken for another."""


def config(derivation: Derivation, prose: Prose) -> Section:
    """Return the section."""
    used = _used(derivation)
    intro = Paragraph(prose("config", source=joined(derivation.model.source)))
    parts = (
        intro,
        *config_parts(derivation.model, prose, used, masked=_has_masks(derivation)),
        *_inputs(derivation, prose, used),
    )
    return Section("config", prose("config_title"), parts)


def _used(derivation: Derivation) -> set[str]:
    formulas = (derivation.root.formula, algebra.primary(derivation.root.formula, derivation.inputs.definitions))
    # A batch of one is no factor of the formula here, and is one as soon as somebody changes it on the page.
    asked = {symbol.name for symbol in derivation.general.formula.symbols} & derivation.inputs.sizes.keys()
    return asked | {symbol.name for formula in formulas for symbol in formula.symbols}


def _has_masks(derivation: Derivation) -> bool:
    """Return whether masks of dropout are among what is counted."""
    return any(visit.step.key.startswith("dropout_mask") and visit.step.value for visit in derivation.root.leaves())


def _inputs(derivation: Derivation, prose: Prose, used: set[str]) -> Iterator[Part]:
    """Return the quantity's inputs, each with its value and whether it is a default."""
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
            yield _defined(symbol)


def _defined(symbol: Symbol) -> Paragraph:
    """Return what a size is that has an equation, and its letter."""
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
    """Return the inputs that the results use and the total does not; what follows from others only where it is seen."""
    used = _used(derivation)
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
    """Return the inputs that these formulas use and the total does not: no other table has them."""
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
    return f"{meaning}."


def _published_by(symbol: Symbol, derivation: Derivation, prose: Prose) -> str:
    """Return whether the makers of the model published a number, or those of the device that they used."""
    training = derivation.model.training
    if training is None or symbol.name in training.inputs:
        return prose("published_input")
    return prose("device_input", device=_title(training.device))


def device_of(derivation: Derivation) -> str:
    """Return what a page calls the device whose peak it takes: the makers', or that of our default; else nothing."""
    training, inputs = derivation.model.training, derivation.inputs
    if device_flops.name in inputs.published and training is not None and training.device:
        return _title(training.device)
    return translate(derivation.quantity.reasons[device_flops]) if device_flops.name in inputs.assumed else ""


def _title(device: str) -> str:
    from symbolic.measuring.hardware import table

    return str(table("accelerators")[device]["title"])


def config_parts(model: Model, prose: Prose, used: set[str] | None, *, masked: bool = False) -> Iterator[Part]:
    """Return the sizes, the definitions, the options, and the keys without effect."""
    title = model.architecture.title
    definitions = set(model.definitions)
    needed = (
        used if used is None else used | {s.name for d in definitions if d.name in used for s in _primary(d, model)}
    )
    rows: list[tuple[Cell, ...]] = []
    keys: list[str] = []
    for symbol in model.architecture.sizes:
        if symbol in definitions or symbol in model.absent or symbol.name not in model.sizes:
            continue
        meaning = translate(symbol.meaning)
        key, follows = _config_key(symbol, model)
        if follows:
            meaning = f"{meaning}. {prose('pattern').removesuffix('.')}"
        unused = prose("unused") if needed is not None and symbol.name not in needed else ""
        if symbol.name in model.assumed or not (key or follows):
            meaning = NotedWords(meaning, prose("assumed", family=title), symbol, unused)
        else:
            meaning = f"{meaning}. {unused}".rstrip()
        keys.append(f"``{plain(key)}``" if key else "")
        rows.append((f"``{symbol.name}``", f"${symbol.name}$", Derived(model.sizes[symbol.name], symbol), meaning))
    name_column = _("Name")
    if any(key not in ("", name) for (name, *_rest), key in zip(rows, keys, strict=True)):
        # What the page calls by the field's name is another word in the config that its reader holds.
        name_column = _("Name, and key in the config")
        rows = [
            (f"{name} ({key})" if key not in ("", name) else name, *others)
            for (name, *others), key in zip(rows, keys, strict=True)
        ]
    columns: tuple[str, ...] = (name_column, _("Letter"), _("Value"), _("Meaning"))
    yield Table(prose("config_sizes"), columns, tuple(rows), frozenset({2}))
    if others := [f"`{name}` {said}" for name, said in OTHER_NAMES.items() if name in model.sizes]:
        yield Paragraph(prose("other_names", names=Markup(", ".join(others))), tone="note")
    yield from _held(model, prose)
    if {n_heads, n_kv_groups} <= {symbol for symbol in model.architecture.sizes if symbol.name in model.sizes}:
        yield _key_value_heads(model, prose)
    if definitions:
        yield Paragraph(prose("definitions", count=len(definitions)))
        for symbol, formula in model.definitions.items():
            yield Equation(formula, model.sizes[symbol.name], symbol)
            yield _defined(symbol)
    if model.shown_options:
        columns = tuple(prose(f"column_{name}") for name in ("option", "meaning", "set"))
        options = tuple(
            (
                f"`{option.name}`",
                translate(option.meaning)
                + (f" ({prose('assumed', family=title)})" if option.name in model.assumed else ""),
                _set(model.options[option.name]),
            )
            for option in model.shown_options
        )
        yield Table(prose("options"), columns, options)
    formats = model.stored.keys if model.stored else ()
    harmless = {key: reason for key, reason in model.harmless.items() if key.rpartition(".")[2] not in formats}
    if harmless:
        yield Paragraph(prose("ignored", masked=masked))
        said = (MASKED if masked and reason == DROPOUT else reason for reason in harmless.values())
        yield Items(tuple((f"`{plain(key)}`", translate(reason)) for key, reason in zip(harmless, said, strict=True)))


def _held(model: Model, prose: Prose) -> Iterator[Part]:
    """Yield which values the code was followed with that are no sizes of the formulas."""
    if model.architecture.of_one_config and (held := model.architecture.fixed):
        names = ", ".join(f"`{plain(key)}` = {plain(json.dumps(value))}" for key, value in held.items())
        yield Paragraph(prose("held", names=Markup(names)))


def _key_value_heads(model: Model, prose: Prose) -> Paragraph:
    """Return which of two numbers with like names is meant: the heads for keys and values, or the queries of each."""
    heads, groups = (model.sizes[symbol.name] for symbol in (n_heads, n_kv_groups))
    says = prose("kv_groups", heads=place_of(0), groups=place_of(1), each=place_of(2))
    each = Ratio(Fraction(heads, groups), n_heads / n_kv_groups)
    return Paragraph(Sentence(says, (Derived(heads, n_heads), Derived(groups, n_kv_groups), each)), tone="note")


def _config_key(symbol: Symbol, model: Model) -> tuple[str, bool]:
    """Return the config's key for a size, or none, and whether its number follows from a pattern of several keys."""
    family = model.architecture
    pattern = family.pattern.keys if family.sizes[symbol] is Need.PATTERN and family.pattern else ()
    named = (labels.NAMES,) if family.sizes[symbol] is Need.LABELS else pattern if len(pattern) == 1 else ()
    names = (*family.keys(symbol), *named)
    key = next((name for name in names if _given(name, model.config) is not None), "")
    return key, len(pattern) > 1 and not key


def _given(name: str, config: Mapping[str, object]) -> object:
    """What a config says under a name; `part.key` is in a part of it, `list[2]` in a list."""
    if name in config:
        return config[name]
    found: object = config
    for step in name.partition("[")[0].split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _set(value: bool | str) -> str:
    return plain(value) if isinstance(value, str) else _("yes") if value else _("no")


def _primary(symbol: Formula, model: Model) -> tuple[Symbol, ...]:
    return algebra.primary(symbol, model.definitions).symbols
