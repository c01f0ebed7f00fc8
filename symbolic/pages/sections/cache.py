"""The lesson of the cache: what is made again without it, what a token keeps of it, and what makes it smaller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symbolic.formulas.formula import Formula, Number, Product, Quotient, total
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import cached_bytes, context, qk_rope_head_dim, target_tokens, tokens
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.once import is_of_what_was_read
from symbolic.networks.blocks import Cache
from symbolic.networks.walks import leaves
from symbolic.pages.cells import Cell, Sentence, TokensHeld
from symbolic.pages.nouns import BYTES, LAYERS
from symbolic.pages.page import Equation, Paragraph, Part, Section, Table
from symbolic.pages.prose import Prose
from symbolic.pages.sections.absorbed import absorbed
from symbolic.pages.sections.cache_length import KeptBySequence, by_length
from symbolic.pages.sections.kept import (
    ONCE,
    KeptTogether,
    expanded,
    for_each_head,
    groups,
    label_of,
    of_a_sequence,
    without_windows,
)
from symbolic.pages.sections.latent_way import kept_latent
from symbolic.pages.sections.placed_figures import PlacedFigures
from symbolic.pages.sections.smaller_cache import smaller


def in_a_line(derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
    """Yield what a token keeps, and the context with it, in the numbers of the model."""
    made = groups(derivation)
    if not made or not derivation.total:
        return
    growing, whole = [one for one in made if one.grows], of_a_sequence(made)
    says = PlacedFigures(derivation)
    single = growing[0].kept[0] if len(made) == 1 and growing and len(growing[0].kept) == 1 else None
    number = says.whole(growing[0].tokens) if single else says.whole(context) if context in whole.symbols else ""
    said = prose(
        "idea_line",
        copies=single.cache.copies if single else 0,
        layers=says.whole(single.layers) if single else "",
        layers_named=says.counted(single.layers, LAYERS) if single else "",
        width=says.whole(single.width) if single else "",
        size=says.short(cached_bytes) if single else "",
        size_named=says.counted(cached_bytes, BYTES) if single else "",
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
        shape = for_each_head(made)
        growing = [one for one in made if one.grows]
        kept = KeptBySequence(
            of_a_sequence(made),
            of_a_sequence(made, shape),
            without_windows(made, [one.bytes() for one in made]),
            made[0].bytes() if len(made) == 1 and made[0].grows and not made[0].window else None,
            latent=shape is expanded,
            windows=any(one.window for one in made),
            grows=not all(one.window for one in growing),
            state=len(growing) < len(made),
            read=any(one.read for one in made),
        )
        yield from by_length(kept, derivation, prose)


def _idea(made: Sequence[KeptTogether], derivation: Derivation, prose: Prose) -> Section:
    """Return the section: three tokens without a cache and with one, then what a token keeps, and what a text does."""
    found = [leaf for leaf in leaves(derivation.model.network) if isinstance(leaf.part, Cache)]
    kinds = [leaf.part for leaf in found if isinstance(leaf.part, Cache)]
    attends = any(cache.tokens != ONCE for cache in kinds)
    once = [leaf for leaf in found if isinstance(leaf.part, Cache) and leaf.part.tokens == ONCE]
    read = any(map(is_of_what_was_read, once))
    state = not all(map(is_of_what_was_read, once))
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
    if read:
        parts.append(Paragraph(prose("idea_read")))
    if state:
        parts.append(Paragraph(prose("idea_state", attends=attends)))
    if made:
        parts += [*_of_a_token(made, derivation, prose), *kept_latent(derivation, prose)]
        parts += smaller(made, derivation, prose)
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
    yield says.paragraph(prose("idea_compared", latent=latent, tokens=says.whole(context), again=says.whole(again)))


def _of_a_token(made: Sequence[KeptTogether], derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield for each kind of layer what a token keeps, and from it what a sequence keeps."""
    labels = [Labelled(label_of(one, made), one.bytes()) for one in made]
    reads = any(one.tokens == target_tokens for one in made)
    for group, label in zip(made, labels, strict=True):
        says, first = PlacedFigures(derivation), group.kept[0]
        alike = len(group.kept) == 1 and group.grows
        yield says.paragraph(
            prose(
                "idea_token",
                alike=alike,
                grows=group.grows,
                once=group.read,
                read=reads and group.tokens == tokens,
                layers_named=says.counted(first.layers, LAYERS) if alike else "",
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
