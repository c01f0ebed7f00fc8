"""Carried errors: equations that are right as written but use a number that is wrong further up."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import (
    NumberNode,
    Operation,
    with_number,
)
from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.arithmetic.ranges import Unknown
from symbolic.proofread.judging.agreement import lone, middle
from symbolic.proofread.judging.allowances import Allowance, calculates, is_of_measured
from symbolic.proofread.judging.alternatives import with_labels, with_units
from symbolic.proofread.judging.binding import with_derivatives_named, with_letters_multiplied
from symbolic.proofread.judging.checked import Checked, Slip
from symbolic.proofread.judging.checking import check, holds
from symbolic.proofread.judging.elsewhere import NumbersElsewhere
from symbolic.proofread.judging.errors_used import (
    Mended,
    as_written,
    before_result,
    carried,
    mended,
    repeated,
    with_right_numbers,
)
from symbolic.proofread.judging.evidence import UNEXPLAINED, weighed
from symbolic.proofread.judging.formula_above import of_formula_above, of_part_above
from symbolic.proofread.judging.going_on import misses
from symbolic.proofread.judging.readings import in_pairs
from symbolic.proofread.judging.rest_of_chain import has_its_numbers, rest_known
from symbolic.proofread.judging.suppositions import Suppositions
from symbolic.proofread.judging.units_above import with_units_above
from symbolic.proofread.judging.verdicts import Finding, is_traced
from symbolic.proofread.judging.wording import finding
from symbolic.proofread.reading.document import Document
from symbolic.proofread.reading.equations import WrittenEquation

WHOLE = re.compile(r"\d{1,3}(?:\{?,\}?\d{3})+|\d{1,30}")
GROUPED = str.maketrans("", "", "{,}")
RECENT = 12
"""So many results further up may have a stale copy."""
THINGS = re.compile(
    r"[ *_`$(]{0,3}(?:\w+[ ])?(?:full|whole|complete|entire|vollen?|volle[rs]?|ganzen?|entiers?|pleines?|enter[oa]s?"
    r"|complet[oa]?s?|(?:with )?remainder|Rest|reste)\b|[ ]?(?:\w[ ])?(?:完整|整)|[ ]?余"
    r"|[*_`$ ]{0,3}(?:(?:concurrent |parallel )?(?:requests?|users|sequences|sessions|streams|tiles|blocks|batches"
    r"|models|instances|replicas|images|copies|steps|warps|waves|pages|chunks)\b|[个条路份页块批]|개)"
)
"""Words behind what is counted in whole things."""
MOST_SEARCHES, MOST_NUMBERS, LEAST, FAR = 100, 8, 20, 3000


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
        for found_there in equations:
            written = self.read(found_there)
            values = self.suppositions.at(written.start)
            equation = with_letters_multiplied(with_derivatives_named(written, values.formulas), values)
            found = self.judge(equation)
            last = equation.sides[-1] if equation.sides else None
            if found.verdict != "wrong" and isinstance(last, NumberNode):
                self.results.append(last)
            # A result that a number from above may mend instead is not traced.
            if found.figure and found.right is not None and self.is_traced(found):
                place = str(self.document.place(found.start))
                self.wrong.setdefault(found.figure.value, Mended(found.right, place))
            if found.verdict in ("holds", "unknown"):
                self.suppositions.at(equation.start).say(equation)
            self.elsewhere.remember(found, values)
            yield found

    def is_traced(self, found: Finding) -> bool:
        """Return whether what uses a wrong number further down took it from there: it stands nowhere above."""
        value = found.figure.value if found.figure else 0
        return is_traced(value) and self.stands.get(value, found.start) >= found.start

    @cached_property
    def stands(self) -> dict[Exact, int]:
        """The first place of each whole number of the document."""
        first: dict[Exact, int] = {}
        for match in WHOLE.finditer(self.document.text):
            first.setdefault(int(match[0].translate(GROUPED)), match.start())
        return first

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
                    here, there = as_written(part.figure), as_written(result.figure)
                    place = self.document.place(result.start)
                    return Slip(f"it holds with {there} from {place} in the place of {here}")
        return None

    def judge(self, equation: WrittenEquation) -> Finding:
        """Return the verdict on an equation, taking errors further up into account."""
        if equation.unread:
            return self.holding(equation) or self.unread(equation, equation.unread)
        try:
            values = self.suppositions.at(equation.start)
            equation = with_units(with_units_above(self.document.prose, equation), values)
            checked = check(equation, values)
            if checked.faults and (pairs := in_pairs(equation)) is not equation:
                apart = check(pairs, values)
                equation, checked = (pairs, apart) if apart.judged > 1 else (equation, checked)
            used = self.used(equation)
            if not used:
                return self.found(equation, checked)
            before = before_result(equation)
            sides = (*(mended(side, used) for side in before), *equation.sides[len(before) :])
            again = check(replace(equation, sides=sides), values)
        except Unread as problem:
            return self.unread(equation, str(problem))
        if equation.kind == "claim":
            return self.found(equation, again if not again.faults else checked)
        if not again.faults:
            # The sum is that of the right numbers: only the number that it repeats is wrong.
            return repeated(equation, used) if checked.faults else self.found(equation, checked)
        if checked.faults:
            return self.wrong_either_way(equation, checked, again, used)
        return carried(equation, again, used)

    def read(self, written: WrittenEquation) -> WrittenEquation:
        """Return the part of an equation that is read for certain, if it can't be read whole and means nothing else."""
        part = written.certain
        works_out = part is not None and any(map(calculates, part.sides))
        return part if part and works_out and not self.holding(written) else written

    def holding(self, equation: WrittenEquation) -> Finding | None:
        """Return the finding of what an equation that can't be read may mean, if that holds; else None."""
        held = (self.judge(one) for one in equation.perhaps if any(map(calculates, one.sides)))
        return next((found for found in held if found.verdict == "holds" and not found.says), None)

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
        if found.verdict == "holds" and not silent and (part := of_part_above(equation, values)):
            again = finding(part, weighed(self.document, part, check(part, values), values))
            return again if again.verdict == "doubtful" else found
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
        if result := misses(equation, checked.values) or of_formula_above(self.document, equation, values):
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
        numbers = [number for side in before_result(equation) for number in side.numbers]
        return {part.figure.value: self.wrong[part.figure.value] for part in numbers if part.figure.value in self.wrong}

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
        return found._replace(says=f"{found.says} {with_right_numbers(used, correct)}", instead=correct)
