"""The document that compares models: side by side, and from each to the next by contributions that sum exactly."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise

from symbolic.analysis.cache_row import cache_row
from symbolic.analysis.comparing import Comparison, PartChange, SizeChange, compare
from symbolic.analysis.design_words import sentences
from symbolic.analysis.parts import COLOURS, by_part
from symbolic.analysis.words import TOTAL, named
from symbolic.errors import SymbolicError
from symbolic.formulas.figures import grouped, percent, rounded
from symbolic.formulas.formula import Exact, Formula
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.language import gettext as _
from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.idle import in_total
from symbolic.pages.cells import Cell, Letters, Signed
from symbolic.pages.cited import cited, joined
from symbolic.pages.colours import OTHER
from symbolic.pages.listing import listed
from symbolic.pages.page import Items, Page, Paragraph, Part, Relation, Section, Table
from symbolic.pages.pictures import Bars, Figure
from symbolic.pages.prose import Markup, Prose, plain

LARGE_PART = Fraction(1, 20)


class TooFew(SymbolicError):
    """Nothing to compare with."""


DRAWABLE = 10**300


def compare_page(derivations: Sequence[Derivation]) -> Page:
    """Return the page; TooFew for fewer than two models."""
    if len(derivations) < 2:
        raise TooFew(f"comparing takes two models or more, got {len(derivations)}; name another one")
    prose = Prose("compare", "compare")
    names = _distinct([derivation.model.display_name for derivation in derivations])
    sections = [_side(derivations, names, prose)]
    named = list(zip(derivations, names, strict=True))
    for (first, first_name), (second, second_name) in pairwise(named):
        sections.append(_pair(compare(first, second), first_name, second_name, prose))
    sections.append(_sources(derivations, prose))
    first = derivations[0]
    counts = prose("convention", says=Markup(translate(first.convention.says)))
    lead = f"{prose('lead', models=listed(names), unit=first.unit, many=len(names) > 2)} {counts}"
    return Page(
        title=listed(names),
        subtitle=prose("subtitle"),
        total=None,
        rounded="",
        unit=translate(first.unit),
        lead=(Paragraph(lead), Paragraph(prose("checked"), tone="checked")),
        sections=tuple(sections),
        sizes={},
    )


def _distinct(names: Sequence[str]) -> list[str]:
    """Return the names, those that come twice with a number behind them."""
    found: list[str] = []
    for name in names:
        made, copy = name, 1
        while made in found:
            copy += 1
            made = f"{name} ({copy})"
        found.append(made)
    return found


def _side(derivations: Sequence[Derivation], names: Sequence[str], prose: Prose) -> Section:
    unit = derivations[0].unit
    counted = [by_part(derivation) for derivation in derivations]
    parts = list(dict.fromkeys(part for one in counted for part in one))
    said = [
        prose(
            "bars_model", name=name, total=rounded(derivation.total) or grouped(derivation.total),
            parts=listed([f"{translate(part)} {percent(share)}" for part, value in one.items()
                          if (share := Fraction(value, derivation.total)) >= LARGE_PART]),
        )
        for derivation, name, one in zip(derivations, names, counted, strict=True)
    ]  # fmt: skip
    rows: list[tuple[Cell, ...]] = [(translate(part), *(one.get(part, 0) for one in counted)) for part in parts]
    rows.append((_("total"), *(derivation.total for derivation in derivations)))
    total = len(rows) - 1
    rows += _below(derivations)
    bars = tuple((name, tuple(one.get(part, 0) for part in parts)) for name, one in zip(names, counted, strict=True))
    figure = Figure("parts", prose("bars_caption", unit=unit), prose("bars_alt", models=Markup("; ".join(said))),
                    Bars(translate(unit), tuple(map(translate, parts)), bars,
                         tuple(COLOURS.get(part, OTHER) for part in parts)))  # fmt: skip
    # A plot is drawn with floating-point numbers, which end at 10^308.
    drawn = [figure] if all(sum(values) < DRAWABLE for _, values in bars) else []
    numeric = frozenset(range(1, len(names) + 1))
    return Section(
        "side-by-side",
        prose("side_title"),
        (
            Paragraph(prose("side", unit=unit)),
            *drawn,
            Table(prose("parts_table"), (_("Part"), *names), tuple(rows), numeric, frozenset({total})),
            _sizes_table(derivations, names, prose),
            *_options_table(derivations, names, prose),
        ),
    )  # fmt: skip


def _below(derivations: Sequence[Derivation]) -> list[tuple[Cell, ...]]:
    """Return what stands below the parameters: those that work on one token, if experts are chosen, and the cache."""
    quantity = derivations[0].quantity
    if quantity.name != "parameters" or derivations[0].convention != quantity.default:
        return []
    active = [one.counted_as(quantity.conventions["active"]).total for one in derivations]
    chosen = any(few < one.total for few, one in zip(active, derivations, strict=True))
    rows: list[tuple[Cell, ...]] = [(_("of which work on one token"), *active)] if chosen else []
    return rows + cache_row(derivations)


def _sizes_table(derivations: Sequence[Derivation], names: Sequence[str], prose: Prose) -> Table:
    used = [in_total(derivation) for derivation in derivations]
    known = [name for name in SYMBOLS if any(name in one for one in used)]
    rows: list[tuple[Cell, ...]] = []
    for name in known:
        values = [derivation.sizes.get(name) for derivation in derivations]
        if all(value in (None, 0) for value in values):
            continue
        rows.append((f"``{name}``", *(prose("no_size") if value is None else grouped(value) for value in values)))
    return Table(prose("sizes_table"), (_("Size"), *names), tuple(rows), frozenset(range(1, len(names) + 1)))


def _options_table(derivations: Sequence[Derivation], names: Sequence[str], prose: Prose) -> list[Table]:
    """Return the options that differ or are set; no table where there is none."""
    rows: list[tuple[Cell, ...]] = []
    options = dict.fromkeys(option.name for derivation in derivations for option in derivation.model.shown_options)
    for name in options:
        chosen = [derivation.model.options.get(name) for derivation in derivations]
        if any(chosen) and any(_changes(derivation, name) for derivation in derivations):
            rows.append((f"`{name}`", *(_set(value, prose) for value in chosen)))
    family = (_("family"), *(plain(one.model.architecture.title) for one in derivations))
    columns, numeric = (_("Option"), *names), frozenset(range(1, len(names) + 1))
    return [Table(prose("options_table"), columns, (family, *rows), numeric)] if rows else []


def _changes(derivation: Derivation, name: str) -> bool:
    """Return whether setting an option otherwise would change the total; True where that can't be said."""
    value = derivation.model.options.get(name)
    if not isinstance(value, bool):
        return value is not None
    # What is off can't be turned on without the size that it needs, such as that of a window.
    needed = next((one.needs for one in derivation.model.architecture.options if one.name == name), None)
    if needed is not None and needed.name not in derivation.sizes:
        return True
    with suppress(SymbolicError):
        return derivation.counted_as(derivation.convention, {name: not value}).total != derivation.total
    return True


def _set(value: bool | str | None, prose: Prose) -> str:
    if value is None:
        return prose("no_option")
    return plain(value) if isinstance(value, str) else _("yes") if value else _("no")


def _pair(found: Comparison, first: str, second: str, prose: Prose) -> Section:
    difference = found.second.total - found.first.total
    parts: list[Part] = [
        Paragraph(prose("pair", first=first, second=second, difference=grouped(abs(difference)), same=not difference,
                        unit=found.second.unit, more=difference >= 0, design=bool(found.parts))),
    ]  # fmt: skip
    parts += _design(found, first, second, prose)
    parts += _sizes(found, second, prose)
    parts.append(_summary(found, prose))
    return Section(f"to-{_safe(second)}", prose("pair_title", first=first, second=second), tuple(parts))


def _design(found: Comparison, first: str, second: str, prose: Prose) -> list[Part]:
    if not found.parts:
        return [Paragraph(prose("design_same"))]
    rows: list[tuple[Cell, ...]] = [(first, "", "", found.first.total)]
    for change in found.parts:
        what = f"{translate(change.part)}: {translate(change.kind)}"
        rows.append((what, _formula(change), _signed(change.value), _exact(change.running)))
    columns = (_("Part"), _("Formula"), _("Adds"), _("Makes"))
    missing = _missing(found, second, prose)
    if missing:
        names, defaults = zip(*missing, strict=True)
        about = prose(
            "design_missing", first=first, names=named(names), one=len(names) == 1, defaults=Markup(listed(defaults))
        )
        note = [Paragraph(about, tone="note")]
    else:
        note = []
    said = sentences(found, prose)
    parts: list[Part] = [
        Paragraph(prose("design", first=first, second=second)),
        *note,
        Table(prose("design_table"), columns, tuple(rows), frozenset({2, 3})),
    ]
    return parts + ([Items(tuple(("", one) for one in said))] if said else [])


def _missing(found: Comparison, second: str, prose: Prose) -> list[tuple[str, str]]:
    """Return the sizes of the second design that the first model lacks, and what they are taken to be."""
    used = {symbol.name for symbol in found.second.general.formula.symbols}
    family = found.second.model.architecture.sizes
    missing = []
    for name in found.second.sizes:
        symbol = SYMBOLS[name]
        if name in found.first.sizes or name not in used or symbol in found.second.model.absent:
            continue
        default = family.get(symbol)
        from_first = isinstance(default, Formula) and all(part.name in found.first.sizes for part in default.symbols)
        if from_first and isinstance(default, Formula):
            shown = prose("design_default", default=Markup(_written(default)))
        else:
            size = found.start.get(name, found.second.sizes[name])
            shown = prose("design_as_there", size=grouped(size), second=second)
        missing.append((name, shown))
    return missing


def _written(formula: Formula) -> str:
    from symbolic.pages.rendering.text_notation import Text

    return f"`{Text()(formula)}`"


def _sizes(found: Comparison, second: str, prose: Prose) -> list[Part]:
    if not found.sizes:
        return [Paragraph(prose("sizes_same"))]
    start = exact_of(found.first.total, found.of_design)
    rows: list[tuple[Cell, ...]] = [(_("start"), "", "", start)]
    rows += [
        (_change(change), _formula(change), _signed(change.value), _exact(change.running)) for change in found.sizes
    ]
    together = [Paragraph(prose("sizes_together"))] if any(len(one.symbols) > 1 for one in found.sizes) else []
    return [
        Paragraph(prose("closed", second=second)),
        Relation((("", TOTAL), ("=", found.second.general_form))),
        Paragraph(prose("sizes", second=second)),
        *together,
        Table(prose("sizes_changed"), (_("Size"), _("Formula"), _("Adds"), _("Makes")), tuple(rows), frozenset({2, 3})),
    ]


def _change(change: SizeChange) -> str:
    return ", ".join(
        f"`{symbol.name}` {grouped(before)} → {grouped(after)}"
        for symbol, before, after in zip(change.symbols, change.before, change.after, strict=True)
    )


def _formula(change: PartChange | SizeChange) -> Cell:
    return "" if change.formula is None else Letters(change.formula)


def _summary(found: Comparison, prose: Prose) -> Paragraph:
    design: Exact = found.of_design
    sizes: Exact = found.of_sizes
    same = not found.sizes
    ends = {"first": grouped(found.first.total), "second": grouped(found.second.total)}
    if not found.parts:
        return Paragraph(prose("summary_sizes", same=same, signed_sizes=_added(sizes), **ends))
    return Paragraph(
        prose(
            "summary",
            design=grouped(design if design >= 0 else -design),
            design_more=design >= 0,
            sizes=grouped(sizes if sizes >= 0 else -sizes),
            sizes_more=sizes >= 0,
            **ends,
            signed_design=_added(design),
            signed_sizes=_added(sizes),
        )
    )


def _sources(derivations: Sequence[Derivation], prose: Prose) -> Section:
    configs = [("", plain(joined(derivation.model.source))) for derivation in derivations if derivation.model.source]
    papers = dict.fromkeys(source for one in derivations for source in one.model.architecture.sources)
    items = [*configs, *(("", cited(source)) for source in papers)]
    return Section("sources", prose("sources_title"), (Items(tuple(dict.fromkeys(items))),))


def exact_of(total: int, added: Exact) -> Cell:
    """Return a total after a change, as a cell."""
    return _exact(total + added)


def _exact(value: Exact) -> Cell:
    return value if isinstance(value, int) else grouped(value)


def _signed(value: Exact) -> Cell:
    return Signed(value) if isinstance(value, int) else _minus(value)


def _added(value: Exact) -> str:
    """Return a change with its sign: + 1,000 or − 1,000."""
    return f"+ {grouped(value)}" if value >= 0 else f"− {grouped(-value)}"


def _minus(value: Exact) -> str:
    return grouped(value).replace("-", "−")


def _safe(name: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)
