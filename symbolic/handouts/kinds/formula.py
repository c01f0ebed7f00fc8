"""Fill in the formula: in words on paper, and as a number that only the right formula gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import NamedTuple

from symbolic.configs.model import Model
from symbolic.formulas import algebra
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Formula, Number, Symbol, product
from symbolic.formulas.rational import Rational
from symbolic.handouts.answers import Item, NumberAnswer, Proof, Question
from symbolic.handouts.context import Context, NoSmallSizes
from symbolic.handouts.from_derivation import is_computed, lines, measured, unlabelled
from symbolic.handouts.variants import small
from symbolic.language import One, translate
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Step
from symbolic.pages.page import Answer, Equation, Lines, Paragraph
from symbolic.pages.prose import Markup
from symbolic.pages.rendering.text_notation import Text

PLACE = 2
LEAST = 1000
FEWEST, MOST = 4, 12
"""So many sizes and numbers stand in a formula that takes some thought and can be marked at a glance."""
SMALL_INPUT = 9
DRAWS = 12
"""So often small sizes are drawn at most, until no two are equal, and none is 1."""


def make(context: Context, id: str) -> Question | None:
    """Ask for a part's formula in the sizes that a config gives, and for its value with small ones."""
    derivation, say = context.derivation, context.prose
    cases = list(_cases(derivation))
    if context.short:
        # A short sheet prints the formula of each of its lines in letters, but a sum of lines in their names.
        every = (asked.line.formula for asked in lines(derivation, short=True))
        printed = {algebra.simplified(one, {}) for one in every if unlabelled(one) == one}
        cases = [one for one in cases if algebra.simplified(unlabelled(one.formula), {}) not in printed]
    # A norm's formula is a number of one size: it is asked where there is no other.
    cases = [one for one in cases if one.step.role != "norm"] or cases
    if not cases:
        return None
    # Each form gets a formula of about as much work.
    cases = sorted(cases, key=lambda one: max(0, *_beyond(one, derivation)))
    cases = [one for one in cases if max(0, *_beyond(one, derivation)) == max(0, *_beyond(cases[0], derivation))]
    first = context.turn(len(cases))
    found = _with_small_sizes((*cases[first:], *cases[:first]), context)
    if found is None:
        return None
    (step, layer, whole, _part), formula, sizes, value = found
    simple, symbols = algebra.simplified(formula, {}), formula.symbols
    item = Item(
        f"{id}b", say("formula_answer"), NumberAnswer(value), (Proof(simple, sizes, value),), (say("formula_hint"),)
    )
    with_names = ", ".join(f"`{symbol.name}`" for symbol in symbols)
    numbers = ", ".join(f"`{name}`\u00a0=\u00a0{grouped(size)}" for name, size in sizes.items())
    stem = (
        Paragraph(
            f"({id}a) "
            + say(
                "formula",
                layer="" if layer is None else translate(One(layer.name)),
                one=step.repeat is not None,
                whole=whole,
                chosen=step.role == "experts" and step.repeat is not None,
                part=step.label if whole else step.name,
                unit=context.unit,
                count=len(symbols),
                sizes=Markup(with_names),
            )
        ),
        Lines(2),
        Paragraph(f"({item.id}) " + _("Then test it with small numbers: take {sizes}.", sizes=numbers)),
        Answer(item.id, item.label, item.room),
    )
    expanded = Rational.of(formula).expanded()
    solution = (Equation(simple, value, sizes=sizes), Paragraph(say("formula_marked")))
    written = say(
        "written",
        formula=Markup(f"`{Text()(simple)}`"),
        expanded=Markup(f"`{Text()(expanded)}`") if expanded != simple else "",
    )
    return Question("formula", say("formula_title"), stem, (item,), solution, by_hand=1, written=written)


def _beyond(case: _Case, derivation: Derivation) -> tuple[int, int]:
    """Return by how many a formula has fewer or more sizes and numbers than one that is worth a point."""
    simple = algebra.simplified(unlabelled(case.formula), derivation.model.definitions)
    nodes = sum(isinstance(node, Symbol | Number) for node in simple.walk())
    return FEWEST - nodes, nodes - MOST


class _Case(NamedTuple):
    """A part, the layer that it is in, whether all of them are asked about, and the formula."""

    step: Step
    layer: Step | None
    whole: bool
    formula: Formula


def _cases(derivation: Derivation) -> Iterator[_Case]:
    """Yield each part that has parts, alone and, if it is there more than once, as often as it is in the model."""
    visits = list(derivation.root.walk(parents_first=False))
    often = Counter(visit.step.label for visit in visits)
    for visit in visits:
        step = visit.step
        if not (visit.above and step.steps and step.value and is_computed(unlabelled(step.one))):
            continue
        layer = next((one for one in reversed(visit.above) if one.repeat is not None), None)
        yield _Case(step, layer, whole=False, formula=step.one)
        # "In the whole model" would be that of other layers, too, where these have a part of the same name.
        if often[step.label] == 1 and (visit.repeats or step.repeat is not None):
            yield _Case(step, layer, whole=True, formula=product((*visit.repeats, step.formula)))


def _with_small_sizes(cases: Sequence[_Case], context: Context) -> _Tried | None:
    """Return a case with its value for small sizes that tell it from wrong formulas, if there are such.

    With as many key-value heads as heads, or one head, a formula that takes one size for the other has the same value.
    """
    derivation, random = context.derivation, context.random
    usable: list[_Tried] = []
    for attempt in range(1 if derivation.model.architecture.of_one_config else DRAWS):
        model = small(derivation.model, random, None if attempt else context.turns)
        if model is None:
            raise NoSmallSizes
        found = next(filter(None, (_tried(case, derivation, model, random) for case in cases)), None)
        if found and _tells(found.sizes):
            return found
        usable += [found] if found else []
    return usable[0] if usable else None


def _tells(sizes: Mapping[str, Exact]) -> bool:
    return len(set(sizes.values())) == len(sizes) and 1 not in sizes.values()


class _Tried(NamedTuple):
    """A case, its formula in the sizes that a config gives, small ones, and its value with them."""

    case: _Case
    formula: Formula
    sizes: dict[str, Exact]
    value: int


def _tried(case: _Case, derivation: Derivation, model: Model, random: Random) -> _Tried | None:
    """Return a case with its formula in the sizes that a config gives, and its value with small ones, if it is long."""
    if not _is_in(measured(derivation, model), case.step):
        return None
    formula = algebra.primary(unlabelled(case.formula), derivation.model.definitions)
    # What no config gives, such as a number of tokens, is drawn by itself.
    sizes = {
        one.name: model.sizes[one.name] if one.name in model.sizes else _input(one, derivation, random)
        for one in formula.symbols
    }
    value = formula.value(sizes)
    return _Tried(case, formula, sizes, value) if isinstance(value, int) and value >= LEAST else None


def _is_in(derivation: Derivation, step: Step) -> bool:
    """Return whether another model has a step with the same formula.

    A network that was read off code may be built otherwise with small sizes: a RegNet's without groups.
    """
    others = (visit.step for visit in derivation.root.walk(parents_first=False) if visit.step.number == step.number)
    return any(unlabelled(other.one) == unlabelled(step.one) for other in others)


def _input(symbol: Symbol, derivation: Derivation, random: Random) -> Exact:
    """Return a small number for an input, or the given one where that is smaller still or no whole number."""
    given = derivation.sizes[symbol.name]
    return random.randint(3, 9) if symbol.is_integer and given > SMALL_INPUT else given
