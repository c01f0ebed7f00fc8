"""A table of every weight: its shape, its tensor in the real code, and its numbers in all."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.language import capitalised, translate
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.networks.family import MODEL_CLASS
from symbolic.pages.cells import Cell
from symbolic.pages.page import Folded, Paragraph, Part, Table
from symbolic.pages.prose import plain
from symbolic.pages.sections.steps import copies_of, link_to, repeating_blocks, shape_markup, whole_of


def every_weight(derivation: Derivation) -> Iterator[Folded]:
    """Yield a table of every weight: its shape, its tensors in the real code, and what it has in all."""
    # Where weights are not what is counted, their table says little.
    if derivation.quantity.name != "parameters":
        return
    rows: list[tuple[Cell, ...]] = []
    repeating = repeating_blocks(derivation)
    for visit in derivation.root.walk():
        step, weight = visit.step, visit.step.weight
        if weight is None or not step.value:
            continue
        tensors = ", ".join(f"``{plain(name)}``" for name in dict.fromkeys(weight.tensors))
        # What is built as another block before it has no steps of its own.
        derived = not any(block.number in repeating for block in visit.above)
        number = link_to(step) if derived else step.number
        name = f"{number} {plain(translate(step.label))}"
        # One tensor of several matrices holds all of them.
        if weight.copies > 1 and len(set(weight.tensors)) == 1:
            tensors = _("{tensor} (side by side)", tensor=tensors)
        times = copies_of(step, derivation)
        rows.append((name, shape_markup(step), times, whole_of(step, derivation), tensors))
    known = any(row[-1] for row in rows)
    columns = [_("Weight"), _("Shape"), _("Times"), _("{units} in all", units=capitalised(derivation.unit))]
    shown = [row if known else row[:-1] for row in rows]
    if known:
        columns.append(_tensor_of(derivation))
    title = _("Every weight: its shape, and what the code calls it") if known else _("Every weight and its shape")
    parts: list[Part] = [Table("", tuple(columns), tuple(shown), frozenset({2, 3}))]
    if any("{" in str(row[-1]) for row in rows):
        parts.append(Paragraph(_("In the name of a tensor, {} stands for the number of the layer."), tone="note"))
    # A single weight is its step.
    if len(rows) > 1:
        yield Folded(title, tuple(parts))


def _tensor_of(derivation: Derivation) -> str:
    """Return the head of the column of tensors: whose names they are."""
    model = derivation.model
    code = model.options.get(MODEL_CLASS) or model.architecture.model_class
    return _("Tensor in {code} of the library transformers", code=code) if code else _("Tensor in the real code")
