"""Building of chains and their sides: a method for each rule of the grammar; Unread says why it makes none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple, cast

from symbolic.proofread.arithmetic.expression import (
    Counter,
    ExpressionNode,
    Name,
    NumberNode,
    Operation,
    operation,
)
from symbolic.proofread.arithmetic.numbers import Unread, WrittenNumber, figure
from symbolic.proofread.arithmetic.ranges import REPEATED
from symbolic.proofread.arithmetic.units import measured, unit_in, with_unit
from symbolic.proofread.grammar.powers_of_ten import scientific
from symbolic.proofread.grammar.text_signs import CEILING_OF_QUOTIENT
from symbolic.proofread.grammar.tokens import FUNCTIONS, OF_LOGARITHM, UNKNOWN_FUNCTIONS, Token

APPLIED = frozenset({*FUNCTIONS, "log"})
DEGREES = {"√": 2, "∛": 3, "∜": 4}
TEN = 10
OF_TIMES = frozenset({(3600, "s"), (86400, "s"), (24, "h"), (60, "s")})
"""Numbers behind which the letter is their unit, and no size."""


class Chain(NamedTuple):
    """Sides of an equation, and the relation before each side except the first."""

    sides: tuple[ExpressionNode, ...]
    relations: tuple[str, ...]


def _around(sign: str) -> Callable[[Builder, list[Any]], ExpressionNode]:
    """Return the method for what stands between two signs."""
    return lambda _, parts: operation(sign, (parts[1],), parts[0].start, parts[2].end)


class Builder:
    """Methods that build nodes, one for each rule of the grammar."""

    def start(self, parts: list[Any]) -> Chain:
        return Chain(tuple(parts[::2]), tuple(token.value for token in parts[1::2]))

    def sum(self, parts: list[Any]) -> ExpressionNode:
        terms = [parts[0]]
        counters: set[str] = set()
        for sign, term in zip(parts[1::2], parts[2::2], strict=True):
            counters.update(_counters_at_end(terms[-1]))
            if counters and any(isinstance(part, Name) and part.text in counters for part in term.walk()):
                raise Unread("the term behind a sum has its counter; brackets would say whether it is in the sum")
            terms.append(operation("-", (term,), sign.start, term.end) if sign.type == "MINUS" else term)
        return operation("+", tuple(terms))

    def sign(self, parts: list[Token]) -> Token:
        return parts[0]

    def negative(self, parts: list[Any]) -> ExpressionNode:
        sign, of = parts
        if isinstance(of, Operation) and of.sign == "floor" and of.start == of.parts[0].start:
            # -7 // 2 is -4: the sign is that of the 7.
            above, below = cast(Operation, of.parts[0]).parts
            whole = operation("/", (operation("-", (above,), sign.start, above.end), below))
            return operation("floor", (whole,), sign.start, of.end)
        return operation("-", (of,), sign.start, of.end)

    def positive(self, parts: list[Any]) -> ExpressionNode:
        return operation("()", (parts[1],), parts[0].start, parts[1].end)

    def product(self, parts: list[Any]) -> ExpressionNode:
        left: list[ExpressionNode] = [parts[0]]
        before, sign = parts[0], ""
        for token_or_part in parts[1:]:
            if isinstance(token_or_part, Token):
                sign = "//" if token_or_part.value == "//" else token_or_part.type
                continue
            part, of_all = _without_unit(token_or_part) if sign == "DIVIDE" else (token_or_part, ())
            if _reaches_on(before):
                raise Unread("what stands behind a function without brackets; brackets would say whether it is in it")
            if sign == "DIVIDE" and (unit := _unit_of_both(left, part)):
                left, part = [with_unit(one, {unit}) for one in left], with_unit(part, {unit})
            part = _with_unit_of_time(part) if sign == "DIVIDE" else part
            if sign in ("DIVIDE", "//") and isinstance(part, Operation) and part.sign in ("beside", *REPEATED):
                raise Unread("a / b c can be read in two ways; brackets would say which")
            before = part
            if sign in ("DIVIDE", "//"):
                above = left[0] if len(left) == 1 else operation("×", tuple(left))
                left = [operation("/", (above, part)), *of_all]
                left = [operation("floor", (left[0],), above.start, part.end)] if sign == "//" else left
            else:
                left.append(part)
        if len(left) == 2 and (number := scientific(left[0], left[1])) is not None:
            return number
        return left[0] if len(left) == 1 else operation("×", tuple(left))

    def factor(self, parts: list[ExpressionNode]) -> ExpressionNode:
        if any(isinstance(part, NumberNode) for part in parts[1:]):
            raise Unread("two numbers stand beside each other without a sign")
        if any(isinstance(part, Operation) and part.sign in APPLIED and not _is_wave(part) for part in parts[:-1]):
            raise Unread("what stands behind a function without a sign; brackets would say whether it is in it")
        return operation("beside", tuple(parts))

    def repeated(self, parts: list[Any]) -> ExpressionNode:
        sign, name, low, high, term = parts
        counter = Counter(name.start, name.end, str(name.value))
        return operation(sign.value, (counter, low, high, _counted(term, counter.text)), sign.start, term.end)

    def noted(self, parts: list[Any]) -> ExpressionNode:
        node: ExpressionNode = parts[0]
        words = str(parts[1].value)
        if unit := unit_in(words):
            return _with_unit(node, unit)
        return _with_label(node, words)

    def power(self, parts: list[Any]) -> ExpressionNode:
        if isinstance(parts[2], Operation) and parts[2].sign == "!":
            raise Unread("a^b! can be read in two ways; brackets would say which")
        return operation("^", (parts[0], parts[2]))

    def number(self, parts: list[Token]) -> ExpressionNode:
        return NumberNode(parts[0].start, parts[0].end, cast(WrittenNumber, parts[0].value))

    def name(self, parts: list[Token]) -> ExpressionNode:
        return Name(parts[0].start, parts[0].end, str(parts[0].value))

    def fraction(self, parts: list[Any]) -> ExpressionNode:
        return operation("/", (parts[1], parts[2]), parts[0].start, parts[2].end)

    def derivative(self, parts: list[Any]) -> ExpressionNode:
        of, by = self.name([parts[3]]), self.name([parts[7]])
        return operation("∂", (of, by), parts[0].start, parts[8].end)

    def root(self, parts: list[Any]) -> ExpressionNode:
        sign, inside = parts
        degree = DEGREES[sign.value]
        written = () if degree == 2 else (NumberNode(sign.start, sign.start, figure(str(degree), "")),)
        return operation("√", (inside, *written), sign.start, inside.end)

    def nth_root(self, parts: list[Any]) -> ExpressionNode:
        return operation("√", (parts[2], parts[1]), parts[0].start, parts[2].end)

    def factorial(self, parts: list[Any]) -> ExpressionNode:
        if isinstance(parts[0], Operation) and parts[0].sign == "√":
            raise Unread("the factorial of a root can be read in two ways; brackets would say which")
        return operation("!", (parts[0],), parts[0].start, parts[1].end)

    def applied(self, parts: list[Any]) -> ExpressionNode:
        name, inside = parts
        _bracketed_alone(inside)
        if name.value == "log":
            return operation("log", (Name(name.start, name.end, OF_LOGARITHM), inside), name.start, inside.end)
        if name.value in UNKNOWN_FUNCTIONS:
            return Name(name.start, inside.end, f"{name.value}(…)")
        if name.value in FUNCTIONS:
            return operation(name.value, (inside,), name.start, inside.end)
        base = NumberNode(name.start, name.end, figure(name.value.removeprefix("log"), ""))
        return operation("log", (base, inside), name.start, inside.end)

    def logarithm(self, parts: list[Any]) -> ExpressionNode:
        _bracketed_alone(parts[2])
        return operation("log", (parts[1], parts[2]), parts[0].start, parts[2].end)

    def function(self, parts: list[Any]) -> ExpressionNode:
        place = (parts[0].start, parts[-1].end)
        inside = tuple(parts[2:-1:2])
        if parts[0].value == "choose" and len(inside) != 2:
            raise Unread("a binomial coefficient of other than two numbers")
        if parts[0].value != CEILING_OF_QUOTIENT:
            return operation(parts[0].value, inside, *place)
        if len(inside) != 2:
            raise Unread("a rounded quotient of other than two numbers")
        return operation("ceil", (operation("/", inside, *place),), *place)

    brackets = argument = _around("()")
    absolute, ceiling, floor = _around("||"), _around("ceil"), _around("floor")


def _with_unit(node: ExpressionNode, unit: str) -> ExpressionNode:
    """Return the formula with the unit at its last number; that of a power, 2^15 KB, as a factor of its own."""
    if isinstance(node, NumberNode):
        return replace(node, unit=unit)
    if isinstance(node, Operation) and node.sign == "^" and TEN not in (one.figure.value for one in node.numbers):
        one = NumberNode(node.end, node.end, figure("1", "")._replace(shown=""), unit)
        return operation("beside", (node, one))
    if isinstance(node, Operation) and node.sign == "/":
        # (26 / 8) GB counts what is divided in them.
        return replace(node, parts=(_with_unit(node.parts[0], unit), node.parts[1]))
    if isinstance(node, Operation):
        return replace(node, parts=(*node.parts[:-1], _with_unit(node.parts[-1], unit)))
    return node


def _with_label(node: ExpressionNode, words: str) -> ExpressionNode:
    """Return a number with what it counts; a power of ten has it at its exponent, as its unit."""
    if isinstance(node, NumberNode):
        return replace(node, label=words)
    if isinstance(node, Operation) and node.sign == "^":
        base, exponent = node.parts
        if isinstance(base, NumberNode) and base.figure.value == TEN:
            return replace(node, parts=(base, _with_label(exponent, words)))
    return node


def _unit_of_both(above: list[ExpressionNode], divisor: ExpressionNode) -> str:
    """Return the letter behind a divisor that is its unit, as above the line: 480h / 24h, 256 KB / 64 B; or ""."""
    if not (isinstance(divisor, Operation) and divisor.sign == "beside" and len(divisor.parts) == 2):
        return ""
    number, name = divisor.parts
    if not (isinstance(number, NumberNode) and isinstance(name, Name) and name.text in ("h", "s", "B")):
        return ""
    if name.text == "B":
        numbers = (one for part in above for one in part.numbers)
        return "B" if any(measured(one) and one.figure.scale.endswith("B") for one in numbers) else ""
    beside = [part for one in above for part in one.walk() if isinstance(part, Operation) and part.sign == "beside"]
    last = (part.parts[-1] for part in beside)
    return name.text if any(isinstance(one, Name) and one.text == name.text for one in last) else ""


def _with_unit_of_time(node: ExpressionNode) -> ExpressionNode:
    """Return a divisor with the letter of its unit where its number is one of times: 864,000 / 24 / 3600 s."""
    if isinstance(node, Operation) and node.sign == "beside" and len(node.parts) == 2:
        number, name = node.parts
        if isinstance(number, NumberNode) and (number.figure.value, getattr(name, "text", "")) in OF_TIMES:
            return replace(number, unit=getattr(name, "text", ""), end=node.end)
    return node


def _without_unit(node: ExpressionNode) -> tuple[ExpressionNode, tuple[ExpressionNode, ...]]:
    """Return a divisor and the unit behind its power, which is that of the quotient: 4096 / 1024^2 MB."""
    if isinstance(node, Operation) and node.parts[-1].start == node.end:
        return node.parts[0], node.parts[1:]
    return node, ()


def _reaches_on(node: ExpressionNode) -> bool:
    """Return whether a formula ends with a function without brackets, whose argument may go on behind it."""
    while isinstance(node, Operation) and node.sign in ("-", "beside"):
        node = node.parts[-1]
    return isinstance(node, Operation) and node.sign in APPLIED and not _in_brackets(node.parts[-1])


def _is_wave(node: Operation) -> bool:
    """Return whether a node is a sine or cosine with brackets, whose argument ends with them: sin(x)cos(x)."""
    return node.sign in ("sin", "cos") and _in_brackets(node.parts[-1])


def _in_brackets(node: ExpressionNode) -> bool:
    return isinstance(node, Operation) and node.sign == "()"


def _bracketed_alone(inside: ExpressionNode) -> None:
    """Raise Unread for ln (a)^b and ln (a)!, where the power or factorial may be that of the function."""
    if isinstance(inside, Operation) and inside.sign in ("^", "!") and _in_brackets(inside.parts[0]):
        raise Unread("a sign behind a function's brackets; more brackets would say whether it is in it")


def _counters_at_end(node: ExpressionNode) -> Iterator[str]:
    """Yield the counters of the sums and products at the end of a term."""
    while isinstance(node, Operation) and node.sign in ("-", "×", "beside", *REPEATED):
        if node.sign in REPEATED:
            yield from (part.text for part in node.parts[:1] if isinstance(part, Counter))
        node = node.parts[-1]


def _counted(node: ExpressionNode, name: str) -> ExpressionNode:
    """Return a term with each name that is the counter's replaced by the counter."""
    if isinstance(node, Name) and node.text == name:
        return Counter(node.start, node.end, name)
    if isinstance(node, Operation):
        return replace(node, parts=tuple(_counted(part, name) for part in node.parts))
    return node
