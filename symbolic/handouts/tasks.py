"""A form as separate tasks, for platforms and notebooks: the example with its blanks, then each question."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.handouts.answers import Item
from symbolic.handouts.form import Form
from symbolic.handouts.key import key
from symbolic.handouts.sheet import model_section, sheet
from symbolic.pages.page import Answer, Choices, Lines, Paragraph, Part


@dataclass(frozen=True, slots=True)
class Task:
    """What is shown, its blanks, and its solution; `id` tells the tasks of a form apart."""

    id: str
    title: str
    parts: tuple[Part, ...]
    items: tuple[Item, ...]
    solution: tuple[Part, ...]
    points: int


def tasks(form: Form) -> tuple[Task, ...]:
    """Return the tasks, each with the sizes that it needs, since a platform may shuffle them."""
    say, page = form.settings.prose, sheet(form, typed=True)
    found = []
    model = model_section(form).parts
    steps = next(section for section in page.sections if section.id == "steps")
    if form.blanks:
        solved = next(section for section in key(form).sections if section.id == "steps")
        lead = (Paragraph(say("platform_intro")), *page.lead[1:])
        shown = (*lead, *model, *steps.parts)
        found.append(Task("example", say("example_title"), shown, form.blanks, solved.parts, len(form.blanks)))
    first = len(form.blanks) + 1
    for number, question in enumerate(form.questions, start=first):
        parts = (*model, *question.stem)
        found.append(Task(str(number), question.title, parts, question.items, question.solution, question.points))
    return tuple(found)


def without_answers(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return the parts to read, without room for answers."""
    return tuple(part for part in parts if not isinstance(part, Answer | Choices | Lines))
