"""What is checked before a page says so: by SymPy, which evaluates on its own, and against what was published."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.configs.models import Published
from symbolic.errors import CheckFailed
from symbolic.formulas import algebra
from symbolic.formulas.formula import Exact, Formula, Number
from symbolic.formulas.shown import Labelled
from symbolic.measuring import known_figures
from symbolic.measuring.derivation import Derivation


def equations(derivation: Derivation) -> int:
    """Return how many equations the steps print; CheckFailed if SymPy gets another value for one of them."""
    sizes = derivation.sizes
    count = 0
    for visit in derivation.root.walk():
        step = visit.step
        for line in step.lines:
            found = algebra.evaluated(_own_parts(line.formula, sizes), sizes)
            if found != line.value:
                raise CheckFailed(f"step {step.number} prints {line.value}, SymPy finds {found}; please report this")
            count += 1
    return count


def closed_form(derivation: Derivation) -> None:
    """Raise CheckFailed if the closed form, evaluated by SymPy, is not the total."""
    found = algebra.evaluated(derivation.closed, derivation.sizes)
    if found != derivation.total:
        raise CheckFailed(f"the closed form gives {found}, the steps {derivation.total}; please report this")


def published(derivation: Derivation) -> tuple[Published, ...]:
    """Return the published totals of this model under this convention that agree with ours."""
    return tuple(
        entry
        for entry in known_figures.published(derivation)
        if entry.agrees(derivation.total)
        and entry.convention == derivation.convention.name
        and all(derivation.model.options[name] == value for name, value in entry.options.items())
    )


def _own_parts(formula: Formula, sizes: Mapping[str, Exact]) -> Formula:
    """Return the line as printed: a labelled part is a number in it, which its own line has checked."""

    def change(node: Formula) -> Formula | None:
        return Number(node.value(sizes)) if isinstance(node, Labelled) else None

    return formula.replace(change)
