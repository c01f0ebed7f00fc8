"""The closed form in blocks with names, where as one formula it would be too long to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from symbolic.formulas import algebra
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Product, Sum, Symbol, exact, product, total
from symbolic.formulas.rational import MOST_TERMS, Rational, terms_of
from symbolic.formulas.shown import Labelled
from symbolic.language import One, lazy
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.made_once import made_once
from symbolic.measuring.step import Step

MOST_LETTERS = 24
"""A closed form with more letters and numbers than these has blocks with names."""
SHORT = 8
"""A part's formula with no more letters and numbers stands in a line."""
FEW = 3
"""A block of so few terms needs no name of its own."""


class ClosedForm(NamedTuple):
    """The total as a formula, in which names stand for the formulas of `blocks`, those used first in front."""

    whole: Formula
    blocks: tuple[Labelled, ...] = ()


def closed_form(derivation: Derivation) -> ClosedForm:
    """Return the closed form of a page: one formula, or, where that is long, one whose blocks have names.

    >>> import symbolic
    >>> [block.label for block in closed_form(symbolic.explain("mixtral-8x7b")).blocks]
    []
    >>> [str(block.label) for block in closed_form(symbolic.explain("deepseek-v3")).blocks]
    ['one dense layer', 'one expert layer', 'attention']
    """
    return made_once(derivation, _made)


def _made(derivation: Derivation) -> ClosedForm:
    single = derivation.closed
    if letters(single) <= MOST_LETTERS:
        return ClosedForm(single)
    root = derivation.root
    naming = _Naming(derivation.page_definitions, _in_several(root))
    whole = _opened(naming.inside(root))
    if derivation.general.repeat is not None:
        whole = Product((algebra.primary(derivation.general.repeat, derivation.page_definitions), whole))
    return ClosedForm(whole, tuple(naming.ordered(whole)))


def _in_several(root: Step) -> frozenset[str]:
    """Return the names that blocks in more than one part of the network have, such as an encoder and a decoder."""
    parts = [part for part in root.steps if part.value and part.repeat is None]
    names = [name for part in parts for name in {below.name for below in part.steps if below.steps}]
    return frozenset(name for name in names if names.count(name) > 1)


def _opened(whole: Formula) -> Formula:
    """Return a sum of nothing but names (encoder + decoder) with what they stand for, where that is short enough."""
    terms = terms_of(whole)
    if not all(isinstance(term, Labelled) for term in terms):
        return whole
    inner = [below for term in terms if isinstance(term, Labelled) for below in terms_of(term.formula)]
    plain = [term for term in inner if _is_plain(term)]
    others = [term for term in inner if not _is_plain(term)]
    opened = total((*terms_of(part_by_part(plain)), *others))
    return opened if letters(opened) <= MOST_LETTERS else whole


def parts_of_layers(derivation: Derivation, longest: int = SHORT) -> tuple[tuple[Labelled, ...], ...]:
    """Return, for each kind of layer, its parts and then the layer; those are left out whose formulas would be long.

    `longest` is how many letters and numbers the formula of a part may have.

    >>> import symbolic
    >>> [[str(part.label) for part in parts] for parts in parts_of_layers(symbolic.explain("gpt2-124m"))]
    [['attention', 'feed-forward network', 'layer norms', 'one transformer layer']]
    """
    if derivation.general.repeat is not None:
        return ()
    definitions, found, known = derivation.page_definitions, [], dict[str, Formula]()
    for layer in derivation.root.steps:
        if layer.repeat is None or not layer.value:
            continue
        one, parts = One(layer.name), []
        for step in (step for step in layer.steps if step.value):
            formula = _polynomial(step.formula, definitions)
            # A name that stands for another formula in an earlier layer has that of its own behind it.
            own = known.setdefault(step.label, formula) == formula
            label = step.label if own else lazy("{name} of {around}", name=step.label, around=one)
            parts.append(Labelled(label, formula))
        if len(parts) > 1 and all(letters(part.formula) <= longest for part in parts):
            found.append((*parts, Labelled(one, _polynomial(layer.one, definitions))))
    return tuple(found)


def _polynomial(formula: Formula, definitions: Mapping[Symbol, Formula]) -> Formula:
    return Rational.of(algebra.primary(formula, definitions)).collected()


@dataclass
class _Naming:
    """Gives names to blocks: `named` are their formulas in letters, by name.

    A name that blocks `in_several` parts of the network have says in which part its block is.
    """

    definitions: Mapping[Symbol, Formula]
    in_several: frozenset[str] = frozenset()
    named: dict[str, Labelled] = field(default_factory=dict)

    def inside(self, step: Step) -> Formula:
        """Return what one copy of a block is: its blocks by their names, then all else as a sum of terms."""
        match [below for below in step.steps if below.value]:
            case [only] if only.steps and only.repeat is None:
                # A frame around one block is that block.
                return self.inside(only)
        for few in (FEW, 1):
            blocks, rest = self.parts(step, few)
            outside = Rational.of(total(tuple(rest)))
            if len(outside.laurent()) <= MOST_TERMS:
                break
        # Where it is shorter, each term stays the part that it is of: a matrix, with the sums of its shape.
        terms = terms_of(min(outside.expanded(), part_by_part(rest), key=letters))
        terms = tuple(term for term in terms if term != Number(0))
        # The tables first, then the blocks, then what little is left behind them.
        large = tuple(term for term in terms if Rational.of(term).degree() > 1)
        return total((*large, *blocks, *terms[len(large) :]))

    def parts(self, step: Step, few: int) -> tuple[list[Formula], list[Formula]]:
        """Return the blocks in a block by their names, and all else: blocks of so few terms have no names."""
        blocks: list[Formula] = []
        rest: list[Formula] = []
        for below in step.steps:
            if not below.value:
                continue
            inner = self.inside(below) if below.steps else below.formula
            if not below.steps or (len(terms_of(inner)) <= (few if below.repeat is None else 1) and _is_plain(inner)):
                rest.append(inner if below.repeat is None or not below.steps else Product((below.repeat, inner)))
            elif below.repeat is None:
                blocks.append(self.name(below.name, step, inner))
            else:
                repeat = algebra.primary(below.repeat, self.definitions)
                name: str = One(below.name)
                if below.name in self.in_several:
                    name = lazy("{name} ({around})", name=name, around=step.name)
                blocks.append(Product((repeat, self.name(name, step, inner))))
        return blocks, [algebra.primary(part, self.definitions) for part in rest]

    def name(self, name: str, around: Step, inner: Formula) -> Labelled:
        """Return the block by its name; where another block has it, with the name of the block around it."""
        known = self.named.get(name)
        if known is not None and known.formula != inner:
            name = lazy("{name} of {around}", name=name, around=One(around.name))
        return self.named.setdefault(name, Labelled(name, inner))

    def ordered(self, formula: Formula) -> Iterator[Labelled]:
        """Yield the blocks that a formula names, and then those that these name, each once."""
        waiting, seen = [formula], set()
        while waiting:
            for block in _names_in(waiting.pop(0)):
                if block.label not in seen:
                    seen.add(block.label)
                    waiting.append(block.formula)
                    yield block


def letters(formula: Formula) -> int:
    """Return how many letters and numbers a formula has; a name is one."""
    if isinstance(formula, Labelled) or not formula.children:
        return 1
    return sum(letters(child) for child in formula.children)


def part_by_part(parts: Iterable[Formula]) -> Formula:
    """Return the sum of these parts, each factored; parts that differ by a number only are one term."""
    merged: dict[Formula, Fraction] = {}
    for written in (term for part in parts for term in terms_of(part)):
        for term in terms_of(algebra.simplified(written, {})):
            number, rest = _split(term)
            merged[rest] = merged.get(rest, Fraction(0)) + number
    terms = [_times(exact(number), rest) for rest, number in merged.items() if number]
    return total(tuple(sorted(terms, key=lambda term: -Rational.of(term).degree())))


def _split(term: Formula) -> tuple[Fraction, Formula]:
    """Return the number in front of a term, and the rest of it."""
    if isinstance(term, Negative):
        number, rest = _split(term.term)
        return -number, rest
    if isinstance(term, Product) and isinstance(term.factors[0], Number):
        return Fraction(term.factors[0].number), product(term.factors[1:])
    return Fraction(1), term


def _times(number: Exact, rest: Formula) -> Formula:
    if number < 0:
        return Negative(_times(-number, rest))
    return rest if number == 1 else Product((Number(number), *(rest.factors if isinstance(rest, Product) else (rest,))))


def _is_plain(formula: Formula) -> bool:
    """Return whether no term of a sum has a sum or a name in it."""
    return not any(isinstance(node, Sum | Labelled) for term in terms_of(formula) for node in term.walk())


def _names_in(formula: Formula) -> list[Labelled]:
    """Return the names in a formula, not those inside what they stand for."""
    if isinstance(formula, Labelled):
        return [formula]
    return [name for child in formula.children for name in _names_in(child)]
