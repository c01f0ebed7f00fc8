"""What a report lacks before it is written: defaults of keys that formulas name, and keys that need no word."""

from __future__ import annotations

import json
import re
from typing import Any

from transformers import PreTrainedConfig

from symbolic.configs.harmless import HARMLESS
from symbolic.networks.learned.naming import ACTIVE
from tools.learning.subject import Subject
from tools.learning.towers import covers


def complete(report: dict[str, Any], subject: Subject) -> None:
    """Give every key that a formula names its default, and those that say how many experts work on a token."""
    part = f"{report['part']}." if report["part"] else ""
    said = json.dumps([report["entries"], report["stacks"], report["settled"]])
    names = set(re.findall(r"[A-Za-z_][\w.]*", said))
    towers = tuple(report.get("towers", {}))

    def inside(path: str) -> bool:
        return any(covers(one, path) for one in towers)

    for path, key in subject.keys.items():
        name = path.removeprefix(part)
        if inside(path) and name not in names:
            report["relevant"].pop(path, None)
            continue
        last = path.rpartition(".")[2]
        if path not in report["relevant"] and (name in names or (last in ACTIVE and isinstance(key.default, int))):
            report["relevant"][path] = key.default
    report["stated"] = [path for path in stated(subject) if path in names and not inside(path)]
    report["harmless"] = [
        path
        for path in report["harmless"]
        if (not inside(path) or path.endswith(".tie_word_embeddings"))
        and path not in report["relevant"]
        and path.rpartition(".")[2] not in HARMLESS
    ]


def stated(subject: Subject) -> list[str]:
    """Keys whose default is another as soon as a config gives the part that they are in."""
    found = []
    for part, spec in (subject.config_class.sub_configs_defaults or {}).items():
        if not spec.init_kwargs or subject.part:
            continue
        kind = spec.config_class
        if not (isinstance(kind, type) and issubclass(kind, PreTrainedConfig)):
            kind = spec.get_config_class(spec.model_type)
        plain = vars(kind())
        found += [f"{part}.{name}" for name, value in spec.init_kwargs.items() if plain.get(name) != value]
    return found
