"""A description read from its text: the lines above the tree, one function a kind of line, then the tree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from symbolic.networks.learned.description import FIXED, Description, Let, ListMade, Module, OfKind, Tower, Within
from symbolic.networks.learned.doing import DOES, FIXES, doing
from symbolic.networks.learned.notation import formula
from symbolic.networks.learned.paths import files_of
from symbolic.networks.learned.reading_conditions import condition
from symbolic.networks.learned.tree_lines import parts_of, split

HEAD = (
    *(
        "keys",
        "null",
        "unset",
        "given",
        "without",
        "also",
        "let",
        "part",
        "only",
        "never",
        "usual",
        "stated",
        "listed",
        "kind",
        "auto",
        "flat",
        "tower",
        "inside",
    ),
    *(
        "derives",
        "refuses",
        "lacks",
        "named",
        "adapts",
        "apart",
        "code",
        "looks",
        "reads",
        "chooses",
        "within",
        "routes",
        "untested",
        "spare",
        "uneven",
        "buffers",
        FIXES,
        *DOES,
    ),
)
GIVING = {"keys": "keys", "only": "fixed", "usual": "usual"}
"""Lines that give keys values, and where a description has these."""
SAID = {
    "adapts": ("adapts", True),
    "apart": ("apart", True),
    "reads": ("partly", True),
    "routes": ("routes", True),
    "untested": ("untested", True),
    "uneven": ("uneven", True),
    "buffers": ("buffers", True),
}
"""Lines that say one thing, with what a description has of it."""
CAUSAL = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")
"""What the names of classes end in that write a text token by token."""


def parsed(text: str) -> Description:  # noqa: PLR0912, PLR0915 # a branch for each kind of line
    """Read a description; ValueError says which line can't be read."""
    head: dict[str, Any] = {
        "keys": {},
        "harmless": frozenset(),
        "aliases": {},
        "part": "",
        "fixed": {},
        "usual": {},
        "never": (),
        "null": frozenset(),
        "unset": frozenset(),
        "stated": frozenset(),
        "listed": frozenset(),
        "given": frozenset(),
        "spare": frozenset(),
        "derives": frozenset(),
        "auto": frozenset(),
        "flat": "",
        "towers": (),
        "refuses": (),
        "within": (),
        "kinds": (),
    }
    lets: list[Let] = []
    does: list[tuple[str, str]] = []
    tree: list[tuple[int, str]] = []
    lines = text.rstrip("\n").split("\n")
    model_type, model_class = lines[0].split()
    for line in lines[1:]:
        word, _, rest = line.partition(" ")
        if tree or word not in HEAD:
            tree.append((len(line) - len(line.lstrip(" ")), line.strip()))
        elif word in GIVING:
            head[GIVING[word]] |= dict(_pair(item) for item in _items(rest))
        elif word == "without":
            head["harmless"] = frozenset(rest.removeprefix("effect: ").split())
        elif word == "also":
            head["aliases"] = dict(item.split("=") for item in rest.split())
        elif word == "never":
            head["never"] += (condition(rest),)
        elif word == "refuses":
            quantity, when = split(rest, " if ")
            head["refuses"] += ((quantity, condition(when)),)
        elif word == "kind":
            head["kinds"] += (_of_kind(rest),)
        elif word == "within":
            head["within"] += (tuple(map(formula, split(rest, " <= "))),)
        elif word in (FIXES, *DOES):
            does.append((word, rest))
        elif word in ("derives", "null", "unset", "given", "spare", "stated", "listed", "auto"):
            head[word] = frozenset(rest.split())
        elif word == "named":
            head["named"] = files_of(rest)
        elif word == "chooses":
            head["chooses"] = formula(rest)
        elif word == "looks":
            when = split(rest, " if ")[1]
            head |= {"ahead": condition(when)} if when else {"causal": False}
        elif word in SAID:
            name, value = SAID[word]
            head[name] = value
        elif word == "code":
            file, address = rest.split()
            head["code"] = (file, address)
        elif word in ("part", "flat", "lacks"):
            head[word] = rest
        elif word == "tower":
            head["towers"] += (_tower(rest),)
        elif word == "inside":
            head["inside"] = _inside(rest)
        else:
            lets.append(_let(rest))
    parts, _ = parts_of(tree, 0, 0)
    root = Module("", parts)
    for word, rest in does:
        root = doing(root, word, rest)
    head.setdefault("causal", model_class.endswith(CAUSAL))
    return Description(model_type, model_class, lets=tuple(lets), root=root, **head)


def _inside(text: str) -> Within:
    place, without = split(text, "; without ")
    model_class, path = place.split()
    return Within(model_class, path, tuple(without.split()))


def _of_kind(text: str) -> OfKind:
    """Read the key of a size of one kind of layers: `full_attention global_head_dim=head_dim if some_key`."""
    said, when = split(text, " if ")
    kind, pair = said.split()
    name, key = pair.split("=")
    return OfKind(kind, name, key, condition(when) if when else None)


def _tower(text: str) -> Tower:
    said, *more = text.split("; ")
    part, model_type = said.split()
    found: dict[str, Any] = {}
    for item in more:
        word, _, rest = item.partition(" ")
        if word == "chosen":
            found["auto"] = rest.removeprefix("by ")
        elif word == "of":
            found["model_class"] = rest
        elif word == "also":
            found["also"] = tuple(rest.split())
        elif word == FIXED:
            found["fixed"] = True
        elif word == "optional":
            found["optional"] = True
        elif word == "keeps":
            found["keeps"] = True
        elif word == "reads":
            found["images"] = True
        elif word == "without":
            found["without"] = tuple(rest.split())
        else:
            found["given"] = dict(_pair(one) for one in _items(rest))
    return Tower(part, model_type, **found)


def _items(text: str) -> Iterator[str]:
    """Yield the words of a line, split at spaces outside brackets and quotes."""
    held = ""
    for word in text.split(" "):
        held = f"{held} {word}" if held else word
        if held and held.count("[") == held.count("]") and held.count('"') % 2 == 0:
            yield held
            held = ""


def _pair(item: str) -> tuple[str, Any]:
    name, _, value = item.partition("=")
    return name, _value(value)


def _value(text: str) -> Any:
    return None if text == "none" else json.loads(text)


def _let(text: str) -> Let:
    name, _, rest = text.partition(" = ")
    if "[" not in name:
        made, where = split(rest, " if ")
        return Let(name, _made(made), condition(where) if where else None)
    key, _, length = name.removesuffix("]").partition("[")
    length, outer = split(length, "] if ")
    items = []
    for item in rest.split("; "):
        made, where = split(item, " if ")
        items.append((_made(made), condition(where) if where else None))
    return Let(key, ListMade(formula(length), tuple(items)), condition(outer) if outer else None)


def _made(text: str) -> Any:
    if text == "none":
        return None
    if text in ("true", "false"):
        return text == "true"
    if text.startswith("'"):
        return text[1:-1]
    if text.startswith("["):
        return json.loads(text)
    return float(text) if _is_float(text) else formula(text)


def _is_float(text: str) -> bool:
    """Return whether a text is a number with a point: a formula may start with a number too."""
    whole, point, rest = text.removeprefix("-").partition(".")
    digits, _e, power = rest.partition("e")
    return bool(point) and whole.isdecimal() and digits.isdecimal() and (not _e or power.removeprefix("-").isdecimal())
