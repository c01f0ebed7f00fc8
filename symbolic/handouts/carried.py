"""Which blanks follow from others: a wrong number that is used rightly further down gets its marks there.

What a line makes of earlier ones stands on the sheet, so that a sheet may hold it: a tree of numbers that the sheet
prints, signs, and the blanks whose answers go in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Power, Product, Quotient, Sum, Symbol
from symbolic.formulas.functions import Floor
from symbolic.formulas.shown import Labelled
from symbolic.handouts.answers import NumberAnswer
from symbolic.handouts.form import Form

Tree: TypeAlias = "str | list[str | Tree]"
"""A number in digits, or a sign and what it joins: ["+", "12", ["blank", "3"]]; "//" is a quotient rounded down."""


class _NoTreeError(Exception):
    """A line that is no sum or product of whole numbers."""


def follows(form: Form) -> dict[str, Tree]:
    """Return what each answer is of earlier blanks, by its id; those that use none are left out.

    >>> import symbolic
    >>> from symbolic.handouts import seeds
    >>> from symbolic.handouts.form import Settings
    >>> from symbolic.handouts.making import make_form
    >>> settings = Settings(symbolic.explain("gpt2-124m"), seeds.Seed("1"), fade="2", varied=False)
    >>> follows(make_form(settings, "1"))["2a"][0]
    '+'
    """
    found: dict[str, Tree] = {}
    for place, asked in enumerate(form.faded.lines):
        try:
            tree = _tree(asked.line.formula, form, place)
        except _NoTreeError:
            continue
        if blanks(tree):
            found[form.blanks[place].id] = tree
    return found | dict(_of_questions(form))


def _of_questions(form: Form) -> Iterator[tuple[str, Tree]]:
    """Yield what the answer to a question about the sheet's own model is of the blanks, where it is of any."""
    for item in (item for question in form.questions for item in question.items):
        if not isinstance(item.answer, NumberAnswer):
            continue
        formula = item.follows or (item.proofs[0].formula if item.proofs[0].sizes == form.derivation.sizes else None)
        if formula is None:
            continue
        try:
            tree = _tree(formula, form, len(form.faded.lines))
        except _NoTreeError:
            continue
        if blanks(tree):
            yield item.id, tree


def blanks(tree: Tree) -> list[str]:
    """Return the ids of the blanks that a tree uses."""
    if isinstance(tree, str):
        return []
    sign, *parts = tree
    return [str(parts[0])] if sign == "blank" else [one for part in parts for one in blanks(part)]


def in_python(tree: Tree) -> str:
    """Return a tree as an expression of the notebook's names."""
    if isinstance(tree, str):
        return tree
    sign, *parts = tree
    if sign == "blank":
        return f"answer_{parts[0]}"
    return f"({f' {sign} '.join(in_python(part) for part in parts)})" if len(parts) > 1 else f"-{in_python(parts[0])}"


def in_words(tree: Tree) -> str:
    """Return a tree as a key prints it: (1) + (2) + 1,152."""
    if isinstance(tree, str):
        return grouped(int(tree))
    sign, *parts = tree
    if sign == "blank":
        return f"({parts[0]})"
    inside = [f"({in_words(part)})" if _is_sum(part) and sign != "+" else in_words(part) for part in parts]
    if len(parts) == 1:
        return f"−{inside[0]}"
    if sign == "//":
        over, under = inside
        return f"⌊{over} / ({under})⌋" if " × " in under and not _is_sum(parts[1]) else f"⌊{over} / {under}⌋"
    if sign == "+":
        first, *rest = inside
        return first + "".join(f" − {one[1:]}" if one.startswith("−") else f" + {one}" for one in rest)
    return " × ".join(inside)


def _is_sum(tree: Tree) -> bool:
    return not isinstance(tree, str) and tree[0] == "+"


def _tree(node: Formula, form: Form, place: int) -> Tree:
    sizes, faded = form.derivation.sizes, form.faded
    match node:
        case Labelled(label=label):
            value = node.value(sizes)
            if value not in faded.hidden:
                return _digits(value)
            earlier = [index for index in range(place) if faded.lines[index].line.value == value]
            if not earlier:
                raise _NoTreeError
            # Layers of two kinds may come to the same: each has a name of its own.
            named = [index for index in earlier if faded.lines[index].step.label == label]
            return ["blank", form.blanks[(named or earlier)[-1]].id]
        case Number() | Symbol():
            return _digits(node.value(sizes))
        case Sum(terms=terms):
            return ["+", *(_tree(term, form, place) for term in terms)]
        case Product(factors=factors):
            return ["*", *(_tree(factor, form, place) for factor in factors)]
        case Power(base=base, exponent=Number(number=int(number))):
            return ["*", *[_tree(base, form, place)] * number]
        case Negative(term=term):
            return ["-", _tree(term, form, place)]
        case Floor(part=Quotient(numerator=over, denominator=under)):
            # What the total grows by is a long sum, and stands in the key as a number.
            value = under.value(sizes)
            answers = {item.answer.value for item in form.items if isinstance(item.answer, NumberAnswer)}
            below = _tree(under, form, place) if value in answers else _digits(value)
            return ["//", _tree(over, form, place), below]
    raise _NoTreeError


def _digits(value: Exact) -> str:
    if not isinstance(value, int):
        raise _NoTreeError
    return str(value)
