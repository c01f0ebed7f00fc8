"""Formulas with names whose numbers stand elsewhere in the document: they hold with those, or are worth a look.

That a letter has the number that it has elsewhere is a guess until another formula nearby holds with it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import Name, Operation
from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.arithmetic.ranges import Unknown
from symbolic.proofread.judging.agreement import lone, middle
from symbolic.proofread.judging.checking import check
from symbolic.proofread.judging.given import GivenElsewhere
from symbolic.proofread.judging.in_words import nearest_like
from symbolic.proofread.judging.values import Values
from symbolic.proofread.judging.verdicts import Finding
from symbolic.proofread.judging.wording import finding
from symbolic.proofread.reading.equations import WrittenEquation

NEAR, ALIKE = 6000, Fraction(5, 2)
"""So near stands a formula that holds with the same numbers, and so far off may be a result that is about them."""
FEWEST_DIGITS, CERTAIN = 2, 3
"""So many digits of a result hardly agree by chance, and so many are worth a look if they don't."""
ANY = (3, 7)
"""Two sizes: what has the same value with both does not depend on them."""


@dataclass
class NumbersElsewhere:
    """Judge of formulas with the numbers that names have elsewhere; it remembers what holds and what does not."""

    given: GivenElsewhere
    held: dict[tuple[str, Exact], list[int]] = field(default_factory=lambda: defaultdict(list))
    missed: list[tuple[WrittenEquation, Mapping[str, Exact], Exact]] = field(default_factory=list)

    def meant(self, equation: WrittenEquation, values: Values) -> Finding | None:
        """Return the finding with the numbers that names have elsewhere, which counts only where it holds."""
        names = {name.text for name in equation.names}
        if isinstance(equation.sides[0], Name):
            names.discard(equation.sides[0].text)
        result = lone(equation.sides[-1])
        if not names or result is None or not any(isinstance(side, Operation) for side in equation.sides):
            return None
        unknown = [name for name in names if not values.of(name) and name not in values.formulas]
        nearest = self.given.at(equation.start, names)
        digits = len(result.figure.shown.replace(".", "").replace(",", "").strip("0"))
        given = {name: size for name, size in nearest.items() if name in unknown}
        missed = None
        for meant in (given, nearest) if nearest.keys() - given.keys() else (given,):
            sizes = {**{name: found[0] for name in names if (found := values.of(name))}, **meant}
            others = [name for name in unknown if name not in meant]
            if not sizes or (others and not self._cancel(equation, values, meant, others)):
                continue
            with values.supposed({**meant, **dict.fromkeys(others, ANY[0])}):
                holding = check(equation, values)
            if holding.holds and digits >= FEWEST_DIGITS:
                self.hold(equation, sizes)
                return finding(equation, holding)
            made = [ranges for ranges in holding.values[:-1] if ranges]
            if holding.faults and made and digits >= CERTAIN and set(equation.relations) == {"="}:
                one, other = sorted(abs(Fraction(middle(ranges))) for ranges in (made[-1], holding.values[-1] or []))
                if 0 < other < ALIKE * one:
                    missed = missed or (equation, sizes, middle(made[-1]))
            elif holding.holds:
                missed = None
        self.missed += [missed] if missed else []
        return None

    @staticmethod
    def _cancel(equation: WrittenEquation, values: Values, given: Mapping[str, Exact], others: Sequence[str]) -> bool:
        """Return whether the sides have the same values whatever some names are: H and H in H × (D / H)."""
        made = []
        for size in ANY:
            with values.supposed({**given, **dict.fromkeys(others, size)}):
                try:
                    made.append([values.readings(side) for side in equation.sides])
                except (Unread, Unknown):
                    return False
        return made[0] == made[1]

    def hold(self, equation: WrittenEquation, sizes: Mapping[str, Exact]) -> None:
        """Keep the numbers with which a formula holds."""
        for size in sizes.items():
            self.held[size].append(equation.start)

    def remember(self, found: Finding, values: Values) -> None:
        """Keep the numbers of the names in a formula that holds."""
        equation = found.equation
        if found.verdict == "holds" and equation.names and not found.is_definition:
            known = {name.text: of[0] for name in equation.names if len(of := values.of(name.text)) == 1}
            self.hold(equation, known)

    def doubts(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return the findings, with a doubt about each formula that misses with the numbers with which others hold.

        Of the numbers beside a formula, those that hold are kept, and what misses where more of them hold.
        """
        missed = {id(equation): (sizes, value) for equation, sizes, value in self.missed}
        findings = [
            self._doubt(found, *missed[id(found.equation)]) or found
            if found.verdict == "unknown" and id(found.equation) in missed
            else found
            for found in findings
        ]
        beside = [found.verdict for found in findings if found.equation.kind == "beside"]
        kept = {"holds", "doubtful"} if beside.count("holds") > max(1, beside.count("doubtful")) else {"holds"}
        return [found for found in findings if found.equation.kind != "beside" or found.verdict in kept]

    def _doubt(self, found: Finding, sizes: Mapping[str, Exact], value: Exact) -> Finding | None:
        """Return what a formula is with the numbers that its names have in other formulas near it; else None."""
        place = found.equation.start
        for size in sizes.items():
            places = self.held.get(size, [])
            index = bisect_left(places, place - NEAR)
            if index == len(places) or places[index] > place + NEAR:
                return None
        result = lone(found.equation.sides[-1])
        with_them = ", ".join(f"{name} = {nearest_like(size, None)}" for name, size in sorted(sizes.items()))
        says = f"With {with_them}, as elsewhere, it is {nearest_like(value, result)}."
        start, end = (result.start, result.end) if result else (found.start, found.end)
        return found._replace(verdict="doubtful", start=start, end=end, says=says)
