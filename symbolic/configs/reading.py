"""From what a user names (a file, FILE::NAME, `-`, a dict) to configs: a name and a plain mapping each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from symbolic.configs.checkpoints import POINTER, checkpoint_of, gguf_config
from symbolic.configs.named_dicts import NamedDict
from symbolic.configs.parts import TEXT
from symbolic.configs.texts import READERS, check_beside, json_values, sniffed
from symbolic.errors import ConfigError, UnknownName, shown
from symbolic.outside import read_file, read_stdin, text_of

LARGEST_FILE = 10_000_000
IN_FOLDER = ("config.json", "params.json", "model_config.yaml", "config.yaml", "adapter_config.json")
"""What the config of a checkpoint's folder is called."""
STORED, QUANTIZATION = "hf_quant_config.json", "quantization_config"
"""Where ModelOpt says how a checkpoint's numbers are stored, and where a config does."""
BITS = {"quantize_config.json": {"bits": "gptq", "w_bit": "awq"}, "quant_config.json": {"w_bit": "awq"}}
"""Where AutoGPTQ and AutoAWQ said it before configs did, and the method that a key there tells of.

Without one of these keys such a file is of something else, such as copies for ONNX.
"""
ARGUMENT = re.compile(r"--(num[-_]layers|hidden[-_]size|n[-_]layers?|d[-_]model|n[-_]embd)\b")
FROM = re.compile(r"^FROM[ \t]+(\S+)", re.MULTILINE)
MODELFILE = "modelfile"
"""How a Modelfile of Ollama's says of what model it is, and what it is called."""
MODULES = "modules.json"
"""Where sentence-transformers says what stands behind a checkpoint's network."""
BESIDE = (STORED, *BITS, MODULES)
"""What may lie beside a checkpoint's config and change what it says."""
NAMES = ("name", "id", "model_id", "modelId", "repo_id", "model", "_name_or_path")
"""What a record in a list of configs calls its model."""
OF_A_REPOSITORY = frozenset(
    {"downloads", "downloadsAllTime", "likes", "trendingScore", "usedStorage", "private", "gated", "disabled", "rank"}
)
"""Numbers that a list of repositories has beside a config."""


OWN = (frozenset({"architecture", "sizes", "options"}), frozenset({"model", "sizes", "quantity"}))
"""Keys of the tables that say, in our own pages and handouts, which model they are of; its options stand apart."""


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
        return _select(sniffed(text, "standard input"), name, "standard input", is_config)
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
    dicts = [*READERS.get(file.suffix.lower(), sniffed)(text, path)]
    if not dicts and (argument := ARGUMENT.search(text)):
        raise ConfigError(
            f"{path} gives sizes as arguments of a command ({argument[0]}), which are not read; write them as YAML, "
            "such as num-layers: 24, with padded-vocab-size, which Megatron-LM takes from the tokenizer"
        )
    if not dicts and MODELFILE in file.name.lower() and (named := FROM.search(text)):
        raise ConfigError(f"{path} only names a model, {shown(named[1])}; give its GGUF file, or its config.json")
    found = _select(dicts, name, path, is_config)
    return [_with_what_follows(_as_stored(config, file), file) for config in found]


def beside(file: Path) -> list[Path]:
    """Return the files beside a checkpoint's config that may change what it says."""
    names = BESIDE if file.name == IN_FOLDER[0] else ()
    return [one for name in names if (one := file.with_name(name)).is_file()]


def _as_stored(config: Config, file: Path) -> Config:
    """Return a checkpoint's config with what a file beside it says of how its numbers are stored."""
    if config.values.get(QUANTIZATION) is not None:
        return config
    for one in beside(file):
        if one.name != MODULES and (said := _said_of_numbers(one)) is not None:
            return config._replace(values={**config.values, QUANTIZATION: said})
    return config


def _said_of_numbers(file: Path) -> Mapping[str, object] | None:
    """Return what a file says of how a checkpoint's numbers are stored, as a config would; None for nothing."""
    values = json_values(text_of(content(file), file, "a JSON file"), str(file))
    if file.name != STORED:
        given = values if isinstance(values, Mapping) else {}
        method = next((method for key, method in BITS[file.name].items() if key in given), None)
        return {"quant_method": method, **given} if method else None
    said = values.get("quantization") if isinstance(values, Mapping) else None
    if not isinstance(said, Mapping):
        raise ConfigError(f"{file} has no table quantization; mend it, or take it away")
    return {"quant_method": "modelopt", **said}


def _with_what_follows(config: Config, file: Path) -> Config:
    """Return a checkpoint's config with the layers that the file beside it puts behind its network: nobody's keys."""
    listing = file.with_name(MODULES)
    if listing not in beside(file):
        return config
    modules = json_values(text_of(content(listing), listing, "a JSON file"), str(listing))
    listed = [one for one in modules if isinstance(one, Mapping)] if isinstance(modules, list) else []
    dense = {f"{MODULES}: {one.get('path')}": one["type"] for one in listed if str(one.get("type")).endswith(".Dense")}
    return config._replace(values={**config.values, **dense}) if dense else config


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
    values = json_values(text, where)
    if not isinstance(values, dict):
        raise ConfigError(f"{where} holds {shown(values)}, not a table of sizes; write one object a line")
    called = next((values[key] for key in NAMES if isinstance(values.get(key), str) and values[key]), name)
    config = values.get("config")
    if isinstance(config, str):
        config = json_values(config, f"{where}, config")
    if isinstance(config, dict) and "class_name" not in values:
        others = {key: value for key, value in values.items() if key not in OF_A_REPOSITORY}
        check_beside(where, "config", config, others, numbers=True)
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
    found = content(file)
    if found.startswith(POINTER):
        raise ConfigError(f"{file} is Git LFS's pointer to the file, not the file; `git lfs pull` fetches it")
    return text_of(found, file, "a JSON, TOML, .py, .md or .txt file")


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
    """The config, or the tables in it that are configs where it is none itself: `model:` in a file for training.

    Of tables in tables the outermost are taken that are configs.
    """
    if is_config(config.values) or any(key in config.values for key in ("model_type", "architectures", *TEXT)):
        return [config]
    tables = {key: value for key, value in config.values.items() if isinstance(value, Mapping)}
    if any(own <= table.keys() for table in (config.values, *tables.values()) for own in OWN):
        raise ConfigError(f"{config.source} was made by this program, of a config; give that config")
    inside = {key: value for key, value in tables.items() if is_config(value)}
    found = [Config(key, value, f"{config.source}, {key}") for key, value in inside.items()]
    if not found:
        deeper = {
            key: _within(Config(key, value, f"{config.source}, {key}"), is_config) for key, value in tables.items()
        }
        inside = {key: one.values for key, configs in deeper.items() for one in configs}
        found = [one for configs in deeper.values() for one in configs]
    for key, value in inside.items():
        others = {name: table for name, table in config.values.items() if name not in inside}
        check_beside(config.source, key, value, others)
    # One alone is called what its file is called: `model` or `model_config` says nothing.
    return [one._replace(name=config.name) for one in found] if len(found) == 1 else found or [config]


def _within(table: Config, is_config: Callable[[Mapping[str, object]], bool]) -> list[Config]:
    """The configs in a table, which is none itself."""
    found = _nested(table, is_config)
    return [] if found == [table] else found
