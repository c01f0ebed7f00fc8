"""The document that derives a quantity: what it says, in order, for every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Literal, TypeAlias

from symbolic import algebra, checks, models, reconciliation
from symbolic.architecture import Kind, Leaf, Need, Weight, axes, weights
from symbolic.conventions import Convention
from symbolic.derivation import Derivation, Step, derive
from symbolic.figures import grouped, percent, rounded, with_unit
from symbolic.formula import Formula, Number, Product, Quotient, Sum, Symbol
from symbolic.model import Model, without_effect
from symbolic.page import (
    Bar,
    Cell,
    Entry,
    Equation,
    Items,
    Math,
    Page,
    Paragraph,
    Part,
    Section,
    Share,
    Signed,
    Statement,
    Table,
)
from symbolic.prose import Markup, Prose, plain
from symbolic.reconciliation import Chain, reconcile
from symbolic.results import follow, remarks
from symbolic.vocabulary import SYMBOLS

Detail: TypeAlias = Literal["brief", "full"]
DETAILS: tuple[Detail, ...] = ("brief", "full")


def explain_page(derivation: Derivation, detail: Detail = "full") -> Page:
    """The page; `brief` leaves out the sentences, the other counts and what a parameter is."""
    prose = Prose(derivation.quantity.name)
    full = detail == "full"
    sections = [
        _config(derivation, prose),
        _where(derivation, prose),
        _steps(derivation, prose, full),
        _closed(derivation, prose),
        *([_results(derivation, prose)] if derivation.quantity.results else []),
    ]
    if full:
        meaning = [_meaning(derivation, prose)] if "meaning" in prose else []
        sections += [_counts(derivation, prose), *meaning, _sources(derivation, prose)]
    return Page(
        title=derivation.model.name,
        subtitle=prose("subtitle", title=derivation.quantity.title),
        total=derivation.total,
        rounded=rounded(derivation.total),
        unit=derivation.unit,
        lead=_lead(derivation, prose),
        sections=tuple(sections),
        sizes=derivation.sizes,
    )


def model_page(model: Model) -> Page:
    """The sizes and options of a model, before anything is measured."""
    prose = Prose("parameters")
    section = Section("config", prose("config_title"), tuple(_config_parts(model, prose, None)))
    return Page(model.name, model.architecture.title, None, "", "", (), (section,), model.sizes)


def _lead(derivation: Derivation, prose: Prose) -> tuple[Paragraph, ...]:
    convention = derivation.convention
    says = prose(
        "convention", says=convention.says, chosen=convention != derivation.quantity.default, name=convention.name
    )
    if derivation.left_out and convention != derivation.quantity.default:
        kinds = dict.fromkeys(_kind(leaf) for leaf in derivation.left_out)
        says += " " + prose("left_out", names=_listed([f"the {kind}" for kind in kinds]))
    lead = [Paragraph(says)]
    others = [entry for entry in reconciliation.published(derivation) if not entry.mistake]
    totals = {entry.total: entry.name for entry in others if entry.total != derivation.total}
    if totals:
        named = [prose("other_total", total=grouped(total), name=name) for total, name in totals.items()]
        lead.append(Paragraph(prose("other_totals", totals=Markup(_listed(named)))))
    checks.closed_form(derivation)
    done = [prose("check_lines", count=checks.equations(derivation)), prose("check_closed")]
    done += [prose("check_read_back")] if derivation.read_back else []
    if (verified := models.verified(derivation.model)) is not None:
        done.append(prose("check_verified", tensors=grouped(verified.tensors), code=verified.code))
    done += [prose("check_published", name=entry.name) for entry in checks.published(derivation)]
    lead.append(Paragraph(prose("checked", checks=Markup("; ".join(done))), tone="checked"))
    return tuple(lead)


def _kind(leaf: Leaf) -> str:
    """How a sentence names a leaf: big ones each, the biases and such of a network together."""
    small = isinstance(leaf.part, Weight) and leaf.part.kind not in (Kind.TABLE, Kind.MATRIX)
    return leaf.weight.kind.value if small else leaf.part.name


def _config(derivation: Derivation, prose: Prose) -> Section:
    used = {symbol.name for symbol in derivation.root.formula.symbols}
    intro = Paragraph(prose("config", source=derivation.model.source))
    parts = (intro, *_config_parts(derivation.model, prose, used), *_inputs(derivation, prose, used))
    return Section("config", prose("config_title"), parts)


def _inputs(derivation: Derivation, prose: Prose, used: set[str]) -> Iterator[Part]:
    """What the quantity takes beside the model: each with its value, and whether somebody chose it."""
    inputs, asked = derivation.inputs, set(used)
    for symbol, formula in inputs.definitions.items():
        asked |= {part.name for part in formula.symbols} if symbol.name in used else set()
    asked |= {symbol.name for result in follow(derivation) if result.formula for symbol in result.formula.symbols}
    shown = [SYMBOLS[name] for name in inputs.sizes if name in asked]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"``{symbol.name}``",
            f"${symbol.name}$",
            with_unit(inputs.sizes[symbol.name], symbol.unit),
            symbol.meaning + (f" {prose('default_input')}." if symbol.name in inputs.assumed else "."),
        )
        for symbol in shown
        if symbol not in inputs.definitions
    )
    if rows:
        yield Paragraph(prose("inputs"))
        yield Table(prose("inputs_table"), ("Name", "Letter", "Value", "Meaning"), rows, frozenset({2}))
    for symbol in shown:
        if symbol in inputs.definitions:
            yield Equation(inputs.definitions[symbol], inputs.sizes[symbol.name], symbol, symbol.unit)
            yield Paragraph(f"`{symbol.name}` is {symbol.meaning}.", tone="note")


def _config_parts(model: Model, prose: Prose, used: set[str] | None) -> Iterator[Part]:
    """The sizes, the definitions, the options, the keys that change nothing."""
    title = model.architecture.title
    definitions = set(model.definitions)
    needed = (
        used if used is None else used | {s.name for d in definitions if d.name in used for s in _primary(d, model)}
    )
    rows: list[tuple[Cell, ...]] = []
    for symbol in model.architecture.sizes:
        if symbol in definitions or symbol in model.absent or symbol.name not in model.sizes:
            continue
        meaning = symbol.meaning + "."
        if model.architecture.sizes[symbol] is Need.PATTERN:
            meaning += " " + prose("pattern")
        if symbol.name in model.assumed:
            meaning = meaning.removesuffix(".") + " " + prose("assumed", family=title) + "."
        if needed is not None and symbol.name not in needed:
            meaning += " " + prose("unused")
        rows.append((f"``{symbol.name}``", f"${symbol.name}$", model.sizes[symbol.name], meaning))
    yield Table(prose("config_sizes"), ("Name", "Letter", "Value", "Meaning"), tuple(rows), frozenset({2}))
    if definitions:
        yield Paragraph(prose("definitions", count=len(definitions)))
        for symbol, formula in model.definitions.items():
            yield Equation(formula, model.sizes[symbol.name], symbol)
            yield Paragraph(f"`{symbol.name}` is {symbol.meaning}.", tone="note")
    if model.options:
        columns = tuple(prose(f"column_{name}") for name in ("option", "meaning", "set"))
        options = tuple(
            (
                f"`{option.name}`",
                option.meaning + (" " + prose("assumed", family=title) if option.name in model.assumed else ""),
                _set(model.options[option.name]),
            )
            for option in model.architecture.options
        )
        yield Table(prose("options"), columns, options)
    if model.ignored:
        yield Paragraph(prose("ignored"))
        yield Items(tuple((f"`{plain(key)}`", without_effect(key) or prose("unknown_key")) for key in model.ignored))


def _set(value: bool | str) -> str:
    return plain(value) if isinstance(value, str) else "yes" if value else "no"


def _primary(symbol: Formula, model: Model) -> tuple[Symbol, ...]:
    return algebra.primary(symbol, model.definitions).symbols


def _where(derivation: Derivation, prose: Prose) -> Section:
    shown = [(name, step) for name, step in _shown_parts(derivation.root) if step.whole]
    repeated = Counter(step.label for _, step in shown)
    parts = [(name if repeated[step.label] > 1 else step.label, step) for name, step in shown]
    alt = prose(
        "where_alt",
        count=len(parts),
        parts=", ".join(f"{name} {percent(step.share)}" for name, step in parts),
    )
    rows: list[tuple[Cell, ...]] = [(plain(name), step.whole, Share(step.share)) for name, step in parts]
    rows.append(("total", derivation.total, Share(Fraction(1))))
    table = Table(
        prose("where_table"),
        ("Part", derivation.unit[:1].upper() + derivation.unit[1:], "Share"),
        tuple(rows),
        frozenset({1, 2}),
        frozenset({len(rows) - 1}),
    )
    bar = Bar(tuple((name, step.whole, step.share) for name, step in parts), alt)
    return Section("where", prose("where_title", unit=derivation.unit), (Paragraph(prose("where")), bar, table))


def _shown_parts(step: Step) -> Iterator[tuple[str, Step]]:
    """The network's parts, a stack of layers opened, and a name that tells two stacks' parts apart."""
    for below in step.steps:
        if below.role == "layer":
            yield from ((f"{part.label} ({below.label})", part) for part in below.steps)
        else:
            yield below.label, below


def _steps(derivation: Derivation, prose: Prose, full: bool) -> Section:
    entries = tuple(_entry(step, derivation, prose, full, None) for step in derivation.steps)
    last = Entry(
        number="",
        id="total",
        title=prose("total_title"),
        text=prose("total" if derivation.root.lines else "total_is_that") if full else "",
        equations=tuple(Equation(line.formula, line.value, unit=_unit(derivation)) for line in derivation.root.lines),
        before=(),
        result=derivation.total,
    )
    intro = (Paragraph(prose("steps")),) if full else ()
    return Section("steps", prose("steps_title"), (*intro, *entries, last), derivation.total)


def _entry(step: Step, derivation: Derivation, prose: Prose, full: bool, above: Step | None) -> Entry:
    text = step.about if full else ""
    if step.weight and step.weight.tied_to and not step.value:
        text = f"{text} {prose('tied', to=step.weight.tied_to)}".strip()
    running = None
    if step.value and step.running != step.value:
        where = prose("running_total") if above is None else prose("running", where=_one(above))
        running = (where, step.running)
    return Entry(
        number=step.number,
        id=f"step-{step.number.replace('.', '-')}",
        title=step.label[:1].upper() + step.label[1:],
        text=text,
        equations=tuple(Equation(line.formula, line.value, unit=_unit(derivation)) for line in step.lines),
        before=tuple(_entry(below, derivation, prose, full, step) for below in step.steps),
        result=step.value,
        running=running,
        detail=tuple(_detail(step, prose)) if full else (),
        unit=_unit(derivation),
        share=step.share,
    )


def _unit(derivation: Derivation) -> str:
    return derivation.unit if derivation.quantity.unit_in_steps else ""


def _one(step: Step) -> str:
    return f"one {step.name}" if step.repeat is not None else f"the {step.name}"


def _detail(step: Step, prose: Prose) -> Iterator[tuple[str, str]]:
    if step.part and step.value:
        shape = " × ".join(_axis(axis) for axis in axes(step.part))
        several = getattr(step.part, "copies", 1)
        copies = f"{several} of " if several > 1 else ""
        yield prose("detail_shape"), f"{copies}({shape})"
    if step.value and step.whole != step.value:
        yield prose("detail_whole", times="layers"), grouped(step.whole)
    if step.value:
        yield prose("detail_share"), percent(step.share)


def _axis(axis: Formula) -> str:
    """An axis as markup: its formula, in brackets where it stands beside others."""
    match axis:
        case Symbol(name=name):
            return f"`{name}`"
        case Number(number=number):
            return grouped(number)
    sign = {Sum: " + ", Product: " × ", Quotient: " / "}[type(axis)]
    return f"({sign.join(_axis(part) for part in axis.children)})"


def _closed(derivation: Derivation, prose: Prose) -> Section:
    closed = derivation.closed
    lead = algebra.leading(closed)
    value = lead.value(derivation.sizes)
    off = Fraction(derivation.total - value, derivation.total)
    says = (
        prose(
            "leading_off",
            value=grouped(value),
            percent=percent(abs(off)),
            below=off > 0,
            large=abs(off) > Fraction(1, 20),
        )
        if off
        else prose("leading_exact")
    )
    parts = (
        Paragraph(prose("closed")),
        Statement(closed),
        Paragraph(prose("leading")),
        Statement(lead),
        Paragraph(says),
    )
    return Section("closed-form", prose("closed_title"), parts)


def _results(derivation: Derivation, prose: Prose) -> Section:
    parts: list[Part] = [Paragraph(prose("results"))]
    for number, result in enumerate(follow(derivation), 1):
        equations = () if result.formula is None else (Equation(result.formula, result.value, unit=result.unit),)
        parts.append(
            Entry(
                number="",
                id=f"result-{number}",
                title=result.title[:1].upper() + result.title[1:],
                text=result.about,
                equations=equations,
                before=(),
                result=result.value,
            )
        )
    if items := remarks(derivation):
        parts += [Paragraph(prose("remarks")), Items(items)]
    return Section("results", prose("results_title"), tuple(parts))


def _counts(derivation: Derivation, prose: Prose) -> Section:
    model, quantity, given = derivation.model, derivation.quantity, derivation.inputs.given
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"`{convention.name}`", _counts_what(convention), derive(model, quantity, convention, given).total)
        for convention in quantity.conventions.values()
    )
    columns = tuple(prose(f"column_{name}") for name in ("convention", "counts", "total"))
    here = frozenset(index for index, name in enumerate(quantity.conventions) if name == derivation.convention.name)
    chains = reconcile(derivation)
    parts: list[Part] = [Paragraph(prose("counts")), Table(prose("conventions"), columns, rows, frozenset({2}), here)]
    parts += [Paragraph(prose("counts_chains"))] if chains else []
    parts += [_chain(chain, derivation, prose) for chain in chains]
    return Section("other-counts", prose("counts_title"), tuple(parts))


def _counts_what(convention: Convention) -> str:
    """What a convention counts, who does so, and in which unit where that is another one."""
    unit = f" (in {convention.unit})" if convention.unit else ""
    return convention.says + unit + (f" ({convention.source})" if convention.source else "")


def _chain(chain: Chain, derivation: Derivation, prose: Prose) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for row in chain.rows:
        who = ", ".join((*row.names, *((prose("here"),) if row.running == derivation.total else ())))
        formula: Cell = "" if row.formula is None else Math(row.formula)
        starts = row.value == row.running and row.formula is None
        label = (prose("chain_start") if starts and not rows else row.label) or ""
        rows.append((label, formula, "" if starts else Signed(row.value), row.running, who))
    caption = (
        prose("chain_option", option=chain.title)
        if " " in chain.title
        else prose("chain", below=chain.other < derivation.total, other=chain.title)
    )
    columns = tuple(prose(f"column_{name}") for name in ("step", "formula", "adds", "running", "who"))
    return Table(caption, columns, tuple(rows), frozenset({2, 3}))


def _meaning(derivation: Derivation, prose: Prose) -> Section:
    network = derivation.model.network
    roles = dict.fromkeys(leaf.role for leaf in weights(network))
    if any(leaf.weight.kind is Kind.BIAS for leaf in weights(network)):
        roles["bias"] = None
    blocks = (f"meaning_{role.replace('-', '_')}" for role in roles)
    known = (block for block in blocks if block in prose)
    parts = (Paragraph(prose("meaning")), *(Paragraph(prose(block)) for block in known))
    return Section("meaning", prose("meaning_title"), parts)


def _sources(derivation: Derivation, prose: Prose) -> Section:
    model = derivation.model
    items = [("", prose("sources_config", source=model.source))] if model.source else []
    sources = (*model.architecture.sources, *derivation.quantity.sources)
    items += [("", f"[{plain(source.title)}]({source.url})") for source in sources]
    known = dict.fromkeys(entry.source for entry in reconciliation.published(derivation))
    items += [("", plain(source)) for source in known]
    return Section("sources", prose("sources_title"), (Items(tuple(items)),))


def _listed(parts: list[str]) -> str:
    """a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
