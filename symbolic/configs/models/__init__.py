"""The bundled models: one TOML each, with its config, its source and its published totals."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from symbolic.configs import deployment, training
from symbolic.configs.deployment import Deployment
from symbolic.configs.making import make_model
from symbolic.configs.model import Model
from symbolic.configs.training import Training
from symbolic.errors import UnknownName
from symbolic.language import lazy
from symbolic.networks.family import Need

FOLDER = Path(__file__).parent
NUMBER = re.compile(r"\d+(?:_\d+)*")
NOTHING: Mapping[str, bool | str] = {}
UNITS = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}


class Beside(NamedTuple):
    """Numbers that a published total counts and our tree doesn't: what they are, and how many, as a formula."""

    label: str
    formula: str


class Published(NamedTuple):
    """A total that somebody printed: of which convention and options, and where.

    Where only a short form was printed, `figure` is that ("12.9B"), and `total` may be left to our count; `cut` says
    that the digits behind it were cut off, not rounded. `beside` is what it counts beside the weights of its
    convention, and `who` says in short who printed it. `instead_of` says which wrong figure it stands in place of.
    """

    name: str
    source: str
    total: int = 0
    figure: str = ""
    cut: bool = False
    convention: str = "trainable"
    options: Mapping[str, bool | str] = NOTHING
    beside: tuple[Beside, ...] = ()
    who: str = ""
    instead_of: str = ""

    def agrees(self, total: int) -> bool:
        """Return whether a count is the printed total, and its short form the printed figure."""
        if self.total and total != self.total:
            return False
        if not self.figure:
            return bool(self.total)
        number, unit = self.figure[:-1], UNITS[self.figure[-1]]
        _, _, decimals = number.partition(".")
        last: int = unit // 10 ** len(decimals)
        return (total if self.cut else total + last // 2) // last == int(number.replace(".", ""))


class Verified(NamedTuple):
    """That our tree was compared with real model code, and how many tensors agreed; a test keeps it true."""

    code: str
    tensors: int


class Bundled(NamedTuple):
    """A published model: its config as published, where it comes from, and the totals it should give.

    `series` is the name of the models that were published together, in several sizes of one design; `training` is what
    was published of how it was trained, `deployment` of how it is served.
    """

    name: str
    title: str
    architecture: str
    config: Mapping[str, object]
    source: str
    published: tuple[Published, ...]
    verified: Verified | None = None
    series: str = ""
    training: Training | None = None
    deployment: Deployment | None = None

    def model(self, architecture: str | None = None) -> Model:
        """Return the model that the config makes."""
        made = make_model(self.name, self.config, self.source, architecture or self.architecture)
        return replace(made, title=self.title, training=self.training, deployment=self.deployment)


@cache
def names() -> tuple[str, ...]:
    """Return the bundled models' names, in alphabetical order."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


@cache
def find(name: str) -> Bundled:
    """Return the bundled model of that name, in capitals or not; UnknownName names the nearest."""
    if name.lower() not in names():
        raise UnknownName("model", name, names(), where="`symbolic models`")
    name = name.lower()
    data: dict[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    published = tuple(Published(**_lazy(entry)) for entry in data.get("published", ()))
    verified = Verified(**data["verified"]) if "verified" in data else None
    return Bundled(
        name,
        data["title"],
        data["architecture"],
        data["config"],
        data["source"],
        published,
        verified,
        data.get("series", ""),
        training.of_table(data["training"]) if "training" in data else None,
        deployment.of_table(data["deployment"]) if "deployment" in data else None,
    )


def _lazy(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with its words as messages."""
    said = ("name", "source", "who", "instead_of")
    words = {key: lazy(value) if key in said else value for key, value in entry.items()}
    if "beside" in entry:
        named = ((row["label"], row["formula"]) for row in entry["beside"])
        words["beside"] = tuple(Beside(lazy(label), formula) for label, formula in named)
    return words


def models_of_sizes(model: Model) -> tuple[Bundled, ...]:
    """Return the bundled models of the same sizes, under any name; those with the same options first."""
    required = (symbol.name for symbol, need in model.architecture.sizes.items() if need is Need.REQUIRED)
    given = {model.sizes[name] for name in required if name in model.sizes}
    found = []
    for name, numbers in _numbers_of_family(model.architecture.name).items():
        # What is required stands in the file: only where all these numbers do is it worth making the model.
        if given <= numbers and (candidate := _made(name)).sizes == model.sizes:
            found.append((candidate.options != model.options, find(name)))
    return tuple(bundled for _, bundled in sorted(found, key=lambda pair: pair[0]))


def series(model: Model) -> tuple[str, tuple[Bundled, ...]]:
    """Return the series that a model with these sizes belongs to, and its members, the narrowest first."""
    name = next((bundled.series for bundled in models_of_sizes(model) if bundled.series), "")
    of_family = map(find, _numbers_of_family(model.architecture.name)) if name else ()
    members = [bundled for bundled in of_family if bundled.series == name]
    return name, tuple(sorted(members, key=lambda member: _made(member.name).sizes["emb_dim"]))


@cache
def _made(name: str) -> Model:
    """Return a bundled model to compare others with, made once: each page looks through all of its family."""
    return find(name).model()


@cache
def _numbers_of_family(architecture: str) -> Mapping[str, frozenset[int]]:
    """Return the whole numbers that the file of each model of a family has."""
    needle = f'architecture = "{architecture}"'
    # Read as text: parsing every file would cost more than the count itself.
    texts = {name: (FOLDER / f"{name}.toml").read_text(encoding="utf-8") for name in names()}
    return {name: frozenset(map(int, NUMBER.findall(text))) for name, text in texts.items() if needle in text}


def published(model: Model) -> tuple[Published, ...]:
    """Return what was published of models with these sizes, each total once, with all the options that it is of."""
    found: dict[tuple[int, str, str], Published] = {}
    for bundled in models_of_sizes(model):
        options = _made(bundled.name).options
        for entry in bundled.published:
            # A short figure stands for several totals, one a convention.
            key = (entry.total, entry.figure, entry.convention if entry.figure else "")
            found.setdefault(key, entry._replace(options={**options, **entry.options}))
    return tuple(found.values())


def is_bundled(model: Model) -> bool:
    """Return whether this very model is bundled: its sizes, its options and how its numbers are stored."""
    return any(
        (_made(bundled.name).options, _made(bundled.name).stored) == (model.options, model.stored)
        for bundled in models_of_sizes(model)
    )


def verified(model: Model) -> Verified | None:
    """Return the comparison with real model code that holds for this very model."""
    same = (bundled for bundled in models_of_sizes(model) if _made(bundled.name).options == model.options)
    return next((bundled.verified for bundled in same if bundled.verified), None)
