"""The questions behind blanks: each asks the student to say why a line is as it is.

Atkinson, Renkl and Merrill 2003 (see `fading`) found that such prompts help. None is asked twice on a sheet with the
same answer.
"""

from __future__ import annotations

from collections.abc import Collection

from symbolic.formulas.formula import Exact
from symbolic.handouts.fading import Faded
from symbolic.handouts.from_derivation import Asked
from symbolic.language import translate
from symbolic.pages.prose import Prose

OF_PRODUCTS = frozenset({"product", "copies"})
IN_SHORT = frozenset({"product", "total"})
"""What a short sheet asks of."""


def prompts(faded: Faded, say: Prose, only: Collection[str] | None = None) -> tuple[str, ...]:
    """Return the question behind each blank, in their order; "" where the same one stands behind an earlier blank.

    `only` these are asked, if they are given.
    """
    found: list[str] = []
    earlier: set[str] = set()
    for asked in faded.lines:
        why = reason(faded, asked)
        if asked.repeats and asked.step.times == 1:
            # Of one layer nothing is multiplied.
            found.append("")
            continue
        terms = sum(below.value != 0 for below in asked.step.steps)
        question = say(f"why_{why}", parts=translate(asked.step.label), terms=terms)
        # Which part is the largest has another answer each time.
        again = why in earlier and why != "most"
        # Why sizes are multiplied is asked of one product, so that all forms of a class have as many sentences.
        again = again or (only is None and why in OF_PRODUCTS and bool(earlier & OF_PRODUCTS))
        found.append("" if again or (only is not None and why not in only) else question)
        earlier.add(why)
    return tuple(found)


def reason(faded: Faded, asked: Asked) -> str:
    """Return which question fits a blank: what explains its line."""
    step = asked.step
    if not step.number:
        return "total"
    if asked.repeats:
        return "repeat"
    if step.part:
        return "copies" if step.copies > 1 else "product"
    if step.repeat is not None:
        return "layer"
    # The first sum asks why it is one, and further ones of weights which is the largest.
    alike = [one for one in faded.lines if not one.repeats and one.step.steps and one.step.repeat is None]
    weights = all(below.part and below.value for below in step.steps)
    return "most" if weights and alike.index(asked) else "sum"


def times(asked: Asked) -> Exact:
    """Return how many copies a line multiplies by."""
    return asked.step.times if asked.repeats else asked.step.copies
