"""Fading: which lines of a worked example are blank. The last ones first, as novices learn best.

Atkinson, Renkl and Merrill 2003, Transitioning From Studying Examples to Solving Problems, Journal of Educational
Psychology 95 (4), doi 10.1037/0022-0663.95.4.774: backward fading with prompts to explain.
"""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.errors import SymbolicError
from symbolic.formulas.formula import Blank, Formula, Labelled, Number
from symbolic.handouts.asked import Asked, is_work, lines
from symbolic.measuring.derivation import Derivation

LEAST = 100
"""A number of fewer digits stands somewhere on a sheet by chance."""


USUAL = 5


class FadeError(SymbolicError):
    """Lines that can't be blank, or not so many of them."""


@dataclass(frozen=True, slots=True)
class Faded:
    """The lines that are blank, in reading order, with their numbers; `hidden` are the values that must not show."""

    lines: tuple[Asked, ...]

    @property
    def hidden(self) -> frozenset[int]:
        """What the blanks come to."""
        return frozenset(asked.line.value for asked in self.lines)

    def number(self, asked: Asked) -> int | None:
        """The number of a line's blank, from 1 on."""
        return self.lines.index(asked) + 1 if asked in self.lines else None

    def shown(self, formula: Formula, derivation: Derivation) -> Formula:
        """A formula in which parts that are blank on their own lines are blank as well."""

        def change(node: Formula) -> Formula | None:
            if not isinstance(node, Labelled):
                return None
            value = node.value(derivation.sizes)
            return Labelled(node.label, blank(int(value))) if value in self.hidden else node

        return formula.replace(change)


def blank(value: int, id: str = "") -> Blank:
    """Room for a value; the value itself stays outside."""
    return Blank(Number(0), len(f"{value:,}"), id)


def usual(derivation: Derivation) -> str:
    """How many lines are blank where nobody says: five, or as many as can be."""
    counts = (str(count) for count in range(USUAL, 0, -1))
    return next((count for count in counts if can_fade(derivation, count)), "none")


def can_fade(derivation: Derivation, wish: str) -> bool:
    """Whether a wish can be met."""
    try:
        fade(derivation, wish)
    except FadeError:
        return False
    return True


def fade(derivation: Derivation, wish: str) -> Faded:
    """`all`, `none`, how many of the last lines, or the names or numbers of steps with commas between them."""
    every = lines(derivation)
    able = [asked for asked in every if can_be_blank(asked, derivation)]
    # A line that can't be blank shows its value, and gives away those that come to the same.
    told = {asked.line.value for asked in every if asked not in able}
    able = [asked for asked in able if asked.line.value not in told]
    if wish == "none":
        return Faded(())
    if wish == "all":
        return Faded(tuple(able))
    if wish.isascii() and wish.isdecimal():
        return _last(able, int(wish))
    return _named(able, wish, every)


def can_be_blank(asked: Asked, derivation: Derivation) -> bool:
    """Whether there is something to work out that the sizes don't say already."""
    formula, sizes = asked.line.formula, set(derivation.sizes.values())
    numbers = {node.number for node in formula.walk() if isinstance(node, Number)}
    return is_work(formula) and asked.line.value >= LEAST and asked.line.value not in sizes | numbers


def _last(able: list[Asked], count: int) -> Faded:
    """The last ones whose value stands in no other line; where these don't do, lines of the same value together."""
    groups: dict[int, list[Asked]] = {}
    for asked in reversed(able):
        groups.setdefault(asked.line.value, []).append(asked)
    taken = _exactly(list(groups.values()), count)
    if taken is None:
        most = sum(map(len, groups.values()))
        if count > most:
            raise FadeError(f"--fade {count}: {most} steps can be blank here at most; or all, none, or steps by name")
        able_counts = [other for other in range(1, most + 1) if _exactly(list(groups.values()), other) is not None]
        near = sorted(sorted(able_counts, key=lambda other: abs(other - count))[:2])
        raise FadeError(
            f"--fade {count}: some steps have the same result, so that just {count} can't be blank; "
            f"{' or '.join(map(str, near))} can, or all, none, or steps by name"
        )
    return Faded(tuple(asked for asked in able if asked in taken))


def _exactly(groups: list[list[Asked]], count: int) -> list[Asked] | None:
    """So many lines out of whole groups, as many single ones as can be, the last ones first."""
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


def _named(able: list[Asked], wish: str, every: tuple[Asked, ...]) -> Faded:
    wanted: list[Asked] = []
    for name in (part.strip().lower() for part in wish.split(",")):
        found = [asked for asked in every if name in _names(asked)]
        if not found:
            known = ", ".join(dict.fromkeys(min(_names(asked)[:3], key=len) or "total" for asked in able))
            raise FadeError(f"--fade: no step {name!r}; a number, all, none, or steps among {known}")
        blanks = [asked for asked in found if asked in able]
        if not blanks:
            raise FadeError(f"--fade: the step {name!r} can't be blank, as the sizes say its result already")
        wanted += blanks
    values = {asked.line.value for asked in wanted}
    # Lines of the same value give each other away.
    return Faded(tuple(asked for asked in able if asked.line.value in values))


def _names(asked: Asked) -> tuple[str, ...]:
    step = asked.step
    return (step.number, step.label.lower(), step.name.lower(), step.key) if step.number else ("total",)
