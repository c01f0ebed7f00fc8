"""Reader of the equations in a document's formulas, sentences, and comments of code."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from symbolic.proofread.arithmetic.expression import ExpressionNode
from symbolic.proofread.arithmetic.numbers import Unread, WrittenNumber
from symbolic.proofread.arithmetic.units import MEASURES
from symbolic.proofread.grammar.building import Chain
from symbolic.proofread.grammar.code import arithmetic, result_of
from symbolic.proofread.grammar.prose import runs
from symbolic.proofread.grammar.tex_lexer import TexLexer
from symbolic.proofread.grammar.text_lexer import TextLexer
from symbolic.proofread.grammar.text_signs import BARRIER, ENDS_WORD, NOTHING, SCALES
from symbolic.proofread.grammar.tokens import (
    BEYOND,
    Token,
    joined_rows,
    tidy,
    with_rate,
    with_values,
)
from symbolic.proofread.reading.chains_of_tokens import (
    as_chain,
    compares_words,
    is_condition,
    why_strange,
    without_heading,
)
from symbolic.proofread.reading.document import Document, Stretch, around
from symbolic.proofread.reading.equations import WrittenEquation, without_parts
from symbolic.proofread.reading.mixed import mixed_runs
from symbolic.proofread.reading.plain_numbers import with_plain_numbers
from symbolic.proofread.reading.programs import Given, ProgramNames, with_numbers

VARIABLE = re.compile(r"(?<![A-Za-z\d.\\}])(?:([kKMGTB])(?![A-Za-z])|(?<!\d )([shmVWJN])(?=\s*(?:=|\\approx)))")
SCALE_BEHIND = re.compile(rf"(?:\}}|\s)*(?:\$+|\\\)|\\\])(?:[)）]?[ ]?({SCALES}|\\?%)|([KMBT])){ENDS_WORD}")
GIVES = re.compile(r"(?:\$|\\\))[ ]*(?:\([^()\n$]{1,50}\)[ ]*|[A-Za-z][A-Za-z -]{0,40}[ ])?[=:][ ]*(?:\$|\\\()")
UNIT_BEHIND = re.compile(
    r"(?:\}|\s)*(?:\$+|\\\)|\\\])[ ]?"
    rf"((?:percentage )?points|{'|'.join(word for word in MEASURES if len(word) > 1)})(?!/){ENDS_WORD}"
)
BETWEEN = re.compile(
    r"[\s$]*|\s*\\\]\s*\\\[\s*"
    rf"|\$[ ]?(?:{SCALES}|[KMBT]|{'|'.join(word for word in MEASURES if len(word) > 1)})(?:/[A-Za-z]+)?[ ]?\$"
)
STARTS = re.compile(r"[\s&]*(?:[=≈<>≤≥]|\\(?:approx|leq?|geq?|equiv|simeq)(?![A-Za-z]))(?=\s*[^\s$])")
"""What stands between two formulas that are one, also a unit, $2 × 4$ KB $= 8$ KB; and how the second one starts."""
LONGEST_NOTE = 70
MOST_IN_CELL = 50
LONGEST = 50_000
MOST_HEADS = 8
"""So many sides that are not read may stand before those that are."""
UNSEEN = "\u200b"
COPIED = "it was copied from a page that shows formulas: bars of fractions and signs of roots are lost"
"""Who copies a formula that KaTeX shows gets a space without width for each bar: 63\u200b for 3 / 6."""
MODULAR = re.compile(r"\\(?:[bp]?mod|oplus|ominus|otimes|odot|circ|pm|mp|gg|ll)(?![A-Za-z])")
"""Signs with which numbers count otherwise."""


@dataclass
class FormulaReader:
    """Reader of one document's formulas, with the document's style of numbers and its macros."""

    document: Document
    programs: dict[int, ProgramNames] = field(default_factory=dict)

    @cached_property
    def tex(self) -> TexLexer:
        """Return the lexer of the mathematics."""
        text = self.document.text
        found = (one[1] or one[2] for start, end in self.document.math for one in VARIABLE.finditer(text, start, end))
        return TexLexer(self.document.style, self.document.macros, frozenset(found))

    @cached_property
    def text(self) -> TextLexer:
        """Return the lexer of the sentences."""
        return TextLexer(self.document.style)

    @cached_property
    def sentences(self) -> str:
        """Return the text of sentences with the numbers of TeX as plain ones."""
        return with_plain_numbers(self.document)

    def chains(self) -> Iterator[WrittenEquation]:
        """Yield the equations that are written as such, in formulas, sentences and comments of code."""
        apart = [found for stretches in self.formulas() for found in self.in_formula(stretches)]
        apart += self.in_prose()
        mixed = list(self.mixed())
        yield from without_parts(apart, mixed)
        yield from self.definitions()
        yield from self.in_comments()

    def expression(self, start: int, end: int, *, tex: bool) -> ExpressionNode:
        """Return what stands between two places and is no equation; Unread where it is anything else."""
        tokens = (
            self.tex.tokens(self.document.text, start, end)
            if tex
            else self.text.tokens(self.document.prose, start, end)
        )
        if not tokens:
            raise Unread("nothing")
        found = as_chain(tokens, "")
        if found.unread or len(found.sides) != 1:
            raise Unread(found.unread or "an equation")
        return found.sides[0]

    def as_equation(self, calculation: Stretch, result: Stretch, text: str = "") -> WrittenEquation | None:
        """Return a calculation and its result, two places in the sentences or in a text, as an equation; else None."""
        sides = [self.text.tokens(text or self.document.prose, *stretch) for stretch in (calculation, result)]
        tokens = [*sides[0], Token("RELATION", result[0], result[0], "="), *sides[1]]
        found = [one for run in runs([tokens]) if not run.cut and not (one := as_chain(run.tokens, "")).unread]
        return found[0] if len(found) == 1 and len(found[0].sides) == 2 else None

    def in_prose(self) -> Iterator[WrittenEquation]:
        """Yield the equations of the sentences, formulas apart."""
        prose = self.document.prose
        for run in runs(self.text.paragraphs(prose)):
            if not compares_words(run.tokens):
                tokens = with_rate(with_values(run.tokens))
                copied = (seen := prose.rfind(UNSEEN, tokens[0].start, tokens[-1].end)) >= 0
                whole = as_chain(tokens, COPIED if copied else run.cut)
                # What is copied is whole behind the last bar.
                behind = [token for token in tokens if token.start > seen]
                found = self.worked_out(behind) if whole.unread and not run.cut else None
                meant = [one for other in run.perhaps if not (one := as_chain(other, "")).unread]
                certain = as_chain(run.certain, "") if run.certain else None
                yield found or (replace(whole, perhaps=tuple(meant), certain=certain) if meant or certain else whole)

    def mixed(self) -> Iterator[WrittenEquation]:
        """Yield the equations that are partly a formula and partly text: $12 \\times 64$ = 768."""
        for run in mixed_runs(self.document, self.tex.tokens, self.text.tokens):
            if not run.cut and not compares_words(run.tokens):
                found = as_chain(with_rate(with_values(run.tokens)), "")
                if not found.unread:
                    yield found

    def definitions(self) -> Iterator[WrittenEquation]:
        """Yield each name and its number that have dollar signs of their own: $H$ (heads) = $25$."""
        math = self.document.math
        for (start, end), (first, last) in pairwise(math):
            if first - end > LONGEST_NOTE or not GIVES.fullmatch(self.document.text, end, first):
                continue
            try:
                name, number = (self.tex.tokens(self.document.text, *span) for span in ((start, end), (first, last)))
            except Unread:
                continue
            if [token.type for token in (*name, *number)] == ["NAME", "NUMBER"]:
                yield as_chain([*name, Token("RELATION", end, end, "="), *number], "")

    def in_comments(self) -> Iterator[WrittenEquation]:
        """Yield the equations in comments of code; a comment that can't be read is taken for code."""
        text = self.document.text
        for start, end in self.document.comments:
            for run in runs([self.said(start, end)]):
                found = as_chain(with_rate(run.tokens), run.cut)
                chain = Chain(found.sides, found.relations)
                for part in () if found.unread else arithmetic(text, found.start, found.end, chain):
                    yield WrittenEquation("chain", part.sides[0].start, part.sides[-1].end, part.sides, part.relations)

    def said(self, start: int, end: int) -> list[Token]:
        """Return the tokens of a comment, or of a calculation in code and its result in the comment behind it."""
        text = self.document.text
        if (found := result_of(text, start, end)) is None:
            return self.text.tokens(text, start, end)
        left, right, sign = found
        relation = Token("RELATION", left, right, sign)
        calculation = self.text.tokens(text, start, left)
        if any(token.type in ("NAME", "WORD") or token.value == "//" for token in calculation):
            calculation = with_numbers(text, start, left, self.given(start))
        return [*calculation, relation, *self.text.tokens(text, right, end)] if calculation else []

    def given(self, place: int) -> Given:
        """Return the names that have a number in the program around a place."""
        if (index := around(self.document.programs, place)) < 0:
            return {}
        if index not in self.programs:
            self.programs[index] = ProgramNames(self.document.text, *self.document.programs[index])
        return self.programs[index].given(place)

    def formulas(self) -> Iterator[list[Stretch]]:
        """Yield the stretches of TeX of each formula; $$a = b$$ and $$= c$$ below it are one formula."""
        text = self.document.text
        formula: list[Stretch] = []
        for start, end in self.document.math:
            if formula and not (BETWEEN.fullmatch(text, formula[-1][1], start) and STARTS.match(text, start, end)):
                yield formula
                formula = []
            formula.append((start, end))
        if formula:
            yield formula

    def in_formula(self, stretches: list[Stretch]) -> Iterator[WrittenEquation]:
        """Yield the equations of a formula; unread ones say why they can't be read."""
        (start, _), (_, end) = stretches[0], stretches[-1]
        if end - start > LONGEST:
            why = f"a formula of {end - start:,} characters; at most {LONGEST:,} are read"
            yield WrittenEquation("chain", start, end, unread=why)
            return
        tokens: list[Token] = []
        try:
            for stretch in stretches:
                tokens += [Token("ROW", stretch[0], stretch[0]), *self.tex.tokens(self.document.text, *stretch)]
                if stretch[1] < end and tokens[-1].type == "NUMBER":
                    in_bytes = self.document.text.startswith("$B$", stretch[1])
                    bytes_behind = [Token("ANNOTATION", stretch[1], stretch[1], "bytes")]
                    tokens += bytes_behind if in_bytes else self.unit_behind(tokens[-1], stretch[1])
        except Unread as problem:
            yield WrittenEquation("chain", start, end, unread=str(problem))
            return
        rows = [row for row in map(without_heading, map(tidy, joined_rows(tokens))) if row]
        for number, row in enumerate(rows, start=1):
            if not any(token.type == "RELATION" for token in row[1:]) or is_condition(row):
                continue
            if (
                number < len(rows)
                and [token.type for token in rows[number]] == ["NUMBER"]
                and self.lists(row, rows[number])
            ):
                continue
            last = number == len(rows) and row[-1].type == "NUMBER"
            behind = self.unit_behind(row[-1], end) if last else []
            strange = next((token for token in row if token.type == "STOP"), None)
            whole = as_chain([*row, *behind], why_strange(strange) if strange else "")
            found = self.worked_out([*row, *behind]) if whole.unread else whole
            if found is not None or strange is None or strange.value != BEYOND:
                yield found or whole

    def lists(self, row: list[Token], behind: list[Token]) -> bool:
        """Return whether only a comma stands between a row and the number behind it: its result is a list, 1, 2."""
        return self.document.text[row[-1].end : behind[0].start].strip() == ","

    def worked_out(self, row: list[Token]) -> WrittenEquation | None:
        """Return the end of a row whose start can't be read: P(A|B) = 0.2 × 0.5 = 0.1; None if that is unread too."""
        if any(token.type == "STOP" and MODULAR.match(self.document.text, token.start) for token in row):
            return None
        signs = [index for index, token in enumerate(row) if token.type == "RELATION" and token.value in ("=", "≈")]
        stops = [index for index, token in enumerate(row) if token.type == "STOP"]
        for index in [sign for sign in signs if not stops or sign > stops[-1]][:MOST_HEADS]:
            rest = row[index + 1 :]
            if not any(token.type == "RELATION" for token in rest):
                return None
            found = as_chain(rest, "")
            if not found.unread:
                return found
        return None

    def unit_behind(self, number: Token, end: int) -> list[Token]:
        """Give a number the scale in the text behind its formula; return its unit there, $… ≈ 6$ GB, as tokens."""
        found = SCALE_BEHIND.match(self.document.text, end)
        figure = number.value
        unit = None if found else UNIT_BEHIND.match(self.document.text, end)
        if unit is not None:
            return [Token("ANNOTATION", number.end, number.end, unit[1])]
        if found is None or not isinstance(figure, WrittenNumber) or figure.scaled or number.end > end:
            return []
        clean = re.sub(r"\{,\}|\\[,;: !]|~", "", figure.shown)
        clean = clean if self.document.style.group == "." else clean.replace(",", "")
        try:
            number.value = self.document.style.read(clean, (found[1] or found[2]).removeprefix("\\"), figure.shown)
        except (Unread, ValueError):
            return []
        return []

    def cell(self, cell: Iterable[Stretch]) -> list[Token]:
        """Return the tokens of a table's cell, from TeX, plain text and code alike."""
        tokens: list[Token] = []
        for start, end in cell:
            position = start
            first = bisect_left(self.document.math, (start, 0))
            formulas = first < len(self.document.math) and self.document.math[first][1] <= end
            if not formulas and not self.document.prose[start:end].strip(BARRIER + NOTHING):
                tokens += self.text.tokens(self.document.text, start, end)
                continue
            for left, right in self.document.math[first : first + MOST_IN_CELL]:
                if right > end:
                    break
                tokens += self.text.tokens(self.document.prose, position, left)
                tokens += self.tex.tokens(self.document.text, left, right)
                position = right
            tokens += self.text.tokens(self.document.prose, position, end)
        return [token for token in tokens if token.type not in ("STOP", "ROW")]
