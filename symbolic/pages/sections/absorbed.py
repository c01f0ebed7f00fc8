"""What a step takes that works on the latents themselves, beside keys and values kept in full or made again."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.formulas.formula import Formula, Number, Product, Quotient, product, total
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import cached_bytes, context, kv_lora_rank, n_heads, qk_rope_head_dim
from symbolic.language import gettext as _
from symbolic.language import unit
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.measuring.products import OPERATIONS
from symbolic.measuring.quantity import numbers
from symbolic.networks.blocks import Cache, Contraction, Kind, Weight
from symbolic.networks.walks import leaves
from symbolic.pages.cells import Cell, Derived, InShort
from symbolic.pages.page import Equation, Paragraph, Part, Table
from symbolic.pages.prose import Prose
from symbolic.pages.sections.placed_figures import PlacedFigures

FLOPS = unit("FLOP", "FLOPs")
SCORES, MIXING = "attention_scores", "mixing_of_values"


def absorbed(cache: Cache, layers: Formula, derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield how latents are used, and for each of three ways what a token of the context takes at each step.

    DeepSeek-V2, arXiv:2405.04434, §2.1.2; as code: deepseek-ai/DeepSeek-V3, inference/model.py, commit 9b4e978.
    """
    parts = [leaf.part for leaf in leaves(derivation.model.network)]
    products = {part.key: part for part in parts if isinstance(part, Contraction) and part.absorbed}
    ups = {part.key: part for part in parts if isinstance(part, Weight) and _is_up(part)}
    alike = len({(one.key, one.axes, one.absorbed) for one in parts if isinstance(one, Contraction)}) == len(products)
    if not (alike and products.keys() == {SCORES, MIXING} and ups and n_heads.name in derivation.sizes):
        return
    scores, mixing = products[SCORES], products[MIXING]
    if any(one.axes[1] != context or one.copies != 1 for one in (scores, mixing)):
        return
    says = PlacedFigures(derivation)
    widths = {
        "score": scores.absorbed[-1],
        "key": scores.axes[-1],
        "mixed": mixing.absorbed[-1],
        "value": mixing.axes[-1],
    }
    rotated = qk_rope_head_dim.name in derivation.sizes
    placed = {name: says.whole(one / n_heads) for name, one in widths.items()}
    yield says.paragraph(prose("idea_absorbed", rotated=rotated, **placed))

    def taken(*each: Formula) -> Product:
        return Product((layers, Number(OPERATIONS), total(each)))

    on_latents, in_full = taken(scores.absorbed[-1], mixing.absorbed[-1]), taken(scores.axes[-1], mixing.axes[-1])
    made = taken(*map(numbers, ups.values()))
    again = total((Labelled(_("FLOPs in full"), in_full), made))
    short, full = (Product((layers, product(shape), cached_bytes)) for shape in (cache.shape, cache.expanded))
    ways = {"latents": (on_latents, short), "full": (in_full, full), "again": (again, short)}
    rows: list[tuple[Cell, ...]] = []
    for name, (flops, read) in ways.items():
        each = Quotient(flops, read)
        whole = Derived(integer_value(flops, derivation.sizes), flops)
        kept, ratio = (InShort(one.value(derivation.sizes), one) for one in (read, each))
        rows.append((prose("idea_absorbed_row", name=name), whole, kept, ratio))
    columns = tuple(prose(f"idea_absorbed_{column}") for column in ("way_column", "flops", "bytes", "ratio"))
    ratios = {"more": (on_latents, in_full), "fewer": (full, short), "again": (again, on_latents)}
    for block, named in (("idea_absorbed_pays", ("more", "fewer")), ("idea_absorbed_so", ("again",))):
        says = PlacedFigures(derivation)
        yield says.paragraph(prose(block, **{name: says.ratio(*ratios[name]) for name in named}))
        if "more" in named:
            yield Table(prose("idea_absorbed_table"), columns, tuple(rows), frozenset({1, 2, 3}))
    for name, (flops, _read) in ways.items():
        yield Paragraph(prose("idea_absorbed_way", name=name))
        yield Equation(flops, flops.value(derivation.sizes), unit=FLOPS)
        if name == "full" and in_full.value(derivation.sizes) == full.value(derivation.sizes):
            yield Paragraph(prose("idea_absorbed_same"), tone="note", fixed=True)


def _is_up(weight: Weight) -> bool:
    return weight.kind is Kind.MATRIX and weight.shape[0] == kv_lora_rank
