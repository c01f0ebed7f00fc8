"""What a line above a description's tree says of its parts: products, caches, tokens worked on, what is not trained."""

from __future__ import annotations

from collections.abc import Callable

from symbolic.formulas.formula import Formula
from symbolic.networks.learned.conditions import Condition, all_of, negated
from symbolic.networks.learned.description import MATRICES, NAMELESS, CacheTensor, Computed, Module, Part, Tensor
from symbolic.networks.learned.notation import formula
from symbolic.networks.learned.reading_conditions import condition
from symbolic.networks.learned.tree_lines import axes_of, split

DOES = ("computes", "keeps", "works")
FIXES = "fixes"


def doing(root: Module, word: str, text: str) -> Module:
    """The tree with what a line says of a part; ValueError where it names nothing of the tree."""
    if word == FIXES:
        return fixing(root, text)
    what, _, rest = text.partition(": ")
    body, where = split(rest, " if ")
    axes, when = tuple(formula(axis) for axis in axes_of(body)), condition(where) if where else None
    name, _, called = what.rpartition(" ")
    added = Computed(called, axes, when) if word == "computes" else CacheTensor(called, axes, when)

    def change(part: Part) -> Part:
        if word == "works":
            return working(part, axes[0], when)
        return part.but(parts=(*part.parts, added)) if isinstance(part, Module) else part

    way = what if word == "works" else name
    made = _changed(root, [one for one in way.split(".") if one], change)
    if made == root:
        raise ValueError(f"{way} is not in the tree")
    return made


def working(part: Part, count: Formula, when: Condition | None = None) -> Part:
    """Return a tensor, or each matrix and norm of a module, that works on so many tokens where nothing else holds."""
    if isinstance(part, Tensor):
        return part.but(works=(*part.works, (count, when)))
    if isinstance(part, Module):
        return part.but(
            parts=tuple(
                working(one, count, when) if isinstance(one, Module) or _works(one) else one for one in part.parts
            ),
        )
    return part


def _works(part: Part) -> bool:
    return of_matrix(part) or (isinstance(part, Tensor) and part.owner == "norm" and not part.buffer)


def of_matrix(part: Part) -> bool:
    """Return whether a part is a tensor that tokens are multiplied with, as far as its owner tells."""
    return isinstance(part, Tensor) and part.owner in MATRICES and part.name != "bias" and not part.buffer


def fixing(root: Module, text: str) -> Module:
    """The tree with the parameters of a module, or one of them, fixed on a condition; ValueError where it has none.

    Each stands there twice, on that condition and on the opposite one, so that whatever asks for it finds one. A tensor
    that is another's is trained where that one is.
    """
    path, where = split(text, " if ")
    way, when = path.split("."), condition(where)

    def each(part: Part, way: list[str]) -> tuple[Part, ...]:
        if way and part.name != way[0]:
            return (part,)
        if isinstance(part, Module):
            return (part.but(parts=tuple(made for one in part.parts for made in each(one, way[1:]))),)
        if len(way) > 1 or not isinstance(part, Tensor) or part.tied_to or part.buffer:
            return (part,)
        on, off = (all_of(*filter(None, (part.where, one))) for one in (when, negated(when)))
        return part.but(fixed=True, where=on), part.but(where=off)

    made = root.but(parts=tuple(made for one in root.parts for made in each(one, way)))
    if made == root:
        raise ValueError(f"{path} has no parameter in the tree")
    return made


def _changed(module: Module, way: list[str], change: Callable[[Part], Part]) -> Module:
    """The module with the parts changed that are found by a name, `{}` in it for the number of a layer."""
    if way[:1] == ["{}"] and module.repeat and not any(part.name == "{}" for part in module.parts):
        way = way[1:]  # that of a list of parameters stands in the tree
    if way[:1] == ["{}"] and any(part.name == NAMELESS for part in module.parts):
        way = [NAMELESS, *way]
    if not way:
        made = change(module)
        return made if isinstance(made, Module) else module

    def each(part: Part) -> Part:
        if part.name != way[0]:
            return part
        if isinstance(part, Module):
            return _changed(part, way[1:], change)
        return change(part) if len(way) == 1 else part

    return module.but(parts=tuple(map(each, module.parts)))
