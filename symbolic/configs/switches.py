"""The options of a model: each switch as the config sets it, or as its family has it by default."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.configs.given import Given
from symbolic.errors import shown
from symbolic.networks.family import MODEL_CLASS, Family, Option

FORMER: Mapping[str, str] = {
    "T5WithLMHeadModel": "T5ForConditionalGeneration",
    "LLaMAForCausalLM": "LlamaForCausalLM",
    # Classes published with weights, which vLLM's registry of models loads as Llama.
    "AquilaForCausalLM": "LlamaForCausalLM",
    "AquilaModel": "LlamaForCausalLM",
    "XverseForCausalLM": "LlamaForCausalLM",
    "YiForCausalLM": "LlamaForCausalLM",
}
"""Classes of former names, or of other names for the same network, and what transformers calls them today."""


def given_options(given: Given, family: Family) -> dict[str, bool | str]:
    """Return the value of each option; ConfigError where the config gives one that it can't have."""
    return {option.name: _value(given, family, option) for option in family.options}


def set_by_config(given: Given, family: Family) -> frozenset[str]:
    """Return the options that the config itself decides."""
    return frozenset(
        option.name
        for option in family.options
        if any(given.values.get(key) is not None for key in option.keys)
        or (option.null and any(key in given.values for key in family.keys(option.null)))
        or _otherwise(given, option) is not None
    )


def _value(given: Given, family: Family, option: Option) -> bool | str:
    given.use(*option.keys)
    there = [key for key in option.keys if given.values.get(key) is not None]
    said = None if there else _otherwise(given, option)
    if not there and said is None:
        null = next((key for key in option.keys if key in given.values), None)
        if null and option.name != MODEL_CLASS and not (option.takes_null or option.null):
            says = "neither true nor false" if isinstance(option.default, bool) else "nothing"
            raise given.error(f"{null} is null, which says {says}; write a value, or leave {null} out")
        return _by_null(given, family, option)
    values = {key: _one(given.values[key]) for key in there} if there else {option.name: said}
    if len({repr(value) for value in values.values()}) > 1:
        both = " and ".join(f"{key} {shown(value)}" for key, value in values.items())
        raise given.error(f"{both} set the same switch ({option.name}); keep one")
    key, value = next(iter(values.items()))
    if isinstance(option.default, bool):
        if not isinstance(value, bool):
            raise given.error(f"{key} must be true or false, got {shown(value)}; write true or false")
        if there and value != option.default and not option.in_class and (name := class_of(given, family)):
            raise given.error(
                f"the code of {name} does not read {key}, and {shown(value)} makes another network; leave out {key}, "
                "or architectures"
            )
        return value
    if value not in option.choices:
        raise given.error(f"{key} {shown(value)} is not known for {family.name}; one of {', '.join(option.choices)}")
    return str(value)


def class_of(given: Given, family: Family) -> str:
    """Return the class of transformers that a config names, where it is one of the family's; "" elsewhere."""
    classes = given.values.get("architectures")
    names = classes if isinstance(classes, list | tuple) else ()
    return next((str(name) for name in names if name in family.classes), "")


def _otherwise(given: Given, option: Option) -> bool | str | None:
    """Return what a config without an option's own keys says of it by others."""
    return option.otherwise(given.values) if option.otherwise else None


def _one(value: object) -> object:
    """Return the class of a list of one class, as `architectures` is, by today's name; any other value as it is."""
    only = value[0] if isinstance(value, list | tuple) and len(value) == 1 else value
    return FORMER.get(only, only) if isinstance(only, str) else only


def _by_null(given: Given, family: Family, option: Option) -> bool | str:
    """Return what the size says that belongs to a switch: a number is on, a null is off."""
    keys = family.keys(option.null) if option.null else ()
    sizes = [given.values[key] for key in keys if key in given.values]
    return any(size is not None for size in sizes) if sizes else option.default
