"""Larger numbers that stand near a table: what its numbers may be shares of, or the sum of one of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from symbolic.proofread.arithmetic.expression import NumberNode
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.amounts import NEAR, number_at, off_by
from symbolic.proofread.judging.forms import added
from symbolic.proofread.judging.proportions import Row
from symbolic.proofread.reading.document import DocumentTable
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

LARGE = re.compile(
    r"\d(?<![\w.,^{}]\d)(?:(?P<groups>\d{0,2}(?:(?:\{,\}|\\,)\d{3})+)|[\d,]*(?:\.\d+)?(?:[ ]?[KMGTB]i?B?\b)?)(?![\w{}])"
)
CALLED = re.compile(
    r"(?:total|\bsum\b|summe|gesamt|合计|合計|总|總|합계|tổng|toplam|итого|всего)[^\d\n]{0,30}\Z", re.IGNORECASE
)
FEWEST, LONGEST = 3, 60
AROUND, MOST_KNOWN, LEAST_KNOWN = 3000, 60, 100


def known_numbers(reader: FormulaReader, table: DocumentTable) -> list[NumberNode]:
    """Return the larger numbers that stand near a table, which may be what its shares are of."""
    text = reader.document.text
    places = [start for row in table.rows for cell in row for start, _ in cell]
    start, end = (min(places), max(places)) if places else (0, 0)
    found = (*LARGE.finditer(text, max(0, start - AROUND), start), *LARGE.finditer(text, end, end + AROUND))
    nodes = {match[0]: node for match in found if (node := _large(reader, match)) and node.figure.value >= LEAST_KNOWN}
    return list(nodes.values())[:MOST_KNOWN]


def _large(reader: FormulaReader, match: re.Match[str]) -> NumberNode | None:
    """Return a number near a table; one of TeX has its groups apart by other signs."""
    if match["groups"]:
        plain = re.sub(r"[^\d]", "", match[0])
        return NumberNode(*match.span(), figure(plain, "", shown=f"{int(plain):,}"))
    return number_at(reader, match.start())


def sums_said(reader: FormulaReader, rows: Sequence[Row], table: DocumentTable) -> Iterator[WrittenEquation]:
    """Yield the sum of a column of whole numbers that a number of the text is, or that one called a total nearly is."""
    for column in zip_longest(*rows):
        parts = tuple(one for one in column if one)
        if len({part.figure.value for part in parts}) < FEWEST or not all(part.is_bare for part in parts):
            continue
        made = added(parts)
        for number in known_numbers(reader, table) if not any(part.figure.rounded for part in parts) else ():
            if (
                number.is_bare
                and not number.figure.rounded
                and (off := off_by(made, number)) <= NEAR
                and (not off or _is_called_total(reader, number))
            ):
                yield WrittenEquation("compared", number.start, number.end, (made, number), ("=",))


def _is_called_total(reader: FormulaReader, number: NumberNode) -> bool:
    """Return whether a word for a total stands before a number, with no other number between, and in no other table."""
    text = reader.document.text
    start = text.rfind("\n", 0, number.start) + 1
    before = max(start, number.start - LONGEST)
    return "|" not in text[before : number.start] and CALLED.search(text, before, number.start) is not None
