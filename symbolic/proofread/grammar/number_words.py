"""Small numbers that are written in words and are factors: twelve layers × 7,085,568."""

from __future__ import annotations

import re

from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.grammar.names import CONNECTIVES, LONGEST
from symbolic.proofread.grammar.tokens import Token

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
