"""Sums that are no table: numbers above a rule and their sum, "Total: = N" below a list, a number above its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import NumberNode, operation
from symbolic.proofread.arithmetic.numbers import WrittenNumber
from symbolic.proofread.judging.tables import TOTAL
from symbolic.proofread.reading.equations import FormulaReader, WrittenEquation

LINE = re.compile(r"[^\n]*\n?")
RULE = re.compile(r"[ \t|+]*(?:-{3,}|={3,}|─{2,}|═{2,}|_{3,})[ \t|]*\n?\Z")
ENDS_WITH_NUMBER = re.compile(r"\d[\d.,' ]*[A-Za-z]{0,12}[ \t\x01*`).]*\n?\Z")
FIRST_WORD = re.compile(r"[ \t>|*•\-`_\x01]*([^\W\d_][^\d\n:=≈]{0,40}?)[ \t\x01*`_]*[:=≈]")
ITEM = re.compile(r"[ \t>*]*\d{1,3}[.)][ \t]+")
LONGEST, MOST, FEW = 160, 60, 3
ALIKE = Fraction(11, 10)
"""A total that is further off is that of other numbers."""


def columns(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield each sum as an equation; the kind is "total" below a rule and "list" otherwise."""
    prose = reader.document.prose
    above: list[re.Match[str]] = []
    below: list[re.Match[str]] = []
    ruled = False
    for match in LINE.finditer(prose):
        line = match[0]
        if not line.strip(" \t\r\n\x01"):
            ruled = False
            yield from _headed(reader, below)
            below = []
            continue
        if RULE.match(line):
            ruled = bool(above)
            continue
        word = FIRST_WORD.match(line)
        named = word is not None and word[1].strip().lower() in TOTAL
        numbered = len(line) <= LONGEST and ENDS_WITH_NUMBER.search(line) is not None
        if numbered and (ruled or named) and (number := _number(reader, match)):
            yield from _sum(_items(reader, above), number, "total" if ruled else "list")
        if ruled or named or not numbered:
            above, ruled = [], False
        else:
            above = [*above[-MOST:], match]
        if numbered and below and len(below) <= MOST and _indent(match) > _indent(below[0]):
            below.append(match)
        else:
            yield from _headed(reader, below)
            below = [match] if numbered else []
    yield from _headed(reader, below)


def _headed(reader: FormulaReader, lines: list[re.Match[str]]) -> Iterator[WrittenEquation]:
    """Yield the sum of the lines below the first one, which are indented below it, if all end with a number."""
    if len(lines) > FEW and (total := _number(reader, lines[0])):
        items = _items(reader, lines[1:])
        yield from _sum(items, total, "list") if len(items) == len(lines) - 1 else ()


def _indent(line: re.Match[str]) -> int:
    return len(line[0]) - len(line[0].lstrip())


def _items(reader: FormulaReader, lines: list[re.Match[str]]) -> list[tuple[int, NumberNode]]:
    """Return the indent and the number of each of the last lines, as far up as lines end with a number."""
    items: list[tuple[int, NumberNode]] = []
    for match in reversed(lines):
        number = _number(reader, match)
        if number is None:
            break
        items.append((_indent(match), number))
    return items[::-1]


def _number(reader: FormulaReader, line: re.Match[str]) -> NumberNode | None:
    """Return the number that ends a line, behind an equals sign or as the only one; None if it is part of a formula."""
    start = line.start() + len((ITEM.match(line[0]) or [""])[0])
    tokens = [
        token for token in reader.text.tokens(line.string, start, line.end()) if token.type not in ("ROW", "STOP")
    ]
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


def _sum(items: list[tuple[int, NumberNode]], total: NumberNode, kind: str) -> Iterator[WrittenEquation]:
    """Yield the sum of the items as an equation, if it is near the total; a list's items must have the same indent."""
    if len(items) < 2:
        return
    outer = items[0][0] if kind == "list" else None
    parts = tuple(number for indent, number in items if outer is None or indent == outer)
    scales = {number.figure.scale for number in (*parts, total)}
    if len(parts) < 2 or len(scales) > 1:
        return
    added = sum(Fraction(part.figure.value) for part in parts)
    near = (
        added > 0 and total.figure.value > 0 and max(added, total.figure.value) < ALIKE * min(added, total.figure.value)
    )
    if near:
        whole = operation("+", parts, parts[0].start, parts[-1].end)
        yield WrittenEquation(kind, total.start, total.end, (whole, total), ("=",))
