"""The description of a tower put in its place in that of a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from symbolic.formulas.formula import Product, Symbol
from symbolic.formulas.vocabulary import images
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.description import Computed, Description, Module, Part, Tensor, Tower
from symbolic.networks.learned.renaming import kept, moved, prefixed, renamed, renamed_let
from symbolic.networks.learned.wholes import muted

OWN = "."
"""The part that stands for the config itself."""


TIED = "tie_word_embeddings"


def with_tower(whole: Description, tower: Tower, part: Mapping[str, Any] | None, inner: Description) -> Description:
    """Return a whole with a tower's description in its place; `part` is the config's, None where it is left out."""
    change = prefixed("" if tower.part == OWN else f"{tower.part}.")
    whole = _in_words_of(whole, {change(alias): change(key) for alias, key in inner.aliases.items()})
    keys = {change(key): default for key, default in inner.keys.items()}
    usual = {change(key): default for key, default in inner.usual.items()}
    if part is None:
        usual |= {change(key): value for key, value in tower.given.items() if key in inner.usual}
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
    return whole.but(
        keys={**own, **keys},
        # A default that the whole gives a part and the part's class has no use for.
        harmless=whole.harmless | {change(key) for key in (*inner.harmless, *(tower.given.keys() - inner.keys.keys()))},
        aliases={**whole.aliases, **{change(alias): change(key) for alias, key in inner.aliases.items()}},
        lets=(*(renamed_let(one, change) for one in inner.lets), *whole.lets),
        root=_placed(whole.root, tower, _doing(whole, tower, inner), change, ""),
        refuses=(*whole.refuses, *((name, renamed(where, change)) for name, where in inner.refuses)),
        fixed={**whole.fixed, **{change(key): value for key, value in inner.fixed.items()}},
        never=(*whole.never, *(renamed(one, change) for one in inner.never)),
        usual={**usual, **whole.usual},
        null=whole.null | {change(key) for key in inner.null},
        unset=whole.unset | {change(key) for key in inner.unset},
        stated=whole.stated | stated | {change(key) for key in inner.stated},
        causal=whole.causal or (tower.part == OWN and inner.causal),
        chooses=whole.chooses or inner.chooses,
    )


def _doing(whole: Description, tower: Tower, inner: Description) -> Module:
    """Return a tower's tree with what it computes in this whole: nothing that is known, or all, for each image."""
    if whole.partly and not tower.keeps:
        made = muted(inner.root)
        return made if isinstance(made, Module) else inner.root
    return _for_each(inner.root, images) if tower.images else inner.root


def _for_each(module: Module, of: Symbol) -> Module:
    """Return a module that does what it does once for each of something that is a number of the run."""
    parts: list[Part] = []
    for one in module.parts:
        if isinstance(one, Module):
            parts.append(_for_each(one, of))
        elif isinstance(one, Computed):
            parts.append(one.but(axes=(of, *one.axes)))
        elif isinstance(one, Tensor):
            parts.append(one.but(works=tuple((Product((of, count)), where) for count, where in one.works)))
        else:
            parts.append(one)
    return module.but(parts=tuple(parts))


def _tied(model_type: str) -> Any:
    """Return whether a type's head uses its embedding's table where a config says nothing; None where it is unknown."""
    from symbolic.networks import families

    for one in catalogue.each(model_type):
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

    return whole.but(
        keys={change(key): default for key, default in whole.keys.items()},
        lets=tuple(renamed_let(one, change) for one in whole.lets),
        root=kept(whole.root, change),
        never=tuple(renamed(one, change) for one in whole.never),
    )


def _fixed(part: Part) -> Part:
    """Return a part none of whose parameters is trained."""
    if isinstance(part, Module):
        return part.but(parts=tuple(map(_fixed, part.parts)))
    return part.but(fixed=True) if isinstance(part, Tensor) and not part.buffer else part


def _placed(module: Module, tower: Tower, inner: Module, change: Callable[[str], str], above: str) -> Module:
    """Return the tree with the tower's in its place."""
    parts: list[Part] = []
    for one in module.parts:
        if not isinstance(one, Module):
            parts.append(one)
            continue
        path = f"{above}{one.name}."
        if one.tower == tower.part:
            inside = tuple(moved(part, change, path) for part in inner.parts if part.name not in tower.without)
            inside = tuple(map(_fixed, inside)) if tower.fixed else inside
            parts.append(one.but(parts=inside, tower=""))
        else:
            parts.append(_placed(one, tower, inner, change, path))
    return module.but(parts=tuple(parts))
