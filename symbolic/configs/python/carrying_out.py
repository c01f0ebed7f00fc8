"""Plain changes of a dict, carried out on its values."""

from __future__ import annotations

import ast

from symbolic.configs.python.changes import Change
from symbolic.configs.python.values import Reader
from symbolic.errors import ConfigError


def carry_out(change: Change, name: str, values: dict[str, object], reader: Reader) -> None:
    """Change the values of a name's dict; ConfigError where only running the file would tell what they become."""
    if change.statement is None or not _carried_out(change.statement, values, reader):
        raise changed_here(change, name, reader.where)


def changed_here(change: Change, name: str, where: str) -> ConfigError:
    """Return the error for a change that only running the file could tell."""
    return ConfigError(
        f"{where}, line {change.standing.place[0]}: {name} is changed here, and a config is read, never run; "
        "write the values into the dict"
    )


def _carried_out(statement: ast.stmt, values: dict[str, object], reader: Reader) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str(key)))], value=new):
            values[key] = reader.value(new, key)
        case ast.Assign(targets=[ast.Attribute(attr=key)], value=new):
            values[key] = reader.value(new, key)
        case ast.Delete(targets=[ast.Subscript(slice=ast.Constant(value=str(key)))]) if key in values:
            del values[key]
        case ast.AugAssign(op=ast.BitOr(), value=more):
            values |= reader.mapping(more)
        case ast.Expr(value=ast.Call(args=[] | [_] as more, keywords=given)):
            for one in more:
                values |= reader.mapping(one)
            values |= reader.keywords(given)
        case ast.Assign(targets=[ast.Name(id=name)], value=new):
            return _made_of_itself(name, new, values, reader)
        case _:
            return False
    return True


def _made_of_itself(name: str, new: ast.expr, values: dict[str, object], reader: Reader) -> bool:
    """Carry out A = A | {…}, A = dict(A, …), A = {**A, …}."""
    match new:
        case ast.BinOp(left=ast.Name(id=first), op=ast.BitOr(), right=more) if first == name:
            values |= reader.mapping(more)
        case ast.Call(func=ast.Name("dict"), args=[ast.Name(id=first)], keywords=given) if first == name:
            values |= reader.keywords(given)
        case ast.Dict(keys=[None, *_], values=[ast.Name(id=first), *_]) if first == name:
            rest = ast.copy_location(ast.Dict(new.keys[1:], new.values[1:]), new)
            values |= reader.dict_of(rest)
        case _:
            return False
    return True
