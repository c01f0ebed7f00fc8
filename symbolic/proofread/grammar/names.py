"""Words in formulas: names of sizes, labels beside a number, words that stand for a number, and numbers in words."""

from __future__ import annotations

import re

from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.grammar.tokens import BLANK, Token

CONNECTIVES = frozenset(
    {"and", "or", "where", "with", "so", "hence", "thus", "for", "since", "because", "if", "then", "while", "but"}
    | {"which", "giving", "i.e.", "e.g."}
)
NAMES = frozenset(name for symbol in SYMBOLS.values() for name in (symbol.name, *symbol.aliases))
UNITS = frozenset(unit for symbol in SYMBOLS.values() for unit in (symbol.unit, symbol.unit.removesuffix("s")) if unit)
IDENTIFIER = re.compile(r"[^\W\d]\w*")
LONGEST = 120
# "One" is left out: it stands for a thing as often as for a number.
SPELLED = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
VALUES = {word: str(value) for value, word in enumerate(SPELLED, start=2)}
GOES_ON = re.compile(
    r"(?:hundred|thousand|million|billion|trillion|lakh|crore|dozen|half|halve|third|quarter|fourth|fifth|sixth|"
    r"seventh|eighth|ninth|tenth|\w+th|point|percent|per|and|or|to|of|by|times|more|plus|minus|one)s?"
)
"""Words that make another number of the one before them: two thirds, twenty five, two or three."""


def is_name(word: str) -> bool:
    """Return whether a word is written like a size's name, such as emb_dim, or is a name of the vocabulary."""
    return word in NAMES or ("_" in word.strip("_") and IDENTIFIER.fullmatch(word) is not None)


def words_token(words: str, place: tuple[int, int], ends_operand: bool) -> list[Token]:
    """Return the token for words in a formula, or none where they are passed over.

    Behind an operand they are its label unless they are a size's name; elsewhere they stand for a number.
    """
    first = words.partition(" ")[0].strip(",.;:").lower()
    if not words:
        return []
    if ends_operand and first in CONNECTIVES:
        return [Token("ROW", *place)]
    if words == "?" or not words.strip("_"):
        return [Token("NAME", *place, BLANK)]
    if ends_operand and words in UNITS:
        # 1,024 tokens: no product with a size that is called like its unit.
        return [Token("ANNOTATION", *place, words)]
    if is_name(words) or (not ends_operand and IDENTIFIER.fullmatch(words)):
        return [Token("NAME", *place, words)]
    if ends_operand:
        return [Token("ANNOTATION", *place, words[:LONGEST])]
    if words.startswith("(") and words.endswith(")"):
        return []
    return [Token("OPAQUE", *place, words.strip("[]")[:LONGEST])]


def factor(words: list[Token]) -> list[Token]:
    """Return the number that a phrase starts with, and the rest as its label; no tokens where that isn't clear."""
    said = [str(word.value).lower() for word in words]
    first = 1 if said[0] in CONNECTIVES and len(said) > 1 else 0
    value = VALUES.get(said[first])
    if value is None or any(word in VALUES or GOES_ON.fullmatch(word) for word in said[first + 1 :]):
        return []
    number, rest = words[first], words[first + 1 :]
    found = [Token("NUMBER", number.start, number.end, figure(value, "", shown=said[first]))]
    label = " ".join(str(word.value) for word in rest)[:LONGEST]
    return [*found, Token("ANNOTATION", rest[0].start, rest[-1].end, label)] if rest else found
