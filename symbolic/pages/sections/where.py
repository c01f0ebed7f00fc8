"""Where a total is: the formula in a line, a bar of its parts, a table of them, and of every weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from symbolic.formulas.figures import percent
from symbolic.formulas.formula import Exact, Formula, Number, Symbol
from symbolic.formulas.shown import Labelled
from symbolic.language import capitalised, translate
from symbolic.language import gettext as _
from symbolic.measuring.closed_form import closed_form
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.measuring.step import Step
from symbolic.networks.family import MODEL_CLASS
from symbolic.pages.cells import Cell, Derived, Sentence, Share, place_of
from symbolic.pages.colours import side_by_side
from symbolic.pages.page import Folded, Paragraph, Part, Relation, Section, Table
from symbolic.pages.pictures import Bar
from symbolic.pages.prose import Markup, Prose, plain
from symbolic.pages.sections.steps import anchor, content_of, shape_of, share_of, whole_of

MOST_LETTERS = 28
"""Letters and numbers of a closed form that still is a line."""
MOST_NAMES = 12
"""A formula of more names than these is none to take in at the top."""
NEARLY_ALL = Fraction(95, 100)
"""A part with such a share leaves nothing to see of the others in a bar."""


def where(derivation: Derivation, prose: Prose, full: bool = True) -> Iterator[Section]:
    """Yield the section with a bar and a table of the parts, all layers together; each row leads to its step.

    A single part is the whole: a table would say nothing, nor would a bar with hardly more than one part.
    """
    parts, names = named_parts(derivation)
    table = _parts_table(parts, names, derivation, prose)
    several = len(parts) > 1
    drawn = several and max(part.step.share for part in parts) < NEARLY_ALL
    shown = (
        *_in_one_line(derivation, prose),
        *((_bar(derivation, prose),) if drawn else ()),
        *((table,) if several else ()),
        *((Paragraph(prose("where", drawn=drawn), tone="note"),) if several else ()),
        *(_active(derivation, prose) if full else ()),
        *(_weights(derivation) if full else ()),
    )
    if shown:
        yield Section("where", prose("where_title", unit=derivation.unit), shown)


def _bar(derivation: Derivation, prose: Prose) -> Bar:
    """Return the bar of the parts, all layers together."""
    parts, names = named_parts(derivation)
    shares = ", ".join(f"{name} {percent(part.step.share)}" for name, part in zip(names, parts, strict=True))
    return Bar(
        tuple(
            (name, whole_of(part.step, derivation), share_of(part.step, derivation))
            for name, part in zip(names, parts, strict=True)
        ),
        prose("where_alt", count=len(parts), parts=shares),
        tuple(side_by_side(part.step.role for part in parts)),
    )


def _active(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the bar of what works on one token, where that is less than all."""
    conventions = derivation.quantity.conventions
    if derivation.quantity.name != "parameters" or derivation.convention != derivation.quantity.default:
        return
    active = derivation.counted_as(conventions["active"])
    if active.total < derivation.total:
        total = Derived(active.total, active.general.formula)
        yield Paragraph(Sentence(prose("where_active", active=place_of(0)), (total,)))
        yield _bar(active, prose)
        without = derivation.counted_as(conventions["active-without-lookup"])
        if without.total < active.total:
            rest = Derived(without.total, without.general.formula)
            yield Paragraph(Sentence(prose("where_without", without=place_of(0)), (rest,)))


def _in_one_line(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the closed form in letters, and what the letters stand for, where that is one line."""
    form = closed_form(derivation)
    ends = [node for node in _outside_names(form.whole) if isinstance(node, Labelled) or not node.children]
    own = list(dict.fromkeys(node for node in ends if isinstance(node, Symbol)))
    whole = all(isinstance(derivation.sizes[symbol.name], int) for symbol in own)
    named = list(dict.fromkeys(node for node in ends if isinstance(node, Labelled)))
    if len(ends) > MOST_LETTERS or len(own) + len(named) > MOST_NAMES or derivation.several is not None or not whole:
        return
    yield Relation((("", form.whole),))
    stands = [f"${symbol.name}$\u00a0=\u00a0{place_of(place)} (`{symbol.name}`)" for place, symbol in enumerate(own)]
    stands += [f"{plain(translate(name.label))} = {place_of(place)}" for place, name in enumerate(named, len(own))]
    sizes = tuple(Derived(integer_value(one, derivation.sizes), one) for one in (*own, *named))
    says = prose("one_line", letters=Markup(", ".join(stands)), blocks=bool(named))
    yield Paragraph(Sentence(says, sizes), tone="note")


def _outside_names(formula: Formula) -> Iterator[Formula]:
    """Yield the nodes of a formula, but nothing of what a name in it stands for."""
    yield formula
    if not isinstance(formula, Labelled):
        for part in formula.children:
            yield from _outside_names(part)


def named_parts(derivation: Derivation) -> tuple[list[ShownPart], list[str]]:
    """Return the parts of the network that add something, a stack of layers opened, and their names."""
    parts = [part for part in _shown_parts(derivation.root) if part.step.in_total]
    repeated = Counter(part.step.label for part in parts)
    return parts, [part.name if repeated[part.step.label] > 1 else translate(part.step.label) for part in parts]


def largest(derivation: Derivation) -> list[tuple[str, Fraction]]:
    """Return the parts of the table with their shares, the largest first."""
    parts, names = named_parts(derivation)
    shares = [(name, Fraction(part.step.share)) for name, part in zip(names, parts, strict=True)]
    return sorted(shares, key=lambda one: -one[1])


def _weights(derivation: Derivation) -> Iterator[Folded]:
    """Yield a table of every weight: its shape, its tensors in the real code, and what it has in all."""
    rows: list[tuple[Cell, ...]] = []
    first: dict[tuple[object, ...], Step] = {}
    repeating: set[str] = set()
    for visit in derivation.root.walk():
        step, weight = visit.step, visit.step.weight
        if visit.above and step.steps and step.value and first.setdefault(content_of(step), step) is not step:
            repeating.add(step.number)
        if weight is None or not step.value:
            continue
        tensors = ", ".join(f"``{plain(name)}``" for name in dict.fromkeys(weight.tensors))
        # What is built as another block before it has no steps of its own.
        derived = not any(block.number in repeating for block in visit.above)
        number = f"[{step.number}](#{anchor(step.number)})" if derived else step.number
        name = f"{number} {plain(translate(step.label))}"
        rows.append((name, shape_of(step), whole_of(step, derivation), tensors))
    known = any(row[-1] for row in rows)
    columns = [_("Weight"), _("Shape"), _("{units} in all", units=capitalised(derivation.unit))]
    shown = [row if known else row[:-1] for row in rows]
    if known:
        columns.append(_tensor_of(derivation))
    title = _("Every weight: its shape and its tensor") if known else _("Every weight and its shape")
    parts: list[Part] = [Table("", tuple(columns), tuple(shown), frozenset({2}))]
    if any("{" in str(row[-1]) for row in rows):
        parts.append(Paragraph(_("In the name of a tensor, {} stands for the number of the layer."), tone="note"))
    # A single weight is its step; and where weights are not what is counted, their table says little.
    if len(rows) > 1 and derivation.quantity.name == "parameters":
        yield Folded(title, tuple(parts))


def _tensor_of(derivation: Derivation) -> str:
    """Return the head of the column of tensors: whose names they are."""
    model = derivation.model
    code = model.options.get(MODEL_CLASS) or model.architecture.model_class
    return _("Tensor in {code} of transformers", code=code) if code else _("Tensor in the real code")


class ShownPart(NamedTuple):
    """A part of the network or of a layer: its name with that of its stack, its step, and how many layers have it."""

    name: str
    step: Step
    layers: Exact
    repeat: Formula = Number(1)


def _shown_parts(step: Step) -> Iterator[ShownPart]:
    """Yield the network's parts, a stack of layers opened."""
    for below in step.steps:
        if below.role == "layer":
            for part in below.steps:
                yield ShownPart(
                    f"{translate(part.label)} ({translate(below.label)})", part, below.times, below.repeat or Number(1)
                )
        else:
            yield ShownPart(translate(below.label), below, 1)


def _parts_table(parts: Sequence[ShownPart], names: Sequence[str], derivation: Derivation, prose: Prose) -> Table:
    rows: list[tuple[Cell, ...]] = []
    # What all layers do for each of many sequences is no product of these two columns.
    plain_product = all(part.step.value * part.layers == part.step.in_total for part in parts)
    stacked = plain_product and any(part.layers != 1 for part in parts)
    for name, (_name, step, layers, repeat) in zip(names, parts, strict=True):
        each: tuple[Cell, ...] = ("", "")
        if layers != 1:
            each = (Derived(step.value, step.formula), Derived(int(layers), repeat))
        link = f"[{step.number}](#{anchor(step.number)})"
        figures = (whole_of(step, derivation), share_of(step, derivation))
        rows.append((plain(name), link, *(each if stacked else ()), *figures))
    total = Derived(derivation.total, derivation.general.formula)
    rows.append((_("total"), "", *(("", "") if stacked else ()), total, Share(Fraction(1))))
    layer_columns = (_("In one layer"), _("Layers")) if stacked else ()
    columns = (_("Part"), _("Step"), *layer_columns, capitalised(derivation.unit), _("Share"))
    numeric = frozenset(range(2, len(columns)))
    colours = (*side_by_side(part.step.role for part in parts), 0)
    single = frozenset({2, 3}) if stacked and derivation.several else frozenset[int]()
    return Table(
        prose("where_table"), columns, tuple(rows), numeric, frozenset({len(rows) - 1}), single, colours=colours
    )
