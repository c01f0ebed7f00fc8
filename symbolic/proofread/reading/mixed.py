"""Equations that are written partly as TeX and partly as text: $12 \\times 64$ = 768."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from symbolic.proofread.arithmetic.numbers import DECIMAL, Unread
from symbolic.proofread.arithmetic.units import MEASURES
from symbolic.proofread.grammar.prose import Run, runs
from symbolic.proofread.grammar.text_signs import BARRIER, NOTHING
from symbolic.proofread.grammar.tokens import OPERATORS, Token, in_brackets, joined_rows, tidy
from symbolic.proofread.reading.document import Document, Stretch

JOINED = re.compile(rf"{BARRIER}[ \t{NOTHING}]*(?:[=≈→]|->)|(?:[=≈→]|->)[ \t{NOTHING}]*{BARRIER}")
"""A relation in the text beside what may be a formula."""
ENDS = re.compile(r"(?:[=≈]|\\approx)\s*\Z")
"""A relation at the end of a formula."""
LONGEST_SIGN = 12
BEGINS = re.compile(rf"[ \t{NOTHING}]*(?:[=≈→]|->)")
UNIT = re.compile(rf"[ {NOTHING}]*(?:{'|'.join(sorted((*MEASURES, *DECIMAL), key=len, reverse=True))})(?![\w/])[ ]?")
SIGN = re.compile(r"\s*(?:[=≈]|\\approx(?![a-z]))")
SIGN_ALONE = re.compile(r"\s*\\(?:times|cdot|div|to|(?:long)?rightarrow|Rightarrow)\s*")
"""A formula that is only a sign between parts in the text: 2 channels $\\times$ 8 bytes = 16 bytes."""
UNFINISHED = re.compile(r"[^\s$](?:\s*(?:\\(?:times|cdot|div)|[-+*/]))\s*$")
"""A formula that ends with a sign, and goes on with words."""
ALONE = ("NUMBER", "NAME")
NUMBERED = ["RELATION", "OPEN", "NUMBER", "CLOSE"]
DEFINITION = ["NAME", "RELATION", "NUMBER"]

Lexer = Callable[[str, int, int], list[Token]]


def mixed_runs(document: Document, tex: Lexer, text: Lexer) -> Iterator[Run]:
    """Yield each chain of which a formula is one side or a part of it, and the text has the relation."""
    beside = [match.start() for match in JOINED.finditer(document.prose)] if document.math else []
    inside = [end for start, end in document.math if ENDS.search(document.text, max(start, end - LONGEST_SIGN), end)]
    signs = [start for start, end in document.math if SIGN_ALONE.fullmatch(document.text, start, end)]
    done = -1
    for place in sorted((*beside, *inside, *signs)):
        if place >= done:
            start = max(0, document.prose.rfind("\n", 0, place))
            end = document.prose.find("\n", place + 1)
            done = len(document.prose) if end < 0 else end
            yield from _Line(document, tex, text).runs(start, done)


@dataclass
class _Line:
    """One line of a document; `held` are the formulas in it that are more than a number or a name, by their place."""

    document: Document
    tex: Lexer
    text: Lexer
    held: dict[int, list[Token]] = field(default_factory=dict)
    places: set[int] = field(default_factory=set)

    def runs(self, start: int, end: int) -> Iterator[Run]:
        for run in runs([self.tokens(start, end)]):
            born = [token.start in self.places for token in run.tokens]
            defined = all(born[::2]) and [token.type for token in run.tokens] == DEFINITION
            if any(born) and not defined and not _is_numbered(run.tokens):
                yield Run(self.written_out(run.tokens), run.cut)

    def tokens(self, start: int, end: int) -> list[Token]:
        """Return the tokens of the line, with one token for each formula."""
        found: list[Token] = []
        math, prose = self.document.math, self.document.prose
        position = start
        for index in range(bisect_left(math, (start, 0)), len(math)):
            left, right = math[index]
            if right > end:
                break
            before = max(position, prose.rfind(BARRIER, position, left + 1))
            behind = right
            while behind < end and prose[behind] == NOTHING:
                behind += 1
            found += self.text(prose, position, before)
            position = behind
            found += self.formula((left, right), found, self.goes_on(index, behind))
        return [*found, *self.text(prose, position, end)]

    def goes_on(self, index: int, behind: int) -> bool:
        """Return whether a relation stands behind a formula, or behind its unit: $= 12$ bytes $\\approx$ 0.01 kB."""
        math, prose = self.document.math, self.document.prose
        unit = UNIT.match(prose, behind)
        place = unit.end() if unit else behind
        next_one = math[index + 1][0] if unit and index + 1 < len(math) else -1
        alone = 0 <= next_one - place <= LONGEST_SIGN and not prose[place:next_one].strip(f"{BARRIER}{NOTHING} $")
        return BEGINS.match(prose, place) is not None or (
            alone and SIGN.match(self.document.text, next_one) is not None
        )

    def formula(self, stretch: Stretch, before: list[Token], relation_behind: bool) -> list[Token]:
        """Return a formula, or its side beside a relation of the text, as one token; a STOP where it can't be one."""
        stop = Token("STOP", *stretch)
        try:
            rows = [row for row in map(tidy, joined_rows(self.tex(self.document.text, *stretch))) if row]
        except Unread:
            return [stop]
        row = rows[0] if len(rows) == 1 else []
        sides = [index for index, token in enumerate(row) if token.type == "RELATION"]
        if not row or any(token.type == "STOP" for token in row) or UNFINISHED.search(self.document.text, *stretch):
            return [stop]
        if len(row) == 1 and row[0].type in (*OPERATORS, "RELATION"):
            self.places.add(row[0].start)
            return row
        if not sides:
            return [self.one(row)]
        ends = sides[-1] == len(row) - 1
        if relation_behind or ends:
            first = [-1, *sides][-2 if ends else -1] + 1
            side = row[first : len(row) - ends]
            return [stop, self.one(side), *row[len(row) - ends :]] if side else [stop]
        if before and before[-1].type == "RELATION":
            return [self.one(row[: sides[0]]), stop] if sides[0] else [stop]
        return [stop]

    def one(self, side: list[Token]) -> Token:
        """Return one token for a formula; `written_out` puts the formula in its place."""
        self.places.add(side[0].start)
        if len(side) == 1 and side[0].type in ALONE:
            return side[0]
        self.held[side[0].start] = side
        return Token("OPAQUE", side[0].start, max(token.end for token in side), "a formula")

    def written_out(self, tokens: list[Token]) -> list[Token]:
        """Return the tokens with each formula in its place, in brackets where it is only a part of its side."""
        found: list[Token] = []
        for index, token in enumerate(tokens):
            formula = self.held.get(token.start) if token.type == "OPAQUE" else None
            around = [*tokens[max(0, index - 1) : index], *tokens[index + 1 : index + 2]]
            if formula is None:
                found.append(token)
            elif all(beside.type == "RELATION" for beside in around):
                found += formula
            else:
                found += in_brackets(formula)
        return found


def _is_numbered(tokens: list[Token]) -> bool:
    """Return whether the number of an equation or a blank, (1), stands behind a relation, and no side."""
    types = [token.type for token in tokens]
    return any(types[index : index + 4] == NUMBERED for index, kind in enumerate(types) if kind == "RELATION")
