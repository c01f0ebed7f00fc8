"""The format of a single number: what a config says of it, and how many bytes it takes."""

from __future__ import annotations

from fractions import Fraction

from symbolic.configs.model import Model
from symbolic.errors import ConfigError, shown
from symbolic.formulas.formula import Exact, exact
from symbolic.measuring import hardware

DTYPE = ("dtype", "torch_dtype")
"""The keys of a config that name it."""
BYTE = 8


def number_format(model: Model) -> tuple[str, str] | None:
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


def bytes_of(name: str) -> Exact:
    """Return the bytes of a number in one of our formats: a half for int4."""
    return exact(Fraction(hardware.table("dtypes")[name]["bits"], BYTE))
