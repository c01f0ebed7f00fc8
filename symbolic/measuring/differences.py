"""What two counts of one network differ in: the leaves that one of them counts and the other does not."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from symbolic.configs.model import Model
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Product, exact, product, total
from symbolic.language import lazy
from symbolic.measuring.conventions import Convention
from symbolic.measuring.derivation import Derivation
from symbolic.networks.blocks import Kind, Weight
from symbolic.networks.walks import Leaf, weights

Key: TypeAlias = tuple[str, ...]
"""The place of a leaf: the keys of the blocks around it, and its own."""
Counted: TypeAlias = Mapping[Key, tuple[Leaf, Formula]]
"""The leaves that count, by their place, each with the formula of all its repeats."""


KEPT = "counted_beside_it"
"""The attribute of a derivation in which its counts are kept: each way to another figure asks for them."""


class Difference(NamedTuple):
    """Leaves of one kind that the larger count has and the smaller one has not; `terms` are what each adds.

    `written` is the formula of their sum that a row shows, where it is not the simplified sum of the terms.
    """

    label: str
    terms: Mapping[Key, Formula]
    written: Formula | None = None

    @property
    def formula(self) -> Formula:
        """The sum of its terms."""
        return total(tuple(self.terms.values()))


def counted(derivation: Derivation, model: Model, convention: Convention) -> Counted:
    """Return what a convention counts of a model, with the batch of this derivation; kept once made.

    The numbers of a tied weight lie in the table that it is tied to.
    """
    kept: dict[Hashable, Counted] = vars(derivation).setdefault(KEPT, {})
    key = (convention.name, bool(convention.sets), *model.options.items())
    if key not in kept:
        kept[key] = _counted(derivation, model, convention)
    return kept[key]


def _counted(derivation: Derivation, model: Model, convention: Convention) -> Counted:
    found: dict[Key, tuple[Leaf, Formula]] = {}
    measuring = derivation.counted_as(convention, model.options).measuring
    network = measuring.network
    tables = {leaf.path[-1].key: leaf.key for leaf in weights(network) if leaf.weight.kind is Kind.TABLE}
    times = () if derivation.root.repeat is None else (derivation.root.repeat,)
    for leaf, formula in ((one.leaf, one.formula) for one in measuring.counted(convention)):
        repeats = (convention.times(block, leaf.path[:place]) for place, block in enumerate(leaf.path))
        key = _place(leaf, tables)
        if key in found:
            key = leaf.key
        found[key] = (leaf, product((*times, *(repeat for repeat in repeats if repeat is not None), formula)))
    return found


def values(count: Counted, sizes: Mapping[str, Exact]) -> dict[Key, Exact]:
    """Return what each leaf of a count comes to; one that comes to nothing is left out."""
    found = {key: formula.value(sizes) for key, (_, formula) in count.items()}
    return {key: value for key, value in found.items() if value}


class NamedCount(NamedTuple):
    """A convention and what it counts; `unset` is the same with the page's own numbers for inputs that it sets."""

    convention: Convention
    leaves: Counted
    unset: Counted


def count_of(derivation: Derivation, model: Model, convention: Convention) -> NamedCount:
    """Return what a convention counts of a model."""
    leaves = counted(derivation, model, convention)
    unset = counted(derivation, model, convention._replace(sets={})) if convention.sets else leaves
    return NamedCount(convention, leaves, unset)


def between(
    smaller: NamedCount, larger: NamedCount, sizes: Mapping[str, Exact]
) -> Iterator[tuple[Difference, Counted]]:
    """Yield the differences from the smaller count to the larger one, each with the count that it leads towards.

    Where one of the two counts sets inputs, each of these has a row of its own, beside the count that sets it.
    """
    only_chosen = smaller.convention.active_only != larger.convention.active_only
    alike = smaller.convention.sets == larger.convention.sets
    start, end = (one.leaves if alike else one.unset for one in (smaller, larger))
    if not alike:
        yield from ((one, start) for one in _by_inputs(smaller, sizes, -1))
    yield from ((one, end) for one in differences(start, end, sizes, only_chosen=only_chosen))
    if not alike:
        yield from ((one, larger.leaves) for one in _by_inputs(larger, sizes, 1))


def _by_inputs(count: NamedCount, sizes: Mapping[str, Exact], sign: int) -> Iterator[Difference]:
    """Yield what each input that a convention sets adds: 2 bytes more × the numbers that have a gradient.

    Each stands alone in a sum of bytes, so that a formula with 1 for it and 0 for the others says how many have it.
    """
    off: dict[Formula, Formula] = {symbol: Number(0) for symbol in count.convention.sets}
    for symbol, value in count.convention.sets.items():
        one = {**off, symbol: Number(1)}
        having = {
            key: formula.replace(one.get) for key, (_, formula) in count.unset.items() if symbol in formula.symbols
        }
        step = Number(exact(sign * (value - Fraction(sizes[symbol.name]))))
        terms = {key: Product((step, formula)) for key, formula in having.items()}
        held = Number(total(tuple(having.values())).value(sizes))
        yield Difference(f"{symbol.name} {value}", terms, Product((step, held)))


def differences(
    smaller: Counted, larger: Counted, sizes: Mapping[str, Exact], *, only_chosen: bool
) -> tuple[Difference, ...]:
    """Return what the larger count has and the smaller one has not, by kind of leaf; the other way round, negative.

    `only_chosen` says that one of the two leaves out the experts that are not chosen.
    """
    groups: dict[str, list[tuple[str, Key, Formula]]] = {}
    titles: dict[str, str] = {}
    for key, (leaf, _) in ({**larger, **smaller}).items():
        more, less = (count[key][1] if key in count else None for count in (larger, smaller))
        in_both = more is not None and less is not None
        # A leaf that both count may be written in two ways: 6 × and 3 × 2 ×.
        if more is not None and less is not None and more.value(sizes) == less.value(sizes):
            continue
        added = () if more is None else (more,)
        taken = () if less is None else (Negative(less),)
        # A leaf that both count differs where only some of the experts work on one token.
        fewer = only_chosen and in_both and any(block.active is not None for block in leaf.path)
        name = lazy("{part} of the experts not chosen", part=leaf.part.name) if fewer else leaf.part.name
        group, title = _group(leaf)
        groups.setdefault(group, []).append((name, key, total((*added, *taken))))
        titles[group] = title
    return tuple(
        Difference(
            titles[group] if len({name for name, _, _ in members}) > 1 else members[0][0],
            {key: term for _, key, term in members},
        )
        for group, members in groups.items()
    )


def _place(leaf: Leaf, tables: Mapping[str, Key]) -> Key:
    tied = leaf.part.tied_to if isinstance(leaf.part, Weight) else None
    return tables.get(tied, leaf.key) if tied else leaf.key


def _group(leaf: Leaf) -> tuple[str, str]:
    """Return the key and title of the row that a leaf stands in: small weights by kind, each other one alone."""
    if isinstance(leaf.part, Weight) and leaf.part.kind not in (Kind.TABLE, Kind.MATRIX):
        return (leaf.part.kind.name, leaf.part.kind.value)
    return (leaf.part.key, leaf.part.name)
