"""A form's key: the answers at a glance, every step under the sheet's numbers, every question worked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from symbolic.handouts.answers import ChoiceAnswer, Question
from symbolic.handouts.carried import follows, in_words
from symbolic.handouts.form import Form
from symbolic.handouts.from_derivation import Asked, lines, repeating, shown_lines, unit
from symbolic.handouts.model_answers import because
from symbolic.handouts.sheet import built_as, factors, in_short, model_section, title
from symbolic.language import capitalised, translate
from symbolic.measuring.step import Step, StepEquation
from symbolic.pages.page import Entry, Equation, Items, Page, Paragraph, Part, Section, Table
from symbolic.pages.prose import Markup
from symbolic.pages.sections.steps import anchor, whose_table


def key(form: Form) -> Page:
    """Return the teacher's page."""
    say = form.settings.prose
    sections = [_glance(form), model_section(form), Section("steps", say("key_steps"), tuple(_complete(form)))]
    if form.questions:
        questions = tuple(_solved(form, index) for index, _ in enumerate(form.questions))
        sections.append(Section("questions", say("key_questions"), questions))
    return Page(
        title=title(form),
        subtitle=say("key_subtitle", form=form.id, student=form.named),
        total=form.derivation.total,
        rounded="",
        unit=translate(form.derivation.unit),
        lead=(Paragraph(say("key_intro"), tone="checked"), *map(Paragraph, factors(form, key=True))),
        sections=tuple(sections),
        sizes=form.derivation.sizes,
        foot=say("foot_key", form=form.id, student=form.named).replace("\\", ""),
        paper=form.settings.paper,
    )


class Marked(NamedTuple):
    """What gives points, as a key and its table for a spreadsheet list it; a sentence or a formula is `read`."""

    id: str
    where: str
    answer: str
    points: int
    read: bool = False


def marked(form: Form) -> Iterator[Marked]:
    """Yield what is marked, in the order of the sheet: each answer, and what a person has to read."""
    asked = {item.id: one for item, one in zip(form.blanks, form.faded.lines, strict=True) if form.prompt(one)}
    names = {item.id: item.label for item in form.blanks}
    for question in form.questions:
        for item in question.items:
            part = f": {item.label.rstrip(':')}" if len(question.items) > 1 else ""
            names[item.id] = question.title + part
    by_hand = {question.items[0].id: question for question in form.questions if question.by_hand}
    for item, points in form.points_of:
        if item.id in by_hand:
            question = by_hand[item.id]
            yield Marked(f"{item.id[:-1]}a", question.title, question.written, question.by_hand, read=True)
        yield Marked(item.id, names[item.id], item.shown, points)
        if one := asked.get(item.id):
            yield Marked(form.sentence_id(one), form.prompt(one), because(form, one), 1, read=True)


def _glance(form: Form) -> Section:
    say = form.settings.prose
    rows = tuple((say("blank_of", number=one.id), one.where, one.answer, one.points) for one in marked(form))
    columns = tuple(say(f"column_{name}") for name in ("blank", "where", "answer", "points"))
    table = Table("", columns, rows, frozenset({3}))
    return Section("answers", say("key_glance"), (table, *_carried(form)))


def _carried(form: Form) -> Iterator[Part]:
    """Yield the rule for carried errors, and which blanks it is for, if a blank is worked out from earlier ones."""
    say, uses = form.settings.prose, follows(form)
    if uses:
        rows = tuple((say("blank_of", number=blank), in_words(tree)) for blank, tree in uses.items())
        yield Paragraph(say("carried", rounded=any("//" in str(tree) for tree in uses.values())))
        yield Table("", (say("column_blank"), say("column_from")), rows)


def _complete(form: Form) -> Iterator[Entry]:
    """Yield the sheet's steps with all their results, and model answers to the questions behind the blanks."""
    numbered: dict[str, list[Asked]] = {asked.step.number: [] for asked in form.faded.lines}
    for asked in form.faded.lines:
        numbered[asked.step.number].append(asked)
    if form.settings.short:
        yield from _in_short(form, numbered)
    else:
        yield from (_filled(step, form, numbered) for step in form.derivation.steps)
    equations, after = _lines_of(form.derivation.root.lines, form, numbered.get("", []))
    if equations:
        name = form.settings.prose("total_title")
        yield Entry("", "total", name, "", equations, (), None, after=after)


def _in_short(form: Form, numbered: dict[str, list[Asked]]) -> Iterator[Entry]:
    """Yield the lines of a short sheet with their results."""
    by_step: dict[str, list[Asked]] = {}
    for asked in lines(form.derivation, short=True):
        by_step.setdefault(asked.step.number, []).append(asked)
    for number, several in by_step.items():
        if number:
            yield in_short(several, *_lines_of([one.line for one in several], form, numbered.get(number, [])))


def _filled(step: Step, form: Form, numbered: dict[str, list[Asked]]) -> Entry:
    if first := repeating(form.derivation).get(step.number):
        return built_as(first, step, form)
    text = " ".join(filter(None, (translate(step.about), whose_table(step, form.derivation, form.settings.prose))))
    equations, after = _lines_of(shown_lines(step), form, numbered.get(step.number, []))
    return Entry(
        step.number,
        anchor(step.number),
        capitalised(step.label),
        text,
        equations,
        tuple(_filled(below, form, numbered) for below in step.steps),
        step.value,
        after=after,
    )


def _lines_of(
    lines: Iterable[StepEquation], form: Form, asked: Sequence[Asked]
) -> tuple[tuple[Equation, ...], tuple[Part, ...]]:
    """Return a step's equations; behind the first that a question is about, it and the rest follow."""
    equations: list[Equation] = []
    after: list[Part] = []
    for line in lines:
        written = Equation(line.formula, line.value, unit=unit(form.derivation))
        if after:
            after.append(written)
        else:
            equations.append(written)
        after += _answers(form, [one for one in asked if one.line == line])
    return tuple(equations), tuple(after)


def sentences(form: Form) -> tuple[Paragraph, ...]:
    """Return the question behind each blank that has one, with a model answer."""
    return _answers(form, form.faded.lines)


def _answers(form: Form, asked: Iterable[Asked]) -> tuple[Paragraph, ...]:
    say = form.settings.prose
    return tuple(
        Paragraph(
            say(
                "why_answer",
                number=form.sentence_id(one),
                question=form.prompt(one),
                answer=Markup(because(form, one)),
            ),
            tone="note",
        )
        for one in asked
        if form.prompt(one)
    )


def _solved(form: Form, index: int) -> Entry:
    say, question = form.settings.prose, form.questions[index]
    number = len(form.blanks) + index + 1
    shown = [item.shown if len(question.items) == 1 else f"{item.label} {item.shown}" for item in question.items]
    answers = "; ".join(filter(None, (question.written, *shown)))
    parts: list[Part] = [*asked_parts(question), Paragraph(f"**{say('the_answer', answer=Markup(answers))}**")]
    parts += question.solution
    for item in question.items:
        if isinstance(item.answer, ChoiceAnswer):
            rows = tuple((letter, option.text, option.why or say("right")) for letter, option in item.answer.lettered)
            columns = tuple(say(f"column_{name}") for name in ("letter", "choice", "shows"))
            parts.append(Table(say("key_wrong"), columns, rows))
    return Entry(f"({number})", f"question-{number}", question.title, "", (), (), None, after=tuple(parts))


def asked_parts(question: Question) -> tuple[Part, ...]:
    """Return the parts of a question without room for answers, and without a count that is wrong."""
    return tuple(part for part in question.stem if isinstance(part, Paragraph | Items | Equation))
