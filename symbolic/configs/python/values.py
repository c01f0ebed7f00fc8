"""Plain values in Python's own syntax: numbers, strings, lists and dicts, read without running anything."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from symbolic.errors import ConfigError, shown

LONGEST = 500_000
"""Letters of Python that are read: a tree of it takes up to five hundred times as much memory."""
LARGEST = 10**18
"""Results of arithmetic up to which it is done: no size is larger."""
ARITHMETIC: Mapping[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.FloorDiv: lambda a, b: a // b,
}


def parse(text: str, where: str) -> ast.Module:
    """Return the tree of a text of Python; ConfigError where it is none, or too long."""
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


def literal_dict(written: str | None, where: str, name: str = "the dict", line: int = 1) -> Mapping[str, object]:
    """Return a dict display that starts at a line; ConfigError names the line where it is more than literals."""
    if written is None:
        raise ConfigError(f"{where}, line {line}: {name} has no closing brace; add the missing }}")
    tree = parse(f"({written})", f"{where}, from line {line}")
    ast.increment_lineno(tree, line - 1)
    statement = tree.body[0] if len(tree.body) == 1 else None
    if not isinstance(statement, ast.Expr):
        raise ConfigError(f'{where}, line {line}: {name} is not a dict; write it as {{"emb_dim": 768, …}}')
    return Reader(where).dict_of(statement.value)


@dataclass(frozen=True)
class Reader:
    """Reads expressions as data; where other names come in, only what a subclass knows of them.

    Each method raises ConfigError, with the line, where only running the file would tell.
    """

    where: str

    def dict_of(self, node: ast.expr) -> dict[str, object]:
        """Return the dict that an expression displays."""
        if not isinstance(node, ast.Dict):
            raise ConfigError(
                f"{self.where}, line {node.lineno}: a config is read, never run, and this is {described(node)}; "
                "write a dict of plain numbers and strings"
            )
        try:
            return self._dict(node)
        except RecursionError:
            raise ConfigError(
                f"{self.where}, line {node.lineno}: the dict is nested too deeply; write it flat"
            ) from None

    def named(self, nodes: Mapping[str, ast.expr]) -> dict[str, object]:
        """Return the values of several names, such as a class's defaults."""
        return {name: self.value(node, name) for name, node in nodes.items()}

    def keywords(self, given: list[ast.keyword]) -> dict[str, object]:
        """Return what the keywords of a call say: x=1, **B."""
        found: dict[str, object] = {}
        for one in given:
            found |= {one.arg: self.value(one.value, one.arg)} if one.arg else self.mapping(one.value)
        return found

    def value(self, node: ast.expr, key: str) -> object:
        """Return the value of a key."""
        match node:
            case ast.Constant(value=constant):
                return constant
            case ast.Dict():
                return self._dict(node)
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return [self.value(part, key) for part in parts]
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return -number
            case ast.Attribute(attr=name):
                # torch.bfloat16 and its like: the last name is all that a config means by it.
                return name
            case ast.Name() if (known := self.constant(node)) is not None:
                return known.value
            case ast.BinOp() if (result := self._computed(node)) is not None:
                return result
        raise ConfigError(
            f"{self.where}, line {node.lineno}: {shown(key)} is {described(node)}, and a config is read, never run; "
            "write its value"
        )

    def mapping(self, node: ast.expr) -> Mapping[str, object]:
        """Return the dict that an expression stands for, as in `{**expression}`."""
        if isinstance(node, ast.Dict):
            return self.dict_of(node)
        raise ConfigError(
            f"{self.where}, line {node.lineno}: more values come from {ast.unparse(node)[:40]}, and a config is read, "
            "never run; write the values into the dict"
        )

    def constant(self, name: ast.Name) -> ast.Constant | None:  # noqa: ARG002
        """Return the number or string that a name stands for, where it surely does."""
        return None

    def _computed(self, node: ast.expr) -> int | None:
        """Return the result of whole numbers and names of them; None where it is no such arithmetic, or too large."""
        match node:
            case ast.Constant(value=int() as number) if not isinstance(number, bool) and abs(number) < LARGEST:
                return number
            case ast.Name():
                found = self.constant(node)
                return self._computed(found) if found is not None else None
            case ast.BinOp(left=first, op=operation, right=second) if type(operation) in ARITHMETIC:
                one, other = self._computed(first), self._computed(second)
                if one is None or other is None or (isinstance(operation, ast.FloorDiv) and not other):
                    return None
                result = ARITHMETIC[type(operation)](one, other)
                return result if abs(result) < LARGEST else None
        return None

    def _dict(self, node: ast.Dict) -> dict[str, object]:
        found: dict[str, object] = {}
        written: set[str] = set()
        for key, given in zip(node.keys, node.values, strict=True):
            if key is None:
                found |= self.mapping(given)
                continue
            if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                raise ConfigError(
                    f"{self.where}, line {key.lineno}: a key that is not a plain string; write the key in quotes"
                )
            if key.value in written:
                raise ConfigError(f"{self.where}, line {key.lineno}: {shown(key.value)} is given twice; keep one")
            written.add(key.value)
            found[key.value] = self.value(given, key.value)
        return found


def assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that an assignment gives values, with these: `a, b = 1, 2` gives two."""
    names = target.elts if isinstance(target, ast.Tuple | ast.List) else None
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else None
    if isinstance(target, ast.Name):
        yield target.id, value
    elif names is not None and parts is not None and len(names) == len(parts):
        for name, part in zip(names, parts, strict=True):
            yield from assigned(name, part)
    else:
        yield from ((part.id, value) for part in ast.walk(target) if isinstance(part, ast.Name))


def described(node: ast.expr) -> str:
    """Return what an expression is, for an error."""
    kinds: tuple[tuple[type[ast.expr] | tuple[type[ast.expr], ...], str], ...] = (
        (ast.Call, "a call"),
        ((ast.DictComp, ast.ListComp, ast.SetComp, ast.GeneratorExp), "a comprehension"),
        ((ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp), "an expression"),
        (ast.Name, "another variable"),
        (ast.JoinedStr, "an f-string"),
    )
    return next((words for kind, words in kinds if isinstance(node, kind)), "not a plain value")
