"""What there is to learn from the numbers: what a layer is made of, and what twice the width does to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symbolic.formulas import algebra
from symbolic.formulas.formula import Formula, Negative, Number, Product, Quotient, Sum, Symbol, total
from symbolic.formulas.rational import Rational
from symbolic.formulas.vocabulary import emb_dim, n_heads, n_kv_groups
from symbolic.language import capitalised, translate
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Visit
from symbolic.pages.cells import Sentence
from symbolic.pages.listing import listed
from symbolic.pages.page import Items, Paragraph, Part, Section
from symbolic.pages.prose import Markup, Prose, plain
from symbolic.pages.sections.bought import bought, in_memory
from symbolic.pages.sections.matrices import MOST_STACKS, Stack, numbers, stacks_of
from symbolic.pages.sections.placed_figures import PlacedFigures

EXACT = 10**4
"""A ratio whose denominator divides this is printed with all its places."""
MOST_PARTS = 4
"""Of a layer with more parts that have matrices, these are counted together."""
WIDTHS = ("_dim", "_rank", "hidden_size", "intermediate_size", "ffn_size")
HEAD = "head_dim"


def insight(derivation: Derivation, prose: Prose) -> Iterator[Section]:
    """Yield the section, where the network has layers with matrices."""
    stacks = stacks_of(derivation)
    if 0 < len(stacks) <= MOST_STACKS:
        parts = (
            *squares(stacks, derivation, prose),
            *doubled(stacks, derivation, prose),
            *bought(derivation, prose),
            *in_memory(derivation, prose),
        )
        if parts:
            yield Section("insight", prose("insight_title"), parts)


def squares(stacks: Sequence[Stack], derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield how many squares of emb_dim × emb_dim the matrices of a layer are."""
    if emb_dim.name not in derivation.sizes or not all(map(_is_exact, _ratios(stacks, derivation))):
        return
    if len(stacks) == 1:
        yield Paragraph(_of_one(stacks[0], "insight_layer", derivation, prose))
        return
    figures = PlacedFigures(derivation)
    says = prose("insight_layers", width=figures.whole(emb_dim), square=figures.whole(_square()))
    yield figures.paragraph(says)
    yield Items(tuple((capitalised(one.name), _of_one(one, "insight_one", derivation, prose)) for one in stacks))


def _ratios(stacks: Sequence[Stack], derivation: Derivation) -> Iterator[Fraction]:
    """Yield how many squares the matrices of each part are."""
    square = Fraction(_square().value(derivation.sizes))
    for stack in stacks:
        for _part, found in stack.parts:
            yield Fraction(numbers(found).value(derivation.sizes)) / square


def _is_exact(ratio: Fraction) -> bool:
    """Return whether it is printed as it is: of one that is rounded there is nothing to learn."""
    return EXACT % ratio.denominator == 0


def _of_part(found: Sequence[Visit], figures: PlacedFigures) -> str:
    """Return how many squares the matrices of a part are: each, where there are several, and together."""
    together = figures.ratio(numbers(found), _square())
    each = [figures.ratio(visit.formula, _square()) for visit in found]
    return f"{' + '.join(each)} = {together} ({'; '.join(map(_name, found))})" if len(each) > 1 else together


def _name(visit: Visit) -> str:
    return plain(translate(visit.step.label))


def _square() -> Formula:
    return Product((emb_dim, emb_dim))


def _of_one(stack: Stack, block: str, derivation: Derivation, prose: Prose) -> Sentence:
    """Return the sentence about one layer: what its matrices hold, and how many squares they are."""
    figures, layer = PlacedFigures(derivation), stack.visit.step.one
    others = Sum((layer, Negative(stack.matrices)))
    of_parts = stack.parts if 1 < len(stack.parts) <= MOST_PARTS else ()
    parts = [f"{plain(translate(part.label))} {_of_part(found, figures)}" for part, found in of_parts]
    return figures.sentence(
        prose(
            block,
            layer=capitalised(stack.name),
            all=figures.whole(layer),
            others=figures.whole(others) if others.value(derivation.sizes) else "",
            width=figures.whole(emb_dim),
            square=figures.whole(_square()),
            parts=Markup(", ".join(parts)) if parts else "",
            squares=figures.ratio(stack.matrices, _square()),
            count=_coefficient(stack.matrices, derivation),
        )
    )


def _coefficient(formula: Formula, derivation: Derivation) -> int:
    """Return the 12 of a layer whose matrices have 12 d², whatever its sizes are; 0 where other sizes count too."""
    in_letters = algebra.primary(formula, derivation.definitions)
    if set(in_letters.symbols) != {emb_dim}:
        return 0
    found = Rational.of(Quotient(in_letters, _square())).factored()
    return found.number if isinstance(found, Number) and isinstance(found.number, int) else 0


def doubled(stacks: Sequence[Stack], derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield what becomes of the layers, and of all else, where every width is twice as large."""
    layers = algebra.primary(total(tuple(stack.visit.formula for stack in stacks)), derivation.definitions)
    rest = Sum((algebra.primary(derivation.root.formula, derivation.definitions), Negative(layers)))
    widths = _widths({*layers.symbols, *rest.symbols}, derivation)
    beside = rest.value(derivation.sizes)
    if not widths or not isinstance(beside, int) or beside <= 0:
        return
    figures = PlacedFigures(derivation)
    places: dict[str, str] = {}
    wide = [_twice(one, widths) for one in (layers, rest)]
    for name, before, after in zip(("layers", "rest"), (layers, rest), wide, strict=True):
        places[name], places[f"{name}_after"] = figures.whole(before), figures.whole(after)
        places[f"{name}_times"] = figures.ratio(after, before)
    whole = (Sum((layers, rest)), Sum(tuple(wide)))
    places["share"], places["share_after"] = figures.share(layers, whole[0]), figures.share(wide[0], whole[1])
    names = Markup(listed([f"`{one.name}`" for one in widths]))
    others = Markup(listed(_not_doubled(stacks, widths, derivation)))
    yield figures.paragraph(prose("insight_doubled", sizes=names, others=others, **places))


def _not_doubled(stacks: Sequence[Stack], widths: Sequence[Symbol], derivation: Derivation) -> list[str]:
    """Return the names of the matrices, each once, that have not both sides twice as long where the widths are."""
    grows = {axis: _is_doubled(axis, widths, derivation) for axis in {axis for stack in stacks for axis in stack.axes}}
    found = (visit for stack in stacks for _part, visits in stack.parts for visit in visits)
    kept = (one for one in found if one.step.weight and not all(grows[axis] for axis in one.step.weight.shape))
    return list(dict.fromkeys(map(_name, kept)))


def _widths(symbols: set[Symbol], derivation: Derivation) -> list[Symbol]:
    """Return the widths that a config gives, in its order; where heads have a width of their own, their number."""
    heads = any(HEAD in one.name for one in symbols)
    found = [one for one in symbols if one.scales and one.name.endswith(WIDTHS) and HEAD not in one.name]
    found += [one for one in (n_heads, n_kv_groups) if heads and one in symbols]
    order = list(derivation.sizes)
    return sorted(found, key=lambda one: order.index(one.name))


def _twice(formula: Formula, widths: Sequence[Symbol]) -> Formula:
    return formula.replace(
        lambda node: Product((Number(2), node)) if isinstance(node, Symbol) and node in widths else None
    )


def _is_doubled(axis: Formula, widths: Sequence[Symbol], derivation: Derivation) -> bool:
    """Return whether an axis is twice as long where the widths are, whatever the sizes are."""
    once = algebra.primary(axis, derivation.definitions)
    if isinstance(once, Symbol):
        return once in widths
    return Rational.of(_twice(once, widths)) == Rational.of(Product((Number(2), once)))
