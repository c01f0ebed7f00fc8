"""What a layer keeps for the backward pass, in letters, beside the formula that papers have for a layer of GPT."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symbolic.formulas import algebra
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Formula
from symbolic.formulas.rational import Rational
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import batch_size, emb_dim, n_heads, tokens
from symbolic.language import lazy
from symbolic.measuring.closed_form import parts_of_layers
from symbolic.measuring.derivation import Derivation
from symbolic.networks.blocks import Activation
from symbolic.networks.walks import leaves
from symbolic.pages.page import Paragraph, Part
from symbolic.pages.prose import Markup, Prose
from symbolic.pages.sections.totals import by_parts

PAPERS: Formula = 34 * batch_size * tokens * emb_dim + 5 * n_heads * batch_size * tokens**2
"""A layer of GPT with dropout, Korthikanti et al. 2022, arXiv:2205.05198, §4.1: s b h (34 + 5 a s / h)."""

LONGEST = 20
"""So many letters and numbers the formula of a part may have: that of grouped attention with its table has 19."""

MOST_LETTERS = 10
"""More different letters than these nobody keeps in mind: DeepSeek-V3 would have 15."""


def one_layer(everything: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the formula of each kind of layer and whether it is the paper's; nothing where it would be long.

    `everything` has the activations that a program keeps which computes nothing again.
    """
    layers = [(parts, whole) for *parts, whole in map(_kept, parts_of_layers(everything, LONGEST))]
    if not layers or len(layers) < sum(step.repeat is not None and step.value > 0 for step in everything.root.steps):
        return
    letters = dict.fromkeys(symbol for _, whole in layers for symbol in whole.formula.symbols)
    if len(letters) > MOST_LETTERS:
        return
    stands = [f"${one.name}$\u00a0=\u00a0{grouped(int(everything.sizes[one.name]))} (`{one.name}`)" for one in letters]
    yield Paragraph(prose("layer", letters=Markup(", ".join(stands)), layers=len(layers)), fixed=True)
    for parts, whole in layers:
        yield by_parts(whole, parts)
    if not {tokens, emb_dim, n_heads} <= letters.keys():
        return
    masked = any(
        isinstance(leaf.part, Activation) and leaf.part.width == 1 for leaf in leaves(everything.model.network)
    )
    papers = algebra.primary(PAPERS, everything.page_definitions)
    same = all(not any(Rational.of(whole.formula - papers).laurent().values()) for _, whole in layers)
    yield Paragraph(prose("layer_papers", same=same, masked=masked), fixed=True)


def _kept(parts: Iterable[Labelled]) -> list[Labelled]:
    """Return the parts under names of their own: elsewhere on the page attention is all that it takes."""
    return [Labelled(lazy("kept for {name}", name=part.label), part.formula) for part in parts]
