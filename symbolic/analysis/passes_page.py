"""The sections of the passes of serving: what each part takes, what binds, and where the limit turns."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symbolic.analysis.passes import experts_of
from symbolic.analysis.roofline import Pass
from symbolic.formulas.figures import grouped, significant
from symbolic.formulas.formula import Number, exact
from symbolic.formulas.functions import Ceiling, Minimum
from symbolic.formulas.scales import GIGA, MILLI, MILLION
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import (
    batch_size,
    context,
    device_bandwidth,
    device_flops,
    kv_lora_rank,
    tokens,
)
from symbolic.language import capitalised, translate
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.longest import longest_text
from symbolic.measuring.results import companion, derived_results
from symbolic.measuring.serving import at_16_bits
from symbolic.networks.blocks import Cache, Contraction
from symbolic.networks.walks import leaves
from symbolic.pages.cells import Cell
from symbolic.pages.page import Entry, Equation, Paragraph, Section, Table
from symbolic.pages.page import Part as PagePart
from symbolic.pages.prose import Prose
from symbolic.pages.sections import totals
from symbolic.pages.sections.timed import Timed


def is_expected(one: Pass) -> bool:
    """Return whether it reads as many experts as are expected: several tokens may choose fewer of them, or more."""
    experts = experts_of(one)
    return experts is not None and experts[2] > 1


def _short(time: Fraction) -> str:
    """Return milliseconds in at most four digits; a part of a microsecond is next to nothing."""
    return _least(time * MILLI)


def _least(number: Fraction) -> str:
    """Return a number in at most four digits; less than a thousandth is next to nothing."""
    least = Fraction(1, 1000)
    return f"< {significant(least, 1)}" if 0 < number < least else significant(number, 4)


def pass_section(name: str, one: Pass, prose: Prose) -> Section:
    """Return what each part of a pass takes, and the two times of the whole."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            translate(part.name),
            part.layers,
            _short(part.layers * part.time),
            prose("memory" if part.is_bound_by_memory else "arithmetic"),
            _short(part.by_arithmetic),
            _short(part.by_memory),
            _least(Fraction(part.flops, GIGA)),
            _least(Fraction(part.bytes, MILLION)),
        )
        for part in one.parts
    )
    totals_row = (prose("all"), "", _short(one.time), "", "", "", "", "")
    names = ("part", "layers", "time", "binds", "by_arithmetic", "by_memory", "flops", "bytes")
    columns = tuple(prose(f"column_{column}") for column in names)
    experts = experts_of(one)
    chosen = (
        prose("experts", **dict(zip(("every", "chosen", "tokens", "read"), map(grouped, experts), strict=True)))
        if experts
        else ""
    )
    parts: list[PagePart] = [
        Paragraph(prose(name, **_counted(one)) + (f" {_at_context(one, prose)}" if name == "step" else "")),
        *([Paragraph(chosen)] if chosen else []),
        Table(
            prose(f"{name}_table"), columns, (*rows, totals_row), frozenset({1, 2, 4, 5, 6, 7}), frozenset({len(rows)})
        ),
        Paragraph(prose("whole")),
    ]
    sizes = one.bytes.sizes
    parts += [
        Equation(formula, exact(Fraction(formula.value(sizes))), unit=prose("milliseconds"), sizes=sizes)
        for formula in (_by_arithmetic(one, prose).scaled(MILLI), _by_memory(one, prose).scaled(MILLI))
    ]
    return Section(name, prose(f"{name}_title"), tuple(parts))


def longest(one: Pass, prose: Prose) -> Timed:
    """Return the longer of the two times of a pass."""
    timed = (_by_memory(one, prose), _by_arithmetic(one, prose))
    return max(timed, key=lambda time: Fraction(time.scaled(1).value(one.bytes.sizes)))


def _by_memory(one: Pass, prose: Prose) -> Timed:
    return Timed(Labelled(prose("bytes"), one.bytes.root.formula), device_bandwidth)


def _by_arithmetic(one: Pass, prose: Prose) -> Timed:
    """Return the time of the operations: of those in the short format, and of the others at 16 bits."""
    if not one.attention:
        return Timed(Labelled(prose("operations"), one.flops.root.formula), device_flops)
    short = Labelled(prose("operations_short"), one.short.root.formula)
    others = Labelled(prose("operations_long"), at_16_bits(one.flops).root.formula)
    return Timed(short / device_flops + others / Labelled(prose("peak_attention"), Number(exact(one.attention))))


def _counted(one: Pass) -> dict[str, bool]:
    """Return what binds the pass, and which kinds of attention its operations are counted of."""
    parts = [leaf.part for leaf in leaves(one.flops.model.network)]
    return {
        "arithmetic": one.intensity >= one.ridge,
        "attention": any(isinstance(part, Contraction) and bool(part.masked) for part in parts),
        "latent": any(kv_lora_rank in axis.symbols for part in parts if isinstance(part, Cache) for axis in part.shape),
    }


def roofline_section(prompt: Pass, step: Pass, prose: Prose) -> Section:
    """The operations of each pass for a byte that it reads, beside what the devices can do: what binds it."""
    rows: list[tuple[Cell, ...]] = []
    for name, one in (("prompt", prompt), ("step", step)):
        least, most = sorted((one.intensity, one.ridge))
        binds = "memory" if one.intensity < one.ridge else "arithmetic"
        rows.append(
            (
                prose(f"of_{name}", tokens=grouped(int(one.flops.sizes[tokens.name])), sequences=batch_of(one)),
                _least(Fraction(one.flops.total, GIGA)),
                _least(Fraction(one.bytes.total, GIGA)),
                _least(one.intensity),
                _least(one.ridge),
                prose(f"binds_{binds}", times=significant(most / least, 3) if least else ""),
            )
        )
    names = ("pass", "all_flops", "all_bytes", "intensity", "ridge", "binds")
    columns = tuple(prose(f"column_{name}") for name in names)
    table = Table(prose("roofline_table"), columns, tuple(rows), frozenset({1, 2, 3, 4}))
    says = f"{prose('roofline')} {_at_context(step, prose)}"
    return Section("roofline", prose("roofline_title"), (Paragraph(says), table))


def _at_context(step: Pass, prose: Prose) -> str:
    """Return how many tokens a step of the page has before it: those of an answer have fewer, or more."""
    return prose("at_context", context=grouped(int(step.bytes.sizes[context.name])))


def batch_of(one: Pass) -> str:
    """Return how many sequences pass together."""
    return grouped(int(one.flops.sizes[batch_size.name]))


def turn_section(step: Pass, prose: Prose) -> Section:
    """Where the limit turns: the equations of the intensity, and the context whose cache takes as long to read."""
    parts: list[PagePart] = [
        Paragraph(prose("turn", experts=experts_of(step) is not None, peaks=bool(step.attention))),
        *_intensity(step, prose),
    ]
    cache = companion(step.bytes, "kv-cache")
    kept = Labelled(prose("cache"), cache.root.formula)
    read = Labelled(prose("bytes"), step.bytes.root.formula)
    limited = any(isinstance(node, Minimum) for node in cache.root.formula.walk())
    if cache.total and not limited:
        formula = Ceiling((read - kept) / (kept / context))
        value = exact(Fraction(formula.value(step.bytes.sizes)))
        made_for = longest_text(step.bytes.model)
        limit = grouped(made_for.tokens) if made_for is not None and value > made_for.tokens else ""
        parts += [Paragraph(prose("context", limit=limit)), Equation(formula, value, unit=prose("tokens"))]
    return Section("turn", prose("turn_title"), tuple(parts))


def _intensity(step: Pass, prose: Prose) -> Iterator[PagePart]:
    """Yield the results of the step; the batch at which the limit turns is one whose tokens choose every expert."""
    own, every = (_results(made) for made in (step.bytes, step.all_bytes))
    of_one_peak = {_title(step.bytes, key) for key in ("ridge", "computing")}
    for entry, of_every in zip(own, every, strict=True):
        if isinstance(entry, Table):
            continue  # The table of the page's first formula has these inputs.
        if step.attention and isinstance(entry, Entry) and (entry.title in of_one_peak or _turns(entry)):
            continue
        if not isinstance(entry, Entry) or not isinstance(of_every, Entry) or experts_of(step) is None:
            yield entry
        elif entry.title == _title(step.bytes, "fewest") and not is_expected(step):
            continue  # A single token reads no others.
        elif not of_every.equations:
            yield of_every
        elif isinstance(of_every.equations[0].formula, Ceiling):
            yield of_every._replace(text=f"{of_every.text} {prose('turn_every')}")
        else:
            says = (
                prose("turn_expected")
                if is_expected(step) and entry.title == _title(step.bytes, "reading")
                else entry.text
            )
            yield entry._replace(text=says)


def _turns(entry: Entry) -> bool:
    """Return whether an entry is the batch at which the limit turns, or says that none does."""
    return not entry.equations or isinstance(entry.equations[0].formula, Ceiling)


def _results(derivation: Derivation) -> tuple[PagePart, ...]:
    """Return the parts of the section of results behind its first sentence."""
    return totals.results(derivation, Prose(derivation.quantity.name), units=False).parts[1:]


def _title(derivation: Derivation, key: str) -> str:
    """Return the title of the entry of a result."""
    return next((capitalised(one.title) for one in derived_results(derivation) if one.key == key), "")
