"""YAML, read with PyYAML's safe loader: no objects are made, no key stands twice, and aliases can't multiply."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from symbolic.errors import ConfigError, shown

LONGEST = 200_000
"""The most characters that are read: PyYAML takes a second for some fifty thousand."""
MOST_ALIASES = 100
MOST_DEPTH = 50
MOST_VALUES = 100_000
OLD_NUMBER = re.compile(r"[-+]?(?:0[0-7_]+|[0-9][0-9_]*(?::[0-5]?[0-9])+)")
"""Numbers that YAML 1.1 reads otherwise than people do: 012 is ten, 1:20 is eighty."""
ELSEWHERE = re.compile(r"\$\{(\.*)([\w-][\w.-]*)\}")
"""OmegaConf's sign for a value elsewhere in the file, ${variables.max_seq_len}, or beside this one, ${.size}."""


def load_yaml(text: str, where: str) -> object:
    """Return what a YAML document says; ConfigError where it is none, repeats a key, or is made to explode."""
    import yaml

    if len(text) > LONGEST:
        raise ConfigError(f"{where}: YAML of more than {LONGEST:,} letters; a config has some dozen lines")

    class Loader(yaml.SafeLoader):
        """The safe loader, bounded."""

        aliases = 0
        depth = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                self.aliases += 1
            self.depth += 1
            if self.aliases > MOST_ALIASES or self.depth > MOST_DEPTH:
                raise ConfigError(f"{where}: not readable as YAML (too many aliases, or nested too deeply)")
            try:
                node = super().compose_node(parent, index)
            finally:
                self.depth -= 1
            if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":int") and OLD_NUMBER.fullmatch(node.value):
                line = node.start_mark.line + 1
                raise ConfigError(
                    f"{where}, line {line}: {shown(node.value)} is another number in YAML than it looks like "
                    f"(of base 8 or 60); write it without the leading 0, or without colons"
                )
            return node

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            keys = [key.value for key, _ in node.value]
            times = Counter(key for key in keys if isinstance(key, str))
            twice = next((key for key, count in times.items() if count > 1), None)
            if twice is not None:
                line = node.start_mark.line + 1
                raise ConfigError(f"{where}, from line {line}: {shown(twice)} is given twice; keep one")
            return super().construct_mapping(node, deep)

    # Programs have signs of their own for a value elsewhere, `!include data.yaml`: such a value stays a text.
    Loader.add_multi_constructor("!", _as_written)
    try:
        # A safe loader: it makes plain values only.
        values = yaml.load(text, Loader)  # noqa: S506
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        at = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ConfigError(f"{where}{at}: not YAML ({problem.problem}); mend it there") from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as problem:
        raise ConfigError(f"{where}: not readable as YAML ({type(problem).__name__}); mend it") from None
    if _size(values, {}) > MOST_VALUES:
        raise ConfigError(f"{where}: its aliases stand for more than {MOST_VALUES:,} values; write them out")
    return _filled(values, ())


def _as_written(loader: Any, sign: str, node: Any) -> str:
    """Return a value with a program's own sign before it as a text: of a table or a list, only the sign."""
    return f"!{sign} {loader.construct_scalar(node)}" if hasattr(node.value, "strip") else f"!{sign}"


def _filled(value: object, around: tuple[object, ...]) -> object:
    """Return a value in which a text that only names another value of the file is that value, if it is plain.

    `around` are the tables and lists that it stands in, the file first: a dot before a name is the last of them.
    """
    if isinstance(value, dict):
        return {key: _filled(one, (*around, value)) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, (*around, value)) for one in value]
    if not isinstance(value, str) or not (named := ELSEWHERE.fullmatch(value)) or len(named[1]) > len(around):
        return value
    found = around[-len(named[1])] if around else None
    for key in named[2].split("."):
        found = found.get(key) if isinstance(found, dict) else None
    plain = isinstance(found, bool | int | float) or (isinstance(found, str) and not ELSEWHERE.search(found))
    return found if plain else value


def _size(values: object, known: dict[int, int]) -> int:
    """Return how many values there are when each alias is written out."""
    if id(values) not in known:
        known[id(values)] = MOST_VALUES + 1  # a list that holds itself has no end
        parts = values.values() if isinstance(values, dict) else values if isinstance(values, list) else ()
        known[id(values)] = 1 + sum(_size(part, known) for part in parts) if isinstance(values, dict | list) else 1
    return known[id(values)]
