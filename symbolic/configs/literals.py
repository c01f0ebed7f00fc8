"""Dicts written in Python, in a module or in prose: found and read, never executed."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from symbolic.errors import ConfigError, shown

ASSIGNED = re.compile(r"^[ \t]*([A-Za-z_]\w*)[ \t]*(?::[^=\n]+)?=[ \t]*(?=\{)", re.MULTILINE)
LEXEME = re.compile(r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|#[^\n]*|[{}]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class NamedDict:
    """A dict that a file assigns: its name, where it stands, and a way to read it."""

    name: str
    line: int
    read: Callable[[], Mapping[str, object]]


def dicts_in_module(text: str, where: str) -> Iterator[NamedDict]:
    """The dicts that a Python module assigns, in order, also under `if`, in functions and classes."""
    found: list[tuple[ast.expr, str]] = []
    for node in ast.walk(_parse(text, where)):
        if isinstance(node, ast.Assign):
            found += [(node.value, target.id) for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            found.append((node.value, node.target.id))
    for value, name in sorted(found, key=lambda pair: (pair[0].lineno, pair[0].col_offset)):
        if isinstance(value, ast.Dict | ast.DictComp) or _is_dict_call(value):
            yield NamedDict(name, value.lineno, partial(_read, value, where, 0))


def dicts_in_prose(text: str, where: str) -> Iterator[NamedDict]:
    """The dicts that a text assigns (`NAME = {`), whatever stands around them."""
    starts = list(ASSIGNED.finditer(text))
    ends = [*(match.start() for match in starts), len(text)][1:]
    line, seen = 1, 0
    for start, after in zip(starts, ends, strict=True):
        # A name starts a new dict: one that is still open there was never closed.
        line, seen = line + text.count("\n", seen, start.end()), start.end()
        yield NamedDict(start[1], line, partial(literal_dict, _balanced(text[seen:after]), where, start[1], line))


def literal_dict(written: str | None, where: str, name: str = "the dict", line: int = 1) -> Mapping[str, object]:
    """A dict display read as data; ConfigError names the line where it is more than literals."""
    if written is None:
        raise ConfigError(f"{where}, line {line}: {name} has no closing brace; add the missing }}")
    tree = _parse(f"({written})", f"{where}, from line {line}")
    statement = tree.body[0] if len(tree.body) == 1 else None
    if not isinstance(statement, ast.Expr):
        raise ConfigError(f'{where}, line {line}: {name} is not a dict; write it as {{"emb_dim": 768, …}}')
    return _read(statement.value, where, line - 1)


def _parse(text: str, where: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as problem:
        raise ConfigError(
            f"{where}, line {problem.lineno}: not Python ({problem.msg}); write a dict of plain numbers and strings"
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise ConfigError(f"{where}: not readable as Python; write a dict of plain numbers and strings") from None


def _balanced(text: str) -> str | None:
    """The text up to the brace that closes its first one; None if none does."""
    depth = 0
    for lexeme in LEXEME.finditer(text):
        depth += {"{": 1, "}": -1}.get(lexeme[0], 0)
        if depth == 0 and lexeme[0] == "}":
            return text[: lexeme.end()]
    return None


def _is_dict_call(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict"


def _read(node: ast.expr, where: str, offset: int) -> Mapping[str, object]:
    if not isinstance(node, ast.Dict):
        raise ConfigError(
            f"{where}, line {node.lineno + offset}: a config is read, never run, and this is "
            f"{_described(node)}; write a dict of plain numbers and strings"
        )
    try:
        return _dict(node, where, offset)
    except RecursionError:
        raise ConfigError(
            f"{where}, line {node.lineno + offset}: the dict is nested too deeply; write it flat"
        ) from None


def _dict(node: ast.Dict, where: str, offset: int) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            line = (key or value).lineno + offset
            raise ConfigError(f"{where}, line {line}: a key that is not a plain string; write the key in quotes")
        if key.value in found:
            raise ConfigError(f"{where}, line {key.lineno + offset}: {shown(key.value)} is given twice; keep one")
        found[key.value] = _value(value, f"{where}, line {value.lineno + offset}: {shown(key.value)}", where, offset)
    return found


def _value(node: ast.expr, named: str, where: str, offset: int) -> object:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Dict():
            return _dict(node, where, offset)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [_value(part, named, where, offset) for part in parts]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.Attribute(attr=name):
            # torch.bfloat16 and its like: the last name is all that a config means by it.
            return name
    raise ConfigError(f"{named} is {_described(node)}, and a config is read, never run; write its value")


def _described(node: ast.expr) -> str:
    kinds: tuple[tuple[type[ast.expr] | tuple[type[ast.expr], ...], str], ...] = (
        (ast.Call, "a call"),
        ((ast.DictComp, ast.ListComp, ast.SetComp, ast.GeneratorExp), "a comprehension"),
        ((ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp), "an expression"),
        (ast.Name, "another variable"),
        (ast.JoinedStr, "an f-string"),
    )
    return next((words for kind, words in kinds if isinstance(node, kind)), "not a plain value")
