"""How a description writes formulas and conditions, and how they are read: a grammar of our own, never eval.

formula    2 * hidden_size + num_heads * (hidden_size // num_heads)      // rounds down, /^ rounds up, / is exact
           round(x) is the nearest whole number, of two the even one; divisible(x, by, least) is the nearest multiple
           of `by` that is neither below `least` nor less than nine tenths of x, as code of convnets rounds channels
condition  q_lora_rank and i >= first_k_dense_replace and layer_types[i] == 'full_attention'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache

from symbolic.formulas.formula import Formula, Negative, Number, Power, Product, Quotient, Sum, Symbol, exact
from symbolic.formulas.functions import Ceiling, Floor, Minimum, Root
from symbolic.networks.learned.rounding import Divisible, Rest, Rounded
from symbolic.networks.learned.tokens import Tokens

COUNTS = ("len", "alike", "before", "log2")
"""What is a number on pages: how long a list is, how many items are like one item, how many of those stand before it;
how often a size can be halved."""


@cache
def formula(text: str) -> Formula:
    """Read a formula; ValueError where it can't be read."""
    if text.isidentifier():
        return Symbol(text, text, "", "")
    tokens = Tokens(text)
    made = sum_of(tokens)
    if tokens.next()[0] != "end":
        raise ValueError(f"{text!r} goes on behind the formula: {tokens.next()[1]!r}")
    return made


def sum_of(tokens: Tokens) -> Formula:
    """Return the sum that the next tokens are, of one term or several."""
    terms = [Negative(_product(tokens)) if tokens.take("-") else _product(tokens)]
    while sign := tokens.take("+", "-"):
        term = _product(tokens)
        terms.append(term if sign == "+" else Negative(term))
    first = terms[0]
    if isinstance(first, Negative) and isinstance(first.term, Number):
        terms[0] = Number(-first.term.number)
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def _product(tokens: Tokens) -> Formula:
    made = _power(tokens)
    while sign := tokens.take("*", "/", "//", "%"):
        right = _power(tokens)
        if sign == "%":
            made = Rest(made, right)
        elif sign == "*":
            made = Product((*made.factors, right)) if isinstance(made, Product) else Product((made, right))
        elif isinstance(made, Number) and isinstance(right, Number) and sign == "/":
            made = Number(exact(Fraction(made.number) / Fraction(right.number)))
        else:
            made = Quotient(made, right) if sign == "/" else Floor(Quotient(made, right))
    return made


def _power(tokens: Tokens) -> Formula:
    base = _atom(tokens)
    return Power(base, _atom(tokens)) if tokens.take("**") else base


FUNCTIONS: Mapping[str, Callable[[tuple[Formula, ...]], Formula]] = {
    "floor": lambda parts: Floor(*parts),
    "ceil": lambda parts: Ceiling(*parts),
    "sqrt": lambda parts: Root(parts[0]),
    "min": Minimum,
    "round": lambda parts: Rounded(*parts),
    "divisible": lambda parts: Divisible(*parts),
}


def _atom(tokens: Tokens) -> Formula:
    kind, value = tokens.next()
    tokens.at += 1
    if kind == "number":
        return Number(int(value))
    if kind == "sign" and value == "(":
        inner = sum_of(tokens)
        tokens.need(")")
        return inner
    if kind == "name":
        if value in COUNTS and tokens.take("("):
            name = tokens.next()[1]
            tokens.at += 1
            tokens.need(")")
            return Symbol(f"{value}({name})", name, "", "")
        if value in FUNCTIONS and tokens.take("("):
            parts = [sum_of(tokens)]
            while tokens.take(","):
                parts.append(sum_of(tokens))
            tokens.need(")")
            return FUNCTIONS[value](tuple(parts))
        return Symbol(value, value, "", "")
    raise ValueError(f"{tokens.text!r} has {value or 'its end'!r} where a size was expected")
