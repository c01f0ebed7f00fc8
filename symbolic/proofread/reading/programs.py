"""Names that a program gives a number once, so that the results in its comments can be judged: x = a * b  # 600."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections import ChainMap, Counter
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import TypeAlias

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import evaluate
from symbolic.proofread.arithmetic.numbers import Style, Unread, WrittenNumber, figure
from symbolic.proofread.arithmetic.ranges import Unknown
from symbolic.proofread.grammar.code import dedented
from symbolic.proofread.grammar.parsing import parse
from symbolic.proofread.grammar.text_lexer import TextLexer
from symbolic.proofread.grammar.tokens import OPERATORS, Token

REFERENCE = re.compile(
    r"(?<![\w.])(?:sum\([A-Za-z_]\w*\.values\(\)\)"
    r"|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[(?:'[^'\n\[\]]+'|\"[^\"\n\[\]]+\")\])*)(?![\w(.\[])"
)
"""What a program calls a number: n, self.n, sizes["n"], sum(sizes.values())."""
PARTS = OPERATORS | {"NUMBER", "OPEN", "CLOSE"}
LEXER = TextLexer(Style(","))
Given: TypeAlias = Mapping[str, tuple[int, WrittenNumber] | None]
"""Names with their numbers, and the place from which on each has it; None for one that has more than one number."""
Scope: TypeAlias = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
Names: TypeAlias = ChainMap[str, "tuple[int, WrittenNumber] | None"]
SCOPES = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
LOOPS = (ast.For, ast.While, ast.AsyncFor)
LONGEST = 300


class ProgramNames:
    """The names of a program, for each of its functions and classes."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        code = text[start:end]
        lines = code.split("\n")
        self.lines = [0, *accumulate((len(line) + 1 for line in lines), initial=start)]
        self.indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        self.scopes: list[tuple[int, int, int, Names]] = []
        self.read(ast.parse(dedented(code)), -1, ChainMap(), start, end)

    def given(self, place: int) -> Given:
        """Return the names around a place."""
        index = bisect_right(self.scopes, place, key=lambda scope: scope[0]) - 1
        while index >= 0 and place >= self.scopes[index][1]:
            index = self.scopes[index][2]
        return self.scopes[index][3] if index >= 0 else {}

    def read(self, scope: Scope, parent: int, outer: Names, start: int, end: int) -> None:
        """Note the names of a scope, and of those inside it, in the order of the text."""
        names = outer.new_child()
        index = len(self.scopes)
        self.scopes.append((start, end, parent, names))
        inside = list(_inside(scope.body))
        names.update(dict.fromkeys(_stored_again(scope, inside)))
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            self.arguments(names, scope.args, start)
        for node in inside:
            if isinstance(node, SCOPES):
                self.read(node, index, names, self.lines[node.lineno], self.behind(node))
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                name = _name(target)
                of_class = isinstance(scope, ast.ClassDef) and isinstance(node, ast.AnnAssign)
                known = outer if name.startswith("self.") else names
                self.note(known, f"self.{name}" if of_class else name, node.value, self.behind(node))

    def arguments(self, names: Names, given: ast.arguments, place: int) -> None:
        """Note the arguments of a function that have a number by default, and that the others have one nobody knows."""
        positional = [*given.posonlyargs, *given.args]
        without = len(positional) - len(given.defaults)
        pairs = [*zip(positional[without:], given.defaults, strict=True)]
        pairs += [(name, value) for name, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value]
        again = set(names.maps[0])
        names.update(dict.fromkeys(argument.arg for argument in (*positional, *given.kwonlyargs)))
        for argument, value in pairs:
            if argument.arg not in again:
                del names[argument.arg]
                self.note(names, argument.arg, value, place)

    def note(self, names: Names, name: str, value: ast.expr, place: int) -> None:
        """Give a name its number, and each name of a dictionary's entries theirs, if they can be worked out."""
        if not name or name in names.maps[0]:
            return
        names[name] = None
        if isinstance(value, ast.Dict):
            entries = {
                repr(key.value): number
                for key, entry in zip(value.keys, value.values, strict=True)
                if isinstance(key, ast.Constant) and (number := self.number(entry, names)) is not None
            }
            found = {f"{name}[{key}]": number for key, number in entries.items()}
            if entries and len(entries) == len(value.keys):
                found[f"sum({name}.values())"] = _figure(sum(number.value for number in entries.values()))
            names.update((called, (place, number)) for called, number in found.items() if called not in names.maps[0])
        elif (number := self.number(value, names)) is not None:
            names[name] = (place, number)

    def number(self, value: ast.expr, names: Names) -> WrittenNumber | None:
        """Return the number of a calculation."""
        start = self.place(value.lineno, value.col_offset)
        end = self.place(value.end_lineno or value.lineno, value.end_col_offset or 0)
        if end - start > LONGEST or not (tokens := with_numbers(self.text, start, end, names)):
            return None
        try:
            [side], _ = parse(tokens)
            return _figure(evaluate(side).low)
        except (Unread, Unknown, ValueError):
            return None

    def behind(self, node: ast.stmt) -> int:
        """Return the place of the line behind a statement."""
        return self.lines[(node.end_lineno or node.lineno) + 1]

    def place(self, line: int, column: int) -> int:
        """Return the place in the text of a line and a column, which Python counts in bytes."""
        start = self.lines[line] + self.indent
        return start + len(self.text[start : start + column].encode()[:column].decode(errors="ignore"))


def with_numbers(text: str, start: int, end: int, names: Given) -> list[Token]:
    """Return the tokens of a calculation in code, with the numbers of its names; none where it has other names."""
    code = text[start:end]
    called = {match.start(): match[0].replace('"', "'") for match in REFERENCE.finditer(code)}
    # What has a name is read as a number of as many digits first.
    digits = REFERENCE.sub(lambda match: "1" * len(match[0]), code)
    found: list[Token] = []
    for token in LEXER.tokens(digits, 0, len(digits)):
        place = (start + token.start, start + token.end)
        if token.start in called:
            known = names.get(called[token.start])
            if known is None or known[0] > start or token.type != "NUMBER":
                return []
            found.append(Token("NUMBER", *place, known[1]._replace(shown=code[token.start : token.end])))
        elif token.value == "//":
            found.append(Token("DIVIDE", *place, "//"))
        elif token.type in PARTS:
            found.append(Token(token.type, *place, token.value))
        else:
            return []
    return found


def _figure(value: Exact) -> WrittenNumber:
    return figure("0", "")._replace(value=value)


def _inside(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Yield what stands in a scope, and the scopes inside it without what stands in them."""
    waiting: list[ast.AST] = list(reversed(body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, SCOPES):
            waiting += reversed([*ast.iter_child_nodes(node)])


def _stored_again(scope: Scope, inside: list[ast.AST]) -> list[str]:
    """Return the names that a scope gives a value more than once, or in a loop; those of a class include self.n."""
    nodes = inside if not isinstance(scope, ast.ClassDef) else [*ast.walk(scope)]
    stored = Counter(name for node in nodes if (name := _stored(node)))
    loops = [node for node in nodes if isinstance(node, LOOPS)]
    looped = {name for loop in loops for node in ast.walk(loop) if (name := _stored(node))}
    changed = [f"sum({name.partition('[')[0]}.values())" for name in stored if name.endswith("]")]
    if isinstance(scope, ast.ClassDef):
        return [name for name, times in stored.items() if name.startswith("self.") and (times > 1 or name in looped)]
    return [*(name for name, times in stored.items() if times > 1 or name in looped), *changed]


def _stored(node: ast.AST) -> str:
    """Return the name to which a node gives a value, or ""."""
    kinds = (ast.Name, ast.Attribute, ast.Subscript)
    return _name(node) if isinstance(node, kinds) and not isinstance(node.ctx, ast.Load) else ""


def _name(node: ast.AST) -> str:
    """Return what a program calls a number, n, self.n or sizes['n']; "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (of := _name(node.value)):
        return f"{of}.{node.attr}"
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and (of := _name(node.value)):
        return f"{of}[{node.slice.value!r}]"
    return ""
