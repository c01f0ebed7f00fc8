"""Columns of a table whose heads say how they follow from others: gap (= logit − 10.36), e^gap, cost = hours × rate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, Operation
from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.grammar.parsing import parse
from symbolic.proofread.grammar.tokens import Token
from symbolic.proofread.judging.readings import EULER
from symbolic.proofread.reading.document import Stretch
from symbolic.proofread.reading.formula_reader import FormulaReader

HEAD = re.compile(
    r"[\s*`$]*(?P<name>[^\W\d]\w*)?[^=＝]*?"
    r"(?:[(（]?\s*[=＝]\s*(?P<formula>[^=＝()（）]+)[)）]?|(?<=[\w ])[(（](?P<inside>[^=＝()（）]+)[)）])?[\s*`$]*"
)
"""What a column is called, and the formula behind an equals sign or in brackets."""
CALCULATES = re.compile(r"[²³]|[\w)]\s*(?:[×*/^·÷+−]|\s-\s|-(?=\s*[\d.]+[)）]?\s*\Z))\s*[\w(.]")
LESS = re.compile(r"(?<=[^\W\d])-(?=[\d.])")
"""A minus sign that elsewhere may join a word and its number."""
LONGEST, LEAST = 60, 2
Numbers = dict[str, ExpressionNode]


def headed(
    reader: FormulaReader,
    heads: tuple[tuple[Stretch, ...], ...],
    cells: Callable[[], list[list[ExpressionNode | None]]],
) -> Iterator[list[tuple[ExpressionNode, ExpressionNode]]]:
    """Yield, for each column whose head has a formula of others, what that makes in each row, and the row's number.

    `cells` reads the numbers of all rows, which takes a while: hardly a table has such a head.
    """
    text = reader.document.text
    found = [HEAD.fullmatch(text, *head[0]) if len(head) == 1 and _is_short(head[0]) else None for head in heads]
    called = {match["name"].lower(): index for index, match in enumerate(found) if match and match["name"]}
    for index, match in enumerate(found):
        place: str | int = next((name for name in ("formula", "inside") if match and match[name]), 0)
        if match is None or not CALCULATES.search(match[place]):
            continue
        formula = _read(reader, match.span(place))
        names = {name.text.lower() for name in formula.names} - {EULER} if formula else set()
        if formula is None or not names or not names <= called.keys() or index in map(called.get, names):
            continue
        made = []
        for row in cells():
            numbers = {name: number for name in names if (number := _at(row, called[name]))}
            if (result := _at(row, index)) and len(numbers) == len(names):
                made.append((_filled(formula, numbers), result))
        if len(made) >= LEAST:
            yield made


def _is_short(place: Stretch) -> bool:
    return place[1] - place[0] <= LONGEST


def _at(row: list[ExpressionNode | None], index: int) -> ExpressionNode | None:
    return row[index] if index < len(row) else None


def _read(reader: FormulaReader, place: Stretch) -> ExpressionNode | None:
    """Return the formula of a head, in which words are names; None where it can't be read."""
    tokens: list[Token] = []
    start = place[0]
    for less in LESS.finditer(reader.document.text, *place):
        tokens += [*reader.cell(((start, less.start()),)), Token("MINUS", *less.span(), "-")]
        start = less.end()
    try:
        [side], _ = parse([*map(_as_name, (*tokens, *reader.cell(((start, place[1]),))))])
    except (Unread, ValueError):
        return None
    return side


def _as_name(token: Token) -> Token:
    return replace(token, type="NAME") if token.type in ("WORD", "ANNOTATION", "LABEL") else token


def _filled(node: ExpressionNode, numbers: Numbers) -> ExpressionNode:
    """Return a formula with the numbers of a row for the names of columns."""
    if isinstance(node, Name):
        return numbers.get(node.text.lower(), node)
    if isinstance(node, Operation):
        return node.with_parts(tuple(_filled(part, numbers) for part in node.parts))
    return node
