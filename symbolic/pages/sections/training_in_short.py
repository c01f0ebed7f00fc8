"""What a training takes, in a line: days, money and energy, with a number of devices that somebody would take."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symbolic.formulas.figures import grouped, significant, unit_of, with_unit
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import n_devices
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.results import DerivedResult
from symbolic.pages.listing import listed
from symbolic.pages.prose import Markup, Prose

LONGEST_DAYS, WEEKS_OF_DAYS = 60, 30
"""Nobody plans a run of more days than the first; the second is what we choose a number of devices for."""


def training_in_short(found: Sequence[DerivedResult], derivation: Derivation, prose: Prose) -> str:
    """Return the results that lead, for so many devices that a run takes weeks, if nobody said how many there are."""
    devices = derivation.sizes.get(n_devices.name)
    many = "" if devices is None else with_unit(Fraction(devices), n_devices.unit)
    days = next((Fraction(one.value) for one in found if one.key == "days"), Fraction(0))
    ours = n_devices.name in derivation.inputs.assumed - derivation.inputs.published
    if devices is None or not ours or days <= LONGEST_DAYS:
        return prose("in_short", devices=many, results=Markup(listed([_about(one.value, one.unit) for one in found])))
    chosen = Fraction(devices)
    while days * devices / chosen > WEEKS_OF_DAYS:
        chosen *= 2
    return prose(
        "in_short_chosen",
        hours=significant(days * devices * 24, 4),
        results=Markup(listed([_about(one.value, one.unit) for one in found if one.key != "days"])),
        devices=many,
        days=significant(days, 4),
        chosen=grouped(chosen),
        fewer=significant(days * devices / chosen, 4),
    )


def _about(value: Exact, unit: str) -> str:
    return _("about {amount}", amount=f"{significant(Fraction(value), 4)} {unit_of(Fraction(value), unit)}")
