"""Claims of the tables in a document: a formula is a number, a column adds up, a share is part of a total."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import chain, pairwise, zip_longest

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation
from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.arithmetic.ranges import Unknown
from symbolic.proofread.grammar.tokens import OPERATORS
from symbolic.proofread.judging.allowances import calculates
from symbolic.proofread.judging.amounts import ALIKE, NEAR, off_by
from symbolic.proofread.judging.cells import apart, ends_of_ranges
from symbolic.proofread.judging.checking import check, holds
from symbolic.proofread.judging.forms import added, product, quotient
from symbolic.proofread.judging.in_words import in_words
from symbolic.proofread.judging.known_numbers import KnownNumbers
from symbolic.proofread.judging.listed import listed
from symbolic.proofread.judging.proportions import Row, proportions
from symbolic.proofread.judging.relations import relations
from symbolic.proofread.judging.table_cells import Cell, TableCells, is_signed
from symbolic.proofread.judging.total_words import is_total
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.document import DocumentTable
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

ROUNDED = Fraction(1, 50)
"""A sum whose parts are rounded by more of it in all is not certain."""
APART = Fraction(1, 4)
"""A guess that is further off does not hold in powers of 1,024 either, nor rounded by hand."""
BLANK = frozenset({"", "-", "–", "—"})
OF_EACH = re.compile(r"[(（ ]*(?:each|per|je|pro|chacun\w*|cada|每)\b", re.IGNORECASE)


def rows(reader: FormulaReader, tables: list[DocumentTable]) -> Iterator[WrittenEquation]:
    """Yield each claim of the tables as an equation."""
    alike: dict[tuple[str, ...], list[Row]] = {}
    judged: set[int] = set()
    known = KnownNumbers(reader)
    for table in (*tables, *listed(reader.document)):
        claims = _Claims(reader, apart(reader.document.text, table))
        found = list(claims.all())
        yield from found
        rows = list(map(claims.positive, claims.rows))
        signed = [(row, claims.positive(row, signed=True)) for row in claims.rows]
        both = [(row, one) for row, numbers in signed for one in ends_of_ranges(reader, row, numbers)]
        unsigned = [one for _, one in both]
        words = [claims.words(row[0]) if row else "" for row, _ in both]
        made: list[WrittenEquation] = []
        if len(rows) > 1 and sum(map(any, zip_longest(*unsigned))) > 1:
            made = list(relations(unsigned, list(map(is_total, words)), _holds, partial(known.near, table)))
        judged.update(one.start for one in found)
        for one in made:
            if one.start not in judged:
                judged.add(one.start)
                yield one
        if not found and claims.may_derive():
            # Tables with the same heads are one; lists have none.
            key = tuple(claims.names) if any(claims.names) else (str(table.rows[1:2]),)
            alike.setdefault(key, []).extend(rows)
    for together in alike.values():
        yield from (one for one in proportions(together, _holds) if one.start not in judged)


class _Claims(TableCells):
    def all(self) -> Iterator[WrittenEquation]:
        formula, adds, running = self.column("formula"), self.column("adds"), self.column("running")
        name, letter, share = self.column("name"), self.column("letter"), self.column("share")
        beside: set[int] = set()
        for row in self.rows if formula < 0 < adds else ():
            made, number = self.works_out(row, adds - 1), self.number(row, adds)
            if made and number and isinstance(number[1], NumberNode):
                beside.add(number[1].start)
                yield replace(_equation((made, number[1]), number[0]), kind="beside")
        if formula >= 0 and adds >= 0:
            yield from self.pairs(formula, adds)
            yield from self.unread(formula, adds)
        if name >= 0 and adds >= 0:
            # A size may be an amount: the numbers of two columns are not the same.
            yield from (one for one in self.pairs(name, adds) if one.names)
            yield from self.pairs(letter, adds) if letter >= 0 else ()
        if running >= 0 and adds >= 0:
            sums = list(self.running(adds, running))
            # + 768 says itself that it is added to what stands above.
            signed = any(is_signed(cell[1]) for row in self.rows if (cell := self.number(row, adds)))
            yield from sums if signed or 2 * sum(map(_holds, sums)) >= len(sums) else ()
        if formula < 0 or adds < 0:
            # Size is as often an amount of memory as the name of a size.
            names = {name, letter} if adds >= 0 else set()
            yield from (one for one in self.worked_out({running, share, *names}) if one.start not in beside)
        summed = adds if adds >= 0 else self.column("measured")
        if running < 0 and len(self.rows) > 2 and self.rows[-1]:
            known = {formula, name, letter, adds if formula >= 0 else -1}
            if is_total(self.words(self.rows[-1][0])):
                found = list(self.total(summed, share)) if summed >= 0 and formula < 0 else []
                yield from found or self.sums(known)
            elif self.ends_bold():
                yield from (one for one in self.sums(known) if off_by(one.sides[0], one.numbers[-1]) <= ROUNDED)

    def ends_bold(self) -> bool:
        """Return whether only the last row is set in bold, as a total is in any language."""
        text = self.reader.document.text
        *others, last = ([text[slice(*cell[0])].strip().startswith("**") for cell in row if cell] for row in self.rows)
        return len(last) > 1 and all(last) and not any(map(any, others))

    def may_derive(self) -> bool:
        """Return whether its columns have no names that say what they are to each other."""
        return all(self.column(role) < 0 for role in ("formula", "running", "share"))

    def worked_out(self, known: set[int]) -> Iterator[WrittenEquation]:
        """Yield each calculation with the number in the cell beside it, for columns in which at least half hold."""
        beside = pairwise(range(max((len(row) for row in self.rows), default=0)))
        for left, right in chain.from_iterable(((at, then), (then, at)) for at, then in beside):
            if left in known or right in known:
                continue
            found = []
            for row in self.rows:
                formula, number = self.number(row, left), self.number(row, right)
                plain = number is not None and number[0] in ("=", "≈") and isinstance(number[1], NumberNode)
                # 1x beside 1/128 says how often, and is no result.
                plain = (
                    plain and number is not None and self.reader.document.text[number[1].end : number[1].end + 1] != "x"
                )
                if formula and number and plain and _multiplies(formula[1]):
                    found.append(_equation((formula[1], number[1]), number[0]))
            held = [equation for equation in found if not _amiss(equation)[0]]
            made = {in_words(equation.sides[0]) for equation in held}
            if held and 2 * len(held) >= len(found):
                # The same calculation with another number beside it is about something else too: 16 × 64, two copies.
                yield from (one for one in found if one in held or in_words(one.sides[0]) not in made)

    def unread(self, formula: int, adds: int) -> Iterator[WrittenEquation]:
        """Yield the formulas beside a number that can't be read; words beside a number are not taken for a formula."""
        for row in self.rows:
            tokens = self.reader.cell(row[formula]) if formula < len(row) else []
            kinds = {token.type for token in tokens}
            if self.number(row, adds) and kinds & OPERATORS and "NUMBER" in kinds and "RELATION" not in kinds:
                try:
                    self.parsed(row, formula)
                except Unread as problem:
                    end = max(token.end for token in tokens)
                    yield WrittenEquation("row", tokens[0].start, end, unread=str(problem))

    def works_out(self, row: tuple[Cell, ...], index: int) -> ExpressionNode | None:
        """Return the formula of a cell that works something out of names or of a power, 2 × B × T or 2¹⁰; else None."""
        found = self.node(row, index)
        made = found[1] if found else None
        if not isinstance(made, Operation) or not (made.names or made.sign == "^"):
            return None
        # Words in sentences are names of parts, LM Head.
        plain = made.signs.isdisjoint({"×", "^"}) and not self.reader.document.is_math(made.start)
        return None if plain else made

    def pairs(self, left: int, right: int) -> Iterator[WrittenEquation]:
        """Yield an equation of one column's formula and the other column's number for each row."""
        for row in self.rows:
            formula, number = self.node(row, left), self.number(row, right)
            if formula and number:
                yield _equation((formula[1], number[1]), number[0])

    def running(self, adds: int, running: int) -> Iterator[WrittenEquation]:
        """Yield an equation for each running total: the one above it plus the number that is added."""
        above: ExpressionNode | None = None
        for row in self.rows:
            more, makes = self.number(row, adds), self.number(row, running)
            if makes and more and above:
                yield _equation((added((above, more[1])), makes[1]), "=")
            above = makes[1] if makes else None

    def sums(self, known: set[int]) -> Iterator[WrittenEquation]:
        """Yield the sum of each other column that has one near its last number, which is no row above it."""
        for column in set(range(1, max(map(len, self.rows)))) - known:
            # Less than 0.1 % is no number to add.
            rows = [row for row in self.rows if column < len(row) and self.words(row[column]) not in BLANK]
            read = [found for row in rows if (found := self.number(row, column))]
            text = self.reader.document.text
            numbers = [one for sign, one in read if sign in ("=", "≈") and text[one.start - 1 : one.start] not in "<>"]
            figures = [one.figure for one in numbers if isinstance(one, NumberNode)]
            if not len(numbers) == len(figures) == len(rows) > 2 or rows[-1] is not self.rows[-1]:
                continue
            *parts, total = figures
            most = max(part.value for part in parts)
            makes = sum((Fraction(part.value) for part in parts), Fraction(0))
            off = sum((part.step for part in figures if part.rounded), Fraction(0))
            if most < total.value and abs(makes - total.value) <= max(off / 2, ALIKE * makes):
                # One row may be a part of another one.
                apart = any(abs(makes - part.value - total.value) <= off / 2 for part in parts)
                equation = _equation((added(tuple(numbers[:-1])), numbers[-1]), "=")
                # Parts that are rounded need not add up to the last digit.
                if abs(makes - total.value) > off / 2 or _holds(equation):
                    yield replace(equation, kind="list" if apart or off > ROUNDED * makes else "whole")

    def total(self, adds: int, share: int) -> Iterator[WrittenEquation]:
        """Yield the equation of the sum of the rows and the last row, and one for each share of the total."""
        numbers = [found[1] if (found := self.number(row, adds)) else None for row in self.rows]
        *parts, total = numbers
        added_up = [part for part in parts if isinstance(part, NumberNode) and _adds_up(part)]
        if total is None or not (added_up and all(isinstance(part, NumberNode) for part in parts if part)):
            return
        whole = (
            len(added_up) == len(parts) and len({part.figure.scale == "%" for part in (*added_up, *total.numbers)}) == 1
        )
        if whole:
            # Of 4 × 4 × 4 devices, 64 is the total too.
            devices = product(tuple(added_up)) if len(added_up) > 1 and isinstance(total, NumberNode) else None
            if devices and isinstance(total, NumberNode) and off_by(devices, total) == 0:
                yield _equation((devices, total), "=")
            else:
                about = found[0] if (found := self.number(self.rows[-1], adds)) else "="
                yield replace(_equation((added(tuple(added_up)), total), about), kind="total")
        shared = [
            _equation((quotient(part, total), of[1]), of[0])
            for row, part in zip(self.rows, parts, strict=False)
            if part and share >= 0 and (of := self.number(row, share)) and isinstance(of[1], NumberNode)
        ]
        if whole and 2 * sum(map(_holds, shared)) > len(shared):
            yield from shared
        elif all(off_by(one.sides[0], one.numbers[-1]) <= NEAR for one in shared):
            # Where not all rows have a number, and where most shares are off, the total may be that of others.
            yield from (replace(one, kind="compared") for one in shared)


def _multiplies(node: ExpressionNode) -> bool:
    """Return whether a formula is a calculation with ×, / or ^, not a range such as 0.75-0.90."""
    return calculates(node) and not node.signs.isdisjoint({"×", "/", "^"})


def _amiss(equation: WrittenEquation) -> tuple[int, int]:
    try:
        return check(equation, Values()).amiss
    except (Unread, Unknown):
        return 0, 1


def _holds(equation: WrittenEquation) -> bool:
    """Return whether a guess holds; most are plainly right or far off, which takes no look at how it may be meant."""
    try:
        made, result = equation.sides
        off = off_by(made, result) if isinstance(result, NumberNode) and not equation.names else APART
        # 7.9991 is no 8 that an equals sign may stand before.
        plain = off == 0 and isinstance(result, NumberNode) and result.figure.rounded
        return plain or (off <= APART and holds(equation, Values()))
    except (Unread, Unknown, ZeroDivisionError):
        return False


def _equation(sides: tuple[ExpressionNode, ...], relation: str) -> WrittenEquation:
    return WrittenEquation("row", sides[-1].start, sides[-1].end, sides, (relation,))


def _adds_up(part: NumberNode) -> bool:
    """Return whether a number is exact or has a range; one rounded for reading, or of each of several, need not."""
    return (part.figure.scaled or not part.figure.rounded) and not OF_EACH.match(part.label)
