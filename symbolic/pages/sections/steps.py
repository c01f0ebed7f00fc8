"""Where the total lies, and the steps to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from symbolic.formulas.figures import grouped, percent
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Power, Product, Quotient, Sum, Symbol
from symbolic.formulas.functions import Ceiling, Floor, Minimum, Root
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import kv_lora_rank, n_experts
from symbolic.language import capitalised, translate
from symbolic.language import gettext as _
from symbolic.measuring.closed_form import closed_form
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.measuring.step import Step
from symbolic.measuring.texts import reads_another
from symbolic.networks.blocks import Contraction, axes, blocks
from symbolic.networks.family import MODEL_CLASS
from symbolic.pages.cells import Cell, Derived, Sentence, Share, place_of
from symbolic.pages.page import Entry, Equation, Folded, Paragraph, Part, Relation, Section, Table
from symbolic.pages.pictures import Bar
from symbolic.pages.prose import Markup, Prose, plain
from symbolic.pages.sections.pytorch import in_pytorch

MOST_LETTERS = 28
"""Letters and numbers of a closed form that still is a line."""
MOST_NAMES = 12
"""A formula of more names than these is none to take in at the top."""
NEARLY_ALL = Fraction(97, 100)
"""A part with such a share leaves nothing to see of the others in a bar."""
LONG_LINE = 5
"""Numbers and sizes of a formula that is not printed once more for another step."""


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
            yield Paragraph(Sentence(prose("where_without", without=place_of(0), active=place_of(1)), (rest, total)))


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
    stands = [f"${symbol.name}$ = {place_of(place)} (`{symbol.name}`)" for place, symbol in enumerate(own)]
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
        if visit.above and step.steps and step.value and first.setdefault(_content(step), step) is not step:
            repeating.add(step.number)
        if weight is None or not step.value:
            continue
        tensors = ", ".join(f"``{plain(name)}``" for name in dict.fromkeys(weight.tensors))
        # What is built as another block before it has no steps of its own.
        derived = not any(block.number in repeating for block in visit.above)
        number = f"[{step.number}](#{anchor(step.number)})" if derived else step.number
        name = f"{number} {plain(translate(step.label))}"
        rows.append((name, _shape(step), whole_of(step, derivation), tensors))
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


def _shape(step: Step) -> str:
    """Return a leaf's shape as markup: 3 of (emb_dim × emb_dim)."""
    if step.part is None:
        return ""
    one = " × ".join(axis_markup(axis) for axis in axes(step.part))
    # An axis that is a product or a sum has its brackets already.
    one = one if one.startswith("(") and len(axes(step.part)) == 1 else f"({one})"
    several = getattr(step.part, "copies", 1)
    return _("{count} of {shape}", count=several, shape=one) if several > 1 else one


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
    single = frozenset({2, 3}) if stacked and derivation.several else frozenset[int]()
    return Table(prose("where_table"), columns, tuple(rows), numeric, frozenset({len(rows) - 1}), single)


def whole_of(step: Step, derivation: Derivation) -> Derived:
    """Return what a step adds to the total."""
    return Derived(step.in_total, derivation.added[step.number])


def share_of(step: Step, derivation: Derivation) -> Share:
    """Return a step's share of the total."""
    return Share(step.share, Quotient(derivation.added[step.number], derivation.general.formula))


def anchor(number: str) -> str:
    """Return the id of a step on its page."""
    return f"step-{number.replace('.', '-')}"


def _content(step: Step) -> tuple[object, ...]:
    """Return what a block consists of: its key and formula, and those of all that is below it."""
    return (step.key, step.formula, *(_content(below) for below in step.steps))


def steps(derivation: Derivation, prose: Prose, full: bool) -> Section:
    """Return the section with the steps in order, and their sum."""
    shown: dict[tuple[object, ...], Step] = {}
    entries = _entries(derivation.steps, derivation, prose, full, True, shown)
    several = derivation.several
    last = Entry(
        number="",
        id="total",
        title=prose("total_title"),
        text=prose("total" if derivation.root.lines else "total_is_that") if full else "",
        equations=tuple(Equation(line.formula, line.value, unit=_unit(derivation)) for line in derivation.root.lines),
        before=(),
        result=Derived(derivation.total, derivation.general.formula),
        several=None if several is None else Equation(several.formula, several.value, unit=_unit(derivation)),
    )
    lines = (line.formula for visit in derivation.root.walk() for line in visit.step.lines)
    intro = (Paragraph(_intro(derivation, prose)), *rounding(lines, prose)) if full else ()
    return Section("steps", prose("steps_title"), (*intro, *entries, last), derivation.total)


def rounding(formulas: Iterable[Formula], prose: Prose) -> Iterator[Part]:
    """Yield what the signs of rounding say, by an example each, where formulas have them."""
    found = {type(node) for formula in formulas for node in formula.walk()} & {Ceiling, Floor}
    if found:
        third = Quotient(Number(100), Number(3))
        yield Paragraph(prose("rounding"), tone="note")
        for sign, whole in ((Ceiling, 34), (Floor, 33)):
            yield Relation((("", sign(third)), ("=", Number(whole))))


def _intro(derivation: Derivation, prose: Prose) -> str:
    """Return what stands above the steps: how they measure this network."""
    model = derivation.model
    return prose(
        "steps",
        another=reads_another(model.network),
        stored=model.stored is not None,
        experts=n_experts.name in model.sizes,
        latent=kv_lora_rank.name in model.sizes,
    )


def _entries(
    steps: Sequence[Step],
    derivation: Derivation,
    prose: Prose,
    full: bool,
    top: bool,
    shown: dict[tuple[object, ...], Step],
) -> tuple[Entry, ...]:
    """Return the entries of steps that stand side by side, each with the sum of those up to it."""
    sums = accumulate((step.formula for step in steps), lambda left, right: Sum((left, right)))
    return tuple(
        _entry(step, so_far, derivation, prose, full, top, shown) for step, so_far in zip(steps, sums, strict=True)
    )


def _entry(
    step: Step,
    so_far: Formula,
    derivation: Derivation,
    prose: Prose,
    full: bool,
    top: bool,
    shown: dict[tuple[object, ...], Step],
) -> Entry:
    """Return the entry of a step. `shown` are the blocks and long lines before it: none is derived twice."""
    first = shown.setdefault(_content(step), step) if step.steps and step.value else step
    repeats = first is not step
    lines, named = step.lines, None
    text = " ".join(filter(None, (translate(step.about) if full else "", whose_table(step, derivation, prose))))
    if repeats:
        text = prose("as_before", number=first.number, link=anchor(first.number))
    elif (alike := _alike(step, shown)) is not step:
        says = prose("as_line", number=alike.number, link=anchor(alike.number), name=plain(translate(alike.label)))
        text = f"{text} {says}".lstrip()
        named = Labelled(translate(step.label), step.formula)
        lines = tuple(line._replace(formula=Labelled(alike.label, line.formula)) for line in lines)
    running = None
    # Within a part its own sum follows soon; behind the last step, the total.
    if top and step.value and step.running not in (step.value, derivation.root.each):
        running = (prose("running_total"), Derived(step.running, so_far))
    return Entry(
        number=step.number,
        id=anchor(step.number),
        title=capitalised(step.label),
        text=text,
        equations=tuple(Equation(line.formula, line.value, named, unit=_unit(derivation)) for line in lines),
        before=() if repeats else _entries(step.steps, derivation, prose, full, False, shown),
        result=Derived(step.value, step.formula),
        running=running,
        detail=tuple(_detail(step, derivation, prose)) if full else (),
        unit=_unit(derivation),
        share=step.share,
        made=_made(step, derivation, prose) if full else (),
    )


def _alike(step: Step, shown: dict[tuple[object, ...], Step]) -> Step:
    """Return the step before this one whose single line has the same long formula; this step, if there is none."""
    if step.steps or len(step.lines) != 1 or not step.value:
        return step
    formula = step.lines[0].formula
    if sum(not node.children for node in formula.walk()) < LONG_LINE:
        return step
    return shown.setdefault((formula,), step)


def count(parts: Sequence[Part]) -> int:
    """Return how many equations these steps print."""
    return sum(len(entry.equations) + count(entry.before) for entry in parts if isinstance(entry, Entry))


def whose_table(step: Step, derivation: Derivation, prose: Prose) -> str:
    """Return the sentence that says whose table a weight uses; "" for one that has numbers of its own."""
    tied_to = step.weight.tied_to if step.weight and not step.value else None
    if tied_to is None:
        return ""
    return prose("tied", to=next(block.name for block in blocks(derivation.model.network) if block.key == tied_to))


def _unit(derivation: Derivation) -> str:
    return derivation.unit if derivation.quantity.unit_in_steps else ""


def _detail(step: Step, derivation: Derivation, prose: Prose) -> Iterator[tuple[str, Cell]]:
    # Of one device's part the formula above is all that there is to say: no tensor of the model has this shape.
    if step.part and step.value and derivation.quantity.view is None:
        label = "detail_axes" if isinstance(step.part, Contraction) else "detail_shape"
        yield prose(label), _shape(step)
    if step.value and step.in_total != step.value:
        # A whole training has more than the layers of one sequence.
        times = derivation.quantity.times
        once = times is None or times.value(derivation.sizes) == 1
        yield prose("detail_whole" if once else "detail_in_total"), whole_of(step, derivation)
    if step.value:
        yield prose("detail_share"), share_of(step, derivation)


def _made(step: Step, derivation: Derivation, prose: Prose) -> tuple[tuple[str, str], ...]:
    """Return the line of PyTorch that makes a weight; the step's key, and the lines of this package that make it."""
    code = in_pytorch(step, derivation) if step.value and derivation.quantity.name == "parameters" else ""
    shown = ((prose("detail_pytorch"), code),) if code else ()
    ends = dict.fromkeys(f"{place.file}:{place.line}" for place in (*step.origin[:1], *step.origin[-1:]))
    origin = f"``{step.key}``, {', '.join(plain(line) for line in ends)}"
    return (*shown, (prose("detail_origin"), origin)) if ends else shown


def axis_markup(axis: Formula, name: str = "`{}`") -> str:
    """Return an axis as markup: its formula, in brackets where it stands beside others; `name` sets its symbols."""

    def part_of(part: Formula) -> str:
        return axis_markup(part, name)

    match axis:
        case Symbol():
            return name.format(axis.name)
        case Number(number=number):
            return grouped(number)
        case Floor(part=part):
            return f"⌊{part_of(part)}⌋"
        case Ceiling(part=part):
            return f"⌈{part_of(part)}⌉"
        case Root(part=part):
            return f"√{part_of(part)}"
        case Negative(term=term):
            return f"−{part_of(term)}"
        case Power(base=base, exponent=exponent):
            return f"{part_of(base)}^{part_of(exponent)}"
        case Minimum(parts=parts):
            return f"min({', '.join(map(part_of, parts))})"
        case Sum(terms=terms):
            return f"({' + '.join(map(part_of, terms))})".replace("+ −", "− ")
    sign = {Product: " × ", Quotient: " / "}[type(axis)]
    return f"({sign.join(map(part_of, axis.children))})"
