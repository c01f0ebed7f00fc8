"""Names in a row, as a sentence has them."""

from collections.abc import Sequence

from symbolic.language import gettext, lazy, translate

LAST = {"and": lazy("{first} and {last}"), "or": lazy("{first} or {last}")}


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Return `a, b and c`; `last` says which word stands before the last one, "and" or "or"."""
    said = [translate(part) for part in parts]
    return "".join(said) if len(said) < 2 else gettext(LAST[last], first=", ".join(said[:-1]), last=said[-1])
