"""In which layers a mix of llama.cpp gives some tensors more bits, and how many of each kind of layer these are.

llama.cpp, src/llama-quant.cpp, `llama_tensor_get_type_impl` at 007dbbf3: `use_more_bits`, and the first layers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from symbolic.configs.model import Model
from symbolic.errors import ConfigError
from symbolic.formulas.formula import Formula, Negative, Number, Sum
from symbolic.formulas.functions import Floor, Minimum
from symbolic.formulas.vocabulary import n_layers
from symbolic.language import noun
from symbolic.measuring.formats.network import Layers
from symbolic.networks.blocks import Block
from symbolic.networks.family import Place

MORE = "more"
MOST_LAYERS = 100_000
"""Layers that are looked at one by one where they are of several kinds."""
NAMES = {
    "": noun("layer with more bits", "layers with more bits"),
    "attn_v": noun("layer with more bits for the values", "layers with more bits for the values"),
    "ffn_down": noun("layer with more bits for the down matrix", "layers with more bits for the down matrix"),
}
NAMES_OF_KINDS = {
    "sliding_layer": {
        "": noun("sliding layer with more bits", "sliding layers with more bits"),
        "attn_v": noun("sliding layer with more bits for the values", "sliding layers with more bits for the values"),
        "ffn_down": noun(
            "sliding layer with more bits for the down matrix", "sliding layers with more bits for the down matrix"
        ),
    },
    "global_layer": {
        "": noun("global layer with more bits", "global layers with more bits"),
        "attn_v": noun("global layer with more bits for the values", "global layers with more bits for the values"),
        "ffn_down": noun(
            "global layer with more bits for the down matrix", "global layers with more bits for the down matrix"
        ),
    },
    "dense_layer": {
        "": noun("dense layer with more bits", "dense layers with more bits"),
        "attn_v": noun("dense layer with more bits for the values", "dense layers with more bits for the values"),
        "ffn_down": noun(
            "dense layer with more bits for the down matrix", "dense layers with more bits for the down matrix"
        ),
    },
    "expert_layer": {
        "": noun("expert layer with more bits", "expert layers with more bits"),
        "attn_v": noun("expert layer with more bits for the values", "expert layers with more bits for the values"),
        "ffn_down": noun(
            "expert layer with more bits for the down matrix", "expert layers with more bits for the down matrix"
        ),
    },
}


def conditions(mix: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the tensors that have more bits in some layers, by the condition that says in which."""
    wanted: dict[str, list[str]] = {}
    for rule in mix.get("rules", ()):
        if "layers" in rule:
            wanted.setdefault(rule["layers"], []).extend(rule["tensors"])
    return wanted


def kinds(mix: Mapping[str, Any]) -> dict[Layers, frozenset[str]]:
    """Return the kinds of layers, each with the conditions that hold in it: by one that gives more bits, or by two."""
    wanted = conditions(mix)
    if not wanted:
        return {Layers(n_layers): frozenset()}
    if len(wanted) == 1:
        [layers] = wanted
        count = _count(layers)
        return {_more(count, frozenset(wanted), wanted): frozenset(wanted), _others(count): frozenset()}
    first, second = wanted
    one, two = _count(first), _count(second)
    both = Minimum((one, two))
    found = {
        frozenset(wanted): both,
        frozenset({first}): Sum((one, Negative(both))),
        frozenset({second}): Sum((two, Negative(both))),
    }
    rest = Layers(Sum((n_layers, Negative(one), Negative(two), both)))
    return {_more(count, met, wanted): met for met, count in found.items()} | {rest: frozenset()}


def kinds_of_stacks(
    mix: Mapping[str, Any], model: Model, stacks: Sequence[Block], sizes: Mapping[str, int]
) -> dict[str, dict[Layers, frozenset[str]]]:
    """Return the same for each of several stacks of layers, by its key: the numbers of its layers are looked at.

    ConfigError where the model doesn't say which layers are of which stack.
    """
    wanted, total = conditions(mix), sizes[n_layers.name]
    counted = {stack: Counter[frozenset[str]]() for stack in (block.key for block in stacks)}
    if wanted:
        for layer, stack in enumerate(_stack_of_layers(model, stacks, sizes)):
            counted[stack][frozenset(one for one in wanted if holds(one, layer, total))] += 1
    found: dict[str, dict[Layers, frozenset[str]]] = {}
    for block in stacks:
        met = counted[block.key]
        some = [(one, met[one]) for one in sorted(met, key=lambda one: (-len(one), sorted(one))) if one]
        assert block.repeat is not None  # noqa: S101 - a stack of layers has a number of them
        rest = Sum((block.repeat, *(Negative(Number(count)) for _one, count in some))) if some else block.repeat
        named = NAMES_OF_KINDS.get(block.key, NAMES)
        found[block.key] = {_more(Number(count), one, wanted, named): one for one, count in some}
        if not some or met[frozenset()]:
            found[block.key][Layers(rest)] = frozenset()
    return found


def counts_of_stacks(
    mix: Mapping[str, Any], model: Model, stacks: Sequence[Block], sizes: Mapping[str, int]
) -> tuple[object, ...]:
    """Return what the numbers in `kinds_of_stacks` are: models of which they differ have another formula."""
    found = kinds_of_stacks(mix, model, stacks, sizes)
    return tuple((key, tuple((one.key, one.count) for one in each)) for key, each in found.items())


def holds(condition: str, layer: int, total: int) -> bool:
    """Return whether a condition holds in a layer, counted from 0.

    >>> [holds("more", layer, 16) for layer in (1, 2, 4, 14)], holds("n/8", 2, 16), holds("4", 3, 16)
    ([True, False, True, True], False, True)
    """
    if condition == MORE:
        eighth = total // 8
        return layer < eighth or layer >= 7 * total // 8 or (layer - eighth) % 3 == 2
    return layer < (total // int(condition[2:]) if condition.startswith("n/") else int(condition))


def _stack_of_layers(model: Model, stacks: Sequence[Block], sizes: Mapping[str, int]) -> Iterator[str]:
    """Yield the key of each layer's stack, in their order."""
    pattern = model.architecture.pattern
    total = sizes[n_layers.name]
    places: Mapping[Any, Place] = (
        pattern.places(model.config, sizes) if pattern and pattern.places and total <= MOST_LAYERS else {}
    )
    told = {block.key: places[block.repeat] for block in stacks if block.repeat in places}
    rest = [block.key for block in stacks if block.key not in told]
    layers = (
        [next((key for key, place in told.items() if place(layer)), *rest[:1]) for layer in range(total)]
        if (len(rest) == 1 and told)
        else []
    )
    if any(block.repeat is None or block.repeat.value(sizes) != layers.count(block.key) for block in stacks):
        raise ConfigError(
            f"this format stores some layers in another way than others, and {model.name} has {len(stacks)} kinds of "
            "layers, so that we can't tell which is which; choose a format that stores all alike"
        )
    yield from layers


def _more(
    count: Formula, met: frozenset[str], wanted: Mapping[str, Sequence[str]], named: Mapping[str, str] = NAMES
) -> Layers:
    """Return layers in which some tensors have more bits than in others; only these, where not all that may."""
    tensors = () if len(met) == len(wanted) else tuple(wanted[next(iter(met))])
    return Layers(count, "_".join(("more_bits", *tensors)), named["_".join(tensors)])


def _others(count: Formula) -> Layers:
    return Layers(Sum((n_layers, Negative(count))))


def _count(layers: str) -> Formula:
    """Return in how many layers a condition holds, whatever the number of layers."""
    if layers == MORE:
        early, late = Floor(n_layers / 8), Floor(7 * n_layers / 8)
        between = Floor(Sum((late, Negative(early))) / 3)
        return Sum((early, n_layers, Negative(late), between))
    if layers.startswith("n/"):
        return Floor(n_layers / int(layers[2:]))
    return Minimum((n_layers, Number(int(layers))))
