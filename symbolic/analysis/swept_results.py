"""What follows from the total in each row of a sweep, such as hours, dollars or the fullest device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from symbolic.analysis.variants import derived
from symbolic.errors import ConfigError, UnknownName
from symbolic.formulas.formula import Exact
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.quantity import Quantity
from symbolic.measuring.results import derived_results

MOST_ROWS = 1_000
"""Each row of results is a derivation of its own: so many combinations may have them."""


def known(quantity: Quantity) -> Mapping[str, str]:
    """Return the results that a column can have, by the column's name: each with its title.

    >>> from symbolic.measuring import quantities
    >>> list(known(quantities.find("training-cost")))[:2]
    ['sequences', 'device-hours']
    """
    titles = (str(one.title) for one in quantity.results if not one.units)
    return {title.replace(" ", "-"): title for title in titles if "," not in title}


def wanted(quantity: Quantity, asked: Sequence[str], combinations: int) -> tuple[str, ...]:
    """Return the columns of results that a sweep has: those that are asked for, and the one that decides.

    UnknownName for one that the quantity has not, ConfigError where the combinations are too many.
    """
    for name in asked:
        if name not in known(quantity):
            raise UnknownName(f"result of {quantity.name}", name, tuple(known(quantity)))
    if asked and combinations > MOST_ROWS:
        raise ConfigError(
            f"each result is derived anew for each of the {combinations:,} combinations; give at most {MOST_ROWS:,}, "
            "or leave the results out"
        )
    decides = (quantity.decides or quantity.named_for).replace(" ", "-")
    by_itself = (decides,) if decides and combinations <= MOST_ROWS else ()
    return tuple(dict.fromkeys((*asked, *by_itself)))


def results(
    derivation: Derivation, rows: Iterable[Mapping[str, Exact]], names: Sequence[str]
) -> Iterator[tuple[Exact | None, ...]]:
    """Yield the results of these names for each row of sizes, exact; None where one does not apply."""
    titles = known(derivation.quantity)
    for row in rows:
        found = {str(one.title): one.value for one in derived_results(derived(derivation, row))}
        yield tuple(found.get(titles[name]) for name in names)
