"""The document that compares models: side by side, and from each to the next by contributions that sum exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from symbolic.analysis.comparing import compare
from symbolic.analysis.from_one_to_next import from_one_to_next, signed
from symbolic.analysis.parts import by_part
from symbolic.analysis.side_by_side import side_by_side
from symbolic.errors import SymbolicError
from symbolic.formulas.figures import grouped, percent, significant
from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.results import deciding
from symbolic.pages.cited import cited, joined
from symbolic.pages.listing import listed
from symbolic.pages.page import Items, Page, Paragraph, Section
from symbolic.pages.prose import Markup, Prose, plain
from symbolic.pages.sections.notices import not_complete

MOST_AT_TOP = 3
CLOSE = Fraction(11, 10)
"""Of totals that are nearer the share is said by which one is more."""


class TooFew(SymbolicError):
    """Nothing to compare with."""


def compare_page(derivations: Sequence[Derivation]) -> Page:
    """Return the page; TooFew for fewer than two models."""
    if len(derivations) < 2:
        raise TooFew(f"comparing takes two models or more, got {len(derivations)}; name another one")
    prose = Prose("compare", "compare")
    names = _distinct([derivation.model.display_name for derivation in derivations])
    sections = [side_by_side(derivations, names, prose)]
    named = list(zip(derivations, names, strict=True))
    for (first, first_name), (second, second_name) in pairwise(named):
        sections.append(from_one_to_next(compare(first, second), first_name, second_name, prose))
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
        lead=(
            *_answers(derivations, names, prose),
            *_deciding(derivations, names, prose),
            *(
                paragraph._replace(text=f"{plain(name)}: {paragraph.text}")
                for one, name in zip(derivations, names, strict=True)
                for paragraph in not_complete(one.model, one.quantity.name)
            ),
            Paragraph(lead),
            Paragraph(prose("checked"), tone="checked"),
        ),
        sections=tuple(sections),
        sizes={},
    )


def _answers(derivations: Sequence[Derivation], names: Sequence[str], prose: Prose) -> Iterator[Paragraph]:
    """Yield how much more each model has than the one before, how many times as much, and in which parts."""
    for (first, first_name), (second, second_name) in pairwise(zip(derivations, names, strict=True)):
        totals = first.total, second.total
        more, times = second.total - first.total, Fraction(max(totals), min(totals))
        one, other = by_part(first), by_part(second)
        changes = {part: other.get(part, 0) - one.get(part, 0) for part in dict.fromkeys((*other, *one))}
        most = sorted((part for part in changes if changes[part]), key=lambda part: -abs(changes[part]))[:MOST_AT_TOP]
        yield Paragraph(
            prose(
                "answer",
                first=first_name,
                second=second_name,
                more=more > 0,
                same=not more,
                difference=grouped(abs(more)),
                unit=first.unit,
                times=significant(times, 3) if times >= CLOSE else "",
                share=percent(times - 1),
                parts=listed([f"{translate(part)} ({signed(changes[part]).replace(' ', '')})" for part in most])
                if most
                else "",
            )
        )


def _deciding(derivations: Sequence[Derivation], names: Sequence[str], prose: Prose) -> Iterator[Paragraph]:
    """Yield the result by which a reader decides, where that is not the total."""
    if derivations[0].quantity.decides:
        found = [f"{name} {grouped(deciding(one).value)}" for one, name in zip(derivations, names, strict=True)]
        yield Paragraph(prose("deciding", models=listed(found)))


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


def _sources(derivations: Sequence[Derivation], prose: Prose) -> Section:
    configs = [("", plain(joined(derivation.model.source))) for derivation in derivations if derivation.model.source]
    papers = dict.fromkeys(source for one in derivations for source in one.model.architecture.sources)
    items = [*configs, *(("", cited(source)) for source in papers)]
    return Section("sources", prose("sources_title"), (Items(tuple(dict.fromkeys(items))),))
