"""What a design buys: parameters that most tokens do not use, and caches without a key and a value for each head."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.formulas.formula import Number, product
from symbolic.formulas.scales import GIGA
from symbolic.measuring.derivation import Derivation
from symbolic.networks.blocks import Cache
from symbolic.networks.walks import leaves
from symbolic.pages.page import Paragraph
from symbolic.pages.prose import Prose
from symbolic.pages.sections.active import active_of
from symbolic.pages.sections.placed_figures import PlacedFigures

BYTES = 2
"""Of a number in the 16 bits in which most parameters are published."""


def bought(derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
    """Yield what experts and shared or short keys and values buy, where the network has them."""
    active = active_of(derivation)
    if active is not None:
        figures, whole, working = PlacedFigures(derivation), derivation.general.formula, active.general.formula
        says = prose(
            "insight_experts",
            active=figures.whole(working),
            all=figures.whole(whole),
            share=figures.share(working, whole),
        )
        yield figures.paragraph(says)
    yield from _of_caches(derivation, prose)


def _of_caches(derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
    """Yield how many numbers a layer keeps of a token, and how many it would if each head had its own."""
    caches = [leaf.part for leaf in leaves(derivation.model.network) if isinstance(leaf.part, Cache)]
    kept = {(cache.copies, cache.shape, cache.expanded or cache.ungrouped) for cache in caches}
    if len(kept) != 1:
        # Layers of several kinds keep different things, which the page of the cache adds up.
        return
    [(copies, shape, full)] = kept
    own = product((Number(copies), *shape))
    # A list that stands for keys and values of all heads is one, and these are what it is made to.
    each = product((Number(copies), *full)) if full else own
    if each.value(derivation.sizes) <= own.value(derivation.sizes):
        return
    figures = PlacedFigures(derivation)
    latent = bool(caches[0].expanded)
    numbers = {"kept": figures.whole(own), "full": figures.whole(each), "times": figures.ratio(each, own)}
    yield figures.paragraph(prose("insight_cache", latent=latent, **numbers))


def in_memory(derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
    """Yield how many bytes the parameters take at 16 bits, and where a reader can go from here."""
    figures, formula = PlacedFigures(derivation), derivation.general.formula
    writes = any(isinstance(leaf.part, Cache) for leaf in leaves(derivation.model.network))
    says = prose("insight_memory", bytes=BYTES, size=figures.short(Number(BYTES) * formula / GIGA), writes=writes)
    yield figures.paragraph(says)
