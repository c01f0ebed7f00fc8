"""What sizes of a set-up make of each other in one sentence: heads and their width, a global batch, parallel devices.

Each size is found by its usual names, before or behind its number: `TP=8`, 64 GPUs, a micro batch of 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode
from symbolic.proofread.judging.amounts import number_at, off_by
from symbolic.proofread.judging.dimensions import BOUNDS, SENTENCE
from symbolic.proofread.judging.forms import product, quotient
from symbolic.proofread.reading.equations import WrittenEquation, result_of
from symbolic.proofread.reading.formula_reader import FormulaReader

NUMBER = r"(?P<{0}>\d(?<![\w.,/^*+-]\d)[\d,]*+)(?![.^/]\d|[\w%])"
IS = r"`?(?:[ ]?(?:of|is|=|:|为|是|＝)[ ]?|[ ])`?"
WORDS: Mapping[str, tuple[str, str]] = {
    "width": (
        r"hidden[ _-]?(?:size|dim(?:ension)?)|d_model|n_embd|emb_dim|model dim(?:ension)?|embedding (?:size|dimension)"
        r"|隐藏(?:层)?维度",
        "",
    ),
    "heads": (
        r"(?:n|num)(?:_attention)?_heads?|(?:attention )?heads",
        r"(?:(?:attention|query) )?heads\b|个?(?:注意力)?头(?!维)",
    ),
    "head": (
        r"head[ _-]?dim(?:ension)?|d_head|d_k|(?:each|per)[ -]head(?: has| is| gets)?|每个?头(?:的)?(?:维度)?",
        r"(?:dimensions? |dims? )?(?:per|for each|each|a) head\b",
    ),
    "query": ("", r"(?:query|Q) heads\b|个?(?:query|Q) ?头"),
    "keys": ("", r"(?:KV|kv|key[/-]value|key) heads\b|个?(?:KV|kv) ?头"),
    "times": (
        r"by a factor of|by",
        r"(?:x|×|times|-fold)(?![\w.]| \d)[ ]?(?=[^.;]{0,12}(?:small|less|few|reduc|shrink|sav))",
    ),
    "tensor": (r"TP|tp|tp_size|tensor[ _-]parallel(?:ism)?(?:[ _]size)?", ""),
    "pipeline": (r"PP|pp|pp_size|pipeline[ _-]parallel(?:ism)?(?:[ _]size)?", ""),
    "context": (r"CP|cp|cp_size|context[ _-]parallel(?:ism)?(?:[ _]size)?", ""),
    "data": (r"DP|dp|dp_size|data[ _-]parallel(?:ism)?(?:[ _]size)?", r"data[ -]parallel (?:replicas|ranks|groups)\b"),
    "devices": (r"world[ _-]size", r"(?:(?:A|H)100 )?(?:GPUs|TPUs|devices|accelerators)\b|张(?:显)?卡"),
    "micro": (r"(?:micro[ _-]?|per[ _-](?:device|GPU)[ _-])batch(?:[ _-]size)?", ""),
    "steps": (
        r"(?:gradient|grad)[ _-]accum(?:ulation)?(?:[ _-]steps)?",
        r"(?:gradient )?accumulation steps\b",
    ),
    "global": (r"(?:global|effective|total)[ _-]batch(?:[ _-]size)?", ""),
}
"""The names of each size before its number, and behind it."""


def size_pattern(before: str, behind: str) -> re.Pattern[str]:
    """Return the pattern of a size with one of its names before its number, or one behind it."""
    forms = [rf"(?<![A-Za-z_-])(?:{before}){IS}{NUMBER.format('behind')}"] if before else []
    forms += [rf"{NUMBER.format('before')}[ -]?(?:{behind})"] if behind else []
    return re.compile("|".join(forms))


SIZES = {name: size_pattern(*names) for name, names in WORDS.items()}
MENTIONS = re.compile(r"heads?\b|batch|(?i:\b[tpcd]p\b)|parallel|头|d_k")
FOLLOWS = re.compile(
    r"\b(?:so|thus|hence|therefore|giv\w+|leav\w+|mak\w+|i\.e\.?|each|means?|yield\w*|get)\b|→|⇒|[=-]>|每|即|所以"
)
EXPERTS = re.compile(r"\bEP\b|expert|\bSP\b", re.IGNORECASE)
"""Expert parallelism takes devices of the others, or its own."""


class SetUp(NamedTuple):
    """The size that is claimed, and those that it is the product of, or their quotient by others."""

    claim: str
    above: tuple[str, ...]
    below: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    """What is a factor too where it is said."""
    derived: bool = False
    """It is one only with a word that says so: heads may be wider than the width of the model by their number."""


SET_UPS = (
    SetUp("head", ("width",), ("heads",), derived=True),
    SetUp("width", ("heads", "head"), derived=True),
    SetUp("times", ("query",), ("keys",)),
    SetUp("data", ("devices",), ("tensor",), ("pipeline", "context")),
    SetUp("data", ("devices",), ("pipeline",), ("tensor", "context")),
    SetUp("devices", ("tensor", "data"), optional=("pipeline", "context")),
    SetUp("devices", ("pipeline", "data"), optional=("tensor", "context")),
    SetUp("global", ("micro", "steps", "devices")),
    SetUp("global", ("micro", "steps", "data")),
)


def set_ups(reader: FormulaReader, chains: list[WrittenEquation]) -> Iterator[WrittenEquation]:
    """Yield what the sizes of a sentence make of the last one; `chains` are the equations, judged by themselves."""
    prose = reader.sentences
    worked_out = (one for one in chains if len(one.sides) != 2 or not isinstance(one.sides[0], Name))
    judged = {number.start for one in worked_out for number in one.numbers}
    for sentence in SENTENCE.finditer(prose):
        if MENTIONS.search(sentence[0]) is None:
            continue
        sizes = dict(_sizes(reader, *sentence.span()))
        last = max(sizes, key=lambda name: sizes[name].start, default="")
        for one in SET_UPS:
            if one.claim != last or not {*one.above, *one.below} <= sizes.keys() or sizes[last].start in judged:
                continue
            before = prose[sentence.start() : sizes[last].start]
            if BOUNDS.search(before) or (one.derived and not FOLLOWS.search(before)):
                continue
            made, claim = _formula(one, sizes), sizes[last]
            parallel = one.claim in ("data", "devices")
            if off_by(made, claim) == 0 or not (parallel and EXPERTS.search(sentence[0])):
                yield result_of(made, claim)
            break


def _sizes(reader: FormulaReader, start: int, end: int) -> Iterator[tuple[str, NumberNode]]:
    """Yield the sizes that a sentence says once."""
    for name, pattern in SIZES.items():
        found = list(pattern.finditer(reader.sentences, start, end))
        if len(found) == 1:
            [match] = found
            number = number_at(reader, match.start(match.lastgroup or 0))
            if number is not None and number.figure.value:
                yield name, NumberNode(number.start, number.end, number.figure)


def _formula(one: SetUp, sizes: Mapping[str, NumberNode]) -> ExpressionNode:
    more = tuple(name for name in one.optional if name in sizes)
    above = tuple(sizes[name] for name in (*one.above, *(() if one.below else more)))
    below = tuple(sizes[name] for name in (*one.below, *(more if one.below else ())))
    whole = product(above) if len(above) > 1 else above[0]
    for each in below:
        whole = quotient(whole, each)
    return whole
