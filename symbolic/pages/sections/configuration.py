"""The section of the configuration: sizes, definitions, options, keys without effect, and the quantity's inputs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction

from symbolic.configs import labels
from symbolic.configs.harmless import DROPOUT, MASKED
from symbolic.configs.model import Model
from symbolic.formulas import algebra
from symbolic.formulas.formula import Formula, Symbol
from symbolic.formulas.vocabulary import context, context_length, n_heads, n_kv_groups, tokens
from symbolic.language import gettext as _
from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.networks.family import Need
from symbolic.pages.cells import Cell, Derived, NotedWords, Ratio, Sentence, place_of
from symbolic.pages.cited import joined
from symbolic.pages.page import Equation, Items, Paragraph, Part, Section, Table
from symbolic.pages.prose import Markup, Prose, plain
from symbolic.pages.sections import switches
from symbolic.pages.sections.inputs import definition_note, input_parts, names_used

OTHER_NAMES: Mapping[str, str] = {
    "emb_dim": "(`d_model`, `hidden_size`)",
    "hidden_dim": "(`d_ff`, `intermediate_size`)",
    "n_kv_groups": "(`n_kv_heads`, `num_key_value_heads`)",
}
"""What papers and config files call a size whose name here may be taken for another."""


def config(derivation: Derivation, prose: Prose) -> Section:
    """Return the section."""
    used = names_used(derivation)
    intro = Paragraph(prose("config", source=joined(derivation.model.source)))
    parts = (
        intro,
        *config_parts(derivation.model, prose, used, masked=_has_masks(derivation)),
        *input_parts(derivation, prose, used),
    )
    return Section("config", prose("config_title"), parts)


def _has_masks(derivation: Derivation) -> bool:
    """Return whether masks of dropout are among what is counted."""
    return any(visit.step.key.startswith("dropout_mask") and visit.step.value for visit in derivation.root.leaves())


def config_parts(model: Model, prose: Prose, used: set[str] | None, *, masked: bool = False) -> Iterator[Part]:
    """Yield the sizes, the definitions, the options, and the keys without effect.

    `used` are the sizes in the formulas of a page, None on one that measures nothing; `masked` says that it counts
    masks of dropout.
    """
    yield _sizes_table(model, prose, used)
    if others := [f"`{name}` {said}" for name, said in OTHER_NAMES.items() if name in model.sizes]:
        yield Paragraph(prose("other_names", names=Markup(", ".join(others))), tone="note")
    yield from _held(model, prose)
    if {n_heads, n_kv_groups} <= {symbol for symbol in model.architecture.sizes if symbol.name in model.sizes}:
        yield _key_value_heads(model, prose)
    yield from definitions(model, prose)
    if model.shown_options:
        yield _options_table(model, prose)
    yield from _without_effect(model, prose, masked=masked)


def definitions(model: Model, prose: Prose) -> Iterator[Part]:
    """Yield the sizes that follow from others, each with what it is."""
    if model.definitions:
        yield Paragraph(prose("definitions", count=len(model.definitions)))
        for symbol, formula in model.definitions.items():
            yield Equation(formula, model.sizes[symbol.name], symbol)
            yield definition_note(symbol)


def _sizes_table(model: Model, prose: Prose, used: set[str] | None) -> Table:
    """Return the table of the sizes that follow from no others, each with the config's key where that is another."""
    defined = [symbol for symbol in model.definitions if used is not None and symbol.name in used]
    needed = None if used is None else used | {one.name for symbol in defined for one in _primary(symbol, model)}
    rows: list[tuple[Cell, ...]] = []
    keys: list[str] = []
    for symbol in model.architecture.sizes:
        if symbol in model.definitions or symbol in model.absent or symbol.name not in model.sizes:
            continue
        key, follows = _config_key(symbol, model)
        meaning = translate(symbol.meaning)
        if follows:
            meaning = f"{meaning}. {prose('pattern').removesuffix('.')}"
        unused = ""
        if symbol in model.architecture.written_out:
            unused = prose("written_out")
        elif needed is not None and symbol.name not in needed:
            asked = next((one.name for one in (tokens, context) if one.name in (used or ())), "")
            unused = prose("unused_length", name=asked) if asked and symbol == context_length else prose("unused")
        if symbol.name in model.assumed or not (key or follows):
            meaning = NotedWords(meaning, prose("assumed", family=model.architecture.title), symbol, unused)
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
    columns = (name_column, _("Letter"), _("Value"), _("Meaning"))
    return Table(prose("config_sizes"), columns, tuple(rows), frozenset({2}))


def _options_table(model: Model, prose: Prose) -> Table:
    columns = tuple(prose(f"column_{name}") for name in ("option", "meaning", "set"))
    assumed = f" ({prose('assumed', family=model.architecture.title)})"
    options = tuple(
        (
            f"`{option.name}`",
            switches.said(option, model) + (assumed if option.name in model.assumed else ""),
            _set(model.options[option.name]),
        )
        for option in model.shown_options
    )
    return Table(prose("options"), columns, options)


def _without_effect(model: Model, prose: Prose, *, masked: bool) -> Iterator[Part]:
    """Yield the keys that change nothing, each with the reason; those of the number format are said elsewhere."""
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
    """Return the config's key for a size, or none, and whether its number follows from other keys."""
    family = model.architecture
    of_pattern = family.sizes[symbol] is Need.PATTERN and family.pattern is not None
    pattern = family.pattern.keys if of_pattern and family.pattern else ()
    named = (labels.NAMES,) if family.sizes[symbol] is Need.LABELS else pattern if len(pattern) == 1 else ()
    names = (*family.keys(symbol), *named)
    key = next((name for name in names if _given(name, model.config) is not None), "")
    # Code may tell layers apart by sizes alone, without a list of them.
    return key, of_pattern and len(pattern) != 1 and not key


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
