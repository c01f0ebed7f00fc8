"""The steps from a file to a report: read, check, trace, compare."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePath

from symbolic.configs.model import Model
from symbolic.errors import SymbolicError, UnknownName
from symbolic.measuring import quantities
from symbolic.measuring.derivation import Derivation
from symbolic.proofread.arithmetic.expression import Name
from symbolic.proofread.judging.bracketed_shares import bracketed_shares
from symbolic.proofread.judging.caches import caches
from symbolic.proofread.judging.columns import columns
from symbolic.proofread.judging.comparing import compare
from symbolic.proofread.judging.convolutions import convolutions
from symbolic.proofread.judging.dimensions import by_units
from symbolic.proofread.judging.elsewhere import NumbersElsewhere
from symbolic.proofread.judging.equality import is_equation
from symbolic.proofread.judging.given import GivenElsewhere
from symbolic.proofread.judging.in_code import in_code
from symbolic.proofread.judging.made_above import made_above
from symbolic.proofread.judging.of_models import of_models
from symbolic.proofread.judging.of_types import ratios_of_types
from symbolic.proofread.judging.recognising import recognised
from symbolic.proofread.judging.reliability import settled
from symbolic.proofread.judging.said_again import said_again
from symbolic.proofread.judging.said_together import said_together
from symbolic.proofread.judging.sentences import claims
from symbolic.proofread.judging.set_ups import set_ups
from symbolic.proofread.judging.shapes import shapes
from symbolic.proofread.judging.suppositions import Suppositions
from symbolic.proofread.judging.tables import rows
from symbolic.proofread.judging.tex_copies import differing
from symbolic.proofread.judging.tracing import Tracer
from symbolic.proofread.judging.values import Values, values_in, values_of
from symbolic.proofread.judging.verdicts import Report
from symbolic.proofread.judging.weights import sizes_of_types, weights
from symbolic.proofread.mending import changes
from symbolic.proofread.reading import read_html, read_latex, read_markdown, read_notebook
from symbolic.proofread.reading.document import Document, Stretch, around, with_newlines
from symbolic.proofread.reading.equations import WrittenEquation, numbers_of, ordered
from symbolic.proofread.reading.formula_reader import FormulaReader

READERS: Mapping[str, Callable[[str], Document]] = {
    "markdown": read_markdown.read,
    "text": read_markdown.read,
    "latex": read_latex.read,
    "html": read_html.read,
    "notebook": read_notebook.read,
}
ENDINGS = {
    **dict.fromkeys((".md", ".markdown"), "markdown"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
    ".txt": "text",
    ".tex": "latex",
    ".ipynb": "notebook",
}
HEAD = 3000
FUNCTION = re.compile(r"^def \w{1,60}\((?:[^\n]|\n(?=[ \t)]))*", re.MULTILINE)


def kind_of(name: str) -> str:
    """Return the kind of document that a file's ending stands for; an unknown ending means Markdown."""
    return ENDINGS.get(PurePath(name).suffix.lower(), "markdown")


def proofread(
    text: str,
    name: str = "document.md",
    *,
    kind: str = "",
    model: Model | None = None,
    derivation: Derivation | None = None,
) -> Report:
    """Judge every equation of a document, and compare its total with that of the model (given, or found in it).

    With a `derivation`, the document is a page of it: names are its sizes and parts, and no comparison is made unless a
    `model` is given too.

    `kind` is one of markdown, text, latex, html and notebook; by default it follows from the name's ending. Raises
    SymbolicError for a notebook that can't be read, and UnknownName for another kind.
    """
    kind = kind or kind_of(name)
    if kind not in READERS:
        raise UnknownName("kind of document", kind, READERS)
    with _without_collection():
        return _report(text, name, kind, model, derivation)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Look for no garbage meanwhile: what is read is kept, and to go through it again takes a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _report(text: str, name: str, kind: str, model: Model | None, derivation: Derivation | None) -> Report:
    # The signs that readers use for themselves mean nothing.
    source = text.replace("\x00", "\ufffd").replace("\x01", "\ufffd")
    text = with_newlines(source)
    document = READERS[kind](text)
    document.source = source
    reader = FormulaReader(document)
    chains = ordered(reader.chains())
    if derivation is None:
        # Of what strangers wrote, a formula without a number says nothing that could be worked out.
        chains = [chain for chain in chains if not chain.unread or _has_number(document.text[chain.start : chain.end])]
    shares = [*bracketed_shares(reader)]
    shared = {one.start for one in shares}
    equations = ordered(
        [
            *filter(is_equation, chains),
            *(one for one in rows(reader, document.tables) if one.start not in shared),
            *columns(reader),
            *shares,
            *claims(reader, chains),
            *shapes(reader),
            *ratios_of_types(reader),
            *weights(reader, [*filter(is_equation, chains)]),
            *sizes_of_types(reader, [*filter(is_equation, chains)]),
            *said_together(reader, chains),
            *by_units(reader, chains),
            *set_ups(reader, chains),
            *(of_models(reader) if derivation is None else ()),
            *caches(reader),
            *convolutions(reader),
            *in_code(reader),
        ]
    )
    if derivation is None:
        equations = ordered([*equations, *made_above(reader, equations)])
    quantity = quantities.find("parameters")
    note, given = "", model is not None or derivation is not None
    if model is None and derivation is None:
        code = _code(text) if kind == "notebook" else document.text
        head = " ".join(document.prose.replace("\x00", " ").replace("\x01", " ").split(None, HEAD)[:HEAD])[:HEAD]
        model, note = recognised(code, head, name, chains, quantity)
    numbers = numbers_of(equations)
    values = values_of(model, quantity, numbers) if derivation is None else values_in(derivation, numbers)
    # The sizes of a model that is only named may not be what the letters stand for.
    values.trusted = given or (model is not None and model.source.startswith(f"{name}, line"))
    values.ours = derivation is not None
    if derivation is not None:
        equations = [equation for equation in equations if _says_something(equation, values)]
    if kind == "html" and (functions := [match.span() for match in FUNCTION.finditer(document.text)]):
        equations = [equation for equation in equations if not _is_of_function(equation, values, functions)]
    elsewhere = NumbersElsewhere(GivenElsewhere(reader, chains))
    tracer = Tracer(document, Suppositions.of(document, chains, values), elsewhere)
    findings = settled(tracer.findings([*equations, *differing(reader)]), document.prose)
    again = said_again(reader, findings) if derivation is None else ()
    findings = tuple(sorted((*findings, *again), key=lambda found: found.equation.place))
    comparison = compare(model, quantity, findings, document) if model else None
    if comparison is not None and comparison.unexplained and not values.trusted:
        comparison = None
    return Report(
        name=name,
        document=document,
        findings=findings,
        model=f"{model.name} ({model.architecture.title})" if model else "",
        recognised=bool(model) and not given,
        note=note,
        comparison=comparison,
        changes=changes(document, findings),
    )


def _says_something(equation: WrittenEquation, values: Values) -> bool:
    """Return whether an equation of a page of ours has a number, or only names of the derivation: not Y = X W."""
    names = {name.text for name in equation.names}
    return bool(equation.unread or equation.numbers or all(values.of(name) for name in names))


def _is_of_function(equation: WrittenEquation, values: Values, functions: list[Stretch]) -> bool:
    """Return whether an equation gives a name of its own to what a Python function on a page works out."""
    first = equation.sides[0] if equation.sides else None
    return around(functions, equation.start) >= 0 and isinstance(first, Name) and not values.of(first.text)


def _has_number(written: str) -> bool:
    """Return whether a text has a number in it; a text of at most one sign counts as having one."""
    return len(written) < 2 or re.search(r"\d", written) is not None


def _code(source: str) -> str:
    """Return the text of all cells of a notebook, which may have configs in it; empty if it can't be read."""
    try:
        cells = read_notebook.notebook(source)["cells"]
    except SymbolicError:
        return ""
    texts = (cell.get("source", "") for cell in cells if isinstance(cell, dict))
    return "\n".join("".join(map(str, text)) if isinstance(text, list) else str(text) for text in texts)
