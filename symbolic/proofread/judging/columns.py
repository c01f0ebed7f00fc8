"""Sums that are no table: numbers above a rule and their sum, "Total: = N" below a list, a number above its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import NumberNode
from symbolic.proofread.arithmetic.numbers import WrittenNumber
from symbolic.proofread.grammar.text_signs import BARRIER
from symbolic.proofread.judging.amounts import off_by
from symbolic.proofread.judging.forms import added
from symbolic.proofread.judging.total_words import is_total
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

LINE = re.compile(r"[^\n]*\n?")
RULE = re.compile(r"[ \t|+]*(?:-{3,}|={3,}|─{2,}|═{2,}|_{3,})[ \t|]*\n?\Z")
UNIT = r"(?:[ ]?(?P<unit>(?:[KMGT]-)?[^\W\d_]{1,12})(?:/[A-Za-z]{1,8})?)?(?: [^\W\d_]{1,12}){0,3}"
ENDS_WITH_NUMBER = re.compile(
    rf"\d(?<!\d\d)[\d.,' ]*+(?:e\d{{1,2}})?\x01*{UNIT}[ \t\x01*`.]*"
    r"(?P<note>[(（][^()（）\n]{1,30}[)）])?[ \t\x01*`).]*(?:(?:←|<-{1,2}|#)[ \t][^\n\d]{1,60})?\n?\Z"
)
FIRST_WORD = re.compile(r"[ \t>|*•\-`_\x01]*([^\W\d_][^\d\n:=≈]{0,40}?)[ \t\x01*`_]*[:：=≈]")
ADDED, RESULT = re.compile(r"[ \t>*`]*\+[ \t]"), re.compile(r"[ \t>*`]*=[ \t*~≈]*\d")
"""How a line begins that is added to the one above it, and the one below them that has the sum of all."""
ITEM = re.compile(r"[ \t>*]*\d{1,3}[.)][ \t]+")
BULLET = re.compile(r"[ \t>]*[-*+•][ \t]")
OPENS = re.compile(r"\A\s*\Z|[:：][\s*`\x01]*\Z|\A[ \t]*(?:#|```)")
"""What stands before the first line of a list: nothing, words with a colon, a heading."""
WORKED_OUT = re.compile(r"\d[^\n=]*[+×*·][^\n=]*\d[^\n=]*=")
"""A total with a calculation of its own says of which numbers it is the sum."""
IN_TEX = re.compile(r"\d[^\n=]*(?:\+|\\times|\\cdot)[^\n=]*\d[^\n=]*(?:=|\\approx)")
FIGURE = re.compile(r"[ \t*`\x01]*[~≈约約]?[ ]?[$€£]?\d")
WORD = re.compile(r"[ ]?([^\W\d_]{2,})")
UNIT_BEFORE = re.compile(r"[(（]([^()（）\d\n]{1,12})[)）][ \x01*`]*[:：=][ \t\x01*`]*\Z")
ROOT = 5
LONGEST, MOST, FEW = 160, 60, 3
ALIKE, WHOLE = Fraction(11, 10), Fraction(21, 10)
"""A total that is further off is that of other numbers: below some lines, and below a whole list."""
LEAST_WHOLE = 3
LARGE = frozenset("KkMBT")
WORTH, LONGEST_UNIT = {10**6: "M", 10**9: "B", 10**12: "T"}, 4


def columns(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield each sum as an equation.

    The kind is "total" below a rule, "whole" below a list that is read from its start, else "list".
    """
    prose = reader.sentences
    above: list[re.Match[str]] = []
    below: list[re.Match[str]] = []
    ruled, before = False, ""
    for match in LINE.finditer(prose):
        line = match[0]
        if not line.strip(" \t\n\x01"):
            ruled, before = False, before if above else ""
            yield from _headed(reader, below)
            below = []
            continue
        if RULE.match(line):
            ruled = bool(above)
            continue
        word = FIRST_WORD.match(line)
        named = word is not None and is_total(word[1].strip().lower())
        listed = len(above) > 1 and all(ADDED.match(one[0]) or FIRST_WORD.match(one[0]) for one in above[1:])
        named |= listed and RESULT.match(line) is not None
        numbered = len(line) <= LONGEST and ENDS_WITH_NUMBER.search(line) is not None
        # In a line of any length, a search for a calculation would grow with the square of it.
        own = numbered and BARRIER in line and IN_TEX.search(reader.document.text, *match.span())
        if numbered and (ruled or named) and not own and (number := _number(reader, match)):
            items = _items(reader, above)
            every = bool(items) and items[0][1].start < above[0].end() and OPENS.search(before) is not None
            whole = every and not WORKED_OUT.search(line)
            below_rule = list(_sum(prose, items, number, "total")) if ruled else []
            if below_rule or not named:
                yield from below_rule
            else:
                # A total that is called one may be far off, below a rule as elsewhere.
                yield from _sum(prose, items, number, "whole" if whole else "list")
        if above and not (numbered or named or ruled) and _indent(match) > _indent(above[-1]):
            # A note of the item above it.
            continue
        if ruled or named or not numbered:
            above, ruled, before = [], False, "" if ruled or named else line
        else:
            above = [*above[-MOST:], match]
        if numbered and below and len(below) <= MOST and _is_below(match, below[0]):
            below.append(match)
        else:
            yield from _headed(reader, below)
            below = [match] if numbered else []
    yield from _headed(reader, below)


def totals(reader: FormulaReader) -> Iterator[NumberNode]:
    """Yield the number of each line that says a total."""
    for match in LINE.finditer(reader.sentences):
        word = FIRST_WORD.match(match[0])
        named = word is not None and len(match[0]) <= LONGEST and is_total(word[1].strip().lower())
        if named and ENDS_WITH_NUMBER.search(match[0]) and (number := _number(reader, match)):
            yield number


def _headed(reader: FormulaReader, lines: list[re.Match[str]]) -> Iterator[WrittenEquation]:
    """Yield the sum of the lines below the first one, which are indented below it, if all end with a number."""
    if len(lines) >= FEW and (total := _number(reader, lines[0])):
        items = _items(reader, lines[1:])
        found = list(_sum(reader.sentences, items, total, "list")) if len(items) == len(lines) - 1 else []
        # The sum of two numbers says something only where it holds.
        yield from (one for one in found if len(lines) > FEW or not off_by(one.sides[0], total))


def _indent(line: re.Match[str]) -> int:
    return len(line[0]) - len(line[0].lstrip())


def _is_below(line: re.Match[str], head: re.Match[str]) -> bool:
    """Return whether a line is indented below another one, or is an item of a list below a line that is none."""
    items = [BULLET.match(one[0]) is not None for one in (line, head)]
    return _indent(line) > _indent(head) or (_indent(line) == _indent(head) and items == [True, False])


def _items(reader: FormulaReader, lines: list[re.Match[str]]) -> list[tuple[int, NumberNode]]:
    """Return the indent and the number of each of the last lines, as far up as lines end with a number."""
    items: list[tuple[int, NumberNode]] = []
    least = min(map(_indent, lines), default=0)
    for match in reversed(lines):
        number = _number(reader, match)
        if number is not None:
            items.append((_indent(match), number))
        elif _indent(match) <= least:
            break
    return items[::-1]


def _number(reader: FormulaReader, line: re.Match[str]) -> NumberNode | None:
    """Return the number that ends a line, behind an equals sign or as the only one; None if it is part of a formula."""
    ends = ENDS_WITH_NUMBER.search(line[0])
    end = line.start() + ends.start("note") if ends and ends["note"] else line.end()
    # What a line is about may have numbers of its own: attention (4 × 768²): 2.4M.
    start = max(line.start() + len((ITEM.match(line[0]) or [""])[0]), _behind_colon(line.string, line.start(), end))
    tokens = [token for token in reader.text.tokens(line.string, start, end) if token.type not in ("ROW", "STOP")]
    while tokens and tokens[-1].type in ("WORD", "ANNOTATION", "LABEL", "CLOSE"):
        tokens.pop()
    if not tokens or not isinstance(tokens[-1].value, WrittenNumber):
        return None
    numbers = sum(token.type == "NUMBER" for token in tokens)
    before = tokens[-2].type if len(tokens) > 1 else ""
    alone = numbers == 1 and before in ("", "WORD", "NAME", "PLUS", "LABEL", "CLOSE", "RELATION")
    if not alone and before != "RELATION":
        return None
    return NumberNode(tokens[-1].start, tokens[-1].end, tokens[-1].value)


def _behind_colon(text: str, start: int, end: int) -> int:
    """Return the place behind the last colon of a line, if a number stands behind it; else 0."""
    place = max(text.rfind(": ", start, end), text.rfind("：", start, end))
    return place + 1 if place >= 0 and FIGURE.match(text, place + 1, end) else 0


def _unit(text: str, number: NumberNode) -> str:
    """Return how the word behind a number begins, so that params and parameters are one; "" where there is none.

    A unit may stand in brackets before the number: Throughput (tok/s): 204.5.
    """
    before = UNIT_BEFORE.search(text, max(text.rfind("\n", 0, number.start), number.start - LONGEST), number.start)
    found = WORD.match(text, number.end) or before
    return found[1].lower()[:ROOT].rstrip("s") if found else ""


def _scale(number: NumberNode) -> str:
    """Return the scale of a number, in one letter where it is a word: M for million."""
    scale = number.figure.scale
    return WORTH.get(int(number.figure.worth), scale) if len(scale) > LONGEST_UNIT else scale


def _sum(prose: str, items: list[tuple[int, NumberNode]], total: NumberNode, kind: str) -> Iterator[WrittenEquation]:
    """Yield the sum of the items as an equation, if it is near the total.

    A list's items must have the same indent and one unit.
    """
    if len(items) < 2:
        return
    outer = items[0][0] if kind != "total" else None
    parts = tuple(number for indent, number in items if outer is None or indent == outer)
    scale = _scale(parts[-1]) if parts else ""
    if kind != "total" and (other := [index for index, one in enumerate(parts) if _scale(one) != scale]):
        # What is counted otherwise stands above the list, and is no item of it.
        parts, kind = parts[other[-1] + 1 :], "list"
    scales = {_scale(number) for number in parts}
    units = {unit for number in (*parts, total) if kind != "total" and (unit := _unit(prose, number))}
    if len(parts) < 2 or len(scales) > 1 or len(units) > 1:
        return
    # Of numbers that are written out, the sum may be in millions.
    if _scale(total) not in scales and not (kind != "total" and scales == {""} and _scale(total) in LARGE):
        return
    makes = sum(Fraction(part.figure.value) for part in parts)
    # One block, all blocks: some lines are parts of others.
    apart = any(makes - Fraction(part.figure.value) == total.figure.value for part in parts)
    kind = "list" if kind == "whole" and (apart or len(parts) < LEAST_WHOLE) else kind
    alike = WHOLE if kind == "whole" else ALIKE
    near = makes > 0 and total.figure.value > 0
    if near and max(makes, total.figure.value) < alike * min(makes, total.figure.value):
        yield WrittenEquation(kind, total.start, total.end, (added(parts), total), ("=",))
