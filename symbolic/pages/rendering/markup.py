"""The markup of a page's sentences, read once for every format.

`code`, **strong**, *emphasis*, [words](url), $emb_dim$ for a symbol's letter; a backslash takes the meaning off the
next character. A `code` that is a symbol's name is that symbol: a page prints it in its own notation. A ``key`` stays
as it is in every notation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import ENTERED, SYMBOLS

Style: TypeAlias = Literal["words", "code", "name", "letter", "strong", "emphasis", "link"]

PATTERN = re.compile(
    r"\\(?P<escaped>.)"
    r"|``(?P<key>(?:\\.|[^`\\])+)``"
    r"|`(?P<code>(?:\\.|[^`\\])+)`"
    r"|\$(?P<letter>\w+)\$"
    r"|\*\*(?P<strong>(?:\\.|[^*\\])+)\*\*"
    r"|\*(?P<emphasis>(?:\\.|[^*\\])+)\*"
    r"|\[(?P<words>(?:\\.|[^\]\\])+)\]\((?P<url>[^)\s]*)\)"
    r"|(?P<plain>[^\\`$*\[]+|.)",
    re.DOTALL,
)
UNIT = re.compile(
    # Digits, raised ones too; and the places of figures that are filled in later.
    r"(?<=[\d⁰¹²³⁴-⁹\ue000-\uf8ff])(?: × (?=[\d\ue000-\uf8ff][\d,.]*+(?! [×=≈+−/]))|(?: ?/ | )"
    r"(?=(?:[kKMGTPE]?(?:i?B|[Bb]it|b)|[kMGTPEZ]?(?:FLOPs?|FLOPS|Hz|Wh?|J)|[mµn]?s|min|h|°C)(?:/s|/token)?(?!\w)|[%$€]))"
    # Behind a letter or a name, its value.
    r"|^ [=≈<≤] (?=[\d\ue000-\uf8ff])"
)
"""What stands between a number and the sign of its unit, 16 GB and 15.40 / s, or the last factor: 1 × 8,192."""
MARK = re.compile(r"[\\`$*\[]")
"""What a text has somewhere that is more than words."""


class Span(NamedTuple):
    """A stretch of text in one style; `symbol` for a name or letter, `url` for a link, `inside` for nested spans."""

    style: Style
    text: str = ""
    symbol: Symbol | None = None
    inside: tuple[Span, ...] = ()
    url: str = ""


def spans(text: str) -> tuple[Span, ...]:
    """Return the markup as spans; what isn't markup is words."""
    if not MARK.search(text):
        return (Span("words", typographic(text)),) if text else ()
    return _read(text, len(SYMBOLS))


@lru_cache(4096)
def _read(text: str, known: int) -> tuple[Span, ...]:  # noqa: ARG001 - what is a symbol's name hangs on how many there are
    return tuple(_merged(_spans(text)))


def written(text: str, write: Callable[[Span, str], str]) -> str:
    """Return the markup in a format: `write` takes a span and what is inside it, written already."""
    if not MARK.search(text):
        # Most of a page's texts are words in a cell: this takes half as long as what follows.
        return write(Span("words", typographic(text)), "") if text else ""
    return "".join(write(span, _inside(span, write)) for span in spans(text))


def _inside(span: Span, write: Callable[[Span, str], str]) -> str:
    return "".join(write(below, _inside(below, write)) for below in span.inside)


def _spans(text: str) -> Iterator[Span]:
    for match in PATTERN.finditer(text):
        kind, found = str(match.lastgroup), match[0]
        if kind == "url":
            yield Span("link", inside=spans(match["words"]), url=match["url"])
        elif kind in ("strong", "emphasis"):
            yield Span("strong" if kind == "strong" else "emphasis", inside=spans(match[kind]))
        elif kind == "code":
            name = re.sub(r"\\(.)", r"\1", match["code"])
            # An option of one network may be called as a size of another that was read before: there it is a mere key.
            symbol = None if name in ENTERED else SYMBOLS.get(name)
            yield Span("name", name, symbol) if symbol else Span("code", name)
        elif kind == "key":
            yield Span("code", re.sub(r"\\(.)", r"\1", match["key"]))
        elif kind == "letter" and match["letter"] in SYMBOLS:
            yield Span("letter", match["letter"], SYMBOLS[match["letter"]])
        else:
            yield Span("words", match["escaped"] if kind == "escaped" else found)


def _merged(parts: Iterator[Span]) -> Iterator[Span]:
    words = before = ""
    for span in parts:
        if span.style == "words":
            words += span.text
            continue
        if words:
            yield Span("words", typographic(words, before))
        words, before = "", "x"
        yield span
    if words:
        yield Span("words", typographic(words, before))


def typographic(words: str, before: str = "") -> str:
    """Return words with the quotation marks and apostrophes of a book; `before` is what stands before them.

    >>> typographic("Meta's so-called \\"small\\" model")
    'Meta’s so-called “small” model'
    """
    if '"' not in words and "'" not in words:
        return words
    opened = re.sub(r'(?<![^\s(\[—–])"', "“", before + words).removeprefix(before)
    return opened.replace('"', "”").replace("'", "’")


def unparted(words: str) -> str:
    """Return words in which no line ends between a number and the sign of its unit, or its last factor.

    The spaces there are no-break ones.

    >>> unparted("16 GB of 80 GB, at 15.40 / s: 4 bytes").split(" ")
    ['16\\xa0GB', 'of', '80\\xa0GB,', 'at', '15.40\\xa0/\\xa0s:', '4', 'bytes']
    """
    return UNIT.sub(lambda between: between[0].replace(" ", "\N{NO-BREAK SPACE}"), words)
