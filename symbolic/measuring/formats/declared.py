"""What a config's `quantization_config` says: the scheme of its matrices, and which of them stay as they are."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from symbolic.errors import ConfigError, shown
from symbolic.formulas.formula import Number, Quotient
from symbolic.language import lazy as _
from symbolic.measuring.formats import schemes
from symbolic.measuring.formats.schemes import FLOAT32, INT32, INT64, Registered, Scheme

CONFIG = "quantization_config"
FILE = Path(__file__).with_name("methods.toml")
MODELOPT = "modelopt"
"""Its name, and how its names for single formats begin."""
Said = Mapping[str, object]
NF4_RUN, NF4_RUN_OF_RUNS = 64, 256


@cache
def methods() -> Mapping[str, Mapping[str, Any]]:
    """Return the methods that we know, by the name that a config gives them."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def method_of(said: Said) -> str:
    """Return the method; ConfigError where it is none that we know."""
    name = said.get("quant_method")
    if name is None and ("load_in_4bit" in said or "load_in_8bit" in said):
        name = "bitsandbytes"
    producer = said.get("producer")
    made_by = producer.get("name") if name is None and isinstance(producer, Mapping) else name
    if isinstance(made_by, str) and made_by.startswith(MODELOPT):
        name = MODELOPT
    if not isinstance(name, str) or name not in methods():
        raise ConfigError(
            f"{CONFIG} names the method {shown(name)}, whose bytes we don't know; known: {', '.join(methods())}; "
            "name another format with --dtype"
        )
    return name


def scheme(said: Said) -> tuple[Scheme, tuple[str, ...]]:
    """Return the scheme of a config's matrices, and sentences that say it."""
    return SCHEMES[method_of(said)](said)


def products(said: Said) -> str:
    """Return the format that products with weights work in; nothing where weights alone are stored in another way."""
    name = method_of(said)
    if name == "compressed-tensors":
        groups = said.get("config_groups")
        of_inputs = [one.get("input_activations") for one in groups.values()] if isinstance(groups, Mapping) else []
        rounded = all(isinstance(one, Mapping) for one in of_inputs) and bool(of_inputs)
        return WORKING.get(str(said.get("format")), "") if rounded else ""
    if name == MODELOPT:
        return "nvfp4" if str(said.get("quant_algo")).upper() == "NVFP4" else "fp8"
    return WORKING.get(name, "")


WORKING = {
    "fp8": "fp8",
    "fbgemm_fp8": "fp8",
    "float-quantized": "fp8",
    "int-quantized": "int8",
    "nvfp4-pack-quantized": "nvfp4",
}
"""The format of products, by the method or by compressed-tensors' format."""


def _number(said: Said, *keys: str, default: int | None = None) -> int:
    for key in keys:
        value = said.get(key)
        if value is not None:
            if isinstance(value, bool) or not isinstance(value, int):
                raise ConfigError(f"{CONFIG}: {key} must be a whole number, got {shown(value)}; give a whole number")
            return value
    if default is None:
        raise ConfigError(f"{CONFIG} gives no {keys[0]}; add it, or name a format with --dtype")
    return default


def _one_of(said: Said, key: str, choices: tuple[object, ...], default: object) -> object:
    value = said.get(key)
    value = default if value is None else value
    if value not in choices:
        known = ", ".join(map(str, choices))
        raise ConfigError(f"{CONFIG}: {key} {shown(value)} stores numbers in a way that we don't know; known: {known}")
    return value


def _gptq(said: Said) -> tuple[Scheme, tuple[str, ...]]:
    bits, group = _number(said, "bits"), _number(said, "group_size", default=128)
    _among("bits", bits, (2, 3, 4, 8))
    _one_of(said, "checkpoint_format", ("gptq", "gptq_v2"), "gptq")
    order = schemes.for_each_input(INT32)
    if group == -1:
        each = schemes.for_each_output(Quotient(Number(16 + bits), Number(8)), schemes.with_zeros(bits))
        beside = schemes.together(each, order)
        scheme = schemes.plain(bits, beside, schemes.in_words, Registered.NOTHING)
        return scheme, (*_for_outputs(bits, bits), _ordered())
    _positive("group_size", group)
    scheme = schemes.grouped(bits, group, 16, bits, order, registered=Registered.NOTHING)
    return scheme, (_for_groups(bits, group, bits), _ordered())


def _awq(said: Said) -> tuple[Scheme, tuple[str, ...]]:
    bits, group = _number(said, "bits", "w_bit"), _number(said, "group_size", "q_group_size", default=128)
    _among("bits", bits, (4,))
    version = said.get("version")
    if isinstance(version, str) and version.lower() != "gemm":
        raise ConfigError(
            f"{CONFIG}: AWQ's version {shown(version)} pads its numbers in a way that we don't know; known: gemm"
        )
    _positive("group_size", group)
    scheme = schemes.grouped(bits, group, 16, bits, registered=Registered.NOTHING)
    return scheme, (_for_groups(bits, group, bits),)


def _fp8(said: Said) -> tuple[Scheme, tuple[str, ...]]:
    size = said.get("weight_block_size")
    static = _one_of(said, "activation_scheme", ("dynamic", "static"), "dynamic") == "static"
    more = (FLOAT32,) if static else ()
    if size is None:
        return schemes.plain(8, schemes.for_each_matrix(FLOAT32, *more)), (_for_matrix(4), *_static(static, 4))
    if not isinstance(size, list | tuple) or len(size) != 2:
        raise ConfigError(f"{CONFIG}: weight_block_size must be two whole numbers, got {shown(size)}; give two")
    rows, columns = (_positive("weight_block_size", side) for side in size)
    beside = schemes.together(schemes.for_each_block(rows, columns, FLOAT32), schemes.for_each_matrix(*more))
    return schemes.plain(8, beside), (_for_blocks(rows, columns, 4), *_static(static, 4))


def _fbgemm(said: Said) -> tuple[Scheme, tuple[str, ...]]:  # noqa: ARG001
    return schemes.plain(8, schemes.for_each_output(FLOAT32)), (_for_output(4),)


def _bitsandbytes(said: Said) -> tuple[Scheme, tuple[str, ...]]:
    four = said.get("load_in_4bit", said.get("_load_in_4bit")) is True
    eight = said.get("load_in_8bit", said.get("_load_in_8bit")) is True
    if four == eight:
        raise ConfigError(f"{CONFIG}: bitsandbytes needs one of load_in_4bit and load_in_8bit to be true; set one")
    if eight:
        return schemes.plain(8, schemes.for_each_output(FLOAT32), registered=Registered.NUMBERS), (_for_output(4),)
    _one_of(said, "bnb_4bit_quant_type", ("nf4", "fp4"), "fp4")
    note = _("Tables and notes that a file keeps for each matrix, about 1 kB, are not counted.")
    if said.get("bnb_4bit_use_double_quant") is True:
        runs = schemes.for_each_run((NF4_RUN, Number(1)), (NF4_RUN * NF4_RUN_OF_RUNS, FLOAT32))
        rule = _(
            "Each number takes 4 bits, each {run} of them a scale of 1 byte, each {runs} of these scales one of "
            "4 bytes, and each matrix 4 bytes by which its scales are moved.",
            run=NF4_RUN,
            runs=NF4_RUN_OF_RUNS,
        )
        # The 4 bytes of a matrix lie in a note, and not in a tensor of their own.
        beside = schemes.together(runs, schemes.for_each_matrix(FLOAT32, each=Number(0)))
        return schemes.plain(4, beside, schemes.in_halves, Registered.NUMBERS), (rule, note)
    rule = _("Each number takes 4 bits, and each {run} of them a scale of 4 bytes.", run=NF4_RUN)
    runs = schemes.for_each_run((NF4_RUN, FLOAT32))
    return schemes.plain(4, runs, schemes.in_halves, Registered.NUMBERS), (rule, note)


def _mxfp4(said: Said) -> tuple[Scheme, tuple[str, ...]]:  # noqa: ARG001
    return schemes.grouped(4, 32, 8, 0, packed=schemes.in_halves, registered=Registered.NOTHING), (
        _for_small_groups(32),
    )


def _compressed(said: Said) -> tuple[Scheme, tuple[str, ...]]:
    groups = said.get("config_groups")
    if not isinstance(groups, Mapping) or len(groups) != 1:
        raise ConfigError(
            f"{CONFIG}: we know compressed-tensors with one group in config_groups, got {shown(groups)}; "
            "name a format with --dtype"
        )
    [group] = groups.values()
    if not isinstance(group, Mapping) or group.get("targets") != ["Linear"]:
        raise ConfigError(
            f"{CONFIG}: we know compressed-tensors whose group has the targets Linear; name a format with --dtype"
        )
    sparsity = said.get("sparsity_config")
    if isinstance(sparsity, Mapping) and sparsity.get("format", "dense") != "dense":
        raise ConfigError(f"{CONFIG}: we don't know the bytes of sparse weights; name a format with --dtype")
    weights, inputs = group.get("weights"), group.get("input_activations")
    if not isinstance(weights, Mapping):
        raise ConfigError(f"{CONFIG}: config_groups says nothing of weights; name a format with --dtype")
    form = str(group.get("format") or said.get("format"))
    inputs = inputs if isinstance(inputs, Mapping) else {}
    found = COMPRESSED.get(form, _no_scheme)(weights, inputs)
    if found is None:
        raise ConfigError(
            f"{CONFIG}: compressed-tensors' format {shown(form)} with {shown(weights.get('num_bits'))} bits and the "
            f"strategy {shown(weights.get('strategy'))} stores numbers in a way that we don't know; "
            "name a format with --dtype"
        )
    scheme, rules = found
    # Those of small floats have 8 and 32 bits, as said.
    short = () if form.startswith("nvfp4") else (_("Scales are taken to have 16 bits, as the rest of the model has."),)
    return scheme, (*rules, *short)


Found = tuple[Scheme, tuple[str, ...]]


def _no_scheme(weights: Said, inputs: Said) -> Found | None:  # noqa: ARG001
    return None


def _tiny_floats(weights: Said, inputs: Said) -> Found | None:
    size = _positive("group_size", _number(weights, "group_size", default=16))
    ends = (FLOAT32, FLOAT32) if inputs else (FLOAT32,)
    also = _("Each matrix also has {size} bytes of scales.", size=4 * len(ends))
    scheme = schemes.grouped(4, size, 8, 0, schemes.for_each_matrix(*ends), schemes.in_halves)
    return scheme, (_for_small_groups(size), also)


def _packed(weights: Said, inputs: Said) -> Found | None:  # noqa: ARG001
    bits = _number(weights, "num_bits")
    _among("num_bits", bits, (4, 8))
    zero = 0 if weights.get("symmetric", True) else bits
    by_group = weights.get("actorder") in ("group", "dynamic", True)
    beside = schemes.together(
        schemes.for_each_matrix(INT64, INT64), schemes.for_each_input(INT32) if by_group else schemes.nothing
    )
    more = (_("Each matrix also has 16 bytes that say its shape."), *((_ordered(),) if by_group else ()))
    if weights.get("strategy") == "channel":
        each = schemes.for_each_output(Quotient(Number(16 + zero), Number(8)), schemes.with_zeros(zero))
        return schemes.plain(bits, schemes.together(each, beside), schemes.in_words), (*_for_outputs(bits, zero), *more)
    if weights.get("strategy") == "group":
        size = _positive("group_size", _number(weights, "group_size"))
        return schemes.grouped(bits, size, 16, zero, beside), (_for_groups(bits, size, zero), *more)
    return None


def _eight_bits(weights: Said, inputs: Said) -> Found | None:
    two, strategy, shape = Number(2), weights.get("strategy"), weights.get("block_structure")
    static = inputs.get("dynamic") is False
    more, also = (two,) if static else (), _static(static, 2)
    if weights.get("num_bits") != 8:
        return None
    if strategy == "channel":
        beside = schemes.together(schemes.for_each_output(two), schemes.for_each_matrix(*more))
        return schemes.plain(8, beside), (_for_output(2), *also)
    if strategy == "tensor":
        return schemes.plain(8, schemes.for_each_matrix(two, *more)), (_for_matrix(2), *also)
    if strategy == "block" and isinstance(shape, list | tuple) and len(shape) == 2:
        rows, columns = (_positive("block_structure", side) for side in shape)
        beside = schemes.together(schemes.for_each_block(rows, columns, two), schemes.for_each_matrix(*more))
        return schemes.plain(8, beside), (_for_blocks(rows, columns, 2), *also)
    return None


COMPRESSED: Mapping[str, Callable[[Said, Said], Found | None]] = {
    "nvfp4-pack-quantized": _tiny_floats,
    "pack-quantized": _packed,
    "float-quantized": _eight_bits,
    "int-quantized": _eight_bits,
    "naive-quantized": _eight_bits,
}


def _modelopt(said: Said) -> tuple[Scheme, tuple[str, ...]]:
    algorithm = str(said.get("quant_algo")).upper()
    if algorithm == "NVFP4":
        groups = said.get("config_groups")
        of_weights = [one.get("weights") for one in groups.values()] if isinstance(groups, Mapping) else []
        weights = next((one for one in of_weights if isinstance(one, Mapping)), said)
        if len(of_weights) < 2 and (found := _tiny_floats(weights, {"dynamic": False})) is not None:
            return found
    if algorithm == "FP8":
        return schemes.plain(8, schemes.for_each_matrix(FLOAT32, FLOAT32)), (_for_matrix(4), *_static(True, 4))
    if algorithm == "FP8_PER_CHANNEL_PER_TOKEN":
        return schemes.plain(8, schemes.for_each_output(FLOAT32)), (_for_output(4),)
    if algorithm == "MIXED_PRECISION":
        raise ConfigError(
            f"{CONFIG}: ModelOpt's MIXED_PRECISION gives each module a format of its own (quantized_layers), which we "
            "don't follow; name one format with --dtype"
        )
    raise ConfigError(
        f"{CONFIG}: ModelOpt's quant_algo {shown(said.get('quant_algo'))} stores numbers in a way that we don't know; "
        "known: NVFP4, FP8, FP8_PER_CHANNEL_PER_TOKEN; name a format with --dtype"
    )


def _for_groups(bits: int, group: int, zero: int) -> str:
    if not zero:
        return _(
            "Each number takes {bits} bits. Each group of {group} inputs has, for each output, a scale of 16 bits.",
            bits=bits,
            group=group,
        )
    return _(
        "Each number takes {bits} bits. Each group of {group} inputs has, for each output, a scale of 16 bits and a "
        "zero point of {bits} bits.",
        bits=bits,
        group=group,
    )


def _for_small_groups(group: int) -> str:
    return _(
        "Each number takes 4 bits. Each group of {group} inputs has, for each output, a scale of 8 bits.", group=group
    )


def _for_outputs(bits: int, zero: int) -> tuple[str, ...]:
    rule = _("Each number takes {bits} bits, and each output a scale of 16 bits.", bits=bits)
    return (rule, _("Each output also has a zero point of {bits} bits.", bits=zero)) if zero else (rule,)


def _for_output(size: int) -> str:
    return _("Each number takes 1 byte, and each output a scale of {size} bytes.", size=size)


def _for_matrix(size: int) -> str:
    return _("Each number takes 1 byte, and each matrix a scale of {size} bytes.", size=size)


def _for_blocks(rows: int, columns: int, size: int) -> str:
    return _(
        "Each number takes 1 byte, and each block of {rows} × {columns} numbers a scale of {size} "
        "bytes. A block at the edge that is not full has one too.",
        rows=rows,
        columns=columns,
        size=size,
    )


def _static(static: bool, size: int) -> tuple[str, ...]:
    also = _("Each matrix also has a scale of {size} bytes for what it is multiplied with.", size=size)
    return (also,) if static else ()


def _ordered() -> str:
    return _("For each input, 4 bytes name its group.")


def _among(key: str, value: int, choices: tuple[int, ...]) -> None:
    if value not in choices:
        raise ConfigError(f"{CONFIG}: {key} {shown(value)} is none that we know; one of {', '.join(map(str, choices))}")


def _positive(key: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigError(f"{CONFIG}: {key} must be a whole number above 0, got {shown(value)}; give one")
    return value


SCHEMES: Mapping[str, Callable[[Said], tuple[Scheme, tuple[str, ...]]]] = {
    "gptq": _gptq,
    "awq": _awq,
    "fp8": _fp8,
    "fbgemm_fp8": _fbgemm,
    "bitsandbytes": _bitsandbytes,
    "mxfp4": _mxfp4,
    "compressed-tensors": _compressed,
    MODELOPT: _modelopt,
}
