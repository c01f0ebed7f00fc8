"""Slips in one line of a derivation, whichever it is: a part left out or counted twice, one size taken for another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import NamedTuple

from symbolic.errors import ConfigError
from symbolic.formulas.formula import Formula, Number, Product, Sum, Symbol, total
from symbolic.formulas.shown import Labelled
from symbolic.handouts.from_derivation import in_short, sizes_used
from symbolic.handouts.siblings import Walked, walk
from symbolic.language import lazy as _
from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.measuring.step import Step
from symbolic.pages.prose import Prose

LEAST_LEFT = 2
"""A sum of names that has fewer terms left is none, which anybody sees."""
FAR = 8
"""A size that is more times as large as another is not taken for it."""
COUNTS = frozenset({"layers", "depth", "depths", "heads", "groups", "experts"})
WIDTHS = frozenset({"dim", "rank", "hidden", "intermediate", "ffn"})
"""Words in the names of sizes, of configs too."""


class WrongLine(NamedTuple):
    """A slip in a line: its name, what completes "The line …", all lines with it, and the total that they lead to."""

    name: str
    says: str
    lines: tuple[Walked, ...]
    total: int


def slips(derivation: Derivation, place: int, random: Random, say: Prose) -> Iterator[WrongLine]:
    """Yield slips in the line at a place, in any order; all later lines carry them on."""
    above, asked = list(in_short(derivation.root))[place]
    step, sizes = asked.step, _Sizes(derivation)
    changes = list(_of_repeat(step, sizes, say)) if asked.repeats else list(_of_line(step, sizes, say))
    random.shuffle(changes)
    for name, says, changed in changes:
        try:
            root = _carried(above, step, sizes.measured(changed), sizes)
        except ConfigError:
            # A size in the place of a divisor leaves a fraction of a byte, which nobody writes.
            continue
        yield WrongLine(name, says, walk(derivation, root), root.value)


class _Sizes:
    """The sizes that a sheet gives, and what steps come to with them."""

    def __init__(self, derivation: Derivation) -> None:
        given = sizes_used(derivation)
        self.derivation = derivation
        self.symbols = [one for one in derivation.model.architecture.sizes if one.name in given]

    def others(self, symbol: Symbol) -> Iterator[Symbol]:
        """Yield the sizes that one may be mixed up with: of the same kind, another number, and neither far larger."""
        size, kind = self.derivation.sizes[symbol.name], _kind(symbol)
        for other in self.symbols:
            taken = self.derivation.sizes[other.name]
            if kind and kind == _kind(other) and taken not in (size, 1) and size <= FAR * taken <= FAR * FAR * size:
                yield other

    def measured(self, step: Step) -> Step:
        """Return a step with the values of its formulas."""
        sizes = self.derivation.sizes
        times = 1 if step.repeat is None else step.repeat.value(sizes)
        return replace(step, each=integer_value(step.one, sizes), value=integer_value(step.formula, sizes), times=times)


def _kind(symbol: Symbol) -> str:
    """Return whether a size is a width or a count of layers or of parts of one; "" of any other.

    Nobody takes bytes, tokens, a vocabulary, classes, or the pixels of an image for a size of a layer.
    """
    words = symbol.name.rstrip("_0123456789").split("_")
    if symbol.unit or symbol.of_run:
        return ""
    return "count" if words[-1] in COUNTS else "width" if WIDTHS.intersection(words) else ""


Change = tuple[str, str, Step]


def _of_repeat(step: Step, sizes: _Sizes, say: Prose) -> Iterator[Change]:
    """Yield what goes wrong where a block is multiplied by how often it is built."""
    if step.repeat is not None:
        yield _("one too few"), say("slip_fewer", part=translate(step.name)), replace(step, repeat=step.repeat - 1)
        for size, other, repeat in _mixed(step.repeat, sizes):
            says = say("slip_size", size=size.name, other=other.name, part=translate(step.label))
            yield _("a size mixed up"), says, replace(step, repeat=repeat)


def _of_line(step: Step, sizes: _Sizes, say: Prose) -> Iterator[Change]:
    """Yield what goes wrong where a part, or a sum of parts, is worked out."""
    terms = step.one.terms if isinstance(step.one, Sum) else (step.one,)
    named = [term for term in terms if isinstance(term, Labelled)]
    in_names = not step.number or (step.repeat is not None and len(step.steps) > 1)
    for index, term in enumerate(terms):
        part = translate(term.label) if len(named) == len(terms) > 1 and isinstance(term, Labelled) else ""
        others = (terms[:index], terms[index + 1 :])
        if part and len(terms) > (LEAST_LEFT if in_names else 1):
            says = say("slip_left_out", part=part)
            yield _("a part forgotten"), says, replace(step, one=total((*others[0], *others[1])))
        if part and not in_names:
            twice = Product((Number(2), term))
            says = say("slip_twice", part=part)
            yield _("a part counted twice"), says, replace(step, one=total((*others[0], twice, *others[1])))
        if not in_names:
            for size, other, mixed in _mixed(term, sizes):
                says = say("slip_size", size=size.name, other=other.name, part=part or translate(step.label))
                yield _("a size mixed up"), says, replace(step, one=total((*others[0], mixed, *others[1])))


def _mixed(formula: Formula, sizes: _Sizes) -> Iterator[tuple[Symbol, Symbol, Formula]]:
    """Yield a formula with another size in the place of one: which, by which, and the formula."""
    for place, size in enumerate(node for node in formula.walk() if isinstance(node, Symbol)):
        for other in sizes.others(size):
            yield size, other, _with(formula, place, other)


def _with(formula: Formula, place: int, other: Symbol) -> Formula:
    """Return a formula with another symbol at one place of those that have symbols."""
    seen = -1

    def change(node: Formula) -> Formula | None:
        nonlocal seen
        if not isinstance(node, Symbol):
            return None
        seen += 1
        return other if seen == place else node

    return formula.replace(change)


def _carried(above: tuple[Step, ...], old: Step, new: Step, sizes: _Sizes) -> Step:
    """Return the root with a step in another's place, and its results in all sums around it."""
    for around in reversed(above):
        one = around.one.replace(lambda node, old=old, new=new: _in_place(node, old, new))  # type: ignore[misc]
        steps = tuple(new if step is old else step for step in around.steps)
        old, new = around, sizes.measured(replace(around, one=one, steps=steps))
    return new


def _in_place(node: Formula, old: Step, new: Step) -> Formula | None:
    """Return a step's new result, by its name, in the place of the old; None for any other part of a sum."""
    if not isinstance(node, Labelled):
        return None
    return Labelled(node.label, new.formula) if (node.label, node.formula) == (old.label, old.formula) else node
