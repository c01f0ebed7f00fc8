"""The table of all layouts of so many devices: which of them fit, and how full each is."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symbolic.formulas.figures import grouped, in_gigabytes, percent
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import context_parallel
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.fullest import room_of
from symbolic.measuring.layout_search import (
    MATRICES,
    SharedOut,
    devices_of,
    has_experts_divided,
    has_two_stages,
    layouts_of,
)
from symbolic.measuring.layouts import NAME, is_close
from symbolic.measuring.pipelines import EXPERT_DEVICES
from symbolic.pages.cells import Cell
from symbolic.pages.page import Items, Paragraph, Section, Table
from symbolic.pages.prose import Prose


def how_many_fit(derivation: Derivation) -> Iterator[Paragraph]:
    """Yield how many of all layouts fit, where a page has them."""
    if found := _found(derivation):
        fit = [one for one in found if one.bytes <= room_of(derivation)]
        here = any(_is_here(one, derivation) for one in fit)
        prose = Prose("layouts", "layouts")
        says = prose("every_in_short", devices=grouped(devices_of(derivation)), fit=len(fit), every=len(found))
        if fit and not here:
            # What shares one copy of the network must send numbers about in each layer, so few do it.
            least = min(fit, key=lambda one: (one.tensor * one.pipeline, one.pipeline))
            options = {"tp": least.tensor, "pp": least.pipeline, "ep": least.expert}
            says += " " + prose(
                "every_least",
                options=" ".join(f"--{name} {many}" for name, many in options.items() if many > 1) or "--tp 1",
                size=in_gigabytes(least.bytes),
            )
        yield Paragraph(says, fixed=True)


def has_all_layouts(derivation: Derivation) -> bool:
    """Return whether a page has the section."""
    return bool(_found(derivation))


def _found(derivation: Derivation) -> tuple[SharedOut, ...]:
    """Return the layouts, where somebody asked for one of several devices, and there are others."""
    default = derivation.quantity.default
    if derivation.quantity.name != NAME or derivation.convention != default or has_two_stages(derivation):
        return ()
    found = layouts_of(derivation).rows if devices_of(derivation) > 1 else ()
    return found if len(found) > 1 else ()


def all_layouts(derivation: Derivation) -> tuple[Section, ...]:
    """Return the section, where somebody asked for a layout of several devices; its own row is bold."""
    if not (found := _found(derivation)):
        return ()
    devices = devices_of(derivation)
    prose, room = Prose("layouts", "layouts"), room_of(derivation)
    experts = any(one.expert > 1 for one in found)
    chosen = {choice.name: choice.value for choice in derivation.quantity.choices}
    # Where all layers are computed again anyway, one column says it.
    twice = chosen["recompute"] != "full"
    here = [place for place, one in enumerate(found) if _is_here(one, derivation)]
    says = prose(
        "every",
        devices=grouped(devices),
        fit=sum(one.bytes <= room for one in found),
        again=sum(one.recomputed <= room for one in found) if twice else "",
        every=len(found),
        room=in_gigabytes(room),
        here=bool(here),
        refused=layouts_of(derivation).refused,
        uneven=layouts_of(derivation).uneven,
        zero=chosen["zero"],
    )
    names = ["tensor", "stages", *(["expert"] if experts else []), "data", "fullest", "full", "verdict"]
    columns = [prose(f"column_every_{name}") for name in (*names, *(["recomputed"] if twice else []))]
    rows = []
    for one in found:
        divided = (one.tensor, one.pipeline, *((one.expert,) if experts else ()), one.data)
        share = percent(Fraction(one.bytes) / Fraction(room))
        cells: tuple[Cell, ...] = (*divided, in_gigabytes(one.bytes), share, prose(_verdict(one.bytes, room)))
        rows.append((*cells, in_gigabytes(one.recomputed)) if twice else cells)
    numeric = frozenset(range(len(columns))) - {len(names) - 1}
    caption, title = (prose(f"every_{name}", devices=grouped(devices)) for name in ("table", "title"))
    table = Table(caption, tuple(columns), tuple(rows), numeric, frozenset(here))
    columns_say = Items(tuple(_columns_say(derivation, prose, experts)))
    return (Section("all-layouts", title, (Paragraph(says), columns_say, table), fixed=True),)


def _columns_say(derivation: Derivation, prose: Prose, experts: bool) -> Iterator[tuple[str, str]]:
    """Yield what the first columns say: among how many devices what is divided."""
    said = {
        "tensor": {"matrices": ", ".join(map(str, MATRICES[:-1])), "server": MATRICES[-1]},
        "stages": {},
        **({"expert": {"given": has_experts_divided(derivation), "most": EXPERT_DEVICES[-1]}} if experts else {}),
        "data": {"context": int(derivation.sizes.get(context_parallel.name, 1))},
    }
    yield from (
        (prose(f"every_{name}_term"), prose(f"every_{name}_says", **with_them)) for name, with_them in said.items()
    )


def _is_here(one: SharedOut, derivation: Derivation) -> bool:
    names = ("tensor_parallel", "pipeline_parallel", "expert_parallel", "data_parallel")
    split = (one.tensor, one.pipeline, one.expert, one.data)
    return all(derivation.sizes.get(name, 1) == many for name, many in zip(names, split, strict=True))


def _verdict(size: int, room: Exact) -> str:
    return "every_none" if size > room else "every_close" if is_close(size, room) else "every_fits"
