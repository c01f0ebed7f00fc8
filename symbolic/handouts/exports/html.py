"""HTML: a sheet that checks what is typed, and a key. Each is one file that opens from disk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from markupsafe import Markup

from symbolic.handouts.answers import Item, LettersAnswer, NumberAnswer
from symbolic.handouts.carried import follows
from symbolic.handouts.exports import File
from symbolic.handouts.fingerprints import fingerprints, rounds
from symbolic.handouts.form import Form
from symbolic.handouts.key import key
from symbolic.handouts.sheet import sheet
from symbolic.pages.page import Page
from symbolic.pages.rendering.html_view import View


class SheetView(View):
    """A page whose answers have hints."""

    def __init__(self, page: Page, helps: Mapping[str, tuple[str, ...]]) -> None:
        """`helps` are the hints of each answer, by its id."""
        super().__init__(page, "names", linked=True, top=2)
        self.helps = helps

    def hints(self, id: str) -> tuple[Markup, ...]:
        """Return the hints of an answer, in order."""
        return tuple(self.words(hint) for hint in self.helps.get(id, ()))


def form_files(form: Form) -> Iterator[File]:
    """Yield the sheet with its script, and the key as an ordinary page."""
    from symbolic.pages.rendering.as_html import render_page, render_sheet

    uses = follows(form) if form.settings.check else {}
    data = {
        "salt": form.id,
        "answers": {
            item.id: {
                "kind": _kind(item),
                "rounds": rounds(item),
                "prints": fingerprints(form.id, item),
            }
            for item in (form.items if form.settings.check else ())
        },
        "follows": uses,
    }
    view = SheetView(sheet(form, typed=True), {item.id: item.hints for item in form.items})
    yield f"sheets/{form.stem}.html", render_sheet(view, json.dumps(data))
    yield f"keys/{form.stem}.html", render_page(key(form))


def _kind(item: Item) -> str:
    """Return what is typed: a number, letters in their order, or a set of letters."""
    if isinstance(item.answer, NumberAnswer):
        return "number"
    return "set" if isinstance(item.answer, LettersAnswer) and item.answer.any_order else "letters"
