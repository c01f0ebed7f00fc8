"""LaTeX, for teachers who edit the sheet."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.handouts.exports import File
from symbolic.handouts.form import Form
from symbolic.handouts.key import key
from symbolic.handouts.sheet import sheet

LETTER = "letterpaper"


def form_files(form: Form) -> Iterator[File]:
    """Yield a sheet and a key, each a document that pdflatex compiles."""
    from symbolic.pages.rendering.as_latex import render_page

    for folder, page in (("sheets", sheet(form)), ("keys", key(form))):
        document = render_page(page)
        if form.settings.paper == "letter":
            document = document.replace(r"\documentclass[11pt,a4paper]", rf"\documentclass[11pt,{LETTER}]", 1)
        yield f"{folder}/{form.stem}.tex", document
