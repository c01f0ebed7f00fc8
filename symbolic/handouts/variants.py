"""Variants: valid configs from a seed. The same seed and name give the same config, on every machine."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from random import Random
from typing import Literal, TypeAlias

from symbolic.configs.model import Model
from symbolic.configs.sizes import check_pairs
from symbolic.configs.variants import valid
from symbolic.errors import ConfigError, SymbolicError
from symbolic.formulas.formula import Formula, Symbol
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.handouts.seeds import digest
from symbolic.measuring import quantities
from symbolic.measuring.derivation import derive
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SHORTEST, LONGEST = 8, 50
ATTEMPTS = 400
ATTEMPTS_BUILT = 50
"""Where each attempt reads the config again, since the tree was read off code for one config."""
POCKET = 10**8
"""A pocket calculator shows eight digits."""

TURNED, WIDTHS_TURNED = 10, 200
"""So many attempts take all sizes in turn, and so many the width alone, since any may be in a valid config's way."""

Menu = Iterable[int]
Turn: TypeAlias = Callable[[str, int], int]
"""The place, among so many, of what a form takes for a size of that name."""
Scale: TypeAlias = Literal["usual", "easy", "small"]

COMMON: Mapping[str, Menu] = {
    "vocab_size": (16_000, 24_000, 30_000, 32_000, 40_000, 48_000, 50_000, 50_257, 60_000, 64_000, 80_000, 100_000),
    "context_length": (512, 768, 1024, 1536, 2048, 3072, 4096),
    "n_layers": range(6, 41, 2),
    "n_heads": (6, 8, 10, 12, 14, 16, 18, 20, 24),
    "head_dim": (32, 48, 64, 80, 96, 128),
}
EASY: Mapping[str, Menu] = {
    "vocab_size": (1000, 2000, 3000, 4000, 5000, 6000, 8000),
    "context_length": (100, 200, 250, 300, 400, 500),
    "n_layers": (2, 3, 4, 5, 6, 8),
    "n_heads": (2, 4, 5, 8, 10),
    "head_dim": (10, 20, 25, 30, 40),
    "n_experts": (4, 6, 8),
    "n_active_experts": (1, 2),
}
SMALL: Mapping[str, Menu] = {
    "vocab_size": range(12, 41),
    "context_length": range(8, 33),
    "n_layers": range(2, 7),
    "n_heads": (4, 5, 6),
    "head_dim": (4, 6, 8, 10),
    "n_experts": (4, 6, 8),
    "n_active_experts": (1, 2),
}
"""To try a formula with."""
FIRST = ("n_heads", "n_layers", "n_experts")
MENUS: Mapping[Scale, Mapping[str, Menu]] = {"usual": COMMON, "easy": EASY, "small": SMALL}
EASY_WIDTHS = (20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1200, 1500, 2000)
EIGHTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16)
"""How many eighths of a published size are drawn, where there is no list of usual ones."""
MOST_GROUPS = 256
"""So many groups of heads are drawn at most: a published number of heads may be any."""
STRETCHES = (Fraction(1), Fraction(9, 8), Fraction(5, 4))
"""How much wider for its `emb_dim` a width is drawn than in the published model."""


class VariantError(SymbolicError):
    """A family and settings for which no valid config was found."""


def stream(seed: str, *parts: object) -> Random:
    """Return random numbers that depend on the seed and these words alone."""
    # Random seeded with an integer is the same everywhere; hash() of a string is not.
    return Random(int.from_bytes(digest(seed, *parts)))  # noqa: S311 - what is secret is the seed


def form_id(seed: str, *parts: object, taken: Container[str] = ()) -> str:
    """Return letters and digits that identify a form, none easily misread: eight, or more if those are taken."""
    number = int.from_bytes(digest(seed, *parts))
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in range(LONGEST))
    return next(letters[:length] for length in range(SHORTEST, LONGEST + 1) if letters[:length] not in taken)


def in_turn(seed: str, who: str, *parts: object) -> Turn | None:
    """Return which of several a numbered form takes, or None for a form with a name.

    Numbered ones take all that there are before one comes again, in an order that follows from the seed and these
    words. So neighbours differ in each size, and a form does not depend on how many others there are.
    """
    if not (who.isascii() and who.isdecimal()):
        return None
    return lambda name, several: stream(seed, *parts, name, "turns").sample(range(several), several)[int(who) % several]


def at_random(random: Random) -> Turn:
    """Return what takes any of several: the turn of a form that no other comes after."""
    return lambda _, several: random.randrange(several)


def variant(
    model: Model,
    random: Random,
    *,
    easy: bool = False,
    fits: Callable[[Model], bool] | None = None,
    turn: Turn | None = None,
) -> Model:
    """Return another model of the family: the same options, other sizes that belong together and pass `fits`.

    With `turn`, sizes are those whose turn it is, as far as they belong together.
    """
    attempts = _attempts(model)
    for attempt in range(attempts):
        drawn = _drawn(model, random, "easy" if easy else "usual", turn, attempt)
        if drawn is not None and drawn.sizes != model.sizes and (fits is None or fits(drawn)):
            return drawn
    how = "easy variant" if easy else "variant"
    raise VariantError(
        f"no {how} of {model.name} found in {attempts} attempts; "
        + ("leave out --easy" if easy else "choose another model")
    )


def _attempts(model: Model) -> int:
    return ATTEMPTS_BUILT if model.architecture.of_one_config else ATTEMPTS


def small(model: Model, random: Random, turn: Turn | None = None) -> Model | None:
    """Return the model with sizes of one or two digits that belong together, or None if none were found.

    Its width is another one than that of the model, with which results would be the same as on its sheet; it is the
    same one only where no other was found.
    """
    own = model.sizes.get("emb_dim")
    drawn = (_drawn(model, random, "small", turn, attempt) for attempt in range(_attempts(model)))
    of_own_width = None
    for one in drawn:
        if one is not None and (own is None or one.sizes["emb_dim"] != own):
            return one
        of_own_width = of_own_width or one
    return of_own_width


@dataclass(frozen=True, slots=True)
class _Draw:
    model: Model
    random: Random
    scale: Scale
    turn: Turn | None
    attempt: int

    def pick(self, name: str, options: Sequence[int]) -> int:
        """Return one of the options: that whose turn it is, or any."""
        if self.turn and self.attempt < (WIDTHS_TURNED if name == "emb_dim" else TURNED):
            return options[self.turn(name, len(options))]
        return self.random.choice(options)

    def heads(self) -> dict[str, int]:
        """Return a width and a number of heads, of which each has one of the usual widths."""
        heads, widths = (tuple(MENUS[self.scale][name]) for name in ("n_heads", "head_dim"))
        found: dict[int, list[int]] = {}
        for number, each in product(heads, widths):
            found.setdefault(number * each, []).append(number)
        # By the width, each as often as another: most lines of a sheet follow from it alone.
        width = self.pick("emb_dim", sorted(found))
        return {"emb_dim": width, "n_heads": self.random.choice(found[width])}

    def size(self, symbol: Symbol, drawn: Mapping[str, int]) -> int:
        base, menus = self.model.sizes[symbol.name], MENUS[self.scale]
        if symbol.name == "emb_dim" and "n_heads" in drawn:
            return drawn["n_heads"] * self.random.choice(tuple(menus["head_dim"]))
        if symbol.name == "n_kv_groups":
            heads = drawn.get("n_heads", base)
            # Where several heads share a group, they do so in each form: that is what such a model is about.
            most = max(1, heads // 2) if base < self.model.sizes.get("n_heads", base) else heads
            return self.random.choice([part for part in range(1, min(most, MOST_GROUPS) + 1) if heads % part == 0])
        if symbol.name in menus and base > 1:
            kinds = symbol.name == "n_layers" and Need.PATTERN in self.model.architecture.sizes.values()
            # Of two kinds of layer there are several each.
            return self.pick(symbol.name, [size for size in menus[symbol.name] if size >= 4 or not kinds])
        if base > 1 and "emb_dim" in drawn and _is_width(symbol):
            return self.width(base, drawn["emb_dim"])
        if self.scale == "easy" and symbol.scales and base > 20:
            return self.random.choice([width for width in EASY_WIDTHS if width <= min(base, 400)] or [base])
        if self.scale == "small" and symbol.scales and base > 20:
            return self.random.choice((8, 12, 16))
        if symbol.scales and base >= 8:
            return self.pick(symbol.name, sorted({base * part // 8 for part in EIGHTHS if base * part % 8 == 0}))
        return base

    def width(self, base: int, emb_dim: int) -> int:
        """Return a width that is about as many times `emb_dim` as in the published model, and a round number."""
        near = Fraction(base * emb_dim, self.model.sizes["emb_dim"]) * self.random.choice(STRETCHES)
        if self.scale == "easy":
            return min(EASY_WIDTHS, key=lambda width: abs(width - near))
        step = next(step for step in (64, 32, 16, 8, 4, 2, 1) if step * 8 <= near or step == 1)
        return max(1, int(near / step + Fraction(1, 2))) * step


def _is_width(symbol: Symbol) -> bool:
    """Return whether a size is a width that people choose in proportion to `emb_dim`; those of heads are not."""
    name = symbol.name
    named = name.endswith(("_dim", "_rank", "hidden_size", "intermediate_size", "ffn_size"))
    return symbol.scales and name != "emb_dim" and named and "head_dim" not in name


def _drawn(model: Model, random: Random, scale: Scale, turn: Turn | None = None, attempt: int = 0) -> Model | None:
    family, draw = model.architecture, _Draw(model, random, scale, turn, attempt)
    sizes: dict[str, int] = {}
    patterned = [symbol for symbol, need in family.sizes.items() if need is Need.PATTERN]
    # Heads first: the width is a multiple of them, and other widths are in proportion to it.
    given = [symbol for symbol in family.sizes if symbol.name in model.sizes and symbol not in model.definitions]
    names = {symbol.name for symbol in given if model.sizes[symbol.name] > 1}
    together = draw.heads() if {"emb_dim", "n_heads"} <= names else {}
    alike: dict[tuple[str, int], int] = {}
    for symbol in sorted(given, key=lambda symbol: (symbol.name not in FIRST, _is_width(symbol))):
        base = model.sizes[symbol.name]
        size = base if symbol in patterned else together.get(symbol.name) or draw.size(symbol, sizes)
        if listed := _list_of(family, symbol):
            # Layers or stages that are alike stay so: the tree tells them apart by their sizes.
            size = alike.setdefault((listed, base), size)
        sizes[symbol.name] = size
    # A list of kinds of layer may say how many there are, so that no formula has their number.
    layers = model.sizes.get("n_layers") if "n_layers" in sizes else None
    for symbol in patterned:
        if layers and symbol.name in sizes and sizes[symbol.name]:
            # The same part of the layers, rounded: one where there is one, which is not multiplied, and else several.
            share = sizes[symbol.name] * sizes["n_layers"]
            several = max(2, (2 * share + layers) // (2 * layers))
            sizes[symbol.name] = 1 if sizes[symbol.name] == 1 else several
    return _valid(model, sizes)


def _list_of(family: Family, symbol: Symbol) -> str:
    """Return the config's list that a size is an item of; "" of any other."""
    return next((key.partition("[")[0] for key in family.keys(symbol) if key.endswith("]")), "")


def _valid(model: Model, sizes: dict[str, int]) -> Model | None:
    """Return the model with these sizes and what follows from them, or None if they can't belong together."""
    try:
        for symbol, formula in model.definitions.items():
            value = formula.value(sizes)
            if not isinstance(value, int) or value < symbol.minimum:
                return None
            sizes[symbol.name] = value
        check_pairs(model.architecture, sizes)
    except ConfigError:
        return None
    # What the tree has no use for is not drawn: sizes that only a switch thrown otherwise would bring.
    ordered = {name: sizes[name] for name in model.sizes if name in sizes}
    made = replace(
        model, sizes=ordered, source="", harmless={}, unknown=(), assumed=frozenset(), config={}, training=None
    )
    if model.architecture.of_one_config:
        # The tree was read off code for one config: with other sizes the code may build another.
        built = valid(model, {name: size for name, size in ordered.items() if SYMBOLS[name] not in model.definitions})
        if built is None or _keys(built.network) != _keys(model.network):
            return None
        try:
            # Some axes may be no whole numbers.
            parameters = quantities.find("parameters")
            _ = derive(built, parameters, parameters.default).total
        except ConfigError:
            return None
        made = replace(built, source="", harmless={}, unknown=(), assumed=frozenset())
    now, before = (
        [repeat.value(known) for repeat in _repeats(known_by.network)]
        for known_by, known in ((made, made.sizes), (model, model.sizes))
    )
    same = all((new > 0) == (old > 0) for new, old in zip(now, before, strict=True))
    return made if same and all(isinstance(repeat, int) and repeat >= 0 for repeat in now) else None


def _keys(block: Block) -> tuple[str, ...]:
    """Return the names of all parts, in order."""
    inner = (key for part in block.parts if isinstance(part, Block) for key in _keys(part))
    return (block.key, *inner)


def _repeats(block: Block) -> Iterator[Formula]:
    yield from (repeat for repeat in (block.repeat, block.active) if repeat is not None)
    for part in block.parts:
        if isinstance(part, Block):
            yield from _repeats(part)


def with_size(model: Model, symbol: Symbol, size: int) -> Model | None:
    """Return the model with one size replaced and what follows from it, or None if it is not valid."""
    return _valid(model, {**model.sizes, symbol.name: size})
