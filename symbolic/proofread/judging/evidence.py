"""Evidence that a link is wrong: it is wrong only if all of it was read and nothing else explains the difference.

The reasons for a doubt are tried in turn, the cheap ones first; each is the end of a sentence. A doubtful link is
reported as something to look at, not as an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import Name, Operation
from symbolic.proofread.arithmetic.units import MEASURES
from symbolic.proofread.judging.agreement import is_power_of_ten, lone
from symbolic.proofread.judging.checked import Checked, Fault
from symbolic.proofread.judging.completeness import goes_on_behind, in_fragments, lost_power
from symbolic.proofread.judging.factors import ANOTHER_UNIT
from symbolic.proofread.judging.in_words import in_words
from symbolic.proofread.judging.link import Link
from symbolic.proofread.judging.meanings import WHOLE, far, in_parts, other_meaning
from symbolic.proofread.judging.named import measured_name, named_otherwise, of_other_number
from symbolic.proofread.judging.no_claims import NO_CLAIM, to_find
from symbolic.proofread.judging.plain import is_measured, is_near, is_plain
from symbolic.proofread.judging.slips import LOST, by_thousands, is_of_size, slip
from symbolic.proofread.judging.surroundings import OPERATORS, WORD, in_it, questioned
from symbolic.proofread.judging.terms import OF_COMPUTER, doubtful_terms
from symbolic.proofread.judging.values import Values, is_written_out
from symbolic.proofread.reading.document import Document
from symbolic.proofread.reading.equations import WrittenEquation

UNEXPLAINED = "no usual slip explains it"
"""Where a difference is neither in a plain calculation nor what a slip makes, something may have been misread."""
MOST_ROWS = 60
NEAR_POWER, LEAST_POWER = Fraction(1, 20), 64
UNIT_BEHIND = re.compile(r"[$\\)]{1,4}[ ]([^\W\d_]{2,14})")
ABOUT = Fraction(1, 20)
"""So far off may be a number behind ~ in a column that elsewhere follows from others."""
NEAR_TOTAL = Fraction(1, 50)
"""A total that is off by less has parts rounded."""
MULTIPLE = 64
"""The sizes of layers are rounded to multiples of this, or of its double or fourfold."""
ITEM = re.compile(r"[ \t>]*(?:[-*+•]|\d+[.)])[ \t]")
BLANK_LINE = re.compile(r"\n[ \t>*]*\n")
RANGE = re.compile(r"\d[A-Za-z%]*-\d")
BEHIND, BEFORE = 320, 160
TAKEN_BACK = re.compile(
    # Words that start with another letter are passed over quickly.
    r"(?=[acdhklmorstw不等重更修])(?:(?<![\w-])(?:wait(?=[,.;:!…—–]| no\b)|hmm+|oops|actually,? (?:no|that|let)"
    r"|let me (?:re|try|check|correct|fix)|let['’]s (?:re|try)|re-?calculat\w+|scratch that|my mistake|correction:"
    r"|that['’]s (?:not|wrong)|that (?:is|seems|looks) (?:not|wrong|off|too)"
    r"|doesn['’]t (?:match|add up|look right)|moment mal|Korrektur)(?!\w)"
    r"|不对|等等[，,。.！!]|等一下|重新计算|更正|修正[：:为])",
    re.IGNORECASE,
)
OPTION = re.compile(r"[ \t>]*(?:[-*+][ \t]+)?(?:\*\*|__)?(?:[(（]?([A-Ea-e])[).．、:：]|\[([ xX])\])(?:\*\*|__)?[ \t]")
"""The start of an answer of several: A) 3 × 4 = 13, or - [ ] 3 × 4 = 13."""


def weighed(document: Document, equation: WrittenEquation, checked: Checked, values: Values) -> Checked:
    """Return the checked chain with the first reason to doubt each of its faults."""
    if not checked.faults:
        return checked
    faults = (_weighed(document, equation, checked, fault, values) for fault in checked.faults)
    return checked._replace(faults=tuple(faults))


def _weighed(document: Document, equation: WrittenEquation, checked: Checked, fault: Fault, values: Values) -> Fault:
    if equation.kind in ("compared", "beside"):
        return fault._replace(doubt="it may be about other numbers")
    link = Link(document, equation, checked, fault, values)
    if nothing := next((says for reason in NO_CLAIM if (says := reason(link))), ""):
        return fault._replace(doubt=nothing, claims=False, of_letters=bool(to_find(link) or of_other_number(link)))
    found = slip(link)
    if doubt := next((says for reason in REASONS if (says := reason(link))), ""):
        # What may be misread is worth a look only if it looks like an error at all.
        unread = doubt == _unread(link)
        claims = any(says(link) for says in CLAIMS) and not (unread and far(link))
        claims = claims or bool(found) or (unread and is_near(link))
        claims = claims and doubt != OF_COMPUTER and not _is_nearly_of_column(link)
        return fault._replace(doubt=doubt, claims=claims, of_letters=doubt == measured_name(link))
    if is_of_size(link, found) and any(says(link) for says in CLAIMS):
        return fault._replace(slip=found, doubt=in_parts(link))
    if thousands := by_thousands(link):
        return fault._replace(slip=thousands)
    if doubt := other_meaning(link) or ("" if found else _explained(link)):
        # The unit of a table's cell stands above its column.
        of_row = doubt == ANOTHER_UNIT and (_is_in_row(link) or _has_unit_behind(link))
        return fault._replace(doubt=doubt, claims=doubt != WHOLE and not of_row)
    if (doubt := far(link)) and not (found and found.says.endswith(LOST)):
        # Two measures with nothing worked out are about two things: with 4 bits ≈ 24 GB.
        # So are a part of so many and what was measured of it: 2/6 = 945.87.
        part = isinstance(link.first, Operation) and link.first.sign == "/" and all(map(lone, link.first.parts))
        alone = lone(link.first) is not None or is_power_of_ten(link.first)
        return fault._replace(doubt=doubt, claims=not alone and not part)
    if found or is_plain(link) or _is_of_model(link):
        return fault._replace(slip=found)
    return fault._replace(alone=True) if is_measured(link) else fault._replace(doubt=UNEXPLAINED)


def _is_in_row(link: Link) -> bool:
    """Return whether a link stands in a table's row."""
    text = link.document.text
    return text[text.rfind("\n", 0, link.start) + 1 : link.start].lstrip().startswith("|")


def _has_unit_behind(link: Link) -> bool:
    r"""Return whether a unit stands behind the signs that end a formula of TeX: \(1.2 / 40 \approx 30\) seconds."""
    behind = UNIT_BEHIND.match(link.document.text, link.end)
    return behind is not None and behind[1] in MEASURES


def _is_of_model(link: Link) -> bool:
    """Return whether a page of ours says it, or it is about the sizes of a given model or under their full names."""
    values, names = link.values, {name.text for name in link.names}
    if names and all(is_written_out(name) and values.is_certain(name, link.start) for name in names):
        return True
    named = bool(names) and all(name in values.sizes or name in values.labels for name in names)
    return values.ours or (values.trusted and named)


def _range(link: Link) -> str:
    """Return a doubt if a result is a range, 30-34 GB, which may be about something else; else ""."""
    result = lone(link.second)
    return "its result is a range" if result and RANGE.search(result.figure.shown) else ""


def _unread(link: Link) -> str:
    """Return a doubt if a word in the text of the link was not read and may change its meaning; else ""."""
    if link.equation.kind != "chain" or link.is_math:
        return ""
    # A name of a program has the number that the program gives it.
    # The name of a type, FP16, has its bytes.
    read = (link.document.text[number.start : number.end] for number in link.numbers)
    written = (*(name.text for name in link.names), *(number.figure.shown for number in link.numbers), *read)
    known = frozenset({name.text for name in link.names}.union(*map(WORD.findall, written)))
    word = in_it(link.document.text, link.start, link.end, known)
    return f"“{word}” may change what is meant" if word else ""


def _of_other_rows(link: Link) -> str:
    """Return a doubt if a total is that of a list, or of a column with rows that add up to the difference; else ""."""
    if link.equation.kind in ("list", "whole"):
        return "it may be the sum of other numbers"
    if _is_of_column(link):
        return f"other rows hold with {in_words(link.first)}"
    if link.equation.kind != "total" or not isinstance(link.first, Operation):
        return ""
    rows = [number.figure.value for part in link.first.parts[:MOST_ROWS] if (number := lone(part))]
    off = link.left - link.right
    for start in range(len(rows)):
        added: Exact = 0
        for row in rows[start:]:
            added += row
            if added == off:
                return "some of its rows may be parts of others"
    return ""


def _is_nearly_of_column(link: Link) -> bool:
    """Return whether a column says nearly that, and only about: ~650 MB for 340M × 2."""
    about = link.document.text[link.second.start - 1 : link.second.start] in ("~", "≈")
    return about and _is_of_column(link) and link.off <= ABOUT * max(link.left, link.right)


def _is_of_column(link: Link) -> bool:
    """Return whether it is a number of a column that follows from others in most rows."""
    return link.equation.kind == "column"


def _is_less_than_parts(link: Link) -> bool:
    """Return whether a total is that of a whole list, or stands above its parts and is less: parts are not more."""
    if link.equation.kind == "whole":
        return link.off > NEAR_TOTAL * max(link.left, link.right)
    exact = not any(number.figure.rounded for number in link.numbers)
    return link.equation.kind == "list" and exact and link.second.end < link.first.start and link.left > link.right


def _surrounded(link: Link) -> str:
    """Return a doubt if a word beside the equation may be a part of it; else ""."""
    return f"“{link.beside}” beside it may be a part of it" if link.beside and link.beside not in OPERATORS else ""


def _to_solve(link: Link) -> str:
    """Return a doubt if an equation has the same name on both sides, for which it may be solved; else ""."""
    both = {name.text for name in link.first.names} & {name.text for name in link.second.names}
    return f"it may be an equation for “{min(both)}”" if both and set(link.relations) == {"="} else ""


def _explained(link: Link) -> str:
    """Return a doubt if a note follows a result with ≈, which may explain it: ≈ 820 GB (with padding); else ""."""
    behind = link.document.text[link.second.end : link.second.end + 40].lstrip(" *_`$")
    about = "≈" in link.relations and re.match(r"[(（][^\W\d_]{2}", behind)
    return "the note behind it may say why" if about else ""


def _of_rough_size(link: Link) -> str:
    """Return a doubt if a bare power may only say how large a number is: 9.4e21 ≈ 10^22, 1,040 ≈ 1024; else ""."""
    off, number = link.off, lone(link.second)
    if is_power_of_ten(link.second) and ("≈" in link.relations or off <= NEAR_POWER * link.right):
        return "it may only say how large it is"
    one, other = sorted((link.left, link.right), key=lambda value: value.denominator)
    if one.denominator == 1 and one % MULTIPLE == 0 and other.denominator > 1 and off < 4 * MULTIPLE < one:
        return "it may be rounded to a multiple"
    value = number.figure.value if number else 0
    of_two = isinstance(value, int) and value >= LEAST_POWER and value & (value - 1) == 0
    return "it may be the nearest power of two" if of_two and "≈" in link.relations else ""


def _one_of_a_list(link: Link) -> str:
    """Return a doubt if a list gives a name one value after the other, `V=50257` and `V=50304`; else ""."""
    sides, text = link.equation.sides, link.document.text
    name = sides[0]
    if len(sides) != 2 or not isinstance(name, Name) or lone(sides[1]) is None:
        return ""
    item = text.rfind("\n", 0, link.start) + 1
    before = text[text.rfind("\n", 0, max(item - 1, 0)) + 1 : max(item - 1, 0)]
    given = item - len(before) - 1 <= link.values.places.get(name.text, -1) < item
    listed = all(ITEM.match(line) for line in (before, text[item : link.start]))
    return "it may be another value of the same name" if given and listed else ""


def _printed(link: Link) -> str:
    """Return a doubt if it stands in the output of a notebook's cell, whose numbers a program rounds; else ""."""
    return "a program printed it" if link.document.is_printed(link.equation.start) else ""


def _far_below(link: Link) -> str:
    """Return a doubt if a blank line stands between the sides, so that the lower one may begin anew; else ""."""
    between = link.document.text[link.first.end : link.second.start]
    apart = link.equation.kind == "chain" and not link.is_math and BLANK_LINE.search(between)
    return "a blank line stands between its sides" if apart else ""


def _quoted(link: Link) -> str:
    found = questioned(link.document, link.equation.start, link.equation.end)
    return f"“{found}” stands beside it" if found else ""


def _taken_back(link: Link) -> str:
    """Return a doubt if words near the equation take it back or start it anew; else ""."""
    start, end = link.equation.start, link.equation.end
    found = link.document.first(TAKEN_BACK, end, end + BEHIND) or link.document.first(TAKEN_BACK, start - BEFORE, start)
    return f"“{found}” stands near it" if found else ""


def _one_of_several(link: Link) -> str:
    """Return a doubt if the equation stands in one of several answers to choose from; else ""."""
    text, (first, last) = link.document.text, (link.equation.start, link.equation.end)
    *above, before = text[max(0, first - BEHIND) : first].split("\n")
    here = OPTION.match(before)
    if not here:
        return ""
    _, *below = text[last : last + BEHIND].split("\n")
    beside = [other for line in (*above[-1:], *below[:1]) if (other := OPTION.match(line))]
    return "it may be one of several answers" if any(other[0] != here[0] or here[2] for other in beside) else ""


CLAIMS: tuple[Callable[[Link], bool], ...] = (is_plain, is_measured, _is_less_than_parts, _is_of_column)
"""Ways in which a link that may be misread looks like an error all the same."""
REASONS: tuple[Callable[[Link], str], ...] = (
    _of_other_rows,
    _range,
    doubtful_terms,
    _unread,
    named_otherwise,
    measured_name,
    goes_on_behind,
    in_fragments,
    _surrounded,
    _to_solve,
    _one_of_a_list,
    _printed,
    _far_below,
    _of_rough_size,
    _quoted,
    _taken_back,
    _one_of_several,
    lost_power,
)
