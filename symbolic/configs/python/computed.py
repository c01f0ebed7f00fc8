"""What a class makes of its fields when an object is made: found, so that a value that it changes is not believed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping


def computed_fields(node: ast.ClassDef, fields: Mapping[str, ast.expr]) -> Iterator[tuple[int, str, str]]:
    """Yield the line, the method and the name of each field that a class computes, where it may differ from ours.

    A number that replaces a default does. So does arithmetic that fills in a None, but for one size over another
    (head_dim = dim // n_heads), which families have as well. A None that becomes another field (n_kv_heads = n_heads)
    is what families do.
    """
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name in ("__init__", "__post_init__"):
            for part in ast.walk(method):
                name = _assigned(part)
                if name in fields and _differs(part, name, fields[name]):
                    yield getattr(part, "lineno", method.lineno), method.name, name


def _assigned(part: ast.AST) -> str:
    """Return the field that a statement assigns to, or nothing."""
    targets = part.targets if isinstance(part, ast.Assign) else [part.target] if isinstance(part, ast.AugAssign) else []
    return _field(targets[0]) if len(targets) == 1 else ""


def _field(node: ast.AST) -> str:
    own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    return node.attr if own and isinstance(node, ast.Attribute) else ""


def _differs(part: ast.AST, name: str, default: ast.expr) -> bool:
    if isinstance(part, ast.AugAssign):
        return True
    value = part.value if isinstance(part, ast.Assign) else None
    if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or) and _field(value.values[0]) == name:
        # A number stays as it is, and only a None is filled in.
        value = value.values[-1]
        if isinstance(default, ast.Constant) and default.value:
            return False
    if (
        isinstance(value, ast.BinOp)
        and isinstance(value.op, ast.FloorDiv)
        and _field(value.left)
        and _field(value.right)
    ):
        return not _is_empty(default)
    return value is not None and any(isinstance(one, ast.BinOp) or _is_number(one) for one in ast.walk(value))


def _is_empty(default: ast.expr) -> bool:
    return isinstance(default, ast.UnaryOp) or (isinstance(default, ast.Constant) and not default.value)


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool)
