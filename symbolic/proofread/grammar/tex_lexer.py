"""Lexer of TeX's mathematics: it passes over spacing and sizes, and expands the document's own macros."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from symbolic.proofread.arithmetic.numbers import LAKH, Style, Unread, has_decimal_commas
from symbolic.proofread.grammar import tex_layout
from symbolic.proofread.grammar.tex_arguments import Here, Macro
from symbolic.proofread.grammar.tex_brackets import closes_list, read_over, read_overbrace
from symbolic.proofread.grammar.tex_functions import MARKS, root
from symbolic.proofread.grammar.tex_numbers import read_number, read_percent, read_quantity
from symbolic.proofread.grammar.tex_scripts import read_exponent, read_subscript, read_underscore
from symbolic.proofread.grammar.tex_signs import BEYOND, BRACES, DROPPED, GREEK, PASSED, SIGNS, WORDS
from symbolic.proofread.grammar.tex_words import read_font, read_greek, read_letters, read_micro, read_named, read_words
from symbolic.proofread.grammar.tokens import BEYOND as BEYOND_ARITHMETIC
from symbolic.proofread.grammar.tokens import ENDS_OPERAND, MOST_TOKENS, Token

DEEPEST_MACRO = 8
DEEPEST_GROUP = 60
POWER_OF_TEN = r"(?:[eE]|\\(?:text|mathrm)\{[eE]\})(?:[+-]?\d{1,4}(?![\d.A-Za-z{])|\{[+-]?\d{1,4}\})"
SEPARATOR = r"(?:\{,\}|\{\\,\}|,\\!|\\[,;: ]|~|,)(?:\\allowbreak ?)?"

NO_GROUP = r"(?<=[=+*/])0,\d{2,}(?![\d.,])"
"""A number with a decimal comma, also where commas group: no thousands have a nought before them."""


@dataclass
class TexLexer:
    """A lexer of TeX, with the document's `macros`, and its `variables`: letters that are sizes and no scales."""

    style: Style
    macros: Mapping[str, Macro] = field(default_factory=dict)
    variables: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        # Where points group, a comma stands before decimals: 1.024{,}5 and 0{,}75.
        decimals = r"\d{1,3}(?:\.\d{3})+(?!\d)(?:(?:\{,\}|,)\d+)?|\d+(?:\{,\}|,)\d+"
        grouped = decimals if self.style.group == "." else ""
        if self.style.group == LAKH:
            grouped = rf"\d{{1,2}}(?:{SEPARATOR}\d{{2}})+{SEPARATOR}\d{{3}}(?!\d)(?:\.\d+)?"
        number = rf"\d{{1,3}}(?:{SEPARATOR}\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?(?:{POWER_OF_TEN})?|\.\d+"
        self.pattern = re.compile(
            r"(?P<noted>(?<=\d)(?:\\[ ,;:]|~)\s*\((?:[A-Za-z]|\\(?:text|mathrm)\{[^{}]{1,40}\})\))"
            r"|(?P<space>[\s~&\x00-\x08\u200b]+|%[^\n]*|\{\s*\})"
            rf"|(?P<number>{grouped + '|' if grouped else ''}{NO_GROUP}|{number})"
            r"|(?P<named>[A-Za-z](?:[A-Za-z0-9]|\\?_(?=[A-Za-z0-9]{2})|\\_|\\underline\{\\ \})*"
            r"(?:\\_|\\underline\{\\ \})[A-Za-z0-9]+)"
            r"|(?P<letters>[^\W\d_]+)"
            r"|(?P<command>\\(?:[A-Za-z]+\*?|.|$))"
            r"|(?P<sign>.)",
            re.DOTALL,
        )

    def tokens(self, text: str, start: int, end: int) -> list[Token]:
        """Return the tokens of the text from `start` to `end`; Unread where macros expand too far."""
        if self.style.group == "," and has_decimal_commas(text[start:end]):
            return TexLexer(Style("."), self.macros, self.variables).tokens(text, start, end)
        return TexScan(self, text).run(start, end)


@dataclass
class TexScan:
    """One reading of a text: the tokens so far, and the brackets that are open."""

    lexer: TexLexer
    text: str
    tokens: list[Token] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    nested: int = 0

    def run(self, start: int, end: int) -> list[Token]:
        self.scan(self.text, start, end, None, (), 0)
        return self.tokens

    def scan(
        self,
        text: str,
        start: int,
        end: int,
        fixed: tuple[int, int] | None,
        arguments: tuple[tuple[int, int], ...],
        depth: int,
    ) -> None:
        """Read the text from `start` to `end`; in the body of a macro, tokens have the place of its call, `fixed`."""
        position = start
        match_at = self.lexer.pattern.match
        while position < end:
            match = match_at(text, position, end)
            if match is None:
                return
            place = fixed or (match.start(), match.end())
            if fixed and match[0] == "#" and text[match.end() : match.end() + 1].isdigit():
                index = int(text[match.end()]) - 1
                if index < len(arguments):
                    self.scan(self.text, *arguments[index], None, (), depth + 1)
                position = match.end() + 1
                continue
            handler = HANDLERS[str(match.lastgroup)]
            position = handler(self, Here(text, match, end, place, fixed, arguments, depth))
            if len(self.tokens) > 2 * MOST_TOKENS and (fixed or depth):
                raise Unread("the document's own commands expand too far")

    def add(self, type: str, place: tuple[int, int], value: object = "") -> None:
        self.tokens.append(Token(type, *place, value))

    @property
    def ends_operand(self) -> bool:
        return bool(self.tokens) and self.tokens[-1].type in ENDS_OPERAND

    def command(self, here: Here) -> int:
        name = here.match[0]
        if name in self.lexer.macros and here.depth < DEEPEST_MACRO:
            return self.macro(self.lexer.macros[name], here)
        return COMMANDS.get(name, TexScan.unknown)(self, here)

    def beyond(self, here: Here) -> int:
        self.add("STOP", here.place, BEYOND_ARITHMETIC)
        return here.match.end()

    def unknown(self, here: Here) -> int:
        self.add("STOP", here.place, here.match[0])
        return here.match.end()

    def derived(self, sign: str) -> None:
        """Make another name of a function with a prime behind it, which is its derivative."""
        if sign == "'" and self.tokens and self.tokens[-1].type == "PREFIX":
            self.tokens[-1].type, self.tokens[-1].value = "NAME", f"{self.tokens[-1].value}'"

    def sign(self, here: Here) -> int:
        sign, end = here.match[0], here.match.end()
        if sign == "_":
            return read_subscript(self, here)
        if sign in "{}":
            sign = "(" if sign == "{" else ")"
        if sign in ("'", ".", "。", "；", "✓", "✅"):
            self.derived(sign)
            return end
        if sign in (",", "，"):
            self.add("COMMA" if self.opened[-1:] == ["function"] else "ROW", here.place, ",")
            if self.opened[-1:] == ["bracket"]:
                self.opened[-1] = "list"
            return end
        kind, value = SIGNS.get(sign, ("STOP", sign))
        if kind in MARKS:
            return MARKS[kind](self, here)
        if kind == "OPEN":
            self.opened.append("function" if self.tokens and self.tokens[-1].type == "FUNCTION" else "bracket")
        elif kind == "CLOSE" and self.opened and closes_list(self, here):
            return end
        if sign == r"\sqrt":
            return root(self, here)
        self.add(kind, here.place, value)
        if kind == "POWER":
            return read_exponent(self, here)
        if kind == "FRACTION":
            return self.arguments(here, 2)
        if kind == "ROOT":
            return self.arguments(here, 1)
        # A dash of two signs, 0.95 -- 0.92, is one minus.
        return end + (sign == "-" and here.text.startswith("-", end))

    def arguments(self, here: Here, count: int) -> int:
        """Read `count` arguments of a command, each a group or one sign, in brackets each, and return their end."""
        end = here.match.end()
        for _ in range(count):
            place, end = here.group(end)
            self.argument(here, place)
        return end

    def argument(self, here: Here, stretch: tuple[int, int]) -> None:
        """Read a group, and put its tokens in brackets; Unread where it is nested more than DEEPEST_GROUP deep."""
        self.nested += 1
        if self.nested > DEEPEST_GROUP:
            raise Unread(f"nested more than {DEEPEST_GROUP} deep")
        place = here.fixed or stretch
        self.add("OPEN", (place[0], place[0]), "(")
        outside, self.opened = self.opened, []
        self.scan(here.text, *stretch, here.fixed, here.arguments, here.depth)
        self.opened = outside
        self.add("CLOSE", (place[1], place[1]), ")")
        self.nested -= 1

    def macro(self, macro: Macro, here: Here) -> int:
        end = here.match.end()
        arguments = []
        for _ in range(macro.arguments):
            place, end = here.group(end)
            arguments.append(place)
        if here.fixed:
            # Inside another macro's body the arguments are text of that body: read without places of their own.
            body = macro.body
            for index, (start, stop) in enumerate(arguments, start=1):
                body = body.replace(f"#{index}", here.text[start:stop])
            if len(body) > 10_000:
                raise Unread("the document's own commands expand too far")
            self.scan(body, 0, len(body), here.fixed, here.arguments, here.depth + 1)
        else:
            self.scan(macro.body, 0, len(macro.body), (here.match.start(), end), tuple(arguments), here.depth + 1)
        return end


COMMANDS: Mapping[str, Callable[[TexScan, Here], int]] = {
    **dict.fromkeys(BEYOND, TexScan.beyond),
    **dict.fromkeys(GREEK, read_greek),
    **dict.fromkeys(BRACES, tex_layout.read_space),
    **dict.fromkeys(DROPPED, tex_layout.read_dropped),
    **dict.fromkeys(WORDS, read_words),
    **dict.fromkeys((r"\rm", r"\bf", r"\it", r"\sf", r"\tt"), read_font),
    **dict.fromkeys(PASSED, tex_layout.read_passed),
    **dict.fromkeys((r"\num", r"\qty", r"\SI"), read_quantity),
    **dict.fromkeys((name for name in SIGNS if name.startswith("\\")), TexScan.sign),
    r"\overbrace": read_overbrace,
    r"\penalty": tex_layout.read_penalty,
    r"\mu": read_micro,
    r"\boxed": tex_layout.read_boxed,
    r"\underline": tex_layout.read_underline,
    r"\%": read_percent,
    r"\_": read_underscore,
    r"\over": read_over,
    r"\choose": read_over,
}
HANDLERS: Mapping[str, Callable[[TexScan, Here], int]] = {
    "noted": tex_layout.read_noted,
    "space": tex_layout.read_space,
    "number": read_number,
    "named": read_named,
    "letters": read_letters,
    "command": TexScan.command,
    "sign": TexScan.sign,
}
