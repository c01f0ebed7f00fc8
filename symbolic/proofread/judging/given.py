"""Sizes that a document gives in words, for names that have no number of their own: "a hidden size of 4096"."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.proofread.judging.amounts import DIGITS, number_at
from symbolic.proofread.judging.values import PAPERS
from symbolic.proofread.reading.document import lines_with
from symbolic.proofread.reading.formula_reader import FormulaReader

Key: TypeAlias = frozenset[str]
WORDS = r"[A-Za-z][A-Za-z]{1,14}(?:[ _-][A-Za-z]{2,14}){0,2}(?![A-Za-z])"
SAYS = re.compile(
    rf"(?<![A-Za-z\d_-])(?<![\w)²][ ][×*+/·−-][ ])(?P<words>{WORDS})[*`]{{0,3}}(?:[ ]?\([^()\n]{{1,20}}\))?[*`]{{0,3}}"
    rf"(?:[ ]?[:：=|][ ]{{0,40}}|[ ](?:of|is|=)[ ])[*`~≈$]{{0,3}}(?P<number>{DIGITS})(?![\w^/])"
    rf"|(?<![\w.,/×*+^-])(?P<many>{DIGITS})[ ](?P<called>(?:[a-z-]{{2,12}}[ ])?(?:layers|heads|experts))(?![A-Za-z])"
)
"""A size in words before its number, hidden size: 4096, or behind it: 32 layers."""
BESIDE = [
    re.compile(pattern)
    for pattern in (
        *(rf"{sign}[*`~≈$]{{0,3}}\d" for sign in ("[:：=|][ ]{0,40}", " of ", " is ")),
        r"\d[ ](?:[a-z-]{2,12}[ ])?(?:layers|heads|experts)",
    )
]
"""What stands between the two: a line without it is not looked through letter by letter."""
MEANT = dict.fromkeys(("dimension", "dimensions", "size", "width", "d"), "dim")
MEANT |= {"length": "len", "sequence": "seq", "vocabulary": "vocab", "embedding": "emb"}
SILENT = frozenset({"number", "num", "n", "of", "the", "attention", "transformer", "with", "and", "has", "have", "a"})
PARTS = re.compile(r"[A-Za-z]+")


def _key(name: str) -> Key:
    """Return what a name means, however it is written: n_layers, num_layers and number of layers are one."""
    words = (word.lower() for word in PARTS.findall(name))
    return frozenset(MEANT.get(word, word.removesuffix("s")) for word in words if word not in SILENT)


SAME: dict[Key, str] = {
    **{_key(name): symbol.name for symbol in SYMBOLS.values() for name in (symbol.name, *symbol.aliases)},
    **{_key(name): meant for name, meant in PAPERS.items()},
    # Most documents call the width of the network so, and not that of its feed-forward layers.
    **dict.fromkeys(map(_key, ("hidden_size", "model_dim", "embedding_dim")), "emb_dim"),
}


def _meant(name: str) -> str | Key:
    key = _key(name)
    return SAME.get(key, key)


@dataclass
class GivenInWords:
    """The sizes that a document gives in words, read when the first name without a number is met."""

    reader: FormulaReader

    @cached_property
    def found(self) -> dict[str | Key, list[tuple[int, Exact]]]:
        """Return the numbers of each size, with their places."""
        found: dict[str | Key, list[tuple[int, Exact]]] = {}
        text = self.reader.document.text
        for match in (found for line in lines_with(text, BESIDE) for found in SAYS.finditer(text, *line)):
            name = match["words"] or match["called"]
            if number := number_at(self.reader, match.start("number" if match["words"] else "many")):
                found.setdefault(_meant(name), []).append((match.start(), number.figure.value))
        return found

    def at(self, place: int, names: Iterable[str]) -> dict[str, Exact] | None:
        """Return the numbers of names as they were last given before a place, else behind it; None if one has none."""
        sizes: dict[str, Exact] = {}
        for name in names:
            given = self.found.get(_meant(name), []) if len(name) > 1 else []
            if not given:
                return None
            sizes[name] = given[max(0, bisect_right(given, (place, 0)) - 1)][1]
        return sizes
