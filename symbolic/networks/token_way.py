"""The way of one token through the parts of a network: what goes into each and what comes out, as far as that is known.

A network whose parts do not tell, such as one that is described from its code, has no way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from symbolic.formulas.formula import Exact, Formula, Number
from symbolic.networks.blocks import Activation, Block, Kept, Kind, Weight
from symbolic.networks.walks import blocks, weights

Shape: TypeAlias = tuple[Formula, ...]
ONE = Number(1)


class Station(NamedTuple):
    """A part of the network on a token's way: what goes in, and what comes out.

    `into` is the shape, (1, width), or nothing where a token's mere number goes in. `begins` says that a text of its
    own starts here; a part that is `beside` the way gives its numbers to others. A stack that is `among` others has no
    place of its own on the way: its layers stand between those of the stack before it. Of a table that is `added`, a
    row is added to what the token is by then.
    """

    key: str
    into: Shape | None = None
    out: Shape | None = None
    begins: bool = False
    beside: bool = False
    among: bool = False
    added: bool = False


def way(network: Block, sizes: Mapping[str, Exact]) -> tuple[Station, ...]:
    """Return the stations of the network's parts, in order; nothing where the way is not known.

    It ends where a part does not read what the one before it gives: heads that stand side by side.

    >>> import symbolic
    >>> model = symbolic.load("gpt2-124m")
    >>> [(one.key, one.out and one.out[1].value(model.sizes)) for one in way(model.network, model.sizes)][-2:]
    [('final_layer_norm', 768), ('output_head', 50257)]
    """
    parts = [part for part in network.parts if isinstance(part, Block)]
    streams = {stream for part in parts if (stream := _stream(part)) is not None}
    if len(parts) < len(network.parts) or not streams:
        return ()
    read = {block.reads for block in blocks(network) if block.reads}
    return tuple(_stations(parts, streams, read, sizes))


def _stations(
    parts: list[Block], streams: set[Formula], read: set[str], sizes: Mapping[str, Exact]
) -> Iterator[Station]:
    now: Shape | None = None
    one_token = False
    stack: Block | None = None
    for part in parts:
        if part.repeat is not None and not part.repeat.value(sizes):
            continue
        into, out = _passed(part, streams, begins=now is None)
        if out is None:
            yield Station(part.key, beside=True)
            continue
        # What works on one token of a text gives nothing to what works on all of them.
        one_token = one_token or part.tokens == ONE
        if (now is not None and not _fits(now, into, sizes)) or (one_token and part.tokens != ONE):
            return
        among = stack is not None and part.role == "layer" and not stack.in_order
        added = now is not None and _holds_table(part)
        yield Station(part.key, into, out, begins=now is None, among=among, added=added)
        stack = part if part.role == "layer" else None
        now = None if part.key in read else out


def _holds_table(part: Block) -> bool:
    return _stream(part) is None and any(leaf.weight.kind is Kind.TABLE for leaf in weights(part))


def _fits(now: Shape, into: Shape | None, sizes: Mapping[str, Exact]) -> bool:
    return into is not None and now[-1].value(sizes) == into[-1].value(sizes)


def _passed(part: Block, streams: set[Formula], *, begins: bool) -> tuple[Shape | None, Shape | None]:
    """Return what goes into a part and what comes out; nothing comes out of one that is beside the way."""
    if (stream := _stream(part)) is not None:
        return (ONE, stream), (ONE, stream)
    held = [leaf.weight for leaf in weights(part)]
    if tables := [one for one in held if one.kind is Kind.TABLE]:
        row = (ONE, tables[0].shape[-1])
        if part.role == "position" and row[-1] not in streams:
            return None, None
        return None if begins else row, row
    if through := [one for one in held if one.kind in (Kind.MATRIX, Kind.KERNEL)]:
        return _ends(through[0])[0], _ends(through[-1])[1]
    flat = (one for one in held if one.kind in (Kind.SCALE, Kind.BIAS))
    shape = next(((ONE, one.shape[-1]) for one in flat), None)
    return shape, shape


def _ends(weight: Weight) -> tuple[Shape, Shape]:
    """Return what goes into a matrix and what comes out; a kernel's shape names its outputs first."""
    first, *rest = weight.shape
    if weight.kind is Kind.KERNEL:
        return (ONE, *rest), (ONE, first)
    return (ONE, first), (ONE, rest[-1])


def _stream(block: Block) -> Formula | None:
    """Return how many numbers of a token go through a layer: those of the input that training keeps."""
    kept = (part for part in block.parts if isinstance(part, Activation) and part.kept is Kept.ALWAYS)
    return next((part.shape[-1] for part in kept), None)
