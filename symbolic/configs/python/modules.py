"""The configs in a tree of Python: dicts, calls with keywords, classes' defaults, and copies of them with changes."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from symbolic.configs.named_dicts import NamedDict
from symbolic.configs.python.bindings import Bindings, Node, remade
from symbolic.configs.python.carrying_out import carry_out, changed_here
from symbolic.configs.python.changes import Change, changes_in
from symbolic.configs.python.classes import Classes
from symbolic.configs.python.references import References
from symbolic.configs.python.scopes import Place, Standing, walk
from symbolic.configs.python.values import Reader
from symbolic.errors import ConfigError

MOST_COPIES = 20
"""Copies of copies that are followed."""


class PythonModule:
    """A module whose configs are read."""

    def __init__(
        self, tree: ast.Module, where: str, elsewhere: Callable[[str, int], Iterable[Change]] = lambda *_: ()
    ) -> None:
        """`where` names it in errors.

        `elsewhere` returns what is done, outside the tree, to the dict that a name gets in a line.
        """
        self.where, self._elsewhere = where, elsewhere
        nodes = list(walk(tree))
        self._classes = Classes(nodes)
        self._standing: dict[int, Standing] = {}
        self._named: dict[int, tuple[Node, str]] = {}
        self._assigned: set[int] = set()
        for node, standing in nodes:
            self._find(node, standing)
        for node, standing in nodes:
            self._find_call(node, standing)
        if not self._named:
            nodes = []
        self._bindings = Bindings(nodes)
        self._references = References(self._bindings, [node for node, _ in self._named.values()])
        self._changes: dict[int, list[Change]] = defaultdict(list)
        self._doubts: dict[int, Change] = {}
        for change in changes_in(nodes):
            self._attribute(change)

    def named(self) -> Iterator[tuple[str, int]]:
        """Yield the names of the configs and their lines, in order."""
        yield from ((name, node.lineno) for node, name in self._ordered())

    def dicts(self) -> Iterator[NamedDict]:
        """Yield the configs, in order."""
        for node, name in self._ordered():
            if self._says_more(node):
                guessed = id(node) not in self._assigned or not _is_dict(node)
                yield NamedDict(name, node.lineno, partial(self.read, node), self._keys(node), guessed)

    def _ordered(self) -> list[tuple[Node, str]]:
        return sorted(self._named.values(), key=lambda pair: self._standing[id(pair[0])].place)

    def _find(self, node: ast.AST, standing: Standing) -> None:
        """Note the dicts and copies that get a name, and the classes."""
        if isinstance(node, ast.ClassDef) and len(self._classes.fields(node)) >= 2:
            self._note(node, node.name, standing)
            return
        targets, value = _assigned(node)
        again = remade(targets, value) if value is not None else frozenset()
        for target in targets:
            if value is not None and isinstance(target, ast.Name) and target.id not in again and self._is_config(value):
                self._note(value, target.id, standing)
                self._assigned.add(id(value))
        if isinstance(node, ast.Dict):
            # {"d12": GPTConfig(…), …}: each is called by its key.
            for key, given in zip(node.keys, node.values, strict=True):
                called = isinstance(given, ast.Call) and bool(_keywords(given))
                if called and isinstance(key, ast.Constant) and isinstance(key.value, str):
                    self._note(given, key.value, standing)

    def _find_call(self, node: ast.AST, standing: Standing) -> None:
        """Note the calls with keywords that have no name of their own, by the name of what is called."""
        if not isinstance(node, ast.Call) or node.args:
            return
        if len(_keywords(node)) >= (1 if self._classes.find(node.func) else 2):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "call")
            self._note(node, name, standing)

    def _note(self, node: Node, name: str, standing: Standing) -> None:
        self._named.setdefault(id(node), (node, name))
        self._standing.setdefault(id(node), standing)

    def _is_config(self, value: ast.expr) -> bool:
        match value:
            case ast.Dict() | ast.DictComp():
                return True
            case ast.Call(func=called) if self._classes.find(called) or _keywords(value):
                return True
        return _source(value) is not None

    def _is_object(self, expression: ast.expr) -> bool:
        return isinstance(expression, ast.Call) and not expression.args and bool(self._classes.find(expression.func))

    def _says_more(self, node: Node) -> bool:
        """Return whether a copy is another config than what it is a copy of."""
        match node:
            case ast.Call(keywords=[]) | ast.Name():
                return bool(self._changes.get(id(node)) or id(node) in self._doubts)
        return True

    def _attribute(self, change: Change) -> None:
        """Note a change at the configs that it changes, surely or perhaps."""
        for one in self._references.of(change.of, change.standing):
            if one.sure and change.standing.runs and change.statement is not None:
                self._changes[id(one.node)].append(change)
            else:
                self._doubts.setdefault(id(one.node), change)

    def read(self, node: Node, before: Place | None = None, left: int = MOST_COPIES) -> dict[str, object]:
        """Return the values of a config at a place, or in the end; ConfigError where only running would tell."""
        name = self._named[id(node)][1]
        values = dict(self._as_written(node, left))
        also = self._elsewhere(name, node.lineno)
        changes = sorted([*self._changes.get(id(node), ()), *also], key=lambda one: one.standing.place)
        for change in changes:
            if before is None or change.standing.place < before:
                carry_out(change, name, values, _Placed(self.where, self, change.standing, left))
        if (doubt := self._doubts.get(id(node))) is not None:
            raise changed_here(doubt, name, self.where)
        return values

    def mapping(self, expression: ast.expr, standing: Standing, left: int) -> Mapping[str, object] | None:
        """Return the dict that an expression stands for at a place; None where only running would tell."""
        if left and (
            isinstance(expression, ast.Dict) or _source(expression) is not None or self._is_object(expression)
        ):
            return self._made(expression, _Placed(self.where, self, standing, left - 1))
        if isinstance(expression, ast.Subscript):
            whole = self.mapping(expression.value, standing, left - 1) if left else None
            key = _Placed(self.where, self, standing, left).key(expression.slice)
            found = whole.get(key) if whole is not None and key is not None else None
            return found if isinstance(found, Mapping) else None
        references = self._references.of(expression, standing)
        if len(references) == 1 and left:
            [one] = references
            changed = self._changes.get(id(one.node)) or id(one.node) in self._doubts
            if (one.sure and standing.runs) or (isinstance(expression, ast.Name) and not changed):
                return self.read(one.node, standing.place, left - 1)
        return None

    def constant(self, name: ast.Name, standing: Standing) -> ast.Constant | None:
        """Return the number or string that a name stands for at a place, where it surely does."""
        found = self._bindings.only_value(name.id, standing)
        return found if isinstance(found, ast.Constant) else None

    def _as_written(self, node: Node, left: int) -> Mapping[str, object]:
        reader = _Placed(self.where, self, self._standing[id(node)], left)
        return self._classes.read(node, reader) if isinstance(node, ast.ClassDef) else self._made(node, reader)

    def _made(self, node: ast.expr, reader: Reader) -> Mapping[str, object]:
        """Return what an expression makes: a dict, a call with keywords, a copy with changes."""
        match node:
            case ast.Call(func=called, args=[], keywords=given) if given or self._classes.find(called):
                kind = self._classes.find(called)
                values = reader.keywords(given)
                return values if kind is None else self._classes.read(kind, reader, values)
            case ast.BinOp(left=first, right=second):
                return {**reader.mapping(first), **reader.mapping(second)}
            case ast.Call(keywords=given):
                source = _source(node)
                if source is not None:
                    return {**reader.mapping(source), **reader.keywords(given)}
        return reader.dict_of(node)

    def _keys(self, node: Node) -> tuple[str, ...]:
        """Return the keys that a config is seen to have."""
        match node:
            case ast.ClassDef():
                return tuple(self._classes.fields(node))
            case ast.Dict(keys=keys) if None not in keys:
                return tuple(key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
            case ast.Call(func=called, keywords=given) if _source(node) is None:
                kind = self._classes.find(called)
                fields = self._classes.fields(kind) if kind is not None else {}
                return (*fields, *(one.arg for one in given if one.arg))
        try:
            return tuple(self._as_written(node, MOST_COPIES))
        except ConfigError:
            return ()


@dataclass(frozen=True)
class _Placed(Reader):
    """Reads an expression at its place in a module, with what its other names stand for there."""

    module: PythonModule
    standing: Standing
    left: int

    def mapping(self, node: ast.expr) -> Mapping[str, object]:
        found = self.module.mapping(node, self.standing, self.left)
        return super().mapping(node) if found is None else found

    def constant(self, name: ast.Name) -> ast.Constant | None:
        return self.module.constant(name, self.standing)

    def key(self, node: ast.expr) -> str | None:
        """Return the key that an index is."""
        constant = self.constant(node) if isinstance(node, ast.Name) else node
        if not isinstance(constant, ast.Constant):
            return None
        return constant.value if isinstance(constant.value, str) else None


def _source(value: ast.expr) -> ast.expr | None:
    """Return what an expression copies: A.copy(), dict(A, x=1), deepcopy(A), replace(A, x=1), A | {…}; else None."""
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="copy"), attr="copy" | "deepcopy"), args=[source]):
            return source
        case ast.Call(func=ast.Attribute(value=source, attr="copy"), args=[], keywords=[]):
            return source
        case ast.Call(func=ast.Name(id="dict" | "copy" | "deepcopy" | "replace"), args=[source]):
            return source
        case ast.Call(func=ast.Attribute(value=ast.Name(), attr="replace"), args=[source]):
            return source
        case ast.BinOp(left=ast.Name() | ast.Dict() as source, op=ast.BitOr(), right=ast.Name() | ast.Dict()):
            return source
    return None


def _is_dict(node: Node) -> bool:
    """Return whether an expression writes a dict, and does not copy one."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args
    return isinstance(node, ast.Dict | ast.DictComp)


def _assigned(node: ast.AST) -> tuple[list[ast.expr], ast.expr | None]:
    if isinstance(node, ast.Assign):
        return node.targets, node.value
    if isinstance(node, ast.AnnAssign):
        return [node.target], node.value
    return [], None


def _keywords(call: ast.Call) -> list[ast.keyword]:
    return [keyword for keyword in call.keywords if keyword.arg]
