"""The first rows of a sweep as a page: what it shows of itself in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from symbolic.formulas.formula import Exact
from symbolic.language import capitalised, ngettext
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import Cell
from symbolic.pages.page import Page, Paragraph, Section, Table
from symbolic.pages.sections.notices import not_complete

SHOWN = 20


def sweep_page(
    derivation: Derivation,
    names: Sequence[str],
    rows: Iterable[Sequence[Exact | None]],
    combinations: int,
    results: Sequence[str] = (),
) -> Page:
    """Return a page with the first rows (the sizes of these names, the total, and results), and their number."""
    first: list[tuple[Cell, ...]] = [tuple("" if one is None else one for one in row) for row in islice(rows, SHOWN)]
    columns = (*names, capitalised(derivation.unit), *results)
    sentence = ngettext(
        "{count} combination of sizes; here are the first rows.",
        "{count} combinations of sizes; here are the first rows.",
        combinations,
    )
    parts = (Paragraph(sentence), Table("", columns, tuple(first), frozenset(range(len(columns)))))
    section = Section("rows", _("Rows"), parts)
    lead = not_complete(derivation.model, derivation.quantity.name)
    return Page(derivation.model.display_name, derivation.quantity.title, None, "", "", lead, (section,), {})
