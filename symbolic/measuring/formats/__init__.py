"""How a model's numbers are stored: as its config says, or in a format that is named.

A format says which matrices are stored in another way, and how: `methods.toml` for the methods of a config's
`quantization_config`, `llama_cpp.toml` for llama.cpp's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

from symbolic.configs.model import Model, Stored
from symbolic.errors import ConfigError, UnknownName, shown
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Sum, exact
from symbolic.formulas.vocabulary import cached_bytes, matrix_bytes, n_layers, value_bytes
from symbolic.language import lazy as _
from symbolic.measuring import hardware
from symbolic.measuring.formats import declared, llama_cpp
from symbolic.measuring.formats.declared import CONFIG
from symbolic.measuring.formats.modules import LeftOut, left_out, of_glob
from symbolic.measuring.formats.network import Layers, in_stacks, module_of, patterned, stacks_present, stored
from symbolic.measuring.formats.schemes import Scheme
from symbolic.measuring.quantity import Quantity
from symbolic.networks.blocks import Block, Kind, Leaf, in_files, weights
from symbolic.networks.family import AsIs
from symbolic.networks.layers.in_files import JOINING, PREDICTING

Given = dict[str, Exact | Formula]
DTYPE = ("dtype", "torch_dtype")
BYTE = 8
SPECIAL = str.maketrans({"\\": "\\\\", "`": "\\`"})
MOST_SHOWN = 6
STAYING = ("router", JOINING)
"""Roles whose matrices no method is for."""
NAMELESS = ("",)


def names() -> tuple[str, ...]:
    """Return every name that `--dtype` takes."""
    return tuple(dict.fromkeys((*hardware.table("dtypes"), *llama_cpp.names())))


def applied(model: Model, quantity: Quantity, dtype: str = "", cache_dtype: str = "") -> tuple[Model, Given]:
    """Return the model as it is stored, and the inputs that say so: of a named format, or of the config.

    A quantity that does not depend on how numbers are stored is left alone. ConfigError where the config says what we
    don't know, or a format is named for a quantity without bytes.
    """
    known = {symbol.name for symbol in quantity.inputs}
    if quantity.packs:
        made, given = _packed(model, dtype)
        if cache_dtype:
            raise ConfigError(f"{quantity.name} does not depend on how a cache is stored; leave --cache-dtype out")
        return made, {name: value for name, value in given.items() if name in known}
    if value_bytes.name not in known:
        if dtype or cache_dtype:
            name = "dtype" if dtype else "cache-dtype"
            raise ConfigError(f"{quantity.name} does not depend on how numbers are stored; leave --{name} out")
        return model, {}
    made, given = _named(model, quantity, dtype) if dtype else _declared(model)
    if cache_dtype and cached_bytes.name not in known:
        raise ConfigError(f"{quantity.name} does not depend on how a cache is stored; leave --cache-dtype out")
    given |= {cached_bytes.name: _each(cache_dtype)} if cache_dtype else _declared_cache(model) if not dtype else {}
    return made, {name: value for name, value in given.items() if name in known}


def products(model: Model, dtype: str = "") -> str:
    """Return the format that products with weights work in; nothing where numbers are unpacked to 16 bits before.

    A method that rounds what a matrix is multiplied with too works in its own format: FP8, and NVFP4; one that stores
    weights alone, such as GPTQ, does not.
    """
    if dtype:
        table = hardware.table("dtypes").get(dtype, {})
        return str(table.get("products", dtype)) if table else ""
    said = model.config.get(CONFIG)
    return declared.products(said) if isinstance(said, Mapping) else ""


def refuse_both(said: Given, given: Mapping[str, Exact | Formula], dtype: str, cache_dtype: str) -> None:
    """Raise ConfigError where a format and an input both say how many bytes a number takes, and not the same.

    What a format is made of, such as the size of its groups, may be given beside it.
    """
    by_dtype = matrix_bytes.name if matrix_bytes.name in said else value_bytes.name
    for option, format_name, name in (("dtype", dtype, by_dtype), ("cache-dtype", cache_dtype, cached_bytes.name)):
        if format_name and name in given and name in said and given[name] != said[name]:
            raise ConfigError(
                f"--{option} {format_name} says how many bytes a number takes, and {name} too; leave one of them out"
            )


def _named(model: Model, quantity: Quantity, dtype: str) -> tuple[Model, Given]:
    if dtype in llama_cpp.names():
        if quantity.view is not None:
            raise ConfigError(
                f"llama.cpp chooses types for whole tensors, so {dtype} has no {quantity.name}; name another"
            )
        # llama.cpp keeps its cache at 16 bits, whatever the weights are.
        return replace(model, stored=llama_cpp.stored_as(model, dtype)), {value_bytes.name: 4, cached_bytes.name: 2}
    if dtype not in names():
        raise UnknownName("dtype", dtype, names())
    if said := hardware.table("dtypes")[dtype].get("quantization_config"):
        return _quantised(model, said, _("The weights are stored in {title}.", title=_title(said)))
    if dtype == "mxfp4" and any(leaf.role == "experts" for leaf in weights(model.network)):
        return _quantised(model, {"quant_method": "mxfp4"}, _("The weights are stored in {title}.", title="MXFP4"))
    return model, hardware.given_by_dtype(dtype, quantity)


def _packed(model: Model, dtype: str) -> tuple[Model, Given]:
    """Return the model as a library keeps it in a format; a GGUF file says how many numbers it holds, in any type."""
    if not dtype:
        return _declared(model)
    if dtype not in names():
        raise UnknownName("dtype", dtype, names())
    table = hardware.table("dtypes").get(dtype, {})
    said = table.get("quantization_config", table.get("kept_by"))
    if said is None:
        if "group_size" in table:
            raise ConfigError(
                f"we don't know in which tensors a library keeps {dtype} and its scales; name another format"
            )
        return model, {}
    return _quantised(model, said, _("The weights are stored in {title}.", title=_title(said)))


def cache_names() -> tuple[str, ...]:
    """Return every name that `--cache-dtype` takes."""
    table = hardware.table("dtypes").items()
    return (*(name for name, number in table if number.get("cache", False)), *llama_cpp.block_types())


def _each(name: str) -> Exact:
    """Return the bytes of a number of the cache in a format; one of llama.cpp's has its scales in its blocks."""
    if name not in cache_names():
        raise UnknownName("cache-dtype", name, cache_names())
    types = llama_cpp.block_types()
    return types[name] if name in types else exact(Fraction(hardware.table("dtypes")[name]["bits"], BYTE))


def _declared(model: Model) -> tuple[Model, Given]:
    said = model.config.get(CONFIG)
    if said is None:
        return _plain(model)
    if not isinstance(said, Mapping):
        raise ConfigError(f"{model.name}: {CONFIG} must be a table, got {shown(said)}; give a table, or --dtype")
    try:
        return _quantised(
            model, said, _("As the configuration says, the weights are stored in {title}.", title=_title(said))
        )
    except ConfigError as problem:
        raise ConfigError(f"{model.name}: {problem}") from None


def _title(said: Mapping[str, object]) -> str:
    return str(declared.methods()[declared.method_of(said)]["title"])


def _plain(model: Model) -> tuple[Model, Given]:
    found = _number_format(model)
    if found is None:
        return model, {}
    key, name = found
    size = _each_number(name)
    says = (_("The configuration says `{key}` {name}: each number takes {size} bytes.", key=key, name=name, size=size),)
    return replace(model, stored=Stored(says, _unchanged, frozenset({key}))), {value_bytes.name: size}


def _unchanged(network: Block) -> Block:
    return network


def _number_format(model: Model) -> tuple[str, str] | None:
    """Return the config's key for a number's format, and our name of it; None where it says none."""
    for key in DTYPE:
        value = model.config.get(key)
        if value is None or value == "auto":
            continue
        called = str(value).removeprefix("torch.")
        for name, number in hardware.table("dtypes").items():
            if called == name or called in number.get("called", ()):
                return key, name
        raise ConfigError(f"{model.name}: {key} {shown(value)} is no format that we know; name one with --dtype")
    return None


def _each_number(name: str) -> Exact:
    return exact(Fraction(hardware.table("dtypes")[name]["bits"], BYTE))


def _declared_cache(model: Model) -> Given:
    """Return the cache's format, where the config says one."""
    said = model.config.get(CONFIG)
    if not isinstance(said, Mapping):
        return {}
    scheme = said.get("kv_cache_scheme") or said.get("kv_cache_quant_algo")
    if isinstance(scheme, str) and scheme.upper() != "NONE":
        # As ModelOpt names it.
        scheme = {"num_bits": 8 if scheme.upper() == "FP8" else scheme}
    if not isinstance(scheme, Mapping):
        return {}
    bits = scheme.get("num_bits")
    if bits not in (4, 8, 16):
        raise ConfigError(
            f"{model.name}: kv_cache_scheme of {shown(bits)} bits is none that we know; name --cache-dtype"
        )
    return {cached_bytes.name: exact(Fraction(bits, BYTE))}


def _quantised(model: Model, said: Mapping[str, object], source: str) -> tuple[Model, Given]:
    name = declared.method_of(said)
    method = declared.methods()[name]
    scheme, told = declared.scheme(said)
    given: Given = {**scheme.given}
    number = _number_format(model)
    if number is not None:
        given[value_bytes.name] = _each_number(number[1])
    candidates = _candidates(model, name, said)
    listed = _listed(said, method)
    out = left_out(listed or (), _modules(model), model.sizes.get("n_layers", 0), CONFIG)
    out = out.of({module_of(tensor) for tensors in candidates.values() for tensor in tensors})
    head = listed is None and bool(method.get("head_stays"))
    if out.in_layers and model.architecture.of_one_config:
        raise ConfigError(f"{CONFIG} leaves out modules of single layers of {model.architecture.name}; name --dtype")
    store = partial(_store, scheme, candidates, head)
    says = [source, *told]
    says.append(_SCOPES[method["scope"]])
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
    "experts": _("That holds for the matrices of the experts; all others, tables, norms and biases stay."),
}


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
    for leaf in weights(in_files(model.network)):
        if leaf.weight.kind is not Kind.MATRIX or leaf.weight.tied_to or leaf.role in STAYING:
            continue
        in_layer = any(block.role == "layer" for block in leaf.path)
        if (scope == "layers" and not in_layer and not (leaf.role == "head" and said.get("lm_head") is True)) or (
            scope == "experts" and not (leaf.role == "experts" and leaf.path[-1].repeat is not None)
        ):
            continue
        names = leaf.weight.tensors or (() if PREDICTING not in leaf.key else NAMELESS * leaf.weight.copies)
        if not names:
            raise ConfigError(f"we know no names for the tensors of {model.architecture.name}; name --dtype")
        if (
            name in ("fp8", "fbgemm_fp8", "compressed-tensors", declared.MODELOPT)
            and isinstance(names[0], AsIs)
            and leaf.role != "experts"
        ):
            # These methods are for torch's linear layers, not for GPT-2's own.
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
    network: Block,
    left: frozenset[str],
) -> Block:
    def choose(leaf: Leaf, copy: int) -> Scheme | None:
        names = candidates.get(leaf.key)
        stays = names is None or module_of(names[copy]) in left or (head and leaf.role in ("head", "classifier"))
        return None if stays else scheme

    def tensors(leaf: Leaf) -> tuple[str, ...]:
        return leaf.weight.tensors or tuple(map(str, range(leaf.weight.copies)))

    return stored(network, choose, tensors, value_bytes)


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
    return in_stacks(network, model.sizes, tuple(stacks), lambda tree, kind: store(tree, stacks[kind]))
