"""By how much keys that heads share, a short list or a window make a cache smaller, each with its formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symbolic.formulas.formula import Formula, Quotient
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import n_heads, n_kv_groups
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.pages.nouns import BYTES
from symbolic.pages.page import Equation, Part
from symbolic.pages.prose import Prose
from symbolic.pages.sections.kept import (
    KeptTogether,
    Shape,
    expanded,
    for_each_head,
    label_of,
    of_a_sequence,
    without_windows,
)
from symbolic.pages.sections.placed_figures import PlacedFigures


def smaller(made: Sequence[KeptTogether], derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield by how much sharing keys, a short list or a window makes the cache smaller, each with its formula."""
    shape = for_each_head(made)
    yield from _against("idea_latent" if shape is expanded else "idea_grouped", shape, made, derivation, prose)
    if any(group.window for group in made):
        labels = [Labelled(label_of(one, made), one.bytes()) for one in made]
        yield from _ratio("idea_window", without_windows(made, labels), of_a_sequence(made), derivation, prose)


def _against(
    block: str,
    shape: Shape,
    made: Sequence[KeptTogether],
    derivation: Derivation,
    prose: Prose,
) -> Iterator[Part]:
    """Yield what a token would keep in other shapes, in the first layers where that differs."""
    for group in made:
        if group.grows and group.bytes(shape).value(derivation.sizes) != group.bytes().value(derivation.sizes):
            yield from _ratio(block, group.bytes(shape), group.bytes(), derivation, prose)
            return


def _ratio(block: str, larger: Formula, ours: Formula, derivation: Derivation, prose: Prose) -> Iterator[Part]:
    before, after = larger.value(derivation.sizes), ours.value(derivation.sizes)
    if before == after:
        return
    says, shared = PlacedFigures(derivation), Quotient(n_heads, n_kv_groups)
    sizes = derivation.sizes
    known = {n_heads.name, n_kv_groups.name} <= sizes.keys() and Fraction(shared.value(sizes)).denominator == 1
    each = says.whole(shared) if known and shared.value(sizes) > 1 and block == "idea_grouped" else ""
    yield says.paragraph(prose(block, each=each, heads=says.whole(n_heads) if n_heads.name in sizes else ""))
    yield Equation(larger, before, unit=BYTES)
    names = {
        "idea_grouped": (_("bytes without sharing"), _("bytes with sharing")),
        "idea_latent": (_("bytes in full"), _("bytes kept")),
        "idea_window": (_("bytes without windows"), _("bytes with windows")),
    }[block]
    named = Labelled(names[0], larger), Labelled(names[1], ours)
    quotient = Quotient(*named)
    yield Equation(quotient, quotient.value(derivation.sizes), unit=_("times as much"))
