"""The lesson of the cache: what is made again without it, what a token keeps of it, and what makes it smaller."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from symbolic.formulas.formula import Formula, Number, Product, Quotient, total
from symbolic.formulas.rational import Rational
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import (
    batch_size,
    cached_bytes,
    context,
    n_heads,
    n_kv_groups,
    qk_rope_head_dim,
    target_tokens,
    tokens,
)
from symbolic.language import gettext as _
from symbolic.language import unit
from symbolic.measuring.derivation import Derivation
from symbolic.networks.blocks import Cache
from symbolic.networks.walks import Leaf, leaves
from symbolic.pages.cells import Cell, Sentence, TokensHeld
from symbolic.pages.page import Equation, Paragraph, Part, Section, Table
from symbolic.pages.prose import Prose
from symbolic.pages.sections.absorbed import absorbed
from symbolic.pages.sections.cache_length import KeptBySequence, by_length
from symbolic.pages.sections.latent_way import kept_latent
from symbolic.pages.sections.said import PlacedFigures

BYTES = unit("byte", "bytes")
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
    """What is kept of the same number of tokens."""

    tokens: Formula
    kept: tuple[KeptInLayers, ...]

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
    found: dict[Formula, dict[tuple[object, ...], list[Leaf]]] = {}
    for leaf in leaves(derivation.model.network):
        if isinstance(leaf.part, Cache):
            alike = (leaf.part.copies, leaf.part.shape, leaf.part.expanded, leaf.part.ungrouped)
            found.setdefault(leaf.part.needed, {}).setdefault(alike, []).append(leaf)
    made = []
    for needed, kinds in found.items():
        kept = [(_cache(leaves), _layers(leaves)) for leaves in kinds.values()]
        there = tuple(KeptInLayers(cache, layers) for cache, layers in kept if layers.value(derivation.sizes))
        if there:
            made.append(KeptTogether(needed, there))
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


def in_a_line(derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
    """Yield what a token keeps, and the context with it, in the numbers of the model."""
    made = groups(derivation)
    if not made or not derivation.total:
        return
    growing, whole = [one for one in made if one.grows], _sequence(made)
    says = PlacedFigures(derivation)
    single = growing[0].kept[0] if len(made) == 1 and growing and len(growing[0].kept) == 1 else None
    number = says.whole(growing[0].tokens) if single else says.whole(context) if context in whole.symbols else ""
    said = prose(
        "idea_line",
        copies=single.cache.copies if single else 0,
        layers=says.whole(single.layers) if single else "",
        width=says.whole(single.width) if single else "",
        size=says.short(cached_bytes) if single else "",
        each=says.short(single.bytes()) if single else "",
        latent=bool(single and single.cache.expanded),
        pair=bool(single and single.cache.copies > 1),
        window=bool(single and growing[0].window),
        grows=bool(growing),
        tokens=number,
        total=says.whole(whole),
    )
    yield Paragraph(Sentence(said, tuple(says.found)))


def lesson(derivation: Derivation, prose: Prose) -> Iterator[Section]:
    """Yield what a cache is, and how it grows with the text."""
    made = groups(derivation)
    yield _idea(made, derivation, prose)
    if made:
        shape = _for_each_head(made)
        growing = [one for one in made if one.grows]
        kept = KeptBySequence(
            _sequence(made),
            _sequence(made, shape),
            _unbounded(made, [one.bytes() for one in made]),
            made[0].bytes() if len(made) == 1 and made[0].grows and not made[0].window else None,
            latent=shape is _expanded,
            windows=any(one.window for one in made),
            grows=not all(one.window for one in growing),
            state=len(growing) < len(made),
        )
        yield from by_length(kept, derivation, prose)


def _idea(made: Sequence[KeptTogether], derivation: Derivation, prose: Prose) -> Section:
    """Return the section: three tokens without a cache and with one, then what a token keeps, and what a text does."""
    kinds = [leaf.part for leaf in leaves(derivation.model.network) if isinstance(leaf.part, Cache)]
    attends = any(cache.tokens != ONCE for cache in kinds)
    state = any(cache.tokens == ONCE for cache in kinds)
    latent = all(cache.expanded for cache in kinds)
    parts: list[Part] = [Paragraph(prose("idea", attends=attends))]
    if attends:
        parts += [
            Paragraph(prose("idea_kept", latent=latent, rotated=bool(derivation.sizes.get(qk_rope_head_dim.name)))),
            _example(prose, latent=latent),
            *_compared(derivation, kinds, prose, latent=latent),
            Paragraph(prose("idea_measured"), fixed=True),
            Paragraph(prose("idea_price")),
        ]
    if state:
        parts.append(Paragraph(prose("idea_state", attends=attends)))
    if made:
        parts += [*_of_a_token(made, derivation, prose), *kept_latent(derivation, prose)]
        parts += _smaller(made, derivation, prose)
        if len(made) == len(made[0].kept) == 1:
            parts += absorbed(made[0].kept[0].cache, made[0].kept[0].layers, derivation, prose)
    return Section("idea", prose("idea_title"), tuple(parts))


def _example(prose: Prose, *, latent: bool) -> Table:
    """Return what is there of each token of a text of three, and what is made, without a cache and with one."""
    words = [prose(f"idea_token_{place}") for place in (1, 2, 3)]
    rows: list[tuple[Cell, ...]] = []
    for place, word in enumerate(words, 1):
        before = tuple(words[: place - 1])
        rows.append((" ".join((*before, word)), TokensHeld((), (*before, word)), TokensHeld(before, (word,))))
    again = sum(range(1, len(words) + 1))
    rows.append((prose("idea_together"), prose("idea_times", count=again), prose("idea_times", count=len(words))))
    columns = tuple(prose(f"idea_column_{name}") for name in ("text", "without", "with"))
    return Table(prose("idea_table", latent=latent), columns, tuple(rows), strong=frozenset({len(words)}))


def _compared(derivation: Derivation, kinds: Sequence[Cache], prose: Prose, *, latent: bool) -> Iterator[Part]:
    """Yield the same for the whole context, where each layer sees all of it."""
    written = {cache.tokens for cache in kinds}
    if any(cache.window is not None for cache in kinds) or written != {context}:
        return
    says = PlacedFigures(derivation)
    again = Quotient(Product((context, context + 1)), Number(2))
    yield says.said(prose("idea_compared", latent=latent, tokens=says.whole(context), again=says.whole(again)))


def _of_a_token(made: Sequence[KeptTogether], derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield for each kind of layer what a token keeps, and from it what a sequence keeps."""
    labels = [Labelled(_label(one, made), one.bytes()) for one in made]
    reads = any(one.tokens == target_tokens for one in made)
    for group, label in zip(made, labels, strict=True):
        says, first = PlacedFigures(derivation), group.kept[0]
        alike = len(group.kept) == 1 and group.grows
        yield says.said(
            prose(
                "idea_token",
                alike=alike,
                grows=group.grows,
                read=reads and group.tokens == tokens,
                layers=says.whole(first.layers) if alike else "",
                width=says.whole(first.width) if alike else "",
                latent=bool(first.cache.expanded),
                pair=first.cache.copies > 1,
                kept=says.whole(group.tokens) if group.window else "",
                size=says.short(cached_bytes) if alike else "",
            )
        )
        yield Equation(label.formula, label.value(derivation.sizes), unit=BYTES)
    whole = total(tuple(_times(label, group) for label, group in zip(labels, made, strict=True)))
    if len(made) > 1 or made[0].grows:
        windows = any(group.window for group in made)
        yield Paragraph(prose("idea_sequence", several=len(made) > 1, windows=windows))
        yield Equation(whole, whole.value(derivation.sizes), unit=BYTES)


def _times(label: Labelled, group: KeptTogether) -> Formula:
    return label * group.tokens if group.grows else label


def _label(group: KeptTogether, made: Sequence[KeptTogether]) -> str:
    if not group.grows:
        return _("bytes of the state")
    if group.window and len(made) > 1:
        return _("bytes for a token, with a window")
    if group.tokens == tokens and any(one.tokens == target_tokens for one in made):
        return _("bytes for a token that is read")
    if any(one.window for one in made):
        return _("bytes for a token, without a window")
    if not all(one.grows for one in made):
        return _("bytes for a token, without the state")
    return _("bytes for a token")


def _smaller(made: Sequence[KeptTogether], derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield by how much sharing keys, a short list or a window makes the cache smaller, each with its formula."""
    shape = _for_each_head(made)
    yield from _against("idea_latent" if shape is _expanded else "idea_grouped", shape, made, derivation, prose)
    if any(group.window for group in made):
        labels = [Labelled(_label(one, made), one.bytes()) for one in made]
        yield from _ratio("idea_window", _unbounded(made, labels), _sequence(made), derivation, prose)


def _unbounded(made: Sequence[KeptTogether], each: Sequence[Formula]) -> Formula:
    """Return the bytes of one sequence of which all layers keep all tokens; `each` are those of a token."""
    pairs = zip(each, made, strict=True)
    return total(tuple(one * group.kept[0].cache.tokens if group.grows else one for one, group in pairs))


def _expanded(cache: Cache) -> tuple[Formula, ...]:
    return cache.expanded or cache.shape


def _ungrouped(cache: Cache) -> tuple[Formula, ...]:
    return cache.ungrouped or cache.shape


def _for_each_head(made: Sequence[KeptTogether]) -> Shape:
    """Return what a cache would keep with a key and a value for each head: of a short list, or of shared ones."""
    return _expanded if any(one.cache.expanded for group in made for one in group.kept) else _ungrouped


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


def _sequence(made: Sequence[KeptTogether], shape: Shape | None = None) -> Formula:
    """Return the bytes of one sequence, in other shapes where they are given."""
    each = [(group, group.bytes(shape)) for group in made]
    return total(tuple(kept * group.tokens if group.grows else kept for group, kept in each))


def _ratio(block: str, larger: Formula, ours: Formula, derivation: Derivation, prose: Prose) -> Iterator[Part]:
    before, after = larger.value(derivation.sizes), ours.value(derivation.sizes)
    if before == after:
        return
    says, shared = PlacedFigures(derivation), Quotient(n_heads, n_kv_groups)
    sizes = derivation.sizes
    known = {n_heads.name, n_kv_groups.name} <= sizes.keys() and Fraction(shared.value(sizes)).denominator == 1
    each = says.whole(shared) if known and shared.value(sizes) > 1 and block == "idea_grouped" else ""
    yield says.said(prose(block, each=each, heads=says.whole(n_heads) if n_heads.name in sizes else ""))
    yield Equation(larger, before, unit=BYTES)
    names = {
        "idea_grouped": (_("bytes without sharing"), _("bytes with sharing")),
        "idea_latent": (_("bytes in full"), _("bytes kept")),
        "idea_window": (_("bytes without windows"), _("bytes with windows")),
    }[block]
    named = Labelled(names[0], larger), Labelled(names[1], ours)
    quotient = Quotient(*named)
    yield Equation(quotient, quotient.value(derivation.sizes), unit=_("times as much"))
