"""What Python does to a dict after it is assigned: `A["n_layers"] = 48`, `A.update(…)`, `A |= …`, `del A["…"]`.

A plain change beside the assignment is carried out; any other is refused, since what it makes of the dict is not known
without running it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from symbolic.records import dataclass

MUTATING = {"update", "pop", "popitem", "clear", "setdefault", "__setitem__", "__delitem__", "__ior__"}
IN_PROSE = re.compile(
    r"^[ \t]*(?:>>>[ \t])?(?:(?:with|for|if|while|else|try)\b[^:\n]{0,200}:[ \t]*)?"
    r"(?:del[ \t]+(?P<deleted>[A-Za-z_]\w*)[ \t]*\["
    r"|(?!self\.)(?:[A-Za-z_]\w*\.)?(?P<name>[A-Za-z_]\w*)[ \t]*(?:\[[^\]\n]{1,200}\][^=\n]{0,200}=(?!=)|\|="
    rf"|\.(?:{'|'.join(sorted(MUTATING))})[ \t]*\(|\.[A-Za-z_]\w*[ \t]*=(?!=))"
    r"|(?P<again>[A-Za-z_]\w*)[ \t]*=[ \t]*(?=[A-Za-z_(]))",
    re.MULTILINE,
)
ALIAS = re.compile(r"^[ \t]*(?:>>>[ \t])?([A-Za-z_]\w*)[ \t]*=[ \t]*([A-Za-z_]\w*)[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
MOST_AGAIN = 20
"""So many times a name may be assigned again in a text."""


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
    found = (DictChange(name, node.lineno, node, node.col_offset) for node in statements for name in changed_by(node))
    yield from sorted(found, key=lambda change: change.line)


def by_name(changes: Iterable[DictChange]) -> Mapping[str, list[DictChange]]:
    """Return the changes of each name."""
    found: dict[str, list[DictChange]] = {}
    for change in changes:
        found.setdefault(change.name, []).append(change)
    return found


def changed_by(node: ast.stmt) -> tuple[str, ...]:
    """Return the names whose dicts a statement changes, or makes anew of what they were."""
    match node:
        case ast.Assign(targets=targets, value=value):
            return (*_held_by(*targets), *_called_on(value), *_made_anew(targets, value))
        case ast.AnnAssign(target=target, value=value):
            return (*_held_by(target), *(_made_anew([target], value) if value else ()))
        case ast.AugAssign(target=ast.Name(id=name), op=ast.BitOr()):
            return (name,)
        case ast.AugAssign(target=target):
            return _held_by(target)
        case ast.Delete(targets=targets):
            return _held_by(*targets)
        case ast.Expr(value=value):
            return _called_on(value)
    return ()


def _held_by(*targets: ast.expr) -> tuple[str, ...]:
    """The names in which something is set: A["x"], A.x, A["x"]["y"], C.A["x"], and those side by side."""
    found: list[str] = []
    for target in targets:
        match target:
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                found += _held_by(*parts)
            case ast.Starred(value=part):
                found += _held_by(part)
            case ast.Subscript(value=ast.Attribute(value=ast.Name(id=owner), attr=name)) if owner != "self":
                found += (owner, name)
            case ast.Subscript(value=ast.Name(id=name)) | ast.Attribute(value=ast.Name(id=name)):
                found.append(name)
            case ast.Subscript(value=ast.Subscript() as inner) | ast.Attribute(value=ast.Subscript() as inner):
                found += _held_by(inner)
    return tuple(found)


def _called_on(value: ast.expr) -> tuple[str, ...]:
    """The name whose dict a call changes: A.update(…), A["x"].pop(…)."""
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in MUTATING:
            return (name,)
        case ast.Call(func=ast.Attribute(value=ast.Subscript() as inner, attr=attr)) if attr in MUTATING:
            return _held_by(inner)
    return ()


def _made_anew(targets: list[ast.expr], value: ast.expr) -> tuple[str, ...]:
    """The names that are assigned what is made of themselves: A = dict(A, x=1); not where it says the same again."""
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(), attr="copy"), args=[], keywords=[]):
            return ()
        case ast.Call(args=[ast.Name()], keywords=[]) | ast.Call(args=[], keywords=[ast.keyword(arg=None)]):
            return ()  # SimpleNamespace(**A), EasyDict(A)
        case ast.Dict():
            return ()  # it is found as a dict of its own
    used = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
    return tuple(sorted(names & used))


def aliases_in(tree: ast.Module) -> Mapping[str, set[str]]:
    """Return for each name those that are the same dict, since one was assigned the other: A = B, A = B = {…}."""
    groups: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            names += [node.value.id] if isinstance(node.value, ast.Name) else []
            if len(names) > 1:
                _join(groups, names)
    return groups


def aliases_in_prose(text: str) -> Mapping[str, set[str]]:
    """Return the same for the lines of a text."""
    groups: dict[str, set[str]] = {}
    for match in ALIAS.finditer(text):
        _join(groups, [match[1], match[2]])
    return groups


def _join(groups: dict[str, set[str]], names: list[str]) -> None:
    for name in names:
        groups.setdefault(name, set()).update(other for other in names if other != name)


def places_in_prose(text: str) -> Mapping[str, list[int]]:
    """Return where the lines of a text start that change the dict of each name."""
    found: dict[str, list[int]] = {}
    for match in IN_PROSE.finditer(text):
        found.setdefault(match["name"] or match["deleted"] or match["again"], []).append(match.start())
    return found


def changes_at(text: str, places: Iterable[int], name: str) -> Iterator[DictChange]:
    """Yield the changes that start with these lines of a text, in order."""
    line, seen, again = 1, 0, 0
    for place in places:
        line, seen = line + text.count("\n", seen, place), place
        found = IN_PROSE.match(text, place)
        if found is None or found["again"] is None:
            yield _change(text, place, name, line)
            continue
        again += 1
        if again > MOST_AGAIN:
            # Whatever this one is, nobody will look at so many.
            yield DictChange(name, line, None, 0)
            return
        change = _change(text, place, name, line, longest=8)
        if change.statement is not None and name in changed_by(change.statement):
            yield change


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
