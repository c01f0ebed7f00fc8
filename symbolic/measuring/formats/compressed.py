"""The formats of compressed-tensors: how each stores the matrices of its one group."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symbolic.errors import ConfigError, shown
from symbolic.formulas.formula import Number, Quotient
from symbolic.language import lazy as _
from symbolic.measuring.formats import schemes
from symbolic.measuring.formats.said import CONFIG, Said, among, number, positive
from symbolic.measuring.formats.schemes import FLOAT32, INT32, INT64, Scheme
from symbolic.measuring.formats.sentences import (
    for_blocks,
    for_groups,
    for_matrix,
    for_output,
    for_outputs,
    for_small_groups,
    ordered,
    static_scale,
)

Found = tuple[Scheme, tuple[str, ...]]


def compressed(said: Said) -> tuple[Scheme, tuple[str, ...]]:
    """Return the scheme of a config of compressed-tensors, and sentences that say it; ConfigError for one unknown."""
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


def _no_scheme(weights: Said, inputs: Said) -> Found | None:  # noqa: ARG001
    return None


def tiny_floats(weights: Said, inputs: Said) -> Found | None:
    """Return the scheme of NVFP4: floats of 4 bits in small groups, each with a scale of 8 bits."""
    size = positive("group_size", number(weights, "group_size", default=16))
    ends = (FLOAT32, FLOAT32) if inputs else (FLOAT32,)
    also = _("Each matrix also has {size} bytes of scales.", size=4 * len(ends))
    scheme = schemes.grouped(4, size, 8, 0, schemes.for_each_matrix(*ends), schemes.in_halves)
    return scheme, (for_small_groups(size), also)


def _packed(weights: Said, inputs: Said) -> Found | None:  # noqa: ARG001
    bits = number(weights, "num_bits")
    among("num_bits", bits, (4, 8))
    zero = 0 if weights.get("symmetric", True) else bits
    by_group = weights.get("actorder") in ("group", "dynamic", True)
    beside = schemes.together(
        schemes.for_each_matrix(INT64, INT64), schemes.for_each_input(INT32) if by_group else schemes.nothing
    )
    more = (_("Each matrix also has 16 bytes that say its shape."), *((ordered(),) if by_group else ()))
    if weights.get("strategy") == "channel":
        each = schemes.for_each_output(Quotient(Number(16 + zero), Number(8)), schemes.with_zeros(zero))
        return schemes.plain(bits, schemes.together(each, beside), schemes.in_words), (*for_outputs(bits, zero), *more)
    if weights.get("strategy") == "group":
        size = positive("group_size", number(weights, "group_size"))
        return schemes.grouped(bits, size, 16, zero, beside), (for_groups(bits, size, zero), *more)
    return None


def _eight_bits(weights: Said, inputs: Said) -> Found | None:
    two, strategy, shape = Number(2), weights.get("strategy"), weights.get("block_structure")
    static = inputs.get("dynamic") is False
    more, also = (two,) if static else (), static_scale(static, 2)
    if weights.get("num_bits") != 8:
        return None
    if strategy == "channel":
        beside = schemes.together(schemes.for_each_output(two), schemes.for_each_matrix(*more))
        return schemes.plain(8, beside), (for_output(2), *also)
    if strategy == "tensor":
        return schemes.plain(8, schemes.for_each_matrix(two, *more)), (for_matrix(2), *also)
    if strategy == "block" and isinstance(shape, list | tuple) and len(shape) == 2:
        rows, columns = (positive("block_structure", side) for side in shape)
        beside = schemes.together(schemes.for_each_block(rows, columns, two), schemes.for_each_matrix(*more))
        return schemes.plain(8, beside), (for_blocks(rows, columns, 2), *also)
    return None


COMPRESSED: Mapping[str, Callable[[Said, Said], Found | None]] = {
    "nvfp4-pack-quantized": tiny_floats,
    "pack-quantized": _packed,
    "float-quantized": _eight_bits,
    "int-quantized": _eight_bits,
    "naive-quantized": _eight_bits,
}
