"""The lesson of training memory: what a parameter and a token cost, and what fits on how many devices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from symbolic.errors import SymbolicError
from symbolic.formulas.figures import grouped, in_bytes, in_gigabytes, in_short, near, percent, significant
from symbolic.formulas.formula import Number, Sum, exact
from symbolic.formulas.scales import GIGA
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import (
    batch_size,
    device_memory,
    gradient_bytes,
    reserved_memory,
    state_bytes,
    working_bytes,
)
from symbolic.language import translate, unit
from symbolic.measuring import fitting, optimizers, quantities
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.layouts import (
    DEVICES,
    KEPT,
    LITTLE,
    NAME,
    WAYS,
    Found,
    Layouts,
    is_close,
    layouts,
    tokens_at_work,
)
from symbolic.measuring.made_once import made_once
from symbolic.measuring.pipelines import Pipelines, pipelines
from symbolic.measuring.results import companion, derived_results
from symbolic.networks.walks import leaves
from symbolic.pages.cells import Cell
from symbolic.pages.page import Equation, Items, Paragraph, Part, Section, Table
from symbolic.pages.prose import Markup, Prose
from symbolic.pages.sections import pipelines as pipelines_section
from symbolic.pages.sections.all_layouts import has_all_layouts
from symbolic.pages.sections.one_device import held, is_asked, largest_batch
from symbolic.pages.sections.one_layer import one_layer

TRAINING = "training-memory"
ACTIVATED_GATE = "activated_gate"
TAUGHT = frozenset({NAME, TRAINING})
"""The quantities whose pages have the lesson."""
KEEPING = {"none": "all-kept", "selective": "selective-recomputation", "full": "full-recomputation"}


def first_sentence(derivation: Derivation) -> Iterator[Paragraph]:
    """Yield the sentence with the first layout that fits, where the page is about training memory."""
    found = known_layouts(derivation)
    if found is not None:
        prose = Prose("layouts", "layouts")
        answer = _answer if answers(derivation) else _first
        yield Paragraph(answer(found, derivation, prose), fixed=True)
        published = found.staged.published if found.staged.is_published(derivation) else None
        if published is not None and published.second:
            yield Paragraph(prose("both", published=in_gigabytes(published.bytes)), tone="note", fixed=True)


def optimizer_chosen(derivation: Derivation) -> Iterator[Paragraph]:
    """Yield what the optimizer keeps, where somebody chose one."""
    for name in optimizers.chosen(derivation.quantity).values():
        says = Prose("layouts", "layouts")("optimizer", says=Markup(translate(optimizers.find(name).says)))
        yield Paragraph(says, fixed=True)


def fits_in_binary(derivation: Derivation) -> Iterator[Paragraph]:
    """Yield that as many GiB would hold what the GB of a device do not, where a page judges one device by its total."""
    if answers(derivation) or (derivation.quantity.name == TRAINING and known_layouts(derivation) is not None):
        return
    left = next((one.value for one in derived_results(derivation) if one.title == fitting.LEFT), 0)
    if left and fitting.would_fit_in_binary(left, derivation.sizes):
        size = near(Fraction(derivation.sizes[device_memory.name], GIGA))
        yield Paragraph(Prose("layouts", "layouts")("binary", size=size), tone="note", fixed=True)


def answers(derivation: Derivation) -> bool:
    """Return whether the page is about what it takes, since nobody said how devices share the network."""
    return derivation.quantity.name == NAME and not is_asked(derivation) and known_layouts(derivation) is not None


def layouts_section(derivation: Derivation) -> tuple[Section, ...]:
    """Return the lesson; () where the layouts are unknown."""
    found = known_layouts(derivation)
    if found is None:
        return ()
    prose = Prose("layouts", "layouts")
    parts = (
        *(_first_to_fit(found, derivation) if derivation.quantity.name == TRAINING else ()),
        *_each(derivation, prose),
        *_tokens(found.shared, derivation, prose),
        *_table(found.shared, derivation, prose),
        *_table_of_totals(derivation, found, Prose("takeaways", "takeaways")),
        # Where all layouts stand in a table, these would say it once more.
        *(
            ()
            if has_all_layouts(derivation)
            else pipelines_section.table(found.staged, found.shared, derivation, Prose("pipelines", "pipelines"))
        ),
    )
    return (Section("layouts", prose("title"), parts),)


def _first_to_fit(found: Known, derivation: Derivation) -> Iterator[Paragraph]:
    """Yield what a page of training memory says of devices: which layout fits, and how many would if all is divided."""
    yield from first_sentence(derivation)
    if found.shared.first is not None and found.shared.first.devices == 1:
        return
    whole = derivation.counted_as(derivation.quantity.default).total
    for says in shared_evenly(whole, found, derivation, Prose("takeaways", "takeaways")):
        yield Paragraph(says, fixed=True)


def shared_evenly(whole: int, found: Known, derivation: Derivation, prose: Prose) -> Iterator[str]:
    """Yield how many devices all bytes would fill, if they were divided evenly, and how many the first layout takes."""
    first, staged = found.shared.first, found.staged.first
    devices = first.devices if first is not None else staged.shared.devices if staged is not None else 0
    if devices and not answers(derivation):
        least = ceil(Fraction(whole) / found.shared.room)
        yield prose(
            "shared",
            least=grouped(least) if least > 1 else 1,
            devices=grouped(devices) if devices > 1 else 1,
            more=devices > least,
        )


def _table_of_totals(derivation: Derivation, found: Known, prose: Prose) -> Iterator[Table]:
    """Yield the table of the totals of one device that a page has, each with what it leaves out."""
    quantity = derivation.quantity
    if quantity.name != TRAINING or derivation.convention != quantity.default:
        return
    again, one = derivation.counted_as(quantity.convention("full-recomputation")).total, found.shared.rows[1]
    rows: list[tuple[Cell, ...]] = []
    for kept, name, full in ((derivation.total, "kept", "whole"), (again, "again", "recomputed")):
        if one.get(full, kept) > kept:
            rows.append(
                (prose(f"total_{name}"), in_gigabytes(kept), prose("leaves_work", more=in_gigabytes(one[full] - kept)))
            )
            rows.append((prose(f"total_{full}"), in_gigabytes(one[full]), prose("leaves_buffers")))
    if not rows:
        return
    columns = tuple(prose(f"column_{name}") for name in ("total", "giga", "leaves"))
    yield Table(prose("totals"), columns, tuple(rows), frozenset({1}), fixed=True)


class Known(NamedTuple):
    """The layouts of a page: those of one stage, and those of several."""

    shared: Layouts
    staged: Pipelines


def known_layouts(derivation: Derivation) -> Known | None:
    """Return the layouts, made once for a page."""
    if derivation.quantity.name not in TAUGHT:
        return None
    return made_once(derivation, _known)


def _known(derivation: Derivation) -> Known | None:
    shared = layouts(derivation)
    if shared is None:
        return None
    staged = pipelines(derivation, shared)
    if staged.first is not None:
        # What takes more devices than one with stages is no answer.
        rows = {devices: row for devices, row in shared.rows.items() if devices <= DEVICES[-1]}
        shared = shared._replace(first=None, rows=rows)
    return Known(shared, staged)


def _first(found: Known, derivation: Derivation, prose: Prose) -> str:
    shared, first, staged = found.shared, found.shared.first, found.staged.first
    sizes = derivation.sizes
    batch = prose("batch", batch=grouped(sizes[batch_size.name]), tokens=grouped(tokens_at_work(derivation)))
    memory = in_gigabytes(sizes[device_memory.name])
    made = first_layout(found)
    if made is None:
        return prose("none", memory=memory, batch=batch)
    devices, way = made
    size = first.bytes if first is not None else staged.bytes if staged is not None else 0
    return prose(
        "first",
        devices=grouped(devices) if devices > 1 else 1,
        memory=memory,
        way=way,
        bytes=in_gigabytes(size),
        room=in_gigabytes(shared.room),
        reserved=in_gigabytes(sizes[reserved_memory.name]) if sizes[reserved_memory.name] else "",
        left=in_gigabytes(shared.room - size) if is_close(size, shared.room) else "",
        batch=batch,
    )


def _answer(found: Known, derivation: Derivation, prose: Prose) -> str:
    made, sizes, shared = first_layout(found), derivation.sizes, found.shared
    holding = held(derivation, shared, found.staged)
    if made is None or holding is None:
        return _first(found, derivation, prose)
    devices, way = made
    alone, most = shared.rows[1]["whole"], largest_batch(derivation, shared)
    return prose(
        "answer",
        devices=grouped(devices) if devices > 1 else 1,
        memory=in_gigabytes(sizes[device_memory.name]),
        way=way,
        bytes=in_gigabytes(holding.bytes),
        room=in_gigabytes(shared.room),
        left=in_gigabytes(shared.room - holding.bytes) if is_close(holding.bytes, shared.room) else "",
        batch=prose("batch", batch=grouped(sizes[batch_size.name]), tokens=grouped(tokens_at_work(derivation))),
        many=grouped(sizes[batch_size.name]),
        alone=in_gigabytes(alone),
        more=in_gigabytes(alone - derivation.total) if alone > derivation.total else "",
        most="" if most is None else grouped(most),
        tokens=grouped(tokens_at_work(derivation)),
    )


def first_layout(found: Known) -> tuple[int, str] | None:
    """Return how many devices the first layout that fits takes, and how they share the network; None without one."""
    shared, first, staged = found.shared, found.shared.first, found.staged.first
    if first is not None:
        return first.devices, _way(first.way, shared, first.devices, Prose("layouts", "layouts"))
    if staged is not None:
        return staged.shared.devices, pipelines_section.way(staged.shared, Prose("pipelines", "pipelines"))
    return None


def _way(way: str, found: Layouts, devices: int, prose: Prose) -> str:
    return prose(f"says_{way}", tensor=found.split.get(devices, 1), data=devices // found.split.get(devices, 1))


def _each(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield what one parameter costs, and all of them."""
    chosen = optimizers.chosen(derivation.quantity)
    if any(optimizers.find(name).differs for name in chosen.values()):
        yield Paragraph(prose("each_differs", **_on_average(derivation, chosen)), fixed=True)
        return
    parameters = Labelled(prose("parameters"), Number(companion(derivation, "parameters").total))
    formula = parameters * (working_bytes + gradient_bytes + state_bytes)
    sizes = derivation.sizes
    usual = not chosen and sizes[state_bytes.name] == 12
    each = (working_bytes + gradient_bytes + state_bytes).value(sizes)
    yield Paragraph(prose("each", bytes=grouped(each), usual=usual), fixed=True)
    yield Equation(formula, exact(Fraction(formula.value(sizes))), unit=unit("byte", "bytes"), sizes=sizes)


def _on_average(derivation: Derivation, chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the bytes of all weights, gradients and states, and how many these are for each parameter."""
    quantity = quantities.find(TRAINING).choosing(chosen)
    kept = {name: value for name, value in derivation.inputs.given.items() if name in KEPT}
    total = derive(derivation.model, quantity, quantity.convention("states"), kept).total
    parameters = companion(derivation, "parameters").total
    return {"bytes": in_bytes(total), "each": significant(Fraction(total, parameters), 4)}


def _tokens(found: Layouts, derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield what the backward pass needs of each token, by what is computed again."""
    quantity = quantities.find(TRAINING)
    kept = {name: value for name, value in derivation.inputs.given.items() if name in KEPT}
    rows: list[tuple[Cell, ...]] = []
    with suppress(SymbolicError):
        states = derive(derivation.model, quantity, quantity.convention("states"), kept)
        many = int(states.sizes[batch_size.name]) * tokens_at_work(states)
        named = KEEPING["full"] if derivation.quantity.name == TRAINING else ""
        more = {"again": grouped(found.again), "convention": named}
        for name, convention in KEEPING.items():
            whole = derive(derivation.model, quantity, quantity.convention(convention), kept).total - states.total
            whole += found.again if name == "full" else 0
            rows.append(
                (prose(f"again_{name}"), in_short(exact(Fraction(whole, many))), whole, prose(f"costs_{name}", **more))
            )
        columns = tuple(prose(f"column_{name}") for name in ("again", "token", "tokens", "costs"))
        yield Paragraph(prose("tokens", tokens=grouped(many)), fixed=True)
        yield Table(prose("tokens_table"), columns, tuple(rows), frozenset({1, 2}), fixed=True)
        everything = quantity.convention(KEEPING["none"])._replace(
            name="activations-all-kept", counts=quantity.convention("activations").counts
        )
        if any(leaf.part.key == ACTIVATED_GATE for leaf in leaves(derivation.model.network)):
            yield Paragraph(prose("gated"), fixed=True)
        if derivation.quantity.name == TRAINING:
            yield from one_layer(derive(derivation.model, quantity, everything, kept), prose)


def _shown(found: Layouts) -> list[int]:
    """Return the numbers of devices that the table has: of many on which nothing fits, every third and the last."""
    none = [devices for devices, row in found.rows.items() if all(size > found.room for size in row.values())]
    left_out = [devices for place, devices in enumerate(none[:-1]) if place % 3]
    return [devices for devices in found.rows if devices not in left_out]


def _table(found: Layouts, derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield what fits on what: a row for each number of devices, and one for the tokens of a device."""
    rows: list[tuple[Cell, ...]] = []
    shown, any_close = _shown(found), False
    for devices in shown:
        row = found.rows[devices]
        fits = next((way for way, size in row.items() if size <= found.room), None)
        sizes = (in_gigabytes(row[way]) if way in row else "–" for way in WAYS)
        close = "close" if fits and is_close(row[fits], found.room) else "fits"
        any_close = any_close or close == "close"
        rows.append((devices, prose(close, way=prose(f"column_{fits}")) if fits else prose("nothing"), *sizes))
    # What fits stands first: a phone shows the first columns, and the others when they are moved.
    columns = tuple(prose(f"column_{name}") for name in ("devices", "fits", *WAYS))
    strong = [place for place, devices in enumerate(shown) if found.first and devices == found.first.devices]
    here = grouped(derivation.sizes[batch_size.name] * tokens_at_work(derivation))
    if any("tensor" in found.rows[devices] for devices in shown):
        # Devices that split the matrices work on the same sequences.
        rows.append((prose("tokens_each"), "", *(here for _ in [*WAYS][:-1]), prose("for_a_group", tokens=here)))
    little = percent(LITTLE) if any_close else ""
    every = has_all_layouts(derivation)
    yield Paragraph(
        prose("table_says", every=every, room=in_gigabytes(found.room), little=little, strong=bool(strong)), fixed=True
    )
    named = {"whole": "column_whole", "zero": "ways_zero_term", "again": "ways_again_term", "tensor": "column_tensor"}
    yield Items(tuple((prose(term), prose(f"ways_{name}")) for name, term in named.items()), fixed=True)
    numeric = frozenset(range(len(columns))) - {1}
    yield Table(prose("table"), columns, tuple(rows), numeric, frozenset(strong), fixed=True)
    yield from _worked(found, derivation, prose)
    held = {"again": found.again, "fetched": found.fetched, "loss": found.loss[1]}
    said = {name: in_gigabytes(size) for name, size in held.items() if size}
    if said:
        yield Paragraph(prose("learnt"), fixed=True)
        items = ((prose(f"learnt_{name}_term"), prose(f"learnt_{name}", **{name: size})) for name, size in said.items())
        yield Items(tuple(items), fixed=True)
    yield Paragraph(prose("learnt_more"), fixed=True)


def _worked(found: Layouts, derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield what a device of the first layout that fits takes, added up."""
    if (first := found.first) is None:
        return
    way = _way(first.way, found, first.devices, prose)
    yield Paragraph(prose("worked", devices=first.devices, way=way), fixed=True)
    kept = first.bytes - first.states - first.at_work
    named = (("states", first.states), ("activations", kept), ("at_work", first.at_work))
    terms = tuple(Labelled(prose(f"bytes_{name}"), Number(size)) for name, size in named if size)
    yield Equation(Sum(terms), first.bytes, unit=unit("byte", "bytes"), sizes=derivation.sizes)
    yield Paragraph(prose("worked_steps", command=_command(first, found, derivation)), fixed=True)


def _command(first: Found, found: Layouts, derivation: Derivation) -> str:
    """Return the command that makes the page with the steps of what a device of a layout keeps."""
    tensor = found.split[first.devices] if first.way == "tensor" else 1
    asked = {"dp": first.devices // tensor, "tp": tensor}
    flags = [f"--{name} {number}" for name, number in asked.items() if number > 1]
    chosen = optimizers.chosen(derivation.quantity)
    flags += [f"--{name} {value}" for name, value in {**WAYS[first.way], **chosen}.items()]
    given = derivation.inputs.given.items()
    flags += [
        f"--set {name}={size}" for name, size in given if name in KEPT and name not in derivation.inputs.published
    ]
    return " ".join((f"symbolic explain {derivation.model.name} --quantity {NAME}", *flags))
