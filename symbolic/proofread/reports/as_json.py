"""Reports as data: every equation with its verdict and place, the comparison, the changes that mend the document."""

from __future__ import annotations

import json
from fractions import Fraction

from symbolic.formulas.formula import Exact
from symbolic.proofread.judging.verdicts import VERDICTS, Finding, Report
from symbolic.proofread.reports.reporting import clean


def render(report: Report, *, every: bool = False) -> str:  # noqa: ARG001 - data is always whole
    """Return the report as JSON, with a newline at its end."""
    return json.dumps(data(report), indent=2, ensure_ascii=False) + "\n"


def data(report: Report) -> dict[str, object]:
    """Return the report as plain values; numbers are exact, and fractions are strings."""
    compared = report.comparison
    return {
        "document": report.name,
        "model": report.model or None,
        "holds": report.holds,
        "counts": {verdict: report.count(verdict) for verdict in VERDICTS},
        "equations": [_finding(report, finding) for finding in report.findings],
        "comparison": None
        if compared is None
        else {
            "total": compared.total,
            "written": compared.written,
            "mended": compared.mended,
            "convention": compared.convention or None,
            "present": list(compared.present),
            "parts": [
                {"name": part.name, "formula": part.formula, "size": part.size, "counted": part.times}
                for part in compared.parts
            ],
        },
        "changes": [
            {**_place(report, change.start), "before": change.before, "after": change.after}
            for change in report.changes
        ],
    }


def _finding(report: Report, finding: Finding) -> dict[str, object]:
    equation = finding.equation
    return {
        "kind": equation.kind,
        "verdict": finding.verdict,
        **_place(report, finding.start),
        "source": clean(report.document.shown[equation.start : equation.end]),
        "says": finding.says,
        "slip": finding.slip or None,
        "written": None if finding.figure is None else _exact(finding.figure.value),
        "correct": None if finding.correct is None else _exact(finding.correct),
    }


def _place(report: Report, offset: int) -> dict[str, int]:
    place = report.place(offset)
    cell = {"cell": place.cell} if place.cell else {}
    return {**cell, "line": place.line, "column": place.column}


def _exact(value: Exact) -> int | str:
    return int(value) if Fraction(value).denominator == 1 else str(value)
