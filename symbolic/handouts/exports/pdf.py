"""PDF: a sheet and a key, by Typst."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.handouts.exports import File
from symbolic.handouts.form import Form
from symbolic.handouts.key import key
from symbolic.handouts.sheet import sheet


def each(form: Form) -> Iterator[File]:
    """Both on the paper of the settings."""
    from symbolic.rendering.as_pdf import render_page

    paper = form.settings.paper
    yield f"sheets/{form.stem}.pdf", render_page(sheet(form), paper=paper)
    yield f"keys/{form.stem}.pdf", render_page(key(form), paper=paper)
