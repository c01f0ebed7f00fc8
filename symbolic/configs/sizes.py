"""The sizes of a model: read from a config, left to a family's defaults, or following from others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from symbolic.configs.given import Given
from symbolic.configs.prediction import predicting
from symbolic.configs.recognition import missing, null_means
from symbolic.configs.switches import class_of
from symbolic.errors import ConfigError, shown
from symbolic.formulas.formula import Exact, Formula, Product, Quotient, Symbol
from symbolic.formulas.vocabulary import n_layers, sliding_window
from symbolic.networks.family import Family, Need, Pairs
from symbolic.networks.layers.patterns import SLIDING

LAYER_TYPES = "layer_types"
OTHERWISE = frozenset({"block_size"})
"""Keys that mean something else where another key gives the size, such as how many tokens are written at once."""


def given_sizes(given: Given, family: Family, symbols: Iterable[Symbol]) -> dict[Symbol, int]:
    """The sizes that the config gives a number for; ConfigError where it lacks a required one or contradicts itself."""
    found = ((symbol, _given_size(given, family, symbol)) for symbol in symbols)
    return {symbol: size for symbol, size in found if size is not None}


def _given_size(given: Given, family: Family, symbol: Symbol) -> int | None:
    # "auto" is how some configs write that a size follows from others.
    auto = "auto" if isinstance(family.sizes[symbol], Formula) else None
    keys = family.keys(symbol)
    there = [key for key in keys if given.values.get(key) not in (None, auto)]
    other = OTHERWISE & set(there) if len(there) > 1 else set()
    there = [key for key in there if key not in other]
    given.use(*(key for key in keys if key not in other))
    if not there:
        if family.sizes[symbol] is Need.REQUIRED and not null_means(given.values, family, symbol):
            if key := next((key for key in keys if key in given.values), None):
                said = "null" if given.values[key] is None else shown(given.values[key])
                raise given.error(f"{key} is {said}, which says no size; give a whole number")
            raise ConfigError(missing([symbol], family, given.values, given.source))
        _check_null(given, family, symbol)
        return None
    _check_read_by_class(given, family, symbol, there)
    sizes = {key: given.integer(key, symbol.minimum) for key in there}
    if len(set(sizes.values())) > 1:
        both = " and ".join(f"{key} {shown(size)}" for key, size in sizes.items())
        raise given.error(f"{both} name the same size ({symbol.name}); keep one")
    return sizes[there[0]]


def _check_null(given: Given, family: Family, symbol: Symbol) -> None:
    """Raise ConfigError for a null of a size where the class takes none, as where it has a number as its default."""
    means = _no_window_needed(given, family, symbol) or null_means(given.values, family, symbol)
    key = next((key for key in family.keys(symbol) if key in given.values and given.values[key] is None), None)
    never = (family.if_null or {}).get(symbol) is Need.REQUIRED
    if key and (never or (isinstance(family.sizes[symbol], int) and not means)):
        raise given.error(f"{key} is null, which says no size; give a whole number, or leave {key} out")


def _no_window_needed(given: Given, family: Family, symbol: Symbol) -> bool:
    """Return whether a null is that of a window which no layer has: a switch is off by it, or a list says so."""
    if symbol is not sliding_window:
        return False
    listed = given.values.get(LAYER_TYPES)
    alike = isinstance(listed, list | tuple) and bool(listed) and SLIDING not in listed
    return alike or any(option.null is symbol for option in family.options)


def _check_read_by_class(given: Given, family: Family, symbol: Symbol, there: list[str]) -> None:
    """Raise ConfigError for a size under a key that the class of the config does not read: it takes its default."""
    read, name = family.read_by_class(symbol), class_of(given, family)
    if given.changed and symbol.name in there:
        return
    if name and not isinstance(family.sizes[symbol], Need) and not any(key in read for key in there):
        instead = f"write {read[-1]}, or " if read else ""
        raise given.error(
            f"the code of {name} does not read {there[0]}; {instead}leave out {there[0]}, or architectures"
        )


def default_sizes(given: Given, family: Family, symbols: Iterable[Symbol]) -> dict[Symbol, int]:
    """Return the numbers that the family takes for sizes that the config leaves out; a null may mean another one."""
    return {symbol: default for symbol in symbols if isinstance(default := _default(given, family, symbol), int)}


def definitions(given: Given, family: Family, symbols: Iterable[Symbol]) -> dict[Symbol, Formula]:
    """Return the sizes that follow from others, where the config doesn't give them."""
    return {symbol: default for symbol in symbols if isinstance(default := _default(given, family, symbol), Formula)}


def _default(given: Given, family: Family, symbol: Symbol) -> Need | int | Formula:
    return null_means(given.values, family, symbol) or family.sizes[symbol]


def value_of(symbol: Symbol, formula: Formula, sizes: Mapping[str, int]) -> int:
    """Return a definition's value; where it isn't whole, ConfigError names the sizes that would make it so."""
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
        raise ConfigError(f"{formula.numerator.name} {shown(top)} is not a multiple of {over}; nearest: {near}")
    parts = ", ".join(f"{part.name} {shown(sizes[part.name])}" for part in formula.symbols)
    raise ConfigError(f"{symbol.name} would be {value}, not a whole number, with {parts}; change one of them")


def check_named_layers(
    values: Mapping[str, object], sizes: Mapping[str, int], source: str, *, changed: bool = False
) -> None:
    """Raise ConfigError where a list of the layers' kinds, which any config may have, is of fewer or more layers.

    Of one whose layers were changed the first count, and layers that predict further tokens may have kinds, too.
    """
    layers = sizes.get(n_layers.name)
    longer = not changed and "model_type" in values and not predicting(values)
    for key in (LAYER_TYPES, f"mlp_{LAYER_TYPES}"):
        kinds = values.get(key)
        if not isinstance(kinds, list | tuple) or layers is None or not kinds:
            continue
        if len(kinds) < layers or (longer and len(kinds) > layers):
            raise ConfigError(f"{source}: {key} has {len(kinds)} items for {layers} layers; give one for each layer")


def check_pairs(family: Family, sizes: Mapping[str, int]) -> None:
    """Raise ConfigError where sizes contradict each other, with both values."""
    for left, right in family.equal:
        if left.value(sizes) != right.value(sizes):
            raise ConfigError(f"{_both(left, right, sizes)}; this family needs them equal")
    check_multiples(family.multiples, sizes)
    check_at_most(family.at_most, sizes)


def check_multiples(pairs: Pairs, sizes: Mapping[str, Exact]) -> None:
    """Raise ConfigError where the first of a pair is not a multiple of the second."""
    for left, right in pairs:
        try:
            step = Fraction(right.value(sizes))
        except ZeroDivisionError:
            # A number of groups that is rounded down to none.
            rule = _rule(left, "must be a multiple of", right)
            raise ConfigError(f"{rule}, which divides by 0; change one of these sizes", rule) from None
        if not step or Fraction(left.value(sizes)) % step:
            says = f"{_both(left, right, sizes)}; the first must be a multiple of the second"
            raise ConfigError(says, _rule(left, "must be a multiple of", right))


def check_at_most(pairs: Pairs, sizes: Mapping[str, Exact]) -> None:
    """Raise ConfigError where the first of a pair is more than the second."""
    for left, right in pairs:
        if left.value(sizes) <= right.value(sizes):
            continue
        if not right.symbols:
            raise ConfigError(f"{_said(left, sizes)}; it can't be more than {shown(right.value(sizes))}")
        if not left.symbols:
            raise ConfigError(f"{_said(right, sizes)}; it must be at least {shown(left.value(sizes))}")
        says = f"{_both(left, right, sizes)}; the first can't be more than the second"
        raise ConfigError(says, _rule(left, "can't be more than", right))


def _both(left: Formula, right: Formula, sizes: Mapping[str, Exact]) -> str:
    return " and ".join(_said(side, sizes) for side in (left, right))


def _rule(left: Formula, says: str, right: Formula) -> str:
    from symbolic.networks.learned.writing_formulas import written

    return f"{written(left)} {says} {written(right)}"


def _said(side: Formula, sizes: Mapping[str, Exact]) -> str:
    from symbolic.networks.learned.writing_formulas import written

    factors = side.factors if isinstance(side, Product) else (side,)
    return f"{' × '.join(map(written, factors))} is {shown(side.value(sizes))}"
