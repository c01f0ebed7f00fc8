"""The values that the names of a module get: by assignment, in a loop, as a parameter, from another module."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from symbolic.configs.python.scopes import Place, Placed, Standing

Node = ast.expr | ast.ClassDef
ELSEWHERE = ast.Name("")
"""What another module gives a name, or a function that changes the module's own."""
MOST_STEPS = 200
"""Steps from a name to what it stands for: behind so many, nobody who reads the file would know either."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A name gets a value, at a place; surely, or only where a branch or a loop is run."""

    place: Place
    value: Node
    sure: bool


class Bindings:
    """The values that the names of a module get, by name and by the functions and classes around them.

    `bound` are those of variables, `attributes` those of attributes of that name, `contents` what is put into a dict
    or list of that name.
    """

    def __init__(self, nodes: Iterable[Placed]) -> None:
        """`nodes` are those of the module."""
        self.scopes: dict[str, dict[tuple[int, ...], None]] = defaultdict(dict)
        self.class_scopes: set[tuple[int, ...]] = set()
        self.bound: dict[tuple[str, tuple[int, ...]], list[Binding]] = defaultdict(list)
        self.attributes: dict[str, list[ast.expr]] = defaultdict(list)
        self.contents: dict[str, list[ast.expr]] = defaultdict(list)
        self._returned: dict[str, list[ast.expr]] = defaultdict(list)
        self._parameters: dict[str, list[tuple[tuple[int, ...], list[str], int]]] = defaultdict(list)
        calls: list[ast.Call] = []
        for node, standing in nodes:
            self._bind(node, standing)
            if isinstance(node, ast.Call):
                calls.append(node)
        for call in calls:
            self._pass(call)
        for (name, scopes), bindings in self.bound.items():
            bindings.sort(key=attrgetter("place"))
            self.scopes[name][scopes] = None

    def only_value(self, name: str, standing: Standing) -> Node | None:
        """Return what a name of the module itself stands for at a place, where it surely gets one value only."""
        found = self.at(name, standing)
        everywhere = self.bound.get((name, ()), [])
        if found and any(found[0].place < starred.place for starred in self.bound.get(("*", ()), [])):
            return None
        if len(found) == 1 and len(everywhere) == 1 and everywhere[0].sure and found[0].value is everywhere[0].value:
            return found[0].value
        return None

    def _bind(self, node: ast.AST, standing: Standing) -> None:
        """Note what a node gives to names."""
        self._bind_scope(node, standing)
        match node:
            case ast.Assign(targets=targets, value=value):
                again = remade(targets, value)
                for target in targets:
                    if not (isinstance(target, ast.Name) and target.id in again):
                        self._assign(target, value, standing, sure=standing.runs)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value, standing, sure=standing.runs)
            case ast.AugAssign(target=ast.Name() as target, value=value) if not isinstance(node.op, ast.BitOr):
                self._assign(target, _element(value), standing, sure=False)
            case ast.NamedExpr(target=target, value=value):
                self._assign(target, value, standing, sure=False)
            case ast.For(target=target, iter=values) | ast.AsyncFor(target=target, iter=values):
                self._assign(target, _element(values), standing, sure=False)
            case ast.comprehension(target=target, iter=values):
                self._assign(target, _element(values), standing, sure=False)
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                self._assign(target, value, standing, sure=False)

    def _bind_scope(self, node: ast.AST, standing: Standing) -> None:
        """Note a class, a function, what a function gives back, and names that get a value from elsewhere."""
        match node:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for one in names:
                    self.bound[one.asname or one.name, standing.scopes].append(
                        Binding(standing.place, ELSEWHERE, sure=False)
                    )
            case ast.Global(names=shared):
                for name in shared:
                    self.bound[name, ()].append(Binding((0, 0), ELSEWHERE, sure=False))
            case ast.ClassDef(name=name):
                self.bound[name, standing.scopes].append(Binding(standing.place, node, standing.runs))
                self.class_scopes.add((id(node),))
                for part in node.body:
                    if isinstance(part, ast.FunctionDef) and part.name == "__init__":
                        self._define(name, part, (*standing.scopes, id(node), id(part)))
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self._define(name, node, (*standing.scopes, id(node)))
            case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
                for scope in standing.scopes[-1:]:
                    self._returned[str(scope)].append(value)

    def _assign(self, target: ast.expr, value: ast.expr, standing: Standing, *, sure: bool) -> None:
        match target:
            case ast.Name(id=name):
                if isinstance(value, ast.Lambda):
                    self._define(name, value, (*standing.scopes, id(value)))
                self.bound[name, standing.scopes].append(Binding(standing.place, value, sure))
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
                paired = len(values) == len(parts) and not any(isinstance(part, ast.Starred) for part in parts)
                for part, one in zip(parts, values if paired else [_element(value)] * len(parts), strict=True):
                    self._assign(part, one, standing, sure=sure and paired)
            case ast.Starred(value=part):
                self._assign(part, value, standing, sure=False)
            case ast.Attribute(attr=name):
                self.attributes[name].append(value)
            case ast.Subscript(value=ast.Name(id=name)):
                self.contents[name].append(value)

    def _define(
        self, name: str, function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: tuple[int, ...]
    ) -> None:
        taken = function.args
        names = [one.arg for one in (*taken.posonlyargs, *taken.args)]
        own = 1 if names[:1] in (["self"], ["cls"]) else 0
        self._parameters[name].append((scope, [*names, *(one.arg for one in taken.kwonlyargs)], own))
        defaults = dict(zip(reversed(names), reversed(taken.defaults), strict=False))
        defaults |= {one.arg: given for one, given in zip(taken.kwonlyargs, taken.kw_defaults, strict=True) if given}
        for parameter, given in defaults.items():
            self.bound[parameter, scope].append(Binding((0, 0), given, sure=False))
        if isinstance(function, ast.Lambda):
            self._returned[str(id(function))].append(function.body)

    def _pass(self, call: ast.Call) -> None:
        """Give the parameters of a function of the module what a call gives them."""
        if isinstance(call.func, ast.Lambda):
            self._define(f"lambda {id(call)}", call.func, (id(call.func),))
        called = f"lambda {id(call)}" if isinstance(call.func, ast.Lambda) else _name(call.func)
        for scope, names, own in self._parameters.get(called, ())[:MOST_STEPS]:
            given = dict(zip(names[own:], call.args, strict=False))
            given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
            for name, value in given.items():
                self.bound[name, scope].append(Binding((0, 0), value, sure=False))

    def made_by(self, called: str) -> Iterator[ast.expr]:
        """Yield what functions of the module with that name give back."""
        for scope, _, _ in self._parameters.get(called, ())[:MOST_STEPS]:
            yield from self._returned.get(str(scope[-1]), ())[:MOST_STEPS]

    def at(self, name: str, standing: Standing) -> list[Binding]:
        """Return what a name may stand for at a place: the last sure value before it, and what may replace that."""
        for depth in range(len(standing.scopes), 0, -1):
            inner = self.bound.get((name, standing.scopes[:depth]))
            if inner:
                return [Binding(one.place, one.value, sure=False) for one in inner[-MOST_STEPS:]]
        bound = self.bound.get((name, ()), [])
        if standing.scopes:
            return [Binding(one.place, one.value, sure=False) for one in bound[-MOST_STEPS:]]
        found: list[Binding] = []
        for at in range(bisect_left(bound, standing.place, key=attrgetter("place")) - 1, -1, -1):
            found.append(bound[at])
            if bound[at].sure or len(found) == MOST_STEPS:
                break
        if len(found) > 1:
            found = [Binding(one.place, one.value, sure=False) for one in found]
        return found


def remade(targets: list[ast.expr], value: ast.expr) -> frozenset[str]:
    """Return the names that are assigned what is made of themselves: A = A.copy(), A = dict(A, x=1), A = {**A}."""
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    parts = spread_into(value) if isinstance(value, ast.Dict) else ast.walk(value)
    return frozenset(names & {node.id for node in parts if isinstance(node, ast.Name)})


def spread_into(display: ast.Dict) -> list[ast.expr]:
    """Return the dicts whose items a display takes in: {**A}."""
    return [value for key, value in zip(display.keys, display.values, strict=True) if key is None]


def _element(values: ast.expr) -> ast.expr:
    return ast.copy_location(ast.Subscript(values, ast.Constant(0), ast.Load()), values)


def _name(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
