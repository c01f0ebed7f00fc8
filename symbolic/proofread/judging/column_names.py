"""What the columns of a table are called, in several languages: formula, parameters, running total, share."""

from __future__ import annotations

import re
from collections.abc import Sequence

COLUMNS = {
    "formula": frozenset(
        {"formula", "calculation", "expression", "computation", "formel", "rechnung", "calcul", "formule", "cálculo"}
        | {"fórmula", "计算", "公式", "计算公式", "计算过程", "算式", "計算", "計算式", "計算過程", "계산", "계산식"}
    ),
    "adds": frozenset(
        {"adds", "parameters", "params", "parameter count", "count", "value", "number", "result"}
        | {"addiert", "parameter", "parameterzahl", "anzahl", "wert", "zahl", "ergebnis", "résultat", "valeur"}
        | {"paramètres", "resultado", "valor", "parámetros", "parâmetros"}
        | {
            "结果",
            "参数量",
            "参数",
            "数量",
            "結果",
            "결과",
            "參數量",
            "參數",
            "數量",
            "param #",
            "params #",
            "# params",
        }
        | {"# parameters", "パラメータ数", "파라미터", "파라미터 수", "параметры", "parametri", "weights"}
    ),
    "measured": frozenset({"flops", "byte", "bytes", "multiply-adds", "macs"}),
    "running": frozenset(
        {"makes", "running", "running total", "cumulative", "so far", "sum so far", "ergibt", "zwischensumme"}
    ),
    "share": frozenset(
        {"share", "percent", "percentage", "fraction", "%", "anteil", "% of total", "share of total", "proportion"}
        | {"prozent", "pourcentage", "porcentaje", "porcentagem", "percentuale", "доля", "占比", "佔比", "比例"}
        | {"比率", "割合", "비율", "비중"}
    ),
    "name": frozenset({"name", "size", "symbol", "hyperparameter", "größe"}),
    "letter": frozenset({"letter", "zeichen", "buchstabe"}),
}
COUNTED = frozenset({"adds", "measured", "share"})
BEHIND_NAME = re.compile(r"[ ]?[(（\[][^()（）]{1,30}[)）\]]\Z")
"""The unit behind a column's name: parameters (M)."""


def column_of(role: str, names: Sequence[str]) -> int:
    """Return the index of the first column with a name for a role, of names in small letters; -1 where none has."""
    # Size (MB) is the name of no size.
    bare = (BEHIND_NAME.sub("", name) if role in COUNTED else name for name in names)
    return next((index for index, name in enumerate(bare) if name in COLUMNS[role]), -1)
