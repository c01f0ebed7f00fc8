"""Names that a program gives a number once, so that the results in its comments can be judged: x = a * b  # 600."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping

from symbolic.proofread.arithmetic.expression import evaluate
from symbolic.proofread.arithmetic.numbers import Style, Unread, WrittenNumber, figure
from symbolic.proofread.arithmetic.ranges import Unknown
from symbolic.proofread.grammar.code import dedented
from symbolic.proofread.grammar.parsing import parse
from symbolic.proofread.grammar.text_lexer import TextLexer
from symbolic.proofread.grammar.tokens import OPERATORS, Token

ASSIGNED = re.compile(r"^[ \t]*(?P<name>[A-Za-z_]\w*)[ ]*=[ ]*(?P<side>[\w(][\w ().+*/-]*?)[ ]*(?=#|$)", re.MULTILINE)
PARTS = OPERATORS | {"NUMBER", "OPEN", "CLOSE"}
LEXER = TextLexer(Style(","))
Given = Mapping[str, tuple[int, WrittenNumber]]


def given(text: str, start: int, end: int) -> Given:
    """Return the names of a program with their numbers, and the place from which on each has it."""
    once = _stored_once(text[start:end])
    found: dict[str, tuple[int, WrittenNumber]] = {}
    for match in ASSIGNED.finditer(text, start, end):
        if match["name"] not in once or not (tokens := with_numbers(text, *match.span("side"), found)):
            continue
        try:
            [side], _ = parse(tokens)
            value = evaluate(side, _none).low
        except (Unread, Unknown, ValueError):
            continue
        written = figure("0", "")._replace(value=value, shown=match["name"])
        found[match["name"]] = (match.end(), written)
    return found


def with_numbers(text: str, start: int, end: int, names: Given) -> list[Token]:
    """Return the tokens of a calculation in code, with the numbers of its names; none where it has other names."""
    found: list[Token] = []
    for token in LEXER.tokens(text, start, end):
        name = text[token.start : token.end]
        if token.type in ("NAME", "WORD") and name in names and names[name][0] <= start:
            found.append(Token("NUMBER", token.start, token.end, names[name][1]))
        elif token.value == "//":
            found.append(Token("DIVIDE", token.start, token.end, "//"))
        elif token.type in PARTS:
            found.append(token)
        else:
            return []
    return found


def _none(name: str) -> int:
    raise Unknown(name)


def _stored_once(code: str) -> frozenset[str]:
    """Return the names that a program gives a value once, and no loop or function more often."""
    nodes = list(ast.walk(ast.parse(dedented(code))))
    stored = Counter(node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load))
    stored += Counter(2 * [node.arg for node in nodes if isinstance(node, ast.arg)])
    stored += Counter(
        _names(node) for loop in nodes if isinstance(loop, ast.For | ast.While) for node in ast.walk(loop)
    )
    return frozenset(name for name, times in stored.items() if times == 1)


def _names(node: ast.AST) -> str:
    """Return the name that a node stores, or ""."""
    return node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else ""
