"""What a token adds to the KV cache of each of several models, in numbers of one size: a row of their comparison."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symbolic.errors import NothingToMeasure
from symbolic.formulas.figures import grouped, in_short
from symbolic.formulas.vocabulary import cached_bytes, context, target_tokens
from symbolic.language import gettext as _
from symbolic.measuring import quantities
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.usual import CONTEXT
from symbolic.pages.cells import Cell

BITS = 16


def cache_row(derivations: Sequence[Derivation]) -> list[tuple[Cell, ...]]:
    """Return the row in a list, which is empty where no model keeps a cache of one text.

    Where windows or states make the bytes of a token depend on the length, they are the mean of `CONTEXT` tokens.
    """
    texts = [(_of_a_text(one, CONTEXT), _of_a_text(one, CONTEXT // 2)) for one in derivations]
    if not any(whole for whole, _half in texts):
        return []
    steady = all(whole == 2 * half for whole, half in texts if whole and half)
    each = [_shown(whole) for whole, _half in texts]
    label = (
        _("bytes of KV cache for a token ({bits} bits a number)", bits=BITS)
        if steady
        else _("bytes of KV cache for a token ({bits} bits, mean of {tokens})", bits=BITS, tokens=grouped(CONTEXT))
    )
    return [(label, *each)]


def _shown(whole: int | None) -> str:
    if whole is None:
        return _("two texts")
    return in_short(Fraction(whole, CONTEXT)) if whole else _("none")


def _of_a_text(derivation: Derivation, length: int) -> int | None:
    """Return the bytes kept of a text; 0 where nothing is, None where one text is read and another written."""
    try:
        cache = derive(
            derivation.model,
            quantity := quantities.find("kv-cache"),
            quantity.default,
            {context.name: length, cached_bytes.name: BITS // 8},
        )
    except NothingToMeasure:
        return 0
    return None if target_tokens in cache.general.formula.symbols else cache.total
