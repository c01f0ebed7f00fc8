"""From what a user names (a file, FILE::NAME, `-`, a dict) to configs: a name and a plain mapping each."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from symbolic.configs.checkpoints import checkpoint_of, gguf_config
from symbolic.configs.named_dicts import NamedDict
from symbolic.configs.parts import TEXT
from symbolic.errors import ConfigError, UnknownName, listed, shown
from symbolic.formulas.vocabulary import SIZE_KEYS
from symbolic.outside import read_file, read_stdin, text_of

LARGEST_FILE = 10_000_000
IN_FOLDER = ("config.json", "params.json", "model_config.yaml", "config.yaml", "adapter_config.json")
"""What the config of a checkpoint's folder is called."""
STORED, QUANTIZATION = "hf_quant_config.json", "quantization_config"
"""Where ModelOpt says how a checkpoint's numbers are stored, and where a config does."""
OF_NETWORK = frozenset({"architecture", "arch", "network"})
"""Tables that say how a network is made, and stand beside that of its sizes."""
PRINTED = "general.architecture"
"""What each print of a GGUF file's metadata has, be it of llama.cpp or of gguf-dump."""
OF_WANDB, WRAPPED = ("_wandb", "wandb_version"), frozenset({"desc", "value"})
"""What stands beside the values in a config of Weights & Biases, and around each of them."""
NAMES = ("name", "id", "model_id", "modelId", "repo_id", "model", "_name_or_path")
"""What a record in a list of configs calls its model."""
OF_A_REPOSITORY = frozenset(
    {"downloads", "downloadsAllTime", "likes", "trendingScore", "usedStorage", "private", "gated", "disabled", "rank"}
)
"""Numbers that a list of repositories has beside a config."""
MOST_VALUES = 1_000_000
LONGEST_TOML = 1_000_000
_KEY = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
DEEP_KEY = re.compile(rf"(?<![\w-]){_KEY}(?:[ \t]*\.[ \t]*{_KEY}){{20}}")
"""Each part of a key is a table of its own, so that a long key takes thousands of times its length."""


class Config(NamedTuple):
    """A config as given: nothing in it is trusted yet."""

    name: str
    values: Mapping[str, object]
    source: str
    guessed: bool = False
    """Whether it is a call or a class in code, which only looks like a config."""


def read(given: str, is_config: Callable[[Mapping[str, object]], bool]) -> list[Config]:
    """Return the configs of `FILE`, `FILE::NAME` or `-`; of a file with several dicts, those that `is_config` knows."""
    path, _, name = given.partition("::")
    if path == "-":
        text = text_of(read_stdin(LARGEST_FILE, "a config"), "standard input", "JSON, TOML, YAML or Python")
        return _select(_sniffed(text, "standard input"), name, "standard input", is_config)
    file = config_file(Path(path))
    if file.suffix == ".gguf" and file.is_file():
        return [Config(file.stem, gguf_config(file), path)]
    if file.name.endswith((".safetensors", ".safetensors.index.json")) and file.is_file():
        file = config_file(file.parent)
        if file.is_dir():
            raise ConfigError(
                f"{path} names tensors, and {' or '.join(IN_FOLDER)} does not lie beside it; put it there"
            )
    path = str(file)
    text = _text(file)
    readers = {
        ".json": _json,
        ".jsonc": _json,
        ".json5": _json,
        ".toml": _toml,
        ".yaml": _yaml,
        ".yml": _yaml,
        ".py": _module,
        ".ipynb": _notebook,
    }
    found = _select(readers.get(file.suffix.lower(), _sniffed)(text, path), name, path, is_config)
    return [_as_stored(config, file) for config in found]


def stored_beside(file: Path) -> Path | None:
    """Return the file beside a checkpoint's config that says how its numbers are stored; None where there is none."""
    beside = file.with_name(STORED)
    return beside if file.name == IN_FOLDER[0] and beside.is_file() else None


def _as_stored(config: Config, file: Path) -> Config:
    """Return a checkpoint's config with what the file beside it says of how its numbers are stored."""
    beside = stored_beside(file)
    if beside is None or config.values.get(QUANTIZATION) is not None:
        return config
    values = _json_values(text_of(content(beside), beside, "a JSON file"), str(beside))
    said = values.get("quantization") if isinstance(values, Mapping) else None
    if not isinstance(said, Mapping):
        raise ConfigError(f"{beside} has no table quantization; mend it, or take it away")
    return config._replace(values={**config.values, QUANTIZATION: {"quant_method": "modelopt", **said}})


def config_file(path: Path) -> Path:
    """Return the config of a checkpoint's folder, or the path itself."""
    try:
        if path.is_dir():
            named = next((path / name for name in IN_FOLDER if (path / name).is_file()), None)
            weights = checkpoint_of(str(path)) if named is None else None
            return named or (weights if weights is not None and weights.suffix == ".gguf" else path)
    except (OSError, ValueError):
        pass
    return path


def read_record(text: str, name: str, where: str) -> Config:
    """Return the config of one record in a list of them: an object of sizes, or one with the config under "config".

    That may be a table or a text of JSON, and what stands beside it tells of the model, such as its downloads;
    ConfigError for a number beside it that may belong into it. A record's own name goes before `name`.
    """
    values = _json_values(text, where)
    if not isinstance(values, dict):
        raise ConfigError(f"{where} holds {shown(values)}, not a table of sizes; write one object a line")
    called = next((values[key] for key in NAMES if isinstance(values.get(key), str) and values[key]), name)
    config = values.get("config")
    if isinstance(config, str):
        config = _json_values(config, f"{where}, config")
    if isinstance(config, dict):
        others = {key: value for key, value in values.items() if key not in OF_A_REPOSITORY}
        _check_beside(where, "config", config, others, numbers=True)
        values = config
    return Config(called, values, where)


def looks_like_a_file(given: str) -> bool:
    """Return whether a word that is no model's name was meant as a file."""
    path = given.partition("::")[0]
    try:
        return path == "-" or "::" in given or Path(path).exists() or bool(re.search(r"[/\\]|\.\w{1,5}$", path))
    except (OSError, ValueError):
        return False


def _text(file: Path) -> str:
    try:
        if file.is_dir():
            raise ConfigError(f"{file} is a folder without {' or '.join(IN_FOLDER)}; name the config file in it")
        if not file.exists():
            raise ConfigError(f"no file {file}; give a file's path, or a name that `symbolic models` lists")
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise ConfigError(f"can't read {file}: {reason}; check its name and permissions") from None
    return text_of(content(file), file, "a JSON, TOML, .py, .md or .txt file")


def content(file: Path) -> bytes:
    """Return the bytes of a config file; Unreadable where it is none, or too large."""
    return read_file(file, LARGEST_FILE, "a config file")


def _select(
    dicts: Iterable[NamedDict], name: str, where: str, is_config: Callable[[Mapping[str, object]], bool]
) -> list[Config]:
    """Return those asked for; a name that comes again is NAME#2, NAME#3."""
    numbered: dict[str, NamedDict] = {}
    copies: Counter[str] = Counter()
    for found in dicts:
        copies[found.name] += 1
        copy = copies[found.name]
        numbered[found.name if copy == 1 else f"{found.name}#{copy}"] = found
    if name:
        if name not in numbered:
            if not numbered:
                raise ConfigError(f"{where} assigns no dict, so not {shown(name)} either; give a file that does")
            raise UnknownName(f"dict in {where} named", name, numbered)
        return [Config(name, numbered[name].read(), f"{where}::{name}")]
    numbered = _likely(numbered, is_config)
    if not numbered:
        raise ConfigError(f'{where} has no dict of sizes; write one as NAME = {{"emb_dim": 768, …}}')
    if len(numbered) == 1:
        [(key, only)] = numbered.items()
        return _nested(Config(key, only.read(), where, only.guessed), is_config)
    try:
        every = [Config(key, found.read(), f"{where}::{key}", found.guessed) for key, found in numbered.items()]
    except ConfigError as problem:
        raise ConfigError(f"{problem}; or name another dict of {', '.join(numbered)} as {where}::NAME") from None
    configs = [inner for one in every for inner in _nested(one, is_config) if is_config(inner.values)]
    if not configs:
        raise ConfigError(f"none of the dicts in {where} has sizes of a model; there are: {', '.join(numbered)}")
    return configs


def _likely(
    numbered: Mapping[str, NamedDict], is_config: Callable[[Mapping[str, object]], bool]
) -> dict[str, NamedDict]:
    """Return what looks like a config by its keys; all dicts where nothing does. A call that can't be read is none."""
    kept = {key: found for key, found in numbered.items() if found.keys is None or is_config(dict.fromkeys(found.keys))}
    if not kept:
        dicts = {key: found for key, found in numbered.items() if not found.guessed}
        return {key: found for key, found in dicts.items() if _can_be_read(found)} or dicts
    readable = {key: found for key, found in kept.items() if not found.guessed or _can_be_read(found)}
    return readable or kept


def _can_be_read(found: NamedDict) -> bool:
    try:
        found.read()
    except ConfigError:
        return False
    return True


def _nested(config: Config, is_config: Callable[[Mapping[str, object]], bool]) -> list[Config]:
    """The config, or the tables in it that are configs where it is none itself: `model:` in a file for training."""
    if is_config(config.values) or any(key in config.values for key in ("model_type", "architectures", *TEXT)):
        return [config]
    inside = {key: value for key, value in config.values.items() if isinstance(value, Mapping) and is_config(value)}
    for key, value in inside.items():
        others = {name: table for name, table in config.values.items() if name not in inside}
        _check_beside(config.source, key, value, others)
    return [Config(key, value, f"{config.source}, {key}") for key, value in inside.items()] or [config]


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
    return _tables(_json_values(text, where), where)


def _json_values(text: str, where: str) -> object:
    if sum(map(text.count, "{[,:")) > MOST_VALUES:
        raise ConfigError(f"{where}: more than {MOST_VALUES:,} values; a config has some dozens")
    try:
        values: object = json.loads(text, object_pairs_hook=_unrepeated)
    except json.JSONDecodeError as problem:
        at = f"{where}, line {problem.lineno}, column {problem.colno}"
        raise ConfigError(
            f"{at}: not JSON ({_amiss(text[problem.pos :].lstrip()) or problem.msg}); mend it there"
        ) from None
    except ConfigError as problem:
        raise ConfigError(f"{where}: {problem}") from None
    except (ValueError, RecursionError):
        raise ConfigError(f"{where}: not readable as JSON (a number too long or nested too deeply)") from None
    return values


def _amiss(rest: str) -> str:
    """Return what JSON does not allow and other programs do, where the text that can't be read begins so."""
    if rest.startswith(("//", "/*", "#")):
        return "it has no comments"
    return "there is a comma before the closing bracket" if rest.startswith(("}", "]")) else ""


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
        raise ConfigError(f'{where} holds {shown(values)}, not a table of sizes; write {{"emb_dim": 768, …}}')
    values = _unwrapped(values)
    config = values.get("config")
    if isinstance(config, dict):
        _check_beside(where, "config", config, values, numbers=True)
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
            raise ConfigError(f"{where}: {listed(aside)} beside the table {name}; put into it what belongs to it")
        _check_beside(where, name, tables[name], others)
    return tables[name]


def _check_beside(
    where: str, name: str, config: Mapping[str, object], values: Mapping[str, object], *, numbers: bool = False
) -> None:
    """Refuse sizes beside the table that is read, or another that contradicts it: they would be dropped.

    With `numbers` any number beside it is refused that is none of a version.
    """
    found = [
        key
        for key, value in values.items()
        if key in SIZE_KEYS or (numbers and isinstance(value, int | float) and "version" not in key)
    ]
    for other, table in values.items():
        if isinstance(table, Mapping) and other != name:
            sizes = {SIZE_KEYS[key]: value for key, value in config.items() if key in SIZE_KEYS}
            both = [key for key in table if SIZE_KEYS.get(key) in sizes]
            found += [f"{other}.{key}" for key in both if sizes[SIZE_KEYS[key]] != table[key]]
    if found:
        raise ConfigError(f"{where}: {listed(found)} beside the table {name}; put into it what belongs to it")


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


def _sniffed(text: str, where: str) -> list[NamedDict]:
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
    if found := list(dicts_in_prose(text, where)):
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


def _without_comments(text: str) -> str:
    """Return a text whose HTML comments are blank: nobody sees what stands in them. Its lines stay where they are."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + 3
    return "".join([*parts, text[at:]])
