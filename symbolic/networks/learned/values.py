"""A config's values as the config class of its type makes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from symbolic.formulas.formula import Exact, Formula, Number, Symbol
from symbolic.networks.learned.conditions import Condition
from symbolic.networks.learned.description import Description, ListMade
from symbolic.networks.learned.looking_up import LETTERS, Sizes, Values, look_up
from symbolic.networks.learned.words import words

RENAMED = ("layer_types", "mtp_layer_types")
"""Keys that say of which kind each layer is, by words some of which had others before."""
NEWER = {
    "mamba": "linear_attention",
    "attention": "full_attention",
    "deepseek_sparse_attention": "indexed_attention",
    "qwen_sparse_attention": "indexed_attention",
}
"""What config classes of transformers make of older names of kinds of layer (remap_legacy_layer_types)."""
MOST_LAYERS = 20_000
LONGEST_NUMBER = 5
LABELS, CLASSES = "num_labels", "id2label"
PARTS = ("encoder", "decoder")
"""Parts of a config, beside those whose names end in `_config`."""


class Undefined(ValueError):
    """A value that a description needs and a config makes impossible; the message is for a reader."""


def is_part(key: str) -> bool:
    """Return whether a key holds the config of a part, such as text_config."""
    return key.endswith("_config") or key in PARTS


def flattened(values: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Return a config with its parts opened: {"text_config": {"hidden_size": 8}} -> {"text_config.hidden_size": 8}."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping) and is_part(key) and key != "quantization_config":
            found |= flattened(value, f"{above}{key}.")
        else:
            found[above + key] = value
    return found


def with_parts_named(description: Description, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a config whose parts are called as the description calls them: {"llm_config": …} -> {"text_config": …}.

    Parts that stand in one around them, as in {"thinker_config": {"text_config": …}}, stand by themselves then.
    """
    values = _unwrapped(description, values)
    named = {old: new for old, new in description.aliases.items() if isinstance(values.get(old), Mapping)}
    named = {old: new for old, new in named.items() if not isinstance(values.get(new), Mapping)}
    return {named.get(key, key): value for key, value in values.items() if key not in named.values()}


def _unwrapped(description: Description, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a config without a part that the description does not have around parts that it has."""
    parts = {key.partition(".")[0] for key in description.keys if "." in key}
    for key, around in values.items():
        if not key.endswith("_config") or key in parts or key in description.aliases or not isinstance(around, Mapping):
            continue
        inside = {part for part in parts if isinstance(around.get(part), Mapping)}
        if inside and not inside & values.keys():
            return {**around, **{other: value for other, value in values.items() if other != key}}
    return values


def opened(description: Description, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a config with its parts opened, a part whose keys stand beside the others too, and its classes counted."""
    flat = flattened(values)
    # A dict that is no part and yet says something of weights, such as how many of a head's numbers are rotated.
    for above in dict.fromkeys(key.rpartition(".")[0] for key in description.keys if "." in key):
        if isinstance(said := flat.get(above), Mapping):
            flat |= {f"{above}.{key}": value for key, value in said.items()}
            del flat[above]
    # The numbers of layers in one text: "3,4,5".
    texts = ((key, flat[key]) for key in description.keys if isinstance(flat.get(key), str))
    flat |= {key: numbers for key, said in texts if (numbers := _numbers(said))}
    part = description.flat
    if part and not isinstance(values.get(part), Mapping):
        flat = {_in_part(key, part, description): value for key, value in flat.items()}
    flat |= {key: same for key, value in flat.items() if (same := _in_other_words(description, key, value)) is not None}
    names = flat.get(CLASSES)
    if LABELS in description.keys and isinstance(names, Mapping) and names:
        number = flat.setdefault(LABELS, len(names))
        if number != len(names):
            raise Undefined(f"{LABELS} is {number} and {CLASSES} names {len(names)} classes; keep one")
    return flat


def _in_other_words(description: Description, key: str, value: object) -> object | None:
    """Return a list as the class reads it: kinds of layer by their newer names, one number said for each layer as one.

    None where it reads the list as it is.
    """
    if not isinstance(value, list) or not value:
        return None
    name = description.aliases.get(key, key).rpartition(".")[2]
    if name in description.listed:
        return value[0] if all(type(one) is int and one == value[0] for one in value) else None
    # Code that is published with the weights has its own config class, and some of it the older names.
    if name in RENAMED and not (description.code or description.traced):
        known = words(description)
        return [NEWER.get(one, one) if isinstance(one, str) and one not in known else one for one in value]
    return None


def _numbers(text: str) -> list[int]:
    """Return the numbers of a text such as "3,4,5"; none of one that says something else, or one number."""
    said = text.split(",")
    texts = [said[0], *(one.removeprefix(" ") for one in said[1:])]
    plain = len(texts) > 1 and all(one.isdecimal() and len(one) <= LONGEST_NUMBER for one in texts)
    return [int(one) for one in texts] if plain else []


def _in_part(key: str, part: str, description: Description) -> str:
    full = f"{part}.{key}"
    own = key in description.keys or key in description.aliases
    known = full in description.keys or full in description.aliases or full in description.harmless
    return full if known and not own else key


def canonical(description: Description, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values under the names that the description uses."""
    flat = opened(description, values)
    if description.part:
        prefix = f"{description.part}."
        if any(key.startswith(prefix) for key in flat):
            flat = {key.removeprefix(prefix): value for key, value in flat.items() if key.startswith(prefix)}
    return {description.aliases.get(key, key): value for key, value in flat.items()}


def raw(description: Description, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return every key that matters: what the config says, else its type's default."""
    given = canonical(description, values)
    return {name: given.get(name, default) for name, default in description.keys.items()}


def settled(description: Description, values: Values) -> tuple[dict[str, Any], dict[str, Formula]]:
    """Return what the config class makes of them, and the formulas of the sizes that it computes.

    A name that is no key stands for what the code works out; lines below the one that makes it may use it.
    """
    made, seen = dict(values), dict(values)
    formulas: dict[str, Formula] = {}
    for let in description.lets:
        if let.where is not None and not let.where.holds(seen):
            continue
        own = let.key not in description.keys
        if isinstance(let.made, ListMade):
            made[let.key], items = _listed(let.key, let.made, seen, own=own)
            formulas |= items if own else {}
        elif isinstance(let.made, Formula):
            made[let.key] = plain(number(let.made, seen, let.key))
            formulas[let.key] = let.made
        else:
            made[let.key] = let.made
        # A number that stands for each side is a list from here on.
        if own or (isinstance(let.made, ListMade) and _repeats(let.made, let.key)):
            seen[let.key] = made[let.key]
    return made, formulas


def _repeats(made: ListMade, key: str) -> bool:
    """Whether a list has what its key says once as each item."""
    return all(isinstance(item, Symbol) and item.name == key for item, _where in made.items)


def _listed(key: str, wanted: ListMade, values: Values, *, own: bool) -> tuple[list[Any], dict[str, Formula]]:
    """Return a list that is made item by item, and the formulas of its items; one of its own may use earlier items."""
    length = number(wanted.length, values, f"the length of {key}")
    if not isinstance(length, int) or not 0 <= length <= MOST_LAYERS:
        raise Undefined(f"{key} would have {length} items; give at most {MOST_LAYERS:,} layers")
    items: list[Any] = []
    formulas: dict[str, Formula] = {}
    for at in range(length):
        names = {**values, **({key: items} if own else {}), "i": at}
        found = [value for value, where in wanted.items if where is None or where.holds(names)]
        if not found:
            raise Undefined(f"item {at} of {key} is not one that the code of this type knows; give another")
        item = found[0]
        if isinstance(item, Symbol) and item.name.endswith("[i]"):
            items.append(look_up(item.name, names))
        else:
            items.append(plain(number(item, names, key)) if isinstance(item, Formula) else item)
        if isinstance(item, Formula):
            formulas[f"{key}[{at}]"] = placed(item, at)
    return items, formulas


def placed(formula: Formula, at: int) -> Formula:
    """Return a formula of an item of a list for the item at a place."""

    def change(node: Formula) -> Formula | None:
        if not isinstance(node, Symbol):
            return None
        if node.name == "i":
            return Number(at)
        name = re.sub(r"\[i([+-]\d+)?\]", lambda found: f"[{at + int(found[1] or 0)}]", node.name)
        return Symbol(name, name, "", "") if name != node.name else None

    return formula.replace(change)


def number(formula: Formula, values: Values, what: str) -> Exact:
    """Return a formula's value; Undefined where a size is missing or makes no sense."""
    try:
        return formula.value(Sizes(values))
    except KeyError as missing:
        raise Undefined(f"{what} needs {missing.args[0]}, which the config does not give as a number") from None
    except (TypeError, ValueError, ArithmeticError, NotImplementedError):
        names = ", ".join(f"{one.name} {values.get(one.name)}" for one in formula.symbols)
        raise Undefined(f"{what} can't be computed with {names}") from None


def plain(value: Exact) -> int | float:
    """Return a fraction as the float that the config class has."""
    return float(value) if isinstance(value, Fraction) else value


def holds(where: Condition | None, values: Values) -> bool:
    """Return whether a condition is met; no condition always is."""
    return where is None or where.holds(values)


def is_layered(where: Condition | None, letters: str = LETTERS) -> bool:
    """Return whether a condition asks for the layer's number."""
    return where is not None and any(is_of_place(name, letters) for name in where.names)


def layered(formula: Formula, letters: str = LETTERS) -> bool:
    """Return whether a formula depends on the layer's number."""
    return any(is_of_place(symbol.name, letters) for symbol in formula.symbols)


@lru_cache(4096)
def is_of_place(name: str, letters: str) -> bool:
    """Return whether a name is that of a layer's number, or of the item of a list at it."""
    return any(name == letter or f"[{letter}" in name for letter in letters)
