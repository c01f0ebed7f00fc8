"""What the names of a module stand for: which dict, call or class of a config an expression is, surely or perhaps.

Two names can be the same dict (`B = A`), a list can hold it (`for c in [A, B]`), a function can take it or give it
back; whoever changes it under the other name changes it.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from symbolic.configs.python.scopes import Place, Placed, Standing

Node = ast.expr | ast.ClassDef
COPIES = {"copy", "deepcopy", "replace", "_replace", "asdict", "_asdict", "to_dict"}
"""Methods and functions that give back another object than they were given."""
ITSELF = {"globals", "locals", "vars"}
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


@dataclass(frozen=True, slots=True)
class Reference:
    """A config that an expression stands for, surely or perhaps."""

    node: Node
    sure: bool


class Bindings:
    """The values that the names of a module get."""

    def __init__(self, nodes: Iterable[Placed], known: Iterable[Node]) -> None:
        """`nodes` are those of the module; `known` are the dicts, calls and classes that are configs."""
        self._known = {id(node) for node in known}
        self._scopes: dict[str, dict[tuple[int, ...], None]] = defaultdict(dict)
        self._class_scopes: set[tuple[int, ...]] = set()
        self._bound: dict[tuple[str, tuple[int, ...]], list[Binding]] = defaultdict(list)
        self._attributes: dict[str, list[ast.expr]] = defaultdict(list)
        self._contents: dict[str, list[ast.expr]] = defaultdict(list)
        self._returned: dict[str, list[ast.expr]] = defaultdict(list)
        self._parameters: dict[str, list[tuple[tuple[int, ...], list[str], int]]] = defaultdict(list)
        calls: list[ast.Call] = []
        for node, standing in nodes:
            self._bind(node, standing)
            if isinstance(node, ast.Call):
                calls.append(node)
        for call in calls:
            self._pass(call)
        for (name, scopes), bindings in self._bound.items():
            bindings.sort(key=attrgetter("place"))
            self._scopes[name][scopes] = None

    def references(self, expression: Node, standing: Standing) -> list[Reference]:
        """Return the configs that an expression at a place stands for, each once, the sure one first."""
        found: dict[int, Reference] = {}
        for one in self._references(expression, standing, [MOST_STEPS]):
            if id(one.node) not in found or one.sure:
                found[id(one.node)] = one
        return list(found.values())

    def only_value(self, name: str, standing: Standing) -> Node | None:
        """Return what a name of the module itself stands for at a place, where it surely gets one value only."""
        found = self._at(name, standing)
        everywhere = self._bound.get((name, ()), [])
        if found and any(found[0].place < starred.place for starred in self._bound.get(("*", ()), [])):
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
                    self._bound[one.asname or one.name, standing.scopes].append(
                        Binding(standing.place, ELSEWHERE, sure=False)
                    )
            case ast.Global(names=shared):
                for name in shared:
                    self._bound[name, ()].append(Binding((0, 0), ELSEWHERE, sure=False))
            case ast.ClassDef(name=name):
                self._bound[name, standing.scopes].append(Binding(standing.place, node, standing.runs))
                self._class_scopes.add((id(node),))
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
                self._bound[name, standing.scopes].append(Binding(standing.place, value, sure))
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
                paired = len(values) == len(parts) and not any(isinstance(part, ast.Starred) for part in parts)
                for part, one in zip(parts, values if paired else [_element(value)] * len(parts), strict=True):
                    self._assign(part, one, standing, sure=sure and paired)
            case ast.Starred(value=part):
                self._assign(part, value, standing, sure=False)
            case ast.Attribute(attr=name):
                self._attributes[name].append(value)
            case ast.Subscript(value=ast.Name(id=name)):
                self._contents[name].append(value)

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
            self._bound[parameter, scope].append(Binding((0, 0), given, sure=False))
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
                self._bound[name, scope].append(Binding((0, 0), value, sure=False))

    def _references(self, expression: Node, standing: Standing, left: list[int]) -> Iterator[Reference]:
        left[0] -= 1
        if left[0] < 0:
            return
        if id(expression) in self._known:
            yield Reference(expression, sure=True)
            return
        match expression:
            case ast.Name(id=name):
                for binding in self._at(name, standing):
                    there = Standing(binding.place, standing.scopes, standing.runs)
                    for one in self._references(binding.value, there, left):
                        yield Reference(one.node, one.sure and binding.sure)
            case _:
                for part in self._parts(expression, standing, left):
                    for one in self._references(part, standing, left):
                        yield Reference(one.node, sure=False)

    def _parts(self, expression: Node, standing: Standing, left: list[int]) -> Iterator[Node]:
        """Yield what an expression may be, or may be a part of."""
        match expression:
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                yield from self._attributes.get(name, ())[:MOST_STEPS]
                for scopes in list(self._scopes.get(name, ()))[:MOST_STEPS]:
                    # An attribute of a class, or of a module: what is no variable here is imported.
                    if scopes[-1:] in self._class_scopes or not (scopes or owner == "self" or owner in self._scopes):
                        yield from (binding.value for binding in self._bound[name, scopes][-MOST_STEPS:])
            case ast.Attribute(attr=name):
                yield from self._attributes.get(name, ())[:MOST_STEPS]
            case ast.IfExp(body=first, orelse=second):
                yield from (first, second)
            case ast.BoolOp(values=values):
                yield from values
            case ast.NamedExpr(value=value) | ast.Starred(value=value) | ast.Await(value=value):
                yield value
            case ast.Subscript(value=ast.Call(func=ast.Name(id=called)), slice=ast.Constant(value=str(name))) if (
                called in ITSELF
            ):
                yield ast.Name(name)
            case ast.Subscript(value=value):
                yield value
                yield from self._elements(value, standing, left)
                yield from self._copied(value, standing)
            case ast.Call():
                yield from self._given_back(expression, standing, left)

    def _copied(self, expression: ast.expr, standing: Standing) -> Iterator[Node]:
        """Yield what a dict was copied from: what is nested in it is the same in both."""
        values = [one.value for one in self._at(expression.id, standing)] if isinstance(expression, ast.Name) else []
        for value in values:
            match value:
                case ast.Call(func=ast.Attribute(value=source, attr="copy"), args=[]):
                    yield source
                case ast.Call(func=ast.Name(id="dict" | "copy" | "replace") | ast.Attribute(attr="copy" | "replace")):
                    yield from value.args
                case ast.BinOp(left=first, right=second):
                    yield from (first, second)
                case ast.Dict():
                    yield from _spread_into(value)

    def _given_back(self, expression: ast.Call, standing: Standing, left: list[int]) -> Iterator[Node]:
        """Yield what a call may give back that is no copy."""
        match expression:
            case ast.Call(func=ast.Lambda(body=body)):
                yield body
            case ast.Call(func=ast.Attribute(value=value, attr=called)) if called not in COPIES:
                yield value
                yield from self._elements(value, standing, left)
                yield from self._made_by(called)
            case ast.Call(func=ast.Name(id="next" | "cast" | "max" | "min"), args=args):
                for one in args:
                    yield from (one, *self._elements(one, standing, left))
            case ast.Call(func=ast.Name(id=called)):
                yield from self._made_by(called)

    def _elements(self, expression: Node, standing: Standing, left: list[int]) -> Iterator[Node]:
        """Yield what a list, a tuple or a dict holds."""
        left[0] -= 1
        if left[0] < 0:
            return
        match expression:
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                yield from parts
            case ast.Dict(values=parts):
                yield from parts
            case ast.Name(id=name):
                yield from self._contents.get(name, ())[:MOST_STEPS]
                for binding in self._at(name, standing):
                    if binding.value is not expression:
                        yield from self._elements(binding.value, standing, left)
            case ast.Call(func=called, args=args):
                for given in (*args, *([called.value] if isinstance(called, ast.Attribute) else [])):
                    yield from self._elements(given, standing, left)
            case ast.Attribute(attr=name):
                for one in self._attributes.get(name, ())[:MOST_STEPS]:
                    yield from self._elements(one, standing, left)
            case ast.Subscript(value=value):
                for part in self._elements(value, standing, left):
                    yield from self._elements(part, standing, left)

    def _made_by(self, called: str) -> Iterator[ast.expr]:
        for scope, _, _ in self._parameters.get(called, ())[:MOST_STEPS]:
            yield from self._returned.get(str(scope[-1]), ())[:MOST_STEPS]

    def _at(self, name: str, standing: Standing) -> list[Binding]:
        """Return what a name may stand for at a place: the last sure value before it, and what may replace that."""
        for depth in range(len(standing.scopes), 0, -1):
            inner = self._bound.get((name, standing.scopes[:depth]))
            if inner:
                return [Binding(one.place, one.value, sure=False) for one in inner[-MOST_STEPS:]]
        bound = self._bound.get((name, ()), [])
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
    parts = _spread_into(value) if isinstance(value, ast.Dict) else ast.walk(value)
    return frozenset(names & {node.id for node in parts if isinstance(node, ast.Name)})


def _spread_into(display: ast.Dict) -> list[ast.expr]:
    return [value for key, value in zip(display.keys, display.values, strict=True) if key is None]


def _element(values: ast.expr) -> ast.expr:
    return ast.copy_location(ast.Subscript(values, ast.Constant(0), ast.Load()), values)


def _name(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
