"""Which family a config is of: what it says itself, else what its keys tell. Never a guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symbolic.errors import ConfigError, UnknownName, shown
from symbolic.formulas.formula import Formula, Symbol
from symbolic.formulas.vocabulary import SYMBOLS, n_experts
from symbolic.networks.families import all_families, find, names
from symbolic.networks.family import Family, Need

# Every family of Hugging Face's has these keys, so they tell none; the book's and nanoGPT's names tell a few.
HUGGING_FACE_KEYS = frozenset({"hidden_size", "num_hidden_layers", "num_attention_heads"})
MOST_LACKING = 2
"""How many sizes a config may lack, and still be near to a family of which it has a mark."""
LISTED = "`symbolic architectures`, and with --described"
TRACED = "--trace reads others off the code of the installed transformers"
"""Where a reader finds every name."""
_ADD = f"add the key model_type, such as llama or qwen3, or pass --architecture NAME; all: {LISTED}"
NAMES_A_MODEL = (
    "model",
    "base_model",
    "model_name_or_path",
    "pretrained_model_name_or_path",
    "base_model_name_or_path",
)
OF_GGUF = "general.architecture"
"""What the metadata of each GGUF file have."""
BUILDER = "_component_"
"""What torchtune's files call the function that makes a model, whose sizes stand in its code."""
BOOK_KEYS = frozenset({"emb_dim", "n_embd", "n_layers", "n_layer"})


def recognised(values: Mapping[str, object], source: str, whole: Mapping[str, object] | None = None) -> Family:
    """The family of `model_type` or `architectures`; without them, that whose keys fit best. ConfigError where none.

    `whole` is the config that these values are a part of.
    """
    _check_no_diffusers(values, source)
    model_type, classes = values.get("model_type"), values.get("architectures")
    if model_type is not None:
        outer = (whole or {}).get("model_type", model_type)
        try:
            return _of_type(str(model_type), "" if outer == model_type else f" {shown(outer)} or that of its text")
        except UnknownName as problem:
            raise problem.at(source) from None
    if isinstance(classes, list | tuple):
        for family in all_families():
            if family.classes & {str(name) for name in classes}:
                return family
    _check_no_network(values, source)
    if HUGGING_FACE_KEYS & values.keys() and not BOOK_KEYS & values.keys():
        unknown = (
            f"no family's class is called {shown(classes[0])}, and " if isinstance(classes, list) and classes else ""
        )
        raise ConfigError(f"{source}: {unknown}these keys are those of many families; {_ADD}")
    return _by_keys(values, source)


def missing(symbols: Iterable[Symbol], family: Family, values: Mapping[str, object], source: str) -> str:
    """Return what a family needs and a config has not: the line that says so."""
    wanted = "; ".join(
        symbol.name + (f" (or {', '.join(others)})" if (others := family.keys(symbol)[1:]) else "")
        for symbol in symbols
    )
    return f"{source}: {family.name} needs {wanted}; the config has {_keys(values)}"


def _keys(values: Mapping[str, object]) -> str:
    return ", ".join(shown(key, 30).strip("'") for key in list(values)[:12]) or "no key at all"


def _of_type(model_type: str, whole: str = "") -> Family:
    # Most families are called what their configs call them: no need to open the others.
    for family in (find(model_type),) if model_type in names() else all_families():
        if model_type in family.model_types:
            return family
    raise UnknownName(f"architecture for model_type{whole}", model_type, _known(), f"{LISTED}; {TRACED}")


def family_called(name: str) -> Family:
    """Return the family of that name; UnknownName names the nearest of all types."""
    if name in names():
        return find(name)
    raise UnknownName("architecture", name, _known(), LISTED)


def _known() -> set[str]:
    """Return every type that is derived: those of families, and those that are described."""
    from symbolic.networks.learned import catalogue

    return {*names(), *(name for family in all_families() for name in family.model_types), *catalogue.names()}


def _check_no_network(values: Mapping[str, object], source: str) -> None:
    """Raise ConfigError for the config of an adapter, and for that of ONNX Runtime."""
    if adapter := values.get("peft_type"):
        base = values.get("base_model_name_or_path")
        whose = f" ({shown(base)})" if base else ""
        raise ConfigError(
            f"{source}: peft_type {shown(adapter)} is of adapters, whose config has no sizes of a model; give the "
            f"config of the model that they adapt{whose}, with --quantity lora-parameters --rank N"
        )
    tables = [values, *(table for table in values.values() if isinstance(table, Mapping))]
    if any(OF_GGUF in table for table in tables):
        raise ConfigError(
            f"{source}: these are a GGUF file's metadata, and they do not say which tensors the file has; give the "
            "GGUF file itself, or the model's config.json"
        )
    if isinstance(decoder := values.get("decoder"), Mapping) and "head_size" in decoder:
        raise ConfigError(
            f"{source}: a genai_config.json of ONNX Runtime does not say how wide the feed-forward network is; give "
            "the config.json of the model that it was made of"
        )


def _check_no_diffusers(values: Mapping[str, object], source: str) -> None:
    """Raise ConfigError for a class of diffusers, whose sizes may be called as those of a language model are."""
    if isinstance(of_diffusers := values.get("_class_name"), str):
        raise ConfigError(
            f"{source}: _class_name {shown(of_diffusers)} is a class of diffusers, and none of them is described; "
            "where diffusers is installed, `symbolic trace` or --trace read a network off its own code"
        )


def _check_no_name(values: Mapping[str, object], source: str) -> None:
    """Raise ConfigError where what should have sizes only names a model, as files for fine-tuning do."""
    if isinstance(model := values.get("model"), Mapping) and isinstance(built := model.get(BUILDER), str):
        raise ConfigError(
            f"{source}: it has no sizes; they stand in the code of torchtune's {shown(built)}; give the config.json of "
            "that model"
        )
    named = next((key for key in NAMES_A_MODEL if isinstance(values.get(key), str) and values[key]), None)
    if named is not None:
        raise ConfigError(
            f"{source}: it does not give a network's sizes, and its {named} names a model, {shown(values[named])}; "
            "give the config.json of that model, for what is trained of it with --quantity lora-parameters --rank N"
        )


def _by_keys(values: Mapping[str, object], source: str) -> Family:
    # What keys can't tell is recognised by its model_type: Bloom's keys, say, are GPT-2's too.
    families = [family for family in all_families() if family.marks]
    lacking = {family.name: _lacking(family, values) for family in families}
    fitting = [family for family in families if not lacking[family.name]]
    if not fitting:
        nearest = min(
            families,
            key=lambda family: (
                len(lacking[family.name]),
                -_score(family, values),
                -len(keys_of(family) & values.keys()),
            ),
        )
        if not keys_of(nearest) & values.keys():
            _check_no_name(values, source)
            raise ConfigError(
                f"{source}: none of its keys is a size of a network; the config has {_keys(values)}; give a "
                'config.json, or sizes such as {"model_type": "gpt2", "n_embd": 768, …}'
            )
        from symbolic.configs.guesses import sizes_of_layers

        others = sizes_of_layers(values, values.keys() - keys_of(nearest))
        if others or not _score(nearest, values) or len(lacking[nearest.name]) > MOST_LACKING:
            if "/" in str(values.get("model")):
                _check_no_name(values, source)
            raise ConfigError(f"{source}: no family has these keys; the config has {_keys(values)}; {_ADD}")
        raise ConfigError(missing(lacking[nearest.name], nearest, values, source))
    # A family that has no use for a key of the config is worse than one that has; then its marks decide.
    ranks = {family.name: (-len(_foreign(family, families, values)), _score(family, values)) for family in fitting}
    best = [family for family in fitting if ranks[family.name] == max(ranks.values())]
    if len(best) > 1:
        marks = "; ".join(f"{', '.join(sorted(family.marks))} for {family.name}" for family in best)
        raise ConfigError(
            f"{source}: fits {' and '.join(family.name for family in best)}; what would settle it: the key model_type, "
            f"or only the keys of one ({marks}), or --architecture NAME"
        )
    if best[0].any_of and not best[0].any_of & values.keys():
        raise ConfigError(f"{source}: these keys are those of many families; {_ADD}")
    return best[0]


def keys_of(family: Family) -> frozenset[str]:
    """Return every key that decides something in a config of this family."""
    sizes = {key for symbol in family.sizes for key in family.keys(symbol)}
    options = {key for option in family.options for key in option.keys}
    return frozenset(sizes | options | set(family.pattern.keys if family.pattern else ()))


def _foreign(family: Family, families: Iterable[Family], values: Mapping[str, object]) -> set[str]:
    """Return the keys that other families use and this one doesn't, where they say more than that there is nothing."""
    others = frozenset().union(*map(keys_of, families)) - keys_of(family)
    return {key for key in others & values.keys() if values[key] not in (None, False, 0)}


def _lacking(family: Family, values: Mapping[str, object]) -> list[Symbol]:
    return [
        symbol for symbol, need in family.sizes.items() if need is Need.REQUIRED and not _gives(family, symbol, values)
    ]


def _gives(family: Family, symbol: Symbol, values: Mapping[str, object]) -> bool:
    """Return whether a config has a size; no experts are none, and a null is none unless it means something here."""
    nothing = (None, 0) if symbol is n_experts else (None,)
    there = any(values[name] not in nothing for name in family.keys(symbol) if name in values)
    return there or null_means(values, family, symbol) is not None


def null_means(values: Mapping[str, object], family: Family, symbol: Symbol) -> Formula | None:
    """Return what the null that a config gives for a size stands for in this family; None for nothing."""
    meant = (family.if_null or {}).get(symbol)
    null = any(key in values and values[key] is None for key in family.keys(symbol))
    return meant if null and isinstance(meant, Formula) else None


def _score(family: Family, values: Mapping[str, object]) -> int:
    """Return how many of the family's marks a config has, under any of their names."""
    return sum(
        any(name in values for name in (family.keys(SYMBOLS[mark]) if mark in SYMBOLS else (mark,)))
        for mark in family.marks
    )
