"""What Python does to a dict after it is assigned: `A["n_layers"] = 48`, `A.update(…)`, `A |= …`, `del A["…"]`.

A plain change beside the assignment is carried out; any other is refused, since what it makes of the dict is not known
without running it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symbolic.configs.python.bindings import remade
from symbolic.configs.python.scopes import Placed, Standing

MUTATING = {"update", "pop", "popitem", "clear", "setdefault", "__setitem__", "__delitem__", "__ior__"}
OF_ITS_FIRST = {"setattr", "delattr", "setitem", "delitem", "ior"}
"""Functions that change what they are given first."""
DICTS = {"dict", "OrderedDict"}
RUNNING = {"exec", "eval"}
WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Change:
    """Something changes what an expression stands for; `statement` where it is a plain change of a name's dict."""

    of: ast.expr
    standing: Standing
    statement: ast.stmt | None = None


def changes_in(nodes: Iterable[Placed]) -> Iterator[Change]:
    """Yield every change in the nodes of a module, the outer nodes first."""
    seen: set[int] = set()
    for node, standing in nodes:
        if isinstance(node, ast.stmt):
            yield from plain_changes(node, standing, seen)
        elif isinstance(node, ast.Subscript | ast.Attribute):
            if not isinstance(node.ctx, ast.Load) and id(node) not in seen:
                yield Change(node.value, standing)
        elif isinstance(node, ast.Call) and id(node) not in seen:
            yield from (Change(one, standing) for one in _changed_by_call(node))


def plain_changes(node: ast.stmt, standing: Standing, seen: set[int]) -> Iterator[Change]:
    """Yield what a statement itself changes in a name's dict; the nodes that say so are added to `seen`."""
    match node:
        case (
            ast.Assign(
                targets=[ast.Subscript(value=ast.Name() as name) | ast.Attribute(value=ast.Name() as name) as at]
            )
            | ast.Delete(targets=[ast.Subscript(value=ast.Name() as name) as at])
            | ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name() as name, attr="update")) as at)
        ) if name.id not in DICTS:
            seen.add(id(at))
            yield Change(name, standing, node)
        case ast.Assign(targets=targets, value=value):
            if _keeps_all(value):
                return
            for again in remade(targets, value):
                yield Change(ast.Name(again), standing, node)
        case ast.AugAssign(target=ast.Name() as name, op=ast.BitOr()):
            yield Change(name, standing, node)


def _keeps_all(value: ast.expr) -> bool:
    """Return whether what is made of a dict says the same: A.copy(), SimpleNamespace(**A), EasyDict(A)."""
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(), attr="copy"), args=[], keywords=[]):
            return True
        case ast.Call(args=[ast.Name()], keywords=[]) | ast.Call(args=[], keywords=[ast.keyword(arg=None)]):
            return True
    return False


def _changed_by_call(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what a call changes: A.update(…), dict.update(A, …), setattr(A, …), and what a text names that is run."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=kind), attr=method), args=[first, *_]) if (
            kind in DICTS and method in MUTATING
        ):
            yield first
        case ast.Call(func=ast.Attribute(value=value, attr=method)) if method in MUTATING:
            yield value
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called), args=[first, *_]):
            if called in OF_ITS_FIRST:
                yield first
            elif called in RUNNING and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield from (ast.Name(word) for word in dict.fromkeys(WORD.findall(first.value[:10_000])))
