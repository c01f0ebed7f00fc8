"""Parts of a block that are alike and stand together, as one: query, key and value matrices; two norms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symbolic.formulas.formula import Formula
from symbolic.language import Sentences
from symbolic.networks.blocks import Block, Part, Weight
from symbolic.networks.learned import code_names, roles
from symbolic.networks.learned.compound_names import worded

BIAS = "_bias"
"""How the key of a linear layer's bias ends, behind that of its matrix."""
SEVERAL = {
    "matrix": "matrices",
    "bias": "biases",
    "table": "tables",
    "kernel": "kernels",
    "scale": "scales",
    "shift": "shifts",
}


def folded(parts: tuple[Block | Part, ...]) -> tuple[Block | Part, ...]:
    """Return the parts, like ones folded, every key once."""
    made: list[Block | Part] = []
    working = {part.key: part.tokens for part in parts if isinstance(part, Weight)}
    for part in parts:
        alike = (at for at, other in enumerate(made) if _alike(part, other) and _together(part, other, working))
        twin = next(alike, None)
        if twin is None:
            made.append(part)
        else:
            made[twin] = _joined(made[twin], part)
    return _distinct(made)


def _alike(part: Block | Part, other: Block | Part) -> bool:
    if isinstance(part, Weight) and isinstance(other, Weight):
        return (
            bool(_group(part))
            and _group(part) == _group(other)
            and (part.shape, part.kind, part.tied_to, part.tokens, part.fixed)
            == (other.shape, other.kind, other.tied_to, other.tokens, other.fixed)
        )
    if isinstance(part, Block) and isinstance(other, Block) and part.role == other.role == "norm":
        plain = all(isinstance(one, Weight) for one in (*part.parts, *other.parts))
        return plain and _shapes(part) == _shapes(other) and "final" not in part.name + other.name
    return False


def _together(part: Block | Part, other: Block | Part, working: Mapping[str, Formula | None]) -> bool:
    """Return whether the matrices of two biases work on the same tokens: cross-attention makes keys once for a text."""
    if part.key not in working or other.key.split("+")[0] not in working:
        return True
    return _of_matrix(part.key, working) == _of_matrix(other.key.split("+")[0], working)


def _of_matrix(key: str, working: Mapping[str, Formula | None]) -> Formula | None:
    return working.get(key.removesuffix(BIAS), working[key])


def _group(weight: Weight) -> str:
    word = code_names.tensor(weight.key.split("+")[0].removesuffix(BIAS))
    return word.group if word else ""


def _shapes(block: Block) -> list[object]:
    return [(part.kind, part.shape, part.fixed) for part in block.parts if isinstance(part, Weight)]


def _joined(one: Block | Part, more: Block | Part) -> Block | Part:
    if isinstance(one, Weight) and isinstance(more, Weight):
        ending = one.name.rsplit(" ", 1)[-1]
        ending = next((single for single, plural in SEVERAL.items() if ending in (single, plural)), ending)
        names = sorted([*_names(one.name), *_names(more.name)], key=_place)
        name = f"{_listed(names)} {SEVERAL.get(ending, ending)}"
        about = _about(one, more)
        members = (*one.called, *more.called)
        copies = one.copies + more.copies
        return replace(
            one,
            key=f"{one.key}+{more.key}",
            name=worded(name),
            copies=copies,
            about=about,
            members=members,
            tensors=(*one.tensors, *more.tensors),
        )
    if not isinstance(one, Block) or not isinstance(more, Block):
        raise TypeError(f"{one.key} and {more.key} are not alike")
    # The same kinds and shapes, in the same order.
    parts = tuple(
        replace(
            part,
            copies=part.copies + 1,
            name=worded(SEVERAL.get(part.name, part.name)),
            tensors=(*part.tensors, *other.tensors),
        )
        if isinstance(part, Weight) and isinstance(other, Weight)
        else part
        for part, other in zip(one.parts, more.parts, strict=True)
    )
    shifts = one.about in (roles.SHIFTING_NORM, roles.SHIFTING_NORMS)
    about = roles.SHIFTING_NORMS if shifts else roles.SEVERAL_NORMS
    return replace(one, key=f"{one.key}+{more.key}", name=roles.NORMS, about=about, parts=parts)


def _about(one: Weight, more: Weight) -> str:
    """Return the sentence of what both do together; the sentences of both where there is none."""
    if one.about == more.about:
        return one.about
    words = {word for key in (*one.called, *more.called) if (word := code_names.tensor(key))}
    of_these = (about for names, about in roles.TOGETHER if {code_names.tensor(name) for name in names} == words)
    return next(of_these, "") or Sentences(one.about, more.about)


def _names(name: str) -> list[str]:
    words = name.rsplit(" ", 1)[0]
    return words.replace(" and ", ", ").split(", ")


def _place(name: str) -> int:
    """Return a part's place in a fold: queries before keys before values, whatever the code's order; others stay."""
    usual = ("query", "key", "value")
    return usual.index(name) if name in usual else len(usual)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _distinct(parts: list[Block | Part]) -> tuple[Block | Part, ...]:
    seen: dict[str, int] = {}
    names: dict[str, int] = {}
    made: list[Block | Part] = []
    for part in parts:
        seen[part.key] = seen.get(part.key, 0) + 1
        names[part.name] = names.get(part.name, 0) + 1
        key = f"{part.key}_{seen[part.key]}" if seen[part.key] > 1 else part.key
        name = f"{_ordinal(names[part.name])} {part.name}" if names[part.name] > 1 else part.name
        made.append(part if (key, name) == (part.key, part.name) else replace(part, key=key, name=name))
    return tuple(made)


def _ordinal(number: int) -> str:
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    return words[number - 1] if number <= len(words) else f"number {number}"
