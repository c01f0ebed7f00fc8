"""What a name of code is called on a page: looked up in the table of `roles`, or read as words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from symbolic.networks.learned.records import Record
from symbolic.networks.learned.roles import MODULES, TENSORS, Word


class _Index(Record):
    """A table to look names up in: the line of each plain name, and patterns with theirs."""

    words: tuple[Word, ...]
    lines: Mapping[str, int]
    patterns: tuple[tuple[str, int], ...]


def _index(table: tuple[tuple[str, Word], ...]) -> _Index:
    # Plain names in a dict: to compile a regular expression for each line takes longer than to read a description.
    names = [(name, line) for line, (said, _word) in enumerate(table) for name in said.split(" ")]
    lines: dict[str, int] = {}
    for name, line in names:
        lines.setdefault(name, line)
    patterns = tuple(one for one in names if one[0][0] == "*" or one[0][-1] in "*#")
    return _Index(tuple(word for _said, word in table), lines, patterns)


MODULE_INDEX, TENSOR_INDEX = _index(MODULES), _index(TENSORS)


@cache
def module(name: str) -> Word | None:
    """Return the word for a module of that name; None for one that the table lacks."""
    return _found(name, MODULE_INDEX)


@cache
def tensor(name: str) -> Word | None:
    """Return the word for a tensor, or the module that holds nothing else, of that name."""
    return _found(name, TENSOR_INDEX)


def _found(name: str, index: _Index) -> Word | None:
    plain = name.lower().rstrip("_")
    none = len(index.words)
    line = index.lines.get(plain, none)
    line = min(line, next((at for pattern, at in index.patterns if _fits(plain, pattern)), none))
    return index.words[line] if line < none else None


def _fits(name: str, pattern: str) -> bool:
    """Return whether a name is one of a pattern's: `*` stands for anything at its start or end, `#` for digits there.

    >>> _fits("conv12", "conv#"), _fits("ln_1", "ln*"), _fits("my_projector", "*projector"), _fits("alone", "ln*")
    (True, True, True, False)
    """
    if pattern.endswith("#"):
        name, pattern = name.rstrip("0123456789"), pattern[:-1]
    inner = pattern.strip("*")
    if pattern.startswith("*"):
        return inner in name if pattern.endswith("*") else name.endswith(inner)
    return name.startswith(inner) if pattern.endswith("*") else name == inner


WORDS: Mapping[str, str] = {"proj": "projection", "attn": "attention", "ln": "layer norm"}
"""What words of code are short for."""


@cache
def readable(name: str) -> str:
    """Return a name of code as words: `pre_feedforward_layernorm` -> `pre feedforward layer norm`."""
    # A capital behind a small letter starts a word.
    spaced = [f" {sign}" if sign.isupper() and name[at - 1 : at].islower() else sign for at, sign in enumerate(name)]
    words = "".join(spaced).replace("_", " ").lower().split()
    said = [WORDS.get(word, word) for at, word in enumerate(words) if words[at : at + 2] != ["self", "attn"]]
    return " ".join(" ".join(said).replace("layer norm", "layernorm").replace("layernorm", " layer norm").split())
