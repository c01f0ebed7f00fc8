"""The description of a whole, with those of its towers in their places.

A whole such as LLaVA is made of networks that have descriptions of their own: what sees, what writes, and a few layers
between them. Which ones, a config says with the model_type of each part; so any pair of described types can be put
together.

What the whole computes and keeps is what its towers do: each knows that of itself. A tower that reads images does it
for each image. Where the whole or one of its towers does not know what it computes, what the one computes that reads
and writes a text is still known, and the whole is known `partly`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from symbolic.formulas.formula import Formula, Number, Product, Symbol
from symbolic.formulas.vocabulary import images
from symbolic.networks.learned import catalogue, roles
from symbolic.networks.learned.building import OF_RUN
from symbolic.networks.learned.conditions import LETTERS, Condition, renamed, with_names
from symbolic.networks.learned.description import (
    OTHER_LAYER,
    CacheTensor,
    Computed,
    Description,
    Let,
    ListMade,
    Module,
    Part,
    Tensor,
    Tower,
)
from symbolic.networks.learned.notation import formula, written
from symbolic.networks.learned.values import Undefined, with_parts_named

CACHE, FORWARD = "kv-cache", "forward-flops"
OWN = "."
"""The part that stands for the config itself."""
DEEPEST = 4
TIED = "tie_word_embeddings"


def composed(description: Description, values: Mapping[str, Any], depth: int = 0) -> Description:
    """Return the description with every tower in its place; values.Undefined where one is not described."""
    if depth > DEEPEST:
        raise Undefined(f"the parts of a {description.model_type} are nested deeper than {DEEPEST}")
    values = with_parts_named(description, values)
    # A part that a config may leave out, and of which the tree has more than a tower.
    there = {key: _part_of(values, key) is not None for key in description.keys if key.endswith("_config")}
    made = replace(description, keys={**description.keys, **there})
    inner: dict[str, Description] = {}
    for tower in description.towers:
        part = _part_of(values, tower.part)
        if tower.optional:
            made = replace(made, keys={**made.keys, tower.part: part is not None})
        if part is not None or not tower.optional:
            own = values if tower.part == OWN else part or {}
            inner[tower.part] = composed(_inner(made, tower, part), own, depth + 1)
    made = _deriving(made, inner)
    for tower in description.towers:
        if tower.part in inner:
            made = _with(made, tower, _part_of(values, tower.part), inner[tower.part])
    return replace(made, towers=())


def _deriving(whole: Description, inner: Mapping[str, Description]) -> Description:
    """Return a whole that knows what it derives beside its weights, by what its towers do."""
    reading = [inner[one.part] for one in whole.towers if one.keeps and one.part in inner]
    if not reading:
        return whole
    found = {name for name in (CACHE, FORWARD) if all(name in one.derives and not one.partly for one in reading)}
    told = all(FORWARD in one.derives and not one.partly for one in inner.values())
    if FORWARD in whole.derives and told and _asked(whole.root) <= _known(whole, inner):
        found |= whole.derives
    elif FORWARD in found:
        found.remove(FORWARD)
        return replace(_only_writing(whole), derives=frozenset(found), partly=True)
    return replace(whole, derives=frozenset(found - ({FORWARD} - whole.derives)))


def _asked(module: Module) -> frozenset[str]:
    """Return the sizes by which a whole says for how many tokens its own matrices are multiplied."""
    found: set[str] = set()
    for one in module.parts:
        if isinstance(one, Module):
            found |= _asked(one)
        elif isinstance(one, Tensor):
            found |= {symbol.name for count, _where in one.works for symbol in count.symbols}
    return frozenset(found - OF_RUN.keys())


def _known(whole: Description, inner: Mapping[str, Description]) -> frozenset[str]:
    """Return the sizes of a whole and of its parts, those that their code works out among them."""
    own = {*whole.keys, *(one.key for one in whole.lets)}
    return frozenset(
        own.union(
            *(map(_prefixed(f"{part}."), (*one.keys, *(let.key for let in one.lets))) for part, one in inner.items())
        )
    )


def _only_writing(whole: Description) -> Description:
    """Return a whole that multiplies nothing with its own matrices but those of the head that writes."""

    def muted(part: Part) -> Part:
        known = roles.module(part.name)
        return part if known and known.role == "head" else _muted(part)

    return replace(whole, root=replace(whole.root, parts=tuple(map(muted, whole.root.parts))))


def _muted(part: Part) -> Part:
    """Return a part that multiplies nothing."""
    if isinstance(part, Tensor):
        return replace(part, works=((Number(0), None),))
    if isinstance(part, Module):
        return replace(part, parts=tuple(_muted(one) for one in part.parts if not isinstance(one, Computed)))
    return part


def _with(whole: Description, tower: Tower, part: Mapping[str, Any] | None, inner: Description) -> Description:
    change = _prefixed("" if tower.part == OWN else f"{tower.part}.")
    whole = _in_words_of(whole, {change(alias): change(key) for alias, key in inner.aliases.items()})
    keys = {change(key): default for key, default in inner.keys.items()}
    if part is None:
        keys |= {change(key): value for key, value in tower.given.items() if key in inner.keys}
    # What only the layers between the towers ask of a part has a default of its own where the part is left out.
    own = {key: value for key, value in whole.keys.items() if key not in keys}
    # Where one class always stands there, the part's own model_type says nothing.
    if (
        part is not None
        and tower.auto
        and part.get("model_type", tower.model_type) not in (tower.model_type, *tower.also)
    ):
        own = {key: None if key.startswith(f"{tower.part}.") else value for key, value in own.items()}
        if (tied := f"{tower.part}.{TIED}") in own:
            own[tied] = _tied(inner.model_type)
    stated = frozenset(key for key in own if part is not None and key.removeprefix(f"{tower.part}.") in tower.given)
    return replace(
        whole,
        keys={**own, **keys},
        # A default that the whole gives a part and the part's class has no use for.
        harmless=whole.harmless | {change(key) for key in (*inner.harmless, *(tower.given.keys() - inner.keys.keys()))},
        aliases={**whole.aliases, **{change(alias): change(key) for alias, key in inner.aliases.items()}},
        lets=(*(_let(one, change) for one in inner.lets), *whole.lets),
        root=_placed(whole.root, tower, _doing(whole, tower, inner), change, ""),
        refuses=(*whole.refuses, *((name, renamed(where, change)) for name, where in inner.refuses)),
        fixed={**whole.fixed, **{change(key): value for key, value in inner.fixed.items()}},
        never=(*whole.never, *(renamed(one, change) for one in inner.never)),
        stated=whole.stated | stated | {change(key) for key in inner.stated},
    )


def _doing(whole: Description, tower: Tower, inner: Description) -> Module:
    """Return a tower's tree with what it computes in this whole: nothing that is known, or all, for each image."""
    if whole.partly and not tower.keeps:
        made = _muted(inner.root)
        return made if isinstance(made, Module) else inner.root
    return _for_each(inner.root, images) if tower.images else inner.root


def _for_each(module: Module, of: Symbol) -> Module:
    """Return a module that does what it does once for each of something that is a number of the run."""
    parts: list[Part] = []
    for one in module.parts:
        if isinstance(one, Module):
            parts.append(_for_each(one, of))
        elif isinstance(one, Computed):
            parts.append(replace(one, axes=(of, *one.axes)))
        elif isinstance(one, Tensor):
            parts.append(replace(one, works=tuple((Product((of, count)), where) for count, where in one.works)))
        else:
            parts.append(one)
    return replace(module, parts=tuple(parts))


def _tied(model_type: str) -> Any:
    """Return whether a type's head uses its embedding's table where a config says nothing; None where it is unknown."""
    from symbolic.networks import families

    for one in catalogue.described(model_type):
        if TIED in one.keys:
            return one.keys[TIED]
    for family in families.all_families():
        if model_type in family.model_types:
            return next((option.default for option in family.options if option.name == "tied_head"), None)
    return None


def _in_words_of(whole: Description, aliases: Mapping[str, str]) -> Description:
    """Return a whole whose own layers call a part's sizes as the part's class does: `d_model`, not `hidden_size`."""
    other = {alias: key for alias, key in aliases.items() if alias in whole.keys and key not in whole.keys}
    if not other:
        return whole

    def change(name: str) -> str:
        return other.get(name, name)

    return replace(
        whole,
        keys={change(key): default for key, default in whole.keys.items()},
        lets=tuple(_let(one, change) for one in whole.lets),
        root=_kept(whole.root, change),
        never=tuple(renamed(one, change) for one in whole.never),
    )


def _part_of(values: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    """Return a part of a config; None where it is left out."""
    if path == OWN:
        return values
    found: Any = values
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else None


def _inner(whole: Description, tower: Tower, part: Mapping[str, Any] | None) -> Description:
    """Return the description of what a part makes."""
    named = (part or {}).get("model_type") if tower.auto else None
    model_type = named if isinstance(named, str) and named not in tower.also else tower.model_type
    for one in catalogue.described(model_type):
        if one.part:
            continue
        if makes(tower, one):
            return one
    raise Undefined(
        f"{tower.part} of a {whole.model_type} is of model_type {model_type}, and what that makes there is not "
        "described"
    )


def makes(tower: Tower, one: Description) -> bool:
    """Whether a description is of the class that stands there; older ones don't say which auto class makes them."""
    if not tower.auto:
        return one.model_class == tower.model_class
    writes = tower.auto == "causal" and one.model_class.endswith(("ForCausalLM", "LMHeadModel"))
    return tower.auto in one.auto or (writes and not one.auto)


def _prefixed(prefix: str) -> Callable[[str], str]:
    """Put the name of a part before the name of a key; the layer's number stays."""

    def change(name: str) -> str:
        if name in LETTERS or name in OF_RUN or not prefix:
            return name
        function, opens, inner = name.partition("(")
        if opens:
            return f"{function}({prefix}{inner}"
        return prefix + name

    return change


def _let(let: Let, change: Callable[[str], str]) -> Let:
    return Let(change(let.key), _made(let.made, change), _renamed(let.where, change))


def _made(made: Any, change: Callable[[str], str]) -> Any:
    if isinstance(made, ListMade):
        items = tuple((_made(item, change), _renamed(where, change)) for item, where in made.items)
        return ListMade(with_names(made.length, change), items)
    return with_names(made, change) if isinstance(made, Formula) else made


def _renamed(where: Condition | None, change: Callable[[str], str]) -> Condition | None:
    return None if where is None else renamed(where, change)


def _placed(module: Module, tower: Tower, inner: Module, change: Callable[[str], str], above: str) -> Module:
    """Return the tree with the tower's in its place."""
    parts: list[Part] = []
    for one in module.parts:
        if not isinstance(one, Module):
            parts.append(one)
            continue
        path = f"{above}{one.name}."
        if one.tower == tower.part:
            inside = tuple(_moved(part, change, path) for part in inner.parts if part.name not in tower.without)
            parts.append(replace(one, parts=inside, tower=""))
        else:
            parts.append(_placed(one, tower, inner, change, path))
    return replace(module, parts=tuple(parts))


def _kept(module: Module, change: Callable[[str], str]) -> Module:
    """Return a module at its place with other names of keys."""
    made = _moved(module, change, "")
    return made if isinstance(made, Module) else module


def _elsewhere(place: re.Match[str], change: Callable[[str], str]) -> str:
    return f"{{{change(place['item'])} at {written(with_names(formula(place['number']), change))}}}"


def _moved(part: Part, change: Callable[[str], str], path: str) -> Part:
    where = _renamed(part.where, change)
    if isinstance(part, Computed | CacheTensor):
        return replace(part, axes=tuple(with_names(axis, change) for axis in part.axes), where=where)
    if isinstance(part, Tensor):
        axes = tuple(with_names(axis, change) for axis in part.axes)
        tied = path + OTHER_LAYER.sub(lambda at: _elsewhere(at, change), part.tied_to) if part.tied_to else ""
        works = tuple((with_names(count, change), _renamed(when, change)) for count, when in part.works)
        return replace(part, axes=axes, where=where, tied_to=tied, works=works)
    return replace(
        part,
        parts=tuple(_moved(one, change, path) for one in part.parts),
        where=where,
        repeat=tuple((with_names(length, change), _renamed(when, change)) for length, when in part.repeat),
    )
