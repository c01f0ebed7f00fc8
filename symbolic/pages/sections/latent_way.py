"""The way of a token's numbers through latent attention: down to short lists, and up from them to the heads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from symbolic.formulas.formula import Formula, Number, total
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
from symbolic.pages.cells import Derived
from symbolic.pages.colours import colour_of
from symbolic.pages.page import Paragraph, Part
from symbolic.pages.pictures import Box, Diagram, Flow
from symbolic.pages.prose import Prose
from symbolic.pages.sections.shapes import shape_of
from symbolic.pages.sections.steps import anchor

QUERIES = {
    "query_matrix": emb_dim,
    "query_down_matrix": emb_dim,
    "query_norm_scale": q_lora_rank,
    "query_up_matrix": q_lora_rank,
}
KEYS_AND_VALUES = {
    "key_value_down_matrix": emb_dim,
    "key_value_norm_scale": kv_lora_rank,
    "key_value_up_matrix": kv_lora_rank,
}
OUTPUT = {"output_projection_matrix": n_heads * v_head_dim}
"""The weights on each way, and how long the list is that goes into each."""
NORMS = ("query_norm_scale", "key_value_norm_scale")


def kept_latent(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the drawing on the page of the cache: its words say what is kept, and the box that makes it is coloured."""
    for part in latent_way(companion(derivation, "parameters"), prose):
        yield part._replace(boxes=tuple(map(_pale, part.boxes))) if isinstance(part, Diagram) else part


def _pale(box: Box) -> Box:
    """Return a box without a way to its step, which stands on another page, and without colour where it keeps none."""
    return replace(box, step="", boxes=tuple(map(_pale, box.boxes)), colour=box.colour if box.notes else 0)


def latent_way(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the drawing of the first latent attention: the way of queries, and that of keys and values."""
    found = next((step for step in _blocks(derivation) if KEYS_AND_VALUES.keys() <= _keys(step)), None)
    if found is None:
        return
    steps = {step.key: step for step in found.steps}
    ways = (
        _way("queries", QUERIES, n_heads * (qk_nope_head_dim + qk_rope_head_dim), steps, derivation, prose),
        _way("keys", KEYS_AND_VALUES, n_heads * (qk_nope_head_dim + v_head_dim), steps, derivation, prose),
    )
    boxes = (*ways, *_boxes(OUTPUT, steps, derivation, prose))
    alt = prose(
        "latent_alt", ways="; ".join(f"{way.title}: {', '.join(box.title for box in way.boxes)}" for way in ways)
    )
    yield Paragraph(
        prose("latent", squeezed="query_down_matrix" in steps, number=found.number, link=anchor(found.number))
    )
    yield Diagram(boxes, alt, _flow(emb_dim, "latent_end", derivation, prose), side_by_side=len(ways))


def _blocks(derivation: Derivation) -> Iterator[Step]:
    return (visit.step for visit in derivation.root.walk() if visit.step.role == "attention" and visit.step.value)


def _keys(step: Step) -> set[str]:
    return {below.key for below in step.steps}


def _flow(width: Formula, says: str, derivation: Derivation, prose: Prose) -> Flow:
    return Flow(prose(says), shape_of(1, (Number(1), width), derivation))


def _way(
    name: str,
    keys: Mapping[str, Formula],
    out: Formula,
    steps: Mapping[str, Step],
    derivation: Derivation,
    prose: Prose,
) -> Box:
    """Return the frame of a way, with the boxes on it and what comes out."""
    boxes = tuple(_boxes(keys, steps, derivation, prose))
    whole = total(tuple(steps[key].formula for key in keys if key in steps))
    count = Derived(integer_value(whole, derivation.sizes), whole)
    return Box(
        prose(f"latent_{name}"),
        "",
        count,
        boxes=boxes,
        out=_flow(out, f"latent_{name}_out", derivation, prose),
        colour=0,
    )


def _boxes(
    keys: Mapping[str, Formula], steps: Mapping[str, Step], derivation: Derivation, prose: Prose
) -> Iterator[Box]:
    """Yield the boxes of the weights that are there, each with the list that goes into it."""
    for key, width in keys.items():
        if key in steps and (step := steps[key]).weight is not None:
            yield Box(
                capitalised(step.label),
                anchor(step.number),
                Derived(step.value, step.formula),
                shapes=(shape_of(1, step.weight.shape, derivation),),
                notes=(prose("latent_rotated"),) if key == "key_value_down_matrix" else (),
                into=_flow(width, f"latent_{key}_into", derivation, prose),
                colour=colour_of("norm" if key in NORMS else "attention"),
            )
