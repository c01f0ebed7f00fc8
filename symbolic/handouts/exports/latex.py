"""LaTeX, for teachers who edit the sheet."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.handouts.exports import File
from symbolic.handouts.form import Form
from symbolic.handouts.key import key
from symbolic.handouts.sheet import sheet


def form_files(form: Form) -> Iterator[File]:
    """Yield a sheet and a key, each a document that pdflatex compiles."""
    from symbolic.pages.rendering.as_latex import render_page

    for folder, page in (("sheets", sheet(form)), ("keys", key(form))):
        yield f"{folder}/{form.stem}.tex", render_page(page)
