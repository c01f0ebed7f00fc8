"""The configs of a Python file."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import partial

from symbolic.configs.named_dicts import NamedDict
from symbolic.configs.python.modules import PythonModule
from symbolic.configs.python.values import Reader, parse
from symbolic.errors import ConfigError
from symbolic.formulas.vocabulary import SIZE_KEYS


def dicts_in_module(text: str, where: str) -> Iterator[NamedDict]:
    """Yield the configs of a Python module, in order: assigned dicts, calls with keywords, classes' defaults.

    They are found also under `if`, in functions and classes. A module that only assigns plain values, such as a config
    of nanoGPT's, is one config by itself.
    """
    tree = parse(text, where)
    yield from PythonModule(tree, where).dicts()
    plain = {name: node for node, name in _constants(tree)}
    if plain:
        stem = where.rpartition("/")[2].removesuffix(".py") or "config"
        yield NamedDict(stem, 1, partial(_unchanged_values, plain, tree, where), tuple(plain), guessed=True)


def _constants(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Yield the plain values that the module itself assigns to names."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.UnaryOp):
            yield from ((node.value, target.id) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Constant):
            yield from ((node.value, target.id) for target in (node.target,) if isinstance(target, ast.Name))


def _unchanged_values(plain: Mapping[str, ast.expr], tree: ast.Module, where: str) -> dict[str, object]:
    """The plain values of a module; ConfigError where a size among them has another value in the end."""
    for node in _outside_functions(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                names = {part.id for one in targets for part in ast.walk(one) if isinstance(part, ast.Name)}
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                names = {name}
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                names = {name}
            case _:
                continue
        for name in names & plain.keys() & SIZE_KEYS.keys():
            if value is not plain[name] and node.lineno > plain[name].lineno:
                raise ConfigError(
                    f"{where}, line {node.lineno}: {name} is changed here, and a config is read, never run; "
                    "write the value that it has in the end"
                )
    return Reader(where).named(plain)


def _outside_functions(tree: ast.Module) -> Iterator[ast.stmt]:
    left: list[ast.AST] = [*tree.body]
    while left:
        node = left.pop()
        if isinstance(node, ast.stmt) and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node
            left += ast.iter_child_nodes(node)
