"""A source as a page cites it: the work as a link, and the version that was read.

Names of people and works stay as they are; what joins them is said in the reader's language.
"""

from __future__ import annotations

import re
from functools import cache

from symbolic.language import ENGLISH, current, gettext, translate
from symbolic.language import lazy as _
from symbolic.networks.family import QUOTED, Source
from symbolic.pages.prose import plain

PLACES = (
    (r"chapter (?P<number>\d+)", _("chapter {number}")),
    (r"chapter (?P<number>\d+) and its bonus material", _("chapter {number} and its bonus material")),
    (r"chapters (?P<first>\d+) and (?P<last>\d+)", _("chapters {first} and {last}")),
    (r"notebook of chapter (?P<number>\d+)", _("notebook of chapter {number}")),
    (r"appendix (?P<letter>[A-Z][\d.]*)(?P<more>: .*)?", _("appendix {letter}{more}")),
    (r"(?P<first>§[\d.]+) and appendix (?P<letter>[A-Z][\d.]*)", _("{first} and appendix {letter}")),
    (r"(?P<first>§[\d.]+) and (?P<last>§[\d.]+)", _("{first} and {last}")),
    (r"table (?P<number>\d+)", _("table {number}")),
    (r"table (?P<number>\d+) and (?P<last>§[\d.]+)", _("table {number} and {last}")),
    (r"table of names and parameter counts", _("table of names and parameter counts")),
    (r"from config\.json", _("from config.json")),
    (r"text_config of config\.json", _("text_config of config.json")),
    (r"model card of (?P<model>.+)", _("model card of {model}")),
    (r"documentation of (?P<model>.+)", _("documentation of {model}")),
    (r"(?P<name>\w+) built from this config", _("{name} built from this config")),
    (r"README and (?P<last>\S+)", _("README and {last}")),
    (r"(?P<name>\w+) of (?P<library>transformers [\d.]+)", _("{name} of {library}")),
    (r"the released weights of (?P<model>.+)", _("the released weights of {model}")),
    (r"layers (?P<first>\d+) to (?P<last>\d+)", _("layers {first} to {last}")),
    (r"count of the stored numbers of (?P<model>.+)", _("count of the stored numbers of {model}")),
    (r"lectures", _("lectures")),
    (r"stage (?P<number>\d+)", _("stage {number}")),
    (r"Hugging Face's (?P<name>\w+)", _("Hugging Face's {name}")),
    (r"on (?P<figure>\S+): the README of (?P<place>\S+)", _("on {figure}: the README of {place}")),
    (r"and (?P<last>\S+)", _("and {last}")),
)
"""What may stand between two commas of a source beside people and works."""
PEOPLE = re.compile(r"(?P<first>[^,\d]+(?:, [^,\d]+)*) and (?P<last>[^,\d]+)(?P<year>,| \d{4})")


def cited(source: Source) -> str:
    """Return a source as markup.

    >>> cited(Source("nanoGPT, model.py", "https://github.com/karpathy/nanoGPT", "commit 0011cd4"))
    '[nanoGPT, model.py](https://github.com/karpathy/nanoGPT) (read: commit 0011cd4)'
    """
    work = f"[{plain(joined(source.title))}]({source.url})"
    # How much of a paper was at hand here is nothing that its reader can use; which version of a program is.
    version = "" if source.read == QUOTED else translate(source.read)
    return gettext("{work} (read: {version})", work=work, version=version) if version else work


def joined(source: str) -> str:
    """Return a source whose joining words are those of the current language.

    >>> from symbolic.language import speaking
    >>> with speaking("de"):
    ...     joined("Gu and Dao 2023, Mamba, chapter 4")
    'Gu und Dao 2023, Mamba, Kapitel 4'
    """
    said = translate(source)
    if current() is ENGLISH or said != source:
        return said
    return _joined(source, current().code)


@cache
def _joined(source: str, language: str) -> str:  # noqa: ARG001 - the one that is spoken, in which it is kept
    people = PEOPLE.match(source)
    if people:
        both = gettext("{first} and {last}", first=people["first"], last=people["last"])
        source = f"{both}{people['year']}{source[people.end() :]}"
    return "".join(map(_place, re.split(r"([,;] )", source)))


def _place(words: str) -> str:
    for pattern, message in PLACES:
        if found := re.fullmatch(pattern, words):
            return gettext(message, **{name: text or "" for name, text in found.groupdict().items()})
    return words
