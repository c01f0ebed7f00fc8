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
from symbolic.measuring.formats.compressed import compressed, tiny_floats
from symbolic.measuring.formats.said import CONFIG, Said, among, number, one_of, positive
from symbolic.measuring.formats.schemes import FLOAT32, INT32, Registered, Scheme
from symbolic.measuring.formats.sentences import (
    for_blocks,
    for_groups,
    for_matrix,
    for_output,
    for_outputs,
    for_small_groups,
    ordered,
    static_scale,
    without_zero_biases,
)

FILE = Path(__file__).with_name("methods.toml")
MODELOPT = "modelopt"
"""Its name, and how its names for single formats begin."""
MLX = frozenset({"group_size", "bits"})
"""The keys that say its format: it has no name. A further one is a module with a format of its own."""
NF4_RUN, NF4_RUN_OF_RUNS = 64, 256


@cache
def methods() -> Mapping[str, Mapping[str, Any]]:
    """Return the methods that we know, by the name that a config gives them."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def method_of(said: Said) -> str:
    """Return the method; ConfigError where it is none that we know."""
    name = said.get("quant_method")
    if name is None and said.keys() >= MLX and said.keys() <= {*MLX, "mode"}:
        name = "mlx"
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


def _gptq(said: Said) -> tuple[Scheme, tuple[str, ...]]:
    bits, group = number(said, "bits"), number(said, "group_size", default=128)
    among("bits", bits, (2, 3, 4, 8))
    one_of(said, "checkpoint_format", ("gptq", "gptq_v2"), "gptq")
    order = schemes.for_each_input(INT32)
    # Since 0.7 the files say their format, and a matrix without a bias has none.
    early = "checkpoint_format" not in said
    more = (ordered(), *((without_zero_biases(),) if early else ()))
    if group == -1:
        each = schemes.for_each_output(Quotient(Number(16 + bits), Number(8)), schemes.with_zeros(bits))
        beside = schemes.together(each, order)
        scheme = schemes.plain(bits, beside, schemes.in_words, Registered.NOTHING)
        return scheme, (*for_outputs(bits, bits), *more)
    positive("group_size", group)
    scheme = schemes.grouped(bits, group, 16, bits, order, registered=Registered.NOTHING)
    return scheme, (for_groups(bits, group, bits), *more)


def _awq(said: Said) -> tuple[Scheme, tuple[str, ...]]:
    bits, group = number(said, "bits", "w_bit"), number(said, "group_size", "q_group_size", default=128)
    among("bits", bits, (4,))
    version = said.get("version")
    if isinstance(version, str) and version.lower() != "gemm":
        raise ConfigError(
            f"{CONFIG}: AWQ's version {shown(version)} pads its numbers in a way that we don't know; known: gemm"
        )
    positive("group_size", group)
    scheme = schemes.grouped(bits, group, 16, bits, registered=Registered.NOTHING)
    return scheme, (for_groups(bits, group, bits),)


def _mlx(said: Said) -> tuple[Scheme, tuple[str, ...]]:
    bits, group = number(said, "bits"), number(said, "group_size")
    among("bits", bits, (2, 3, 4, 5, 6, 8))
    among("group_size", group, (32, 64, 128))
    one_of(said, "mode", ("affine",), "affine")
    scheme = schemes.grouped(bits, group, 16, 16, within=Number(2))
    return scheme, (for_groups(bits, group, 16),)


def _fp8(said: Said) -> tuple[Scheme, tuple[str, ...]]:
    size = said.get("weight_block_size")
    static = one_of(said, "activation_scheme", ("dynamic", "static"), "dynamic") == "static"
    more = (FLOAT32,) if static else ()
    if size is None:
        return schemes.plain(8, schemes.for_each_matrix(FLOAT32, *more)), (for_matrix(4), *static_scale(static, 4))
    if not isinstance(size, list | tuple) or len(size) != 2:
        raise ConfigError(f"{CONFIG}: weight_block_size must be two whole numbers, got {shown(size)}; give two")
    rows, columns = (positive("weight_block_size", side) for side in size)
    beside = schemes.together(schemes.for_each_block(rows, columns, FLOAT32), schemes.for_each_matrix(*more))
    return schemes.plain(8, beside), (for_blocks(rows, columns, 4), *static_scale(static, 4))


def _fbgemm(said: Said) -> tuple[Scheme, tuple[str, ...]]:  # noqa: ARG001
    return schemes.plain(8, schemes.for_each_output(FLOAT32)), (for_output(4),)


def _bitsandbytes(said: Said) -> tuple[Scheme, tuple[str, ...]]:
    four = said.get("load_in_4bit", said.get("_load_in_4bit")) is True
    eight = said.get("load_in_8bit", said.get("_load_in_8bit")) is True
    if four == eight:
        raise ConfigError(f"{CONFIG}: bitsandbytes needs one of load_in_4bit and load_in_8bit to be true; set one")
    if eight:
        return schemes.plain(8, schemes.for_each_output(FLOAT32), registered=Registered.NUMBERS), (for_output(4),)
    one_of(said, "bnb_4bit_quant_type", ("nf4", "fp4"), "fp4")
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
        for_small_groups(32),
    )


def _modelopt(said: Said) -> tuple[Scheme, tuple[str, ...]]:
    algorithm = str(said.get("quant_algo")).upper()
    if algorithm == "NVFP4":
        groups = said.get("config_groups")
        of_weights = [one.get("weights") for one in groups.values()] if isinstance(groups, Mapping) else []
        weights = next((one for one in of_weights if isinstance(one, Mapping)), said)
        if len(of_weights) < 2 and (found := tiny_floats(weights, {"dynamic": False})) is not None:
            return found
    if algorithm == "FP8":
        return schemes.plain(8, schemes.for_each_matrix(FLOAT32, FLOAT32)), (for_matrix(4), *static_scale(True, 4))
    if algorithm == "FP8_PER_CHANNEL_PER_TOKEN":
        return schemes.plain(8, schemes.for_each_output(FLOAT32)), (for_output(4),)
    if algorithm == "MIXED_PRECISION":
        raise ConfigError(
            f"{CONFIG}: ModelOpt's MIXED_PRECISION gives each module a format of its own (quantized_layers), which we "
            "don't follow; name one format with --dtype"
        )
    raise ConfigError(
        f"{CONFIG}: ModelOpt's quant_algo {shown(said.get('quant_algo'))} stores numbers in a way that we don't know; "
        "known: NVFP4, FP8, FP8_PER_CHANNEL_PER_TOKEN; name a format with --dtype"
    )


SCHEMES: Mapping[str, Callable[[Said], tuple[Scheme, tuple[str, ...]]]] = {
    "gptq": _gptq,
    "awq": _awq,
    "mlx": _mlx,
    "fp8": _fp8,
    "fbgemm_fp8": _fbgemm,
    "bitsandbytes": _bitsandbytes,
    "mxfp4": _mxfp4,
    "compressed-tensors": compressed,
    MODELOPT: _modelopt,
}
