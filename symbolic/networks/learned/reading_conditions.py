"""Conditions read from their text by our own grammar, never eval.

tie_word_embeddings            q_lora_rank is none            num_experts > 1
i < first_k_dense_replace      i in mlp_only_layers           layer_types[i] == 'full_attention'
'mlp' in layer_types           before(layer_types[i]) == 0
a and not (b or c)
"""

from __future__ import annotations

from functools import cache

from symbolic.formulas.formula import Formula, Symbol
from symbolic.networks.learned.conditions import (
    SIGNS,
    Among,
    Compare,
    Condition,
    Has,
    Is,
    IsGiven,
    IsNone,
    Not,
    all_of,
    any_of,
)
from symbolic.networks.learned.notation import sum_of
from symbolic.networks.learned.tokens import Tokens


@cache
def condition(text: str) -> Condition:
    """Read a condition; ValueError where it can't be read."""
    tokens = Tokens(text)
    made = _or(tokens)
    if tokens.next()[0] != "end":
        raise ValueError(f"{text!r} goes on behind the condition: {tokens.next()[1]!r}")
    return made


def _or(tokens: Tokens) -> Condition:
    parts = [_and(tokens)]
    while tokens.take("or"):
        parts.append(_and(tokens))
    return any_of(*parts)


def _and(tokens: Tokens) -> Condition:
    parts = [_not(tokens)]
    while tokens.take("and"):
        parts.append(_not(tokens))
    return all_of(*parts)


def _not(tokens: Tokens) -> Condition:
    return Not(_not(tokens)) if tokens.take("not") else _atom(tokens)


def _atom(tokens: Tokens) -> Condition:
    start = tokens.at
    if tokens.take("("):
        try:
            inner = _or(tokens)
            tokens.need(")")
        except ValueError:
            inner = None
        if inner is not None and tokens.next()[1] in ("", "and", "or", ")"):
            return inner
        tokens.at = start
    kind, value = tokens.next()
    if kind == "text":
        tokens.at += 1
        tokens.need("in")
        return Has(_name(sum_of(tokens)), value[1:-1])
    left = sum_of(tokens)
    if tokens.take("is"):
        tokens.need("none")
        return IsNone(_name(left))
    if tokens.take("in"):
        return Among(left, _name(sum_of(tokens)))
    sign = tokens.take(*SIGNS)
    if not sign:
        return IsGiven(_name(left))
    kind, value = tokens.next()
    if kind == "text":
        tokens.at += 1
        found = Is(_name(left), value[1:-1])
        return found if sign == "==" else Not(found)
    return Compare(left, sign, sum_of(tokens))


def _name(formula: Formula) -> str:
    if not isinstance(formula, Symbol):
        from symbolic.networks.learned.writing_formulas import written

        raise ValueError(f"{written(formula)} is no key")
    return formula.name
