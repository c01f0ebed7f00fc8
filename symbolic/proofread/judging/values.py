"""Values of names: the model's sizes, its parts by their labels, and the values that the document gives."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, product

from symbolic.configs.model import Model
from symbolic.formulas.formula import Exact, Formula, Symbol
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.language import languages, speaking, translate
from symbolic.measuring.closed_form import closed_form, parts_of_layers
from symbolic.measuring.derivation import Derivation, by_each_convention, derive_each
from symbolic.measuring.quantity import Quantity
from symbolic.measuring.results import totals
from symbolic.proofread.arithmetic.algebra import MOST_NODES, Algebra
from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, evaluate
from symbolic.proofread.arithmetic.ranges import Range, Unknown
from symbolic.proofread.arithmetic.work import Work
from symbolic.proofread.grammar.tokens import BLANK
from symbolic.proofread.reading.equations import WrittenEquation

PAPERS = {
    "d_model": "emb_dim",
    **dict.fromkeys(("d_ff", "d_ffn", "d_mlp"), "hidden_dim"),
    **dict.fromkeys(("d_head", "d_k"), "head_dim"),
    **dict.fromkeys(("n_vocab", "d_vocab"), "vocab_size"),
}
"""What papers call sizes, beside the keys of configs (Vaswani et al. 2017; Kaplan et al. 2020)."""

WRITTEN_OUT = frozenset(name for symbol in SYMBOLS.values() for name in (symbol.name, *symbol.aliases))
NEAR, INDEXED = 400, 10_000
"""So many characters further down a letter, or one with an index, still stands for what was said of it."""
MOST_READINGS = 32
MOST_COMPARISONS = 100
MOST_INLININGS = 500


@dataclass
class Values:
    """The values that a name may have; a label of two parts of the network has those of both.

    `said` are the numbers that the document gives names, `places` the last place of each, `several` the names with more
    than one number, `rough` those whose number is rounded. `trusted` is true if the sizes are those of the model that
    the document is about, not of one that it only names, `ours` if the document is a page of ours.
    """

    sizes: Mapping[str, Exact] = field(default_factory=dict)
    labels: Mapping[str, tuple[Exact, ...]] = field(default_factory=dict)
    symbols: Mapping[str, Symbol] = field(default_factory=dict)
    definitions: Mapping[Symbol, Formula] = field(default_factory=dict)
    said: dict[str, Exact] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    several: set[str] = field(default_factory=set)
    rough: set[str] = field(default_factory=set)
    trusted: bool = True
    ours: bool = False
    formulas: dict[str, ExpressionNode] = field(default_factory=dict)
    comparisons: int = 0
    inlinings: int = 0
    work: Work = field(default_factory=Work)

    @property
    def algebra(self) -> Algebra:
        """Return the algebra that decides whether formulas are the same."""
        return Algebra(self.symbols, self.definitions, self.formulas)

    def of(self, name: str) -> tuple[Exact, ...]:
        """Return all values that a name may have; none for an unknown name."""
        if name in self.sizes:
            return (self.sizes[name],)
        if name in self.labels:
            return self.labels[name]
        return (self.said[name],) if name in self.said else ()

    def is_said(self, name: str) -> bool:
        """Return whether the document gives a name a number or a formula."""
        return name in self.said or name in self.formulas

    @contextmanager
    def without(self, names: Iterable[str]) -> Iterator[None]:
        """Forget for a while what the document says of some names; each time a copy would cost too much."""
        said = {name: self.said.pop(name) for name in names if name in self.said}
        formulas = {name: self.formulas.pop(name) for name in names if name in self.formulas}
        try:
            yield
        finally:
            self.said |= said
            self.formulas |= formulas

    @contextmanager
    def supposed(self, sizes: Mapping[str, Exact]) -> Iterator[None]:
        """Give names another number for a while."""
        before = {name: self.said[name] for name in sizes if name in self.said}
        self.said |= sizes
        try:
            yield
        finally:
            for name in sizes:
                del self.said[name]
            self.said |= before

    def is_size(self, name: str) -> bool:
        """Return whether a name is a size and not a label."""
        return name in self.sizes or name in self.said

    def counts_in_full(self, node: ExpressionNode) -> bool:
        """Return whether a formula names a size, which counts in full: emb_dim = 4096 is not 4096 thousand."""
        return any(name in self.sizes or (name in self.said and is_written_out(name)) for name in _names(node))

    def is_certain(self, name: str, place: int) -> bool:
        """Return whether the value of a name is certain at a place: a size of the model, or given just above."""
        if name in self.sizes or name in self.labels:
            return self.trusted
        if name in self.formulas and name not in self.said:
            return self.trusted or (name not in self.several and place - self.places.get(name, 0) < NEAR)
        if name not in self.said or name in self.several:
            return False
        # A name in full, emb_dim, or one with an index, d_ff, keeps its value; a letter means other things elsewhere.
        near = INDEXED if re.fullmatch(r"[A-Za-z]{1,8}_[A-Za-z]{1,8}", name) else NEAR
        return is_written_out(name) or 0 <= place - self.places.get(name, 0) < near

    def say(self, equation: WrittenEquation) -> None:
        """Keep the value or the formula that an equation gives a name: d = 768, or N = 12 L d²."""
        exact = next((index for index, sign in enumerate(equation.relations) if sign != "="), len(equation.relations))
        sides = equation.sides[: exact + 1]
        names = [side.text for side in sides if isinstance(side, Name)]
        names = [name for name in names if name != BLANK and not name.endswith("(…)")]
        numbers = [side for side in sides if isinstance(side, NumberNode)]
        formulas = [side for side in sides if not isinstance(side, Name | NumberNode) and _short(side)]
        for name in names:
            if formulas and (name in self.formulas or not self.of(name)):
                if name in self.formulas:
                    self.several.add(name)
                self.formulas[name], self.places[name] = formulas[0], equation.start
            if numbers:
                value = numbers[-1].figure.value
                if self.said.get(name, value) != value:
                    self.several.add(name)
                self.said[name], self.places[name] = value, equation.start
                (self.rough.add if numbers[-1].figure.rounded else self.rough.discard)(name)

    def supposing(self, sizes: Mapping[str, Exact]) -> Values:
        """Return the values of names with these sizes supposed: dependent sizes change, labels are dropped."""
        known, said = dict(self.sizes), {**self.said, **sizes}
        changed = {self.symbols[name]: size for name, size in sizes.items() if name in self.symbols}
        for symbol, formula in self.definitions.items():
            if symbol not in changed and not changed.keys().isdisjoint(formula.symbols):
                sizes_now = {**known, **{one.name: size for one, size in changed.items()}}
                try:
                    changed[symbol] = formula.value(sizes_now)
                except (ArithmeticError, LookupError, ValueError):
                    known.pop(symbol.name, None)
        for name, symbol in self.symbols.items():
            if symbol in changed:
                known[name] = changed[symbol]
            elif symbol.name not in known:
                known.pop(name, None)
        return replace(self, sizes=known, labels={}, said=said)

    def identical(self, left: ExpressionNode, right: ExpressionNode) -> bool | None:
        """Return whether two formulas are the same for all sizes; None if that is not decided."""
        self.comparisons += 1
        if self.comparisons > MOST_COMPARISONS:
            return None
        return self.algebra.identical(left, right)

    def readings(self, node: ExpressionNode, *, rounded: bool = False) -> list[Range]:
        """Return the values that a formula may have, several if a label has; raise Unknown for a name without one."""
        if not node.names:
            return [evaluate(node, rounded=rounded, work=self.work)]
        names = _names(node)
        if self.inlinings < MOST_INLININGS and any(name in self.formulas and not self.of(name) for name in names):
            self.inlinings += 1
            node = self.algebra.inlined(node, self.of)
            names = _names(node)
        if not names:
            return [evaluate(node, rounded=rounded, work=self.work)]
        found = [self.of(name) for name in names]
        if not all(found):
            if (value := self.algebra.constant(node)) is not None:
                return [Range(value, value)]
            raise Unknown(names[[bool(values) for values in found].index(False)])
        readings: dict[Range, None] = {}
        for values in list(product(*found))[:MOST_READINGS]:
            of = dict(zip(names, values, strict=True)).__getitem__
            readings[evaluate(node, of, rounded=rounded, work=self.work)] = None
        return list(readings)

    def bound(self, node: ExpressionNode, labels: Mapping[str, Exact]) -> Range:
        """Return the value of a formula with these labels, and with the known values of other names."""
        return evaluate(node, lambda name: labels[name] if name in labels else self.of(name)[0], work=self.work)


def is_written_out(name: str) -> bool:
    """Return whether a name is a size in full, as configs have it: emb_dim."""
    return "_" in name and name in WRITTEN_OUT


def _names(node: ExpressionNode) -> list[str]:
    return sorted({name.text for name in node.names})


def _short(node: ExpressionNode) -> bool:
    return len(node.walk()) <= MOST_NODES


def values_in(derivation: Derivation, numbers: Container[Exact]) -> Values:
    """Return the values of names in a page of a derivation: its sizes and inputs, its parts, and totals that follow."""
    known = _values(derivation.model, by_each_convention(derivation), numbers)
    sizes, symbols = dict(known.sizes), dict(known.symbols)
    for name, size in derivation.inputs.sizes.items():
        for written in (name, SYMBOLS[name].spoken, _plain(SYMBOLS[name].letter)):
            sizes[written], symbols[written] = size, SYMBOLS[name]
    labels = dict(known.labels)
    for label, formula in {**_blocks(derivation), **totals(derivation)}.items():
        value = formula.value(derivation.sizes)
        if label in labels:
            labels[label] = (*labels[label], value)
        else:
            # No part is called so: it means this total, whatever number stands in its place.
            sizes[label] = value
    return Values(sizes, labels, symbols, derivation.definitions)


def _blocks(derivation: Derivation) -> dict[str, Formula]:
    """Return the blocks of the closed form, and the parts of layers, by their names in every language of a page."""
    blocks = (*closed_form(derivation).blocks, *chain.from_iterable(parts_of_layers(derivation)))
    found: dict[str, Formula] = {}
    for code in languages() if blocks else ():
        with speaking(code):
            found |= {translate(block.label): block.formula for block in blocks}
    return found


def values_of(model: Model | None, quantity: Quantity, numbers: Container[Exact]) -> Values:
    """Return the values of names for a model: its sizes under all their names, its parts under every convention.

    A part's label has its count as value only if that is among the document's `numbers`: otherwise it may be about
    something else.
    """
    if model is None:
        return Values()
    return _values(model, derive_each(model, quantity), numbers)


def _values(model: Model, derivations: Iterable[Derivation], numbers: Container[Exact]) -> Values:
    sizes: dict[str, Exact] = {}
    symbols: dict[str, Symbol] = {}
    for symbol in model.architecture.sizes:
        if symbol.name in model.sizes:
            others = (name for name, meant in PAPERS.items() if meant == symbol.name)
            for name in (symbol.name, *symbol.aliases, *others, symbol.spoken, _plain(symbol.letter)):
                sizes.setdefault(name, model.sizes[symbol.name])
                symbols.setdefault(name, symbol)
    return Values(sizes, _labels(derivations, numbers), symbols, model.definitions)


def _plain(letter: str) -> str:
    return letter.replace("{", "").replace("}", "")


def _labels(derivations: Iterable[Derivation], numbers: Container[Exact]) -> dict[str, tuple[Exact, ...]]:
    found: dict[str, dict[Exact, None]] = {}
    for derivation in derivations:
        for visit in derivation.root.walk():
            step = visit.step
            if step.repeat is not None:
                found.setdefault(f"one {step.name}", {})[step.each] = None
            found.setdefault(step.label, {})[step.value] = None
    said = {label: tuple(value for value in values if value in numbers) for label, values in found.items()}
    return {label: values for label, values in said.items() if values}
