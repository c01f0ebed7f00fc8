"""Configs that stand in a text: in its code, and as transformers prints them (`LlamaConfig {`).

Code that is Python as it stands (a fence of Markdown, a cell of a notebook, the whole text) is read as a module; the
rest is searched for dicts that are assigned, and for lines that change them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from heapq import merge
from operator import attrgetter, itemgetter

from symbolic.configs.named_dicts import NamedDict
from symbolic.configs.python.carrying_out import carry_out
from symbolic.configs.python.changes import Change
from symbolic.configs.python.lines import Later, TextChanges, aliases_in_prose
from symbolic.configs.python.modules import PythonModule
from symbolic.configs.python.pieces import python_in
from symbolic.configs.python.values import Reader, literal_dict

ASSIGNED = re.compile(
    r"^[ \t]*(?:([A-Za-z_]\w*)[ \t]*(?::[^=\n]+)?=[ \t]*|([A-Za-z_]\w*Config)[ \t]+)"
    r"(?=\{\s*(?:[\"'}#*/]|\w[\w.]*\s*:\s*[\"'\d\[{(-]|$))",
    re.MULTILINE,
)
"""What begins as a dict does; a reference in BibTeX (`author={Radford, Alec}`) is none."""
LEXEME = re.compile(r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?|#[^\n]*|[{}]", re.DOTALL)
"""Strings, comments and braces; a string that is never closed ends with its line, so that no text is read again."""
GOES_ON = re.compile(r"[ \t]*(?:\|(?!\|)|\.|\[|(?:if|or|and)\b)")
"""What makes something else of a dict behind its brace."""
KEY = re.compile(r"""["'](\w+)["'][ \t]*:""")
Read = Callable[[], Mapping[str, object]]


def dicts_in_prose(text: str, where: str, cells: Iterable[str] | None = None) -> Iterator[NamedDict]:
    """Yield the configs in a text, in order: those in its Python, and dicts that it assigns or shows.

    `cells` are the cells of a notebook, which make up the text, a line below each other.
    """
    tree, rest = python_in(text, cells)
    starts = [match.start() for match in re.finditer("^", text, re.MULTILINE)]
    aliases = aliases_in_prose(text)
    outside, anywhere = TextChanges(rest, aliases), TextChanges(text, aliases)

    def elsewhere(name: str, line: int) -> Iterable[Change]:
        return outside.of(name, starts[line - 1], again.after(name, starts[line - 1]))

    module, written = PythonModule(tree, where, elsewhere), list(ASSIGNED.finditer(rest))
    coded = [(name, starts[line - 1]) for name, line in module.named()]
    again = Later(sorted([*coded, *((at[1] or at[2], at.start()) for at in written)], key=itemgetter(1)))
    shown = _shown(rest, written, where, lambda name, start, end: anywhere.of(name, end, again.after(name, start)))
    yield from merge(module.dicts(), shown, key=attrgetter("line"))


def _shown(
    text: str, written: list[re.Match[str]], where: str, changes: Callable[[str, int, int], Iterable[Change]]
) -> Iterator[NamedDict]:
    """Yield the dicts that a text assigns (`NAME = {`), and configs as transformers prints them (`LlamaConfig {`)."""
    ends = [*(match.start() for match in written), len(text)][1:]
    line, seen = 1, 0
    for start, after in zip(written, ends, strict=True):
        # A name starts a new dict: one that is still open there was never closed.
        line, seen = line + text.count("\n", seen, start.end()), start.end()
        name = start[1] or start[2]
        body = _balanced(text[seen:after])
        read = partial(_printed if start[2] else literal_dict, body, where, name, line)
        changed = partial(_read_and_changed, read, partial(changes, name, start.start(), seen), name, where)
        # Without its brace it may be any: reading it says what is wrong.
        yield NamedDict(name, line, changed, None if body is None else tuple(KEY.findall(body)))


def _printed(written: str | None, where: str, name: str, line: int) -> Mapping[str, object]:
    """Return a config as transformers prints it: JSON."""
    try:
        values = json.loads(written or "")
    except (ValueError, RecursionError):
        return literal_dict(written, where, name, line)
    return values if isinstance(values, dict) else {}


def _read_and_changed(
    read: Read, changes: Callable[[], Iterable[Change]], name: str, where: str
) -> Mapping[str, object]:
    """Return the dict with what is done to it afterwards; ConfigError where only running the file could tell."""
    values = dict(read())
    for change in changes():
        carry_out(change, name, values, Reader(where))
    return values


def _balanced(text: str) -> str | None:
    """Return the text up to the brace that closes its first one, and its line's rest where that goes on; or None."""
    depth = 0
    for lexeme in LEXEME.finditer(text):
        depth += {"{": 1, "}": -1}.get(lexeme[0], 0)
        if depth == 0 and lexeme[0] == "}":
            end = lexeme.end()
            return text[:end] if not GOES_ON.match(text, end) else text[:end] + text[end:].split("\n", 1)[0]
    return None
