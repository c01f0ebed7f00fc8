"""PDF: a sheet and a key, for Typst to compile."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.handouts.exports import File
from symbolic.handouts.form import Form
from symbolic.handouts.key import key
from symbolic.handouts.sheet import sheet
from symbolic.handouts.typesetting import Source


def each(form: Form) -> Iterator[File]:
    """Both on the paper of the settings."""
    from symbolic.pages.rendering.as_pdf import source

    paper = form.settings.paper
    yield f"sheets/{form.stem}.pdf", Source(source(sheet(form), paper=paper))
    yield f"keys/{form.stem}.pdf", Source(source(key(form), paper=paper))
