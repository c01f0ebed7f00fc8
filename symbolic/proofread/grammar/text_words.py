"""Words in plain text: units, names, functions, signs that are spelled, and an x between two factors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from symbolic.proofread.arithmetic.numbers import WrittenNumber
from symbolic.proofread.arithmetic.units import MEASURES
from symbolic.proofread.grammar.text_signs import (
    BARRIER,
    CALLED,
    FACTOR,
    HANGUL,
    MOST_WORDS,
    NOT_LATIN,
    NOTHING,
    SIGNS,
)
from symbolic.proofread.grammar.tokens import BLANK, ENDS_OPERAND, PREFIXES, Token

if TYPE_CHECKING:
    from symbolic.proofread.grammar.text_lexer import TextLexer

POWERS = {"squared": "2", "cubed": "3"}
ENDS_LINE = re.compile(r"[ \t\x01]*(?:\n|\Z)")
OF_LISTS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("mean", "avg", "average"), ("FUNCTION", "mean")),
    "sum": ("FUNCTION", "+"),
}
LIST = re.compile(r"\(\[?[-−]?\d[\d. −-]{0,30}+(?:,[\d. −-]{1,30}+){1,40}\]?\)")
"""The numbers behind a function of lists; mean(5 runs) is of other numbers."""
OF_NUMBER = re.compile(r"[ \x01]+(?:the[ \x01]+)?[\d(]")
BEFORE_TIMES = ENDS_OPERAND | {"WORD", "LABEL"}
BEHIND_TIMES = re.compile(r"[ \x01\n]*[$€£¥]?[\w(\[√]")
MULTIPLIED = re.compile(rf"{FACTOR.pattern}|[ ]open bracket")
"""The text behind “times” that is a factor: 13 times the width says how often."""
TIMES_NUMBER = re.compile(r"(?:x\d{1,30}){1,6}(?:x(?=[(\[]))?")
ARGUMENT = re.compile(r"[ \x01]+(?:\d|[A-Za-z](?!\w))")
LARGE, LEAST = 100, 10
"""The least numbers whose W means watts, and whose s means seconds, rather than a size of that name."""
RAISED = re.compile(r"[²³^(_]")
MULTIPLE = re.compile(
    rf"[\x01]*(?:[)\].,;:!?✅✓|\n。，；：、）→]|[ ]?[{NOT_LATIN}{HANGUL}]|[ ]*{BARRIER}|\Z"
    r"|[ \t]+(?:[✅✓(→]|(?!plus|times|minus)[A-Za-z]{2}(?!\w*_)))"
)
"""The text behind the x of a multiple: 7x as large."""
BINOMIALS = frozenset({"C", "nCr", "comb", "binom"})
CHOICE = re.compile(r"\([ ]?\d{1,4}[ ]?,[ ]?\d{1,4}[ ]?\)")
OF_NUMBERS = re.compile(r"\((?=[^()]*\d)[\d.+×*·/−\- ]{1,40}\)")
"""The argument of σ that makes it the sigmoid function, and no standard deviation."""
COUNTED = frozenset(
    {"qps", "rps", "tps", "fps", "rpm", "iops", "ops", "req", "reqs", "tok", "toks", "img", "imgs", "km", "cm", "mm"}
)
"""Abbreviations of what is counted, 500qps, which are no product of names."""
PARTICLE = re.compile(f"[{HANGUL}]")
"""Korean sets its particles close behind a number, 5이다, and no product."""
LETTER_NUMBER = re.compile(r"[a-wyzA-WYZ]\d+|[₀₁₂₃₄₅₆₇₈₉]+")
"""What makes a name of the number before it: 1d20 throws a die, 101₂ has another base."""

LETTERS_TIMES = frozenset("xXхХ")
"""Letters that stand for a times sign between two factors, also those of Cyrillic."""
MEANT = frozenset({*SIGNS, *POWERS, *CALLED, *OF_LISTS, *PREFIXES, *BINOMIALS, "of"})
"""Words that may be more than words, also where no number stands close before them."""


def read_word(lexer: TextLexer, match: re.Match[str], found: list[Token]) -> None:
    """Read a word: most are only words, the others what they are in their place."""
    word, (start, end) = match[0], match.span()
    if len(word) > 1 and word not in MEANT and word.isalpha() and not (found and found[-1].end == start):
        found.append(Token("WORD", start, end, word))
    else:
        _read_in_place(lexer, match, found)


def _read_in_place(lexer: TextLexer, match: re.Match[str], found: list[Token]) -> None:
    """Read a word as what it is behind the tokens found so far."""
    word = match[0].replace(NOTHING, "")
    start, end = match.span()
    last = found[-1] if found else None
    attached = last is not None and last.end == start and last.type in ("NUMBER", "CLOSE")
    behind = last is not None and last.type in ("NUMBER", "CLOSE", "ANNOTATION")
    if attached and last is not None and _is_behind_number(last, word, match.string, end):
        found.append(Token("WORD", start, end, word))
    elif _multiplies(word, last, match.string, end):
        found.append(Token("TIMES", start, end, "×"))
    elif (attached or (behind and word[1:].isdigit())) and TIMES_NUMBER.fullmatch(word):
        read_times_numbers(lexer, word, start, found)
    elif attached and last is not None and last.type == "NUMBER" and len(word) <= 4 and word.isalnum():
        read_behind_number(match, word, found)
    elif word == "of" and last and last.type == "NUMBER" and OF_NUMBER.match(match.string, end):
        # 90 % of 200, 1/3 of 12; of other numbers it is not known what is meant.
        part = str(getattr(last.value, "shown", "")).endswith("%") or [at.type for at in found[-2:-1]] == ["DIVIDE"]
        found.append(Token("TIMES" if part else "STRANGE", start, end, "of"))
    elif (
        word in SIGNS
        and not (word == "times" and not MULTIPLIED.match(match.string, end))
        and not ENDS_LINE.match(match.string, end)
        and last
        and (last.type in ENDS_OPERAND or _labelled(found))
    ):
        found.append(Token(SIGNS[word][0], start, end, SIGNS[word][1]))
    elif word in POWERS and last and last.type in ENDS_OPERAND:
        found.append(Token("POWER", start, start, "^"))
        found.append(Token("NUMBER", start, end, lexer.style.read(POWERS[word])))
    elif called := _called(word, match.string, end):
        found.append(Token(called[0], start, end, called[1]))
    elif word in PREFIXES and ARGUMENT.match(match.string, end):
        found.append(Token("PREFIX", start, end, word))
    elif not word.strip("_"):
        found.append(Token("NAME", start, end, BLANK))
    elif (len(word) == 1 and not PARTICLE.match(word)) or "_" in word.strip("_") or word[-2:-1] == "-":
        found.append(Token("NAME", start, end, word))
    else:
        found.append(Token("WORD", start, end, word))


def _multiplies(word: str, last: Token | None, text: str, end: int) -> bool:
    """Return whether a letter is a sign of multiplication; 读 x(2 MB) reads a tensor x."""
    if word not in LETTERS_TIMES or last is None or last.type not in BEFORE_TIMES or not BEHIND_TIMES.match(text, end):
        return False
    return not (last.type == "WORD" and str(last.value)[-1:] > "\u2fff" and text[end] == "(")


def _called(word: str, text: str, end: int) -> tuple[str, str] | None:
    """Return the terminal and the value of a function with its arguments behind it; None for other words."""
    if word in BINOMIALS and CHOICE.match(text, end):
        return ("FUNCTION", "choose")
    if word == "σ" and OF_NUMBERS.match(text, end):
        return ("PREFIX", "sigmoid")
    if word in OF_LISTS:
        return OF_LISTS[word] if LIST.match(text, end) else None
    return CALLED.get(word) if text[end : end + 1] == "(" else None


def read_behind_number(match: re.Match[str], word: str, found: list[Token]) -> None:
    """Read letters close behind a number: 2ab is a product; 1d20 and 101₂ are names as a whole."""
    start, end = match.span()
    if word in COUNTED or PARTICLE.match(word):
        found.append(Token("WORD", start, end, word))
    elif word.isalpha():
        found += [Token("NAME", start + index, start + index + 1, letter) for index, letter in enumerate(word)]
    elif LETTER_NUMBER.fullmatch(word):
        found[-1] = Token("NAME", found[-1].start, end, match.string[found[-1].start : end])
    else:
        found.append(Token("WORD", start, end, word))


def read_times_numbers(lexer: TextLexer, word: str, start: int, found: list[Token]) -> None:
    """Read a row of factors, x5x16, each with its sign."""
    for part in re.finditer(r"x(\d*)", word):
        found.append(Token("TIMES", start + part.start(), start + part.start() + 1, "×"))
        if part[1]:
            found.append(Token("NUMBER", start + part.start(1), start + part.end(1), lexer.style.read(part[1])))


def _is_behind_number(last: Token, word: str, text: str, end: int) -> bool:
    """Return whether letters close to a number are its unit, 2ms and 400W, or the x of 7x, and no factors."""
    if word in ("x", "X"):
        return MULTIPLE.match(text, end) is not None
    if word == "s" and isinstance(last.value, WrittenNumber) and last.value.value >= LEAST:
        return RAISED.match(text, end) is None
    number = last.value
    if not isinstance(number, WrittenNumber) or word not in MEASURES:
        return False
    return len(word) > 1 or (word == "s" and number.rounded) or (word == "W" and number.value >= LARGE)


def _labelled(found: list[Token]) -> bool:
    """Return whether the last words are a label of the number before them that starts with “for”: 12 for the heads."""
    for index in range(len(found) - 1, max(0, len(found) - MOST_WORDS), -1):
        if found[index].type not in ("WORD", "NAME", "COMMA"):
            return False
        if found[index].value == "for":
            return found[index - 1].type in ENDS_OPERAND
    return False
