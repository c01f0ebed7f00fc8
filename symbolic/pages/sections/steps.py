"""The steps to a total, each with its equation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from math import prod

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Formula, Negative, Number, Power, Product, Quotient, Sum, Symbol
from symbolic.formulas.functions import Ceiling, Floor, Minimum, Root
from symbolic.formulas.rational import Rational
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import kv_lora_rank, n_experts, tokens
from symbolic.language import capitalised, translate
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.measuring.made_once import made_once
from symbolic.measuring.step import Step
from symbolic.measuring.texts import reads_another
from symbolic.networks.blocks import Block, Cache, Contraction, Kind, axes
from symbolic.networks.walks import attends, blocks, leaves
from symbolic.pages.cells import Cell, Derived, Sentence, Share, place_of
from symbolic.pages.page import Entry, Equation, Paragraph, Part, Relation, Section
from symbolic.pages.prose import Markup, Prose, plain
from symbolic.pages.sections.pytorch import in_pytorch

LONG_LINE = 5
"""Numbers and sizes of a formula that is not printed once more for another step."""


def shape_markup(step: Step) -> str:
    """Return a leaf's shape as markup: 3 of (emb_dim × emb_dim)."""
    if step.part is None:
        return ""
    one = " × ".join(axis_markup(axis) for axis in axes(step.part))
    # An axis that is a product or a sum has its brackets already.
    one = one if one.startswith("(") and len(axes(step.part)) == 1 else f"({one})"
    several = step.copies
    return _("{count} of {shape}", count=several, shape=one) if several > 1 else one


def whole_of(step: Step, derivation: Derivation) -> Derived:
    """Return what a step adds to the total."""
    return Derived(step.in_total, derivation.added[step.number])


def copies_of(step: Step, derivation: Derivation) -> Sentence:
    """Return how often a step stands in the network, a factor for each block around it: 58 × 256; "" for once."""
    repeats = _repeats_of(step, derivation)
    return Sentence(" × ".join(place_of(index) for index in range(len(repeats))), repeats)


def _repeats_of(step: Step, derivation: Derivation) -> tuple[Derived, ...]:
    found = made_once(derivation, _repeats)[step.number]
    return tuple(Derived(integer_value(one, derivation.sizes), one) for one in found if one != Number(1))


def _repeats(derivation: Derivation) -> Mapping[str, tuple[Formula, ...]]:
    return {visit.step.number: visit.repeats for visit in derivation.root.walk()}


def _with_copies(step: Step, derivation: Derivation) -> Cell:
    """Return what a step adds to the total, behind how often it stands there and what it has once."""
    whole = whole_of(step, derivation)
    # Of what a device or a training keeps there are more lines, and all of them are long.
    if derivation.quantity.view is not None or derivation.quantity.of_training:
        return whole
    repeats = _repeats_of(step, derivation)
    if not repeats or prod(repeats) * step.value != whole:
        return whole
    figures = (*repeats, Derived(step.value, step.formula), whole)
    *factors, last = (place_of(index) for index in range(len(figures)))
    return Sentence(f"{' × '.join(factors)} = {last}", figures)


def share_of(step: Step, derivation: Derivation) -> Share:
    """Return a step's share of the total."""
    return Share(step.share, Quotient(derivation.added[step.number], derivation.general.formula))


def anchor(number: str) -> str:
    """Return the id of a step on its page."""
    return f"step-{number.replace('.', '-')}"


def content_of(step: Step) -> tuple[object, ...]:
    """Return what a block consists of: its key and formula, and those of all that is below it."""
    return (step.key, step.formula, *(content_of(below) for below in step.steps))


def repeating_blocks(derivation: Derivation) -> frozenset[str]:
    """Return the numbers of the blocks that are built as one before them, whose steps no page has again."""
    first: dict[tuple[object, ...], Step] = {}
    blocks = (visit.step for visit in derivation.root.walk() if visit.above and visit.step.steps and visit.step.value)
    return frozenset(step.number for step in blocks if first.setdefault(content_of(step), step) is not step)


def link_to(step: Step) -> str:
    """Return a step's number as a link to it, as markup."""
    return f"[{step.number}](#{anchor(step.number)})"


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
        attends=attends(model.network),
        caches=any(isinstance(leaf.part, Cache) and leaf.part.tokens != Number(1) for leaf in leaves(model.network)),
        masked=derivation.convention == derivation.quantity.default and _hides(model.network),
        windows=any(isinstance(leaf.part, Cache) and leaf.part.window for leaf in leaves(model.network)),
    )


def _hides(network: Block) -> bool:
    """Return whether a mask hides later tokens from earlier ones in some layer."""
    return any(isinstance(leaf.part, Contraction) and leaf.part.masked for leaf in leaves(network))


def _beside_the_text(step: Step, prose: Prose) -> str:
    """Return why a convolution over a text works on more places than there are tokens, where the step counts those."""
    weight = step.weight
    if weight is None or weight.kind is not Kind.KERNEL or weight.tokens is None or weight.tokens == tokens:
        return ""
    if weight.tokens not in step.one.walk():
        return ""
    for axis in weight.shape:
        more = Sum((axis, Negative(Number(1))))
        if Rational.of(Sum((weight.tokens, Negative(tokens), Negative(more)))).factored() == Number(0):
            return prose("steps_padded", more=Markup(axis_markup(more).strip("()")))
    return ""


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
    first = shown.setdefault(content_of(step), step) if step.steps and step.value else step
    repeats = first is not step
    lines, named = step.lines, None
    about = (translate(step.about), _beside_the_text(step, prose)) if full else ()
    text = " ".join(filter(None, (*about, whose_table(step, derivation, prose))))
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
        yield prose(label), shape_markup(step)
    if step.value and step.in_total != step.value:
        # A whole training has more than the layers of one sequence.
        times = derivation.quantity.times
        once = times is None or times.value(derivation.sizes) == 1
        yield prose("detail_whole" if once else "detail_in_total"), _with_copies(step, derivation)
    if step.value:
        yield prose("detail_share"), share_of(step, derivation)


def _made(step: Step, derivation: Derivation, prose: Prose) -> tuple[tuple[str, str], ...]:
    """Return the line of PyTorch that makes a weight; the step's key, and the lines of this package that make it."""
    if derivation.quantity.of_training:
        # Where each is made, the pages of the parameters and of the forward pass say.
        return ()
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
