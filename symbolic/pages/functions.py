"""A closed form as a function in code, whatever the language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from symbolic.formulas.formula import Exact, Formula, Number, Power, Quotient, Symbol
from symbolic.formulas.functions import Ceiling, Floor, Root
from symbolic.formulas.shown import Labelled


class Function(NamedTuple):
    """A closed form as a function in code: its name, what it says of itself, the names in it, and the whole.

    A block stands behind those that it names. Formats that fold nothing have no place for it.
    """

    name: str
    about: str
    arguments: tuple[Symbol, ...]
    blocks: tuple[Labelled, ...]
    whole: Formula

    @property
    def is_whole(self) -> bool:
        """Whether the code meets whole numbers only, whatever the sizes."""
        return all(one.is_integer for one in self.arguments) and not self.divides

    @property
    def divides(self) -> bool:
        """Whether the whole makes fractions of whole numbers; the quotient in what is rounded is none for itself."""
        return any(map(_is_fraction, _nodes(self.whole)))


class Typed(NamedTuple):
    """What a reader types into a program to check a total: the sizes, and the formula of the whole."""

    function: Function
    sizes: Mapping[str, Exact]


def _nodes(formula: Formula) -> Iterator[Formula]:
    """Yield the parts of a formula; of a quotient or a root that is rounded, those of its sides."""
    yield formula
    rounded = isinstance(formula, Ceiling | Floor) and isinstance(formula.part, Quotient | Root)
    for part in formula.part.children if rounded else formula.children:  # type: ignore[attr-defined]
        yield from _nodes(part)


def _is_fraction(node: Formula) -> bool:
    match node:
        case Number(number=value):
            return not isinstance(value, int)
        case Power(exponent=exponent):
            return not (isinstance(exponent, Number) and exponent.number > 0)
    return isinstance(node, Quotient | Root)


def variable(block: Labelled) -> str:
    """Return what code calls a block: its name in English, whatever the page's language.

    >>> from symbolic.formulas.vocabulary import emb_dim
    >>> variable(Labelled("one expert layer", emb_dim))
    'one_expert_layer'
    """
    return re.sub(r"\W+", "_", str(block.label)).strip("_").lower()
