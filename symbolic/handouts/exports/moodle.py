"""Moodle XML: numerical, shortanswer, multichoice and essay questions, and cloze where there are several blanks.

The format is that of docs.moodle.org/en/Moodle_XML_format, and for cloze of
docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from symbolic.handouts.answers import LONG, SHORT, ChoiceAnswer, Item, LettersAnswer, NumberAnswer, is_long
from symbolic.handouts.exports import File
from symbolic.handouts.form import Form
from symbolic.handouts.plain_html import plain_html, plain_words
from symbolic.handouts.tasks import Task, tasks

LINES = 5
"""The height of a field for words, for each point."""


def handout_files(forms: Sequence[Form]) -> Iterator[File]:
    """Yield one file: a category for each form."""
    questions = "".join(_category(form) + "".join(_question(form, task) for task in tasks(form)) for form in forms)
    yield "keys/moodle.xml", f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{questions}</quiz>\n'


def _category(form: Form) -> str:
    # A slash divides categories; two of them stand for one.
    name = form.foot.replace("/", "//")
    model = form.settings.like.model.name.replace("/", "//")
    return (
        f'<question type="category"><category>{_text(f"$course$/top/{model}/{name}")}</category>'
        f'<info format="html">{_text("")}</info></question>\n'
    )


def _question(form: Form, task: Task) -> str:
    kind, body, answers = _asked(form, task)
    solution = plain_html(task.solution, form.derivation.sizes)
    # The marks of a cloze question are those of its blanks.
    grade = "" if kind == "cloze" else f"<defaultgrade>{task.points}</defaultgrade>"
    feedback = "" if kind == "essay" else solution
    return (
        f'<question type="{kind}"><name>{_text(f"{form.id} {task.id}: {task.title}")}</name>'
        f'<questiontext format="html">{_html(body)}</questiontext>'
        f'<generalfeedback format="html">{_html(feedback)}</generalfeedback>'
        f"{grade}<penalty>0.3333333</penalty><hidden>0</hidden>{answers}</question>\n"
    )


def _asked(form: Form, task: Task) -> tuple[str, str, str]:
    """Return the type of a task, its text and its answers."""
    note = "".join(f"<p>{escape(one)}</p>" for one in _notes(form, task))
    if not task.items:
        key = plain_html(task.solution, form.derivation.sizes)
        return "essay", plain_html(task.parts, form.derivation.sizes), _essay(key, LINES * task.points)
    if len(task.items) > 1 or task.id == "example":
        points = {item.id: points for item, points in form.points_of}
        by_id = {item.id: _embedded(item, points[item.id]) for item in task.items}
        return "cloze", plain_html(task.parts, form.derivation.sizes, lambda blank: by_id.get(blank, "")) + note, ""
    body = plain_html(task.parts, form.derivation.sizes) + note
    answer = task.items[0].answer
    match answer:
        case NumberAnswer(value):
            right = f'<answer fraction="100" format="moodle_auto_format"><text>{value}</text>'
            tolerance = f"<tolerance>{_tolerance(value)}</tolerance>"
            return "numerical", body, f"{right}{tolerance}{_feedback('')}</answer>{_half(form, task.items[0])}"
        case LettersAnswer():
            right = "".join(
                f'<answer fraction="100" format="moodle_auto_format">{_text(one)}{_feedback("")}</answer>'
                for one in answer.spellings
            )
            return "shortanswer", body, f"<usecase>0</usecase>{right}"
    options = "".join(
        f'<answer fraction="{0 if option.why else 100}" format="html">{_html(plain_words(option.text))}'
        f"{_feedback(option.why)}</answer>"
        for option in answer.options
    )
    shuffled = "false" if answer.scale else "true"
    settings = (
        f"<single>true</single><shuffleanswers>{shuffled}</shuffleanswers><answernumbering>ABCD</answernumbering>"
    )
    return "multichoice", body, settings + options


def _half(form: Form, item: Item) -> str:
    """Return the answer that gets half of the points, if one does."""
    if item.half is None:
        return ""
    half = f'<answer fraction="50" format="moodle_auto_format"><text>{item.half}</text><tolerance>0</tolerance>'
    return f"{half}{_feedback(form.settings.prose('half_points'))}</answer>"


def _notes(form: Form, task: Task) -> Iterator[str]:
    """Yield how an answer is to be typed: some settings of the platform take a comma for a decimal point."""
    say = form.settings.prose
    numbers = [item.answer for item in task.items if isinstance(item.answer, NumberAnswer)]
    if numbers:
        yield say("platform_numbers")
    if task.id != "example" and any(map(is_long, numbers)):
        yield say("exact", long=True)
    if any(isinstance(item.answer, LettersAnswer) for item in task.items):
        yield say("platform_letters")


def _essay(key: str, lines: int) -> str:
    """Return the settings of a question that a person marks: its field, and what the marker reads."""
    return (
        "<responseformat>editor</responseformat><responserequired>1</responserequired>"
        f"<responsefieldlines>{lines}</responsefieldlines>"
        "<attachments>0</attachments><attachmentsrequired>0</attachmentsrequired>"
        f'<graderinfo format="html">{_html(key)}</graderinfo><responsetemplate format="html">{_html("")}'
        "</responsetemplate>"
    )


def _embedded(item: Item, points: int) -> str:
    """Return a blank as a cloze question has it, with its points."""
    match item.answer:
        case NumberAnswer(value):
            return f"{{{points}:NUMERICAL:={value}:{_tolerance(value)}}}"
        case LettersAnswer():
            right = "~".join(f"={_cloze(one)}" for one in item.answer.spellings)
            return f"{{{points}:SHORTANSWER:{right}}}"
        case ChoiceAnswer(options):
            shown = (f"{'' if o.why else '='}{_cloze(o.text)}#{_cloze(o.why)}" for o in options)
            return f"{{{points}:MULTICHOICE_V:{'~'.join(shown)}}}"


def _tolerance(value: int) -> int:
    """Return a relative tolerance for a number of which four digits are enough, as a whole number; 0 for any other."""
    return value // SHORT if value >= LONG else 0


def _cloze(text: str) -> str:
    return re.sub(r"[}#~/\"\\]", r"\\\g<0>", escape(_plain(text)))


def _plain(text: str) -> str:
    return re.sub(r"[`*]", "", text)


def _feedback(markup: str) -> str:
    return f'<feedback format="html">{_html(plain_words(markup))}</feedback>'


def _html(html: str) -> str:
    # A section of CDATA can't hold its own end.
    return f"<text><![CDATA[{html.replace(']]>', ']]]]><![CDATA[>')}]]></text>" if html else "<text></text>"


def _text(text: str) -> str:
    return f"<text>{escape(''.join(letter for letter in text if letter >= ' '))}</text>"
