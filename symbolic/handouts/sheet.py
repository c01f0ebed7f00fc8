"""A form as the page that a student gets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from symbolic.formulas.figures import grouped
from symbolic.handouts.answers import Item, Question, is_long
from symbolic.handouts.fading import MIXED, blank, without_factors
from symbolic.handouts.form import Form
from symbolic.handouts.from_derivation import Asked, definitions, given, lines, repeating, sizes_said, sizes_used, unit
from symbolic.handouts.model_answers import because
from symbolic.language import Inside, capitalised, translate
from symbolic.measuring.step import Step
from symbolic.pages.listing import listed
from symbolic.pages.page import Answer, Entry, Equation, Items, Lines, Page, Paragraph, Part, Section, Table
from symbolic.pages.prose import Markup
from symbolic.pages.sections.steps import anchor, whose_table

NAME = "name"
"""The section of a typed sheet that says whose it is."""
BY_HAND = 65
"""So many letters stand on a line that is written by hand."""
MOST_WRITTEN = 2
"""The lines for a sentence: a model answer says more than a student has to."""
MINUTES = 2
"""A rough guess of what a sentence takes; a line to work out takes one."""


def sheet(form: Form, *, hints: bool = False, typed: bool = False, fields: bool = False) -> Page:
    """Return the page; `hints` prints the hints on it too, which only the search for leaks needs.

    One that is `typed` in has a field for the name; with `fields`, each factor that is blank has one, too.
    """
    say = form.settings.prose
    lead = tuple(_lead(form, typed=typed, fields=fields))
    steps = tuple(entries(form, Filling(hints=typed, fields=fields)))
    sections = [model_section(form), Section("steps", say("steps_title"), steps)]
    if form.questions:
        numbered = enumerate(form.questions, start=len(form.blanks) + 1)
        parts = tuple(question_part(form, question, number) for number, question in numbered)
        sections.append(Section("questions", say("questions_title"), parts))
    if typed:
        name = () if form.student else (Answer("name", say("name_line"), 40),)
        sections.insert(0, Section(NAME, "", (*name, _to_fill(form, named=True))))
    if hints:
        sections.append(_hints(form.items))
    return Page(
        title=title(form),
        subtitle=say("sheet_subtitle", form=form.id, student=form.named),
        total=None,
        rounded="",
        unit=translate(form.derivation.unit),
        lead=lead if typed else (_to_fill(form, named=bool(form.student)), *lead),
        sections=tuple(sections),
        sizes=form.derivation.sizes,
        foot=form.foot,
        paper=form.settings.paper,
    )


def _to_fill(form: Form, *, named: bool) -> Paragraph:
    """Return the line at the top of a sheet: whose it is, where that is not `named`, and how many points it gets."""
    say = form.settings.prose
    score = f"{'_' * 5}\u00a0/\u00a0{form.points}"
    return Paragraph(say("score_line", named=named, room=Markup("_" * 26), score=Markup(score)))


def title(form: Form) -> str:
    """Return the title: what is worked out, and the family."""
    quantity, model = form.derivation.quantity, form.settings.like.model
    # A type that is read off code has the name of its class, which says less than that of the model.
    built_like = model.architecture.of_one_config
    return form.settings.prose(
        "sheet_title",
        unit=form.derivation.unit,
        family=model.display_name if built_like else model.architecture.title,
        count=quantity.name == quantity.unit,
        title=quantity.title,
    )


def _lead(form: Form, *, typed: bool, fields: bool) -> Iterator[Paragraph]:
    say, derivation = form.settings.prose, form.derivation
    quantity = derivation.quantity
    sentences = sum(map(bool, form.prompts))
    intro = say(
        "intro",
        blanks=len(form.blanks),
        first=form.blanks[0].id if form.blanks else "",
        last=form.blanks[-1].id if form.blanks else "",
        unit=derivation.unit,
        count=quantity.name == quantity.unit,
        title=Inside(quantity.title),
        sentences=sentences,
        only=next((form.sentence_id(one) for one in form.faded.lines if form.prompt(one)), ""),
    )
    asked = form.points - len(form.blanks) - sentences
    points = say("intro_points", points=form.points, blanks=len(form.blanks), sentences=sentences, questions=asked)
    work = len(form.blanks) + sum(question.work for question in form.questions)
    minutes = max(5, round((work + MINUTES * sentences) / 5) * 5)
    says = [
        intro,
        say("exact", long=any(is_long(item.answer) for item in form.items)),
        *factors(form, typed=typed, fields=fields),
        points,
        say("calculator", easy=form.settings.easy),
        say("minutes", minutes=minutes),
    ]
    yield Paragraph(" ".join(says))
    yield counted(form)


def counted(form: Form) -> Paragraph:
    """Return the sentence that says what counts."""
    says = Markup(form.derivation.convention.said(form.model.network))
    return Paragraph(form.settings.prose("counted", says=says), tone="note")


def model_section(form: Form) -> Section:
    """Return the section with the sizes, what follows from them, and how the model is built."""
    say, model, derivation = form.settings.prose, form.model, form.derivation
    needed = sizes_used(derivation) | sizes_said(derivation)
    rows = tuple(
        (f"``{symbol.name}``", grouped(derivation.sizes[symbol.name]), translate(symbol.meaning))
        for symbol in given(derivation)
        if symbol.name in needed
    )
    columns = tuple(say(f"column_{name}") for name in ("name", "value", "meaning"))
    parts: list[Part] = [Table(say("sizes"), columns, rows, frozenset({1}))]
    defined = definitions(derivation)
    if defined:
        named = "; ".join(f"`{one.name}`: {translate(one.meaning)}" for one in defined if one.meaning)
        parts.append(Paragraph(say("follows", named=Markup(named))))
        parts += [Equation(formula, derivation.sizes[one.name], one, one.unit) for one, formula in defined.items()]
    # What a key alone says, such as "new decoder architecture", a student can't use; the steps say what is built.
    told = [option for option in model.shown_options if not option.by_key]
    switches = [option for option in told if isinstance(model.options[option.name], bool)]
    says = [translate(option.says(on=model.options[option.name] is True)) for option in switches]
    if says:
        parts.append(Paragraph(say("options", options=Markup("; ".join(says))), tone="note"))
    return Section("model", say("model_title"), tuple(parts))


class Filling(NamedTuple):
    """How a sheet is filled in: with `hints` beside blanks, with `fields` for factors, with `sentences` behind blanks.

    What explains a weight is its hint, and stands in its step where there are none.
    """

    hints: bool = False
    fields: bool = False
    sentences: bool = True


def entries(form: Form, filling: Filling) -> Iterator[Entry]:
    """Return the steps; a blank line has room in its value's place, and a question behind it."""
    by_step: dict[str, list[Asked]] = {}
    for asked in lines(form.derivation, short=form.settings.short):
        by_step.setdefault(asked.step.number, []).append(asked)
    if form.settings.short:
        for number, several in by_step.items():
            if number:
                yield in_short(several, *_lines_of(several, form, filling))
    for step in () if form.settings.short else form.derivation.steps:
        yield _entry(step, form, by_step, filling)
    equations, after = _lines_of(by_step.get("", []), form, filling)
    # Of a single part the total is that part's.
    if equations:
        yield Entry("", "total", form.settings.prose("total_title"), "", equations, (), None, after=after)


def in_short(asked: Sequence[Asked], equations: tuple[Equation, ...], after: tuple[Part, ...]) -> Entry:
    """Return the entry of a part on a short sheet: its lines, without words."""
    step = asked[0].step
    return Entry(step.number, anchor(step.number), capitalised(step.label), "", equations, (), None, after=after)


def _entry(step: Step, form: Form, by_step: Mapping[str, list[Asked]], filling: Filling) -> Entry:
    if first := repeating(form.derivation).get(step.number):
        return built_as(first, step, form)
    asked = by_step.get(step.number, [])
    equations, after = _lines_of(asked, form, filling)
    # What explains a blank step would answer the question behind it; that of a weight is its hint, too, on paper.
    hidden = any(map(form.prompt, asked)) and (filling.hints or not step.part)
    text = " ".join(
        filter(None, ("" if hidden else translate(step.about), whose_table(step, form.derivation, form.settings.prose)))
    )
    return Entry(
        step.number,
        anchor(step.number),
        capitalised(step.label),
        text,
        equations,
        tuple(_entry(below, form, by_step, filling) for below in step.steps),
        None,
        after=after,
    )


def built_as(first: Step, step: Step, form: Form) -> Entry:
    """Return the entry of a block that is built as one before it, whose lines stand there."""
    says = form.settings.prose("as_before", number=first.number, link=anchor(first.number))
    return Entry(step.number, anchor(step.number), capitalised(step.label), says, (), (), None)


def _lines_of(asked: list[Asked], form: Form, filling: Filling) -> tuple[tuple[Equation, ...], tuple[Part, ...]]:
    """Return a step's equations, and the parts with questions that follow them."""
    equations: list[Equation] = []
    after: list[Part] = []
    for one in asked:
        formula = form.faded.shown(one.line.formula, form.derivation)
        number = form.faded.number(one)
        value = one.line.value if number is None else blank(one.line.value, form.blank_id(one))
        if number is not None and hides_factors(one, form):
            formula = without_factors(formula, form.blank_id(one) if filling.fields else "")
        # What is asked of one line stands before the next.
        written = Equation(formula, value, unit=unit(form.derivation))
        if after:
            after.append(written)
        else:
            equations.append(written)
        if filling.sentences and form.prompt(one):
            question = f"({form.sentence_id(one)}) {form.prompt(one)}"
            after += [Paragraph(question), Lines(1 if form.settings.short else _room(because(form, one)), question)]
    return tuple(equations), tuple(after)


def hides_factors(asked: Asked, form: Form) -> bool:
    """Return whether the line of a blank has its factors blank as well."""
    wish = form.settings.fade
    return (wish in ("all", MIXED) or wish.isdecimal()) and asked.step.part is not None


def factors(form: Form, *, key: bool = False, typed: bool = False, fields: bool = False) -> Iterator[str]:
    """Yield the sentence that says in which blanks the factors are blank too, if in any, on the sheet or its key.

    One that is `typed` in has no room for them without `fields`.
    """
    found = [f"({form.blank_id(one)})" for one in form.faded.lines if hides_factors(one, form)]
    if found:
        needed = sizes_used(form.derivation)
        name = next(one.name for one in given(form.derivation) if one.name in needed)
        yield form.settings.prose("factors", blanks=listed(found), key=key, typed=typed, fields=fields, name=name)


def _room(answer: str) -> int:
    """Return how many lines an answer takes that is written by hand."""
    return min(MOST_WRITTEN, max(1, round(len(answer) / BY_HAND)))


def question_part(form: Form, question: Question, number: int) -> Entry:
    """Return a question of the sheet under its heading."""
    points = form.settings.prose("points", points=question.points + question.by_hand)
    heading = f"{question.title} ({points})"
    room = (Lines(question.working, working=True),) if question.working and not form.settings.short else ()
    return Entry(f"({number})", f"question-{number}", heading, "", (), (), None, after=(*question.stem, *room))


def questions_page(form: Form, question: Question) -> Page:
    """Return a question that may join the form, with its hints, as a page."""
    sections = (Section("questions", "", (question_part(form, question, 0),)), _hints(question.items))
    return Page("", "", None, "", "", (), sections, form.derivation.sizes)


def _hints(items: Iterable[Item]) -> Section:
    return Section("hints", "", (Items(tuple(("", hint) for item in items for hint in item.hints)),))
