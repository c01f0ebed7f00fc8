"""Carried errors: equations that are right as written but use a number that is wrong further up."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import (
    ExpressionNode,
    Name,
    NumberNode,
    Operation,
    evaluate,
    with_number,
    with_numbers,
)
from symbolic.proofread.arithmetic.numbers import Unread, WrittenNumber
from symbolic.proofread.arithmetic.ranges import Unknown
from symbolic.proofread.judging.agreement import lone, middle
from symbolic.proofread.judging.allowances import Allowance, calculates, is_of_measured
from symbolic.proofread.judging.alternatives import with_labels, with_units
from symbolic.proofread.judging.binding import with_derivatives_named, with_letters_multiplied
from symbolic.proofread.judging.checked import Checked, Slip
from symbolic.proofread.judging.checking import check, holds
from symbolic.proofread.judging.elsewhere import NumbersElsewhere
from symbolic.proofread.judging.evidence import UNEXPLAINED, weighed
from symbolic.proofread.judging.in_words import shown
from symbolic.proofread.judging.rest_of_chain import has_its_numbers, rest_known
from symbolic.proofread.judging.suppositions import Suppositions
from symbolic.proofread.judging.values import Values
from symbolic.proofread.judging.verdicts import Finding, is_traced
from symbolic.proofread.judging.wording import finding
from symbolic.proofread.reading.document import Document
from symbolic.proofread.reading.equations import WrittenEquation

RECENT = 12
"""So many results further up may have a stale copy."""
THINGS = re.compile(
    r"[ *_`$(]{0,3}(?:\w+[ ])?(?:full|whole|complete|entire|vollen?|volle[rs]?|ganzen?|entiers?|pleines?|enter[oa]s?"
    r"|complet[oa]?s?|(?:with )?remainder|Rest|reste)\b|[ ]?(?:\w[ ])?(?:完整|整)|[ ]?余"
    r"|[*_`$ ]{0,3}(?:(?:concurrent |parallel )?(?:requests?|users|sequences|sessions|streams|tiles|blocks|batches"
    r"|models|instances|replicas|images|copies|steps|warps|waves|pages|chunks)\b|[个条路份页块批]|개)"
)
"""Words behind what is counted in whole things."""
JUST_ABOVE, NEAR = 400, Fraction(1, 20)
MOST_SEARCHES, MOST_NUMBERS, LEAST, FAR = 100, 8, 20, 3000


@dataclass(frozen=True, slots=True)
class Mended:
    """The right number for a wrong one, and the place where the error was found."""

    correct: Exact
    place: str


@dataclass
class Tracer:
    """Judge of the equations in their order, which remembers the wrong numbers."""

    document: Document
    suppositions: Suppositions
    elsewhere: NumbersElsewhere
    wrong: dict[Exact, Mended] = field(default_factory=dict)
    results: deque[NumberNode] = field(default_factory=lambda: deque(maxlen=RECENT))
    searches: int = 0

    def findings(self, equations: list[WrittenEquation]) -> list[Finding]:
        """Return a finding for each equation."""
        return self.elsewhere.doubts(list(self.judged(equations)))

    def judged(self, equations: list[WrittenEquation]) -> Iterator[Finding]:
        """Yield a finding for each equation, judged by itself and what stands above it."""
        for written in equations:
            values = self.suppositions.at(written.start)
            equation = with_letters_multiplied(with_derivatives_named(written, values.formulas), values)
            found = self.judge(equation)
            last = equation.sides[-1] if equation.sides else None
            if found.verdict != "wrong" and isinstance(last, NumberNode):
                self.results.append(last)
            # A result that a number from above may mend instead is not traced.
            if found.figure and found.right is not None and is_traced(found.figure.value):
                place = str(self.document.place(found.start))
                self.wrong.setdefault(found.figure.value, Mended(found.right, place))
            if found.verdict in ("holds", "unknown"):
                self.suppositions.at(equation.start).say(equation)
            self.elsewhere.remember(found, values)
            yield found

    def stale(self, equation: WrittenEquation) -> Slip | None:
        """Return the slip if a recent result in the place of one of its numbers makes an equation hold; None if not."""
        if self.searches >= MOST_SEARCHES or equation.kind != "chain" or equation.names:
            return None
        self.searches += 1
        values = self.suppositions.at(equation.start)
        used = equation.sides[0].numbers[:MOST_NUMBERS]
        for result in reversed(self.results):
            far = equation.start - result.start > FAR
            if far or result.figure.value in {part.figure.value for part in used} or result.figure.value < LEAST:
                continue
            alike = (part for part in used if (part.figure.scale, part.unit) == (result.figure.scale, result.unit))
            for part in alike:
                try:
                    sides = (with_number(equation.sides[0], part, result.figure), *equation.sides[1:])
                    right = holds(replace(equation, sides=sides), values)
                except (Unread, Unknown):
                    continue
                if right:
                    here, there = _figure(part.figure), _figure(result.figure)
                    place = self.document.place(result.start)
                    return Slip(f"it holds with {there} from {place} in the place of {here}")
        return None

    def judge(self, equation: WrittenEquation) -> Finding:
        """Return the verdict on an equation, taking errors further up into account."""
        if equation.unread:
            held = (self.judge(one) for one in equation.perhaps if any(map(calculates, one.sides)))
            holding = (found for found in held if found.verdict == "holds" and not found.says)
            return next(holding, None) or self.unread(equation, equation.unread)
        try:
            values = self.suppositions.at(equation.start)
            equation = with_units(equation, values)
            checked = check(equation, values)
            used = self.used(equation)
            if not used:
                return self.found(equation, checked)
            before = _before(equation)
            sides = (*(_mended(side, used) for side in before), *equation.sides[len(before) :])
            again = check(replace(equation, sides=sides), values)
        except Unread as problem:
            return self.unread(equation, str(problem))
        if equation.kind == "claim":
            return self.found(equation, again if not again.faults else checked)
        if not again.faults:
            # The sum is that of the right numbers: only the number that it repeats is wrong.
            return self.repeated(equation, used) if checked.faults else self.found(equation, checked)
        if checked.faults:
            return self.wrong_either_way(equation, checked, again, used)
        return self.carried(equation, again, used)

    def found(self, equation: WrittenEquation, checked: Checked) -> Finding:
        """Return the finding of a checked equation, with the doubts about its faults weighed."""
        values = self.suppositions.at(equation.start)
        checked = weighed(self.document, equation, checked, values)
        if (
            checked.faults
            and all(fault.of_letters for fault in checked.faults)
            and (tail := rest_known(equation, lambda name: values.ours and values.is_size(name)))
        ):
            # Letters or labels may mean something else here; what numbers or sizes behind them make is said.
            worked_out = check(tail, values)
            if worked_out.holds:
                return finding(equation, worked_out)
        if any(fault.slip is None and fault.doubt in ("", UNEXPLAINED) for fault in checked.faults) and (
            slip := self.stale(equation)
        ):
            faults = (
                fault._replace(slip=slip, doubt="") if fault.doubt in ("", UNEXPLAINED) and not fault.slip else fault
                for fault in checked.faults
            )
            checked = checked._replace(faults=tuple(faults))
        if checked.odd and equation.kind == "chain":
            odd = tuple(one for one in checked.odd if not self.is_usual(equation, *one))
            checked = checked._replace(odd=odd)
        found = finding(equation, checked)
        silent = found.verdict == "unknown" or found.is_definition
        return (self.meant(equation, checked) if silent else None) or found

    def meant(self, equation: WrittenEquation, checked: Checked) -> Finding | None:
        """Return the finding of what a chain that can't be judged may mean; None if that says nothing either.

        A first side that may be a note or a label is left out, users (20 %) = 50 × 0.2 = 10; letters behind numbers are
        taken for labels, 28W × 28H = 784, which counts only where it holds.
        """
        values = self.suppositions.at(equation.start)
        tail = equation.behind(1)
        noted = not equation.sides[0].names if equation.sides else False
        if noted and checked.faults and all(not fault.claims and fault.right == 0 for fault in checked.faults):
            worked_out = len(tail.sides) > 1 and calculates(tail.sides[0]) and not tail.sides[0].names
            return self.found(tail, check(tail, values)) if worked_out else None
        if result := self.of_formula_above(equation, values):
            again = weighed(self.document, result, check(result, values), values)
            return finding(result, again) if again.judged else None
        if (checked.unknown or checked.faults) and (found := self.elsewhere.meant(equation, values)):
            return found
        labelled = with_labels(equation, values) if checked.unknown else None
        numbers = rest_known(equation, lambda _: False)
        # Names may mean something else here; the numbers that stand in their places are judged all the same.
        for one in filter(None, (labelled, numbers if numbers and has_its_numbers(equation, numbers) else None)):
            if (holding := check(one, values)).holds:
                return finding(equation if one is labelled else one, holding)
        return None

    def of_formula_above(self, equation: WrittenEquation, values: Values) -> WrittenEquation | None:
        """Return what a name's formula above makes, and the number that it has here, if they are near.

        A formula that comes to the same is that worked out further: M = 3 × 4 × 5, then M = 12 × 5. The names in a
        formula must have got their numbers just above; if all of it stands in one paragraph, it is about the same.
        """
        name, result = equation.sides[0], equation.sides[-1]
        if len(equation.sides) != 2 or result.names or not isinstance(name, Name):
            return None
        formula = values.formulas.get(name.text)
        if formula is None:
            return None
        places = [values.places.get(one, -FAR) for one in {name.text, *(part.text for part in formula.names)}]
        if not all(0 <= equation.start - place < JUST_ABOVE for place in places):
            return None
        try:
            off = abs(Fraction(middle(values.readings(formula))) - (value := Fraction(middle([evaluate(result)]))))
        except (Unread, Unknown):
            return None
        number = lone(result)
        plain = number is not None and not number.unit and not number.label
        near = off <= NEAR * abs(value) if plain else not off
        between = self.document.text[min(places) : equation.start]
        near |= bool(formula.names) and plain and "\n\n" not in between and "|" not in between
        return replace(equation, kind="compared", sides=(formula, result)) if near else None

    def is_usual(self, equation: WrittenEquation, left: int, right: int, allowed: Allowance) -> bool:
        """Return whether a result is rounded as people do: it comes from more digits than are shown, or counts things.

        Words behind it may say that only whole ones count: 1024 / 6 = 170 full tiles.
        """
        number = lone(equation.sides[right])
        if number is None or allowed.how == "inputs":
            return allowed.how == "inputs" and is_of_measured(equation.sides[left])
        side = equation.sides[left]
        if not (allowed.how == "cut" and not number.figure.rounded and not number.unit and "/" in side.signs):
            return False
        # The size of a window's output is rounded down: (10 − 3) / 2 + 1 = 4.
        slides = (
            isinstance(side, Operation) and side.sign == "+" and not any(one.figure.rounded for one in side.numbers)
        )
        return slides or THINGS.match(self.document.text, equation.sides[right].end) is not None

    def unread(self, equation: WrittenEquation, why: str) -> Finding:
        """Return the finding of an equation that can't be read, with the reason."""
        return Finding("unread", equation, equation.start, equation.end, f"{why[:1].upper()}{why[1:]}.")

    def used(self, equation: WrittenEquation) -> dict[Exact, Mended]:
        """Return the wrong numbers that an equation uses, apart from its own result."""
        numbers = [number for side in _before(equation) for number in side.numbers]
        return {part.figure.value: self.wrong[part.figure.value] for part in numbers if part.figure.value in self.wrong}

    def repeated(self, equation: WrittenEquation, used: dict[Exact, Mended]) -> Finding:
        """Return the finding of an equation that repeats a wrong number but holds with the right one."""
        at = next(part for part in equation.numbers if part.figure.value in used)
        mend = used[at.figure.value]
        if equation.kind != "chain":
            return Finding("holds", equation, at.start, at.end, "", at.figure, mend.correct)
        says = f"{_figure(at.figure)} is wrong since {mend.place}; with {shown(mend.correct)} this holds."
        return Finding("wrong", equation, at.start, at.end, says, at.figure, mend.correct)

    def wrong_either_way(
        self, equation: WrittenEquation, checked: Checked, again: Checked, used: dict[Exact, Mended]
    ) -> Finding:
        """Return the finding of an equation that is wrong as written and has another result with the right numbers."""
        found, fault = self.found(equation, checked), again.faults[0]
        side, correct = equation.sides[fault.side], middle(again.values[fault.right] or [])
        if found.verdict != "wrong" or found.correct is None or found.figure is None or not isinstance(correct, int):
            return found
        if not isinstance(side, NumberNode) or side.figure != found.figure or correct == found.correct:
            return found
        return found._replace(says=f"{found.says} {_with(used, correct)}", instead=correct)

    def carried(self, equation: WrittenEquation, again: Checked, used: dict[Exact, Mended]) -> Finding:
        """Return the finding of an equation that is right as written but has another result with the right numbers."""
        fault = again.faults[0]
        side = equation.sides[fault.side]
        correct = middle(again.values[fault.right] or [])
        which = " and ".join(f"{_figure_of(value, equation)} from {mend.place}" for value, mend in used.items())
        says = f"Right as written, but it uses {which}. {_with(used, correct)}"
        exact = (
            correct if isinstance(correct, int) and isinstance(side, NumberNode) and not side.figure.rounded else None
        )
        figure = side.figure if isinstance(side, NumberNode) else None
        return Finding("carried", equation, side.start, side.end, says, figure, exact)


def _mended(node: ExpressionNode, used: dict[Exact, Mended]) -> ExpressionNode:
    """Return the formula with right numbers in the places of wrong ones."""

    def right(number: NumberNode) -> NumberNode:
        mend = used.get(number.figure.value)
        return replace(number, figure=number.figure._replace(value=mend.correct)) if mend else number

    return with_numbers(node, right)


def _before(equation: WrittenEquation) -> tuple[ExpressionNode, ...]:
    """Return the sides before the result; all sides if the last one is no number."""
    return equation.sides[:-1] if isinstance(equation.sides[-1], NumberNode) else equation.sides


def _with(used: dict[Exact, Mended], correct: Exact) -> str:
    right = " and ".join(shown(mend.correct) for mend in used.values())
    return f"With {right} it is {shown(correct)}."


def _figure(figure: WrittenNumber) -> str:
    return figure.shown.replace("{,}", ",").strip()


def _figure_of(value: Exact, equation: WrittenEquation) -> str:
    return next(_figure(part.figure) for part in equation.numbers if part.figure.value == value)
