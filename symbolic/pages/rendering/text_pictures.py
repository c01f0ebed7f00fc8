"""Pictures as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import zip_longest

from symbolic.formulas.figures import percent
from symbolic.pages.pictures import Bar, Box, Diagram, Flow, Matrices, Matrix
from symbolic.pages.rendering.picture_words import box_figure, box_words, drawn_copies, flow_words, matrix_words

BAR_WIDTH = 40


def blocks_of(bar: Bar) -> Iterator[str]:
    """Yield a bar as lines of text: a part's name, a row of blocks as long as its share, the share."""
    longest = max(len(name) for name, _, _ in bar.parts)
    for name, _, share in bar.parts:
        blocks = "█" * int(share.value * BAR_WIDTH + Fraction(1, 2)) or "▏"
        yield f"{name.ljust(longest)}  {blocks} {percent(share.value)}"


BOX_WIDTH = 64


def boxes_of(diagram: Diagram, words: Callable[[str], str]) -> Iterator[str]:
    """Yield a diagram as lines of text, a frame for each box; a line at the right leads from one to what reads it."""
    lines = [(place, line) for place, box in enumerate(diagram.boxes) for line in _placed(box, words, BOX_WIDTH)]
    ends = [at for at, (_, line) in enumerate(lines) if line.endswith(READS)]
    starts = [at for at, (place, _) in enumerate(lines) if place == diagram.source]
    for at, (_, line) in enumerate(lines):
        inside = bool(ends) and bool(starts) and starts[-2] <= at <= ends[-1]
        sign = "" if not inside else "──┐" if at == starts[-2] else "  │"
        if at in ends:
            sign = "──┘" if at == ends[-1] else "──┤"
        yield line.ljust(BOX_WIDTH if sign else 0) + sign
    if diagram.out:
        yield _arrow(diagram.out, words)


READS = ("◀", "┼")
"""How a line ends that has a box which reads what another one gives."""


def _arrow(flow: Flow, words: Callable[[str], str], end: str = "▼") -> str:
    return f"  {end}  {words(flow_words(flow))}".rstrip()


def _placed(box: Box, words: Callable[[str], str], width: int) -> Iterator[str]:
    """Yield a box with the way into it, or the way beside it."""
    if box.into:
        yield _arrow(box.into, words, "│" if box.added else "▼")
    if not box.added:
        beside = "  │  " if box.beside else ""
        yield from (beside + line for line in _framed(box, words, width - len(beside)))
        return
    *lines, last = _framed(box, words, width - 7)
    yield from (f"  │    {line}" for line in lines)
    yield f"  ⊕◀── {last}"


def _added(box: Box, words: Callable[[str], str], width: int) -> Iterator[str]:
    """Yield boxes with the stream at their left: an arrow leads in at the first, and out at the last, to a plus."""
    lines: list[str] = []
    for one in box.boxes:
        lines += [_arrow(one.into, words)] if one.into else []
        lines += _framed(one, words, width - 5)
    for place, line in enumerate(lines):
        stream = "├──▶ " if place == 1 else "⊕◀── " if place == len(lines) - 1 else "│    "
        yield stream + line


def _framed(box: Box, words: Callable[[str], str], width: int) -> Iterator[str]:
    if not box.title:
        yield from _added(box, words, width)
        return
    lines = _between(box.title, box_figure(box), width - 4)
    lines += [line for text in box_words(box) for line in textwrap.wrap(words(text), width - 4)]
    lines += _inside(box, words, width - 4)
    if box.beside:
        yield f"┌{'╌' * (width - 2)}┐"
        yield from (f"╎ {line.ljust(width - 4)} ╎" for line in lines)
        yield f"└{'╌' * (width - 2)}┘"
        return
    yield f"┌{'─' * (width - 2)}┐"
    for at, line in enumerate(lines):
        # The way from what it reads ends at the title of a box, and goes through the frames around it.
        read = "◀" if box.reads and not at else "─┼" if line.endswith(READS) else " │"
        yield f"│ {line.ljust(width - 4)}{read.rjust(2)}"
    yield f"└{'─' * (width - 2)}┘"


def _inside(box: Box, words: Callable[[str], str], width: int) -> Iterator[str]:
    """Yield the boxes in a box, and what comes out of the last; the way past it is a line at its right."""
    fork = box.fork
    if fork:
        yield from _inside(replace(box, boxes=fork.before, out=()), words, width)
        through = replace(box, boxes=fork.last, out=(fork.through,))
        yield from (f"{line.ljust(width - 2)} │" for line in _inside(through, words, width - 2))
        yield f"  ┌{'─' * (width - 4)}┘"
        yield from textwrap.wrap(_arrow(fork.past, words), width)
        return
    for one in box.boxes:
        if one.into and not box.reads:
            yield from textwrap.wrap(_arrow(one.into, words), width)
        yield from _framed(one, words, width)
    for flow in box.out:
        yield from textwrap.wrap(_arrow(flow, words), width)


def _between(left: str, right: str, width: int) -> list[str]:
    """Return two texts at the two ends of a line, or of two lines where one is too short."""
    if not right:
        return textwrap.wrap(left, width)
    if len(left) + 2 + len(right) <= width:
        return [left + right.rjust(width - len(left))]
    return [*textwrap.wrap(left, width), right.rjust(width)]


SIGNS_ACROSS = 24
"""So many signs of text are as wide as the longest axis; a sign is about twice as high as it is wide."""


def matrices_of(matrices: Matrices, words: Callable[[str], str], width: int) -> Iterator[str]:
    """Yield matrices as lines of text: those of a group side by side, as many as fit."""
    for title, group in matrices.groups:
        yield words(title)
        line: list[list[str]] = []
        for drawing in (_in_signs(one, matrices.longest, words) for one in group):
            if line and sum(map(_across, (*line, drawing))) + 3 * len(line) > width - 2:
                yield from _side_by_side(line)
                line = []
            line.append(drawing)
        yield from _side_by_side(line)


def _in_signs(matrix: Matrix, longest: int, words: Callable[[str], str]) -> list[str]:
    """Return the lines of a matrix: the list that goes in at its left, and the one that comes out below."""
    rows, columns = (Fraction(int(axis) * SIGNS_ACROSS, longest) for axis in matrix.shape.axes)
    high, wide = max(1, round(rows / 2)), max(1, round(columns))
    one = [f"│ {'░' * wide}"] * high + [f"  {'─' * wide}"]
    lines = ["  ".join(parts) for parts in zip(*[one] * drawn_copies(matrix), strict=True)]
    return [matrix.title, words(matrix_words(matrix)), *lines]


def _across(lines: Sequence[str]) -> int:
    return max(map(len, lines))


def _side_by_side(drawings: Sequence[list[str]]) -> Iterator[str]:
    widths = [_across(lines) for lines in drawings]
    for lines in zip_longest(*drawings, fillvalue=""):
        yield "  " + "   ".join(line.ljust(width) for line, width in zip(lines, widths, strict=True)).rstrip()
    yield ""
