"""Make a form: draw a model, blank steps, and choose questions none of which gives another's answer away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from random import Random

from symbolic.configs.model import Model
from symbolic.errors import CheckFailed, SymbolicError
from symbolic.formulas.formula import Formula, Sum
from symbolic.formulas.rational import Rational
from symbolic.formulas.shown import Labelled
from symbolic.handouts import kinds
from symbolic.handouts.answers import ChoiceAnswer, Item, NumberAnswer, Proof, Question
from symbolic.handouts.context import Context, NoSmallSizes
from symbolic.handouts.fading import LARGEST, LEAST, MIXED, Faded, FadeError, alike, fade, mixtures
from symbolic.handouts.form import Form, Settings, asked_of
from symbolic.handouts.from_derivation import Asked, measured
from symbolic.handouts.sheet import questions_page, sheet
from symbolic.handouts.variants import POCKET, VariantError, at_random, form_id, in_turn, stream, variant
from symbolic.language import localised, translate, ungrouped
from symbolic.measuring.derivation import Derivation
from symbolic.pages.page import Page
from symbolic.pages.prose import Prose

TRIES, TURNED = 60, 30
FRUITLESS = 24
"""Where so many other models of the family in a row give nothing to ask about, the network gives nothing."""
USUAL_BLANKS = 6
SEARCHED = 6
"""For so many of them counts a search for small sizes, of which each tries as many as there may be attempts."""
FIGURE = r"\d+(?:{sign}\d{{3}})*"


class QuestionError(SymbolicError):
    """A kind of question that this network gives nothing to ask about."""


def make_form(settings: Settings, who: str, student: str = "", taken: Container[str] = ()) -> Form:
    """Return the form of a student or of a number; it depends on the settings and `who` alone.

    But for its id, which is longer where the shorter one is `taken`.
    """
    like = settings.like
    root = (settings.seed.text, like.model.name, like.quantity.name, like.convention.name, settings.easy, who)
    derivation, faded = like, _blanks_of(settings, who)
    if settings.varied:
        draw = partial(
            variant,
            like.model,
            easy=settings.easy,
            turn=in_turn(settings.seed.text, who, like.model.name, "config", settings.easy),
        )
        model_lines: Faded | None = faded
        try:
            drawn = draw(stream(*root, "config"), fits=partial(_fits, settings, faded))
        except VariantError:
            # With small sizes a line of the published model may come to the value of another.
            drawn, model_lines = draw(stream(*root, "config"), fits=partial(_fits, settings, None)), None
        derivation = measured(like, drawn)
        faded = _faded(settings, model_lines, derivation)
    asks = asked_of(faded, settings)
    blanks = tuple(
        Item(
            # Where a sentence is asked for as well, the blank is (1a), and the sentence (1b).
            f"{index}a" if asks[index - 1] else str(index),
            asked.name,
            NumberAnswer(asked.line.value),
            (Proof(asked.line.formula, derivation.sizes, asked.line.value),),
            _hints(asked, settings.prose),
        )
        for index, asked in enumerate(faded.lines, start=1)
    )
    form = Form(form_id(*root, taken=taken), who, student, settings, derivation, faded, blanks, ())
    return _with_questions(form)


def _blanks_of(settings: Settings, who: str) -> Faded:
    """Return the blank lines of a form in the model that was given.

    Forms of a class take other products in turn, all with as many blanks and sentences.
    """
    like = settings.like
    if settings.fade != MIXED or not settings.varied:
        return fade(like, settings.fade, short=settings.short)
    several = _mixtures_of(settings)
    words = settings.seed.text, who, like.model.name, "blanks"
    turns = in_turn(*words) or at_random(stream(*words))
    return several[turns("blanks", len(several))]


def _mixtures_of(settings: Settings) -> tuple[Faded, ...]:
    """Return the pairs of products, with what they go into, that most others are like in their work."""
    found = mixtures(settings.like) or (fade(settings.like, MIXED),)
    work = [(len(one.lines), sum(map(bool, asked_of(one, settings)))) for one in found]
    often = Counter(work)
    usual = max(often, key=lambda one: (often[one], -abs(one[0] - USUAL_BLANKS)))
    return tuple(one for one, its in zip(found, work, strict=True) if its == usual)


def _hints(asked: Asked, say: Prose) -> tuple[str, ...]:
    """Return what helps with a blank: which numbers its line takes, or what its weight is for; never why."""
    if asked.repeats:
        return (say("hint_repeat"),)
    if isinstance(asked.line.formula, Sum):
        added = all(isinstance(term, Labelled) for term in asked.line.formula.terms)
        return (say("hint_sum" if added else "hint_products"),)
    return (translate(asked.step.about),) if asked.step.about else ()


def _with_questions(form: Form) -> Form:
    """Return the form with a question of each kind, none of which gives another's answer away."""
    settings, shown = form.settings, figures(sheet(form, hints=True))
    root = (settings.seed.text, settings.like.model.name, form.who, form.id)
    for kind in settings.questions:
        random = stream(*root, kind)
        context = Context(
            form.derivation,
            partial(_sibling, form),
            settings.prose,
            random,
            in_turn(settings.seed.text, form.who, settings.like.model.name, kind) or at_random(random),
            settings.easy,
            settings.short,
            Counter(one.answer.right for one in form.items if isinstance(one.answer, ChoiceAnswer)),
        )
        for question in _asked(kinds.find(kind), context, str(len(form.blanks) + len(form.questions) + 1)):
            new = figures(questions_page(form, question))
            answers = secrets(question.items)
            # A question whose answer is that of another blank asks the same again.
            if not (secrets(form.items) & (new | answers) or answers & (shown | new)):
                form, shown = replace(form, questions=(*form.questions, question)), shown | new
                break
        else:
            if settings.strict:
                raise QuestionError(
                    f"--questions {kind}: {settings.like.model.name} gives nothing to ask so; choose another kind"
                )
    check(form)
    return form


def _asked(make: kinds.Make, context: Context, id: str) -> Iterator[Question]:
    """Yield the sound questions of a kind, each about other sizes, until many in a row could not be asked."""
    fruitless = 0
    for tried in range(TRIES):
        if tried == TURNED:
            # The sizes whose turn it is give a number that the sheet has already.
            context = replace(context, turns=at_random(context.random))
        try:
            question = make(context, id)
            fruitless = 0 if question else fruitless + 1
        except NoSmallSizes:
            question, fruitless = None, fruitless + SEARCHED
        if fruitless >= FRUITLESS:
            return
        if question and sound(question):
            yield question


def _sibling(form: Form, random: Random) -> Derivation:
    """Return the derivation of another model of the family, whose numbers are not the form's."""
    settings = form.settings
    fits = (lambda model: measured(settings.like, model).total < POCKET) if settings.easy else None
    return measured(settings.like, variant(form.model, random, easy=settings.easy, fits=fits))


def _fits(settings: Settings, like: Faded | None, model: Model) -> bool:
    derivation = measured(settings.like, model)
    if settings.easy and derivation.total >= POCKET:
        return False
    try:
        _faded(settings, like, derivation)
    except FadeError:
        return False
    return True


def _faded(settings: Settings, like: Faded | None, derivation: Derivation) -> Faded:
    """Return the blank lines of a drawn model: those of the given one, unless they are called by name, or all are."""
    if (like and settings.fade in (MIXED, LARGEST)) or (like and settings.fade.isdecimal()):
        return alike(like, derivation, short=settings.short)
    return fade(derivation, settings.fade, short=settings.short)


def sound(question: Question) -> bool:
    """Return whether each choice has one right answer, no two options are alike, and no number is short.

    100 itself stands in the words of other questions (100 times or more), which would give it away.
    """
    for item in question.items:
        if isinstance(item.answer, NumberAnswer) and item.answer.value <= LEAST:
            return False
        if isinstance(item.answer, ChoiceAnswer):
            texts = [option.text for option in item.answer.options]
            rights = [option for option in item.answer.options if not option.why]
            if len(set(texts)) != len(texts) or len(rights) != 1 or len(texts) < 3:
                return False
    return True


def secrets(items: Iterable[Item]) -> frozenset[int]:
    """Return the numbers that a sheet must not show."""
    return frozenset(item.answer.value for item in items if isinstance(item.answer, NumberAnswer))


def figures(page: Page) -> frozenset[int]:
    """Return every whole number that a page prints."""
    from symbolic.pages.rendering.as_text import render_page

    figure = FIGURE.format(sign=re.escape(localised(",")))
    return frozenset(int(ungrouped(found)) for found in re.findall(figure, render_page(page)))


def check(form: Form) -> None:
    """Raise CheckFailed unless SymPy finds the same value for everything that the key rests on."""
    for item in form.items:
        for proof in item.proofs:
            found = _in_sympy(proof.formula).evaluated(proof.sizes)
            if found != proof.value:
                raise CheckFailed(f"form {form.id}, blank {item.id}: {proof.value}, SymPy finds {found}; please report")


@lru_cache(maxsize=1024)
def _in_sympy(formula: Formula) -> Rational:
    """Return a formula in SymPy's field; forms of one handout share formulas and differ in sizes."""
    return Rational.of(formula)
