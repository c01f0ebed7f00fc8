"""What a switch does that was read off code: no one wrote that down, but the network with it and without it says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from symbolic.configs.model import Model
from symbolic.errors import SymbolicError
from symbolic.language import gettext as _
from symbolic.language import translate
from symbolic.networks.blocks import Kind
from symbolic.networks.family import Option
from symbolic.networks.walks import Leaf, weights
from symbolic.pages.sections.biases import matrix_of

_Weights: TypeAlias = Mapping[tuple[str, ...], Leaf]


def said(option: Option, model: Model) -> str:
    """Return what a page says of a switch: which weights there are where it is on, or the words of its family."""
    if not model.architecture.of_one_config:
        return translate(option.meaning)
    with_it, without = _weights(model, option, on=True), _weights(model, option, on=False)
    more = [leaf for key, leaf in with_it.items() if key not in without]
    if _alike(with_it, without):
        return _("{meaning}; that changes no weight", meaning=translate(option.meaning))
    if not more or without.keys() - with_it.keys():
        return translate(option.meaning)
    matrices = [matrix_of(leaf, with_it.values()) for leaf in more if leaf.kind is Kind.BIAS]
    known = [one for one in matrices if one is not None]
    if len(known) == len(more):
        return _("each of these matrices adds a list of numbers, its bias: {names}", names=_named(known, without))
    return _("the network has these in addition: {names}", names=_named(more, without))


def _alike(with_it: _Weights, without: _Weights) -> bool:
    """Return whether both networks have the same weights, each with the same shape and table."""
    either = [
        {key: (leaf.weight.shape, leaf.weight.tied_to) for key, leaf in one.items()} for one in (with_it, without)
    ]
    return bool(with_it) and either[0] == either[1]


def _weights(model: Model, option: Option, *, on: bool) -> _Weights:
    """Return the weights of the network with the switch set so; none where the code builds no such network."""
    if not isinstance(model.options[option.name], bool):
        return {}
    try:
        network = model.with_options({option.name: on}).network
    except (KeyError, ValueError, SymbolicError):
        return {}
    return {leaf.key: leaf for leaf in weights(network)}


def _named(found: list[Leaf], without: _Weights) -> str:
    """Return what weights are called, each name once."""
    return "; ".join(dict.fromkeys(_name(leaf, without) for leaf in found))


def _name(leaf: Leaf, without: _Weights) -> str:
    """Return a weight's name; that of its norm where all of it is new, and its block where the name is one word."""
    *_above, above, block = (translate(one.name) for one in (leaf.path[0], *leaf.path))
    name = translate(leaf.weight.name)
    if leaf.role == "norm" and not any(key[:-1] == leaf.key[:-1] for key in without):
        return f"{block} ({above})"
    return name if " " in name else f"{name} ({block})"
