"""What a training takes, in a line: days, money and energy, with a number of devices that somebody would take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from symbolic.formulas.figures import grouped, rounded, significant, unit_of, with_unit
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import hour_price, n_devices, training_tokens
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.quantities.training_cost import DAYS, DEVICES, MONTH
from symbolic.measuring.results import DerivedResult
from symbolic.pages.cited import joined
from symbolic.pages.listing import listed
from symbolic.pages.prose import Markup, Prose
from symbolic.pages.sections.inputs import device_of

LONGEST_DAYS = 60
"""Nobody plans a run of more days than this."""


def published_training(results: Mapping[str, DerivedResult], derivation: Derivation, prose: Prose) -> Iterator[str]:
    """Yield the published hours, what they come to in days and money, and of how many tokens; nothing without them."""
    training, sizes = derivation.model.training, derivation.sizes
    if training is None or "reached" not in results:
        return
    named = n_devices.name in derivation.inputs.published
    devices = Fraction(sizes[n_devices.name])
    price = Fraction(sizes[hour_price.name])
    tokens = int(sizes[training_tokens.name])
    yield prose(
        "published_hours",
        hours=grouped(training.hours),
        device=device_of(derivation),
        tokens=rounded(tokens, 3) or grouped(tokens),
        source=joined(training.source.partition(";")[0]),
        devices=with_unit(devices, n_devices.unit),
        days=significant(training.hours / (devices * 24), 4) if named else "",
        price=with_unit(price, hour_price.unit),
        dollars=f"{significant(training.hours * price, 4)} {unit_of(training.hours * price, hour_price.unit)}",
    )


def training_in_short(results: Mapping[str, DerivedResult], derivation: Derivation, prose: Prose) -> str:
    """Return the results that lead, beside how many devices take a month, if nobody said how many there are."""
    found = [one for one in results.values() if one.leads]
    devices = derivation.sizes.get(n_devices.name)
    many = "" if devices is None else with_unit(Fraction(devices), n_devices.unit)
    days, month = (results[key].value if key in results else 0 for key in (DAYS, DEVICES))
    ours = n_devices.name in derivation.inputs.assumed - derivation.inputs.published
    if devices is None or not ours or days <= LONGEST_DAYS or not month:
        return prose(
            "in_short",
            published="reached" in results,
            devices=many,
            results=Markup(listed([_about(one.value, one.unit) for one in found])),
        )
    return prose(
        "in_short_chosen",
        published="reached" in results,
        hours=significant(Fraction(days) * devices * 24, 4),
        results=Markup(listed([_about(one.value, one.unit) for one in found if one.key != DAYS])),
        month=MONTH,
        chosen=with_unit(Fraction(month), n_devices.unit),
    )


def _about(value: Exact, unit: str) -> str:
    return _("about {amount}", amount=f"{significant(Fraction(value), 4)} {unit_of(Fraction(value), unit)}")
