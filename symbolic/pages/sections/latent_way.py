"""The way of a token's numbers through latent attention: down to short lists, and up from them to the heads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from symbolic.formulas.formula import Formula, Number, Product, Sum, total
from symbolic.formulas.vocabulary import (
    emb_dim,
    kv_lora_rank,
    n_heads,
    q_lora_rank,
    qk_nope_head_dim,
    qk_rope_head_dim,
    v_head_dim,
)
from symbolic.language import capitalised
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.measuring.results import companion
from symbolic.measuring.step import Step
from symbolic.pages.cells import Derived, Sentence, place_of
from symbolic.pages.colours import colour_of
from symbolic.pages.page import Paragraph, Part
from symbolic.pages.pictures import Box, Diagram, Flow
from symbolic.pages.prose import Prose
from symbolic.pages.sections.placed_figures import PlacedFigures
from symbolic.pages.sections.shapes import shape_of
from symbolic.pages.sections.steps import anchor

KEPT = "kept"
"""What is drawn between the weights: the numbers that are kept of a token."""
QUERIES = {
    "query_matrix": emb_dim,
    "query_down_matrix": emb_dim,
    "query_norm_scale": q_lora_rank,
    "query_up_matrix": q_lora_rank,
}
KEYS_AND_VALUES = {
    "key_value_down_matrix": emb_dim,
    "key_value_norm_scale": kv_lora_rank + qk_rope_head_dim,
    KEPT: kv_lora_rank + qk_rope_head_dim,
    "key_value_up_matrix": kv_lora_rank,
}
OUTPUT = {"output_projection_matrix": n_heads * v_head_dim}
"""The weights on each way, and how long the list is that goes into each."""
NORMS = ("query_norm_scale", "key_value_norm_scale")


def kept_latent(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the drawing on the page of the cache, where only the box of what is kept is coloured."""
    for part in latent_way(companion(derivation, "parameters"), prose):
        yield part._replace(boxes=tuple(map(_pale, part.boxes))) if isinstance(part, Diagram) else part


def _pale(box: Box) -> Box:
    """Return a box without a way to its step, which stands on another page, and without colour if it is a part."""
    return replace(box, step="", boxes=tuple(map(_pale, box.boxes)), colour=box.colour if box.count is None else 0)


def latent_way(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the drawing of the first latent attention: the way of queries, and that of keys and values."""
    found = next((step for step in _blocks(derivation) if KEYS_AND_VALUES.keys() - {KEPT} <= _keys(step)), None)
    if found is None:
        return
    steps = {step.key: step for step in found.steps}
    queries, up = n_heads * (qk_nope_head_dim + qk_rope_head_dim), n_heads * (qk_nope_head_dim + v_head_dim)
    ways = (
        _way("queries", QUERIES, {"queries_out": queries}, steps, derivation, prose),
        _way("keys", KEYS_AND_VALUES, {"keys_out": up, "rotated_out": qk_rope_head_dim}, steps, derivation, prose),
    )
    meeting = Box(prose("latent_meeting"), "", None, notes=(prose("latent_meeting_says"),), colour=0)
    boxes = (*ways, meeting, *_boxes(OUTPUT, steps, derivation, prose))
    alt = prose(
        "latent_alt", ways="; ".join(f"{way.title}: {', '.join(box.title for box in way.boxes)}" for way in ways)
    )
    yield Paragraph(
        prose("latent", squeezed="query_down_matrix" in steps, number=found.number, link=anchor(found.number))
    )
    yield Diagram(boxes, alt, _flow(emb_dim, "latent_end", derivation, prose), side_by_side=len(ways))
    if "query_down_matrix" in steps:
        one, thin = Product((emb_dim, queries)), Sum((Product((emb_dim, q_lora_rank)), Product((q_lora_rank, queries))))
        placed = PlacedFigures(derivation)
        sides = {"width": emb_dim, "wide": queries, "rank": q_lora_rank, "one": one, "thin": thin}
        yield placed.paragraph(prose("latent_thin", **{name: placed.whole(side) for name, side in sides.items()}))
    sizes = (emb_dim, n_heads, q_lora_rank, kv_lora_rank, qk_nope_head_dim, qk_rope_head_dim, v_head_dim)
    there = [size for size in sizes if size.name in derivation.sizes]
    figures = tuple(Derived(integer_value(size, derivation.sizes), size) for size in there)
    values = {size.name: place_of(index) for index, size in enumerate(there)}
    squeezed = "query_down_matrix" in steps
    yield Paragraph(Sentence(prose("latent_letters", **values, squeezed=squeezed), figures), tone="note")


def _blocks(derivation: Derivation) -> Iterator[Step]:
    return (visit.step for visit in derivation.root.walk() if visit.step.role == "attention" and visit.step.value)


def _keys(step: Step) -> set[str]:
    return {below.key for below in step.steps}


def _flow(width: Formula, says: str, derivation: Derivation, prose: Prose) -> Flow:
    return Flow(prose(says), shape_of(1, (Number(1), width), derivation))


def _way(
    name: str,
    keys: Mapping[str, Formula],
    out: Mapping[str, Formula],
    steps: Mapping[str, Step],
    derivation: Derivation,
    prose: Prose,
) -> Box:
    """Return the frame of a way, with the boxes on it and what comes out, by the names of its words."""
    boxes = tuple(_boxes(keys, steps, derivation, prose))
    whole = total(tuple(steps[key].formula for key in keys if key in steps))
    count = Derived(integer_value(whole, derivation.sizes), whole)
    return Box(
        prose(f"latent_{name}"),
        "",
        count,
        boxes=boxes,
        out=tuple(_flow(width, f"latent_{says}", derivation, prose) for says, width in out.items()),
        colour=0,
    )


def _boxes(
    keys: Mapping[str, Formula], steps: Mapping[str, Step], derivation: Derivation, prose: Prose
) -> Iterator[Box]:
    """Yield the boxes of what is kept and of the weights that are there, each with the list that goes into it."""
    for key, width in keys.items():
        weight = steps[key].weight if key in steps else None
        if weight is None and key != KEPT:
            continue
        into = _flow(width, f"latent_{key}_into", derivation, prose)
        if weight is None:
            kept = shape_of(1, (width,), derivation)
            says, colour = (prose("latent_kept_says"),), colour_of("attention")
            yield Box(prose("latent_kept"), "", None, shapes=(kept,), notes=says, into=into, colour=colour)
        else:
            step = steps[key]
            yield Box(
                capitalised(step.label),
                anchor(step.number),
                Derived(step.value, step.formula),
                shapes=(shape_of(1, weight.shape, derivation),),
                into=into,
                colour=colour_of("norm" if key in NORMS else "attention"),
            )
