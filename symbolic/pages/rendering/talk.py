"""What the slides of a page show: of its parts those for a talk, and which stand on a slide together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, groupby
from math import inf

from symbolic.pages.cells import Cell
from symbolic.pages.page import (
    Entry,
    Equation,
    Folded,
    Items,
    Page,
    Paragraph,
    Part,
    Relation,
    Section,
    Statement,
    Table,
)
from symbolic.pages.pictures import Bar

FEW = 2
"""Of more weights on one slide the equations speak, and who gives the talk."""
LINES, LETTERS, SPACE = 14, 80, 0.5
"""So many lines stand on a slide, so many letters on a line, and so much stands between paragraphs."""
TITLE, EQUATION, BRACED = 1.4, 1.5, 3
"""So many lines take the title of a step, an equation, and one with braces below its numbers."""
LITTLE, CROWDED, IN_A_CELL, IN_A_TABLE, ROW = 4, 5, 50, 18, 0.7
"""What takes no more lines has no slide of its own, if another holds it with so many lines more than are good; so many
letters of a sentence stand on a line of a table, so many lines of a table on a slide, and such a line is so much of a
line of words."""
OPENING = "“„«"
SENTENCES = re.compile(r"(?<=[.!?]) (?=[^\W\d_a-zäöü]|[“„«*])")
TO_READ = frozenset({"meaning", "checked"})
"""Sections of a page that a talk does without: they are there to be read."""


def for_a_talk(page: Page) -> Page:
    """Return what slides show of a page: no words that point to what is not among them."""
    shown = [_shown(section) for section in page.sections if section.id not in TO_READ]
    whole = [one.title for one in shown for section in page.sections if one.id == section.id and _has(one, section)]
    absent = [section.title for section in page.sections if section.title and section.title not in whole]
    lead = page.lead
    for index, section in enumerate(shown):
        if section.id == "other-counts":
            # Who else counts what stands beside the counts, not on the first slide.
            others = tuple(part for part in lead if part.tone == "note" and part.fixed)
            lead = tuple(part for part in lead if part not in others)
            shown[index] = section._replace(parts=(*section.parts, *others))
    return replace(
        page,
        lead=tuple(_without(part, absent) for part in lead if not _pointing_at(part, absent)),
        sections=tuple(one._replace(parts=tuple(_to_follow(one.parts, absent))) for one in shown),
    )


def _has(shown: Section, section: Section) -> bool:
    """Return whether slides show all parts of a section that other formats show unfolded."""
    return len(shown.parts) == sum(not isinstance(part, Folded) for part in section.parts)


def _to_follow(parts: Iterable[Part], absent: Sequence[str]) -> Iterator[Part]:
    for part in parts:
        if not _pointing_at(part, absent):
            yield _without(part, absent) if isinstance(part, Paragraph) else part


def _pointing_at(part: Part, titles: Sequence[str]) -> bool:
    """Return whether every sentence of a paragraph names one of these sections."""
    return isinstance(part, Paragraph) and not _without(part, titles).text


def _without(paragraph: Paragraph, titles: Sequence[str]) -> Paragraph:
    """Return a paragraph without the sentences that name one of these sections."""
    named = tuple(f"{mark}{title}" for title in titles for mark in OPENING)
    if not any(name in paragraph.text for name in named):
        return paragraph
    kept = (one for one in SENTENCES.split(paragraph.text) if not any(name in one for name in named))
    return paragraph._replace(text=" ".join(kept))


def _shown(section: Section) -> Section:
    """Return a section with the parts that slides show, in their order there."""
    parts = [part for part in section.parts if not isinstance(part, Folded)]
    first = next((part for part in parts if isinstance(part, Table)), None)
    if section.id == "config":
        parts = [part for part in parts if part is first or isinstance(part, Equation)]
    elif section.id == "other-counts":
        parts = [part for part in parts if part is first or not isinstance(part, Table | Paragraph)]
    elif section.id == "where":
        # What says how to read the bar stands below it.
        parts.sort(key=lambda part: isinstance(part, Table))
    return section._replace(parts=tuple(parts))


def below_title(parts: Sequence[Part]) -> list[tuple[Part, ...]]:
    """Return what stands on the first slide, below the title and the total, and on those after it."""
    if _high(parts) <= LINES:
        return [tuple(parts)]
    first, *others = parts
    return [(first,), *together(others)]


def together(parts: Sequence[Part]) -> list[tuple[Part, ...]]:
    """Return the parts that stand on a slide together: as many as can be read from afar, a picture with its words."""
    slides: list[tuple[Part, ...]] = [()]
    for place, part in enumerate(parts):
        rest = parts[place : place + 2]
        # What says what a picture shows, or what an equation is, stands above it.
        ahead = rest if len(rest) == FEW and _leads(part, rest[1]) else (part,)
        slide = slides[-1]
        if slide and _high((*slide, *ahead)) > LINES and not _leads(slide[-1], part):
            slides.append(())
        slides[-1] = (*slides[-1], part)
    return joined(slides)


def joined(slides: Iterable[tuple[Part, ...]]) -> list[tuple[Part, ...]]:
    """Return slides of which none is nearly empty where it fits on one beside it, which may be a little too full."""
    found: list[tuple[Part, ...]] = []
    for slide in slides:
        if found and _high((*found[-1], *slide)) <= LINES:
            found[-1] = (*found[-1], *slide)
        else:
            found.append(slide)
    place = 0
    while place < len(found):
        pairs = [one for one in (place - 1, place) if 0 <= one < len(found) - 1]
        high, one = min(((_high((*found[one], *found[one + 1])), one) for one in pairs), default=(inf, 0))
        if _high(found[place]) <= LITTLE and high <= LINES + CROWDED:
            found[one : one + 2] = [(*found[one], *found[one + 1])]
            place = one
        else:
            place += 1
    return found


def with_short_tables(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts, each table that no slide holds as several, of about as many lines each."""
    for part in parts:
        yield from _cut(part) if isinstance(part, Table) else (part,)


def _cut(table: Table) -> Iterator[Table]:
    ends = list(accumulate(map(_of_row, table.rows)))
    lines = ends[-1] if ends else 1
    pieces = -(-lines // IN_A_TABLE)
    of_row = ((end - 1) * pieces // lines for end in ends)
    for _piece, rows in groupby(enumerate(of_row), lambda row: row[1]):
        places = [place for place, _ in rows]
        yield table._replace(
            rows=tuple(table.rows[place] for place in places),
            strong=frozenset(index for index, place in enumerate(places) if place in table.strong),
            colours=tuple(table.colours[place] for place in places) if table.colours else (),
        )


def _high(parts: Iterable[Part]) -> float:
    return sum(map(_lines, parts))


def _in_pieces(entry: Entry) -> list[list[Entry]]:
    """Return the weights of a block in as many pieces as stand on a slide each: the first below the block's words."""
    pieces: list[list[Entry]] = [[]]
    taken = TITLE + _of_words(entry.text)
    for weight in entry.before:
        high = _lines(weight)
        if pieces[-1] and taken + high > LINES:
            pieces.append([])
            taken = 0.0
        pieces[-1].append(weight)
        taken += high
    return pieces


def _leads(part: Part, after: Part) -> bool:
    return isinstance(part, Paragraph) and not isinstance(after, Paragraph | Entry | Table | Bar)


def _lines(part: Part) -> float:
    """Return about how many lines of a slide a part takes."""
    match part:
        case Paragraph():
            return _of_words(part.text)
        case Items():
            return sum(_of_words(term + text) for term, text in part.items)
        case Table():
            return 2 + ROW * sum(map(_of_row, part.rows))
        case Equation() | Relation() | Statement():
            return EQUATION
        case Bar():
            return 4.0
        case Entry():
            # The sum of a block has a title of its own, and braces.
            own = (TITLE + BRACED if part.before else EQUATION) if part.equations else 0
            return TITLE + _of_words(part.text) + own + _high((*part.before, *part.after))
    return float(LINES)


def _of_words(text: str) -> float:
    return -(-len(text) // LETTERS) + SPACE if text else 0


def _of_row(row: Sequence[Cell]) -> int:
    return max([1, *(-(-len(cell) // IN_A_CELL) for cell in row if isinstance(cell, str))])


def slides_of(section: Section) -> list[tuple[Part, ...]]:
    """Return what stands on each slide of the steps."""
    return joined(_by_block(section))


def _by_block(section: Section) -> Iterator[tuple[Part, ...]]:
    loose: list[Part] = []
    for part in section.parts:
        if isinstance(part, Entry) and part.before:
            yield from _flushed(loose)
            yield from _block(part)
            continue
        loose.append(part)
        # What a weight is stands by itself; then come parts of one weight, a few on a slide.
        if not isinstance(part, Entry) or len(loose) == FEW:
            yield from _flushed(loose)
    yield from _flushed(loose)


def _flushed(loose: list[Part]) -> Iterator[tuple[Part, ...]]:
    if loose:
        yield tuple(loose)
        loose.clear()


def _block(entry: Entry) -> Iterator[tuple[Part, ...]]:
    """Yield the slides of a block: all of its weights and its sum, or, where blocks are in it, each by itself."""
    if any(below.before for below in entry.before):
        opened: list[Part] = [entry._replace(before=(), equations=(), running=None, after=())]
        for below in entry.before:
            if below.before:
                first, *others = _block(below)
                if len(opened) > 1 or _high((*opened, *first)) > LINES:
                    yield from _flushed(opened)
                yield (*opened, *first)
                yield from others
                opened = []
            else:
                opened.append(below)
        if entry.equations:
            opened.append(entry._replace(text="", before=()))
        if opened:
            yield tuple(opened)
        return
    pieces = _in_pieces(entry)
    for index, piece in enumerate(pieces):
        last = index == len(pieces) - 1
        yield (
            entry._replace(
                text=entry.text if index == 0 else "",
                before=tuple(one._replace(text="") for one in piece) if len(piece) > FEW else tuple(piece),
                equations=entry.equations if last else (),
                running=entry.running if last else None,
                after=entry.after if last else (),
            ),
        )
