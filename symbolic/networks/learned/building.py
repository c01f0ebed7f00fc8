"""What is known and found while a tree of blocks is built from a description."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from typing import Any

from symbolic.errors import shown
from symbolic.formulas.formula import Formula, Negative, Number, Power, Product, Quotient, Sum, Symbol
from symbolic.formulas.functions import Ceiling, Floor
from symbolic.formulas.vocabulary import (
    batch_size,
    context,
    image_height,
    image_width,
    images,
    of_key,
    target_tokens,
    tokens,
)
from symbolic.language import lazy as _
from symbolic.language import plural
from symbolic.networks.learned.description import Tensor
from symbolic.networks.learned.kinds_of_layer import named
from symbolic.networks.learned.looking_up import LETTERS, look_up, ratio
from symbolic.networks.learned.naming import meaning_of_item, meaning_of_key
from symbolic.networks.learned.roles import LAYER_NAME
from symbolic.networks.learned.rounding import Divisible, Rest, Rounded
from symbolic.networks.learned.values import Undefined

OF_RUN: Mapping[str, Symbol] = {
    one.name: one for one in (batch_size, tokens, target_tokens, context, images, image_height, image_width)
}
"""Names in the formulas of what a forward pass does that are no keys of a config."""
NOTHING: Mapping[str, Formula] = {}
WORKED_OUT = _("what the code works out from other sizes")


class Building:
    """What is known while a tree is built, and what it finds: the value of each symbol, and the numbers of kinds."""

    def __init__(
        self,
        values: Mapping[str, Any],
        symbols: Mapping[str, Symbol],
        chosen: Mapping[str, Formula] = NOTHING,
        causal: bool = True,
        worked_out: frozenset[str] = frozenset(),
        *,
        traced: bool = False,
    ) -> None:
        self.values, self.symbols, self.chosen = values, symbols, chosen
        self.causal, self.worked_out, self.traced = causal, worked_out, traced
        self.sizes: dict[str, int] = {}
        self.used: dict[Symbol, str] = {}
        self.counts: dict[Symbol, int] = {}
        self.multiples: list[tuple[Formula, Formula]] = []
        self.at_most: list[tuple[Formula, Formula]] = []
        self.written_out: set[Symbol] = set()

    def formula(self, raw: Formula, place: Mapping[str, int]) -> Formula:
        """Return a description's formula in our symbols; the layer's number, shares and lengths as numbers."""

        def change(node: Formula) -> Formula | None:
            if isinstance(node, Symbol):
                return self.symbol(node.name, place)
            if isinstance(node, Power):
                base, exponent = self.formula(node.base, place), self.formula(node.exponent, place)
                # A stage's number, or how many there are, is a number here; so is two to the power of it.
                known = exponent if exponent.symbols else Number(exponent.value({}))
                made = Power(base, known)
                return made if made.symbols else Number(made.value({}))
            if isinstance(node, Product | Sum):
                return _plain(node.rebuilt(tuple(self.formula(part, place) for part in node.children)))
            if isinstance(node, Rounded):
                return self.rounded(self.formula(node.part, place))
            if isinstance(node, Divisible):
                return self.divisible(*(self.formula(part, place) for part in node.children))
            if isinstance(node, Rest):
                left, right = self.formula(node.left, place), self.formula(node.right, place)
                return Sum((left, Negative(right * Floor(Quotient(left, right)))))
            if isinstance(node, Floor) and isinstance(node.part, Quotient):
                return self.quotient(
                    self.formula(node.part.numerator, place), self.formula(node.part.denominator, place)
                )
            return None

        return raw.replace(change)

    def known(self, raw: Formula, said: Mapping[str, Any]) -> Formula | None:
        """Return a description's formula in the sizes that the tree has, with numbers for all others; None without."""
        symbols = {name: symbol for symbol, name in self.used.items()}
        known = {**said, **self.values}
        values = {name: look_up(name, known) for name in {symbol.name for symbol in raw.symbols} - symbols.keys()}
        if not all(isinstance(value, int) for value in values.values()):
            return None
        return raw.replace(
            lambda node: (symbols.get(node.name) or Number(values[node.name])) if isinstance(node, Symbol) else None
        )

    def shape(self, tensor: Tensor, place: Mapping[str, int]) -> tuple[Formula, ...]:
        """Return the axes of a tensor; Undefined where sizes that contradict each other make one of them negative."""
        axes = tuple(self.formula(axis, place) for axis in tensor.axes)
        for axis in axes:
            if not isinstance(axis, Symbol | Number) and (length := axis.value(self.sizes)) < 0:
                raise Undefined(f"{tensor.name} would have an axis of {length} with these sizes")
        return axes

    def quotient(self, above: Formula, below: Formula) -> Formula:
        """Return the quotient rounded down, or the plain quotient where it comes out even, which then must stay so."""
        of_run = [any(symbol.of_run for symbol in one.symbols) for one in (above, below)]
        # What hangs on a run, such as the number of its chunks, has no number before the run is given.
        if not of_run[1] and not below.value(self.sizes):
            names = ", ".join(symbol.name for symbol in below.symbols)
            raise Undefined(f"{names or 'what divides another size'} is 0 and divides another size; give a larger one")
        if isinstance(above, Number) and isinstance(below, Number):
            return Number(above.number // below.number)
        if any(of_run):
            return Floor(Quotient(above, below))
        if Fraction(above.value(self.sizes)) % Fraction(below.value(self.sizes)) == 0:
            if (above, below) not in self.multiples:
                self.multiples.append((above, below))
            return Quotient(above, below)
        return Floor(Quotient(above, below))

    def rounded(self, part: Formula) -> Formula:
        """Return the nearest whole number, of two the even one; the part itself where it is whole."""
        value = Fraction(part.value(self.sizes))
        if value.denominator == 1:
            return part
        half = Number(Fraction(1, 2))
        up = Floor(Sum((part, half)))
        return up if up.value(self.sizes) == round(value) else Ceiling(Sum((part, Negative(half))))

    def divisible(self, part: Formula, by: Formula, least: Formula) -> Formula:
        """Return the multiple of `by` that code of convnets makes of a number of channels."""
        value = Divisible(part, by, least).value(self.sizes)
        if part.value(self.sizes) == value:
            return part
        near = by * Floor(Sum((Quotient(part, by), Number(Fraction(1, 2)))))
        found = (near, least, near + by, least + by)
        return next(one for one in found if one.value(self.sizes) == value)

    def symbol(self, name: str, place: Mapping[str, int]) -> Formula:
        """Return what a name stands for."""
        if name in LETTERS and name in place:
            return Number(place[name])
        if name in OF_RUN and name not in self.values:
            return OF_RUN[name]
        value = look_up(name, {**self.values, **place})
        if isinstance(value, float) and isfinite(value):
            return Number(ratio(value))
        _function, counts, listed = name.removesuffix(")").partition("(")
        if counts and not isinstance(value, int):
            raise Undefined(f"{listed} must be a list, got {look_up(listed, self.values)!r}")
        if isinstance(value, bool) or counts:
            return Number(int(value))
        if not isinstance(value, int):
            raise Undefined(f"{name} must be a whole number, got {value!r}")
        if name.endswith("]"):
            name = self.placed(name, place)
            worked_out = name.partition("[")[0] in self.worked_out
            made = of_key(name, WORKED_OUT if worked_out else meaning_of_item(name))
        else:
            known = meaning_of_key(name, WORKED_OUT) if name in self.worked_out else ""
            made = self.symbols[name] if name in self.symbols else of_key(name, known)
        self.sizes[made.name] = value
        self.used.setdefault(made, name)
        return made

    def active(self, repeat: Formula) -> Formula | None:
        """Return how many of so many experts work on a token, as their own part of the config says; None without.

        Undefined where the key that says it has no number: a class builds such a network, and can't run it.
        """
        parts = [self.used[one].rpartition(".")[0] for one in repeat.symbols if one in self.used]
        raw = next((self.chosen[part] for part in parts if part in self.chosen), next(iter(self.chosen.values()), None))
        values = {one.name: look_up(one.name, self.values) for one in raw.symbols} if raw is not None else {}
        unsaid = next((name for name, value in values.items() if not isinstance(value, int)), "")
        if unsaid and not self.traced:
            raise Undefined(
                f"the network has experts, and {unsaid} does not say how many of them work on a token: it is "
                f"{shown(values[unsaid])}; give a whole number"
            )
        if raw is None or unsaid:
            return None
        chosen = self.formula(raw, {})
        if chosen.value(self.sizes) > repeat.value(self.sizes):
            names = " and ".join(f"{name} {value}" for name, value in values.items())
            raise Undefined(f"{names} chooses more experts than the {repeat.value(self.sizes)} that there are")
        if chosen.symbols and (chosen, repeat) not in self.at_most:
            self.at_most.append((chosen, repeat))
        return chosen

    def count(self, word: str, number: int) -> Symbol:
        """Return the symbol for how many layers of a kind there are; a stack with another number has one of its own."""
        name = f"n_{word}_layers".replace(" ", "_").replace("-", "_")
        more = 1
        while self.sizes.get(own := f"{name}_{more}" if more > 1 else name, number) != number:
            more += 1
        layers = plural(named(word, LAYER_NAME))
        symbol = of_key(own, _("how many {layers} there are", layers=layers), _("number of {layers}", layers=layers))
        self.sizes[symbol.name] = self.counts[symbol] = number
        return symbol

    def placed(self, name: str, place: Mapping[str, int]) -> str:
        """Return the name of an item of a list with its place in numbers: `depths[i-1]` -> `depths[2]`."""
        key, _, at = name[:-1].rpartition("[")
        if key.endswith("]"):
            key = self.placed(key, place)
        spot = place[at[0]] + int(at[1:] or 0) if at[0] in LETTERS else int(at)
        return f"{key}[{spot if spot >= 0 else len(look_up(key, self.values)) + spot}]"


def _plain(made: Sum | Product) -> Formula:
    """Return a sum without zeros and a product without ones, which a stage's number makes of formulas."""
    if not made.symbols:
        return Number(made.value({}))
    if isinstance(made, Sum):
        left = tuple(term for term in made.terms if not (isinstance(term, Number) and not term.number))
        first = left[0]
        if len(left) > 1 or isinstance(first, Negative):
            return Sum(left)
        return first
    if any(isinstance(factor, Number) and not factor.number for factor in made.factors):
        return Number(0)
    factors = tuple(factor for factor in made.factors if not (isinstance(factor, Number) and factor.number == 1))
    return factors[0] if len(factors) == 1 else Product(factors)
