"""What two counts of one network differ in: the leaves that one of them counts and the other does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from symbolic.configs.model import Model
from symbolic.formulas.formula import Exact, Formula, Negative, product, total
from symbolic.language import lazy
from symbolic.measuring.conventions import Convention
from symbolic.measuring.derivation import Derivation
from symbolic.networks.blocks import Kind, Leaf, Weight, leaves, weights

Key: TypeAlias = tuple[str, ...]
"""Where a leaf lies: the keys of the blocks around it, and its own."""
Counted: TypeAlias = Mapping[Key, tuple[Leaf, Formula]]
"""The leaves that count, by their place, each with the formula of all its repeats."""


class Difference(NamedTuple):
    """Leaves of one kind that the larger count has and the smaller one has not; `terms` are what each adds."""

    label: str
    terms: Mapping[Key, Formula]

    @property
    def formula(self) -> Formula:
        """The sum of its terms."""
        return total(tuple(self.terms.values()))


def counted(derivation: Derivation, model: Model, convention: Convention) -> Counted:
    """Return what a convention counts of a model, with the batch of this derivation.

    The numbers of a tied weight lie in the table that it is tied to.
    """
    found: dict[Key, tuple[Leaf, Formula]] = {}
    network = model.seen(derivation.quantity.view)
    tables = {leaf.path[-1].key: leaf.key for leaf in weights(network) if leaf.weight.kind is Kind.TABLE}
    times = () if derivation.root.repeat is None else (derivation.root.repeat,)
    for leaf in leaves(network):
        formula = derivation.quantity.of(leaf, convention)
        if formula is None or not convention.counts(leaf):
            continue
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
        # Counted by both, it may be written in two ways: 6 × and 3 × 2 ×.
        if more is not None and less is not None and more.value(sizes) == less.value(sizes):
            continue
        added = () if more is None else (more,)
        taken = () if less is None else (Negative(less),)
        # Counted by both, and yet not alike: only some of the experts work on one token.
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
    """Return the group that a leaf is told in, and its title: small weights by their kind, others by themselves."""
    if isinstance(leaf.part, Weight) and leaf.part.kind not in (Kind.TABLE, Kind.MATRIX):
        return (leaf.part.kind.name, leaf.part.kind.value)
    return (leaf.part.key, leaf.part.name)
