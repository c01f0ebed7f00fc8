"""CSV: every answer of every form, for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from symbolic.handouts.exports import File
from symbolic.handouts.form import Form
from symbolic.language import lazy as _
from symbolic.language import translate, ungrouped
from symbolic.spreadsheets import safe_cell

COLUMNS = (_("student"), _("form"), _("question"), _("answer"), _("points"))


def handout_files(forms: Sequence[Form]) -> Iterator[File]:
    """Yield one table with a row for each answer, its digits without commas."""
    table = StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(map(translate, COLUMNS))
    for form in forms:
        for item, points in form.points_of:
            writer.writerow((safe_cell(form.student), form.id, item.id, ungrouped(item.shown), points))
    yield "keys/key.csv", table.getvalue()
