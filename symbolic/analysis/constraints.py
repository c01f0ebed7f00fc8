"""What is to stay as it is while a size is solved for: ratios of two sizes, by names that people use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from symbolic.errors import SymbolicError, UnknownName
from symbolic.formulas.formula import Exact, Formula, Number, Product, Quotient, Symbol, exact
from symbolic.formulas.vocabulary import SYMBOLS, emb_dim, expert_dim, hidden_dim, n_heads, n_kv_groups, n_layers
from symbolic.language import lazy as _
from symbolic.measuring.derivation import Derivation

BITS = 8


class ConstraintError(SymbolicError):
    """A constraint that says nothing here, or that can't hold together with the others."""


@dataclass(frozen=True, slots=True)
class Keep:
    """A ratio of two sizes that stays what it is in the model."""

    name: str
    above: Symbol
    below: Symbol
    says: str


KEEPS = {
    keep.name: keep
    for keep in (
        Keep("aspect", emb_dim, n_layers, _("the aspect ratio, emb_dim / n_layers")),
        Keep("head_dim", emb_dim, n_heads, _("the width of a head: emb_dim / n_heads")),
        Keep("hidden_ratio", hidden_dim, emb_dim, _("the width of the feed-forward network, hidden_dim / emb_dim")),
        Keep("expert_ratio", expert_dim, emb_dim, _("the width of an expert, expert_dim / emb_dim")),
        Keep("kv_ratio", n_heads, n_kv_groups, _("the query heads that share a key-value head, n_heads / n_kv_groups")),
    )
}


@dataclass(frozen=True, slots=True)
class Constraints:
    """Sizes that follow the unknown: each is a multiple of it.

    `step` is what the unknown must be a multiple of: a whole number, or of bytes that a number takes an eighth, a bit.
    Where it `divides` another size, it can't be 0.
    """

    unknown: Symbol
    factors: Mapping[Symbol, Fraction]
    step: Exact
    kept: tuple[Keep, ...]
    divides: bool = False

    @property
    def least(self) -> int:
        """How many steps the unknown is at least."""
        return 0 if self.unknown.is_integer and self.unknown.minimum == 0 and not self.divides else 1

    def sizes(self, value: Exact) -> dict[str, Exact]:
        """Return the unknown and all that follows it, at a value that is a multiple of the step."""
        follow = {symbol.name: exact(value * factor) for symbol, factor in self.factors.items()}
        return {self.unknown.name: value, **follow}

    def formula(self, symbol: Symbol) -> Formula:
        """Return a size that follows the unknown, as a formula of it: emb_dim / 64."""
        factor = self.factors[symbol]
        top = self.unknown if factor.numerator == 1 else Product((Number(factor.numerator), self.unknown))
        return top if factor.denominator == 1 else Quotient(top, Number(factor.denominator))

    def substituted(self, closed: Formula) -> Formula:
        """Return the closed form with the unknown in place of what follows it."""

        def change(node: Formula) -> Formula | None:
            if isinstance(node, Symbol) and node in self.factors:
                return self.formula(node)
            return None

        return closed.replace(change)


def constrained(derivation: Derivation, unknown: Symbol, keep: Sequence[str], multiple: int) -> Constraints:
    """Return what follows the unknown when these ratios are kept; ConstraintError where one of them says nothing."""
    if multiple < 1:
        raise ConstraintError(f"a size can't be a multiple of {multiple}; give a number of at least 1")
    for name in keep:
        if name not in KEEPS:
            raise UnknownName("ratio to keep", name, KEEPS)
    sizes, factors = derivation.sizes, {unknown: Fraction(1)}
    kept, left = [], [KEEPS[name] for name in dict.fromkeys(keep)]
    for one in left:
        if missing := [symbol.name for symbol in (one.above, one.below) if symbol.name not in sizes]:
            raise ConstraintError(f"{one.name} can't be kept: {derivation.model.name} has no {missing[0]}")
    # One ratio may only follow after another: heads follow the width, and the width the depth.
    while ready := next((one for one in left if one.above in factors or one.below in factors), None):
        left.remove(ready)
        known, follows = (ready.above, ready.below) if ready.above in factors else (ready.below, ready.above)
        ratio = Fraction(sizes[follows.name]) / Fraction(sizes[known.name])
        kept.append(ready)
        if follows in factors:
            continue
        factors[follows] = factors[known] * ratio
    if left:
        one = left[0]
        raise ConstraintError(
            f"keeping {one.name} ({one.says}) says nothing here: neither of its sizes changes with {unknown.name}; "
            "solve for one of them, or leave it out"
        )
    del factors[unknown]
    step: Exact = lcm(multiple, *(factor.denominator for factor in factors.values()))
    if not unknown.is_integer:
        step = exact(Fraction(step, BITS))
    return Constraints(unknown, {SYMBOLS[s.name]: f for s, f in factors.items()}, step, tuple(kept))
