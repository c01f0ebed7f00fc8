"""Dicts written in Python, in a module or in prose: found and read, never executed."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from heapq import merge

from symbolic.configs.changes import (
    DictChange,
    Later,
    aliases_in,
    aliases_in_prose,
    by_name,
    changes_at,
    changes_in,
    places_in_prose,
)
from symbolic.configs.computed import computed_fields
from symbolic.configs.named_dicts import NamedDict
from symbolic.errors import ConfigError, shown
from symbolic.formulas.vocabulary import SIZE_KEYS

ASSIGNED = re.compile(
    r"^[ \t]*(?:([A-Za-z_]\w*)[ \t]*(?::[^=\n]+)?=[ \t]*|([A-Za-z_]\w*Config)[ \t]+)(?=\{)", re.MULTILINE
)
LEXEME = re.compile(r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?|#[^\n]*|[{}]", re.DOTALL)
"""Strings, comments and braces; a string that is never closed ends with its line, so that no text is read again."""
LONGEST = 500_000
"""Letters of Python that are read: a tree of it takes up to five hundred times as much memory."""


def dicts_in_module(text: str, where: str) -> Iterator[NamedDict]:
    """Yield the configs of a Python module, in order: assigned dicts, calls with keywords, classes' defaults.

    They are found also under `if`, in functions and classes. A module that only assigns plain values, such as a config
    of nanoGPT's, is one config by itself.
    """
    tree = _parse(text, where)
    found: list[tuple[ast.expr | ast.ClassDef, str]] = [*_assigned(tree), *_calls(tree), *_classes(tree)]
    named: dict[ast.expr | ast.ClassDef, str] = dict(reversed(found))
    ordered = sorted(named.items(), key=lambda pair: (pair[0].lineno, pair[0].col_offset))
    again, changes = Later((name, node.lineno) for node, name in ordered), by_name(changes_in(tree))
    same = aliases_in(tree)
    for node, name in ordered:
        last = again.after(name, node.lineno)
        called = [name, *sorted(same.get(name, ()))]
        there = sorted((change for other in called for change in changes.get(other, ())), key=lambda one: one.line)
        later = [change for change in there if node.lineno <= change.line <= last]
        read = partial(_read, node, where, 0)
        yield NamedDict(name, node.lineno, partial(_read_and_changed, read, partial(iter, later), where), _keys(node))
    plain = {name: node for node, name in _constants(tree)}
    if plain:
        yield NamedDict(_stem(where), 1, partial(_unchanged_values, plain, tree, where), tuple(plain))


def _assigned(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Yield the dicts that are assigned to a name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets = [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            targets = [node.target.id]
        else:
            continue
        called = isinstance(node.value, ast.Call) and bool(_keywords(node.value))
        if node.value is not None and (called or isinstance(node.value, ast.Dict | ast.DictComp)):
            yield from [(node.value, name) for name in targets]
        if isinstance(node.value, ast.Dict):
            # d12 = {"d12": GPTConfig(…), …}: each is called by its key.
            yield from (
                (value, key.value)
                for key, value in zip(node.value.keys, node.value.values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
                if isinstance(value, ast.Call) and _keywords(value)
            )


def _calls(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Yield the calls with two keywords or more, by the name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(_keywords(node)) >= 2 and not node.args:
            yield node, node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "call")


def _classes(tree: ast.Module) -> Iterator[tuple[ast.ClassDef, str]]:
    """Yield the classes whose fields have plain defaults, such as dataclasses."""
    return ((node, node.name) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and len(_fields(node)) >= 2)


def _constants(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Yield the plain values that the module itself assigns to names."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.UnaryOp):
            yield from ((node.value, target.id) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Constant):
            yield from ((node.value, target.id) for target in (node.target,) if isinstance(target, ast.Name))


def _keys(node: ast.expr | ast.ClassDef) -> tuple[str, ...] | None:
    """Return the keys of what is no plain dict; None for a dict."""
    if isinstance(node, ast.ClassDef):
        return tuple(_fields(node))
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
            return None
        return tuple(str(keyword.arg) for keyword in _keywords(node))
    holds_calls = isinstance(node, ast.Dict) and any(
        isinstance(value, ast.Call) and _keywords(value) for value in node.values
    )
    return () if holds_calls else None


def _keywords(call: ast.Call) -> list[ast.keyword]:
    return [keyword for keyword in call.keywords if keyword.arg]


def _fields(node: ast.ClassDef) -> dict[str, ast.expr]:
    """Return the defaults of a class; a field without one, or whose default is made by a call, is not there."""
    found = {}
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) and part.value is not None:
            found[part.target.id] = part.value
        elif isinstance(part, ast.Assign):
            found |= {target.id: part.value for target in part.targets if isinstance(target, ast.Name)}
    return {name: value for name, value in found.items() if not isinstance(value, ast.Call)}


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
        for name in names & plain.keys() & SIZE_KEYS:
            if value is not plain[name] and node.lineno > plain[name].lineno:
                raise ConfigError(
                    f"{where}, line {node.lineno}: {name} is changed here, and a config is read, never run; "
                    "write the value that it has in the end"
                )
    return _plain_values(plain, where)


def _outside_functions(tree: ast.Module) -> Iterator[ast.stmt]:
    left: list[ast.AST] = [*tree.body]
    while left:
        node = left.pop()
        if isinstance(node, ast.stmt) and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node
            left += ast.iter_child_nodes(node)


def _plain_values(plain: Mapping[str, ast.expr], where: str) -> dict[str, object]:
    return {name: _value(node, f"{where}, line {node.lineno}: {shown(name)}", where, 0) for name, node in plain.items()}


def _stem(where: str) -> str:
    return where.rpartition("/")[2].removesuffix(".py") or "config"


def dicts_in_prose(text: str, where: str) -> Iterator[NamedDict]:
    """Yield the dicts that a text assigns (`NAME = {`), and configs as transformers prints them (`LlamaConfig {`)."""
    starts = list(ASSIGNED.finditer(text))
    ends = [*(match.start() for match in starts), len(text)][1:]
    line, seen = 1, 0
    again = Later((start[1] or start[2], start.start()) for start in starts)
    changes, same = places_in_prose(text), aliases_in_prose(text)
    for start, after in zip(starts, ends, strict=True):
        # A name starts a new dict: one that is still open there was never closed.
        line, seen = line + text.count("\n", seen, start.end()), start.end()
        name = start[1] or start[2]
        last = again.after(name, start.start())
        later = [
            partial(changes_at, text, [place for place in changes.get(other, ()) if seen <= place < last], other)
            for other in (name, *sorted(same.get(name, ())))
        ]
        read = partial(_printed if start[2] else literal_dict, _balanced(text[seen:after]), where, name, line)
        yield NamedDict(name, line, partial(_read_and_changed, read, partial(_in_order, later), where))


def _in_order(found: Iterable[Callable[[], Iterable[DictChange]]]) -> Iterable[DictChange]:
    return merge(*(each() for each in found), key=lambda change: change.line)


def literal_dict(written: str | None, where: str, name: str = "the dict", line: int = 1) -> Mapping[str, object]:
    """Return a dict display read as data; ConfigError names the line where it is more than literals."""
    if written is None:
        raise ConfigError(f"{where}, line {line}: {name} has no closing brace; add the missing }}")
    tree = _parse(f"({written})", f"{where}, from line {line}")
    statement = tree.body[0] if len(tree.body) == 1 else None
    if not isinstance(statement, ast.Expr):
        raise ConfigError(f'{where}, line {line}: {name} is not a dict; write it as {{"emb_dim": 768, …}}')
    return _read(statement.value, where, line - 1)


def _printed(written: str | None, where: str, name: str, line: int) -> Mapping[str, object]:
    """Return a config as transformers prints it: JSON."""
    try:
        values = json.loads(written or "")
    except (ValueError, RecursionError):
        return literal_dict(written, where, name, line)
    return values if isinstance(values, dict) else {}


def _read_and_changed(
    read: Callable[[], Mapping[str, object]], changes: Callable[[], Iterable[DictChange]], where: str
) -> Mapping[str, object]:
    """Return the dict with what is done to it afterwards; ConfigError where only running the file could tell."""
    values = dict(read())
    for change in changes():
        at = f"{where}, line {change.line}"
        offset = change.line - 1 if change.moved else 0
        if change.depth or not _carried_out(change.statement, values, at, where, offset):
            raise ConfigError(
                f"{at}: {change.name} is changed here, and a config is read, never run; write the values into the dict"
            )
    return values


def _carried_out(statement: ast.stmt | None, values: dict[str, object], at: str, where: str, offset: int) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(), slice=ast.Constant(value=str(key)))], value=value):
            values[key] = _value(value, f"{at}: {shown(key)}", where, offset)
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(), attr=key)], value=value):
            values[key] = _value(value, f"{at}: {shown(key)}", where, offset)
        case ast.Delete(targets=[ast.Subscript(value=ast.Name(), slice=ast.Constant(value=str(key)))]) if key in values:
            del values[key]
        case ast.AugAssign(target=ast.Name(), op=ast.BitOr(), value=ast.Dict() as more):
            values |= _dict(more, where, offset)
        case ast.Expr(
            value=ast.Call(args=[ast.Dict() as more], keywords=[], func=ast.Attribute(value=ast.Name(), attr="update"))
        ):
            values |= _dict(more, where, offset)
        case ast.Assign(
            targets=[ast.Name()], value=ast.BinOp(left=ast.Name(), op=ast.BitOr(), right=ast.Dict() as more)
        ):
            values |= _dict(more, where, offset)
        case (
            ast.Expr(value=ast.Call(ast.Attribute(ast.Name(), "update"), [], named))
            | ast.Assign(targets=[ast.Name()], value=ast.Call(ast.Name("dict"), [ast.Name()], named))
        ):
            if not all(one.arg for one in named):
                return False
            values |= {str(one.arg): _value(one.value, f"{at}: {one.arg}", where, offset) for one in named}
        case _:
            return False
    return True


def _parse(text: str, where: str) -> ast.Module:
    try:
        if len(text) > LONGEST:
            raise ConfigError(f"{where}: more than {LONGEST:,} letters of Python; put the dict into a file of its own")
        with warnings.catch_warnings():
            # What Python thinks of somebody's file is nothing to the reader of ours.
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as problem:
        raise ConfigError(
            f"{where}, line {problem.lineno}: not Python ({problem.msg}); write a dict of plain numbers and strings"
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise ConfigError(f"{where}: not readable as Python; write a dict of plain numbers and strings") from None


GOES_ON = re.compile(r"[ \t]*(?:\|(?!\|)|\.|\[|(?:if|or|and)\b)")
"""What makes something else of a dict behind its brace."""


def _balanced(text: str) -> str | None:
    """Return the text up to the brace that closes its first one, and its line's rest where that goes on; or None."""
    depth = 0
    for lexeme in LEXEME.finditer(text):
        depth += {"{": 1, "}": -1}.get(lexeme[0], 0)
        if depth == 0 and lexeme[0] == "}":
            end = lexeme.end()
            return text[:end] if not GOES_ON.match(text, end) else text[:end] + text[end:].split("\n", 1)[0]
    return None


def _read(node: ast.expr | ast.ClassDef, where: str, offset: int) -> Mapping[str, object]:
    if isinstance(node, ast.Call) and _keywords(node) and not node.args:
        if len(_keywords(node)) < len(node.keywords):
            raise ConfigError(
                f"{where}, line {node.lineno + offset}: the call takes more from another dict (**), and a config is "
                "read, never run; write the values into it"
            )
        given = {str(keyword.arg): keyword.value for keyword in node.keywords if keyword.arg}
        return _plain_values(given, where)
    if isinstance(node, ast.ClassDef):
        fields = _fields(node)
        for line, name in computed_fields(node, fields):
            raise ConfigError(
                f"{where}, line {line + offset}: __post_init__ computes {name}, and a config is read, never run; "
                f"write {name}'s value as its default"
            )
        return _plain_values(fields, where)
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
