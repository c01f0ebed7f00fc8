"""How many parameters work on one token, as a sum: all but the experts that are not chosen for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symbolic.formulas.formula import Formula, Negative, Sum, product
from symbolic.formulas.shown import Labelled
from symbolic.language import One
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.routed import of_one_token
from symbolic.measuring.step import Visit
from symbolic.networks.walks import blocks
from symbolic.pages.cells import Derived, Sentence, place_of
from symbolic.pages.page import Equation, Paragraph, Part
from symbolic.pages.prose import Prose


def active_of(derivation: Derivation) -> Derivation | None:
    """Return the count of what works on one token, where all parameters are counted and those are fewer."""
    if derivation.quantity.name != "parameters" or derivation.convention != derivation.quantity.default:
        return None
    active = of_one_token(derivation)
    return active if active is not None and active.total < derivation.total else None


def active_by_token(derivation: Derivation) -> Mapping[str, Formula]:
    """Return, by the keys of blocks, how many of those that are stored work on one token."""
    return {block.key: block.active for block in blocks(derivation.model.network) if block.active is not None}


def without_idle(derivation: Derivation, active: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield how the experts not chosen lead from all parameters to the active ones, and what the token table adds."""
    whole = Labelled(_("all parameters"), derivation.root.formula)
    formula = Sum((whole, *(Negative(term) for term in _idle(derivation))))
    # Where something else than experts is chosen as well, the column of the table alone says what each part adds.
    if formula.value(derivation.sizes) == active.total:
        yield Paragraph(prose("where_idle"))
        yield Equation(formula, active.total)
    without = derivation.counted_as(derivation.quantity.conventions["active-without-lookup"])
    if without.total < active.total:
        rest = Derived(without.total, without.general.formula)
        yield Paragraph(Sentence(prose("where_without", without=place_of(0)), (rest,)))


def _idle(derivation: Derivation) -> Iterator[Formula]:
    """Yield what the experts that are not chosen have, of each kind of layer."""
    chosen = active_by_token(derivation)
    for visit in derivation.root.walk():
        active = chosen.get(visit.step.key)
        if active is not None and visit.step.repeat is not None and visit.step.value:
            yield _idle_of(visit, Sum((visit.step.repeat, Negative(active))))


def _idle_of(visit: Visit, idle: Formula) -> Formula:
    return product((*visit.repeats, idle, Labelled(One(visit.step.name), visit.step.one)))
