"""The configs of a Python file."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from symbolic.configs.harmless import HARMLESS
from symbolic.configs.named_dicts import NamedDict
from symbolic.configs.python.modules import PythonModule
from symbolic.configs.python.values import Reader, assigned, parse
from symbolic.errors import ConfigError
from symbolic.formulas.vocabulary import SIZE_KEYS


def dicts_in_module(text: str, where: str) -> Iterator[NamedDict]:
    """Yield the configs of a Python module, in order: assigned dicts, calls with keywords, classes' defaults.

    They are found also under `if`, in functions and classes. A module that only assigns plain values, such as a config
    of nanoGPT's, is one config by itself.
    """
    tree = parse(text, where)
    yield from PythonModule(tree, where).dicts()
    plain = {name: node for name, node in _assigned(tree.body) if isinstance(node, ast.Constant | ast.UnaryOp)}
    if plain:
        stem = where.rpartition("/")[2].removesuffix(".py") or "config"
        sizes = [name for name, _ in _assigned(_outside_functions(tree)) if _is_size(name)]
        keys = tuple(dict.fromkeys((*plain, *sizes)))
        yield NamedDict(stem, 1, partial(_values, plain, tree, where), keys, guessed=True)


def _is_size(name: str) -> bool:
    return name in SIZE_KEYS and name not in HARMLESS


def _assigned(statements: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Yield each name that gets a value in these statements, with that value; of a loop, what it goes through."""
    for node in statements:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from assigned(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from assigned(target, value)
            case ast.AugAssign(target=target, value=value):
                yield from assigned(target, ast.copy_location(ast.BinOp(target, node.op, value), value))
            case ast.For(target=target, iter=values):
                yield from assigned(target, ast.copy_location(ast.Starred(values), values))


def _values(plain: Mapping[str, ast.expr], tree: ast.Module, where: str) -> dict[str, object]:
    """The plain values of a module, and sizes that follow from them; ConfigError where only running it would tell."""
    given: dict[str, list[ast.expr]] = {}
    for name, value in _assigned(_outside_functions(tree)):
        given.setdefault(name, []).append(value)
    alone = {name: node for name, node in plain.items() if len(given[name]) == 1 and isinstance(node, ast.Constant)}
    reader = _OfModule(where, alone)
    found = reader.named(plain)
    at_once = {id(value) for _, value in _assigned(tree.body)}
    for name, values in given.items():
        if not _is_size(name):
            continue
        if name in plain:
            changed = [value for value in values if value is not plain[name] and value.lineno > plain[name].lineno]
        else:
            changed = values if len(values) > 1 or id(values[0]) not in at_once else []
        if changed:
            raise ConfigError(
                f"{where}, line {changed[0].lineno}: {name} is changed here, and a config is read, never run; "
                "write the value that it has in the end"
            )
        if name not in plain:
            found[name] = reader.value(values[0], name)
    return found


@dataclass(frozen=True)
class _OfModule(Reader):
    """Reads what a module assigns, where it follows from what it assigns once."""

    once: Mapping[str, ast.Constant]

    def constant(self, name: ast.Name) -> ast.Constant | None:
        return self.once.get(name.id)


def _outside_functions(tree: ast.Module) -> Iterator[ast.stmt]:
    left: list[ast.AST] = [*tree.body]
    while left:
        node = left.pop()
        if isinstance(node, ast.stmt) and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node
            left += ast.iter_child_nodes(node)
