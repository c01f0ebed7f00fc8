"""Questions to try: what grows where one size of the configuration does, with answers that are made from the tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice

from symbolic.formulas import algebra
from symbolic.formulas.formula import Formula, Negative, Number, Product, Sum, Symbol, total
from symbolic.formulas.rational import Rational
from symbolic.formulas.vocabulary import (
    context_length,
    head_dim,
    hidden_dim,
    n_experts,
    n_heads,
    n_kv_groups,
    n_layers,
    vocab_size,
)
from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Step, Visit
from symbolic.networks.blocks import Weight
from symbolic.networks.walks import leaves
from symbolic.pages.cells import Sentence
from symbolic.pages.listing import listed
from symbolic.pages.page import Folded, Paragraph, Part, Section
from symbolic.pages.prose import Markup, Prose, plain
from symbolic.pages.sections.active import active_of
from symbolic.pages.sections.placed_figures import PlacedFigures

MOST, MOST_PARTS = 3, 4
"""So many questions are asked, about sizes that so many kinds of part have."""
ASKED = (vocab_size, n_experts, n_heads, n_kv_groups, context_length, n_layers, hidden_dim)
"""The sizes that are asked about, those that teach most first."""


def questions(derivation: Derivation, prose: Prose) -> Iterator[Section]:
    """Yield the section, where all parameters are counted and the network has sizes to ask about."""
    if derivation.convention != derivation.quantity.default:
        return
    asked = (parts for size in ASKED for parts in _asked(size, derivation, prose))
    if parts := tuple(part for question in islice(asked, MOST) for part in question):
        yield Section("questions", prose("questions_title"), (Paragraph(prose("questions_lead")), *parts))


def _asked(size: Symbol, derivation: Derivation, prose: Prose) -> Iterator[tuple[Part, ...]]:
    """Yield a question about a size that the config gives, and its answer; nothing where it has no short answer."""
    if size.name not in derivation.sizes or size in derivation.definitions or not _can_grow(size, derivation):
        return
    grown = list(_grown(derivation.general, size, derivation))
    added = _added(grown, size, derivation)
    # Where heads share the width, more of them are narrower: what they lead to is no growth, but that is worth knowing.
    narrower = _narrower(size, derivation)
    if added == Number(0):
        if not (narrower if grown else _in_no_weight(size, derivation)):
            return
        says = Sentence(prose("questions_none", size=_called(size), narrower=narrower), ())
    elif not narrower and len(_names(grown)) <= MOST_PARTS and added.value(derivation.sizes) > 0:
        says = _growth(size, grown, added, derivation, prose)
    else:
        return
    question = prose("questions_asked", size=_called(size), more=size is n_layers)
    yield Paragraph(question), Folded(prose("questions_answer"), (Paragraph(says),), printed=True)


def _growth(size: Symbol, grown: Sequence[Visit], added: Formula, derivation: Derivation, prose: Prose) -> Sentence:
    """Return which parts grow, by how many parameters, and how many of those work on one token."""
    figures, working = PlacedFigures(derivation), ""
    active = active_of(derivation) if size is n_experts else None
    if active is not None:
        working = figures.whole(_added(list(_grown(active.general, size, active)), size, active))
    return figures.sentence(
        prose(
            "questions_grows",
            parts=Markup(listed(_names(grown))),
            added=figures.whole(added),
            share=figures.share(added, derivation.general.formula),
            working=working,
        )
    )


def _names(grown: Sequence[Visit]) -> list[str]:
    return list(dict.fromkeys(plain(translate(visit.step.label)) for visit in grown))


def _in_no_weight(size: Symbol, derivation: Derivation) -> bool:
    """Return whether no weight has the size in its shape, be it counted or not, and no block is there so many times."""
    found = [leaf for leaf in leaves(derivation.model.network) if isinstance(leaf.part, Weight)]
    axes = {axis for leaf in found for axis in (*leaf.weight.shape, *(block.repeat for block in leaf.path))}
    return not any(_has(axis, size, derivation) for axis in axes)


def _can_grow(size: Symbol, derivation: Derivation) -> bool:
    """Return whether sizes that follow from it are whole where it is larger, and query heads share those of keys."""
    larger = {**derivation.sizes, size.name: int(_larger(size).value(derivation.sizes))}
    followed = (algebra.primary(formula, derivation.definitions) for formula in derivation.definitions.values())
    if any(Fraction(one.value(larger)).denominator != 1 for one in followed if size in one.symbols):
        return False
    return size is not n_kv_groups or (n_heads.name in larger and larger[n_heads.name] % larger[size.name] == 0)


def _grown(above: Step, size: Symbol, derivation: Derivation) -> Iterator[Visit]:
    """Yield the largest parts that have the size: a block where it says how many there are, else a weight."""
    yield from _grown_of((above,), size, derivation)


def _grown_of(above: tuple[Step, ...], size: Symbol, derivation: Derivation) -> Iterator[Visit]:
    for step in above[-1].steps:
        if not step.value:
            continue
        if _has(step.repeat, size, derivation) or not step.steps:
            if _has(step.formula, size, derivation):
                yield Visit(step, above)
        else:
            yield from _grown_of((*above, step), size, derivation)


def _has(formula: Formula | None, size: Symbol, derivation: Derivation) -> bool:
    return formula is not None and size in algebra.primary(formula, derivation.definitions).symbols


def _added(grown: Sequence[Visit], size: Symbol, derivation: Derivation) -> Formula:
    """Return what is added where the size is larger, in lowest terms."""
    before = algebra.primary(total(tuple(visit.formula for visit in grown)), derivation.definitions)
    after = before.replace(lambda node: _larger(size) if node == size else None)
    return Rational.of(Sum((after, Negative(before)))).factored()


def _larger(size: Symbol) -> Formula:
    return Sum((size, Number(1))) if size is n_layers else Product((Number(2), size))


def _narrower(size: Symbol, derivation: Derivation) -> bool:
    """Return whether heads are narrower where there are more of them."""
    return size is n_heads and _has(derivation.definitions.get(head_dim), n_heads, derivation)


def _called(size: Symbol) -> Markup:
    return Markup(f"`{size.name}`")
