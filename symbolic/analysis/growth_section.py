"""The section about one design at every width: the formula in emb_dim, the series, a plot with its table."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symbolic.analysis.growth import Growth, Member, growth
from symbolic.analysis.words import TOTAL, decimal, named
from symbolic.formulas.figures import grouped, percent, rounded
from symbolic.language import gettext as _
from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import Cell
from symbolic.pages.listing import listed
from symbolic.pages.page import Items, Paragraph, Part, Relation, Section, Table
from symbolic.pages.pictures import Figure, Points, Series
from symbolic.pages.prose import Markup, Prose

STEPS = 40


def section(derivation: Derivation, prose: Prose) -> list[Section]:
    """Return the section in a list, or none where the model has no width or no depth."""
    found = growth(derivation)
    if found is None:
        return []
    ratios = listed(
        [
            _("{size} is {times} {width}", size=f"`{symbol.name}`", times=_times(ratio), width="`emb_dim`")
            for symbol, ratio in found.ratios.items()
        ]
    )
    parts: list[Part] = [
        Paragraph(
            prose(
                "growth",
                aspect=grouped(found.aspect),
                ratios=Markup(ratios) if ratios else "",
                kept=named([symbol.name for symbol in found.kept]),
            )
        ),
        Relation((("", TOTAL), ("=", found.formula))),
        Paragraph(prose("growth_leading", factor=str(2**found.power), unit=derivation.unit)),
        Relation((("", TOTAL), ("≈", found.leading))),
    ]
    if len(found.members) > 1:
        parts += [
            Paragraph(prose("growth_members", series=found.series)),
            _figure(derivation, found, prose),
            _table(derivation, found, prose),
            *_why_off(derivation, found, prose),
        ]
    return [Section("growth", prose("growth_title"), tuple(parts))]


def _why_off(derivation: Derivation, found: Growth, prose: Prose) -> Iterator[Part]:
    others = [member for member in found.members if _is_other(member)]
    if others:
        yield Paragraph(prose("growth_off", shared=named(list(found.shape(derivation.model.sizes)))))
        yield Items(tuple((member.title, _differs(member, prose)) for member in others))


def _is_other(member: Member) -> bool:
    return bool(member.differs or member.options)


def _differs(member: Member, prose: Prose) -> str:
    """Return in what a model is not shaped as that of the page."""
    sizes = [
        prose("growth_differs", size=Markup(f"`{name}`"), here=_ratio(here), there=_ratio(there))
        for name, (here, there) in member.differs.items()
    ]
    return "; ".join((*sizes, *(prose("growth_option", option=Markup(f"`{name}`")) for name in member.options)))


def _ratio(ratio: Fraction) -> str:
    return grouped(ratio) if ratio.denominator == 1 else decimal(ratio, 3)


def _times(ratio: Fraction) -> str:
    return f"{grouped(ratio)} ×"


def _figure(derivation: Derivation, found: Growth, prose: Prose) -> Figure:
    widths = [member.sizes["emb_dim"] for member in found.members]
    low, high = Fraction(min(widths)) / 2, Fraction(max(widths)) * 2
    # Points a fixed ratio apart lie evenly on a logarithmic axis; an exact ratio needs no root.
    line: list[tuple[Fraction, Fraction]] = []
    width, ratio = low, Fraction(11, 10)
    while width < high * ratio and len(line) < 2 * STEPS:
        line.append((width, found.at(width, derivation.sizes)))
        width = (width * ratio).limit_denominator(10**6)
    leads = [
        (width, Fraction(found.leading.value({**derivation.sizes, "aspect": found.aspect, "emb_dim": width})))
        for width, _ in line
    ]
    names = tuple(member.name for member in found.members)
    points = tuple((member.sizes["emb_dim"], member.total) for member in found.members)
    said = listed([
        prose("growth_point", name=member.name, width=grouped(member.sizes["emb_dim"]),
              total=rounded(member.total) or grouped(member.total), unit=derivation.unit)
        for member in found.members
    ])  # fmt: skip
    return Figure(
        "growth",
        prose("growth_caption", unit=derivation.unit, series=found.series),
        prose("growth_alt", power=found.power, points=Markup(said)),
        Points(
            "emb_dim",
            translate(derivation.unit),
            (
                Series(_("formula at this model's shape"), tuple(line), line=True),
                Series(found.series, points, names),
                Series(_("its leading term"), tuple(leads), line=True),
            ),
        ),
    )


def _table(derivation: Derivation, found: Growth, prose: Prose) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            member.name,
            member.sizes["emb_dim"],
            member.sizes["n_layers"],
            decimal(member.aspect, 3),
            member.total,
            grouped(int(member.predicted + Fraction(1, 2))),
            _off(Fraction(member.predicted) / member.total - 1),
        )
        for member in found.members
    ]
    columns = (_("Model"), "emb_dim", "n_layers", _("Aspect ratio"), _("Exact"), _("Formula"), _("Off by"))
    strong = frozenset(i for i, member in enumerate(found.members) if member.sizes == derivation.model.sizes)
    return Table(prose("growth_table", series=found.series), columns, tuple(rows), frozenset(range(1, 7)), strong)


def _off(part: Fraction) -> str:
    return "0" if not part else f"{'+' if part > 0 else '−'}{percent(abs(part))}"
