"""The tools: what each is given and what it answers. An assistant reads their docstrings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

from symbolic import api, loading
from symbolic.assistants.answers import Code, CountAnswer, Explanation, KnownNames, PlainPage, StepAnswer, Verdict
from symbolic.configs import hub, models, reading
from symbolic.configs.model import Model
from symbolic.errors import ConfigError, UnknownName, shown
from symbolic.formulas.amounts import amount
from symbolic.formulas.figures import with_unit
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.language import translate
from symbolic.measuring import quantities
from symbolic.measuring.derivation import Derivation
from symbolic.pages.rendering import render_page
from symbolic.terminal import one_line

LONGEST_DOCUMENT = 1_000_000


class Tools:
    """The tools; `folder` is where files may be read, and `online` says whether ids may be fetched."""

    def __init__(self, folder: Path | None = None, *, online: bool = False) -> None:
        self._folder = folder.resolve() if folder else None
        self._online = online

    def names(self) -> KnownNames:
        """List the bundled models, the quantities and their conventions."""
        return KnownNames(
            models=list(models.names()),
            quantities={name: list(quantities.find(name).conventions) for name in quantities.names()},
        )

    def count(self, model: str | dict[str, Any], architecture: str = "") -> CountAnswer:
        """Count the parameters of a model exactly, under each convention that people count by.

        `model` is a config (an object, or its JSON text), or a bundled model's name such as gpt2-124m.
        """
        loaded = self._model(model, architecture)
        counted = api.count(loaded)
        return CountAnswer(
            model=loaded.name,
            family=loaded.architecture.title,
            total=str(next(iter(counted.values()))),
            conventions={name: str(figure) for name, figure in counted.items()},
            warnings=_warnings(loaded),
        )

    def explain(
        self,
        model: str | dict[str, Any],
        quantity: str = "parameters",
        convention: str = "",
        inputs: dict[str, str | int] | None = None,
        dtype: str = "",
        device: str = "",
        architecture: str = "",
    ) -> Explanation:
        """Derive a quantity of a model step by step: formula, numbers, value, and what they add up to.

        `inputs` are what a quantity takes beside the model, such as {"context": 8192, "batch_size": 4}.
        """
        loaded = self._model(model, architecture)
        found = self._derived(loaded, quantity, convention, inputs, dtype, device)
        data = json.loads(str(found.to_json(detail="brief")))
        return Explanation(
            model=loaded.name,
            quantity=quantity,
            convention=found.convention.name,
            total=str(Fraction(found.total)),
            shown=with_unit(found.total, found.unit),
            closed_form=data["closed_form"]["text"],
            steps=list(_steps(data["steps"])),
            page=str(found.to_text()),
            warnings=[
                *_warnings(loaded),
                *([f"not complete: {translate(found.lacks)}"] if found.lacks else []),
                *([translate(found.untested)] if found.untested else []),
            ],
        )

    def compare(self, models: list[str | dict[str, Any]], quantity: str = "parameters") -> PlainPage:
        """Say where the difference between models comes from: contributions that sum to it exactly."""
        if len(models) < 2:
            raise ConfigError("compare takes at least two models")
        page = api.compare([self._model(model, "") for model in models], quantity)
        return PlainPage(page=render_page(page, "text"))

    def solve(
        self,
        model: str | dict[str, Any],
        unknowns: list[str],
        total: str = "",
        memory: str = "",
        keep: list[str] | None = None,
        multiple_of: int = 1,
        quantity: str = "parameters",
        dtype: str = "",
    ) -> PlainPage:
        """Find the sizes of a model (such as ["emb_dim"]) that make a total ("7e9") or fill a memory ("24GiB").

        `keep` holds ratios: aspect, head_dim, hidden_ratio, kv_ratio.
        """
        page = api.solve(
            self._model(model, ""),
            unknowns,
            quantity,
            total=total or None,
            memory=memory or None,
            keep=keep or [],
            multiple_of=multiple_of,
            dtype=dtype,
        )
        return PlainPage(page=render_page(page, "text"))

    def formula(self, model: str | dict[str, Any], language: str = "python", quantity: str = "parameters") -> Code:
        """Write a quantity's closed form as code: python, numpy, latex, javascript, c or spreadsheet."""
        return Code(language=language, code=api.formula(self._model(model, ""), language, quantity))

    def proofread(self, text: str, format: str = "markdown", model: str | dict[str, Any] = "") -> Verdict:
        """Check every equation of a derivation that somebody wrote, and compare its total with the model's.

        `format` is markdown, text, latex, html or notebook. Use it on your own answer before you give it.
        """
        from symbolic.proofread import reports
        from symbolic.proofread.proofreading import READERS, proofread
        from symbolic.proofread.reports import as_json

        if len(text) > LONGEST_DOCUMENT:
            raise ConfigError(f"the text has {len(text):,} letters; give at most {LONGEST_DOCUMENT:,}")
        if format not in READERS:
            raise UnknownName("format of documents", format, READERS)
        endings = {"markdown": "md", "text": "txt", "latex": "tex", "html": "html", "notebook": "ipynb"}
        report = proofread(text, f"document.{endings[format]}", model=self._model(model, "") if model else None)
        data = cast("dict[str, Any]", as_json.data(report))
        wrong = [one for one in data["equations"] if one["verdict"] != "holds"]
        return Verdict(holds=report.holds, findings=wrong, report=reports.render(report))

    def _derived(
        self,
        model: Model,
        quantity: str,
        convention: str,
        inputs: dict[str, str | int] | None,
        dtype: str,
        device: str,
    ) -> Derivation:
        given: dict[str, Exact] = {}
        for name, value in (inputs or {}).items():
            if name not in SYMBOLS:
                raise UnknownName("input", name, [symbol.name for symbol in SYMBOLS.values() if symbol.of_run])
            given[name] = amount(str(value), name, SYMBOLS[name])
        return api.explain(model, quantity, convention=convention, inputs=given, dtype=dtype, device=device)

    def _model(self, given: str | dict[str, Any], architecture: str) -> Model:
        """Return the model, or raise SymbolicError where it is none that may be read."""
        family = architecture or None
        if not isinstance(given, str):
            return loading.load(given, name="the config", architecture=family)
        if given.lstrip().startswith("{"):
            config = reading.read_record(given, "the config", "the config")
            return loading.load(config.values, name=config.name, architecture=family)
        if given in models.names():
            return loading.load(given, architecture=family)
        if self._online and hub.is_repository(given):
            return loading.load(given, architecture=family)
        if not reading.looks_like_a_file(given):
            raise UnknownName("model", given, models.names(), where="the tool `names`")
        if self._folder is None:
            raise ConfigError(f"no files may be read, so not {shown(given)} either; give the config itself")
        path, sign, name = given.partition("::")
        try:
            file = (self._folder / path).resolve()
        except (OSError, ValueError):
            file = Path("/")
        if not file.is_relative_to(self._folder):
            raise ConfigError(f"{shown(given)} lies outside the folder that may be read; give the config itself")
        return loading.load(f"{file}{sign}{name}", architecture=family)


def _steps(steps: list[dict[str, Any]]) -> Iterator[StepAnswer]:
    """Yield the steps of a page's data, and those below each."""
    for step in steps:
        yield StepAnswer(
            number=step["number"],
            name=step["name"],
            formula=step["formula"],
            numbers=step["substituted"],
            value=str(step["value"]),
            in_total=str(step["whole"]),
        )
        yield from _steps(step["steps"])


def _warnings(model: Model) -> list[str]:
    found = [f"unknown key, which may change the network: {key}" for key in model.unknown]
    return [one_line(one) for one in found + [f"not counted: {key} ({what})" for key, what in model.left_out.items()]]
