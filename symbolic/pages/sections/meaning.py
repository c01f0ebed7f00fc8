"""What a parameter is: a table that is small enough to be shown, a text on its way, and a word on each part."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Formula, Number, Product, total
from symbolic.formulas.vocabulary import (
    emb_dim,
    head_dim,
    kv_lora_rank,
    n_dense_layers,
    n_heads,
    n_kv_groups,
    qk_nope_head_dim,
    qk_rope_head_dim,
)
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.networks.blocks import Kind
from symbolic.networks.walks import Leaf, blocks, has_experts, reads_tokens, weights
from symbolic.pages.cells import Amount, Cell, Derived, Figured, Sentence, place_of
from symbolic.pages.nouns import HEADS
from symbolic.pages.page import Equation, Items, Paragraph, Part, Section, Table
from symbolic.pages.prose import Prose
from symbolic.pages.sections.one_head import compared, one_head, widths
from symbolic.pages.sections.products import worked_out
from symbolic.pages.sections.three_steps import (
    in_turn,
    learns_positions,
    mixes_by_attention,
    token_table,
    writes,
)

SMALL = ((0, 4), (1, 0), (2, 1))
"""The numbers of a small matrix: a row for each number that goes in, a column for each that comes out.

Of the third token it makes the query that the example of one head goes on with.
"""
TENTHS = ((2, 5, 1), (9, 4, 3), (1, 8, 6), (3, 6, 9), (8, 5, 2))
"""Made-up numbers, in tenths; of five tokens, the second and the last have rows that are alike."""


def meaning(derivation: Derivation, prose: Prose) -> Section:
    """Return the section; a network that reads no tokens has only the words on each part.

    Where it has a whole text on its way, it stands folded at the top.
    """
    found = tuple(weights(derivation.model.network))
    names = dict.fromkeys(_block(leaf, prose) for leaf in found)
    if any(leaf.weight.kind is Kind.BIAS for leaf in found):
        names["meaning_bias"] = None
    said = {
        "tokens": reads_tokens(derivation.model.network),
        "places": _axes_of_places(found),
        "rms": _has_rms_norms(found),
    }
    parts = (
        Paragraph(prose("meaning", size=_a_size(derivation))),
        *_fixed(derivation, prose),
        *worked_out(prose),
        *_example(found, derivation, prose),
        *_way(derivation, prose),
        *_matrix(derivation, prose),
        *(one_head(derivation, prose) if _follows_a_text(derivation, prose) else ()),
        *(Paragraph(prose(name, **said)) for name in names if name in prose),
    )
    title = prose("meaning_title")
    if "meaning_example" in prose:
        return Section("meaning", title, parts, folded=True)
    # A few lines stay in sight behind the answer and its table, and the example is folded.
    return Section("meaning", title, parts, below=(1, prose("meaning_more")) if parts[1:] else None)


def _a_size(derivation: Derivation) -> str:
    """Return the name of a size that people choose: the width of the tokens, or the first that the model has."""
    sizes = derivation.model.sizes
    return emb_dim.name if emb_dim.name in sizes or not sizes else next(iter(sizes))


def _axes_of_places(found: tuple[Leaf, ...]) -> int:
    """Return along how many axes the widest kernel's window moves: 1 for a sound or a text, 2 for an image."""
    return max((len(leaf.weight.shape) - 2 for leaf in found if leaf.weight.kind is Kind.KERNEL), default=0)


def _has_rms_norms(found: tuple[Leaf, ...]) -> bool:
    """Return whether the norms are RMS norms, by what they are called."""
    return any("rms_norm" in leaf.path[-1].key for leaf in found if leaf.role == "norm")


def fixed_numbers(derivation: Derivation) -> int:
    """Return how many parameters of the network are fixed, where all parameters are what is counted; else 0."""
    quantity = derivation.quantity
    if quantity.name != "parameters" or derivation.convention != quantity.default:
        return 0
    if not any(leaf.weight.fixed for leaf in weights(derivation.model.network)):
        return 0
    return derivation.total - derivation.counted_as(quantity.conventions["learned"]).total


def _fixed(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield that not all parameters are learned, where that is so."""
    if "meaning_fixed" in prose and (fixed := fixed_numbers(derivation)):
        yield Paragraph(prose("meaning_fixed", fixed=grouped(fixed)))


def _block(leaf: Leaf, prose: Prose) -> str:
    """Return the name of the words about a weight: those of the weight, of its block, or of the block's role."""
    if leaf.role == "position" and any(block.role == "vision" for block in leaf.path):
        return "meaning_patch_position_table"
    kernel = ("kernel",) if leaf.weight.kind is Kind.KERNEL else ()
    names = (f"meaning_{key.replace('-', '_')}" for key in (leaf.part.key, leaf.path[-1].key, leaf.role, *kernel))
    return next((name for name in names if name in prose), "")


def _example(found: tuple[Leaf, ...], derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield a token table whose numbers can all be shown, and the shape of the one at hand."""
    table = token_table(found)
    if table is None or "meaning_example" not in prose:
        return
    yield Paragraph(prose("meaning_example"))
    tokens = prose("meaning_tokens").split(", ")
    rows: list[tuple[Cell, ...]] = []
    for token, numbers in zip(tokens, TENTHS, strict=True):
        rows.append((token, *(Fraction(number, 10) for number in numbers)))
    columns = (prose("meaning_column"), *(_("Number {count}", count=count) for count in (1, 2, 3)))
    yield Table(prose("meaning_caption"), columns, tuple(rows), frozenset({1, 2, 3}))
    sizes = tuple(Derived(integer_value(axis, derivation.sizes), axis) for axis in table.shape)
    yield Paragraph(Sentence(prose("meaning_shape", rows=place_of(0), columns=place_of(1)), sizes))


def _matrix(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield a matrix whose numbers can all be shown, with the list that goes in and the one that comes out."""
    found = tuple(weights(derivation.model.network))
    if "meaning_matrix" not in prose or not any(leaf.weight.kind is Kind.MATRIX for leaf in found):
        return
    given = tuple(Fraction(number, 10) for number in TENTHS[2])
    query = _follows_a_text(derivation, prose)
    yield Paragraph(prose("meaning_matrix", example=token_table(found) is not None, query=query))
    columns = (prose("meaning_goes_in"), *(_("For number {count}", count=count) for count in (1, 2)))
    rows = tuple(zip(given, *zip(*SMALL, strict=True), strict=True))
    yield Table(prose("meaning_matrix_caption"), columns, rows, frozenset({0, 1, 2}))
    for numbers in zip(*SMALL, strict=True):
        formula = total(tuple(Product((Number(one), Number(times))) for one, times in zip(given, numbers, strict=True)))
        yield Equation(formula, formula.value({}))
    yield Paragraph(prose("meaning_pairs", query=query))


def _way(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield what becomes of a text, where the tree says that each layer is attention and what comes with it."""
    if not _follows_a_text(derivation, prose):
        return
    network = derivation.model.network
    roles = {block.role for block in blocks(network)}
    said = {"dense": bool(derivation.sizes.get(n_dense_layers.name)), "then": in_turn(network)}
    steps = ["tokens", "rows", *(["positions"] if learns_positions(network) else []), "attention"]
    steps += ["experts"] if has_experts(network) else ["feed_forward"] if "feed-forward" in roles else []
    steps += ["layers", *(["head"] if writes(network) and "head" in roles else [])]
    yield Paragraph(prose("meaning_way"))
    items = [(prose(f"meaning_way_{step}_term"), prose(f"meaning_way_{step}", **said)) for step in steps]
    after = steps.index("attention") + 1
    items[after:after] = _heads(derivation, prose)
    yield Items(tuple(items))


def _follows_a_text(derivation: Derivation, prose: Prose) -> bool:
    """Return whether the page follows a text through the network, whose layers mix tokens by attention alone."""
    network = derivation.model.network
    reads = token_table(tuple(weights(network))) is not None
    return "meaning_way" in prose and mixes_by_attention(network) and reads


def _heads(derivation: Derivation, prose: Prose) -> list[tuple[str, str]]:
    """Return what an attention head is, in numbers of the model; nothing where it does not say how many there are."""
    sizes = derivation.sizes
    latent, width = kv_lora_rank.name in sizes, _head_width(derivation)
    if n_heads.name not in sizes or not (latent or width):
        return []
    # With latent attention, a head's query, key and value have several widths: the example below says which.
    key = qk_nope_head_dim + qk_rope_head_dim
    rotated = {qk_nope_head_dim.name, qk_rope_head_dim.name} <= sizes.keys()
    formulas = [] if width is None else [width, n_heads * width]
    if latent:
        formulas = [qk_nope_head_dim, key, qk_rope_head_dim] if rotated else []
    shared = not latent and n_kv_groups in derivation.general.formula.symbols and _shares(derivation)
    counts = [n_heads, *([n_kv_groups, n_heads / n_kv_groups] if shared else [])]
    heads, groups, each = (place_of(at) for at in range(3))
    own, second, common = (place_of(len(counts) + at) for at in range(3))
    said = prose(
        "meaning_way_heads",
        latent=latent,
        own=own,
        key=second,
        common=common if rotated else "",
        heads=place_of(len(counts) + len(formulas)),
        heads_named=heads,
        width=own,
        together=second,
        groups=groups if shared else "",
        each=each,
    )
    figures: tuple[Figured, ...] = (
        *(Amount(integer_value(one, sizes), HEADS, one) for one in counts),
        *(Derived(integer_value(one, sizes), one) for one in (*formulas, n_heads)),
    )
    return [(prose("meaning_way_heads_term"), Sentence(said, figures))]


def _head_width(derivation: Derivation) -> Formula | None:
    """Return how many numbers of a query one head has; None where heads differ, or where it is not known."""
    sizes = derivation.sizes
    found = head_dim if head_dim.name in sizes else next(iter(widths(derivation)), None)
    if found is None or n_heads.name not in sizes:
        return None
    together = {Fraction(axis.value(sizes)) for axis in compared(derivation)}
    return found if together <= {Fraction((n_heads * found).value(sizes))} else None


def _shares(derivation: Derivation) -> bool:
    """Return whether several heads of queries use one of keys and values."""
    heads, groups = (derivation.sizes[one.name] for one in (n_heads, n_kv_groups))
    return heads > groups and heads % groups == 0
