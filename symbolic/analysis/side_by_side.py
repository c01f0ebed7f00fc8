"""Models side by side: their parts as bars and in a table, their sizes and their options."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction

from symbolic.analysis.cache_row import cache_row
from symbolic.analysis.design_table import design_table
from symbolic.analysis.parts import COLOURS, by_part
from symbolic.errors import SymbolicError
from symbolic.formulas.figures import grouped, percent, rounded
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.language import gettext as _
from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.idle import in_total
from symbolic.measuring.results import deciding
from symbolic.measuring.routed import of_one_token
from symbolic.pages.cells import Cell
from symbolic.pages.colours import OTHER
from symbolic.pages.listing import listed
from symbolic.pages.page import Paragraph, Section, Table
from symbolic.pages.pictures import Bars, Figure
from symbolic.pages.prose import Markup, Prose, plain

LARGE_PART = Fraction(1, 20)
DRAWABLE = 10**300
SHORT_BAR = Fraction(1, 5)
"""A bar that is shorter than this part of the longest one is drawn once more, as long as that."""


def side_by_side(derivations: Sequence[Derivation], names: Sequence[str], prose: Prose) -> Section:
    """Return the section: bars of the parts, and tables of parts, sizes and options with a column a model."""
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
    beside = _beside(derivations)
    bars = tuple((name, tuple(one.get(part, 0) for part in parts)) for name, one in zip(names, counted, strict=True))
    coloured = tuple(COLOURS.get(part, OTHER) for part in parts)
    plot = Bars(translate(unit), tuple(map(translate, parts)), bars, coloured)
    figure = Figure("parts", prose("bars_caption", unit=unit), prose("bars_alt", models=Markup("; ".join(said))), plot)
    sums = [one.total for one in derivations]
    # A plot is drawn with floating-point numbers, which end at 10^308.
    drawn = [figure] if max(sums) < DRAWABLE else []
    if drawn and min(sums) < SHORT_BAR * max(sums):
        # Beside that of a much larger model, the parts of a bar are too small to be seen.
        shares = tuple((name, tuple(Fraction(100 * value, sum(values)) for value in values)) for name, values in bars)
        alt = prose("shares_alt", models=Markup("; ".join(said)))
        drawn.append(Figure("shares", prose("shares_caption", unit=unit), alt, plot._replace(unit="%", bars=shares)))
    numeric = frozenset(range(1, len(names) + 1))
    caption = prose("beside_deciding" if derivations[0].quantity.decides else "beside_table")
    return Section(
        "side-by-side",
        prose("side_title"),
        (
            Paragraph(prose("side", unit=unit)),
            *drawn,
            Table(prose("parts_table"), (_("Part"), *names), tuple(rows), numeric, frozenset({total})),
            *([Table(caption, (_("What"), *names), tuple(beside), numeric)] if beside else []),
            _sizes_table(derivations, names, prose),
            *design_table(derivations, names, prose),
            *_options_table(derivations, names, prose),
        ),
    )  # fmt: skip


def _beside(derivations: Sequence[Derivation]) -> list[tuple[Cell, ...]]:
    """Return what stands beside the total: the result by which a reader decides, where that is not the total.

    Beside parameters it is those that work on one token, if experts are chosen, and the cache.
    """
    quantity = derivations[0].quantity
    if quantity.decides:
        return [(translate(quantity.decides), *(deciding(one).value for one in derivations))]
    if quantity.name != "parameters" or derivations[0].convention != quantity.default:
        return []
    known = [of_one_token(one) for one in derivations]
    active = ["–" if one is None else one.total for one in known]
    chosen = any(few is not None and few.total < one.total for few, one in zip(known, derivations, strict=True))
    rows: list[tuple[Cell, ...]] = [(_("parameters that work on a token"), *active)] if chosen else []
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
    columns, numeric = (_("Option"), *names), frozenset(range(1, len(names) + 1))
    return [Table(prose("options_table"), columns, tuple(rows), numeric)] if rows else []


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
