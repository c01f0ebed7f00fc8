"""From a description and a config's values to the tree of blocks that a page derives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import isfinite
from typing import Any

from symbolic.formulas.formula import (
    Ceiling,
    Floor,
    Formula,
    Minimum,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
)
from symbolic.formulas.vocabulary import context, of_key, tokens
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Kind, Part, Weight
from symbolic.networks.learned import roles
from symbolic.networks.learned.arranging import arranged
from symbolic.networks.learned.computing import done
from symbolic.networks.learned.conditions import LETTERS, look_up
from symbolic.networks.learned.description import (
    MODULES,
    NAMELESS,
    RUNNING,
    CacheTensor,
    Computed,
    Description,
    Module,
    Tensor,
    with_paths,
)
from symbolic.networks.learned.folding import folded
from symbolic.networks.learned.naming import meaning_of_item
from symbolic.networks.learned.notation import Divisible, Rest, Rounded
from symbolic.networks.learned.values import MOST_LAYERS, Undefined, holds, is_layered, layered, number

KINDS: Mapping[str, Kind] = {
    "linear": Kind.MATRIX,
    "conv1d": Kind.MATRIX,
    "embedding": Kind.TABLE,
    "conv": Kind.KERNEL,
    "deconv": Kind.KERNEL,
    "norm": Kind.SCALE,
}
AS_STORED = ("embedding", "conv1d", "conv", "deconv", "norm")
"""Owners whose tensors read as they are stored; a linear layer's is (outputs, inputs) and reads the other way."""
MULTIPLIED = re.compile(r"proj|weight|gate|router|^w\d|matrix")
"""Tensors that a module holds itself and multiplies with; others of two axes are tables of single numbers."""
HALVES = {"encoder": roles.READS, "decoder": roles.WRITES}
"""Two networks side by side: elsewhere a module of one of these names may do either."""
OF_RUN: Mapping[str, Symbol] = {"tokens": tokens, "context": context}
"""Names in the formulas of what a forward pass does that are no keys of a config."""
RUN = {"tokens": 1, "context": 1}
"""What they are where only the difference between layers counts."""
PLAIN_NORMS = ("norm", "layer norm")
WORKED_OUT = _("what the code works out from other sizes")
EXPERTS = re.compile(
    r"num_(local_|routed_)?experts|n_routed_experts|n_experts|moe_num_experts|ffn_config\.moe_num_experts|num_local_experts"
)


@dataclass
class Building:
    """What is known while a tree is built, and what it finds: the value of each symbol, and the numbers of kinds."""

    values: Mapping[str, Any]
    symbols: Mapping[str, Symbol]
    active: str = ""
    causal: bool = True
    worked_out: frozenset[str] = frozenset()
    sizes: dict[str, int] = field(default_factory=dict)
    used: dict[Symbol, str] = field(default_factory=dict)
    counts: dict[Symbol, int] = field(default_factory=dict)
    multiples: list[tuple[Formula, Formula]] = field(default_factory=list)

    def formula(self, raw: Formula, place: Mapping[str, int]) -> Formula:
        """Return a description's formula in our symbols; the layer's number, shares and lengths as numbers."""

        def change(node: Formula) -> Formula | None:
            if isinstance(node, Symbol):
                return self.symbol(node.name, place)
            if isinstance(node, Power):
                base, exponent = self.formula(node.base, place), self.formula(node.exponent, place)
                # A stage's number, or how many there are, is a number here; so is two to the power of it.
                known = exponent if exponent.symbols else Number(exponent.value({}))
                made = Power(base, known)
                return made if made.symbols else Number(made.value({}))
            if isinstance(node, Product | Sum):
                return _plain(node.rebuilt(tuple(self.formula(part, place) for part in node.children)))
            if isinstance(node, Rounded):
                return self.rounded(self.formula(node.part, place))
            if isinstance(node, Divisible):
                return self.divisible(*(self.formula(part, place) for part in node.children))
            if isinstance(node, Rest):
                left, right = self.formula(node.left, place), self.formula(node.right, place)
                return Sum((left, Negative(right * Floor(Quotient(left, right)))))
            if isinstance(node, Floor) and isinstance(node.part, Quotient):
                return self.quotient(
                    self.formula(node.part.numerator, place), self.formula(node.part.denominator, place)
                )
            return None

        return raw.replace(change)

    def quotient(self, above: Formula, below: Formula) -> Formula:
        """Return the quotient rounded down, or the plain quotient where it comes out even, which then must stay so."""
        if not below.value(self.sizes):
            names = ", ".join(symbol.name for symbol in below.symbols)
            raise Undefined(f"{names or 'what divides another size'} is 0 and divides another size; give a larger one")
        if isinstance(above, Number) and isinstance(below, Number):
            return Number(above.number // below.number)
        if any(symbol.of_run for one in (above, below) for symbol in one.symbols):
            return Floor(Quotient(above, below))
        if Fraction(above.value(self.sizes)) % Fraction(below.value(self.sizes)) == 0:
            if (above, below) not in self.multiples:
                self.multiples.append((above, below))
            return Quotient(above, below)
        return Floor(Quotient(above, below))

    def rounded(self, part: Formula) -> Formula:
        """Return the nearest whole number, of two the even one; the part itself where it is whole."""
        value = Fraction(part.value(self.sizes))
        if value.denominator == 1:
            return part
        half = Number(Fraction(1, 2))
        up = Floor(Sum((part, half)))
        return up if up.value(self.sizes) == round(value) else Ceiling(Sum((part, Negative(half))))

    def divisible(self, part: Formula, by: Formula, least: Formula) -> Formula:
        """Return the multiple of `by` that code of convnets makes of a number of channels."""
        value = Divisible(part, by, least).value(self.sizes)
        if part.value(self.sizes) == value:
            return part
        near = by * Floor(Sum((Quotient(part, by), Number(Fraction(1, 2)))))
        found = (near, least, near + by, least + by)
        return next(one for one in found if one.value(self.sizes) == value)

    def symbol(self, name: str, place: Mapping[str, int]) -> Formula:
        """Return what a name stands for."""
        if name in LETTERS:
            return Number(place[name])
        if name in OF_RUN and name not in self.values:
            return OF_RUN[name]
        value = look_up(name, {**self.values, **place})
        if isinstance(value, float) and isfinite(value):
            ratio = Fraction(repr(value))
            return Number(ratio.numerator if ratio.denominator == 1 else ratio)
        _function, counts, listed = name.removesuffix(")").partition("(")
        if counts and not isinstance(value, int):
            raise Undefined(f"{listed} must be a list, got {look_up(listed, self.values)!r}")
        if isinstance(value, bool) or counts:
            return Number(int(value))
        if not isinstance(value, int):
            raise Undefined(f"{name} must be a whole number, got {value!r}")
        if name.endswith("]"):
            name = self.placed(name, place)
            worked_out = name.partition("[")[0] in self.worked_out
            made = of_key(name, WORKED_OUT if worked_out else meaning_of_item(name))
        else:
            known = WORKED_OUT if name in self.worked_out else ""
            made = self.symbols[name] if name in self.symbols else of_key(name, known)
        self.sizes[made.name] = value
        self.used.setdefault(made, name)
        return made

    def count(self, word: str, number: int) -> Symbol:
        """Return the symbol for how many layers of a kind there are; a stack with another number has one of its own."""
        name = f"n_{word}_layers".replace(" ", "_").replace("-", "_")
        more = 1
        while self.sizes.get(own := f"{name}_{more}" if more > 1 else name, number) != number:
            more += 1
        symbol = of_key(own, f"how many {word} layers there are", f"number of {word} layers")
        self.sizes[symbol.name] = self.counts[symbol] = number
        return symbol

    def placed(self, name: str, place: Mapping[str, int]) -> str:
        """Return the name of an item of a list with its place in numbers: `depths[i-1]` -> `depths[2]`."""
        key, _, at = name[:-1].rpartition("[")
        if key.endswith("]"):
            key = self.placed(key, place)
        spot = place[at[0]] + int(at[1:] or 0) if at[0] in LETTERS else int(at)
        return f"{key}[{spot if spot >= 0 else len(look_up(key, self.values)) + spot}]"


def _plain(made: Sum | Product) -> Formula:
    """Return a sum without zeros and a product without ones, which a stage's number makes of formulas."""
    if not made.symbols:
        return Number(made.value({}))
    if isinstance(made, Sum):
        left = tuple(term for term in made.terms if not (isinstance(term, Number) and not term.number))
        first = left[0]
        if len(left) > 1 or isinstance(first, Negative):
            return Sum(left)
        return first
    if any(isinstance(factor, Number) and not factor.number for factor in made.factors):
        return Number(0)
    factors = tuple(factor for factor in made.factors if not (isinstance(factor, Number) and factor.number == 1))
    return factors[0] if len(factors) == 1 else Product(factors)


def network(description: Description, building: Building, title: str) -> Block:
    """Return the whole network of a config."""
    tree = with_paths(description.root) if description.named else description.root
    parts = tuple(_with_final_norm(list(_children(tree, building, {}, top=True))))
    root = Block("model", title, role="model", parts=folded(parts))
    return _with_ties(root)


def _with_final_norm(parts: list[Block | Part]) -> Iterator[Block | Part]:
    """Yield the parts of a network; a norm behind its layers that is only called so is the final one."""
    layers = max((at for at, one in enumerate(parts) if isinstance(one, Block) and one.role == "layer"), default=-1)
    for at, one in enumerate(parts):
        final = at > layers >= 0 and isinstance(one, Block) and one.role == "norm" and one.name in PLAIN_NORMS
        yield replace(one, name=roles.FINAL_NORM) if final and isinstance(one, Block) else one


def _children(
    module: Module, building: Building, place: Mapping[str, int], *, top: bool = False
) -> Iterator[Block | Part]:
    names = {**building.values, **place}
    parts = [part for part in arranged(module, top=top) if holds(part.where, names)]
    halves = {part.name for part in parts} >= HALVES.keys()
    for part in parts:
        if isinstance(part, Tensor):
            yield _weight(part, part.name, building, place)
        elif isinstance(part, Module) and part.repeat:
            yield from _stack(part, building, place)
        elif isinstance(part, Module):
            made = _module(part, building, place)
            about = HALVES.get(part.name, "") if halves else ""
            yield from (replace(one, about=about) if isinstance(one, Block) and about else one for one in made)
    does = [part for part in parts if isinstance(part, Computed | CacheTensor)]
    known = _word(module, names) if does else None
    role = known.role if known else ""
    yield from done(does, lambda axis: building.formula(axis, place), role, causal=building.causal)


def _module(module: Module, building: Building, place: Mapping[str, int]) -> Iterator[Block | Part]:
    owners = {one.owner for one in module.parts if isinstance(one, Tensor)}
    plain = all(isinstance(one, Tensor) for one in module.parts)
    word = _word(module, {**building.values, **place})
    if (
        plain
        and owners <= {"linear", "conv", "conv1d", "deconv"}
        and not (word and word.role in ("head", "router", "classifier", "embedding", "position", "patch-embedding"))
    ):
        yield from _inline(module, building, place)
        return
    if plain and owners == {"norm"}:
        yield _norm(module, building, place)
        return
    parts = list(_children(module, building, place))
    if not parts:
        return
    if plain and owners == {"embedding"} and word is None:
        word = roles.Word("embedding", roles.readable(module.name) + " table")
    parts = _experts(module, parts, building)
    if (
        word
        and word.role == "experts"
        and all(isinstance(one, Block) and one.key.startswith("expert") for one in parts)
    ):
        yield from (one for one in parts if isinstance(one, Block))
        return
    name = word.name if word and word.name else _readable(module.name)
    role = word.role if word else "part"
    about = word.about if word else ""
    yield Block(module.name, name, role=role, about=about, parts=folded(tuple(_fitting(role, parts))))


def _fitting(role: str, parts: list[Block | Part]) -> Iterator[Block | Part]:
    """Yield the parts of a block: an output matrix mixes heads in attention alone."""
    about = roles.OUTPUTS.get(role, roles.LINEAR)
    for part in parts:
        said = isinstance(part, Weight) and part.about == roles.MIXED
        yield replace(part, about=about) if isinstance(part, Weight) and said else part


def _word(module: Module, names: Mapping[str, Any]) -> roles.Word | None:
    """Return the word for a module; of one that mixes tokens in any way, the word for what it holds here."""
    if not MIXER.fullmatch(module.name):
        return roles.module(module.name)
    held = set(_held(module, names))
    return next((roles.module(name) for role, name in CALLED.items() if role in held), None)


def _readable(name: str) -> str:
    if name in WITHOUT_NAME:
        return "layer"
    return f"part {int(name) + 1}" if name.isdigit() else roles.readable(name)


def _inline(module: Module, building: Building, place: Mapping[str, int]) -> Iterator[Weight]:
    """Yield a linear layer or convolution: its matrix and its bias stand among the parts of the block around it."""
    for one in module.parts:
        if isinstance(one, Tensor) and holds(one.where, {**building.values, **place}):
            yield _weight(one, module.name, building, place)


def _norm(module: Module, building: Building, place: Mapping[str, int]) -> Block:
    names = {**building.values, **place}
    parts = []
    for one in module.parts:
        if isinstance(one, Tensor) and holds(one.where, names):
            shape = tuple(building.formula(axis, place) for axis in one.axes)
            scale = one.name != "bias"
            parts.append(
                Weight(
                    one.name,
                    roles.SCALE if scale else roles.SHIFT,
                    shape,
                    Kind.SCALE if scale else Kind.SHIFT,
                    tensors=(one.path,) if one.path else (),
                    tied_to=one.tied_to or None,
                )
            )
    word = roles.module(module.name)
    name = word.name if word and word.name else _readable(module.name)
    return Block(
        module.name, name if "norm" in name else f"{name} norm", role="norm", about=roles.NORM, parts=tuple(parts)
    )


def _weight(tensor: Tensor, module: str, building: Building, place: Mapping[str, int]) -> Weight:
    """Return a tensor as a weight; `module` is the name of the module that holds it, or its own."""
    shape = tuple(building.formula(axis, place) for axis in tensor.axes)
    kind = kind_of(tensor, module)
    word = roles.tensor(module)
    name = str(word.name) if word else _readable(module)
    if kind is Kind.MATRIX and tensor.owner not in AS_STORED and len(shape) == 2:
        shape = shape[::-1]
    if module == "weight":
        name = ""
    ending = {
        Kind.MATRIX: "matrix",
        Kind.TABLE: "table",
        Kind.KERNEL: "kernel",
        Kind.BIAS: "bias",
        Kind.VECTOR: "",
    }.get(kind, "")
    if ending and not name.endswith(ending):
        name = f"{name} {ending}".strip()
    about = word.about if word and kind is not Kind.BIAS else ""
    if kind is Kind.BIAS and not about:
        about = roles.BIAS
    key = module if tensor.name in ("weight", module) else f"{module}_{tensor.name}"
    return Weight(
        key,
        name or "weight",
        shape,
        kind,
        about=about,
        tied_to=tensor.tied_to or None,
        tokens=_working(tensor, building, place),
        tensors=(tensor.path,) if tensor.path else (),
    )


def kind_of(tensor: Tensor, module: str) -> Kind:
    """What a tensor is; `module` is the name of the module that holds it, or its own."""
    if tensor.buffer:
        return Kind.BUFFER
    if tensor.name == "bias" or (tensor.name.endswith("_bias") and tensor.owner in MODULES):
        return Kind.BIAS
    if tensor.owner in KINDS:
        return KINDS[tensor.owner]
    if module.endswith("bias") and len(tensor.axes) < 2:
        return Kind.BIAS
    return Kind.MATRIX if len(tensor.axes) > 1 and MULTIPLIED.search(module) else Kind.VECTOR


def _working(tensor: Tensor, building: Building, place: Mapping[str, int]) -> Formula | None:
    """For how many tokens it is multiplied; None where that is for all of them."""
    names = {**building.values, **place}
    return next((building.formula(count, place) for count, where in tensor.works if holds(where, names)), None)


def _experts(module: Module, parts: list[Block | Part], building: Building) -> list[Block | Part]:
    """Return experts that are stacked in one tensor as one expert with a repeat."""
    if "expert" not in module.name.lower():
        return parts
    counts = {part.key: _stacked(part) for part in parts if isinstance(part, Weight)}
    stacked = {key: at for key, at in counts.items() if at is not None}
    if not stacked:
        return parts
    others = [part for part in parts if part.key not in stacked]
    inside: dict[Formula, list[Weight]] = {}
    for part in parts:
        if isinstance(part, Weight) and part.key in stacked:
            at = stacked[part.key]
            shape = _read((*part.shape[:at], *part.shape[at + 1 :]), part.key)
            kind = Kind.BIAS if "bias" in part.key else Kind.MATRIX if len(shape) > 1 else Kind.VECTOR
            inside.setdefault(part.shape[at], []).append(replace(part, shape=shape, kind=kind))
    active = building.symbol(building.active, {}) if building.active else None
    experts = [
        Block(
            "expert" if len(inside) == 1 else f"expert_{number}",
            roles.EXPERT_NAME,
            role="experts",
            about=roles.EXPERT,
            parts=folded(tuple(weights)),
            repeat=count,
            active=active,
        )
        for number, (count, weights) in enumerate(inside.items(), start=1)
    ]
    return [*others, *experts]


def _stacked(part: Weight) -> int | None:
    if len(part.shape) == 3:
        return 0
    return next(
        (
            at
            for at, axis in enumerate(part.shape)
            if (isinstance(axis, Symbol) and axis.name == "n_experts")
            or (isinstance(axis, Symbol) and EXPERTS.fullmatch(axis.name))
        ),
        None,
    )


def _read(shape: tuple[Formula, ...], key: str) -> tuple[Formula, ...]:
    """Return an expert's matrix as (inputs, outputs): a down matrix makes the network's width, others start from it."""
    if len(shape) != 2:
        return shape
    down = re.search(r"down|w2|out", key) is not None
    width = next((at for at, axis in enumerate(shape) if isinstance(axis, Symbol) and axis.name == "emb_dim"), None)
    return shape[::-1] if width is not None and (width == 1) is not down else shape


def _stack(module: Module, building: Building, place: Mapping[str, int]) -> Iterator[Block]:
    """Yield a stack, as one block a kind of layer, each with its number of repeats."""
    names = {**building.values, **place}
    raw = _length(module, names)
    if raw is None or any(symbol.name in names and names[symbol.name] is None for symbol in raw.symbols):
        return
    repeat = building.formula(raw, place)
    length = number(raw, names, module.name)
    if not isinstance(length, int) or length < 0:
        raise Undefined(f"{module.name} would be there {length} times")
    letter = _letter(place)
    if not length:
        return
    if not _depends(module, letter):
        yield _layer(module, building, {**place, letter: 0}, repeat)
        return
    if length > MOST_LAYERS:
        raise Undefined(
            f"{module.name} would be there {length:,} times, of several kinds; give at most {MOST_LAYERS:,}"
        )
    kinds: dict[tuple[Any, ...], list[int]] = {}
    for at in range(length):
        kinds.setdefault(tuple(_state(module, {**names, letter: at})), []).append(at)
    if len(kinds) == 1:
        yield _layer(module, building, {**place, letter: 0}, repeat)
        return
    if len(kinds) == length:
        for at in range(length):
            yield _layer(module, building, {**place, letter: at}, None, numbered=str(at + 1))
        return
    words = _kind_words(module, [{**names, letter: layers[0]} for layers in kinds.values()], list(kinds.values()))
    if not words:
        for layers in kinds.values():
            count = Number(len(layers)) if len(layers) > 1 else None
            yield _layer(module, building, {**place, letter: layers[0]}, count, numbered=_numbers(layers))
        return
    yield from _kinds(module, building, place, repeat, dict(zip(words, kinds.values(), strict=True)))


def _kinds(
    module: Module, building: Building, place: Mapping[str, int], repeat: Formula, kinds: Mapping[str, list[int]]
) -> Iterator[Block]:
    """Yield one block a kind of layer: the most frequent as many times as are left, another as its symbol says."""
    largest = max(kinds, key=lambda word: len(kinds[word]))
    counts: dict[str, Formula | None] = {}
    for word, layers in kinds.items():
        if word == largest:
            continue
        if word in ALONE:
            counts[word] = None
            continue
        counts[word] = building.count(word, len(layers))
    others = [count or Number(1) for count in counts.values()]
    alone = Number(sum(one.number for one in others if isinstance(one, Number)))
    taken = [one for one in others if not isinstance(one, Number)] + ([alone] if alone.number else [])
    counts[largest] = Sum((repeat, *(Negative(one) for one in taken)))
    for word, layers in kinds.items():
        yield _layer(module, building, {**place, _letter(place): layers[0]}, counts[word], word)


def _length(module: Module, names: Mapping[str, Any]) -> Formula | None:
    """Return how often a stack repeats at a place; None where it is not there."""
    return next((length for length, where in module.repeat if holds(where, names)), None)


def _letter(names: Mapping[str, Any]) -> str:
    """Return what the number of a layer is called in a stack at this place."""
    return next((letter for letter in LETTERS if letter not in names), LETTERS[-1])


def _layer(
    module: Module,
    building: Building,
    place: Mapping[str, int],
    repeat: Formula | None,
    word: str = "",
    *,
    numbered: str = "",
) -> Block:
    """Return a layer of a stack, with the word for its kind before its name, or its number behind it."""
    known = roles.module(module.name)
    name = str(known.name) if known and known.name else _readable(module.name).removesuffix("s")
    role = known.role if known else "layer"
    parts = folded(tuple(_children(module, building, place)))
    said = (word or numbered).replace(" ", "_")
    key = "layers" if module.name in WITHOUT_NAME else module.name
    active = building.symbol(building.active, {}) if role == "experts" and building.active else None
    if name == LAYER and any(isinstance(part, Module) and part.repeat for part in module.parts):
        name = STAGE
    if " " in numbered:
        name += "s"
    return Block(
        f"{key}_{said}" if said else key,
        f"{word} {name} {numbered}".strip(),
        role="layer" if role in ("part", "stage") else role,
        # The sentence of a stack says that its layers are alike.
        about=known.about if known and repeat is not None else "",
        parts=parts,
        repeat=repeat,
        active=active,
    )


def _depends(module: Module, letter: str) -> bool:
    """Return whether layers of a stack differ, in which `letter` is the number of one."""
    for part in module.parts:
        if is_layered(part.where, letter):
            return True
        if isinstance(part, Tensor):
            if any(layered(axis, letter) for axis in (*part.axes, *(count for count, _ in part.works))):
                return True
            if any(is_layered(where, letter) for _, where in part.works):
                return True
        elif isinstance(part, Computed | CacheTensor):
            if any(layered(axis, letter) for axis in part.axes):
                return True
        elif _depends(part, letter) or any(
            layered(length, letter) or is_layered(where, letter) for length, where in part.repeat
        ):
            return True
    return False


def _state(module: Module, names: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what tells a layer of a stack from others: which parts it has, and the sizes that hang on its number."""
    for part in module.parts:
        there = holds(part.where, names)
        yield there
        if not there:
            continue
        if isinstance(part, Tensor):
            axes = (*part.axes, *(count for count, where in part.works if holds(where, names)))
            yield from (number(axis, names, part.name) for axis in axes if layered(axis))
            yield from (holds(where, names) for _, where in part.works)
        elif isinstance(part, Computed | CacheTensor):
            yield from (number(axis, {**names, **RUN}, part.name) for axis in part.axes if layered(axis))
        elif part.repeat:
            yield from _state_of_stack(part, names)
        else:
            yield from _state(part, names)


def _state_of_stack(stack: Module, names: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what tells a stack within a layer from that of another layer: how long it is, and what differs in it."""
    length = _length(stack, names)
    if length is None or any(names.get(symbol.name, 0) is None for symbol in length.symbols):
        yield None
        return
    count = number(length, names, stack.name)
    yield count if layered(length) else None
    letter = _letter(names)
    several = _depends(stack, letter) and isinstance(count, int) and count <= MOST_LAYERS
    for at in range(int(count) if several else 1):
        yield from _state(stack, {**names, letter: at})


ALONE = ("first", "last")
"""Words for the one layer that differs from the others."""


def _kind_words(module: Module, places: list[dict[str, Any]], layers: list[list[int]]) -> list[str]:
    """Return a word for each kind of layer: how far back it looks, how it mixes tokens, whether it has experts.

    Each where kinds differ so; else where it stands, if it is the first, the last or one of the others. None where
    numbers say it better, since the layers of each kind follow one another.
    """
    held = [set(_held(module, names)) for names in places]
    reach = ["sliding" if _is_windowed(module, names) else "full" for names in places]
    reaches = len(set(reach)) > 1
    common = set.intersection(*held)
    expert = {"experts", "router"}
    mixed = any(own & expert for own in held) and not common & expert
    found: list[str] = []
    for own, far in zip(held, reach, strict=True):
        plain = "dense" if own & {"dense", "feed-forward"} else ""
        network = ("expert" if own & expert else plain) if mixed else ""
        mixer = next((role for role in MIXERS if role in own - common), "")
        looks = far if reaches and mixer in ("", "attention") else ""
        found.append(" ".join(word for word in (looks, network, mixer) if word))
    if not any(found):
        found = _positions(layers)
        if not found and all(own == list(range(own[0], own[-1] + 1)) for own in layers):
            return []
        found = found or [""] * len(layers)
    return [
        word if word and found.count(word) == 1 else f"{word} kind-{found[: at + 1].count(word)}".strip()
        for at, word in enumerate(found)
    ]


def _numbers(layers: list[int]) -> str:
    """Return the numbers of layers that follow one another, counted from one: `3`, `4 and 5`, `6 to 9`."""
    first, last = layers[0] + 1, layers[-1] + 1
    if first == last:
        return str(first)
    return f"{first} and {last}" if last == first + 1 else f"{first} to {last}"


def _positions(layers: list[list[int]]) -> list[str]:
    """Return where kinds of layer stand, such as the first layer and the others; nothing where no such words do."""
    last = max(map(max, layers))
    words = ["first" if own == [0] else "last" if own == [last] else "" for own in layers]
    if words.count("") != 1:
        return []
    return [word or ("middle" if len(words) > len(ALONE) else "other") for word in words]


def _is_windowed(module: Module, names: Mapping[str, Any]) -> bool:
    """Whether a layer keeps no more than a window of the tokens."""
    for part in module.parts:
        if not holds(part.where, names):
            continue
        if isinstance(part, CacheTensor) and any(isinstance(axis, Minimum) for axis in part.axes):
            return True
        if isinstance(part, Module) and _is_windowed(part, names):
            return True
    return False


LAYER, STAGE = "layer", "stage"
"""What a stack's module is called that says no more than that; one that holds a stack itself is a stage."""
WITHOUT_NAME = (NAMELESS, RUNNING)
MIXERS = ("linear-attention", "state-space", "attention", "convolution")
MIXER = re.compile(r"mixer")
"""What a module is called that is of another kind in each layer."""
CALLED: Mapping[str, str] = {"experts": "moe", "state-space": "mamba", "attention": "self_attn", "dense": "mlp"}
"""What a mixer with parts of that role would be called alone."""
OF_GROUP: Mapping[str, str] = {"gate": "dense", "qkv": "attention"}


def _held(module: Module, names: Mapping[str, Any]) -> Iterator[str]:
    for part in module.parts:
        if isinstance(part, Computed | CacheTensor) or not holds(part.where, names):
            continue
        word = roles.module(part.name) or roles.tensor(part.name)
        if word and word.role:
            yield word.role
        elif word and word.group in OF_GROUP:
            yield OF_GROUP[word.group]
        if isinstance(part, Module):
            yield from _held(part, names)


def _with_ties(root: Block) -> Block:
    """Return the tree with each tie leading to the key of the block whose table is used."""
    keys = {one.key for one in _blocks(root)}

    def mended(part: Block | Part) -> Block | Part:
        if isinstance(part, Block):
            return replace(part, parts=tuple(map(mended, part.parts)))
        if isinstance(part, Weight) and part.tied_to:
            way = [step for step in part.tied_to.split(".") if step in keys]
            return replace(part, tied_to=way[-1] if way else root.key)
        return part

    made = mended(root)
    return made if isinstance(made, Block) else root


def _blocks(block: Block) -> Iterator[Block]:
    yield block
    for part in block.parts:
        if isinstance(part, Block):
            yield from _blocks(part)
