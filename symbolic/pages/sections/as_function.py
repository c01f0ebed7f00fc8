"""The closed form as a function that a reader can copy into a program."""

from __future__ import annotations

from collections.abc import Iterator
from keyword import iskeyword

from symbolic.formulas.figures import with_unit
from symbolic.formulas.formula import Formula
from symbolic.formulas.functions import Root
from symbolic.formulas.shown import Labelled
from symbolic.measuring.closed_form import closed_form
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import Sentence, Typable, place_of
from symbolic.pages.functions import Function, Typed, variable
from symbolic.pages.page import Folded, Paragraph, Part
from symbolic.pages.prose import Markup, Prose

MOST_TOTAL = 10**18
"""A larger number would stand out of its line."""
MOST_TYPED = 60
"""Formulas of more names and numbers than these are none to type."""


def as_function(derivation: Derivation, prose: Prose) -> Iterator[Folded]:
    """Yield the function, folded; nothing where a part of it is no whole number for itself."""
    if (function := _function(derivation)) is None or not function.is_whole:
        return
    given = ", ".join(f"{symbol.name}={derivation.sizes[symbol.name]}" for symbol in function.arguments)
    result = with_unit(derivation.total, derivation.unit)
    call = Markup(f"``{function.name}({given})``")
    parts = (
        function,
        Paragraph(prose("closed_call", call=call, total=result), tone="note", fixed=True),
    )
    yield Folded(prose("closed_function"), parts)


def to_type(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield two lines of Python that print the total, where it is one short formula."""
    if (function := _function(derivation)) is None or not function.arguments or function.blocks:
        return
    if derivation.total >= MOST_TOTAL or function.divides:
        return
    # Numbers in cells of a cache or a checkpoint may have half a byte: a fraction is none to type.
    if any(derivation.sizes[one.name] != int(derivation.sizes[one.name]) for one in function.arguments):
        return
    nodes = list(function.whole.walk())
    # A root would need an import.
    rooted = any(isinstance(node, Root) for node in nodes)
    if not rooted and sum(not node.children for node in nodes) <= MOST_TYPED:
        total = Typable(derivation.total, derivation.general.formula)
        yield Paragraph(Sentence(prose("closed_typed", total=place_of(0)), (total,)))
        yield Typed(function, derivation.sizes)


def _function(derivation: Derivation) -> Function | None:
    """Return the closed form as a function; None where two of its parts have one name."""
    form, sizes = closed_form(derivation), derivation.sizes
    named = _in_order(form.whole, {})
    blocks = tuple(named.values())
    used = {symbol for formula in (form.whole, *blocks) for symbol in formula.symbols}
    arguments = tuple(sorted(used, key=lambda symbol: list(sizes).index(symbol.name)))
    name = derivation.quantity.name.replace("-", "_")
    names = [name, *(symbol.name for symbol in arguments), *map(variable, blocks)]
    distinct = len({*names}) == len(names) and all(one.isidentifier() and not iskeyword(one) for one in names)
    distinct &= all(named[variable(node)] == node for node in form.whole.walk() if isinstance(node, Labelled))
    about = f"Networks with the parts of {in_comment(derivation.model.name)}. Convention: {derivation.convention.name}."
    function = Function(name, about, arguments, blocks, form.whole)
    return function if distinct else None


def in_comment(name: str) -> str:
    """Return a stranger's model name as a comment of code has it: nothing that could end it."""
    return "".join(letter if letter.isalnum() or letter in "-_. " else "-" for letter in name)


def _in_order(formula: Formula, found: dict[str, Labelled]) -> dict[str, Labelled]:
    """Return the blocks that a formula names, by what code calls them, each behind those that it names itself."""
    for node in formula.children:
        _in_order(node, found)
    if isinstance(formula, Labelled):
        found.setdefault(variable(formula), formula)
    return found
