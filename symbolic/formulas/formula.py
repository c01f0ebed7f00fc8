"""A formula as it is written: order and brackets kept, its value exact.

SymPy sorts and merges what it is given: `3 * (d * d)` becomes `3*d**2`. A page needs the author's order, so a
formula is a small ordered tree. Python's operators build it, and brackets stand where the author put them:
`a * b * c` is one product of three factors, `a * (b * c)` keeps its brackets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from operator import is_
from typing import Final, TypeAlias

Exact: TypeAlias = int | Fraction
"""A value without rounding: whole numbers are int, all others Fraction."""


def exact(value: Exact) -> Exact:
    """Return an int for a fraction that is whole, and any other value as it is.

    >>> exact(Fraction(6, 3)), exact(Fraction(1, 2))
    (2, Fraction(1, 2))
    """
    return value.numerator if value.denominator == 1 else value


class Formula:
    """A formula as it is written: a node of an ordered tree, with its children and exact value.

    Python's operators build one from the vocabulary's symbols and ints; brackets stay where they are put. `value` takes
    the sizes by name and returns an int or a Fraction; KeyError where one is missing, ZeroDivisionError where it
    divides by 0.

    >>> from symbolic.formulas.vocabulary import emb_dim, n_heads
    >>> three = 3 * (emb_dim * emb_dim)
    >>> three.value({"emb_dim": 768}), [one.name for one in (emb_dim / n_heads).symbols]
    (1769472, ['emb_dim', 'n_heads'])
    """

    __slots__ = ("_hash", "_symbols")
    __match_args__: tuple[str, ...] = ()
    """The names of its parts, in their order: each kind of node says its own."""

    # Plain classes with slots, not dataclasses: to define a dozen of those takes longer than to count a model.
    def __reduce__(self) -> tuple[type[Formula], tuple[object, ...]]:
        """What another process makes it of: its parts, and no hash, which another process computes otherwise."""
        return type(self), self._parts

    def __eq__(self, other: object) -> bool:
        """Whether it is the same kind of node, of equal parts."""
        if self is other:
            return True
        if not isinstance(other, type(self)):
            return NotImplemented
        return hash(self) == hash(other) and self._parts == other._parts

    def __hash__(self) -> int:
        """That of its parts, kept once it is known: a page looks up whole sums thousands of times."""
        try:
            return self._hash
        except AttributeError:
            self._hash: int = hash((type(self), *self._parts))
        return self._hash

    def __repr__(self) -> str:
        """Return the call that makes it."""
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__match_args__)})"

    @property
    def _parts(self) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in self.__match_args__])

    def __add__(self, other: Formula | int) -> Sum:
        left = self.terms if isinstance(self, Sum) else (self,)
        return Sum((*left, as_formula(other)))

    def __radd__(self, other: int) -> Sum:
        return Sum((Number(other), self))

    def __sub__(self, other: Formula | int) -> Sum:
        return self + Negative(as_formula(other))

    def __rsub__(self, other: int) -> Sum:
        return Sum((Number(other), Negative(self)))

    def __mul__(self, other: Formula | int) -> Product:
        left = self.factors if isinstance(self, Product) else (self,)
        return Product((*left, as_formula(other)))

    def __rmul__(self, other: int) -> Product:
        return Product((Number(other), self))

    def __truediv__(self, other: Formula | int) -> Quotient:
        return Quotient(self, as_formula(other))

    def __rtruediv__(self, other: int) -> Quotient:
        return Quotient(Number(other), self)

    def __pow__(self, exponent: Formula | int) -> Power:
        return Power(self, as_formula(exponent))

    @property
    def children(self) -> tuple[Formula, ...]:
        """Its parts, in the order written."""
        return ()

    def rebuilt(self, children: tuple[Formula, ...]) -> Formula:
        """Return the same kind of node with other parts."""
        return self

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        """Return the exact value with these sizes; KeyError with a size's name where it is missing."""
        raise NotImplementedError

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Every symbol once, in the order of first use; kept once it is known, as trees are that many models share."""
        try:
            return self._symbols
        except AttributeError:
            self._symbols: tuple[Symbol, ...] = self._found_symbols()
        return self._symbols

    def _found_symbols(self) -> tuple[Symbol, ...]:
        # A loop takes half as long as `walk`.
        found: dict[Symbol, None] = {}
        waiting: list[Formula] = [self]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Symbol):
                found[node] = None
            else:
                waiting += node.children[::-1]
        return tuple(found)

    def walk(self) -> Iterator[Formula]:
        """Yield this node and all below it, parents first."""
        waiting: list[Formula] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.children[::-1]

    def replace(self, change: Callable[[Formula], Formula | None]) -> Formula:
        """Return the tree with each node replaced for which `change` returns another, outermost first."""
        changed = change(self)
        if changed is not None:
            return changed
        before = self.children
        after = tuple([child.replace(change) for child in before])
        # Most parts stay as they are: what is not made anew keeps its hash.
        return self if all(map(is_, after, before)) else self.rebuilt(after)


class Number(Formula):
    """An exact number, an int or a Fraction, that stands in a formula as itself.

    >>> Number(Fraction(1, 2)).value({}), (2 * Number(3)).value({})
    (Fraction(1, 2), 6)
    """

    __match_args__ = __slots__ = ("number",)

    def __init__(self, number: Exact) -> None:
        self.number: Final = number

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        return self.number


class Symbol(Formula):
    """A named size, such as emb_dim. Two symbols are the same if their names are.

    `letter` is TeX; `meaning` completes "It is …"; `spoken` is how it is read aloud; `aliases` are the names that
    configs give it; `unit` is the word behind its number. Its values go from `minimum` to `maximum` and are integers if
    `is_integer`. `scales` says whether it grows when a model is made deeper and wider, `of_run` that no config gives
    it. Those of models and runs are made in `vocabulary/` alone, so that each name and letter is taken once.

    >>> from symbolic.formulas.vocabulary import value_bytes
    >>> value_bytes.unit, value_bytes.is_integer, value_bytes.value({"value_bytes": Fraction(1, 2)})
    ('bytes', False, Fraction(1, 2))
    """

    __match_args__ = __slots__ = (
        "name",
        "letter",
        "meaning",
        "spoken",
        "aliases",
        "unit",
        "minimum",
        "maximum",
        "is_integer",
        "scales",
        "of_run",
    )

    def __init__(
        self,
        name: str,
        letter: str,
        meaning: str,
        spoken: str,
        aliases: tuple[str, ...] = (),
        unit: str = "",
        minimum: int = 1,
        maximum: int | None = None,
        is_integer: bool = True,
        scales: bool = True,
        of_run: bool = False,
    ) -> None:
        self.name: Final = name
        self.letter: Final = letter
        self.meaning: Final = meaning
        self.spoken: Final = spoken
        self.aliases: Final = aliases
        self.unit: Final = unit
        self.minimum: Final = minimum
        self.maximum: Final = maximum
        self.is_integer: Final = is_integer
        self.scales: Final = scales
        self.of_run: Final = of_run

    def __eq__(self, other: object) -> bool:
        """Whether it has the same name."""
        return self is other or (isinstance(other, Symbol) and self.name == other.name)

    def __hash__(self) -> int:
        """The name's: symbols are looked up more often than anything else."""
        return hash(self.name)

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Itself."""
        return (self,)

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        return sizes[self.name]


class Sum(Formula):
    """Terms added in the order written; the value is exact, an int where it is whole.

    >>> from symbolic.formulas.vocabulary import emb_dim, n_layers
    >>> (n_layers + emb_dim + 1).value({"n_layers": 12, "emb_dim": 768})
    781
    """

    __match_args__ = __slots__ = ("terms",)

    def __init__(self, terms: tuple[Formula, ...]) -> None:
        self.terms: Final = terms

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.terms

    def rebuilt(self, children: tuple[Formula, ...]) -> Sum:
        return Sum(children)

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        value = sum([term.value(sizes) for term in self.terms])
        return value if type(value) is int else exact(value)


class Negative(Formula):
    """A term that is taken away: in a sum it stands behind a minus.

    >>> from symbolic.formulas.vocabulary import n_layers
    >>> (n_layers - 1).terms == (n_layers, Negative(Number(1)))
    True
    """

    __match_args__ = __slots__ = ("term",)

    def __init__(self, term: Formula) -> None:
        self.term: Final = term

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.term,)

    def rebuilt(self, children: tuple[Formula, ...]) -> Negative:
        return Negative(*children)

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        return -self.term.value(sizes)


class Product(Formula):
    """Factors multiplied in the order written; a product in a product keeps its brackets.

    >>> from symbolic.formulas.vocabulary import emb_dim, hidden_dim
    >>> len((emb_dim * hidden_dim * 2).factors), len((emb_dim * (hidden_dim * 2)).factors)
    (3, 2)
    """

    __match_args__ = __slots__ = ("factors",)

    def __init__(self, factors: tuple[Formula, ...]) -> None:
        self.factors: Final = factors

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.factors

    def rebuilt(self, children: tuple[Formula, ...]) -> Product:
        return Product(children)

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        value: Exact = 1
        for factor in self.factors:
            # Most factors are sizes, and most values whole: a page asks for thousands.
            value *= sizes[factor.name] if type(factor) is Symbol else factor.value(sizes)
        return value if type(value) is int else exact(value)


class Quotient(Formula):
    """An exact division, never rounded.

    >>> from symbolic.formulas.vocabulary import emb_dim, n_heads
    >>> (emb_dim / n_heads).value({"emb_dim": 768, "n_heads": 12}), (emb_dim / 7).value({"emb_dim": 8})
    (64, Fraction(8, 7))
    """

    __match_args__ = __slots__ = ("numerator", "denominator")

    def __init__(self, numerator: Formula, denominator: Formula) -> None:
        self.numerator: Final = numerator
        self.denominator: Final = denominator

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.numerator, self.denominator)

    def rebuilt(self, children: tuple[Formula, ...]) -> Quotient:
        return Quotient(*children)

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        top, bottom = self.numerator.value(sizes), self.denominator.value(sizes)
        if bottom and top.denominator == bottom.denominator == 1 and not top % bottom:
            # Most quotients are whole: a fraction takes ten times as long.
            return int(top // bottom)
        return exact(Fraction(top) / Fraction(bottom))


class Power(Formula):
    """A base to a whole exponent."""

    __match_args__ = __slots__ = ("base", "exponent")

    def __init__(self, base: Formula, exponent: Formula) -> None:
        self.base: Final = base
        self.exponent: Final = exponent

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.base, self.exponent)

    def rebuilt(self, children: tuple[Formula, ...]) -> Power:
        return Power(*children)

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        exponent = self.exponent.value(sizes)
        if not isinstance(exponent, int):
            raise ValueError(f"the exponent {exponent} is not a whole number; a power keeps exact values only with one")
        base = self.base.value(sizes)
        return base**exponent if isinstance(base, int) and exponent >= 0 else exact(Fraction(base) ** exponent)


def as_formula(part: Formula | int) -> Formula:
    """Return a formula as it is, and an int as a number."""
    return part if isinstance(part, Formula) else Number(part)


def product(factors: tuple[Formula, ...]) -> Formula:
    """Return 1 for no factor, one as itself, and several as a product."""
    if not factors:
        return Number(1)
    return factors[0] if len(factors) == 1 else Product(factors)


def total(terms: tuple[Formula, ...]) -> Formula:
    """Return 0 for no term, one term as itself, and several as a sum."""
    if not terms:
        return Number(0)
    return terms[0] if len(terms) == 1 else Sum(terms)
