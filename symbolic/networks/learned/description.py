"""A description of a type: its keys, what its config class makes of them, and the tree of its tensors, as plain text.

    falcon FalconForCausalLM
    keys hidden_size=4544 num_kv_heads=none bias=false ...
    without effect: attention_dropout ...
    let num_kv_heads = num_attention_heads if num_kv_heads is none
    transformer
     word_embeddings: embedding vocab_size, hidden_size
     h × num_hidden_layers
      mlp
       dense_h_to_4h: linear ffn_hidden_size, hidden_size; bias if bias
    lm_head: linear vocab_size, hidden_size; tied to transformer.word_embeddings if tie_word_embeddings

A tensor that is another layer's is tied to that one: `model.layers.{layer_types[i] at 0}.mlp` is in the first of the
layers that are of the same type as this one.

A line of the tree is a module or a tensor, one space deeper than what it is in; `×` says how often it stands there,
`if` on what condition. Formulas there may ask for the number of a layer: `i`, in a stack within a stack `j`, in one
within that `k`. A stack in a stack, as in `blocks.0.1`, is called `*`, and `+` where the layers are numbered on from
one outer layer to the next, as in `blocks.7`; the layers of one whose name ends in `_` are `expert_0` and so on. `let`
may also make what is no key: a size that the code works out, which gets a line of its own on the page. A line such as
`never is_decoder and add_cross_attention` above the tree says of which configs the description does not hold. A module
that another description is of, such as the part that sees, has a line of its own:

    tower vision_config clip_vision_model; chosen by base; with hidden_size=1024 patch_size=14
    model
     vision_tower is vision_config

The description of that type by that auto class (or of that class, `of CLIPVisionModel`) stands there, with the keys of
that part of the config; `with` are the part's defaults in a config that does not have it. A tower that is `optional` is
not there in such a config; the condition `vision_config` holds where it is, and so does it for a part that is among the
keys, `vision_config=none`. `also` are types that the config class
takes for that one. One that `keeps the cache` reads the tokens of a text and writes, one that `reads images` works once
for each image: what a whole computes and keeps follows from what its towers do (`composing`).

Shapes are PyTorch's: (outputs, inputs). The grammars of formulas and conditions are in `notation` and `conditions`.

What a forward pass does stands above the tree, too, each with a condition if need be:

    derives forward-flops kv-cache training-flops
    refuses kv-cache if not is_decoder
    computes transformer.h.{}.self_attention scores: tokens,context,hidden_size
    keeps transformer.h.{}.self_attention keys: context,hidden_size
    works pooler.dense.weight: 1

A second line of `keys` there holds those that change what is computed or kept, and no weight.
`code modeling_qwen.py https://…` names the file of a class that is published with the weights, not in transformers, and
a copy of it. `named in files` says that files call the tensors so, and that what a method of quantisation packs are
linear layers of torch and no others: then bytes in such a format are known, too. `adapts as PEFT` says that adapters
beside all linear modules were held to PEFT's.
`computes` is a product of two computed tensors with the axes that it runs over, `keeps` a tensor of the cache of one
sequence, `works` for how many tokens a tensor is multiplied where that is not all of them; that of a module, or of `.`,
which is the whole, is for each matrix in it of which no earlier line says it. In their formulas `tokens`, `context`,
`image_height` and `image_width` are those of a run. `looks ahead` says that tokens of an image look at later ones too,
so that a mask leaves out other pairs than those of a text; `reads the language model only`, that what the parts before
it compute is not known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from symbolic.formulas.formula import Formula
from symbolic.networks.learned.conditions import Condition, condition
from symbolic.networks.learned.notation import formula

OTHER_LAYER = re.compile(r"\{(?P<item>[^{} ]+) at (?P<number>[^{}]+)\}")
"""In what a tensor is tied to: the layer that is this number, from 0, of those that are like this one."""
DOES = ("computes", "keeps", "works")
HEAD = (
    *("keys", "without", "also", "let", "part", "only", "never", "stated", "auto", "flat", "tower"),
    *("derives", "refuses", "lacks", "named", "adapts", "code", "looks", "reads", *DOES),
)
MODULES = ("linear", "embedding", "norm", "conv", "deconv", "conv1d")
NAMELESS = "*"
"""The name of a stack that stands directly in another: `blocks.0.1`."""
RUNNING = "+"
"""The name of a stack directly in another whose layers are numbered on from one outer layer to the next: `blocks.7`."""
MATRICES = ("linear", "conv", "deconv", "conv1d")
"""The owners of tensors that tokens are multiplied with."""
ITSELF = "direct"
"""The word before an owner that holds a tensor of that name itself, not in a module."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor of a module: its name there, its shape, where it stands in words of its owner.

    `works` is for how many tokens it is multiplied, on which condition; nothing where that is for all of them. `path`
    is its name in the whole network, `{}` for the number of a layer, where that was asked for (`with_paths`).
    """

    name: str
    owner: str
    axes: tuple[Formula, ...]
    where: Condition | None = None
    tied_to: str = ""
    buffer: bool = False
    works: tuple[tuple[Formula, Condition | None], ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class Computed:
    """A product of two computed tensors: what it is for, and the axes that it runs over."""

    name: str
    axes: tuple[Formula, ...]
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class CacheTensor:
    """A tensor that a cache keeps of one sequence: what the code calls it, and its shape."""

    name: str
    axes: tuple[Formula, ...]
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class Module:
    """A module: what it is called, how often it stands there, on what condition, and what it holds."""

    name: str
    parts: tuple[Part, ...]
    where: Condition | None = None
    repeat: tuple[tuple[Formula, Condition | None], ...] = ()
    tower: str = ""


@dataclass(frozen=True, slots=True)
class Tower:
    """What a part of a config makes: by an auto class, from the type that the part names, or always by one class.

    `part` is "." where it is the config itself. `model_type` is meant where the part names none, `given` are its
    defaults where the config does not have the part, `without` the modules that it lacks here. An `optional` one is not
    there where the config does not have the part. `also` are other types that the class takes for `model_type`.
    """

    part: str
    model_type: str
    auto: str = ""
    model_class: str = ""
    without: tuple[str, ...] = ()
    given: dict[str, Any] = field(default_factory=dict)
    optional: bool = False
    also: tuple[str, ...] = ()
    keeps: bool = False
    images: bool = False


@dataclass(frozen=True, slots=True)
class ListMade:
    """A list that the config class makes: its length, and what stands at place i on which condition."""

    length: Formula
    items: tuple[tuple[Any, Condition | None], ...]


@dataclass(frozen=True, slots=True)
class Let:
    """What the config class makes of a key on a condition: a formula, a plain value or a list."""

    key: str
    made: Formula | ListMade | bool | str | int | float | None
    where: Condition | None


@dataclass(frozen=True)
class Description:
    """A type of transformers: `keys` change its weights (with their defaults), `harmless` don't.

    `fixed` are keys that must have a value for it to hold, `never` conditions on which it does not, such as keys that
    change something only together; `stated` are keys that a config must give where it gives the part that they are in,
    since their defaults are those of a config without that part. `derives` are the quantities, beside those of weights,
    for which it was held against the real forward pass, `refuses` the conditions on which one of them does not
    hold, `lacks` says why there is no more than the weights. Of a whole that is `partly` known, only what its
    language model computes is. Where it looks `ahead`, tokens of an image look at later ones. The tensors of one
    that is `named` are called so in files, and its linear layers are torch's own; of one that `adapts`, adapters
    beside all linear modules were held to PEFT's. `auto` are the auto classes that make it, `flat` is the part
    whose keys an older config has beside the others. `code` is the file that it was read off and the address of a
    copy, where the class is not one of transformers but published with the weights. One that is `traced` was read
    off code here and now.
    """

    model_type: str
    model_class: str
    keys: dict[str, Any]
    harmless: frozenset[str]
    aliases: dict[str, str]
    lets: tuple[Let, ...]
    root: Module
    part: str = ""
    fixed: dict[str, Any] = field(default_factory=dict)
    never: tuple[Condition, ...] = ()
    stated: frozenset[str] = frozenset()
    derives: frozenset[str] = frozenset()
    auto: frozenset[str] = frozenset()
    flat: str = ""
    towers: tuple[Tower, ...] = ()
    refuses: tuple[tuple[str, Condition], ...] = ()
    lacks: str = ""
    partly: bool = False
    ahead: bool = False
    named: bool = False
    code: tuple[str, str] | None = None
    adapts: bool = False
    traced: bool = False


Part: TypeAlias = Module | Tensor | Computed | CacheTensor


def parsed(text: str) -> Description:  # noqa: PLR0912 # a branch for each kind of line
    """Read a description; ValueError says which line can't be read."""
    head: dict[str, Any] = {
        "keys": {},
        "harmless": frozenset(),
        "aliases": {},
        "part": "",
        "fixed": {},
        "never": (),
        "stated": frozenset(),
        "derives": frozenset(),
        "auto": frozenset(),
        "flat": "",
        "towers": (),
        "refuses": (),
    }
    lets: list[Let] = []
    does: list[tuple[str, str]] = []
    tree: list[tuple[int, str]] = []
    lines = text.rstrip("\n").split("\n")
    model_type, model_class = lines[0].split()
    for line in lines[1:]:
        word, _, rest = line.partition(" ")
        if tree or word not in HEAD:
            tree.append((len(line) - len(line.lstrip(" ")), line.strip()))
        elif word == "keys":
            head["keys"] |= dict(_pair(item) for item in _items(rest))
        elif word == "only":
            head["fixed"] = {**head["fixed"], **dict(_pair(item) for item in _items(rest))}
        elif word == "without":
            head["harmless"] = frozenset(rest.removeprefix("effect: ").split())
        elif word == "also":
            head["aliases"] = dict(item.split("=") for item in rest.split())
        elif word == "never":
            head["never"] += (condition(rest),)
        elif word == "refuses":
            quantity, when = _split(rest, " if ")
            head["refuses"] += ((quantity, condition(when)),)
        elif word in DOES:
            does.append((word, rest))
        elif word in ("derives", "stated", "auto"):
            head[word] = frozenset(rest.split())
        elif word in ("named", "adapts"):
            head[word] = True
        elif word == "looks":
            head["ahead"] = True
        elif word == "reads":
            head["partly"] = True
        elif word == "code":
            file, address = rest.split()
            head["code"] = (file, address)
        elif word in ("part", "flat", "lacks"):
            head[word] = rest
        elif word == "tower":
            head["towers"] += (_tower(rest),)
        else:
            lets.append(_let(rest))
    parts, _ = _parts(tree, 0, 0)
    root = Module("", parts)
    for word, rest in does:
        root = _doing(root, word, rest)
    return Description(model_type, model_class, lets=tuple(lets), root=root, **head)


def with_paths(module: Module, above: str = "") -> Module:
    """Return a tree whose tensors know their names in the whole network: `model.layers.{}.mlp.fc1.weight`."""
    parts: list[Part] = []
    for part in module.parts:
        if isinstance(part, Tensor):
            parts.append(replace(part, path=above + part.name))
        elif isinstance(part, Module):
            own = above if part.name in (NAMELESS, RUNNING) else f"{above}{part.name}."
            numbered = own.removesuffix(".") if own.endswith("_.") else own
            inside = "" if part.name == RUNNING else "{}."
            parts.append(with_paths(part, numbered + inside if part.repeat else own))
        else:
            parts.append(part)
    return replace(module, parts=tuple(parts))


def words(description: Description) -> frozenset[str]:
    """Return the words that a description asks for or makes, such as kinds of layers."""
    text = " ".join(f"{where} {made}" for where, made in _said(description))
    return frozenset(re.findall(r"'(\w+)'", text))


def _said(description: Description) -> Iterator[tuple[object, object]]:
    """Yield the conditions of a description, and what its config class makes on them."""
    for let in description.lets:
        yield let.where, repr(let.made)
        if isinstance(let.made, ListMade):
            yield from ((where, repr(item)) for item, where in let.made.items)
    yield from _said_below(description.root)


def _said_below(module: Module) -> Iterator[tuple[object, object]]:
    for part in module.parts:
        yield part.where, ""
        if isinstance(part, Module):
            yield from _said_below(part)


def _doing(root: Module, word: str, text: str) -> Module:
    """The tree with what a line says that the forward pass does; ValueError where it names nothing of the tree."""
    what, _, rest = text.partition(": ")
    body, where = _split(rest, " if ")
    axes, when = tuple(formula(axis) for axis in _axes(body)), condition(where) if where else None
    name, _, called = what.rpartition(" ")
    added = Computed(called, axes, when) if word == "computes" else CacheTensor(called, axes, when)

    def change(part: Part) -> Part:
        if word == "works":
            return working(part, axes[0], when)
        return replace(part, parts=(*part.parts, added)) if isinstance(part, Module) else part

    way = what if word == "works" else name
    made = _changed(root, [one for one in way.split(".") if one], change)
    if made == root:
        raise ValueError(f"{way} is not in the tree")
    return made


def working(part: Part, count: Formula, when: Condition | None = None) -> Part:
    """Return a tensor, or each matrix of a module, multiplied for so many tokens where nothing else holds."""
    if isinstance(part, Tensor):
        return replace(part, works=(*part.works, (count, when)))
    if isinstance(part, Module):
        return replace(
            part,
            parts=tuple(
                working(one, count, when) if isinstance(one, Module) or of_matrix(one) else one for one in part.parts
            ),
        )
    return part


def of_matrix(part: Part) -> bool:
    """Return whether a part is a tensor that tokens are multiplied with, as far as its owner tells."""
    return isinstance(part, Tensor) and part.owner in MATRICES and part.name != "bias" and not part.buffer


def _changed(module: Module, way: list[str], change: Callable[[Part], Part]) -> Module:
    """The module with the parts changed that are found by a name, `{}` in it for the number of a layer."""
    if way[:1] == ["{}"] and module.repeat:
        way = way[1:]
    if not way:
        made = change(module)
        return made if isinstance(made, Module) else module

    def each(part: Part) -> Part:
        if part.name != way[0]:
            return part
        if isinstance(part, Module):
            return _changed(part, way[1:], change)
        return change(part) if len(way) == 1 else part

    return replace(module, parts=tuple(map(each, module.parts)))


def _tower(text: str) -> Tower:
    said, *more = text.split("; ")
    part, model_type = said.split()
    found: dict[str, Any] = {}
    for item in more:
        word, _, rest = item.partition(" ")
        if word == "chosen":
            found["auto"] = rest.removeprefix("by ")
        elif word == "of":
            found["model_class"] = rest
        elif word == "also":
            found["also"] = tuple(rest.split())
        elif word == "optional":
            found["optional"] = True
        elif word == "keeps":
            found["keeps"] = True
        elif word == "reads":
            found["images"] = True
        elif word == "without":
            found["without"] = tuple(rest.split())
        else:
            found["given"] = dict(_pair(one) for one in _items(rest))
    return Tower(part, model_type, **found)


def _items(text: str) -> Iterator[str]:
    """Yield the words of a line, split at spaces outside brackets and quotes."""
    yield from re.findall(r"[\w.]+=(?:\[\S*\](?!\S)|\[[^\]]*\]|\"[^\"]*\"|\S+)", text)


def _pair(item: str) -> tuple[str, Any]:
    name, _, value = item.partition("=")
    return name, _value(value)


def _value(text: str) -> Any:
    return None if text == "none" else json.loads(text)


def _let(text: str) -> Let:
    name, _, rest = text.partition(" = ")
    if "[" not in name:
        made, where = _split(rest, " if ")
        return Let(name, _made(made), condition(where) if where else None)
    key, _, length = name.removesuffix("]").partition("[")
    length, outer = _split(length, "] if ")
    items = []
    for item in rest.split("; "):
        made, where = _split(item, " if ")
        items.append((_made(made), condition(where) if where else None))
    return Let(key, ListMade(formula(length), tuple(items)), condition(outer) if outer else None)


def _made(text: str) -> Any:
    if text == "none":
        return None
    if text in ("true", "false"):
        return text == "true"
    if text.startswith("'"):
        return text[1:-1]
    if text.startswith("["):
        return json.loads(text)
    if re.fullmatch(r"-?\d+\.\d+(e-?\d+)?", text):
        return float(text)
    return formula(text)


def _split(text: str, sign: str) -> tuple[str, str]:
    left, _, right = text.partition(sign)
    return left, right


def _parts(lines: list[tuple[int, str]], at: int, depth: int) -> tuple[tuple[Part, ...], int]:
    found: list[Part] = []
    while at < len(lines) and lines[at][0] >= depth:
        text = lines[at][1]
        at += 1
        if ": " in text:
            found += _tensors(text)
        else:
            inner, at = _parts(lines, at, depth + 1)
            found.append(_module(text, inner))
    return tuple(found), at


def _module(text: str, parts: tuple[Part, ...]) -> Module:
    text, where = _split(text, " if ")
    text, tower = _split(text, " is ")
    name, times = _split(text, " × ")
    repeat: list[tuple[Formula, Condition | None]] = []
    for one in times.split(" | ") if times else ():
        length, when = _split(one, " where ")
        repeat.append((formula(length), condition(when) if when else None))
    return Module(name, parts, condition(where) if where else None, tuple(repeat), tower)


def _tensors(text: str) -> Iterator[Part]:
    name, _, rest = text.partition(": ")
    body, where = _split(rest, " if ") if "; bias" not in rest else (rest, "")
    extra = ""
    if "; bias" in rest:
        body, extra = _split(rest, "; bias")
        body, where = _split(body, " if ")
    body, tied = _split(body, "; tied to ")
    direct = body.startswith(f"{ITSELF} ")
    owner, _, shape = body.removeprefix(f"{ITSELF} ").partition(" ")
    axes = tuple(formula(axis) for axis in _axes(shape))
    when = condition(where) if where else None
    if owner in MODULES and name not in ("weight", "bias") and not direct:
        tensors = [Tensor("weight", owner, axes, None, f"{tied}.weight" if tied else "")]
        if extra or rest.endswith("; bias"):
            also = extra.removeprefix(" if ")
            tensors.append(Tensor("bias", owner, _bias_axes(owner, axes), condition(also) if also else None))
        yield Module(name, tuple(tensors), when)
        return
    yield Tensor(name, owner.removesuffix("!"), axes, when, tied, buffer=owner.endswith("!"))


def _bias_axes(owner: str, axes: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """Return the axes of a bias: one number for each output; of a norm as many as there are scales."""
    if owner == "norm":
        return axes
    return (axes[1] if owner in ("conv1d", "deconv") else axes[0],)


def _axes(shape: str) -> Iterator[str]:
    depth, start = 0, 0
    for at, sign in enumerate(shape):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            yield shape[start:at]
            start = at + 1
    if shape:
        yield shape[start:]
