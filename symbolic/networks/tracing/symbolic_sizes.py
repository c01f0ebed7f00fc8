"""Sizes as symbolic integers of torch, and what torch makes of them as formulas again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import sympy
import torch
from torch._dynamo.source import ConstantSource
from torch.fx.experimental.symbolic_shapes import DimDynamic
from torch.utils._sympy.functions import FloorDiv, Mod, PythonMod

from symbolic.formulas.formula import Formula, Negative, Number, Power, Product, Quotient, Sum, Symbol
from symbolic.formulas.functions import Ceiling, Floor, Minimum
from symbolic.networks.learned.rounding import Rest
from symbolic.networks.tracing import arithmetic as make
from symbolic.networks.tracing.asking import QuickAnswers
from symbolic.networks.tracing.layer_numbers import of_layer

TOKENS = "tokens"
RESTS = (Mod, PythonMod)
"""Torch's functions for the rest of a division."""


class Unformulated(Exception):
    """What has no formula of ours; the message says what."""


@dataclass
class SymbolicSizes:
    """Symbolic integers, each with a name and the number that it is in this pass; the numbers where it is `plain`."""

    env: QuickAnswers = field(
        # Two sizes of one value stay two; one that is 1 stays a symbol.
        default_factory=lambda: QuickAnswers(duck_shape=False, specialize_zero_one=False)
    )
    made: dict[str, Any] = field(default_factory=dict)
    names: dict[sympy.Symbol, str] = field(default_factory=dict)
    stands: dict[sympy.Symbol, Any] = field(default_factory=dict)
    """Longer sizes, by the integers that stand for them."""
    plain: bool = False
    of_tokens: Any = None
    """The symbol of the number of tokens where the pass itself has a number for it."""

    def __call__(self, name: str, value: int) -> Any:
        """The integer of that name; 0 is no size, and stays a number."""
        if value < 1 or self.plain:
            return value
        if name not in self.made:
            source = ConstantSource(name.replace(".", "_").replace("[", "_").replace("]", ""))
            inner = self.env.create_symbol(
                value, source=source, dynamic_dim=DimDynamic.DYNAMIC, constraint_dim=None, positive=True
            )
            if not isinstance(inner, sympy.Symbol):
                return value
            self.names[inner] = name
            self.made[name] = self.env.create_symintnode(inner, hint=value, source=source)
        return self.made[name]

    def of(self, formula: Formula | None, value: int, values: Mapping[str, Any]) -> Any:
        """The symbolic integer of a formula; the number where it has one that torch can't follow."""
        if formula is None:
            return value
        try:
            found = self._of(of_layer(formula, value, values), values)
        except Unformulated:
            return value
        return found if isinstance(found, (int, torch.SymInt)) else value

    def _of(self, formula: Formula, values: Mapping[str, Any]) -> Any:  # one for each kind of node
        match formula:
            case Number(number=number) if isinstance(number, int):
                return number
            case Symbol(name=name) if isinstance(values.get(name), int):
                return self(name, int(values[name]))
            case Sum(terms=terms):
                return sum(self._of(term, values) for term in terms)
            case Negative(term=term):
                return -self._of(term, values)
            case Product(factors=factors):
                made: Any = 1
                for factor in factors:
                    made = made * self._of(factor, values)
                return made
            case Floor(part=Quotient(numerator=top, denominator=bottom)) | Quotient(numerator=top, denominator=bottom):
                return self._of(top, values) // self._of(bottom, values)
            case Ceiling(part=Quotient(numerator=top, denominator=bottom)):
                return -(-self._of(top, values) // self._of(bottom, values))
            case Power(base=base, exponent=Number(number=number)) if isinstance(number, int) and number >= 0:
                return self._of(base, values) ** number
            case Rest(left=left, right=right):
                return self._of(left, values) % self._of(right, values)
        raise Unformulated(type(formula).__name__)

    def formula(self, size: Any) -> Formula:
        """The formula of a symbolic integer; Unformulated where an unknown number is in it."""
        if isinstance(size, torch.SymInt | sympy.Expr):
            return self.read(self.divided(expression(size)))
        return Number(int(size))

    def learn(self, known: Iterable[tuple[Formula, str, Formula]], values: Mapping[str, Any]) -> None:
        """Take in which sizes divide which, of comparisons that came out true."""
        for left, sign, right in known:
            if isinstance(left, Rest) and sign in ("==", "!=") and right == Number(0):
                rest = self.of(left, 1, values)
                if isinstance(rest, torch.SymInt) and rest.node.hint == 0:
                    bool(rest == 0)

    def short(self, size: Any) -> Any:
        """A size, or where it has the rest of a division in it or one rounded twice, an integer that stands for it.

        Torch works out again and again whether what is made of a padded length is whole, positive, or another size;
        the sides of an image that each layer halves have longer formulas in each.
        """
        if not isinstance(size, torch.SymInt) or not _long(size.node.expr):
            return size
        name = f"({size.node.expr})"
        made = self(name, size.node.hint)
        self.stands[made.node.expr] = size.node.expr
        self.names.pop(made.node.expr, None)
        return made

    def whole(self, expression: Any) -> Any:
        """An expression with the sizes that its integers stand for."""
        while self.stands and expression.free_symbols & self.stands.keys():
            expression = expression.xreplace(self.stands)
        return expression

    def asked(self, first: int = 0) -> Iterator[Any]:
        """What the code asked of sizes, as it came out, from a number of questions on."""
        return (self.whole(guard.expr) for guard in self.env.guards[first:])

    def compared(self) -> Iterator[Any]:
        """The comparisons of sizes, as they came out, each once."""
        found = (*self.env.unproven, *(guard.expr for guard in self.env.guards))
        relations = (one for one in map(self.whole, found) if isinstance(one, sympy.core.relational.Relational))
        yield from dict.fromkeys(relations)

    @property
    def tokens(self) -> Any:
        """The number of tokens of the pass."""
        return self.made[TOKENS] if self.of_tokens is None else self.of_tokens

    def symbol(self, name: str) -> Any:
        """The symbol of the size of that name."""
        return next(symbol for symbol, one in self.names.items() if one == name)

    def divided(self, expression: Any) -> Any:
        """A whole expression, without quotients that the code has asked to be whole, where it can be written so."""
        whole = {
            one: one.args[0] / one.args[1]
            for one in expression.atoms(FloorDiv)
            if any(known.args == one.args for known in self.env.divisible)
        }
        plain = _without_own_factors(self.whole(expression))
        if not whole:
            return plain
        try:
            made = sympy.cancel(expression.xreplace(whole))
        except ValueError:  # torch's Max takes nothing of which it can't tell how large it is
            return plain
        return _without_own_factors(self.whole(made)) if sympy.fraction(made)[1].is_number else plain

    def read(self, expression: Any) -> Formula:
        """SymPy's expression, torch's own functions in it, as a formula."""
        if isinstance(expression, sympy.Rational):
            return make.over(Number(int(expression.p)), Number(int(expression.q)))
        if isinstance(expression, sympy.Symbol):
            if expression in self.stands:
                return self.read(self.stands[expression])
            if expression not in self.names:
                raise Unformulated(f"a number that hangs on the data ({expression})")
            return Symbol(self.names[expression], self.names[expression], "", "")
        if isinstance(expression, sympy.Add):
            expression = _rounded(expression)
        if isinstance(expression, sympy.Mul) and expression.args[0] == -1:
            return make.negative(self.read(-expression))
        if isinstance(expression, sympy.Mul) and (below := sympy.fraction(expression)[1]) != 1:
            return make.over(self.read(sympy.fraction(expression)[0]), self.read(below))
        name = type(expression).__name__
        if name not in READ:
            raise Unformulated(f"a size with {name} in it")
        return READ[name]([self.read(one) for one in expression.args])


def _long(expression: Any) -> bool:
    return expression.has(*RESTS) or any(one.args[0].has(FloorDiv) for one in expression.atoms(FloorDiv))


def _without_own_factors(expression: Any) -> Any:
    """An expression in which (x × y) // x is y: code asks again for a side of what it has cut into a square."""
    while whole := {
        one: quotient for one in expression.atoms(FloorDiv) if (quotient := one.args[0] / one.args[1]).is_integer
    }:
        expression = expression.xreplace(whole)
    return expression


def expression(size: Any) -> Any:
    """What SymPy makes of an axis: a number, an integer of torch's, or an expression already."""
    if isinstance(size, torch.SymInt):
        return size.node.expr
    return size if isinstance(size, sympy.Expr) else sympy.Integer(int(size))


def product(axes: Iterable[Any]) -> Any:
    """SymPy's product of axes."""
    return reduce(lambda made, axis: made * expression(axis), axes, sympy.Integer(1))


def _sum(parts: list[Formula]) -> Formula:
    """What is added first, then what is taken away, and numbers."""
    return reduce(make.plus, sorted(parts, key=lambda part: isinstance(part, (Number, Negative))))


def _power(parts: list[Formula]) -> Formula:
    base, exponent = parts
    if isinstance(exponent, Number) and exponent.number < 0:
        return make.over(Number(1), make.power(base, Number(-exponent.number)))
    return make.power(base, exponent)


READ: Mapping[str, Callable[[list[Formula]], Formula]] = {
    "Add": _sum,
    "Mul": lambda parts: reduce(make.times, parts),
    "Pow": _power,
    "FloorDiv": lambda parts: make.floored(make.over(*parts)),
    "CleanDiv": lambda parts: make.over(*parts),
    "IntTrueDiv": lambda parts: make.over(*parts),
    "Mod": lambda parts: make.rest(*parts),
    "PythonMod": lambda parts: make.rest(*parts),
    "Raised": lambda parts: make.raised(make.over(*parts)),
    "floor": lambda parts: make.floored(parts[0]),
    "ceiling": lambda parts: make.raised(parts[0]),
    "CeilToInt": lambda parts: make.raised(parts[0]),
    "Min": lambda parts: Minimum(tuple(parts)),
}
"""What SymPy's and torch's own functions of sizes are in ours."""


def _rounded(expression: Any) -> Any:
    """The number of places of a window: (n - k) // s + 1, as people write it where k is 1 or s."""
    for term in expression.args:
        if type(term).__name__ == "FloorDiv" and 1 in expression.args:
            top, bottom = term.args
            rest = expression - term - 1
            if top.could_extract_minus_sign() is False and (top + bottom).count_ops() < top.count_ops():
                return rest + FloorDiv(sympy.expand(top + bottom), bottom)
            if isinstance(top, sympy.Add) and -1 in top.args:
                return rest + Raised(sympy.expand(top + 1), bottom)
    return expression


class Raised(sympy.Function):  # type: ignore[misc]  # SymPy has no types
    """A quotient rounded up."""
