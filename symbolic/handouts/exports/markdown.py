"""Markdown, for a wiki or a repository."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.handouts.exports import File
from symbolic.handouts.form import Form
from symbolic.handouts.key import key
from symbolic.handouts.sheet import sheet


def form_files(form: Form) -> Iterator[File]:
    """Yield a sheet and a key."""
    from symbolic.pages.rendering.as_markdown import render_page

    yield f"sheets/{form.stem}.md", render_page(sheet(form))
    yield f"keys/{form.stem}.md", render_page(key(form))
