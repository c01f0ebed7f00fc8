"""The closed form as a function that a reader can copy into a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from keyword import iskeyword

from symbolic.formulas.figures import with_unit
from symbolic.formulas.formula import Exact, Formula, Number, Power, Quotient, Symbol
from symbolic.formulas.functions import Ceiling, Floor, Root
from symbolic.formulas.shown import Labelled
from symbolic.measuring.closed_form import closed_form
from symbolic.measuring.derivation import Derivation
from symbolic.pages.page import Folded, Function, Paragraph, variable
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
    nodes = list(_nodes(form.whole))
    distinct &= all(named[variable(node)] == node for node in nodes if isinstance(node, Labelled))
    if not distinct or not all(_is_whole(node, sizes) for node in nodes):
        return
    about = f"Networks with the parts of {in_comment(derivation.model.name)}. Convention: {derivation.convention.name}."
    given = ", ".join(f"{symbol.name}={sizes[symbol.name]}" for symbol in arguments)
    result = with_unit(derivation.total, derivation.unit)
    call = Markup(f"``{name}({given})``")
    parts = (
        Function(name, about, arguments, blocks, form.whole),
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


def _nodes(formula: Formula) -> Iterator[Formula]:
    """Yield the parts of a formula; of what is rounded, those of the two sides of its stroke."""
    yield formula
    rounded = isinstance(formula, Ceiling | Floor) and isinstance(formula.part, Quotient)
    for part in formula.part.children if rounded else formula.children:  # type: ignore[attr-defined]
        yield from _nodes(part)


def _is_whole(node: Formula, sizes: Mapping[str, Exact]) -> bool:
    """Return whether a part of a formula is written with whole numbers only."""
    match node:
        case Number(number=value):
            return isinstance(value, int)
        case Symbol():
            return node.is_integer and isinstance(sizes[node.name], int)
        case Power(exponent=exponent):
            return isinstance(exponent, Number) and exponent.number > 0
    return not isinstance(node, Quotient | Root)
