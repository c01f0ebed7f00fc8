"""Words and numbers in the reader's language: every sentence is English and a message of a gettext catalogue.

There are two ways to write a message; Babel extracts both (`tools/words.py`):

- `gettext("…")`, where a page is made, returns the message in the current language.
- `lazy("…")`, for what is said long before it is printed (a weight's name, what a symbol means), returns the English
  text as a `Message`, which `translate` says in the current language.

A language is a file `locale/LANGUAGE/LC_MESSAGES/symbolic.po` beside this module, with its compiled twin. It holds the
signs of its numbers as well.
"""

from __future__ import annotations

import gettext as catalogues
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, cached_property
from pathlib import Path
from typing import Self

from symbolic.errors import UnknownName

DOMAIN = "symbolic"
FOLDER = Path(__file__).parent / "locale"


class Language:
    """A language by its code, `de`, with its catalogue of messages."""

    def __init__(self, code: str, catalogue: catalogues.NullTranslations) -> None:
        """The catalogue of English is empty: its messages are those of the code."""
        self.code, self.catalogue = code, catalogue

    @cached_property
    def signs(self) -> Mapping[int, str]:
        """What stands in a number in place of a comma and a point, for `str.translate`."""
        grouping = self.catalogue.pgettext("between groups of three digits", ",")
        point = self.catalogue.pgettext("before decimals", ".")
        return str.maketrans({",": grouping, ".": point})

    @cached_property
    def babel(self) -> str:
        """What TeX's package babel calls it; "" for English, which TeX speaks."""
        name = self.catalogue.pgettext("name of this language in TeX's package babel", "english")
        return "" if name == "english" else name

    @cached_property
    def lowers(self) -> bool:
        """Whether a title starts with a small letter when it stands inside a sentence."""
        return self.catalogue.pgettext("first letter of a title inside a sentence", "small") == "small"


ENGLISH = Language("en", catalogues.NullTranslations())
_current: ContextVar[Language] = ContextVar("language", default=ENGLISH)


def current() -> Language:
    """Return the language that is spoken here."""
    return _current.get()


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of all languages, found by listing their catalogues."""
    found = (path.parts[-3] for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return tuple(sorted({ENGLISH.code, *found}))


@cache
def find(code: str) -> Language:
    """Return the language of that code; UnknownName names the nearest."""
    if code == ENGLISH.code:
        return ENGLISH
    if code not in languages():
        raise UnknownName("language", code, languages())
    return Language(code, catalogues.translation(DOMAIN, FOLDER, [code]))


@contextmanager
def speaking(language: Language | str) -> Iterator[None]:
    """Let all that is printed inside the `with` be in a language.

    >>> with speaking("de"):
    ...     localised("1,234.5")
    '1.234,5'
    """
    token = _current.set(find(language) if isinstance(language, str) else language)
    try:
        yield
    finally:
        _current.reset(token)


def gettext(message: str, /, **values: object) -> str:
    """Return a message in the current language, with the values in the places of their names in braces.

    Values that are messages are said in the current language too.

    >>> gettext("{number} million", number="124.4")
    '124.4 million'
    """
    language, found = _current.get(), message
    if language is not ENGLISH:
        found = language.catalogue.gettext(message)
        if found is message:
            # A noun that is said with a number elsewhere: not every release of Python 3.11 finds its singular so.
            found = language.catalogue.ngettext(message, message, 1)
    return found.format(**_spoken(values)) if values else found


def _spoken(values: Mapping[str, object]) -> dict[str, object]:
    return {name: translate(value) if isinstance(value, str) else value for name, value in values.items()}


def ngettext(one: str, several: str, count: int, /, **values: object) -> str:
    """Return the form of a message that the current language has for so many; `{count}` stands for the number."""
    found = _current.get().catalogue.ngettext(one, several, count)
    return found.format(count=count, **values)


def pgettext(context: str, message: str, /) -> str:
    """Return a message that means another thing in another context."""
    return _current.get().catalogue.pgettext(context, message)


class Message(str):
    """English text that can be said in another language: a message, with values in the places of their names.

    >>> Message("{part} of the experts", part=Message("attention"))
    'attention of the experts'
    """

    __slots__ = ("message", "values")

    message: str
    values: Mapping[str, object]

    def __new__(cls, message: str, /, **values: object) -> Self:
        """`values` may be messages too."""
        made = super().__new__(cls, message.format(**values) if values else message)
        made.message, made.values = message, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], Mapping[str, object]]:
        return (self.message,), self.values

    def translated(self) -> str:
        """Return it in the current language."""
        return gettext(self.message, **self.values)


lazy = Message
"""Marks a message that is translated where it is printed."""


class Sentences(Message):
    """Messages one after the other."""

    __slots__ = ("parts",)

    parts: tuple[str, ...]

    def __new__(cls, *parts: str) -> Self:
        """Empty ones are left out."""
        said = tuple(filter(None, parts))
        made = super().__new__(cls, " ".join(said))
        made.parts = said
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, ...], Mapping[str, object]]:  # type: ignore[override]
        return self.parts, {}

    def translated(self) -> str:
        """Return each in the current language."""
        return " ".join(map(translate, self.parts))


class Several(Message):
    """A name in the plural that has values: layers 1 to 20."""

    __slots__ = ()


class One(Message):
    """A block with "one" before it: one transformer layer, one of layers 1 to 20.

    Where the word before a noun hangs on the noun, a language says which endings take its form for layers, and which
    that for experts.
    """

    __slots__ = ("name",)

    name: str

    def __new__(cls, name: str) -> Self:
        """`name` is the block's."""
        made = super().__new__(cls, "one of {name}" if isinstance(name, Several) else "one {name}", name=name)
        made.name = name
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], Mapping[str, object]]:
        return (self.name,), {}

    def translated(self) -> str:
        """Return it in the current language."""
        name = translate(self.name)
        if isinstance(self.name, Several):
            return gettext("one of {name}", name=name)
        words = name.casefold().replace(",", " ").split()
        forms = (
            (pgettext("endings of nouns with the form for layers", "layer"), pgettext("of a layer", "one {name}")),
            (pgettext("endings of nouns with the form for experts", "expert"), pgettext("of an expert", "one {name}")),
        )
        for endings, form in forms:
            if any(word.endswith(tuple(endings.split())) for word in words):
                return form.format(name=name)
        return gettext("one {name}", name=name)


class Inside(Message):
    """A title as it stands inside a sentence: "KV cache" stays, "Forward FLOPs" becomes "forward FLOPs"."""

    __slots__ = ("alone",)

    alone: str

    def __new__(cls, title: str) -> Self:
        """`title` as it stands alone."""
        made = super().__new__(cls, _lowered(title))
        made.alone = title
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], Mapping[str, object]]:
        return (self.alone,), {}

    def translated(self) -> str:
        """Return it with a small first letter only where the language writes so."""
        title = translate(self.alone)
        return _lowered(title) if current().lowers else title


class Noun(Message):
    """A noun in singular and plural: `noun` shows the one, `unit` the other; `of` gives the form for a number."""

    __slots__ = ("one", "several", "shown")

    one: str
    several: str
    shown: int

    def __new__(cls, one: str, several: str, shown: int = 1) -> Self:
        """`shown` is the number that it has where none stands before it."""
        made = super().__new__(cls, one if shown == 1 else several)
        made.one, made.several, made.shown = one, several, shown
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, str, int], Mapping[str, object]]:  # type: ignore[override]
        return (self.one, self.several, self.shown), {}

    @property
    def plural(self) -> Noun:
        """The same noun, shown in the plural."""
        return Noun(self.one, self.several, 2)

    def of(self, count: object) -> str:
        """Return the form for so many in the current language: all but exactly 1 are several."""
        if current() is ENGLISH:
            return self.one if count == 1 else self.several
        return current().catalogue.ngettext(self.one, self.several, count if isinstance(count, int) else 2)

    def translated(self) -> str:
        """Return the form that is shown in the current language."""
        return self.of(self.shown)


def noun(one: str, several: str) -> Noun:
    """Return a noun that is shown in the singular: a block's name."""
    return Noun(one, several)


def unit(one: str, several: str) -> Noun:
    """Return a noun that is shown in the plural: the unit of a number."""
    return Noun(one, several, 2)


def plural(name: str) -> str:
    """Return the plural of a noun, and any other name as it is."""
    return name.plural if isinstance(name, Noun) else name


def _lowered(title: str) -> str:
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def capitalised(text: str) -> str:
    """Return a text in the current language, with a capital letter at its start."""
    said = translate(text)
    return said[:1].upper() + said[1:]


def translate(text: str) -> str:
    """Return a message in the current language, and any other text as it is.

    >>> with speaking("en"):
    ...     translate(lazy("{count} of them", count=3)), translate("emb_dim")
    ('3 of them', 'emb_dim')
    """
    return text.translated() if isinstance(text, Message) else text


def localised(number: str) -> str:
    """Return a number that is written in English with the signs of the current language: 1,234.5 → 1.234,5."""
    language = _current.get()
    return number if language is ENGLISH else number.translate(language.signs)


def ungrouped(number: str) -> str:
    """Return a number of the current language without the signs between groups of digits."""
    return number.replace(_current.get().signs[ord(",")], "")
