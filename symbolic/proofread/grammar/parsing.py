"""Parser that makes a chain of sides from tokens, by grammar.lark; for all else it raises Unread with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

from symbolic.proofread.arithmetic.expression import ExpressionNode
from symbolic.proofread.arithmetic.numbers import Unread, WrittenNumber
from symbolic.proofread.grammar.building import Builder, Chain
from symbolic.proofread.grammar.tokens import MOST_TOKENS, Token


def parse(tokens: list[Token]) -> Chain:
    """Return the chain that the tokens write; Unread, with the reason, where they don't write one."""
    if len(tokens) > MOST_TOKENS:
        raise Unread(f"{len(tokens):,} signs and numbers in one row; at most {MOST_TOKENS:,} are read")
    if (plain := _plain(tokens)) is not None:
        return plain
    from lark import UnexpectedInput
    from lark.exceptions import VisitError

    try:
        chain: Chain = _parser().parse(tokens)
    except UnexpectedInput as problem:
        token = getattr(problem, "token", None)
        if isinstance(token, Token):
            raise Unread(f"{_called(token)} stands where none can") from None
        raise Unread("it ends in the middle") from None
    except VisitError as problem:
        if isinstance(problem.orig_exc, Unread):
            raise problem.orig_exc from None
        raise
    return chain


def _plain(tokens: list[Token]) -> Chain | None:
    """Return the chain of numbers and names with single signs between them, as most chains are; None for all others.

    The result is the same as the grammar's.
    """
    types = [token.type for token in tokens]
    if not (len(types) % 2 and OPERANDS.issuperset(types[::2]) and SINGLE.issuperset(types[1::2])):
        return None
    builder, sides, relations = Builder(), [], []
    terms: list[Any] = []
    factors: list[Any] = []

    def closed() -> ExpressionNode:
        terms.append(factors[0] if len(factors) == 1 else builder.product(factors))
        return cast(ExpressionNode, terms[0] if len(terms) == 1 else builder.sum(terms))

    for kind, token in zip(types, tokens, strict=True):
        if kind in OPERANDS:
            factors.append((builder.number if kind == "NUMBER" else builder.name)([token]))
        elif kind in ("TIMES", "DIVIDE"):
            factors.append(token)
        elif kind == "RELATION":
            sides.append(closed())
            relations.append(str(token.value))
            terms, factors = [], []
        else:
            terms += [factors[0] if len(factors) == 1 else builder.product(factors), token]
            factors = []
    return Chain((*sides, closed()), tuple(relations))


OPERANDS = frozenset({"NUMBER", "NAME", "OPAQUE"})
SINGLE = frozenset({"PLUS", "MINUS", "TIMES", "DIVIDE", "RELATION"})


def _called(token: Token) -> str:
    signs = {"PLUS": "+", "MINUS": "−", "TIMES": "×", "DIVIDE": "/", "POWER": "^", "COMMA": ",", "OPEN": "("}
    signs |= {"CLOSE": ")", "RELATION": str(token.value), "CEIL": "⌈", "FLOOR": "⌊", "FRACTION": "a fraction"}
    signs |= {"ABS": "|", "ENDABS": "|", "FACTORIAL": "!", "PARTIAL": "∂"}
    if isinstance(token.value, WrittenNumber):
        return f"the number {token.value.shown[:40]}"
    return signs.get(token.type, f"“{str(token.value)[:40]}”" if token.value else "its end")


class _Tokens:
    """A lexer for Lark that passes on tokens which are made already."""

    def __init__(self, _: Any) -> None:
        pass

    def lex(self, tokens: Iterable[Token]) -> Iterator[Token]:
        yield from tokens


@cache
def _parser() -> Any:
    from lark import Lark, Transformer
    from lark.lexer import Lexer

    lexer = type("Tokens", (_Tokens, Lexer), {})
    transformer = type("Builder", (Builder, Transformer), {})
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=lexer, transformer=transformer(), maybe_placeholders=False)
