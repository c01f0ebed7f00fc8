"""What a reader calls each kind of layer of a stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from symbolic.formulas.functions import Minimum
from symbolic.language import Noun, noun, plural
from symbolic.language import lazy as _
from symbolic.networks.learned import code_names
from symbolic.networks.learned.computing import WINDOWED
from symbolic.networks.learned.description import CacheTensor, Computed, Module
from symbolic.networks.learned.roles import LAYER_NAME
from symbolic.networks.learned.values import holds

ALONE = ("first", "last")
"""Words for the one layer that differs from the others."""
MIXERS = ("linear-attention", "state-space", "attention", "convolution")
MIXER = "mixer"
"""What a module is called that is of another kind in each layer."""
CALLED: Mapping[str, str] = {"experts": "moe", "state-space": "mamba", "attention": "self_attn", "dense": "mlp"}
"""What a mixer with parts of that role would be called alone."""
NAMES: Mapping[str, Noun] = {
    "dense": noun("dense layer", "dense layers"),
    "expert": noun("expert layer", "expert layers"),
    "full": noun("full-attention layer", "full-attention layers"),
    "sliding": noun("sliding layer", "sliding layers"),
    "windowed": noun("windowed layer", "windowed layers"),
    "full dense": noun("dense full-attention layer", "dense full-attention layers"),
    "full expert": noun("full-attention expert layer", "full-attention expert layers"),
    "sliding dense": noun("dense sliding layer", "dense sliding layers"),
    "sliding expert": noun("sliding expert layer", "sliding expert layers"),
    "attention": noun("attention layer", "attention layers"),
    "linear-attention": noun("linear-attention layer", "linear-attention layers"),
    "state-space": noun("state-space layer", "state-space layers"),
    "convolution": noun("convolution layer", "convolution layers"),
    "dense attention": noun("dense attention layer", "dense attention layers"),
    "expert attention": noun("attention expert layer", "attention expert layers"),
    "dense linear-attention": noun("dense linear-attention layer", "dense linear-attention layers"),
    "expert linear-attention": noun("linear-attention expert layer", "linear-attention expert layers"),
    "dense state-space": noun("dense state-space layer", "dense state-space layers"),
    "expert state-space": noun("state-space expert layer", "state-space expert layers"),
    "first": noun("first layer", "first layers"),
    "middle": noun("middle layer", "middle layers"),
    "last": noun("last layer", "last layers"),
    "other": noun("other layer", "other layers"),
}
"""What a layer of each kind is called."""
OF_GROUP: Mapping[str, str] = {"gate": "dense", "qkv": "attention"}


def kind_words(module: Module, places: list[dict[str, Any]], layers: list[list[int]]) -> list[str]:
    """Return a word for each kind of layer: how far back it looks, how it mixes tokens, whether it has experts.

    Each where kinds differ so; else where it stands, if it is the first, the last or one of the others. None where
    numbers say it better, since the layers of each kind follow one another.
    """
    held = [set(roles_in(module, names)) for names in places]
    reach = [_reach(module, names) for names in places]
    reaches = len(set(reach)) > 1
    common = set.intersection(*held)
    expert = {"experts", "router"}
    mixed = any(own & expert for own in held) and not common & expert
    found: list[str] = []
    for own, far in zip(held, reach, strict=True):
        plain = "dense" if own & {"dense", "feed-forward"} else ""
        network = ("expert" if own & expert else plain) if mixed else ""
        mixer = next((role for role in MIXERS if role in own - common), "")
        looks = far if reaches and mixer in ("", "attention") else ""
        found.append(" ".join(word for word in (looks, network, mixer) if word))
    if not any(found):
        found = _positions(layers)
        if not found and all(own == list(range(own[0], own[-1] + 1)) for own in layers):
            return []
        found = found or [""] * len(layers)
    return [
        word if word and found.count(word) == 1 else f"{word} kind-{found[: at + 1].count(word)}".strip()
        for at, word in enumerate(found)
    ]


def named(word: str, name: str) -> Noun:
    """Return what a layer of a kind is called; `name` is what any layer of the stack is called."""
    known = NAMES.get(word) if name == LAYER_NAME else None
    return known or Noun(f"{word} {name}", f"{word} {plural(name)}")


def numbers(layers: list[int]) -> str:
    """Return the numbers of layers that follow one another, counted from one: `3`, `4 and 5`, `6 to 9`."""
    first, last = layers[0] + 1, layers[-1] + 1
    if first == last:
        return str(first)
    two = last == first + 1
    return _("{first} and {last}", first=first, last=last) if two else _("{first} to {last}", first=first, last=last)


def _positions(layers: list[list[int]]) -> list[str]:
    """Return where kinds of layer stand, such as the first layer and the others; nothing where no such words do."""
    last = max(map(max, layers))
    words = ["first" if own == [0] else "last" if own == [last] else "" for own in layers]
    if words.count("") != 1:
        return []
    return [word or ("middle" if len(words) > len(ALONE) else "other") for word in words]


def _reach(module: Module, names: Mapping[str, Any]) -> str:
    """Return how far back a layer looks: a window that slides with the text, one of an image's, or all."""
    if _is_windowed(module, names):
        return "sliding"
    return "windowed" if _looks_in_windows(module, names) else "full"


def _looks_in_windows(module: Module, names: Mapping[str, Any]) -> bool:
    """Whether a token looks at no more than those of its window."""
    there = [part for part in module.parts if holds(part.where, names)]
    return any(
        part.name.startswith(WINDOWED)
        if isinstance(part, Computed)
        else isinstance(part, Module) and _looks_in_windows(part, names)
        for part in there
    )


def _is_windowed(module: Module, names: Mapping[str, Any]) -> bool:
    """Whether a layer keeps no more than a window of the tokens."""
    for part in module.parts:
        if not holds(part.where, names):
            continue
        if isinstance(part, CacheTensor) and any(isinstance(axis, Minimum) for axis in part.axes):
            return True
        if isinstance(part, Module) and _is_windowed(part, names):
            return True
    return False


def roles_in(module: Module, names: Mapping[str, Any]) -> Iterator[str]:
    """Yield the roles of the parts of a module, such as attention and experts."""
    for part in module.parts:
        if isinstance(part, Computed | CacheTensor) or not holds(part.where, names):
            continue
        word = code_names.module(part.name) or code_names.tensor(part.name)
        if word and word.role:
            yield word.role
        elif word and word.group in OF_GROUP:
            yield OF_GROUP[word.group]
        if isinstance(part, Module):
            yield from roles_in(part, names)
