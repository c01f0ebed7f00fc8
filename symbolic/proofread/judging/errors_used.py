"""Wrong numbers that an equation uses: it repeats one, or is right as written and has another result without it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, with_numbers
from symbolic.proofread.arithmetic.numbers import WrittenNumber
from symbolic.proofread.judging.agreement import middle
from symbolic.proofread.judging.checked import Checked
from symbolic.proofread.judging.in_words import shown
from symbolic.proofread.judging.verdicts import Finding
from symbolic.proofread.reading.equations import WrittenEquation


@dataclass(frozen=True, slots=True)
class Mended:
    """The right number for a wrong one, and the place where the error was found."""

    correct: Exact
    place: str


def repeated(equation: WrittenEquation, used: dict[Exact, Mended]) -> Finding:
    """Return the finding of an equation that repeats a wrong number but holds with the right one."""
    at = next(part for part in equation.numbers if part.figure.value in used)
    mend = used[at.figure.value]
    if equation.kind != "chain":
        return Finding("holds", equation, at.start, at.end, "", at.figure, mend.correct)
    says = f"{as_written(at.figure)} is wrong since {mend.place}; with {shown(mend.correct)} this holds."
    return Finding("wrong", equation, at.start, at.end, says, at.figure, mend.correct)


def carried(equation: WrittenEquation, again: Checked, used: dict[Exact, Mended]) -> Finding:
    """Return the finding of an equation that is right as written but has another result with the right numbers."""
    fault = again.faults[0]
    side = equation.sides[fault.side]
    correct = middle(again.values[fault.right] or [])
    which = " and ".join(f"{_figure_of(value, equation)} from {mend.place}" for value, mend in used.items())
    says = f"Right as written, but it uses {which}. {with_right_numbers(used, correct)}"
    exact = correct if isinstance(correct, int) and isinstance(side, NumberNode) and not side.figure.rounded else None
    figure = side.figure if isinstance(side, NumberNode) else None
    return Finding("carried", equation, side.start, side.end, says, figure, exact)


def mended(node: ExpressionNode, used: dict[Exact, Mended]) -> ExpressionNode:
    """Return the formula with right numbers in the places of wrong ones."""

    def right(number: NumberNode) -> NumberNode:
        mend = used.get(number.figure.value)
        return replace(number, figure=number.figure._replace(value=mend.correct)) if mend else number

    return with_numbers(node, right)


def before_result(equation: WrittenEquation) -> tuple[ExpressionNode, ...]:
    """Return the sides before the result; all sides if the last one is no number."""
    return equation.sides[:-1] if isinstance(equation.sides[-1], NumberNode) else equation.sides


def with_right_numbers(used: dict[Exact, Mended], correct: Exact) -> str:
    """Return the sentence that says to what an equation comes with the right numbers."""
    right = " and ".join(shown(mend.correct) for mend in used.values())
    return f"With {right} it is {shown(correct)}."


def as_written(figure: WrittenNumber) -> str:
    """Return a number as it is written, without TeX's braces."""
    return figure.shown.replace("{,}", ",").strip()


def _figure_of(value: Exact, equation: WrittenEquation) -> str:
    return next(as_written(part.figure) for part in equation.numbers if part.figure.value == value)
