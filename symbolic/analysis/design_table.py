"""What the designs of several models differ in, as a table: each cell says what the network's tree shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symbolic.analysis.design_words import GATED, design_of, there
from symbolic.analysis.parts import EXPERTS, NAMES, SHARED, outermost
from symbolic.formulas.figures import grouped, in_short
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import kv_lora_rank, n_heads, n_kv_groups
from symbolic.language import gettext as _
from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.networks.blocks import Block, Contraction, Kind
from symbolic.networks.walks import Leaf, blocks, leaves
from symbolic.pages.cells import Cell
from symbolic.pages.listing import listed
from symbolic.pages.page import Table
from symbolic.pages.prose import Prose, plain

MIXING = ("attention", "linear-attention", "state-space")
"""What lets a token see others."""
MOST_KINDS = 3
"""Of more different ones a cell says only that there are several."""


def design_table(derivations: Sequence[Derivation], names: Sequence[str], prose: Prose) -> list[Table]:
    """Return the table of what differs, a column a model; none where the trees show no difference."""
    found = [dict(_rows(derivation, prose)) for derivation in derivations]
    rows: list[tuple[Cell, ...]] = [
        (prose(f"trait_{name}"), *(one[name] for one in found))
        for name in found[0]
        if len({one[name] for one in found}) > 1
    ]
    return [Table(prose("trait_table"), (_("What"), *names), tuple(rows))] if rows else []


def _rows(derivation: Derivation, prose: Prose) -> Iterator[tuple[str, str]]:
    """Yield the name of each row, and what it says of a model."""
    design = design_of(derivation)
    present = [leaf for leaf, _number in there(derivation)]
    # A part whose role is not known may be anything: then nothing is said to be missing.
    missing = "no_size" if all(_role(leaf) in NAMES for leaf in present) else "trait_unknown"
    yield "family", plain(derivation.model.architecture.title)
    yield "mixing", _together(_mixing(derivation, present, prose), prose, missing)
    yield "reach", _together(_reach(derivation, prose), prose, missing)
    norms = {leaf.weight.kind for leaf in present if leaf.role == "norm"}
    kind = "shifts" if Kind.SHIFT in norms else "scales" if Kind.SCALE in norms else ""
    yield "norms", prose("trait_norm", shifts=kind == "shifts") if kind else prose(missing)
    stands = dict.fromkeys(sub.norms for block in _blocks(derivation) for sub in block.sublayers)
    yield "places", _together((prose("trait_place", place=place.name) for place in stands), prose, "trait_unknown")
    learned = (NAMES["position"], Kind.TABLE.value) in design
    yield "positions", prose("trait_position" if learned else missing)
    known = next(iter(design.matrices)) if len(design.matrices) == 1 else 0
    gate = prose("trait_gate", gated=known == GATED, known=bool(known))
    yield "networks", gate if design.matrices else prose(missing)
    yield "experts", _together(_experts(derivation, prose), prose, missing)
    biases = dict.fromkeys(translate(NAMES.get(_role(leaf), _role(leaf))) for leaf in present if leaf.kind is Kind.BIAS)
    yield "biases", listed(list(biases)) or prose("no_size")
    heads = [leaf for leaf in present if _role(leaf) == "head" and leaf.kind is Kind.MATRIX]
    own = any(not leaf.is_shared for leaf in heads)
    yield "head", prose("trait_output", own=own) if heads else prose(missing)


def _together(says: Iterator[str], prose: Prose, otherwise: str) -> str:
    """Return what is said, each once; of too many kinds only that there are several."""
    found = list(dict.fromkeys(says))
    if len(found) > MOST_KINDS:
        return prose("trait_several", count=len(found))
    return "; ".join(found) or prose(otherwise)


def _role(leaf: Leaf) -> str:
    return outermost([block.role for block in leaf.path[1:]])


def _blocks(derivation: Derivation) -> Iterator[Block]:
    return (block for block in blocks(derivation.model.network) if _repeat(block, derivation))


def _repeat(block: Block, derivation: Derivation) -> Exact:
    return 1 if block.repeat is None else block.repeat.value(derivation.sizes)


def _mixing(derivation: Derivation, present: Sequence[Leaf], prose: Prose) -> Iterator[str]:
    """Yield how tokens see others: attention with its heads of keys and values, or something else."""
    for role in MIXING:
        inside = [leaf for leaf in present if role in (block.role for block in leaf.path)]
        if not inside:
            continue
        symbols = {symbol for leaf in inside for axis in leaf.weight.shape for symbol in axis.symbols}
        heads, groups = (derivation.sizes.get(symbol.name) for symbol in (n_heads, n_kv_groups))
        if role == "attention" and kv_lora_rank in symbols:
            yield prose("trait_latent")
        elif role == "attention" and heads and groups and n_kv_groups in symbols:
            # How many query heads share one of keys and values is design; how many there are is a size.
            yield prose("trait_grouped", each=in_short(Fraction(heads, groups)), groups=groups)
        elif role == "attention" and heads and _alike(inside, derivation):
            yield prose("trait_grouped", each="1")
        else:
            yield translate(NAMES[role])


def _alike(inside: Sequence[Leaf], derivation: Derivation) -> bool:
    """Return whether a query, a key and a value are as long as each other."""
    found = {
        (name, leaf.weight.shape[-1].value(derivation.sizes))
        for leaf in inside
        if leaf.kind is Kind.MATRIX
        for name in leaf.weight.called
        if name in ("query", "key", "value")
    }
    return len({name for name, _width in found}) == len(found) == 3 and len({width for _name, width in found}) == 1


def _reach(derivation: Derivation, prose: Prose) -> Iterator[str]:
    """Yield how many tokens a token of attention looks at: a window, or all."""
    for leaf in leaves(derivation.model.network):
        if not isinstance(leaf.part, Contraction) or leaf.role != "attention":
            continue
        if all(_repeat(block, derivation) for block in leaf.path):
            window = leaf.part.window and leaf.part.window.value(derivation.sizes)
            yield prose("trait_window", window=grouped(int(window)) if window else "")


def _experts(derivation: Derivation, prose: Prose) -> Iterator[str]:
    """Yield how many experts a layer has, and how many of them work on a token."""
    for block in _blocks(derivation):
        if block.role == EXPERTS and block.active is not None:
            chosen, every = block.active.value(derivation.sizes), _repeat(block, derivation)
            yield prose("trait_chosen", chosen=grouped(chosen), every=grouped(every))
        elif block.role == EXPERTS and block.key.startswith(SHARED):
            yield prose("trait_shared")
