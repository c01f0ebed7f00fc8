"""Plain text as tokens: a formula's, and the words around it. The character NOTHING is passed over, BARRIER ends a formula."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from symbolic.proofread.numbers import BINARY, DECIMAL, LETTERS, THIN, Style
from symbolic.proofread.tokens import ENDS_OPERAND, Token

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
    "√": ("ROOT", "√"),
}
FUNCTIONS = {"min": "min", "max": "max", "ceil": "ceil", "floor": "floor", "sqrt": "√"}
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
            r"|(?P<address>(?:https?://|www\.)[^\s<>\x00]+)"
            r"|(?P<label>\[(?=[^\W\d])[^\[\]=×*+\x00]{2,120}\](?!\()"
            r"|\((?=[A-Za-z ,.'’/-]{0,80}[A-Za-z]{3})[A-Za-z ,.'’/-]{3,80}\))"
            r"|(?P<word>[^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹](?:[^\W⁰¹²³⁴⁵⁶⁷⁸⁹]|\x01|['’](?=\w)|-(?=[^\W\d]{2}))*)"
            r"|(?P<strange>\\[A-Za-z]*|[{}∑∏∫±∓∂∇∞‰])"
            r"|(?P<other>==+|!=|<=|>=|->|=>|<-|[-+*/]=|--+|\*\*|\.\.+|:=|.)",
            re.DOTALL,
        )

    def tokens(self, text: str, start: int, end: int) -> list[Token]:
        """The tokens of a stretch."""
        return list(self._tokens(text, start, end))

    def _tokens(self, text: str, start: int, end: int) -> Iterator[Token]:
        last: Token | None = None
        position = start
        match_at = self.pattern.match
        while position < end:
            match = match_at(text, position, end)
            assert match is not None
            position = match.end()
            for token in self.handlers[str(match.lastgroup)](self, match, last):
                yield token
                last = token

    def row(self, match: re.Match[str], last: Token | None) -> Iterator[Token]:
        bullet = match[0].strip(f" \t\r\n{NOTHING}") != ""
        blank = last is not None and last.type == "ROW"
        yield Token("STOP" if bullet or blank else "ROW", *match.span())

    def space(self, match: re.Match[str], last: Token | None) -> Iterator[Token]:  # noqa: ARG002
        return iter(())

    def number(self, match: re.Match[str], last: Token | None) -> Iterator[Token]:
        scale = (match["scale"] or "").strip(f" {THIN}{NOTHING}")
        if last and last.end == match.start() and last.type in ("NAME", "WORD"):
            # The end of a name: h2.
            yield Token("WORD", *match.span(), match[0])
            return
        yield Token("NUMBER", *match.span(), self.style.read(match["number"], scale, match[0]))

    scale = number

    def raised(self, match: re.Match[str], last: Token | None) -> Iterator[Token]:  # noqa: ARG002
        yield Token("POWER", match.start(), match.start(), "^")
        written = match[0].translate(RAISED)
        if written.startswith("-"):
            yield Token("MINUS", match.start(), match.start() + 1, "-")
        yield Token("NUMBER", *match.span(), self.style.read(written.lstrip("-")[:30]))

    def address(self, match: re.Match[str], last: Token | None) -> Iterator[Token]:  # noqa: ARG002
        yield Token("STOP", *match.span())

    def label(self, match: re.Match[str], last: Token | None) -> Iterator[Token]:  # noqa: ARG002
        yield Token("LABEL", *match.span(), " ".join(match[0].replace(NOTHING, "").split()))

    def word(self, match: re.Match[str], last: Token | None) -> Iterator[Token]:
        word = match[0].replace(NOTHING, "")
        start, end = match.span()
        attached = last is not None and last.end == start and last.type == "NUMBER"
        if word in ("x", "X") and last and last.type in ENDS_OPERAND | {"WORD", "LABEL"}:
            yield Token("TIMES", start, end, "×")
        elif attached and re.fullmatch(r"x\d+", word):
            yield Token("TIMES", start, start + 1, "×")
            yield Token("NUMBER", start + 1, end, self.style.read(word[1:]))
        elif attached and len(word) <= 4 and word.isalpha():
            yield from (Token("NAME", start + index, start + index + 1, letter) for index, letter in enumerate(word))
        elif word in SIGNS and last and last.type in ENDS_OPERAND:
            yield Token(SIGNS[word][0], start, end, SIGNS[word][1])
        elif word in FUNCTIONS and match.string[end : end + 1] == "(":
            yield Token("FUNCTION", start, end, FUNCTIONS[word])
        elif len(word) == 1 or "_" in word.strip("_"):
            yield Token("NAME", start, end, word)
        else:
            yield Token("WORD", start, end, word)

    def other(self, match: re.Match[str], last: Token | None) -> Iterator[Token]:  # noqa: ARG002
        sign = match[0]
        type, value = SIGNS.get(sign, ("STOP", sign))
        yield Token(type, match.start(), match.start() + len(sign), value or sign)

    def strange(self, match: re.Match[str], last: Token | None) -> Iterator[Token]:  # noqa: ARG002
        yield Token("STRANGE", *match.span(), match[0])

    handlers: ClassVar[Mapping[str, Callable[[TextLexer, re.Match[str], Token | None], Iterator[Token]]]] = {
        "row": row,
        "space": space,
        "number": number,
        "scale": number,
        "raised": raised,
        "address": address,
        "label": label,
        "word": word,
        "strange": strange,
        "other": other,
    }

