"""Which dict, call or class of a config an expression stands for, surely or perhaps.

Two names can be the same dict (`B = A`), a list can hold it (`for c in [A, B]`), a function can take it or give it
back; whoever changes it under the other name changes it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symbolic.configs.python.bindings import MOST_STEPS, Bindings, Node, spread_into
from symbolic.configs.python.scopes import Standing

COPIES = {"copy", "deepcopy", "replace", "_replace", "asdict", "_asdict", "to_dict"}
"""Methods and functions that give back another object than they were given."""
ITSELF = {"globals", "locals", "vars"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A config that an expression stands for, surely or perhaps."""

    node: Node
    sure: bool


class References:
    """The configs that expressions of a module stand for."""

    def __init__(self, names: Bindings, known: Iterable[Node]) -> None:
        """`known` are the dicts, calls and classes that are configs."""
        self.names = names
        self._known = {id(node) for node in known}

    def of(self, expression: Node, standing: Standing) -> list[Reference]:
        """Return the configs that an expression at a place stands for, each once, the sure one first."""
        found: dict[int, Reference] = {}
        for one in self._followed(expression, standing, [MOST_STEPS]):
            if id(one.node) not in found or one.sure:
                found[id(one.node)] = one
        return list(found.values())

    def _followed(self, expression: Node, standing: Standing, left: list[int]) -> Iterator[Reference]:
        left[0] -= 1
        if left[0] < 0:
            return
        if id(expression) in self._known:
            yield Reference(expression, sure=True)
            return
        match expression:
            case ast.Name(id=name):
                for binding in self.names.at(name, standing):
                    there = Standing(binding.place, standing.scopes, standing.runs)
                    for one in self._followed(binding.value, there, left):
                        yield Reference(one.node, one.sure and binding.sure)
            case _:
                for part in self._parts(expression, standing, left):
                    for one in self._followed(part, standing, left):
                        yield Reference(one.node, sure=False)

    def _parts(self, expression: Node, standing: Standing, left: list[int]) -> Iterator[Node]:
        """Yield what an expression may be, or may be a part of."""
        match expression:
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                yield from self.names.attributes.get(name, ())[:MOST_STEPS]
                for scopes in list(self.names.scopes.get(name, ()))[:MOST_STEPS]:
                    # An attribute of a class, or of a module: what is no variable here is imported.
                    if scopes[-1:] in self.names.class_scopes or not (
                        scopes or owner == "self" or owner in self.names.scopes
                    ):
                        yield from (binding.value for binding in self.names.bound[name, scopes][-MOST_STEPS:])
            case ast.Attribute(attr=name):
                yield from self.names.attributes.get(name, ())[:MOST_STEPS]
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
        values = (
            [one.value for one in self.names.at(expression.id, standing)] if isinstance(expression, ast.Name) else []
        )
        for value in values:
            match value:
                case ast.Call(func=ast.Attribute(value=source, attr="copy"), args=[]):
                    yield source
                case ast.Call(func=ast.Name(id="dict" | "copy" | "replace") | ast.Attribute(attr="copy" | "replace")):
                    yield from value.args
                case ast.BinOp(left=first, right=second):
                    yield from (first, second)
                case ast.Dict():
                    yield from spread_into(value)

    def _given_back(self, expression: ast.Call, standing: Standing, left: list[int]) -> Iterator[Node]:
        """Yield what a call may give back that is no copy."""
        match expression:
            case ast.Call(func=ast.Lambda(body=body)):
                yield body
            case ast.Call(func=ast.Attribute(value=value, attr=called)) if called not in COPIES:
                yield value
                yield from self._elements(value, standing, left)
                yield from self.names.made_by(called)
            case ast.Call(func=ast.Name(id="next" | "cast" | "max" | "min"), args=args):
                for one in args:
                    yield from (one, *self._elements(one, standing, left))
            case ast.Call(func=ast.Name(id=called)):
                yield from self.names.made_by(called)

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
                yield from self.names.contents.get(name, ())[:MOST_STEPS]
                for binding in self.names.at(name, standing):
                    if binding.value is not expression:
                        yield from self._elements(binding.value, standing, left)
            case ast.Call(func=called, args=args):
                for given in (*args, *([called.value] if isinstance(called, ast.Attribute) else [])):
                    yield from self._elements(given, standing, left)
            case ast.Attribute(attr=name):
                for one in self.names.attributes.get(name, ())[:MOST_STEPS]:
                    yield from self._elements(one, standing, left)
            case ast.Subscript(value=value):
                for part in self._elements(value, standing, left):
                    yield from self._elements(part, standing, left)
