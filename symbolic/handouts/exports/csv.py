"""CSV: every answer of every form, for a spreadsheet."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from io import StringIO

from symbolic.handouts.exports import File
from symbolic.handouts.form import Form
from symbolic.language import lazy as _
from symbolic.language import translate, ungrouped

COLUMNS = (_("student"), _("form"), _("question"), _("answer"), _("points"))
FORMULA = re.compile(r"(^|[;|\t\n])(?=[^\w;|\t\n]*[=+@-])")
"""Before what a spreadsheet may take for a formula, at the start of a cell or where it may split one."""


def whole(forms: Sequence[Form]) -> Iterator[File]:
    """Yield one table with a row for each answer, its digits without commas."""
    table = StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(map(translate, COLUMNS))
    for form in forms:
        for item, points in form.points_of:
            writer.writerow((_safe(form.student), form.id, item.id, ungrouped(item.shown), points))
    yield "keys/key.csv", table.getvalue()


def _safe(name: str) -> str:
    """Return a name with an apostrophe before what a spreadsheet would read as a formula, in signs of any width."""
    usual = "".join(unicodedata.normalize("NFKC", sign) if sign in "＝＋－＠；｜﹣﹢" else sign for sign in name)
    return FORMULA.sub(r"\1'", usual)
