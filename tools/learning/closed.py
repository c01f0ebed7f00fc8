"""Keys whose default is a word, of which the class takes few: the conditions on which it refuses another."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

from tools.learning.subject import Subject

NONE_SUCH = "no-such-word"
ACTIVATION = "silu"
"""A key that takes it takes the names of activations, of which not all stand in the code of the class."""
QUOTED = re.compile(r"""["']([a-z][a-z0-9_-]{0,23})["']""")


def chosen(subject: Subject, keys: Mapping[str, Any], base: dict[str, Any], inner: str = "") -> list[str]:
    """Return the conditions on which a key has a word that the class does not take."""
    asked = [key for key, default in keys.items() if isinstance(default, str)]
    closed = [
        key for key in asked if not any(_takes(subject, base, inner + key, one) for one in (NONE_SUCH, ACTIVATION))
    ]
    if not closed:
        return []
    made = (subject.model_class, subject.config_class)
    words = sorted({word for one in made for word in QUOTED.findall(inspect.getsource(inspect.getmodule(one) or one))})
    found = []
    for key in closed:
        taken = [word for word in words if _takes(subject, base, inner + key, word)]
        number = any(_takes(subject, base, inner + key, size) for size in (1, 16, 64))
        if keys[key] in taken and len(taken) > 1 and not number:
            others = " and ".join(f"{key} != '{word}'" for word in taken)
            found.append(f"{key} and {others}" if _takes(subject, base, inner + key, None) else others)
    return found


def _takes(subject: Subject, base: dict[str, Any], path: str, value: Any) -> bool:
    return subject.build({**base, path: value}, trace=False) is not None
