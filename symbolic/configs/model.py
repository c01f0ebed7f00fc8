"""A model: a family, with every size known and every option set."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import SupportsIndex

from symbolic.configs.no_effect import NO_EFFECT
from symbolic.configs.recognition import missing, recognised
from symbolic.display import Displayed
from symbolic.errors import ConfigError, shown
from symbolic.formulas.formula import Formula, Quotient, Symbol
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.networks.blocks import Block
from symbolic.networks.families import find
from symbolic.networks.family import Family, Need, Option

MOST_DIGITS = 1000
TEXT_PART = "text_config"


@dataclass(frozen=True, slots=True)
class Model(Displayed):
    """A family with its sizes (all whole numbers, definitions included) and options.

    `definitions` are the sizes that follow from others, `assumed` the names that the config left to the family's
    defaults, `ignored` the config's keys that no part of the family uses. `config` is what was given.
    """

    name: str
    architecture: Family
    sizes: Mapping[str, int]
    options: Mapping[str, bool | str]
    definitions: Mapping[Symbol, Formula]
    assumed: frozenset[str] = frozenset()
    ignored: tuple[str, ...] = ()
    source: str = ""
    config: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def absent(self) -> frozenset[Symbol]:
        """The kinds of layer that the family knows and this model has none of."""
        kinds = (symbol for symbol, need in self.architecture.sizes.items() if need is Need.PATTERN)
        return frozenset(symbol for symbol in kinds if self.sizes.get(symbol.name) == 0)

    @property
    def network(self) -> Block:
        """The tree that the options make; it does not depend on the sizes."""
        return self.architecture.network(self.options)

    def with_options(self, options: Mapping[str, bool | str]) -> Model:
        """The same sizes with some switches set otherwise."""
        return replace(self, options={**self.options, **options})


def is_config(values: Mapping[str, object]) -> bool:
    """Whether a dict has at least two sizes under names that we know."""
    return sum(key in _SIZE_KEYS for key in values) >= 2


_SIZE_KEYS = frozenset(
    name for symbol in SYMBOLS.values() if not symbol.of_run for name in (symbol.name, *symbol.aliases)
)


def make_model(name: str, values: Mapping[str, object], source: str, architecture: str | None = None) -> Model:
    """The model that a config describes; ConfigError where it describes none."""
    for key in values:
        if not isinstance(key, str):
            raise ConfigError(f"{source}: the key {shown(key)} is not a string; write it in quotes")
    whole, values = values, _text_part(values)
    family = find(architecture) if architecture else recognised(values, source)
    for key, wanted in (family.fixed or {}).items():
        if values.get(key) is not None and values[key] != wanted:
            raise ConfigError(
                f"{source}: {key} {shown(values[key])} makes another network than our {family.name}, "
                f"which has {key} {wanted}; leave it out or choose another --architecture"
            )
    used: set[str] = set()
    given = {
        symbol: size for symbol in family.sizes if (size := _size(symbol, values, source, used, family)) is not None
    }
    definitions = {
        symbol: default
        for symbol, default in family.sizes.items()
        if symbol not in given and isinstance(default, Formula)
    }
    sizes = {symbol.name: size for symbol, size in given.items()}
    options = {option.name: _option(option, values, source, used) for option in family.options}
    none = {option.null for option in family.options if option.null and not options[option.name]}
    for option in family.options:
        told = option.null
        if told and options[option.name] and told not in given and family.sizes[told] is Need.OPTIONAL:
            raise ConfigError(f"{source}: {option.name} is true and {told.name} is not there; give it a number")
    defaults = {s.name: n for s, n in family.sizes.items() if s not in given and s not in none and isinstance(n, int)}
    sizes |= defaults
    if family.pattern:
        used.update(family.pattern.keys)
        try:
            sizes |= {symbol.name: layers for symbol, layers in family.pattern.count(values, sizes).items()}
        except ConfigError as problem:
            raise ConfigError(f"{source}: {problem}") from None
    for symbol, formula in definitions.items():
        sizes[symbol.name] = _whole(symbol, formula, sizes, source)
    check_pairs(family, sizes, source)
    set_by_config = {
        option.name for option in family.options if any(key in used for key in (*_keys(option), *_null(option)))
    }
    return Model(
        name=name,
        architecture=family,
        sizes={symbol.name: sizes[symbol.name] for symbol in family.sizes if symbol.name in sizes},
        options=options,
        definitions=definitions,
        assumed=frozenset(defaults.keys() | ({option.name for option in family.options} - set_by_config)),
        ignored=tuple(key for key in whole if key not in used and not (whole is not values and key == TEXT_PART)),
        source=source,
        config=values,
    )


def _text_part(values: Mapping[str, object]) -> Mapping[str, object]:
    """The language model in a config of several parts; what the whole says of the head holds for it too."""
    text = values.get(TEXT_PART)
    if not isinstance(text, Mapping):
        return values
    shared = {key: values[key] for key in ("tie_word_embeddings",) if key in values}
    return {**shared, **text}


def _size(symbol: Symbol, values: Mapping[str, object], source: str, used: set[str], family: Family) -> int | None:
    # "auto" is how some configs write that a size follows from others.
    auto = "auto" if isinstance(family.sizes[symbol], Formula) else None
    there = [key for key in family.keys(symbol) if values.get(key) not in (None, auto)]
    used.update(key for key in family.keys(symbol) if key in values)
    if not there:
        if family.sizes[symbol] is Need.REQUIRED:
            raise ConfigError(missing([symbol], family, values, source))
        return None
    sizes = {key: _integer(key, values[key], symbol.minimum, source) for key in there}
    if len(set(sizes.values())) > 1:
        both = " and ".join(f"{key} {shown(size)}" for key, size in sizes.items())
        raise ConfigError(f"{source}: {both} name the same size ({symbol.name}); keep one")
    return sizes[there[0]]


def _integer(key: str, value: object, minimum: int, source: str) -> int:
    """An int as it is; NumPy's too. Floats, strings and booleans are refused, even where they look whole."""
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        hint = ""
        if isinstance(value, str) and value.strip().lstrip("+-").replace("_", "").isdecimal():
            hint = f"; write {value.strip()} without quotes"
        elif isinstance(value, float) and value.is_integer():
            hint = f"; write {int(value)}" if abs(value) < 2**53 else "; write all its digits"
        raise ConfigError(
            f"{source}: {key} must be a whole number, got {shown(value)}{hint or '; give a whole number'}"
        )
    size = operator.index(value)
    if abs(size) >= 10**MOST_DIGITS:
        raise ConfigError(f"{source}: {key} has more than {MOST_DIGITS} digits; give a smaller one")
    if size < minimum:
        raise ConfigError(f"{source}: {key} must be at least {minimum}, got {shown(size)}; give a larger one")
    return size


def _option(option: Option, values: Mapping[str, object], source: str, used: set[str]) -> bool | str:
    there = [key for key in _keys(option) if values.get(key) is not None]
    used.update(key for key in _keys(option) if key in values)
    if not there:
        sizes = [values[key] for key in _null(option) if key in values]
        return any(size is not None for size in sizes) if sizes else option.default
    value = values[there[0]]
    if isinstance(value, list | tuple) and len(value) == 1:
        # `architectures` is a list of one class.
        value = value[0]
    if isinstance(option.default, bool):
        if not isinstance(value, bool):
            raise ConfigError(f"{source}: {there[0]} must be true or false, got {shown(value)}; write true or false")
        return value
    if value not in option.choices:
        raise ConfigError(f"{source}: {there[0]} {shown(value)} is not known; one of {', '.join(option.choices)}")
    return str(value)


def _keys(option: Option) -> tuple[str, ...]:
    return (option.name, *option.aliases)


def _null(option: Option) -> tuple[str, ...]:
    """The keys whose null switches an option off."""
    return (option.null.name, *option.null.aliases) if option.null else ()


def _whole(symbol: Symbol, formula: Formula, sizes: Mapping[str, int], source: str) -> int:
    """A definition's value; where it isn't whole, the sizes that would make it so."""
    value = formula.value(sizes)
    if isinstance(value, int):
        return value
    if isinstance(formula, Quotient) and isinstance(formula.numerator, Symbol):
        top, step = formula.numerator.value(sizes), formula.denominator.value(sizes)
        lower = top // step * step
        near = f"{shown(lower)} or {shown(lower + step)}" if lower else shown(step)
        over = ", ".join(f"{part.name} {shown(sizes[part.name])}" for part in formula.denominator.symbols) or shown(
            step
        )
        raise ConfigError(
            f"{source}: {formula.numerator.name} {shown(top)} is not a multiple of {over}; nearest: {near}"
        )
    parts = ", ".join(f"{part.name} {shown(sizes[part.name])}" for part in formula.symbols)
    raise ConfigError(f"{source}: {symbol.name} would be {value}, not a whole number, with {parts}; change one of them")


def check_pairs(family: Family, sizes: Mapping[str, int], source: str) -> None:
    """ConfigError where sizes contradict each other, with both values."""
    for left, right in family.equal:
        if left.value(sizes) != right.value(sizes):
            raise ConfigError(f"{source}: {_both(left, right, sizes)}; this family needs them equal")
    for left, right in family.multiples:
        if Fraction(left.value(sizes)) % Fraction(right.value(sizes)):
            raise ConfigError(f"{source}: {_both(left, right, sizes)}; the first must be a multiple of the second")
    for left, right in family.at_most:
        if left.value(sizes) > right.value(sizes):
            raise ConfigError(f"{source}: {_both(left, right, sizes)}; the first can't be more than the second")


def _both(left: Formula, right: Formula, sizes: Mapping[str, int]) -> str:
    return " and ".join(
        f"{' × '.join(part.name for part in side.symbols)} is {shown(side.value(sizes))}" for side in (left, right)
    )


def without_effect(key: str) -> str | None:
    """Why a key never changes a count; None for a key that we don't know."""
    return NO_EFFECT.get(key)
