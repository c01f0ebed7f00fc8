"""Reports as SARIF 2.1.0, which code hosts show beside the lines of a change."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import quote

from symbolic.proofread.judging.verdicts import Finding, Report, Verdict
from symbolic.proofread.reports.reporting import clean

RULES: dict[Verdict, tuple[str, str]] = {
    "wrong": ("error", "An equation does not hold."),
    "carried": ("error", "An equation holds as written, but uses a number that is wrong further up."),
    "doubtful": ("note", "An equation does not hold in one of the ways in which it can be read."),
    "rounding": ("note", "The last digit of a rounded number is not the nearest one."),
    "unread": ("none", "An equation is not read."),
    "unknown": ("none", "An equation can't be judged."),
}
QUIET = ("unread", "unknown")


def render(report: Report, *, every: bool = False) -> str:
    """Return the report as SARIF, with a newline at its end; `every` adds equations that are unread or not judged."""
    return render_all([report], every=every)


def render_all(reports: Sequence[Report], *, every: bool = False) -> str:
    """Return the reports as one SARIF run: code hosts take one of a tool."""
    rules = [
        {"id": verdict, "shortDescription": {"text": says}, "defaultConfiguration": {"level": level}}
        for verdict, (level, says) in RULES.items()
    ]
    driver = {"name": "symbolic proofread", "version": _version(), "rules": rules}
    results = [result for report in reports for result in _results(report, every)]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _results(report: Report, every: bool) -> Iterator[dict[str, object]]:
    for finding in report.findings:
        if finding.verdict in RULES and (every or finding.verdict not in QUIET):
            level = RULES[finding.verdict][0]
            message = {"text": clean(finding.says) or RULES[finding.verdict][1]}
            location = {"physicalLocation": _location(report, finding)}
            yield {"ruleId": finding.verdict, "level": level, "message": message, "locations": [location]}


def _location(report: Report, finding: Finding) -> dict[str, object]:
    """Return the file and the region in it; for a notebook only the file, because lines count within a cell."""
    path = Path(report.name if report.path in ("", "-") else report.path)
    uri = path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))
    file: dict[str, object] = {"artifactLocation": {"uri": uri}}
    start, end = report.place(finding.start), report.place(max(finding.start, finding.end - 1))
    if start.cell:
        return file
    region = {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": max(start.line, end.line),
        "endColumn": (end.column if end.line >= start.line else start.column) + 1,
    }
    return {**file, "region": region}


def _version() -> str:
    try:
        return version("symbolic-explainer")
    except PackageNotFoundError:
        return "0"
