"""What one attention head does with three tokens, in numbers that can all be shown."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symbolic.formulas.formula import Formula, Number, Product, total
from symbolic.formulas.vocabulary import n_heads
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.networks.blocks import Contraction
from symbolic.networks.walks import leaves
from symbolic.pages.cells import Amount, Cell, Derived, Math, Sentence, Share, place_of
from symbolic.pages.nouns import HEADS
from symbolic.pages.page import Equation, Paragraph, Part, Table
from symbolic.pages.prose import Prose

QUERY = (2, 1)
KEYS = ((0, 0), (1, 0), (0, 1))
VALUES = ((1, 3), (4, 0), (2, 1))
"""Made-up numbers of three tokens; the query is that of the last, which the small matrix makes of its row."""
SHARES = (Fraction(90, 1000), Fraction(665, 1000), Fraction(245, 1000))
"""The softmax of the scores 0, 2 and 1, to three places: 1, e² and e, each divided by their sum."""


def one_head(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the example: scores, shares, what is taken in; and how large all this is in the model at hand."""
    yield Paragraph(prose("meaning_one_head"))
    names = prose("meaning_one_head_tokens").split(", ")
    rows: list[tuple[Cell, ...]] = []
    for name, key, value, share in zip(names, KEYS, VALUES, SHARES, strict=True):
        score = _added_up(QUERY, key)
        rows.append((name, _listed(key), Math(score), score.value({}), Share(share), _listed(value)))
    columns = tuple(prose("meaning_one_head_columns").split(", "))
    yield Table(prose("meaning_one_head_table"), columns, tuple(rows), frozenset(range(1, len(columns))))
    yield Paragraph(prose("meaning_one_head_takes"))
    for numbers in zip(*VALUES, strict=True):
        formula = _added_up(SHARES, numbers)
        yield Equation(formula, formula.value({}))
    yield Paragraph(prose("meaning_one_head_way"))
    if found := widths(derivation):
        figures = tuple(Derived(integer_value(one, derivation.sizes), one) for one in found)
        says = prose(
            "meaning_one_head_here",
            keys=place_of(0),
            values=place_of(1),
            heads=place_of(2),
            alike=found[0] == found[1],
        )
        yield Paragraph(Sentence(says, (*figures, Amount(derivation.sizes[n_heads.name], HEADS, n_heads))))


def _added_up(left: tuple[Fraction | int, ...], right: tuple[int, ...]) -> Formula:
    return total(tuple(Product((Number(one), Number(other))) for one, other in zip(left, right, strict=True)))


def _listed(numbers: tuple[int, ...]) -> str:
    first, second = numbers
    return _("({first}, {second})", first=first, second=second)


def widths(derivation: Derivation) -> tuple[Formula, ...]:
    """Return how many numbers a head's key and its value have; () where not all heads are alike."""
    found = []
    for key in ("attention_scores", "mixing_of_values"):
        together = compared(derivation, key)
        if len(together) != 1 or n_heads.name not in derivation.sizes:
            return ()
        found.append(together.pop() / n_heads)
    whole = all(Fraction(one.value(derivation.sizes)).denominator == 1 for one in found)
    return tuple(found) if whole else ()


def compared(derivation: Derivation, key: str = "attention_scores") -> set[Formula]:
    """Return how many numbers of a token all heads together compare, or mix: one width for all layers, or several."""
    products = [leaf.part for leaf in leaves(derivation.model.network) if isinstance(leaf.part, Contraction)]
    return {part.axes[-1] for part in products if part.key == key}
