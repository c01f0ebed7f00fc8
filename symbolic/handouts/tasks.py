"""A form as separate tasks, for platforms and notebooks: the example with its blanks, sentences, then each question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from symbolic.handouts.answers import Item, Question, is_long
from symbolic.handouts.form import Form
from symbolic.handouts.key import key, sentences
from symbolic.handouts.sheet import Filling, counted, entries, factors, model_section
from symbolic.pages.page import Answer, Choices, Lines, Paragraph, Part
from symbolic.pages.prose import Markup


@dataclass(frozen=True, slots=True)
class Task:
    """What is shown, its blanks, and its solution; `id` tells the tasks of a form apart.

    One without blanks is written in words, and a person marks it.
    """

    id: str
    title: str
    parts: tuple[Part, ...]
    items: tuple[Item, ...]
    solution: tuple[Part, ...]
    points: int


def tasks(form: Form) -> tuple[Task, ...]:
    """Return the tasks, each with the sizes that it needs, since a platform may shuffle them."""
    return (*_example(form), *(task for index, _ in enumerate(form.questions) for task in _questions(form, index)))


def _example(form: Form) -> Iterator[Task]:
    """Yield the steps with their blanks, and once more with the questions that sentences answer."""
    say = form.settings.prose
    if not form.blanks:
        return
    solved = next(section for section in key(form).sections if section.id == "steps")
    exact = say("exact", long=any(is_long(item.answer) for item in form.blanks))
    lead = Paragraph(" ".join((say("platform_intro"), exact, *factors(form, typed=True))))
    model = (counted(form), *model_section(form).parts)
    shown = (lead, *model, *entries(form, Filling(sentences=False)))
    yield Task("example", say("example_title"), shown, form.blanks, solved.parts, len(form.blanks))
    answers = tuple(sentences(form))
    if answers:
        shown = (Paragraph(say("platform_sentences")), *model, *entries(form, Filling()))
        yield Task("sentences", say("sentences_title"), shown, (), answers, len(answers))


def _questions(form: Form, index: int) -> Iterator[Task]:
    """Yield a question; before it what is written by hand of it, if anything is."""
    say, model, question = form.settings.prose, model_section(form).parts, form.questions[index]
    number, stem = str(len(form.blanks) + index + 1), question.stem
    if question.by_hand:
        written = Paragraph(say("the_answer", answer=Markup(question.written)))
        asked = (*model, *_by_hand(question))
        yield Task(f"{number}a", question.title, asked, (), (written,), question.by_hand)
        stem = (Paragraph(say("platform_written", id=f"{number}a")), *stem)
    yield Task(number, question.title, (*model, *stem), question.items, question.solution, question.points)


def _by_hand(question: Question) -> tuple[Part, ...]:
    """Return what stands before the room for what is written by hand."""
    return tuple(takewhile(lambda part: not isinstance(part, Lines), question.stem))


def without_answers(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return the parts to read, without room for answers."""
    return tuple(part for part in parts if not isinstance(part, Answer | Choices | Lines))
