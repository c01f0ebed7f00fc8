"""What the operations for a token are: some for each number of a matrix, and attention's, which grow with the text.

The matrices take as many for each token, however long the text is. Kaplan et al. 2020, arXiv:2001.08361, §2.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symbolic.formulas.formula import Formula, Symbol
from symbolic.formulas.functions import Ceiling, Minimum
from symbolic.formulas.rational import Rational
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import batch_size, context, target_tokens, tokens
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring.quantity import Result, Totals
from symbolic.networks.blocks import Block

MATRICES, MASKED = "forward-flops/without-attention-products", "forward-flops/masked"
COMPANIONS = (MATRICES, MASKED)
FLOPS_FOR_A_NUMBER = 2


def results(name: str, rule: Callable[[Block], str]) -> tuple[Result, ...]:
    """Return what a quantity of that name that counts operations says of a token; `rule` is that of the matrices."""
    return (
        Result(_("numbers that each token is multiplied by"), rule, unit("number", "numbers"), _numbers, key="numbers"),
        *(_half_of(name, *kind) for kind in KINDS),
    )


def _half_of(name: str, key: str, says: str, holds: Callable[[Totals], bool]) -> Result:
    return Result(
        _("context from which on scores and mixing take at least half of the FLOPs"),
        says,
        unit("token", "tokens"),
        lambda totals: _half(totals[name]) if holds(totals) else None,
        key=key,
        solved=True,
    )


def _numbers(totals: Totals) -> Formula | None:
    """The operations of the matrices, divided by two for each token."""
    matrices = totals[MATRICES]
    if target_tokens in matrices.symbols or not _is_for_each(matrices):
        return None
    return matrices / (FLOPS_FOR_A_NUMBER * batch_size * tokens)


def _half(total: Formula) -> Formula | None:
    """What does not grow with the text, divided by what each token of it adds; None where it grows otherwise."""
    parts = _parts(total)
    if parts is None:
        return None
    rest, each = parts
    for_each = batch_size * tokens
    fixed = Labelled(_("FLOPs of a token that do not grow"), rest / for_each)
    return Ceiling(fixed / Labelled(_("FLOPs that a context token adds"), each / for_each))


def added_by_context(total: Formula) -> Formula | None:
    """Return what each token of the context adds to what one token takes; None where the total grows otherwise."""
    parts = _parts(total)
    return None if parts is None else parts[1] / (batch_size * tokens)


def _parts(total: Formula) -> tuple[Formula, Formula] | None:
    """Return what all tokens take that does not grow with the text, and what each token of it adds to that."""
    grows, times = (context, 0) if context in total.symbols else (tokens, 1)
    parts = _powers(total, grows)
    if target_tokens in total.symbols or parts.keys() != {times, times + 1}:
        return None
    rest, each = (parts[times + power] * grows if times else parts[times + power] for power in (0, 1))
    return (rest, each) if _is_for_each(rest) and _is_for_each(each) else None


def _is_for_each(formula: Formula) -> bool:
    """Return whether each token that passes takes as much as any other."""
    return _powers(formula, tokens).keys() == {1}


def _powers(formula: Formula, symbol: Symbol) -> Mapping[int, Formula]:
    """Return the coefficient of each power of a symbol; nothing where the formula is no polynomial in it."""
    try:
        whole = Rational.of(formula)
        # It may also stand inside what is rounded.
        return {} if any(symbol in atom.symbols for atom in whole.atoms if atom != symbol) else whole.powers(symbol)
    except ValueError:
        # A root, or a sum in a denominator.
        return {}


def _has_windows(totals: Totals) -> bool:
    """Return whether some layer looks at the last tokens only: the mask then leaves out more than half."""
    return any(isinstance(node, Minimum) for node in totals[MASKED].walk())


def _has_mask(totals: Totals) -> bool:
    """Return whether no token looks at later ones; what reads a text at once has no tokens before it."""
    return context in totals[MASKED].symbols


KINDS: tuple[tuple[str, str, Callable[[Totals], bool]], ...] = (
    (
        "half",
        _(
            "The matrices take the same for each token, however long the text is. Scores and mixing grow with each "
            "token of the context. So this is what all matrices take for a token, divided by what one token of the "
            "context adds. A program that leaves out what the mask hides does half of scores and mixing, and "
            "so this length doubles. It may be more tokens than the model can read."
        ),
        lambda totals: _has_mask(totals) and not _has_windows(totals),
    ),
    (
        "half_without_windows",
        _(
            "The matrices take the same for each token, however long the text is. Scores and mixing grow with each "
            "token of the context: here in all layers, as if none had a window. The convention `masked` leaves out "
            "what a window hides; by it this is much further away. It may be more tokens than the model can read."
        ),
        _has_windows,
    ),
    (
        "half",
        _(
            "The matrices take the same for each token, however long the text is. Scores and mixing grow with each "
            "token of it. That may be more tokens than the model can read."
        ),
        lambda totals: not _has_mask(totals) and not _has_windows(totals),
    ),
)
"""What there is to say of the length, under which name, and of which networks."""
HALVES = frozenset(key for key, _says, _holds in KINDS)
