"""How the cache grows with the text: a plot over its length, and a table of lengths and bits to plan with."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from symbolic.formulas.figures import BYTES, grouped, in_short, near
from symbolic.formulas.formula import Exact, Formula, exact
from symbolic.formulas.vocabulary import cached_bytes, context, target_tokens, tokens
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.longest import longest_text
from symbolic.pages.cells import Cell
from symbolic.pages.page import Paragraph, Part, Section, Table
from symbolic.pages.pictures import Curves, Figure, Series
from symbolic.pages.prose import Markup, Prose

LENGTHS = tuple(2**power for power in range(7, 24, 2))
"""128, 512, 2,048, 8,192, 32,768, 131,072 and so on: the lengths that are named most, each four times the last."""
USUAL = 131_072
"""The last row where nobody says how long a text may be: 128k."""
ROWS = 4
BITS = (16, 8)
FAR = 10
"""From this ratio on, the axes of the plot are logarithmic: one line would be less than a tenth as high as another."""
LONGER = 1024
"""They end at a text that is so many times as long as the one where they begin."""
PARTS = 64
"""A line is drawn through so many lengths, and through the powers of two between them: most windows are one."""


class KeptBySequence(NamedTuple):
    """What one sequence keeps, and what it would keep otherwise.

    `in_full` has a key and a value for each head, `unbounded` all tokens in layers with a window; either is that of the
    `sequence` where nothing is saved so. `token` is what each token adds, where all add as much. `latent` says that a
    short list stands for keys and values, `windows`, `grows` and `state` which kinds of layer there are; `read` that
    what does not grow are the keys and values of what an encoder read.
    """

    sequence: Formula
    in_full: Formula
    unbounded: Formula
    token: Formula | None
    latent: bool
    windows: bool
    grows: bool
    state: bool
    read: bool


def by_length(kept: KeptBySequence, derivation: Derivation, prose: Prose) -> Iterator[Section]:
    """Yield the section, where what a sequence keeps hangs on one length alone."""
    if context not in kept.sequence.symbols or {tokens, target_tokens} & {*kept.sequence.symbols}:
        return
    says = prose("idea_grows", windows=kept.windows, grows=kept.grows, state=kept.state, read=kept.read)
    parts = (Paragraph(says), _plot(kept, derivation, prose), *_table(kept, derivation, prose))
    yield Section("length", prose("idea_plot_title"), parts)


def _plot(kept: KeptBySequence, derivation: Derivation, prose: Prose) -> Figure:
    """Return the drawing of what a sequence keeps, and of what it would keep otherwise, up to the longest text."""
    here, end = int(derivation.sizes[context.name]), longest_of(derivation)
    compared: list[tuple[str, Formula, int | None]] = [("here", kept.sequence, None)]
    if kept.windows:
        compared.append(("unbounded", kept.unbounded, None))
    if _differs(kept.in_full, kept, derivation):
        compared.append(("latent" if kept.latent else "in_full", kept.in_full, None))
    elif not kept.windows and derivation.sizes[cached_bytes.name] > 1:
        compared.append(("bits", kept.sequence, BITS[1]))
    others = [_at(formula, end, bits, derivation) for _name, formula, bits in compared]
    # Beside a line that is so much higher, the model's own would lie on the ground.
    far = max(others) > FAR * others[0]
    drawn = _every_point if far else _line
    lines = [(name, drawn(formula, end, bits, derivation)) for name, formula, bits in compared]
    power = _power(max(amount for _name, points in lines for _length, amount in points))
    unit = BYTES[power - 1][1]

    def said(formula: Formula, length: int, bits: int | None) -> str:
        return f"{in_short(Fraction(_at(formula, length, bits, derivation), 1000**power))} {unit}"

    names = [
        prose("idea_plot_line", name=name, amount=said(formula, here, bits), tokens=grouped(here), bits=bits)
        for name, formula, bits in compared
    ]
    ends = [
        prose("idea_plot_end", line=Markup(name), amount=said(formula, end, bits), tokens=grouped(end))
        for name, (_name, formula, bits) in zip(names, compared, strict=True)
    ]
    scaled = [tuple((x, exact(Fraction(y, 1000**power))) for x, y in points) for _name, points in lines]
    dot = here, exact(Fraction(_at(kept.sequence, here, None, derivation), 1000**power))
    return Figure(
        "length",
        prose("idea_plot_caption", bits=near(8 * Fraction(derivation.sizes[cached_bytes.name])), logarithmic=far),
        prose("idea_plot_alt", unit=unit, lines=Markup("; ".join(ends))),
        Curves(
            prose("idea_plot_x"),
            unit,
            tuple(Series(name, points, line=True) for name, points in zip(names, scaled, strict=True)),
            (dot,),
            marks(derivation, prose),
            logarithmic=far,
        ),
        fixed=True,
    )


def longest_of(derivation: Derivation) -> int:
    """Return up to which length a plot goes: the longest text, or what is usual; that of the page at least."""
    return max(int(derivation.sizes[context.name]), _made_for(derivation) or USUAL)


def _made_for(derivation: Derivation) -> int:
    """Return the longest text that the model was made for; 0 where nothing says so."""
    most = longest_text(derivation.model)
    return most.tokens if most is not None else 0


def marks(derivation: Derivation, prose: Prose) -> tuple[tuple[int, str], ...]:
    """Return the lengths that a plot marks, with a name each: that of the page, and the longest text."""
    here, longest = int(derivation.sizes[context.name]), _made_for(derivation)
    said = {length: grouped(length) for length in (here, longest) if length}
    return tuple(
        (length, prose("idea_plot_mark", tokens=words, longest=length == longest, here=length == here))
        for length, words in said.items()
    )


def _line(formula: Formula, end: int, bits: int | None, derivation: Derivation) -> tuple[tuple[int, Exact], ...]:
    """Return a line up to a length, without the points between which it is straight."""
    points: list[tuple[int, Exact]] = []
    for length in (0, *drawn_lengths(end, PARTS)):
        point = length, _at(formula, length, bits, derivation)
        while len(points) > 1 and _straight(*points[-2:], point):
            points.pop()
        points.append(point)
    return tuple(points)


def _every_point(formula: Formula, end: int, bits: int | None, derivation: Derivation) -> tuple[tuple[int, Exact], ...]:
    """Return a line for logarithmic axes, from a part of the length on: they have no 0, and bend what is straight."""
    start = min(end // LONGER, int(derivation.sizes[context.name]))
    lengths = (length for length in drawn_lengths(end, PARTS) if length >= start)
    return tuple((length, _at(formula, length, bits, derivation)) for length in lengths)


def drawn_lengths(end: int, parts: int) -> list[int]:
    """Return so many lengths up to the last, evenly spread, and the powers of two between them."""
    powers = {2**power for power in range(end.bit_length())}
    return sorted({*powers, *(end * part // parts for part in range(1, parts + 1))} - {0})


def _straight(*points: tuple[int, Exact]) -> bool:
    (x, y), (between, height), (last, end) = points
    return (height - y) * (last - x) == (end - y) * (between - x)


def _table(kept: KeptBySequence, derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the table, and above it the bytes of one token where each token adds as much."""
    lengths = _lengths(derivation)
    more = _differs(kept.in_full, kept, derivation)
    power = _power(max(_at(formula, lengths[-1], BITS[0], derivation) for formula in (kept.sequence, kept.in_full)))
    unit = BYTES[power - 1][1]
    shown = [(kept.sequence, bits) for bits in BITS] + ([(kept.in_full, BITS[0])] if more else [])
    rows: list[tuple[Cell, ...]] = [
        (
            grouped(length),
            *(in_short(Fraction(_at(formula, length, bits, derivation), 1000**power)) for formula, bits in shown),
        )
        for length in lengths
    ]
    columns = [prose("idea_by_context_length"), *(prose("idea_by_context_bits", bits=bits, unit=unit) for bits in BITS)]
    columns += [prose("idea_by_context_in_full", bits=BITS[0], unit=unit, latent=kept.latent)] if more else []
    each = [grouped(_at(kept.token, 1, bits, derivation)) for bits in BITS] if kept.token else ["", ""]
    known = bool(_made_for(derivation))
    yield Paragraph(prose("idea_by_context", first=each[0], second=each[1], known=known), fixed=True)
    numeric = frozenset(range(len(columns)))
    yield Table(prose("idea_by_context_table"), tuple(columns), tuple(rows), numeric, fixed=True)


def _differs(other: Formula, kept: KeptBySequence, derivation: Derivation) -> bool:
    return other.value(derivation.sizes) != kept.sequence.value(derivation.sizes)


def _power(most: Exact) -> int:
    """Return the power of 1,000 of the unit in which the largest of some bytes is said."""
    return max((power for power in range(1, len(BYTES) + 1) if most >= 1000**power), default=1)


def _lengths(derivation: Derivation) -> tuple[int, ...]:
    """Return up to four lengths, the last of them the longest that the model was made for, where it says so."""
    longest = _made_for(derivation) or USUAL
    return (*(length for length in LENGTHS if length < longest), longest)[-ROWS:]


def _at(formula: Formula, length: int, bits: int | None, derivation: Derivation) -> Exact:
    """Return the bytes of a sequence of so many tokens, in numbers of so many bits or of those of the page."""
    put: dict[str, Exact] = {context.name: length}
    if bits is not None:
        put[cached_bytes.name] = exact(Fraction(bits, 8))
    return formula.value({**derivation.sizes, **put})
