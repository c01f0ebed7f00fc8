"""From a description and a config's values to the tree of blocks that a page derives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from operator import is_
from typing import Any

from symbolic.formulas.formula import Formula, Negative, Number, Sum
from symbolic.language import Noun, Several, noun, plural
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Contraction, Part, Weight
from symbolic.networks.learned import code_names, roles
from symbolic.networks.learned.arranging import arranged
from symbolic.networks.learned.building import Building
from symbolic.networks.learned.computing import done
from symbolic.networks.learned.description import NAMELESS, CacheTensor, Computed, Description, Module, Tensor
from symbolic.networks.learned.description import Part as PartLine
from symbolic.networks.learned.folding import folded
from symbolic.networks.learned.kinds_of_layer import ALONE, CALLED, MIXER, kind_words, named, numbers, roles_in
from symbolic.networks.learned.layers_alike import distinguishing, length_of, letter_of, signatures
from symbolic.networks.learned.looking_up import look_up
from symbolic.networks.learned.paths import with_paths
from symbolic.networks.learned.stacked_experts import counts_experts, has_stacked, with_experts_apart
from symbolic.networks.learned.tensors import WITHOUT_NAME, inline, norm, readable, weight
from symbolic.networks.learned.used_names import names_below
from symbolic.networks.learned.values import MOST_LAYERS, Undefined, holds, number
from symbolic.networks.walks import Leaf, blocks, changed

HALVES = {"encoder": roles.READS, "decoder": roles.WRITES}
"""Two networks side by side: elsewhere a module of one of these names may do either."""
PLAIN_NORMS = ("norm", "layer norm")
STAGE = noun("stage", "stages")
"""What a layer is called that holds layers itself."""


def network(description: Description, building: Building, title: str) -> Block:
    """Return the whole network of a config."""
    tree = with_paths(description.root, description.named) if description.named else description.root
    parts = tuple(_with_final_norm(list(_children(tree, building, {}, top=True))))
    within = tuple((building.formula(least, {}), building.formula(most, {})) for least, most in description.within)
    root = Block("model", title, role="model", parts=folded(parts), within=within)
    return _with_ties(_reading(root))


def _reading(block: Block, encoder: str = "") -> Block:
    """Return the block with what the decoder's cross-attention reads: the encoder beside the decoder."""
    held = {part.role: part.key for part in block.parts if isinstance(part, Block) and part.key in HALVES}
    encoder = held.get("encoder", "") if held.keys() >= HALVES.keys() else encoder
    word = code_names.module(block.key) if encoder else None
    reads = encoder if word and word.about is roles.CROSS else ""
    parts = tuple(_reading(part, encoder) if isinstance(part, Block) else part for part in block.parts)
    if any(isinstance(part, Block) and part.reads for part in parts):
        # Who looks at an encoder writes: its own tokens are read one after the other.
        parts = tuple(map(_looking_back, parts))
    same = reads == block.reads and all(map(is_, parts, block.parts))
    return block if same else replace(block, parts=parts, reads=reads)


def _looking_back(part: Block | Part) -> Block | Part:
    own = isinstance(part, Block) and part.about is roles.ATTENTION
    return replace(part, about=roles.ATTENTION_BEFORE) if own and isinstance(part, Block) else part


def _with_final_norm(parts: list[Block | Part]) -> Iterator[Block | Part]:
    """Yield the parts of a network; a norm behind its layers that is only called so is the final one."""
    layers = max((at for at, one in enumerate(parts) if isinstance(one, Block) and one.role == "layer"), default=-1)
    for at, one in enumerate(parts):
        final = at > layers >= 0 and isinstance(one, Block) and one.role == "norm" and one.name in PLAIN_NORMS
        yield replace(one, name=roles.FINAL_NORM) if final and isinstance(one, Block) else one


def _children(
    module: Module, building: Building, place: Mapping[str, int], *, top: bool = False
) -> Iterator[Block | Part]:
    names = {**building.values, **place}
    parts = [part for part in arranged(module, top=top) if holds(part.where, names)]
    halves = {part.name for part in parts} >= HALVES.keys() and any(map(_looks_across, parts))
    for part in parts:
        if isinstance(part, Tensor):
            yield weight(part, part.name, building, place)
        elif isinstance(part, Module) and part.repeat:
            yield from _stack(part, building, place)
        elif isinstance(part, Module):
            made = _module(part, building, place)
            about = HALVES.get(part.name, "") if halves else ""
            yield from (replace(one, about=about) if isinstance(one, Block) and about else one for one in made)
    does = [part for part in parts if isinstance(part, Computed | CacheTensor)]
    known = _word(module, names) if does else None
    role = known.role if known else ""
    yield from done(does, lambda axis: building.formula(axis, place), role, causal=building.causal)


def _looks_across(part: PartLine) -> bool:
    """Return whether there is attention to an encoder: an autoencoder's decoder has none, and writes no text."""
    if not isinstance(part, Module):
        return False
    word = code_names.module(part.name)
    return (word is not None and word.about is roles.CROSS) or any(map(_looks_across, part.parts))


def _module(module: Module, building: Building, place: Mapping[str, int]) -> Iterator[Block | Part]:
    owners = {one.owner for one in module.parts if isinstance(one, Tensor)}
    plain = all(isinstance(one, Tensor) for one in module.parts)
    word = _word(module, {**building.values, **place})
    if (
        plain
        and owners <= {"linear", "conv", "conv1d", "deconv"}
        and not any(isinstance(one, Tensor) and has_stacked(one) for one in module.parts)
        and not (word and word.role in ("head", "router", "classifier", "embedding", "position", "patch-embedding"))
    ):
        yield from inline(module, building, place)
        return
    if plain and owners == {"norm"}:
        yield norm(module, building, place)
        return
    parts = _alone(list(_children(module, building, place)), module)
    if not parts:
        return
    if plain and owners == {"embedding"} and word is None:
        word = roles.Word("embedding", code_names.readable(module.name) + " table")
    parts = with_experts_apart(module, parts, building)
    if (
        word
        and word.role == "experts"
        and all(isinstance(one, Block) and one.key.startswith("expert") for one in parts)
    ):
        yield from (one for one in parts if isinstance(one, Block))
        return
    name = word.name if word and word.name else readable(module.name)
    role = word.role if word else "part"
    about = word.about if word and word.about != roles.LAYER else ""
    if about == roles.POSITION and all(isinstance(part, Weight) and part.fixed for part in parts):
        about = roles.FIXED_POSITION
        parts = [replace(part, about="") for part in parts if isinstance(part, Weight)]
    if about == roles.ATTENTION and any(isinstance(part, Contraction) and part.masked for part in parts):
        about = roles.ATTENTION_BEFORE
    if about == roles.FEED_FORWARD and any(isinstance(part, Block) and part.active is not None for part in parts):
        about = roles.EXPERTS
    yield Block(module.name, name, role=role, about=about, parts=folded(tuple(_fitting(role, parts))))


def _alone(parts: list[Block | Part], module: Module) -> list[Block | Part]:
    """Return the parts of a module; where only one of its numbered parts has weights, these need no number."""
    numbered = {one.name for one in module.parts if isinstance(one, Module)}
    keys = {part.key.removesuffix("_bias") for part in parts if isinstance(part, Weight)}
    if len(parts) != sum(isinstance(part, Weight) for part in parts) or len(keys) != 1 or not keys <= numbered:
        return parts
    number = f"{readable(keys.pop())} "
    return [replace(one, name=one.name.removeprefix(number)) if isinstance(one, Weight) else one for one in parts]


def _fitting(role: str, parts: list[Block | Part]) -> Iterator[Block | Part]:
    """Yield the parts of a block: an output matrix mixes heads in attention alone."""
    about = roles.OUTPUTS.get(role, roles.LINEAR)
    for part in parts:
        said = isinstance(part, Weight) and part.about == roles.MIXED
        yield replace(part, about=about) if isinstance(part, Weight) and said else part


def _word(module: Module, names: Mapping[str, Any]) -> roles.Word | None:
    """Return the word for a module; of one that mixes tokens in any way, the word for what it holds here."""
    if module.name != MIXER:
        word = code_names.module(module.name)
        holds = any(isinstance(part, Module) for part in module.parts)
        return roles.SEVERAL_EMBEDDINGS if word and word.role == "embedding" and holds else word
    held = set(roles_in(module, names))
    return next((code_names.module(name) for role, name in CALLED.items() if role in held), None)


def _stack(module: Module, building: Building, place: Mapping[str, int]) -> Iterator[Block]:
    """Yield a stack, as one block a kind of layer, each with its number of repeats."""
    names = {**building.values, **place}
    raw = length_of(module, names)
    if raw is None or any(symbol.name in names and names[symbol.name] is None for symbol in raw.symbols):
        return
    repeat = building.formula(raw, place)
    length = number(raw, names, module.name)
    if not isinstance(length, int) or length < 0:
        raise Undefined(f"{module.name} would be there {length} times")
    letter = letter_of(place)
    if not length:
        return
    differing = distinguishing(module, letter)
    _check_lists(differing, building, {**names, letter: length - 1}, letter)
    if not differing.parts:
        yield _layer(module, building, {**place, letter: 0}, repeat)
        return
    if length > MOST_LAYERS:
        raise Undefined(
            f"{module.name} would be there {length:,} times, of several kinds; give at most {MOST_LAYERS:,}"
        )
    kinds: dict[tuple[Any, ...], list[int]] = {}
    for at, layer in enumerate(signatures(differing, names, letter, length)):
        kinds.setdefault(layer, []).append(at)
    if len(kinds) == 1:
        yield _layer(module, building, {**place, letter: 0}, repeat)
        return
    words = kind_words(module, [{**names, letter: layers[0]} for layers in kinds.values()], list(kinds.values()))
    if len(kinds) < length and words:
        yield from _kinds(module, building, place, repeat, dict(zip(words, kinds.values(), strict=True)))
        return
    # No formula of the tree has the number of these layers: with another number it is another tree.
    building.written_out.update(repeat.symbols)
    if len(kinds) == length:
        for at in range(length):
            yield _layer(module, building, {**place, letter: at}, None, numbered=str(at + 1))
        return
    for layers in kinds.values():
        count = Number(len(layers)) if len(layers) > 1 else None
        yield _layer(module, building, {**place, letter: layers[0]}, count, numbered=numbers(layers))


def _check_lists(layer: Module, building: Building, last: Mapping[str, Any], letter: str) -> None:
    """Raise Undefined for a list with items, of which each layer reads its own, that ends before the last layer."""
    for name in names_below(layer):
        key, item, rest = name.partition(f"[{letter}]")
        if not item or rest or "(" in key or key in building.worked_out:
            continue
        listed = look_up(key, last)
        if isinstance(listed, list | tuple) and 0 < len(listed) <= last[letter]:
            layers = f"{last[letter] + 1} layers of {layer.name}"
            raise Undefined(f"{key} has {len(listed)} items for {layers}; give one for each")


def _kinds(
    module: Module, building: Building, place: Mapping[str, int], repeat: Formula, kinds: Mapping[str, list[int]]
) -> Iterator[Block]:
    """Yield one block a kind of layer: the most frequent as many times as are left, another as its symbol says."""
    largest = max(kinds, key=lambda word: len(kinds[word]))
    counts: dict[str, Formula | None] = {}
    for word, layers in kinds.items():
        if word == largest:
            continue
        if word in ALONE:
            counts[word] = None
            continue
        counts[word] = building.count(word, len(layers))
    others = [count or Number(1) for count in counts.values()]
    alone = Number(sum(one.number for one in others if isinstance(one, Number)))
    taken = [one for one in others if not isinstance(one, Number)] + ([alone] if alone.number else [])
    counts[largest] = Sum((repeat, *(Negative(one) for one in taken)))
    for word, layers in kinds.items():
        yield _layer(module, building, {**place, letter_of(place): layers[0]}, counts[word], word)


def _layer(
    module: Module,
    building: Building,
    place: Mapping[str, int],
    repeat: Formula | None,
    word: str = "",
    *,
    numbered: str = "",
) -> Block:
    """Return a layer of a stack, with the word for its kind before its name, or its number behind it."""
    known = code_names.module(module.name)
    name = known.name if known and known.name else readable(module.name).removesuffix("s")
    role = known.role if known else "layer"
    parts = folded(tuple(_without_last(_children(module, building, place))))
    said = (word or numbered).replace(" ", "_")
    key = "layers" if module.name in WITHOUT_NAME else module.name
    chosen = role == "experts" and known is not None and known.about != roles.SHARED
    # A list of lists of experts has those of a layer in the inner ones.
    chosen = chosen and not any(part.name == NAMELESS for part in module.parts)
    # Code may keep the first matrices of all experts in one list, and the second in another.
    chosen = chosen or (building.traced and counts_experts(repeat, building.used))
    active = building.active(repeat) if chosen and repeat is not None else None
    if name == roles.LAYER_NAME and any(map(_is_stack, parts)):
        name = STAGE
    if word:
        name = named(word, name)
    elif " " in numbered:
        several = plural(name) if isinstance(name, Noun) else f"{name}s"
        name = Several("{name} {number}", name=several, number=numbered)
    elif numbered:
        name = _("{name} {number}", name=name, number=numbered)
    return Block(
        f"{key}_{said}" if said else key,
        name,
        role="layer" if role in ("part", "stage") else role,
        # The sentence of a stack says that its layers are alike.
        about=known.about if known and repeat is not None else "",
        parts=parts,
        repeat=repeat,
        active=active,
    )


def _is_stack(part: Block | Part) -> bool:
    """Return whether a part of a layer is layers again, and no experts of which some work on a token."""
    return isinstance(part, Block) and part.role == "layer" and part.repeat is not None and part.active is None


def _without_last(parts: Iterator[Block | Part]) -> Iterator[Block | Part]:
    """Yield the parts of a layer: a norm that its code calls final is the last one of the layer, not of the network."""
    for part in parts:
        final = isinstance(part, Block) and part.name == roles.FINAL_NORM
        yield replace(part, name=roles.LAYER_NORM) if final and isinstance(part, Block) else part


def _with_ties(root: Block) -> Block:
    """Return the tree with each tie leading to the key of the block whose table is used."""
    keys = {one.key for one in blocks(root)}

    def mended(leaf: Leaf) -> Part:
        part = leaf.part
        if not isinstance(part, Weight) or not part.tied_to:
            return part
        way = [step for step in part.tied_to.split(".") if step in keys]
        return replace(part, tied_to=way[-1] if way else root.key)

    return changed(root, mended)
