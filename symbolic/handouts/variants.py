"""Variants: valid configs from a seed. The same seed and name give the same config, on every machine."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
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

Menu = Iterable[int]
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
    "n_heads": (2, 3, 4, 6),
    "head_dim": (2, 4, 6, 8),
    "n_experts": (4, 6, 8),
    "n_active_experts": (1, 2),
}
"""To try a formula with."""
FIRST = ("n_heads", "n_layers", "n_experts")
MENUS: Mapping[Scale, Mapping[str, Menu]] = {"usual": COMMON, "easy": EASY, "small": SMALL}
EASY_WIDTHS = (20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1200, 1500, 2000)
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


def variant(model: Model, random: Random, *, easy: bool = False, fits: Callable[[Model], bool] | None = None) -> Model:
    """Return another model of the family: the same options, other sizes that belong together and pass `fits`."""
    attempts = ATTEMPTS_BUILT if model.architecture.of_one_config else ATTEMPTS
    for _ in range(attempts):
        drawn = _drawn(model, random, "easy" if easy else "usual")
        if drawn is not None and drawn.sizes != model.sizes and (fits is None or fits(drawn)):
            return drawn
    how = "easy variant" if easy else "variant"
    raise VariantError(
        f"no {how} of {model.name} found in {attempts} attempts; "
        + ("leave out --easy" if easy else "choose another model")
    )


def small(model: Model, random: Random) -> Model | None:
    """Return the model with sizes of one or two digits that belong together, or None if none were found."""
    drawn = (_drawn(model, random, "small") for _ in range(ATTEMPTS))
    return next((one for one in drawn if one is not None), None)


@dataclass(frozen=True, slots=True)
class _Draw:
    model: Model
    random: Random
    scale: Scale

    def size(self, symbol: Symbol, drawn: Mapping[str, int]) -> int:
        base, menus = self.model.sizes[symbol.name], MENUS[self.scale]
        if symbol.name == "emb_dim" and "n_heads" in drawn:
            return drawn["n_heads"] * self.random.choice(tuple(menus["head_dim"]))
        if symbol.name == "n_kv_groups":
            heads = drawn.get("n_heads", base)
            return self.random.choice([part for part in range(1, min(heads, MOST_GROUPS) + 1) if heads % part == 0])
        if symbol.name in menus and base > 1:
            kinds = symbol.name == "n_layers" and Need.PATTERN in self.model.architecture.sizes.values()
            # Of two kinds of layer there are several each.
            return self.random.choice([size for size in menus[symbol.name] if size >= 4 or not kinds])
        if base > 1 and "emb_dim" in drawn and _is_width(symbol):
            return self.width(base, drawn["emb_dim"])
        if self.scale == "easy" and symbol.scales and base > 20:
            return self.random.choice([width for width in EASY_WIDTHS if width <= min(base, 400)] or [base])
        if self.scale == "small" and symbol.scales and base > 20:
            return self.random.choice((8, 12, 16))
        if symbol.scales and base >= 8:
            choices = {base * part // 8 for part in (4, 6, 8, 10, 12, 16) if base * part % 8 == 0}
            return self.random.choice(sorted(choices))
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


def _drawn(model: Model, random: Random, scale: Scale) -> Model | None:
    family, draw = model.architecture, _Draw(model, random, scale)
    sizes: dict[str, int] = {}
    patterned = [symbol for symbol, need in family.sizes.items() if need is Need.PATTERN]
    # Heads first: the width is a multiple of them, and other widths are in proportion to it.
    given = [symbol for symbol in family.sizes if symbol.name in model.sizes and symbol not in model.definitions]
    alike: dict[tuple[str, int], int] = {}
    for symbol in sorted(given, key=lambda symbol: (symbol.name not in FIRST, _is_width(symbol))):
        base = model.sizes[symbol.name]
        size = base if symbol in patterned else draw.size(symbol, sizes)
        if listed := _list_of(family, symbol):
            # Layers or stages that are alike stay so: the tree tells them apart by their sizes.
            size = alike.setdefault((listed, base), size)
        sizes[symbol.name] = size
    # A list of kinds of layer may say how many there are, so that no formula has their number.
    layers = model.sizes.get("n_layers") if "n_layers" in sizes else None
    for symbol in patterned:
        if layers and symbol.name in sizes and sizes[symbol.name]:
            # The same part of the layers, rounded, and at least one.
            share = sizes[symbol.name] * sizes["n_layers"]
            sizes[symbol.name] = max(1, (2 * share + layers) // (2 * layers))
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
