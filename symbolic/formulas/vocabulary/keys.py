"""The symbol of a config's key that has none of its own in the vocabulary: it is entered under the key's name."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary.entering import SYMBOLS, entered

LETTERS = {
    **dict.fromkeys(("layers", "blocks", "depth", "depths"), "L"),
    **dict.fromkeys(("dim", "size", "width", "features"), "d"),
    **dict.fromkeys(("positions", "length", "frames"), "T"),
    **dict.fromkeys(("channels", "classes", "groups", "labels", "bins"), "n"),
    "d": "d",
    "heads": "H",
    "experts": "E",
    "rank": "r",
    "ratio": "r",
    "kernel": "k",
}
"""The letters for what a key's last word says."""
FEED_FORWARD = frozenset(["ffn", "intermediate", "mlp", "inner"])
"""Words that make a width the one in the middle of a feed-forward network, which is F."""
UNSAID = frozenset(["num", "n", "max", "hidden", "attention"])
"""Words that tell no size from another."""
MOST_BELOW = 2
"""So many words may stand below a letter; of more, only their first letters."""
SHORT = {"source": "src", "target": "tgt", "text": "txt", "image": "img", "embedding": "emb", "position": "pos"}
OTHER_HALF = {"encoder": "decoder", "decoder": "encoder"}
ENTERED: set[str] = set()
"""The names that `of_key` has entered: which, hangs on the configs that were read before."""


def name_of_key(key: str) -> str:
    """Return the name of a key's own symbol: `vision_config_depths_2` for `vision_config.depths[2]`."""
    return "_".join(key.replace("[", ".").replace("]", "").replace("-", "last").split("."))


def of_key(key: str, meaning: str = "", spoken: str = "", *, scales: bool | None = None) -> Symbol:
    """Return the symbol of a config's key that has none of its own here; it is entered once, under the key's name.

    The letter says what kind of size it is, and the first letters of its other words stand below it.

    >>> [of_key(key).letter for key in ("encoder_ffn_dim", "num_mel_bins", "max_source_positions")]
    ['F_{enc}', 'n_{mel}', 'T_{src}']
    """
    name = name_of_key(key)
    if name in SYMBOLS:
        return SYMBOLS[name]
    ENTERED.add(name)
    words = [word for word in name.split("_") if word and word != "config"]
    said = " ".join(words)
    made = Symbol(
        name,
        _letter(words),
        meaning or f"the size that a config of this type calls {key}",
        spoken or said,
        minimum=0,
        scales=key.rpartition(".")[2].partition("_")[0] not in ("n", "num") if scales is None else scales,
    )
    return entered(made, of_key=True)


def _letter(words: list[str]) -> str:
    """Return the letter of a key, from the key alone: a page reads the same whatever was read before."""
    taken = {other.letter for name, other in SYMBOLS.items() if name not in ENTERED}
    other = [OTHER_HALF.get(word, word) for word in words]
    # An encoder's size and the decoder's have letters of one form: where one of them is taken, both get the next.
    for (letter, below), (_same, opposite) in zip(_letters(words), _letters(other), strict=True):
        found = f"{letter}_{{{below.lower()}}}"
        free = found not in taken and f"{letter}_{{{opposite.lower()}}}" not in taken
        if below.isalnum() and below.isascii() and free:
            return found
    return f"s_{{{len(SYMBOLS)}}}"


def _letters(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield letters and what may stand below them, the plainest first."""
    kind = next((word for word in reversed(words) if word in LETTERS), "")
    if kind:
        letter = LETTERS[kind]
        rest = [word for word in words if word != kind and word not in UNSAID]
        if letter == "d" and FEED_FORWARD.intersection(rest):
            letter, rest = "F", [word for word in rest if word not in FEED_FORWARD]
        elif letter == "d" and "head" in rest:
            letter, rest = "h", [word for word in rest if word != "head"]
        if len(rest) <= MOST_BELOW:
            yield letter, "".join(map(_piece, rest))
            yield letter, "".join(rest)
    if len(words) > 1:
        yield "s", "".join(map(_piece, words))
    yield "s", "".join(words)


def _piece(word: str) -> str:
    """Return what stands for a word: its first letters, and the number at its end."""
    letters = word.rstrip("0123456789")
    return SHORT.get(word, letters[:3] + word[len(letters) :])
