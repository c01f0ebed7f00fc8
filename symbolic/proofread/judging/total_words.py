"""How people call a sum, in a table's row or at the end of a list: total, grand total per layer, 总参数."""

from __future__ import annotations

import re

TOTAL = frozenset(
    {"sum", "all", "altogether", "gesamtsumme", "insgesamt", "overall", "in total", "combined", "totale", "totales"}
    | {"suma", "итого", "всего", "toplam", "tổng", "tổng cộng", "razem", "ogółem", "totaal", "jumlah", "加总"}
)
BEGINS = re.compile(
    r"(?:(?:grand|sub|block|model|overall)[ -]?)?(?:sub)?total\b|gesamt|summe\b|somme\b"
    r"|总|總|合计|合計|총|합계|小计|小計|итог"
)
ENDS = re.compile(r"\b(?:total|subtotal)\b(?:[ ]?[(（][^()（）]{0,40}[)）])?\Z|(?:合计|合計|总计|總計|합계)\Z")


def is_total(words: str) -> bool:
    """Return whether words, in small letters and without markup, call a sum."""
    return words in TOTAL or BEGINS.match(words) is not None or ENDS.search(words) is not None
