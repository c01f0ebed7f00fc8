"""Classes whose fields have plain defaults, such as dataclasses, as configs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from symbolic.configs.harmless import HARMLESS
from symbolic.configs.python.computed import computed_fields
from symbolic.configs.python.scopes import Placed
from symbolic.configs.python.values import Reader, assigned
from symbolic.errors import ConfigError
from symbolic.formulas.vocabulary import SIZE_KEYS

MOST_BASES = 20


class Classes:
    """The classes of a module, with what they inherit of each other."""

    def __init__(self, nodes: Iterable[Placed]) -> None:
        """Find them, also in functions and other classes; of two with one name the later one counts."""
        self._named = {node.name: node for node, _ in nodes if isinstance(node, ast.ClassDef)}

    def find(self, called: ast.expr) -> ast.ClassDef | None:
        """Return the class that an expression calls: Config(…), module.Config(…)."""
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        return self._named.get(name)

    def fields(self, node: ast.ClassDef) -> dict[str, ast.expr]:
        """Return the defaults of a class and of those that it inherits from."""
        found: dict[str, ast.expr] = {}
        for one in reversed(list(self._with_bases(node))):
            found |= _fields(one)
        return found

    def read(self, node: ast.ClassDef, reader: Reader, given: Mapping[str, object] | None = None) -> dict[str, object]:
        """Return the values of an object of a class: its defaults, and what a call gives instead."""
        fields = self.fields(node)
        for one in self._with_bases(node):
            for line, method, name in computed_fields(one, fields):
                raise ConfigError(
                    f"{reader.where}, line {line}: {method} computes {name}, and a config is read, never run; "
                    f"write {name}'s value as its default"
                )
        given = given or {}
        return reader.named({name: value for name, value in fields.items() if name not in given}) | dict(given)

    def _with_bases(self, node: ast.ClassDef) -> Iterator[ast.ClassDef]:
        left, seen = [node], {id(node)}
        while left and len(seen) <= MOST_BASES:
            one = left.pop(0)
            yield one
            bases = [base for base in map(self.find, one.bases) if base is not None and id(base) not in seen]
            seen |= {id(base) for base in bases}
            left += bases


def _fields(node: ast.ClassDef) -> dict[str, ast.expr]:
    """Return the defaults of a class; a field without one is not there, and a size that a call makes can't be read."""
    found: dict[str, ast.expr] = {}
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and part.value is not None:
            found |= dict(assigned(part.target, part.value))
        elif isinstance(part, ast.Assign):
            found |= {name: value for target in part.targets for name, value in assigned(target, part.value)}
    plain = {name: _default(value) for name, value in found.items()}
    return {
        name: value
        for name, value in plain.items()
        if value is not None and (not isinstance(value, ast.Call) or (name in SIZE_KEYS and name not in HARMLESS))
    }


def _default(value: ast.expr) -> ast.expr | None:
    """Return the default that a field has: of `field(default=3)` the 3, of `field()` none."""
    match value:
        case ast.Call(func=ast.Name(id="field" | "Field" | "ib") | ast.Attribute(attr="field" | "Field" | "ib")):
            named = {keyword.arg: keyword.value for keyword in value.keywords}
            if "default" in named or "default_factory" in named:
                return named.get("default", value)
            first = value.args[0] if value.args else None
            return None if isinstance(first, ast.Constant) and first.value is Ellipsis else first
    return value
