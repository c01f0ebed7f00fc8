"""Variants: valid configs from a seed. The same seed and name give the same config, on every machine."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from symbolic.configs.model import Model
from symbolic.configs.sizes import check_pairs
from symbolic.errors import ConfigError, SymbolicError
from symbolic.formulas.formula import Formula, Symbol
from symbolic.handouts.seeds import digest
from symbolic.networks.blocks import Block
from symbolic.networks.family import Need

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SHORTEST, LONGEST = 8, 50
ATTEMPTS = 400
POCKET = 10**8
"""A pocket calculator shows eight digits."""

Menu = Iterable[int]

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
EASY_WIDTHS = (20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400)
"""For widths that nothing else fixes."""


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
    for _ in range(ATTEMPTS):
        drawn = _drawn(model, random, easy)
        if drawn is not None and drawn.sizes != model.sizes and (fits is None or fits(drawn)):
            return drawn
    how = "easy variant" if easy else "variant"
    raise VariantError(
        f"no {how} of {model.name} found in {ATTEMPTS} attempts; "
        + ("leave out --easy" if easy else "choose another model")
    )


@dataclass(frozen=True, slots=True)
class _Draw:
    model: Model
    random: Random
    easy: bool

    def size(self, symbol: Symbol, drawn: Mapping[str, int]) -> int:
        base = self.model.sizes[symbol.name]
        menu = EASY.get(symbol.name) if self.easy else COMMON.get(symbol.name)
        if symbol.name == "emb_dim" and "n_heads" in drawn:
            heads = drawn["n_heads"]
            return heads * self.random.choice(tuple((EASY if self.easy else COMMON)["head_dim"]))
        if symbol.name == "n_kv_groups":
            heads = drawn.get("n_heads", base)
            return self.random.choice([part for part in range(1, heads + 1) if heads % part == 0])
        if menu is not None and base > 1:
            return self.random.choice(tuple(menu))
        if self.easy and symbol.scales and base > 20:
            return self.random.choice([width for width in EASY_WIDTHS if width <= base] or [base])
        if symbol.scales and base >= 8:
            choices = {base * part // 8 for part in (4, 6, 8, 10, 12, 16) if base * part % 8 == 0}
            return self.random.choice(sorted(choices))
        return base


def _drawn(model: Model, random: Random, easy: bool) -> Model | None:
    family, draw = model.architecture, _Draw(model, random, easy)
    sizes: dict[str, int] = {}
    patterned = [symbol for symbol, need in family.sizes.items() if need is Need.PATTERN]
    # Heads first: widths are multiples of them.
    given = [symbol for symbol in family.sizes if symbol.name in model.sizes and symbol not in model.definitions]
    for symbol in sorted(given, key=lambda symbol: symbol.name not in ("n_heads", "n_layers", "n_experts")):
        sizes[symbol.name] = model.sizes[symbol.name] if symbol in patterned else draw.size(symbol, sizes)
    # A list of kinds of layer may say how many there are, so that no formula has their number.
    layers = model.sizes.get("n_layers") if "n_layers" in sizes else None
    for symbol in patterned:
        if layers and symbol.name in sizes and sizes[symbol.name]:
            # The same part of the layers, rounded, and at least one.
            share = sizes[symbol.name] * sizes["n_layers"]
            sizes[symbol.name] = max(1, (2 * share + layers) // (2 * layers))
    return _valid(model, sizes)


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
    now, before = ([repeat.value(known) for repeat in _repeats(made.network)] for known in (ordered, model.sizes))
    same = all((new > 0) == (old > 0) for new, old in zip(now, before, strict=True))
    return made if same and all(isinstance(repeat, int) and repeat >= 0 for repeat in now) else None


def _repeats(block: Block) -> Iterator[Formula]:
    yield from (repeat for repeat in (block.repeat, block.active) if repeat is not None)
    for part in block.parts:
        if isinstance(part, Block):
            yield from _repeats(part)


def with_size(model: Model, symbol: Symbol, size: int) -> Model | None:
    """Return the model with one size replaced and what follows from it, or None if it is not valid."""
    return _valid(model, {**model.sizes, symbol.name: size})
