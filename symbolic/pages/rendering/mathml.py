"""MathML from the TeX that pages print: latex2mathml converts it, this module guards what goes in and mends the rest.

latex2mathml raises nothing on TeX that it doesn't know and prints it instead. So a formula outside the small dialect of
`notation.Latex` stops here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import Element, tostring

from symbolic.pages.rendering.equations import Side
from symbolic.pages.rendering.tex_notation import RELATIONS

DIALECT = re.compile(
    r"\\mathrm\{(?:[A-Za-z0-9]|\\_){2,}\}"
    r"|\\text\{(?:[^{}\\$]|\\[_%&#$])+\}"
    r"|\\(?:times|frac|underbrace|min|max|lceil|rceil|lfloor|rfloor|sqrt|approx|left|right|le|partial|alpha|beta|lambda)(?![A-Za-z])"
    r"|\\,|\{,\}|[0-9]+(?:\.[0-9]+)*|[A-Za-z]|[-+=/<(){}^_,\[\] ]"
)
FURTHER_GROUP = re.compile(r"\.\d+")
"""What latex2mathml takes the last groups of 1.234.567 for: a name that starts with a point."""
SIGNS_IN_FRONT = ("+", "-", "−")
UNSEEN = re.compile(r"\\[a-z]+|[\\{} ]")
SHORT = 29
"""Letters and signs that a line on any page holds."""
TINY = 12
"""A side of so many letters stays in one line: = 12 d² + 10 d."""
LONG = 40
"""Letters of TeX from which on a term may break inside brackets, at products and slashes: no narrow page holds it."""
SIGNS = ("+", "-", r"\times", "/", r"\,")
NEVER = ("{", r"\left"), ("}", r"\right")
"""Between these, no line ends."""
DEEPEST = 9
"""Within more brackets than these, no line ends: no formula of ours has so many."""


class OutsideDialect(AssertionError):
    """TeX that pages don't use: a fault of this program, not of the input."""


@lru_cache(4096)
def mathml(tex: str) -> str:
    """Return a `<math>` element; OutsideDialect for TeX that nobody has looked at yet.

    It carries no TeX: that was as long as the formula itself, and the page's script says the formula in TeX where a
    reader asks for it. It stands in a line of text; where a fraction has its full size is the style sheet's to say.
    """
    from latex2mathml.converter import convert_to_element

    _tokens(tex)
    math = Element("math")
    formula = _mended(convert_to_element(tex)[0])
    # A `<math>` is a row by itself. Signs that can't stand in front of a term need nothing before them.
    if formula.tag == "mrow":
        if len(formula) > 1 and _is_nothing(formula[0]) and formula[1].text not in SIGNS_IN_FRONT:
            formula.remove(formula[0])
        math.extend(formula)
    else:
        math.append(formula)
    return tostring(math, encoding="unicode").replace(" />", "/>")


def pieces(sides: Sequence[Side], narrow: bool = False) -> list[list[str]]:
    """Return an equation as TeX between which a line may break: before each `=`, and each `+` or `-` outside brackets.

    A term that is too long for a line, or any in a narrow column, is in pieces itself. `{}` stands before a sign that
    starts a piece: with it, TeX and MathML know that something is on its left.
    """
    terms: list[str] = []
    for sign, side, _ in sides:
        signed = f"{{}} {RELATIONS.get(sign, sign)} {side}" if sign else side
        if sign and _width(signed) <= TINY:
            terms.append(signed)
            continue
        terms += _broken(signed, ("+", "-"), ("(", "{", "["), (")", "}", "]"))
    found = []
    for term in terms:
        if not narrow and len(term) <= LONG:
            found.append([term])
            continue
        found.append(list(_broken(term, SIGNS, *NEVER) if narrow else _in_lines(term)))
    return found


@lru_cache(4096)
def _in_lines(term: str) -> tuple[str, ...]:
    """Return a term in pieces that fit on any page."""
    return tuple(_joined(list(_outermost(term))))


def _outermost(term: str, depth: int = 0) -> Iterator[str]:
    """Yield the pieces of a term: a line ends within brackets only where what stands in them is too long for one."""
    whole, within = ("(", r"\lceil", r"\lfloor"), (")", r"\rceil", r"\rfloor")
    for piece in _broken(term, SIGNS, *NEVER, whole, within, depth):
        deeper = depth < DEEPEST and _width(piece) > SHORT
        yield from _outermost(piece, depth + 1) if deeper else (piece,)


def _width(tex: str) -> int:
    """Return about how many letters wide a piece is: a times sign is as wide as one of them, with its spaces."""
    return len(UNSEEN.sub("", tex)) + tex.count(r"\times")


def _joined(broken: Sequence[str]) -> Iterator[str]:
    """Yield the pieces of a term, short factors together: a line need not break between all of them."""
    piece = ""
    for further in broken:
        together = f"{piece} {further.removeprefix('{} ')}" if piece else further
        if piece and (further.startswith(("{} +", "{} -")) or _width(together) > SHORT):
            yield piece
            together = further
        piece = together
    yield piece


@lru_cache(4096)
def _broken(
    tex: str,
    before: tuple[str, ...],
    opening: tuple[str, ...],
    closing: tuple[str, ...],
    bracket: tuple[str, ...] = (),
    closed: tuple[str, ...] = (),
    deepest: int = 0,
) -> tuple[str, ...]:
    """Return a formula in pieces that begin with a sign outside braces, and at most so deep in brackets."""
    found, piece, depth, brackets = list[str](), "", 0, 0
    tokens = _tokens(tex)
    for sign, after in zip(tokens, (*tokens[1:], ""), strict=True):
        # A sign that starts the formula, a side or a bracket belongs to what follows it, a unit to its number.
        is_unit = sign == r"\," and after.startswith(r"\text")
        starts = is_unit or piece.strip() in ("", "{}", "{} =", r"{} \approx") or piece.endswith("(")
        if sign in before and not depth and brackets <= deepest and not starts:
            found.append(piece.strip())
            piece = "{} "
        piece += sign
        depth += (sign in opening) - (sign in closing)
        brackets += (sign in bracket) - (sign in closed)
    return (*found, piece.strip())


def _tokens(tex: str) -> list[str]:
    tokens: list[str] = DIALECT.findall(tex)
    if "".join(tokens) != tex:
        position = 0
        while match := DIALECT.match(tex, position):
            position = match.end()
        raise OutsideDialect(
            f"the TeX {tex!r} has {tex[position : position + 12]!r}, which pages don't use; "
            "add it to mathml.DIALECT and to the test that looks at what becomes of it"
        )
    if not tex.strip() or tokens.count("{") != tokens.count("}"):
        raise OutsideDialect(f"the TeX {tex!r} is empty, or has a brace too many or too few")
    return tokens


def _mended(element: Element) -> Element:
    if element.tag == "mrow":
        return _row(element)
    made = Element(element.tag, element.attrib)
    if len(element):
        made.extend(_mended(child) for child in element)
        if made.tag == "mfrac":
            _set_apart(made)
        return made
    made.text = unescape(element.text or "").replace("\u00a0", " ")
    if made.tag == "mspace":
        # The style sheet says how wide.
        return Element("mspace")
    if made.get("fence"):
        # A bracket grows with what is beside it unless told not to; which side it stands on is all that is to be said.
        made = Element("mo", {"form": made.attrib["form"]})
        made.text = unescape(element.text or "")
    if made.tag == "mtext":
        made.text = re.sub(r"\\(.)", r"\1", made.text or "")
    elif made.text in ("⌈", "⌉", "⌊", "⌋"):
        made.tag = "mo"
    elif made.text in ("min", "max"):
        made.tag = "mi"
    elif made.get("stretchy"):
        # Chromium takes a wider bracket where a letter reaches below the line; a bracket that is no operator stays.
        made = Element("mi")
        made.text = unescape(element.text or "")
    return made


def _row(row: Element) -> Element:
    """Return the row with each name and each number as one element; a row of one is that one."""
    if _is_name(row):
        name = "".join(unescape(child.text or "") for child in row)
        made = Element("mi", {"mathvariant": "normal"} if len(name) == 1 else {})
        made.text = name
        return made
    made = Element("mrow")
    joins = False
    for child in row:
        number = len(made) > 0 and made[-1].tag == "mn"
        first = child[0] if child.tag == "msup" else child
        # Of 1{,}600^{2} and 1.234.567^{2} the power has only the last group.
        goes_on = number and ((joins and first.tag == "mn") or FURTHER_GROUP.fullmatch(first.text or ""))
        joins = number and _is_comma(child)
        if joins:
            made[-1].text = f"{made[-1].text},"
        elif goes_on and child.tag == "msup":
            raised = _mended(child)
            raised[0].tag, raised[0].text = "mn", f"{made[-1].text}{raised[0].text}"
            made[-1] = raised
        elif goes_on:
            made[-1].text = f"{made[-1].text}{child.text}"
        elif child.tag == "mtext" and len(made) and made[-1].tag == "mspace":
            # The space between a number and its unit is a sign in front of the unit.
            made[-1] = _mended(child)
            made[-1].text = f"\u2009{made[-1].text}"
        else:
            made.append(_mended(child))
    return made[0] if len(made) == 1 else made


def _set_apart(fraction: Element) -> None:
    """Give signs between words their room: MathML takes words for space, and a row of no more than a sign for that."""
    for row in fraction:
        if row.tag == "mrow" and {child.tag for child in row} == {"mo", "mtext"}:
            row.append(Element("mi"))


def _is_nothing(row: Element) -> bool:
    return row.tag == "mrow" and not len(row)


def _is_name(row: Element) -> bool:
    """Return whether a row is a name in upright letters, with digits behind the first: device_flops_16."""
    upright = [child.get("mathvariant") == "normal" for child in row]
    return any(upright[:1]) and all(
        is_letter or child.tag == "mn" for is_letter, child in zip(upright, row, strict=True)
    )


def _is_comma(row: Element) -> bool:
    """Return whether this is a comma in braces, one that stands between digits."""
    return row.tag == "mrow" and len(row) == 1 and unescape(row[0].text or "") == ","
