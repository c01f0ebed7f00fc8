"""Fading: which lines of a worked example are blank. The last ones first, as novices learn best, and one product.

The last lines are all sums. So among several blanks one is a product of a matrix's sizes, and the sums that it goes
into are blank as well.

Atkinson, Renkl and Merrill 2003, Transitioning From Studying Examples to Solving Problems, Journal of Educational
Psychology 95 (4), doi 10.1037/0022-0663.95.4.774: backward fading with prompts to explain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import count, product

from symbolic.errors import SymbolicError
from symbolic.formulas.formula import Formula, Number, Product, Symbol
from symbolic.formulas.shown import Blank, Labelled
from symbolic.handouts.answers import room
from symbolic.handouts.from_derivation import Asked, is_computed, lines, unlabelled
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
PLAIN = frozenset({"vocab_size", "context_length", "n_layers", "n_heads", "emb_dim", "head_dim", "hidden_dim"})
"""The sizes of every transformer: what has others is what is new in a model."""
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
    """Return the last lines with what they go into; lines of the same value are blank together.

    Among two or more there is a product, with each sum that it goes into, where so few lines hold both.
    """
    for asked in reversed(possible):
        if count > 1 and _is_product(asked):
            taken = _exactly(possible, count, derivation, _values(possible, [asked], derivation))
            if taken is not None:
                return Faded(taken)
    taken = _exactly(possible, count, derivation)
    if taken is None:
        most = len(possible)
        if count > most:
            raise FadeError(f"--fade {count}: {most} steps can be blank here at most; or all, none, or steps by name")
        able = [other for other in range(1, most + 1) if _exactly(possible, other, derivation) is not None]
        near = sorted(sorted(able, key=lambda other: abs(other - count))[:2])
        raise FadeError(
            f"--fade {count}: some steps have the same result, so that just {count} can't be blank; "
            f"{' or '.join(map(str, near))} can, or all, none, or steps by name"
        )
    return Faded(taken)


def _largest(possible: list[Asked]) -> Faded:
    """Return the lines of the parts that add the most, five, or more where some have one value."""
    ordered = sorted(possible, key=lambda asked: -asked.step.in_total)
    values = list(dict.fromkeys(asked.line.value for asked in ordered))
    taken: set[int] = set()
    while values and sum(asked.line.value in taken for asked in possible) < USUAL:
        taken.add(values.pop(0))
    return Faded(tuple(asked for asked in possible if asked.line.value in taken))


def _mixed(possible: list[Asked], derivation: Derivation) -> Faded:
    """Return the first of the mixtures."""
    found = next(_mixtures(possible, derivation), None)
    if found is None:
        raise FadeError(f"--fade {MIXED}: no {PRODUCTS} products have values of their own; give a number")
    return found


def mixtures(derivation: Derivation) -> tuple[Faded, ...]:
    """Return all pairs of products that can be blank together, each with the lines that they go into.

    One of the products is of what is new in a model, where something is.
    """
    every = lines(derivation)
    shown = {asked.line.value for asked in every if not can_be_blank(asked, derivation)}
    return tuple(
        _mixtures([one for one in every if can_be_blank(one, derivation) and one.line.value not in shown], derivation)
    )


def _mixtures(possible: list[Asked], derivation: Derivation) -> Iterator[Faded]:
    """Yield pairs of products that have values of their own, and each line that they go into; large ones first."""
    values = Counter(asked.line.value for asked in possible)
    products = [
        asked
        for asked in sorted(possible, key=lambda asked: -asked.step.in_total)
        if _is_product(asked) and _has_rows(asked.step) and values[asked.line.value] == 1
    ]
    experts = [visit.step for visit in derivation.root.walk() if any(step.role == "experts" for step in visit.above)]
    new = [one for one in products if one.step in experts or _is_new(one.step, derivation)] or products
    seen: set[frozenset[int]] = set()
    for one, other in product(new, products):
        pair = frozenset((one.line.value, other.line.value))
        if len(pair) < PRODUCTS or pair in seen:
            continue
        seen.add(pair)
        hidden = _values(possible, [one, other], derivation)
        blanks = tuple(asked for asked in possible if asked.line.value in hidden)
        if len(blanks) <= MOST_MIXED:
            yield Faded(blanks)


def _has_rows(step: Step) -> bool:
    """Return whether a leaf is no bias, however its length is written, and no other row of numbers."""
    return step.weight is None or len(step.weight.shape) > 1


def _is_new(step: Step, derivation: Derivation) -> bool:
    """Return whether a product has sizes that not every transformer has, or several heads share what it makes."""
    sizes = derivation.sizes
    names = {symbol.name for symbol in unlabelled(step.one).symbols if symbol not in derivation.definitions}
    if sizes.get("n_kv_groups") == sizes.get("n_heads"):
        names.discard("n_kv_groups")
    return bool(names - PLAIN)


def _values(possible: list[Asked], chosen: list[Asked], derivation: Derivation) -> set[int]:
    """Return the values of lines and of each line that they go into."""
    # A sum that stood there would give its part away to who takes the other parts from it, and so would one of layers
    # that are built of the same part.
    parts = {(asked.step.key, asked.step.one) for asked in chosen}
    visits = derivation.root.walk(parents_first=False)
    into = {step.number for visit in visits if (visit.step.key, visit.step.one) in parts for step in visit.above}
    times = [asked.step for asked in chosen]
    return {asked.line.value for asked in chosen} | {
        asked.line.value
        for asked in possible
        if asked.step.number in into or (asked.repeats and any(asked.step is step for step in times))
    }


def _is_product(asked: Asked) -> bool:
    """Return whether a line multiplies at least two sizes of a leaf: a matrix has two, a bias one."""
    sizes = [node for node in asked.line.formula.walk() if isinstance(node, Symbol)]
    return asked.step.part is not None and not asked.repeats and len(sizes) > 1


def _exactly(
    possible: list[Asked], count: int, derivation: Derivation, first: Collection[int] = ()
) -> tuple[Asked, ...] | None:
    """Return exactly so many lines, those of the `first` values and then the last ones, each with what it goes into."""
    often = Counter(asked.line.value for asked in possible)
    closed = [_values(possible, [asked], derivation) for asked in reversed(possible)]
    # Where lines have one value, the very last ones may come to one too many.
    for start in range(len(closed)):
        taken = set(first)
        for values in closed[start:]:
            if sum(often[value] for value in taken | values) <= count:
                taken |= values
        if sum(often[value] for value in taken) == count:
            return tuple(one for one in possible if one.line.value in taken)
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
