"""Which matrices have biases, in a sentence: readers take for granted that all have them, or that none has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.networks.blocks import Kind
from symbolic.networks.walks import Leaf, weights
from symbolic.pages.page import Paragraph
from symbolic.pages.prose import Markup, Prose, plain

OF_A_MATRIX = ("_matrix", "_matrices")
OF_A_BIAS = ("_bias", "_biases")


def biases(derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
    """Yield the sentence; nothing where a bias belongs to no matrix of its block, or something else is called one."""
    found = [leaf for leaf in weights(derivation.model.network) if leaf.weight.tied_to is None]
    matrices = [leaf for leaf in found if leaf.weight.kind is Kind.MATRIX]
    named = [leaf for leaf in found if "bias" in leaf.weight.key and leaf.kind not in (Kind.BUFFER, Kind.SHIFT)]
    own = {_place(leaf, OF_A_BIAS) for leaf in named}
    all_biases = len(named) == sum(leaf.weight.kind is Kind.BIAS for leaf in found)
    if not matrices or not all_biases or not own <= {_place(leaf, OF_A_MATRIX) for leaf in matrices}:
        return
    stacked = [leaf for leaf in matrices if any(block.role == "layer" for block in leaf.path)]
    have = [leaf for leaf in stacked if _place(leaf, OF_A_MATRIX) in own]
    lack = [leaf for leaf in stacked if leaf not in have]
    few = _names(lack if len(lack) <= len(have) else have)
    if have or not own:
        said = {"nowhere": not own, "every": not lack, "lack": len(lack) <= len(have), "names": Markup(", ".join(few))}
        said["corrected"] = _is_corrected(derivation)
        yield Paragraph(prose("biases", **said), "note")


def _is_corrected(derivation: Derivation) -> bool:
    """Return whether routers have numbers beside their matrix that a rule sets, and that the page leaves out."""
    counts = derivation.convention.counts
    beside = (leaf for leaf in weights(derivation.model.network) if leaf.kind is Kind.BUFFER and leaf.role == "router")
    return any(not counts(leaf) for leaf in beside)


def matrix_of(bias: Leaf, found: Iterable[Leaf]) -> Leaf | None:
    """Return the matrix whose outputs a bias is added to; None where its name is no matrix's."""
    place = _place(bias, OF_A_BIAS)
    matrices = (leaf for leaf in found if leaf.kind is Kind.MATRIX)
    return next((leaf for leaf in matrices if _place(leaf, OF_A_MATRIX) == place), None)


def _place(leaf: Leaf, endings: tuple[str, ...]) -> tuple[str, ...]:
    """Return where a weight stands, and its key without what kind of weight it is."""
    # What stands together, as keys and values do, has the keys of both: k_proj_bias+v_proj_bias.
    plain_key = "+".join(_without(key, endings) for key in leaf.weight.key.split("+"))
    return (*(block.key for block in leaf.path), plain_key)


def _without(key: str, endings: tuple[str, ...]) -> str:
    return next((key.removesuffix(ending) for ending in endings if key.endswith(ending)), key)


def _names(found: list[Leaf]) -> list[str]:
    """Return what weights are called, each name once."""
    return list(dict.fromkeys(plain(translate(leaf.weight.name)) for leaf in found))
