"""Notebooks for nbgrader: a student's with cells to fill and checks without the answers, a teacher's with asserts.

Cells carry nbgrader's metadata (nbgrader.readthedocs.io, schema version 3), so both can be released and graded with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from inspect import getsource
from typing import Any

from symbolic.extras import needed
from symbolic.handouts import fingerprints
from symbolic.handouts.answers import ChoiceAnswer, Item, LettersAnswer, NumberAnswer
from symbolic.handouts.carried import Tree, follows, in_python
from symbolic.handouts.exports import File
from symbolic.handouts.form import Form
from symbolic.handouts.sheet import title
from symbolic.handouts.tasks import Task, tasks, without_answers
from symbolic.language import gettext as _
from symbolic.language import localised
from symbolic.pages.page import Choices, Items, Page, Part, Section

CARRIED = """\
def carried(given, follows):
    \"\"\"{about}\"\"\"
    try:
        return follows is not None and int(str(given).replace({comma}, "").replace("_", "")) == follows()
    except (TypeError, ValueError):
        return False

"""
CHECK = """\
import hashlib


{fingerprint}

def check(id, given, rounds, *prints, ordered=True, follows=None):
    \"\"\"{about}\"\"\"
    if given is None:
        print({none})
        return
    if isinstance(given, float):
        print({digits})
        return
    text = str(given).strip().upper() if isinstance(given, str) else str(given)
    text = "".join(text.replace("_", "").replace({comma}, "").split())
    text = text if ordered else "".join(sorted(set(text)))
    right = fingerprint({salt!r}, id, text, rounds) in prints
    print({right} if right else {carried} if carried(given, follows) else {wrong})
"""


def form_files(form: Form) -> Iterator[File]:
    """Yield the notebook of the sheet, and that of the key."""
    yield f"sheets/{form.stem}.ipynb", _notebook(form, solved=False)
    yield f"keys/{form.stem}.ipynb", _notebook(form, solved=True)


def _notebook(form: Form, *, solved: bool) -> str:
    nbformat = needed("nbformat", "notebook", "a notebook")
    v4 = needed("nbformat.v4", "notebook", "a notebook")

    from symbolic.pages.rendering.as_markdown import escaped

    say = form.settings.prose
    head = f"# {title(form)}\n\n{escaped(form.foot)}\n\n{say('notebook_intro')}"
    source = getsource(fingerprints.fingerprint)
    helper = CHECK.format(
        fingerprint=source,
        salt=form.id,
        about=_("Says whether an answer is right without knowing it."),
        comma=_string(localised(",")),
        none=_string(_("no answer yet")),
        digits=_string(_("write all digits of the whole number")),
        right=_string(_("right")),
        wrong=_string(_("not yet")),
        carried=_string(_("follows from your answers above")),
    )
    checked = form.settings.check
    later = CARRIED.format(
        about=_("Says whether an answer follows from those above it, right or wrong."), comma=_string(localised(","))
    )
    # A key judges by it too.
    helpers = [v4.new_code_cell(f"{later}\n\n{helper}" if checked else later)] if checked or solved else []
    cells = [v4.new_markdown_cell(head), *helpers]
    uses = follows(form)
    for task in tasks(form):
        cells.append(v4.new_markdown_cell(_shown(form, task)))
        if not task.items:
            cells.append(_written(v4, form, task, solved=solved))
        for item in task.items:
            cells += _cells(v4, form, item, solved, uses.get(item.id))
    for index, cell in enumerate(cells):
        # nbformat draws ids at random; the same form should be the same file.
        cell["id"] = f"cell-{index}"
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return str(nbformat.writes(v4.new_notebook(cells=cells, metadata=metadata))) + "\n"


def _string(text: str) -> str:
    """Return a text as a string literal of Python."""
    return json.dumps(text, ensure_ascii=False)


def _shown(form: Form, task: Task) -> str:
    parts: list[Part] = []
    for part in task.parts:
        parts += [Items(part.options)] if isinstance(part, Choices) else without_answers((part,))
    named = task.title if task.id in ("example", "sentences") else f"({task.id})"
    return _markdown(form, named, parts)


def _markdown(form: Form, heading: str, parts: Sequence[Part]) -> str:
    from symbolic.pages.rendering.as_markdown import render_page

    section = Section("task", heading, tuple(parts))
    text = render_page(Page(heading, "", None, "", "", (), (section,), form.derivation.sizes))
    return text.split("\n", 1)[1].strip()


def _written(v4: Any, form: Form, task: Task, *, solved: bool) -> Any:
    """Return the cell for what is written in words, which a person marks."""
    say = form.settings.prose
    text = _markdown(form, say("notebook_key"), task.solution) if solved else say("notebook_words")
    grader = {
        "grade": True,
        "grade_id": f"written_{task.id}",
        "locked": False,
        "points": task.points,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
    return v4.new_markdown_cell(text, metadata={"nbgrader": grader})


def _cells(v4: Any, form: Form, item: Item, solved: bool, uses: Tree | None) -> Iterator[Any]:
    name = f"answer_{item.id}"
    say = form.settings.prose
    kind = "notebook_number" if isinstance(item.answer, NumberAnswer) else "notebook_letters"
    right = repr(item.answer.value) if isinstance(item.answer, NumberAnswer) else repr(_letters(item))
    filled = f"### BEGIN SOLUTION\n{name} = {right}\n### END SOLUTION" if solved else f"{name} = None"
    grader = {"grade": False, "grade_id": name, "locked": False, "schema_version": 3, "solution": True, "task": False}
    yield v4.new_code_cell(f"# ({item.id}) {say(kind)}\n{filled}", metadata={"nbgrader": grader})
    checked = form.settings.check
    prints = ", ".join(map(repr, fingerprints.fingerprints(form.id, item))) if checked else ""
    any_order = isinstance(item.answer, LettersAnswer) and item.answer.any_order
    later = f"lambda: {in_python(uses)}" if uses else ""
    more = (", ordered=False" if any_order else "") + (f", follows={later}" if later else "")
    tested = f"check({item.id!r}, {name}, {fingerprints.rounds(item)}, {prints}{more})" if checked else name
    if solved:
        holds = f'"".join(sorted(set({name}))) == {right}' if any_order else f"{name} == {right}"
        # A wrong number that is used rightly gets its marks.
        holds += f" or carried({name}, {later})" if later else ""
        tested += f"\n### BEGIN HIDDEN TESTS\nassert {holds}\n### END HIDDEN TESTS"
    points = next(points for other, points in form.points_of if other is item)
    grader = {
        **grader,
        "grade": True,
        "grade_id": f"check_{item.id}",
        "locked": True,
        "points": points,
        "solution": False,
    }
    yield v4.new_code_cell(tested, metadata={"nbgrader": grader})


def _letters(item: Item) -> str:
    return item.answer.right if isinstance(item.answer, ChoiceAnswer) else item.shown
