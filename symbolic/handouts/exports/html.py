"""HTML: a sheet that checks what is typed, and a key. Each is one file that opens from disk."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping

from markupsafe import Markup

from symbolic.formulas.shown import Blank
from symbolic.handouts.answers import ChoiceAnswer, Item, LettersAnswer, NumberAnswer
from symbolic.handouts.carried import follows
from symbolic.handouts.exports import File
from symbolic.handouts.fading import hidden_factors, is_plain_product
from symbolic.handouts.fingerprints import MOST, fingerprint, fingerprints, rounds
from symbolic.handouts.form import Form
from symbolic.handouts.key import key
from symbolic.handouts.sealing import sealed
from symbolic.handouts.sheet import hides_factors, sheet
from symbolic.pages.page import Equation, Page
from symbolic.pages.rendering.html_inline import OneLine
from symbolic.pages.rendering.html_view import View


class SheetView(View):
    """A page whose answers have hints, and whose blank factors have fields."""

    def __init__(self, page: Page, helps: Mapping[str, tuple[str, ...]], explained: Collection[str]) -> None:
        """`helps` are the hints of each answer, by its id; those of `explained` answers say what paper says, too."""
        super().__init__(page, "names", linked=True, top=2)
        self.helps, self.explained = helps, explained

    def explains(self, id: str) -> bool:
        """Return whether the hint of an answer stands in the place of what a sheet of paper says."""
        return id in self.explained

    def factors(self, equation: Equation) -> list[str]:
        """Return what stands around the fields of an equation's factors, and between every two the id of a field."""
        if not any(isinstance(node, Blank) and node.id for node in equation.formula.walk()):
            return []
        return _WithFields()(equation.formula).split(_WithFields.EDGE)

    def hints(self, id: str) -> tuple[Markup, ...]:
        """Return the hints of an answer, in order."""
        return tuple(self.words(hint) for hint in self.helps.get(id, ()))


class _WithFields(OneLine):
    """A formula in a line, the id of each blank between two signs that no formula has."""

    EDGE = "\x1f"

    def blank(self, room: int, id: str) -> str:  # noqa: ARG002
        return f"{self.EDGE}{id}{self.EDGE}"


def form_files(form: Form) -> Iterator[File]:
    """Yield the sheet with its script, and the key as an ordinary page."""
    from symbolic.pages.rendering.as_html import render_page, render_sheet

    check = form.settings.check
    answers = {
        item.id: {
            "kind": _kind(item),
            "points": points,
            "rounds": rounds(item),
            "prints": fingerprints(form.id, item),
            **_half(form, item),
        }
        for item, points in (form.points_of if check else ())
    }
    data = {
        "salt": form.id,
        "answers": answers | (dict(_factors(form)) if check else {}),
        "follows": follows(form) if check else {},
        "whys": {
            item.id: sealed(form.id, item.id, item.answer)
            for item in (form.items if check else ())
            if isinstance(item.answer, ChoiceAnswer)
        },
        "sizes": {name: str(value) for name, value in form.derivation.sizes.items()},
    }
    helps = {item.id: item.hints for item in form.items}
    explained = {form.blank_id(one) for one in form.faded.lines if one.step.part and not one.repeats}
    view = SheetView(sheet(form, typed=True, fields=True), helps, explained)
    yield f"sheets/{form.stem}.html", render_sheet(view, json.dumps(data))
    yield f"keys/{form.stem}.html", render_page(key(form))


def _half(form: Form, item: Item) -> dict[str, str]:
    """Return the fingerprint of the number that gets half of the points, if one does."""
    return {} if item.half is None else {"half": fingerprint(form.id, item.id, str(item.half), rounds(item))}


def _factors(form: Form) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield how the factors of each line that hides them are checked, by an id of their own: 1a.factors."""
    for asked in form.faded.lines:
        if hides_factors(asked, form):
            formula, sizes = asked.line.formula, form.derivation.sizes
            numbers = [str(one.value(sizes)) for one in hidden_factors(formula)]
            free = is_plain_product(formula)
            name, answer = f"{form.blank_id(asked)}.factors", "×".join(sorted(numbers) if free else numbers)
            prints = (fingerprint(form.id, name, answer, MOST),)
            yield name, {"kind": "factors" if free else "ordered factors", "rounds": MOST, "prints": prints}


def _kind(item: Item) -> str:
    """Return what is typed: a number, letters in their order, or a set of letters."""
    if isinstance(item.answer, NumberAnswer):
        return "number"
    return "set" if isinstance(item.answer, LettersAnswer) and item.answer.any_order else "letters"
