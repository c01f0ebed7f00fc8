"""What a config of a described type may say: anything else is an error, in one line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from symbolic.configs.described_values import called, check_nulls, check_value, name_of, says_null
from symbolic.configs.given import Given
from symbolic.configs.unsupported import OF_EACH_LAYER
from symbolic.errors import ConfigError, shown
from symbolic.formulas.formula import Number, Symbol
from symbolic.formulas.vocabulary import SIZE_KEYS, SYMBOLS, head_dim
from symbolic.networks.family import Need
from symbolic.networks.learned.conditions import All, Compare, Condition, Is, IsGiven, Not
from symbolic.networks.learned.description import Description, ListMade
from symbolic.networks.learned.family import Specific
from symbolic.networks.learned.looking_up import Sizes
from symbolic.networks.learned.naming import named
from symbolic.networks.learned.rounding import Rest
from symbolic.networks.learned.used_names import fixed_length
from symbolic.networks.learned.values import canonical, opened, raw, settled
from symbolic.networks.learned.words import words

KINDS = re.compile(r"(layer|block|indexer)s?(_block)?_types?$")
"""Keys that say of which kind each layer is."""


PLAIN = (("full_attention",), ("dense", "sparse"))
"""Kinds that need no word in a description: of a layer, and of its feed-forward network."""


def check_sizes(description: Description, made: Specific, source: str) -> None:
    """Refuse sizes that are smaller than any network's, such as a width of 0, unless the class has that default."""
    usual = {
        symbol: description.keys[key] for key, symbol in named(description.keys, traced=description.traced).items()
    }
    for symbol, need in made.family.sizes.items():
        size = made.sizes.get(symbol.name, symbol.minimum)
        # The width of a part is a width, too.
        meant = {SIZE_KEYS.get(key.rpartition(".")[2], "") for key in (made.family.aliases or {}).get(symbol, ())}
        least = max((symbol, *(SYMBOLS[name] for name in meant if name)), key=lambda one: one.minimum).minimum
        if need is not Need.PATTERN and size < least and size != usual.get(symbol):
            raise ConfigError(f"{source}: {symbol.name} must be at least {least}, got {shown(size)}")


def check(description: Description, values: Mapping[str, Any], source: str) -> None:
    """Raise ConfigError for what a config says of which the description does not hold."""
    flat = opened(description, values)
    named_so = {name_of(description, key): value for key, value in flat.items()}
    said = {**description.usual, **description.keys, **flat, **named_so}
    check_nulls(description, flat, source)
    never = () if description.traced else description.never
    uneven = [one for one in never if _rest(one)]
    for together in description.never:
        if together in uneven:
            continue
        if _below(together, said):
            raise ConfigError(f"{source}: {str(together).removesuffix(' == 0')} is less than 0; give at least 1")
        if together.holds(said):
            raise ConfigError(f"{source}: {_not_covered(description, together, flat)}")
    _check_agreeing(description, flat, source)
    _check_each_layer(description, flat, source)
    _check_heads(description, flat, source)
    _check_kinds(description, flat, source)
    _check_parts(description, values, flat, source)
    for key, value in flat.items():
        name = name_of(description, key)
        if name in description.fixed and value != description.fixed[name]:
            raise ConfigError(
                f"{source}: {key} {shown(value)} makes a network that our description of {called(description)} does "
                f"not cover; it holds for {key} {shown(description.fixed[name])}"
            )
        # True is 1, and no whole number of a config.
        default = description.keys.get(name)
        if name in description.keys and (value != default or (type(default) is int and type(value) is not int)):
            check_value(description, key, value, source)
    # What is no size at all was said first. The width may follow from another key.
    if uneven:
        said = {
            **description.usual,
            **canonical(description, values),
            **settled(description, raw(description, values))[0],
        }
    for together in uneven:
        for name in together.names if isinstance(together, Compare) else ():
            for key in (key for key in flat if name_of(description, key) == name):
                Given(flat, source).integer(key, 0 if name in description.keys else 1)
        if (rest := _rest(together)) and together.holds(said):
            raise ConfigError(f"{source}: {_uneven(description, rest, said)}", _rule(description, rest))


def _below(together: Condition, said: Mapping[str, Any]) -> bool:
    """Return whether a size that is never 0 is less than that."""
    never_none = isinstance(together, Compare) and together.sign == "==" and together.right == Number(0)
    return never_none and isinstance(together, Compare) and Compare(together.left, "<", Number(0)).holds(said)


def _not_covered(description: Description, together: Condition, values: Mapping[str, Any]) -> str:
    """Say that a description never holds where a condition does."""
    unsaid = re.fullmatch(r"(\w+) is none", str(together))
    if unsaid and unsaid[1] in description.usual:
        return says_null(description, unsaid[1], description.usual[unsaid[1]])
    if unsaid:
        return (
            f"{unsaid[1]} is not given, and no one default of it holds for all that is published as "
            f"{called(description)}; say what {unsaid[1]} is"
        )
    if (key := words_of(together)) is not None and key[0] in values:
        name, words = key
        return f"{name} {shown(values[name])} is none that {called(description)} takes; one of {', '.join(words)}"
    if description.traced:
        return (
            f"{together} holds, where the code of {called(description)} may build something else than it did; trace it "
            "with these sizes"
        )
    return (
        f"{together} makes a network that our description of {called(description)} does not cover; change one of these "
        "keys, or leave it out"
    )


def words_of(together: Condition) -> tuple[str, list[str]] | None:
    """Return the key of which a condition says that it has none of some words, and these; None for another condition.

    >>> from symbolic.networks.learned.reading_conditions import condition
    >>> words_of(condition("norm != 'group' and norm != 'layer'"))
    ('norm', ['group', 'layer'])
    """
    parts = [one for one in together.parts if not isinstance(one, IsGiven)] if isinstance(together, All) else []
    found = [one.part for one in parts if isinstance(one, Not) and isinstance(one.part, Is)]
    names = {one.name for one in found if isinstance(one, Is)}
    if not found or len(found) < len(parts) or len(names) > 1:
        return None
    return names.pop(), [one.word for one in found if isinstance(one, Is)]


def _rest(together: Condition) -> Rest | None:
    """Return what is left of a size by another, which is where a description never holds, alone or with more."""
    first = together.parts[0] if isinstance(together, All) else together
    return first.left if isinstance(first, Compare) and isinstance(first.left, Rest) else None


def _uneven(description: Description, rest: Rest, said: Mapping[str, Any]) -> str:
    """Say that a size, such as a width, is no multiple of another, such as its heads."""
    from symbolic.networks.learned.writing_formulas import written

    sizes = Sizes(said)
    whole, step = (
        f"{written(side)} {shown(side.value(sizes))}" if side.symbols else written(side) for side in rest.children
    )
    return f"{whole} is not a multiple of {step}, and the code of {called(description)} takes no other"


def _rule(description: Description, rest: Rest) -> str:
    """Return the rule under our names, for a sweep, which counts the rows that break it."""
    from symbolic.networks.learned.writing_formulas import written

    symbols = named(description.keys, traced=description.traced)
    ours = rest.replace(lambda node: symbols.get(node.name) if isinstance(node, Symbol) else None)
    return " must be a multiple of ".join(written(side) for side in ours.children)


def _check_agreeing(description: Description, flat: Mapping[str, Any], source: str) -> None:
    """Raise ConfigError for a size that stands there under two names with two values: one of them would be dropped."""
    symbols = named(description.keys, traced=description.traced)
    # What stands beside a part, such as the number of tokens beside those of its text, may be the whole's own.
    ours = {symbol.name: key for key, symbol in symbols.items() if "." not in key}
    for key, name in (*description.aliases.items(), *ours.items()):
        both = flat.get(key), flat.get(name)
        if key != name and None not in both and both[0] != both[1]:
            said = " and ".join(f"{one} {shown(value)}" for one, value in zip((key, name), both, strict=True))
            raise ConfigError(f"{source}: {said} name the same size; keep one")


def check_names_of_class(description: Description, values: Mapping[str, Any], source: str) -> None:
    """Raise ConfigError for a size under our name beside the class, which does not read it and takes its default."""
    if description.traced or not values.get("architectures"):
        return
    flat = opened(description, values)
    read = {*description.keys, *description.aliases, *description.harmless}
    for key, symbol in named(description.keys).items():
        # What the class calls so, too, may stand outside its part (`_check_parts`).
        ours = symbol.name not in read and symbol.name != key.rpartition(".")[2]
        if ours and values.get(symbol.name) is not None and flat.get(key) is None:
            raise ConfigError(
                f"{source}: the code of {called(description)} does not read {symbol.name}; write {key}, or leave out "
                f"{symbol.name}, or architectures"
            )


def check_said_once(description: Description, values: Mapping[str, Any], source: str) -> None:
    """Raise ConfigError for a size that a stranger's config gives under our name, and otherwise in one of its parts."""
    if not any("." in key for key in description.keys):
        return
    flat = opened(description, values)
    for key, symbol in named(description.keys, traced=description.traced).items():
        both = values.get(symbol.name), flat.get(key)
        # What the class calls so, too, it does not read beside its part (`accounted` names it).
        own = symbol.name in description.keys or symbol.name in description.harmless
        own = own or symbol.name == key.rpartition(".")[2]
        if "." in key and not own and None not in both and both[0] != both[1]:
            raise ConfigError(
                f"{source}: {symbol.name} {shown(both[0])} and {key} {shown(both[1])} name the same size; keep one"
            )


def _check_each_layer(description: Description, flat: Mapping[str, Any], source: str) -> None:
    """Raise ConfigError where layers have sizes of their own by a key that any config of transformers may have."""
    for key, value in flat.items():
        if OF_EACH_LAYER in key.split(".") and value not in (None, {}):
            raise ConfigError(
                f"{source}: {OF_EACH_LAYER} gives layers sizes of their own, which our description of "
                f"{description.model_type} does not cover; leave it out to have all layers alike"
            )


def _check_heads(description: Description, flat: Mapping[str, Any], source: str) -> None:
    """Raise ConfigError for a width of heads of 0, unless the class says so: it divides by the root of that."""
    for key, value in flat.items():
        is_width = SIZE_KEYS.get(key.rpartition(".")[2]) == head_dim.name
        if is_width and type(value) is int and value < 1 and value != description.usual.get(name_of(description, key)):
            raise ConfigError(f"{source}: {key} must be at least 1, got {shown(value)}; leave it out to have the usual")


def _check_kinds(description: Description, flat: Mapping[str, Any], source: str) -> None:
    """Raise ConfigError for a layer of a kind that the description does not name."""
    _check_lengths(description, flat, source)
    for key, value in flat.items():
        name = name_of(description, key)
        if not (KINDS.search(name) and name in description.keys):
            continue
        if not isinstance(value, list):
            if value is not None and not isinstance(description.keys[name], str):
                says = f"{key} must be a list of the layers' kinds, got {shown(value)}; give a list"
                raise ConfigError(f"{source}: {says}")
            continue
        plain = PLAIN["mlp" in name.rpartition(".")[2]]
        known = {*plain, *words(description)}
        other = next((kind for kind in value if isinstance(kind, str) and kind not in known), None)
        if other is not None:
            raise ConfigError(
                f"{source}: {key} has {shown(other)}, a kind of layer that our description of "
                f"{description.model_type} does not cover"
            )


def _check_lengths(description: Description, flat: Mapping[str, Any], source: str) -> None:
    """Raise ConfigError for a list of the layers' kinds that ends before the layers do, or one of too many sides."""
    for key, value in flat.items():
        name = name_of(description, key)
        if not isinstance(value, list) or description.traced:
            continue
        if (wanted := fixed_length(description, name)) not in (None, len(value)):
            raise ConfigError(
                f"{source}: {key} has {len(value)} items, and the code of {called(description)} reads {wanted}; "
                f"give {wanted}"
            )
    values = raw(description, flat)
    for let in description.lets:
        given = values.get(let.key)
        if not (KINDS.search(let.key) and isinstance(let.made, ListMade) and isinstance(given, list)):
            continue
        layers = values.get(let.made.length.name) if isinstance(let.made.length, Symbol) else None
        if isinstance(layers, int) and len(given) < layers:
            raise ConfigError(
                f"{source}: {let.key} has {len(given)} items for {layers} layers; give one for each layer"
            )


def _check_parts(description: Description, values: Mapping[str, Any], flat: Mapping[str, Any], source: str) -> None:
    """Raise ConfigError for a part without its sizes, or a size that stands outside its part and not in it."""
    for key in sorted(description.stated - flat.keys()):
        part, _, last = key.rpartition(".")
        if _has(values, part):
            raise ConfigError(
                f"{source}: {part} does not give {last}, and what the code of {description.model_type} then takes is "
                f"not described; give {last} in {part}, or leave {part} out to have the default one"
            )
    for key, symbol in named(description.keys, traced=description.traced).items():
        part, _, last = key.rpartition(".")
        outside = (
            part
            and (part != description.flat or isinstance(values.get(part), Mapping))
            and symbol.name == last
            and last in values
            and last not in description.keys
            and key not in flat
        )
        # A null there says nothing, and the class may save there what it works out.
        said_before = (None, description.keys[key], description.usual.get(last))
        if outside and values[last] not in said_before:
            raise ConfigError(
                f"{source}: {last} {shown(values[last])} stands beside {part}, and the code reads that in {part}; "
                "write it there"
            )


def _has(values: Mapping[str, Any], part: str) -> bool:
    found: Any = values
    for step in part.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return isinstance(found, Mapping)
