"""Fading: which lines of a worked example are blank. The last ones first, as novices learn best, and one product.

The last lines are all sums. So among several blanks one is a product of a matrix's sizes, and the sums that it goes
into are blank as well.

Atkinson, Renkl and Merrill 2003, Transitioning From Studying Examples to Solving Problems, Journal of Educational
Psychology 95 (4), doi 10.1037/0022-0663.95.4.774: backward fading with prompts to explain.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import count

from symbolic.errors import SymbolicError
from symbolic.formulas.formula import Formula, Number, Product, Symbol
from symbolic.formulas.shown import Blank, Labelled
from symbolic.handouts.answers import room
from symbolic.handouts.from_derivation import Asked, is_computed, lines
from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Step

LEAST = 100
"""A number of fewer digits stands somewhere on a sheet by chance."""


FACTOR = 9
"""The room of a factor, in signs."""
COUNTED = 9
"""A number up to it counts copies or operations; a larger one is a size that the sheet does not give."""
USUAL = 5
PRODUCTS, MOST_MIXED = 2, 8
MIXED = "mixed"
"""The wish for products whose shapes are to be found, and for the lines that they go into."""
LARGEST = "largest"
"""The wish for the lines of the largest parts, up to the total."""


class FadeError(SymbolicError):
    """Lines that can't be blank, or more than there are."""


@dataclass(frozen=True, slots=True)
class Faded:
    """The blank lines, in reading order, with their numbers; `hidden` are the values that the sheet must not show."""

    lines: tuple[Asked, ...]

    @property
    def hidden(self) -> frozenset[int]:
        """Return the values of the blanks."""
        return frozenset(asked.line.value for asked in self.lines)

    def number(self, asked: Asked) -> int | None:
        """Return the number of a line's blank, from 1 on, or None."""
        return self.lines.index(asked) + 1 if asked in self.lines else None

    def shown(self, formula: Formula, derivation: Derivation) -> Formula:
        """Return a formula in which parts that are blank on their own lines are blank as well."""

        def change(node: Formula) -> Formula | None:
            if not isinstance(node, Labelled):
                return None
            value = node.value(derivation.sizes)
            return Labelled(node.label, blank(int(value))) if value in self.hidden else node

        return formula.replace(change)


def blank(value: int, id: str = "") -> Blank:
    """Return room for a value, which itself stays outside."""
    return Blank(Number(0), room(value), id)


def without_factors(formula: Formula, id: str = "") -> Formula:
    """Return a formula with room in place of each factor, so that its shape remains.

    With the `id` of its blank, each has one of its own: 1a.1, 1a.2.
    """
    places, gaps = count(1), hidden_factors(formula)

    def gap(node: Formula) -> Formula | None:
        named = f"{id}.{next(places)}" if id and node in gaps else ""
        return Blank(Number(0), FACTOR, named) if node in gaps else None

    return formula.replace(gap)


def hidden_factors(formula: Formula) -> tuple[Formula, ...]:
    """Return the sizes and numbers of a formula that are blank with its value, in reading order.

    A number is one only where it counts copies: inside a width, or as a width, the sheet says it nowhere else.
    """
    plain = is_plain_product(formula)
    return tuple(
        node
        for node in formula.walk()
        if isinstance(node, Symbol) or (plain and isinstance(node, Number) and node.number <= COUNTED)
    )


def is_plain_product(formula: Formula) -> bool:
    """Return whether nothing but sizes and numbers are multiplied, so that any order is right."""
    return all(isinstance(node, Symbol | Number | Product) for node in formula.walk())


def usual(derivation: Derivation, *, short: bool = False) -> str:
    """Return which lines are blank by default: products and what they go into, or as many last ones as there can be.

    In short, the largest.
    """
    if short:
        return LARGEST
    if can_fade(derivation, MIXED):
        return MIXED
    counts = (str(count) for count in range(USUAL, 0, -1))
    return next((count for count in counts if can_fade(derivation, count)), "none")


def can_fade(derivation: Derivation, wish: str, *, short: bool = False) -> bool:
    """Return whether these lines can be blank."""
    try:
        fade(derivation, wish, short=short)
    except FadeError:
        return False
    return True


def fade(derivation: Derivation, wish: str, *, short: bool = False) -> Faded:
    """Return the lines to blank: `all`, `none`, `largest`, `mixed`, a number of last lines, or names of steps.

    Those stand between commas; the lines are those of a `short` derivation, one for each part, or of the whole.
    """
    every = lines(derivation, short=short)
    possible = [asked for asked in every if can_be_blank(asked, derivation)]
    # A line that can't be blank shows its value, and gives away those that come to the same.
    shown = {asked.line.value for asked in every if asked not in possible}
    possible = [asked for asked in possible if asked.line.value not in shown]
    if wish == "none":
        return Faded(())
    if wish == "all":
        return Faded(tuple(possible))
    if wish == LARGEST:
        return _largest(possible)
    if wish == MIXED:
        return _mixed(possible, derivation)
    if wish.isascii() and wish.isdecimal():
        return _last(possible, int(wish), derivation)
    return _named(possible, wish, every)


def alike(like: Faded, derivation: Derivation, *, short: bool = False) -> Faded:
    """Return the lines that are blank in another model of the family: all forms of a class ask for the same.

    FadeError where one of them can't be blank, or another line has its value.
    """
    wanted = {_place(asked) for asked in like.lines}
    every = lines(derivation, short=short)
    found = Faded(tuple(asked for asked in every if _place(asked) in wanted))
    others = {asked.line.value for asked in every if _place(asked) not in wanted}
    if len(found.lines) < len(wanted) or others & found.hidden:
        raise FadeError("other lines have the values of these")
    if not all(can_be_blank(asked, derivation) for asked in found.lines):
        raise FadeError("the sizes show the result of a line already")
    return found


def _place(asked: Asked) -> tuple[str, bool]:
    """Return where a line stands, in every model of the family."""
    return asked.step.number, asked.repeats


def can_be_blank(asked: Asked, derivation: Derivation) -> bool:
    """Return whether a line computes a value that the sizes don't show already."""
    formula, sizes = asked.line.formula, set(derivation.sizes.values())
    numbers = {node.number for node in formula.walk() if isinstance(node, Number)}
    return is_computed(formula) and asked.line.value >= LEAST and asked.line.value not in sizes | numbers


def _last(possible: list[Asked], count: int, derivation: Derivation) -> Faded:
    """Return the last lines with values that stand in no other line; if too few, lines of the same value together.

    Among two or more there is a product, with each sum that it goes into, where so few lines hold both.
    """
    for asked in reversed(possible):
        if count > 1 and _is_product(asked):
            with_sums = [one for one in possible if one.line.value in _values(possible, [asked], derivation)]
            rest = [one for one in possible if one not in with_sums]
            more = _exactly(_groups(rest), count - len(with_sums)) if len(with_sums) <= count else None
            if more is not None:
                return Faded(tuple(one for one in possible if one in with_sums or one in more))
    groups = _groups(possible)
    taken = _exactly(groups, count)
    if taken is None:
        most = len(possible)
        if count > most:
            raise FadeError(f"--fade {count}: {most} steps can be blank here at most; or all, none, or steps by name")
        able_counts = [other for other in range(1, most + 1) if _exactly(groups, other) is not None]
        near = sorted(sorted(able_counts, key=lambda other: abs(other - count))[:2])
        raise FadeError(
            f"--fade {count}: some steps have the same result, so that just {count} can't be blank; "
            f"{' or '.join(map(str, near))} can, or all, none, or steps by name"
        )
    return Faded(tuple(asked for asked in possible if asked in taken))


def _largest(possible: list[Asked]) -> Faded:
    """Return the lines of the parts that add the most, five, or more where some have one value."""
    ordered = sorted(possible, key=lambda asked: -asked.step.in_total)
    values = list(dict.fromkeys(asked.line.value for asked in ordered))
    taken: set[int] = set()
    while values and sum(asked.line.value in taken for asked in possible) < USUAL:
        taken.add(values.pop(0))
    return Faded(tuple(asked for asked in possible if asked.line.value in taken))


def _mixed(possible: list[Asked], derivation: Derivation) -> Faded:
    """Return the products that add the most and have values of their own, and each line that they go into."""
    values = Counter(asked.line.value for asked in possible)
    products = [asked for asked in possible if asked.step.part and not asked.repeats and values[asked.line.value] == 1]
    if len(products) < PRODUCTS:
        raise FadeError(f"--fade {MIXED}: fewer than {PRODUCTS} products have a value of their own; give a number")
    chosen = sorted(products, key=lambda asked: -asked.step.in_total)[:PRODUCTS]
    hidden = _values(possible, chosen, derivation)
    lines = tuple(asked for asked in possible if asked.line.value in hidden)
    if len(lines) > MOST_MIXED:
        raise FadeError(f"--fade {MIXED}: {len(lines)} lines would be blank; give a number")
    return Faded(lines)


def _values(possible: list[Asked], products: list[Asked], derivation: Derivation) -> set[int]:
    """Return the values of products and of each line that they go into."""
    # A sum that stood there would give its part away to who takes the other parts from it.
    visits = derivation.root.walk(parents_first=False)
    into = [step for visit in visits if _is_among(visit.step, products) for step in visit.above]
    return {asked.line.value for asked in possible if _is_among(asked.step, products) or asked.step in into}


def _is_product(asked: Asked) -> bool:
    """Return whether a line multiplies at least two sizes of a leaf: a matrix has two, a bias one."""
    sizes = [node for node in asked.line.formula.walk() if isinstance(node, Symbol)]
    return asked.step.part is not None and not asked.repeats and len(sizes) > 1


def _groups(possible: list[Asked]) -> list[list[Asked]]:
    """Return lines by their values, the last first."""
    groups: dict[int, list[Asked]] = {}
    for asked in reversed(possible):
        groups.setdefault(asked.line.value, []).append(asked)
    return list(groups.values())


def _is_among(step: Step, several: list[Asked]) -> bool:
    """Return whether one of these lines is a step's."""
    return any(asked.step is step for asked in several)


def _exactly(groups: list[list[Asked]], count: int) -> list[Asked] | None:
    """Return exactly so many lines from groups that stay together, as many single ones as possible, the last first."""
    single = [group for group in groups if len(group) == 1]
    several = [group for group in groups if len(group) > 1]
    for alone in range(min(count, len(single)), -1, -1):
        taken = [asked for group in single[:alone] for asked in group]
        for group in several:
            if len(taken) + len(group) <= count:
                taken += group
        if len(taken) == count:
            return taken
    return None


def _named(possible: list[Asked], wish: str, every: tuple[Asked, ...]) -> Faded:
    wanted: list[Asked] = []
    for name in (part.strip().lower() for part in wish.split(",")):
        found = [asked for asked in every if name in _names(asked)]
        if not found:
            known = ", ".join(dict.fromkeys(min(_names(asked)[:3], key=len) or "total" for asked in possible))
            raise FadeError(f"--fade: no step {name!r}; a number, all, none, largest, mixed, or steps among {known}")
        blanks = [asked for asked in found if asked in possible]
        if not blanks:
            raise FadeError(f"--fade: the step {name!r} can't be blank, as the sizes say its result already")
        wanted += blanks
    values = {asked.line.value for asked in wanted}
    # Lines of the same value give each other away.
    return Faded(tuple(asked for asked in possible if asked.line.value in values))


def _names(asked: Asked) -> tuple[str, ...]:
    """Return what a step is called: its number, its names in English, its key, its names in the current language."""
    step = asked.step
    if not step.number:
        return ("total",)
    english, spoken = (step.label, step.name), (translate(step.label), translate(step.name))
    return (step.number, *map(str.lower, english), step.key, *map(str.lower, spoken))
