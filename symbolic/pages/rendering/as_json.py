"""The whole derivation as data; `schema.json` beside this file says what each key holds.

Every count is a JSON integer, however large, and every share a fraction of two integers: no float anywhere. Formulas
are text in the notation that is asked for, their numbers without grouping, so that a program can read them too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, ClassVar

from symbolic.formulas.figures import approximate
from symbolic.formulas.formula import Exact, Formula, Negative, Number, product
from symbolic.language import speaking, translate
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.reconciliation import Reconciliation, Row, reconcile
from symbolic.measuring.results import DerivedResult, derived_results
from symbolic.measuring.step import Step, StepEquation
from symbolic.networks.blocks import Part, Weight, axes
from symbolic.networks.walks import Leaf
from symbolic.pages.document import Detail
from symbolic.pages.page import NamedValue, Page
from symbolic.pages.rendering.markup import Span, written
from symbolic.pages.rendering.notation import Notation, Printer
from symbolic.pages.rendering.text_notation import Text
from symbolic.terminal import visible

ENDING = "json"
VERSION = 1
DIGITS = 12
SYMPY = {"min": "Min", "max": "Max", "ceil": "ceiling", "floor": "floor"}


def render(derivation: Derivation, notation: Notation = "names", detail: Detail = "full") -> str:
    """Return the derivation as JSON, with a newline at its end; `brief` leaves out sentences and other counts."""
    # Data is the same in every language.
    with speaking("en"):
        data = _Data(derivation, notation, detail == "full").page()
    return visible(json.dumps(data, indent=2, ensure_ascii=False)) + "\n"


def render_page(page: Page, notation: Notation = "names") -> str:
    """Return any page as JSON: its sections and their blocks, each with its kind, formulas as text and as Python."""
    data = {"version": VERSION, **_block(page, _Plain(notation))}
    return visible(json.dumps(data, indent=2, ensure_ascii=False)) + "\n"


def _block(part: object, printer: Printer) -> Any:
    """Return a page's block as data: a record as an object with its kind, a fraction as text, formulas twice."""
    if isinstance(part, Formula):
        return {"text": printer(part), "letters": Text("letters", compact=True)(part)}
    if isinstance(part, Fraction):
        return str(part)
    if isinstance(part, NamedValue):
        return {"kind": "namedvalue", **_number(part.value), "unit": part.unit, "printed": part.printed}
    if names := _fields(part):
        return {"kind": type(part).__name__.lower(), **{name: _block(getattr(part, name), printer) for name in names}}
    if isinstance(part, Mapping):
        return {key: _block(value, printer) for key, value in part.items()}
    if isinstance(part, tuple | list):
        return [_block(one, printer) for one in part]
    if isinstance(part, frozenset):
        return sorted(part)
    return written(part, lambda span, inside: inside or span.text) if isinstance(part, str) else part


def _number(value: Exact) -> dict[str, int | str]:
    """Return a number exactly, and of a fraction its decimal in twelve digits, rounded, for who needs no more."""
    if isinstance(value, int):
        return {"value": value}
    rounded = Context(prec=DIGITS).divide(Decimal(value.numerator), Decimal(value.denominator))
    return {"value": str(value), "decimal": f"{rounded:f}"}


def _fields(part: object) -> tuple[str, ...]:
    """Return the names of a record's fields; none for what is no record."""
    if is_dataclass(part):
        # What does not make two pages unlike is how a format works with them.
        return tuple(field.name for field in fields(part) if field.compare)
    named: tuple[str, ...] = getattr(part, "_fields", ())
    return named


class _Plain(Text):
    """Text whose numbers have no commas: 3 × (50257 × 768)."""

    def number(self, value: Exact) -> str:
        return str(value)


class _Python(_Plain):
    """What Python reads, SymPy's functions among it: vocab_size*emb_dim + 12*n_layers*emb_dim**2."""

    juxtaposed = "*"

    def __init__(self) -> None:
        super().__init__("names")
        self.compact = True

    def power(self, base: str, exponent: str) -> str:
        return f"{base}**{exponent}"

    def joined(self, sign: str, right: str) -> str:
        return f" {'-' if sign == '−' else sign} {right}"

    def _negative(self, node: Negative) -> str:
        return super()._negative(node).replace("−", "-", 1)

    def function(self, name: str, parts: list[str]) -> str:
        return SYMPY[name] + f"({', '.join(parts)})"

    def fraction(self, top: Formula, bottom: Formula) -> str:
        return super().fraction(top, bottom).replace(" / ", "/")

    _writers: ClassVar[Mapping[type[Formula], Callable[..., str]]] = {**Printer._writers, Negative: _negative}


class _Data:
    def __init__(self, derivation: Derivation, notation: Notation, full: bool) -> None:
        self.derivation = derivation
        self.sizes = derivation.sizes
        self.printer: Printer = _Plain(notation)
        self.full = full

    def page(self) -> dict[str, Any]:
        derivation, quantity = self.derivation, self.derivation.quantity
        data: dict[str, Any] = {
            "version": VERSION,
            "model": self.model(),
            "quantity": quantity.name,
            "unit": derivation.unit,
            "inputs": {
                name: size if isinstance(size, int) else str(size) for name, size in derivation.inputs.sizes.items()
            },
            **({"choices": {one.name: one.value for one in quantity.choices}} if quantity.choices else {}),
            "convention": {
                "name": derivation.convention.name,
                "says": derivation.convention.said(derivation.model.network),
            },
            "total": derivation.total,
            "rounded": approximate(derivation.total, derivation.unit),
            "closed_form": {
                "text": self.printer(derivation.closed),
                "python": _Python()(derivation.closed),
            },
            "steps": [self.step(step) for step in derivation.steps],
            "left_out": [self.left_out(leaf) for leaf in derivation.left_out],
        }
        if derivation.lacks:
            data["incomplete"] = translate(derivation.lacks)
        if derivation.untested:
            data["untested"] = translate(derivation.untested)
        if derivation.called_without:
            data["called_without"] = list(derivation.called_without)
        if derivation.quantity.results:
            data["results"] = [self.result(result) for result in derived_results(derivation) if result.formula]
        if self.full:
            data["reconciliation"] = [self.chain(chain) for chain in reconcile(derivation)]
        return data

    def model(self) -> dict[str, Any]:
        model = self.derivation.model
        definitions = {
            symbol.name: {**self.formula(formula), "value": model.sizes[symbol.name]}
            for symbol, formula in model.definitions.items()
        }
        return {
            "name": model.name,
            "title": model.display_name,
            "architecture": model.architecture.name,
            "sizes": dict(model.sizes),
            "definitions": definitions,
            "options": dict(model.options),
            "assumed": sorted(model.assumed),
            "harmless": dict(model.harmless),
            "unknown": list(model.unknown),
            "left_out": dict(model.left_out),
            "taken_for": list(model.taken_for),
            "source": model.source,
        }

    def step(self, step: Step) -> dict[str, Any]:
        data: dict[str, Any] = {"number": step.number, "key": step.key, "name": step.name, "role": step.role}
        data["origin"] = [place._asdict() for place in step.origin]
        if self.full:
            data["about"] = self.words(step.about)
        repeat = None if step.repeat is None else {"formula": self.printer(step.repeat), "value": step.times}
        data |= {**self.formula(step.formula), "value": step.value, "repeat": repeat, "each": step.each}
        data |= {"running": step.running, "whole": step.in_total, "share": str(step.share)}
        if step.weight:
            data["weight"] = {"kind": step.weight.kind.name.lower(), **self.axes(step.weight)}
            data["weight"]["tied_to"] = step.weight.tied_to
        elif step.part:
            data[type(step.part).__name__.lower()] = self.axes(step.part)
        data["lines"] = [self.line(line) for line in step.lines]
        data["steps"] = [self.step(below) for below in step.steps]
        return data

    def axes(self, part: Part) -> dict[str, Any]:
        """Return the axes of a leaf, and how many there are of it."""
        return {"shape": [self.printer(axis) for axis in axes(part)], "copies": getattr(part, "copies", 1)}

    def result(self, result: DerivedResult) -> dict[str, Any]:
        formula = result.formula or Number(0)
        return {"title": result.title, "unit": result.unit, **self.formula(formula), **_number(result.value)}

    def line(self, line: StepEquation) -> dict[str, Any]:
        return {**self.formula(line.formula), "value": line.value}

    def formula(self, formula: Formula) -> dict[str, str]:
        """Return a formula as written, and with numbers in place in the same order and brackets."""
        with_numbers = self.printer.with_sizes(self.sizes, labels=False)
        return {"formula": self.printer(formula), "substituted": with_numbers(formula)}

    def left_out(self, leaf: Leaf) -> dict[str, Any]:
        """Return a leaf that the convention does not count; `value` is that of all its repeats."""
        repeats = tuple(block.repeat for block in leaf.path if block.repeat is not None)
        whole = product((*repeats, self.derivation.quantity.of(leaf, self.derivation.convention) or Number(0)))
        kind = leaf.part.kind.name if isinstance(leaf.part, Weight) else type(leaf.part).__name__
        return {
            "place": list(leaf.key),
            "role": leaf.role,
            "kind": kind.lower(),
            **self.formula(whole),
            "value": whole.value(self.sizes),
        }

    def chain(self, chain: Reconciliation) -> dict[str, Any]:
        rows = [self.row(row) for row in chain.rows]
        return {"title": chain.title, "convention": chain.convention, "other": chain.other, "rows": rows}

    def row(self, row: Row) -> dict[str, Any]:
        formula = {"formula": None, "substituted": None} if row.formula is None else self.formula(row.formula)
        names = [self.words(name) for name in row.names]
        return {"label": self.words(row.label), **formula, "value": row.value, "running": row.running, "names": names}

    def words(self, text: str) -> str:
        return written(text, self.span)

    def span(self, span: Span, inside: str) -> str:
        if span.symbol is not None:
            return self.printer(span.symbol) if span.style == "name" else Text("letters")(span.symbol)
        return inside or span.text
