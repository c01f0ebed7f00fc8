"""Other models of the family on a sheet: their sizes in a sentence, and their derivation in short, a line a part."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Formula, total
from symbolic.formulas.shown import Labelled
from symbolic.handouts.from_derivation import Asked, in_short, sizes_used, unit
from symbolic.language import One, capitalised, translate
from symbolic.language import lazy as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Step
from symbolic.pages.listing import listed
from symbolic.pages.page import Entry, Equation
from symbolic.pages.rendering.text_notation import Text


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

    def entry(self, id: str, number: str = "") -> Entry:
        """Return the line under its name."""
        return Entry(number, id, capitalised(translate(self.name)), "", (self.equation,), (), None)


def worked(derivation: Derivation, id: str) -> tuple[Entry, ...]:
    """Return the short derivation of a model, each line under its name; one that two kinds of layer have, once."""
    alike: dict[tuple[str, str, Formula], list[Walked]] = {}
    for line in walk(derivation):
        *_, key, copies = line.place
        alike.setdefault((key, copies, line.equation.formula), []).append(line)
    return tuple(
        replace(same[0], name=listed([line.name for line in same])).entry(f"worked-{id}-{place}")
        for place, same in enumerate(alike.values())
    )


def sizes_of(derivation: Derivation) -> str:
    """Return every size that the quantity depends on, itself or through another, as markup."""
    used = sizes_used(derivation)
    shown = (f"`{name}`\u00a0=\u00a0{grouped(size)}" for name, size in derivation.sizes.items() if name in used)
    return ", ".join(shown) + "."


def walk(derivation: Derivation, root: Step | None = None) -> tuple[Walked, ...]:
    """Return a line for each part of a layer, for a layer, for all layers, for each other part, and for the total.

    Those of `root`, where its steps were changed.
    """
    found = tuple(_walked(above, asked, derivation) for above, asked in in_short(root or derivation.root))
    often = Counter(line.name for line in found)
    # Two kinds of layer have parts of the same names.
    return tuple(
        replace(line, name=f"{translate(line.name)} ({translate(line.part)})") if often[line.name] > 1 else line
        for line in found
    )


def _walked(above: tuple[Step, ...], asked: Asked, derivation: Derivation) -> Walked:
    step = asked.step
    keys = (*(one.key for one in above), step.key, "all" if asked.repeats else "one")
    part = (*above[1:], step)[0].name if above else ""
    one = step.repeat is not None and not asked.repeats
    name = _("total") if not above else One(step.name) if one else step.label
    word, sizes = unit(derivation), derivation.sizes
    return Walked(keys, part, name, Equation(asked.line.formula, asked.line.value, unit=word, sizes=sizes))
