"""CSV: every answer of every form, for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from symbolic.handouts.exports import File
from symbolic.handouts.form import Form
from symbolic.handouts.key import marked
from symbolic.language import lazy as _
from symbolic.language import translate, ungrouped
from symbolic.pages.rendering.markup import written
from symbolic.spreadsheets import safe_cell

COLUMNS = (_("student"), _("id"), _("form"), _("question"), _("answer"), _("points"))


def plain_text(text: str) -> str:
    """Return the words of markup."""
    return written(text, lambda span, inside: inside or span.text)


def handout_files(forms: Sequence[Form]) -> Iterator[File]:
    """Yield one table with a row for each answer, sentence and formula; its points sum to those of the form."""
    table = StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(map(translate, COLUMNS))
    for form in forms:
        answers = {item.id: item.shown for item in form.items}
        for one in marked(form):
            # What is read by a person has its words as they are, what is compared has digits without commas.
            answer = safe_cell(plain_text(one.answer)) if one.read else ungrouped(answers[one.id])
            writer.writerow(
                (
                    safe_cell(form.student),
                    safe_cell(form.who if form.student else ""),
                    form.id,
                    one.id,
                    answer,
                    one.points,
                )
            )
    yield "keys/key.csv", table.getvalue()
