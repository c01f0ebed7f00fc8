"""What the page asks of Python in the browser: each function takes and gives plain values.

The reader's text is data, read as a config's file is; what comes back is text, which the page shows in a frame.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from symbolic import api, loading
from symbolic.configs import models
from symbolic.configs.model import Model
from symbolic.configs.variants import variant
from symbolic.errors import SymbolicError
from symbolic.formulas.amounts import amount
from symbolic.formulas.figures import with_unit
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.measuring import quantities
from symbolic.measuring.derivation import Derivation
from symbolic.pages.rendering import format_module
from symbolic.pages.rendering.text_notation import Text
from symbolic.terminal import one_line

PASTED = "/tmp/config.txt"  # noqa: S108 - in the browser's own memory, where nobody else writes
FORMATS = ("html", "latex", "markdown", "text", "json")


def choices() -> dict[str, Any]:
    """Return the bundled models (name, title), the quantities, and the formats to download."""
    return {
        "models": [[name, models.find(name).title] for name in models.names()],
        "quantities": [[name, str(quantities.find(name).title)] for name in quantities.names()],
        "formats": list(FORMATS),
    }


def figures(config: str, quantity: str, changed: dict[str, Any]) -> dict[str, Any]:
    """Return the total, the closed form and the sizes of a config with some sizes changed: what is shown at once."""
    derivation = _derived(config, quantity, changed)
    model = derivation.model
    return {
        "title": model.display_name,
        "total": with_unit(derivation.total, derivation.unit),
        "closed": Text("names")(derivation.closed),
        "sizes": {name: str(size) for name, size in derivation.sizes.items() if _settable(name, derivation)},
        "warnings": [one_line(f"unknown key, which may change the network: {key}") for key in model.unknown],
    }


def document(config: str, quantity: str, changed: dict[str, Any], format: str) -> dict[str, str]:
    """Return the page in a format, and a name for its file."""
    if format not in FORMATS:
        raise SymbolicError(f"no format {format!r}; one of {', '.join(FORMATS)}")
    derivation = _derived(config, quantity, changed)
    return {
        "text": str(derivation.to(format)),
        "name": f"{quantity}.{format_module(format).ENDING}",
    }


def worksheet(config: str, seed: str) -> dict[str, str]:
    """Return a worksheet and its key, both as HTML.

    The sheet holds no fingerprints of the answers: a browser's Python takes minutes for them.
    """
    from symbolic.handouts import exports, kinds
    from symbolic.handouts.form import Settings
    from symbolic.handouts.making import make_form
    from symbolic.handouts.seeds import Seed

    like = _derived(config, "parameters", {})
    form = make_form(Settings(like, Seed(seed), "3", kinds.in_order(), varied=True, check=False), "1", "")
    files = {path.partition("/")[0]: str(text) for path, text in exports.of_form("html", form)}
    return {"sheet": files["sheets"], "key": files["keys"]}


def proofread(text: str, kind: str, config: str) -> dict[str, Any]:
    """Return whether a document holds, and the report as HTML."""
    from symbolic.proofread import reports
    from symbolic.proofread.proofreading import proofread as read

    report = read(text, kind=kind, model=_model(config) if config else None)
    return {"holds": report.holds, "report": reports.render(report, "html")}


def _derived(config: str, quantity: str, changed: dict[str, Any]) -> Derivation:
    given: dict[str, Exact] = {name: amount(str(value), name, SYMBOLS[name]) for name, value in changed.items()}
    model = _model(config)
    sizes = {name: int(value) for name, value in given.items() if not SYMBOLS[name].of_run}
    if sizes:
        model = variant(model, sizes)
    inputs = {name: value for name, value in given.items() if SYMBOLS[name].of_run}
    return api.explain(model, quantity, inputs=inputs)


def _model(config: str) -> Model:
    if config in models.names():
        return loading.load(config)
    Path(PASTED).write_text(config, encoding="utf-8", errors="surrogatepass")
    return loading.load(PASTED)


def _settable(name: str, derivation: Derivation) -> bool:
    return name in SYMBOLS and not any(symbol.name == name for symbol in derivation.definitions)


CALLS = {call.__name__: call for call in (choices, figures, document, worksheet, proofread)}


def asked(call: str, arguments: list[Any]) -> dict[str, Any]:
    """Return what a call gives, or the one line that says what is wrong with the question."""
    try:
        return {"value": CALLS[call](*arguments)}
    except SymbolicError as problem:
        return {"error": one_line(str(problem)).replace(PASTED, "the config")}
    except (RecursionError, MemoryError):
        return {"error": "too deep or too large to work out here; give something smaller"}
