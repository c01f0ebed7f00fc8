"""What a change of the design means, in a sentence: said only where the trees of both networks show that it is so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symbolic.analysis.comparing import Comparison, PartChange
from symbolic.analysis.parts import NAMES, kind_of, outermost
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.quantity import numbers
from symbolic.networks.blocks import Kind
from symbolic.networks.walks import Leaf, weights
from symbolic.pages.prose import Prose

NETWORKS = ("feed-forward", "experts")
GATED, PLAIN = 3, 2
"""How many matrices a feed-forward network has with a gate, and without one."""
MATRICES, BIASES = "matrices", "biases"


@dataclass(frozen=True, slots=True)
class DesignParts:
    """What a network has: its parts with the kinds of their weights, and how many matrices its networks have."""

    parts: frozenset[tuple[str, str]]
    matrices: frozenset[int]
    shares_table: bool

    def __contains__(self, part: tuple[str, str]) -> bool:
        return part in self.parts

    @property
    def gate(self) -> int:
        """Return how many matrices each feed-forward network and each expert has; 0 where they differ."""
        return next(iter(self.matrices)) if len(self.matrices) == 1 else 0


def there(derivation: Derivation) -> Iterator[tuple[Leaf, Fraction]]:
    """Yield each weight that the network has at its sizes, with the numbers in it, whatever the quantity counts."""
    sizes = derivation.sizes
    for leaf in weights(derivation.model.network):
        number = Fraction(numbers(leaf.weight).value(sizes))
        if number and all(block.repeat is None or block.repeat.value(sizes) for block in leaf.path):
            yield leaf, number


def design_of(derivation: Derivation) -> DesignParts:
    """Return which parts and weights the network of a derivation has, whatever its quantity counts."""
    found: set[tuple[str, str]] = set()
    matrices: dict[tuple[str, ...], list[Fraction]] = {}
    for leaf, number in there(derivation):
        role = outermost([block.role for block in leaf.path[1:]])
        part = NAMES.get(role, role)
        found.add((part, kind_of(leaf.weight)))
        if part in NETWORKS and leaf.weight.kind is Kind.MATRIX:
            matrices.setdefault(tuple(block.key for block in leaf.path), []).append(number)
    counts = (sum(each) / min(each) for each in matrices.values())
    shares = any(leaf.weight.tied_to for leaf in weights(derivation.model.network))
    return DesignParts(
        frozenset(found), frozenset(int(count) if count in (GATED, PLAIN) else 0 for count in counts), shares
    )


def sentences(found: Comparison, prose: Prose) -> list[str]:
    """Return the sentences about the changed parts, in their order, each once."""
    before, after = design_of(found.first), design_of(found.second)
    names = (name for change in found.parts for name in _names(change, before, after))
    return [prose(f"says_{name}", gated=after.gate == GATED) for name in dict.fromkeys(names)]


def _names(change: PartChange, before: DesignParts, after: DesignParts) -> Iterator[str]:
    """Yield the names of the sentences that are true of a change."""
    part, more = (change.part, change.kind), change.value > 0
    had, keeps = part in before, part in after
    if change.kind == MATRICES and change.part in NETWORKS:
        yield from _networks(before, after)
    elif change.kind == BIASES and change.part in ("attention", *NETWORKS):
        # Biases that come or go with their whole part say nothing of their own.
        if all((change.part, MATRICES) in one for one in (before, after)) and had != keeps:
            yield f"{change.part.replace('-', '_')}_biases_{'more' if keeps else 'less'}"
    elif part == ("norms", "shifts"):
        if had != keeps and ("norms", "scales") in after:
            yield f"norms_shifts_{'more' if keeps else 'less'}"
    elif part == ("positions", "tables"):
        if had != keeps:
            yield f"positions_tables_{'more' if keeps else 'less'}"
    elif part == ("output head", MATRICES):
        if more and not had and before.shares_table:
            yield "output_head_matrices_more"
        elif not more and not keeps:
            yield "output_head_matrices_less" if after.shares_table else "output_head_gone"
    elif part == ("attention", MATRICES):
        direction = "more" if more else "less"
        yield f"attention_matrices_{direction}" if had and keeps else f"attention_{'new' if keeps else 'gone'}"
    elif part == ("routers", MATRICES) and keeps and not had:
        yield "routers_matrices_more"


def _networks(before: DesignParts, after: DesignParts) -> Iterator[str]:
    """Yield what happens to feed-forward networks: experts come or go, and so do gates."""
    had, has_now = ((("experts", MATRICES) in one) for one in (before, after))
    single = [("feed-forward", MATRICES) in one for one in (before, after)]
    if has_now and not had:
        yield "experts_instead" if single == [True, False] else "experts_new"
    if had and not has_now:
        yield "network_instead" if single == [False, True] else "experts_gone"
    if not (before.gate and after.gate):  # one of them has no such network, or several kinds
        return
    if before.gate == after.gate:
        if had != has_now:
            yield "experts_alike" if has_now else "network_alike"
    else:
        yield f"{'experts' if has_now else 'feed_forward'}_{'gated' if after.gate == GATED else 'not_gated'}"
