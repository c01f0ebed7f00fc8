"""Sizes of KV caches that follow from layers, heads and widths beside them: (32 L, 8 H, 128 d) @ 4K tokens, 0.5 GB."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symbolic.formulas.figures import grouped
from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, evaluate
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.arithmetic.units import in_binary
from symbolic.proofread.judging.amounts import FIRST, NUMBER, amount_at, number_at
from symbolic.proofread.judging.forms import product
from symbolic.proofread.judging.weights import TYPES, Amount, bytes_of, memory
from symbolic.proofread.reading.document import DocumentTable
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

CACHE = re.compile(r"KV|键值|cache", re.IGNORECASE)
LAYERS, HEADS, WIDTH = (
    "(?:L|layers?|层|층)",
    "(?:H|(?:kv|KV|attention)?[ -]?heads?|kv|个?头|헤드)",
    "(?:d|dim|head_dim|维)?",
)
SHAPE = re.compile(
    rf"[(（](?P<layers>{FIRST})[ ]?{LAYERS},[ ]?(?P<heads>{FIRST})[ ]?{HEADS},[ ]?(?P<width>{FIRST})[ ]?{WIDTH}[)）]"
)
TOKENS = re.compile(
    rf"(?P<tokens>{FIRST})[ ]?[kKM]?[ ]?(?:tokens?|ctx|context|上下文|토큰)|@[ ]?(?P<at>{FIRST})[ ]?[kKM]?(?![\w])"
)
EACH = re.compile(r"[ ]?[*`]{0,2}/ ?(?:tok(?:en)?)\b")
DIGITS = re.compile(r"\d[\d,.]*")
AMOUNT = re.compile(rf"(?P<size>{NUMBER})[ ]?[KMGT]i?B(?![A-Za-z])")
LONGEST, ABOVE = 100, 300
NAMES = {
    "layers": re.compile(r"(?:n_|num_|number of |# ?)?layers?|层数|레이어(?: 수)?"),
    "heads": re.compile(r"(?:n_|num_)?(?:kv[_ -]?|key[_-]value )heads?|kv ?头数?"),
    "width": re.compile(r"head[_ -]?(?:dim|size)|d_head|dim_head|头维度?|每头维度"),
}
ALL_HEADS = re.compile(r"(?:n_|num_|attention )?heads?|(?:注意力)?头数|헤드(?: 수)?")
CONTEXT = re.compile(r"(?:@ ?)?\d[\d,.]*[ ]?k?(?:[ ]?(?:tokens?|context|ctx|上下文|토큰))?")
USUAL = (Fraction(2), Fraction(4), Fraction(1))
"""The bytes of a number in a cache, where no type is named."""
LEAST_ROWS, SAME = 2, Fraction(1, 10)
"""So many rows that are off by the same are about more than these sizes, a batch or fewer bytes."""


def caches(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield the memory of the KV caches whose layers, heads and widths stand beside it."""
    text = reader.sentences
    for match in SHAPE.finditer(text):
        if CACHE.search(text, max(0, match.start() - ABOVE), match.start()):
            yield from _on_line(reader, match)
    for table in reader.document.tables:
        yield from _in_table(reader, table)


def _on_line(reader: FormulaReader, match: re.Match[str]) -> Iterator[WrittenEquation]:
    """Yield the first amount behind a shape, for the tokens beside it or for each one."""
    text, numbers = match.string, [number_at(reader, match.start(name)) for name in ("layers", "heads", "width")]
    end = min(text.find("\n", match.end()) % (len(text) + 1), match.end() + LONGEST)
    found = AMOUNT.search(text, match.end(), end)
    amount = amount_at(reader, found.start("size")) if found else None
    line = text[text.rfind("\n", 0, match.start()) + 1 : end]
    if found is None or amount is None or amount[1] is None or not all(numbers):
        return
    many = TOKENS.search(text, match.end(), found.start())
    tokens = number_at(reader, many.start("tokens") if many["tokens"] else many.start("at")) if many else None
    if tokens or EACH.match(text, found.end()):
        named = {size for one in TYPES.findall(line) if (size := bytes_of(one))}
        factors = [one for one in (*numbers, tokens) if one]
        yield from filter(None, [_cache(factors, amount, named)])


def _in_table(reader: FormulaReader, table: DocumentTable) -> Iterator[WrittenEquation]:
    """Yield each cell of a column of so many tokens, unless all are off by about the same."""
    text = reader.document.prose
    names = [text[cell[0][0] : cell[0][1]].strip(" *`\x01").lower() if len(cell) == 1 else "" for cell in table.rows[0]]
    columns = {
        role: next((at for at, name in enumerate(names) if is_so.fullmatch(name)), -1) for role, is_so in NAMES.items()
    }
    if columns["heads"] < 0:
        columns["heads"] = next((at for at, name in enumerate(names) if ALL_HEADS.fullmatch(name)), -1)
    first = table.rows[0][0][0][0] if table.rows[0] and table.rows[0][0] else 0
    if min(columns.values()) < 0 or not CACHE.search(text, max(0, first - ABOVE), first):
        return
    named = {size for one in TYPES.findall(text[max(0, first - ABOVE) : first]) if (size := bytes_of(one))}
    found: list[WrittenEquation] = []
    for index, name in enumerate(names):
        tokens = _number(reader, table.rows[0][index]) if CONTEXT.fullmatch(name) else None
        for row in table.rows[1:] if tokens else ():
            cells = [row[at] if at < len(row) else () for at in (*columns.values(), index)]
            numbers = [_number(reader, cell) for cell in cells]
            amount = amount_at(reader, numbers[-1].start) if numbers[-1] else None
            if tokens and amount and amount[1] and amount[1].measures == "information" and all(numbers):
                found += filter(None, [_cache([*(one for one in numbers[:-1] if one), tokens], amount, named)])
    ratios = [Fraction(evaluate(one.sides[0]).low) / one.numbers[-1].figure.value for one in found]
    alike = len(ratios) >= LEAST_ROWS and max(ratios) - min(ratios) <= SAME * min(ratios)
    yield from () if alike and abs(ratios[0] - 1) > SAME else found


def _number(reader: FormulaReader, cell: tuple[tuple[int, int], ...]) -> NumberNode | None:
    """Return the only number of a cell, which is more than nothing; None if it has none, or several."""
    found = list(DIGITS.finditer(reader.document.prose, *cell[0])) if len(cell) == 1 else []
    number = number_at(reader, found[0].start()) if len(found) == 1 else None
    return number if number and number.figure.value > 0 else None


def _cache(factors: list[NumberNode], amount: Amount, named: set[Fraction]) -> WrittenEquation | None:
    """Return that keys and values of so many layers, heads, widths and tokens take an amount in a usual type.

    What they take in none is what they do not take in the one that is named, or in 2 bytes; 4K tokens are 4,096.
    """
    place = factors[0].start
    two = NumberNode(place, place, figure("2", ""))
    forms: list[ExpressionNode] = [
        product((two, *(of(one) for one in factors))) for of in (_in_binary, lambda one: one)
    ]
    sizes = tuple(named) if len(named) == 1 else (*USUAL, *named)
    held = (memory(form, size, amount) for size in sizes for form in forms)
    return next(filter(None, held), None) or memory(forms[0], sizes[0], amount, near=None)


def _in_binary(number: NumberNode) -> NumberNode:
    meant = in_binary(number)
    shown = grouped(meant.figure.value)
    return number if meant is number else replace(number, figure=meant.figure._replace(shown=shown, scale=""))
