"""Numbers in plain text with their scales, exponents and rates: 124M, 2¹⁰, 50 GB/s, ½."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symbolic.formulas.figures import FROM_SUPERSCRIPTS
from symbolic.proofread.arithmetic.numbers import THIN, Unread, WrittenNumber, figure
from symbolic.proofread.arithmetic.units import PER_MANY
from symbolic.proofread.grammar.text_signs import FRACTIONS, NOT_LATIN, NOTHING
from symbolic.proofread.grammar.tokens import Token, in_brackets

if TYPE_CHECKING:
    from symbolic.proofread.grammar.text_lexer import TextLexer

LEADING_ZERO = re.compile(r"0[01]{2,}(?![\d.])")
MOST_COUNTED = 4
CURRENCIES = frozenset("$€£¥₹")


def read_number(lexer: TextLexer, match: re.Match[str], found: list[Token]) -> None:
    """Read a number with its scale, or as the end of a name."""
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
        # A point before an equals sign, 0.665. = x, is none of the number's.
        number = lexer.style.read(match["number"].rstrip("."), "" if raised else scale, match.string[start:end])
        found.append(Token("NUMBER", start, end, number))
    except Unread as problem:
        found.append(Token("STRANGE", start, end, str(problem)))
    if raised:
        found.append(Token("WORD", match.end() - len(scale), match.end(), scale))


def read_ratio(lexer: TextLexer, match: re.Match[str], found: list[Token]) -> None:
    """Read a fraction divided by a fraction, 2/6 : 3/6 or 2/6 / 3/6: each is a bracket, as people mean them."""
    [(first, last)] = (sign.span() for sign in re.finditer(r"[ ]?:[ ]?|[ ][/÷][ ]", match[0]))
    middle, behind = match.start() + first, match.start() + last
    found += in_brackets(lexer.tokens(match.string, match.start(), middle))
    found.append(Token("DIVIDE", middle, behind, "/"))
    found += in_brackets(lexer.tokens(match.string, behind, match.end()))


def read_raised(lexer: TextLexer, match: re.Match[str], found: list[Token]) -> None:
    """Read an exponent of raised digits."""
    found.append(Token("POWER", match.start(), match.start(), "^"))
    written = match[0].translate(FROM_SUPERSCRIPTS)
    if written.startswith("-"):
        found.append(Token("MINUS", match.start(), match.start() + 1, "-"))
    found.append(Token("NUMBER", *match.span(), lexer.style.read(written.lstrip("-")[:30])))


def read_rate(lexer: TextLexer, match: re.Match[str], found: list[Token]) -> None:
    """Read a unit per another one, GB/s; elsewhere a division."""
    last = found[-1] if found else None
    price = last is not None and match.string[max(0, last.start - 1) : last.start] in CURRENCIES
    many = PER_MANY.match(match[0].lstrip()) is not None
    if last is not None and last.type == "NUMBER" and many and price:
        found.append(Token("WORD", *match.span(), match[0].strip()))
        return
    if (
        last is not None
        and not many
        and (last.type == "NUMBER" or (last.type == "WORD" and (match[0].lstrip().startswith("/") or _counts(found))))
    ):
        found.append(Token("WORD", *match.span(), "".join(match[0].split())))
        return
    # No unit: a division by something that is called so.
    slash = match.start() + match[0].index("/")
    found += lexer.tokens(match.string, match.start(), slash)
    found.append(Token("DIVIDE", slash, slash + 1, "/"))
    found += lexer.tokens(match.string, slash + 1, match.end())


def _counts(found: list[Token]) -> bool:
    """Return whether the last words stand behind a number and say what it counts: 25M ranking queries/s."""
    kinds = [token.type for token in found[-MOST_COUNTED:]]
    return "NUMBER" in kinds and set(kinds[len(kinds) - kinds[::-1].index("NUMBER") :]) == {"WORD"}


def read_fraction(_: TextLexer, match: re.Match[str], found: list[Token]) -> None:
    """Read a fraction of one character, ½, also behind the whole number that it is added to, 1½."""
    share = figure(FRACTIONS[match[0]], "", shown=match[0])._replace(rounded=False)
    start, last = match.start(), found[-1] if found else None
    if last is not None and last.end == start and isinstance(last.value, WrittenNumber):
        found.pop()
        start, shown = last.start, f"{last.value.shown}{match[0]}"
        share = share._replace(value=last.value.value + share.value, shown=shown)
    found.append(Token("NUMBER", start, match.end(), share))


def _ends_script(token: Token) -> bool:
    return re.search(rf"[{NOT_LATIN}]$", str(token.value)) is not None
