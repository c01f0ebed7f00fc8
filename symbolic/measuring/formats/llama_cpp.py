"""llama.cpp's formats by its own rules: the token table and the head are quantised too, norms and biases stay 32-bit.

llama.cpp, src/llama-quant.cpp: `tensor_allows_quantization`, `llama_tensor_get_type_impl`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from typing import Any

from symbolic.configs.model import Model, Stored
from symbolic.errors import ConfigError
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Sum, exact
from symbolic.formulas.functions import Floor, Minimum
from symbolic.formulas.vocabulary import n_layers
from symbolic.language import lazy as _
from symbolic.language import noun
from symbolic.measuring.formats.network import Layers, in_stacks, patterned, stacks_present, stored
from symbolic.measuring.formats.schemes import Scheme, blocks
from symbolic.networks.blocks import Block, Kind
from symbolic.networks.walks import Leaf, weights

FILE = Path(__file__).with_name("llama_cpp.toml")
MANY_QUERIES, EIGHT, SEVENTY_BILLION = 4, 8, 80
"""Queries that share a key, experts, layers: of so many, llama.cpp's rules make an exception."""
BIT_MORE = ("q3_K", "q4_K")
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
    plain = not mix.get("rules") and mix["base"] not in ("q3_K", "q4_K")
    if not plain and model.architecture.name not in table()["families"]["names"]:
        raise ConfigError(
            f"{name} stores each tensor by its role, and we know llama.cpp's names for them in "
            f"{', '.join(table()['families']['names'])} only; q8_0 and q6_k store all alike"
        )
    several = len(_kinds(mix)) > 1
    rows = _rows(model)
    within = {symbol.name for row in rows for symbol in row.symbols}
    deciding = dict.fromkeys((*DECIDING, *sorted(within), *(patterned(model) if several else ())))

    decided = partial(_all_decided, mix, rows, model if several else None)
    return Stored(_says(name, mix), partial(_network, model, mix), decided=decided, deciding=tuple(deciding))


def _all_decided(
    mix: Mapping[str, Any], rows: tuple[Formula, ...], model: Model | None, sizes: Mapping[str, int]
) -> object:
    """Return what a mix decides by the sizes: of which bits and rows, and, of a `model`, which stacks it has."""
    fitting = tuple(_fits(row, sizes, numbers) for row in rows for numbers in (LARGE, SMALL))
    return _decided(mix, sizes), fitting, stacks_present(model, sizes) if model else ()


def _rows(model: Model) -> tuple[Formula, ...]:
    """Return how long the rows of the matrices and of the token table are."""
    network = model.architecture.tree(model.options)
    return tuple(
        dict.fromkeys(_row(leaf) for leaf in weights(network) if leaf.weight.kind in (Kind.MATRIX, Kind.TABLE))
    )


def _row(leaf: Leaf) -> Formula:
    return leaf.weight.shape[-1 if leaf.weight.kind is Kind.TABLE else 0]


def _fits(row: Formula, sizes: Mapping[str, int], numbers: int) -> bool:
    """Return whether a row is so many blocks of numbers, none of them begun only."""
    return Fraction(row.value(sizes)) % numbers == 0


def _fitting(name: str, row: Formula, sizes: Mapping[str, int]) -> str:
    """Return the type that is stored in place of one whose blocks do not fit into a row."""
    types, fallbacks = table()["types"], table()["fallbacks"]
    if name in fallbacks and not _fits(row, sizes, types[name]["numbers"]):
        name = fallbacks[name]
        return name if _fits(row, sizes, types[name]["numbers"]) else str(fallbacks["last"])
    return name


def _says(name: str, mix: Mapping[str, Any]) -> tuple[str, ...]:
    base, output = mix["base"], mix.get("output", "q6_K")
    sizes, rules = table()["types"], mix.get("rules", ())
    types = dict.fromkeys((base, output, *(rule["type"] for rule in rules)))
    return (
        _(
            "In llama.cpp's {name} the matrices and the token table are quantised; routers, norms, biases and tables "
            "of positions keep 4 bytes a number.",
            name=f"`{name}`",
        ),
        _(
            "A matrix has the type {base}; the output head, or the token table that is also the head, has {output}.",
            base=f"`{base}`",
            output=f"`{output}`",
        ),
        *(_rule(rule) for rule in rules),
        *((_fallback(types),) if set(types) & set(table()["fallbacks"]) else ()),
        *(
            _("A block of {numbers} numbers takes {bytes} bytes in {type}.", type=f"`{one}`", **sizes[one])
            for one in types
        ),
        _("Source: {source}.", source=table()["source"]),
    )


def _fallback(types: Iterable[str]) -> str:
    pairs = ", ".join(f"`{table()['fallbacks'][one]}` ← `{one}`" for one in types if one in table()["fallbacks"])
    return _("Where a row is no whole number of blocks, another type stands in its place: {pairs}.", pairs=pairs)


def _rule(rule: Mapping[str, Any]) -> str:
    words = {"tensors": ", ".join(f"`{tensor}`" for tensor in rule["tensors"]), "type": f"`{rule['type']}`"}
    match rule.get("layers"):
        case None:
            said = _("{tensors}: {type}.", **words)
        case "more":
            said = _("{tensors}: {type} in the first and last eighth of the layers and every third between.", **words)
        case layers:
            said = _("{tensors}: {type} in the first {layers} layers.", layers=layers, **words)
    return said


DECIDING = ("n_heads", "n_kv_groups", "n_layers", "n_experts")


def _decided(mix: Mapping[str, Any], sizes: Mapping[str, int]) -> tuple[bool, bool, bool]:
    """Return what the rules of a mix decide by a model's sizes: many queries to a key, 80 layers, eight experts."""
    heads = sizes.get("n_heads", 1)
    shared = heads // sizes.get("n_kv_groups", heads)
    types = {mix["base"], *(rule["type"] for rule in mix.get("rules", ()) if "attn_v" in rule["tensors"])}
    return (
        any("gqa_from_4" in rule for rule in mix.get("rules", ())) and shared >= MANY_QUERIES,
        bool(types & set(BIT_MORE)) and sizes.get("n_layers") == SEVENTY_BILLION and shared > 1,
        mix["base"].endswith("_K") and sizes.get("n_experts") == EIGHT,
    )


def _network(model: Model, mix: Mapping[str, Any], network: Block) -> Block:
    kinds = _kinds(mix)
    store = partial(_stored, model, mix)
    if len(kinds) == 1:
        return store(network, frozenset())
    return in_stacks(network, model.sizes, tuple(kinds), lambda tree, kind: store(tree, kinds[kind]))


def _kinds(mix: Mapping[str, Any]) -> dict[Layers, frozenset[str]]:
    """Return the kinds of layers, each with the conditions that hold in it: by one that gives more bits, or by two."""
    wanted: dict[str, list[str]] = {}
    for rule in mix.get("rules", ()):
        if "layers" in rule:
            wanted.setdefault(rule["layers"], []).extend(rule["tensors"])
    if not wanted:
        return {Layers(n_layers): frozenset()}
    if len(wanted) == 1:
        [layers] = wanted
        count = _count(layers)
        return {_more(count): frozenset(wanted), Layers(Sum((n_layers, Negative(count)))): frozenset()}
    first, second = wanted
    one, two = _count(first), _count(second)
    both = Minimum((one, two))
    return {
        _more(both): frozenset(wanted),
        _more(Sum((one, Negative(both))), wanted[first]): frozenset({first}),
        _more(Sum((two, Negative(both))), wanted[second]): frozenset({second}),
        Layers(Sum((n_layers, Negative(one), Negative(two), both))): frozenset(),
    }


MORE_BITS = {
    (): noun("layer with more bits", "layers with more bits"),
    ("attn_v",): noun("layer with more bits for the values", "layers with more bits for the values"),
    ("ffn_down",): noun("layer with more bits for the down matrix", "layers with more bits for the down matrix"),
}


def _more(count: Formula, tensors: Sequence[str] = ()) -> Layers:
    """Return layers in which some tensors have more bits than in others; only these, where not all that may."""
    return Layers(count, "_".join(("more_bits", *tensors)), MORE_BITS[tuple(tensors)])


def _count(layers: str) -> Formula:
    """Return in how many layers a condition holds, whatever the number of layers."""
    if layers == "more":
        early, late = Floor(n_layers / 8), Floor(7 * n_layers / 8)
        between = Floor(Sum((late, Negative(early))) / 3)
        return Sum((early, n_layers, Negative(late), between))
    if layers.startswith("n/"):
        return Floor(n_layers / int(layers[2:]))
    return Minimum((n_layers, Number(int(layers))))


def _stored(model: Model, mix: Mapping[str, Any], network: Block, met: frozenset[str]) -> Block:
    types = {name: blocks(one["numbers"], one["bytes"]) for name, one in table()["types"].items()}
    gqa, big, eight = _decided(mix, model.sizes)
    tied = any(leaf.weight.tied_to for leaf in weights(network) if leaf.role == "head")
    output = str(mix.get("output", "q6_K"))

    def wanted(leaf: Leaf, copy: int) -> str:
        if leaf.weight.key == "token_table":
            return output if tied else str(mix["base"])
        if leaf.role == "head":
            return output
        called = table()["tensors"].get(leaf.weight.key)
        return _type(mix, _named(called[copy], model) if called else "", met, gqa, big, eight)

    def scheme(leaf: Leaf, copy: int) -> Scheme | None:
        matrix = leaf.weight.kind is Kind.MATRIX and leaf.role != "router"
        if not matrix and leaf.weight.key != "token_table":
            return None
        return types[_fitting(wanted(leaf, copy), _row(leaf), model.sizes)]

    return stored(network, scheme, _own_names, Number(4))


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
            found = rule.get("gqa_from_4", rule["type"]) if gqa else rule["type"]
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
