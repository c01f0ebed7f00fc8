"""What the grammars of formulas and conditions read a text as: numbers, names, words in quotes, signs."""

from __future__ import annotations

import re

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+)|(?P<name>[A-Za-z_][\w.]*(?:\[(?:[ijk](?:[+-]\d+|%)?|-?\d+)\])*(?:\.[A-Za-z_][\w.]*)?|i<[^>]*>)|(?P<text>'[^']*')"
    r"|(?P<sign>\*\*|//|==|!=|<=|>=|[-+*/%()<>,\[\]]))"
)


class Tokens:
    """A text's tokens, and the place of the next; ValueError where it can't be read."""

    def __init__(self, text: str) -> None:
        self.text, self.items, at = text, [], 0
        text = text.rstrip()
        while at < len(text):
            match = TOKEN.match(text, at)
            if match is None:
                raise ValueError(f"{self.text!r} can't be read from {text[at:]!r} on")
            kind = str(match.lastgroup)
            self.items.append((kind, match[kind]))
            at = match.end()
        self.at = 0

    def next(self) -> tuple[str, str]:
        """Return the next token, its kind and its text, which stays the next; the kind is `end` behind the last."""
        return self.items[self.at] if self.at < len(self.items) else ("end", "")

    def take(self, *signs: str) -> str:
        """Return the next token if it is one of these signs or words, and go on; else ""."""
        kind, value = self.next()
        if kind in ("sign", "name") and value in signs:
            self.at += 1
            return value
        return ""

    def need(self, sign: str) -> None:
        """Go on behind this sign; ValueError where another token stands there."""
        if not self.take(sign):
            raise ValueError(f"{self.text!r} lacks {sign!r}")
