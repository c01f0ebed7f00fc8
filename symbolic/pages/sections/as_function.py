"""The closed form as a function that a reader can copy into a program."""

from __future__ import annotations

from collections.abc import Iterator
from keyword import iskeyword

from symbolic.formulas.figures import with_unit
from symbolic.formulas.formula import Formula
from symbolic.formulas.shown import Labelled
from symbolic.measuring.closed_form import closed_form
from symbolic.measuring.derivation import Derivation
from symbolic.pages.functions import Function, variable
from symbolic.pages.page import Folded, Paragraph
from symbolic.pages.prose import Markup, Prose


def as_function(derivation: Derivation, prose: Prose) -> Iterator[Folded]:
    """Yield the function, folded; nothing where a part of it is no whole number for itself."""
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
    if not distinct or not function.is_whole:
        return
    given = ", ".join(f"{symbol.name}={sizes[symbol.name]}" for symbol in arguments)
    result = with_unit(derivation.total, derivation.unit)
    call = Markup(f"``{name}({given})``")
    parts = (
        function,
        Paragraph(prose("closed_call", call=call, total=result), tone="note", fixed=True),
    )
    yield Folded(prose("closed_function"), parts)


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
