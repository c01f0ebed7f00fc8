"""The symbol of a config's key that has none of its own in the vocabulary: it is entered under the key's name."""

from __future__ import annotations

from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary.entering import SYMBOLS, symbol

ENTERED: set[str] = set()
"""The names that `of_key` has entered: which, hangs on the configs that were read before."""


def of_key(key: str, meaning: str = "", spoken: str = "", *, scales: bool | None = None) -> Symbol:
    """Return the symbol of a config's key that has none of its own here; it is entered once, under the key's name.

    A dot or a place in a list becomes an underscore: `vision_config.depths[2]` is `vision_config_depths_2`. The letter
    is the first letters of its words, below an s for size.
    """
    name = "_".join(key.replace("[", ".").replace("]", "").replace("-", "last").split("."))
    if name in SYMBOLS:
        return SYMBOLS[name]
    ENTERED.add(name)
    words = [word for word in name.split("_") if word and word != "config"]
    said = " ".join(words)
    return symbol(
        name,
        letter=_free_letter(words),
        meaning=meaning or f"the size that a config of this type calls {key}",
        spoken=spoken or said,
        minimum=0,
        scales=key.rpartition(".")[2].partition("_")[0] not in ("n", "num") if scales is None else scales,
    )


def _free_letter(words: list[str]) -> str:
    taken = {other.letter for other in SYMBOLS.values()}
    short = "".join(word[0] if word.isalpha() else word for word in words)
    for below in (short, "".join(word[:3] for word in words), "".join(words)):
        letter = f"s_{{{below.lower()}}}"
        if below.isalnum() and below.isascii() and letter not in taken:
            return letter
    return f"s_{{{len(SYMBOLS)}}}"
