"""What the layers of a network keep of a text, as formulas: of one token, and of one sequence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from symbolic.formulas.formula import Formula, Number, Product, total
from symbolic.formulas.rational import Rational
from symbolic.formulas.vocabulary import batch_size, cached_bytes, target_tokens, tokens
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.once import is_of_what_was_read
from symbolic.networks.blocks import Cache
from symbolic.networks.walks import Leaf, leaves

ONCE = Number(1)
Shape: TypeAlias = Callable[[Cache], tuple[Formula, ...]]
"""The numbers that a token keeps, if not a cache's own."""
MOST_GROUPS = 4
"""Caches of more kinds of layer than these are no example."""


class KeptInLayers(NamedTuple):
    """What a token adds in layers that are alike: `copies` lists of `width` numbers in each of `layers` layers."""

    cache: Cache
    layers: Formula

    @property
    def width(self) -> Formula:
        """The numbers of one list."""
        return self.cache.shape[0] if len(self.cache.shape) == 1 else Product(self.cache.shape)

    def bytes(self, shape: tuple[Formula, ...] = ()) -> Formula:
        """Return the bytes in all of the layers, of another shape where it is given."""
        several = (Number(self.cache.copies),) if self.cache.copies > 1 else ()
        return Product((*several, self.layers, *(shape or self.cache.shape), cached_bytes))


class KeptTogether(NamedTuple):
    """What is kept of the same number of tokens, or once: a state, or keys and values of what an encoder `read`."""

    tokens: Formula
    kept: tuple[KeptInLayers, ...]
    read: bool = False

    @property
    def grows(self) -> bool:
        """Whether it has something of each token of a text, or of each in a window."""
        return self.tokens != ONCE

    @property
    def window(self) -> bool:
        """Whether only the last tokens are kept."""
        return self.kept[0].cache.window is not None

    def bytes(self, shape: Shape | None = None) -> Formula:
        """Return the bytes of one token; of what does not grow, all of them."""
        made = [one.bytes(shape(one.cache) if shape else ()) for one in self.kept]
        return made[0] if len(made) == 1 else total(tuple(made))


def groups(derivation: Derivation) -> tuple[KeptTogether, ...]:
    """Return what the network keeps, what is alike in several stacks of layers once; () where that is not the total."""
    found: dict[tuple[Formula, bool], dict[tuple[object, ...], list[Leaf]]] = {}
    for leaf in leaves(derivation.model.network):
        if isinstance(leaf.part, Cache):
            alike = (leaf.part.copies, leaf.part.shape, leaf.part.expanded, leaf.part.ungrouped)
            kind = leaf.part.needed, leaf.part.needed == ONCE and is_of_what_was_read(leaf)
            found.setdefault(kind, {}).setdefault(alike, []).append(leaf)
    made = []
    for (needed, read), kinds in found.items():
        kept = [(_cache(leaves), _layers(leaves)) for leaves in kinds.values()]
        there = tuple(KeptInLayers(cache, layers) for cache, layers in kept if layers.value(derivation.sizes))
        if there:
            made.append(KeptTogether(needed, there, read))
    sequences = derivation.sizes.get(batch_size.name, 1)
    whole = sum(one.bytes().value(derivation.sizes) * one.tokens.value(derivation.sizes) for one in made) * sequences
    # What grows with the whole text first, then what ends with a window, then what does not grow.
    made.sort(key=lambda one: (not one.grows, one.window))
    return tuple(made) if whole == derivation.total and len(made) <= MOST_GROUPS else ()


def _cache(found: Sequence[Leaf]) -> Cache:
    part = found[0].part
    if not isinstance(part, Cache):
        raise TypeError(f"{part.key} is a {type(part).__name__}, not a cache")
    return part


def _layers(found: Sequence[Leaf]) -> Formula:
    """Return in how many layers these are, all stacks together."""
    stacks = []
    for leaf in found:
        repeats = tuple(block.repeat for block in leaf.path if block.repeat is not None)
        stacks.append(repeats[0] if len(repeats) == 1 else Product(repeats) if repeats else ONCE)
    return stacks[0] if len(stacks) == 1 else Rational.of(total(tuple(stacks))).expanded()


def label_of(group: KeptTogether, made: Sequence[KeptTogether]) -> str:
    """Return what a formula calls the bytes of a group, told from those of the others."""
    if not group.grows:
        return _("bytes of what the encoder read") if group.read else _("bytes of the state")
    if group.window and len(made) > 1:
        return _("bytes for a token, with a window")
    if group.tokens == tokens and any(one.tokens == target_tokens for one in made):
        return _("bytes for a token that is read")
    if any(one.window for one in made):
        return _("bytes for a token, without a window")
    if any(one.read for one in made):
        return _("bytes for a token that is written")
    if not all(one.grows for one in made):
        return _("bytes for a token, without the state")
    return _("bytes for a token")


def without_windows(made: Sequence[KeptTogether], each: Sequence[Formula]) -> Formula:
    """Return the bytes of one sequence of which all layers keep all tokens; `each` are those of a token."""
    pairs = zip(each, made, strict=True)
    return total(tuple(one * group.kept[0].cache.tokens if group.grows else one for one, group in pairs))


def expanded(cache: Cache) -> tuple[Formula, ...]:
    """Return the shape of keys and values in full, where a cache keeps a short list."""
    return cache.expanded or cache.shape


def ungrouped(cache: Cache) -> tuple[Formula, ...]:
    """Return the shape of a key and a value for each head, where heads share them."""
    return cache.ungrouped or cache.shape


def for_each_head(made: Sequence[KeptTogether]) -> Shape:
    """Return what a cache would keep with a key and a value for each head: of a short list, or of shared ones."""
    return expanded if any(one.cache.expanded for group in made for one in group.kept) else ungrouped


def of_a_sequence(made: Sequence[KeptTogether], shape: Shape | None = None) -> Formula:
    """Return the bytes of one sequence, in other shapes where they are given."""
    each = [(group, group.bytes(shape)) for group in made]
    return total(tuple(kept * group.tokens if group.grows else kept for group, kept in each))
