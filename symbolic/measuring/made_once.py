"""What is worked out of a derivation once, and kept beside it as long as it lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from symbolic.measuring.derivation import Derivation

T = TypeVar("T")


def made_once(derivation: Derivation, make: Callable[[Derivation], T]) -> T:
    """Return what a function of a module makes of a derivation; another call returns the same object.

    Several sections of a page ask, in each of its formats, and once more when it is read back.
    """
    # Beside the derivation's own cached properties: a cache of the function would keep every derivation.
    kept, key = vars(derivation), f"{make.__module__}.{make.__qualname__}"
    if key not in kept:
        kept[key] = make(derivation)
    made: T = kept[key]
    return made
