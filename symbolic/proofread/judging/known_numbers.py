"""Larger numbers that stand near a table: what its numbers may be shares of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from symbolic.proofread.arithmetic.expression import NumberNode
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.amounts import number_at
from symbolic.proofread.reading.document import DocumentTable
from symbolic.proofread.reading.formula_reader import FormulaReader

LARGE = re.compile(
    r"\d(?<![\w.,^{}]\d)(?:(?P<groups>\d{0,2}(?:(?:\{,\}|\\,)\d{3})+)|[\d,]*(?:\.\d+)?(?:[ ]?[KMGTB]i?B?\b)?)(?![\w{}])"
)
AROUND, MOST_KNOWN, LEAST_KNOWN = 3000, 60, 100


@dataclass(frozen=True)
class KnownNumbers:
    """The larger numbers of a document, each of which is read once: it stands near several tables."""

    reader: FormulaReader
    read: dict[tuple[int, int], NumberNode | None] = field(default_factory=dict)

    def near(self, table: DocumentTable) -> list[NumberNode]:
        """Return those that stand near a table, which may be what its shares are of."""
        text = self.reader.document.text
        places = [start for row in table.rows for cell in row for start, _ in cell]
        start, end = (min(places), max(places)) if places else (0, 0)
        found = (*LARGE.finditer(text, max(0, start - AROUND), start), *LARGE.finditer(text, end, end + AROUND))
        nodes = {match[0]: node for match in found if (node := self._large(match))}
        return list(nodes.values())[:MOST_KNOWN]

    def _large(self, match: re.Match[str]) -> NumberNode | None:
        if match.span() not in self.read:
            node = _number(self.reader, match)
            self.read[match.span()] = node if node and node.figure.value >= LEAST_KNOWN else None
        return self.read[match.span()]


def _number(reader: FormulaReader, match: re.Match[str]) -> NumberNode | None:
    """Return a number near a table; one of TeX has its groups apart by other signs."""
    if match["groups"]:
        plain = re.sub(r"[^\d]", "", match[0])
        return NumberNode(*match.span(), figure(plain, "", shown=f"{int(plain):,}"))
    return number_at(reader, match.start())
