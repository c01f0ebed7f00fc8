"""What the grammars of formulas and conditions read a text as: numbers, names, words in quotes, signs."""

from __future__ import annotations

from symbolic.networks.learned.looking_up import LETTERS

SIGNS = ("**", "//", "==", "!=", "<=", ">=", *"-+*/%()<>,")
"""The longer ones first: `**` is no `*`."""
IN_NAMES = frozenset("_.")


class Tokens:
    """A text's tokens, and the place of the next; ValueError where it can't be read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.items: list[tuple[str, str]] = []
        self.at = at = 0
        # By hand: to compile a regular expression of these takes longer than to read a description.
        while at < len(text):
            first = text[at]
            if first == " ":
                at += 1
                continue
            if first.isalpha() or first == "_":
                kind, end = "name", self._end_of_name(at)
            elif first.isdecimal():
                kind, end = "number", at + 1
                while end < len(text) and text[end].isdecimal():
                    end += 1
            elif first == "'" and "'" in text[at + 1 :]:
                kind, end = "text", text.index("'", at + 1) + 1
            else:
                sign = next((one for one in SIGNS if text.startswith(one, at)), "")
                if not sign:
                    raise ValueError(f"{text!r} can't be read from {text[at:]!r} on")
                kind, end = "sign", at + len(sign)
            self.items.append((kind, text[at:end]))
            at = end

    def _end_of_name(self, start: int) -> int:
        """Return where a name ends: `key`, `part.key`, an item `list[i-1]` or one of its parts, `list[0][j].key`."""
        text, at = self.text, self._end_of_word(start)
        while text.startswith("[", at):
            end = text.find("]", at)
            if end < 0 or not _is_place(text[at + 1 : end]):
                raise ValueError(f"{text!r} can't be read from {text[at:]!r} on")
            at = end + 1
        return self._end_of_word(at) if text.startswith(".", at) else at

    def _end_of_word(self, at: int) -> int:
        text = self.text
        while at < len(text) and (text[at].isalnum() or text[at] in IN_NAMES):
            at += 1
        return at

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


def _is_place(text: str) -> bool:
    """Return whether a text is a place in a list: `i`, `j+1`, `i%`, `0`, `-1`."""
    if text[:1] in LETTERS and text:
        return text[1:] in ("", "%") or (text[1] in "+-" and text[2:].isdecimal())
    return text.removeprefix("-").isdecimal()
