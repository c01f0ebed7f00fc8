"""Published models of the same sizes and other options: a reader may have come for their total."""

from __future__ import annotations

from collections.abc import Sequence

from symbolic.configs import models
from symbolic.configs.models import Bundled
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Formula, Negative, Product
from symbolic.formulas.rational import Rational
from symbolic.language import capitalised, translate
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.differences import between, count_of
from symbolic.measuring.integers import integer_value
from symbolic.pages.cited import joined
from symbolic.pages.listing import listed
from symbolic.pages.page import Paragraph
from symbolic.pages.prose import Markup, Prose, plain


def namesakes(derivation: Derivation, prose: Prose) -> tuple[Paragraph, ...]:
    """Return whose configuration this is, and how many parameters each namesake has and by what it differs."""
    found = [_said(other, total, derivation, prose) for total, other in others(derivation).items()]
    if not found:
        return ()
    source = plain(joined(derivation.model.source.partition(";")[0])) if derivation.model.title else ""
    whose = [prose("whose", source=Markup(source))] if source else []
    return (Paragraph(" ".join((*whose, *found)), tone="note", fixed=True),)


def others(derivation: Derivation) -> dict[int, Bundled]:
    """Return the namesakes by their totals, where these differ from the page's."""
    if derivation.quantity.name != "parameters" or derivation.convention != derivation.quantity.default:
        return {}
    found: dict[int, Bundled] = {}
    for bundled in models.models_of_sizes(derivation.model):
        options = bundled.model().options
        if options != derivation.model.options:
            found.setdefault(derivation.counted_as(derivation.convention, options).total, bundled)
    found.pop(derivation.total, None)
    return {total: other for total, other in found.items() if _name(other, total)}


def _name(bundled: Bundled, total: int) -> str:
    """Return what the source of a bundled model calls its total."""
    return next((entry.name for entry in bundled.published if entry.total == total), "")


def _said(other: Bundled, total: int, derivation: Derivation, prose: Prose) -> str:
    model, convention = derivation.model, derivation.convention
    here, there = (count_of(derivation, one, convention) for one in (model, model.with_options(other.model().options)))
    more: list[str] = []
    fewer: list[str] = []
    for difference, _ in between(here, there, derivation.sizes):
        value = integer_value(difference.formula, derivation.sizes)
        if value:
            away = difference.formula if value > 0 else Negative(difference.formula)
            worked = _worked(Rational.of(away).collected(), abs(value), derivation)
            (more if value > 0 else fewer).append(f"{plain(translate(difference.label))} ({worked})")
    return prose(
        "namesake",
        other=capitalised(translate(_name(other, total))),
        total=grouped(total),
        by=grouped(abs(total - derivation.total)),
        is_more=total > derivation.total,
        has=_listed(more),
        lacks=_listed(fewer),
        name=other.name,
    )


def _listed(said: Sequence[str]) -> Markup:
    return Markup(listed(said))


def _worked(formula: Formula, value: int, derivation: Derivation) -> str:
    """Return a product with numbers for its sizes, and its value; of anything else the value alone."""
    factors = formula.children if isinstance(formula, Product) else ()
    if any(factor.children for factor in factors) or not factors:
        return grouped(value)
    numbers = [grouped(integer_value(factor, derivation.sizes)) for factor in factors]
    return " × ".join(number for number in numbers if number != "1") + f" = {grouped(value)}"
