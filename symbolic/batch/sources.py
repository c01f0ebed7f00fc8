"""Where many configs come from: folders, name patterns, JSON Lines, Parquet, lists of ids; a `ConfigSource` each."""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from symbolic import loading
from symbolic.configs import hub, models, reading
from symbolic.configs.checkpoints import checkpoint_of
from symbolic.configs.making import make_model
from symbolic.configs.model import Model, checked_keys
from symbolic.errors import ConfigError, UnknownName, shown
from symbolic.extras import needed
from symbolic.outside import lines_of, note_read, text_of

LINES = (".jsonl", ".ndjson")
PARQUET = ".parquet"
CONFIGS = (".json", ".toml", ".yaml", ".yml", ".gguf", *LINES, PARQUET)
"""The endings of what a folder is searched for."""
BESIDE = frozenset(
    {
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
        "generation_config.json", "preprocessor_config.json", "processor_config.json", "chat_template.json",
        "package.json", "package-lock.json", "pyproject.toml", *reading.BITS, "trainer_state.json",
        "video_preprocessor_config.json", "adapter_config.json", "model_index.json", "modules.json", "merges.json",
        "sentence_bert_config.json", "config_sentence_transformers.json", "training_args.json", "all_results.json",
        "train_results.json", "eval_results.json", "chat_template.yaml", "README.yaml", "index.json",
    }
)  # fmt: skip
"""Files that lie beside a config and are none."""


class ConfigSource(NamedTuple):
    """A config, or a file with several: what a user named (`given`), or a `record`, a JSON text out of a larger file.

    `given` is also the name of a record that has none of its own, and `place` says where it stands. Nothing but lists
    is read before `digest` or `models`.
    """

    given: str
    place: str
    record: str = ""

    def digest(self) -> str:
        """Return a hash of the content; of a bundled model or an id, of its name. ConfigError where it can't be read.

        A file of weights is known by its size and its time, since only its head is read.
        """
        import hashlib

        if self.record:
            content = self.record.encode("utf-8", "surrogatepass")
        elif self.given in models.names() or not reading.looks_like_a_file(self.given):
            content = self.given.encode("utf-8", "surrogatepass")
        else:
            content = _content(self.given)
        return hashlib.sha256(content).hexdigest()

    def models(self, architecture: str | None = None, *, strict: bool = False) -> list[Model]:
        """Return every model that it describes, as `loading.load_all` does; raises ConfigError."""
        if not self.record:
            try:
                return loading.load_all(self.given, architecture=architecture, strict=strict)
            except UnknownName:
                # A file may say something unknown, too, such as its type; that is not the argument's name.
                if not reading.looks_like_a_file(self.given):
                    _find(self.given)
                raise
        config = reading.read_record(self.record, self.given, self.place)
        model = make_model(config.name, config.values, config.source, architecture)
        return [checked_keys(model) if strict else model]


def _content(given: str) -> bytes:
    path = given.partition("::")[0]
    if hub.is_repository(given):
        path = hub.fetch_config(given, reading.BESIDE)
    file = reading.config_file(Path(path))
    if checkpoint_of(str(file)) is not None and file.is_file():
        about = file.stat()
        return f"{file} {about.st_size} {about.st_mtime_ns}".encode("utf-8", "surrogateescape")
    return b"".join(map(reading.content, (file, *reading.beside(file))))


def sources(given: Iterable[str]) -> Iterator[ConfigSource]:
    """Yield what each argument stands for, in order; ConfigError where one stands for nothing.

    A folder without a config of its own is searched, its folders too, by name. In a folder that has a `config.json`
    (or what else such a file is called) that one counts, and what lies beside it does not.
    """
    for one in given:
        yield from _of(one)


def refuse_missing(given: Iterable[str]) -> None:
    """Raise ConfigError or UnknownName for an argument that is no file, no folder, no pattern, no model and no id."""
    for one in given:
        path = one.partition("::")[0]
        if one in models.names() or path == "-" or _exists(path) or glob.has_magic(one) or hub.is_repository(one):
            continue
        if reading.looks_like_a_file(one):
            raise ConfigError(f"no file or folder {shown(path)}; give one, or a name that `symbolic models` lists")
        _find(one)


def _find(name: str) -> None:
    """Raise what is wrong with a name that no model has."""
    try:
        models.find(name)
    except UnknownName:
        from symbolic.measuring import quantities

        if name in quantities.names():
            said = f"no model {shown(name)}: that is a quantity; write --quantity {name}"
            raise ConfigError(said) from None
        raise


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def _of(given: str) -> Iterator[ConfigSource]:
    path, exists = Path(given), _exists(given)
    if given in models.names() or given == "-" or "::" in given or not (exists or glob.has_magic(given)):
        yield ConfigSource(given, given)
    elif not exists:
        found = sorted(glob.glob(given, recursive=True))
        if not found:
            raise ConfigError(f"no file matches {shown(given)}; give a folder, a file, or a pattern that finds some")
        for one in found:
            yield from _in_folder(Path(one)) if Path(one).is_dir() else _of_file(Path(one))
    elif path.is_dir():
        yield from _in_folder(path)
    else:
        yield from _of_file(path)


def _of_file(path: Path) -> Iterator[ConfigSource]:
    ending = path.suffix.lower()
    if ending in LINES:
        yield from _of_lines(path)
    elif ending == PARQUET:
        yield from _of_parquet(path)
    elif ending == ".txt" and (ids := _ids(path)):
        yield from (ConfigSource(one, f"{path}: {one}") for one in ids)
    else:
        yield ConfigSource(str(path), str(path))


def _in_folder(path: Path) -> Iterator[ConfigSource]:
    if _own_config(path) != path:
        yield ConfigSource(str(path), str(path))
        return
    some = False
    for where, folders, files in os.walk(path):
        folders.sort()
        here = Path(where)
        own = _own_config(here)
        # One path after the other: of a folder's million files only the names are held.
        for file in [own] if own != here else (here / name for name in sorted(files) if _may_be_a_config(name)):
            some = True
            yield from _of_file(file)
    if not some and reading.config_file(path).name in BESIDE:
        raise ConfigError(
            f"{path} holds the config of adapters ({reading.config_file(path).name}), which does not say what network "
            "they adapt; give the config of that model (base_model_name_or_path), and for the adapters explain "
            "--quantity lora-parameters with --rank (r) and --target (target_modules)"
        )
    if not some:
        raise ConfigError(
            f"{path} holds no config: no file in it ends in {', '.join(CONFIGS)}, or only such as say how text is made "
            "or where tensors are; name another folder"
        )


def _own_config(folder: Path) -> Path:
    """Return the config of a checkpoint's folder; the folder itself where it has none, or that of adapters only."""
    found = reading.config_file(folder)
    return folder if found.name in BESIDE else found


def _may_be_a_config(name: str) -> bool:
    return (
        name.lower().endswith(CONFIGS)
        and name not in BESIDE
        and not name.startswith(".")
        and not name.endswith((".index.json", reading.STORED))
    )


def _of_lines(path: Path) -> Iterator[ConfigSource]:
    for number, line in enumerate(lines_of(path, reading.LARGEST_FILE, "a line of JSON"), 1):
        text = text_of(line, f"{path}, line {number}", "lines of JSON").strip()
        if text:
            yield ConfigSource(f"{path.stem}-{number}", f"{path}, line {number}", text)


def _of_parquet(path: Path) -> Iterator[ConfigSource]:
    parquet = needed("pyarrow.parquet", "tables", f"{path}: Parquet")
    broken = needed("pyarrow", "tables", f"{path}: Parquet").ArrowException
    try:
        number = 0
        with parquet.ParquetFile(path) as file:
            note_read(path)
            for batch in file.iter_batches(batch_size=1024):
                for row in batch.to_pylist():
                    number += 1
                    given = _without_none(row)
                    text = json.dumps(given, ensure_ascii=True, default=str)
                    yield ConfigSource(f"{path.stem}-{number}", f"{path}, row {number}", text)
    except (broken, OSError) as problem:
        raise ConfigError(f"{path}: not readable as Parquet ({shown(str(problem), 80)}); mend or replace it") from None


def _without_none(value: object) -> object:
    """Return the value without keys that have none: in a column of tables, each has the keys of all others."""
    if isinstance(value, Mapping):
        return {key: _without_none(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_without_none(one) for one in value]
    return value


def _ids(path: Path) -> list[str]:
    """Return the ids and bundled models that a text lists, one a line, # before remarks; nothing where it is prose."""
    try:
        text = text_of(reading.content(path), path, "a list of ids")
    except ConfigError:
        return []
    words = [line.partition("#")[0].strip() for line in text.splitlines()]
    ids = [word for word in words if word]
    known = models.names()
    return ids if all(one in known or hub.REPOSITORY.fullmatch(one) for one in ids) else []
