"""What stands in a sentence or in a table's cell: words, formulas, and figures that know what they are the value of."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple, TypeAlias

from symbolic.formulas.figures import grouped, in_short, near, percent, unit_of
from symbolic.formulas.formula import Exact, Formula


class Derived(int):
    """A whole number that knows the formula that it is the value of.

    Where a reader may change sizes, the page computes it again; anywhere else it is a number like any other.

    >>> from symbolic.formulas.vocabulary import emb_dim
    >>> number = Derived(3072, 4 * emb_dim)
    >>> number + 1, number.formula.symbols[0].name
    (3073, 'emb_dim')
    """

    formula: Formula

    def __new__(cls, value: int, formula: Formula) -> Derived:
        """`value` is the formula's, with the sizes of the page."""
        made = super().__new__(cls, value)
        made.formula = formula
        return made

    def __reduce__(self) -> tuple[type[Derived], tuple[int, Formula]]:
        """What another process makes it of."""
        return Derived, (int(self), self.formula)


class HeldWords(str):
    """Words in a table's cell; the first of them, `given`, hold for the sizes of the config alone.

    Where a reader changes one, they go, and `lasting` stays.

    >>> HeldWords("OpenAI's release", "this page")
    "OpenAI's release, this page"
    """

    given: str
    lasting: str

    def __new__(cls, given: str, lasting: str = "") -> HeldWords:
        """`given`, a comma, and `lasting`, if there is any."""
        made = super().__new__(cls, f"{given}, {lasting}" if lasting else given)
        made.given, made.lasting = given, lasting
        return made

    def __reduce__(self) -> tuple[type[HeldWords], tuple[str, str]]:
        """What another process makes it of."""
        return HeldWords, (self.given, self.lasting)


class NotedWords(str):
    """Words in a cell with a note that holds as long as a size is that of the config: where it is changed, it goes.

    >>> from symbolic.formulas.vocabulary import tokens
    >>> NotedWords("how long a text is", "our default", tokens)
    'how long a text is (our default).'
    """

    words: str
    note: str
    size: Formula
    after: str

    def __new__(cls, words: str, note: str, size: Formula, after: str = "") -> NotedWords:
        """`words` without a full stop, the note without its brackets, and the sentences `after` it."""
        made = super().__new__(cls, f"{words} ({note}). {after}".rstrip())
        made.words, made.note, made.size, made.after = words, note, size, after
        return made

    def __reduce__(self) -> tuple[type[NotedWords], tuple[str, str, Formula, str]]:
        """What another process makes it of."""
        return NotedWords, (self.words, self.note, self.size, self.after)


class TokensHeld(str):
    """Tokens in a table's cell: those of which something is kept, then those for which it is made now, with a plus.

    >>> TokensHeld(kept=("the", "cat"), made=("sat",))
    'the cat **+ sat**'
    """

    kept: tuple[str, ...]
    made: tuple[str, ...]

    def __new__(cls, kept: tuple[str, ...], made: tuple[str, ...]) -> TokensHeld:
        """The words of all formats but the one that draws a box around each token."""
        words = super().__new__(cls, " ".join((*kept, *(f"**+ {token}**" for token in made))))
        words.kept, words.made = kept, made
        return words

    def __reduce__(self) -> tuple[type[TokensHeld], tuple[tuple[str, ...], tuple[str, ...]]]:
        """What another process makes it of."""
        return TokensHeld, (self.kept, self.made)


FIRST_PLACE = 0xE000
"""The first of the signs for private use: in a sentence, the place of a figure."""


def place_of(index: int) -> str:
    """Return the sign that stands in a sentence in the place of a figure.

    >>> [ord(place_of(index)) for index in (0, 1)]
    [57344, 57345]
    """
    return chr(FIRST_PLACE + index)


class Sentence(str):
    """Markup with figures that follow the sizes where a reader may change them; anywhere else, words like any other.

    `pattern` has the sign `place_of(index)` in the place of each of `figures`: a number, exact or rounded, one with the
    noun that it counts, a share, or a ratio.

    >>> from symbolic.formulas.vocabulary import emb_dim
    >>> Sentence(f"It has {place_of(0)} rows.", (Derived(3072, 4 * emb_dim),))
    'It has 3,072 rows.'
    """

    pattern: str
    figures: tuple[Figured, ...]

    def __new__(cls, pattern: str, figures: tuple[Figured, ...]) -> Sentence:
        """The words of all formats but the one that computes again."""
        text = pattern
        for index, figure in enumerate(figures):
            text = text.replace(place_of(index), _figured(figure))
        made = super().__new__(cls, text)
        made.pattern, made.figures = pattern, figures
        return made

    def __reduce__(self) -> tuple[type[Sentence], tuple[str, tuple[Figured, ...]]]:
        """What another process makes it of."""
        return Sentence, (self.pattern, self.figures)


def _figured(figure: Figured) -> str:
    match figure:
        case Share():
            return percent(figure.value).replace(" ", "\u00a0")
        case InShort():
            return in_short(figure.value)
        case Amount():
            return f"{grouped(figure.value)}\u00a0{unit_of(figure.value, figure.unit)}"
        case Ratio():
            return near(figure.value).replace(" ", "\u00a0")
        case Typable():
            return str(figure.value)
    return grouped(int(figure))


class Math(NamedTuple):
    """A formula in a table's cell, as written."""

    formula: Formula


class Share(NamedTuple):
    """A part of a whole, printed as a percentage; `formula` as of a `Derived`."""

    value: Fraction
    formula: Formula | None = None


class InShort(NamedTuple):
    """A number in a sentence, in four digits where it is not whole; `formula` as of a `Derived`."""

    value: Exact
    formula: Formula


class Ratio(NamedTuple):
    """How many times as much, printed with at most four places or as about so much; `formula` as of a `Derived`."""

    value: Fraction
    formula: Formula


class Typable(NamedTuple):
    """A whole number as code has it, its digits in no groups; `formula` as of a `Derived`."""

    value: Exact
    formula: Formula


class Amount(NamedTuple):
    """An exact number with its unit, and the formula that it is the value of."""

    value: Exact
    unit: str
    formula: Formula


Figured: TypeAlias = Derived | Amount | InShort | Share | Ratio | Typable
"""A figure in a sentence."""


class Signed(NamedTuple):
    """A number that is added (or, negative, taken away), printed with its sign; `formula` as of a `Derived`."""

    value: int
    formula: Formula | None = None


class Letters(NamedTuple):
    """A formula in a table's cell, in letters whatever the notation: 12 L d²."""

    formula: Formula


Cell: TypeAlias = str | int | Fraction | Math | Letters | Share | Signed | Amount | InShort | Ratio | Typable
"""What a cell holds: markup, an exact or rounded number, a formula, a share, a signed number, a number with a unit."""
