"""Where a piece of Python stands: its place in the file, what is around it, and whether it surely runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

Place = tuple[int, int]
"""Line and column."""
SCOPES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Lambda,
    ast.ClassDef,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
"""What has names of its own."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a node stands: `scopes` are the functions, classes and comprehensions around it, from the outside."""

    place: Place
    scopes: tuple[int, ...]
    runs: bool
    """Whether it is a statement of the module itself, so that it surely runs once, in its turn."""


Placed = tuple[ast.AST, Standing]


def walk(tree: ast.Module) -> Iterator[Placed]:
    """Yield every node of a module with where it stands, the outer ones first."""
    left: list[tuple[ast.AST, tuple[int, ...], Place, bool]] = [
        (node, (), (node.lineno, node.col_offset), True) for node in reversed(tree.body)
    ]
    while left:
        node, scopes, place, runs = left.pop()
        if isinstance(node, ast.stmt | ast.expr):
            place = (node.lineno, node.col_offset)
        yield node, Standing(place, scopes, runs)
        inner = (*scopes, id(node))[:MOST_SCOPES] if isinstance(node, SCOPES) else scopes
        left += [(child, inner, place, False) for child in reversed(_children(node))]


def _children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes within a node, but for the marks that say whether a name is read or set."""
    found: list[ast.AST] = []
    for name in node._fields:
        part = getattr(node, name, None)
        if isinstance(part, list):
            found += [one for one in part if isinstance(one, ast.AST)]
        elif isinstance(part, ast.AST) and name != "ctx":
            found.append(part)
    return found


MOST_SCOPES = 30
"""Scopes within each other that are told apart."""
