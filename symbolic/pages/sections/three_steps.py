"""What a transformer does to a text, in three steps with the numbers of the model; and which networks are one."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.formulas.formula import Number, total
from symbolic.formulas.vocabulary import emb_dim, vocab_size
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.networks.blocks import Activation, Block, Cache, Contraction, Kind, Part, Weight
from symbolic.networks.walks import Leaf, blocks, has_experts, leaves, weights
from symbolic.pages.cells import Amount, Derived, Figured, Sentence, place_of
from symbolic.pages.nouns import LAYERS
from symbolic.pages.page import Items, Section
from symbolic.pages.prose import Prose
from symbolic.pages.sections.steps import anchor

MIXING = frozenset({"attention", "linear-attention", "state-space"})
"""Roles of blocks in which tokens exchange information."""
ALONE = frozenset({"feed-forward", "experts", "router"})
"""Roles of blocks that work on each token alone."""
OUTSIDE = frozenset({"embedding", "segment-embedding", "position", "layer", "norm", "head", "pooler", "classifier"})
"""Roles of what stands beside the layers of a plain transformer."""


def in_three_steps(derivation: Derivation, prose: Prose) -> Iterator[Section]:
    """Yield what a transformer does to a text, with the numbers of this model, where its tree says that it is one."""
    network = derivation.model.network
    numbered = {visit.step.role: visit.step.number for visit in reversed(list(derivation.root.walk()))}
    table = token_table(tuple(weights(network)))
    rest = {"embedding", "layer", "head"} - numbered.keys()
    if table is None or rest or not mixes_by_attention(network) or not writes(network):
        return
    projected = any(visit.step.role == "projection" and visit.step.value for visit in derivation.root.walk())
    if projected or table.shape[-1] != emb_dim:
        return
    stacks = [visit.step for visit in derivation.root.walk() if visit.step.role == "layer"]
    last = stacks[-1].number if len(stacks) > 1 else ""
    layers = total(tuple(step.repeat or Number(1) for step in stacks))
    figures: tuple[Figured, ...] = (
        Amount(integer_value(layers, derivation.sizes), LAYERS, layers),
        *(Derived(integer_value(one, derivation.sizes), one) for one in (emb_dim, vocab_size)),
    )
    said = {
        **{name: place_of(place) for place, name in enumerate(("layers", emb_dim.name, vocab_size.name))},
        "experts": has_experts(network),
        "positions": has_positions(network),
        "rotated": any("RoPE" in block.about for block in blocks(network) if block.role == "layer"),
        "then": in_turn(network),
        "last": last,
        "last_link": anchor(last),
    }
    links = {"in": numbered["embedding"], "through": numbered["layer"], "out": numbered["head"]}
    items = [
        (
            prose(f"meaning_steps_{name}_term"),
            Sentence(prose(f"meaning_steps_{name}", number=number, link=anchor(number), **said), figures),
        )
        for name, number in links.items()
    ]
    yield Section("transformer", prose("meaning_transformer"), (Items(tuple(items)),))


def mixes_by_attention(network: Block) -> bool:
    """Return whether each layer is attention and what works on each token alone, and nothing else mixes tokens.

    A family says so of its layers (`sublayers`). What was read off code says which parts there are: then there is
    nothing beside them, and all tokens take the same way.
    """
    layers = [block for block in blocks(network) if block.role == "layer"]
    if layers and all(block.sublayers for block in layers):
        return {block.key for block in blocks(network) if block.role in MIXING} == {"attention"}
    outside = {part.role if isinstance(part, Block) else "" for part in network.parts}
    return bool(layers) and outside <= OUTSIDE and all(map(_is_plain, layers))


def _is_plain(layer: Block) -> bool:
    """Return whether a layer that was read off code has one attention, and beside it what works on a token alone."""
    roles = [part.role if isinstance(part, Block) else "" for part in layer.parts if not isinstance(part, Activation)]
    attends = any(_scores(leaf.part) for leaf in leaves(layer))
    reads = any(block.reads for block in blocks(layer))
    return attends and not reads and roles.count("attention") == 1 and set(roles) <= {"attention", "norm"} | ALONE


def in_turn(network: Block) -> bool:
    """Return whether it is known that what follows attention works on its result: in some layers both read the same."""
    layers = [block for block in blocks(network) if block.role == "layer"]
    return all(len(block.sublayers) > 1 for block in layers)


def writes(network: Block) -> bool:
    """Return whether it can write a text word by word: each token looks back only, and what it sees there is kept."""
    attending = [block for block in blocks(network) if any(_scores(part) for part in block.parts)]
    return bool(attending) and all(map(_looks_back, attending))


def _looks_back(attention: Block) -> bool:
    masked = all(part.masked for part in attention.parts if isinstance(part, Contraction) and _scores(part))
    return masked and any(isinstance(part, Cache) for part in attention.parts)


def _scores(part: Block | Part) -> bool:
    return isinstance(part, Contraction) and part.key == "attention_scores"


def has_positions(network: Block) -> bool:
    """Return whether a row for its place is added to each token before the layers."""
    return any(block.role == "position" for block in _before_layers(network))


def learns_positions(network: Block) -> bool:
    """Return whether such rows are learned."""
    placed = [block for block in _before_layers(network) if block.role == "position"]
    return any(not leaf.weight.fixed for block in placed for leaf in weights(block))


def _before_layers(network: Block) -> Iterator[Block]:
    """Yield the blocks outside the layers."""
    for part in network.parts:
        if isinstance(part, Block) and part.role != "layer":
            yield part
            yield from _before_layers(part)


def token_table(found: tuple[Leaf, ...]) -> Weight | None:
    """Return the table that has a row for each token of the vocabulary, by its shape: families name it differently."""
    tables = (leaf.weight for leaf in found if leaf.weight.kind is Kind.TABLE and leaf.role == "embedding")
    return next((table for table in tables if len(table.shape) == 2 and table.shape[0] == vocab_size), None)
