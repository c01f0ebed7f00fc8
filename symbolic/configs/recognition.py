"""Which family a config is of: what it says itself, else what its keys tell. Never a guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symbolic.errors import ConfigError, UnknownName, shown
from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.networks.families import all_families, find, names
from symbolic.networks.family import Family, Need

# Every family of Hugging Face's has these keys, so they tell none; the book's and nanoGPT's names tell a few.
HUGGING_FACE_KEYS = frozenset({"hidden_size", "num_hidden_layers", "num_attention_heads"})
BOOK_KEYS = frozenset({"emb_dim", "n_embd", "n_layers", "n_layer"})


def recognised(values: Mapping[str, object], source: str) -> Family:
    """The family of `model_type` or `architectures`; without them, that whose keys fit best. ConfigError where none."""
    model_type, classes = values.get("model_type"), values.get("architectures")
    if model_type is not None:
        return _of_type(str(model_type))
    if isinstance(classes, list | tuple):
        for family in all_families():
            if family.classes & {str(name) for name in classes}:
                return family
    if HUGGING_FACE_KEYS & values.keys() and not BOOK_KEYS & values.keys():
        raise ConfigError(
            f"{source}: these keys are those of many families; add the key model_type (one of {', '.join(_types())}), "
            "or pass --architecture NAME"
        )
    return _by_keys(values, source)


def missing(symbols: Iterable[Symbol], family: Family, values: Mapping[str, object], source: str) -> str:
    """What a family needs and a config has not: the line that says so."""
    wanted = "; ".join(
        symbol.name + (f" (or {', '.join(others)})" if (others := family.keys(symbol)[1:]) else "")
        for symbol in symbols
    )
    there = ", ".join(shown(key, 30).strip("'") for key in list(values)[:12]) or "no key at all"
    return f"{source}: {family.name} needs {wanted}; the config has {there}"


def _of_type(model_type: str) -> Family:
    # Most families are called what their configs call them: no need to open the others.
    for family in (find(model_type),) if model_type in names() else all_families():
        if model_type in family.model_types:
            return family
    raise UnknownName("architecture for model_type", model_type, _types())


def _types() -> list[str]:
    return sorted(name for family in all_families() for name in family.model_types)


def _by_keys(values: Mapping[str, object], source: str) -> Family:
    # What keys can't tell is recognised by its model_type: Bloom's keys, say, are GPT-2's too.
    families = [family for family in all_families() if family.marks]
    lacking = {family.name: _lacking(family, values) for family in families}
    scores = {family.name: _score(family, values) for family in families if not lacking[family.name]}
    if not scores:
        nearest = min(families, key=lambda family: len(lacking[family.name]))
        raise ConfigError(missing(lacking[nearest.name], nearest, values, source))
    best = [find(name) for name, score in scores.items() if score == max(scores.values())]
    if len(best) > 1:
        marks = "; ".join(f"{', '.join(sorted(family.marks))} for {family.name}" for family in best)
        raise ConfigError(
            f"{source}: fits {' and '.join(family.name for family in best)}; what would settle it: the key model_type, "
            f"or only the keys of one ({marks}), or --architecture NAME"
        )
    return best[0]


def _lacking(family: Family, values: Mapping[str, object]) -> list[Symbol]:
    return [
        symbol
        for symbol, need in family.sizes.items()
        if need is Need.REQUIRED and not any(name in values for name in family.keys(symbol))
    ]


def _score(family: Family, values: Mapping[str, object]) -> int:
    """How many of the family's marks a config has, under any of their names."""
    return sum(
        any(name in values for name in ((mark, *SYMBOLS[mark].aliases) if mark in SYMBOLS else (mark,)))
        for mark in family.marks
    )
