"""From a text of JSON, TOML, YAML or Python to the dicts in it, each with its name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from symbolic.configs.commented import plain_json
from symbolic.configs.named_dicts import NamedDict
from symbolic.errors import ConfigError, listed, shown
from symbolic.formulas.vocabulary import SIZE_KEYS

OF_NETWORK = frozenset({"architecture", "arch", "network"})
"""Tables that say how a network is made, and stand beside that of its sizes."""
DATA = frozenset({"json", "jsonc", "json5", "yaml", "yml", "toml"})
"""Languages of fences that hold data."""
MOST_FENCES = 200
"""How many fences are looked at: a card has a few, and YAML takes its time."""
PRINTED = "general.architecture"
"""What each print of a GGUF file's metadata has, be it of llama.cpp or of gguf-dump."""
OF_WANDB, WRAPPED = ("_wandb", "wandb_version"), frozenset({"desc", "value"})
"""What stands beside the values in a config of Weights & Biases, and around each of them."""
OF_EXPERTS = re.compile(r"expert|rank|shared")
"""Sizes of networks with experts or with latents: a table that has them describes no plain one."""
CONTEXT = "context_length"
MOST_VALUES = 1_000_000
LONGEST_TOML = 1_000_000
_KEY = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
DEEP_KEY = re.compile(rf"(?<![\w-]){_KEY}(?:[ \t]*\.[ \t]*{_KEY}){{20}}")
"""Each part of a key is a table of its own, so that a long key takes thousands of times its length."""


def _file_name(where: str) -> str:
    path = Path(where)
    # Everybody's file is called config.json: its folder says more.
    stem = path.resolve().parent.name if path.stem == "config" and path.resolve().parent.name else path.stem
    return "config" if where == "standard input" else stem


def _unrepeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ConfigError(f"{shown(key)} is given twice; keep one")
        found[key] = value
    return found


def _json(text: str, where: str) -> list[NamedDict]:
    return _tables(json_values(text, where), where)


def json_values(text: str, where: str) -> object:
    """Return what a text of JSON says; ConfigError where it is none, repeats a key or has too many values."""
    if sum(map(text.count, "{[,:")) > MOST_VALUES:
        raise ConfigError(f"{where}: more than {MOST_VALUES:,} values; a config has some dozens")
    try:
        values = _loaded(text)
    except json.JSONDecodeError as problem:
        at = f"{where}, line {problem.lineno}, column {problem.colno}"
        raise ConfigError(f"{at}: not JSON ({problem.msg}); mend it there") from None
    except ConfigError as problem:
        raise ConfigError(f"{where}: {problem}") from None
    except (ValueError, RecursionError):
        raise ConfigError(f"{where}: not readable as JSON (a number too long or nested too deeply)") from None
    return values


def _loaded(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_unrepeated)
    except json.JSONDecodeError:
        return json.loads(plain_json(text), object_pairs_hook=_unrepeated)


def _toml(text: str, where: str) -> list[NamedDict]:
    if len(text) > LONGEST_TOML or DEEP_KEY.search(text):
        raise ConfigError(f"{where}: TOML of more than {LONGEST_TOML:,} letters, or with a key of more than 20 parts")
    import tomllib

    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as problem:
        raise ConfigError(f"{where}: not TOML ({problem}); mend it there") from None
    return _tables(values, where)


def _yaml(text: str, where: str) -> list[NamedDict]:
    from symbolic.configs.yaml_files import load_yaml

    return _tables(load_yaml(text, where), where)


def _module(text: str, where: str) -> Iterable[NamedDict]:
    from symbolic.configs.python.files import dicts_in_module

    return dicts_in_module(text, where)


def _tables(values: object, where: str) -> list[NamedDict]:
    """Return a table of sizes as one config; a table of nothing but tables as one config each."""
    if not isinstance(values, dict):
        said = "null" if values is None else shown(values)
        raise ConfigError(f'{where} holds {said}, not a table of sizes; write {{"emb_dim": 768, …}}')
    values = _unwrapped(values)
    config = values.get("config")
    # Keras says beside the sizes which class they are of.
    if isinstance(config, dict) and "class_name" not in values:
        check_beside(where, "config", config, values, numbers=True)
        values = config
    if values and all(isinstance(value, dict) for value in values.values()):
        return [NamedDict(key, 1, partial(_one_of, values, key, where)) for key in values]
    return [NamedDict(_file_name(where), 1, lambda: values)]


def _unwrapped(values: dict[str, Any]) -> dict[str, Any]:
    """Return a config that Weights & Biases wrote, `n_layer: {value: 12}`, without what is around each value."""
    own = {key: value for key, value in values.items() if key not in OF_WANDB}
    wrapped = all(isinstance(value, dict) and "value" in value and value.keys() <= WRAPPED for value in own.values())
    return {key: value["value"] for key, value in own.items()} if own and wrapped else values


def _one_of(tables: Mapping[str, Mapping[str, object]], name: str, where: str) -> Mapping[str, object]:
    """Return one of several tables; ConfigError where one that is no config by itself says otherwise of a size."""
    if sum(key in SIZE_KEYS for key in tables[name]) > 1:
        others = {other: table for other, table in tables.items() if sum(key in SIZE_KEYS for key in table) < 2}
        if aside := [f"{other}.{key}" for other in OF_NETWORK & others.keys() for key in list(others[other])[:4]]:
            raise ConfigError(
                f"{where}: {listed(aside)} beside the table {name}; put into it what belongs to it, if that "
                "is the whole network"
            )
        check_beside(where, name, tables[name], others)
    return tables[name]


def check_beside(
    where: str, name: str, config: Mapping[str, object], values: Mapping[str, object], *, numbers: bool = False
) -> None:
    """Refuse sizes beside the table that is read, or another that contradicts it: they would be dropped.

    A size that the table has alike may stand beside it, and so may how long the texts are that it is run on, where the
    table says how long they may be. With `numbers` any other number beside it is refused that is
    none of a version.
    """
    sizes = {SIZE_KEYS[key]: value for key, value in config.items() if key in SIZE_KEYS}
    found = [
        key
        for key, value in values.items()
        if (key in SIZE_KEYS and sizes.get(SIZE_KEYS[key]) != value and not _is_length(key, sizes))
        or (numbers and key not in SIZE_KEYS and isinstance(value, int | float) and "version" not in key)
    ]
    for other, table in values.items():
        if isinstance(table, Mapping) and other != name:
            found += [path for path, key, value in _sizes_within(table, other) if _contradicts(sizes, key, value)]
    if found:
        raise ConfigError(
            f"{where}: {listed(found)} beside the table {name}; put into it what belongs to it, if that "
            "is the whole network"
        )


def _sizes_within(table: Mapping[str, object], path: str) -> Iterator[tuple[str, str, object]]:
    """Yield the sizes in a table and in the tables within it: where each stands, its key and its value."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _sizes_within(value, f"{path}.{key}")
        elif key in SIZE_KEYS:
            yield f"{path}.{key}", key, value


def _is_length(key: str, sizes: Mapping[str, object]) -> bool:
    """Return whether a size is the length of texts, and the config has one of its own."""
    return SIZE_KEYS[key] == CONTEXT in sizes


def _contradicts(sizes: Mapping[str, object], key: str, value: object) -> bool:
    """Return whether a size in another table says what the config does not say, or says otherwise."""
    name = SIZE_KEYS[key]
    if _is_length(key, sizes):
        return False
    if name in sizes:
        return sizes[name] != value
    return bool(OF_EXPERTS.search(key)) and type(value) is int and value > 0


def _notebook(text: str, where: str) -> list[NamedDict]:
    from symbolic.configs.python.prose import dicts_in_prose

    [whole] = _json(text, where)
    cells = whole.read().get("cells", [])
    code = [
        "".join(map(str, source)) if isinstance(source := cell.get("source", ""), list) else str(source)
        for cell in (cells if isinstance(cells, list) else [])
        if isinstance(cell, dict) and cell.get("cell_type") == "code"
    ]
    return list(dicts_in_prose("\n".join(code), where, code))


def sniffed(text: str, where: str) -> list[NamedDict]:
    """A text of unknown kind: JSON or a bare dict where it starts with a brace, else assigned dicts, else TOML."""
    from symbolic.configs.python.prose import dicts_in_prose
    from symbolic.configs.python.values import literal_dict

    if text.lstrip().startswith("{"):
        try:
            return _json(text, where)
        except ConfigError as problem:
            try:
                bare = literal_dict(text.strip(), where, line=1)
            except ConfigError:
                raise problem from None
            return [NamedDict(_file_name(where), 1, lambda: bare)]
    if PRINTED in text and "general.name" not in text.partition(PRINTED)[0]:
        raise ConfigError(
            f"{where} is what a program printed of a GGUF file; give the GGUF file itself, or the model's config.json"
        )
    text = _without_comments(text)
    if found := [*dicts_in_prose(text, where)] or [*_fenced(text, where)]:
        return found
    for reader in (_toml, _yaml):
        try:
            found = [one for one in reader(text, where) if one.read()]
        except ConfigError:
            continue
        # A line of prose with a colon is YAML too.
        if all(isinstance(key, str) and key.isidentifier() for one in found for key in one.read()):
            return found
    return []


def _fenced(text: str, where: str) -> Iterator[NamedDict]:
    """Yield the tables in a text's fences of JSON, YAML or TOML, as a model's card shows its config."""
    from symbolic.configs.python.pieces import fences

    for language, piece in islice(fences(text), MOST_FENCES):
        reader = READERS.get(f".{language}") if language in DATA else None
        try:
            tables = [*reader(piece, where)] if reader else []
        except ConfigError:
            continue
        yield from tables


def _without_comments(text: str) -> str:
    """Return a text whose HTML comments are blank: nobody sees what stands in them. Its lines stay where they are."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + 3
    return "".join([*parts, text[at:]])


READERS: Mapping[str, Callable[[str, str], Iterable[NamedDict]]] = {
    ".json": _json,
    ".jsonc": _json,
    ".json5": _json,
    ".toml": _toml,
    ".yaml": _yaml,
    ".yml": _yaml,
    ".py": _module,
    ".ipynb": _notebook,
}
"""How a text is read, by how its file's name ends."""
