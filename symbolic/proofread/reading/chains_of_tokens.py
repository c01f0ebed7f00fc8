"""Tokens as the chain that they write, or as an equation that can't be read, with the reason."""

from __future__ import annotations

from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.grammar.parsing import parse
from symbolic.proofread.grammar.powers_of_ten import with_power
from symbolic.proofread.grammar.tokens import Token, divided_by_powers, divided_by_products
from symbolic.proofread.reading.equations import WrittenEquation


def as_chain(tokens: list[Token], unread: str) -> WrittenEquation:
    """Return the equation of tokens; one that can't be read where they write none, or with `unread` as the reason."""
    start, end = tokens[0].start, max(token.end for token in tokens)
    if not unread:
        # The mark at the end may be that of a sentence, "3 × 4 = 12!", as well as a factorial; and a / b × 10^8
        # is hardly ever meant as it is computed.
        meant = tokens[:-1] if tokens[-1].type == "FACTORIAL" else divided_by_powers(tokens) or tokens
        try:
            chain = parse(meant)
            otherwise = parse(tokens).sides if meant is not tokens else ()
        except Unread as problem:
            unread = str(problem)
            if products := divided_by_products(tokens):
                # What can be read in two ways holds if it does in this one.
                meant_so = as_chain(products, "")
                return WrittenEquation("chain", start, end, unread=unread, perhaps=(meant_so,))
        else:
            sides = (*chain.sides[:-1], with_power(chain.sides[-1]))
            return WrittenEquation("chain", start, end, sides, chain.relations, otherwise=otherwise)
    return WrittenEquation("chain", start, end, unread=unread)


def without_heading(row: list[Token]) -> list[Token]:
    r"""Return a row without the words and the colon before what they are about: \text{GQA:} 2 \times 80 = 160."""
    labelled = len(row) > 1 and row[0].type == "OPAQUE" and str(row[0].value).endswith((":", "："))
    return row[1:] if labelled and row[1].type in ("NUMBER", "OPEN") else row


def is_condition(tokens: list[Token]) -> bool:
    """Return whether a row states for which sizes something holds, |z| < 1, so that it can't be wrong."""
    types = {token.type for token in tokens}
    return {"ABS", "NAME"} <= types and not {token.value for token in tokens if token.type == "RELATION"} & {"=", "≈"}


def compares_words(tokens: list[Token]) -> bool:
    """Return whether a text only says that something named is less or more than a number, as legends do."""
    relations = {token.value for token in tokens if token.type == "RELATION"}
    return relations <= {"<", ">"} and any(token.type in ("NAME", "OPAQUE", "ANNOTATION") for token in tokens)


def why_strange(token: Token) -> str:
    """Return why a token of unknown meaning can't be read."""
    what = str(token.value)
    return what if " " in what else f"{what} is a sign that is not read"
