"""Every key of a config is used, known to change nothing, an error, or named as unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from symbolic.configs.given import Given
from symbolic.configs.harmless import (
    ACTIVATION,
    ACTIVATION_KEYS,
    CHOOSES,
    FIXED_EVERYWHERE,
    HARMLESS,
    SPECIAL,
    SPECIAL_TOKEN,
)
from symbolic.configs.parts import Parts
from symbolic.configs.prediction import DESCRIBES, is_of_prediction, predicting
from symbolic.configs.recognition import keys_of
from symbolic.configs.sizes import check_named_layers
from symbolic.configs.unsupported import UNSUPPORTED
from symbolic.errors import shown
from symbolic.formulas.formula import Formula
from symbolic.formulas.vocabulary import SIZE_KEYS, SYMBOLS, expert_dim, n_active_experts, n_experts
from symbolic.language import lazy as _
from symbolic.networks.blocks import Cache, Kind
from symbolic.networks.families import all_families
from symbolic.networks.family import Family, Options
from symbolic.networks.layers.activations import WITHOUT_WEIGHTS
from symbolic.networks.layers.patterns import FULL
from symbolic.networks.walks import leaves, weights

T = TypeVar("T")
EXPERT_KEYS = frozenset(key for symbol in (n_active_experts, expert_dim) for key in (symbol.name, *symbol.aliases))
BIASES = frozenset({"bias", "qkv_bias", "linear_bias", "use_bias", "enable_bias", "attention_bias", "mlp_bias"})
"""Switches of biases: off, they say what is true of every family without biases."""


class Account(NamedTuple):
    """The keys that were not used: those that change nothing, with the reason, and those that we don't know.

    `left_out` are those that announce more than is counted, with what that is.
    """

    harmless: Mapping[str, str]
    unknown: tuple[str, ...]
    left_out: Mapping[str, str]


def account(given: Given, family: Family, sizes: Mapping[str, int], options: Options) -> Account:
    """Account for the keys that nothing used; ConfigError for one that may make another network."""
    harmless: dict[str, str] = {}
    unknown: list[str] = []
    fixed = _fixed(family, options)
    check_named_layers(given.values, sizes, given.source, changed=given.changed)
    unused = {key: value for key, value in given.values.items() if key not in given.used or is_of_prediction(key)}
    left_out = predicting(unused)
    for key in given.values:
        if key in left_out:
            continue
        if key in fixed:
            harmless[key] = _as_it_must_be(given, family, key, fixed[key], sizes)
        elif key in given.used or key == "model_type" or _names_the_class(key, given.values[key], family):
            continue
        elif (reason := _without_effect(given, family, key)) is not None:
            harmless[key] = reason
        elif key in keys_of(family):
            harmless[key] = _("belongs to a head that this class doesn't have, or to a switch that is off")
        elif given.values[key] is False and key in BIASES and not _has_biases(family, options):
            harmless[key] = _("no linear layer has a bias here")
        elif (owners := _owners(key)) is not None:
            harmless[key] = _repeated(given, family, key, sizes) or _no_difference(given, family, key, owners)
        elif key in UNSUPPORTED:
            harmless[key] = _off(given, family, key)
        elif is_of_prediction(key):
            harmless[key] = DESCRIBES
        elif SPECIAL_TOKEN.search(key):
            harmless[key] = SPECIAL
        else:
            unknown.append(key)
    return Account(harmless, tuple(unknown), left_out)


def _off(given: Given, family: Family, key: str) -> str:
    value = given.values[key]
    if value not in (None, False, 0, {}, []):
        raise given.error(
            f"{key} {shown(value)} makes a network that we don't derive ({UNSUPPORTED[key]}); "
            f"leave it out for {family.name} without it"
        )
    return _("is switched off")


def _has_biases(family: Family, options: Options) -> bool:
    return any(leaf.weight.kind is Kind.BIAS for leaf in weights(family.tree(options)))


def _only_writes(family: Family, options: Options) -> bool:
    """Return whether a family is a decoder alone, so that no config need say that it is one."""
    both = "is_encoder_decoder" in (family.harmless or {})
    return not both and any(isinstance(leaf.part, Cache) for leaf in leaves(family.tree(options)))


def account_around(parts: Parts, inner: Given) -> Account:
    """Return the keys around a language model's own config: they repeat it, or belong to the other parts."""
    harmless: dict[str, str] = {}
    unknown: list[str] = []
    for key, value in parts.around.items():
        if key in CHOOSES:
            continue
        if key in inner.used and inner.values.get(key) == value:
            harmless[key] = _("repeats {key}", key=parts.prefix + key)
        elif key in HARMLESS or key in FIXED_EVERYWHERE:
            harmless[key] = HARMLESS.get(key, _("says what the whole is"))
        elif SPECIAL_TOKEN.search(key):
            harmless[key] = SPECIAL
        else:
            unknown.append(key)
    return Account(harmless, tuple(unknown), {})


def _fixed(family: Family, options: Options) -> dict[str, object]:
    """Return the keys that must have one value; a family may know better about those of every config."""
    freed = {key for option in family.options for key in option.keys} | _by_key(family.harmless or {}).keys()
    if _only_writes(family, options):
        freed |= {"is_decoder"}
    everywhere = {key: value for key, value in FIXED_EVERYWHERE.items() if key not in freed}
    return everywhere | _by_key(family.fixed or {})


def _by_key(named: Mapping[str, T]) -> dict[str, T]:
    """Return what a family says of its sizes, by every key that a config may use for them."""
    return {
        key: value
        for name, value in named.items()
        for key in ((name, *SYMBOLS[name].aliases) if name in SYMBOLS else (name,))
    }


def _as_it_must_be(given: Given, family: Family, key: str, wanted: object, sizes: Mapping[str, int]) -> str:
    value = given.values[key]
    is_formula = isinstance(wanted, Formula)
    must = wanted.value(sizes) if isinstance(wanted, Formula) else wanted
    if value is not None and (value != must or isinstance(value, bool) is not isinstance(must, bool)):
        follows = f" ({' × '.join(symbol.name for symbol in wanted.symbols)})" if isinstance(wanted, Formula) else ""
        raise given.error(
            f"{key} {shown(value)} makes another network than our {family.name}, "
            f"which has {key} {must}{follows}; leave it out or choose another --architecture"
        )
    return _("has the value that follows from others") if is_formula else _("has the value that it has in this family")


def _without_effect(given: Given, family: Family, key: str) -> str | None:
    own = _by_key(family.harmless or {})
    if key in own:
        return own[key]
    if key in ACTIVATION_KEYS:
        return _activation(given, key)
    if key in FIXED_EVERYWHERE:
        return _("changes nothing in this family")
    return HARMLESS.get(key)


def _names_the_class(key: str, value: object, family: Family) -> bool:
    """Return whether this is the class of a family that has only one, and so no option for it."""
    return key == "architectures" and isinstance(value, list | tuple) and set(map(str, value)) == family.classes


def _activation(given: Given, key: str) -> str:
    value = given.values[key]
    if value is not None and (not isinstance(value, str) or value not in WITHOUT_WEIGHTS):
        raise given.error(
            f"{key} {shown(value)} is not an activation function that we know to have no weights; "
            f"one of {', '.join(sorted(WITHOUT_WEIGHTS))}"
        )
    return ACTIVATION


def _owners(key: str) -> tuple[str, ...] | None:
    """Return the families that use a key which is a size or switch of somebody's; None for a key of nobody's."""
    owners = tuple(family.name for family in all_families() if key in keys_of(family))
    return owners if owners or key in SIZE_KEYS else None


def _repeated(given: Given, family: Family, key: str, sizes: Mapping[str, int]) -> str:
    """Return that a key repeats a size which the family has under another name; "" where it does not."""
    value = given.values[key]
    for symbol in family.sizes:
        called = {symbol.name, *symbol.aliases} | {
            name for other in all_families() for name in (other.aliases or {}).get(symbol, ())
        }
        if key in called and type(value) is int and sizes.get(symbol.name) == value:
            return _("repeats {key}", key=symbol.name)
    return ""


def _no_difference(given: Given, family: Family, key: str, owners: tuple[str, ...]) -> str:
    """Return why the value of another family's key makes no difference; ConfigError where it may make one."""
    value = given.values[key]
    if value is None:
        return _("is not set")
    if isinstance(value, list | tuple) and all(entry == FULL for entry in value):
        return _("says that no layer differs from the others")
    if value is False and not _on_elsewhere(key):
        return _("is switched off")
    if not isinstance(value, bool) and value == 0:
        return _("there are none")
    if key in EXPERT_KEYS and any(given.values.get(name) == 0 for name in (n_experts.name, *n_experts.aliases)):
        return _("there are no experts")
    others = f" (families that use it: {', '.join(owners[:4])}{', …' if len(owners) > 4 else ''})" if owners else ""
    raise given.error(
        f"{family.name} has no use for {key}, and {shown(value)} may make another network{others}; "
        "leave the key out, or choose another --architecture"
    )


def _on_elsewhere(key: str) -> bool:
    """Return whether a switch is on by default somewhere, so that off may be a difference."""
    return any(option.default is True for family in all_families() for option in family.options if key in option.keys)
