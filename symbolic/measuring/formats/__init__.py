"""How a model's numbers are stored: as its config says, or in a format that is named.

A format says which matrices are stored in another way, and how: `methods.toml` for the methods of a config's
`quantization_config`, `llama_cpp.toml` for llama.cpp's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from symbolic.configs.model import Model, Stored
from symbolic.errors import ConfigError, UnknownName, shown
from symbolic.formulas.formula import Exact, Formula, exact
from symbolic.formulas.vocabulary import cached_bytes, matrix_bytes, value_bytes
from symbolic.language import lazy as _
from symbolic.measuring import hardware
from symbolic.measuring.formats import declared, llama_cpp
from symbolic.measuring.formats.numbers import BYTE, bytes_of, number_format
from symbolic.measuring.formats.quantised import Given, quantised
from symbolic.measuring.formats.said import CONFIG, said_in
from symbolic.measuring.quantity import Quantity
from symbolic.networks.blocks import Block
from symbolic.networks.family import Wide
from symbolic.networks.walks import weights


def names() -> tuple[str, ...]:
    """Return every name that `--dtype` takes."""
    return tuple(dict.fromkeys((*hardware.table("dtypes"), *llama_cpp.names())))


def applied(model: Model, quantity: Quantity, dtype: str = "", cache_dtype: str = "") -> tuple[Model, Given]:
    """Return the model as it is stored, and the inputs that say so: of a named format, or of the config.

    A quantity that does not depend on how numbers are stored is left alone, and one that measures no weights, such as a
    cache, does not need their bytes (`Stored.unknown`). ConfigError where the config says what we don't know, or a
    format is named for a quantity without bytes.
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
    try:
        made, given = _named(model, quantity, dtype) if dtype else _declared(model)
    except ConfigError as problem:
        if dtype or any(quantity.measure(leaf) is not None for leaf in weights(model.network)):
            raise
        made, given = _of_unknown_bytes(model, str(problem).removeprefix(f"{model.name}: "))
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
    said = said_in(model.config)
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
        # llama.cpp keeps its cache at 16 bits, whatever the weights are.
        return replace(model, stored=llama_cpp.stored_as(model, dtype)), {value_bytes.name: 4, cached_bytes.name: 2}
    if dtype not in names():
        raise UnknownName("dtype", dtype, names())
    table = hardware.table("dtypes")[dtype]
    said = table.get("quantization_config") or (table.get("kept_by") if _leaves_some_out(model, dtype) else None)
    if said:
        return quantised(model, said, _("The weights are stored in {title}.", title=_title(said)))
    return model, hardware.given_by_dtype(dtype, quantity)


def _leaves_some_out(model: Model, dtype: str) -> bool:
    """Return whether the library of a format leaves some matrices of this network as they are."""
    leaves = tuple(weights(model.network))
    if dtype == "nf4":
        listed = declared.methods()["bitsandbytes"]["leaves_out_some_of"]
        named = any(isinstance(name, Wide) for leaf in leaves for name in leaf.weight.tensors)
        return named or model.architecture.name in listed
    return dtype == "mxfp4" and any(leaf.role == "experts" for leaf in leaves)


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
    return quantised(model, said, _("The weights are stored in {title}.", title=_title(said)))


def cache_names() -> tuple[str, ...]:
    """Return every name that `--cache-dtype` takes."""
    table = hardware.table("dtypes").items()
    return (*(name for name, number in table if number.get("cache", False)), *llama_cpp.block_types())


def _each(name: str) -> Exact:
    """Return the bytes of a number of the cache in a format; one of llama.cpp's has its scales in its blocks."""
    if name not in cache_names():
        raise UnknownName("cache-dtype", name, cache_names())
    types = llama_cpp.block_types()
    return types[name] if name in types else bytes_of(name)


def _declared(model: Model) -> tuple[Model, Given]:
    said = said_in(model.config)
    if said is None:
        return _plain(model)
    if not isinstance(said, Mapping):
        raise ConfigError(f"{model.name}: {CONFIG} must be a table, got {shown(said)}; give a table, or --dtype")
    try:
        return quantised(
            model, said, _("As the configuration says, the weights are stored in {title}.", title=_title(said))
        )
    except ConfigError as problem:
        raise ConfigError(f"{model.name}: {problem}") from None


def _title(said: Mapping[str, object]) -> str:
    return str(declared.methods()[declared.method_of(said)]["title"])


def _plain(model: Model) -> tuple[Model, Given]:
    found = number_format(model)
    if found is None:
        return model, {}
    key, name = found
    size = bytes_of(name)
    says = (_("The configuration says `{key}` {name}: each number takes {size} bytes.", key=key, name=name, size=size),)
    return replace(model, stored=Stored(says, _unchanged, frozenset({key}))), {value_bytes.name: size}


def _of_unknown_bytes(model: Model, problem: str) -> tuple[Model, Given]:
    """Return the model with numbers of its dtype outside the weights, whose bytes are not known."""
    plain, given = _plain(model)
    says = plain.stored.says if plain.stored else ()
    keys = plain.stored.keys if plain.stored else frozenset()
    says = (_("What this page counts takes no weights, whose bytes are not known: {problem}.", problem=problem), *says)
    return replace(model, stored=Stored(says, _unchanged, keys | {CONFIG}, unknown=problem)), given


def _unchanged(network: Block) -> Block:
    return network


def _declared_cache(model: Model) -> Given:
    """Return the cache's format, where the config says one."""
    said = said_in(model.config)
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
