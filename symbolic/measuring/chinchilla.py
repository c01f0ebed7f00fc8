"""The compute-optimal size: Chinchilla's loss, its minimum at a fixed compute by Lagrange's multiplier, step by step.

Hoffmann et al. 2022, arXiv:2203.15556, §3.3: L = E + A/N^α + B/D^β under C = 6 N D. The letters are the paper's, and
not the sizes of a model: A, B, C and E have other meanings here than in the vocabulary.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

from symbolic.errors import CheckFailed
from symbolic.formulas.formula import Formula, Number, Power, Product, Quotient, Sum, Symbol
from symbolic.formulas.in_sympy import in_sympy
from symbolic.language import lazy

FILE = Path(__file__).with_name("chinchilla.toml")
DIGITS = 30
BY_DECIMALS: Mapping[type[Formula], Callable[[Sequence[Decimal]], Decimal]] = {
    Sum: lambda parts: sum(parts, Decimal(0)),
    Product: lambda parts: prod(parts, start=Decimal(1)),
    Quotient: lambda parts: parts[0] / parts[1],
    Power: lambda parts: parts[0] ** parts[1],
}
"""How the formulas that are evaluated here compute."""


def _letter(name: str, letter: str, meaning: str) -> Symbol:
    return Symbol(name, letter, meaning, name)


N = _letter("N", "N", "the number of parameters")
D = _letter("D", "D", "the number of training tokens")
C = _letter("C", "C", "the compute of the training, in floating-point operations")
E, A, B = (_letter(name, name, "a constant of the fit") for name in "EAB")
ALPHA, BETA = (
    _letter("alpha", r"\alpha ", "an exponent of the fit"),
    _letter("beta", r"\beta ", "an exponent of the fit"),
)
LAMBDA = _letter("lambda", r"\lambda ", "Lagrange's multiplier")
G = _letter("G", "G", "what the constants come to")
LOSS = _letter("loss", "L", "the loss")
OPTIMAL_N = _letter("N*", "N_{opt}", "the optimal number of parameters")
OPTIMAL_D = _letter("D*", "D_{opt}", "the optimal number of training tokens")

LOSS_FORMULA: Sum = E + A / Power(N, ALPHA) + B / Power(D, BETA)
LAGRANGIAN: Formula = Sum((*LOSS_FORMULA.terms, Product((LAMBDA, 6 * N * D - C))))
BY_N: Formula = 6 * LAMBDA * D - Quotient(ALPHA * A, Power(N, Sum((ALPHA, Number(1)))))
BY_D: Formula = 6 * LAMBDA * N - Quotient(BETA * B, Power(D, Sum((BETA, Number(1)))))
SHARED: tuple[Formula, ...] = (ALPHA * A / Power(N, ALPHA), 6 * LAMBDA * N * D, BETA * B / Power(D, BETA))
WITHOUT_D: tuple[Formula, ...] = (ALPHA * A / Power(N, ALPHA), BETA * B * Power(6 * N / C, BETA))
POWER_OF_N: tuple[Formula, ...] = (
    Power(N, Sum((ALPHA, BETA))),
    Product((ALPHA * A / (BETA * B), Power(C / 6, BETA))),
)
G_FORMULA: Formula = Power(ALPHA * A / (BETA * B), Quotient(Number(1), Sum((ALPHA, BETA))))
N_FORMULA: Formula = Product((G, Power(C / 6, Quotient(BETA, Sum((ALPHA, BETA))))))
D_FORMULA: Formula = Product((1 / G, Power(C / 6, Quotient(ALPHA, Sum((ALPHA, BETA))))))


def _words(text: str) -> str:
    return lazy(text)


@dataclass(frozen=True, slots=True)
class Fit:
    """Constants of the loss, as printed in a paper."""

    name: str
    about: str
    source: str
    url: str
    constants: Mapping[str, Fraction]

    @property
    def balance(self) -> Fraction:
        """β / (α + β): the power of the compute that goes into parameters."""
        return self.constants["beta"] / (self.constants["alpha"] + self.constants["beta"])


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best split of a compute: parameters, tokens, the loss that the fit expects; rounded in the 30th digit."""

    fit: Fit
    compute: Fraction
    parameters: Fraction
    tokens: Fraction
    loss: Fraction


@cache
def fits() -> tuple[Fit, ...]:
    """Return both fits, the first paper's first."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Fit(one["name"], _words(one["about"]), one["source"], one["url"],
            {key: Fraction(one[key]) for key in ("E", "A", "B", "alpha", "beta")})
        for one in data["fit"]
    )  # fmt: skip


def optimum(fit: Fit, compute: Fraction) -> Optimum:
    """Return the optimal parameters and tokens at a compute, by the closed forms."""
    values = {**fit.constants, "C": compute}
    values["G"] = _evaluated(G_FORMULA, values)
    values["N"] = _evaluated(N_FORMULA, values)
    values["D"] = _evaluated(D_FORMULA, values)
    return Optimum(fit, compute, values["N"], values["D"], _evaluated(LOSS_FORMULA, values))


def compute_for(fit: Fit, parameters: int) -> Optimum:
    """Return the compute at which a model of this size is the optimal one: the closed form, solved for it."""
    # N = G (C/6)^balance, so C = 6 (N/G)^(1/balance).
    values = {**fit.constants, "N": Fraction(parameters)}
    values["G"] = _evaluated(G_FORMULA, values)
    turned = Product((Number(6), Power(N / G, Quotient(Sum((ALPHA, BETA)), BETA))))
    compute = _evaluated(turned, values)
    values["D"] = compute / (6 * parameters)
    return Optimum(fit, compute, Fraction(parameters), values["D"], _evaluated(LOSS_FORMULA, values))


def check() -> None:
    """Raise CheckFailed if SymPy finds other derivatives, another solution or another constraint than the page has."""
    import sympy

    lagrangian, n, d, c = (_algebra(part) for part in (LAGRANGIAN, N, D, C))
    alpha, beta = _algebra(ALPHA), _algebra(BETA)
    _zero(lagrangian.diff(n) - _algebra(BY_N))
    _zero(lagrangian.diff(d) - _algebra(BY_D))
    _zero(_algebra(BY_N) * n - (_algebra(SHARED[1]) - _algebra(SHARED[0])))
    _zero(_algebra(BY_D) * d - (_algebra(SHARED[1]) - _algebra(SHARED[2])))
    _zero(_algebra(SHARED[2]).subs(d, c / (6 * n)) - _algebra(WITHOUT_D[1]))
    # In logarithms the equation is linear, and SymPy solves it.
    log_n = sympy.Symbol("log_n")
    logs = sympy.expand_log(sympy.log(_algebra(WITHOUT_D[0])) - sympy.log(_algebra(WITHOUT_D[1])))
    [solved] = sympy.solve(sympy.expand(logs.subs(sympy.log(n), log_n)), log_n)
    ours = {G: _algebra(G_FORMULA)}
    best_n, best_d = (_algebra(part).subs(_algebra(G), ours[G]) for part in (N_FORMULA, D_FORMULA))
    _zero(sympy.expand_log(sympy.log(best_n)) - solved)
    _zero(sympy.expand_log(sympy.log(6 * best_n * best_d)) - sympy.log(c))
    power = _algebra(POWER_OF_N[1])
    _zero(sympy.expand_log(sympy.log(power)) - (alpha + beta) * solved)


def _zero(expression: Any) -> None:
    import sympy

    left = sympy.simplify(expression)
    if left != 0 and sympy.simplify(sympy.expand(sympy.powdenest(left, force=True))) != 0:
        raise CheckFailed(f"SymPy leaves {left} in Chinchilla's derivation; please report this")


@cache
def _algebra(formula: Formula) -> Any:
    """Return SymPy's expression over positive reals: these letters need not be whole numbers."""
    import sympy

    expression = in_sympy(formula)
    return expression.xreplace({s: sympy.Symbol(s.name, positive=True) for s in expression.free_symbols})


def _evaluated(formula: Formula, values: Mapping[str, Fraction]) -> Fraction:
    """Return the value to 30 digits: a power with a fractional exponent has no exact one."""
    with localcontext() as context:
        context.prec = DIGITS + 20
        places = {name: Decimal(value.numerator) / value.denominator for name, value in values.items()}
        value = _decimal(formula, places)
        context.prec = DIGITS
        return Fraction(+value)


def _decimal(formula: Formula, values: Mapping[str, Decimal]) -> Decimal:
    """Return the value in the digits of the current context; every value is positive."""
    if isinstance(formula, Symbol):
        return values[formula.name]
    if isinstance(formula, Number):
        return Decimal(formula.number.numerator) / formula.number.denominator
    parts = [_decimal(part, values) for part in formula.children]
    return BY_DECIMALS[type(formula)](parts)
