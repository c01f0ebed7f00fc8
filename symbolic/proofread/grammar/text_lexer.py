"""Lexer of plain text: formulas and the words around them. It passes over NOTHING; BARRIER ends a formula."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from symbolic.formulas.figures import FROM_SUPERSCRIPTS
from symbolic.proofread.arithmetic.numbers import LETTERS, THIN, Style, Unread, WrittenNumber, figure
from symbolic.proofread.arithmetic.units import MEASURES, PER_MANY
from symbolic.proofread.grammar.text_signs import (
    ABOUT,
    ARGUMENT,
    BARS,
    BEFORE_TIMES,
    BEHIND_TIMES,
    CALLED,
    ENDS_LINE,
    ENDS_WORD,
    FACTOR,
    FACTORIAL,
    FRACTIONS,
    GOES_ON,
    LARGE,
    LEADING_ZERO,
    LEAST,
    LETTERS_ONLY,
    LOGARITHM,
    LOWERED,
    MOST_WORDS,
    MULTIPLE,
    MULTIPLIED,
    NOT_LATIN,
    NOTE,
    NOTHING,
    OF_NUMBER,
    PER,
    PER_SCRIPT,
    POWERS,
    RAISED,
    ROUNDED,
    SCALES,
    SCRIPT_SIGNS,
    SIGNS,
    SPOKEN,
    TIMES_NUMBER,
    WHOLE_QUOTIENT,
    WIDE,
)
from symbolic.proofread.grammar.tokens import (
    BLANK,
    END_MARK,
    ENDS_OPERAND,
    OPERATORS,
    PREFIXES,
    Token,
)

CURRENCIES = frozenset("$€£¥₹")
LETTER_NUMBER = re.compile(r"[a-wyzA-WYZ]\d+|[₀₁₂₃₄₅₆₇₈₉]+")
"""What makes a name of the number before it: 1d20 throws a die, 101₂ has another base."""


@dataclass
class TextLexer:
    """A lexer of the parts of a document that are no TeX."""

    style: Style

    def __post_init__(self) -> None:
        self.pattern = re.compile(
            r"(?P<row>[ \t\x01]*\r?\n[ \t\x01]*(?:(?:[-*•‣]|\d{1,3}[.)]|#{1,6}|>)[ \t]+)*)"
            rf"|(?P<space>[ \t\x01\u200b{THIN}]+)"
            rf"|(?P<number>(?:{self.style.pattern}))"
            rf"(?:(?P<scale>[ {THIN}\x01]?(?:{SCALES}){ENDS_WORD}|[ {THIN}\x01]?(?:万亿|百万|[万萬만亿億억])"
            rf"|[{''.join(LETTERS)}](?![(^²³]){ENDS_WORD}|[ {THIN}\x01]*[%％](?![ ][\d(])))?"
            r"|(?P<raised>[⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
            r"|(?P<currency>(?:US\$|(?<!\w)(?:USD|EUR|CHF|GBP|INR)|[$€£¥₹])[ \x01]?(?=\d))"
            r"|(?P<address>(?:https?://|www\.)[!-'*-;=?-~\x01]+)"
            rf"|(?P<label>\[(?=[^\W\d])[^\[\]=×*+\x00]{{2,120}}\](?!\()|{NOTE})"
            rf"|(?P<given>\((?:[ ,;\x01]*[A-Za-z_]\w{{0,20}}[ ]?=[ ]?\d[\d.,_]*[A-Za-z%]?){{1,6}}\))"
            rf"|(?P<rate>[A-Za-z]{{2,14}}(?:/(?:{PER})|[ ]?/[ ](?:{PER})(?=[ ]?(?:[=≈×*]|\Z|\n|[.,;)]))){ENDS_WORD}"
            rf"|(?:[A-Za-z]{{1,6}}|[{NOT_LATIN}]{{1,3}})[ ]?/[ ]?(?:{PER_SCRIPT})"
            r"|(?<=\d)[ ]?/[ ]?(?:1[ ]?)?(?:[KMB]|thousand|million|billion)"
            r"(?:(?:[ ](?:input|output|prompt|completion|cached))?[ ](?:tokens|requests|images))?(?!\w)"
            r"|(?<=\d)/s(?=[ ]*(?:[,;:!?)\n（(，。]|\.(?!\d)|\Z|[^\W\d_]{2}))"
            rf"|(?<=[\dA-Za-z])[ ]?/[ ]?(?:ms|µs|us|ns|sec|second|minute|hr|hour|day|week|month|year|{PER[2:]})(?!\w))"
            rf"|(?P<spoken>(?<!\w)(?:{'|'.join(SPOKEN)})(?!\w))"
            rf"|(?P<bars>{BARS})"
            rf"|(?P<logarithm>{LOGARITHM})"
            rf"|(?P<fraction>(?<!\w)[{''.join(FRACTIONS)}](?!\w))"
            r"|(?P<lowered>(?<!\w)(?P<base>[^\W\d_]+)_\((?P<index>[^\W_](?:[\w ,-]{0,30}\w)?)\))"
            rf"|(?P<script>[{NOT_LATIN}]+)"
            rf"|(?P<word>[^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹](?:[^\W⁰¹²³⁴⁵⁶⁷⁸⁹{NOT_LATIN}]|\x01(?!(?<=[^\W\d_]\x01)\x01\d)|['’](?=\w)"
            rf"|-(?=[^\W\d]{{2}})|(?<=[^\W\d]{{2}})-(?=\d))*)"
            r"|(?P<strange>\\[A-Za-z]*|[{}∑∏∫±∓∂∇∞‰])"
            rf"|(?P<about>(?:[=≈][ {THIN}\x01]*(?:[~≈～∼]|(?:{ABOUT})(?=[ \x01]*[$€£¥]?\d))"
            rf"|[~≈～∼][ {THIN}\x01]*=|≈[ \x01]*~)(?![=>]))"
            r"|(?P<tilde>[~～∼]+)"
            r"|(?P<other>==+|!=|<=|>=|->|=>|<->|<-|[-+*/]=|--+|\*\*|//|\.\.+|:=|%|.)",
            re.DOTALL,
        )

    def tokens(self, text: str, start: int, end: int) -> list[Token]:
        """Return the tokens of the text from `start` to `end`."""
        found: list[Token] = []
        handlers = self.handlers
        for match in self.pattern.finditer(text, start, end):
            kind = match.lastgroup or ""
            if kind != "space" or match.end() - match.start() >= WIDE:
                handlers[kind](self, match, found)
        return found

    def first(self, text: str, position: int) -> Token | None:
        """Return the first token of the text at `position`, judged by that place alone; None where there is none."""
        found: list[Token] = []
        match = self.pattern.match(text, position)
        if match is not None:
            self.handlers[match.lastgroup or ""](self, match, found)
        return found[0] if found else None

    def row(self, match: re.Match[str], found: list[Token]) -> None:
        marked = match[0].strip(f" \t\r\n{NOTHING}")
        if marked[:1].isdigit() and found and found[-1].type in OPERATORS:
            # A long formula goes on with "128) × 4": no item of a list.
            found.append(Token("ROW", *match.span()))
            found += self.tokens(match.string, match.start() + match[0].index(marked[0]), match.end())
            return
        bullet = marked != ""
        blank = bool(found) and found[-1].type == "ROW"
        found.append(Token("STOP" if bullet or blank else "ROW", *match.span()))

    def space(self, match: re.Match[str], found: list[Token]) -> None:
        """Pass over space, except for a wide gap between two formulas in one line, which separates columns."""
        wide = len(match[0].replace(NOTHING, "")) >= WIDE
        if wide and found and found[-1].type in ENDS_OPERAND and GOES_ON.match(match.string, match.end()) is None:
            found.append(Token("STOP", *match.span(), "gap"))

    def nothing(self, match: re.Match[str], found: list[Token]) -> None:
        """Pass over the sign of a currency, which is no part of the formula."""

    def number(self, match: re.Match[str], found: list[Token]) -> None:
        start, end = match.span()
        if found and found[-1].end == start and found[-1].type in ("NAME", "WORD") and not _ends_script(found[-1]):
            # The end of a name: h2.
            found.append(Token("WORD", start, end, match[0]))
            return
        if LEADING_ZERO.match(match["number"]):
            # A string of digits, 0101.
            found.append(Token("WORD", start, end, match[0]))
            return
        scale = (match["scale"] or "").strip(f" {THIN}{NOTHING}").replace("％", "%")
        raised = bool(scale) and scale != "%" and bool(found) and found[-1].type == "POWER"
        if raised:
            # 1024^3 GB: the unit is that of the power.
            end = match.end("number")
        try:
            number = self.style.read(match["number"], "" if raised else scale, match.string[start:end])
            found.append(Token("NUMBER", start, end, number))
        except Unread as problem:
            found.append(Token("STRANGE", start, end, str(problem)))
        if raised:
            found.append(Token("WORD", match.end() - len(scale), match.end(), scale))

    def raised(self, match: re.Match[str], found: list[Token]) -> None:
        found.append(Token("POWER", match.start(), match.start(), "^"))
        written = match[0].translate(FROM_SUPERSCRIPTS)
        if written.startswith("-"):
            found.append(Token("MINUS", match.start(), match.start() + 1, "-"))
        found.append(Token("NUMBER", *match.span(), self.style.read(written.lstrip("-")[:30])))

    def address(self, match: re.Match[str], found: list[Token]) -> None:
        found.append(Token("STOP", *match.span()))

    def label(self, match: re.Match[str], found: list[Token]) -> None:
        start = match.start()
        if found and found[-1].type in OPERATORS and LETTERS_ONLY.fullmatch(match[0]):
            # Behind a sign an operand stands, and no note: 3 × (E + S).
            found.append(Token("OPEN", start, start + 1, "("))
            found += self.tokens(match.string, start + 1, match.end())
            return
        found.append(Token("LABEL", *match.span(), " ".join(match[0].replace(NOTHING, "").split())))

    def script(self, match: re.Match[str], found: list[Token]) -> None:
        start, end = match.span()
        if match[0] in SCRIPT_SIGNS:
            found.append(Token(SCRIPT_SIGNS[match[0]][0], start, end, SCRIPT_SIGNS[match[0]][1]))
        else:
            found.append(Token("WORD", start, end, match[0]))

    def about(self, match: re.Match[str], found: list[Token]) -> None:
        found.append(Token("RELATION", *match.span(), "≈"))

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

    def rate(self, match: re.Match[str], found: list[Token]) -> None:
        last = found[-1] if found else None
        price = last is not None and match.string[max(0, last.start - 1) : last.start] in CURRENCIES
        many = PER_MANY.match(match[0].lstrip()) is not None
        if last is not None and last.type == "NUMBER" and many and price:
            found.append(Token("WORD", *match.span(), match[0].strip()))
            return
        if (
            last is not None
            and not many
            and (last.type == "NUMBER" or (last.type == "WORD" and match[0].lstrip().startswith("/")))
        ):
            found.append(Token("WORD", *match.span(), "".join(match[0].split())))
            return
        # No unit: a division by something that is called so.
        slash = match.start() + match[0].index("/")
        found += self.tokens(match.string, match.start(), slash)
        found.append(Token("DIVIDE", slash, slash + 1, "/"))
        found += self.tokens(match.string, slash + 1, match.end())

    def spoken(self, match: re.Match[str], found: list[Token]) -> None:
        kind, sign = SPOKEN[match[0]]
        found.append(Token(kind, *match.span(), sign))

    def word(self, match: re.Match[str], found: list[Token]) -> None:
        word = match[0].replace(NOTHING, "")
        start, end = match.span()
        last = found[-1] if found else None
        attached = last is not None and last.end == start and last.type in ("NUMBER", "CLOSE")
        behind = last is not None and last.type in ("NUMBER", "CLOSE", "ANNOTATION")
        if attached and last is not None and _is_behind_number(last, word, match.string, end):
            found.append(Token("WORD", start, end, word))
        elif word in ("x", "X") and last and last.type in BEFORE_TIMES and BEHIND_TIMES.match(match.string, end):
            found.append(Token("TIMES", start, end, "×"))
        elif (attached or (behind and word[1:].isdigit())) and TIMES_NUMBER.fullmatch(word):
            self.times_numbers(word, start, found)
        elif attached and last is not None and last.type == "NUMBER" and len(word) <= 4 and word.isalnum():
            self.behind_number(match, word, found)
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
            found.append(Token("NUMBER", start, end, self.style.read(POWERS[word])))
        elif word in CALLED and match.string[end : end + 1] == "(":
            found.append(Token(CALLED[word][0], start, end, CALLED[word][1]))
        elif word in PREFIXES and ARGUMENT.match(match.string, end):
            found.append(Token("PREFIX", start, end, word))
        elif not word.strip("_"):
            found.append(Token("NAME", start, end, BLANK))
        elif len(word) == 1 or "_" in word.strip("_"):
            found.append(Token("NAME", start, end, word))
        else:
            found.append(Token("WORD", start, end, word))

    def behind_number(self, match: re.Match[str], word: str, found: list[Token]) -> None:
        """Read letters close behind a number: 2ab is a product; 1d20 and 101₂ are names as a whole."""
        start, end = match.span()
        if word.isalpha():
            found += [Token("NAME", start + index, start + index + 1, letter) for index, letter in enumerate(word)]
        elif LETTER_NUMBER.fullmatch(word):
            found[-1] = Token("NAME", found[-1].start, end, match.string[found[-1].start : end])
        else:
            found.append(Token("WORD", start, end, word))

    def times_numbers(self, word: str, start: int, found: list[Token]) -> None:
        """Read a row of factors, x5x16, each with its sign."""
        for part in re.finditer(r"x(\d*)", word):
            found.append(Token("TIMES", start + part.start(), start + part.start() + 1, "×"))
            if part[1]:
                found.append(Token("NUMBER", start + part.start(1), start + part.end(1), self.style.read(part[1])))

    def fraction(self, match: re.Match[str], found: list[Token]) -> None:
        share = figure(FRACTIONS[match[0]], "", shown=match[0])
        found.append(Token("NUMBER", *match.span(), replace(share, rounded=False)))

    def logarithm(self, match: re.Match[str], found: list[Token]) -> None:
        found.append(Token("PREFIX", *match.span(), match[0].translate(LOWERED)))

    def lowered(self, match: re.Match[str], found: list[Token]) -> None:
        found.append(Token("NAME", *match.span(), f"{match['base']}_{match['index']}"))

    def bars(self, match: re.Match[str], found: list[Token]) -> None:
        start, end = match.span()
        found.append(Token("ABS", start, start + 1, "|"))
        found += self.tokens(match.string, start + 1, end - 1)
        found.append(Token("ENDABS", end - 1, end, "|"))

    def strange(self, match: re.Match[str], found: list[Token]) -> None:
        found.append(Token("STRANGE", *match.span(), match[0]))

    def other(self, match: re.Match[str], found: list[Token]) -> None:
        sign = match[0]
        kind, value = SIGNS.get(sign, ("STOP", sign))
        close = bool(found) and found[-1].end == match.start()
        behind = match.string[match.end() : match.end() + 1]
        if sign == "//" and _divides_whole(found) and WHOLE_QUOTIENT.match(match.string, match.end()):
            kind = "DIVIDE"  # 4096 // 32 = 128; behind an equals sign it starts a comment
        if sign in "<>" and match.string[match.start() - 1 : match.start()].isspace() and behind.isdigit():
            kind = "STOP"  # less than 5 of something: <5
        if sign == "×" and close and not FACTOR.match(match.string, match.end()):
            kind = "WORD"  # 3.9× smaller
        if sign == "!" and found and found[-1].end == match.start() and found[-1].type in ("NUMBER", "NAME", "CLOSE"):
            kind, value = "FACTORIAL", "!" if FACTORIAL.match(match.string, match.end()) else END_MARK
        found.append(Token(kind, match.start(), match.end(), value or sign))

    handlers: ClassVar[Mapping[str, Callable[[TextLexer, re.Match[str], list[Token]], None]]] = {
        "row": row,
        "space": space,
        "number": number,
        "scale": number,
        "raised": raised,
        "currency": nothing,
        "address": address,
        "label": label,
        "rate": rate,
        "given": given,
        "script": script,
        "about": about,
        "tilde": tilde,
        "spoken": spoken,
        "lowered": lowered,
        "bars": bars,
        "logarithm": logarithm,
        "fraction": fraction,
        "word": word,
        "strange": strange,
        "other": other,
    }


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


def _may_be_rounded(found: list[Token]) -> bool:
    """Return whether the tokens before a ~ may be a side, and not the start of a range: 1 ~ 10 dBm."""
    if not found or found[-1].type not in (*ENDS_OPERAND, "WORD"):
        return False
    operated = any(token.type in OPERATORS - {"MINUS"} for token in found[-3:-1])
    scaled = any(isinstance(token.value, WrittenNumber) and token.value.scaled for token in found[-2:])
    return operated or scaled or found[-1].type == "CLOSE" or found[-1].type == "NAME"


def _divides_whole(found: list[Token]) -> bool:
    """Return whether a // may divide: an operand stands before it, and no relation before that in its line."""
    for token in reversed(found[-MOST_WORDS:]):
        if token.type in ("RELATION", "ROW", "STOP"):
            return token.type != "RELATION" and found[-1].type in ENDS_OPERAND
    return bool(found) and found[-1].type in ENDS_OPERAND


def _ends_script(token: Token) -> bool:
    return re.search(rf"[{NOT_LATIN}]$", str(token.value)) is not None


def _labelled(found: list[Token]) -> bool:
    """Return whether the last words are a label of the number before them that starts with “for”: 12 for the heads."""
    for index in range(len(found) - 1, max(0, len(found) - MOST_WORDS), -1):
        if found[index].type not in ("WORD", "NAME", "COMMA"):
            return False
        if found[index].value == "for":
            return found[index - 1].type in ENDS_OPERAND
    return False
