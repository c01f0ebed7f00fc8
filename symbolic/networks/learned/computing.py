"""Products of computed tensors and caches, as a description says them, as parts of a block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from symbolic.formulas.formula import Formula, Minimum, Number, Quotient, product
from symbolic.formulas.vocabulary import context
from symbolic.language import lazy as _
from symbolic.networks.blocks import Cache, Contraction, Part
from symbolic.networks.layers.attended import DROPPED, KEPT, MIXING, SCORES
from symbolic.networks.learned.description import CacheTensor, Computed

PRODUCT = _("Two tensors that were both computed are multiplied here; this needs no weights.")
STATE = _("A memory of fixed size, however long the text is: each new token changes it.")
LAST = _("The last inputs of the convolution, which the next tokens are mixed with.")
LATER = _("What the code keeps of each token for those that come later.")
CACHES = {
    "keys": (_("keys"), KEPT),
    "values": (_("values"), KEPT),
    "conv_states": (_("last inputs of the convolution"), LAST),
    "recurrent_states": (_("state"), STATE),
}
"""What the caches of transformers call what they keep."""


def done(
    does: Sequence[Computed | CacheTensor], formula: Callable[[Formula], Formula], *, causal: bool
) -> Iterator[Part]:
    """Return the products and caches of a module in our symbols."""
    caches = [CacheTensor(one.name, tuple(map(formula, one.axes))) for one in does if isinstance(one, CacheTensor)]
    window = next((axis for one in caches for axis in one.axes if isinstance(axis, Minimum)), None)
    for one in does:
        if isinstance(one, Computed):
            yield _product(one.name, tuple(map(formula, one.axes)), window, causal=causal)
    yield from _caches(caches)


def _product(name: str, axes: tuple[Formula, ...], window: Formula | None, *, causal: bool) -> Contraction:
    left: Formula = Quotient(context, Number(2))
    if isinstance(window, Minimum):
        left = Minimum((left, *(part for part in window.parts if part != context)))
    masked = tuple(left if axis == context else axis for axis in axes) if causal and context in axes else ()
    match name:
        case "scores":
            return Contraction("attention_scores", _("attention scores"), axes, about=SCORES, masked=masked)
        case "mixing":
            return Contraction("mixing_of_values", _("mixing of the values"), axes, about=MIXING, masked=masked)
    return Contraction("product", _("product of computed tensors"), axes, about=PRODUCT)


def _caches(caches: list[CacheTensor]) -> Iterable[Cache]:
    by_name = {one.name: one for one in caches}
    keys, values = by_name.get("keys"), by_name.get("values")
    if keys is not None and values is not None and keys.axes == values.axes:
        yield _cache("keys_values", _("keys and values"), keys.axes, KEPT, copies=2)
        caches = [one for one in caches if one is not keys and one is not values]
    for one in caches:
        name, about = CACHES.get(one.name, (one.name.replace("_", " "), LATER))
        yield _cache(one.name, name, one.axes, about)


def _cache(key: str, name: str, axes: tuple[Formula, ...], about: str, copies: int = 1) -> Cache:
    """Return one tensor of a cache: its first axis that grows with the text counts the tokens."""
    grows = next((axis for axis in axes if context in axis.symbols), None)
    shape = list(axes)
    if grows is not None:
        shape.remove(grows)
    dropped = DROPPED if isinstance(grows, Minimum) else ""
    once = (product(tuple(shape)),) if shape else (Number(1),)
    return Cache(key, name, once, grows or Number(1), about=f"{about} {dropped}".strip(), copies=copies)
