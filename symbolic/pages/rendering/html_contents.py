"""The contents of a page: its sections with their steps, and the figures that add up."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from markupsafe import Markup

from symbolic.pages.page import Entry, Page, Section
from symbolic.pages.rendering.html_inline import HtmlInline


class ContentsLine(NamedTuple):
    """A line of the contents."""

    id: str
    number: str
    title: str
    figure: Markup
    below: tuple[ContentsLine, ...] = ()


def contents_of(page: Page, html: HtmlInline) -> Iterator[ContentsLine]:
    """Yield a line for each section with its steps; those of the first level show results, which add up."""
    for section in sorted(page.sections, key=lambda section: not section.folded):
        entries = [part for part in section.parts if isinstance(part, Entry)]
        # Only what adds up to a figure is listed with its figures.
        listed = entries if section.figure is not None else []
        summed = _sums(entries, section.figure)
        totalled = any(not entry.number for entry in listed)
        below = tuple(
            ContentsLine(
                entry.id,
                entry.number,
                entry.title,
                _step_figure(html, entry, summed, totalled),
                _steps_of(entry),
            )
            for entry in listed
        )
        yield ContentsLine(section.id, "", section.title, html.figure(_figure(section, entries)), below)


def _step_figure(html: HtmlInline, entry: Entry, summed: bool, totalled: bool) -> Markup:
    """Return the figure of a step in the contents: for several sequences those of one don't add up to the total."""
    if not entry.number:
        return html.figure(entry.result)
    shown = html.figure(entry.result if summed else None)
    return Markup("<span{}>{}</span>").format(html.single(), shown) if shown and totalled and html.single() else shown


def _steps_of(entry: Entry) -> tuple[ContentsLine, ...]:
    """Return the steps just below a step, without figures: those of one layer don't add up to all layers'."""
    steps = [below for below in entry.before if below.before]
    return tuple(ContentsLine(below.id, below.number, below.title, Markup()) for below in entry.before) if steps else ()


def _sums(entries: list[Entry], total: int | None) -> bool:
    """Return whether the steps' results add up to the total below them, as those of one sequence don't."""
    results = [entry.result for entry in entries if entry.number]
    if len(results) == len(entries):
        # No total stands below them.
        return True
    return sum((Fraction(result or 0) for result in results), Fraction(0)) == total


def _figure(section: Section, entries: list[Entry]) -> int | None:
    """Return a section's figure, unless one of its own lines says it."""
    return None if section.figure in [entry.result for entry in entries if not entry.number] else section.figure
