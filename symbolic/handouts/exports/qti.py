"""QTI: a zip of version 1.2 for Canvas, and one of version 2.1.

IMS Question and Test Interoperability, ASI XML Binding 1.2 and Assessment Test, Section and Item Information Model 2.1.
Numbers are compared as text in both, with and without commas: no platform rounds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment

from symbolic.handouts.answers import ChoiceAnswer, Item, LettersAnswer
from symbolic.handouts.archive import zipped
from symbolic.handouts.exports import File
from symbolic.handouts.form import Form
from symbolic.handouts.plain_html import plain_html, plain_words
from symbolic.handouts.tasks import Task, tasks
from symbolic.language import ungrouped
from symbolic.pages.templating import environment

WHOLE = 10_000
"""All points of a question, in hundredths of a per cent, as Canvas counts them."""
LINES = 5
"""The height of a field for words, for each point."""


@dataclass(frozen=True, slots=True)
class OptionView:
    """An option: its id and its words."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class BlankView:
    """A blank; `right` are the accepted ids or texts, `typed` is true for typed ones, `name` stands in the text."""

    id: str
    name: str
    typed: bool
    options: tuple[OptionView, ...]
    right: tuple[str, ...]
    points: int
    score: str
    last: bool


@dataclass(frozen=True, slots=True)
class WrongView:
    """A wrong option and the mistake that it shows."""

    blank: str
    option: str
    why: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task, ready for the templates."""

    id: str
    title: str
    kind: str
    body: str
    blanks: tuple[BlankView, ...]
    wrong: tuple[WrongView, ...]
    solution: str
    points: int
    lines: int


def handout_files(forms: Sequence[Form]) -> Iterator[File]:
    """Yield both zips, with a test for each form."""
    yield "keys/qti-1.2-canvas.zip", zipped(_version_1_2(forms))
    yield "keys/qti-2.1.zip", zipped(_version_2_1(forms))


def _version_1_2(forms: Sequence[Form]) -> dict[str, str]:
    files = {"imsmanifest.xml": _filled("manifest12", forms=forms)}
    for form in forms:
        views = [_view(form, task, canvas=True) for task in tasks(form)]
        files[f"{form.id}/{form.id}.xml"] = _filled("assessment12", form=form, title=form.foot, tasks=views)
    return files


def _version_2_1(forms: Sequence[Form]) -> dict[str, str]:
    made = [(form, [_view(form, task, canvas=False) for task in tasks(form)]) for form in forms]
    files = {"imsmanifest.xml": _filled("manifest21", forms=made)}
    for form, views in made:
        files[f"{form.id}/test.xml"] = _filled("test21", form=form, title=form.foot, tasks=views)
        for view in views:
            name = f"item_{form.id}_{view.id}"
            files[f"{form.id}/item_{view.id}.xml"] = _filled("item21", id=name, task=view)
    return files


def _canvas(item: Item, several: bool) -> str:
    """Return how Canvas marks a blank: its name in brackets; a single answer has a field below the text."""
    return f"[{_name(item)}]" if several else ""


def _typed(item: Item) -> str:
    """Return the field of version 2.1 in which a number or letters are typed; a choice has none in the text."""
    if isinstance(item.answer, ChoiceAnswer):
        return ""
    return f'<textEntryInteraction responseIdentifier="{_name(item)}" expectedLength="{len(item.shown)}"/>'


def _view(form: Form, task: Task, *, canvas: bool) -> TaskView:
    """Return a task for the templates of version 1.2, `canvas`, or for those of version 2.1."""
    several = len(task.items) > 1 or task.id == "example"
    slots = {item.id: _canvas(item, several) if canvas else _typed(item) for item in task.items}
    shares = [WHOLE // len(task.items)] * len(task.items) if task.items else []
    if shares:
        shares[-1] += WHOLE - sum(shares)
    blanks = tuple(
        _blank(item, several and canvas, share, task, last=item is task.items[-1])
        for item, share in zip(task.items, shares, strict=True)
    )
    wrong = tuple(
        WrongView(_ident(item, several and canvas), _option(item, letter), plain_words(option.why))
        for item in task.items
        if isinstance(item.answer, ChoiceAnswer)
        for letter, option in item.answer.lettered
        if option.why
    )
    return TaskView(
        task.id,
        task.title,
        _kind(task, several=several),
        plain_html(task.parts, form.derivation.sizes, lambda blank: slots.get(blank, "")),
        blanks,
        wrong,
        plain_html(task.solution, form.derivation.sizes),
        task.points,
        LINES * task.points,
    )


def _kind(task: Task, *, several: bool) -> str:
    """Return what Canvas calls a question of this kind."""
    if not task.items:
        return "essay_question"
    if several:
        return "fill_in_multiple_blanks_question"
    return "multiple_choice_question" if isinstance(task.items[0].answer, ChoiceAnswer) else "short_answer_question"


def _blank(item: Item, listed: bool, share: int, task: Task, *, last: bool) -> BlankView:
    score = f"{share // 100}.{share % 100:02d}" if share % 100 else str(share // 100)
    points = task.points // len(task.items)
    ident = _ident(item, listed)
    if isinstance(item.answer, ChoiceAnswer):
        options = tuple(OptionView(_option(item, letter), _plain(one.text)) for letter, one in item.answer.lettered)
        return BlankView(ident, _name(item), False, options, (_option(item, item.answer.right),), points, score, last)
    spellings = tuple(dict.fromkeys((ungrouped(item.shown), item.shown)))
    if isinstance(item.answer, LettersAnswer):
        spellings = tuple(dict.fromkeys(one for text in item.answer.spellings for one in (text, text.lower())))
    if listed:
        # Canvas holds what may fill a named blank as options of it.
        options = tuple(OptionView(f"{_name(item)}_{index}", text) for index, text in enumerate(spellings))
        return BlankView(ident, _name(item), False, options, tuple(o.id for o in options), points, score, last)
    return BlankView(ident, "", True, (), spellings, points, score, last)


def _ident(item: Item, listed: bool) -> str:
    return f"response_{_name(item)}" if listed else _name(item)


def _name(item: Item) -> str:
    return f"blank{item.id}"


def _option(item: Item, letter: str) -> str:
    return f"{_name(item)}_{letter}"


def _plain(text: str) -> str:
    return text.replace("`", "")


@cache
def _environment() -> Environment:
    return environment("qti", autoescape=True)


def _filled(name: str, **values: object) -> str:
    text = _environment().get_template(f"{name}.xml").render(**values)
    return "".join(letter for letter in text if letter >= " " or letter in "\n\t")
