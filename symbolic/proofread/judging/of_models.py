"""Sizes that a sentence says of one of our models by its name: Llama 3 8B has 32 layers and 32 heads.

A size that differs is to be looked at where the sentence has another one that is the model's: so it is about that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from symbolic.configs import models
from symbolic.formulas.vocabulary import emb_dim, head_dim, hidden_dim, n_heads, n_kv_groups, n_layers, vocab_size
from symbolic.measuring import quantities
from symbolic.measuring.derivation import derive
from symbolic.proofread.arithmetic.expression import NumberNode
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.amounts import FAR_OFF, number_at, off_by
from symbolic.proofread.judging.dimensions import SENTENCE
from symbolic.proofread.judging.set_ups import SIZES, size_pattern
from symbolic.proofread.reading.equations import WrittenEquation, result_of
from symbolic.proofread.reading.formula_reader import FormulaReader

PARAMETERS = "parameters"
OF_MODELS: Mapping[str, re.Pattern[str]] = {
    n_layers.name: size_pattern(
        r"(?:n|num)(?:_hidden)?_layers?|layers", r"(?:transformer |decoder |encoder )?layers\b|层"
    ),
    emb_dim.name: SIZES["width"],
    n_heads.name: SIZES["heads"],
    n_kv_groups.name: SIZES["keys"],
    head_dim.name: SIZES["head"],
    hidden_dim.name: size_pattern(
        r"(?:FFN|MLP|feed[ -]?forward|intermediate)[ _](?:size|dim(?:ension)?|width)|intermediate_size", ""
    ),
    vocab_size.name: size_pattern(r"vocab(?:ulary)?(?:[ _]size)?|vocabulary (?:has|with)|词表(?:大小)?", ""),
    PARAMETERS: re.compile(
        r"(?P<count>\d(?<![\w.,-]\d)[\d.]*[ ]?(?:[MB]|[mb]illion))[ -](?:trainable )?param(?:eter)?s\b"
    ),
}
"""The names of a model's sizes."""
AMBIGUOUS = frozenset({"gpt2"})
"""It is also the name of all four."""
OTHERWISE = re.compile(
    r"\b(?:unlike|versus|vs|than|instead|if|suppose|assume|say|prun\w+|distil\w+|draft|reduc\w+|trimmed|active|activated"
    r"|each|per|first|last|some|of the|only|tokens?|train\w*|LoRA|freez\w+|frozen|KV cache)\b|相比|激活|如果|假设",
    re.IGNORECASE,
)
"""What says that a number is one of another network, or of a part of this one."""


def of_models(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield each size that a sentence says of the only model that it names."""
    prose = reader.sentences
    for sentence in SENTENCE.finditer(prose):
        named = list(_names().finditer(sentence[0]))
        if len({_key(match[0]) for match in named}) != 1 or OTHERWISE.search(sentence[0]):
            continue
        said = dict(_said(reader, sentence.start() + named[-1].end(), sentence.end()))
        known = _sizes(_bundled()[_key(named[0][0])]) if said else {}
        made = [
            result_of(_known(known[name], named[0][0], number.start), number, "≈" if name == PARAMETERS else "=")
            for name, number in said.items()
            if name in known
        ]
        right = [one for one in made if off_by(one.sides[0], one.numbers[-1]) == 0]
        for one in made:
            counted = one.relations == ("≈",)
            if one in right or (right and (not counted or off_by(one.sides[0], one.numbers[-1]) > FAR_OFF)):
                yield one


def _said(reader: FormulaReader, start: int, end: int) -> Iterator[tuple[str, NumberNode]]:
    """Yield each size that the text between two places says once."""
    for name, pattern in OF_MODELS.items():
        found = list(pattern.finditer(reader.sentences, start, end))
        if len(found) == 1:
            number = number_at(reader, found[0].start(found[0].lastgroup or 0))
            if number is not None and number.figure.value:
                yield name, number


def _known(size: int, name: str, place: int) -> NumberNode:
    return NumberNode(place, place, figure(str(size), "", shown=f"that of {name}"))


@cache
def _sizes(name: str) -> Mapping[str, int]:
    """Return the sizes of a model, and its number of parameters."""
    model = models.find(name).model()
    quantity = quantities.find(PARAMETERS)
    return {**model.sizes, PARAMETERS: int(derive(model, quantity, quantity.default).total)}


def _key(name: str) -> str:
    return re.sub(r"[ -]", "", name).lower()


@cache
def _bundled() -> Mapping[str, str]:
    """Return the models by their names without spaces and hyphens, in small letters."""
    return {_key(name): name for name in models.names() if name not in AMBIGUOUS}


@cache
def _names() -> re.Pattern[str]:
    """Return the pattern of the models' names, with hyphens, spaces or neither, the longest first."""
    names = sorted(_bundled().values(), key=len, reverse=True)
    written = (r"[ -]?".join(map(re.escape, re.split("-|(?<=gpt)(?=2)|(?<=qwen)(?=[23])", name))) for name in names)
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(written)})(?![\w.-]*\d|-?[A-Za-z]*\d|\w)", re.IGNORECASE)
