"""What a whole of several networks computes and keeps: what its towers do."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Number
from symbolic.networks.learned import code_names
from symbolic.networks.learned.building import OF_RUN
from symbolic.networks.learned.description import Computed, Description, Module, Part, Tensor
from symbolic.networks.learned.renaming import prefixed

CACHE, FORWARD = "kv-cache", "forward-flops"


def deriving(whole: Description, inner: Mapping[str, Description]) -> Description:
    """Return a whole that knows what it derives beside its weights, by what its towers do."""
    reading = [inner[one.part] for one in whole.towers if one.keeps and one.part in inner]
    if not reading:
        return whole
    found = {name for name in (CACHE, FORWARD) if all(name in one.derives and not one.partly for one in reading)}
    derived = all(FORWARD in one.derives and not one.partly for one in inner.values())
    if FORWARD in whole.derives and derived and _asked(whole.root) <= _known(whole, inner):
        found |= whole.derives
    elif FORWARD in found:
        found.remove(FORWARD)
        return _only_writing(whole).but(derives=frozenset(found), partly=True)
    return whole.but(derives=frozenset(found - ({FORWARD} - whole.derives)))


def _asked(module: Module) -> frozenset[str]:
    """Return the sizes by which a whole says for how many tokens its own matrices are multiplied."""
    found: set[str] = set()
    for one in module.parts:
        if isinstance(one, Module):
            found |= _asked(one)
        elif isinstance(one, Tensor):
            found |= {symbol.name for count, _where in one.works for symbol in count.symbols}
    return frozenset(found - OF_RUN.keys())


def _known(whole: Description, inner: Mapping[str, Description]) -> frozenset[str]:
    """Return the sizes of a whole and of its parts, those that their code works out among them."""
    own = {*whole.keys, *(one.key for one in whole.lets)}
    return frozenset(
        own.union(
            *(map(prefixed(f"{part}."), (*one.keys, *(let.key for let in one.lets))) for part, one in inner.items())
        )
    )


def _only_writing(whole: Description) -> Description:
    """Return a whole that multiplies nothing with its own matrices but those of the head that writes."""

    def but_head(part: Part) -> Part:
        known = code_names.module(part.name)
        return part if known and known.role == "head" else muted(part)

    return whole.but(root=whole.root.but(parts=tuple(map(but_head, whole.root.parts))))


def muted(part: Part) -> Part:
    """Return a part that multiplies nothing."""
    if isinstance(part, Tensor):
        return part.but(works=((Number(0), None),))
    if isinstance(part, Module):
        return part.but(parts=tuple(muted(one) for one in part.parts if not isinstance(one, Computed)))
    return part
