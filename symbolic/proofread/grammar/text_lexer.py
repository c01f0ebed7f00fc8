"""Plain text as tokens: formulas and the words around them. NOTHING is passed over, BARRIER ends a formula."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from symbolic.proofread.arithmetic.numbers import BINARY, DECIMAL, LETTERS, THIN, Style, Unread
from symbolic.proofread.arithmetic.units import MEASURES
from symbolic.proofread.grammar.tokens import BLANK, END_MARK, ENDS_OPERAND, FUNCTIONS, UNKNOWN_FUNCTIONS, Token

BARRIER, NOTHING = "\x00", "\x01"

SIGNS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("×", "·", "⋅", "∙", "✕", "*", "times"), ("TIMES", "×")),
    **dict.fromkeys(("÷", "/", "∕"), ("DIVIDE", "/")),
    **dict.fromkeys(("+", "plus"), ("PLUS", "+")),
    **dict.fromkeys(("-", "−", "–", "minus"), ("MINUS", "-")),
    **dict.fromkeys(("^", "**"), ("POWER", "^")),
    **dict.fromkeys(("=", "equals"), ("RELATION", "=")),
    **dict.fromkeys(("≈", "≃", "≅", "~"), ("RELATION", "≈")),
    **dict.fromkeys(("<", "≤", ">", "≥", "≠"), ("RELATION", "")),
    **dict.fromkeys(("(", "["), ("OPEN", "(")),
    **dict.fromkeys((")", "]"), ("CLOSE", ")")),
    ",": ("COMMA", ","),
    "⌈": ("CEIL", "⌈"),
    "⌉": ("ENDCEIL", "⌉"),
    "⌊": ("FLOOR", "⌊"),
    "⌋": ("ENDFLOOR", "⌋"),
    **{sign: ("ROOT", sign) for sign in "√∛∜"},
}
SPOKEN: Mapping[str, tuple[str, str]] = {
    "multiplied by": ("TIMES", "×"),
    "divided by": ("DIVIDE", "/"),
    "to the power of": ("POWER", "^"),
    "open bracket": ("OPEN", "("),
    "close bracket": ("CLOSE", ")"),
}
"""Signs in several words, as formulas are read aloud."""
POWERS = {"squared": "2", "cubed": "3"}
PER = "s|sec|second|min|minute|h|hr|hour|day|week|month|year|token|tok|parameter|params?|GPU|step|layer|head|sequence"
MOST_WORDS = 10
"""A label of more words than these is a sentence."""
CALLED: Mapping[str, tuple[str, str]] = {
    **{name: ("FUNCTION", name) for name in ("min", "max", "ceil", "floor")},
    **{name: ("PREFIX", name) for name in FUNCTIONS},
    "sqrt": ("ROOT", "√"),
    "cbrt": ("ROOT", "∛"),
}
"""Functions that have brackets directly behind them."""
LOGARITHM = r"(?<!\w)log(?:_?(?:2|10)|_\(\d{1,9}\)|[₀₁₂₃₄₅₆₇₈₉]{1,9})(?=\(|[ \x01]+(?:\d|[A-Za-z](?!\w)|\())"
BARS = (
    r"(?<![\w|)])\|(?=[^\s|])(?:[^|\n\x00]{0,79}[^\s|\x00])?\|"
    r"(?=[ \x01]*(?:=(?![=>])|[≈≤≥≠<>×·⋅∙*÷/+^−²³)]|- |\Z|$))"
)
"""An absolute value: its bars close to what is in it, a sign behind it. Tables have bars too."""
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789", "_()")
OF_NUMBER = re.compile(r"[ \x01]+(?:the[ \x01]+)?[\d(]")
BEFORE_TIMES = ENDS_OPERAND | {"WORD", "LABEL"}
BEHIND_TIMES = re.compile(r"[ \x01\n]*[\w(\[√]")
FACTOR = re.compile(r"[\w(\[√]|[ \x01\n]+(?:[\d(\[√]|\w(?!\w)|\w+_)|[*\x00]")
"""What stands behind a × that is close to what is before it, if it is a sign."""
TIMES_NUMBER = re.compile(r"x\d{1,30}")
ARGUMENT = re.compile(r"[ \x01]+(?:\d|[A-Za-z](?!\w))")
FACTORIAL = re.compile(r"[ \x01]*(?:=(?![=>])|[)\]≈≤≥≠<×·⋅∙*÷/+^]|>(?!>)|[-−–][ \x01]?[\d(√]|x[ \d])")
"""What shows that an exclamation mark is not the end of its sentence."""
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
SCALES = "|".join(sorted((*BINARY, *(word for word in DECIMAL if word not in LETTERS)), key=len, reverse=True))


@dataclass
class TextLexer:
    """Lexes stretches of a document that are no TeX."""

    style: Style

    def __post_init__(self) -> None:
        self.pattern = re.compile(
            r"(?P<row>[ \t\x01]*\r?\n[ \t\x01]*(?:(?:[-*•‣]|\d{1,3}[.)]|#{1,6}|>)[ \t]+)*)"
            rf"|(?P<space>[ \t\x01\u200b{THIN}]+)"
            rf"|(?P<number>(?:{self.style.pattern}))"
            rf"(?:(?P<scale>[ {THIN}\x01]?(?:{SCALES})(?!\w)|[{''.join(LETTERS)}](?![\w(])|[ {THIN}\x01]*%))?"
            r"|(?P<raised>[⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
            r"|(?P<currency>(?:US\$|(?<!\w)(?:USD|EUR|CHF|GBP|INR)|[$€£¥₹])[ \x01]?(?=\d))"
            r"|(?P<address>(?:https?://|www\.)[^\s<>\x00]+)"
            r"|(?P<label>\[(?=[^\W\d])[^\[\]=×*+\x00]{2,120}\](?!\()"
            r"|\((?=[A-Za-z ,.'’/-]{0,80}[A-Za-z]{3})[A-Za-z ,.'’/-]{3,80}\))"
            rf"|(?P<rate>(?:FLOPs?|FLOPS|[Tt]ok(?:en)?s?|steps?|samples?|{'|'.join(MEASURES)})/(?:{PER})(?!\w)"
            r"|(?<=\d)/(?:sec|second|minute|hr|hour|day|week|month|year)(?!\w))"
            rf"|(?P<spoken>(?<!\w)(?:{'|'.join(SPOKEN)})(?!\w))"
            rf"|(?P<bars>{BARS})"
            rf"|(?P<logarithm>{LOGARITHM})"
            r"|(?P<lowered>(?<!\w)(?P<base>[^\W\d_]+)_\((?P<index>[^\W_](?:[\w ,-]{0,30}\w)?)\))"
            r"|(?P<word>[^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹](?:[^\W⁰¹²³⁴⁵⁶⁷⁸⁹]|\x01|['’](?=\w)|-(?=[^\W\d]{2}))*)"
            r"|(?P<strange>\\[A-Za-z]*|[{}∑∏∫±∓∂∇∞‰])"
            r"|(?P<other>==+|!=|<=|>=|->|=>|<-|[-+*/]=|--+|\*\*|\.\.+|:=|.)",
            re.DOTALL,
        )

    def tokens(self, text: str, start: int, end: int) -> list[Token]:
        """The tokens of a stretch."""
        found: list[Token] = []
        handlers = self.handlers
        for match in self.pattern.finditer(text, start, end):
            handlers[match.lastgroup or ""](self, match, found)
        return found

    def first(self, text: str, position: int) -> Token | None:
        """The token at a place, if it is one of its own."""
        found: list[Token] = []
        match = self.pattern.match(text, position)
        if match is not None:
            self.handlers[match.lastgroup or ""](self, match, found)
        return found[0] if found else None

    def row(self, match: re.Match[str], found: list[Token]) -> None:
        bullet = match[0].strip(f" \t\r\n{NOTHING}") != ""
        blank = bool(found) and found[-1].type == "ROW"
        found.append(Token("STOP" if bullet or blank else "ROW", *match.span()))

    def space(self, match: re.Match[str], found: list[Token]) -> None:
        """Nothing."""

    def number(self, match: re.Match[str], found: list[Token]) -> None:
        start, end = match.span()
        if found and found[-1].end == start and found[-1].type in ("NAME", "WORD"):
            # The end of a name: h2.
            found.append(Token("WORD", start, end, match[0]))
            return
        scale = (match["scale"] or "").strip(f" {THIN}{NOTHING}")
        try:
            found.append(Token("NUMBER", start, end, self.style.read(match["number"], scale, match[0])))
        except Unread as problem:
            found.append(Token("STRANGE", start, end, str(problem)))

    def raised(self, match: re.Match[str], found: list[Token]) -> None:
        found.append(Token("POWER", match.start(), match.start(), "^"))
        written = match[0].translate(RAISED)
        if written.startswith("-"):
            found.append(Token("MINUS", match.start(), match.start() + 1, "-"))
        found.append(Token("NUMBER", *match.span(), self.style.read(written.lstrip("-")[:30])))

    def address(self, match: re.Match[str], found: list[Token]) -> None:
        found.append(Token("STOP", *match.span()))

    def label(self, match: re.Match[str], found: list[Token]) -> None:
        found.append(Token("LABEL", *match.span(), " ".join(match[0].replace(NOTHING, "").split())))

    def rate(self, match: re.Match[str], found: list[Token]) -> None:
        found.append(Token("WORD", *match.span(), match[0]))

    def spoken(self, match: re.Match[str], found: list[Token]) -> None:
        kind, sign = SPOKEN[match[0]]
        found.append(Token(kind, *match.span(), sign))

    def word(self, match: re.Match[str], found: list[Token]) -> None:
        word = match[0].replace(NOTHING, "")
        start, end = match.span()
        last = found[-1] if found else None
        attached = last is not None and last.end == start and last.type == "NUMBER"
        if word in ("x", "X") and last and last.type in BEFORE_TIMES and BEHIND_TIMES.match(match.string, end):
            found.append(Token("TIMES", start, end, "×"))
        elif attached and TIMES_NUMBER.fullmatch(word):
            found.append(Token("TIMES", start, start + 1, "×"))
            found.append(Token("NUMBER", start + 1, end, self.style.read(word[1:])))
        elif attached and len(word) <= 4 and word.isalpha():
            found += [Token("NAME", start + index, start + index + 1, letter) for index, letter in enumerate(word)]
        elif word == "of" and last and last.type == "NUMBER" and OF_NUMBER.match(match.string, end):
            # 90 % of 200, 1/3 of 12; of other numbers it is not known what is meant.
            part = str(getattr(last.value, "shown", "")).endswith("%") or [at.type for at in found[-2:-1]] == ["DIVIDE"]
            found.append(Token("TIMES" if part else "STRANGE", start, end, "of"))
        elif word in SIGNS and last and (last.type in ENDS_OPERAND or _labelled(found)):
            found.append(Token(SIGNS[word][0], start, end, SIGNS[word][1]))
        elif word in POWERS and last and last.type in ENDS_OPERAND:
            found.append(Token("POWER", start, start, "^"))
            found.append(Token("NUMBER", start, end, self.style.read(POWERS[word])))
        elif word in CALLED and match.string[end : end + 1] == "(":
            found.append(Token(CALLED[word][0], start, end, CALLED[word][1]))
        elif word in (*FUNCTIONS, *UNKNOWN_FUNCTIONS) and ARGUMENT.match(match.string, end):
            found.append(Token("PREFIX", start, end, word))
        elif not word.strip("_"):
            found.append(Token("NAME", start, end, BLANK))
        elif len(word) == 1 or "_" in word.strip("_"):
            found.append(Token("NAME", start, end, word))
        else:
            found.append(Token("WORD", start, end, word))

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
        "currency": space,
        "address": address,
        "label": label,
        "rate": rate,
        "spoken": spoken,
        "lowered": lowered,
        "bars": bars,
        "logarithm": logarithm,
        "word": word,
        "strange": strange,
        "other": other,
    }


def _labelled(found: list[Token]) -> bool:
    """Whether the last words say what the number before them is for: 12 for the heads."""
    for index in range(len(found) - 1, max(0, len(found) - MOST_WORDS), -1):
        if found[index].type not in ("WORD", "NAME", "COMMA"):
            return False
        if found[index].value == "for":
            return found[index - 1].type in ENDS_OPERAND
    return False
