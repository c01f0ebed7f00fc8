"""Other models of the family on a sheet: their sizes in a sentence, and their derivation in short, a line a part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Formula, Labelled, total
from symbolic.handouts.asked import unit, unlabelled
from symbolic.language import lazy as _
from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Step
from symbolic.pages.page import Equation
from symbolic.pages.rendering.notation import Text


@dataclass(frozen=True, slots=True)
class Walked:
    """A line of a short derivation: its place in the tree by keys, its name, the part it is in, its equation."""

    place: tuple[str, ...]
    part: str
    name: str
    equation: Equation

    @property
    def own(self) -> tuple[str, str]:
        """Return the line by itself, in names and in numbers; results carried from other lines are left out."""
        labels = self.equation.formula.replace(
            lambda node: Labelled(node.label, total(())) if isinstance(node, Labelled) else None
        )
        return Text()(labels), Text(sizes=self.equation.sizes)(labels)


def sizes_of(derivation: Derivation) -> str:
    """Return every size that the quantity depends on, as markup."""
    used = {symbol.name for symbol in unlabelled(derivation.root.formula).symbols}
    shown = (f"`{name}`\u00a0=\u00a0{grouped(size)}" for name, size in derivation.sizes.items() if name in used)
    return ", ".join(shown) + "."


def walk(derivation: Derivation) -> tuple[Walked, ...]:
    """Return a line for each part of a layer, for a layer, for all layers, for each other part, and for the total."""
    found = tuple(_walk(derivation.root, derivation, (), ""))
    often = Counter(line.name for line in found)
    # Two kinds of layer have parts of the same names.
    return tuple(
        replace(line, name=f"{translate(line.name)} ({translate(line.part)})") if often[line.name] > 1 else line
        for line in found
    )


def _walk(step: Step, derivation: Derivation, above: tuple[str, ...], part: str) -> Iterator[Walked]:
    if not step.value:
        return
    place = (*above, step.key)
    opens = not above or (step.repeat is not None and len(step.steps) > 1)
    if opens:
        for below in step.steps:
            yield from _walk(below, derivation, place, part or below.name)
    formula: Formula = step.one if opens else unlabelled(step.one)
    name = _("total") if not above else step.label if step.repeat is None else _("one {name}", name=step.name)
    word, sizes = unit(derivation), derivation.sizes
    yield Walked((*place, "one"), part, name, Equation(formula, step.each, unit=word, sizes=sizes))
    if step.repeat is not None:
        yield Walked(
            (*place, "all"),
            part,
            step.label,
            Equation(step.formula, step.value, unit=word, sizes=sizes),
        )
