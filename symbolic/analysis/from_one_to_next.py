"""From one model to the next: what its design adds, then what each size adds, which sum exactly to the difference."""

from __future__ import annotations

from symbolic.analysis.comparing import Comparison, PartChange, SizeChange
from symbolic.analysis.design_words import sentences
from symbolic.analysis.words import TOTAL
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Formula
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.language import gettext as _
from symbolic.language import translate
from symbolic.pages.cells import Cell, Letters, Signed
from symbolic.pages.listing import listed
from symbolic.pages.page import Items, Paragraph, Part, Relation, Section, Table
from symbolic.pages.prose import Markup, Prose


def from_one_to_next(found: Comparison, first: str, second: str, prose: Prose) -> Section:
    """Return the section: what the second design adds to the first model, then what each size adds."""
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
    by_default, as_there = _missing(found)
    missing = prose(
        "design_missing",
        first=first,
        second=second,
        defaults=Markup(listed(by_default)) if by_default else "",
        there=Markup(listed(as_there)) if as_there else "",
    )
    note = [Paragraph(missing, tone="note")] if by_default or as_there else []
    said = sentences(found, prose)
    parts: list[Part] = [
        Paragraph(prose("design", first=first, second=second)),
        *note,
        Table(prose("design_table"), columns, tuple(rows), frozenset({2, 3})),
    ]
    return parts + ([Items(tuple(("", one) for one in said))] if said else [])


def _missing(found: Comparison) -> tuple[list[str], list[str]]:
    """Return the sizes of the second design that the first model lacks, each with what it is taken to be.

    The first list has those of which the second's family has a default, the second those that are the second model's.
    """
    used = {symbol.name for symbol in found.second.general.formula.symbols}
    family = found.second.model.architecture.sizes
    by_default, as_there = [], []
    for name in found.second.sizes:
        symbol = SYMBOLS[name]
        if name in found.first.sizes or name not in used or symbol in found.second.model.absent:
            continue
        default = family.get(symbol)
        from_first = isinstance(default, Formula) and all(part.name in found.first.sizes for part in default.symbols)
        if from_first and isinstance(default, Formula):
            by_default.append(f"`{name}` = {_written(default)}")
        else:
            as_there.append(f"`{name}` = {grouped(found.start.get(name, found.second.sizes[name]))}")
    return by_default, as_there


def _written(formula: Formula) -> str:
    from symbolic.pages.rendering.text_notation import Text

    return f"`{Text()(formula)}`"


def _sizes(found: Comparison, second: str, prose: Prose) -> list[Part]:
    if not found.sizes:
        return [Paragraph(prose("sizes_same"))]
    start = _exact(found.first.total + found.of_design)
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
        return Paragraph(prose("summary_sizes", same=same, signed_sizes=signed(sizes), **ends))
    return Paragraph(
        prose(
            "summary",
            design=grouped(design if design >= 0 else -design),
            design_more=design >= 0,
            sizes=grouped(sizes if sizes >= 0 else -sizes),
            sizes_more=sizes >= 0,
            **ends,
            signed_design=signed(design),
            signed_sizes=signed(sizes),
        )
    )


def _exact(value: Exact) -> Cell:
    return value if isinstance(value, int) else grouped(value)


def _signed(value: Exact) -> Cell:
    return Signed(value) if isinstance(value, int) else _minus(value)


def signed(value: Exact) -> str:
    """Return a change with its sign: + 1,000 or − 1,000."""
    return f"+ {grouped(value)}" if value >= 0 else f"− {grouped(-value)}"


def _minus(value: Exact) -> str:
    return grouped(value).replace("-", "−")


def _safe(name: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)
