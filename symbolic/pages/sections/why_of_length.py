"""Why a network's matrices, and what a token of the context adds, are others than the rule T > 8D takes them to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import (
    emb_dim,
    expert_dim,
    head_dim,
    hidden_dim,
    n_active_experts,
    n_experts,
    n_heads,
    n_kv_groups,
    n_layers,
    n_shared_experts,
    q_lora_rank,
)
from symbolic.measuring.derivation import Derivation
from symbolic.networks.blocks import Cache, Contraction
from symbolic.networks.walks import Leaf, leaves
from symbolic.pages.prose import Prose

SCORES, MIXING = "attention_scores", "mixing_of_values"
INNER = 4
"""The width of the rule's feed-forward network, in widths of the stream."""


def why(kind: str, here: int, derivation: Derivation, prose: Prose) -> str:
    """Return the reason, of the numbers that are `here`, in a few words; "" where none is certain."""
    return REASONS[kind](here, derivation, prose)


def _context(here: int, derivation: Derivation, prose: Prose) -> str:  # noqa: ARG001 - each kind is asked alike
    """The widths of all heads together, and the layers that attend."""
    found = list(_attending(derivation, SCORES))
    attending = sum(layers for layers, _width in found)
    keys, values = ({width for _, width in _attending(derivation, key)} for key in (SCORES, MIXING))
    if len(keys) != 1 or len(values) != 1:
        return ""
    sizes, key, value = derivation.sizes, keys.pop(), values.pop()
    wide, fewer = {key, value} != {sizes[emb_dim.name]}, attending < sizes[n_layers.name]
    if not wide and not fewer:
        return ""
    shown = {"keys": key, "values": value, "width": sizes[emb_dim.name], "attending": attending}
    return _said("why_context", shown | {"layers": sizes[n_layers.name]}, prose, wide=wide, fewer=fewer)


def _attending(derivation: Derivation, key: str) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield how many layers have a product of attention, and how wide it is, for each stack of layers."""
    for leaf in leaves(derivation.model.network):
        if isinstance(leaf.part, Contraction) and leaf.part.key == key:
            yield _copies(leaf, derivation), Fraction(leaf.part.axes[-1].value(derivation.sizes))


def _copies(leaf: Leaf, derivation: Derivation) -> Fraction:
    copies = Fraction(1)
    for block in leaf.path:
        copies *= Fraction(1 if block.repeat is None else block.repeat.value(derivation.sizes))
    return copies


def _attention(here: int, derivation: Derivation, prose: Prose) -> str:
    sizes = derivation.sizes
    caches = [leaf.part for leaf in leaves(derivation.model.network) if isinstance(leaf.part, Cache)]
    if caches and all(cache.expanded for cache in caches):
        return prose("why_attention", latent=True, squeezed=q_lora_rank.name in sizes)
    if not {n_heads.name, head_dim.name} <= sizes.keys():
        return ""
    width, heads = int(sizes[emb_dim.name]), int(sizes[n_heads.name])
    groups, wide = int(sizes.get(n_kv_groups.name, heads)), heads * int(sizes[head_dim.name])
    # Queries and the output are as wide as all heads, keys and values as the groups.
    if here != 2 * int(sizes[n_layers.name]) * width * (wide + groups * int(sizes[head_dim.name])):
        return ""
    shown = {"groups": groups, "heads": heads, "width": width, "wide": wide if wide != width else 0}
    return _said("why_attention", shown, prose, latent=False, grouped=groups != heads)


def _fed(here: int, derivation: Derivation, prose: Prose) -> str:
    sizes = derivation.sizes
    width = sizes[emb_dim.name]
    shown = {"width": width, "ruled": INNER * width}
    if {n_experts.name, n_active_experts.name} <= sizes.keys():
        inner = sizes.get(expert_dim.name, sizes.get(hidden_dim.name, 0))
        shared = sizes.get(n_shared_experts.name, 0)
        active, every = sizes[n_active_experts.name], sizes[n_experts.name]
        of_experts = {"active": active, "experts": every, "shared": shared, "inner": inner}
        return _said("why_fed", shown | of_experts, prose) if inner else ""
    inner = sizes.get(hidden_dim.name, 0)
    matrices = Fraction(here) / Fraction(sizes[n_layers.name] * width * inner) if inner else Fraction(0)
    if matrices.denominator != 1 or not matrices:
        return ""
    return _said("why_fed", shown | {"matrices": matrices, "inner": inner, "experts": 0, "shared": 0}, prose)


def _said(block: str, numbers: Mapping[str, Exact], prose: Prose, **flags: bool) -> str:
    """Return a block's words; a number that is 0 is none."""
    shown = {name: grouped(number) if number else "" for name, number in numbers.items()}
    return prose(block, **shown, **flags)


REASONS: Mapping[str, Callable[[int, Derivation, Prose], str]] = {
    "context": _context,
    "attention": _attention,
    "fed": _fed,
    "layer": lambda here, derivation, prose: prose("why_layer"),  # noqa: ARG005
    "outside": lambda here, derivation, prose: prose("why_outside"),  # noqa: ARG005
}
"""The kinds of rows in the way from the rule to a network."""
