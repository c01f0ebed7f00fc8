"""From tokens to a chain of sides, by the grammar in grammar.lark; what it doesn't allow is unread, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

from symbolic.formula import exact
from symbolic.proofread.expression import Name, Node, Number, Operation, operation
from symbolic.proofread.numbers import MOST_DIGITS, Figure, Unread
from symbolic.proofread.tokens import MOST_TOKENS, Token


class Chain(NamedTuple):
    """Sides, and the relation before each but the first."""

    sides: tuple[Node, ...]
    relations: tuple[str, ...]


def parse(tokens: list[Token]) -> Chain:
    """The chain that the tokens write; Unread says where they don't write one."""
    from lark import UnexpectedInput
    from lark.exceptions import VisitError

    if len(tokens) > MOST_TOKENS:
        raise Unread(f"{len(tokens):,} signs and numbers in one row; at most {MOST_TOKENS:,} are read")
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


def _called(token: Token) -> str:
    signs = {"PLUS": "+", "MINUS": "−", "TIMES": "×", "DIVIDE": "/", "POWER": "^", "COMMA": ",", "OPEN": "("}
    signs |= {
        "CLOSE": ")",
        "RELATION": str(token.value),
        "CEIL": "⌈",
        "FLOOR": "⌊",
        "FRACTION": "a fraction",
        "PARTIAL": "∂",
    }
    if isinstance(token.value, Figure):
        return f"the number {token.value.shown[:40]}"
    return signs.get(token.type, f"“{str(token.value)[:40]}”" if token.value else "its end")


def _scientific(digits: Node, power: Node) -> Number | None:
    """1.238 × 10^22 as one number: its digits say how far it is rounded."""
    if not (isinstance(digits, Number) and isinstance(power, Operation) and power.sign == "^"):
        return None
    base, exponent = power.parts
    while isinstance(exponent, Operation) and exponent.sign == "()":
        exponent = exponent.parts[0]
    if not (isinstance(base, Number) and isinstance(exponent, Number) and base.figure.value == 10):
        return None
    if digits.figure.scaled or not 0 <= exponent.figure.value <= MOST_DIGITS:
        return None
    ten = Fraction(10 ** int(exponent.figure.value))
    figure = replace(
        digits.figure,
        value=exact(digits.figure.value * ten),
        step=digits.figure.step * ten,
        coarse=digits.figure.coarse * ten,
        shown=f"{digits.figure.shown} × 10^{exponent.figure.value}",
    )
    return Number(digits.start, power.end, figure)


class _Tokens:
    """The lexer that Lark is given: the tokens are made already."""

    def __init__(self, _: Any) -> None:
        pass

    def lex(self, tokens: Iterable[Token]) -> Iterator[Token]:
        yield from tokens


@cache
def _parser() -> Any:
    from lark import Lark, Transformer
    from lark.lexer import Lexer

    lexer = type("Tokens", (_Tokens, Lexer), {})
    transformer = type("Builder", (_Builder, Transformer), {})
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=lexer, transformer=transformer(), maybe_placeholders=False)


class _Builder:
    """What the grammar's rules make of what stands below them."""

    def start(self, parts: list[Any]) -> Chain:
        return Chain(tuple(parts[::2]), tuple(token.value for token in parts[1::2]))

    def sum(self, parts: list[Any]) -> Node:
        terms = [parts[0]]
        for sign, term in zip(parts[1::2], parts[2::2], strict=True):
            terms.append(operation("-", (term,), sign.start, term.end) if sign.type == "MINUS" else term)
        return operation("+", tuple(terms), terms[0].start, terms[-1].end)

    def sign(self, parts: list[Token]) -> Token:
        return parts[0]

    def negative(self, parts: list[Any]) -> Node:
        return operation("-", (parts[1],), parts[0].start, parts[1].end)

    def positive(self, parts: list[Any]) -> Node:
        return operation("()", (parts[1],), parts[0].start, parts[1].end)

    def product(self, parts: list[Any]) -> Node:
        left: list[Node] = [parts[0]]
        for sign, right in zip(parts[1::2], parts[2::2], strict=True):
            if sign.type == "TIMES":
                left.append(right)
                continue
            if isinstance(right, Operation) and right.sign == "beside":
                raise Unread("a / b c can be read in two ways; brackets would say which")
            above = left[0] if len(left) == 1 else operation("×", tuple(left), left[0].start, left[-1].end)
            left = [operation("/", (above, right), above.start, right.end)]
        if len(left) == 2 and (scientific := _scientific(left[0], left[1])) is not None:
            return scientific
        return left[0] if len(left) == 1 else operation("×", tuple(left), left[0].start, left[-1].end)

    def factor(self, parts: list[Node]) -> Node:
        if any(isinstance(part, Number) for part in parts[1:]):
            raise Unread("two numbers stand beside each other without a sign")
        return operation("beside", tuple(parts), parts[0].start, parts[-1].end)

    def noted(self, parts: list[Any]) -> Node:
        node: Node = parts[0]
        return node

    def power(self, parts: list[Any]) -> Node:
        return operation("^", (parts[0], parts[2]), parts[0].start, parts[2].end)

    def number(self, parts: list[Token]) -> Node:
        return Number(parts[0].start, parts[0].end, cast(Figure, parts[0].value))

    def name(self, parts: list[Token]) -> Node:
        return Name(parts[0].start, parts[0].end, str(parts[0].value))

    def brackets(self, parts: list[Any]) -> Node:
        return operation("()", (parts[1],), parts[0].start, parts[2].end)

    argument = brackets

    def fraction(self, parts: list[Any]) -> Node:
        return operation("/", (parts[1], parts[2]), parts[0].start, parts[2].end)

    def derivative(self, parts: list[Any]) -> Node:
        of, by = self.name([parts[3]]), self.name([parts[7]])
        return operation("∂", (of, by), parts[0].start, parts[8].end)

    def root(self, parts: list[Any]) -> Node:
        return operation("√", (parts[1],), parts[0].start, parts[1].end)

    def function(self, parts: list[Any]) -> Node:
        return operation(parts[0].value, tuple(parts[2:-1:2]), parts[0].start, parts[-1].end)

    def ceiling(self, parts: list[Any]) -> Node:
        return operation("ceil", (parts[1],), parts[0].start, parts[2].end)

    def floor(self, parts: list[Any]) -> Node:
        return operation("floor", (parts[1],), parts[0].start, parts[2].end)
