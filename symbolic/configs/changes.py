"""What Python does to a dict after it is assigned: `A["n_layers"] = 48`, `A.update(…)`, `A |= …`, `del A["…"]`.

A plain change beside the assignment is carried out; any other is refused, since what it makes of the dict is not known
without running it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

MUTATING = {"update", "pop", "popitem", "clear", "setdefault"}
IN_PROSE = re.compile(
    r"^[ \t]*(?:>>>[ \t])?(?:del[ \t]+(?P<deleted>[A-Za-z_]\w*)[ \t]*\["
    r"|(?P<name>[A-Za-z_]\w*)[ \t]*(?:\[[^\]\n]{1,200}\][ \t]*(?:[-+*/|%]|//|\*\*)?=(?!=)|\|="
    r"|\.(?:update|pop|popitem|clear|setdefault)[ \t]*\())",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class DictChange:
    """A statement that changes the dict of a name, and how far it is indented: further in, it may not always run."""

    name: str
    line: int
    statement: ast.stmt | None
    depth: int
    moved: bool = False
    """Whether its lines are counted from its own first one."""


class Later:
    """Where each name is assigned next."""

    def __init__(self, places: Iterable[tuple[str, int]]) -> None:
        """`places` are names and where they are assigned, in order."""
        self._next: dict[tuple[str, int], float] = {}
        last: dict[str, int] = {}
        for name, place in places:
            if name in last:
                self._next[name, last[name]] = place
            last[name] = place

    def after(self, name: str, place: int) -> float:
        """Return where a name is assigned again after a place; infinity where it is not."""
        return self._next.get((name, place), float("inf"))


def changes_in(tree: ast.Module) -> Iterator[DictChange]:
    """Yield every change in a module, in order."""
    statements = (node for node in ast.walk(tree) if isinstance(node, ast.stmt))
    found = (DictChange(name, node.lineno, node, node.col_offset) for node in statements if (name := changed_by(node)))
    yield from sorted(found, key=lambda change: change.line)


def by_name(changes: Iterable[DictChange]) -> Mapping[str, list[DictChange]]:
    """Return the changes of each name."""
    found: dict[str, list[DictChange]] = {}
    for change in changes:
        found.setdefault(change.name, []).append(change)
    return found


def changed_by(node: ast.stmt) -> str:
    """Return the name whose dict a statement changes, or nothing."""
    match node:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))]):
            return name
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name))]):
            return name
        case ast.AugAssign(target=ast.Subscript(value=ast.Name(id=name)) | ast.Attribute(value=ast.Name(id=name))):
            return name
        case ast.AugAssign(target=ast.Name(id=name), op=ast.BitOr()):
            return name
        case ast.Delete(targets=[ast.Subscript(value=ast.Name(id=name))]):
            return name
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr))) if attr in MUTATING:
            return name
        case ast.Assign(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr))) if attr in MUTATING:
            return name
    return ""


def places_in_prose(text: str) -> Mapping[str, list[int]]:
    """Return where the lines of a text start that change the dict of each name."""
    found: dict[str, list[int]] = {}
    for match in IN_PROSE.finditer(text):
        found.setdefault(match["name"] or match["deleted"], []).append(match.start())
    return found


def changes_at(text: str, places: Iterable[int], name: str) -> Iterator[DictChange]:
    """Yield the changes that start with these lines of a text, in order."""
    line, seen = 1, 0
    for place in places:
        line, seen = line + text.count("\n", seen, place), place
        yield _change(text, place, name, line)


def _change(text: str, start: int, name: str, line: int, longest: int = 40) -> DictChange:
    """Return a change, without a statement where so many lines are none."""
    first = text[start : start + 1000].split("\n", 1)[0]
    depth = len(first) - len(first.lstrip())
    lines = text[start : start + 20_000].split("\n", longest)[:longest]
    lines = [one.removeprefix(">>> ").removeprefix("... ") for one in lines]
    for count in range(1, len(lines) + 1):
        try:
            body = ast.parse("\n".join([lines[0].lstrip(), *lines[1:count]])).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        return DictChange(name, line, body[0] if len(body) == 1 else None, depth, moved=True)
    return DictChange(name, line, None, depth, moved=True)
