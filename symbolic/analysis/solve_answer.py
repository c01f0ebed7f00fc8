"""The answer of a page that solves, in sentences: the size and its total, what else changes, and how wide heads get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import floor, lcm

from symbolic.analysis.constraints import KEEPS
from symbolic.analysis.solving import CLOSE, Candidate, Solved, Unreachable, solve_one
from symbolic.analysis.words import decimal
from symbolic.formulas.figures import grouped, percent, significant
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import emb_dim, head_dim, n_heads
from symbolic.measuring.derivation import Derivation
from symbolic.pages.listing import listed
from symbolic.pages.prose import Markup, Prose

HEAD_STEP = 8
"""FlashAttention 2 works on heads whose width is a multiple of this, and fills others up with zeros."""
MOST_NAMED = 4


def answer(best: Candidate, unknowns: Sequence[str], target: Fraction, unit: str, prose: Prose) -> str:
    """Return the sizes that were found, their total, and how far that is from the target."""
    asked, others = (_equal({name: size for name, size in best.sizes.items() if (name in unknowns) is here})
                     for here in (True, False))  # fmt: skip
    return prose(
        "answer",
        sizes=Markup(f"**{listed(asked)}**"),
        others=Markup(listed(others)) if others else "",
        total=grouped(best.total),
        unit=unit,
        off=percent(abs(best.off)) if best.off else "",
        more=best.off > 0,
        target=grouped(floor(target)),
    )


def reasons(solved: Solved, prose: Prose) -> Iterator[str]:
    """Yield what the equation itself gives, where that is no size, and why the total is far off, where it is."""
    name, root = solved.constraints.unknown.name, solved.solution.root
    if root.low != root.high or root.low.denominator != 1:
        yield prose("answer_exactly", unknown=Markup(f"`{name}`"), about=_rounded(solved.solution.about))
    if abs(solved.best.off) > CLOSE and not solved.at_most:
        step = solved.constraints.step
        yield prose(
            "answer_far",
            unknown=Markup(f"`{name}`"),
            step=grouped(step) if step != 1 else "",
            kept=bool(solved.constraints.kept),
        )


def changed(derivation: Derivation, best: Candidate, prose: Prose) -> str:
    """Return which sizes and ratios of the model become others with the solution; "" where none does."""
    before, after = derivation.sizes, best.model.sizes
    found: list[tuple[str, Exact, Exact]] = [
        (f"`{symbol.name}`", before[symbol.name], after[symbol.name])
        for symbol in derivation.definitions
        if before.get(symbol.name) != after.get(symbol.name, before.get(symbol.name))
    ]
    for keep in KEEPS.values():
        ends = [_ratio(sizes, keep.above.name, keep.below.name) for sizes in (before, after)]
        # The width of a head is a size of its own.
        if keep.name != head_dim.name and ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
            aspect = f" ({prose('aspect')})" if keep.name == "aspect" else ""
            found.append((f"`{keep.above.name}` / `{keep.below.name}`{aspect}", ends[0], ends[1]))
    each = [prose("changed_one", what=Markup(what), before=_short(old), after=_short(new)) for what, old, new in found]
    return prose("changed", changes=Markup(listed(each))) if each else ""


def heads(derivation: Derivation, candidates: Sequence[Candidate], prose: Prose) -> str:
    """Return which heads have a width that kernels do not like; "" where none has."""
    wide = dict.fromkeys(wide for one in candidates if (wide := head_width(derivation, one)) and wide % HEAD_STEP)
    named, many = [*map(grouped, wide)][:MOST_NAMED], len(wide) > MOST_NAMED
    return prose("heads", widths=", ".join(named) if many else listed(named), many=many) if wide else ""


def better_heads(solved: Solved, keep: Sequence[str], prose: Prose) -> str:
    """Return what to ask for so that no head has such a width; "" where that is not known."""
    if solved.constraints.unknown != emb_dim or n_heads in solved.constraints.factors:
        return ""
    step = lcm(HEAD_STEP * int(solved.derivation.sizes[n_heads.name]), int(solved.constraints.step))
    try:
        better = solve_one(solved.derivation, emb_dim, solved.target, keep, step, at_most=solved.at_most).best
    except Unreachable:
        return ""
    return prose(
        "better_heads",
        step=step,
        size=grouped(better.sizes[emb_dim.name]),
        total=grouped(better.total),
        unit=solved.derivation.unit,
        off=percent(abs(better.off)),
    )


def head_width(derivation: Derivation, one: Candidate) -> int | None:
    """Return the width of a head of a config, where it follows from sizes that are solved for; else None."""
    defined = derivation.definitions.get(head_dim)
    if defined is None or not {symbol.name for symbol in defined.symbols} & set(one.sizes):
        return None
    return one.model.sizes.get(head_dim.name)


def _equal(sizes: Mapping[str, Exact]) -> list[str]:
    return [f"`{name}` = {grouped(size)}" for name, size in sizes.items()]


def _ratio(sizes: Mapping[str, Exact], above: str, below: str) -> Fraction | None:
    top, bottom = sizes.get(above), sizes.get(below)
    return Fraction(top) / Fraction(bottom) if top and bottom else None


def _short(number: Exact) -> str:
    return grouped(number) if Fraction(number).denominator == 1 else decimal(number, 3)


def _rounded(number: Fraction) -> str:
    """Return a number with two places, or a small one with three digits."""
    return significant(number, len(str(floor(number))) + 2)
