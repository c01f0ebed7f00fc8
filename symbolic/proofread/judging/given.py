"""Sizes that a document gives anywhere: in words, "a hidden size of 4096", and in its equations."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.proofread.judging.amounts import DIGITS, number_at
from symbolic.proofread.judging.binding import numbers_in_places
from symbolic.proofread.judging.values import PAPERS
from symbolic.proofread.reading.document import lines_with
from symbolic.proofread.reading.equations import WrittenEquation
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
LETTER = re.compile(
    r"[(（][`$*]{0,2}(?P<letter>[A-Za-z](?:_\{?\w{1,8}\}?)?)[`$*]{0,2}[)）][`*]{0,2}[ ]?[:=：][ ]?[`$*]{0,2}"
    rf"(?P<number>{DIGITS})(?![\w^/])"
)
"""A letter in brackets behind the words for it, and its number: hidden size (d): 2048."""
SETTING = re.compile(
    r"(?<![\w.}])(?P<letter>[A-Za-z]\w{0,11})[ ]?[=＝][ ]?"
    r"(?P<number>\d{1,9}(?:,\d{3})*(?:\.\d+)?[KMkm]?)(?=[ ]?(?:[,，](?!\d)|[、;；)）]))"
)
"""A name and its number in a list of such, (B=1, N=1024, d=512)."""
NO_BRACES = re.compile(r"[{}]")


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
class GivenElsewhere:
    """The sizes that a document gives in words and in its equations, read when the first name without one is met."""

    reader: FormulaReader
    chains: Sequence[WrittenEquation] = ()

    @cached_property
    def found(self) -> dict[str | Key, list[tuple[int, Exact]]]:
        """Return the numbers of each size that is given in words, with their places."""
        found: dict[str | Key, list[tuple[int, Exact]]] = {}
        text = self.reader.document.text
        for match in (found for line in lines_with(text, BESIDE) for found in SAYS.finditer(text, *line)):
            name = match["words"] or match["called"]
            if number := number_at(self.reader, match.start("number" if match["words"] else "many")):
                found.setdefault(_meant(name), []).append((match.start(), number.figure.value))
        return found

    @cached_property
    def letters(self) -> dict[str, list[tuple[int, Exact]]]:
        """Return the numbers of each name in an equation, D = 512 or 4 × D = 4 × 512, or behind it in brackets."""
        found: dict[str, list[tuple[int, Exact]]] = {}
        text = self.reader.document.text
        for match in (*LETTER.finditer(text), *SETTING.finditer(text)):
            if number := number_at(self.reader, match.start("number")):
                found.setdefault(NO_BRACES.sub("", match["letter"]), []).append((match.start(), number.figure.value))
        for chain in self.chains:
            for left, right, sign in zip(chain.sides, chain.sides[1:], chain.relations, strict=False):
                if sign == "=" and left.names and not any(number.figure.rounded for number in right.numbers):
                    for name, value in (numbers_in_places(left, right) or {}).items():
                        found.setdefault(name, []).append((chain.start, value))
        for given in found.values():
            given.sort()
        return found

    def at(self, place: int, names: Iterable[str]) -> dict[str, Exact]:
        """Return the numbers that names were last given before a place, else behind it; not all need have one."""
        sizes: dict[str, Exact] = {}
        for name in names:
            if given := self.letters.get(name) or (self.found.get(_meant(name)) if len(name) > 1 else None):
                sizes[name] = given[max(0, bisect_right(given, (place, 0)) - 1)][1]
        return sizes
