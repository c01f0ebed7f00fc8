"""What a training takes, in a line: days, money and energy, with a number of devices that somebody would take."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symbolic.formulas.figures import significant, unit_of, with_unit
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import n_devices
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.quantities.training_cost import DAYS, DEVICES, MONTH
from symbolic.measuring.results import DerivedResult
from symbolic.pages.listing import listed
from symbolic.pages.prose import Markup, Prose

LONGEST_DAYS = 60
"""Nobody plans a run of more days than this."""


def training_in_short(results: Mapping[str, DerivedResult], derivation: Derivation, prose: Prose) -> str:
    """Return the results that lead, beside how many devices take a month, if nobody said how many there are."""
    found = [one for one in results.values() if one.leads]
    devices = derivation.sizes.get(n_devices.name)
    many = "" if devices is None else with_unit(Fraction(devices), n_devices.unit)
    days, month = (results[key].value if key in results else 0 for key in (DAYS, DEVICES))
    ours = n_devices.name in derivation.inputs.assumed - derivation.inputs.published
    if devices is None or not ours or days <= LONGEST_DAYS or not month:
        return prose("in_short", devices=many, results=Markup(listed([_about(one.value, one.unit) for one in found])))
    return prose(
        "in_short_chosen",
        hours=significant(Fraction(days) * devices * 24, 4),
        results=Markup(listed([_about(one.value, one.unit) for one in found if one.key != DAYS])),
        devices=many,
        days=significant(Fraction(days), 4),
        month=MONTH,
        chosen=with_unit(Fraction(month), n_devices.unit),
    )


def _about(value: Exact, unit: str) -> str:
    return _("about {amount}", amount=f"{significant(Fraction(value), 4)} {unit_of(Fraction(value), unit)}")
