"""A form's key: the answers at a glance, every step under the sheet's numbers, every question worked out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import reduce

from symbolic.formulas.figures import grouped, percent
from symbolic.handouts.answers import ChoiceAnswer, Question
from symbolic.handouts.asked import Asked, lines, unit, unlabelled
from symbolic.handouts.carried import follows, in_words
from symbolic.handouts.form import Form
from symbolic.handouts.prompts import reason, times
from symbolic.handouts.sheet import in_short, model_section, title
from symbolic.language import capitalised, translate
from symbolic.language import gettext as _
from symbolic.measuring.step import Step
from symbolic.networks.blocks import axes
from symbolic.pages.page import Cell, Entry, Equation, Items, Page, Paragraph, Part, Section, Table
from symbolic.pages.prose import Markup
from symbolic.pages.rendering.notation import Text
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
        subtitle=say("key_subtitle", form=form.id, student=form.student),
        total=form.derivation.total,
        rounded="",
        unit=translate(form.derivation.unit),
        lead=(Paragraph(say("key_intro"), tone="checked"),),
        sections=tuple(sections),
        sizes=form.derivation.sizes,
        foot=say("foot_key", form=form.id, student=form.student).replace("\\", ""),
    )


def _glance(form: Form) -> Section:
    say = form.settings.prose
    names = {item.id: item.label for item in form.blanks}
    for question in form.questions:
        for item in question.items:
            part = f": {item.label.rstrip(':')}" if len(question.items) > 1 else ""
            names[item.id] = question.title + part
    sentences = {item.id: prompt for item, prompt in zip(form.blanks, form.prompts, strict=True) if prompt}
    by_hand = {question.items[0].id: question for question in form.questions if question.by_hand}
    rows: list[tuple[Cell, ...]] = []
    for item, points in form.points_of:
        number = say("blank_of", number=item.id)
        if item.id in by_hand:
            rows.append((number, by_hand[item.id].title, by_hand[item.id].written, by_hand[item.id].by_hand))
        rows.append((number, names[item.id], item.shown, points))
        if item.id in sentences:
            rows.append((number, sentences[item.id], say("see_step"), 1))
    columns = tuple(say(f"column_{name}") for name in ("blank", "where", "answer", "points"))
    table = Table("", columns, tuple(rows), frozenset({2, 3}))
    return Section("answers", say("key_glance"), (table, *_carried(form)))


def _carried(form: Form) -> Iterator[Part]:
    """Yield the rule for carried errors, and which blanks it is for, if a blank is worked out from earlier ones."""
    say, uses = form.settings.prose, follows(form)
    if uses:
        rows = tuple((say("blank_of", number=blank), in_words(tree)) for blank, tree in uses.items())
        yield Paragraph(say("carried"))
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
    equations = tuple(
        Equation(line.formula, line.value, unit=unit(form.derivation)) for line in form.derivation.root.lines
    )
    if equations:
        name = form.settings.prose("total_title")
        yield Entry("", "total", name, "", equations, (), None, after=_answers(form, numbered.get("", [])))


def _in_short(form: Form, numbered: dict[str, list[Asked]]) -> Iterator[Entry]:
    """Yield the lines of a short sheet with their results."""
    by_step: dict[str, list[Asked]] = {}
    for asked in lines(form.derivation, short=True):
        by_step.setdefault(asked.step.number, []).append(asked)
    for number, several in by_step.items():
        if number:
            equations = tuple(Equation(one.line.formula, one.line.value, unit=unit(form.derivation)) for one in several)
            yield in_short(several, equations, _answers(form, numbered.get(number, [])))


def _filled(step: Step, form: Form, numbered: dict[str, list[Asked]]) -> Entry:
    text = " ".join(filter(None, (translate(step.about), whose_table(step, form.derivation, form.settings.prose))))
    return Entry(
        step.number,
        anchor(step.number),
        capitalised(step.label),
        text,
        tuple(Equation(line.formula, line.value, unit=unit(form.derivation)) for line in step.lines),
        tuple(_filled(below, form, numbered) for below in step.steps),
        step.value,
        after=_answers(form, numbered.get(step.number, [])),
    )


def _answers(form: Form, asked: list[Asked]) -> tuple[Part, ...]:
    say = form.settings.prose
    return tuple(
        Paragraph(
            say(
                "why_answer",
                number=form.faded.number(one),
                question=form.prompt(one),
                answer=Markup(_because(form, one)),
            ),
            tone="note",
        )
        for one in asked
        if form.prompt(one)
    )


def _because(form: Form, asked: Asked) -> str:
    """Return a model answer to the question behind a blank."""
    say, step = form.settings.prose, asked.step
    why = reason(form.faded, asked)
    if why in ("total", "most"):
        most = max(below.value for below in step.steps)
        largest = [below for below in step.steps if below.value == most]
        return say(
            f"because_{why}",
            part=reduce(_and_the, (translate(below.label) for below in largest)),
            percent=percent(Fraction(most, asked.line.value)),
            shape=reduce(_and, (_shape(below, form) for below in largest)),
            several=len(largest) > 1,
            copies=getattr(largest[0].part, "copies", 1),
            why=Markup(_largest(largest[0], form, half=2 * most > asked.line.value)) if len(largest) == 1 else "",
        )
    if why == "layer":
        around = [one for one in form.derivation.steps if one.value and step not in _all(one)]
        return say("because_layer", inside=_listed(step.steps), outside=_listed(around))
    quantity = form.derivation.quantity
    said = "repeat" if why in ("repeat", "copies") else why
    return say(f"because_{said}", count=times(asked), numbers=quantity.name == quantity.unit)


def _largest(step: Step, form: Form, *, half: bool) -> str:
    """Return why a part is the largest: how often it is built, or which sizes are multiplied in it."""
    say = form.settings.prose
    if step.repeat is not None:
        return say("because_built", each=grouped(step.each), unit=form.derivation.unit, count=grouped(step.times))
    if step.part:
        formula = unlabelled(step.one)
        numbers = Text(sizes=form.derivation.sizes)(formula)
        return say("because_sizes", formula=Markup(f"`{Text()(formula)}`"), numbers=Markup(numbers), half=half)
    return ""


def _all(step: Step) -> tuple[Step, ...]:
    return (step, *(one for below in step.steps for one in _all(below)))


def _listed(steps: Sequence[Step]) -> str:
    """Return the names of the parts that count, in a sentence."""
    names = [translate(one.label) for one in steps if one.value]
    return _and(", ".join(names[:-1]), names[-1]) if len(names) > 1 else "".join(names)


def _and_the(first: str, second: str) -> str:
    return _("{first} and the {second}", first=first, second=second)


def _and(first: str, second: str) -> str:
    return _("{first} and {second}", first=first, second=second)


def _shape(step: Step, form: Form) -> str:
    sizes = form.derivation.sizes
    return " × ".join(grouped(axis.value(sizes)) for axis in (axes(step.part) if step.part else ()))


def _solved(form: Form, index: int) -> Entry:
    say, question = form.settings.prose, form.questions[index]
    number = len(form.blanks) + index + 1
    answers = "; ".join(
        f"{item.shown}" if len(question.items) == 1 else f"{item.label} {item.shown}" for item in question.items
    )
    parts: list[Part] = [*asked_parts(question), Paragraph(f"**{say('the_answer', answer=answers)}**")]
    parts += question.solution
    for item in question.items:
        if isinstance(item.answer, ChoiceAnswer):
            rows = tuple((letter, option.text, option.why or say("right")) for letter, option in item.answer.lettered)
            columns = tuple(say(f"column_{name}") for name in ("letter", "choice", "shows"))
            parts.append(Table(say("key_wrong"), columns, rows))
    return Entry(f"({number})", f"question-{number}", question.title, "", (), (), None, after=tuple(parts))


def asked_parts(question: Question) -> tuple[Part, ...]:
    """Return the parts of a question without room for answers."""
    return tuple(part for part in question.stem if isinstance(part, Paragraph | Items | Entry | Equation | Table))
