"""What a page carries so that its script can compute every number again when a reader changes a size.

The formulas are those of the derivation, as data; an element of the page names the place of its own among them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from string import ascii_letters

from symbolic.formulas.figures import is_quotient
from symbolic.formulas.formula import Formula, Number, Symbol
from symbolic.formulas.functions import Root
from symbolic.formulas.program import Node, Program
from symbolic.formulas.shown import Approximate, Blank, Labelled
from symbolic.language import Noun, current, translate
from symbolic.measuring.changing import Rule, changes
from symbolic.pages.page import Changing, Equation
from symbolic.pages.rendering.equations import Side
from symbolic.pages.rendering.text_notation import Text

SPACE = "\u00a0"
"""A space within what is one entry in the list of the page's words."""
NUMBER = re.compile(r"\\(?:text|mathrm)\{[^{}]*\}|([0-9]+(?:\{,\}[0-9]+|\.[0-9]+)*)")
"""A number in a page's TeX, or words that may hold digits."""


class Live:
    """The formulas of a page, and the sizes that they hang on."""

    def __init__(self, changing: Changing) -> None:
        """`changing` is what a reader may change of a page."""
        self.derivation, kept, leads, self._unit = changing
        self.changes = changes(self.derivation)
        free = [one for one in self.changes.free if one not in kept]
        if leads is not None:
            # What is asked of the network comes before its own sizes.
            free.sort(key=lambda one: one.name in self.derivation.model.sizes)
        self.changes = self.changes._replace(free={one: self.changes.free[one] for one in free})
        self._program = Program()
        self._units: dict[str, str] = {}
        self._words: dict[str, int] = {}
        self._computed: set[int] = set()
        self._total = self.place(self.derivation.general.formula)
        self._leads = None if leads is None else self.place(leads)

    def place(self, formula: Formula) -> int:
        """Return where a formula stands among those of the page."""
        place = self._program.place(formula)
        if not isinstance(formula, Symbol):
            self._computed.add(place)
        return place

    def said(self, words: str) -> str:
        """Return a sentence as the places of its words in the page's list, the first ones as letters: "aBc52 53a".

        Read aloud, formulas say the same few words again and again; in full, they took a sixth of a page.
        """
        written = ""
        for word in words.split(" "):
            place = self._words.setdefault(word.replace(SPACE, " "), len(self._words))
            code = ascii_letters[place] if place < len(ascii_letters) else str(place)
            written += f" {code}" if code.isdecimal() and written[-1:].isdecimal() else code
        return written

    def slots(self, equation: Equation, sides: Sequence[Side]) -> str:
        """Return what the numbers of an equation are, in order: places of formulas, or −n for n that never change.

        The last is the value, behind "~" where a fraction stands before it. Nothing where the equation is not one that
        can be computed again: it holds for the sizes of the config.
        """
        value = equation.value
        if isinstance(value, Blank) or equation.sizes is not None or value < 0:
            return ""
        if equation.formula.value(self.derivation.sizes) != value:
            return ""
        found: list[int | None] = []
        for side in sides:
            count = sum(match[1] is not None for match in NUMBER.finditer(side.text))
            if side.role == "written":
                found += [None] * count
            elif side.role == "numbers":
                numbers = list(self._numbers(equation.formula))
                if len(numbers) != count:
                    return ""
                found += numbers
        self.inflects(equation.unit)
        fraction = "~" if any(side.role == "fraction" for side in sides) else ""
        return " ".join((*_runs(found), f"{fraction}{self.place(equation.formula)}"))

    def inflects(self, unit: str) -> None:
        """Note a unit that has another form behind 1."""
        if isinstance(unit, Noun):
            self._units[unit.of(2)] = unit.of(1)

    def _numbers(self, formula: Formula) -> Iterator[int | None]:
        """Yield what each number is where numbers stand in the symbols' places: a place, or None for a fixed one."""
        match formula:
            case Symbol() | Labelled():
                yield self.place(formula)
            case Number():
                yield from [None] * (2 if is_quotient(formula.number) else 1)
            case Root() | Approximate() | Blank():
                # Their numbers stand in another order, or are rounded: the equation does not count as one that follows.
                yield from ()
            case _:
                for part in formula.children:
                    yield from self._numbers(part)

    def data(self) -> str:
        """Return what the script reads, as JSON that can stand in HTML; the page is to be written before it."""
        asked = self._asked()
        definitions, rules, layers = self.changes.definitions, self.changes.rules, self.changes.layers
        signs = current().signs
        data = {
            "total": self._total,
            # The steps of the page leave out what the model has none of; they must go on adding up to the total.
            "printed": self.place(self.derivation.added[""]),
            "bytes": self.derivation.unit == "bytes",
            "unit": self._unit or translate(self.derivation.unit),
            "values": {name: str(size) for name, size in self.derivation.sizes.items()},
            "sizes": [_described(symbol, least) for symbol, least in self.changes.free.items() if symbol.name in asked],
            "held": {
                symbol.name: translate(reason) for symbol, reason in self.changes.held.items() if symbol.name in asked
            },
            "definitions": {symbol.name: self.place(formula) for symbol, formula in definitions.items()},
            "rules": [self._rule(rule) for rule in rules],
            "layers": layers
            and {
                "by": layers.by.name,
                "most": max(map(len, layers.counts.values()), default=0),
                "counts": {symbol.name: _without_tail(counts) for symbol, counts in layers.counts.items()},
            },
            "signs": [signs[ord(",")], signs[ord(".")]],
            "units": self._units,
            "words": list(self._words),
            # As JSON lists they took a quarter more.
            "nodes": ";".join(map(_node, self._program.nodes)),
        }
        if self._leads is not None:
            data["leads"] = self._leads
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")

    def _rule(self, rule: Rule) -> list[str | int]:
        """Return a rule's kind, the place of its formula and its name; then those of what it is compared with."""
        left = self.place(rule.left)
        if rule.right is None:
            return [rule.kind, left, translate(rule.name) or " × ".join(symbol.name for symbol in rule.left.symbols)]
        write = Text()
        return [rule.kind, left, write(rule.left), self.place(rule.right), write(rule.right)]

    def _asked(self) -> set[str]:
        """Return the names of the sizes that some number of the page hangs on, beside those that are one."""
        nodes = self._program.nodes
        defined = {symbol.name: formula for symbol, formula in self.changes.definitions.items()}
        waiting, seen, asked = list(self._computed), set(self._computed), set[str]()
        while waiting:
            node = nodes[waiting.pop()]
            if isinstance(node, str):
                if node in defined and node not in asked:
                    asked.update(symbol.name for symbol in defined[node].symbols if symbol.name not in defined)
                    waiting += [self.place(symbol) for symbol in defined[node].symbols if symbol.name in defined]
                asked.add(node)
                continue
            for place in node[1:]:
                if isinstance(place, int) and place not in seen:
                    seen.add(place)
                    waiting.append(place)
        return asked


def _described(symbol: Symbol, least: int) -> dict[str, str | int | None]:
    """Return which numbers a size that can be changed may have; a table of the page says what it is."""
    said: dict[str, str | int | None] = {
        "name": symbol.name,
        "least": least,
    }
    if symbol.maximum is not None:
        said["most"] = symbol.maximum
    return said | ({} if symbol.is_integer else {"parts": 1})


def _without_tail(counts: Sequence[int | None]) -> Sequence[int | None]:
    """Return how many layers of a kind there are, by the number of layers, until nothing changes any more."""
    last = len(counts)
    while last > 1 and counts[last - 1] == counts[last - 2]:
        last -= 1
    return counts[:last]


def _node(node: Node) -> str:
    """Return a node in a line: a name, a number, or an operation and places with spaces between them."""
    return node if isinstance(node, str) else " ".join(map(str, node))


def _runs(numbers: Sequence[int | None]) -> Iterator[str]:
    """Yield places as they are, and how many numbers between them never change, below zero."""
    for fixed, run in groupby(numbers, lambda place: place is None):
        if fixed:
            yield str(-len(list(run)))
        else:
            yield from map(str, run)
