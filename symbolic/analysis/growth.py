"""One design at every width: a total as a formula in emb_dim alone, beside the published models of its series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symbolic.analysis.terms import eventual
from symbolic.configs import models
from symbolic.formulas.formula import Exact, Formula, Number, Product, Quotient, Symbol, exact, product, total
from symbolic.formulas.rational import Rational
from symbolic.formulas.vocabulary import SYMBOLS, emb_dim, n_heads, n_kv_groups, n_layers
from symbolic.measuring.derivation import Derivation, derive

ASPECT = Symbol("aspect", "a", "how many times as wide as deep a model is: emb_dim / n_layers", "aspect ratio")
HEADS = frozenset({n_heads, n_kv_groups, SYMBOLS["linear_n_key_heads"], SYMBOLS["linear_n_value_heads"]})
FIXED = frozenset({"vocab_size", "context_length", "sliding_window", "image_size", "type_vocab_size", "word_embed_dim"})
"""Sizes that a wider model need not change; the width of one head is another."""


@dataclass(frozen=True, slots=True)
class Member:
    """A published model of the series: its total, and what the formula of the page's model gives at its width.

    `differs` are the sizes of the formula that are not to its width, or its depth, as those of the page's model are,
    each as it is here and there; `options` are those of its network that it has otherwise.
    """

    name: str
    title: str
    sizes: Mapping[str, int]
    total: int
    predicted: Fraction
    differs: Mapping[str, tuple[Fraction, Fraction]]
    options: tuple[str, ...]

    @property
    def aspect(self) -> Fraction:
        """Its width over its depth."""
        return Fraction(self.sizes["emb_dim"], self.sizes["n_layers"])


@dataclass(frozen=True, slots=True)
class Growth:
    """The total at a fixed shape, as a formula in emb_dim.

    `ratios` are the sizes that grow with emb_dim, each as a multiple of it; the depth is emb_dim over the aspect ratio,
    and the numbers of layers of the `kinds` are parts of it.
    """

    formula: Formula
    leading: Formula
    power: int
    aspect: Fraction
    ratios: Mapping[Symbol, Fraction]
    kept: tuple[Symbol, ...]
    series: str
    members: tuple[Member, ...]
    kinds: tuple[Symbol, ...] = ()

    def shape(self, sizes: Mapping[str, int]) -> dict[str, Fraction]:
        """Return what a model must share with the page's: its aspect ratio, other ratios, and what stays as it is."""
        wide, deep = sizes["emb_dim"], sizes["n_layers"]
        layers = {f"{one.name} / n_layers": Fraction(sizes[one.name], deep) for one in self.kinds}
        # Of two sizes the larger stands first: 128 numbers for a head are easier read than 0.0078 heads for a number.
        ratios = {
            f"emb_dim / {one.name}" if ratio < 1 else f"{one.name} / emb_dim": (
                Fraction(wide, sizes[one.name]) if ratio < 1 else Fraction(sizes[one.name], wide)
            )
            for one, ratio in self.ratios.items()
        }
        kept = {one.name: Fraction(sizes[one.name]) for one in self.kept if one.name in sizes}
        return {"emb_dim / n_layers": Fraction(wide, deep), **layers, **ratios, **kept}

    def at(self, width: Exact, sizes: Mapping[str, Exact]) -> Fraction:
        """Return the total at a width, which need not be a whole number of anything."""
        return Fraction(self.formula.value({**sizes, ASPECT.name: self.aspect, emb_dim.name: width}))


def growth(derivation: Derivation) -> Growth | None:
    """Return the growth along a series at this model's shape; None where nothing has a width or a depth."""
    closed, sizes = derivation.general_form, derivation.sizes
    if emb_dim not in closed.symbols or n_layers not in closed.symbols:
        return None
    smooth = eventual(closed, emb_dim)
    aspect = Fraction(sizes["emb_dim"], sizes["n_layers"])
    ratios = {symbol: Fraction(sizes[symbol.name], sizes["emb_dim"]) for symbol in smooth.symbols if _grows(symbol)}
    depth = emb_dim / ASPECT

    def change(node: Formula) -> Formula | None:
        if node == n_layers:
            return depth
        if isinstance(node, Symbol) and node in ratios:
            if "layers" in node.name:
                return Product((Number(exact(Fraction(sizes[node.name], sizes["n_layers"]))), depth))
            return Product((Number(exact(ratios[node])), emb_dim))
        return None

    here = {**sizes, ASPECT.name: aspect}
    formula = {power: part for power, part in _by_power(smooth.replace(change)).items() if part.value(here)}
    power = max(formula)
    kept = tuple(symbol for symbol in smooth.symbols if symbol not in ratios and symbol not in (emb_dim, n_layers))
    whole = _whole(formula)
    kinds = tuple(symbol for symbol in ratios if "layers" in symbol.name)
    ratios = {symbol: ratio for symbol, ratio in ratios.items() if symbol not in kinds}
    found = Growth(whole, _whole({power: formula[power]}), power, aspect, ratios, kept, "", (), kinds)
    series, members = models.series(derivation.model)
    return replace(found, series=series, members=tuple(_member(bundled, derivation, found) for bundled in members))


def _member(bundled: models.Bundled, derivation: Derivation, found: Growth) -> Member:
    # The members are compared at one training, not each at its own.
    model = replace(bundled.model(), training=derivation.model.training)
    total = derive(model, derivation.quantity, derivation.convention, derivation.inputs.given).total
    predicted = found.at(model.sizes["emb_dim"], derivation.sizes)
    here = derivation.model
    shapes = [found.shape(sizes) for sizes in (here.sizes, model.sizes)]
    differs = {name: (one, shapes[1][name]) for name, one in shapes[0].items() if shapes[1][name] != one}
    options = tuple(
        option.name for option in here.shown_options if model.options[option.name] != here.options[option.name]
    )
    return Member(bundled.name, bundled.title, model.sizes, total, predicted, differs, options)


def _grows(symbol: Symbol) -> bool:
    if symbol in (emb_dim, n_layers) or symbol.name in FIXED or "head_dim" in symbol.name:
        return False
    return symbol in HEADS or symbol.scales


def _by_power(formula: Formula) -> dict[int, Formula]:
    # The aspect ratio is no size of a model, so the field of rational functions sees it as the depth's stand-in.
    def hidden(node: Formula) -> Formula | None:
        return n_layers if node == ASPECT else None

    def shown(node: Formula) -> Formula | None:
        return ASPECT if node == n_layers else None

    powers = Rational.of(formula.replace(hidden)).powers(emb_dim)
    return {power: part.replace(shown) for power, part in powers.items()}


def _whole(powers: Mapping[int, Formula]) -> Formula:
    terms: list[Formula] = []
    for power, coefficient in powers.items():
        raised = emb_dim if power == 1 else emb_dim ** Number(power)
        if power == 0:
            terms.append(coefficient)
        elif coefficient == Number(1):
            terms.append(raised)
        else:
            top, bottom = (
                (coefficient.numerator, coefficient.denominator)
                if isinstance(coefficient, Quotient)
                else (coefficient, None)
            )
            factors = () if top == Number(1) else top.factors if isinstance(top, Product) else (top,)
            term = product((*factors, raised))
            terms.append(term if bottom is None else Quotient(term, bottom))
    return total(tuple(terms))
