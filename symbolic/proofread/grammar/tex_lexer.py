"""Lexer of TeX's mathematics: it passes over spacing and sizes, and expands the document's own macros."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from symbolic.proofread.arithmetic.numbers import (
    BINARY,
    DECIMAL,
    LAKH,
    LETTERS,
    Style,
    Unread,
    WrittenNumber,
    has_decimal_commas,
)
from symbolic.proofread.arithmetic.units import MEASURES
from symbolic.proofread.grammar.names import is_name, words_token
from symbolic.proofread.grammar.tex_functions import BINOMIAL, MARKS, logarithm_behind, root
from symbolic.proofread.grammar.tex_signs import BEYOND, BRACES, DROPPED, GREEK, PASSED, SIGNS, WORDS
from symbolic.proofread.grammar.tokens import BEYOND as BEYOND_ARITHMETIC
from symbolic.proofread.grammar.tokens import BLANK, ENDS_OPERAND, FUNCTIONS, MOST_TOKENS, Token

DEEPEST_MACRO = 8
DEEPEST_GROUP = 60
POWER_OF_TEN = r"(?:[eE]|\\(?:text|mathrm)\{[eE]\})(?:[+-]?\d{1,4}(?![\d.A-Za-z{])|\{[+-]?\d{1,4}\})"
OF_FUNCTION = re.compile(r"\s*(?:_\s*(?:\{[^{}]{1,10}\}|\w)\s*)?(?:\(|\\(?:left|[bB]igg?l?|[cd]?frac)(?![A-Za-z]))")
"""What stands behind a word in text that is a function's name: \\text{log}_2 (…)."""
ROUNDING = frozenset({"round", "ceil", "floor"})
ABBREVIATIONS = frozenset({"SE", "SD", "ME", "df", "IQR", "MSE"})
"""Names of several letters that statistics sets like products."""
UPRIGHT_WORD = re.compile(r"\s*([A-Za-z]{2,30})(?![A-Za-z])")
SEPARATOR = r"(?:\{,\}|\{\\,\}|,\\!|\\[,;: ]|~|,)(?:\\allowbreak ?)?"


class Macro(NamedTuple):
    """A command that the document defines: its number of arguments, and the text that it stands for."""

    arguments: int
    body: str


def braces_end(text: str, start: int, end: int) -> int:
    """Return the position behind the brace that closes the group at `start`, or `end` where none closes it."""
    depth = 0
    for match in BRACE.finditer(text, start, end):
        if match[0] in ("{", "}"):
            depth += 1 if match[0] == "{" else -1
            if depth == 0:
                return match.end()
    return end


BRACE = re.compile(r"\\.|[{}]", re.DOTALL)


def plain_words(tex: str) -> str:
    r"""Return the words of a `\text{…}` without their markup."""
    tex = re.sub(r"\\underline\{\\ \}|\\_(?:\\allowbreak(?:\{\})?)?", "_", tex)
    tex = re.sub(r"\\(?:vphantom|hspace|phantom)\{[^{}]*\}", "", tex)
    tex = re.sub(r"\\(?:text\w*|mathstrut|allowbreak|math\w+|mbox)(?![A-Za-z])", "", tex)
    tex = re.sub(r"\\([^A-Za-z])", r"\1", tex)
    return re.sub(r"[{}]", "", tex).replace("~", " ")


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
            r"(?P<space>[\s~&\x00-\x08]+|%[^\n]*|\{\s*\})"
            rf"|(?P<number>{grouped + '|' if grouped else ''}{number})"
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
        return _Scan(self, text).run(start, end)


@dataclass
class _Scan:
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
            handler = self.handlers[str(match.lastgroup)]
            position = handler(self, _Here(text, match, end, place, fixed, arguments, depth))
            if len(self.tokens) > 2 * MOST_TOKENS and (fixed or depth):
                raise Unread("the document's own commands expand too far")

    def add(self, type: str, place: tuple[int, int], value: object = "") -> None:
        self.tokens.append(Token(type, *place, value))

    @property
    def ends_operand(self) -> bool:
        return bool(self.tokens) and self.tokens[-1].type in ENDS_OPERAND

    def space(self, here: _Here) -> int:
        return here.match.end()

    def number(self, here: _Here) -> int:
        try:
            self.add("NUMBER", here.place, self.figure(here.match[0]))
        except Unread as problem:
            self.add("STOP", here.place, str(problem))
        return here.match.end()

    def named(self, here: _Here) -> int:
        self.add("NAME", here.place, plain_words(here.match[0]))
        return here.match.end()

    def letters(self, here: _Here) -> int:
        run, start = here.match[0], here.match.start()
        close = bool(self.tokens) and self.tokens[-1].end == here.place[0]
        per = RATE.match(here.text, here.match.end(), here.end)
        behind = per.end() if per else here.match.end()
        if self.tokens and not self.is_factor(run, here) and self.scaled(run, close=close):
            return behind
        if len(run) > 1 and run in MEASURES and self.tokens and self.tokens[-1].type == "NUMBER":
            self.add("ANNOTATION", here.place, f"{run}{per[0].strip()}" if per else run)
            return behind
        if run in ABBREVIATIONS or (len(run) >= 4 and run.isascii()):
            self.add("NAME" if not self.ends_operand or is_name(run) else "ANNOTATION", here.place, run)
            return here.match.end()
        follows = here.text[here.match.end() : here.match.end() + 12].lstrip(" ~")
        if run in ("x", "X") and self.ends_operand and re.match(r"[\d(\\A-Za-z]", follows):
            spaced = (
                here.text[start - 1 : start].isspace() and here.text[here.match.end() : here.match.end() + 1].isspace()
            )
            if spaced or follows[0].isdigit():
                self.add("TIMES", here.place, "×")
                return here.match.end()
        for index, letter in enumerate(run):
            self.add("NAME", here.fixed or (start + index, start + index + 1), letter)
        return here.match.end()

    def is_factor(self, run: str, here: _Here) -> bool:
        """Return whether a letter behind a number is a size and no scale, as in 2T D² or among the variables."""
        if run not in LETTERS:
            return False
        follows = here.text[here.match.end() : min(here.end, here.match.end() + 12)].lstrip(" ~")
        number = getattr(self.tokens[-1].value, "shown", "") if self.tokens else ""
        ends = re.match(r"[}=)]|\\(?:text|times|approx|,|;)|$", follows) is not None
        if len(re.sub(r"\D", "", number)) > 1 and ends:
            return False
        return (
            run in self.lexer.variables
            or re.match(r"[A-Za-z^_(]|\\(?:left|cdot [A-Za-z](?![A-Za-z]))", follows) is not None
        )

    def scaled(self, words: str, *, close: bool) -> bool:
        """Give the last number its scale, 124M, and return True; False where the words are no scale of a number.

        A scale of one letter must stand close to its number.
        """
        last = self.tokens[-1]
        first = re.sub(r"(?<=[A-Za-z])/(?!s(?:ec)?\b).*", "", words.strip().partition(" ")[0])
        raised = self.tokens[-2:-1] and self.tokens[-2].type == "POWER"
        if raised or last.type != "NUMBER" or not is_scale(first) or getattr(last.value, "scaled", True):
            return False
        if first in LETTERS and not close:
            return False
        last.value = self.figure(last.value.shown, first)  # type: ignore[attr-defined]
        return True

    def figure(self, written: str, scale: str = "") -> WrittenNumber:
        """Return the number that is written so in TeX, with the scale behind it."""
        clean = re.sub(r"\\allowbreak ?|\\[,;: !]|\{\\,\}|~", "", written).replace("{,}", ",")
        clean = clean if self.lexer.style.group == "." else clean.replace(",", "")
        clean = re.sub(r"\\(?:text|mathrm)\{([eE])\}|[{}]", r"\1", clean)
        return self.lexer.style.read(clean, scale, written)

    def command(self, here: _Here) -> int:
        name = here.match[0]
        if name in self.lexer.macros and here.depth < DEEPEST_MACRO:
            return self.macro(self.lexer.macros[name], here)
        return self.commands.get(name, _Scan.unknown)(self, here)

    def beyond(self, here: _Here) -> int:
        self.add("STOP", here.place, BEYOND_ARITHMETIC)
        return here.match.end()

    def micro(self, here: _Here) -> int:
        r"""Read `\mu`: with an s behind it and a number before it, the unit µs; elsewhere the Greek letter."""
        unit = MICROSECOND.match(here.text, here.match.end(), here.end)
        if unit is None or not (self.tokens and self.tokens[-1].type == "NUMBER"):
            return self.greek(here)
        self.add("ANNOTATION", here.fixed or (here.match.start(), unit.end()), "µs")
        return unit.end()

    def unknown(self, here: _Here) -> int:
        self.add("STOP", here.place, here.match[0])
        return here.match.end()

    def quantity(self, here: _Here) -> int:
        r"""Read a number of siunitx, `\num{1.5e9}`, or one with a unit, `\qty{350}{GB}` or `\SI{350}{GB}`."""
        (start, stop), end = here.group(here.match.end())
        match = QUANTITY.fullmatch(here.text, start, stop)
        if match is None:
            self.add("STOP", here.place, here.match[0])
            return end
        place = here.fixed or (start, stop)
        try:
            self.add("NUMBER", place, self.lexer.style.read(match[0].replace(" ", "").replace(",", ""), shown=match[0]))
        except Unread as problem:
            self.add("STOP", here.place, str(problem))
        if here.match[0] == r"\num":
            return end
        (start, stop), end = here.group(end)
        words = SPELLED.sub(lambda match: UNITS[match[1]], plain_words(here.raw(start, stop, self.text)).strip())
        words = "bytes" if words == "B" else words
        if not self.scaled(words, close=True):
            self.add("STOP" if "\\" in words else "ANNOTATION", here.fixed or (start, stop), words)
        return end

    def greek(self, here: _Here) -> int:
        self.add("NAME", here.place, GREEK[here.match[0]])
        return here.match.end()

    def underline(self, here: _Here) -> int:
        """Read an underline: with only space above it, it is a blank; under a formula it is passed over."""
        (start, stop), end = here.group(here.match.end())
        if ROOM.fullmatch(here.raw(start, stop, self.text)):
            self.add("NAME", here.fixed or (here.match.start(), end), BLANK)
            return end
        return here.match.end()

    def passed(self, here: _Here) -> int:
        end = here.match.end()
        if here.match[0] in WIDE and (wide := ROOMS.match(here.text, end, here.end)):
            # As wide as \quad.
            self.add("ROW", here.place)
            return wide.end()
        return end + (here.match[0] in (r"\left", r"\right") and here.text[end : end + 1] == ".")

    def penalty(self, here: _Here) -> int:
        number = DIGITS.match(here.text, here.match.end())
        return number.end() if number else here.match.end()

    def boxed(self, here: _Here) -> int:
        (start, stop), end = here.group(here.match.end())
        self.scan(here.text, start, stop, here.fixed, here.arguments, here.depth)
        return end

    def dropped(self, here: _Here) -> int:
        name = here.match[0]
        (start, stop), end = here.group(here.match.end())
        if name in (r"\begin", r"\end"):
            grid = GRID.search(here.text, start, stop)
            self.add("STOP" if grid else "ROW", here.place, BEYOND_ARITHMETIC if grid else "")
            # Not beyond the stretch: a command that is an argument itself has none of its own.
            while name == r"\begin" and end < here.end and here.text[end] == "{":
                _, end = here.group(end)
        return end

    def percent(self, here: _Here) -> int:
        if not (self.tokens and self.tokens[-1].type == "NUMBER" and self._percent()):
            self.add("STOP", here.place, "%")
        return here.match.end()

    def _percent(self) -> bool:
        last = self.tokens[-1]
        if last.value.scaled:  # type: ignore[attr-defined]
            return False
        last.value = self.figure(last.value.shown, "%")  # type: ignore[attr-defined]
        return True

    def overbrace(self, here: _Here) -> int:
        r"""Read `\overbrace{3 × 4}^{label}`: the formula in brackets, without the label, which is no exponent."""
        (start, stop), end = here.group(here.match.end())
        self.add("OPEN", here.place, "(")
        self.scan(here.text, start, stop, here.fixed, here.arguments, here.depth)
        self.add("CLOSE", here.place, ")")
        label = re.compile(r"\s*\^\s*").match(here.text, end)
        return here.group(label.end())[1] if label else end

    def font(self, here: _Here) -> int:
        r"""Read a change of font, `{\rm round} (3.97)`; the letters behind an upright one are a word."""
        end = here.match.end()
        word = UPRIGHT_WORD.match(here.text, end, here.end) if here.match[0] in (r"\rm", r"\sf", r"\tt") else None
        if word is None:
            return end
        place = here.fixed or word.span(1)
        called = OF_FUNCTION.match(here.text, word.end(), here.end)
        if word[1] in ROUNDING and called:
            self.add("FUNCTION", place, word[1])
        elif word[1] in FUNCTIONS and called:
            self.add("PREFIX", place, word[1])
        elif not (self.tokens and self.scaled(word[1], close=True)):
            self.tokens += words_token(word[1], place, self.ends_operand)
        return word.end()

    def words(self, here: _Here) -> int:
        (start, stop), end = here.group(here.match.end())
        raw = here.raw(start, stop, self.text)
        words = plain_words(raw)
        if words.count("(") > words.count(")") and (rest := REST_OF_NOTE.match(here.text, end, here.end)):
            # \text{cache (with } H = 8 \text{)}: one label, whatever stands in its brackets.
            words, end = f"{words}{plain_words(rest[0])}", rest.end()
        place = here.fixed or (here.match.start(), end)
        stripped = words.strip()
        if self.tokens and stripped and self.scaled(words, close=True):
            return end
        if stripped == "log" and OF_FUNCTION.match(here.text, end, here.end):
            return logarithm_behind(self, here, end)
        if stripped in ROUNDING and OF_FUNCTION.match(here.text, end, here.end):
            self.add("FUNCTION", place, stripped)
            return end
        if stripped in FUNCTIONS and OF_FUNCTION.match(here.text, end, here.end):
            self.add("PREFIX", place, stripped)
            return end
        is_formula = re.search(r"\d", raw) and not re.search("[a-z]{3}", re.sub(r"\\[a-z]+", "", words))
        if here.fixed is None and is_formula and CONTINUING.match(raw):
            # \mathbf{+ 1}: it goes on with what stands before it.
            self.scan(here.text, start, stop, here.fixed, here.arguments, here.depth)
            return end
        if here.fixed is None and is_formula and re.match(r"\s*(?:[\d(]|\\times)", raw):
            self.add("OPEN", (here.match.start(), start), "(")
            self.scan(here.text, start, stop, here.fixed, here.arguments, here.depth)
            self.add("CLOSE", (stop, end), ")")
            return end
        self.tokens += words_token(stripped, place, self.ends_operand)
        return end

    def sign(self, here: _Here) -> int:
        sign, end = here.match[0], here.match.end()
        if sign == "_":
            return self.subscript(here)
        if sign in "{}":
            sign = "(" if sign == "{" else ")"
        if sign in ("'", ".", "。", "；"):
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
        elif kind == "CLOSE" and self.opened and self.closes_list(here):
            return end
        if sign == r"\sqrt":
            return root(self, here)
        self.add(kind, here.place, value)
        if kind == "POWER":
            return self.exponent(here)
        if kind == "FRACTION":
            return self.arguments(here, 2)
        if kind == "ROOT":
            return self.arguments(here, 1)
        return end

    def closes_list(self, here: _Here) -> bool:
        r"""Close a bracket, and the lower part of an `\over` in it; return whether it was a list that is now read."""
        opened = self.opened.pop()
        if opened == "over":
            self.add("CLOSE", here.place, ")")
        return opened == "list" and self.listed(here)

    def over(self, here: _Here) -> int:
        r"""Read `{a \over b}` as a division of two brackets: all before `\over` in the braces by all behind it.

        `{a \choose b}` is a binomial coefficient.
        """
        index = self.opening()
        if self.opened[-1:] != ["bracket"] or index < 0:
            return self.unknown(here)
        self.opened[-1] = "over"
        start = self.tokens[index].end
        opening = Token("OPEN", start, start, "(")
        if here.match[0] == r"\choose":
            self.tokens[index:index] = [Token("FUNCTION", start, start, BINOMIAL)]
            self.tokens.insert(index + 2, opening)
            between = (("CLOSE", ")"), ("COMMA", ","), ("OPEN", "("))
        else:
            self.tokens.insert(index + 1, opening)
            between = (("CLOSE", ")"), ("DIVIDE", "/"), ("OPEN", "("))
        for kind, sign in between:
            self.add(kind, here.place, sign)
        return here.match.end()

    def opening(self) -> int:
        """Return the index of the last bracket that is still open, or -1 where none is."""
        depth, index = 1, len(self.tokens)
        while index and depth:
            index -= 1
            depth += (self.tokens[index].type == "CLOSE") - (self.tokens[index].type == "OPEN")
        return -1 if depth else index

    def listed(self, here: _Here) -> bool:
        """Read a list in brackets, (2, 3), as beyond arithmetic, or behind a name as a function's value, f(2, 3).

        Return False for a list with relations in it, which is a note and stays.
        """
        index = self.opening()
        inside = self.tokens[index:]
        if index < 0 or any(token.type == "RELATION" for token in inside):
            return False
        del self.tokens[index:]
        name = self.tokens[-1] if self.tokens and self.tokens[-1].type == "NAME" else None
        if name is None:
            self.add("STOP", here.place, BEYOND_ARITHMETIC)
        else:
            shown = (getattr(token.value, "shown", token.value) for token in inside[1:])
            name.value, name.end = f"{name.value}({' '.join(map(str, shown))})", here.place[1]
        return True

    def underscore(self, here: _Here) -> int:
        r"""Add a word behind an underscore to the name before it: `N_q\_heads`."""
        last = self.tokens[-1] if self.tokens else None
        word = re.compile(r"[A-Za-z0-9]+").match(here.text, here.match.end(), here.end)
        if last is None or last.type != "NAME" or word is None:
            return self.unknown(here)
        last.value, last.end = f"{last.value}_{word[0]}", max(last.end, (here.fixed or word.span())[1])
        return word.end()

    def arguments(self, here: _Here, count: int) -> int:
        """Read `count` arguments of a command, each a group or one sign, in brackets each, and return their end."""
        end = here.match.end()
        for _ in range(count):
            place, end = here.group(end)
            self.argument(here, place)
        return end

    def argument(self, here: _Here, stretch: tuple[int, int]) -> None:
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

    def exponent(self, here: _Here) -> int:
        end = here.match.end()
        if self.tokens[-2:-1] and self.tokens[-2].type == "NAME" and (mark := MARK.match(here.text, end, here.end)):
            # N^*, M^{layer}: what stands above is a part of the name.
            self.tokens.pop()
            self.tokens[-1].value = f"{self.tokens[-1].value}^{plain_words(mark[0]).strip()}"
            self.tokens[-1].end = max(self.tokens[-1].end, (here.fixed or mark.span())[1])
            return mark.end()
        # TeX raises one digit only: 2^10 is 2 to the 1, then a 0. Whoever writes it means ten.
        match = EXPONENT.match(here.text, end, here.end)
        if match is None:
            return self.arguments(here, 1) if GROUP.match(here.text, end) else end
        place = here.fixed or match.span(1)
        self.add("NUMBER", place, self.lexer.style.read(match[1][:30]))
        return match.end()

    def subscript(self, here: _Here) -> int:
        (start, stop), end = here.group(here.match.end())
        if here.text[start:stop] in WORDS:
            (start, stop), end = here.group(end)
        last = self.tokens[-1] if self.tokens else None
        if last and last.type == "NAME":
            last.value = f"{last.value}_{plain_words(here.raw(start, stop, self.text)).strip()}"
            last.end = max(last.end, (here.fixed or (0, end))[1])
        elif not (last and last.type in ENDS_OPERAND):
            self.add("STOP", here.place, "_")
        return end

    def macro(self, macro: Macro, here: _Here) -> int:
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

    commands: ClassVar[Mapping[str, Callable[[_Scan, _Here], int]]] = {
        **dict.fromkeys(BEYOND, beyond),
        **dict.fromkeys(GREEK, greek),
        **dict.fromkeys(BRACES, space),
        **dict.fromkeys(DROPPED, dropped),
        **dict.fromkeys(WORDS, words),
        **dict.fromkeys((r"\rm", r"\bf", r"\it", r"\sf", r"\tt"), font),
        **dict.fromkeys(PASSED, passed),
        **dict.fromkeys((r"\num", r"\qty", r"\SI"), quantity),
        **dict.fromkeys((name for name in SIGNS if name.startswith("\\")), sign),
        r"\overbrace": overbrace,
        r"\penalty": penalty,
        r"\mu": micro,
        r"\boxed": boxed,
        r"\underline": underline,
        r"\%": percent,
        r"\_": underscore,
        r"\over": over,
        r"\choose": over,
    }
    handlers: ClassVar[Mapping[str, Callable[[_Scan, _Here], int]]] = {
        "space": space,
        "number": number,
        "named": named,
        "letters": letters,
        "command": command,
        "sign": sign,
    }


class _Here(NamedTuple):
    """The place of the scan: the text, the match in it, and, in a macro's body, the call and its arguments."""

    text: str
    match: re.Match[str]
    end: int
    place: tuple[int, int]
    fixed: tuple[int, int] | None
    arguments: tuple[tuple[int, int], ...]
    depth: int

    def group(self, position: int) -> tuple[tuple[int, int], int]:
        """Return the place of the argument behind `position`, without its braces, and the position behind it."""
        match = ARGUMENT.match(self.text, position, self.end)
        if match is None:
            return (self.end, self.end), self.end
        if match[1] == "{":
            stop = braces_end(self.text, match.start(1), self.end)
            return (match.end(), stop - (self.text[stop - 1 : stop] == "}")), stop
        return match.span(1), match.end()

    def raw(self, start: int, stop: int, document: str) -> str:
        """Return the text of an argument, with the arguments of the macro put in; at most 500 characters."""
        found = self.text[start:stop]
        for index, (first, last) in enumerate(self.arguments, start=1):
            found = found.replace(f"#{index}", document[first:last])
        return found[:500]


QUANTITY = re.compile(r"\d[\d ,]*(?:\.\d+)?(?:[eE]-?\d{1,4})?")
UNITS = {"kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P", "kibi": "Ki", "mebi": "Mi", "gibi": "Gi"}
UNITS |= {"byte": "B", "bit": "bit", "second": "s", "minute": "min", "hour": "h", "day": "days", "percent": "%"}
SPELLED = re.compile(rf"\\({'|'.join(UNITS)})(?![A-Za-z])")
DIGITS = re.compile(r"-?\d{0,8}")
EXPONENT = re.compile(r"\s*(\d+)")
STAR = r"\*|\\(?:ast|star|prime)(?![A-Za-z])"
WORD_ABOVE = (
    r"\\(?:text|mathrm)\{[A-Za-z][\w ,-]*\}|[A-Za-z]{3}[\w,-]*|\([A-Za-z\d]{1,3}(?:[+-]1)?\)|\[[A-Za-z\d]{1,3}\]"
)
MARK = re.compile(rf"\s*(?:\{{\s*(?:{STAR}|{WORD_ABOVE})\s*\}}|{STAR}|\\(?:text|mathrm)\{{[A-Za-z][\w ,-]*\}})")
"""A mark above a name that is no exponent: N^*, M^{layer}, a^{(2)}."""
CONTINUING = re.compile(r"(?:\s|~|\\[ ,;:!])*(?:[-+*/=]|\\(?:cdot|div|pm)\b)")
"""In a font or a text: a sign between two numbers comes first."""
REST_OF_NOTE = re.compile(r".{0,120}?(?:\\(?:text|mathrm)\w*\{[^{}]*\)[^{}]*\}|\))", re.DOTALL)
RATE = re.compile(r"\s?/\s?(?:s|sec|token|layer|step|GPU|param|parameter)(?![A-Za-z])")
MICROSECOND = re.compile(r"\s*(?:s(?![A-Za-z])|\\(?:text|mathrm)\{\s*s\s*\})")
GRID = re.compile(r"[a-z]*matrix\*?|cases|array|tabular")
ROOM = re.compile(r"(?:\\(?:[ ,;:]|q?quad|enspace|thinspace|[hv]space\*?\{[^{}]*\}|phantom\{[^{}]*\})|[\s~])+")
WIDE = frozenset({r"\;", r"\:", "\\ "})
ROOMS = re.compile(r"(?:\s*\\[;: ])+")
GROUP = re.compile(r"\s*\{")
ARGUMENT = re.compile(r"\s*(\{|\\[A-Za-z]+|\\?.)", re.DOTALL)


def is_scale(word: str) -> bool:
    """Return whether a word is a scale of numbers, such as M or GiB."""
    return word in DECIMAL or word in BINARY
