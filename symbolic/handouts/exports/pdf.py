"""PDF: a sheet and a key, compiled by Typst."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.handouts.exports import File
from symbolic.handouts.form import Form
from symbolic.handouts.key import key
from symbolic.handouts.sheet import sheet


def form_files(form: Form) -> Iterator[File]:
    """Yield both, on the paper of the settings."""
    from symbolic.pages.rendering.as_pdf import render_page

    yield f"sheets/{form.stem}.pdf", render_page(sheet(form))
    yield f"keys/{form.stem}.pdf", render_page(key(form))
