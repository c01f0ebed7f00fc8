"""Recognition of the model that a document is about: of its configs and the models that it names, the one that fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from symbolic.configs import models
from symbolic.configs.making import is_config, make_model
from symbolic.configs.model import Model
from symbolic.configs.python.prose import dicts_in_prose
from symbolic.errors import SymbolicError
from symbolic.formulas.formula import Exact
from symbolic.measuring.quantity import Quantity
from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.arithmetic.work import Work
from symbolic.proofread.judging.checking import check
from symbolic.proofread.judging.values import values_of
from symbolic.proofread.reading.equations import WrittenEquation, numbers_of

WORD = re.compile(r"\w+")
MOST_MODELS = 12
MOST_EQUATIONS = 200


def recognised(
    text: str, head: str, where: str, equations: list[WrittenEquation], quantity: Quantity
) -> tuple[Model | None, str]:
    """Return the model, or None and a note about why it is not certain (empty if there is no candidate).

    `text` is the text with configs in it, `head` the text in which a model may be named.
    """
    found = list(_candidates(text, head, where))[:MOST_MODELS]
    if not found:
        return None, ""
    named = [equation for equation in equations if equation.names][:MOST_EQUATIONS]
    numbers = numbers_of(equations)
    work = Work()
    scores = [_score(model, named, quantity, numbers, work) for model in found]
    best = max(scores)
    fitting = [model for model, score in zip(found, scores, strict=True) if score == best]
    if len(fitting) == 1 and (best > 0 or len(found) == 1):
        return fitting[0], ""
    names = ", ".join(model.name for model in fitting[:5])
    return (
        None,
        f"It has several models ({names}), and its equations don't say which one it is about: name it with --model.",
    )


def _candidates(text: str, head: str, where: str) -> Iterator[Model]:
    # A config's keys stand in the text: without them its code need not be read.
    may_have_configs = is_config(dict.fromkeys({*WORD.findall(text)} - {"model_type"}))
    for config in dicts_in_prose(text, where) if may_have_configs else ():
        try:
            values = config.read()
            if is_config(values):
                yield make_model(config.name, values, f"{where}, line {config.line}")
        except SymbolicError:
            continue
    for name in dict.fromkeys(match[0] for match in _names().finditer(head)):
        yield models.find(name).model()


@cache
def _names() -> re.Pattern[str]:
    """Return the pattern of the bundled models' names, the longest first."""
    names = sorted(models.names(), key=len, reverse=True)
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, names))})(?![\w-])")


def _score(
    model: Model, equations: list[WrittenEquation], quantity: Quantity, numbers: frozenset[Exact], work: Work
) -> int:
    """Return the number of equations with names that hold with a model's sizes, minus the number of their faults."""
    values, score = replace(values_of(model, quantity, numbers), work=work), 0
    for equation in equations:
        try:
            checked = check(equation, values)
        except Unread:
            continue
        score += (1 if checked.judged and not checked.faults else 0) - len(checked.faults)
    return score
