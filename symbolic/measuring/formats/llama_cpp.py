"""llama.cpp's formats by its own rules: the token table and the head are quantised too, norms and biases stay 32-bit.

llama.cpp, src/llama-quant.cpp: `tensor_allows_quantization`, `llama_tensor_get_type_impl`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from typing import Any

from symbolic.configs.model import Model, Stored
from symbolic.configs.parts import TEXT
from symbolic.errors import ConfigError
from symbolic.formulas.formula import Exact, Formula, Number, exact, product, total
from symbolic.formulas.vocabulary import tensor_parallel, vocab_multiple
from symbolic.measuring.formats.mixes_said import said, type_of_rule
from symbolic.measuring.formats.more_bits import conditions, counts_of_stacks, kinds, kinds_of_stacks
from symbolic.measuring.formats.network import in_stacks, patterned, present, stacks_present, stored
from symbolic.measuring.formats.schemes import Scheme, Sides, blocks
from symbolic.measuring.formats.token_tables import heads_table, is_token_table
from symbolic.networks.blocks import Block, Kind, Part, Weight
from symbolic.networks.layers.latent_attention import UP, UP_APART
from symbolic.networks.walks import Leaf, changed, weights

FILE = Path(__file__).with_name("llama_cpp.toml")
MANY_QUERIES, EIGHT, SEVENTY_BILLION = 4, 8, 80
"""Queries that share a key, experts, layers: of so many, llama.cpp's rules make an exception."""
BIT_MORE = ("q3_K", "q4_K")
ALONE = {tensor_parallel.name: 1, vocab_multiple.name: 1}
"""The inputs of one device: types are chosen for whole tensors, so that it has them all."""
FUSED = "query_key_value_matrices"
LARGE, SMALL = 256, 32
"""How many numbers a block has, by type."""


@cache
def table() -> Mapping[str, Any]:
    """Return the types and mixes."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def names() -> tuple[str, ...]:
    """Return the names of the mixes, as `--dtype` takes them."""
    return tuple(table()["mixes"])


@cache
def block_types() -> Mapping[str, Exact]:
    """Return the bytes of a number in each type that a cache may be kept in, besides floating point.

    llama.cpp, common/arg.cpp, `kv_cache_types`.
    """
    types = table()["types"].items()
    return {name: exact(Fraction(one["bytes"], SMALL)) for name, one in types if one["numbers"] == SMALL}


def stored_as(model: Model, name: str) -> Stored:
    """Return how llama.cpp stores a model in one of its mixes; ConfigError where its rules don't say."""
    mix = table()["mixes"][name]
    eight = _decided(mix, model.sizes)[-1] and mix["base"] != "q8_0"
    plain = not mix.get("rules") and mix["base"] not in BIT_MORE and not eight
    if not plain and model.architecture.name not in table()["families"]["names"]:
        text = next((part for part in TEXT if isinstance(model.config.get(part), Mapping)), "")
        raise ConfigError(
            f"{name} stores each tensor by its role, and we know llama.cpp's names for them in "
            f"{', '.join(table()['families']['names'])} only; "
            + (
                f"for the language model alone, which has a file of its own, give what stands under {text}"
                if text
                else "q8_0 stores all alike"
            )
        )
    several = bool(conditions(mix))
    rows = _rows(model)
    within = {symbol.name for row in rows for symbol in row.symbols}
    deciding = dict.fromkeys((*DECIDING, *sorted(within), *(patterned(model) if several else ())))

    decided = partial(_all_decided, mix, rows, model if several else None)
    keys = {leaf.weight.key for leaf in weights(model.network)}
    fused = FUSED in keys or model.architecture.name in table()["families"]["fused"]
    return Stored(
        said(table(), name, _decided(mix, model.sizes), latent=UP in keys, fused=fused),
        partial(_network, model, mix),
        decided=decided,
        deciding=tuple(deciding),
    )


def _all_decided(
    mix: Mapping[str, Any], rows: tuple[Formula, ...], model: Model | None, sizes: Mapping[str, int]
) -> object:
    """Return what a mix decides by the sizes: of which bits and rows, and, of a `model`, which stacks it has."""
    fitting = tuple(_fits(row, sizes, numbers) for row in rows for numbers in (LARGE, SMALL))
    return _decided(mix, sizes), fitting, _layers_decided(mix, model, sizes) if model else ()


def _layers_decided(mix: Mapping[str, Any], model: Model, sizes: Mapping[str, int]) -> tuple[object, ...]:
    """Return which stacks of layers there are; of several, in how many layers of each a condition holds."""
    there = stacks_present(model, sizes)
    if sum(there) == 1:
        return there
    try:
        return counts_of_stacks(mix, model, present(model.architecture.tree(model.options), sizes), sizes)
    except ConfigError:
        # Which layer is of which stack is unknown: no model of these sizes has the same formula.
        return (*there, *sizes.items())


def _rows(model: Model) -> tuple[Formula, ...]:
    """Return how long the rows of the matrices and of the token table are."""
    network = model.architecture.tree(model.options)
    found = [leaf for leaf in weights(network) if leaf.weight.kind is Kind.MATRIX or is_token_table(leaf)]
    return tuple(dict.fromkeys(axis for leaf in found for axis, _rows in _tensors(leaf)))


def _tensors(leaf: Leaf) -> tuple[tuple[Formula, Formula], ...]:
    """Return the tensors in which a copy is stored: how long their rows are, and how many they have."""
    if leaf.weight.key == UP:
        return UP_APART
    first, *others = leaf.weight.shape
    whole = product(tuple(others))
    return ((others[-1], product((first, *others[:-1]))),) if leaf.weight.kind is Kind.TABLE else ((first, whole),)


def _fits(row: Formula, sizes: Mapping[str, int], numbers: int) -> bool:
    """Return whether a row is so many blocks of numbers, none of them begun only."""
    return Fraction(row.value({**ALONE, **sizes})) % numbers == 0


def _fitting(name: str, row: Formula, sizes: Mapping[str, int]) -> str:
    """Return the type that is stored in place of one whose blocks do not fit into a row."""
    types, fallbacks = table()["types"], table()["fallbacks"]
    if name in fallbacks and not _fits(row, sizes, types[name]["numbers"]):
        name = fallbacks[name]
        return name if _fits(row, sizes, types[name]["numbers"]) else str(fallbacks["last"])
    return name


DECIDING = ("n_heads", "n_kv_groups", "n_layers", "n_experts")


def _decided(mix: Mapping[str, Any], sizes: Mapping[str, int]) -> tuple[bool, bool, bool]:
    """Return what the rules of a mix decide by a model's sizes: many queries to a key, 80 layers, eight experts."""
    heads = sizes.get("n_heads", 1)
    shared = heads // sizes.get("n_kv_groups", heads)
    types = {mix["base"], *(rule["type"] for rule in mix.get("rules", ()) if "attn_v" in rule["tensors"])}
    return (
        any("gqa_from_4" in rule for rule in mix.get("rules", ())) and shared >= MANY_QUERIES,
        bool(types & set(BIT_MORE)) and sizes.get("n_layers") == SEVENTY_BILLION and shared > 1,
        sizes.get("n_experts") == EIGHT,
    )


def _network(model: Model, mix: Mapping[str, Any], network: Block) -> Block:
    return replace(_in_types(model, mix, network), undivided="llama.cpp chooses types for whole tensors")


def _in_types(model: Model, mix: Mapping[str, Any], network: Block) -> Block:
    store = partial(_stored, model, mix)
    if not conditions(mix):
        return store(network, frozenset())
    stacks = present(network, model.sizes)
    found = {stacks[0].key: kinds(mix)} if len(stacks) == 1 else kinds_of_stacks(mix, model, stacks, model.sizes)
    met = {kind: one for each in found.values() for kind, one in each.items()}
    return in_stacks(
        network, {key: tuple(each) for key, each in found.items()}, lambda tree, kind: store(tree, met[kind])
    )


def _stored(model: Model, mix: Mapping[str, Any], network: Block, met: frozenset[str]) -> Block:
    types = {name: blocks(one["numbers"], one["bytes"]) for name, one in table()["types"].items()}
    gqa, big, eight = _decided(mix, model.sizes)
    head_s = heads_table(network)
    output = str(mix.get("output", "q6_K"))

    def wanted(leaf: Leaf, copy: int) -> str:
        if is_token_table(leaf):
            return output if leaf.key == head_s else str(mix["base"])
        if leaf.role == "head":
            return output
        called = table()["tensors"].get(leaf.weight.key)
        return _type(mix, _named(called[copy], model) if called else "", met, gqa, big, eight)

    def scheme(leaf: Leaf, copy: int) -> Scheme | None:
        matrix = leaf.weight.kind is Kind.MATRIX and leaf.role != "router"
        if not matrix and not is_token_table(leaf):
            return None
        return types[_fitting(wanted(leaf, copy), _tensors(leaf)[0][0], model.sizes)]

    def apart(leaf: Leaf) -> Part:
        if not isinstance(leaf.part, Weight) or leaf.part.key != UP:
            return leaf.part
        each = [(row, rows, types[_fitting(wanted(leaf, 0), row, model.sizes)]) for row, rows in UP_APART]
        stored_in = total(tuple(product((row, rows, one.each)) for row, rows, one in each))
        groups = (group for row, rows, one in each for group in one.groups(Sides(row, rows)))
        return replace(leaf.part, stored=stored_in, groups=tuple(groups))

    return changed(stored(network, scheme, _own_names, Number(4)), apart)


def _named(tensor: str, model: Model) -> str:
    fused = model.architecture.name in table()["families"]["fused"] and tensor in ("attn_q", "attn_k", "attn_v")
    return "attn_qkv" if fused else tensor


def _type(mix: Mapping[str, Any], tensor: str, met: frozenset[str], gqa: bool, big: bool, eight: bool) -> str:
    found: str = mix["base"]
    like_values = tensor in ("attn_v", "attn_qkv")
    for rule in mix.get("rules", ()):
        named = "attn_v" if like_values else tensor
        fits = named in rule["tensors"] and ("layers" not in rule or rule["layers"] in met)
        if fits and not (eight and named == "attn_output"):
            found = type_of_rule(rule, gqa)
    if like_values and big and found in BIT_MORE:
        found = "q5_K"
    if eight and (like_values or tensor == "attn_k"):
        found = "q8_0"
    if eight and tensor == "attn_output":
        found = mix.get("eight_experts_output", found)
    return found


def _own_names(leaf: Leaf) -> tuple[str, ...]:
    """Return a name for each copy: a block type has nothing beside its numbers, so copies need not share one."""
    return tuple(f"{'/'.join(leaf.key)}/{copy}" for copy in range(leaf.weight.copies))
