"""Lines of a text that change a dict, where the text is no Python as a whole."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from heapq import merge

from symbolic.configs.python.changes import MUTATING, Change, plain_changes
from symbolic.configs.python.scopes import Standing

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


def aliases_in_prose(text: str) -> Mapping[str, set[str]]:
    """Return for each name those that are the same dict, since a line assigns one to the other."""
    groups: dict[str, set[str]] = {}
    for match in ALIAS.finditer(text):
        for name, other in ((match[1], match[2]), (match[2], match[1])):
            groups.setdefault(name, set()).add(other)
    return groups


class TextChanges:
    """The lines of a text that change dicts, by the names that they change."""

    def __init__(self, text: str, aliases: Mapping[str, set[str]]) -> None:
        """`aliases` are the names that are the same dict."""
        self._text, self._aliases = text, aliases

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Return where each name's dict may be changed; most texts have no dict, and are not asked."""
        places: dict[str, list[int]] = {}
        for match in IN_PROSE.finditer(self._text):
            places.setdefault(match["name"] or match["deleted"] or match["again"], []).append(match.start())
        return places

    def of(self, name: str, first: float, last: float) -> Iterable[Change]:
        """Return the changes of a name's dict between two places, in order."""
        names = (name, *sorted(self._aliases.get(name, ())))
        found = (
            changes_at(self._text, [place for place in self._places.get(one, ()) if first <= place < last], one)
            for one in names
        )
        return merge(*found, key=lambda change: change.standing.place)


def changes_at(text: str, places: Iterable[int], name: str) -> Iterator[Change]:
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
            yield Change(ast.Name(name), Standing((line, 0), (), runs=False))
            return
        change = _change(text, place, name, line, longest=8)
        if change.statement is not None and _changes(change.statement, name):
            yield change


def _changes(statement: ast.stmt, name: str) -> bool:
    found = plain_changes(statement, Standing((1, 0), (), runs=True), set())
    return any(isinstance(change.of, ast.Name) and change.of.id == name for change in found)


def _change(text: str, start: int, name: str, line: int, longest: int = 40) -> Change:
    """Return a change, without a statement where so many lines are none, or where it may not always run."""
    first = text[start : start + 1000].split("\n", 1)[0]
    standing = Standing((line, 0), (), runs=len(first) == len(first.lstrip()))
    lines = text[start : start + 20_000].split("\n", longest)[:longest]
    lines = [one.removeprefix(">>> ").removeprefix("... ") for one in lines]
    for count in range(1, len(lines) + 1):
        try:
            body = ast.parse("\n".join([lines[0].lstrip(), *lines[1:count]])).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        if len(body) == 1:
            return Change(ast.Name(name), standing, ast.increment_lineno(body[0], line - 1))
        break
    return Change(ast.Name(name), standing)
