"""The derivation of a quantity of a model, with the number formats and the device that it is asked for with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from symbolic.arguments import reads_arguments
from symbolic.configs.model import Model
from symbolic.errors import ConfigError, listed
from symbolic.formulas.formula import Exact, Formula
from symbolic.formulas.vocabulary import device_bandwidth, device_flops, device_memory, device_power, value_bytes
from symbolic.loading import load
from symbolic.measuring import quantities, usual
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.inputs import Given


@reads_arguments
def explain(
    model: object,
    quantity: str = "parameters",
    *,
    convention: str = "",
    inputs: Given | None = None,
    dtype: str = "",
    cache_dtype: str = "",
    device: str = "",
    choices: Mapping[str, str] | None = None,
    idle_inputs: bool = False,
    **options: Any,
) -> Derivation:
    """Return the derivation of a quantity of a model (or of what `load` takes, with its options).

    `convention` is the quantity's default where it is not given; `inputs` are the quantity's own symbols, such as
    `tokens`, each with a default, as numbers or as texts such as "32k"; `dtype`, `cache_dtype` and `device` set several
    of them by a name from our tables. Without `dtype`, numbers are stored as the config says, and at 16 bits where it
    says nothing; without `device`, a model that is published in FP8 is served on one that has arithmetic for it.
    `choices` are what a quantity takes in words, such as `target`. ConfigError where an input changes nothing; with
    `idle_inputs` it may, since of another model it does not. ConfigError, too, where a model that is loaded already has
    options of `load`.
    """
    if isinstance(model, Model) and (options := {name: one for name, one in options.items() if one is not None}):
        raise ConfigError(
            f"{listed(list(options))} change nothing of {model.name}, which is loaded already; give them to load, and "
            "other sizes to sweep"
        )
    loaded = model if isinstance(model, Model) else load(model, **options)
    found = quantities.find(quantity).choosing(choices or {})
    given: dict[str, Exact | Formula] = {}
    products = dtype
    works_in = dtype if device_flops in found.inputs and value_bytes not in found.inputs else ""
    if works_in and not device:
        raise ConfigError(f"{found.name} takes {dtype} as the format that a device works in; give a device, too")
    if (dtype and not works_in) or cache_dtype or found.packs or value_bytes in found.inputs:
        from symbolic.measuring import formats

        loaded, given = formats.applied(loaded, found, dtype, cache_dtype)
        if loaded.stored is not None and loaded.stored.unknown:
            found = found.by_itself()
        products = formats.products(loaded, dtype)
        formats.refuse_both(given, inputs or {}, dtype, cache_dtype)
    chosen = "" if device or dtype or not found.of_serving else _device_of_its_format(products, inputs or {})
    device = device or chosen
    if device:
        from symbolic.measuring import hardware

        if (
            device_power in found.inputs
            and device_power.name not in (inputs or {})
            and not hardware.accelerator(device).get("power")
        ):
            # The power of another device would be a guess.
            found = found.without(device_power)
        given |= hardware.given_by_device(device, found, products)
        named = hardware.device(device, products)
    if works_in:
        from symbolic.analysis.utilisation import peak_of

        given[device_flops.name] = peak_of(device, works_in)[1]
    made = derive(loaded, found, found.convention(convention), given | dict(inputs or {}))
    if dtype:
        made = replace(made, dtype=dtype)
    if device:
        made = replace(made, device=named, device_chosen=bool(chosen))
    if inputs and not idle_inputs:
        from symbolic.measuring.idle import refuse_idle

        refuse_idle([made], inputs)
    return made


def _device_of_its_format(products: str, inputs: Given) -> str:
    """Return the device that serves products of a format, where that is not the usual one and no device is given."""
    from symbolic.measuring import hardware

    if inputs.keys() & {device_memory.name, device_bandwidth.name, device_flops.name}:
        return ""
    chosen = hardware.serving_for(products)
    return chosen if chosen != usual.DEVICE else ""
