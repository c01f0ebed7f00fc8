"""A network whose matrices are stored by a method of `quantization_config`: which of them, and in what layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from symbolic.configs.model import Model, Stored
from symbolic.errors import ConfigError, shown
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Sum
from symbolic.formulas.vocabulary import n_layers, value_bytes
from symbolic.language import lazy as _
from symbolic.measuring.formats import declared
from symbolic.measuring.formats.modules import LeftOut, left_out, of_glob
from symbolic.measuring.formats.network import (
    Layers,
    in_stacks,
    module_of,
    only_stack,
    patterned,
    stacks_present,
    stored,
    tensors_of,
)
from symbolic.measuring.formats.numbers import bytes_of, number_format
from symbolic.measuring.formats.said import CONFIG
from symbolic.measuring.formats.schemes import Scheme
from symbolic.networks.blocks import Block, Kind
from symbolic.networks.family import AsIs, Unpacked, Wide
from symbolic.networks.layers.in_files import JOINING, PREDICTING
from symbolic.networks.walks import Leaf, has_experts, in_files, weights

Given = dict[str, Exact | Formula]
SPECIAL = str.maketrans({"\\": "\\\\", "`": "\\`"})
MOST_SHOWN = 6
STAYING = ("router", JOINING)
"""Roles whose matrices no method is for."""
NAMELESS = ("",)
WIDENING = ("bitsandbytes", "fp8", "fbgemm_fp8")
"""Methods that transformers works out itself, and that leave what it keeps at 32 bits (`Wide`) as it is."""


def quantised(model: Model, said: Mapping[str, object], source: str) -> tuple[Model, Given]:
    """Return the model as a `quantization_config` stores it, and the inputs that say so; `source` says who says so.

    ConfigError where it says what we don't know.
    """
    name = declared.method_of(said)
    method = declared.methods()[name]
    scheme, sentences = declared.scheme(said)
    given: Given = {**scheme.given}
    number = number_format(model)
    if number is not None:
        given[value_bytes.name] = bytes_of(number[1])
    candidates = _candidates(model, name, said)
    listed = _listed(said, method)
    out = left_out(listed or (), _modules(model), model.sizes.get("n_layers", 0), CONFIG)
    out = out.of({module_of(tensor) for tensors in candidates.values() for tensor in tensors})
    head = listed is None and bool(method.get("head_stays"))
    if out.in_layers and model.architecture.of_one_config:
        raise ConfigError(f"{CONFIG} leaves out modules of single layers of {model.architecture.name}; name --dtype")
    store = partial(_store, scheme, candidates, head, name in WIDENING)
    says = [source, *sentences]
    says.append(_SCOPES[method["scope"]])
    wide = name in WIDENING and any(
        isinstance(one, Wide) for leaf in weights(model.network) for one in leaf.weight.tensors
    )
    if wide:
        says.append(_WIDE)
    if name == "bitsandbytes" and has_experts(model.network):
        says.append(_EXPERTS)
    if head and method["scope"] == "all":
        says.append(_("The output head stays as it is."))
    if listed:
        says.append(_("The configuration leaves out {names}.", names=_short(listed)))
    if out.unknown:
        says.append(_("No part of this network is called {names}.", names=_short(out.unknown)))
    says.append(_("Source: {source}.", source=method["source"]))
    keys = frozenset({CONFIG, *((number[0],) if number else ())})
    return replace(
        model, stored=Stored(tuple(says), partial(_network, model, store, out), keys, *_deciding(model, out))
    ), given


_SCOPES = {
    "layers": _(
        "That holds for the matrices inside the layers; tables, routers, norms, biases and the output head stay."
    ),
    "all": _("That holds for the matrices; tables, routers, norms and biases stay."),
    "tables": _("That holds for the matrices and for the tables of embeddings; norms and biases stay."),
    "experts": _("That holds for the matrices of the experts; all others, tables, norms and biases stay."),
}
_WIDE = _(
    "The second matrix of each feed-forward network is not packed: transformers keeps it at 32 bits; version 5 does so "
    "with float16 only, and leaves it at 16 bits with bfloat16."
)
_EXPERTS = _(
    "Each matrix of an expert is packed, as in files that were made where each is a linear layer of its own. "
    "transformers 5 keeps the experts of a layer in one tensor, which bitsandbytes does not pack: there they stay at "
    "16 bits."
)


def _short(names: Sequence[object]) -> str:
    """Return the names in a row, as markup: the first few of many."""
    found = [f"``{str(name).translate(SPECIAL)}``" for name in dict.fromkeys(names)]
    return ", ".join(found if len(found) <= MOST_SHOWN else [*found[: MOST_SHOWN - 1], "…"])


def _listed(said: Mapping[str, object], method: Mapping[str, object]) -> list[object] | None:
    """Return the modules that the config leaves out; None where it lists none."""
    keys = method["left_out"]
    assert isinstance(keys, list)  # noqa: S101 - our own table
    found: list[object] | None = None
    for key in keys:
        value = said.get(key)
        if value is None:
            continue
        if not isinstance(value, list | tuple):
            raise ConfigError(f"{CONFIG}: {key} must be a list of names, got {shown(value)}; give a list")
        found = [*(found or ()), *(map(of_glob, value) if method.get("globs") else value)]
    dynamic = said.get("dynamic")
    if isinstance(dynamic, Mapping) and dynamic:
        if not all(isinstance(name, str) and name.startswith("-:") for name in dynamic):
            raise ConfigError(f"{CONFIG}: dynamic gives some modules another format, which we don't know; name --dtype")
        found = [*(found or ()), *(f"re:{name[2:]}" for name in dynamic)]
    return found


def _candidates(model: Model, name: str, said: Mapping[str, object]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the weights that the method is for, by their places, each with the names of its tensors."""
    scope, found = declared.methods()[name]["scope"], {}
    within = said.get("modules_in_block_to_quantize")
    inside = _flat(within) if isinstance(within, list | tuple) else None
    kinds = (Kind.MATRIX, Kind.TABLE) if scope == "tables" else (Kind.MATRIX,)
    if scope == "tables" and (has_experts(model.network) or model.parts_left_out):
        raise ConfigError(
            f"we don't know which matrices of experts or of several parts {declared.methods()[name]['title']} stores "
            f"in another way, so not the bytes of {model.architecture.name}; name --dtype, such as bf16"
        )
    for leaf in weights(in_files(model.network)):
        if leaf.weight.kind not in kinds or leaf.weight.tied_to or leaf.role in STAYING:
            continue
        in_layer = any(block.role == "layer" for block in leaf.path)
        if (scope == "layers" and not in_layer and not (leaf.role == "head" and said.get("lm_head") is True)) or (
            scope == "experts" and not (leaf.role == "experts" and leaf.path[-1].repeat is not None)
        ):
            continue
        names = leaf.weight.tensors or (() if PREDICTING not in leaf.key else NAMELESS * leaf.weight.copies)
        if not names:
            raise ConfigError(
                f"we know no names for the tensors of {model.architecture.name}, so not which of them are stored in "
                f"{declared.methods()[name]['title']}; name --dtype, such as bf16"
            )
        if (
            name in ("fp8", "fbgemm_fp8", "compressed-tensors", declared.MODELOPT)
            and isinstance(names[0], AsIs)
            and leaf.role != "experts"
        ):
            # These methods are for torch's linear layers, not for GPT-2's own.
            continue
        if any(isinstance(one, Unpacked) or (isinstance(one, Wide) and name in WIDENING) for one in names):
            continue
        if inside is not None and in_layer and not all(module_of(one).endswith(inside) for one in names):
            continue
        found[leaf.key] = names
    return found


def _modules(model: Model) -> Iterator[str]:
    """Yield the modules of all weights, by the names of their tensors."""
    for leaf in weights(model.network):
        for name in leaf.weight.tensors:
            yield module_of(name)


def _flat(listed: Sequence[object]) -> tuple[str, ...]:
    """Return the names in a list of names, or of lists of names."""
    found = [one for group in listed for one in (group if isinstance(group, list | tuple) else (group,))]
    return tuple(name for name in found if isinstance(name, str))


def _store(
    scheme: Scheme,
    candidates: Mapping[tuple[str, ...], tuple[str, ...]],
    head: bool,
    wide: bool,
    network: Block,
    left: frozenset[str],
) -> Block:
    def choose(leaf: Leaf, copy: int) -> Scheme | None:
        names = candidates.get(leaf.key)
        if names is None or (head and leaf.role in ("head", "classifier")):
            return None
        stay = {module_of(name) in left for name in tensors_of(leaf, copy, names)}
        if len(stay) > 1:
            raise ConfigError(f"{CONFIG} leaves out some of the matrices that the code joins in one; name --dtype")
        return None if stay == {True} else scheme

    def tensors(leaf: Leaf) -> tuple[str, ...]:
        return leaf.weight.tensors or tuple(map(str, range(leaf.weight.copies)))

    return stored(network, choose, tensors, value_bytes, wide=wide)


def _deciding(model: Model, out: LeftOut) -> tuple[Callable[[Mapping[str, int]], object] | None, tuple[str, ...]]:
    """Return what decides how many stacks of layers there are, where the config tells layers apart."""
    return (partial(stacks_present, model), patterned(model)) if out.in_layers else (None, ())


def _network(model: Model, store: partial[Block], out: LeftOut, network: Block) -> Block:
    """Return the network, its layers in as many stacks as the config tells apart."""
    kinds: dict[frozenset[str], int] = {}
    for layer in sorted({layer for layers in out.in_layers.values() for layer in layers}):
        here = out.everywhere | {module for module, layers in out.in_layers.items() if layer in layers}
        kinds[here] = kinds.get(here, 0) + 1
    if not kinds:
        return store(network, out.everywhere)
    usual = Layers(Sum((n_layers, Negative(Number(sum(kinds.values()))))))
    stacks = {usual: out.everywhere} | {
        Layers(Number(count), f"exception_{place}", _("layer of exception {number}", number=place)): left
        for place, (left, count) in enumerate(kinds.items(), 1)
    }
    return in_stacks(
        network, {only_stack(network, model.sizes): tuple(stacks)}, lambda tree, kind: store(tree, stacks[kind])
    )
