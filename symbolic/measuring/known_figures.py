"""The figures that a reader may meet beside the total of a page: published ones, and those of other conventions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from symbolic.configs import models
from symbolic.configs.model import Model
from symbolic.configs.models import Published
from symbolic.measuring.conventions import Convention
from symbolic.measuring.derivation import Derivation, by_each_convention
from symbolic.measuring.made_once import made_once


class KnownFigure(NamedTuple):
    """A figure that a reader may meet: who prints it, and what it counts of which model."""

    figure: int
    name: str
    model: Model
    convention: Convention


def published(derivation: Derivation) -> tuple[Published, ...]:
    """Return what was published of this model; all that is published so far are numbers of parameters."""
    return made_once(derivation, _published)


def _published(derivation: Derivation) -> tuple[Published, ...]:
    known = models.published(derivation.model) if derivation.quantity.name == "parameters" else ()
    return tuple(_with_total(entry, derivation) for entry in known)


def _with_total(entry: Published, derivation: Derivation) -> Published:
    """Return a figure that was published in short, with the exact total that it stands for."""
    if entry.total:
        return entry
    convention = derivation.quantity.convention(entry.convention)
    return entry._replace(total=derivation.counted_as(convention, entry.options).total)


def beside(derivation: Derivation) -> tuple[Derivation, ...]:
    """Return the derivations by this convention, the usual one, and each that comes to another total, in their order.

    A convention about parts that this network lacks counts what the usual one counts. Kept once made: the table of
    conventions, the ways to them and who prints a figure ask.
    """
    return made_once(derivation, _beside)


def _beside(derivation: Derivation) -> tuple[Derivation, ...]:
    quantity = derivation.quantity
    found = by_each_convention(derivation)
    usual, always = derivation.counted_as(quantity.default), (derivation.convention, quantity.default)
    # One that counts no part of this network, such as matrices where there are only vectors, is left out.
    differing = [
        one
        for one in found
        if one.convention in always or (one.total and (one.total, one.unit) != (usual.total, usual.unit))
    ]
    # Where no part is chosen for a token, a count for one token is another count once more.
    totals = {one.total for one in differing if not one.convention.active_only}
    # And two that select the same weights here differ in parts that this network lacks.
    return tuple(
        one
        for place, one in enumerate(differing)
        if one.convention in always
        or (
            (not one.convention.active_only or one.total not in totals)
            and not any(_alike(one, before) for before in differing[:place])
        )
    )


def _alike(one: Derivation, other: Derivation) -> bool:
    """Return whether two derivations have the same formula; that of one with another total need not be made."""
    return one.total == other.total and one.root.formula == other.root.formula


def known_figures(derivation: Derivation, known: Iterable[Published]) -> tuple[KnownFigure, ...]:
    """Return the figures that publications print, then those of our conventions."""
    model, quantity = derivation.model, derivation.quantity
    printed = [
        KnownFigure(entry.total, entry.name, model.with_options(entry.options), quantity.convention(entry.convention))
        for entry in known
    ]
    # Only conventions that the page lists: of others its reader would know no more than the name.
    ours = [KnownFigure(one.total, f"`{one.convention.name}`", model, one.convention) for one in beside(derivation)]
    # This page's own figure is "this page", whatever else it is called.
    return (*printed, *(one for one in ours if one.figure != derivation.total))
