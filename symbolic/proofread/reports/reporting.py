"""Contents of a report, in order, for every format: sentences, findings with their lines, the parts of the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from symbolic.formulas.figures import grouped
from symbolic.pages.listing import listed
from symbolic.proofread.arithmetic.numbers import THIN
from symbolic.proofread.judging.verdicts import ERRORS, MILD, Finding, Report, TotalComparison, Verdict, is_traced

WIDTH = 74
WORDS: dict[Verdict, str] = {
    "wrong": "wrong",
    "carried": "carried over",
    "doubtful": "look at this",
    "rounding": "rounded oddly",
    "unread": "not read",
    "unknown": "not judged",
    "holds": "holds",
}
KINDS = {
    "chain": ("equation", "equations"),
    "row": ("table entry", "table entries"),
    "column": ("column's number", "columns' numbers"),
    "total": ("table's sum", "tables' sums"),
    "whole": ("list's sum", "lists' sums"),
    "list": ("list's sum", "lists' sums"),
    "running": ("running total", "running totals"),
    "claim": ("rounded number", "rounded numbers"),
    "explained": ("number in a sentence", "numbers in sentences"),
    "compared": ("comparison", "comparisons"),
    "copy": ("copy of a number", "copies of numbers"),
}


class Excerpt(NamedTuple):
    """A line of the document, and the place of a finding in it: from `start` to `end`."""

    line: str
    start: int
    end: int

    @property
    def caret(self) -> str:
        """Return the carets that point at the finding from the line below."""
        return " " * self.start + "^" * max(1, self.end - self.start)


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as it is printed."""

    place: str
    verdict: Verdict
    excerpt: Excerpt
    says: str


def sentences(report: Report) -> Iterator[str]:
    """Yield the sentences about how much was read, how many equations have each verdict, and the model that is used."""
    equations = report.equations
    kinds = Counter(finding.equation.kind for finding in equations)
    kinds["list"] += kinds.pop("whole", 0)
    read = listed([counted(kinds[kind], *names) for kind, names in KINDS.items() if kinds[kind]])
    code = report.document.code_lines
    if not read:
        yield "There is no equation in it." if not code else "There is no equation in its text."
        yield from _code(code)
        return
    unread = report.count("unread")
    all_or_not = "all of them are read" if not unread else f"{_number(unread)} of them can't be read"
    yield f"{read[:1].upper()}{read[1:]} found; {all_or_not}."
    count = Counter(finding.verdict for finding in equations)
    holds, wrong, carried, unknown = (count[verdict] for verdict in ("holds", "wrong", "carried", "unknown"))
    parts = [f"{_all(holds, len(equations))} hold{'s' if holds == 1 else ''}"] if holds else []
    parts += [f"{_number(wrong)} {'is' if wrong == 1 else 'are'} wrong"] if wrong else []
    parts += [f"{_number(carried)} carr{'ies' if carried == 1 else 'y'} an earlier error on"] if carried else []
    for n, says in ((count["rounding"], "rounded oddly"), (count["doubtful"], "to be looked at")):
        parts += [f"{_number(n)} {'is' if n == 1 else 'are'} {says}"] if n else []
    parts += [f"{_number(unknown)} can't be judged"] if unknown else []
    if parts:
        first = listed(parts)
        yield f"{first[:1].upper()}{first[1:]}."
    yield from _code(code)
    if report.model:
        found = ", which the document is about" if report.recognised else ""
        yield f"Names stand for the sizes of {report.model}{found}."
        named = [finding.verdict for finding in report.findings if finding.equation.names]
        if named.count("wrong") > max(3, len(named) // 2):
            yield "Most equations with names are wrong with these sizes: it may be about another model."
    elif report.note:
        yield report.note
    elif unknown:
        yield "With --model MODEL, the names of sizes have values."


def _code(lines: int) -> Iterator[str]:
    """Yield the sentence about lines of code that are not read, if there are any."""
    if lines:
        said = f"{_number(lines)} line{'' if lines == 1 else 's'} of code with numbers {'is' if lines == 1 else 'are'}"
        yield f"{said[:1].upper()}{said[1:]} not read."


def clean(text: str) -> str:
    """Return a text with a question mark for each half of a character, which can't be written."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _all(count: int, of: int) -> str:
    return "all" if count == of and count > 1 else _number(count)


def _number(count: int) -> str:
    words = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return words[count] if count < len(words) else grouped(count)


def counted(count: int, one: str, many: str) -> str:
    """Return a count with its noun: one equation, 13 equations."""
    return f"{_number(count)} {one if count == 1 else many}"


def findings(report: Report, *, every: bool = False) -> Iterator[Shown]:
    """Yield the findings to print: errors first, then those to look at; the others only with `every`."""
    wrong = [finding for finding in report.findings if finding.verdict in ERRORS]
    mild = [finding for finding in report.findings if finding.verdict in MILD]
    rest = [finding for finding in report.findings if finding.verdict not in (*ERRORS, *MILD)]
    for finding in (*wrong, *mild, *(rest if every else ())):
        yield Shown(str(report.place(finding.start)), finding.verdict, excerpt(report, finding), finding.says)


def more(report: Report, *, every: bool) -> str:
    """Return the hint about how to list the rest, or "" if everything is printed."""
    unread = any(finding.verdict in ("unread", "unknown") for finding in report.equations)
    return "" if every or not unread else "--all lists what is not read or not judged."


def excerpt(report: Report, finding: Finding) -> Excerpt:
    """Return the line that a finding is in; a long line is cut around the finding."""
    text = report.document.shown
    first = text.rfind("\n", 0, finding.start) + 1
    last = text.find("\n", finding.start)
    last = len(text) if last < 0 else last
    start, end = finding.start, max(finding.start + 1, min(finding.end, last))
    if last - first > WIDTH:
        left = max(first, min(start - WIDTH // 2, last - WIDTH))
        right = min(last, max(left + WIDTH, min(end, left + WIDTH)))
        before, after = "…" if left > first else "", "…" if right < last else ""
        end = min(end, right)
        line = before + visible(text[left:right]) + after
        return Excerpt(line, start - left + len(before), end - left + len(before))
    indent = len(text[first:last]) - len(text[first:last].lstrip())
    indent = min(indent, start - first)
    return Excerpt(visible(text[first + indent : last]), start - first - indent, end - first - indent)


def visible(text: str, keep: str = "") -> str:
    """Return the text without signs that act on a terminal or can't be seen; the signs in `keep` stay."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter in keep else " " if letter in "\t\r\n\xa0" + THIN else "�"
        for letter in text
    )


def comparison_sentences(found: TotalComparison) -> Iterator[str]:
    """Yield the sentences that compare the document's total with the model's."""
    total, mended = grouped(found.total), grouped(found.mended)
    about = f"{found.model} ({found.family}) has {total} parameters"
    if found.written != found.mended:
        nothing = "" if found.written_fits else ", which no usual way of counting gives"
        yield f"The document ends at {grouped(found.written)}{nothing}. With its arithmetic mended that is {mended}."
    else:
        yield f"The document ends at {mended}."
    if found.quantity:
        yield f"That is the {found.quantity} of {found.model} ({found.family})."
        return
    if found.mended == found.total:
        yield f"That is every parameter of {found.model} ({found.family})."
        return
    if found.convention:
        yield f"{about}. {mended} is the count of {_convention(found.convention)}."
    elif found.parts:
        yield f"{about}. No usual way of counting gives {mended}; the parts below explain the difference."
    else:
        off = grouped(abs(found.total - found.mended))
        yield f"{about}. No usual way of counting gives {mended}."
        yield f"The difference is {off}, and no few parts of the model make it."
    if found.present:
        yield f"These parts make {mended}: the {'; the '.join(found.present)}."
    if found.parts:
        missing = all(part.times == 0 for part in found.parts)
        more = all(part.times == 2 for part in found.parts)
        yield "It leaves out:" if missing else "It counts in addition:" if more else "It differs in:"


def _convention(name: str) -> str:
    from symbolic.measuring.conventions import CONVENTIONS

    if name in CONVENTIONS:
        return f"the convention “{name}” ({CONVENTIONS[name].says})"
    return f"another model: {name}" if " " not in name else name


def part_rows(found: TotalComparison) -> list[tuple[str, str, str, str]]:
    """Return a row for each part: its name, its formula, its size, and the count including it."""
    rows, running = [], found.mended
    for part in found.parts:
        running += part.size if part.times == 0 else -part.size
        size = grouped(part.size) if part.times == 0 else f"−{grouped(part.size)}"
        rows.append((part.name, part.formula, size, grouped(running)))
    return rows


PART_COLUMNS = ("Part", "Formula", "Adds", "Makes")


def change_lines(report: Report) -> list[tuple[str, str, str]]:
    """Return each change as its place, the text before it and the text after it."""
    return [(str(report.place(change.start)), _plain(change.before), _plain(change.after)) for change in report.changes]


def left_lines(report: Report) -> list[tuple[str, str, str]]:
    """Return the places that still use a number which is mended elsewhere, since they hold as written, both numbers.

    Example: 124,399,392 × 2 = 248.8 MB holds with 124,411,392, too, which the sum above it should be.
    """
    starts = {change.start for change in report.changes}
    known = {
        finding.figure.value: finding.right for finding in report.findings if finding.start in starts and finding.figure
    }
    mended = {value: right for value, right in known.items() if right is not None and is_traced(value)}
    left = {
        number.start: number.figure.value
        for finding in report.findings
        for number in finding.equation.numbers
        if number.figure.value in mended and number.start not in starts
    }
    return [(str(report.place(start)), grouped(value), grouped(mended[value])) for start, value in sorted(left.items())]


def _plain(tex: str) -> str:
    return visible(tex.replace("{,}", ","))
