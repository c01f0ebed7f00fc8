"""Configs that only change another file, which is not read: its sizes are not the defaults of a type."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from symbolic.errors import ConfigError, listed, shown

EXTENDING = re.compile(r"_*(extends?|bases?|inherits?(_from)?|parents?|includes?|defaults)_*", re.IGNORECASE)
"""How programs call the files that a config builds on."""
FILE = re.compile(r"\.(ya?ml|json|toml|py)$")


def check_whole(values: Mapping[str, object], lacking: Collection[str], source: str) -> None:
    """Raise ConfigError where a config lacks sizes and names files that may say them."""
    if not lacking:
        return
    for key, value in values.items():
        named = value if isinstance(value, list | tuple) else [value]
        if EXTENDING.fullmatch(key) and any(isinstance(one, str) and FILE.search(one) for one in named):
            raise ConfigError(
                f"{source}: {key} {shown(value)} names what it builds on, which is not read, and "
                f"{listed(sorted(lacking)[:6])} may stand there; put all sizes into one file"
            )
