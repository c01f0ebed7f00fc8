"""What the tools answer, as typed results: figures are exact and therefore text."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class CountAnswer(BaseModel):
    """A model's parameters under each convention; each figure is exact, as digits."""

    model: str
    family: str
    total: str = Field(description="The trainable parameters, exact.")
    conventions: dict[str, str]
    warnings: list[str]


class StepAnswer(BaseModel):
    """A step: its formula with names, with numbers, and its value; `in_total` is what all its copies add."""

    number: str
    name: str
    formula: str
    numbers: str
    value: str
    in_total: str


class Explanation(BaseModel):
    """A quantity of a model, derived. `page` is the whole derivation as plain text."""

    model: str
    quantity: str
    convention: str
    total: str = Field(description="The exact total: digits, or a fraction such as 1/3.")
    shown: str = Field(description="The total with its unit, digits grouped.")
    closed_form: str
    steps: list[StepAnswer]
    page: str
    warnings: list[str]


class PlainPage(BaseModel):
    """A page as plain text."""

    page: str


class Code(BaseModel):
    """A closed form as code."""

    language: str
    code: str


class Verdict(BaseModel):
    """What does not hold in a document, each with its line and what should stand there; and a report to read."""

    holds: bool
    findings: list[dict[str, Any]]
    report: str


class KnownNames(BaseModel):
    """The names that the other tools take."""

    models: list[str]
    quantities: dict[str, list[str]] = Field(description="Each quantity with its conventions, the default first.")
