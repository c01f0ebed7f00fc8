"""Arguments of TeX's commands: where they stand, and their text without markup."""

from __future__ import annotations

import re
from typing import NamedTuple

BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
ARGUMENT = re.compile(r"\s*(\{|\\[A-Za-z]+|\\?.)", re.DOTALL)


class Macro(NamedTuple):
    """A command that the document defines: its number of arguments, and the text that it stands for."""

    arguments: int
    body: str


def braces_end(text: str, start: int, end: int) -> int:
    """Return the position behind the brace that closes the group at `start`, or `end` where none closes it."""
    depth = 0
    for match in BRACE.finditer(text, start, end):
        if match[0] in ("{", "}"):
            depth += 1 if match[0] == "{" else -1
            if depth == 0:
                return match.end()
    return end


def plain_words(tex: str) -> str:
    r"""Return the words of a `\text{…}` without their markup."""
    tex = re.sub(r"\\underline\{\\ \}|\\_(?:\\allowbreak(?:\{\})?)?", "_", tex)
    tex = re.sub(r"\\(?:vphantom|hspace|phantom)\{[^{}]*\}", "", tex)
    tex = re.sub(r"\\(?:text\w*|mathstrut|allowbreak|math\w+|mbox)(?![A-Za-z])", "", tex)
    tex = re.sub(r"\\([^A-Za-z])", r"\1", tex)
    return re.sub(r"[{}]", "", tex).replace("~", " ")


class Here(NamedTuple):
    """The place of the scan: the text, the match in it, and, in a macro's body, the call and its arguments."""

    text: str
    match: re.Match[str]
    end: int
    place: tuple[int, int]
    fixed: tuple[int, int] | None
    arguments: tuple[tuple[int, int], ...]
    depth: int

    def group(self, position: int) -> tuple[tuple[int, int], int]:
        """Return the place of the argument behind `position`, without its braces, and the position behind it."""
        match = ARGUMENT.match(self.text, position, self.end)
        if match is None:
            return (self.end, self.end), self.end
        if match[1] == "{":
            stop = braces_end(self.text, match.start(1), self.end)
            return (match.end(), stop - (self.text[stop - 1 : stop] == "}")), stop
        return match.span(1), match.end()

    def raw(self, start: int, stop: int, document: str) -> str:
        """Return the text of an argument, with the arguments of the macro put in; at most 500 characters."""
        found = self.text[start:stop]
        for index, (first, last) in enumerate(self.arguments, start=1):
            found = found.replace(f"#{index}", document[first:last])
        return found[:500]
