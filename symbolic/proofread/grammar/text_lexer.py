"""Lexer of plain text: formulas and the words around them. It passes over NOTHING; BARRIER ends a formula."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from symbolic.proofread.arithmetic.numbers import Style, WrittenNumber
from symbolic.proofread.arithmetic.units import MEASURES
from symbolic.proofread.grammar.text_numbers import read_fraction, read_number, read_raised, read_rate, read_ratio
from symbolic.proofread.grammar.text_pattern import lexemes
from symbolic.proofread.grammar.text_signs import FACTOR, MOST_WORDS, NOTHING, SCRIPT_SIGNS, SIGNS, SPOKEN
from symbolic.proofread.grammar.text_words import read_word
from symbolic.proofread.grammar.tokens import END_MARK, ENDS_OPERAND, OPERATORS, Token, as_degrees

COMPARED = re.compile(r"[ \x01]+~?[$€£¥]?\d")
"""The text behind an == that says what a calculation comes to."""
QUOTIENT = re.compile(r"\d|[ ][\d(][\d ,.*×+/()-]{0,40}[=≈]")
"""The text behind a // that divides, although it may be the last of several sides."""
WHOLE_QUOTIENT = re.compile(r"[ \x01]*[\w(][^\n/=≈]{0,60}[=≈]")
"""The text behind a // that divides: an operand, and an equals sign in the same line."""
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789", "_()")
FACTORIAL = re.compile(r"[ \x01]*(?:=(?![=>])|[)\]≈≤≥≠<×·⋅∙*÷/+^]|>(?!>)|[-−–][ \x01]?[\d(√]|x[ \d])")
"""The text behind an exclamation mark that is a factorial and does not end a sentence."""
RELATES = re.compile(
    "|".join(re.escape(sign) for sign, (kind, _) in {**SIGNS, **SCRIPT_SIGNS}.items() if kind == "RELATION") + "|[～∼]"
)
"""What every relation has in it, however it is written."""
RESULT = re.compile(r"[ \t\x01]*[=≈](?![=>])[ \t\x01]*[~≈$€£]?[\d(]")
"""How a line starts that goes on with the formula above it, also below a blank line: = 12 × 64."""
BLANK_LINE = re.compile(r"\n[ \t\x01]*\n")
LETTERS_ONLY = re.compile(r"\([A-Z](?:[ ]?[+,/&][ ]?[A-Z]){1,3}\)")
"""Letters in brackets, (W + B): behind a number a note, behind a sign a sum of sizes."""
WIDE = 4
GOES_ON = re.compile(r"[=≈<>≤≥≠×·*/+−^~→()\n|-]|x |\Z|(?:parameters|params|bytes|tokens|[kKMGT]?i?B|GPUs)(?!\w)")
ROUNDED = re.compile(r"[\x01]*[$€£¥]?[\d.(]")
LONGEST_LIST = 40
SEVERAL = frozenset({"//", "==", "-=", "<", ">", "×", "!"})
"""Signs that have several meanings, according to what stands beside them."""


@dataclass
class TextLexer:
    """A lexer of the parts of a document that are no TeX."""

    style: Style

    def __post_init__(self) -> None:
        self.pattern = lexemes(self.style)

    def tokens(self, text: str, start: int, end: int) -> list[Token]:
        """Return the tokens of the text from `start` to `end`."""
        found: list[Token] = []
        for match in self.pattern.finditer(text, start, end):
            kind = match.lastgroup or ""
            if kind != "space" or match.end() - match.start() >= WIDE or "\t" in match[0]:
                HANDLERS[kind](self, match, found)
        return found

    def paragraphs(self, text: str) -> Iterator[list[Token]]:
        """Yield the tokens of each paragraph that has a relation; in the others there is no equation.

        An equation goes on over a blank line only with an equals sign; each paragraph has the blank lines around it.
        """
        gaps = [match.span() for match in BLANK_LINE.finditer(text) if not RESULT.match(text, match.end())]
        for start, end in zip((0, *(gap[0] for gap in gaps)), (*(gap[1] for gap in gaps), len(text)), strict=True):
            if RELATES.search(text, start, end):
                yield self.tokens(text, start, end)

    def first(self, text: str, position: int) -> Token | None:
        """Return the first token of the text at `position`, judged by that place alone; None where there is none."""
        found: list[Token] = []
        match = self.pattern.match(text, position)
        if match is not None:
            HANDLERS[match.lastgroup or ""](self, match, found)
        return found[0] if found else None

    def row(self, match: re.Match[str], found: list[Token]) -> None:
        marked = match[0].strip(f" \t\n{NOTHING}")
        if marked[:1].isdigit() and found and found[-1].type in OPERATORS:
            # A long formula goes on with "128) × 4": no item of a list.
            found.append(Token("ROW", *match.span()))
            found += self.tokens(match.string, match.start() + match[0].index(marked[0]), match.end())
            return
        bullet = marked != "" or _in_list_of_plus(match)
        blank = bool(found) and found[-1].type == "ROW"
        if blank and not bullet and RESULT.match(match.string, match.end()):
            return
        found.append(Token("STOP" if bullet or blank else "ROW", *match.span()))

    def space(self, match: re.Match[str], found: list[Token]) -> None:
        """Pass over space, except for a wide gap between two formulas in one line, which separates columns."""
        wide = len(match[0].replace(NOTHING, "").replace("\t", " " * WIDE)) >= WIDE
        ends = found and (found[-1].type in ENDS_OPERAND or found[-1].value in MEASURES)
        if wide and ends and GOES_ON.match(match.string, match.end()) is None:
            found.append(Token("STOP", *match.span(), "gap"))

    def nothing(self, match: re.Match[str], found: list[Token]) -> None:
        """Pass over the sign of a currency, which is no part of the formula."""

    def label(self, match: re.Match[str], found: list[Token]) -> None:
        start = match.start()
        if found and found[-1].type in OPERATORS and LETTERS_ONLY.fullmatch(match[0]):
            # Behind a sign an operand stands, and no note: 3 × (E + S).
            found.append(Token("OPEN", start, start + 1, "("))
            found += self.tokens(match.string, start + 1, match.end())
            return
        found.append(Token("LABEL", *match.span(), " ".join(match[0].replace(NOTHING, "").split())))

    def tilde(self, match: re.Match[str], found: list[Token]) -> None:
        """Read a tilde: a relation between two sides, `a ~ b`; before a rounded number, ~5, it is passed over."""
        text, (start, end) = match.string, match.span()
        spaced = text[start - 1 : start].isspace() and text[end : end + 1].isspace()
        if spaced and len(match[0]) == 1 and _may_be_rounded(found):
            found.append(Token("RELATION", start, end, "≈"))
        elif not (
            ROUNDED.match(text, end) and (not found or found[-1].end < start or found[-1].type not in ENDS_OPERAND)
        ):
            found.append(Token("STOP", start, end, "~"))

    def given(self, match: re.Match[str], found: list[Token]) -> None:
        """Read settings in brackets, (TP=4): behind an operand they are its label, elsewhere they are equations."""
        if found and found[-1].type in ENDS_OPERAND:
            found.append(Token("LABEL", *match.span(), match[0]))
            return
        start = match.start()
        found.append(Token("OPEN", start, start + 1, "("))
        found += self.tokens(match.string, start + 1, match.end())

    def bars(self, match: re.Match[str], found: list[Token]) -> None:
        start, end = match.span()
        found.append(Token("ABS", start, start + 1, "|"))
        found += self.tokens(match.string, start + 1, end - 1)
        found.append(Token("ENDABS", end - 1, end, "|"))

    def other(self, match: re.Match[str], found: list[Token]) -> None:
        sign = match[0]
        if sign == "°" and as_degrees(found):
            return
        if sign in "[]" and _lists(found, match.string):
            return
        kind, value = SIGNS.get(sign, ("STOP", sign))
        if sign not in SEVERAL:
            found.append(Token(kind, match.start(), match.end(), value or sign))
            return
        close = bool(found) and found[-1].end == match.start()
        behind = match.string[match.end() : match.end() + 1]
        divided = bool(found) and found[-1].type in ("NUMBER", "CLOSE") and QUOTIENT.match(match.string, match.end())
        if sign == "//" and divided and match.end() - found[-1].end <= len(" //"):
            kind = "DIVIDE"  # max(1, 8//16), n = 128 // 16 = 8
        elif sign == "//" and _divides_whole(found) and WHOLE_QUOTIENT.match(match.string, match.end()):
            kind = "DIVIDE"  # 4096 // 32 = 128; behind an equals sign it starts a comment
        if sign == "==" and _works_out(found) and COMPARED.match(match.string, match.end()):
            # 12 × 30 == 360; elsewhere it is a condition, n == 0, or marks text.
            kind, value = "RELATION", "≈" if "~" in match.string[match.end() : match.end() + 3] else "="
        if sign == "-=" and found and found[-1].type == "NUMBER" and _works_out(found):
            kind, value = "RELATION", "≈"  # 6 / 0.002 -= 3000: nothing is taken away from a calculation
        if sign in "<>" and match.string[match.start() - 1 : match.start()].isspace() and behind.isdigit():
            kind = "STOP"  # less than 5 of something: <5
        if sign == "×" and close and not FACTOR.match(match.string, match.end()):
            kind = "WORD"  # 3.9× smaller
        if sign == "!" and found and found[-1].end == match.start() and found[-1].type in ("NUMBER", "NAME", "CLOSE"):
            kind, value = "FACTORIAL", "!" if FACTORIAL.match(match.string, match.end()) else END_MARK
        found.append(Token(kind, match.start(), match.end(), value or sign))


Handler: TypeAlias = Callable[[TextLexer, re.Match[str], list[Token]], None]


def _lists(found: list[Token], text: str) -> bool:
    """Return whether a square bracket opens or closes the list that a function is of: max([3, 5])."""
    for index in range(len(found) - 1, max(0, len(found) - LONGEST_LIST), -1):
        if found[index].type not in ("NUMBER", "COMMA", "MINUS"):
            within = index == len(found) - 1 or text.startswith("[", found[index].end)
            return within and [token.type for token in found[index - 1 : index + 1]] == ["FUNCTION", "OPEN"]
    return False


def _may_be_rounded(found: list[Token]) -> bool:
    """Return whether the tokens before a ~ may be a side, and not the start of a range: 1 ~ 10 dBm."""
    if not found or found[-1].type not in (*ENDS_OPERAND, "WORD"):
        return False
    operated = any(token.type in OPERATORS - {"MINUS"} for token in found[-3:-1])
    scaled = any(isinstance(token.value, WrittenNumber) and token.value.scaled for token in found[-2:])
    return operated or scaled or found[-1].type == "CLOSE" or found[-1].type == "NAME"


def _works_out(found: list[Token]) -> bool:
    """Return whether the last tokens are a calculation of numbers, or the next side of one."""
    for index in range(len(found) - 1, max(-1, len(found) - MOST_WORDS * 2), -1):
        if found[index].type in ("ROW", "STOP", "NAME"):
            return False
        if found[index].type in OPERATORS or (found[index].type == "RELATION" and found[index].value == "="):
            return found[-1].type in (*ENDS_OPERAND, "WORD", "LABEL")
    return False


def _divides_whole(found: list[Token]) -> bool:
    """Return whether a // may divide: an operand stands before it, and no relation before that in its line."""
    for token in reversed(found[-MOST_WORDS:]):
        if token.type in ("RELATION", "ROW", "STOP"):
            return token.type != "RELATION" and found[-1].type in ENDS_OPERAND
    return bool(found) and found[-1].type in ENDS_OPERAND


def _as_one(of: Callable[[re.Match[str]], tuple[str, str]]) -> Handler:
    """Return the handler of a lexeme that is one token, given its terminal and its value."""

    def read(_: TextLexer, match: re.Match[str], found: list[Token]) -> None:
        kind, value = of(match)
        found.append(Token(kind, *match.span(), value))

    return read


SINGLE: Mapping[str, Callable[[re.Match[str]], tuple[str, str]]] = {
    "address": lambda _: ("STOP", ""),
    "script": lambda match: SCRIPT_SIGNS.get(match[0], ("WORD", match[0])),
    "about": lambda _: ("RELATION", "≈"),
    "by": lambda _: ("TIMES", "×"),
    "spoken": lambda match: SPOKEN[match[0]],
    "lowered": lambda match: ("NAME", f"{match['base']}_{match['index']}"),
    # The logarithm to two has a name of its own in German.
    "logarithm": lambda match: ("PREFIX", "log2" if match[0] == "ld" else match[0].translate(LOWERED)),
    "strange": lambda match: SIGNS.get(match[0], ("STRANGE", match[0])),
}


def _in_list_of_plus(match: re.Match[str]) -> bool:
    """Return whether the line that ends, which has a result, and the next one are items of a list with plus signs."""
    text, end = match.string, match.start()
    line = text[text.rfind("\n", 0, end) + 1 : end].lstrip()
    return line.startswith("+ ") and "=" in line and text.startswith("+ ", match.end())


HANDLERS: Mapping[str, Handler] = {
    **{kind: _as_one(of) for kind, of in SINGLE.items()},
    "row": TextLexer.row,
    "space": TextLexer.space,
    "plain": read_word,
    "number": read_number,
    "ratio": read_ratio,
    "scale": read_number,
    "raised": read_raised,
    "currency": TextLexer.nothing,
    "label": TextLexer.label,
    "rate": read_rate,
    "given": TextLexer.given,
    "tilde": TextLexer.tilde,
    "bars": TextLexer.bars,
    "fraction": read_fraction,
    "word": read_word,
    "other": TextLexer.other,
}
