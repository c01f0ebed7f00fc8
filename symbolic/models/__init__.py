"""The bundled models: one TOML each, with its config, its source and its published totals."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from symbolic.errors import UnknownName
from symbolic.model import Model, make_model

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Published:
    """A total that somebody printed: of which convention and options, and where.

    `mistake` says what is wrong with it, where something is.
    """

    total: int
    name: str
    source: str
    convention: str = "trainable"
    options: Mapping[str, bool | str] = field(default_factory=dict)
    mistake: str = ""


@dataclass(frozen=True, slots=True)
class Bundled:
    """A published model: its config as published, where it comes from, and the totals it should give."""

    name: str
    title: str
    architecture: str
    config: Mapping[str, object]
    source: str
    published: tuple[Published, ...]

    def model(self, architecture: str | None = None) -> Model:
        """The model that the config makes."""
        return make_model(self.name, self.config, self.source, architecture or self.architecture)


@cache
def names() -> tuple[str, ...]:
    """The bundled models' names, in alphabetical order."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


def find(name: str) -> Bundled:
    """The bundled model of that name; UnknownName names the nearest."""
    if name not in names():
        raise UnknownName("model", name, names(), where="`symbolic models`")
    data: dict[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    published = tuple(Published(**entry) for entry in data.get("published", ()))
    return Bundled(name, data["title"], data["architecture"], data["config"], data["source"], published)


def published(model: Model) -> tuple[Published, ...]:
    """What was published of a model with these sizes, whatever it is called here."""
    needle = f'architecture = "{model.architecture.name}"'
    for file in sorted(FOLDER.glob("*.toml")):
        # Read as text first: parsing every file would cost more than the count itself.
        if needle in file.read_text(encoding="utf-8"):
            bundled = find(file.stem)
            if bundled.published and bundled.model().sizes == model.sizes:
                return bundled.published
    return ()
