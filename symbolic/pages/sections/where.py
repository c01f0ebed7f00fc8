"""Where a total is: the formula in a line, a bar of its parts, a table of them, and one of every weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from symbolic.formulas.figures import percent
from symbolic.formulas.formula import Exact, Formula, Number, Quotient, Symbol, total
from symbolic.formulas.shown import Labelled
from symbolic.language import gettext as _
from symbolic.language import translate
from symbolic.measuring.closed_form import closed_form, parts_of_layers
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.for_a_token import FLOPS_FOR_A_NUMBER, MATRICES
from symbolic.measuring.integers import integer_value
from symbolic.measuring.known_figures import beside
from symbolic.measuring.made_once import made_once
from symbolic.measuring.results import companion
from symbolic.measuring.step import Step
from symbolic.networks.blocks import Contraction
from symbolic.networks.walks import attends, has_experts
from symbolic.pages import powers
from symbolic.pages.cells import Cell, Derived, Sentence, Share, place_of
from symbolic.pages.colours import colour_of, side_by_side
from symbolic.pages.page import Paragraph, Part, Relation, Section, Table
from symbolic.pages.pictures import Bar
from symbolic.pages.prose import Markup, Prose, plain
from symbolic.pages.sections.active import active_of, without_idle
from symbolic.pages.sections.every_weight import every_weight
from symbolic.pages.sections.steps import link_to, repeating_blocks

MOST_LETTERS = 28
"""Letters and numbers of a closed form that still is a line."""
MOST_NAMES = 12
"""A formula of more names than these is none to take in at the top."""
NEARLY_ALL = Fraction(95, 100)
"""A part with such a share leaves nothing to see of the others in a bar."""
MOST = Fraction(1, 2)
"""A part with a larger share that holds layers is opened: its name alone would not say where the total is."""
RULES = {"2N": 2, "6N": 6}
"""The conventions that are rules of thumb: FLOPs for each parameter and token."""
ATTENTION = colour_of("attention")


def where(derivation: Derivation, prose: Prose, full: bool = True) -> Iterator[Section]:
    """Yield the section with a bar and a table of the parts, all layers together; each row leads to its step.

    A single part is the whole: a table would say nothing, nor would a bar with hardly more than one part.
    """
    rows = tuple(_rows(derivation))
    several = len(rows) > 1
    active = active_of(derivation) if full and several else None
    drawn = several and active is None and max(row.share.value for row in rows) < NEARLY_ALL
    shown = (
        *_in_one_line(derivation, prose, full),
        *((_bar(rows, prose),) if drawn else ()),
        *(_two_bars(rows, derivation, active, prose) if active else ()),
        *((_table(rows, derivation, active, prose),) if several else ()),
        *(
            (Paragraph(prose("where", drawn=drawn, short=bool(powers.power_of(derivation.total))), tone="note"),)
            if several
            else ()
        ),
        *(_by_rule(derivation, prose) if full else ()),
        *(without_idle(derivation, active, prose) if active else ()),
        *(every_weight(derivation) if full else ()),
    )
    if shown:
        yield Section("where", prose("where_title", unit=derivation.unit), shown)


def _bar(rows: Sequence[ShownRow], prose: Prose) -> Bar:
    """Return the bar of the parts, all layers together."""
    shares = ", ".join(f"{row.name} {percent(row.share.value)}" for row in rows)
    return Bar(
        tuple((row.name, row.whole, row.share) for row in rows),
        prose("where_alt", count=len(rows), parts=shares),
        tuple(_shades(rows)),
        tuple(row.mark for row in rows),
    )


def _two_bars(rows: Sequence[ShownRow], derivation: Derivation, active: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the bar of all, and below it that of what works on one token: experts fill the first."""
    sizes = tuple(Derived(one.total, one.general.formula) for one in (derivation, active))
    yield Paragraph(Sentence(prose("where_active", total=place_of(0), active=place_of(1)), sizes))
    first, second = _bar(rows, prose), _bar(tuple(_rows(active)), prose)
    alike = first.marks == second.marks
    yield first._replace(listed=alike)
    yield second._replace(another=tuple(share for _name, _whole, share in first.parts)) if alike else second


def _shades(rows: Iterable[ShownRow]) -> Iterator[int]:
    return side_by_side((row.role, row.mark) for row in rows)


def _by_rule(derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
    """Yield what the rule of thumb gives in place of the total, and how far it is off."""
    if RULES.keys().isdisjoint(derivation.quantity.conventions) or derivation.convention != derivation.quantity.default:
        return
    # A network of convolutions has no rule for tokens.
    rule = next((one for one in beside(derivation) if one.convention.name in RULES), None)
    if rule is None:
        return
    network, whole = derivation.model.network, derivation.general.formula
    matrices = companion(derivation, MATRICES).total * RULES[rule.convention.name] // FLOPS_FOR_A_NUMBER
    says = prose(
        "rule_of_thumb",
        makes=place_of(0),
        share=place_of(1),
        experts=has_experts(network),
        attends=attends(network),
        more=rule.total > matrices,
        rest=derivation.total > matrices,
    )
    share = Share(Fraction(rule.total, derivation.total), Quotient(rule.general.formula, whole))
    yield Paragraph(Sentence(says, (Derived(rule.total, rule.general.formula), share)))


def _in_one_line(derivation: Derivation, prose: Prose, full: bool) -> Iterator[Part]:
    """Yield the closed form in letters, and what the letters stand for, where that is one line."""
    form = closed_form(derivation)
    ends = [node for node in _outside_names(form.whole) if isinstance(node, Labelled) or not node.children]
    own = list(dict.fromkeys(node for node in ends if isinstance(node, Symbol)))
    whole = all(isinstance(derivation.sizes[symbol.name], int) for symbol in own)
    named = list(dict.fromkeys(node for node in ends if isinstance(node, Labelled)))
    if len(ends) > MOST_LETTERS or len(own) + len(named) > MOST_NAMES or derivation.several is not None or not whole:
        return
    stands = [f"${symbol.name}$\u00a0=\u00a0{place_of(place)} (`{symbol.name}`)" for place, symbol in enumerate(own)]
    stands += [f"{plain(translate(name.label))} = {place_of(place)}" for place, name in enumerate(named, len(own))]
    sizes = tuple(Derived(integer_value(one, derivation.sizes), one) for one in (*own, *named))
    adds = full and len(made_once(derivation, parts_of_layers)) == 1
    says = prose("one_line", letters=Markup(", ".join(stands)), blocks=bool(named), adds=adds)
    yield Paragraph(Sentence(says, sizes), tone="note")
    yield Relation((("", form.whole),))


def _outside_names(formula: Formula) -> Iterator[Formula]:
    """Yield the nodes of a formula, but nothing of what a name in it stands for."""
    yield formula
    if not isinstance(formula, Labelled):
        for part in formula.children:
            yield from _outside_names(part)


def named_parts(derivation: Derivation) -> tuple[list[ShownPart], list[str]]:
    """Return the parts of the network that add something, a stack of layers opened, and their names."""
    parts = [part for part in _shown_parts(derivation.root) if part.step.in_total]
    repeated = Counter(part.short for part in parts)
    return parts, [part.name if repeated[part.short] > 1 else part.short for part in parts]


class Largest(NamedTuple):
    """A part of the table: its name, the role of its block, and its share of the total."""

    name: str
    role: str
    share: Fraction


def largest(derivation: Derivation) -> list[Largest]:
    """Return the parts of the table, the largest first."""
    parts, names = named_parts(derivation)
    found = [Largest(name, part.step.role, part.step.share) for name, part in zip(names, parts, strict=True)]
    return sorted(found, key=lambda one: -one.share)


def colours_of_parts(derivation: Derivation) -> Mapping[str, int]:
    """Return the colours that parts have in the bar and its table, by the numbers of their steps; kept once made."""
    return made_once(derivation, _colours)


def _colours(derivation: Derivation) -> Mapping[str, int]:
    parts, _names = named_parts(derivation)
    colours = side_by_side((part.step.role, part.step.number) for part in parts)
    return {part.step.number: colour for part, colour in zip(parts, colours, strict=True)}


class ShownPart(NamedTuple):
    """A part of the network or of a layer: its name with that of its stack, its step, and how many layers have it.

    `short` is its name where no other stack has such a part: it still says in which part of the network it is.
    """

    name: str
    short: str
    step: Step
    layers: Exact
    repeat: Formula = Number(1)


def _shown_parts(step: Step, within: str = "") -> Iterator[ShownPart]:
    """Yield the network's parts, a stack of layers opened; so is a decoder or the like that is most of the network."""
    inside = f"{within}, " if within else ""
    for below in step.steps:
        if below.role == "layer":
            for part in below.steps:
                name = translate(part.label)
                full, short = f"{name} ({inside}{translate(below.label)})", f"{name} ({within})" if within else name
                yield ShownPart(full, short, part, below.times, below.repeat or Number(1))
        elif below.share > MOST and below.repeat is None and _has_stack(below):
            yield from _shown_parts(below, f"{inside}{translate(below.label)}")
        else:
            name = f"{translate(below.label)} ({within})" if within else translate(below.label)
            yield ShownPart(name, name, below, 1)


def _has_stack(step: Step) -> bool:
    return any(below.role == "layer" or _has_stack(below) for below in step.steps)


class ShownRow(NamedTuple):
    """A part in the bar and in the table: links to its steps, what one of `layers` has of it, what it adds in all.

    `mark` is the number of its first step.
    """

    name: str
    role: str
    mark: str
    links: str
    each: Derived
    layers: Derived
    whole: Derived
    share: Share


def _rows(derivation: Derivation) -> Iterator[ShownRow]:
    """Yield the parts; one with products of both kinds, with weights and of tokens with tokens, is two of them."""
    repeating = repeating_blocks(derivation)
    for part, name in zip(*named_parts(derivation), strict=True):
        for label, steps in _split(part.step, name):
            linked = (part.step,) if part.step.number in repeating else steps
            added = total(tuple(derivation.added[step.number] for step in steps))
            share = sum((step.share for step in steps), Fraction(0))
            yield ShownRow(
                label,
                part.step.role,
                linked[0].number,
                _links(linked, part.step),
                Derived(sum(step.value for step in steps), total(tuple(step.formula for step in steps))),
                Derived(int(part.layers), part.repeat),
                Derived(sum(step.in_total for step in steps), added),
                Share(share, Quotient(added, derivation.general.formula)),
            )


def _split(step: Step, name: str) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Yield a part and its name, or what it does with weights and what it does without them, where it does both."""
    kinds: dict[bool, list[Step]] = {False: [], True: []}
    for below in step.steps:
        without = {isinstance(leaf.step.part, Contraction) for leaf in below.leaves() if leaf.step.value}
        if len(without) > 1:
            kinds.clear()
            break
        if without:
            kinds[without.pop()].append(below)
    if step.repeat is not None or not all(kinds.values()) or len(kinds) < 2:
        yield name, (step,)
        return
    attends = colour_of(step.role) == ATTENTION
    yield _("{part}, matrices", part=name), tuple(kinds[False])
    mixed = _("{part}, scores and mixing", part=name) if attends else _("{part}, products without weights", part=name)
    yield mixed, tuple(kinds[True])


def _links(steps: Sequence[Step], part: Step) -> str:
    """Return links to steps of a part, of three or more in a row to the first and the last."""
    places = {step.number: place for place, step in enumerate(part.steps)}
    runs: list[list[Step]] = []
    for step in steps:
        if runs and places.get(step.number) == places.get(runs[-1][-1].number, 0) + 1:
            runs[-1].append(step)
        else:
            runs.append([step])
    return ", ".join(
        f"{link_to(run[0])}–{link_to(run[-1])}" if len(run) > 2 else ", ".join(map(link_to, run)) for run in runs
    )


def _table(rows: Sequence[ShownRow], derivation: Derivation, active: Derivation | None, prose: Prose) -> Table:
    cells: list[tuple[Cell, ...]] = []
    power = powers.power_of(derivation.total)
    # What all layers do for each of many sequences is no product of these two columns.
    plain_product = all(row.each * row.layers == row.whole for row in rows)
    stacked = plain_product and any(row.layers != 1 for row in rows)
    works = {row.mark: row.whole for row in _rows(active)} if active else {}
    for row in rows:
        each: tuple[Cell, ...] = (powers.cell(row.each, power), row.layers) if row.layers != 1 else ("", "")
        # The two bars say the shares; a column more would break the numbers.
        last: Cell = (powers.cell(works[row.mark], power) if row.mark in works else 0) if active else row.share
        cells.append((plain(row.name), row.links, *(each if stacked else ()), powers.cell(row.whole, power), last))
    whole = powers.cell(Derived(derivation.total, derivation.general.formula), power)
    last = powers.cell(Derived(active.total, active.general.formula), power) if active else Share(Fraction(1))
    cells.append((_("total"), "", *(("", "") if stacked else ()), whole, last))
    layer_columns = (_("In one layer"), _("Layers")) if stacked else ()
    columns = (_("Part"), _("Step"), *layer_columns, powers.head(derivation.unit, power))
    columns += (_("Active") if active else _("Share"),)
    numeric = frozenset(range(2, len(columns)))
    colours = (*_shades(rows), 0)
    single = frozenset({2, 3}) if stacked and derivation.several else frozenset[int]()
    return Table(
        prose("where_table"),
        columns,
        tuple(cells),
        numeric,
        frozenset({len(cells) - 1}),
        single,
        colours=colours,
        # Other sizes may want another power.
        fixed=power > 0,
    )
