"""Products of computed tensors and caches, as a description says them, as parts of a block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from symbolic.formulas.formula import Formula, Negative, Number, Sum, product
from symbolic.formulas.functions import Minimum
from symbolic.formulas.vocabulary import context, target_tokens, tokens
from symbolic.language import Sentences
from symbolic.language import lazy as _
from symbolic.networks.blocks import Cache, Contraction, Part
from symbolic.networks.layers.attended import DROPPED, KEPT, MIXING, SCORES, unmasked
from symbolic.networks.learned.description import CacheTensor, Computed

TEXTS = frozenset({context, tokens, target_tokens})
"""How long what a network reads or writes is."""
WINDOWED = "windowed_"
"""What the name of a product begins with where a token looks at those of its window alone, as in a part of an image."""
PRODUCT = _("Two tensors that were both computed are multiplied here; this needs no weights.")
ACROSS = _(
    "The query of each token that is written is multiplied by the key of each place that the encoder has read, "
    "number by number, and added up: one score for each pair and each head. This needs no weights."
)
GATHERED = _(
    "A softmax turns the scores of each token into shares that add up to 1. Each token then adds up the values of what "
    "the encoder has read, weighted by its shares."
)
READ = _(
    "The keys and values of what the encoder has read are made once and kept: each token that is written looks at them."
)
SCAN = _(
    "The text is worked through in chunks. Within a chunk, and from chunk to chunk, what is written to the state, what "
    "is read from it and what is left of it are multiplied with one another; this needs no weights."
)
READING = _(
    "Each token reads the state: the state of each channel is multiplied by the numbers that say what the token wants"
    " to know. This needs no weights."
)
INDEX = _(
    "Each token's query of the index is multiplied by the key of each token in the context, number by number, and "
    "added up: the score that says whether the token is looked at. This needs no weights."
)
PRODUCTS: Mapping[tuple[str, bool], tuple[str, str, str]] = {
    ("state-space", True): ("scan_product", _("product of the scan"), SCAN),
    ("state-space", False): ("state_reading", _("reading of the state"), READING),
    ("index", False): ("index_scores", _("index scores"), INDEX),
}
"""A product's key, name and sentence: by the role of the part that makes it, and whether it makes several."""
STATE = _("A memory of fixed size, however long the text is: each new token changes it.")
LAST = _("The last inputs of the convolution, which the next tokens are mixed with.")
LATER = _("What the code keeps of each token for those that come later.")
CACHES: Mapping[str, tuple[str, str]] = {
    "keys": (_("keys"), KEPT),
    "values": (_("values"), KEPT),
    "cross_keys": (_("keys of what was read"), READ),
    "cross_values": (_("values of what was read"), READ),
    "conv_states": (_("last inputs of the convolution"), LAST),
    "recurrent_states": (_("state"), STATE),
}
"""What the caches of transformers call what they keep."""
PAIRS: tuple[tuple[str, str, str, str], ...] = (
    ("", "keys_values", _("keys and values"), KEPT),
    ("cross_", "read_keys_values", _("keys and values of what was read"), READ),
)
"""Keys and values of one shape are one line: where their names begin, the line's key, its name, its sentence."""


def done(
    does: Sequence[Computed | CacheTensor], formula: Callable[[Formula], Formula], role: str, *, causal: bool
) -> Iterator[Part]:
    """Return the products and caches of a module of that role in our symbols."""
    caches = [CacheTensor(one.name, tuple(map(formula, one.axes))) for one in does if isinstance(one, CacheTensor)]
    window = next((axis for one in caches for axis in one.axes if isinstance(axis, Minimum)), None)
    products = [one for one in does if isinstance(one, Computed)]
    for at, one in enumerate(products):
        axes = tuple(map(formula, one.axes))
        if one.name == "product" and (words := PRODUCTS.get((role, len(products) > 1))):
            key, name, about = words
            yield Contraction(key, name, axes, about="" if at else about)
        else:
            yield _product(one.name, axes, window, causal=causal)
    yield from _caches(caches)


def _product(name: str, axes: tuple[Formula, ...], window: Formula | None, *, causal: bool) -> Contraction:
    near = _window(window)
    left = unmasked(tokens, context, near)
    if near is None and isinstance(window, Minimum):
        left = Minimum((left, *(part for part in window.parts if part != context)))
    masked = tuple(left if axis == context else axis for axis in axes) if causal and context in axes else ()
    if axes[:2] == (target_tokens, target_tokens):
        masked = (target_tokens, unmasked(target_tokens, target_tokens), *axes[2:])
    match name.removeprefix(WINDOWED):
        case "scores":
            return Contraction(
                "attention_scores", _("attention scores"), axes, about=SCORES, masked=masked, window=near
            )
        case "mixing":
            return Contraction(
                "mixing_of_values", _("mixing of the values"), axes, about=MIXING, masked=masked, window=near
            )
        case "cross_scores":
            return Contraction("attention_scores", _("attention scores"), axes, about=ACROSS)
        case "cross_mixing":
            return Contraction("mixing_of_values", _("mixing of the values"), axes, about=GATHERED)
    return Contraction("product", _("product of computed tensors"), axes, about=PRODUCT)


def _caches(caches: list[CacheTensor]) -> Iterable[Cache]:
    for prefix, key, name, about in PAIRS:
        pair = [one for one in caches if one.name in (f"{prefix}keys", f"{prefix}values")]
        if len(pair) == 2 and pair[0].axes == pair[1].axes:
            yield _cache(key, name, pair[0].axes, about, copies=2)
            caches = [one for one in caches if one not in pair]
    for one in caches:
        name, about = CACHES.get(one.name, (one.name.replace("_", " "), LATER))
        yield _cache(one.name, name, one.axes, about)


def _cache(key: str, name: str, axes: tuple[Formula, ...], about: str, copies: int = 1) -> Cache:
    """Return one tensor of a cache: its first axis that grows with a text counts the tokens.

    That of a window is min(context, window - 1): the next token takes the place that is left.
    """
    grows = next((axis for axis in axes if not TEXTS.isdisjoint(axis.symbols)), None)
    shape = list(axes)
    if grows is not None:
        shape.remove(grows)
    once = (product(tuple(shape)),) if shape else (Number(1),)
    window = _window(grows)
    if window is not None:
        return Cache(
            key, name, once, context, about=Sentences(about, DROPPED), copies=copies, window=window, as_coded=True
        )
    return Cache(key, name, once, grows or Number(1), about=about, copies=copies, as_coded=True)


def _window(kept: Formula | None) -> Formula | None:
    """Return the window of which one token less is kept; None where all tokens are."""
    if not (isinstance(kept, Minimum) and len(kept.parts) == 2 and kept.parts[0] == context):
        return None
    one_less = kept.parts[1]
    if isinstance(one_less, Sum) and len(one_less.terms) == 2 and one_less.terms[1] == Negative(Number(1)):
        return one_less.terms[0]
    return one_less + 1
