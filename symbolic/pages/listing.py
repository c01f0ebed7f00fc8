"""Names in a row, as a sentence has them."""

from collections.abc import Sequence


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Return `a, b and c`; `last` is the word before the last one."""
    return "".join(parts) if len(parts) < 2 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"
