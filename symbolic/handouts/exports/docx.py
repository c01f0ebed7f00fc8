"""Word, for teachers who edit the sheet there: native equations."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.handouts.exports import File
from symbolic.handouts.form import Form
from symbolic.handouts.key import key
from symbolic.handouts.sheet import sheet


def form_files(form: Form) -> Iterator[File]:
    """Yield a sheet and a key; SymbolicError without pandoc."""
    from symbolic.pages.rendering.as_docx import render_page

    yield f"sheets/{form.stem}.docx", render_page(sheet(form))
    yield f"keys/{form.stem}.docx", render_page(key(form))
