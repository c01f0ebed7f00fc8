"""What a page says of a described type: where it was read off, and what its switches mean."""

from __future__ import annotations

from symbolic.language import lazy as _
from symbolic.networks.family import Option
from symbolic.networks.learned.code_names import readable
from symbolic.networks.learned.description import Description

VERSION = "5.24"


CODE = "https://github.com/huggingface/transformers/tree/main/src/transformers/models"


TIE = "tie_word_embeddings"


TIED = _("the output head uses the token embedding's table")


UNTIED = _("the output head has a matrix of its own")


TIED_WITHOUT_FILES = _(
    "the output head uses the token embedding's table, as it always does in a network that transformers 5 makes of the "
    "config alone, without files"
)


IN_FILES = _(
    "the output head has a matrix of its own, as the files have it; a network that transformers 5 makes of the config "
    "alone, without files, uses the token embedding's table"
)


def read_off(description: Description) -> str:
    """Return where the description comes from."""
    if description.code:
        return f"read off {description.code[0]}, which is published with the weights, class {description.model_class}"
    by = "installed here" if description.traced else f"of transformers {VERSION}"
    return f"read off the code {by}, class {description.model_class}"


def address(description: Description) -> str:
    """Return where the code can be read; "" where that is what is installed here."""
    if description.code:
        return description.code[1]
    return "" if description.traced else CODE


def title(description: Description) -> str:
    """Return what a page calls a type."""
    return description.model_class


def option(description: Description, key: str, value: bool | str) -> Option:
    """Return a switch of a type, with what a page says of it."""
    last = key.rpartition(".")[2]
    default = description.keys[key]
    said = readable(last).removeprefix("use ")
    meaning = (
        _("{option} is switched on", option=said)
        if isinstance(value, bool)
        else _("the {option} is this one", option=said)
    )
    without = _("{option} is switched off", option=said)
    if last == TIE:
        meaning, without = (TIED_WITHOUT_FILES, IN_FILES) if description.apart else (TIED, UNTIED)
    return Option(
        key,
        default=default if isinstance(default, (bool, str)) else value,
        meaning=meaning,
        without=without,
        choices=() if isinstance(value, bool) else (value,),
        quiet=True,
        by_key=last != TIE,
    )
